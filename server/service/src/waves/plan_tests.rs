//! Planning from filter to receipt, and what goes wrong on the way. After each, the books and the allocations are as they must be.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::catalog::{AddSkus, NewSku};
use domain::floor::{ClaimTrip, OpenParcel, PackOrders, PackUnit, PickTrips};
use domain::ids::{CommandId, OrderId, SiteId, SkuId};
use domain::orders::CancelOrder;
use domain::people::Role;
use domain::sites::OpenSite;
use domain::sites::layout::Zone;
use domain::sites::spec::LayoutSpec;
use domain::waves::receipt::{WaveReceipt, Why};
use domain::waves::{Cart, Chosen, Filter, Method, PlanWave, Planned};
use rust_decimal::Decimal;

mod rounds;

use super::plan::Prepared;
use crate::floor::tests::{House, code};
use crate::testkit::noon;
use crate::{Failure, Result};

impl House {
    fn ask(&self, orders: Chosen) -> PlanWave {
        PlanWave { orders, release: false, ..self.plan(4) }
    }

    async fn planned(&self, asked: &PlanWave) -> Result<Planned> {
        self.t.db.plan_wave(&self.t.system(), CommandId::mint(), noon(), asked).await
    }

    async fn receipt(&self, planned: &Planned) -> WaveReceipt {
        let receipt = self.t.db.wave_receipt(&self.t.system(), planned.wave).await.expect("it can be read");
        receipt.expect("a receipt was kept")
    }

    /// A thing of these sides in mm and this weight, ten of it in a bin.
    async fn thing(&self, name: &str, [length_mm, width_mm, height_mm]: [i32; 3], weight_g: i32) -> SkuId {
        let sku = thing(name, [length_mm, width_mm, height_mm], weight_g);
        let id = sku.id;
        self.t.run(&AddSkus { skus: vec![sku] }).await;
        self.t.receive(self.site, id, "A03-02L-1", 10).await;
        id
    }
}

fn thing(name: &str, [length_mm, width_mm, height_mm]: [i32; 3], weight_g: i32) -> NewSku {
    NewSku {
        id: SkuId::mint(),
        code: name.to_owned(),
        name: name.to_owned(),
        variant: String::new(),
        category: "general".to_owned(),
        length_mm,
        width_mm,
        height_mm,
        weight_g,
        price: Decimal::from(12),
        tax_rate: Decimal::ZERO,
        standard_cost: Decimal::from(4),
        barcodes: vec![],
    }
}

fn refused<T: std::fmt::Debug>(ended: Result<T>) -> &'static str {
    code(&ended.expect_err("it is refused"))
}

fn filter(of: impl FnOnce(Filter) -> Filter) -> Chosen {
    Chosen::Filtered(of(Filter::most(100)))
}

/// PCK-4: filters choose among what waits: by promise, by channel, one unit only, at most so many.
#[tokio::test]
async fn filters_choose_among_what_waits() {
    let h = House::open().await;
    let one = h.order("W-1", &[(h.mug, 1)]).await;
    let two = h.order("W-2", &[(h.mug, 2), (h.cup, 1)]).await;
    let orders = async |chosen: Chosen| {
        let preview = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &h.ask(chosen)).await;
        preview.map_or(0, |preview| preview.receipt.orders)
    };
    assert_eq!(orders(filter(|all| all)).await, 2);
    assert_eq!(orders(filter(|all| Filter { most: 1, ..all })).await, 1);
    assert_eq!(orders(filter(|all| Filter { single_unit: true, ..all })).await, 1);
    assert_eq!(orders(filter(|all| Filter { due_by: Some(noon()), ..all })).await, 0, "promised for tomorrow");
    assert_eq!(orders(filter(|all| Filter { due_by: Some(noon() + TimeDelta::days(2)), ..all })).await, 2);
    let choices = h.t.db.plan_choices(&h.t.system(), h.site).await.unwrap();
    assert_eq!(orders(filter(|all| Filter { channel: Some(choices.channels[0].0), ..all })).await, 2);
    assert_eq!(orders(filter(|all| Filter { channel: Some(domain::ids::ChannelId::mint()), ..all })).await, 0);
    let unknown = h.ask(filter(|all| Filter { zone: Some("cold".into()), ..all }));
    assert_eq!(refused(h.planned(&unknown).await), "unknown_zone");
    let single = h.planned(&h.ask(filter(|all| Filter { single_unit: true, ..all }))).await.unwrap();
    assert_eq!(single.orders, [one]);
    assert_eq!(h.planned(&h.ask(filter(|all| all))).await.unwrap().orders, [two]);
    h.whole().await;
}

