//! Statements on refunds.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// An order line as it was sold, with what live refunds give back of it.
pub(crate) struct SoldRow {
    pub id: Uuid,
    pub order_id: Uuid,
    pub quantity: i32,
    pub gross: Decimal,
    pub tax: Decimal,
    pub refunded_units: i32,
    pub refunded_amount: Decimal,
    pub refunded_tax: Decimal,
}

pub(crate) async fn sold_lines(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<SoldRow>> {
    Ok(sqlx::query_as!(
        SoldRow,
        r#"select l.id, l.order_id, l.quantity, l.unit_price * l.quantity - l.discount as "gross!", l.tax,
                  coalesce(r.units, 0)::int as "refunded_units!", coalesce(r.amount, 0) as "refunded_amount!",
                  coalesce(r.tax, 0) as "refunded_tax!"
           from order_line l
           left join lateral (
               select sum(rl.quantity) as units, sum(rl.amount) as amount, sum(rl.tax) as tax
               from refund_line rl join refund f on f.org_id = rl.org_id and f.id = rl.refund_id
               where rl.org_id = l.org_id and rl.order_line_id = l.id and f.status <> 'declined'
           ) r on true
           where l.org_id = $1 and l.id = any($2)"#,
        org,
        lines
    )
    .fetch_all(conn)
    .await?)
}

/// What was captured on an order, and what live refunds give back of it and to its customer.
pub(crate) struct PaidRow {
    pub id: Uuid,
    pub currency: String,
    pub email: String,
    pub captured: Decimal,
    /// Before fees: what fees keep back is not paid out, but is spoken for.
    pub given_back: Decimal,
    pub refunded: Decimal,
    pub to_customer_in_a_day: Decimal,
    /// The channel captured it itself, and gives it back itself.
    pub by_channel: bool,
}

pub(crate) async fn paid(conn: &mut PgConnection, org: Uuid, orders: &[Uuid], at: DateTime<Utc>) -> Result<Vec<PaidRow>> {
    Ok(sqlx::query_as!(
        PaidRow,
        r#"select o.id, o.currency, lower(o.email) as "email!",
              coalesce((select sum(p.amount) from payment p
                        where p.org_id = o.org_id and p.order_id = o.id and p.status = 'captured'), 0) as "captured!",
              coalesce((select sum(rl.amount) from refund f join refund_line rl on rl.org_id = f.org_id and rl.refund_id = f.id
                        where f.org_id = o.org_id and f.order_id = o.id and f.status <> 'declined'), 0) as "given_back!",
              coalesce((select sum(f.amount) from refund f
                        where f.org_id = o.org_id and f.order_id = o.id and f.status <> 'declined'), 0) as "refunded!",
              case when o.email = '' then 0 else
                coalesce((select sum(f.amount) from sales_order c join refund f on f.org_id = c.org_id and f.order_id = c.id
                          where c.org_id = o.org_id and lower(c.email) = lower(o.email) and f.status <> 'declined'
                            and f.proposed_at > $3::timestamptz - interval '1 day' and f.proposed_at <= $3::timestamptz), 0)
                end as "to_customer_in_a_day!",
              exists (select from payment p where p.org_id = o.org_id and p.order_id = o.id and p.status = 'captured'
                      and p.provider = 'channel') as "by_channel!"
           from sales_order o where o.org_id = $1 and o.id = any($2)"#,
        org,
        orders,
        at
    )
    .fetch_all(conn)
    .await?)
}

/// Returns among these on which a live refund stands already.
pub(crate) async fn refunded_returns(conn: &mut PgConnection, org: Uuid, returns: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct return_id from refund where org_id = $1 and return_id = any($2) and status <> 'declined'",
        org,
        returns
    )
    .fetch_all(conn)
    .await?)
}

#[derive(Default)]
pub(crate) struct NewRefunds {
    pub ids: Vec<Uuid>,
    pub numbers: Vec<String>,
    pub orders: Vec<Uuid>,
    pub returns: Vec<Uuid>,
    pub kinds: Vec<String>,
    pub amounts: Vec<Decimal>,
    pub currencies: Vec<String>,
    pub statuses: Vec<String>,
    pub needs: Vec<bool>,
}

