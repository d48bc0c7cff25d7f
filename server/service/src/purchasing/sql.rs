//! Statements on buying: suppliers, their prices, orders with their lines.

use chrono::{DateTime, NaiveDate, Utc};
use domain::purchasing::{SaveSupplier, SetPrice};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct RulesRow {
    pub version: i32,
    pub approve_above_amount: Decimal,
    pub over_percent: i32,
    pub price_percent: i32,
    pub units_percent: i32,
    pub cover_weeks: i32,
}

/// The rules that hold, if any were ever set.
pub(super) async fn rules(conn: &mut PgConnection, org: Uuid) -> Result<Option<RulesRow>> {
    Ok(sqlx::query_as!(
        RulesRow,
        "select version, approve_above_amount, over_percent, price_percent, units_percent, cover_weeks
         from purchasing_rules where org_id = $1 order by version desc limit 1",
        org
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn insert_rules(conn: &mut PgConnection, org: Uuid, rules: &RulesRow, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into purchasing_rules (org_id, version, approve_above_amount, over_percent, effective_from, price_percent, units_percent, cover_weeks)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        rules.version,
        rules.approve_above_amount,
        rules.over_percent,
        at,
        rules.price_percent,
        rules.units_percent,
        rules.cover_weeks
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct SupplierFacts {
    pub name: String,
    pub lead_days: i32,
    pub active: bool,
}

/// The supplier, kept from changing meanwhile.
pub(super) async fn supplier(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<SupplierFacts>> {
    Ok(sqlx::query_as!(
        SupplierFacts,
        "select name, lead_days, active from supplier where org_id = $1 and id = $2 for share",
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// Another supplier's code?
pub(super) async fn code_taken(conn: &mut PgConnection, org: Uuid, id: Uuid, code: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from supplier where org_id = $1 and code = $3 and id <> $2) as "taken!""#,
        org,
        id,
        code
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn save_supplier(conn: &mut PgConnection, org: Uuid, new: &SaveSupplier) -> Result<()> {
    sqlx::query!(
        "insert into supplier (org_id, id, code, name, email, lead_days, over_percent, active) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (org_id, id) do update set code = excluded.code, name = excluded.name, email = excluded.email,
           lead_days = excluded.lead_days, over_percent = excluded.over_percent, active = excluded.active",
        org,
        new.id.0,
        new.code,
        new.name.trim(),
        new.email.trim(),
        new.lead_days,
        new.over_percent,
        new.active
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets one step of a price list, or takes it away.
pub(super) async fn set_price(conn: &mut PgConnection, org: Uuid, sku: Uuid, price: &SetPrice) -> Result<()> {
    match price.unit_cost {
        Some(cost) => {
            sqlx::query!(
                "insert into supplier_price (org_id, supplier_id, sku_id, min_quantity, unit_cost) values ($1, $2, $3, $4, $5)
                 on conflict (org_id, supplier_id, sku_id, min_quantity) do update set unit_cost = excluded.unit_cost",
                org,
                price.supplier.0,
                sku,
                price.min_quantity,
                cost
            )
            .execute(conn)
            .await?
        }
        None => {
            sqlx::query!(
                "delete from supplier_price where org_id = $1 and supplier_id = $2 and sku_id = $3 and min_quantity = $4",
                org,
                price.supplier.0,
                sku,
                price.min_quantity
            )
            .execute(conn)
            .await?
        }
    };
    Ok(())
}

pub(super) struct PriceRow {
    pub sku_id: Uuid,
    pub min_quantity: i32,
    pub unit_cost: Decimal,
}

pub(super) async fn prices(conn: &mut PgConnection, org: Uuid, supplier: Uuid, skus: &[Uuid]) -> Result<Vec<PriceRow>> {
    Ok(sqlx::query_as!(
        PriceRow,
        "select sku_id, min_quantity, unit_cost from supplier_price where org_id = $1 and supplier_id = $2 and sku_id = any($3)",
        org,
        supplier,
        skus
    )
    .fetch_all(conn)
    .await?)
}

/// What day it is at a site, and its code.
pub(super) async fn today(conn: &mut PgConnection, org: Uuid, site: Uuid, at: DateTime<Utc>) -> Result<Option<NaiveDate>> {
    Ok(sqlx::query_scalar!(
        r#"select (($3::timestamptz) at time zone timezone)::date as "today!" from site where org_id = $1 and id = $2"#,
        org,
        site,
        at
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct OrderFacts {
    pub number: String,
    pub supplier_name: String,
    pub owner_id: Uuid,
    pub site_id: Uuid,
    pub revision: i32,
    pub writers: Vec<Uuid>,
    pub standing: String,
    pub received: i64,
    pub awaited: i64,
    pub total_amount: Decimal,
}

/// Locks an order: whoever writes, approves or receives it waits here. Where it stands is read by [`order`], after the lock is held.
pub(super) async fn lock_order(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<bool> {
    let locked = sqlx::query_scalar!("select id from purchase_order where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(conn)
        .await?;
    Ok(locked.is_some())
}

pub(super) async fn order(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<OrderFacts>> {
    Ok(sqlx::query_as!(
        OrderFacts,
        r#"select o.number, v.name as supplier_name, o.owner_id, o.site_id, o.revision, o.writers, s.standing as "standing!",
                  s.received as "received!", s.awaited as "awaited!", s.total_amount as "total_amount!"
           from purchase_order o
           join purchase_order_standing s on s.org_id = o.org_id and s.id = o.id
           join supplier v on v.org_id = o.org_id and v.id = o.supplier_id
           where o.org_id = $1 and o.id = $2"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// A draft as it reads from now on.
pub(super) struct Draft<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub supplier: Uuid,
    pub owner: Uuid,
    pub site: Uuid,
    pub due: NaiveDate,
    pub note: &'a str,
    pub revision: i32,
    pub writers: &'a [Uuid],
}

/// The day an order is due begins by the site's clock.
pub(super) async fn save_order(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, draft: &Draft<'_>) -> Result<()> {
    sqlx::query!(
        "insert into purchase_order (org_id, id, number, supplier_id, site_id, due_at, note, revision, writers, written_at, owner_id)
         select $1, $2, $3, $4, $5, $6::date::timestamp at time zone s.timezone, $7, $8, $9, $10, $11
         from site s where s.org_id = $1 and s.id = $5
         on conflict (org_id, id) do update set supplier_id = excluded.supplier_id, site_id = excluded.site_id, due_at = excluded.due_at,
           note = excluded.note, revision = excluded.revision, writers = excluded.writers, owner_id = excluded.owner_id",
        org,
        draft.id,
        draft.number,
        draft.supplier,
        draft.site,
        draft.due,
        draft.note,
        draft.revision,
        draft.writers,
        at,
        draft.owner
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lines, column by column.
#[derive(Default)]
pub(super) struct DraftLines {
    pub skus: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub costs: Vec<Decimal>,
    pub over_percents: Vec<Option<i32>>,
}

/// These lines and no others, in their order.
pub(super) async fn save_lines(conn: &mut PgConnection, org: Uuid, order: Uuid, lines: &DraftLines) -> Result<()> {
    sqlx::query!("delete from purchase_line where org_id = $1 and order_id = $2", org, order).execute(&mut *conn).await?;
    let ids: Vec<Uuid> = lines.skus.iter().map(|_| Uuid::now_v7()).collect();
    let numbers: Vec<i32> = (1..).take(lines.skus.len()).collect();
    sqlx::query!(
        "insert into purchase_line (org_id, id, order_id, line_no, sku_id, quantity, unit_cost, over_percent)
         select $1, id, $2, line_no, sku, quantity, cost, over
         from unnest($3::uuid[], $4::int[], $5::uuid[], $6::int[], $7::numeric[], $8::int[]) as n (id, line_no, sku, quantity, cost, over)",
        org,
        order,
        &ids,
        &numbers,
        &lines.skus,
        &lines.quantities,
        &lines.costs,
        &lines.over_percents as &[Option<i32>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn approve_order(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    (by, at): (Uuid, DateTime<Utc>),
    needs_another: bool,
) -> Result<()> {
    sqlx::query!(
        "update purchase_order set approved_at = $4, approved_by = $3, needs_another = $5 where org_id = $1 and id = $2",
        org,
        id,
        by,
        at,
        needs_another
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Cancels an order and what was announced of it.
pub(super) async fn cancel_order(conn: &mut PgConnection, org: Uuid, id: Uuid, at: DateTime<Utc>, why: &str) -> Result<()> {
    sqlx::query!(
        "update purchase_order set cancelled_at = $3, cancelled_why = $4 where org_id = $1 and id = $2",
        org,
        id,
        at,
        why
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update delivery set cancelled_at = $3 where org_id = $1 and order_id = $2 and arrived_at is null and cancelled_at is null",
        org,
        id,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Clone)]
pub(super) struct LineRow {
    pub id: Uuid,
    pub line_no: i32,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub quantity: i32,
    pub unit_cost: Decimal,
    pub received: i32,
    pub awaited: i32,
    pub closed: bool,
    pub over_percent: Option<i32>,
    pub supplier_percent: Option<i32>,
}

/// The lines of an order with what is still awaited of each, and what tolerance it has.
pub(super) async fn lines(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        r#"select l.id as "id!", l.line_no as "line_no!", l.sku_id as "sku_id!", k.code as sku_code, l.quantity as "quantity!",
                  l.unit_cost as "unit_cost!", l.received as "received!", l.awaited as "awaited!", l.closed_at is not null as "closed!",
                  l.over_percent, v.over_percent as supplier_percent
           from purchase_line_standing l
           join sku k on k.org_id = l.org_id and k.id = l.sku_id
           join purchase_order o on o.org_id = l.org_id and o.id = l.order_id
           join supplier v on v.org_id = o.org_id and v.id = o.supplier_id
           where l.org_id = $1 and l.order_id = $2 order by l.line_no"#,
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct CodeRow {
    pub code: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub pack: i32,
}

/// What these codes mean: a barcode with its pack, or a SKU by its own code. Upper and lower case are one.
pub(super) async fn codes(conn: &mut PgConnection, org: Uuid, codes: &[String]) -> Result<Vec<CodeRow>> {
    Ok(sqlx::query_as!(
        CodeRow,
        r#"select n.code as "code!", s.id as "sku_id!", s.code as "sku_code!", coalesce(b.pack_quantity, 1) as "pack!"
           from unnest($2::text[]) as n (code)
           left join barcode b on b.org_id = $1 and upper(b.code) = upper(n.code)
           join sku s on s.org_id = $1 and (s.id = b.sku_id or (b.sku_id is null and upper(s.code) = upper(n.code)))"#,
        org,
        codes
    )
    .fetch_all(conn)
    .await?)
}
