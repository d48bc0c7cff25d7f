use chrono::{NaiveDate, TimeDelta};
use domain::catalog::kits::{KitPart, SetKit};
use domain::ids::{CommandId, DeliveryId, PurchaseId, ReceiptId, SiteId, SkuId, SupplierId};
use domain::ledger::RECEIVED_NOT_INVOICED;
use domain::people::{Caller, Role};
use domain::purchasing::{
    ApprovePurchase, Arrived, BookDelivery, CancelPurchase, DeliveryStanding, DeliveryStep, MoveDelivery, PurchaseFilter,
    ReceivePurchase, SaveSupplier, SendPurchase, SetPrice, SetPurchasingRules, Standing, TakenIn, WritePurchase, WrittenLine,
};
use domain::refusal::Named;
use rust_decimal::Decimal;

use crate::testkit::{TestDb, noon};
use crate::verify::business;
use crate::{Act, Failure, Result};

/// A shop that buys mugs and cups.
pub(crate) struct Shop {
    pub t: TestDb,
    pub site: SiteId,
    pub supplier: SupplierId,
    pub mug: SkuId,
    pub planner: Caller,
    pub receiver: Caller,
    pub supervisor: Caller,
}

impl Shop {
    pub async fn open() -> Self {
        let t = TestDb::new().await;
        let site = t.site("LDS").await;
        let mug = t.sku("MUG").await;
        t.sku("CUP").await;
        let supplier = SupplierId::mint();
        t.run(&SaveSupplier {
            id: supplier,
            code: "NP".into(),
            name: "Northern Potteries".into(),
            email: "sales@np.example".into(),
            lead_days: 14,
            over_percent: None,
            active: true,
        })
        .await;
        let (planner, receiver) = (t.person(Role::Planner, Some(site)), t.person(Role::Receiver, Some(site)));
        let supervisor = t.person(Role::Supervisor, Some(site));
        Self { t, site, supplier, mug, planner, receiver, supervisor }
    }

    pub fn draft(&self, lines: &[(&str, i32)]) -> WritePurchase {
        let line = |(sku, quantity): &(&str, i32)| WrittenLine {
            sku: (*sku).to_owned(),
            quantity: *quantity,
            unit_cost: None,
            over_percent: None,
        };
        WritePurchase {
            id: PurchaseId::mint(),
            seen: 0,
            supplier: self.supplier,
            site: self.site,
            due: None,
            note: String::new(),
            owner: String::new(),
            lines: lines.iter().map(line).collect(),
        }
    }

    /// Written by the planner, approved by the supervisor.
    pub async fn ordered(&self, lines: &[(&str, i32)]) -> PurchaseId {
        let written = self.t.try_run(&self.planner, &self.draft(lines)).await.expect("the draft is kept");
        let approve = ApprovePurchase { id: written.id, seen: written.revision };
        self.t.try_run(&self.supervisor, &approve).await.expect("it is approved");
        written.id
    }

    pub fn arrival(order: PurchaseId, arrived: &[(&str, i32)]) -> ReceivePurchase {
        let arrived = arrived.iter().map(|(code, quantity)| Arrived::good(code, *quantity)).collect();
        ReceivePurchase { receipt: ReceiptId::mint(), order, delivery: None, bin: String::new(), arrived }
    }

    pub async fn receive(&self, order: PurchaseId, arrived: &[(&str, i32)]) -> TakenIn {
        self.t.try_run(&self.receiver, &Self::arrival(order, arrived)).await.expect("it is received")
    }

    pub async fn standing(&self, order: PurchaseId) -> Standing {
        self.t.db.purchase(&self.planner, &order.to_string(), noon()).await.expect("the order reads").row.standing
    }

    /// The account's credit balance.
    pub async fn owed(&self, account: &str) -> Decimal {
        let books = self.t.db.trial_balance(&self.t.system()).await.expect("the books read");
        books.rows.iter().find(|row| row.code == account).map_or(Decimal::ZERO, |row| row.credit - row.debit)
    }

