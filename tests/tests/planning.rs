//! Planning over HTTP: the largest wave is drawn while the server goes on answering everybody else, and can be let go.

use std::time::{Duration, Instant};

use domain::ids::{ChannelId, CommandId, SiteId, SkuId};
use domain::orders::{NewOrder, OpenChannel, PlaceOrders};
use domain::people::Role;
use domain::sites::OpenSite;
use domain::sites::spec::LayoutSpec;
use domain::stock::{ReceiveGoods, ReceiveLine};
use domain::waves::ask::ORDERS_MAX;
use domain::waves::{Cart, Chosen, Filter, Method, PlanWave};
use journeys::server::TestServer;
use serde_json::{Value, json};
use service::testkit::{TestDb, new_order, noon};

/// 25 aisles, 2,500 bins.
const SITE: LayoutSpec =
    LayoutSpec { aisles: 25, pitch_mm: 4_000, length_mm: 50_000, cross_aisles: 2, bins_per_side: 50, levels: 1 };
const SKUS: usize = 50;
const AT_ONCE: i32 = 500;
/// Nobody who reads meanwhile waits longer, on a machine that does much else.
const SOON: Duration = Duration::from_secs(2);

/// A large site whose shop sold more than any shift picks.
async fn rush(t: &TestDb) -> SiteId {
    let (id, bins) = (SiteId::mint(), SITE.bins().expect("the site is sound"));
    let layout = SITE.layout().expect("the site is sound");
    let (code, name) = ("BIG".to_owned(), "Big".to_owned());
    let (country, timezone) = ("GB".to_owned(), "Europe/London".to_owned());
    t.run(&OpenSite { id, code, name, country, timezone, rank: 0, layout, bins: bins.clone(), totes: 10 }).await;
    t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 240 }).await;
    let (mut skus, mut lines) = (Vec::new(), Vec::new());
    for n in 0..SKUS {
        let sku = t.sku(&format!("THING-{n}")).await;
        let bin = t.bin(id, &bins[n * 37 % bins.len()].code).await;
        lines.push(ReceiveLine { sku, bin, quantity: 1_000, unit_cost: None, marks: domain::lots::Marks::default() });
        skus.push(sku);
    }
    t.run(&ReceiveGoods { site: id, supplier: "Test & Co".into(), reference: "PO-1".into(), opening: true, lines }).await;
    for from in (0..ORDERS_MAX).step_by(usize::try_from(AT_ONCE).expect("positive")) {
        let orders =
            (from..(from + AT_ONCE).min(ORDERS_MAX)).map(|n| order(usize::try_from(n).expect("positive"), &skus)).collect();
        t.run(&PlaceOrders { orders }).await;
    }
    id
}

fn order(n: usize, skus: &[SkuId]) -> NewOrder {
    let lines = [(skus[n % SKUS], 1), (skus[(n * 7 + 3) % SKUS], 1)];
    NewOrder { placed_at: Some(noon()), ..new_order(&format!("W-{n}"), &lines) }
}

/// PCK-4: while the largest wave is drawn, the server answers as ever; the preview says how far it is, and ends when it is let go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_answers_while_the_largest_wave_is_planned() {
    let server = TestServer::new().await;
    let site = rush(&server.t).await;
    let planner = server.person(Role::Planner, Some(site)).await;
    let ticket = CommandId::mint();
    let orders = Chosen::Filtered(Filter::most(ORDERS_MAX));
    let command = PlanWave {
        site,
        orders,
        method: Method::Cluster,
        cart: Cart::totes(12),
        pickers: 20,
        rounds: domain::waves::Rounds::default(),
        release: false,
    };
    let drawing = planner.post("/api/fn/waves/preview").json(&json!({ "ticket": ticket, "command": command })).send();
    let drawing = tokio::spawn(drawing);
    let ask = async |path: &str, body: Value| {
        let answer: Value = planner.post(path).json(&body).send().await.unwrap().json().await.unwrap();
        answer
    };
    let (mut answered, mut slowest, mut far) = (0, Duration::ZERO, Vec::new());
    while !drawing.is_finished() && answered < 100 {
        let begun = Instant::now();
        assert_eq!(planner.get("/healthz").await.text().await.unwrap(), "ok\n");
        assert!(ask("/api/fn/waves/choices", json!({ "site": site })).await["channels"].is_array());
        slowest = slowest.max(begun.elapsed());
        let told = ask("/api/fn/waves/preview/progress", json!({ "ticket": ticket })).await;
        far.extend(told["permille"].as_i64());
        answered += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(answered >= 10, "the plan took no time: it proves nothing, after {answered} answers");
    assert!(slowest < SOON, "somebody waited {slowest:?}");
    assert!(!far.is_empty() && far.is_sorted(), "{far:?}");
    let stopped = ask("/api/fn/waves/preview/stop", json!({ "ticket": ticket })).await;
    let answer = drawing.await.unwrap().unwrap();
    if stopped == json!(true) {
        assert_eq!(answer.status(), 409);
        assert_eq!(answer.json::<Value>().await.unwrap()["Refused"]["code"], "planning_stopped");
    } else {
        assert_eq!(answer.json::<Value>().await.unwrap()["receipt"]["orders"], ORDERS_MAX);
    }
    assert_eq!(server.t.count("wave").await, 0);
}
