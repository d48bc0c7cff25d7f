//! Statements on edits that wait for an owner.

use chrono::{DateTime, Utc};
use domain::catalog::card::Group;
use domain::catalog::changes::Edit;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::Result;

pub(super) struct New<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub sku: Uuid,
    pub before: &'a Edit,
    pub after: &'a Edit,
    pub note: &'a str,
    pub by: Uuid,
    pub at: DateTime<Utc>,
}

pub(super) async fn insert(conn: &mut PgConnection, org: Uuid, new: &New<'_>) -> Result<()> {
    sqlx::query!(
        "insert into sku_change (org_id, id, number, sku_id, part, before, after, note, status, asked_by, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $10)",
        org,
        new.id,
        new.number,
        new.sku,
        new.after.group().code(),
        Json(new.before) as _,
        Json(new.after) as _,
        new.note,
        new.by,
        new.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The edit of this part that waits already: its number, what it says, and who asked.
pub(super) async fn open(conn: &mut PgConnection, org: Uuid, sku: Uuid, group: Group) -> Result<Option<(String, Edit, Uuid)>> {
    let row = sqlx::query!(
        r#"select number, after as "after: Json<Edit>", asked_by from sku_change
           where org_id = $1 and sku_id = $2 and part = $3 and status = 'pending'"#,
        org,
        sku,
        group.code()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.number, row.after.0, row.asked_by)))
}

pub(super) struct Locked {
    pub number: String,
    pub sku_id: Uuid,
    pub before: Json<Edit>,
    pub after: Json<Edit>,
    pub status: String,
    pub asked_by: Uuid,
}

pub(super) async fn lock(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<Locked>> {
    Ok(sqlx::query_as!(
        Locked,
        r#"select number, sku_id, before as "before: Json<Edit>", after as "after: Json<Edit>", status, asked_by
           from sku_change where org_id = $1 and id = $2 for no key update"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn decide(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    status: &str,
    by: Uuid,
    at: DateTime<Utc>,
    why: &str,
) -> Result<()> {
    sqlx::query!(
        "update sku_change set status = $3, decided_by = $4, decided_at = $5, why = $6 where org_id = $1 and id = $2",
        org,
        id,
        status,
        by,
        at,
        why
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct ChangeRow {
    pub id: Uuid,
    pub number: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub before: Json<Edit>,
    pub after: Json<Edit>,
    pub note: String,
    pub status: String,
    pub asked_by: Uuid,
    pub asked_name: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub decided_name: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub why: String,
    pub total: i64,
}

/// Those that wait first, then the latest.
pub(super) async fn list(
    conn: &mut PgConnection,
    org: Uuid,
    status: &str,
    sku: Option<Uuid>,
    most: i64,
    from: i64,
) -> Result<Vec<ChangeRow>> {
    Ok(sqlx::query_as!(
        ChangeRow,
        r#"select c.id, c.number, c.sku_id, s.code as sku_code, s.name as sku_name, c.before as "before: Json<Edit>",
                  c.after as "after: Json<Edit>", c.note, c.status, c.asked_by, a.name as "asked_name?", c.asked_at, d.name as "decided_name?",
                  c.decided_at, c.why, count(*) over () as "total!"
           from sku_change c join sku s on s.org_id = c.org_id and s.id = c.sku_id
           left join person a on a.org_id = c.org_id and a.id = c.asked_by
           left join person d on d.org_id = c.org_id and d.id = c.decided_by
           where c.org_id = $1 and ($2 = '' or c.status = $2) and ($3::uuid is null or c.sku_id = $3)
           order by c.status <> 'pending', c.asked_at desc, c.id limit $4 offset $5"#,
        org,
        status,
        sku,
        most,
        from
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn pending(conn: &mut PgConnection, org: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from sku_change where org_id = $1 and status = 'pending'"#, org)
        .fetch_one(conn)
        .await?)
}