    pub async fn whole(&self) {
        let broken: Vec<_> = self.t.db.verify(self.t.org).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}

pub(crate) fn refused<T: std::fmt::Debug>(ended: Result<T>) -> (&'static str, u16, Option<&'static str>) {
    match ended {
        Err(Failure::Refused(refusal)) => (refusal.code(), refusal.status(), refusal.field()),
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) async fn tried<C: Act>(shop: &Shop, who: &Caller, command: &C) -> (&'static str, u16, Option<&'static str>)
where
    C::Outcome: std::fmt::Debug,
{
    refused(shop.t.try_run(who, command).await)
}

/// IN-8: a line costs what the supplier's list says for its quantity, else what the SKU is expected to cost; the order is due after the
/// lead time.
#[tokio::test]
async fn an_order_takes_price_breaks_and_the_lead_time() {
    let shop = Shop::open().await;
    for (min_quantity, cents) in [(1, 420), (100, 350)] {
        let price =
            SetPrice { supplier: shop.supplier, sku: "MUG".into(), min_quantity, unit_cost: Some(Decimal::new(cents, 2)) };
        shop.t.try_run(&shop.planner, &price).await.unwrap();
    }
    let written = shop.t.try_run(&shop.planner, &shop.draft(&[("MUG", 120), ("CUP", 10)])).await.unwrap();
    let sheet = shop.t.db.purchase(&shop.planner, &written.number, noon()).await.unwrap();
    let costs: Vec<_> = sheet.lines.iter().map(|line| line.unit_cost).collect();
    assert_eq!(costs, [Decimal::new(350, 2), Decimal::new(400, 2)]);
    assert_eq!(sheet.row.total, Decimal::from(120 * 350 + 10 * 400) / Decimal::from(100));
    assert_eq!(sheet.row.due, noon().date_naive() + TimeDelta::days(14));
    assert_eq!((sheet.row.standing, sheet.row.late), (Standing::Draft, false));
    let none = SetPrice { supplier: shop.supplier, sku: "MUG".into(), min_quantity: 100, unit_cost: None };
    shop.t.try_run(&shop.planner, &none).await.unwrap();
    let list = shop.t.db.suppliers(&shop.planner, Some(shop.supplier)).await.unwrap();
    assert_eq!(list.prices[0].2.len(), 1, "the step is gone");
    assert_eq!(tried(&shop, &shop.planner, &SetPrice { sku: "NOPE".into(), ..none }).await, ("unknown_sku", 422, Some("sku")));
}

/// IN-8: a draft is rewritten by whoever saw it last; an approved order is not rewritten at all.
#[tokio::test]
async fn a_draft_is_rewritten_until_it_is_approved() {
    let shop = Shop::open().await;
    let draft = shop.draft(&[("MUG", 10)]);
    let written = shop.t.try_run(&shop.planner, &draft).await.unwrap();
    assert_eq!(tried(&shop, &shop.planner, &draft).await.0, "stale", "somebody wrote meanwhile");
    let again = WritePurchase { seen: 1, lines: shop.draft(&[("CUP", 4), ("MUG", 5)]).lines, ..draft.clone() };
    assert_eq!(shop.t.try_run(&shop.planner, &again).await.unwrap().revision, 2);
    assert_eq!(tried(&shop, &shop.planner, &SendPurchase { id: draft.id, seen: 1 }).await.0, "stale", "not what was seen");
    shop.t.try_run(&shop.planner, &SendPurchase { id: draft.id, seen: 2 }).await.unwrap();
    assert_eq!(shop.standing(draft.id).await, Standing::Approved);
    let late = WritePurchase { seen: 2, ..again };
    assert_eq!(tried(&shop, &shop.planner, &late).await, ("purchase_not_a_draft", 409, None));
    assert_eq!(shop.t.count(&format!("purchase_line where order_id = '{}'", written.id)).await, 2);
}

/// IN-8: what cannot be ordered is refused beside its line, and nothing is kept.
#[tokio::test]
async fn a_draft_that_cannot_be_keeps_nothing() {
    let shop = Shop::open().await;
    let bad = |lines: &[(&str, i32)]| shop.draft(lines);
    assert_eq!(tried(&shop, &shop.planner, &bad(&[("MUG", 1), ("NOPE", 1)])).await, ("purchase_line", 422, Some("sku")));
    assert_eq!(tried(&shop, &shop.planner, &bad(&[("MUG", 1), ("MUG-EAN", 1)])).await, ("purchase_line", 422, Some("sku")));
    assert_eq!(tried(&shop, &shop.planner, &bad(&[("MUG", 0)])).await, ("purchase_line", 422, Some("quantity")));
    let set = shop.t.sku("SET").await;
    shop.t.run(&SetKit { kit: set, parts: vec![KitPart { sku: shop.mug, quantity: 2 }] }).await;
    assert_eq!(
        tried(&shop, &shop.planner, &bad(&[("SET", 1)])).await,
        ("purchase_line", 422, Some("sku")),
        "its parts are ordered"
    );
    assert_eq!(tried(&shop, &shop.planner, &bad(&[])).await, ("purchase_empty", 422, Some("lines")));
    let past = WritePurchase { due: NaiveDate::from_ymd_opt(2020, 1, 1), ..bad(&[("MUG", 1)]) };
    assert_eq!(tried(&shop, &shop.planner, &past).await, ("due_day", 422, Some("due")));
    assert_eq!(tried(&shop, &shop.receiver, &bad(&[("MUG", 1)])).await.0, "not_allowed");
    assert_eq!(shop.t.count("purchase_order").await, 0);
}

/// GOV-3, GOV-2: above the limit nobody approves what they wrote any of; up to it the buyer sends it alone.
#[tokio::test]
async fn above_the_limit_somebody_else_approves() {
    let shop = Shop::open().await;
    let small = shop.t.try_run(&shop.planner, &shop.draft(&[("MUG", 250)])).await.unwrap();
    shop.t.try_run(&shop.planner, &SendPurchase { id: small.id, seen: 1 }).await.unwrap();
    let dear = shop.t.try_run(&shop.supervisor, &shop.draft(&[("MUG", 251)])).await.unwrap();
    let approve = ApprovePurchase { id: dear.id, seen: 1 };
    assert_eq!(tried(&shop, &shop.supervisor, &approve).await, ("own_purchase", 403, None));
    assert_eq!(tried(&shop, &shop.planner, &approve).await.0, "not_allowed");
    let send = SendPurchase { id: dear.id, seen: 1 };
    assert_eq!(tried(&shop, &shop.planner, &send).await.0, "own_purchase", "a buyer sends nothing above the limit");
    // Whoever only changed it wrote it too.
    let changed = WritePurchase { id: dear.id, seen: 1, ..shop.draft(&[("MUG", 300)]) };
    let other = shop.t.person(Role::Supervisor, None);
    shop.t.try_run(&other, &changed).await.unwrap();
    let approve = ApprovePurchase { id: dear.id, seen: 2 };
    assert_eq!(tried(&shop, &other, &approve).await.0, "own_purchase");
    assert_eq!(tried(&shop, &shop.supervisor, &approve).await.0, "own_purchase");
    let finance = shop.t.person(Role::Finance, None);
    shop.t.try_run(&finance, &approve).await.unwrap();
    assert_eq!(shop.t.count("decision where kind = 'approval' and rule_version = 'purchasing rules v0'").await, 2);
    // Other rules hold from now on, and decisions cite them.
    let rules = SetPurchasingRules {
        approve_above: Decimal::from(10),
        over_percent: 5,
        price_percent: 2,
        units_percent: 0,
        cover_weeks: 4,
    };
    assert_eq!(shop.t.try_run(&finance, &rules).await.unwrap(), 1);
    let small = shop.t.try_run(&shop.planner, &shop.draft(&[("MUG", 3)])).await.unwrap();
    assert_eq!(tried(&shop, &shop.planner, &SendPurchase { id: small.id, seen: 1 }).await.0, "own_purchase");
}

/// IN-1: partials add up on the line, the order's standing follows, stock is there, and what is owed is on the books.
#[tokio::test]
async fn partials_accumulate_until_the_order_is_closed() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 12), ("CUP", 5)]).await;
    let mut receipt = Shop::arrival(order, &[("MUG-CASE", 1), ("CUP", 2)]);
    let first = shop.t.try_run(&shop.receiver, &receipt).await.unwrap();
    assert_eq!((first.units, first.awaited), (8, 9));
    assert_eq!(shop.standing(order).await, Standing::Partial);
    // The same receipt grows.
    // Whatever the case of the letters on the label.
    receipt.arrived = Shop::arrival(order, &[("mug-ean", 6)]).arrived;
    let second = shop.t.try_run(&shop.receiver, &receipt).await.unwrap();
    assert_eq!((second.number, second.awaited), (first.number, 3));
    assert_eq!(shop.t.count("goods_receipt where kind = 'purchase'").await, 1);
    shop.receive(order, &[("CUP", 3)]).await;
    assert_eq!(shop.standing(order).await, Standing::Closed);
    assert_eq!(shop.owed(RECEIVED_NOT_INVOICED).await, Decimal::from(17 * 4));
    assert_eq!(shop.t.count("balance b join bin on bin.id = b.bin_id where bin.kind = 'dock' and b.on_hand in (12, 5)").await, 2);
    let sheet = shop.t.db.purchase(&shop.planner, &order.to_string(), noon()).await.unwrap();
    assert_eq!((sheet.receipts.len(), sheet.row.received, sheet.receipts[0].units), (2, 17, 3));
    shop.whole().await;
}

