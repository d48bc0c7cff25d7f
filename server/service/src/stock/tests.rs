use std::sync::Arc;

use domain::ids::{AllocationId, LotId, LpnId, OrderLineId, SerialId, SiteId, SkuId};
use domain::ledger::INVENTORY;
use domain::people::{Permission, Role};
use domain::reasons::Code;
use domain::refusal::Named;
use domain::stock::{HoldReason, HoldUnits, Place, Reason, State, Tag, Those};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::testkit::storm::Storm;
use crate::testkit::{TestDb, noon};
use crate::{Act, Failure, Result, Tx};

/// Drives stock's own functions as a command, as orders and the floor do.
#[derive(Serialize, Deserialize)]
enum Drive {
    Reserve { site: SiteId, line: OrderLineId, sku: SkuId, quantity: i32 },
    Unreserve { line: OrderLineId },
    Allocate { line: OrderLineId },
    Deallocate { allocation: AllocationId, quantity: i32 },
    Carry { allocation: AllocationId, quantity: i32, to: Place },
    Issue { allocation: AllocationId },
    Gain { sku: SkuId, tag: Tag, quantity: i32, to: Place },
    Shift { sku: SkuId, quantity: i32, from: Place, to: Place },
    Scrap { sku: SkuId, quantity: i32, from: Place },
    TakeBack { line: OrderLineId, sku: SkuId, tag: Tag, to: Place },
}

impl Act for Drive {
    const KIND: &'static str = "test.drive";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = Vec<(Uuid, i32, Decimal)>;

    async fn act(&self, tx: &mut Tx) -> Result<Self::Outcome> {
        Ok(match *self {
            Self::Reserve { site, line, sku, quantity } => {
                let got = super::reserve(tx, site, &[super::Want { line, sku, quantity }]).await?;
                got.into_iter().map(|units| (line.0, units, Decimal::ZERO)).collect()
            }
            Self::Unreserve { line } => {
                super::unreserve(tx, &[line]).await?;
                Vec::new()
            }
            Self::Allocate { line } => {
                super::allocate(tx, &[line]).await?.into_iter().map(|a| (a.id.0, a.quantity, Decimal::ZERO)).collect()
            }
            Self::Deallocate { allocation, quantity } => {
                super::deallocate(tx, &[(allocation, quantity)]).await?;
                Vec::new()
            }
            Self::Carry { allocation, quantity, to } => {
                let carry = super::Carry { allocation, quantity, to, source: Uuid::now_v7() };
                super::carry(tx, Reason::Pick, &[carry]).await?.into_iter().map(|id| (id.0, 0, Decimal::ZERO)).collect()
            }
            Self::Issue { allocation } => super::issue(tx, &[(allocation, Uuid::now_v7())])
                .await?
                .into_iter()
                .map(|issued| (issued.source, 0, issued.cost))
                .collect(),
            Self::Gain { sku, tag, quantity, to } => {
                let gain = super::Gain {
                    sku,
                    tag,
                    quantity,
                    to,
                    to_state: State::Sellable,
                    unit_value: Decimal::from(4),
                    source: Uuid::now_v7(),
                };
                super::gain(tx, &[gain]).await?.into_iter().map(|value| (sku.0, quantity, value)).collect()
            }
            Self::Shift { sku, quantity, from, to } => {
                let (from_state, to_state, source) = (State::Sellable, State::Sellable, Uuid::now_v7());
                let shift = super::Shift { sku, tag: Tag::NONE, quantity, from, from_state, to, to_state, source };
                super::shift(tx, Reason::Move, &[shift]).await?;
                Vec::new()
            }
            Self::Scrap { sku, quantity, from } => {
                let (from_state, source) = (State::Sellable, Uuid::now_v7());
                let gone = super::Scrap { sku, tag: Tag::NONE, quantity, from, from_state, source };
                super::scrap(tx, &[gone]).await?.into_iter().map(|value| (sku.0, quantity, value)).collect()
            }
            Self::TakeBack { line, sku, tag, to } => {
                let back = super::TakeBack { line, sku, tag, quantity: 1, to, source: Uuid::now_v7() };
                super::take_back(tx, &[back]).await?.into_iter().map(|value| (sku.0, 1, value)).collect()
            }
        })
    }
}

fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code(),
        other => panic!("broken: {other}"),
    }
}

/// An order line to hang demand on.
async fn line(t: &TestDb, sku: SkuId) -> OrderLineId {
    let (channel, order, line) = (Uuid::now_v7(), Uuid::now_v7(), OrderLineId::mint());
    for statement in [
        format!("insert into channel values ('{}', '{channel}', 'web{}', 'Web', 24)", t.org, &channel.simple().to_string()[20..]),
        format!(
            "insert into sales_order (org_id, id, number, channel_id, external_id, customer_name, email, address_line, city, postcode,
               country, currency, shipping_amount, shipping_tax, placed_at, promised_at)
             values ('{}', '{order}', '{order}', '{channel}', 'x', 'Ana', 'a@b.c', '1', 'Leeds', 'LS1', 'GB', 'GBP', 0, 0, now(), now())",
            t.org
        ),
        format!(
            "insert into order_line (org_id, id, order_id, line_no, sku_id, quantity, unit_price, tax)
             values ('{}', '{line}', '{order}', 1, '{sku}', 100, 12, 0)",
            t.org
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&t.root).await.expect("the line is planted");
    }
    line
}

async fn promise(t: &TestDb, sku: SkuId) -> i32 {
    t.db.availability(&t.system(), sku).await.unwrap()[0].2
}

async fn value_agrees(t: &TestDb) {
    let balance = t.db.trial_balance(&t.system()).await.unwrap();
    assert_eq!(balance.inventory, balance.layers, "inventory account = Σ remaining layer value");
    let (debit, credit) = balance.rows.iter().fold((Decimal::ZERO, Decimal::ZERO), |(d, c), row| (d + row.debit, c + row.credit));
    assert_eq!(debit, credit);
    assert!(balance.rows.iter().any(|row| row.code == INVENTORY));
}

/// INV-1, FIN-1: receiving writes one movement, one balance, one layer and one transfer.
#[tokio::test]
async fn goods_received_are_counted_and_valued_together() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.receive(site, sku, "A01-01L-1", 10).await;
    assert_eq!(promise(&t, sku).await, 10);
    assert_eq!(t.count("movement").await, 1);
    assert_eq!(t.count("cost_layer where remaining = 10 and remaining_value = 40").await, 1);
    value_agrees(&t).await;
}

/// ORD-2: a promise lowers what can be promised; allocation leaves it as it is; giving back raises it.
#[tokio::test]
async fn reserving_lowers_what_can_be_promised_and_allocating_does_not() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.receive(site, sku, "A01-01L-1", 10).await;
    let (one, two) = (line(&t, sku).await, line(&t, sku).await);
    assert_eq!(t.run(&Drive::Reserve { site, line: one, sku, quantity: 7 }).await[0].1, 7);
    assert_eq!(promise(&t, sku).await, 3);
    assert_eq!(t.run(&Drive::Reserve { site, line: two, sku, quantity: 7 }).await[0].1, 3, "only what is free");
    assert_eq!(promise(&t, sku).await, 0);
    assert_eq!(t.run(&Drive::Allocate { line: one }).await[0].1, 7);
    assert_eq!(promise(&t, sku).await, 0);
    t.run(&Drive::Unreserve { line: two }).await;
    assert_eq!(promise(&t, sku).await, 3);
    assert_eq!(t.count("reservation").await, 0);
    assert_eq!(t.count("demand where reserved <> 0").await, 0);
}

