//! Statements that say how a SKU's units stand, and how many there were.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct StandRow {
    pub site_id: Uuid,
    pub site_code: String,
    pub bin_kind: String,
    pub locked: bool,
    /// Of the handling unit they stand in; empty: loose.
    pub unit_kind: String,
    pub own: bool,
    pub state: String,
    pub on_hand: i64,
    pub allocated: i64,
    pub bin_code: String,
    /// One of the handling units they stand in.
    pub unit_code: Option<String>,
    pub bins: i64,
}

/// Units that stand alike, summed.
pub(super) async fn stands(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, sku: Uuid) -> Result<Vec<StandRow>> {
    Ok(sqlx::query_as!(
        StandRow,
        r#"select b.site_id, t.code as site_code, bin.kind as bin_kind, bin.locked,
                  coalesce(u.kind, '') as "unit_kind!", b.owner_id = '00000000-0000-0000-0000-000000000000' as "own!",
                  b.state, sum(b.on_hand) as "on_hand!", sum(b.allocated) as "allocated!", min(bin.code) as "bin_code!", (array_agg(u.code order by bin.code, u.code))[1] as unit_code,
                  count(distinct b.bin_id) as "bins!"
           from balance b join site t on t.org_id = b.org_id and t.id = b.site_id join bin on bin.org_id = b.org_id and bin.id = b.bin_id
           left join lpn u on u.org_id = b.org_id and u.id = b.lpn_id
           where b.org_id = $1 and b.sku_id = $3 and b.on_hand > 0 and ($2::uuid[] is null or b.site_id = any($2)
             or b.bin_id in (select l.bin_id from lane l where l.org_id = $1 and l.from_site = any($2)))
           group by 1, 2, 3, 4, 5, 6, 7 order by 2, 3, 4, 5, 6, 7"#,
        org,
        sites,
        sku
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct PromisedRow {
    pub site_id: Uuid,
    pub site_code: String,
    pub reserved: i32,
    pub buffer: i32,
}

/// Every site, with what is promised of the SKU there.
pub(super) async fn promised(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, sku: Uuid) -> Result<Vec<PromisedRow>> {
    Ok(sqlx::query_as!(
        PromisedRow,
        r#"select t.id as site_id, t.code as site_code, coalesce(d.reserved, 0) as "reserved!", coalesce(d.buffer, 0) as "buffer!"
           from site t left join demand d on d.org_id = t.org_id and d.site_id = t.id and d.sku_id = $3
             and d.owner_id = '00000000-0000-0000-0000-000000000000'
           where t.org_id = $1 and ($2::uuid[] is null or t.id = any($2)) order by t.rank, t.code"#,
        org,
        sites,
        sku
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn on_hand(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, sku: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(on_hand), 0) as "n!" from balance
           where org_id = $1 and sku_id = $3 and ($2::uuid[] is null or site_id = any($2))"#,
        org,
        sites,
        sku
    )
    .fetch_one(conn)
    .await?)
}

/// Units in less those out, day by day of UTC.
pub(super) async fn changes(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    sku: Uuid,
    since: DateTime<Utc>,
) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD') as "day!",
                  sum(case when to_state <> 'outside' and ($2::uuid[] is null or to_site = any($2)) then quantity else 0 end
                    - case when from_state <> 'outside' and ($2::uuid[] is null or from_site = any($2)) then quantity else 0 end) as "change!"
           from movement where org_id = $1 and sku_id = $3 and occurred_at >= $4 group by 1"#,
        org,
        sites,
        sku,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.day, row.change)).collect())
}
