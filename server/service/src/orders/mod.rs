//! Orders' transactions: placing here, gates, payments, backorders and cancelling each in a file. What an order must state, its
//! gates and its site are decided by `domain::orders`.

mod backorders;
mod baskets;
mod cancel;
mod cross_dock;
mod gates;
mod kits;
mod payments;
mod read;
mod sql;
mod sql_payments;
mod sql_read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::Duration;
use domain::catalog::{CatalogRefusal, SkuRow};
use domain::ids::{OrderId, OrderLineId, OwnerId, PaymentId, SiteId, SkuId};
use domain::ledger::{CONTRACT_LIABILITY, PAYMENT_CLEARING};
use domain::money::Money;
use domain::numbers::Series;
use domain::orders::release::Hold;
use domain::orders::sourcing::{self, Promises};
use domain::orders::{BULK_MAX, NewOrder, NewPayment, OpenChannel, OrderRefusal, PlaceOrders, Placed, money};
use domain::people::{Actor, Permission};
use domain::refusal::Refusal;
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::exceptions::Case;
use crate::ledger::{self, Posting};
use crate::stock::{self, Seen, Want};
use crate::{Act, Result, Tx, carriers, catalog, directory, owners, sites};
pub(crate) use cross_dock::{serve_from_dock, served_from_dock, waits_for};
pub(crate) use gates::{held_for_data, release};
use sql::{NewLines, NewOrders};
use sql_payments::NewPayments;
/// For the payer: what is due, claimed.
pub(crate) use sql_payments::claim_payments;

impl Act for OpenChannel {
    const KIND: &'static str = "orders.open_channel";
    const NEEDS: Permission = Permission::PeopleEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org().0;
        if !sql::insert_channel(tx.conn(), org, self.id.0, &self.code, &self.name, self.promise_hours).await? {
            return Err(OrderRefusal::ChannelTaken { code: self.code.clone() }.into());
        }
        tx.announce("channel.opened", self.id, None, &self.code);
        tx.audit("channel", self.id, (), &self.code);
        Ok(())
    }
}

impl Act for PlaceOrders {
    const KIND: &'static str = "orders.place";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = Vec<Placed>;

    async fn act(&self, tx: &mut Tx) -> Result<Vec<Placed>> {
        if self.orders.len() > BULK_MAX {
            return Err(OrderRefusal::TooManyAtOnce { given: self.orders.len(), max: BULK_MAX }.into());
        }
        if self.orders.iter().any(|order| order.placed_at.is_some()) && !matches!(tx.caller.who, Actor::System { .. }) {
            return Err(OrderRefusal::PastNotYours.into());
        }
        let currency = directory::currency(tx).await?;
        for order in &self.orders {
            order.check(currency.code())?;
        }
        let (channels, known) = recall(tx, &self.orders).await?;
        let mut seen: HashSet<(Uuid, String)> = known.keys().cloned().collect();
        let fresh: Vec<&NewOrder> =
            self.orders.iter().filter(|order| seen.insert((channels[&order.channel].id, order.external_id.clone()))).collect();
        let placed = place(tx, currency, &channels, &fresh).await?;
        let released: HashMap<OrderId, Option<Hold>> = release(tx, &fresh.iter().map(|order| order.id).collect::<Vec<_>>())
            .await?
            .into_iter()
            .map(|released| (released.order, released.hold))
            .collect();
        let answer = |order: &NewOrder| {
            let key = (channels[&order.channel].id, order.external_id.clone());
            if let Some(row) = known.get(&key) {
                return Placed {
                    order: row.id.into(),
                    number: row.number.clone(),
                    fresh: false,
                    released: row.released,
                    short: 0,
                };
            }
            let (first, number, short) = &placed[&key];
            let released = released.get(first).is_some_and(Option::is_none);
            Placed { order: *first, number: number.clone(), fresh: *first == order.id, released, short: *short }
        };
        let answers: Vec<Placed> = self.orders.iter().map(answer).collect();
        let subject = self.orders.first().map_or(tx.org().0, |order| order.id.0);
        tx.audit("order", subject, (), answers.iter().map(|placed| &placed.number).collect::<Vec<_>>());
        Ok(answers)
    }
}

