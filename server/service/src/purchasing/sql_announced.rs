//! Statements on what a supplier says is in a delivery, and on what came of it.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Announces all of the order that is awaited and not announced yet; answers the units.
pub(super) async fn announce_rest(conn: &mut PgConnection, org: Uuid, delivery: Uuid, order: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"with said as (
             insert into delivery_line (org_id, delivery_id, line_id, quantity)
             select $1, $2, l.id, l.awaited - coalesce(a.units, 0) from purchase_line_standing l
             left join (select line_id, sum(coming)::int as units from delivery_line_standing
                        where org_id = $1 and order_id = $3 group by line_id) a on a.line_id = l.id
             where l.org_id = $1 and l.order_id = $3 and l.awaited > coalesce(a.units, 0) returning quantity)
           select coalesce(sum(quantity), 0)::bigint as "units!" from said"#,
        org,
        delivery,
        order
    )
    .fetch_one(conn)
    .await?)
}

/// What is announced, column by column; of no lot where none is said.
#[derive(Default)]
pub(super) struct NewAnnounced {
    pub lines: Vec<Uuid>,
    pub lots: Vec<String>,
    pub expires: Vec<Option<NaiveDate>>,
    pub quantities: Vec<i32>,
}

/// Announces these units; answers how many they are.
pub(super) async fn announce(conn: &mut PgConnection, org: Uuid, delivery: Uuid, new: &NewAnnounced) -> Result<i64> {
    let units = sqlx::query_scalar!(
        r#"with said as (
             insert into delivery_line (org_id, delivery_id, line_id, quantity)
             select $1, $2, line, sum(quantity)::int from unnest($3::uuid[], $4::int[]) as n (line, quantity) group by line returning quantity)
           select coalesce(sum(quantity), 0)::bigint as "units!" from said"#,
        org,
        delivery,
        &new.lines,
        &new.quantities
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into delivery_lot (org_id, delivery_id, line_id, lot, expires_on, quantity)
         select $1, $2, line, lot, expires::timestamp at time zone 'UTC', quantity
         from unnest($3::uuid[], $4::text[], $5::date[], $6::int[]) as n (line, lot, expires, quantity) where lot <> ''",
        org,
        delivery,
        &new.lines,
        &new.lots,
        &new.expires as &[Option<NaiveDate>],
        &new.quantities
    )
    .execute(conn)
    .await?;
    Ok(units)
}

pub(super) struct AnnouncedRow {
    pub delivery_id: Uuid,
    pub line_id: Uuid,
    pub sku_code: String,
    pub ordered: i32,
    pub announced: i32,
    pub received: i32,
    pub over: i32,
}

/// What was announced of each line and what came of it; `over` counts what is announced beyond the order, with all that came or is
/// still to come otherwise.
pub(super) async fn announced(conn: &mut PgConnection, org: Uuid, deliveries: &[Uuid]) -> Result<Vec<AnnouncedRow>> {
    Ok(sqlx::query_as!(
        AnnouncedRow,
        r#"select a.delivery_id as "delivery_id!", a.line_id as "line_id!", k.code as sku_code, l.quantity as "ordered!",
                  a.announced as "announced!", a.received as "received!",
                  greatest(a.announced + l.received - a.received + coalesce(o.coming, 0) - l.quantity, 0)::int as "over!"
           from delivery_line_standing a
           join purchase_line_standing l on l.org_id = a.org_id and l.id = a.line_id
           join sku k on k.org_id = l.org_id and k.id = l.sku_id
           left join lateral (
             select sum(b.coming) as coming from delivery_line_standing b
             where b.org_id = a.org_id and b.order_id = a.order_id and b.line_id = a.line_id and b.delivery_id <> a.delivery_id
           ) o on true
           where a.org_id = $1 and a.delivery_id = any($2) order by a.delivery_id, l.line_no"#,
        org,
        deliveries
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct AnnouncedLotRow {
    pub delivery_id: Uuid,
    pub line_id: Uuid,
    pub lot: String,
    pub expires_on: Option<NaiveDate>,
    pub quantity: i32,
}

/// Of which lots they are said to be.
pub(super) async fn announced_lots(conn: &mut PgConnection, org: Uuid, deliveries: &[Uuid]) -> Result<Vec<AnnouncedLotRow>> {
    Ok(sqlx::query_as!(
        AnnouncedLotRow,
        r#"select delivery_id, line_id, lot, (expires_on at time zone 'UTC')::date as "expires_on?", quantity from delivery_lot
           where org_id = $1 and delivery_id = any($2) order by delivery_id, line_id, expires_on, lot"#,
        org,
        deliveries
    )
    .fetch_all(conn)
    .await?)
}