/// ORD-2: however many ask at once, no unit is promised twice. Peer vendurehq/vendure#3508, PR 4930: the check and the allocation were
/// transactions of their own.
#[tokio::test]
async fn the_last_units_are_promised_once_however_many_ask() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.receive(site, sku, "A01-01L-1", 5).await;
    let mut lines = Vec::new();
    for _ in 0..12 {
        lines.push(line(&t, sku).await);
    }
    let asks: Vec<_> = lines.iter().map(|line| Drive::Reserve { site, line: *line, sku, quantity: 1 }).collect();
    let got = futures::future::join_all(asks.iter().map(|ask| t.run(ask))).await;
    assert_eq!(got.iter().map(|answer| answer[0].1).sum::<i32>(), 5);
    assert_eq!(promise(&t, sku).await, 0);
}

/// SHP-3, FIN-1: the allocation follows the goods from bin to tote and out; stock and cost leave together.
#[tokio::test]
async fn allocated_units_are_carried_and_leave_with_their_cost() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.receive(site, sku, "A01-01L-1", 10).await;
    let line = line(&t, sku).await;
    t.run(&Drive::Reserve { site, line, sku, quantity: 4 }).await;
    let given = t.run(&Drive::Allocate { line }).await;
    let tote: Uuid = sqlx::query_scalar("select id from lpn limit 1").fetch_one(&t.root).await.unwrap();
    let to = Place { site, bin: t.bin(site, "STAGE").await, lpn: LpnId(tote) };
    let too_many = Drive::Carry { allocation: given[0].0.into(), quantity: 5, to };
    assert_eq!(code(&t.try_run(&t.system(), &too_many).await.unwrap_err()), "not_enough_stock");
    let there = t.run(&Drive::Carry { allocation: given[0].0.into(), quantity: 3, to }).await[0].0;
    assert_eq!(t.count("allocation").await, 2, "three in the tote, one still in the bin");
    assert_eq!(t.count(&format!("balance where lpn_id = '{tote}' and on_hand = 3 and allocated = 3")).await, 1);
    let gone = t.run(&Drive::Issue { allocation: there.into() }).await;
    assert_eq!(gone[0].2, Decimal::from(12), "three at four each");
    assert_eq!(t.count("allocation").await, 1);
    assert_eq!(t.count("cost_layer where remaining = 7 and remaining_value = 28").await, 1);
    t.run(&Drive::Deallocate { allocation: given[0].0.into(), quantity: 1 }).await;
    assert_eq!(promise(&t, sku).await, 7);
}

/// IN-3: a physical fact wins: holding units that were promised breaks the latest promise and raises it.
#[tokio::test]
async fn units_put_on_hold_break_the_latest_promise_and_raise_it() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.receive(site, sku, "A01-01L-1", 5).await;
    let (first, last) = (line(&t, sku).await, line(&t, sku).await);
    t.run(&Drive::Reserve { site, line: first, sku, quantity: 3 }).await;
    t.run(&Drive::Reserve { site, line: last, sku, quantity: 2 }).await;
    let bin = t.bin(site, "A01-01L-1").await;
    let reason = Code::from(HoldReason::LooksDamaged);
    let hold = HoldUnits { sku, site, bin, quantity: 1, those: Those::default(), hold: true, reason, note: "chipped".to_owned() };
    let supervisor = t.person(Role::Supervisor, Some(site));
    t.try_run(&supervisor, &hold).await.unwrap();
    assert_eq!(t.count(&format!("reservation where order_line_id = '{last}' and quantity = 1")).await, 1);
    assert_eq!(t.count(&format!("reservation where order_line_id = '{first}' and quantity = 3")).await, 1);
    assert_eq!(t.count(&format!("exception_case where kind = 'backorder' and subject_id = '{last}'")).await, 1);
    assert_eq!(promise(&t, sku).await, 0);
    let row = t.db.sku_stock(&t.system(), sku, noon()).await.unwrap();
    assert_eq!((row.row.available, row.row.held, row.row.on_hand), (4, 1, 5));
    assert_eq!(row.holders.len(), 2);
    // Whoever may only hold back puts nothing back; a reason to hold is none to release.
    let release = HoldUnits { hold: false, reason: HoldReason::Checked.into(), ..hold.clone() };
    let receiver = t.person(Role::Receiver, Some(site));
    assert_eq!(code(&t.try_run(&receiver, &release).await.unwrap_err()), "not_allowed");
    let whim = HoldUnits { hold: false, ..hold.clone() };
    assert_eq!(code(&t.try_run(&supervisor, &whim).await.unwrap_err()), "hold_reason");
    t.try_run(&supervisor, &release).await.unwrap();
    assert_eq!(t.count("stock_hold h join movement m on m.source_id = h.id and m.reason in ('hold', 'release')").await, 2);
    assert_eq!(promise(&t, sku).await, 1);
    let too_many = HoldUnits { quantity: 9, ..hold.clone() };
    assert_eq!(code(&t.try_run(&supervisor, &too_many).await.unwrap_err()), "not_enough_stock");
    let picker = t.person(Role::Picker, Some(site));
    assert_eq!(code(&t.try_run(&picker, &hold).await.unwrap_err()), "not_allowed");
}

