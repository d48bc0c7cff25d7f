//! Bringing orders in from files: a dry run tells what would happen, row by row; the real run takes the same rows in batches
//! whose ids come from the file, so that the same file twice adds nothing. What a row is, `domain::imports` decides.

pub mod file;
pub(crate) mod sql;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::catalog::{AddSkus, NewSku};
use domain::ids::{CommandId, ImportId, OrderId, SkuId};
use domain::imports::{FileOrder, ImportReport, ImportRow, Outcome, uci};
use domain::orders::{NewLine, NewOrder, NewPayment, OrderRefusal, PlaceOrders};
use domain::people::{Caller, PeopleRefusal, Permission};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::exceptions::{self, Case};
use crate::{Act, Db, Result, Tx, orders};
use file::{Form, Sorted};

/// Orders in one command: large enough to be quick, small enough that others get their turn at the stock.
const BATCH: usize = 250;
/// Rows of the report that are handed back; all of them are kept.
const SHOWN: usize = 200;

/// How a file is taken.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    pub filename: &'a str,
    pub channel: &'a str,
    pub dry_run: bool,
}

/// Ids that follow from what they are for: the same file makes the same ones again.
pub(crate) fn derived(fingerprint: &[u8], what: &str) -> Uuid {
    Uuid::new_v5(&Uuid::new_v5(&Uuid::NAMESPACE_OID, fingerprint), what.as_bytes())
}

/// Names a batch by all that is in it: another batch is another command, even when a run ended half way.
pub(crate) fn joined<'a>(what: &'a str, parts: impl Iterator<Item = &'a str>) -> String {
    std::iter::once(what).chain(parts).collect::<Vec<_>>().join("\n")
}

/// Returned rows that no sale matches: each a case for a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RaiseUnmatched {
    pub rows: Vec<Unmatched>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Unmatched {
    /// Follows from the file and the row, so that the same row is one case.
    pub subject: Uuid,
    pub row_no: i32,
    pub invoice: String,
    pub stock_code: String,
    pub customer: String,
    pub units: i32,
}

impl Unmatched {
    pub fn new(fingerprint: &[u8], row_no: i32, row: &uci::Row) -> Self {
        Self {
            subject: derived(fingerprint, &format!("row {row_no}")),
            row_no,
            invoice: row.invoice.clone(),
            stock_code: row.stock_code.clone(),
            customer: row.customer.clone(),
            units: -row.quantity,
        }
    }

    fn case(&self) -> Case {
        let who = if self.customer.is_empty() { "a guest".to_owned() } else { format!("customer {}", self.customer) };
        Case {
            kind: "unmatched_return",
            subject: self.subject,
            site: None,
            summary: format!("{}: {} × {} came back from {who}, and no sale matches", self.invoice, self.units, self.stock_code),
            detail: serde_json::json!({ "row": self.row_no, "invoice": self.invoice, "sku": self.stock_code, "units": self.units }),
        }
    }
}

impl Act for RaiseUnmatched {
    const KIND: &'static str = "imports.raise_unmatched";
    const NEEDS: Permission = Permission::ImportRun;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let cases: Vec<Case> = self.rows.iter().map(Unmatched::case).collect();
        exceptions::raise(tx, &cases).await?;
        tx.audit("import", self.rows.first().map_or(tx.org().0, |row| row.subject), (), self.rows.len());
        Ok(())
    }
}

