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

mod meanwhile;
mod methods;
mod refused;
mod rounds;
