//! Receiving against an order: what arrived is booked into the dock, its cost into a layer of its own, and owed as received and not
//! invoiced. Partials add up on the line; a receipt grows while the pallet is unloaded. Damaged goods, and such as are not as agreed, go
//! to quarantine with a claim; what a plan asks to inspect is held there; what is beyond the tolerance waits for somebody's yes.

use std::collections::{BTreeMap, HashMap};

use domain::ids::{ReceiptId, SiteId};
use domain::ledger::{INVENTORY, RECEIVED_NOT_INVOICED};
use domain::lots::{Marks, gs1};
use domain::numbers::Series;
use domain::people::Permission;
use domain::purchasing::{
    Condition, DeliveryStanding, NOTE_MAX, PurchasingRefusal, ReceivePurchase, Standing, TakenIn, tolerance, within,
};
use domain::putaway::Item;
use domain::quantity::Quantity;
use domain::reasons::Code;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason, State, Tag};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::sql::{self, LineRow, OrderFacts};
use super::sql_claims::{self, NewClaims, NewOver};
use super::sql_deliveries::{self, BinRow, ReceiptFacts};
use super::{claims, deliveries};
use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::lots::{self, Coming};
use crate::putaway::{self, Asks, Quarantine};
use crate::stock::{self, Incoming, NewReceipt, NewReceiptLines};
use crate::{Act, Result, Tx, inspections, reasons};

/// Bins where goods may come in: the dock, the lanes behind it, or where they will stand.
const LANDING: [&str; 4] = ["dock", "stage", "pick", "reserve"];

/// Units of one line, as what they came in.
#[derive(Clone)]
pub(super) struct Booking {
    pub line: LineRow,
    pub quantity: i32,
    pub condition: Condition,
    /// The code of why they are claimed, if they are.
    pub fault: Option<Code>,
    pub note: String,
    pub marks: Marks,
}

/// Where good units go; others go to quarantine.
#[derive(Clone, Copy)]
pub(super) struct Landing {
    pub site: SiteId,
    pub bin: Uuid,
}

impl Act for ReceivePurchase {
    const KIND: &'static str = "purchasing.receive";
    const NEEDS: Permission = Permission::StockReceive;
    type Outcome = TakenIn;

    async fn act(&self, tx: &mut Tx) -> Result<TakenIn> {
        for arrived in &self.arrived {
            Quantity::new(arrived.quantity.into())?;
            arrived.condition.check(arrived.fault.as_ref(), &arrived.note)?;
            if arrived.note.chars().count() > NOTE_MAX {
                return Err(PurchasingRefusal::NoteTooLong { max: NOTE_MAX }.into());
            }
        }
        if self.arrived.is_empty() {
            return Err(PurchasingRefusal::NothingArrived.into());
        }
        let order = super::lock(tx, self.order, Self::NEEDS).await?;
        let (org, site, standing) = (tx.org().0, order.site(), order.standing()?);
        let begun = sql_deliveries::receipt(tx.conn(), org, self.receipt.0).await?;
        // What is still on the truck of a receipt that is open is over, not for a closed order.
        let unloading = begun.is_some() && standing == Standing::Closed;
        if !standing.open() && !unloading {
            let standing = standing.words().to_lowercase();
            return Err(PurchasingRefusal::NotOpen { number: order.number, standing }.into());
        }
        let bookings = bookings(tx, self, &order).await?;
        because(tx, self).await?;
        let bin = landing(tx, self, &order).await?;
        let number = receipt(tx, self, &order, begun).await?;
        let (taken, over) = parted(tx, bookings).await?;
        let landing = Landing { site, bin: bin.id };
        let (value, held) = book(tx, (self.receipt, &order), landing, &taken).await?;
        wait(tx, self.receipt, (&order.number, landing), &over).await?;
        let count = |units: &[Booking]| units.iter().map(|one| i64::from(one.quantity)).sum::<i64>();
        let (units, waiting) = (count(&taken), count(&over));
        let after = sql::order(tx.conn(), org, self.order.0).await?.ok_or_else(|| Refusal::not_found("purchase order"))?;
        if units > 0 {
            tx.announce("stock.received", self.receipt, Some(site), json!({ "number": number, "units": units }));
        }
        tx.announce("purchase.received", self.order, Some(site), json!({ "number": order.number, "units": units }));
        let audited =
            json!({ "receipt": number, "units": units, "held": held, "waiting": waiting, "value": value, "bin": bin.code });
        tx.audit("purchase", self.order, json!({ "received": order.received }), audited);
        Ok(TakenIn { receipt: self.receipt, number, units, held, waiting, awaited: after.awaited })
    }
}

