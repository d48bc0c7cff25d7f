use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{CommandId, SiteId, SkuId};
use domain::people::Role;
use domain::stock::explore::{Clock, Dimension, Explore, ExploreMoves, Explored, Key, Moment, Only};
use domain::stock::{HoldReason, HoldUnits, ReceiveGoods, ReceiveLine, State, Those};

use crate::testkit::storm::Storm;
use crate::testkit::{TestDb, noon};

/// The database's clock, and later than anything it wrote before.
pub(super) async fn now(t: &TestDb) -> DateTime<Utc> {
    sqlx::query_scalar("select clock_timestamp()").fetch_one(&t.root).await.expect("the clock reads")
}

pub(super) async fn explored(t: &TestDb, asked: Explore) -> Explored {
    t.db.explore(&t.system(), &asked, now(t).await).await.expect("the explorer answers")
}

pub(super) fn by(by: Dimension, then: Option<Dimension>) -> Explore {
    Explore { by: Some(by), then, page: 1, ..Explore::default() }
}

fn at(moment: DateTime<Utc>, clock: Clock) -> Explore {
    Explore { moment: Some(Moment { at: moment, clock }), page: 1, ..Explore::default() }
}

/// Units by SKU, bin and state.
fn told(found: &Explored) -> BTreeMap<(String, String, &'static str), i64> {
    let mut units = BTreeMap::new();
    for row in &found.balances {
        *units.entry((row.sku_code.clone(), row.bin_code.clone(), row.state.code())).or_default() += row.on_hand;
    }
    units
}

async fn hold(t: &TestDb, site: SiteId, sku: SkuId, units: i32) {
    let bin = t.bin(site, "A01-01L-1").await;
    t.run(&HoldUnits {
        sku,
        site,
        bin,
        quantity: units,
        those: Those::default(),
        hold: true,
        reason: HoldReason::Investigation.into(),
        note: String::new(),
    })
    .await;
}

async fn snapshot(t: &TestDb) -> bool {
    t.db.take_snapshot(t.org, now(t).await).await.expect("a snapshot is taken")
}

/// INV-2: what the books said at any past moment is what they said then, with a snapshot in between or without.
#[tokio::test]
async fn the_past_is_told_as_it_was() {
    let t = TestDb::new().await;
    let (site, mug, cup) = (t.site("LDS").await, t.sku("MUG").await, t.sku("CUP").await);
    let mut then = Vec::new();
    for step in 0..6 {
        match step {
            0 | 3 => t.receive(site, mug, "A01-01L-1", 10).await,
            1 => hold(&t, site, mug, 4).await,
            2 => t.receive(site, cup, "A01-02L-1", 7).await,
            4 => hold(&t, site, mug, 5).await,
            _ => t.receive(site, cup, "A02-01L-1", 2).await,
        }
        then.push((now(&t).await, told(&explored(&t, Explore { page: 1, ..Explore::default() }).await)));
        assert!(snapshot(&t).await, "something moved");
        if step == 2 {
            assert!(!snapshot(&t).await, "nothing moved since");
        }
    }
    for forgotten in [None, Some("nth > 2"), Some("true")] {
        if let Some(which) = forgotten {
            for table in ["stock_snapshot_line", "stock_snapshot"] {
                let forget = sqlx::AssertSqlSafe(format!("delete from {table} where {which}"));
                sqlx::query(forget).execute(&t.root).await.expect("snapshots are forgotten");
            }
        }
        for (moment, was) in &then {
            let found = explored(&t, at(*moment, Clock::Recorded)).await;
            assert_eq!(&told(&found), was, "at {moment}, snapshots gone: {forgotten:?}");
            assert_eq!(found.grounds.expect("of the past").snapshot.is_none(), forgotten == Some("true") || moment == &then[0].0);
        }
    }
    assert!(explored(&t, at(then[0].0 - TimeDelta::days(1), Clock::Recorded)).await.balances.is_empty());
}

/// INV-2: what is recorded late belongs to when it happened, for who asks by that clock, whatever snapshots were taken meanwhile.
#[tokio::test]
async fn what_is_recorded_late_is_told_by_either_clock() {
    let t = TestDb::new().await;
    let (site, mug) = (t.site("LDS").await, t.sku("MUG").await);
    let bin = t.bin(site, "A01-01L-1").await;
    let come = async |units: i32, happened: DateTime<Utc>| {
        let line = ReceiveLine { sku: mug, bin, quantity: units, unit_cost: None, marks: domain::lots::Marks::default() };
        let goods = ReceiveGoods { site, supplier: "Late".into(), reference: "R".into(), opening: true, lines: vec![line] };
        t.db.run(&t.system(), CommandId::mint(), happened, &goods).await.expect("goods come");
        assert!(snapshot(&t).await);
    };
    come(10, noon()).await;
    let before = now(&t).await;
    come(3, noon() - TimeDelta::days(2)).await;
    come(5, noon() + TimeDelta::hours(1)).await;
    let units = async |moment, clock| explored(&t, at(moment, clock)).await.on_hand;
    assert_eq!(units(before, Clock::Recorded).await, 10);
    assert_eq!(units(now(&t).await, Clock::Recorded).await, 18);
    assert_eq!(units(noon() - TimeDelta::days(1), Clock::Occurred).await, 3);
    assert_eq!(units(noon(), Clock::Occurred).await, 13);
    assert_eq!(units(noon() + TimeDelta::hours(2), Clock::Occurred).await, 18);
}