/// What needs nobody is decided now, by nobody; what is paid at once is paid now.
pub(crate) async fn insert_refunds(
    conn: &mut PgConnection,
    org: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
    new: &NewRefunds,
) -> Result<()> {
    sqlx::query!(
        "insert into refund (org_id, id, number, order_id, return_id, kind, amount, currency, status, needs_approval, proposed_by,
                             proposed_at, decided_at, paid_at)
         select $1, id, number, order_id, return_id, kind, amount, currency, status, needs, $2, $3::timestamptz,
                case when not needs then $3::timestamptz end, case when status = 'paid' then $3::timestamptz end
         from unnest($4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::numeric[], $10::text[], $11::text[], $12::bool[])
           as n (id, number, order_id, return_id, kind, amount, currency, status, needs)",
        org,
        by,
        at,
        &new.ids,
        &new.numbers,
        &new.orders,
        &new.returns,
        &new.kinds,
        &new.amounts,
        &new.currencies,
        &new.statuses,
        &new.needs
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Default)]
pub(crate) struct NewRefundLines {
    pub refunds: Vec<Uuid>,
    pub inspections: Vec<Uuid>,
    pub lines: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub amounts: Vec<Decimal>,
    pub taxes: Vec<Decimal>,
    pub fees: Vec<Decimal>,
}

pub(crate) async fn insert_refund_lines(conn: &mut PgConnection, org: Uuid, new: &NewRefundLines) -> Result<()> {
    let ids: Vec<Uuid> = new.refunds.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into refund_line (org_id, id, refund_id, inspection_id, order_line_id, quantity, amount, tax, fee)
         select $1, id, refund, inspection, line, quantity, amount, tax, fee
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::numeric[], $8::numeric[], $9::numeric[])
           as n (id, refund, inspection, line, quantity, amount, tax, fee)",
        org,
        &ids,
        &new.refunds,
        &new.inspections,
        &new.lines,
        &new.quantities,
        &new.amounts,
        &new.taxes,
        &new.fees
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Inspected units of a return, with what live refunds already cover of each.
pub(crate) struct InspectedRow {
    pub id: Uuid,
    pub return_id: Uuid,
    pub order_line_id: Uuid,
    pub quantity: i32,
    pub refunded: i32,
    pub grade: String,
    pub reason: String,
    pub policy_id: Uuid,
}

pub(crate) async fn inspected(conn: &mut PgConnection, org: Uuid, inspections: &[Uuid]) -> Result<Vec<InspectedRow>> {
    Ok(sqlx::query_as!(
        InspectedRow,
        r#"select i.id, l.return_id, l.order_line_id, i.quantity, i.grade, l.reason, r.policy_id,
                  coalesce((select sum(rl.quantity) from refund_line rl join refund f on f.org_id = rl.org_id and f.id = rl.refund_id
                            where rl.org_id = i.org_id and rl.inspection_id = i.id and f.status <> 'declined'), 0)::int as "refunded!"
           from inspection i
           join receipt_line c on c.org_id = i.org_id and c.id = i.receipt_line_id
           join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
           join return_request r on r.org_id = l.org_id and r.id = l.return_id
           where i.org_id = $1 and i.id = any($2)"#,
        org,
        inspections
    )
    .fetch_all(conn)
    .await?)
}

/// A refund under its lock.
pub(crate) struct RefundHead {
    pub id: Uuid,
    pub number: String,
    pub order_id: Uuid,
    pub kind: String,
    pub amount: Decimal,
    pub currency: String,
    pub status: String,
    pub proposed_by: Uuid,
    pub by_channel: bool,
    pub inspectors: Vec<Uuid>,
}

