//! Orders' transactions: placing, releasing, cancelling, payments. What an order must state, its gates and its site are decided
//! by `domain::orders`.

mod read;
mod sql;
mod sql_read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::Duration;
use domain::catalog::{CatalogRefusal, SkuRow};
use domain::ids::{OrderId, OrderLineId, PaymentId, SiteId, SkuId};
use domain::ledger::{CONTRACT_LIABILITY, PAYMENT_CLEARING, REFUNDS_PAYABLE};
use domain::orders::release::{self, Facts, Hold};
use domain::orders::sourcing::{self, Promises};
use domain::orders::{
    Answer, BULK_MAX, CancelOrder, NewOrder, NewPayment, OpenChannel, OrderRefusal, PlaceOrders, Placed, RecordPayments,
    ReleaseOrders, Released, ServeBackorders, money,
};
use domain::people::{Actor, Permission};
use domain::refusal::Refusal;
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::stock::{self, Want};
use crate::{Act, Result, Tx, catalog, directory, sites};
/// For the payer: what is due, claimed.
pub(crate) use sql::claim_payments;
use sql::{NewLines, NewOrders, NewPayments};

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
    let ids: Vec<SkuId> = orders.iter().flat_map(|order| order.lines.iter().map(|line| line.sku)).collect();
    let skus = catalog::by_id(tx, &ids).await?;
    if let Some(unknown) = ids.iter().find(|id| !skus.contains_key(id)) {
        return Err(CatalogRefusal::UnknownSku { code: unknown.to_string() }.into());
    }
    let numbers = tx.numbers("SO", orders.len()).await?;
    let (mut new, mut lines, mut payments) = (NewOrders::default(), NewLines::default(), NewPayments::default());
    let mut postings = Vec::new();
    for (order, number) in orders.iter().zip(&numbers) {
        let channel = &channels[&order.channel];
        let total = push_order(&mut new, &mut lines, order, number, channel, order.placed_at.unwrap_or(at), currency, &skus);
        let payment = PaymentId::mint();
        let (provider, authorisation, reference, captured) = match &order.payment {
            NewPayment::Capture { authorisation } => ("provider", authorisation.clone(), String::new(), total.is_zero()),
            NewPayment::Paid { reference } => ("channel", String::new(), reference.clone(), true),
        };
        payments.ids.push(payment.0);
        payments.orders.push(order.id.0);
        payments.providers.push(provider.to_owned());
        payments.authorisations.push(authorisation);
        payments.references.push(reference);
        payments.amounts.push(total);
        payments.statuses.push(if captured { "captured" } else { "pending" }.to_owned());
        if captured {
            postings.push(Posting::posted(PAYMENT_CLEARING, CONTRACT_LIABILITY, total, "payment", payment.0));
        }
    }
    sql::insert_orders(tx.conn(), org, currency.code(), &new).await?;
    sql::insert_lines(tx.conn(), org, &lines).await?;
    sql::insert_payments(tx.conn(), org, currency.code(), at, &payments).await?;
    ledger::post(tx, &postings).await?;
    let short = promise(tx, orders, &lines).await?;
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
    channel: &sql::ChannelRow,
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
        lines.quantities.push(line.quantity);
        lines.prices.push(line.unit_price);
        lines.discounts.push(line.discount);
        lines.taxes.push(money::tax_within(gross, rate, currency));
    }
    new.ids.push(order.id.0);
    new.numbers.push(number.to_owned());
    new.channels.push(channel.id);
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
    new.promised.push(at + Duration::hours(channel.promise_hours.into()));
    total
}