/// IN-1: unknown SKU, closed or unapproved order, quantity ≤ 0: 422, and nothing is posted.
#[tokio::test]
async fn what_cannot_be_received_posts_nothing() {
    let shop = Shop::open().await;
    let draft = shop.t.try_run(&shop.planner, &shop.draft(&[("MUG", 5)])).await.unwrap().id;
    let order = shop.ordered(&[("MUG", 5)]).await;
    let at = |order, arrived: &[(&str, i32)]| Shop::arrival(order, arrived);
    let who = &shop.receiver;
    assert_eq!(tried(&shop, who, &at(order, &[("NOPE", 1)])).await, ("unknown_code", 422, Some("code")));
    assert_eq!(tried(&shop, who, &at(order, &[("MUG", 1), ("CUP", 1)])).await, ("not_on_order", 422, Some("code")));
    assert_eq!(tried(&shop, who, &at(order, &[("MUG", 0)])).await, ("quantity_out_of_range", 422, Some("quantity")));
    assert_eq!(tried(&shop, who, &at(order, &[("MUG", -2)])).await, ("quantity_out_of_range", 422, Some("quantity")));
    assert_eq!(tried(&shop, who, &at(order, &[("MUG-CASE", 500_000)])).await, ("quantity_out_of_range", 422, Some("quantity")));
    assert_eq!(tried(&shop, who, &at(order, &[])).await, ("nothing_arrived", 422, Some("arrived")));
    assert_eq!(tried(&shop, who, &at(draft, &[("MUG", 1)])).await, ("purchase_not_open", 422, Some("order")));
    let pack = ReceivePurchase { bin: "PACK".into(), ..at(order, &[("MUG", 1)]) };
    assert_eq!(tried(&shop, who, &pack).await, ("receiving_bin", 422, Some("bin")));
    assert_eq!(tried(&shop, &shop.planner, &at(order, &[("MUG", 1)])).await.0, "not_allowed");
    assert_eq!(shop.t.count("movement").await + shop.t.count("goods_receipt").await + shop.t.count("gl_transfer").await, 0);
    shop.receive(order, &[("MUG", 5)]).await;
    assert_eq!(tried(&shop, who, &at(order, &[("MUG", 1)])).await, ("purchase_not_open", 422, Some("order")));
    assert_eq!(shop.t.count("goods_receipt_line").await, 1);
}

