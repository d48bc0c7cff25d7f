//! Statements on what it cost to get goods here.

use chrono::{DateTime, Utc};
use domain::purchasing::Charge;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct ReceiptOf {
    pub id: Uuid,
    pub order_id: Option<Uuid>,
}

/// A receipt by its number.
pub(super) async fn receipt(conn: &mut PgConnection, org: Uuid, number: &str) -> Result<Option<ReceiptOf>> {
    Ok(sqlx::query_as!(
        ReceiptOf,
        "select id, order_id from goods_receipt where org_id = $1 and upper(number) = upper($2)",
        org,
        number
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct GoodsRow {
    pub id: Uuid,
    pub sku_code: String,
    pub quantity: i32,
    pub unit_cost: Decimal,
    /// None: guessed.
    pub weight_g: Option<i32>,
    pub volume_mm3: Option<i64>,
}

/// What came in with a receipt, in the order it was booked.
pub(super) async fn goods(conn: &mut PgConnection, org: Uuid, receipt: Uuid) -> Result<Vec<GoodsRow>> {
    Ok(sqlx::query_as!(
        GoodsRow,
        r#"select l.id, k.code as sku_code, l.quantity, l.unit_cost,
                  case when 'weight' <> all(k.guessed) then k.weight_g end as weight_g,
                  case when 'dimensions' <> all(k.guessed) then k.length_mm::bigint * k.width_mm * k.height_mm end as volume_mm3
           from goods_receipt_line l join sku k on k.org_id = l.org_id and k.id = l.sku_id
           where l.org_id = $1 and l.receipt_id = $2 order by l.id"#,
        org,
        receipt
    )
    .fetch_all(conn)
    .await?)
}

/// A landed cost with its charges and shares.
pub(super) struct NewLanded<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub receipt: Uuid,
    pub basis: &'a str,
    pub reference: &'a str,
    pub charges: &'a [Charge],
    pub receipt_lines: &'a [Uuid],
    pub amounts: &'a [Decimal],
    pub stock_amounts: &'a [Decimal],
}

pub(super) async fn insert_landed(
    conn: &mut PgConnection,
    org: Uuid,
    (by, at): (Uuid, DateTime<Utc>),
    new: &NewLanded<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into landed_cost (org_id, id, number, receipt_id, basis, reference, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        new.id,
        new.number,
        new.receipt,
        new.basis,
        new.reference,
        by,
        at
    )
    .execute(&mut *conn)
    .await?;
    let kinds: Vec<String> = new.charges.iter().map(|charge| charge.kind.code().to_owned()).collect();
    let sums: Vec<Decimal> = new.charges.iter().map(|charge| charge.amount).collect();
    sqlx::query!(
        "insert into landed_charge (org_id, landed_id, kind, amount)
         select $1, $2, kind, amount from unnest($3::text[], $4::numeric[]) as n (kind, amount)",
        org,
        new.id,
        &kinds,
        &sums
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into landed_share (org_id, landed_id, receipt_line_id, amount, stock_amount)
         select $1, $2, line, amount, stock from unnest($3::uuid[], $4::numeric[], $5::numeric[]) as n (line, amount, stock)",
        org,
        new.id,
        new.receipt_lines,
        new.amounts,
        new.stock_amounts
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct LandedListRow {
    pub number: String,
    pub receipt: String,
    pub basis: String,
    pub reference: String,
    pub at: DateTime<Utc>,
    pub amount: Decimal,
    pub stock_amount: Decimal,
}

pub(super) async fn landed_of(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<LandedListRow>> {
    Ok(sqlx::query_as!(
        LandedListRow,
        r#"select c.number, r.number as receipt, c.basis, c.reference, c.recorded_at as at,
                  coalesce(sum(s.amount), 0) as "amount!", coalesce(sum(s.stock_amount), 0) as "stock_amount!"
           from landed_cost c
           join goods_receipt r on r.org_id = c.org_id and r.id = c.receipt_id
           left join landed_share s on s.org_id = c.org_id and s.landed_id = c.id
           where c.org_id = $1 and r.order_id = $2 group by c.org_id, c.id, r.number order by c.recorded_at desc, c.id desc"#,
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}
