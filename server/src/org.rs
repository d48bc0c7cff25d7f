//! Which org a command line means: the one it names, or the only one there is.

use anyhow::{Result, bail};
use domain::ids::OrgId;
use service::Db;

/// The org and its short name.
pub async fn meant(db: &Db, given: Option<&str>) -> Result<(OrgId, String)> {
    if let Some(slug) = given {
        return match db.org_by_slug(slug).await? {
            Some(org) => Ok((org, slug.to_owned())),
            None => bail!("There is no org {slug}.{}", known(db).await?),
        };
    }
    let mut orgs = db.trading_orgs().await?;
    match (orgs.pop(), orgs.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => {
            bail!("There is no org yet. `tideway user add` opens one with its first person, `tideway demo` tells a demo shop.")
        }
        (Some(_), false) => bail!("There are several orgs: say which one with --org.{}", known(db).await?),
    }
}

async fn known(db: &Db) -> Result<String> {
    let known: Vec<String> = db.orgs_by_slug().await?.into_iter().map(|(_, slug)| slug).collect();
    Ok(if known.is_empty() { String::new() } else { format!(" Known here: {}.", known.join(", ")) })
}