#[tokio::test]
async fn a_receipt_of_nothing_or_into_another_sites_bin_is_refused() {
    let t = TestDb::new().await;
    let (site, other, sku) = (t.site("LDS").await, t.site("LYN").await, t.sku("MUG").await);
    let receive =
        |lines| domain::stock::ReceiveGoods { site, supplier: "S".into(), reference: "P".into(), opening: false, lines };
    assert_eq!(code(&t.try_run(&t.system(), &receive(vec![])).await.unwrap_err()), "empty_receipt");
    let bin = t.bin(other, "A01-01L-1").await;
    let line =
        |quantity, unit_cost| domain::stock::ReceiveLine { sku, bin, quantity, unit_cost, marks: domain::lots::Marks::default() };
    assert_eq!(code(&t.try_run(&t.system(), &receive(vec![line(1, None)])).await.unwrap_err()), "not_found");
    assert_eq!(code(&t.try_run(&t.system(), &receive(vec![line(0, None)])).await.unwrap_err()), "quantity_out_of_range");
    let negative = Some(Decimal::NEGATIVE_ONE);
    assert_eq!(code(&t.try_run(&t.system(), &receive(vec![line(1, negative)])).await.unwrap_err()), "negative_cost");
    assert_eq!(t.count("movement").await + t.count("goods_receipt").await, 0);
}

#[tokio::test]
async fn the_inventory_is_searched_by_code_name_and_barcode_and_filtered_by_state() {
    let t = TestDb::new().await;
    let (site, mug, cup) = (t.site("LDS").await, t.sku("MUG").await, t.sku("CUP").await);
    t.receive(site, mug, "A01-01L-1", 5).await;
    let find = async |search: &str, state: &str| t.db.inventory(&t.system(), search, state, 0).await.unwrap();
    assert_eq!(find("", "").await.total, 2);
    assert_eq!(find("mug", "").await.rows[0].available, 5);
    assert_eq!(find("CUP-EAN", "").await.rows[0].sku, cup);
    assert_eq!(find("", "sellable").await.total, 1);
    assert_eq!(find("", "damaged").await.total, 0);
}

/// INV-1: whatever many do at once, and in whatever order it comes, what is on hand is what came in less what left, and every book adds
/// up.
#[tokio::test(flavor = "multi_thread")]
async fn after_any_interleaving_states_sum_to_what_came_in_less_what_left() {
    let weather = Storm { seed: 7, clients: 8, steps: 25 }.blow(Arc::new(TestDb::new().await)).await.unwrap();
    assert!(weather.taken > 100 && weather.shipped > 10, "{weather:?}");
    assert!(!weather.refused.is_empty(), "{weather:?}");
}

