//! Questions about buying: suppliers, orders, one order, and what the dock needs to know of it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{PersonId, PurchaseId, SiteId, SupplierId};
use domain::people::{Caller, Permission};
use domain::purchasing::{
    AwaitedLine, Basis, Bench, BillRow, Break, ClaimRow, Condition, DeliveryLine, DeliveryRow, DeliveryStanding, Fault,
    InboundBoard, LandedRow, OverRow, PAGE, PurchaseFilter, PurchaseList, PurchaseRow, PurchaseSheet, PurchasingRefusal, Settled,
    Standing, SupplierPick, SupplierSheet,
};
use domain::refusal::Refusal;

use super::announced;
use super::sql_claims::{self, ClaimListRow, OverListRow};
use super::sql_landed::{self, LandedListRow};
use super::sql_read::{self as sql, DeliveryListRow, ListRow, Wanted, WantedDeliveries};
use super::{rules, standing};
use super::{sql_bills, sql_credits};
use crate::{Db, Result, Tx, decisions, directory, rows_before};

fn row(row: ListRow) -> Result<PurchaseRow> {
    Ok(PurchaseRow {
        id: row.id.into(),
        number: row.number,
        supplier: row.supplier,
        site: row.site,
        standing: standing(&row.standing)?,
        written_at: row.written_at,
        due: row.due,
        late: row.late,
        units: row.units,
        received: row.received,
        total: row.total_amount,
    })
}

/// Deliveries with what is in them.
async fn deliveries(tx: &mut Tx, wanted: &WantedDeliveries<'_>) -> Result<Vec<DeliveryRow>> {
    let org = tx.org().0;
    let rows = sql::deliveries(tx.conn(), org, wanted).await?;
    let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.id).collect();
    let mut lines = announced::of(tx, &ids).await?;
    let filled = |row: DeliveryListRow| {
        let lines = lines.remove(&row.id).unwrap_or_default();
        delivery(row, lines.into_iter().map(|(_, line)| line).collect())
    };
    Ok(rows.into_iter().map(filled).collect())
}

fn delivery(row: DeliveryListRow, lines: Vec<DeliveryLine>) -> DeliveryRow {
    let standing = DeliveryStanding::of(row.cancelled, row.arrived_at.is_some(), row.received, row.done_at.is_some());
    DeliveryRow {
        id: row.id.into(),
        number: row.number,
        order_number: row.order_number,
        supplier: row.supplier,
        site: row.site,
        dock: row.dock,
        from: row.from,
        to: row.to,
        carrier: row.carrier,
        reference: row.reference,
        standing,
        late: row.late,
        arrived_at: row.arrived_at,
        done_at: row.done_at,
        units: row.units,
        received: row.received,
        lines,
    }
}

fn over(row: OverListRow, reader: PersonId) -> OverRow {
    OverRow {
        id: row.id.into(),
        line_no: row.line_no,
        sku_code: row.sku_code,
        quantity: row.quantity,
        condition: Condition::parse(&row.condition).unwrap_or_default(),
        reporter: row.reporter,
        reported_at: row.reported_at,
        own: !reader.is_nil() && row.reported_by == reader.0,
        accepted: row.accepted,
        why: row.why,
    }
}

async fn bills(tx: &mut Tx, order: uuid::Uuid, reader: PersonId) -> Result<Vec<BillRow>> {
    let org = tx.org().0;
    let mut rows = Vec::new();
    for id in sql_bills::of_order(tx.conn(), org, order).await? {
        let Some(bill) = sql_bills::bill(tx.conn(), org, id).await? else { continue };
        let standing = bill.standing();
        let off = super::bills::words(tx, id, standing).await?;
        rows.push(BillRow {
            id: id.into(),
            standing,
            own: !reader.is_nil() && bill.recorded_by == reader.0,
            number: bill.number,
            reference: bill.reference,
            amount: bill.amount,
            credit: bill.credit,
            recorded_at: bill.recorded_at,
            mismatches: off.iter().map(ToString::to_string).collect(),
            agreed_why: bill.agreed_why,
            rejected_why: bill.rejected_why,
        });
    }
    Ok(rows)
}

fn landed(row: LandedListRow) -> LandedRow {
    LandedRow {
        number: row.number,
        receipt: row.receipt,
        basis: Basis::parse(&row.basis).unwrap_or(Basis::Value),
        reference: row.reference,
        at: row.at,
        amount: row.amount,
        in_stock: row.stock_amount,
    }
}

fn claim(row: ClaimListRow) -> Result<ClaimRow> {
    let standard = || Fault::parse(&row.fault).map_or_else(|| row.fault.clone(), |fault| fault.words().to_owned());
    Ok(ClaimRow {
        kind: super::credits::kind(&row.kind)?,
        fault: row.words.unwrap_or_else(standard),
        id: row.id.into(),
        number: row.number,
        sku_code: row.sku_code,
        quantity: row.quantity,
        amount: row.amount,
        note: row.note,
        raised_at: row.raised_at,
        settled: Settled::parse(&row.settled_as),
        credited: row.credited_amount,
    })
}

