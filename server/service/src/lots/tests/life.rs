use chrono::TimeDelta;
use domain::ids::{BasketId, ChannelId, CommandId, LpnId, OwnerId};
use domain::lots::ExpireLot;
use domain::lpns::{FillUnit, MakeUnit, UnitKind};
use domain::orders::basket::{BasketLine, KeepBasket};
use domain::orders::{CancelOrder, OpenChannel, PlaceOrders, ServeBackorders};
use domain::putaway::{Propose, Target};
use domain::replenish::{CheckForwardPicks, ForwardPick, SetForwardPicks};
use domain::stock::State;

use super::*;
use crate::live::sequencer::Candidate;
use crate::testkit::new_order;

impl Pharmacy {
    async fn asks(&self, days: i32) {
        self.h.t.run(&SetLotRules { picking: Picking::Fefo, min_life_days: vec![("web".into(), days)] }).await;
    }

    /// Another channel, which asks nothing of the goods it sells.
    async fn market(&self) {
        let market = OpenChannel { id: ChannelId::mint(), code: "market".into(), name: "Market".into(), promise_hours: 24 };
        self.h.t.run(&market).await;
    }

    async fn place(&self, channel: &str, external: &str, units: i32) -> OrderId {
        let order = domain::orders::NewOrder { channel: channel.into(), ..new_order(external, &[(self.serum, units)]) };
        self.h.t.run(&PlaceOrders { orders: vec![order] }).await.remove(0).order
    }

    async fn cases(&self, kind: &str) -> i64 {
        self.h.t.count(&format!("exception_case where kind = '{kind}' and resolved_at is null")).await
    }
}

/// INV-3: goods of a channel's orders are good as long as the channel asks; an order that finds none waits by name, and what is too old
/// for it is another's.
#[tokio::test]
async fn a_channel_asks_how_long_goods_are_good() {
    let p = Pharmacy::open().await;
    p.asks(30).await;
    p.market().await;
    p.receive(p.serum, "A03-03L-1", 9, of_lot("SOON", 10)).await;
    p.receive(p.serum, "A03-09R-1", 2, of_lot("LATE", 90)).await;
    let asking = p.place("web", "1", 3).await;
    assert_eq!(p.given(asking).await, [("LATE".to_owned(), 2)]);
    assert_eq!((p.cases("backorder").await, p.h.t.count("reservation").await), (1, 0));
    let any = p.place("market", "2", 9).await;
    assert_eq!(p.given(any).await, [("SOON".to_owned(), 9)], "what is too old for one channel is sold on another");
    let bad = SetLotRules { picking: Picking::Fefo, min_life_days: vec![("web".into(), -1)] };
    assert_eq!(code(&p.h.t.try_run(&p.h.t.system(), &bad).await.unwrap_err()), "bad_days");
    let nowhere = SetLotRules { picking: Picking::Fefo, min_life_days: vec![("moon".into(), 1)] };
    assert_eq!(code(&p.h.t.try_run(&p.h.t.system(), &nowhere).await.unwrap_err()), "unknown_stock_channel");
    p.h.whole().await;
}

/// INV-3, PCK-1, PCK-6: a picker who scans a unit of a lot that is not good long enough for the order's channel does not get it in place of
/// the one that was given, though both lie in one bin and nobody has it.
#[tokio::test]
async fn a_pick_does_not_take_a_lot_that_the_channel_does_not() {
    let p = Pharmacy::open().await;
    p.asks(30).await;
    p.h.t.run(&SetTracking { sku: p.serum, policy: Policy { serial: true, ..LOT } }).await;
    let of = |lot: &str, days, serial: &str| Marks { serials: vec![serial.into()], ..of_lot(lot, days) };
    p.receive(p.serum, "A03-03L-1", 1, of("SOON", 10, "S1")).await;
    p.receive(p.serum, "A03-03L-1", 1, of("LATE", 90, "S2")).await;
    let order = p.place("web", "1", 1).await;
    assert_eq!(p.given(order).await, [("LATE".to_owned(), 1)]);
    let task = p.tasks().await.remove(0);
    let pick = full(&task, "LDS-T001");
    let picked = async |lot: &str, serial: &str| {
        let marks = Marks { lot: lot.into(), serials: vec![serial.into()], ..Marks::default() };
        p.h.t.try_run(&p.h.picker, &PickUnits { marks, ..pick.clone() }).await.map_err(|failure| code(&failure))
    };
    assert_eq!(picked("SOON", "S1").await.err(), Some("wrong_scan"));
    assert_eq!(picked("LATE", "S1").await.err(), Some("serial_elsewhere"), "it is of the other lot");
    assert_eq!(picked("LATE", "S2").await.unwrap().quantity_picked, 1);
    p.h.whole().await;
}