/// Chooses each order's site and reserves there; answers the units each order is short of.
async fn promise(tx: &mut Tx, orders: &[&NewOrder], lines: &NewLines) -> Result<HashMap<OrderId, i32>> {
    let sites = sites::ranked(tx).await?;
    let skus: Vec<SkuId> = lines.skus.iter().map(|sku| SkuId(*sku)).collect();
    let mut promises: Promises = stock::promises(tx, &sites, &skus).await?;
    let mut wants: BTreeMap<SiteId, Vec<Want>> = BTreeMap::new();
    let mut receipts = Vec::new();
    let mut next = 0;
    for order in orders {
        let asked: Vec<(SkuId, i32)> = order.lines.iter().map(|line| (line.sku, line.quantity)).collect();
        let site = sourcing::choose(&sites, &asked, &promises).ok_or(OrderRefusal::NoSite)?;
        let offers: Vec<_> =
            sites.iter().map(|site| json!({ "site": site, "units": sourcing::served(*site, &asked, &promises) })).collect();
        let inputs = json!({ "units": asked.iter().map(|(_, units)| units).sum::<i32>(), "sites": offers });
        let others: Vec<_> = sites.iter().filter(|other| **other != site).collect();
        receipts.push(Decision::new("allocation", order.id, sourcing::RULE, inputs, json!({ "site": site })).rejecting(others));
        for (sku, quantity) in asked {
            let line = OrderLineId(lines.ids[next]);
            next += 1;
            let left = promises.entry((site, sku)).or_default();
            *left = (*left - quantity).max(0);
            wants.entry(site).or_default().push(Want { line, sku, quantity });
        }
    }
    let owner: HashMap<Uuid, Uuid> = lines.ids.iter().copied().zip(lines.orders.iter().copied()).collect();
    let mut short: HashMap<OrderId, i32> = HashMap::new();
    for (site, wants) in wants {
        for (want, got) in wants.iter().zip(stock::reserve(tx, site, &wants).await?) {
            *short.entry(owner[&want.line.0].into()).or_default() += want.quantity - got;
        }
    }
    decisions::keep(tx, &receipts).await?;
    Ok(short)
}

/// Opens the gates for these orders as far as they open; what passes is allocated, what does not is held by name.
pub(crate) async fn release(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<Released>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let (org, at) = (tx.org().0, tx.at);
    let raw: Vec<Uuid> = orders.iter().map(|order| order.0).collect();
    sql::lock_orders(tx.conn(), org, &raw).await?;
    let mut rows: HashMap<Uuid, sql::GateRow> =
        sql::gates(tx.conn(), org, &raw).await?.into_iter().map(|row| (row.id, row)).collect();
    let (mut ids, mut holds, mut released, mut cases) = (vec![], vec![], vec![], vec![]);
    for order in orders {
        let row = rows.remove(&order.0).ok_or_else(|| Refusal::not_found("order"))?;
        if row.cancelled {
            return Err(OrderRefusal::Cancelled { number: row.number }.into());
        }
        let facts = Facts {
            paid: row.paid,
            deliverable: row.deliverable,
            ship_complete: row.ship_complete,
            units_ordered: row.ordered,
            units_served: row.served,
            held: row.hold.as_deref().and_then(Hold::parse),
        };
        // Once released an order stays so: what it still waits for is a backorder, not a hold.
        let hold = if row.released { None } else { release::gate(&facts).err() };
        if row.paid && row.deliverable && row.served < row.ordered {
            let missing = row.ordered - row.served;
            cases.push(case("backorder", *order, format!("{}: {missing} units wait for stock", row.number)));
        }
        if hold == Some(Hold::Address) {
            cases.push(case("address", *order, format!("{}: the address is incomplete", row.number)));
        }
        if !row.released && hold.is_none() {
            tx.announce("order.released", *order, None, json!({ "number": row.number }));
        }
        ids.push(order.0);
        holds.push(hold.map(|hold| hold.code().to_owned()));
        released.push(Released { order: *order, hold });
    }
    sql::set_gates(tx.conn(), org, at, &ids, &holds).await?;
    let open: Vec<Uuid> = released.iter().filter(|released| released.hold.is_none()).map(|released| released.order.0).collect();
    // In the order they were asked for: who comes first is served first.
    let rank: HashMap<Uuid, usize> = open.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    let mut lines = sql::lines(tx.conn(), org, &open).await?;
    lines.sort_by_key(|line| rank.get(&line.order_id).copied());
    stock::allocate(tx, &lines.iter().map(|line| OrderLineId(line.id)).collect::<Vec<_>>()).await?;
    exceptions::raise(tx, &cases).await?;
    Ok(released)
}

fn case(kind: &'static str, order: OrderId, summary: String) -> Case {
    Case { kind, subject: order.0, site: None, summary, detail: json!({}) }
}