impl Db {
    /// Suppliers, the rules, and the price list of one of them.
    pub async fn suppliers(&self, caller: &Caller, prices_of: Option<SupplierId>) -> Result<SupplierSheet> {
        let mut tx = self.read(caller, Permission::PurchasingView, None).await?;
        let org = tx.org().0;
        let suppliers = sql::suppliers(tx.conn(), org).await?;
        let mut prices: Vec<(String, String, Vec<Break>)> = Vec::new();
        if let Some(supplier) = prices_of {
            if !suppliers.iter().any(|row| row.id == supplier) {
                return Err(Refusal::not_found("supplier").into());
            }
            for row in sql::price_list(tx.conn(), org, supplier.0).await? {
                let step = Break { min_quantity: row.min_quantity, unit_cost: row.unit_cost };
                match prices.last_mut() {
                    Some((code, _, steps)) if *code == row.sku_code => steps.push(step),
                    _ => prices.push((row.sku_code, row.sku_name, vec![step])),
                }
            }
        }
        let rules = rules(&mut tx).await?;
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        Ok(SupplierSheet { suppliers, rules, prices, currency })
    }

    /// Suppliers one can order from.
    pub async fn supplier_picks(&self, caller: &Caller) -> Result<Vec<SupplierPick>> {
        let mut tx = self.read(caller, Permission::PurchasingView, None).await?;
        let org = tx.org().0;
        let rows = sql::suppliers(tx.conn(), org).await?.into_iter().filter(|row| row.active);
        Ok(rows.map(|row| SupplierPick { id: row.id, name: row.name, lead_days: row.lead_days }).collect())
    }

    /// Orders to suppliers, latest first, at the sites the caller may see.
    pub async fn purchases(&self, caller: &Caller, filter: &PurchaseFilter, now: DateTime<Utc>) -> Result<PurchaseList> {
        let mut tx = self.read(caller, Permission::PurchasingView, filter.site).await?;
        let org = tx.org().0;
        let sites = filter.site.map_or_else(|| tx.sites(Permission::PurchasingView), |site| Some(vec![site.0]));
        let wanted = Wanted {
            search: filter.search.trim(),
            standing: filter.standing.map(Standing::code),
            sites: sites.as_deref(),
            id: None,
            unannounced_by: None,
            now,
            most: PAGE,
            from: rows_before(filter.page, PAGE),
        };
        let rows = sql::orders(tx.conn(), org, &wanted).await?;
        let total = rows.first().map_or(0, |row| row.count);
        let rows = rows.into_iter().map(row).collect::<Result<Vec<_>>>()?;
        let counts = sql::counts(tx.conn(), org, sites.as_deref()).await?;
        let count = |standing: &Standing| {
            (*standing, counts.iter().find(|(code, _)| code == standing.code()).map_or(0, |(_, count)| *count))
        };
        let counts = Standing::ALL.iter().map(count).collect();
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        Ok(PurchaseList { rows, total, counts, currency })
    }

    /// One order with its lines, receipts and deliveries; by number or id.
    pub async fn purchase(&self, caller: &Caller, number: &str, now: DateTime<Utc>) -> Result<PurchaseSheet> {
        let mut tx = self.read(caller, Permission::PurchasingView, None).await?;
        let org = tx.org().0;
        let missing = || Refusal::not_found("purchase order");
        let (id, _) = sql::by_scan(tx.conn(), org, number.trim()).await?.ok_or_else(missing)?;
        let sheet = sql::sheet(tx.conn(), org, id).await?.ok_or_else(missing)?;
        let site: SiteId = sheet.site_id.into();
        tx.require(Permission::PurchasingView, site)?;
        let head = one(&mut tx, id.into(), now).await?;
        let wanted = WantedDeliveries { order: Some(id), sites: None, day: None, now };
        let deliveries = deliveries(&mut tx, &wanted).await?;
        let needs_another = rules(&mut tx).await?.needs_another(head.total);
        let me = caller.person();
        Ok(PurchaseSheet {
            supplier: sheet.supplier_id.into(),
            owner: sheet.owner_code,
            site,
            note: sheet.note,
            revision: sheet.revision,
            writers: sheet.writer_names,
            approved_at: sheet.approved_at,
            approved_by: sheet.approved_by,
            cancelled_at: sheet.cancelled_at,
            cancelled_why: sheet.cancelled_why,
            needs_another,
            own: !me.is_nil() && sheet.writers.contains(&me.0),
            lines: sql::sheet_lines(tx.conn(), org, id).await?,
            receipts: sql::receipts(tx.conn(), org, id).await?,
            deliveries,
            overs: sql_claims::overs_of(tx.conn(), org, id).await?.into_iter().map(|row| over(row, me)).collect(),
            claims: sql_claims::claims_of(tx.conn(), org, id).await?.into_iter().map(claim).collect::<Result<_>>()?,
            bills: bills(&mut tx, id, me).await?,
            credit: sql_credits::unused(tx.conn(), org, sheet.supplier_id).await?,
            landed: sql_landed::landed_of(tx.conn(), org, id).await?.into_iter().map(landed).collect(),
            docks: sql::docks(tx.conn(), org, site.0).await?,
            currency: directory::currency(&mut tx).await?.code().to_owned(),
            decisions: decisions::about(&mut tx, id).await?,
            row: head,
        })
    }

