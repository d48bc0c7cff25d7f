//! Statements on recalls: the lot, and where its units are given to orders.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct Head {
    pub sku_id: Uuid,
    pub sku_code: String,
    pub code: String,
    pub recalled: bool,
    pub expires_on: Option<NaiveDate>,
}

/// The lot, locked: nothing of it comes in or goes on sale meanwhile.
pub(super) async fn lock(conn: &mut PgConnection, org: Uuid, lot: Uuid) -> Result<Option<Head>> {
    Ok(sqlx::query_as!(
        Head,
        r#"select l.sku_id, s.code as sku_code, l.code, l.recalled_at is not null as "recalled!",
                  (l.expires_on at time zone 'UTC')::date as "expires_on?" from lot l
           join sku s on s.org_id = l.org_id and s.id = l.sku_id where l.org_id = $1 and l.id = $2 for update of l"#,
        org,
        lot
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn set_recalled(
    conn: &mut PgConnection,
    org: Uuid,
    lot: Uuid,
    recalled: Option<(DateTime<Utc>, &str)>,
) -> Result<()> {
    sqlx::query!(
        "update lot set recalled_at = $3, recall_note = $4 where org_id = $1 and id = $2",
        org,
        lot,
        recalled.map(|(at, _)| at),
        recalled.map_or("", |(_, reason)| reason)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sites where the lot is on hand, in id order.
pub(super) async fn sites(conn: &mut PgConnection, org: Uuid, lot: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct site_id from balance where org_id = $1 and lot_id = $2 and on_hand > 0 order by site_id",
        org,
        lot
    )
    .fetch_all(conn)
    .await?)
}

/// Orders that were given some, in id order.
pub(super) async fn orders(conn: &mut PgConnection, org: Uuid, lot: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct l.order_id from balance b
         join allocation a on a.org_id = b.org_id and a.site_id = b.site_id and a.bin_id = b.bin_id and a.lpn_id = b.lpn_id
           and a.sku_id = b.sku_id and a.lot_id = b.lot_id
         join order_line l on l.org_id = a.org_id and l.id = a.order_line_id
         where b.org_id = $1 and b.lot_id = $2 and b.allocated > 0 order by l.order_id",
        org,
        lot
    )
    .fetch_all(conn)
    .await?)
}

/// Walks that have something left to fetch of the SKU from bins where the lot stands.
pub(super) async fn trips(conn: &mut PgConnection, org: Uuid, lot: Uuid, sku: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct k.trip_id from pick_task k
         where k.org_id = $1 and k.sku_id = $3 and k.done_at is null and k.cancelled_at is null
           and k.bin_id in (select b.bin_id from balance b where b.org_id = $1 and b.lot_id = $2 and b.on_hand > 0)",
        org,
        lot,
        sku
    )
    .fetch_all(conn)
    .await?)
}

/// Units of the lot on sale, and to whom each is given: in a bin, a tote, or a parcel that has not left.
pub(super) struct GivenRow {
    pub allocation: Uuid,
    pub order_line_id: Uuid,
    pub order_id: Uuid,
    pub order_number: String,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub lpn_id: Uuid,
    pub lpn_code: String,
    pub lpn_kind: String,
    pub quantity: i32,
}

pub(super) async fn given(conn: &mut PgConnection, org: Uuid, lot: Uuid) -> Result<Vec<GivenRow>> {
    Ok(sqlx::query_as!(
        GivenRow,
        r#"select a.id as allocation, a.order_line_id, o.id as order_id, o.number as order_number, a.site_id, a.bin_id, n.code as bin_code,
                  a.lpn_id, coalesce(u.code, '') as "lpn_code!", coalesce(u.kind, '') as "lpn_kind!", a.quantity
           from allocation a join balance b on b.org_id = a.org_id and b.site_id = a.site_id and b.bin_id = a.bin_id and b.lpn_id = a.lpn_id
             and b.sku_id = a.sku_id and b.owner_id = a.owner_id and b.lot_id = a.lot_id and b.serial_id = a.serial_id and b.state = a.state
           join bin n on n.org_id = a.org_id and n.id = a.bin_id
           left join lpn u on u.org_id = a.org_id and u.id = a.lpn_id
           join order_line l on l.org_id = a.org_id and l.id = a.order_line_id
           join sales_order o on o.org_id = l.org_id and o.id = l.order_id
           where b.org_id = $1 and b.lot_id = $2 and b.allocated > 0
           order by o.promised_at desc, o.placed_at desc, o.id desc, a.id"#,
        org,
        lot
    )
    .fetch_all(conn)
    .await?)
}