/// PCK-4: orders too late already are left out, by name, when only those in time were asked for; otherwise they go out first.
#[tokio::test]
async fn what_is_past_its_promise_is_left_out_only_when_asked() {
    let h = House::open().await;
    let (late, kept) = (h.order("W-1", &[(h.mug, 1)]).await, h.order("W-2", &[(h.cup, 1)]).await);
    let past = "update sales_order set promised_at = $2 where id = $1";
    sqlx::query(past).bind(late.0).bind(noon() - TimeDelta::hours(1)).execute(&h.t.root).await.unwrap();
    let asked = h.ask(filter(|all| Filter { in_time: true, ..all }));
    let planned = h.planned(&asked).await.unwrap();
    let receipt = h.receipt(&planned).await;
    assert_eq!(planned.orders, [kept]);
    assert_eq!((receipt.considered, receipt.orders, receipt.left_out.len()), (2, 1, 1));
    assert_eq!(receipt.left_out[0].why, Why::CutoffPassed);
    let all = h.planned(&h.ask(filter(|all| all))).await.unwrap();
    assert_eq!((all.orders.clone(), h.receipt(&all).await.overdue), (vec![late], 1));
}

/// PCK-4: a preview writes nothing, and what is planned then is what was seen; the receipt is kept with the decision.
#[tokio::test]
async fn a_preview_is_the_plan_that_is_not_made() {
    let h = House::open().await;
    for n in 0..6 {
        h.order(&format!("W-{n}"), &[(h.mug, 1), (h.cup, 1)]).await;
    }
    let planner = h.t.person(Role::Planner, Some(h.site));
    let cart = Cart { slots: 4, volume_ml: Some(2_000), weight_g: Some(3_000) };
    let asked = PlanWave { cart, ..h.ask(filter(|all| all)) };
    let counted = async || h.t.count("(select from command union all select from decision union all select from wave) a").await;
    let before = counted().await;
    let preview = h.t.db.preview_wave(&planner, CommandId::mint(), noon(), &asked).await.unwrap();
    assert_eq!(counted().await, before);
    // Two mugs' worth of 400 ml an order: two orders fill the cart's two litres.
    assert_eq!((preview.receipt.orders, preview.receipt.carts, preview.carts.len()), (6, 3, 3));
    for cart in &preview.carts {
        assert_eq!((cart.slots, cart.volume_ml, cart.weight_g, cart.units), (2, 1_600, 1_000, 4));
        assert!(cart.back > noon());
    }
    let methods: Vec<_> = preview.methods.iter().map(|line| (line.method, line.refused.is_some())).collect();
    assert_eq!(methods.len(), 4);
    assert_eq!(methods.last(), Some(&(Method::Zone, true)), "this site has no zones");
    assert!(preview.recommended().is_some_and(|method| method != Method::Zone));
    let planned = h.t.db.plan_wave(&planner, CommandId::mint(), noon(), &asked).await.unwrap();
    assert_eq!(h.receipt(&planned).await, preview.receipt);
    assert!(preview.receipt.metres_bound <= preview.receipt.metres && preview.receipt.metres <= preview.receipt.metres_fifo);
    assert_eq!((preview.receipt.rates.as_str(), preview.receipt.at_risk.len()), ("standard", 0));
    let picker = h.t.db.preview_wave(&h.picker, CommandId::mint(), noon(), &asked).await;
    assert_eq!(refused(picker), "not_allowed");
    h.whole().await;
}

/// RPL-1: a planned wave says what it takes from each forward-pick bin, once, as released or as planned.
#[tokio::test]
async fn a_planned_wave_says_what_it_needs_of_forward_picks() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 2), (h.cup, 1)]).await;
    h.order("W-2", &[(h.mug, 1)]).await;
    let planned = h.planned(&h.ask(filter(|all| all))).await.unwrap();
    let told: Vec<serde_json::Value> =
        sqlx::query_scalar("select payload->'needs' from outbox where topic = 'wave.forward_pick_need' and subject_id = $1")
            .bind(planned.wave.0)
            .fetch_all(&h.t.root)
            .await
            .unwrap();
    assert_eq!(told.len(), 1);
    let mut needs: Vec<(String, i64)> = Vec::new();
    for need in told[0].as_array().unwrap() {
        needs.push((need["sku"].as_str().unwrap().to_owned(), need["units"].as_i64().unwrap()));
    }
    needs.sort();
    let mut expected = vec![(h.mug.to_string(), 3), (h.cup.to_string(), 1)];
    expected.sort();
    assert_eq!(needs, expected);
}