type Channels = HashMap<String, sql::ChannelRow>;
type Known = HashMap<(Uuid, String), sql::KnownRow>;

/// The channels, and the orders they had sent before.
async fn recall(tx: &mut Tx, orders: &[NewOrder]) -> Result<(Channels, Known)> {
    let org = tx.org().0;
    let channels: Channels = sql::channels(tx.conn(), org).await?.into_iter().map(|row| (row.code.clone(), row)).collect();
    if let Some(order) = orders.iter().find(|order| !channels.contains_key(&order.channel)) {
        return Err(OrderRefusal::UnknownChannel { code: order.channel.clone() }.into());
    }
    let ids: Vec<Uuid> = orders.iter().map(|order| channels[&order.channel].id).collect();
    let externals: Vec<String> = orders.iter().map(|order| order.external_id.clone()).collect();
    let known = sql::known(tx.conn(), org, &ids, &externals).await?;
    Ok((channels, known.into_iter().map(|row| ((row.channel_id, row.external_id.clone()), row)).collect()))
}

/// Writes the orders, promises them what is free, and books what is paid already.
async fn place(
    tx: &mut Tx,
    currency: Currency,
    channels: &Channels,
    orders: &[&NewOrder],
) -> Result<HashMap<(Uuid, String), (OrderId, String, i32)>> {
    if orders.is_empty() {
        return Ok(HashMap::new());
    }
    let (org, at) = (tx.org().0, tx.at);
    let apart = kits::take_apart(tx, orders).await?;
    let orders: &[&NewOrder] = &apart.iter().map(AsRef::as_ref).collect::<Vec<_>>();
    let ids: Vec<SkuId> = orders.iter().flat_map(|order| order.lines.iter().map(|line| line.sku)).collect();
    let skus = catalog::by_id(tx, &ids).await?;
    if let Some(unknown) = ids.iter().find(|id| !skus.contains_key(id)) {
        return Err(CatalogRefusal::UnknownSku { code: unknown.to_string() }.into());
    }
    let named = owners::named(tx, orders.iter().map(|order| order.owner.as_str())).await?;
    let whose: Vec<OwnerId> = orders.iter().map(|order| named[order.owner.as_str()]).collect();
    let numbers = tx.numbers(Series::Order, orders.len()).await?;
    stock::drop_baskets(tx, &baskets::of_orders(orders)).await?;
    let from = sources(tx, channels, orders, &whose).await?;
    let asks = orders.iter().zip(&from).map(|(order, site)| leaving(order, *site, &channels[&order.channel], at));
    let taken = carriers::choose(tx, &asks.collect::<Vec<_>>()).await?;
    let (mut new, mut lines, mut payments) = (NewOrders::default(), NewLines::default(), NewPayments::default());
    let mut postings = Vec::new();
    new.owners = whose.iter().map(|owner| owner.0).collect();
    for ((order, number), taken) in orders.iter().zip(&numbers).zip(taken) {
        let channel = channels[&order.channel].id;
        let total = push_order(&mut new, &mut lines, order, number, channel, order.placed_at.unwrap_or(at), currency, &skus);
        new.promised.push(taken.promised_at);
        new.carriers.push(taken.carrier);
        new.services.push(taken.service);
        let payment = PaymentId::mint();
        let due = match &order.payment {
            // A provider takes whole pennies: the fraction of one is not asked for, and not owed.
            NewPayment::Capture { .. } => Money { amount: total, currency }.payable().amount,
            NewPayment::Paid { .. } => total,
        };
        if payments.push(payment, order.id, &order.payment, due) {
            postings.push(Posting::posted(PAYMENT_CLEARING, CONTRACT_LIABILITY, due, "payment", payment.0));
        }
    }
    sql::insert_orders(tx.conn(), org, currency.code(), &new).await?;
    sql::insert_lines(tx.conn(), org, &lines).await?;
    sql_payments::insert_payments(tx.conn(), org, currency.code(), at, &payments).await?;
    ledger::post(tx, &postings).await?;
    let short = promise(tx, orders, &from, &lines).await?;
    let mut placed = HashMap::new();
    for (order, number) in orders.iter().zip(numbers) {
        tx.announce("order.placed", order.id, None, json!({ "number": number, "channel": order.channel }));
        let short = short.get(&order.id).copied().unwrap_or(0);
        placed.insert((channels[&order.channel].id, order.external_id.clone()), (order.id, number, short));
    }
    Ok(placed)
}