/// Why units are not good is said by a code of the org's.
async fn because(tx: &mut Tx, asked: &ReceivePurchase) -> Result<()> {
    for arrived in &asked.arrived {
        if let Some((kind, code)) = arrived.condition.check(arrived.fault.as_ref(), &arrived.note)? {
            reasons::give(tx, kind.process(), &code, &arrived.note, asked.receipt).await?;
        }
    }
    Ok(())
}

/// What arrived, by line and condition: codes of one SKU are summed, a case's barcode counts its case.
async fn bookings(tx: &mut Tx, asked: &ReceivePurchase, order: &OrderFacts) -> Result<Vec<Booking>> {
    let org = tx.org().0;
    let today = tx.at.date_naive();
    let codes: Vec<String> = asked.arrived.iter().map(|arrived| gs1::item_of(&arrived.code)).collect();
    let known: HashMap<String, _> =
        sql::codes(tx.conn(), org, &codes).await?.into_iter().map(|row| (row.code.clone(), row)).collect();
    let lines: HashMap<Uuid, LineRow> =
        sql::lines(tx.conn(), org, asked.order.0).await?.into_iter().map(|line| (line.sku_id, line)).collect();
    let mut units: BTreeMap<(i32, &str, &str, String), (i64, Booking)> = BTreeMap::new();
    for (arrived, code) in asked.arrived.iter().zip(codes) {
        let Some(row) = known.get(&code) else {
            return Err(PurchasingRefusal::UnknownCode { code: code.chars().take(80).collect() }.into());
        };
        let Some(line) = lines.get(&row.sku_id) else {
            return Err(PurchasingRefusal::NotOnOrder { sku: row.sku_code.clone(), number: order.number.clone() }.into());
        };
        let marks = arrived.marks.clone().with_label(&arrived.code, today);
        // Of one lot there is one booking, with the serials of all its scans.
        let lot = format!("{} {:?} {:?}", marks.lot.trim().to_uppercase(), marks.made_on, marks.expires_on);
        let key = (line.line_no, arrived.condition.code(), arrived.fault.as_ref().map_or("", |code| code.0.as_str()), lot);
        let note = arrived.note.trim().to_owned();
        let serials = marks.serials.clone();
        let marks = Marks { serials: Vec::new(), ..marks };
        let fresh =
            Booking { line: line.clone(), quantity: 0, condition: arrived.condition, fault: arrived.fault.clone(), note, marks };
        let (sum, booking) = units.entry(key).or_insert((0, fresh));
        booking.marks.serials.extend(serials);
        *sum += i64::from(arrived.quantity) * i64::from(row.pack);
    }
    units.into_values().map(|(sum, one)| Ok(Booking { quantity: Quantity::new(sum)?.units(), ..one })).collect()
}

/// Those that are taken now, and those beyond the tolerance. On a line closed short all of it is beyond.
async fn parted(tx: &mut Tx, bookings: Vec<Booking>) -> Result<(Vec<Booking>, Vec<Booking>)> {
    let org_percent = super::rules(tx).await?.over_percent;
    let mut received: HashMap<Uuid, i32> = HashMap::new();
    let (mut taken, mut over) = (Vec::new(), Vec::new());
    for one in bookings {
        let so_far = received.entry(one.line.id).or_insert(one.line.received);
        let percent = tolerance(one.line.over_percent, one.line.supplier_percent, org_percent);
        let (now, beyond) =
            if one.line.closed { (0, one.quantity) } else { within(one.line.quantity, *so_far, one.quantity, percent) };
        *so_far += now;
        // Those scanned last are beyond.
        let (mut serials, first) = (one.marks.serials.clone(), usize::try_from(now).unwrap_or(0));
        let late = if serials.len() > first { serials.split_off(first) } else { Vec::new() };
        if beyond > 0 {
            let marks = Marks { serials: late, ..one.marks.clone() };
            over.push(Booking { quantity: beyond, marks, ..one.clone() });
        }
        if now > 0 {
            let marks = Marks { serials, ..one.marks.clone() };
            taken.push(Booking { quantity: now, marks, ..one });
        }
    }
    Ok((taken, over))
}