/// PCK-2: an order larger than any cart is left out and named; alone, it is refused by name.
#[tokio::test]
async fn an_order_larger_than_any_cart_is_left_out_by_name() {
    let h = House::open().await;
    let sofa = h.thing("SOFA", [2_000, 900, 800], 40_000).await;
    let large = h.order("W-1", &[(sofa, 1)]).await;
    let cart = Cart::preset("trolley").unwrap();
    let alone = PlanWave { cart, ..h.ask(Chosen::These(vec![large])) };
    assert_eq!(refused(h.planned(&alone).await), "order_larger_than_cart");
    let small = h.order("W-2", &[(h.mug, 1)]).await;
    let planned = h.planned(&PlanWave { cart, ..h.ask(filter(|all| all)) }).await.unwrap();
    assert_eq!(planned.orders, [small]);
    let left = h.receipt(&planned).await.left_out;
    assert!(matches!(&left[0].why, Why::OrderTooLarge { needs: 1_440_000, room: 240_000, .. }), "{left:?}");
    h.whole().await;
}

/// PCK-2: what has no size is no goods, and what holds nothing is no cart. Something smaller than a millilitre takes one.
#[tokio::test]
async fn zero_and_negative_dimensions_are_refused() {
    let h = House::open().await;
    for sides in [[0, 80, 50], [100, -80, 50], [100, 80, 0]] {
        let flat = AddSkus { skus: vec![thing("FLAT", sides, 250)] };
        assert_eq!(refused(h.t.try_run(&h.t.system(), &flat).await), "sku_invalid");
    }
    for weight in [0, -250] {
        let airy = AddSkus { skus: vec![thing("AIRY", [100, 80, 50], weight)] };
        assert_eq!(refused(h.t.try_run(&h.t.system(), &airy).await), "sku_invalid");
    }
    let pin = h.thing("PIN", [4, 4, 4], 1).await;
    h.order("W-1", &[(pin, 3)]).await;
    for (cart, why) in [
        (Cart { volume_ml: Some(0), ..Cart::totes(4) }, "cart_volume_out_of_range"),
        (Cart { weight_g: Some(-1), ..Cart::totes(4) }, "cart_weight_out_of_range"),
        (Cart::totes(0), "slots_out_of_range"),
    ] {
        assert_eq!(refused(h.planned(&PlanWave { cart, ..h.ask(filter(|all| all)) }).await), why);
    }
    let cart = Cart { volume_ml: Some(3), ..Cart::totes(4) };
    let asked = PlanWave { cart, ..h.ask(filter(|all| all)) };
    let preview = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &asked).await.unwrap();
    assert_eq!(preview.carts[0].volume_ml, 3);
    h.whole().await;
}

/// PCK-5: a bin no layout knows is picked last, and named in the receipt; so is one whose aisle does not reach it.
#[tokio::test]
async fn a_bin_with_no_access_point_goes_last_and_is_named() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1), (h.cup, 1)]).await;
    let far = "update bin set y_mm = 99999 where site_id = $1 and code in ('A01-01L-1', 'A04-09R-2')";
    sqlx::query(far).bind(h.site.0).execute(&h.t.root).await.unwrap();
    let planned = h.planned(&PlanWave { release: true, ..h.ask(filter(|all| all)) }).await.unwrap();
    let receipt = h.receipt(&planned).await;
    assert_eq!(receipt.unmapped.len(), 1, "the mug's");
    let sheet = h.sheet(planned.trips[0]).await;
    assert_eq!(sheet.tasks.last().map(|task| &task.bin_code), receipt.unmapped.first());
    h.whole().await;
}

/// PCK-5: a layout that fell apart is refused by name, and nothing is planned on it.
#[tokio::test]
async fn a_disconnected_layout_is_refused() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1)]).await;
    let walled = "update site set layout = jsonb_set(layout, '{obstacles}',
        (select jsonb_agg(jsonb_build_object('aisle', a->'no', 'from_mm', 1000, 'to_mm', 2000)) from jsonb_array_elements(layout->'aisles') a))
        where id = $1";
    sqlx::query(walled).bind(h.site.0).execute(&h.t.root).await.unwrap();
    let asked = h.ask(filter(|all| all));
    assert_eq!(refused(h.planned(&asked).await), "layout_disconnected");
    let preview = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &asked).await;
    assert_eq!(refused(preview), "layout_disconnected");
    assert_eq!(h.t.count("wave").await, 0);
    h.whole().await;
}

