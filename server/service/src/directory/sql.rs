//! Statements on directory tables.

use chrono::{DateTime, Utc};
use domain::ids::{OrderId, OrgId, PersonId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::NewOrg;
use crate::Result;

/// False when another org has the short name.
pub(crate) async fn insert_org(
    conn: &mut PgConnection,
    org: &NewOrg,
    kind: &str,
    telling_until: Option<DateTime<Utc>>,
) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into org (id, slug, name, currency, purpose, telling_until) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint org_slug_unique do nothing",
        org.id.0,
        org.slug,
        org.name,
        org.currency.code(),
        kind,
        telling_until
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The moment up to which an org's history is being told; `None` when it is whole, or not there.
pub(crate) async fn telling_until(conn: &mut PgConnection, org: Uuid) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!("select telling_until from org where id = $1", org).fetch_optional(conn).await?.flatten())
}

pub(crate) async fn told_whole(conn: &mut PgConnection, org: Uuid) -> Result<()> {
    sqlx::query!("update org set telling_until = null where id = $1", org).execute(conn).await?;
    Ok(())
}

pub(crate) async fn currency(conn: &mut PgConnection, org: Uuid) -> Result<String> {
    Ok(sqlx::query_scalar!("select currency from org where id = $1", org).fetch_one(conn).await?)
}

/// Orgs that are whole: a history under way is left alone until it is told.
pub(crate) async fn orgs(conn: &mut PgConnection) -> Result<Vec<OrgId>> {
    let ids = sqlx::query_scalar!("select id from org where telling_until is null order by id").fetch_all(conn).await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

pub(crate) async fn orgs_by_slug(conn: &mut PgConnection) -> Result<Vec<(OrgId, String)>> {
    let rows = sqlx::query!("select id, slug from org order by slug").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.id), row.slug)).collect())
}

pub(crate) async fn trading_orgs(conn: &mut PgConnection) -> Result<Vec<(OrgId, String)>> {
    let rows = sqlx::query!("select id, slug from org where purpose = 'trade' order by slug").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.id), row.slug)).collect())
}

pub(crate) async fn org_by_slug(conn: &mut PgConnection, slug: &str) -> Result<Option<OrgId>> {
    Ok(sqlx::query_scalar!("select id from org where slug = $1", slug).fetch_optional(conn).await?.map(OrgId))
}

/// The org whose portal answers at this host; else the only one that trades.
pub(crate) async fn portal_org(conn: &mut PgConnection, host: &str) -> Result<Option<OrgId>> {
    let found = sqlx::query_scalar!(
        r#"select coalesce((select org_id from portal_host where host = $1),
                           (select min(id::text)::uuid from org where purpose = 'trade' having count(*) = 1)) as org"#,
        host
    )
    .fetch_one(conn)
    .await?;
    Ok(found.map(OrgId))
}

/// Whose portal answers at this very host.
pub(crate) async fn portal_host(conn: &mut PgConnection, host: &str) -> Result<Option<OrgId>> {
    let org = sqlx::query_scalar!("select org_id from portal_host where host = $1", host).fetch_optional(conn).await?;
    Ok(org.map(OrgId))
}

/// False when another org has the host and it is not to be taken.
pub(crate) async fn claim_host(conn: &mut PgConnection, org: Uuid, host: &str, take: bool) -> Result<bool> {
    let claimed = sqlx::query!(
        "insert into portal_host as h (host, org_id) values ($2, $1)
         on conflict on constraint portal_host_pk do update set org_id = excluded.org_id where $3 or h.org_id = excluded.org_id",
        org,
        host,
        take
    )
    .execute(conn)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

pub(crate) async fn insert_login(
    conn: &mut PgConnection,
    id: Uuid,
    email: &str,
    password_hash: &str,
    org: Uuid,
    person: Uuid,
) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into login (id, email, password_hash, org_id, person_id) values ($1, $2, $3, $4, $5)
         on conflict on constraint login_email_unique do nothing",
        id,
        email,
        password_hash,
        org,
        person
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(crate) async fn set_password(conn: &mut PgConnection, org: Uuid, person: Uuid, password_hash: &str) -> Result<bool> {
    let set =
        sqlx::query!("update login set password_hash = $3 where org_id = $1 and person_id = $2", org, person, password_hash)
            .execute(conn)
            .await?;
    Ok(set.rows_affected() == 1)
}

pub(crate) struct LoginRow {
    pub org: OrgId,
    pub person: PersonId,
    pub password_hash: String,
}

pub(crate) async fn login(conn: &mut PgConnection, email: &str) -> Result<Option<LoginRow>> {
    let row =
        sqlx::query!("select org_id, person_id, password_hash from login where email = $1", email).fetch_optional(conn).await?;
    Ok(row.map(|row| LoginRow { org: OrgId(row.org_id), person: PersonId(row.person_id), password_hash: row.password_hash }))
}

pub(crate) struct NewSession<'a> {
    pub token_hash: &'a [u8],
    pub org: OrgId,
    pub kind: &'static str,
    pub person: PersonId,
    pub order: OrderId,
    pub device: &'a str,
    pub at: DateTime<Utc>,
    pub expires: DateTime<Utc>,
}

