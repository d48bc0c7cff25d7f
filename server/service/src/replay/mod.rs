//! Replaying a retailer's history from its file, day by day: what it sold is ordered, waved, picked, packed and shipped; what its
//! customers sent back is matched to what they bought, received, graded and paid back. What a row is, `domain::imports` decides.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::catalog::AddSkus;
use domain::ids::{OrderId, OrderLineId, SiteId, SkuId};
use domain::imports::{FileOrder, Outcome, uci};
use domain::orders::PlaceOrders;
use domain::people::Caller;
use domain::quantity::Quantity;
use domain::returns::{AskedLine, Grade, Reason, RequestReturn, Resolution, Source};
use domain::sites::OpenSite;
use domain::sites::spec::LayoutSpec;
use domain::stock::{ReceiveGoods, ReceiveLine};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::directory::{Kind, NewOrg, Opening};
use crate::history::{Clerk, Gone};
use crate::imports::file::{self, Sorted};
use crate::imports::{RaiseUnmatched, Unmatched, derived, missing_skus, new_order};
use crate::{Db, Result};

/// The channel history came by.
const CHANNEL: &str = "retail";
/// Lines in one receipt.
const RECEIPT_LINES: usize = 2_000;

/// What a replay did; `rows` is the sum of `outcomes`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Replayed {
    pub rows: i64,
    pub outcomes: BTreeMap<Outcome, i64>,
    pub days: i64,
    pub skus: i64,
    /// What was bought before the first day, as purchase receipts at standard cost, so that there is something to sell.
    pub opening: Opened,
    pub orders: i64,
    pub waves: u64,
    pub parcels: u64,
    pub units_sold: i64,
    pub units_shipped: i64,
    pub returns: i64,
    pub units_returned: i64,
    /// Return rows with a customer.
    pub found: Found,
    /// Those of them that came back late enough for their sale to be in the file: see [`SETTLING_DAYS`].
    pub found_later: Found,
}

/// How many return rows found the sale they come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    pub rows: i64,
    pub matched: i64,
}

impl Found {
    fn count(&mut self, matched: bool) {
        self.rows += 1;
        self.matched += i64::from(matched);
    }

    /// Of no rows, all are found.
    #[expect(clippy::cast_precision_loss, reason = "a share of rows, to be read by people")]
    pub fn percent(self) -> f64 {
        if self.rows == 0 { 100.0 } else { self.matched as f64 * 100.0 / self.rows as f64 }
    }
}

/// The opening receipts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Opened {
    pub on: Option<NaiveDate>,
    pub skus: i64,
    pub units: i64,
    pub value: Decimal,
}

/// Files with fewer rows say nothing of how well returns are matched.
pub const ROWS_TO_JUDGE: i64 = 10_000;
/// A file begins in the middle of a trade: what came back in its first days was mostly sold before them, and no rule can find a sale
/// that is not in the file. How well returns are matched is judged on those after these days.
pub const SETTLING_DAYS: i64 = 30;
/// The share of those rows that must find their sale, in per cent.
pub const MATCHED_AT_LEAST: f64 = 85.0;

impl Replayed {
    /// What does not add up, in sentences; nothing when the replay is good.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let outcomes: i64 = self.outcomes.values().sum();
        if outcomes != self.rows {
            faults.push(format!("The file has {} rows, but {outcomes} of them have an outcome.", self.rows));
        }
        if self.units_shipped != self.units_sold {
            faults.push(format!("{} units were sold, but {} were shipped.", self.units_sold, self.units_shipped));
        }
        if self.rows >= ROWS_TO_JUDGE && self.found_later.percent() < MATCHED_AT_LEAST {
            let found = self.found_later.percent();
            faults.push(format!(
                "{found:.1} % of return rows with a customer, from day {SETTLING_DAYS} on, found their sale; {MATCHED_AT_LEAST:.0} % must."
            ));
        }
        faults
    }
}

/// What was sold and what came back on a day.
type Day<'a> = (Vec<&'a FileOrder>, Vec<&'a (i32, uci::Row)>);
/// What a customer bought of a SKU and has not sent back, latest last.
type Bought = HashMap<(String, SkuId), Vec<(OrderId, OrderLineId, SiteId, i32)>>;