impl Db {
    /// Takes a file of orders, or tells what it would do. `told` hears (rows done, rows in all).
    pub async fn import_orders(
        &self,
        caller: &Caller,
        bytes: &[u8],
        options: Options<'_>,
        now: DateTime<Utc>,
        told: impl Fn(i64, i64) + Send,
    ) -> Result<ImportReport> {
        if !caller.may(Permission::ImportRun, None) {
            return Err(PeopleRefusal::NotAllowed { permission: Permission::ImportRun }.into());
        }
        let system = Caller::system(caller.org, "import");
        let (form, mut sorted) = file::read(bytes)?;
        // Before anything is kept: a file for a channel that is not there is taken by nobody.
        self.known_by_channel(&system, options.channel, &[]).await?;
        let import = ImportId::mint();
        let rows = i32::try_from(sorted.outcomes.len()).unwrap_or(i32::MAX);
        let kind = if form == Form::Uci { "uci_orders" } else { "orders" };
        let run = sql::NewRun {
            id: import.0,
            kind,
            filename: options.filename,
            fingerprint: &sorted.fingerprint,
            dry_run: options.dry_run,
            rows_total: rows,
        };
        let mut tx = self.tx(caller.org).await?;
        sql::insert_run(&mut tx, caller.org.0, &run).await?;
        tx.commit().await?;
        let (skus, new_skus) = self.file_skus(&system, form, &mut sorted, options.dry_run, now).await?;
        let orders = self.checked(&system, &mut sorted, &skus, options.channel).await?;
        let placed = i64::try_from(orders.len()).unwrap_or(i64::MAX);
        if options.dry_run {
            self.recognise(&system, &mut sorted, &orders, options.channel).await?;
        } else {
            let at = sorted.returns.iter().map(|(_, row)| row.at).max().unwrap_or(now);
            let unmatched: Vec<_> =
                sorted.returns.iter().map(|(no, row)| Unmatched::new(&sorted.fingerprint, *no, row)).collect();
            for chunk in unmatched.chunks(1_000) {
                let named = joined("unmatched", chunk.iter().map(|row| row.invoice.as_str()));
                let id = CommandId(derived(&sorted.fingerprint, &named));
                self.run(&system, id, at, &RaiseUnmatched { rows: chunk.to_vec() }).await?;
            }
            self.take(&system, import, &mut sorted, orders, &skus, options.channel, &told).await?;
        }
        let not_taken = sorted.not_taken();
        let outcomes = sorted.counts();
        let mut tx = self.tx(caller.org).await?;
        for chunk in not_taken.chunks(10_000) {
            sql::insert_rows(&mut tx, caller.org.0, import.0, chunk).await?;
        }
        let kept = serde_json::to_value(&outcomes).unwrap_or_default();
        sql::finish(&mut tx, caller.org.0, import.0, &kept).await?;
        tx.commit().await?;
        Ok(ImportReport {
            import,
            filename: options.filename.to_owned(),
            dry_run: options.dry_run,
            rows: rows.into(),
            outcomes,
            orders: placed,
            new_skus,
            not_taken: not_taken.into_iter().take(SHOWN).collect(),
        })
    }

    /// Every row of an import that was not taken: its number, what it is instead, and why in words.
    pub async fn import_rows(&self, caller: &Caller, import: ImportId) -> Result<Vec<(i32, String, String)>> {
        let mut tx = self.read(caller, Permission::ImportRun, None).await?;
        let org = tx.org().0;
        sql::rows(tx.conn(), org, import.0).await
    }

    /// SKUs of the file by code. UCI files name their own: what is missing is added at half its first price; our own form
    /// does not, and a line with an unknown SKU is refused.
    async fn file_skus(
        &self,
        system: &Caller,
        form: Form,
        sorted: &mut Sorted,
        dry_run: bool,
        now: DateTime<Utc>,
    ) -> Result<(HashMap<String, SkuId>, i64)> {
        let mut known: HashMap<String, SkuId> = self.skus(system).await?.into_iter().map(|row| (row.code, row.id)).collect();
        if form == Form::Own {
            return Ok((known, 0));
        }
        let new = missing_skus(&known, sorted);
        known.extend(new.iter().map(|sku| (sku.code.clone(), sku.id)));
        if !dry_run {
            for chunk in new.chunks(1_000) {
                let id = CommandId(derived(&sorted.fingerprint, &joined("skus", chunk.iter().map(|sku| sku.code.as_str()))));
                self.run(system, id, now, &AddSkus { skus: chunk.to_vec() }).await?;
            }
        }
        Ok((known, i64::try_from(new.len()).unwrap_or(i64::MAX)))
    }

    /// Orders that can be taken; the rows of the others say why not.
    async fn checked(
        &self,
        system: &Caller,
        sorted: &mut Sorted,
        skus: &HashMap<String, SkuId>,
        channel: &str,
    ) -> Result<Vec<FileOrder>> {
        let (currency, offered) = (self.currency_of(system.org).await?, self.services_offered(system).await?);
        let mut good = Vec::new();
        for order in std::mem::take(&mut sorted.orders) {
            let unknown: HashSet<&str> =
                order.lines.iter().filter(|line| !skus.contains_key(&line.sku_code)).map(|line| line.sku_code.as_str()).collect();
            let words = if let Some(code) = unknown.iter().min() {
                Some(format!("There is no SKU {code}."))
            } else if let Some(code) = order.service.as_ref().filter(|code| !offered.contains(*code)) {
                Some(OrderRefusal::UnknownService { code: code.clone() }.to_string())
            } else {
                new_order(&order, skus, channel, &currency).check(&currency).err().map(|refusal| refusal.to_string())
            };
            match words {
                None => good.push(order),
                Some(words) => {
                    for line in &order.lines {
                        sorted.set(line.row_no, Outcome::Refused, &words);
                    }
                }
            }
        }
        Ok(good)
    }

    /// Which rows the real run would find taken before.
    async fn recognise(&self, system: &Caller, sorted: &mut Sorted, orders: &[FileOrder], channel: &str) -> Result<()> {
        for batch in orders.chunks(BATCH) {
            let externals: Vec<String> = batch.iter().map(|order| order.external_id.clone()).collect();
            let known = self.known_by_channel(system, channel, &externals).await?;
            for order in batch.iter().filter(|order| known.contains(&order.external_id)) {
                for line in &order.lines {
                    sorted.set(line.row_no, Outcome::Known, "");
                }
            }
        }
        Ok(())
    }