/// IN-1: a replayed key is one receipt; two devices at once are two.
#[tokio::test]
async fn a_replayed_key_is_one_receipt() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 40)]).await;
    let (id, command) = (CommandId::mint(), Shop::arrival(order, &[("MUG", 4)]));
    let run = || shop.t.db.run(&shop.receiver, id, noon(), &command);
    let (one, other) = tokio::join!(run(), run());
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(run().await.unwrap().units, 4);
    assert_eq!(shop.t.count("goods_receipt_line").await, 1);
    let (one, other) = (Shop::arrival(order, &[("MUG", 10)]), Shop::arrival(order, &[("MUG", 10)]));
    let (one, other) = tokio::join!(shop.t.try_run(&shop.receiver, &one), shop.t.try_run(&shop.receiver, &other));
    let awaited = [one.unwrap().awaited, other.unwrap().awaited];
    assert!(awaited.contains(&26) && awaited.contains(&16), "{awaited:?}");
    // Another order's receipt is not this one's to fill.
    let begun = Shop::arrival(order, &[("MUG", 1)]);
    shop.t.try_run(&shop.receiver, &begun).await.unwrap();
    let second = shop.ordered(&[("MUG", 3)]).await;
    let foreign = ReceivePurchase { receipt: begun.receipt, ..Shop::arrival(second, &[("MUG", 1)]) };
    assert_eq!(tried(&shop, &shop.receiver, &foreign).await, ("foreign_receipt", 422, Some("receipt")));
    shop.whole().await;
}