pub(crate) async fn lock_refunds(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<RefundHead>> {
    Ok(sqlx::query_as!(
        RefundHead,
        r#"select f.id, f.number, f.order_id, f.kind, f.amount, f.currency, f.status, f.proposed_by,
                  exists (select from payment p where p.org_id = f.org_id and p.order_id = f.order_id and p.status = 'captured'
                          and p.provider = 'channel') as "by_channel!",
                  array(select distinct i.inspected_by from refund_line rl
                        join inspection i on i.org_id = rl.org_id and i.id = rl.inspection_id
                        where rl.org_id = f.org_id and rl.refund_id = f.id) as "inspectors!"
           from refund f where f.org_id = $1 and f.id = any($2) order by f.id for no key update"#,
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

#[derive(Default)]
pub(crate) struct Decided {
    pub ids: Vec<Uuid>,
    pub statuses: Vec<String>,
}

pub(crate) async fn decide(
    conn: &mut PgConnection,
    org: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
    reason: &str,
    decided: &Decided,
) -> Result<()> {
    sqlx::query!(
        "update refund f set status = n.status, decided_by = $2, decided_at = $3, decline_reason = $4,
                paid_at = case when n.status = 'paid' then $3::timestamptz end
         from unnest($5::uuid[], $6::text[]) as n (id, status) where f.org_id = $1 and f.id = n.id",
        org,
        by,
        at,
        reason,
        &decided.ids,
        &decided.statuses
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn set_status(conn: &mut PgConnection, org: Uuid, id: Uuid, status: &str) -> Result<()> {
    sqlx::query!("update refund set status = $3 where org_id = $1 and id = $2", org, id, status).execute(conn).await?;
    Ok(())
}

/// What the provider said of each.
#[derive(Default)]
pub(crate) struct Ended {
    pub ids: Vec<Uuid>,
    pub statuses: Vec<String>,
    pub references: Vec<String>,
    pub failures: Vec<String>,
}

pub(crate) async fn ended(conn: &mut PgConnection, org: Uuid, ended: &Ended, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update refund r set status = n.status, provider_ref = case when n.reference = '' then r.provider_ref else n.reference end,
                failure = n.failure, paid_at = case when n.status = 'paid' then $6::timestamptz end
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as n (id, status, reference, failure)
         where r.org_id = $1 and r.id = n.id",
        org,
        &ended.ids,
        &ended.statuses,
        &ended.references,
        &ended.failures,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct Sums {
    pub order_id: Uuid,
    pub amount: Decimal,
    pub tax: Decimal,
    pub fee: Decimal,
}

/// What a refund's lines come to.
pub(crate) async fn sums(conn: &mut PgConnection, org: Uuid, refund: Uuid) -> Result<Sums> {
    Ok(sqlx::query_as!(
        Sums,
        r#"select coalesce(sum(amount), 0) as "amount!", coalesce(sum(tax), 0) as "tax!", coalesce(sum(fee), 0) as "fee!",
                  (select order_id from refund where org_id = $1 and id = $2) as "order_id!"
           from refund_line where org_id = $1 and refund_id = $2"#,
        org,
        refund
    )
    .fetch_one(conn)
    .await?)
}

/// Takes refunds whose money has not gone out for certain, oldest first, until a claim that grows with the attempts runs out.
pub(crate) async fn claim(conn: &mut PgConnection, org: Uuid, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "update refund f set attempts = f.attempts + 1,
                claimed_until = now() + make_interval(secs => least(15 * power(2, least(f.attempts, 10)), 600))
         from (select id from refund where org_id = $1 and kind = 'refund' and status in ('approved', 'paying', 'unknown')
                 and claimed_until < now()
               order by decided_at, id limit $2 for update skip locked) due
         where f.org_id = $1 and f.id = due.id returning f.id",
        org,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// What a provider is asked for a refund, and by which capture.
pub(crate) struct DueRow {
    pub id: Uuid,
    pub status: String,
    pub amount: Decimal,
    pub currency: String,
    pub key_no: i32,
    pub payment: Option<String>,
}

pub(crate) async fn due(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<DueRow>> {
    Ok(sqlx::query_as!(
        DueRow,
        "select f.id, f.status, f.amount, f.currency, f.key_no,
                (select p.provider_ref from payment p where p.org_id = f.org_id and p.order_id = f.order_id and p.status = 'captured'
                 order by p.amount desc, p.id limit 1) as payment
         from refund f where f.org_id = $1 and f.id = $2",
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// A refund that the provider refused for certain is paid again, at once and under another key.
pub(crate) async fn pay_again(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<()> {
    sqlx::query!(
        "update refund set status = 'approved', key_no = key_no + 1, attempts = 0, claimed_until = '-infinity'
         where org_id = $1 and id = $2",
        org,
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}
