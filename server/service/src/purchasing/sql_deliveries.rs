//! Statements on taking in: bins and docks, deliveries, and receipts that were begun.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct BinRow {
    pub id: Uuid,
    pub code: String,
    pub kind: String,
    pub locked: bool,
}

/// The bin with this code; for an empty one the site's first dock.
pub(super) async fn bin(conn: &mut PgConnection, org: Uuid, site: Uuid, code: &str) -> Result<Option<BinRow>> {
    Ok(sqlx::query_as!(
        BinRow,
        "select id, code, kind, locked from bin
         where org_id = $1 and site_id = $2 and case when $3 = '' then kind = 'dock' and not locked else upper(code) = upper($3) end
         order by code limit 1",
        org,
        site,
        code
    )
    .fetch_optional(conn)
    .await?)
}

/// The dock a delivery has its appointment at.
pub(super) async fn dock_of(conn: &mut PgConnection, org: Uuid, delivery: Uuid) -> Result<Option<BinRow>> {
    Ok(sqlx::query_as!(
        BinRow,
        "select b.id, b.code, b.kind, b.locked from delivery d join bin b on b.org_id = d.org_id and b.id = d.dock_id
         where d.org_id = $1 and d.id = $2",
        org,
        delivery
    )
    .fetch_optional(conn)
    .await?)
}

/// Locks a dock: two who book it queue here.
pub(super) async fn lock_dock(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<()> {
    sqlx::query!("select id from bin where org_id = $1 and id = $2 for no key update", org, id).fetch_optional(conn).await?;
    Ok(())
}

pub(super) struct TakenSlot {
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
}

/// A slot at this dock that this one would run into, by the site's clock.
pub(super) async fn taken_slot(
    conn: &mut PgConnection,
    org: Uuid,
    dock: Uuid,
    (from, minutes): (NaiveDateTime, i32),
) -> Result<Option<TakenSlot>> {
    Ok(sqlx::query_as!(
        TakenSlot,
        r#"select d.slot_from at time zone s.timezone as "from!", d.slot_to at time zone s.timezone as "to!"
           from delivery d join site s on s.org_id = d.org_id and s.id = d.site_id
           where d.org_id = $1 and d.dock_id = $2 and d.cancelled_at is null and d.done_at is null
             and d.slot_from < ($3::timestamp at time zone s.timezone) + make_interval(mins => $4)
             and d.slot_to > ($3::timestamp at time zone s.timezone)
           order by d.slot_from limit 1"#,
        org,
        dock,
        from,
        minutes
    )
    .fetch_optional(conn)
    .await?)
}

/// An appointment, by the site's clock.
pub(super) struct NewDelivery<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub order: Uuid,
    pub site: Uuid,
    pub dock: Uuid,
    pub from: NaiveDateTime,
    pub minutes: i32,
    pub carrier: &'a str,
    pub reference: &'a str,
}

/// The appointment; what is in it is announced after.
pub(super) async fn insert_delivery(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewDelivery<'_>) -> Result<()> {
    sqlx::query!(
        "insert into delivery (org_id, id, number, order_id, site_id, dock_id, slot_from, slot_to, carrier, reference, booked_at)
         select $1, $2, $3, $4, $5, $6, $7::timestamp at time zone s.timezone,
                ($7::timestamp at time zone s.timezone) + make_interval(mins => $8), $9, $10, $11
         from site s where s.org_id = $1 and s.id = $5",
        org,
        new.id,
        new.number,
        new.order,
        new.site,
        new.dock,
        new.from,
        new.minutes,
        new.carrier,
        new.reference,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct DeliveryFacts {
    pub number: String,
    pub order_id: Uuid,
    pub site_id: Uuid,
    pub cancelled: bool,
    pub arrived: bool,
    pub done: bool,
    pub received: i64,
}

pub(super) async fn delivery(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<DeliveryFacts>> {
    Ok(sqlx::query_as!(
        DeliveryFacts,
        r#"select number, order_id, site_id, cancelled_at is not null as "cancelled!", arrived_at is not null as "arrived!",
                  done_at is not null as "done!",
                  (select coalesce(sum(l.quantity), 0)::bigint from goods_receipt r
                   join goods_receipt_line l on l.org_id = r.org_id and l.receipt_id = r.id
                   where r.org_id = d.org_id and r.delivery_id = d.id) as "received!"
           from delivery d where org_id = $1 and id = $2 for no key update of d"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// One moment of a delivery; those it has stay. Whoever is done has come.
pub(super) async fn move_delivery(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    at: DateTime<Utc>,
    (arrived, done, cancelled): (bool, bool, bool),
) -> Result<()> {
    sqlx::query!(
        "update delivery set arrived_at = case when $4 or $5 then coalesce(arrived_at, $3) else arrived_at end,
           done_at = case when $5 then coalesce(done_at, $3) else done_at end,
           cancelled_at = case when $6 then coalesce(cancelled_at, $3) else cancelled_at end
         where org_id = $1 and id = $2",
        org,
        id,
        at,
        arrived,
        done,
        cancelled
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct ReceiptFacts {
    pub number: String,
    pub order_id: Option<Uuid>,
    pub delivery_id: Option<Uuid>,
}

/// A receipt that was begun.
pub(super) async fn receipt(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<ReceiptFacts>> {
    Ok(sqlx::query_as!(
        ReceiptFacts,
        "select number, order_id, delivery_id from goods_receipt where org_id = $1 and id = $2",
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}