/// IN-1, ORD-3: goods received where orders are served from find the order that waits for them.
#[tokio::test]
async fn received_goods_serve_whoever_waits() {
    let shop = Shop::open().await;
    let channel = domain::orders::OpenChannel {
        id: domain::ids::ChannelId::mint(),
        code: "web".into(),
        name: "Web".into(),
        promise_hours: 24,
    };
    shop.t.run(&channel).await;
    business::order(&shop.t, shop.mug, 3).await;
    assert_eq!(shop.t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 1);
    let order = shop.ordered(&[("MUG", 5)]).await;
    let into = ReceivePurchase { bin: "a01-01l-1".into(), ..Shop::arrival(order, &[("MUG", 5)]) };
    shop.t.try_run(&shop.receiver, &into).await.unwrap();
    assert_eq!(shop.t.count("outbox where topic = 'stock.received'").await, 1, "what the backorders' follower waits for");
    assert_eq!(shop.t.run(&domain::orders::ServeBackorders { skus: None }).await, 3);
    assert_eq!(shop.t.count("allocation where quantity = 3").await, 1);
    assert_eq!(shop.t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 0);
    shop.whole().await;
}

/// IN-8: an order is taken back with a reason, until goods have come.
#[tokio::test]
async fn an_order_is_cancelled_until_goods_came() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 5)]).await;
    let cancel = |id, why: &str| CancelPurchase { id, reason: why.into() };
    assert_eq!(tried(&shop, &shop.planner, &cancel(order, " ")).await, ("reason_missing", 422, Some("reason")));
    shop.t.try_run(&shop.planner, &cancel(order, "too_dear")).await.unwrap();
    assert_eq!(shop.standing(order).await, Standing::Cancelled);
    assert_eq!(tried(&shop, &shop.receiver, &Shop::arrival(order, &[("MUG", 1)])).await.0, "purchase_not_open");
    let order = shop.ordered(&[("MUG", 5)]).await;
    shop.receive(order, &[("MUG", 1)]).await;
    assert_eq!(tried(&shop, &shop.planner, &cancel(order, "too_late")).await, ("purchase_goods_came", 409, None));
    let list =
        shop.t.db.purchases(&shop.planner, &PurchaseFilter { page: 1, ..PurchaseFilter::default() }, noon()).await.unwrap();
    assert_eq!(list.total, 2);
    let count = |standing| list.counts.iter().find(|(known, _)| *known == standing).map(|(_, count)| *count);
    assert_eq!((count(Standing::Cancelled), count(Standing::Partial)), (Some(1), Some(1)));
    let elsewhere = shop.t.person(Role::Planner, Some(shop.t.site("LYN").await));
    let theirs = shop.t.db.purchases(&elsewhere, &PurchaseFilter::default(), noon()).await.unwrap();
    assert_eq!((theirs.rows.len(), theirs.total), (0, 0), "another site's orders are not theirs to see");
    assert!(shop.t.db.purchase(&elsewhere, &order.to_string(), noon()).await.is_err());
}