/// INV-1, INV-2: after whatever many did at once, snapshots and balances say the same, and the past adds up to the ledger.
#[tokio::test(flavor = "multi_thread")]
async fn snapshots_taken_in_a_storm_are_what_the_ledger_says() {
    let t = Arc::new(TestDb::new().await);
    let storm = Storm { seed: 11, clients: 6, steps: 12 }.blow(t.clone());
    let takes = async {
        let mut taken = 0;
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_millis(120)).await;
            if let Some(until) = t.db.settled().await.expect("the clock settles") {
                taken += i32::from(t.db.take_snapshot(t.org, until).await.expect("a snapshot is taken"));
            }
        }
        taken
    };
    let (weather, taken) = tokio::join!(storm, takes);
    weather.expect("everything adds up");
    assert!(taken > 1, "{taken}");
    let whole = t.db.verify(t.org).await.expect("the checks run");
    assert!(whole.iter().all(super::super::verify::Check::holds), "{whole:#?}");
    let (today, past) = (explored(&t, by(Dimension::Sku, Some(Dimension::State))).await, now(&t).await);
    let again =
        Explore { moment: Some(Moment { at: past, clock: Clock::Recorded }), ..by(Dimension::Sku, Some(Dimension::State)) };
    let units = |found: &Explored| found.groups.iter().map(|g| (g.keys.clone(), g.on_hand)).collect::<Vec<_>>();
    assert_eq!(units(&explored(&t, again).await), units(&today));
}

