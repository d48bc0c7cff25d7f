//! Statements on directory tables.

use sqlx::PgConnection;

use super::NewOrg;
use crate::Result;

pub(crate) async fn insert_org(conn: &mut PgConnection, org: &NewOrg) -> Result<()> {
    sqlx::query!(
        "insert into org (id, slug, name, currency) values ($1, $2, $3, $4)",
        org.id.0,
        org.slug,
        org.name,
        org.currency.code()
    )
    .execute(conn)
    .await?;
    Ok(())
}