/// INV-3, ORD-3: whoever waits for goods that last does not keep what comes in from those who would take it.
#[tokio::test]
async fn what_is_too_old_for_the_first_in_line_goes_to_the_next() {
    let p = Pharmacy::open().await;
    p.asks(30).await;
    p.market().await;
    let (first, next) = (p.place("web", "1", 4).await, p.place("market", "2", 4).await);
    p.receive(p.serum, "A03-03L-1", 4, of_lot("SOON", 10)).await;
    assert_eq!(p.h.t.run(&ServeBackorders { skus: None }).await, 4);
    assert_eq!(p.given(next).await, [("SOON".to_owned(), 4)]);
    assert!(p.given(first).await.is_empty());
    assert_eq!(p.cases("backorder").await, 1, "the first waits still");
    p.receive(p.serum, "A03-03L-1", 4, of_lot("LATE", 90)).await;
    assert_eq!(p.h.t.run(&ServeBackorders { skus: None }).await, 4);
    assert_eq!(p.given(first).await, [("LATE".to_owned(), 4)]);
    assert_eq!(p.cases("backorder").await, 0);
    p.h.whole().await;
}

/// INV-3, IN-6: a channel is told what it may sell: what is not good long enough for it is left out.
#[tokio::test]
async fn a_channel_is_told_what_is_good_long_enough_for_it() {
    let p = Pharmacy::open().await;
    p.market().await;
    // The answer is of this very day, whatever the tests' day is.
    let now: NaiveDate = sqlx::query_scalar("select (now() at time zone 'UTC')::date").fetch_one(&p.h.t.root).await.unwrap();
    let good = |lot: &str, days| Marks { lot: lot.into(), expires_on: now.checked_add_days(Days::new(days)), ..Marks::default() };
    p.receive(p.serum, "A03-03L-1", 9, good("SOON", 10)).await;
    p.receive(p.serum, "A03-09R-1", 2, good("LATE", 90)).await;
    p.asks(30).await;
    let told = async |channel: &str| -> i32 {
        let told = p.h.t.db.channel_availability(&p.h.t.system(), p.serum, channel).await.unwrap();
        told.iter().map(|(.., units)| units).sum()
    };
    assert_eq!((told("web").await, told("market").await), (2, 11));
    p.asks(10).await;
    assert_eq!(told("web").await, 11, "the last day counts");
}

