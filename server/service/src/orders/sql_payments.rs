//! Statements on payments.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Payments, column by column.
#[derive(Default)]
pub(crate) struct NewPayments {
    pub ids: Vec<Uuid>,
    pub orders: Vec<Uuid>,
    pub providers: Vec<String>,
    pub authorisations: Vec<String>,
    pub references: Vec<String>,
    pub amounts: Vec<Decimal>,
    pub statuses: Vec<String>,
}

pub(crate) async fn insert_payments(
    conn: &mut PgConnection,
    org: Uuid,
    currency: &str,
    at: DateTime<Utc>,
    new: &NewPayments,
) -> Result<()> {
    sqlx::query!(
        "insert into payment (org_id, id, order_id, provider, authorisation, provider_ref, amount, currency, status, captured_at, occurred_at)
         select $1, id, order_id, provider, authorisation, reference, amount, $2, status, case status when 'captured' then $3::timestamptz end, $3
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::numeric[], $10::text[])
           as n (id, order_id, provider, authorisation, reference, amount, status)",
        org,
        currency,
        at,
        &new.ids,
        &new.orders,
        &new.providers,
        &new.authorisations,
        &new.references,
        &new.amounts,
        &new.statuses
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct PaymentRow {
    pub id: Uuid,
    pub order_id: Uuid,
    pub provider: String,
    pub provider_ref: String,
    pub amount: Decimal,
    pub currency: String,
    pub status: String,
    pub attempts: i32,
    pub captured_at: Option<DateTime<Utc>>,
    pub order_cancelled: bool,
    pub order_number: String,
}

/// Locks the orders of these payments in id order: they are always locked before their payments.
pub(crate) async fn lock_orders_of(conn: &mut PgConnection, org: Uuid, payments: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "select o.id from sales_order o where o.org_id = $1
           and o.id in (select p.order_id from payment p where p.org_id = $1 and p.id = any($2)) order by o.id for no key update of o",
        org,
        payments
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Payments by id or by order, locked in id order.
pub(crate) async fn lock_payments(conn: &mut PgConnection, org: Uuid, ids: &[Uuid], orders: &[Uuid]) -> Result<Vec<PaymentRow>> {
    Ok(sqlx::query_as!(
        PaymentRow,
        r#"select p.id, p.order_id, p.provider, p.provider_ref, p.amount, p.currency, p.status, p.attempts, p.captured_at,
                  o.cancelled_at is not null as "order_cancelled!", o.number as order_number
           from payment p join sales_order o on o.org_id = p.org_id and o.id = p.order_id
           where p.org_id = $1 and (p.id = any($2) or p.order_id = any($3)) order by p.id for no key update of p"#,
        org,
        ids,
        orders
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn set_payment(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    status: &str,
    reference: Option<&str>,
    failure: &str,
    captured_at: Option<DateTime<Utc>>,
) -> Result<()> {
    sqlx::query!(
        "update payment set status = $3, provider_ref = coalesce($4, provider_ref), failure = $5, captured_at = coalesce($6, captured_at),
            -- Money on its way back starts its own tries.
            attempts = case when $3 = 'voiding' then 0 else attempts end,
            claimed_until = case when $3 = 'voiding' then '-infinity' else claimed_until end
         where org_id = $1 and id = $2",
        org,
        id,
        status,
        reference,
        failure,
        captured_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A failed payment is asked for again, under a key the provider has not answered yet.
pub(crate) async fn ask_again(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<()> {
    sqlx::query!(
        "update payment set status = 'pending', failure = '', key_no = key_no + 1, attempts = 0, claimed_until = '-infinity'
         where org_id = $1 and id = $2",
        org,
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn renew_key(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<()> {
    sqlx::query!("update payment set key_no = key_no + 1 where org_id = $1 and id = $2", org, id).execute(conn).await?;
    Ok(())
}

pub(crate) struct DueRow {
    pub id: Uuid,
    pub authorisation: String,
    pub provider_ref: String,
    pub amount: Decimal,
    pub currency: String,
    pub status: String,
    pub attempts: i32,
    pub key_no: i32,
    pub order_cancelled: bool,
}

/// Takes payments that wait for the provider, until a claim that grows with the attempts runs out.
pub(crate) async fn claim_payments(conn: &mut PgConnection, org: Uuid, most: i64) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as!(
        DueRow,
        r#"update payment p set attempts = p.attempts + 1,
                claimed_until = now() + make_interval(secs => least(15 * power(2, least(p.attempts, 10)), 600))
         from (select p.id, o.cancelled_at is not null as order_cancelled
               from payment p join sales_order o on o.org_id = p.org_id and o.id = p.order_id
               where p.org_id = $1 and p.provider <> 'channel' and p.status in ('pending', 'unknown', 'voiding') and p.claimed_until < now()
               order by p.id limit $2 for update of p skip locked) due
         where p.org_id = $1 and p.id = due.id
         returning p.id, p.authorisation, p.provider_ref, p.amount, p.currency, p.status, p.attempts, p.key_no,
                   due.order_cancelled as "order_cancelled!""#,
        org,
        most
    )
    .fetch_all(conn)
    .await?)
}
