//! `tideway user add`: a sign-in from the command line, for the first administrator and for scripts.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result, bail};
use domain::ids::{CommandId, OrgId, PersonId};
use domain::people::{AddPerson, Caller, Grant, PeopleRefusal, Role};
use iso_currency::Currency;
use service::Db;
use service::directory::{NewOrg, hash_password};

use crate::cli::AddUser;
use crate::database::Database;

/// Add the person; the org is founded when it is not there.
pub async fn add(args: &AddUser) -> Result<()> {
    let grants = grants(&args.role)?;
    let password = password(args)?;
    let password_hash = hash_password(&password).await?;
    let database = Database::open(&args.database).await?;
    let added = async {
        let db = database.connect(args.database.connections).await?;
        let org = org(&db, args).await?;
        let person =
            AddPerson { id: PersonId::mint(), name: args.name.clone(), email: args.email.clone(), grants, password_hash };
        anyhow::Ok(db.run(&Caller::system(org, "tideway user add"), CommandId::mint(), app::door::now(), &person).await?)
    };
    let ended = added.await;
    database.close().await;
    ended?;
    println!("{} may sign in to {} as {}.", args.email, args.org, args.role.join(", "));
    Ok(())
}

fn grants(roles: &[String]) -> Result<Vec<Grant>> {
    let grant = |given: &String| {
        let role = Role::parse(given).ok_or_else(|| PeopleRefusal::UnknownRole { given: given.clone() })?;
        Ok(Grant { role, site: None })
    };
    roles.iter().map(grant).collect()
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

async fn org(db: &Db, args: &AddUser) -> Result<OrgId> {
    if let Some(org) = db.org_by_slug(&args.org).await? {
        return Ok(org);
    }
    let Some(currency) = Currency::from_code(&args.currency) else { bail!("{} is no ISO 4217 currency.", args.currency) };
    let org = NewOrg { id: OrgId::mint(), slug: args.org.clone(), name: args.org.clone(), currency };
    db.found_org(&org).await?;
    Ok(org.id)
}