impl Db {
    /// Replays a UCI file into an org of its own. `told` hears (days done, days in all).
    pub async fn replay(&self, org: &NewOrg, bytes: &[u8], told: impl Fn(usize, usize) + Send) -> Result<Replayed> {
        let (_, mut sorted) = file::read(bytes)?;
        let caller = Caller::system(org.id, "replay");
        let clerk = Clerk::new(self, caller, derived(&sorted.fingerprint, "replay"));
        let orders = std::mem::take(&mut sorted.orders);
        let returns = std::mem::take(&mut sorted.returns);
        let mut done = Replayed { rows: i64::try_from(sorted.outcomes.len()).unwrap_or(i64::MAX), ..Replayed::default() };
        let Some(first) = orders.iter().map(|order| order.at).min() else {
            done.outcomes = sorted.counts();
            return Ok(done);
        };
        let before = first.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1);
        let opening = Opening { kind: Kind::Replay, ..Opening::of(org.clone(), &[(CHANNEL, "Online retail", 48)]) };
        self.open_org("replay", before, &opening).await?;
        let all_lines = orders.iter().flat_map(|order| &order.lines);
        done.units_sold = all_lines.map(|line| i64::from(line.quantity)).sum();
        sorted.orders = orders;
        let (site, skus) = open(&clerk, &sorted, before, &mut done).await?;
        let orders = std::mem::take(&mut sorted.orders);
        let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
        for order in &orders {
            days.entry(order.at.date_naive()).or_default().0.push(order);
        }
        for row in &returns {
            days.entry(row.1.at.date_naive()).or_default().1.push(row);
        }
        let mut bought = Bought::new();
        let count = days.len();
        for (index, (day, (sold, back))) in days.into_iter().enumerate() {
            let morning = day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(6);
            sell(&clerk, site, &skus, &sold, morning, &mut bought, &mut done).await?;
            let settled = (day - first.date_naive()).num_days() >= SETTLING_DAYS;
            take_back(&clerk, &skus, (&back, settled), morning + TimeDelta::hours(15), &mut bought, &mut sorted, &mut done)
                .await?;
            done.days += 1;
            told(index + 1, count);
        }
        done.outcomes = sorted.counts();
        Ok(done)
    }
}

/// A site with a bin for every SKU, and an opening stock sized from the file.
async fn open(
    clerk: &Clerk,
    sorted: &Sorted,
    at: DateTime<Utc>,
    done: &mut Replayed,
) -> Result<(SiteId, HashMap<String, SkuId>)> {
    let new = missing_skus(&HashMap::new(), sorted);
    let mut sold: HashMap<&str, i32> = HashMap::new();
    for line in sorted.orders.iter().flat_map(|order| &order.lines) {
        *sold.entry(&line.sku_code).or_default() += line.quantity;
    }
    // Forty bays on both sides, four levels: as many aisles as the assortment needs.
    let aisles = u16::try_from(new.len().div_ceil(40 * 2 * 4).max(2)).unwrap_or(u16::MAX);
    let spec = LayoutSpec { aisles, cross_aisles: 3, bins_per_side: 40, levels: 4, length_mm: 40_000, ..LayoutSpec::small() };
    let site = OpenSite {
        id: SiteId::mint(),
        code: "MAIN".into(),
        name: "Main warehouse".into(),
        country: "GB".into(),
        timezone: "Europe/London".into(),
        rank: 0,
        layout: spec.layout()?,
        bins: spec.bins()?,
        totes: 500,
    };
    clerk.run(at, &site).await?;
    for chunk in new.chunks(1_000) {
        clerk.run(at, &AddSkus { skus: chunk.to_vec() }).await?;
    }
    let bins = clerk.db.pick_bins(&clerk.caller, site.id).await?;
    let mut lines = Vec::new();
    done.opening.on = Some(at.date_naive());
    // Should there be more SKUs than bins, some share one: none goes without.
    for (sku, (bin, _)) in new.iter().zip(bins.iter().cycle()) {
        let quantity = sold.get(sku.code.as_str()).copied().unwrap_or(0);
        lines.push(ReceiveLine { sku: sku.id, bin: *bin, quantity, unit_cost: None, marks: domain::lots::Marks::default() });
        done.opening.skus += 1;
        done.opening.units += i64::from(quantity);
        done.opening.value += sku.standard_cost * Decimal::from(quantity);
    }
    for chunk in lines.chunks(RECEIPT_LINES) {
        let goods = ReceiveGoods {
            site: site.id,
            supplier: "Opening stock".into(),
            reference: "opening".into(),
            opening: false,
            lines: chunk.to_vec(),
        };
        clerk.run(at, &goods).await?;
    }
    done.skus = i64::try_from(new.len()).unwrap_or(i64::MAX);
    Ok((site.id, new.into_iter().map(|sku| (sku.code, sku.id)).collect()))
}

/// A day's orders come in and go out.
async fn sell(
    clerk: &Clerk,
    site: SiteId,
    skus: &HashMap<String, SkuId>,
    orders: &[&FileOrder],
    at: DateTime<Utc>,
    bought: &mut Bought,
    done: &mut Replayed,
) -> Result<()> {
    if orders.is_empty() {
        return Ok(());
    }
    let currency = clerk.db.currency_of(clerk.caller.org).await?;
    let new: Vec<_> = orders.iter().map(|order| new_order(order, skus, CHANNEL, &currency)).collect();
    let customer: HashMap<OrderId, String> = new
        .iter()
        .zip(orders)
        .map(|(new, order)| (new.id, if order.guest { String::new() } else { order.postcode.clone() }))
        .collect();
    let placed = clerk.run(at + TimeDelta::hours(5), &PlaceOrders { orders: new }).await?;
    done.orders += i64::try_from(placed.len()).unwrap_or(i64::MAX);
    let worked = clerk.work(site, at + TimeDelta::hours(7), "Royal Mail").await?;
    done.waves += worked.waves;
    done.parcels += worked.parcels;
    let ids: Vec<OrderId> = placed.iter().map(|placed| placed.order).collect();
    for Gone { order, line, sku, quantity, site } in clerk.gone(at + TimeDelta::hours(11), ids).await? {
        done.units_shipped += i64::from(quantity);
        if let Some(customer) = customer.get(&order).filter(|customer| !customer.is_empty()) {
            bought.entry((customer.clone(), sku)).or_default().push((order, line, site, quantity));
        }
    }
    Ok(())
}