/// INV-3: the day after its last one a lot leaves sale by itself: held in its bin, taken from orders, carts and parcels that have not
/// left, and somebody is called. Until the round comes by it is neither promised nor picked; nothing puts it back on sale.
#[tokio::test]
async fn what_is_past_its_day_leaves_sale_by_itself() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 9, of_lot("L1", 1)).await;
    let packed = p.h.order("packed", &[(p.serum, 2)]).await;
    p.h.t.run(&PickTrips { trips: p.h.wave().await.trips }).await;
    let parcels = p.h.t.run(&PackOrders { site: p.h.site, orders: vec![packed] }).await;
    let planned = p.h.order("planned", &[(p.serum, 3)]).await;
    assert_eq!(p.h.wave().await.trips.len(), 1);
    p.receive(p.serum, "A03-09R-1", 4, of_lot("GOOD", 90)).await;
    let expire = async |days| p.h.t.db.expire_lots(p.h.t.org, noon() + TimeDelta::days(days)).await.unwrap();
    assert!(!expire(1).await);
    assert_eq!(p.held("L1").await, 0, "its last day is a good one");
    let lot = p.lot("L1").await;
    assert_eq!(p.h.t.run(&ExpireLot { lot }).await, 0);
    let leave = ShipParcels { parcels, carrier: "Kestrel".into(), service: String::new() };
    let late = p.h.t.db.run(&p.h.t.system(), CommandId::mint(), noon() + TimeDelta::days(2), &leave).await.unwrap_err();
    assert_eq!(code(&late), "lot_expired", "it was good when it was packed");
    assert!(!expire(2).await);
    assert_eq!((p.held("L1").await, p.held("GOOD").await), (9, 0));
    assert_eq!(p.h.t.count("allocation a join lot t on t.id = a.lot_id where t.code = 'L1'").await, 0);
    let given: i32 = [p.given(packed).await, p.given(planned).await].iter().flatten().map(|(_, units)| units).sum();
    assert_eq!(given, 4, "as many as the good lot has");
    assert_eq!((p.cases("expired").await, p.cases("backorder").await), (2, 1), "the lot, the parcel; one unit waits");
    assert!(!expire(3).await);
    assert_eq!(p.cases("expired").await, 2);
    let bin = p.h.t.bin(p.h.site, "A03-03L-1").await;
    let back = p.back_on_sale(bin);
    let late = p.h.t.db.run(&p.h.t.system(), CommandId::mint(), noon() + TimeDelta::days(3), &back).await.unwrap_err();
    assert_eq!(code(&late), "lot_expired");
    p.h.whole().await;
}

/// INV-3: whoever waits for a recalled lot is served when it is released.
#[tokio::test]
async fn a_released_lot_serves_whoever_waits() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 5, of_lot("L1", 20)).await;
    let order = p.h.order("1", &[(p.serum, 2)]).await;
    p.recall("L1").await;
    assert!(p.given(order).await.is_empty());
    let lot = p.lot("L1").await;
    p.h.t.run(&ReleaseLot { lot, reason: "wrong_lot".into() }).await;
    let candidate = Candidate::connect(&p.h.t.options).await.unwrap();
    let mut leader = candidate.try_lead().await.unwrap().unwrap_or_else(|_| panic!("the lease is free"));
    while leader.stamp().await.unwrap() > 0 {}
    while p.h.t.db.follow_stock(p.h.t.org, noon()).await.unwrap() {}
    assert_eq!(p.given(order).await, [("L1".to_owned(), 2)]);
    p.h.whole().await;
}

/// INV-3, INV-4: what stands on a pallet is held on it, and released on it.
#[tokio::test]
async fn a_recall_leaves_goods_on_their_pallet() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "DOCK", 6, of_lot("L1", 20)).await;
    let mover = p.h.t.person(Role::Receiver, Some(p.h.site));
    let pallet = LpnId::mint();
    let made = MakeUnit { id: pallet, site: p.h.site, kind: UnitKind::Pallet, code: "PAL-1".into() };
    p.h.t.try_run(&mover, &made).await.unwrap();
    let fill =
        FillUnit { unit: pallet, bin_code: "DOCK".into(), item_code: "SERUM-EAN".into(), quantity: 4, marks: Marks::default() };
    p.h.t.try_run(&mover, &fill).await.unwrap();
    assert_eq!(p.recall("L1").await.held, 6);
    let on_it = async |state: &str| {
        p.h.t.count(&format!("balance where lpn_id = '{pallet}' and state = '{state}' and on_hand = 4")).await
    };
    assert_eq!((on_it("held").await, on_it("sellable").await), (1, 0));
    let lot = p.lot("L1").await;
    assert_eq!(p.h.t.run(&ReleaseLot { lot, reason: "tested_good".into() }).await, 6);
    assert_eq!((on_it("held").await, on_it("sellable").await), (0, 1));
    p.h.whole().await;
}