    async fn known_by_channel(&self, system: &Caller, channel: &str, externals: &[String]) -> Result<HashSet<String>> {
        let mut tx = self.read(system, Permission::OrdersView, None).await?;
        orders::known_by_channel(&mut tx, channel, externals).await
    }

    #[expect(clippy::too_many_arguments, reason = "one step of the import, named for its size")]
    async fn take(
        &self,
        system: &Caller,
        import: ImportId,
        sorted: &mut Sorted,
        orders: Vec<FileOrder>,
        skus: &HashMap<String, SkuId>,
        channel: &str,
        told: &(impl Fn(i64, i64) + Send),
    ) -> Result<()> {
        let currency = self.currency_of(system.org).await?;
        let rows = i64::try_from(sorted.outcomes.len()).unwrap_or(i64::MAX);
        for batch in batches(&orders) {
            let at = batch.iter().map(|order| order.at).max().unwrap_or_default();
            let place = PlaceOrders { orders: batch.iter().map(|order| new_order(order, skus, channel, &currency)).collect() };
            let id =
                CommandId(derived(&sorted.fingerprint, &joined(channel, batch.iter().map(|order| order.external_id.as_str()))));
            let placed = self.run(system, id, at, &place).await?;
            for (order, placed) in batch.iter().zip(&placed) {
                // Ids follow from the file: an order that stands under its own id was taken by this very command before.
                if !placed.fresh {
                    for line in &order.lines {
                        sorted.set(line.row_no, Outcome::Known, "");
                    }
                }
            }
            let done = batch.last().and_then(|order| order.lines.last()).map_or(0, |line| line.row_no);
            let mut tx = self.tx(system.org).await?;
            sql::progress(&mut tx, system.org.0, import.0, done).await?;
            tx.commit().await?;
            told(done.into(), rows);
        }
        Ok(())
    }

    /// The imports of the last time, latest first.
    pub async fn imports(&self, caller: &Caller) -> Result<Vec<ImportRow>> {
        let mut tx = self.read(caller, Permission::ImportRun, None).await?;
        let org = tx.org().0;
        sql::runs(tx.conn(), org).await
    }
}

/// Consecutive orders of one UTC day, at most [`BATCH`]: a command happens at one time, in one period of the books.
pub(crate) fn batches(orders: &[FileOrder]) -> Vec<&[FileOrder]> {
    let mut batches = Vec::new();
    for day in orders.chunk_by(|a, b| a.at.date_naive() == b.at.date_naive()) {
        batches.extend(day.chunks(BATCH));
    }
    batches
}

/// What the channel would have sent.
pub(crate) fn new_order(order: &FileOrder, skus: &HashMap<String, SkuId>, channel: &str, currency: &str) -> NewOrder {
    let line = |line: &domain::imports::FileLine| NewLine {
        sku: skus[&line.sku_code],
        quantity: line.quantity,
        unit_price: line.unit_price,
        discount: line.discount,
        kit: None,
    };
    NewOrder {
        id: OrderId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{channel}/{}", order.external_id).as_bytes())),
        channel: channel.to_owned(),
        external_id: order.external_id.clone(),
        customer_name: order.customer_name.clone(),
        email: order.email.clone(),
        address_line: order.address_line.clone(),
        city: order.city.clone(),
        postcode: order.postcode.clone(),
        country: order.country.clone(),
        currency: currency.to_owned(),
        shipping_amount: order.shipping_amount,
        service: order.service.clone(),
        ship_complete: false,
        lines: order.lines.iter().map(line).collect(),
        payment: NewPayment::Paid { reference: order.external_id.clone() },
        basket: None,
        owner: String::new(),
        placed_at: Some(order.at),
    }
}

/// SKUs the file names and the catalog does not know: named and priced by their first sale, costing half of it.
pub(crate) fn missing_skus(known: &HashMap<String, SkuId>, sorted: &Sorted) -> Vec<NewSku> {
    let mut new: BTreeMap<&str, NewSku> = BTreeMap::new();
    for line in sorted.orders.iter().flat_map(|order| &order.lines) {
        if known.contains_key(&line.sku_code) || new.contains_key(line.sku_code.as_str()) {
            continue;
        }
        let price = line.unit_price.round_dp(4);
        let name = if line.name.is_empty() { line.sku_code.clone() } else { line.name.clone() };
        let sku = NewSku {
            id: SkuId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("uci/{}", line.sku_code).as_bytes())),
            code: line.sku_code.clone(),
            name,
            variant: String::new(),
            category: "general".to_owned(),
            length_mm: 200,
            width_mm: 150,
            height_mm: 100,
            weight_g: 250,
            price,
            tax_rate: Decimal::new(2, 1),
            standard_cost: (price / Decimal::TWO).round_dp(4),
            barcodes: vec![(format!("UCI{}", line.sku_code), 1)],
        };
        new.insert(&line.sku_code, sku);
    }
    new.into_values().collect()
}