/// Books units into a receipt, with their claims; answers what they cost together, which is owed from now on, and how many of them are
/// held for inspection.
pub(super) async fn book(
    tx: &mut Tx,
    (receipt, order): (ReceiptId, &OrderFacts),
    landing: Landing,
    bookings: &[Booking],
) -> Result<(Decimal, i64)> {
    if bookings.is_empty() {
        return Ok((Decimal::ZERO, 0));
    }
    let (site, by) = (landing.site, tx.caller.person().0);
    let tags = lots::mark(tx, &coming(bookings, &order.supplier_name)).await?;
    let asks = Asks::of(tx, &bookings.iter().map(|one| one.line.sku_id).collect::<Vec<_>>()).await?;
    let (mut apart, mut units_held, mut landed) = (Quarantine::of(site), 0, Vec::new());
    let (mut lines, mut incoming, mut owed) = (NewReceiptLines::default(), Vec::new(), NewClaims::default());
    for (one, tags) in bookings.iter().zip(tags) {
        let sku = one.line.sku_id.into();
        let tags: Vec<(Tag, i32)> =
            tags.into_iter().map(|(tag, units)| (Tag { owner: order.owner_id.into(), ..tag }, units)).collect();
        let goods: Vec<Item> = tags.iter().filter_map(|(tag, units)| asks.item(sku, *tag, *units)).collect();
        let Stand { bin, state, inspection } = stand(tx, (receipt, one), landing, (&mut apart, &goods)).await?;
        units_held += if inspection.is_some() { i64::from(one.quantity) } else { 0 };
        if bin == landing.bin {
            landed.extend(goods.into_iter().map(|item| (bin.into(), item)));
        }
        let source = lines.push(one.line.sku_id, bin, one.quantity, one.line.unit_cost);
        lines.of_line(one.line.id, one.condition.code(), by);
        lines.inspected_by(inspection);
        if let Some((kind, code)) = one.condition.check(one.fault.as_ref(), &one.note)? {
            owed.push(one.line.id, Some(source), (kind, &code), one.quantity, one.line.unit_cost, &one.note);
        }
        let to = Place::loose(site, bin.into());
        for (tag, quantity) in tags {
            let value = stock::value_of(one.line.unit_cost, quantity);
            incoming.push(Incoming { sku, tag, quantity, to, state, value, source });
        }
    }
    putaway::require_room(tx, site, landed).await?;
    let value = stock::take_in(tx, (receipt, site), Reason::Receipt, &lines, &incoming).await?;
    ledger::post(tx, &[Posting::posted(INVENTORY, RECEIVED_NOT_INVOICED, value, "receipt", receipt.0)]).await?;
    claims::raise(tx, &mut owed).await?;
    Ok((value, units_held))
}

/// Where units of a booking come to stand, as what, and for which inspection.
struct Stand {
    bin: Uuid,
    state: State,
    inspection: Option<Uuid>,
}

/// Good units stand where they came in, unless a plan holds them; others in the first quarantine bin that takes them.
async fn stand(
    tx: &mut Tx,
    (receipt, one): (ReceiptId, &Booking),
    landing: Landing,
    (apart, goods): (&mut Quarantine, &[Item]),
) -> Result<Stand> {
    let state = match one.condition {
        Condition::Good => {
            let (line, sku, sku_code) = (one.line.id, one.line.sku_id, one.line.sku_code.as_str());
            let coming = inspections::Coming { receipt, line, sku, sku_code, goods };
            let held = inspections::hold_for(tx, &coming, (landing.site, landing.bin), apart).await?;
            return Ok(held.map_or(Stand { bin: landing.bin, state: State::Sellable, inspection: None }, |held| Stand {
                bin: held.bin,
                state: State::Held,
                inspection: Some(held.inspection),
            }));
        }
        Condition::Damaged => State::Damaged,
        Condition::NonCompliant => State::Quarantined,
    };
    Ok(Stand { bin: apart.first(tx, &one.line.sku_code, goods).await?, state, inspection: None })
}

