//! Statements on handling units in bins that are counted.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// The outer units of all that stands in a bin by the books are to be seen in this round.
pub(super) async fn insert_standing(
    conn: &mut PgConnection,
    org: Uuid,
    (count, round): (Uuid, i32),
    (site, bin): (Uuid, Uuid),
) -> Result<()> {
    sqlx::query!(
        "with recursive up as (
           select l.id, l.parent_id, l.kind from lpn l
           where l.org_id = $1 and l.id in (select b.lpn_id from balance b where b.org_id = $1 and b.site_id = $4 and b.bin_id = $5
             and b.on_hand > 0 and b.lpn_id <> '00000000-0000-0000-0000-000000000000')
           union select p.id, p.parent_id, p.kind from up join lpn p on p.org_id = $1 and p.id = up.parent_id)
         insert into stock_count_unit (org_id, count_id, round_no, lpn_id)
         select $1, $2, $3, id from up
         where parent_id = '00000000-0000-0000-0000-000000000000' and kind in ('pallet', 'carton', 'tote') order by id",
        org,
        count,
        round,
        site,
        bin
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn any_standing(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from balance where org_id = $1 and site_id = $2 and bin_id = $3 and on_hand > 0
             and lpn_id <> '00000000-0000-0000-0000-000000000000') as "any!""#,
        org,
        site,
        bin
    )
    .fetch_one(conn)
    .await?)
}

/// Answers whether a unit with this label is on the round's list.
pub(super) async fn set_seen(
    conn: &mut PgConnection,
    org: Uuid,
    (count, round): (Uuid, i32),
    code: &str,
    seen_at: Option<DateTime<Utc>>,
) -> Result<bool> {
    let set = sqlx::query!(
        "update stock_count_unit u set seen_at = $5 from lpn l
         where u.org_id = $1 and u.count_id = $2 and u.round_no = $3 and l.org_id = u.org_id and l.id = u.lpn_id and l.code = $4",
        org,
        count,
        round,
        code,
        seen_at
    )
    .execute(conn)
    .await?;
    Ok(set.rows_affected() > 0)
}

pub(super) async fn see_all(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update stock_count_unit set seen_at = $4 where org_id = $1 and count_id = $2 and round_no = $3",
        org,
        count,
        round,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct JudgedRow {
    pub id: Uuid,
    pub code: String,
    pub seen: bool,
    /// Goods of it, or of what stands in it, are in the bin.
    pub stands: bool,
}

pub(super) async fn judged(
    conn: &mut PgConnection,
    org: Uuid,
    (count, round): (Uuid, i32),
    (site, bin): (Uuid, Uuid),
) -> Result<Vec<JudgedRow>> {
    Ok(sqlx::query_as!(
        JudgedRow,
        r#"with recursive down as (
             select u.lpn_id as root, u.lpn_id as id from stock_count_unit u where u.org_id = $1 and u.count_id = $2 and u.round_no = $3
             union select d.root, c.id from down d join lpn c on c.org_id = $1 and c.parent_id = d.id)
           select l.id, l.code, u.seen_at is not null as "seen!",
                  exists (select from down d join balance b on b.org_id = $1 and b.lpn_id = d.id
                          where d.root = u.lpn_id and b.site_id = $4 and b.bin_id = $5 and b.on_hand > 0) as "stands!"
           from stock_count_unit u join lpn l on l.org_id = u.org_id and l.id = u.lpn_id
           where u.org_id = $1 and u.count_id = $2 and u.round_no = $3 order by l.code"#,
        org,
        count,
        round,
        site,
        bin
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn delete_round(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32) -> Result<()> {
    sqlx::query!("delete from stock_count_unit where org_id = $1 and count_id = $2 and round_no = $3", org, count, round)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) struct UnitRow {
    pub round_no: i32,
    pub code: String,
    pub kind: String,
    pub seen: bool,
}

/// What a count's rounds have to see, those that are not seen yet before the others.
pub(super) async fn units(conn: &mut PgConnection, org: Uuid, count: Uuid) -> Result<Vec<UnitRow>> {
    Ok(sqlx::query_as!(
        UnitRow,
        r#"select u.round_no, l.code, l.kind, u.seen_at is not null as "seen!" from stock_count_unit u
           join lpn l on l.org_id = u.org_id and l.id = u.lpn_id
           where u.org_id = $1 and u.count_id = $2 order by u.round_no, u.seen_at is not null, l.code"#,
        org,
        count
    )
    .fetch_all(conn)
    .await?)
}