pub(crate) async fn insert_session(conn: &mut PgConnection, new: &NewSession<'_>) -> Result<()> {
    sqlx::query!(
        "insert into session (token_hash, org_id, kind, person_id, order_id, device, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        new.token_hash,
        new.org.0,
        new.kind,
        new.person.0,
        new.order.0,
        new.device,
        new.at,
        new.expires
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct SessionRow {
    pub org: OrgId,
    pub kind: String,
    pub person: PersonId,
    pub order: OrderId,
    pub device: String,
    pub seen_at: DateTime<Utc>,
}

pub(crate) async fn session(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<SessionRow>> {
    let row = sqlx::query!(
        "select org_id, kind, person_id, order_id, device, seen_at from session
         where token_hash = $1 and revoked_at is null and expires_at > $2",
        token_hash,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| SessionRow {
        org: OrgId(row.org_id),
        kind: row.kind,
        person: PersonId(row.person_id),
        order: OrderId(row.order_id),
        device: row.device,
        seen_at: row.seen_at,
    }))
}

pub(crate) async fn touch_session(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update session set seen_at = $2 where token_hash = $1 and seen_at < $2", token_hash, now).execute(conn).await?;
    Ok(())
}

pub(crate) async fn revoke_session(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update session set revoked_at = $2 where token_hash = $1 and revoked_at is null", token_hash, now)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn revoke_sessions_of(conn: &mut PgConnection, org: Uuid, person: Uuid, now: DateTime<Utc>) -> Result<u64> {
    let revoked = sqlx::query!(
        "update session set revoked_at = $3 where org_id = $1 and person_id = $2 and kind = 'staff' and revoked_at is null",
        org,
        person,
        now
    )
    .execute(conn)
    .await?;
    Ok(revoked.rows_affected())
}

/// One token from a bucket, refilled for the time gone by. `None`: there was one; else the tokens there are (below one).
pub(crate) async fn take_token(
    conn: &mut PgConnection,
    bucket: &str,
    most: f64,
    per_second: f64,
    now: DateTime<Utc>,
) -> Result<Option<f64>> {
    let taken = sqlx::query_scalar!(
        "insert into rate_limit as r (bucket, tokens, refilled_at) values ($1, $2::float8 - 1, $4)
         on conflict (bucket) do update set
            tokens = least($2, r.tokens + greatest(0, extract(epoch from $4 - r.refilled_at)::float8) * $3) - 1,
            refilled_at = greatest($4, r.refilled_at)
         where least($2, r.tokens + greatest(0, extract(epoch from $4 - r.refilled_at)::float8) * $3) >= 1
         returning tokens",
        bucket,
        most,
        per_second,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    if taken.is_some() {
        return Ok(None);
    }
    let left = sqlx::query_scalar!(
        r#"select least($2, tokens + greatest(0, extract(epoch from $4 - refilled_at)::float8) * $3) as "left!"
           from rate_limit where bucket = $1"#,
        bucket,
        most,
        per_second,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(Some(left.unwrap_or(0.0)))
}

/// Sessions that ended and buckets long full again.
pub(crate) async fn sweep(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from session where expires_at < $1", before).execute(&mut *conn).await?;
    sqlx::query!("delete from rate_limit where refilled_at < $1", before).execute(conn).await?;
    Ok(())
}

pub(crate) async fn insert_key(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    key_hash: &[u8],
    name: &str,
    scopes: &[String],
) -> Result<()> {
    sqlx::query!(
        "insert into api_key (id, key_hash, org_id, name, scopes) values ($1, $2, $3, $4, $5)",
        id,
        key_hash,
        org,
        name,
        scopes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn revoke_key(conn: &mut PgConnection, org: Uuid, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
    let done =
        sqlx::query!("update api_key set revoked_at = $3 where org_id = $1 and id = $2 and revoked_at is null", org, id, at)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() > 0)
}

/// Name, id and scopes of the org's keys that work.
pub(crate) async fn keys(conn: &mut PgConnection, org: Uuid) -> Result<Vec<KeyRow>> {
    Ok(sqlx::query_as!(
        KeyRow,
        "select id, org_id, name, scopes from api_key where org_id = $1 and revoked_at is null order by created_at, id",
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct KeyRow {
    pub id: Uuid,
    pub org_id: Uuid,
    pub name: String,
    pub scopes: Vec<String>,
}

pub(crate) async fn key(conn: &mut PgConnection, key_hash: &[u8]) -> Result<Option<KeyRow>> {
    Ok(sqlx::query_as!(
        KeyRow,
        "select id, org_id, name, scopes from api_key where key_hash = $1 and revoked_at is null",
        key_hash
    )
    .fetch_optional(conn)
    .await?)
}
