//! `tideway key`: keys for integrations, given out, listed and ended from the command line.

use anyhow::{Result, bail};
use domain::ids::CommandId;
use domain::people::{Caller, Permission};
use service::directory::{RevokeKey, SCOPES, scope};

use crate::cli::{AddKey, ListKeys, RevokeKeyArgs};
use crate::database::Database;
use crate::org;

const WHO: &str = "tideway key";

/// A new key, printed once.
pub async fn add(args: &AddKey) -> Result<()> {
    let scopes: Vec<Permission> = args.scopes.iter().map(|given| named(given)).collect::<Result<_>>()?;
    let (slug, id, key) = Database::during(&args.database, async |db| {
        let (org, slug) = org::meant(db, args.org.as_deref()).await?;
        let (id, key) = db.issue_key(&Caller::system(org, WHO), app::door::now(), &args.name, &scopes).await?;
        Ok((slug, id, key))
    })
    .await?;
    eprintln!("Key {id} of {slug}, “{}”. It is told this once and kept nowhere:", args.name);
    println!("{key}");
    eprintln!("Send it as `Authorization: Bearer {}…`; end it with `tideway key revoke {id}`.", &key[..8.min(key.len())]);
    Ok(())
}

/// The keys that work.
pub async fn list(args: &ListKeys) -> Result<()> {
    let keys = Database::during(&args.database, async |db| {
        let (org, _) = org::meant(db, args.org.as_deref()).await?;
        Ok(db.keys(&Caller::system(org, WHO)).await?)
    })
    .await?;
    for key in keys {
        println!("{}  {:<24} {}", key.id, key.name, key.scopes.join(", "));
    }
    Ok(())
}

/// The key ends at once.
pub async fn revoke(args: &RevokeKeyArgs) -> Result<()> {
    Database::during(&args.database, async |db| {
        let (org, _) = org::meant(db, args.org.as_deref()).await?;
        let revoke = RevokeKey { id: args.id.into() };
        Ok(db.run(&Caller::system(org, WHO), CommandId::mint(), app::door::now(), &revoke).await?)
    })
    .await?;
    println!("Key {} opens nothing any more.", args.id);
    Ok(())
}

fn named(given: &str) -> Result<Permission> {
    let Some(scope) = scope(given) else {
        let known: Vec<String> =
            SCOPES.iter().filter_map(|scope| serde_json::to_value(scope).ok()?.as_str().map(ToOwned::to_owned)).collect();
        bail!("{given} is no scope of a key. There are: {}.", known.join(", "))
    };
    Ok(scope)
}