/// PCK-4: no wave without orders, and no order twice in one.
#[tokio::test]
async fn an_empty_wave_and_an_order_named_twice_are_refused() {
    let h = House::open().await;
    assert_eq!(refused(h.planned(&h.ask(filter(|all| all))).await), "nothing_to_pick");
    let order = h.order("W-1", &[(h.mug, 1)]).await;
    assert_eq!(refused(h.planned(&h.ask(Chosen::These(vec![order, order]))).await), "order_twice_in_wave");
    assert_eq!(refused(h.planned(&h.ask(Chosen::These(vec![]))).await), "orders_out_of_range");
    assert_eq!(refused(h.planned(&h.ask(Chosen::These(vec![OrderId::mint()]))).await), "not_found");
    let planned = h.planned(&h.ask(Chosen::These(vec![order]))).await.unwrap();
    let other = h.order("W-2", &[(h.cup, 1)]).await;
    let again = h.planned(&h.ask(Chosen::These(vec![order, other]))).await.unwrap();
    let receipt = h.receipt(&again).await;
    assert_eq!((planned.orders, again.orders), (vec![order], vec![other]));
    assert_eq!((receipt.considered, receipt.left_out[0].why.clone()), (2, Why::NothingToPick));
    h.whole().await;
}

/// PCK-4: an order cancelled, or taken by another planner, while the wave is drawn is left out with its reason; the others ride.
#[tokio::test]
async fn what_changes_while_a_wave_is_planned_is_left_out_by_name() {
    let h = House::open().await;
    let cancelled = h.order("W-1", &[(h.mug, 1)]).await;
    let taken = h.order("W-2", &[(h.mug, 1)]).await;
    let stays = h.order("W-3", &[(h.mug, 1), (h.cup, 2)]).await;
    let asked = h.ask(filter(|all| all));
    let system = h.t.system();
    let drawn = Arc::new(h.t.db.draw_wave(&system, CommandId::mint(), noon(), &asked).await.unwrap());
    h.t.run(&CancelOrder { order: cancelled, reason: "changed my mind".into() }).await;
    h.planned(&h.ask(Chosen::These(vec![taken]))).await.unwrap();
    let planned = h.t.run(&Prepared { asked: &asked, drawn: Ok(drawn.clone()) }).await;
    assert_eq!((planned.orders.clone(), planned.units), (vec![stays], 3));
    let receipt = h.receipt(&planned).await;
    let mut why: Vec<_> = receipt.left_out.iter().map(|left| left.why.code()).collect();
    why.sort_unstable();
    assert_eq!(why, ["cancelled_while_planning", "taken_by_another_planner"]);
    assert_eq!((receipt.considered, receipt.orders), (3, 1));
    let late = h.t.try_run(&system, &Prepared { asked: &asked, drawn: Ok(drawn) }).await;
    assert_eq!(refused(late), "taken_by_another_planner", "nothing of it is left");
    h.whole().await;
}

/// PCK-4: two planners at once never put one order on two carts; who comes too late is told so, and a repeated command is the same.
#[tokio::test]
async fn two_planners_at_once_share_what_waits() {
    let h = House::open().await;
    for n in 0..6 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let asked = h.ask(filter(|all| all));
    let ended = futures::future::join_all((0..4).map(|_| h.planned(&asked))).await;
    let orders: usize = ended.iter().flatten().map(|planned| planned.orders.len()).sum();
    assert_eq!(orders, 6);
    assert_eq!(h.t.count("pick_task").await, 6);
    for lost in ended.into_iter().filter(Result::is_err) {
        assert!(["taken_by_another_planner", "nothing_to_pick"].contains(&refused(lost)));
    }
    let (id, system) = (CommandId::mint(), h.t.system());
    h.order("W-9", &[(h.cup, 1)]).await;
    let first = h.t.db.plan_wave(&system, id, noon(), &asked).await.unwrap();
    assert_eq!(h.t.db.plan_wave(&system, id, noon(), &asked).await.unwrap(), first, "the same command, the same answer");
    h.whole().await;
}