impl Act for ReleaseOrders {
    const KIND: &'static str = "orders.release";
    const NEEDS: Permission = Permission::OrdersRelease;
    type Outcome = Vec<Released>;

    async fn act(&self, tx: &mut Tx) -> Result<Vec<Released>> {
        let released = release(tx, &self.orders).await?;
        let subject = self.orders.first().map_or(tx.org().0, |order| order.0);
        tx.audit("order", subject, (), &released);
        Ok(released)
    }
}

impl Act for CancelOrder {
    const KIND: &'static str = "orders.cancel";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        if self.reason.trim().is_empty() {
            return Err(OrderRefusal::ReasonMissing.into());
        }
        let (org, at, order) = (tx.org().0, tx.at, self.order);
        sql::lock_orders(tx.conn(), org, &[order.0]).await?;
        let row = sql::gates(tx.conn(), org, &[order.0]).await?.pop().ok_or_else(|| Refusal::not_found("order"))?;
        if row.cancelled {
            return Err(OrderRefusal::Cancelled { number: row.number }.into());
        }
        let lines: Vec<OrderLineId> =
            sql::lines(tx.conn(), org, &[order.0]).await?.into_iter().map(|line| line.id.into()).collect();
        let units = sql_read::touched_units(tx.conn(), org, order.0).await?;
        if units > 0 {
            return Err(OrderRefusal::TooLate { number: row.number, units }.into());
        }
        stock::unreserve(tx, &lines).await?;
        let given = stock::allocated(tx, &lines).await?;
        // Read again: a picker may have taken some since.
        let taken: i32 = given.iter().filter(|given| !given.place.lpn.is_nil()).map(|given| given.quantity).sum();
        if taken > 0 {
            return Err(OrderRefusal::TooLate { number: row.number, units: taken }.into());
        }
        let given: Vec<_> = given.iter().map(|given| (given.id, given.quantity)).collect();
        stock::deallocate(tx, &given).await?;
        sql_read::drop_tasks(tx.conn(), org, order.0, at).await?;
        sql::cancel(tx.conn(), org, order.0, at).await?;
        for payment in sql::lock_payments(tx.conn(), org, &[], &[order.0]).await? {
            match payment.status.as_str() {
                "captured" => give_money_back(tx, &payment).await?,
                "pending" | "failed" => sql::set_payment(tx.conn(), org, payment.id, "voided", None, "", None).await?,
                // Unknown: when the provider answers, `RecordPayments` sees the order cancelled and returns the money.
                _ => {}
            }
        }
        exceptions::resolve(tx, "backorder", &[order.0], "order cancelled").await?;
        exceptions::resolve(tx, "payment", &[order.0], "order cancelled").await?;
        exceptions::resolve(tx, "address", &[order.0], "order cancelled").await?;
        tx.announce("order.cancelled", order, None, json!({ "number": row.number, "reason": self.reason }));
        tx.audit("order", order, json!({ "cancelled": false }), json!({ "cancelled": true, "reason": self.reason }));
        Ok(())
    }
}

/// Captured money of a cancelled order is owed back from now on; a worker returns it.
async fn give_money_back(tx: &mut Tx, payment: &sql::PaymentRow) -> Result<()> {
    let org = tx.org().0;
    sql::set_payment(tx.conn(), org, payment.id, "voiding", None, "", None).await?;
    ledger::post(tx, &[Posting::posted(CONTRACT_LIABILITY, REFUNDS_PAYABLE, payment.amount, "cancel", payment.id)]).await
}

