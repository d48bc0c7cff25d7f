//! `tideway portal add HOST`: at which host an org's returns portal answers, where more than one org trades.

use anyhow::Result;
use domain::ids::CommandId;
use domain::people::Caller;
use service::directory::ClaimHost;

use crate::cli::AddPortal;
use crate::database::Database;
use crate::org;

pub async fn add(args: &AddPortal) -> Result<()> {
    let (slug, host, before) = Database::during(&args.database, async |db| {
        let (org, slug) = org::meant(db, args.org.as_deref()).await?;
        let before = db.portal_org(&args.host).await?.filter(|before| *before != org);
        let claim = ClaimHost { host: args.host.clone(), take: true };
        let caller = Caller::system(org, "tideway portal add");
        let host = db.run(&caller, CommandId::mint(), app::door::now(), &claim).await?;
        let before = db.orgs_by_slug().await?.into_iter().find(|(org, _)| Some(*org) == before).map(|(_, slug)| slug);
        Ok((slug, host, before))
    })
    .await?;
    let was = before.map(|slug| format!(" Until now {slug}'s did.")).unwrap_or_default();
    println!("The portal of {slug} answers at {host}.{was}");
    Ok(())
}