/// PCK-4: a preview that nobody waits for any more, or that is stopped, ends and frees its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_can_be_left_and_stopped() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1)]).await;
    let planners = super::pool::Planners::new(1);
    let (system, ticket) = (h.t.system(), CommandId::mint());
    let endless = |go_on: &mut dyn FnMut(i64) -> bool| {
        while go_on(250_000) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    };
    let stopping = async {
        while planners.progress(&system, ticket) != Some(250) {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        assert!(!planners.stop(&h.picker, ticket), "not somebody else's");
        assert!(planners.stop(&system, ticket));
    };
    let (ended, ()) = tokio::join!(planners.run(&system, ticket, endless), stopping);
    assert_eq!(refused(ended), "planning_stopped");
    assert_eq!(planners.progress(&system, ticket), None);
    // Its asker goes away.
    let left = tokio::time::timeout(std::time::Duration::from_millis(50), planners.run(&system, ticket, endless)).await;
    assert!(left.is_err());
    while planners.free() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    // Whoever finds the queue full is told to come again.
    let waiting: Vec<_> = (0..10).map(|_| planners.run(&system, CommandId::mint(), endless)).collect();
    let mut waiting = futures::future::join_all(waiting);
    let turned_away = tokio::time::timeout(std::time::Duration::from_millis(50), &mut waiting).await;
    assert!(turned_away.is_err(), "nine wait");
    let busy = planners.run(&system, CommandId::mint(), |_| ()).await;
    assert_eq!(refused(busy), "planner_busy");
}

/// PCK-4: nobody waits: a preview ends at its next look, and does not try the other methods first.
#[tokio::test]
async fn a_preview_nobody_waits_for_tries_no_more_methods() {
    let h = House::open().await;
    for n in 0..12 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let asked = h.ask(filter(|all| all));
    let looks = async |go: i64| {
        let work = h.t.db.look(&h.t.system(), noon(), &asked).await.unwrap();
        let mut heard = Vec::new();
        let ended = super::preview::compare(work, &asked, &mut |done| {
            heard.push(done);
            done < go
        });
        (ended.map(|_| ()), heard)
    };
    let (ended, heard) = looks(i64::MAX).await;
    assert!(ended.is_ok() && heard.last() > Some(&500_000), "{heard:?}");
    let (ended, heard) = looks(0).await;
    assert_eq!(ended, Err(domain::waves::WaveRefusal::PlanningStopped));
    assert!(heard.len() < 20 && heard.iter().all(|done| *done <= 600_000), "{heard:?}");
}

/// PCK-2: a batch is picked into one tote and parted at the bench: every unit finds its own order.
#[tokio::test]
async fn a_batch_shares_one_tote_and_is_parted_at_the_bench() {
    let h = House::open().await;
    let one = h.order("W-1", &[(h.mug, 2)]).await;
    let two = h.order("W-2", &[(h.mug, 1), (h.cup, 1)]).await;
    let asked = PlanWave { method: Method::Batch, release: true, ..h.ask(filter(|all| all)) };
    let planned = h.planned(&asked).await.unwrap();
    assert_eq!(planned.trips.len(), 1);
    let trip = planned.trips[0];
    h.t.try_run(&h.picker, &ClaimTrip { trip }).await.unwrap();
    let bind = domain::floor::BindTote { trip, slot: 1, code: "LDS-T001".into() };
    h.t.try_run(&h.picker, &bind).await.unwrap();
    let sheet = h.sheet(trip).await;
    assert!(sheet.slots.iter().all(|slot| slot.tote_code.as_deref() == Some("LDS-T001")), "{:?}", sheet.slots);
    for task in &sheet.tasks {
        let pick = domain::floor::PickUnits {
            task: task.task,
            bin_code: task.bin_code.clone(),
            item_code: task.sku_code.clone(),
            tote_code: "LDS-T001".into(),
            quantity: task.quantity,
        };
        h.t.try_run(&h.picker, &pick).await.unwrap();
    }
    for units in [2, 2] {
        let parcel = h.t.try_run(&h.packer, &OpenParcel { site: h.site, scan: "LDS-T001".into() }).await.unwrap();
        let sheet = h.t.db.parcel_sheet(&h.packer, parcel).await.unwrap();
        assert_eq!(sheet.lines.iter().map(|line| line.expected).sum::<i32>(), units);
        for line in sheet.lines {
            for _ in 0..line.expected {
                h.t.try_run(&h.packer, &PackUnit { parcel, code: line.sku_code.clone() }).await.unwrap();
            }
        }
        h.t.try_run(&h.packer, &domain::floor::CloseParcel { parcel, weight_g: None }).await.unwrap();
    }
    assert_eq!(h.stage(one).await, h.stage(two).await);
    assert_eq!(h.t.count("(select from parcel_line) a").await, 3);
    h.whole().await;
}

