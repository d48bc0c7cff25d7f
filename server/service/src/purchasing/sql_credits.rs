//! Statements on what suppliers credit, what is taken of it when they are paid, and which open claims keep a bill from being paid.

use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Whoever credits or pays the same supplier queues here.
pub(super) async fn lock_supplier(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Uuid> {
    Ok(sqlx::query_scalar!(
        "select v.id from supplier v join purchase_order o on o.org_id = v.org_id and o.supplier_id = v.id
         where o.org_id = $1 and o.id = $2 for no key update of v",
        org,
        order
    )
    .fetch_one(conn)
    .await?)
}

/// Credited by the supplier and not yet taken off a payment.
pub(super) async fn unused(conn: &mut PgConnection, org: Uuid, supplier: Uuid) -> Result<Decimal> {
    Ok(sqlx::query_scalar!(
        r#"select (select coalesce(sum(c.credited_amount), 0) from supplier_claim c
                   join purchase_line l on l.org_id = c.org_id and l.id = c.line_id
                   join purchase_order o on o.org_id = l.org_id and o.id = l.order_id
                   where c.org_id = $1 and o.supplier_id = $2 and c.credited_amount > 0)
                - (select coalesce(sum(b.credit_amount), 0) from supplier_bill b where b.org_id = $1 and b.supplier_id = $2) as "unused!""#,
        org,
        supplier
    )
    .fetch_one(conn)
    .await?)
}

pub(super) struct CreditableRow {
    pub id: Uuid,
    pub line_id: Uuid,
    pub kind: String,
    pub quantity: i32,
    pub amount: Decimal,
    pub credited_amount: Decimal,
    /// Of its line: units on bills that match, less those that came, less those whose shortage was credited.
    pub billed_beyond: i32,
}

/// Claims of the order that the supplier credits and the books have not taken whole: the one that is settled now, and shortages that were
/// settled before they were billed.
pub(super) async fn creditable(conn: &mut PgConnection, org: Uuid, order: Uuid, claim: Uuid) -> Result<Vec<CreditableRow>> {
    Ok(sqlx::query_as!(
        CreditableRow,
        r#"select c.id, c.line_id, c.kind, c.quantity, c.amount, c.credited_amount,
                  ((select coalesce(sum(x.quantity), 0) from supplier_bill_line x
                    join supplier_bill y on y.org_id = x.org_id and y.id = x.bill_id and y.matched_at is not null
                    where x.org_id = c.org_id and x.line_id = c.line_id)
                   - l.received
                   - (select coalesce(sum(round(e.credited_amount * e.quantity / e.amount)), 0) from supplier_claim e
                      where e.org_id = c.org_id and e.line_id = c.line_id and e.kind = 'shortage' and e.credited_amount > 0)
                  )::int as "billed_beyond!"
           from supplier_claim c join purchase_line_standing l on l.org_id = c.org_id and l.id = c.line_id
           where c.org_id = $1 and l.order_id = $2 and c.settled_as = 'credited' and c.credited_amount < c.amount
             and (c.id = $3 or c.kind = 'shortage')
           order by c.raised_at, c.id"#,
        org,
        order,
        claim
    )
    .fetch_all(conn)
    .await?)
}

/// So much more of the claim is on the books.
pub(super) async fn credited(conn: &mut PgConnection, org: Uuid, claim: Uuid, amount: Decimal) -> Result<()> {
    sqlx::query!(
        "update supplier_claim set credited_amount = credited_amount + $3 where org_id = $1 and id = $2",
        org,
        claim,
        amount
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// So much of the bill is paid by credits.
pub(super) async fn paid_by_credit(conn: &mut PgConnection, org: Uuid, bill: Uuid, amount: Decimal) -> Result<()> {
    sqlx::query!("update supplier_bill set credit_amount = $3 where org_id = $1 and id = $2", org, bill, amount)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) struct DisputeRow {
    pub line_no: i32,
    pub sku_code: String,
    pub number: String,
    pub kind: String,
    pub quantity: i32,
}

/// Open claims on the bill's lines that nobody agreed to.
pub(super) async fn disputes(conn: &mut PgConnection, org: Uuid, bill: Uuid) -> Result<Vec<DisputeRow>> {
    Ok(sqlx::query_as!(
        DisputeRow,
        r#"select l.line_no, k.code as sku_code, d.number as "number!", d.kind as "kind!", d.quantity as "quantity!"
           from bill_dispute d
           join purchase_line l on l.org_id = d.org_id and l.id = d.line_id
           join sku k on k.org_id = l.org_id and k.id = l.sku_id
           where d.org_id = $1 and d.bill_id = $2 order by l.line_no, d.number"#,
        org,
        bill
    )
    .fetch_all(conn)
    .await?)
}

/// The bill is paid in spite of them.
pub(super) async fn agree(conn: &mut PgConnection, org: Uuid, bill: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into bill_claim_agreed (org_id, bill_id, claim_id)
         select org_id, bill_id, claim_id from bill_dispute where org_id = $1 and bill_id = $2",
        org,
        bill
    )
    .execute(conn)
    .await?;
    Ok(())
}
