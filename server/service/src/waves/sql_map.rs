//! Statements of waves as they are looked at on a map: tasks with where and when, and what the wave would be planned from again.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct WalkRow {
    pub trip_id: Uuid,
    pub trip_no: i32,
    pub person_name: Option<String>,
    pub claimed_at: Option<DateTime<Utc>>,
    pub metres: i32,
    pub seconds: i32,
    pub end_depot: String,
    pub bin_code: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub quantity: i32,
    pub quantity_done: i32,
    pub done_at: Option<DateTime<Utc>>,
    pub done: bool,
}

/// The tasks of a wave, trip by trip in walking order.
pub(crate) async fn walks(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<Vec<WalkRow>> {
    Ok(sqlx::query_as!(
        WalkRow,
        r#"select t.id as trip_id, t.trip_no, p.name as "person_name?", t.claimed_at, t.metres, t.seconds, t.end_depot,
                  b.code as bin_code, b.aisle, b.y_mm, b.side,
                  case when k.cancelled_at is null or w.cancelled_at is not null then k.quantity
                    else k.quantity_picked + k.quantity_short end as "quantity!",
                  k.quantity_picked + k.quantity_short as "quantity_done!", k.done_at,
                  (k.done_at is not null or k.cancelled_at is not null) as "done!"
           from wave w join trip t on t.org_id = w.org_id and t.wave_id = w.id
           join pick_task k on k.org_id = t.org_id and k.trip_id = t.id
           join bin b on b.org_id = k.org_id and b.id = k.bin_id
           left join person p on p.org_id = t.org_id and p.id = t.person_id
           where w.org_id = $1 and w.id = $2
             -- What left the wave before it was picked is not walked for in it.
             and (k.cancelled_at is null or w.cancelled_at is not null or k.quantity_picked + k.quantity_short > 0)
           order by t.trip_no, k.walk_no, k.id"#,
        org,
        wave
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct NeedRow {
    pub order_number: String,
    pub bin_code: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub quantity: i32,
    pub unit_volume_ml: i64,
    pub unit_weight_g: i32,
}

/// What a wave's orders need, in the order in which the planner took them.
pub(crate) async fn needs(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<Vec<NeedRow>> {
    Ok(sqlx::query_as!(
        NeedRow,
        r#"select o.number as order_number, b.code as bin_code, b.aisle, b.y_mm, b.side, b.level, k.quantity,
                  s.length_mm::bigint * s.width_mm * s.height_mm / 1000 as "unit_volume_ml!", s.weight_g as unit_weight_g
           from pick_task k join order_line l on l.org_id = k.org_id and l.id = k.order_line_id
           join sales_order o on o.org_id = l.org_id and o.id = l.order_id
           join bin b on b.org_id = k.org_id and b.id = k.bin_id join sku s on s.org_id = k.org_id and s.id = k.sku_id
           where k.org_id = $1 and k.wave_id = $2 and (k.cancelled_at is null or k.quantity_picked > 0)
           order by o.promised_at, o.placed_at, o.id, l.line_no, b.code"#,
        org,
        wave
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct CartsRow {
    /// Most totes on one of its carts.
    pub totes: i32,
    pub pickers: i64,
}

pub(crate) async fn carts(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<CartsRow> {
    Ok(sqlx::query_as!(
        CartsRow,
        r#"select coalesce(max(s.slot_no), 1) as "totes!",
                  count(distinct t.person_id) filter (where t.person_id <> '00000000-0000-0000-0000-000000000000') as "pickers!"
           from trip t join trip_slot s on s.org_id = t.org_id and s.trip_id = t.id where t.org_id = $1 and t.wave_id = $2"#,
        org,
        wave
    )
    .fetch_one(conn)
    .await?)
}
