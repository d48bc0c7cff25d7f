//! Statements on goods receipts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A receipt, and of which order and delivery it is, if of any.
pub(crate) struct NewReceipt<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub site: Uuid,
    pub supplier: &'a str,
    pub reference: &'a str,
    pub kind: &'a str,
    pub order: Option<Uuid>,
    pub delivery: Option<Uuid>,
}

pub(crate) async fn insert_receipt(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewReceipt<'_>) -> Result<()> {
    sqlx::query!(
        "insert into goods_receipt (org_id, id, number, site_id, supplier, reference, kind, order_id, delivery_id, occurred_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        org,
        new.id,
        new.number,
        new.site,
        new.supplier,
        new.reference,
        new.kind,
        new.order,
        new.delivery,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lines of a receipt, column by column; those of an order say which line, as what, and by whom.
#[derive(Default)]
pub(crate) struct NewReceiptLines {
    pub ids: Vec<Uuid>,
    pub skus: Vec<Uuid>,
    pub bins: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub costs: Vec<Decimal>,
    pub lines: Vec<Option<Uuid>>,
    pub conditions: Vec<String>,
    pub by: Vec<Uuid>,
    pub inspections: Vec<Option<Uuid>>,
}

impl NewReceiptLines {
    pub fn push(&mut self, sku: Uuid, bin: Uuid, quantity: i32, cost: Decimal) -> Uuid {
        let id = Uuid::now_v7();
        self.ids.push(id);
        self.skus.push(sku);
        self.bins.push(bin);
        self.quantities.push(quantity);
        self.costs.push(cost);
        self.lines.push(None);
        self.conditions.push("good".to_owned());
        self.by.push(Uuid::nil());
        self.inspections.push(None);
        id
    }

    /// The last one is of an order's line.
    pub fn of_line(&mut self, line: Uuid, condition: &str, by: Uuid) {
        if let (Some(of), Some(as_what), Some(whose)) = (self.lines.last_mut(), self.conditions.last_mut(), self.by.last_mut()) {
            (*of, *whose) = (Some(line), by);
            condition.clone_into(as_what);
        }
    }

    /// The last one is held for an inspection.
    pub fn inspected_by(&mut self, inspection: Option<Uuid>) {
        if let Some(held) = self.inspections.last_mut() {
            *held = inspection;
        }
    }
}

pub(crate) async fn insert_receipt_lines(conn: &mut PgConnection, org: Uuid, receipt: Uuid, new: &NewReceiptLines) -> Result<()> {
    sqlx::query!(
        "insert into goods_receipt_line (org_id, id, receipt_id, sku_id, bin_id, quantity, unit_cost, line_id, condition, received_by,
           inspection_id)
         select $1, id, $2, sku, bin, quantity, cost, line, condition, received_by, inspection
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::numeric[], $8::uuid[], $9::text[], $10::uuid[], $11::uuid[])
           as n (id, sku, bin, quantity, cost, line, condition, received_by, inspection)",
        org,
        receipt,
        &new.ids,
        &new.skus,
        &new.bins,
        &new.quantities,
        &new.costs,
        &new.lines as &[Option<Uuid>],
        &new.conditions,
        &new.by,
        &new.inspections as &[Option<Uuid>]
    )
    .execute(conn)
    .await?;
    Ok(())
}
