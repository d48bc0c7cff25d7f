//! Statements on directory tables.

use domain::ids::OrgId;
use sqlx::PgConnection;
use uuid::Uuid;

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

pub(crate) async fn currency(conn: &mut PgConnection, org: Uuid) -> Result<String> {
    Ok(sqlx::query_scalar!("select currency from org where id = $1", org).fetch_one(conn).await?)
}

pub(crate) async fn orgs(conn: &mut PgConnection) -> Result<Vec<OrgId>> {
    let ids = sqlx::query_scalar!("select id from org order by id").fetch_all(conn).await?;
    Ok(ids.into_iter().map(Into::into).collect())
}
