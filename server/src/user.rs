//! `tideway user add`: a sign-in from the command line, for the first administrator and for scripts.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result, bail};
use domain::ids::{CommandId, OrgId, PersonId, SiteId};
use domain::people::{AddPerson, Caller, Grant, PeopleRefusal, Permission, Role};
use iso_currency::Currency;
use service::Db;
use service::directory::{NewOrg, Opening, hash_password};

use crate::cli::AddUser;
use crate::database::Database;
use crate::org;

const WHO: &str = "tideway user add";
/// An org opened without a name given.
const FIRST: &str = "tideway";
/// The channel it sells by: code, name, hours promised.
const CHANNEL: (&str, &str, i32) = ("web", "Web shop", 24);

/// Add the person; the org is opened with them when it is not there.
pub async fn add(args: &AddUser) -> Result<()> {
    let roles: Vec<Role> = args.role.iter().map(|given| role(given)).collect::<Result<_>>()?;
    let password_hash = hash_password(&password(args)?).await?;
    let slug = Database::during(&args.database, async |db| {
        let there = there(db, args).await?;
        let sites = match &there {
            Some((org, _)) => sites(db, *org, &args.site).await?,
            None if args.site.is_empty() => Vec::new(),
            None => bail!("A new org has no sites yet: leave --site out."),
        };
        let grants = grants(&roles, &sites);
        let (name, email) = (args.name.clone(), args.email.clone());
        let person = AddPerson { id: PersonId::mint(), name, email, grants, password_hash };
        if let Some((org, slug)) = there {
            db.run(&Caller::system(org, WHO), CommandId::mint(), app::door::now(), &person).await?;
            return Ok(slug);
        }
        let slug = args.org.clone().unwrap_or_else(|| FIRST.to_owned());
        let Some(currency) = Currency::from_code(&args.currency) else { bail!("{} is no ISO 4217 currency.", args.currency) };
        let org = NewOrg { id: OrgId::mint(), slug: slug.clone(), name: slug.clone(), currency };
        let opening = Opening { person: Some(person), ..Opening::of(org, &[CHANNEL]) };
        db.open_org(WHO, app::door::now(), &opening).await?;
        println!("The org {slug} is opened, in {}: books, a web channel and a returns policy.", args.currency);
        Ok(slug)
    })
    .await?;
    let places = if args.site.is_empty() { String::new() } else { format!(", at {}", args.site.join(" and ")) };
    println!("{} may sign in to {slug} as {}{places}.", args.email, args.role.join(", "));
    Ok(())
}

/// The org meant, if it is there: without a name the only one, and none when there is none yet.
async fn there(db: &Db, args: &AddUser) -> Result<Option<(OrgId, String)>> {
    match &args.org {
        Some(slug) => Ok(db.org_by_slug(slug).await?.map(|org| (org, slug.clone()))),
        None if db.trading_orgs().await?.is_empty() => Ok(None),
        None => org::meant(db, None).await.map(Some),
    }
}

fn role(given: &str) -> Result<Role> {
    Ok(Role::parse(given).ok_or_else(|| PeopleRefusal::UnknownRole { given: given.to_owned() })?)
}

async fn sites(db: &Db, org: OrgId, codes: &[String]) -> Result<Vec<SiteId>> {
    let known = db.sites(&Caller::system(org, WHO), Permission::PeopleEdit).await?;
    let site = |code: &String| {
        let codes = || known.iter().map(|site| site.code.as_str()).collect::<Vec<_>>().join(", ");
        let found = known.iter().find(|site| site.code.eq_ignore_ascii_case(code)).map(|site| site.id);
        found.with_context(|| format!("There is no site {code}. There are: {}.", codes()))
    };
    codes.iter().map(site).collect()
}

/// Each role at each site; everywhere when no site is named.
fn grants(roles: &[Role], sites: &[SiteId]) -> Vec<Grant> {
    let places: Vec<Option<SiteId>> = if sites.is_empty() { vec![None] } else { sites.iter().copied().map(Some).collect() };
    roles.iter().flat_map(|role| places.iter().map(|site| Grant { role: *role, site: *site })).collect()
}

fn password(args: &AddUser) -> Result<String> {
    let text = if let Some(file) = &args.password_file {
        std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
    } else {
        if std::io::stdin().is_terminal() {
            eprintln!("Password for {}:", args.email);
        }
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("the password could not be read from standard input")?;
        line
    };
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