/// INV-2: a snapshot waits for whoever was writing when it began, and not for who begins later.
#[tokio::test]
async fn a_snapshot_waits_for_those_who_were_writing() {
    let t = TestDb::new().await;
    let mut writing = t.db.tx(t.org).await.expect("begins");
    sqlx::query("lock table movement in row exclusive mode").execute(&mut *writing).await.expect("writes");
    let db = t.db.clone();
    let settling = tokio::spawn(async move { db.settled().await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!settling.is_finished());
    let mut later = t.db.tx(t.org).await.expect("begins");
    sqlx::query("lock table movement in row exclusive mode").execute(&mut *later).await.expect("writes");
    writing.commit().await.expect("ends");
    let settled = tokio::time::timeout(Duration::from_secs(5), settling).await.expect("in time").expect("no panic");
    assert!(settled.expect("answers").is_some());
    assert!(!t.db.follow_snapshots(t.org).await.expect("follows"), "little has moved: none is due");
}

/// INV-2: two who take the same snapshot take it once.
#[tokio::test]
async fn two_who_take_the_same_snapshot_take_it_once() {
    let t = TestDb::new().await;
    let (site, mug) = (t.site("LDS").await, t.sku("MUG").await);
    t.receive(site, mug, "A01-01L-1", 10).await;
    let until = now(&t).await;
    let (one, two) = tokio::join!(t.db.take_snapshot(t.org, until), t.db.take_snapshot(t.org, until));
    assert!(one.unwrap() != two.unwrap());
    assert_eq!(t.count("stock_snapshot").await, 1);
}

/// What a key narrows to.
pub(super) fn only(key: &Key) -> Only {
    let mut only = Only::default();
    match key.dimension {
        Dimension::Sku => only.sku = Some(key.value.parse().unwrap()),
        Dimension::Category => only.category = key.value.clone(),
        Dimension::Site => only.site = Some(key.value.parse().unwrap()),
        Dimension::Zone => only.zone = key.value.clone(),
        Dimension::Bin => only.bin = key.value.clone(),
        Dimension::State => only.state = State::parse(&key.value),
        Dimension::Unit => only.unit = key.value.clone(),
        Dimension::Owner => only.owner = key.value.clone(),
        Dimension::Lot => only.lot = key.value.clone(),
        _ => only.serial = key.value.clone(),
    }
    only
}

/// INV-1: stock is grouped by any one or two sides; every figure is the sum of the balances it leads to, and of the movements behind.
#[tokio::test]
async fn every_figure_leads_to_the_balances_and_movements_it_counts() {
    let t = TestDb::new().await;
    let (leeds, lyon) = (t.site("LDS").await, t.site("LYN").await);
    let (mug, cup) = (t.sku("MUG").await, t.sku("CUP").await);
    t.receive(leeds, mug, "A01-01L-1", 10).await;
    t.receive(leeds, cup, "A01-02L-1", 5).await;
    t.receive(lyon, mug, "A01-01L-1", 7).await;
    hold(&t, leeds, mug, 4).await;
    for dimension in Dimension::STANDING {
        let found = explored(&t, Explore { value: true, ..by(dimension, None) }).await;
        assert_eq!(found.groups.iter().map(|g| g.on_hand).sum::<i64>(), 22, "{dimension:?}");
        assert_eq!((found.on_hand, found.value), (22, Some(88.into())), "{dimension:?}");
        for group in &found.groups {
            let key = &group.keys[0];
            let only = only(key);
            let inside = explored(&t, Explore { only, page: 1, ..Explore::default() }).await;
            assert_eq!((inside.on_hand, inside.total), (group.on_hand, group.balances), "{key:?}");
            assert_eq!(inside.balances.iter().map(|b| b.on_hand).sum::<i64>(), group.on_hand, "{key:?}");
        }
    }
    let both = explored(&t, by(Dimension::Site, Some(Dimension::State))).await;
    let rows: Vec<_> = both.groups.iter().map(|g| (g.keys[0].code.as_str(), g.keys[1].code.as_str(), g.on_hand)).collect();
    assert_eq!(rows, [("LDS", "Sellable", 11), ("LYN", "Sellable", 7), ("LDS", "On hold", 4)]);
    let only = Only { sku: Some(mug), site: Some(leeds), ..Only::default() };
    let asked = ExploreMoves {
        only,
        by: Some(Dimension::Reason),
        then: None,
        reason: String::new(),
        clock: Clock::Recorded,
        from: None,
        until: None,
        page: 1,
    };
    let moved = async |asked: &ExploreMoves| t.db.explore_moves(&t.system(), asked, now(&t).await).await.unwrap();
    let groups = moved(&asked).await;
    let rows: Vec<_> = groups.groups.iter().map(|g| (g.keys[0].value.as_str(), g.movements, g.units, g.came, g.left)).collect();
    assert_eq!(rows, [("opening", 1, 10, 10, 0), ("hold", 1, 4, 0, 0)]);
    assert_eq!(groups.only.iter().map(|key| key.code.as_str()).collect::<Vec<_>>(), ["MUG", "LDS"]);
    let each = moved(&ExploreMoves { by: None, ..asked.clone() }).await;
    assert_eq!(each.moves.iter().map(|m| (m.reason.as_str(), m.quantity)).collect::<Vec<_>>(), [("hold", 4), ("opening", 10)]);
    assert_eq!(each.moves[0].kind, "stock.hold");
    let happened = ExploreMoves { clock: Clock::Occurred, by: Some(Dimension::Day), ..asked };
    assert_eq!(moved(&happened).await.groups[0].keys[0].value, "2026-09-17");
}

/// GOV-1: whoever works at one site explores that one.
#[tokio::test]
async fn a_site_sees_its_own_stock() {
    let t = TestDb::new().await;
    let (leeds, lyon, mug) = (t.site("LDS").await, t.site("LYN").await, t.sku("MUG").await);
    t.receive(leeds, mug, "A01-01L-1", 10).await;
    t.receive(lyon, mug, "A01-01L-1", 7).await;
    let picker = t.person(Role::Picker, Some(lyon));
    let (now, asked) = (now(&t).await, by(Dimension::Site, None));
    assert_eq!(t.db.explore(&picker, &asked, now).await.unwrap().on_hand, 7);
    let leeds = Explore { only: Only { site: Some(leeds), ..Only::default() }, ..asked };
    assert!(t.db.explore(&picker, &leeds, now).await.is_err());
    let asked = ExploreMoves {
        only: Only::default(),
        by: None,
        then: None,
        reason: String::new(),
        clock: Clock::Recorded,
        from: None,
        until: None,
        page: 1,
    };
    assert_eq!(t.db.explore_moves(&picker, &asked, now).await.unwrap().moves.len(), 1);
}

/// INV-1: a SKU's page says how many there were each day, and why units are not free.
#[tokio::test]
async fn a_skus_page_tells_its_history_and_what_stands_in_the_way() {
    use domain::stock::why::Reason;
    let t = TestDb::new().await;
    let (site, mug) = (t.site("LDS").await, t.sku("MUG").await);
    t.site("LYN").await;
    t.receive(site, mug, "A01-01L-1", 10).await;
    hold(&t, site, mug, 4).await;
    let told = t.db.sku_stock(&t.system(), mug, noon() + TimeDelta::days(1)).await.unwrap();
    let units: Vec<i64> = told.history.iter().rev().take(3).map(|(_, units)| *units).collect();
    assert_eq!(units, [10, 10, 0]);
    let why: Vec<_> = told.why.iter().map(|one| (one.reason, one.units, one.site_code.as_str())).collect();
    assert_eq!(why, [(Reason::Held, 4, ""), (Reason::NoneHere, 0, "LYN")]);
}
