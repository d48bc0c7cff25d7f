//! Statements of parting orders off a wave: who rides, whose lists end, and how the carts they leave walk on.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct RidingRow {
    pub id: Uuid,
    pub number: String,
    pub carrier: String,
    pub promised_at: DateTime<Utc>,
    pub units: i32,
    pub units_picked: i32,
    pub units_open: i32,
    pub packed: bool,
}

/// Orders on a wave's lists, those promised first before others.
pub(crate) async fn riding(conn: &mut PgConnection, org: Uuid, wave: Uuid, site: Uuid) -> Result<Vec<RidingRow>> {
    Ok(sqlx::query_as!(
        RidingRow,
        r#"select o.id, o.number, o.carrier, o.promised_at, k.units as "units!", k.picked as "units_picked!", k.open as "units_open!",
                  exists (select from parcel p where p.org_id = o.org_id and p.order_id = o.id and p.site_id = $3
                          and p.shipped_at is null) as "packed!"
           from (select ol.order_id, sum(t.quantity)::int as units, sum(t.quantity_picked)::int as picked,
                        coalesce(sum(t.quantity - t.quantity_picked - t.quantity_short) filter (where t.done_at is null), 0)::int as open
                 from pick_task t join order_line ol on ol.org_id = t.org_id and ol.id = t.order_line_id
                 where t.org_id = $1 and t.wave_id = $2 and t.cancelled_at is null group by ol.order_id) k
           join sales_order o on o.org_id = $1 and o.id = k.order_id
           order by o.promised_at, o.number"#,
        org,
        wave,
        site
    )
    .fetch_all(conn)
    .await?)
}

/// Most totes on one of a wave's carts.
pub(crate) async fn totes(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(max(s.slot_no), 1) as "totes!" from trip t join trip_slot s on s.org_id = t.org_id and s.trip_id = t.id
           where t.org_id = $1 and t.wave_id = $2"#,
        org,
        wave
    )
    .fetch_one(conn)
    .await?)
}

/// Ends these orders' lists in a wave; answers the carts they were on, once for each task.
pub(crate) async fn take_off(
    conn: &mut PgConnection,
    org: Uuid,
    wave: Uuid,
    orders: &[Uuid],
    at: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "update pick_task k set cancelled_at = $4 from order_line ol
         where k.org_id = $1 and k.wave_id = $2 and k.cancelled_at is null and ol.org_id = $1 and ol.id = k.order_line_id
           and ol.order_id = any($3)
         returning k.trip_id",
        org,
        wave,
        orders,
        at
    )
    .fetch_all(conn)
    .await?)
}

/// Slots of these orders that nothing was picked into carry another order's tote from now on.
pub(crate) async fn free_slots(conn: &mut PgConnection, org: Uuid, wave: Uuid, orders: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "delete from trip_slot s where s.org_id = $1 and s.order_id = any($3)
           and s.trip_id in (select id from trip where org_id = $1 and wave_id = $2)
           and not exists (select from pick_task k where k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
                           and k.quantity_picked > 0)",
        org,
        wave,
        orders
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is left on a cart's list, and what of it is done.
pub(crate) struct LeftTask {
    pub id: Uuid,
    pub trip_id: Uuid,
    pub order_id: Uuid,
    pub walk_no: i32,
    pub end_depot: String,
    pub sku_id: Uuid,
    pub weight_g: i32,
    pub bin_code: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub quantity: i32,
    pub done: bool,
    pub done_at: Option<DateTime<Utc>>,
}

/// Trip by trip: what is on their lists, and what was picked for who left.
pub(crate) async fn left_tasks(conn: &mut PgConnection, org: Uuid, trips: &[Uuid]) -> Result<Vec<LeftTask>> {
    Ok(sqlx::query_as!(
        LeftTask,
        r#"select k.id, k.trip_id, ol.order_id, k.walk_no, t.end_depot, k.sku_id, sku.weight_g, b.code as bin_code, b.aisle, b.y_mm,
                  b.side, b.level,
                  case when k.cancelled_at is null then k.quantity else k.quantity_picked + k.quantity_short end as "quantity!",
                  (k.done_at is not null or k.cancelled_at is not null) as "done!", coalesce(k.done_at, k.cancelled_at) as done_at
           from trip t join pick_task k on k.org_id = t.org_id and k.trip_id = t.id
           join bin b on b.org_id = k.org_id and b.id = k.bin_id
           join sku on sku.org_id = k.org_id and sku.id = k.sku_id
           join order_line ol on ol.org_id = k.org_id and ol.id = k.order_line_id
           where t.org_id = $1 and t.id = any($2) and (k.cancelled_at is null or k.quantity_picked + k.quantity_short > 0)
           order by k.trip_id, k.walk_no, k.id"#,
        org,
        trips
    )
    .fetch_all(conn)
    .await?)
}

/// These tasks are walked in these places from now on, pairwise.
pub(crate) async fn set_places(conn: &mut PgConnection, org: Uuid, tasks: &[Uuid], places: &[i32]) -> Result<()> {
    sqlx::query!(
        "update pick_task k set walk_no = n.place from unnest($2::uuid[], $3::int[]) as n (id, place)
         where k.org_id = $1 and k.id = n.id",
        org,
        tasks,
        places
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// These carts walk so far and so long from now on, pairwise; answers the metres they are spared.
pub(crate) async fn set_walks(
    conn: &mut PgConnection,
    org: Uuid,
    trips: &[Uuid],
    metres: &[i32],
    seconds: &[i32],
) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"with before as (select id, metres from trip where org_id = $1 and id = any($2)),
                after as (
                  update trip t set metres = n.metres, seconds = n.seconds, version = t.version + 1
                  from unnest($2::uuid[], $3::int[], $4::int[]) as n (id, metres, seconds) where t.org_id = $1 and t.id = n.id
                  returning t.id, t.metres)
           select coalesce(sum(b.metres - a.metres), 0)::int as "spared!" from before b join after a on a.id = b.id"#,
        org,
        trips,
        metres,
        seconds
    )
    .fetch_one(conn)
    .await?)
}

/// A wave walks fewer metres; first-in-first-out would have walked fewer in proportion.
pub(crate) async fn spare(conn: &mut PgConnection, org: Uuid, wave: Uuid, metres: i32) -> Result<()> {
    sqlx::query!(
        "update wave set metres = greatest(metres - $3, 0),
            metres_fifo = (metres_fifo::bigint * greatest(metres - $3, 0) / greatest(metres, 1))::int
         where org_id = $1 and id = $2",
        org,
        wave,
        metres
    )
    .execute(conn)
    .await?;
    Ok(())
}