    /// What is to come on a day, at the sites the caller may see; without a day, today.
    pub async fn inbound(
        &self,
        caller: &Caller,
        site: Option<SiteId>,
        day: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<InboundBoard> {
        let mut tx = self.read(caller, Permission::PurchasingView, site).await?;
        let org = tx.org().0;
        let today = match site {
            Some(site) => super::sql::today(tx.conn(), org, site.0, now).await?.ok_or_else(|| Refusal::not_found("site"))?,
            None => now.date_naive(),
        };
        let day = day.unwrap_or(today);
        let sites = site.map_or_else(|| tx.sites(Permission::PurchasingView), |site| Some(vec![site.0]));
        let wanted = WantedDeliveries { order: None, sites: sites.as_deref(), day: Some(day), now };
        let rows = deliveries(&mut tx, &wanted).await?;
        let wanted = Wanted {
            search: "",
            standing: None,
            sites: sites.as_deref(),
            id: None,
            unannounced_by: Some(day),
            now,
            most: 200,
            from: 0,
        };
        let unannounced = sql::orders(tx.conn(), org, &wanted).await?.into_iter().map(row).collect::<Result<Vec<_>>>()?;
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        Ok(InboundBoard { day, rows, unannounced, currency })
    }

    /// What the dock needs to know of the order that was scanned, or of the delivery's.
    pub async fn receiving_bench(&self, caller: &Caller, site: SiteId, scan: &str, now: DateTime<Utc>) -> Result<Bench> {
        let mut tx = self.read(caller, Permission::StockReceive, Some(site)).await?;
        let org = tx.org().0;
        let unknown = || PurchasingRefusal::UnknownDelivery { scan: scan.trim().chars().take(80).collect() };
        let (id, delivery_id) = sql::by_scan(tx.conn(), org, scan.trim()).await?.ok_or_else(unknown)?;
        let sheet = sql::sheet(tx.conn(), org, id).await?.ok_or_else(unknown)?;
        if sheet.site_id != site.0 {
            return Err(unknown().into());
        }
        let head = one(&mut tx, id.into(), now).await?;
        let wanted = WantedDeliveries { order: Some(id), sites: None, day: None, now };
        let deliveries = sql::deliveries(tx.conn(), org, &wanted).await?;
        let delivery = deliveries.into_iter().find(|row| Some(row.id) == delivery_id);
        let dock = match &delivery {
            Some(row) => row.dock.clone(),
            None => sql::docks(tx.conn(), org, site.0).await?.into_iter().next().unwrap_or_default(),
        };
        Ok(Bench {
            id: head.id,
            number: head.number,
            supplier: head.supplier,
            standing: head.standing,
            lines: bench_lines(&mut tx, id, delivery_id).await?,
            delivery: delivery.map(|row| (row.id.into(), row.number)),
            dock,
        })
    }
}

/// The order's lines, with what is announced of them in the delivery at hand.
async fn bench_lines(tx: &mut Tx, order: uuid::Uuid, delivery: Option<uuid::Uuid>) -> Result<Vec<AwaitedLine>> {
    let org = tx.org().0;
    let mut lines = sql::awaited(tx.conn(), org, order).await?;
    let Some(delivery) = delivery else { return Ok(lines) };
    let said = announced::of(tx, &[delivery]).await?.remove(&delivery).unwrap_or_default();
    for line in &mut lines {
        let known = said.iter().find(|(id, _)| *id == line.id.0).map(|(_, known)| known);
        line.announced = Some(known.map_or(0, |known| known.announced));
        line.lots = known.map(|known| known.lots.clone()).unwrap_or_default();
    }
    Ok(lines)
}

/// The order's row, as the list has it.
async fn one(tx: &mut Tx, id: PurchaseId, now: DateTime<Utc>) -> Result<PurchaseRow> {
    let org = tx.org().0;
    let wanted = Wanted { search: "", standing: None, sites: None, id: Some(id.0), unannounced_by: None, now, most: 1, from: 0 };
    let found = sql::orders(tx.conn(), org, &wanted).await?.into_iter().next();
    row(found.ok_or_else(|| Refusal::not_found("purchase order"))?)
}
