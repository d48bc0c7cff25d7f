//! What users of the peers complain about, made impossible here: one test an issue (section 2 of the features page). Those that another
//! test proves already are named beside it.

use chrono::TimeDelta;
use domain::ids::CommandId;
use domain::orders::{NewOrder, NewPayment, OpenChannel, PlaceOrders};
use domain::reasons::Code;
use domain::stock::{ReceiveGoods, ReceiveLine};
use domain::waves::{Cart, Chosen, Method, PlanWave, Rounds};

use super::*;
use crate::testkit::{new_order, noon};

async fn shop() -> (TestDb, SiteId, SkuId) {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.run(&OpenChannel { id: domain::ids::ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
    (t, site, sku)
}

async fn whole(t: &TestDb) {
    let broken: Vec<_> = t.db.verify(t.org).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

async fn goods(t: &TestDb, site: SiteId, sku: SkuId, bin: &str, quantity: i32) -> ReceiveGoods {
    let line = ReceiveLine { sku, bin: t.bin(site, bin).await, quantity, unit_cost: None, marks: domain::lots::Marks::default() };
    ReceiveGoods { site, supplier: "NP".into(), reference: "PO-1".into(), opening: false, lines: vec![line] }
}

/// FIN-1. Peer erpnext#56950: a voucher whose reposting was queued lost its stock and its entries. Here both are written in one
/// transaction: what the books refuse moves nothing either.
#[tokio::test]
async fn what_the_books_refuse_moves_nothing() {
    let (t, site, sku) = shop().await;
    let statement = "insert into gl_period (org_id, period, closed_at) values ($1, $2, now())";
    let period = noon().format("%Y-%m").to_string();
    sqlx::query(statement).bind(t.org.0).bind(period).execute(&t.root).await.expect("the period is closed");
    let late = goods(&t, site, sku, "A01-01L-1", 10).await;
    assert_eq!(code(&t.try_run(&t.system(), &late).await.unwrap_err()), "period_closed");
    for left in ["movement", "balance", "cost_layer", "goods_receipt", "gl_transfer"] {
        assert_eq!(t.count(left).await, 0, "{left}");
    }
}

/// INV-2. Peer erpnext#51183: documents dated back made stock negative. Here the moment of posting is the database's, whatever day the
/// document says, and what is there now is all that can go.
#[tokio::test]
async fn a_document_dated_back_is_posted_now_and_takes_no_more_than_there_is() {
    let (t, site, sku) = shop().await;
    let (past, system) = (noon() - TimeDelta::days(60), t.system());
    t.db.run(&system, CommandId::mint(), noon(), &goods(&t, site, sku, "A01-01L-1", 4).await).await.unwrap();
    let bin = t.bin(site, "A01-01L-1").await;
    let reason = Code::from(HoldReason::Investigation);
    let hold = |quantity| HoldUnits {
        sku,
        site,
        bin,
        quantity,
        those: Those::default(),
        hold: true,
        reason: reason.clone(),
        note: String::new(),
    };
    t.db.run(&system, CommandId::mint(), past, &hold(3)).await.unwrap();
    let refused = t.db.run(&system, CommandId::mint(), past - TimeDelta::days(1), &hold(2)).await.unwrap_err();
    assert_eq!(code(&refused), "not_enough_stock");
    let posted = "movement where reason = 'hold' and recorded_at > now() - interval '10 minutes' and occurred_at < now() - interval '30 days'";
    assert_eq!(t.count(posted).await, 1);
    assert_eq!(t.count("balance where on_hand < 0").await, 0);
    whole(&t).await;
}

/// ORD-2. Peer odoo#62139: the reserved total drifts from its lines, and users run a repairing job. Here one statement writes both, the
/// database refuses less than nothing, and drift that is planted is found.
#[tokio::test]
async fn what_is_reserved_never_drifts_from_its_lines() {
    let (t, site, sku) = shop().await;
    t.receive(site, sku, "A01-01L-1", 40).await;
    let mut lines = Vec::new();
    for _ in 0..8 {
        lines.push(line(&t, sku).await);
    }
    let work = lines.iter().map(async |line| {
        for quantity in [3, 7, 2] {
            t.run(&Drive::Reserve { site, line: *line, sku, quantity }).await;
            t.run(&Drive::Unreserve { line: *line }).await;
            t.run(&Drive::Reserve { site, line: *line, sku, quantity: 1 }).await;
        }
    });
    futures::future::join_all(work).await;
    assert_eq!(t.count("demand d where d.reserved = (select sum(quantity) from reservation)").await, 1);
    let less = sqlx::query("update demand set reserved = -1").execute(&t.root).await.unwrap_err();
    assert_eq!(less.as_database_error().and_then(|error| error.constraint()), Some("demand_reserved_not_negative"));
    whole(&t).await;
    sqlx::query("update demand set reserved = reserved - 1").execute(&t.root).await.expect("drift is planted");
    let found = t.db.verify(t.org).await.unwrap().into_iter().filter(|check| !check.holds()).count();
    assert!(found > 0, "drift is seen");
}

/// INV-1. Peer odoo PR 268942: skipping a locked row made a second one for the same stock. Here whoever comes second waits, and a key that
/// is the place, the state and the goods has one row.
#[tokio::test(flavor = "multi_thread")]
async fn goods_that_come_in_at_once_make_one_balance() {
    let (t, site, sku) = shop().await;
    let into = goods(&t, site, sku, "A01-01L-1", 5).await;
    futures::future::join_all((0..8).map(|_| t.run(&into))).await;
    assert_eq!(t.count("balance where state = 'sellable'").await, 1);
    assert_eq!(t.count("balance where on_hand = 40").await, 1);
    whole(&t).await;
}

/// ORD-2. Peer medusajs/medusa#16569, #16502: two lines of one cart that share stock were checked one by one, and oversold. Here they are
/// summed before they are promised, in one cart and in many at once.
#[tokio::test(flavor = "multi_thread")]
async fn lines_that_share_stock_are_summed() {
    let (t, site, sku) = shop().await;
    t.receive(site, sku, "A01-01L-1", 5).await;
    let placed = t.run(&PlaceOrders { orders: vec![new_order("W-1", &[(sku, 3), (sku, 3)])] }).await;
    assert_eq!(placed[0].short, 1, "five of six");
    t.receive(site, sku, "A01-01L-1", 6).await;
    let carts: Vec<_> =
        (0..6).map(|n| PlaceOrders { orders: vec![new_order(&format!("X-{n}"), &[(sku, 1), (sku, 1)])] }).collect();
    let placed = futures::future::join_all(carts.iter().map(|cart| t.run(cart))).await;
    let short: i32 = placed.iter().map(|placed| placed[0].short).sum();
    assert_eq!(short, 6, "six of twelve");
    assert_eq!(t.count("balance where allocated > on_hand").await, 0);
    whole(&t).await;
}

/// ORD-2. Peer saleor PR 11069: stock rows stayed locked while a payment was made, and other checkouts waited. Here a payment is a job of
/// its own: until it is answered the promise stands and nothing is locked.
#[tokio::test]
async fn a_payment_under_way_locks_no_stock() {
    let (t, site, sku) = shop().await;
    t.receive(site, sku, "A01-01L-1", 5).await;
    let payment = NewPayment::Capture { authorisation: "pi_slow".into() };
    t.run(&PlaceOrders { orders: vec![NewOrder { payment, ..new_order("W-1", &[(sku, 3)]) }] }).await;
    let locked = "pg_locks l join pg_class c on c.oid = l.relation where c.relname in ('balance', 'demand') and l.mode <> 'AccessShareLock'
        and l.database = (select oid from pg_database where datname = current_database())";
    assert_eq!(t.count(locked).await, 0);
    let other = t.run(&PlaceOrders { orders: vec![new_order("W-2", &[(sku, 2)])] }).await;
    assert_eq!((other[0].short, other[0].released), (0, true), "and the rest is sold meanwhile");
    assert_eq!(promise(&t, sku).await, 0);
    whole(&t).await;
}

/// ORD-2, INV-1. Peer erpnext PR 40909, #58243: two draft pick lists took the same stock, and users who saw stock could not pick it. Here a
/// wave's units are given when it is planned, and whoever looks sees by whom they are held.
#[tokio::test]
async fn two_planned_waves_never_share_a_unit() {
    let (t, site, sku) = shop().await;
    t.receive(site, sku, "A01-01L-1", 10).await;
    let mut numbers = Vec::new();
    for external in ["W-1", "W-2"] {
        let placed = t.run(&PlaceOrders { orders: vec![new_order(external, &[(sku, 6)])] }).await.remove(0);
        let wave = PlanWave {
            site,
            orders: Chosen::These(vec![placed.order]),
            method: Method::Cluster,
            cart: Cart::totes(4),
            pickers: 1,
            rounds: Rounds::default(),
            release: false,
        };
        t.run(&wave).await;
        numbers.push(placed.number);
    }
    assert_eq!(t.count("balance where on_hand = 10 and allocated = 10").await, 1, "six and four");
    let held = t.db.sku_stock(&t.system(), sku, noon()).await.unwrap().holders;
    let held: Vec<_> = held.iter().map(|holder| (holder.order_number.clone(), holder.quantity)).collect();
    for (number, units) in numbers.into_iter().zip([6, 4]) {
        assert!(held.contains(&(number, units)), "{held:?}");
    }
    whole(&t).await;
}

/// IN-7, INV-1. Peer erpnext#40557: bins were made warehouses, and each distorted what goods were worth. Here a unit's cost is its SKU's and
/// its owner's: bins and sites have none, and moving between them books nothing.
#[tokio::test]
async fn where_goods_stand_changes_nothing_they_cost() {
    let (t, site, sku) = shop().await;
    t.receive(site, sku, "A01-01L-1", 5).await;
    t.receive(site, sku, "A02-02L-1", 5).await;
    let line = line(&t, sku).await;
    t.run(&Drive::Reserve { site, line, sku, quantity: 7 }).await;
    let given = t.run(&Drive::Allocate { line }).await;
    assert_eq!(given.len(), 2, "from two bins");
    let books =
        async || (t.count("gl_transfer").await, t.count("cost_entry").await, t.count("cost_layer where remaining = 5").await);
    let before = books().await;
    let stage = Place::loose(site, t.bin(site, "STAGE").await);
    for (allocation, quantity, _) in given {
        t.run(&Drive::Carry { allocation: allocation.into(), quantity, to: stage }).await;
    }
    assert_eq!(books().await, before);
    assert_eq!(t.count("balance b join bin on bin.id = b.bin_id where bin.code = 'STAGE' and b.on_hand = 7").await, 1);
    whole(&t).await;
}

/// IN-5. Peer odoo#8344 (each scan searched 15,000 locations) and erpnext PR 35735 (what was picked was counted over the whole table, and
/// locked it). Here what a scan or a pick asks is answered by an index, whatever the table holds.
#[tokio::test]
async fn what_a_scan_asks_is_answered_by_an_index() {
    let (t, ..) = shop().await;
    let org = t.org;
    let asked = [
        format!("select sku_id from barcode where org_id = '{org}' and code = any('{{MUG-EAN}}')"),
        format!("select id from bin where org_id = '{org}' and site_id = '{org}' and code = 'A01-01L-1'"),
        format!("select sum(quantity) from allocation where org_id = '{org}' and order_line_id = '{org}'"),
        format!("select sum(quantity) from reservation where org_id = '{org}' and order_line_id = '{org}'"),
        format!("select id from pick_task where org_id = '{org}' and trip_id = '{org}'"),
        format!("select on_hand from balance where org_id = '{org}' and site_id = '{org}' and bin_id = '{org}'"),
        format!("select id from movement where org_id = '{org}' and source_id = '{org}'"),
        format!("select sum(quantity) from goods_receipt_line where org_id = '{org}' and line_id = '{org}'"),
    ];
    let mut tx = t.root.begin().await.expect("begins");
    // Of few rows any plan reads all: ask for the one a full table gets.
    sqlx::query("set local enable_seqscan = off").execute(&mut *tx).await.expect("set");
    for question in asked {
        let explained = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(format!("explain {question}")));
        let plan = explained.fetch_all(&mut *tx).await.expect("it is explained").join("\n");
        assert!(plan.contains("Index") && !plan.contains("Seq Scan"), "{question}\n{plan}");
    }
}