/// Adds one order's columns; answers what it costs.
#[expect(clippy::too_many_arguments, reason = "two tables, column by column")]
fn push_order(
    new: &mut NewOrders,
    lines: &mut NewLines,
    order: &NewOrder,
    number: &str,
    channel: Uuid,
    at: chrono::DateTime<chrono::Utc>,
    currency: Currency,
    skus: &HashMap<SkuId, SkuRow>,
) -> Decimal {
    let mut total = order.shipping_amount;
    let mut highest = Decimal::ZERO;
    for (index, line) in order.lines.iter().enumerate() {
        let rate = skus[&line.sku].tax_rate;
        let gross = money::gross(line.unit_price, line.quantity, line.discount);
        highest = highest.max(rate);
        total += gross;
        lines.ids.push(Uuid::now_v7());
        lines.orders.push(order.id.0);
        lines.numbers.push(i32::try_from(index + 1).unwrap_or(i32::MAX));
        lines.skus.push(line.sku.0);
        lines.kits.push(line.kit.map(|kit| kit.0));
        lines.quantities.push(line.quantity);
        lines.prices.push(line.unit_price);
        lines.discounts.push(line.discount);
        lines.taxes.push(money::tax_within(gross, rate, currency));
    }
    new.ids.push(order.id.0);
    new.numbers.push(number.to_owned());
    new.channels.push(channel);
    new.externals.push(order.external_id.clone());
    new.names.push(order.customer_name.clone());
    new.emails.push(order.email.trim().to_lowercase());
    new.addresses.push(order.address_line.clone());
    new.cities.push(order.city.clone());
    new.postcodes.push(order.postcode.clone());
    new.countries.push(order.country.clone());
    new.shippings.push(order.shipping_amount);
    // Delivery is taxed at the highest rate of what is delivered.
    new.shipping_taxes.push(money::tax_within(order.shipping_amount, highest, currency));
    new.completes.push(order.ship_complete);
    new.placed.push(at);
    total
}

/// What its carrier is chosen by.
fn leaving<'a>(
    order: &'a NewOrder,
    site: SiteId,
    channel: &'a sql::ChannelRow,
    at: chrono::DateTime<chrono::Utc>,
) -> carriers::Ask<'a> {
    let placed_at = order.placed_at.unwrap_or(at);
    carriers::Ask {
        order: order.id,
        site,
        asked: order.service.as_deref(),
        channel_uses: &channel.service_code,
        country: &order.country,
        placed_at,
        promised_at: placed_at + Duration::hours(channel.promise_hours.into()),
    }
}