impl Act for RecordPayments {
    const KIND: &'static str = "orders.record_payments";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at) = (tx.org().0, tx.at);
        let ids: Vec<Uuid> = self.answers.iter().map(|(id, _)| id.0).collect();
        let mut rows: HashMap<Uuid, sql::PaymentRow> =
            sql::lock_payments(tx.conn(), org, &ids, &[]).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut paid = Vec::new();
        for (id, answer) in &self.answers {
            let row = rows.remove(&id.0).ok_or_else(|| Refusal::not_found("payment"))?;
            let order = OrderId(row.order_id);
            match (row.status.as_str(), answer) {
                ("pending" | "unknown", Answer::Done { reference }) => {
                    sql::set_payment(tx.conn(), org, row.id, "captured", Some(reference), "", Some(at)).await?;
                    ledger::post(tx, &[Posting::posted(PAYMENT_CLEARING, CONTRACT_LIABILITY, row.amount, "payment", row.id)])
                        .await?;
                    tx.announce("payment.captured", order, None, json!({ "number": row.order_number }));
                    exceptions::resolve(tx, "payment", &[order.0], "captured").await?;
                    if row.order_cancelled { give_money_back(tx, &row).await? } else { paid.push(order) }
                }
                ("pending" | "unknown", Answer::Failed { words }) => {
                    sql::set_payment(tx.conn(), org, row.id, "failed", None, words, None).await?;
                    tx.announce("payment.failed", order, None, json!({ "number": row.order_number, "words": words }));
                    exceptions::raise(tx, &[case("payment", order, format!("{}: {words}", row.order_number))]).await?;
                }
                ("pending" | "unknown", Answer::Unknown) => {
                    sql::set_payment(tx.conn(), org, row.id, "unknown", None, "the provider did not answer", None).await?;
                }
                ("voiding", Answer::Done { .. }) => {
                    sql::set_payment(tx.conn(), org, row.id, "voided", None, "", None).await?;
                    ledger::post(tx, &[Posting::posted(REFUNDS_PAYABLE, PAYMENT_CLEARING, row.amount, "cancel", row.id)]).await?;
                    tx.announce("payment.returned", order, None, json!({ "number": row.order_number }));
                }
                ("voiding", Answer::Failed { words }) => {
                    exceptions::raise(tx, &[case("payment", order, format!("{}: money back failed: {words}", row.order_number))])
                        .await?;
                }
                // Answered before, or still no answer: nothing changes.
                _ => {}
            }
        }
        release(tx, &paid).await?;
        tx.audit("payment", ids.first().copied().unwrap_or(org), (), &self.answers);
        Ok(())
    }
}

impl Act for ServeBackorders {
    const KIND: &'static str = "orders.serve_backorders";
    const NEEDS: Permission = Permission::OrdersRelease;
    /// Units that found an order.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let org = tx.org().0;
        let skus: Option<Vec<Uuid>> = self.skus.as_ref().map(|skus| skus.iter().map(|sku| sku.0).collect());
        let waiting = sql::waiting_lines(tx.conn(), org, skus.as_deref()).await?;
        let sites = sites::ranked(tx).await?;
        let ids: Vec<SkuId> = waiting.iter().map(|row| SkuId(row.sku_id)).collect();
        let mut promises = stock::promises(tx, &sites, &ids).await?;
        let mut wants: BTreeMap<SiteId, Vec<Want>> = BTreeMap::new();
        let mut orders: Vec<OrderId> = Vec::new();
        for row in &waiting {
            let (sku, mut missing) = (SkuId(row.sku_id), row.missing);
            for site in &sites {
                let left = promises.entry((*site, sku)).or_default();
                let quantity = missing.min(*left);
                if quantity > 0 {
                    *left -= quantity;
                    missing -= quantity;
                    wants.entry(*site).or_default().push(Want { line: row.line_id.into(), sku, quantity });
                    if orders.last().is_none_or(|last| last.0 != row.order_id) {
                        orders.push(row.order_id.into());
                    }
                }
            }
        }
        let mut served = 0;
        for (site, wants) in wants {
            served += stock::reserve(tx, site, &wants).await?.into_iter().sum::<i32>();
        }
        let raw: Vec<Uuid> = orders.iter().map(|order| order.0).collect();
        exceptions::resolve(tx, "backorder", &raw, "stock came in").await?;
        let lines: Vec<Uuid> = waiting.iter().filter(|row| raw.contains(&row.order_id)).map(|row| row.line_id).collect();
        exceptions::resolve(tx, "backorder", &lines, "stock came in").await?;
        // Whoever still misses something is raised again by its gates.
        release(tx, &orders).await?;
        tx.audit("org", org, (), json!({ "units": served, "orders": orders.len() }));
        Ok(served)
    }
}