/// A day's credit notes: each unit finds the sale it comes from, the latest first, or the row is raised.
async fn take_back(
    clerk: &Clerk,
    skus: &HashMap<String, SkuId>,
    (rows, settled): (&[&(i32, uci::Row)], bool),
    at: DateTime<Utc>,
    bought: &mut Bought,
    sorted: &mut Sorted,
    done: &mut Replayed,
) -> Result<()> {
    let mut by_order: BTreeMap<(OrderId, SiteId), BTreeMap<OrderLineId, i32>> = BTreeMap::new();
    let mut unmatched = Vec::new();
    for (row_no, row) in rows {
        let parts = matched(skus, row, bought);
        if !row.customer.is_empty() {
            done.found.count(parts.is_some());
            if settled {
                done.found_later.count(parts.is_some());
            }
        }
        let Some(parts) = parts else {
            unmatched.push(Unmatched::new(&sorted.fingerprint, *row_no, row));
            continue;
        };
        for (order, line, site, units) in parts {
            *by_order.entry((order, site)).or_default().entry(line).or_default() += units;
        }
        sorted.set(*row_no, Outcome::ReturnMatched, "");
    }
    if !unmatched.is_empty() {
        clerk.run(at, &RaiseUnmatched { rows: unmatched }).await?;
    }
    if by_order.is_empty() {
        return Ok(());
    }
    let mut requests = Vec::new();
    for ((order, _), lines) in &by_order {
        let mut asked = Vec::new();
        for (line, units) in lines {
            let quantity = Quantity::new((*units).into())?;
            asked.push(AskedLine {
                line: *line,
                quantity,
                reason: Reason::Unknown,
                note: String::new(),
                resolution: Resolution::Refund,
            });
        }
        requests.push(RequestReturn { order: *order, lines: asked, source: Source::Import });
    }
    let requested = clerk.ask(at, requests).await?;
    done.returns += i64::try_from(requested.len()).unwrap_or(i64::MAX);
    let mut at_site: BTreeMap<SiteId, Vec<(domain::ids::ReturnLineId, i32)>> = BTreeMap::new();
    for (((_, site), lines), requested) in by_order.iter().zip(&requested) {
        at_site.entry(*site).or_default().extend(requested.lines.iter().copied().zip(lines.values().copied()));
    }
    for (site, lines) in at_site {
        let receipts = clerk.receive(site, at + TimeDelta::hours(1), &lines).await?;
        // History does not say how the goods were: they are taken as new.
        let graded: Vec<_> = receipts.iter().zip(&lines).map(|(receipt, (_, units))| (*receipt, *units, Grade::A)).collect();
        let refunds = clerk.inspect(site, at + TimeDelta::hours(2), &graded).await?;
        clerk.pay(at + TimeDelta::hours(2), &refunds).await?;
        done.units_returned += lines.iter().map(|(_, units)| i64::from(*units)).sum::<i64>();
    }
    Ok(())
}

/// The sales a returned row comes from, latest first; none unless all of it is found.
fn matched(
    skus: &HashMap<String, SkuId>,
    row: &uci::Row,
    bought: &mut Bought,
) -> Option<Vec<(OrderId, OrderLineId, SiteId, i32)>> {
    let sku = *skus.get(&row.stock_code)?;
    let sales = bought.get_mut(&(row.customer.clone(), sku)).filter(|_| !row.customer.is_empty())?;
    let mut left = -row.quantity;
    if sales.iter().map(|(.., units)| units).sum::<i32>() < left {
        return None;
    }
    let mut parts = Vec::new();
    for (order, line, site, units) in sales.iter_mut().rev() {
        let taken = left.min(*units);
        if taken > 0 {
            *units -= taken;
            left -= taken;
            parts.push((*order, *line, *site, taken));
        }
    }
    sales.retain(|(.., units)| *units > 0);
    Some(parts)
}

/// A fresh org to replay into, named after the file.
pub fn org_for(fingerprint: &[u8], slug: &str) -> NewOrg {
    NewOrg {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, &[fingerprint, slug.as_bytes()].concat()).into(),
        slug: slug.to_owned(),
        name: "Online retail, replayed".to_owned(),
        currency: iso_currency::Currency::GBP,
    }
}