/// Chooses each order's site, and keeps why.
async fn sources(tx: &mut Tx, channels: &Channels, orders: &[&NewOrder], whose: &[OwnerId]) -> Result<Vec<SiteId>> {
    let sites = sites::ranked(tx).await?;
    let mut skus: BTreeMap<OwnerId, Vec<SkuId>> = BTreeMap::new();
    for (order, owner) in orders.iter().zip(whose) {
        skus.entry(*owner).or_default().extend(order.lines.iter().map(|line| line.sku));
    }
    let asks = |order: &NewOrder| channels[&order.channel].min_life_days;
    let (mut promised, mut seen_by): (HashMap<OwnerId, Promises>, HashMap<OwnerId, Seen>) = (HashMap::new(), HashMap::new());
    for (owner, skus) in skus {
        promised.insert(owner, stock::promises_of(tx, owner, &sites, &skus).await?);
        seen_by.insert(owner, stock::seen(tx, owner, &sites, &skus, orders.iter().map(|order| asks(order))).await?);
    }
    let (mut chosen, mut receipts) = (Vec::new(), Vec::new());
    for (order, owner) in orders.iter().zip(whose) {
        let (promises, seen) = (promised.entry(*owner).or_default(), seen_by.entry(*owner).or_default());
        let asked: Vec<(SkuId, i32)> = order.lines.iter().map(|line| (line.sku, line.quantity)).collect();
        let days = asks(order);
        // What is not good long enough for its channel does not count.
        let good = (days > 0).then(|| seen.by(promises, &sites, asked.iter().map(|(sku, _)| *sku), days));
        let offered = good.as_ref().unwrap_or(promises);
        let site = sourcing::choose(&sites, &asked, offered).ok_or(OrderRefusal::NoSite)?;
        let offers: Vec<_> =
            sites.iter().map(|site| json!({ "site": site, "units": sourcing::served(*site, &asked, offered) })).collect();
        let inputs = json!({ "units": asked.iter().map(|(_, units)| units).sum::<i32>(), "sites": offers });
        let others: Vec<_> = sites.iter().filter(|other| **other != site).collect();
        receipts.push(Decision::new("allocation", order.id, sourcing::RULE, inputs, json!({ "site": site })).rejecting(others));
        for (sku, quantity) in asked {
            seen.take((site, sku), days, quantity);
            let left = promises.entry((site, sku)).or_default();
            *left = (*left - quantity).max(0);
        }
        chosen.push(site);
    }
    decisions::keep(tx, &receipts).await?;
    Ok(chosen)
}

/// Reserves each order's units at its site; answers the units each order is short of.
async fn promise(tx: &mut Tx, orders: &[&NewOrder], from: &[SiteId], lines: &NewLines) -> Result<HashMap<OrderId, i32>> {
    let mut wants: BTreeMap<SiteId, Vec<Want>> = BTreeMap::new();
    let mut ids = lines.ids.iter();
    for (order, site) in orders.iter().zip(from) {
        for (line, id) in order.lines.iter().zip(&mut ids) {
            wants.entry(*site).or_default().push(Want { line: OrderLineId(*id), sku: line.sku, quantity: line.quantity });
        }
    }
    let owner: HashMap<Uuid, Uuid> = lines.ids.iter().copied().zip(lines.orders.iter().copied()).collect();
    let mut short: HashMap<OrderId, i32> = HashMap::new();
    for (site, wants) in wants {
        for (want, got) in wants.iter().zip(stock::reserve(tx, site, &wants).await?) {
            *short.entry(owner[&want.line.0].into()).or_default() += want.quantity - got;
        }
    }
    Ok(short)
}

fn case(kind: &'static str, order: OrderId, summary: String) -> Case {
    Case { kind, subject: order.0, site: None, summary, detail: json!({}) }
}

/// Locks orders in id order: whatever counts their units or money waits here, and nobody waits for another in a circle.
pub(crate) async fn lock_all(tx: &mut Tx, orders: &[Uuid]) -> Result<()> {
    let org = tx.org().0;
    sql::lock_orders(tx.conn(), org, orders).await
}

/// The order, locked; refused when it is cancelled.
async fn lock(tx: &mut Tx, order: OrderId) -> Result<sql::GateRow> {
    let org = tx.org().0;
    lock_all(tx, &[order.0]).await?;
    let row = sql::gates(tx.conn(), org, &[order.0]).await?.pop().ok_or_else(|| Refusal::not_found("order"))?;
    if row.cancelled { Err(OrderRefusal::Cancelled { number: row.number }.into()) } else { Ok(row) }
}

/// Which of these the channel has sent before, for whoever only wants to know; refused when there is no such channel.
pub(crate) async fn known_by_channel(tx: &mut Tx, channel: &str, externals: &[String]) -> Result<HashSet<String>> {
    let org = tx.org().0;
    let channels = sql::channels(tx.conn(), org).await?;
    let unknown = || OrderRefusal::UnknownChannel { code: channel.to_owned() };
    let id = channels.into_iter().find(|row| row.code == channel).ok_or_else(unknown)?.id;
    let known = sql::known(tx.conn(), org, &vec![id; externals.len()], externals).await?;
    Ok(known.into_iter().map(|row| row.external_id).collect())
}