/// INV-3, INV-1: a unit's lot and serial go with it from bin to tote, out of the door and back; every balance is the sum of its own
/// movements.
#[tokio::test]
async fn lot_and_serial_follow_the_goods_out_and_back() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    let bin = Place::loose(site, t.bin(site, "A01-01L-1").await);
    let lot = LotId::mint();
    let tags = [SerialId::mint(), SerialId::mint()].map(|serial| Tag { lot, serial, ..Tag::NONE });
    for tag in tags {
        t.run(&Drive::Gain { sku, tag, quantity: 1, to: bin }).await;
    }
    let line = line(&t, sku).await;
    assert_eq!(t.run(&Drive::Reserve { site, line, sku, quantity: 2 }).await[0].1, 2);
    let given = t.run(&Drive::Allocate { line }).await;
    assert_eq!(given.len(), 2, "each serial is a unit of its own");
    let tote: Uuid = sqlx::query_scalar("select id from lpn limit 1").fetch_one(&t.root).await.unwrap();
    let to = Place { site, bin: t.bin(site, "STAGE").await, lpn: LpnId(tote) };
    let mut out = Vec::new();
    for (allocation, ..) in given {
        out.push(t.run(&Drive::Carry { allocation: allocation.into(), quantity: 1, to }).await[0].0);
    }
    let own = |tag: Tag| format!("lot_id = '{lot}' and serial_id = '{}'", tag.serial);
    for tag in tags {
        assert_eq!(t.count(&format!("allocation where lpn_id = '{tote}' and {}", own(tag))).await, 1);
    }
    for allocation in out {
        t.run(&Drive::Issue { allocation: allocation.into() }).await;
    }
    let bench = Place::loose(site, t.bin(site, "RETURNS").await);
    t.run(&Drive::TakeBack { line, sku, tag: tags[0], to: bench }).await;
    let path = |tag: Tag| format!("movement where {}", own(tag));
    assert_eq!((t.count(&path(tags[0])).await, t.count(&path(tags[1])).await), (4, 3));
    assert_eq!(t.count(&format!("balance where state = 'returned' and on_hand = 1 and {}", own(tags[0]))).await, 1);
    whole(&t).await;
}

/// INV-3: whoever moves units without saying which moves those that came first, and never more than are free.
#[tokio::test]
async fn units_that_nobody_names_leave_lot_by_lot_the_oldest_first() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    let (from, to) = (t.bin(site, "A01-01L-1").await, t.bin(site, "A01-03L-1").await);
    let (from, to) = (Place::loose(site, from), Place::loose(site, to));
    let tags = [LotId::mint(), LotId::mint()].map(|lot| Tag { lot, ..Tag::NONE });
    for tag in tags {
        t.run(&Drive::Gain { sku, tag, quantity: 3, to: from }).await;
    }
    t.run(&Drive::Shift { sku, quantity: 4, from, to }).await;
    t.run(&Drive::Scrap { sku, quantity: 1, from: to }).await;
    let there = |tag: Tag, at: Place, units: i32| {
        format!("balance where lot_id = '{}' and bin_id = '{}' and on_hand = {units}", tag.lot, at.bin)
    };
    for (tag, at, units) in [(tags[0], from, 0), (tags[0], to, 2), (tags[1], from, 2), (tags[1], to, 1)] {
        assert_eq!(t.count(&there(tag, at, units)).await, 1, "{units}");
    }
    assert_eq!(promise(&t, sku).await, 5);
    let too_many = Drive::Shift { sku, quantity: 3, from, to };
    assert_eq!(code(&t.try_run(&t.system(), &too_many).await.unwrap_err()), "not_enough_stock");
    whole(&t).await;
}

/// Balances are the sums of their movements, allocations of their rows.
async fn whole(t: &TestDb) {
    for check in t.db.verify(t.org).await.unwrap().into_iter().filter(|check| ["I1", "I2", "I3"].contains(&check.id)) {
        assert!(check.holds(), "{}: {:?}", check.name, check.sample);
    }
}

mod lawful;
mod peers;