/// What comes in, with what was said of it; only good units go on sale.
fn coming<'a>(bookings: &'a [Booking], supplier: &'a str) -> Vec<Coming<'a>> {
    let coming = |one: &'a Booking| Coming {
        sku: one.line.sku_id.into(),
        quantity: one.quantity,
        marks: &one.marks,
        supplier,
        sold: one.condition == Condition::Good,
    };
    bookings.iter().map(coming).collect()
}

/// Units beyond the tolerance stand aside, and somebody is called.
async fn wait(tx: &mut Tx, receipt: ReceiptId, (number, landing): (&str, Landing), over: &[Booking]) -> Result<()> {
    let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
    let mut cases = Vec::new();
    for one in over {
        let id = Uuid::now_v7();
        let new = NewOver {
            id,
            line: one.line.id,
            receipt: receipt.0,
            bin: landing.bin,
            quantity: one.quantity,
            condition: one.condition.code(),
            fault: one.fault.as_ref().map_or("", |code| code.0.as_str()),
            marks: &one.marks,
        };
        sql_claims::insert_over(tx.conn(), org, (by, at), &new).await?;
        let summary = format!("{} more of {} came than {number} allows", one.quantity, one.line.sku_code);
        let detail = json!({ "order": number, "sku": one.line.sku_code, "units": one.quantity });
        cases.push(Case { kind: "over_delivery", subject: id, site: Some(landing.site), summary, detail });
    }
    exceptions::raise(tx, &cases).await
}

/// Where it comes in: the bin that was scanned, the delivery's dock, or the site's first.
async fn landing(tx: &mut Tx, asked: &ReceivePurchase, order: &OrderFacts) -> Result<BinRow> {
    let org = tx.org().0;
    let scanned = asked.bin.trim();
    let bin = match asked.delivery.filter(|_| scanned.is_empty()) {
        Some(delivery) => sql_deliveries::dock_of(tx.conn(), org, delivery.0).await?,
        None => sql_deliveries::bin(tx.conn(), org, order.site_id, scanned).await?,
    };
    open(bin)
}

/// The bin with this code, if goods may come in there.
pub(crate) async fn landing_bin(tx: &mut Tx, site: SiteId, code: &str) -> Result<Uuid> {
    let org = tx.org().0;
    Ok(open(sql_deliveries::bin(tx.conn(), org, site.0, code).await?)?.id)
}

fn open(bin: Option<BinRow>) -> Result<BinRow> {
    let bin = bin.ok_or_else(|| Refusal::not_found("bin at this site"))?;
    if !LANDING.contains(&bin.kind.as_str()) {
        return Err(PurchasingRefusal::WrongBin { bin: bin.code, kind: bin.kind }.into());
    }
    if bin.locked {
        return Err(PurchasingRefusal::BinLocked { bin: bin.code }.into());
    }
    Ok(bin)
}

/// The receipt that is open on the device, or a new one; the delivery it is of has come.
async fn receipt(tx: &mut Tx, asked: &ReceivePurchase, order: &OrderFacts, begun: Option<ReceiptFacts>) -> Result<String> {
    let (org, at) = (tx.org().0, tx.at);
    let delivery = asked.delivery.map(|id| id.0);
    if let Some(begun) = begun {
        let same = begun.order_id == Some(asked.order.0) && begun.delivery_id == delivery;
        return if same { Ok(begun.number) } else { Err(PurchasingRefusal::ForeignReceipt.into()) };
    }
    let mut reference = order.number.clone();
    if let Some(id) = asked.delivery {
        let delivery = deliveries::lock(tx, id).await?;
        if delivery.order_id != asked.order.0 {
            return Err(Refusal::not_found("delivery of this order").into());
        }
        let standing = delivery.standing();
        if matches!(standing, DeliveryStanding::Done | DeliveryStanding::Cancelled) {
            let standing = standing.words().to_lowercase();
            return Err(PurchasingRefusal::DeliveryMoved { number: delivery.number, standing }.into());
        }
        sql_deliveries::move_delivery(tx.conn(), org, id.0, at, (true, false, false)).await?;
        reference = delivery.number;
    }
    let number = tx.numbers(Series::Receipt, 1).await?.remove(0);
    let new = NewReceipt {
        id: asked.receipt.0,
        number: &number,
        site: order.site_id,
        supplier: &order.supplier_name,
        reference: &reference,
        kind: "purchase",
        order: Some(asked.order.0),
        delivery,
    };
    stock::begin_receipt(tx, &new).await?;
    Ok(number)
}
