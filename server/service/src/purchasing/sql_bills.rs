//! Statements on suppliers' bills.

use chrono::{DateTime, Utc};
use domain::purchasing::{BillLineFacts, BillStanding};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Does this order's supplier have a bill of that number already?
pub(super) async fn known_reference(conn: &mut PgConnection, org: Uuid, order: Uuid, reference: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from supplier_bill b join purchase_order o on o.org_id = b.org_id and o.supplier_id = b.supplier_id
                          where b.org_id = $1 and o.id = $2 and b.reference = $3) as "known!""#,
        org,
        order,
        reference
    )
    .fetch_one(conn)
    .await?)
}

/// The lines of an order by their numbers.
pub(super) async fn line_ids(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<(i32, Uuid)>> {
    let rows = sqlx::query!("select line_no, id from purchase_line where org_id = $1 and order_id = $2", org, order)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.line_no, row.id)).collect())
}

/// Lines of a bill, column by column.
#[derive(Default)]
pub(super) struct NewBillLines {
    pub ids: Vec<Uuid>,
    pub lines: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub costs: Vec<Decimal>,
}

impl NewBillLines {
    pub fn push(&mut self, line: Uuid, quantity: i32, cost: Decimal) {
        self.ids.push(Uuid::now_v7());
        self.lines.push(line);
        self.quantities.push(quantity);
        self.costs.push(cost);
    }
}

pub(super) async fn insert_bill(
    conn: &mut PgConnection,
    org: Uuid,
    (id, order): (Uuid, Uuid),
    (number, reference): (&str, &str),
    (by, at): (Uuid, DateTime<Utc>),
    lines: &NewBillLines,
) -> Result<()> {
    sqlx::query!(
        "insert into supplier_bill (org_id, id, number, order_id, supplier_id, reference, recorded_by, recorded_at)
         select $1, $2, $3, o.id, o.supplier_id, $5, $6, $7 from purchase_order o where o.org_id = $1 and o.id = $4",
        org,
        id,
        number,
        order,
        reference,
        by,
        at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into supplier_bill_line (org_id, id, bill_id, line_id, quantity, unit_cost)
         select $1, id, $2, line, quantity, cost from unnest($3::uuid[], $4::uuid[], $5::int[], $6::numeric[]) as n (id, line, quantity, cost)",
        org,
        id,
        &lines.ids,
        &lines.lines,
        &lines.quantities,
        &lines.costs
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[expect(clippy::struct_excessive_bools, reason = "a row as the statement answers it")]
pub(super) struct BillFacts {
    pub number: String,
    pub reference: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub supplier: String,
    pub site_id: Uuid,
    pub recorded_by: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub matched: bool,
    pub agreed_why: String,
    pub paid: bool,
    pub disputed: bool,
    pub credit: Decimal,
    pub rejected: bool,
    pub rejected_why: String,
    pub amount: Decimal,
}

impl BillFacts {
    pub fn standing(&self) -> BillStanding {
        BillStanding::of(self.matched, self.paid, self.rejected).claimed(self.disputed)
    }
}

pub(super) async fn bill(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<BillFacts>> {
    Ok(sqlx::query_as!(
        BillFacts,
        r#"select b.number, b.reference, b.order_id, o.number as order_number, v.name as supplier, o.site_id, b.recorded_by, b.recorded_at,
                  b.matched_at is not null as "matched!", b.agreed_why, b.paid_at is not null as "paid!", b.credit_amount as credit,
                  exists (select from bill_dispute d where d.org_id = b.org_id and d.bill_id = b.id) as "disputed!",
                  b.rejected_at is not null as "rejected!", b.rejected_why,
                  (select coalesce(sum(n.quantity * n.unit_cost), 0) from supplier_bill_line n where n.org_id = b.org_id and n.bill_id = b.id)
                    as "amount!"
           from supplier_bill b
           join purchase_order o on o.org_id = b.org_id and o.id = b.order_id
           join supplier v on v.org_id = b.org_id and v.id = b.supplier_id
           where b.org_id = $1 and b.id = $2"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// The bills of an order, latest first.
pub(super) async fn of_order(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from supplier_bill where org_id = $1 and order_id = $2 order by recorded_at desc, id desc",
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}

/// What is ordered, received and billed on each line of a bill; before it count the bills that match already.
pub(super) async fn facts(conn: &mut PgConnection, org: Uuid, bill: Uuid) -> Result<Vec<BillLineFacts>> {
    Ok(sqlx::query_as!(
        BillLineFacts,
        r#"select l.line_no as "line_no!", k.code as sku_code, l.unit_cost as "ordered_cost!", l.received as "received!",
                  (select coalesce(sum(x.quantity), 0)::int from supplier_bill_line x
                   join supplier_bill y on y.org_id = x.org_id and y.id = x.bill_id and y.matched_at is not null
                   where x.org_id = n.org_id and x.line_id = n.line_id and x.bill_id <> n.bill_id) as "billed_before!",
                  (select coalesce(sum(x.cleared_quantity), 0)::int from supplier_bill_line x
                   where x.org_id = n.org_id and x.line_id = n.line_id and x.bill_id <> n.bill_id) as "cleared_before!",
                  n.quantity as billed, n.unit_cost as billed_cost
           from supplier_bill_line n
           join purchase_line_standing l on l.org_id = n.org_id and l.id = n.line_id
           join sku k on k.org_id = l.org_id and k.id = l.sku_id
           where n.org_id = $1 and n.bill_id = $2 order by l.line_no"#,
        org,
        bill
    )
    .fetch_all(conn)
    .await?)
}

/// The bill matches; `cleared` says how many units of each of its lines it clears.
pub(super) async fn matched(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    (by, why, at): (Uuid, &str, DateTime<Utc>),
    (line_nos, cleared): (&[i32], &[i32]),
) -> Result<()> {
    sqlx::query!(
        "update supplier_bill set matched_at = $5, agreed_by = $3, agreed_why = $4 where org_id = $1 and id = $2",
        org,
        id,
        by,
        why,
        at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update supplier_bill_line n set cleared_quantity = c.units
         from unnest($3::int[], $4::int[]) as c (line_no, units), purchase_line l
         where n.org_id = $1 and n.bill_id = $2 and l.org_id = n.org_id and l.id = n.line_id and l.line_no = c.line_no",
        org,
        id,
        line_nos,
        cleared
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn paid(conn: &mut PgConnection, org: Uuid, id: Uuid, (by, at): (Uuid, DateTime<Utc>)) -> Result<()> {
    sqlx::query!("update supplier_bill set paid_at = $4, paid_by = $3 where org_id = $1 and id = $2", org, id, by, at)
        .execute(conn)
        .await?;
    Ok(())
}

/// A bill that goes back lets its number free.
pub(super) async fn rejected(conn: &mut PgConnection, org: Uuid, id: Uuid, (why, at): (&str, DateTime<Utc>)) -> Result<()> {
    sqlx::query!(
        "update supplier_bill set rejected_at = $4, rejected_why = $3, reference = reference || ' (' || number || ')'
         where org_id = $1 and id = $2",
        org,
        id,
        why,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