/// INV-3, RPL-1: of goods that spoil, the reserve that spoils first is brought forward, though another is older.
#[tokio::test]
async fn the_reserve_that_spoils_first_is_brought_forward() {
    let p = Pharmacy::open().await;
    sqlx::query("update bin set kind = 'reserve' where code in ('A03-01L-1', 'A03-02L-1')").execute(&p.h.t.root).await.unwrap();
    p.receive(p.serum, "A03-01L-1", 5, of_lot("LATE", 90)).await;
    p.receive(p.serum, "A03-02L-1", 5, of_lot("SOON", 10)).await;
    let bin = p.h.t.bin(p.h.site, "A03-03L-1").await;
    let rule = ForwardPick { bin, sku: p.serum, min: 1, max: 4, slotting: None };
    p.h.t.run(&SetForwardPicks { site: p.h.site, rules: vec![rule] }).await;
    assert_eq!(p.h.t.run(&CheckForwardPicks { site: None }).await.raised, 1);
    let from =
        p.h.t.count("replenish_task t join bin b on b.id = t.from_bin where b.code = 'A03-02L-1' and t.quantity = 4").await;
    assert_eq!(from, 1);
    p.h.whole().await;
}

/// INV-3, ORD-5: an order goes to the site whose goods last, and a basket keeps only such: no two baskets the same.
#[tokio::test]
async fn baskets_and_sites_count_what_is_good_long_enough() {
    let p = Pharmacy::open().await;
    p.asks(30).await;
    p.market().await;
    let lyon = p.h.t.site("LYN").await;
    p.receive(p.serum, "A03-03L-1", 9, of_lot("SOON", 10)).await;
    let bin = p.h.t.bin(lyon, "A03-03L-1").await;
    let lines = vec![ReceiveLine { sku: p.serum, bin, quantity: 3, unit_cost: None, marks: of_lot("LATE", 90) }];
    let goods = ReceiveGoods { site: lyon, supplier: "Northern Labs".into(), reference: "DN-2".into(), opening: false, lines };
    p.h.t.run(&goods).await;
    let keep = async |channel: &str, quantity| {
        let lines = vec![BasketLine { sku: p.serum, quantity }];
        let command = KeepBasket { basket: BasketId::mint(), channel: channel.into(), owner: String::new(), lines, minutes: 15 };
        p.h.t.db.keep_basket(&p.h.t.system(), CommandId::mint(), noon(), command).await
    };
    assert_eq!(keep("web", 2).await.unwrap().site, lyon);
    assert_eq!(code(&keep("web", 2).await.unwrap_err()), "basket_short");
    assert_eq!(keep("market", 9).await.unwrap().site, p.h.site, "what is too old for one is another's");
    let order = p.place("web", "1", 1).await;
    assert_eq!(p.given(order).await, [("LATE".to_owned(), 1)]);
    p.h.whole().await;
}

/// INV-3, IN-4: goods at the dock go straight to the first order that may have them.
#[tokio::test]
async fn the_dock_passes_over_who_needs_longer() {
    let p = Pharmacy::open().await;
    p.asks(30).await;
    p.market().await;
    let (first, next) = (p.place("web", "1", 2).await, p.place("market", "2", 2).await);
    p.receive(p.serum, "DOCK", 2, of_lot("SOON", 10)).await;
    let receiver = p.h.t.person(Role::Receiver, Some(p.h.site));
    let from = p.h.t.bin(p.h.site, "DOCK").await;
    let propose = Propose {
        site: p.h.site,
        from,
        lpn: LpnId::NIL,
        sku: Some(p.serum),
        owner: OwnerId::NIL,
        state: State::Sellable,
        quantity: 2,
        marks: Marks::default(),
    };
    let proposal = p.h.t.try_run(&receiver, &propose).await.unwrap();
    assert!(matches!(proposal.target, Target::Stage { order, .. } if order == next), "{:?}", proposal.target);
    p.h.t.run(&CancelOrder { order: next, reason: "changed_mind".into() }).await;
    let proposal = p.h.t.try_run(&receiver, &propose).await.unwrap();
    assert!(!matches!(proposal.target, Target::Stage { order, .. } if order == first), "{:?}", proposal.target);
}