/// IN-1: a delivery is announced for a dock nobody else has then, arrives, is received and done.
#[tokio::test]
async fn a_delivery_has_its_dock_to_itself() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 10)]).await;
    let at = |hour| (noon().date_naive() + TimeDelta::days(1)).and_hms_opt(hour, 0, 0).unwrap();
    let book = |order, hour| BookDelivery {
        id: DeliveryId::mint(),
        order,
        dock: String::new(),
        from: at(hour),
        minutes: 60,
        carrier: "Pallet Line".into(),
        reference: format!("DN-{hour}"),
        lines: Vec::new(),
    };
    let first = book(order, 8);
    let number = shop.t.try_run(&shop.planner, &first).await.unwrap();
    assert!(number.starts_with("ASN-"), "{number}");
    assert_eq!(tried(&shop, &shop.planner, &book(order, 9)).await.0, "nothing_awaited", "all of it is announced");
    let other = shop.ordered(&[("MUG", 10)]).await;
    let half_past = BookDelivery { from: at(8) + TimeDelta::minutes(30), ..book(other, 8) };
    assert_eq!(tried(&shop, &shop.planner, &half_past).await, ("dock_taken", 409, Some("from")));
    assert_eq!(tried(&shop, &shop.planner, &BookDelivery { dock: "PACK".into(), ..book(other, 9) }).await.0, "not_a_dock");
    shop.t.try_run(&shop.planner, &book(other, 9)).await.unwrap();
    // The supplier's own number finds it.
    let bench = shop.t.db.receiving_bench(&shop.receiver, shop.site, "dn-8", noon()).await.unwrap();
    assert_eq!((bench.id, bench.delivery.map(|(id, _)| id), bench.dock.as_str()), (order, Some(first.id), "DOCK"));
    let step = |step| MoveDelivery { id: first.id, step };
    assert_eq!(tried(&shop, &shop.receiver, &step(DeliveryStep::Finish)).await.0, "delivery_moved", "it has not come");
    assert_eq!(shop.t.try_run(&shop.receiver, &step(DeliveryStep::Arrive)).await.unwrap(), DeliveryStanding::Arrived);
    let into = ReceivePurchase { delivery: Some(first.id), ..Shop::arrival(order, &[("MUG", 10)]) };
    shop.t.try_run(&shop.receiver, &into).await.unwrap();
    assert_eq!(shop.t.try_run(&shop.receiver, &step(DeliveryStep::Finish)).await.unwrap(), DeliveryStanding::Done);
    assert_eq!(tried(&shop, &shop.receiver, &step(DeliveryStep::Cancel)).await.0, "delivery_moved");
    let foreign = ReceivePurchase { delivery: Some(first.id), ..Shop::arrival(other, &[("MUG", 1)]) };
    assert_eq!(tried(&shop, &shop.receiver, &foreign).await.0, "not_found");
}

/// EXC-1, IN-1: the board shows a day's deliveries by dock; what should have come stands under today as late until it comes; an order
/// that is due and not announced is shown too.
#[tokio::test]
async fn the_board_shows_the_day_and_what_is_late() {
    let shop = Shop::open().await;
    let (order, silent) = (shop.ordered(&[("MUG", 10)]).await, shop.ordered(&[("CUP", 4)]).await);
    let from = noon().date_naive().and_hms_opt(15, 0, 0).unwrap();
    let (id, dock, carrier, reference) = (DeliveryId::mint(), String::new(), String::new(), String::new());
    let book = BookDelivery { id, order, dock, from, minutes: 30, carrier, reference, lines: Vec::new() };
    shop.t.try_run(&shop.planner, &book).await.unwrap();
    let board = async |hours: i64, day: Option<NaiveDate>| {
        shop.t.db.inbound(&shop.receiver, Some(shop.site), day, noon() + TimeDelta::hours(hours)).await.unwrap()
    };
    let today = board(0, None).await;
    assert_eq!((today.day, today.rows.len(), today.rows[0].late), (noon().date_naive(), 1, false));
    assert_eq!(today.rows[0].standing, DeliveryStanding::Expected);
    assert!(board(8, None).await.rows[0].late);
    let tomorrow = board(24, None).await;
    assert!(tomorrow.rows[0].late && tomorrow.day > today.day, "it stands under today until it comes");
    assert!(board(0, Some(tomorrow.day)).await.rows.is_empty());
    shop.t.try_run(&shop.receiver, &MoveDelivery { id, step: DeliveryStep::Arrive }).await.unwrap();
    assert!(board(24, None).await.rows.is_empty(), "it came, on its own day");
    assert_eq!(board(0, None).await.rows[0].standing, DeliveryStanding::Arrived);
    shop.receive(order, &[("MUG", 1)]).await;
    assert_eq!(board(0, None).await.rows[0].standing, DeliveryStanding::Arrived, "that was another receipt");
    let due = board(24 * 15, None).await;
    let unannounced: Vec<_> = due.unannounced.iter().map(|row| (row.id, row.late)).collect();
    assert_eq!(unannounced, [(silent, true)]);
    let elsewhere = shop.t.person(Role::Receiver, Some(shop.t.site("LYN").await));
    assert!(shop.t.db.inbound(&elsewhere, Some(shop.site), None, noon()).await.is_err());
    assert!(shop.t.db.inbound(&elsewhere, None, None, noon()).await.unwrap().rows.is_empty());
}

mod announced;
mod bills;
mod claims;
mod credits;
mod docks;
mod faults;
mod files;
mod landed;
mod reorder;
mod room;