/// PCK-2: in bulk a batch takes one tote a walk too.
#[tokio::test]
async fn a_batch_in_bulk_takes_one_tote() {
    let h = House::open().await;
    let orders = vec![h.order("W-1", &[(h.mug, 2)]).await, h.order("W-2", &[(h.cup, 1)]).await];
    let planned = h.planned(&PlanWave { method: Method::Batch, release: true, ..h.ask(filter(|all| all)) }).await.unwrap();
    h.t.run(&PickTrips { trips: planned.trips }).await;
    assert_eq!(h.t.count("(select distinct lpn_id from trip_slot) a").await, 1);
    assert_eq!(h.t.run(&PackOrders { site: h.site, orders }).await.len(), 2);
    h.whole().await;
}

/// A site whose first two aisles are one zone and whose others are another.
async fn zoned(h: &House) -> SiteId {
    let spec = LayoutSpec::small();
    let zone = |name: &str, aisles: [i32; 2]| Zone { name: name.into(), aisles: aisles.to_vec() };
    let layout = spec.layout().unwrap();
    let site = OpenSite {
        id: SiteId::mint(),
        code: "YRK".into(),
        name: "York".into(),
        country: "GB".into(),
        timezone: "Europe/London".into(),
        rank: -1,
        layout: domain::sites::layout::Layout { zones: vec![zone("dry", [1, 2]), zone("cold", [3, 4])], ..layout },
        bins: spec.bins().unwrap(),
        totes: 10,
    };
    let id = h.t.run(&site).await;
    h.t.receive(id, h.mug, "A01-01L-1", 10).await;
    h.t.receive(id, h.cup, "A04-05R-1", 10).await;
    id
}

/// PCK-3: each zone picks its part of an order; the bench waits for all of them, then packs one parcel.
#[tokio::test]
async fn zones_pick_their_parts_and_the_bench_waits_for_all() {
    let h = House::open().await;
    let site = zoned(&h).await;
    let order = h.order("W-1", &[(h.mug, 1), (h.cup, 1)]).await;
    h.order("W-2", &[(h.cup, 2)]).await;
    let cold = PlanWave { site, ..h.ask(filter(|all| Filter { zone: Some("cold".into()), ..all })) };
    let preview = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &cold).await.unwrap();
    assert_eq!(preview.receipt.orders, 1, "only one lies in that zone whole");
    let asked = PlanWave { site, method: Method::Zone, release: true, ..h.ask(filter(|all| all)) };
    let planned = h.planned(&asked).await.unwrap();
    assert_eq!((planned.trips.len(), planned.orders.len()), (2, 2));
    h.t.run(&PickTrips { trips: vec![planned.trips[0]] }).await;
    let packer = h.t.person(Role::Packer, Some(site));
    let open = OpenParcel { site, scan: order.to_string() };
    assert_eq!(refused(h.t.try_run(&packer, &open).await), "still_picking");
    h.t.run(&PickTrips { trips: vec![planned.trips[1]] }).await;
    let parcel = h.t.try_run(&packer, &open).await.unwrap();
    let sheet = h.t.db.parcel_sheet(&packer, parcel).await.unwrap();
    assert_eq!((sheet.totes.len(), sheet.lines.iter().map(|line| line.expected).sum::<i32>()), (2, 2));
    assert_eq!(refused(h.planned(&PlanWave { method: Method::Zone, ..h.ask(filter(|all| all)) }).await), "site_without_zones");
    h.whole().await;
}

/// Who may not plan at a site is refused before anything is looked at, and nothing is left of it.
#[tokio::test]
async fn who_may_not_plan_is_refused_before_anything_is_drawn() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1)]).await;
    let elsewhere = h.t.person(Role::Planner, Some(SiteId::mint()));
    let ended = h.t.db.plan_wave(&elsewhere, CommandId::mint(), noon(), &h.ask(filter(|all| all))).await;
    assert!(matches!(&ended, Err(Failure::Refused(_))));
    assert_eq!(refused(ended), "not_allowed");
    assert_eq!(h.t.count("wave").await, 0);
}