/// What stands of the lot in a state, place by place.
pub(super) struct StandingRow {
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub lpn_id: Uuid,
    pub owner_id: Uuid,
    pub serial_id: Uuid,
    pub on_hand: i32,
    /// It lies in a tote or parcel, which others go on to use.
    pub carried: bool,
}

pub(super) async fn standing(conn: &mut PgConnection, org: Uuid, lot: Uuid, state: &str) -> Result<Vec<StandingRow>> {
    Ok(sqlx::query_as!(
        StandingRow,
        r#"select b.site_id, b.bin_id, b.lpn_id, b.owner_id, b.serial_id, b.on_hand, coalesce(u.kind in ('tote', 'parcel'), false) as "carried!"
           from balance b left join lpn u on u.org_id = b.org_id and u.id = b.lpn_id
           where b.org_id = $1 and b.lot_id = $2 and b.state = $3 and b.on_hand > 0
           order by b.site_id, b.bin_id, b.lpn_id, b.serial_id"#,
        org,
        lot,
        state
    )
    .fetch_all(conn)
    .await?)
}

/// Takes units out of what a parcel that has not left says it holds; it is open again, to be verified anew. A line with none left goes.
pub(super) async fn unpack(conn: &mut PgConnection, org: Uuid, lpn: Uuid, line: Uuid, units: i32) -> Result<()> {
    sqlx::query!(
        "with parcel_of as (select id from parcel where org_id = $1 and lpn_id = $2 and shipped_at is null),
              opened as (update parcel p set packed_at = null from parcel_of o where p.org_id = $1 and p.id = o.id),
              gone as (delete from parcel_line x using parcel_of o
                       where x.org_id = $1 and x.parcel_id = o.id and x.order_line_id = $3 and x.quantity = $4)
         update parcel_line x set quantity = x.quantity - $4 from parcel_of o
         where x.org_id = $1 and x.parcel_id = o.id and x.order_line_id = $3 and x.quantity > $4",
        org,
        lpn,
        line,
        units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Units that customers have.
pub(super) async fn shipped(conn: &mut PgConnection, org: Uuid, lot: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(case reason when 'ship' then quantity else -quantity end), 0) as "units!" from movement
           where org_id = $1 and lot_id = $2 and reason in ('ship', 'return_receipt')"#,
        org,
        lot
    )
    .fetch_one(conn)
    .await?)
}

/// What the recall held and is held still, place by place; what was on hold before it, or came since, is not its.
pub(super) async fn held_by_recall(conn: &mut PgConnection, org: Uuid, lot: Uuid) -> Result<Vec<StandingRow>> {
    Ok(sqlx::query_as!(
        StandingRow,
        r#"select b.site_id, b.bin_id, b.lpn_id, b.owner_id, b.serial_id, least(b.on_hand, x.units)::int as "on_hand!", false as "carried!"
           from (select m.to_site, m.to_bin, m.to_lpn, m.owner_id, m.serial_id, sum(m.quantity)::int as units from lot l
                 join movement m on m.org_id = l.org_id and m.lot_id = l.id and m.source_id = l.id and m.reason = 'hold'
                   and m.occurred_at >= l.recalled_at
                 where l.org_id = $1 and l.id = $2 group by m.to_site, m.to_bin, m.to_lpn, m.owner_id, m.serial_id) x
           join balance b on b.org_id = $1 and b.lot_id = $2 and b.site_id = x.to_site and b.bin_id = x.to_bin and b.lpn_id = x.to_lpn
             and b.owner_id = x.owner_id and b.serial_id = x.serial_id and b.state = 'held' and b.on_hand > 0
           order by b.site_id, b.bin_id, b.lpn_id, b.serial_id"#,
        org,
        lot
    )
    .fetch_all(conn)
    .await?)
}

/// Lots that were good until before `today` and have units on sale still, the longest past first.
pub(super) async fn past_their_day(conn: &mut PgConnection, org: Uuid, today: NaiveDate, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select l.id from lot l where l.org_id = $1 and l.expires_on < $2::date::timestamp at time zone 'UTC'
           and exists (select from balance b where b.org_id = l.org_id and b.lot_id = l.id and b.state = 'sellable' and b.on_hand > 0
                         and b.lot_id <> '00000000-0000-0000-0000-000000000000')
         order by l.expires_on, l.id limit $3",
        org,
        today,
        most
    )
    .fetch_all(conn)
    .await?)
}
