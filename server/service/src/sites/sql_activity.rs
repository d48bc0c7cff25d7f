//! Statements on where people picked: counted from finished tasks, bay by bay and bin by bin.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct HeatRow {
    pub aisle: Option<i32>,
    pub side: String,
    pub y_mm: Option<i32>,
    pub bins: i32,
    pub picks: i32,
    pub units: i32,
}

/// Picks of a site within (from, until], bins above one another together; bins off the layout in one row.
pub(crate) async fn heat(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<HeatRow>> {
    Ok(sqlx::query_as!(
        HeatRow,
        r#"select b.aisle, coalesce(b.side, 'left') as "side!", b.y_mm, count(distinct b.id)::int as "bins!", count(*)::int as "picks!",
                  sum(k.quantity_picked)::int as "units!"
           from pick_task k join bin b on b.org_id = k.org_id and b.id = k.bin_id
           where k.org_id = $1 and k.site_id = $2 and k.done_at > $3 and k.done_at <= $4 and k.quantity_picked > 0
           group by 1, 2, 3 order by 1, 2, 3"#,
        org,
        site,
        from,
        until
    )
    .fetch_all(conn)
    .await?)
}

/// Narrows to one bay.
pub(crate) struct BayKey<'a> {
    pub aisle: i32,
    pub side: &'a str,
    pub y_mm: i32,
}

pub(crate) struct BusyRow {
    pub bin_code: String,
    pub aisle: Option<i32>,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub picks: i32,
    pub units: i32,
}

/// What was picked from which bin within (from, until], the most first.
pub(crate) async fn busy(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    bay: Option<BayKey<'_>>,
    most: i64,
) -> Result<Vec<BusyRow>> {
    let (aisle, side, y_mm) = bay.map_or((None, None, None), |bay| (Some(bay.aisle), Some(bay.side), Some(bay.y_mm)));
    Ok(sqlx::query_as!(
        BusyRow,
        r#"select b.code as bin_code, b.aisle, s.id as sku_id, s.code as sku_code, s.name as sku_name, count(*)::int as "picks!",
                  sum(k.quantity_picked)::int as "units!"
           from pick_task k join bin b on b.org_id = k.org_id and b.id = k.bin_id join sku s on s.org_id = k.org_id and s.id = k.sku_id
           where k.org_id = $1 and k.site_id = $2 and k.done_at > $3 and k.done_at <= $4 and k.quantity_picked > 0
             and ($5::int is null or (b.aisle = $5 and coalesce(b.side, 'left') = $6::text and b.y_mm = $7::int))
           group by b.id, b.code, b.aisle, s.id, s.code, s.name order by count(*) desc, b.code, s.code limit $8"#,
        org,
        site,
        from,
        until,
        aisle,
        side,
        y_mm,
        most
    )
    .fetch_all(conn)
    .await?)
}
