//! Where carts start and end and what goes first: asked for in a plan, kept with the wave, drawn, and walked on the floor.

use domain::sites::layout::{Depot, Layout, Point};
use domain::waves::labour::SplitWave;
use domain::waves::whatif::{self, Question, Reply, Try};
use domain::waves::{Rounds, WaveMap};

use super::*;

impl House {
    async fn map(&self, planned: &Planned) -> WaveMap {
        self.t.db.wave_map(&self.t.system(), planned.wave, noon()).await.expect("it can be drawn")
    }
}

/// Something heavy in the first aisle and in the last, where the shortest way comes by last and first.
async fn heavies(h: &House) -> [SkuId; 2] {
    let (anvil, press) = (thing("ANVIL", [200, 100, 100], 8_000), thing("PRESS", [200, 100, 100], 9_000));
    let ids = [anvil.id, press.id];
    h.t.run(&AddSkus { skus: vec![anvil, press] }).await;
    h.t.receive(h.site, ids[0], "A01-02L-1", 10).await;
    h.t.receive(h.site, ids[1], "A04-02R-1", 10).await;
    ids
}

/// PCK-5: heavy goods come first on the floor, in the drawing and in the replay; the plan and its receipt say so.
#[tokio::test]
async fn tasks_come_heavy_first() {
    let h = House::open().await;
    let ([anvil, press], lamp) = (heavies(&h).await, h.thing("LAMP", [100, 80, 50], 250).await);
    for n in 0..3 {
        h.order(&format!("W-{n}"), &[(h.cup, 1), (anvil, 1), (lamp, 1), (press, 1)]).await;
    }
    let rounds = Rounds { heavy_from_g: Some(5_000), ..Rounds::default() };
    let asked = PlanWave { rounds: rounds.clone(), ..h.ask(filter(|all| all)) };
    let preview = async |asked: &PlanWave| h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), asked).await.unwrap();
    let plain = preview(&h.ask(filter(|all| all))).await.receipt;
    let heavy = preview(&asked).await.receipt;
    assert_eq!((heavy.rounds.clone(), heavy.orders), (rounds.clone(), 3));
    assert!(heavy.metres > plain.metres, "what lies between them is passed twice");
    let planned = h.planned(&PlanWave { release: true, ..asked }).await.unwrap();
    assert_eq!((h.receipt(&planned).await.rounds, planned.metres), (rounds, heavy.metres));
    let sheet = h.claim(planned.trips[0]).await;
    let codes: Vec<&str> = sheet.tasks.iter().map(|task| task.sku_code.as_str()).collect();
    let is_heavy: Vec<bool> = codes.iter().map(|code| ["ANVIL", "PRESS"].contains(code)).collect();
    assert_eq!(is_heavy, [[true; 6], [false; 6]].concat(), "{codes:?}");
    let map = h.map(&planned).await;
    let trip = &map.trips[0];
    let drawn: Vec<&str> = trip.stops.iter().map(|stop| stop.bin_code.as_str()).collect();
    assert_eq!(drawn.len(), 4);
    assert!(drawn[..2].contains(&"A01-02L-1") && drawn[..2].contains(&"A04-02R-1"), "{drawn:?}");
    assert_eq!((trip.length_mm() + 999) / 1_000, i64::from(trip.metres), "the drawn way is as long as the planned one");
    let course = domain::waves::replay::Course::of(trip, &domain::waves::batch::rates::Rates::STANDARD);
    assert!(course.finished.is_sorted_by_key(|(at, _)| *at), "replayed in that order");
    h.whole().await;
}

/// A site packed at the front, with doors at both ends of its back.
async fn doors(h: &House) -> SiteId {
    let spec = LayoutSpec::small();
    let layout = spec.layout().unwrap();
    let door = |name: &str, x_mm| Depot { name: name.into(), x_mm, cross_aisle: 1 };
    let depots = layout.depots.iter().cloned().chain([door("West", 0), door("East", 9_000)]).collect();
    let site = OpenSite {
        id: SiteId::mint(),
        code: "HUL".into(),
        name: "Hull".into(),
        country: "GB".into(),
        timezone: "Europe/London".into(),
        rank: -1,
        layout: Layout { depots, ..layout },
        bins: spec.bins().unwrap(),
        totes: 10,
    };
    let id = h.t.run(&site).await;
    h.t.receive(id, h.mug, "A01-09L-1", 10).await;
    h.t.receive(id, h.cup, "A04-09R-1", 10).await;
    id
}

/// PCK-5: carts start where they are told to and are handed in at the nearest of several depots; the tablet, the drawing, what is tried
/// and what is split off know it; a depot nobody knows is refused beside its field.
#[tokio::test]
async fn carts_start_and_end_where_they_are_told() {
    let h = House::open().await;
    let site = doors(&h).await;
    h.order("W-1", &[(h.mug, 1)]).await;
    h.order("W-2", &[(h.cup, 1)]).await;
    let rounds = Rounds { start: Some("Packing".into()), ends: vec!["West".into(), "East".into()], heavy_from_g: None };
    let cart = Cart::preset("trolley").unwrap();
    let single = PlanWave { site, method: Method::Single, cart, ..h.ask(filter(|all| all)) };
    let asked = PlanWave { rounds: rounds.clone(), ..single.clone() };
    for nowhere in
        [Rounds { start: Some("Roof".into()), ..rounds.clone() }, Rounds { ends: vec!["Roof".into()], ..rounds.clone() }]
    {
        assert_eq!(refused(h.planned(&PlanWave { rounds: nowhere, ..asked.clone() }).await), "unknown_depot");
    }
    let choices = h.t.db.plan_choices(&h.t.system(), site).await.unwrap();
    assert_eq!(choices.depots, ["Packing", "West", "East"]);
    let round = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &single).await.unwrap();
    let planned = h.planned(&asked).await.unwrap();
    assert!(planned.metres < round.receipt.metres, "{} m to the doors, {} m and back", planned.metres, round.receipt.metres);
    let map = h.map(&planned).await;
    for trip in &map.trips {
        let (name, x_mm) = if trip.stops[0].bin_code == "A01-09L-1" { ("West", 0) } else { ("East", 9_000) };
        assert_eq!(trip.end, name);
        assert_eq!(trip.path.first(), Some(&Point { x_mm: 4_500, y_mm: 0 }));
        assert_eq!(trip.path.last(), Some(&Point { x_mm, y_mm: 12_000 }));
        assert_eq!((trip.length_mm() + 999) / 1_000, i64::from(trip.metres));
        let picker = h.t.person(Role::Picker, Some(site));
        let sheet = h.t.db.trip_sheet(&picker, trip.trip).await.unwrap();
        assert_eq!((sheet.start.as_str(), sheet.end.as_str()), ("Packing", name));
    }
    let planner = h.t.person(Role::Planner, Some(site));
    let (ground, what) = h.t.db.what_if(&planner, planned.wave).await.unwrap();
    assert_eq!((&ground.rounds, what), (&rounds, Try { method: Method::Single, cart }), "the planner's own cart");
    let Reply::Done(tried) = whatif::answer(&Question { ground, what }, &mut |_| ()) else { panic!("it can be tried") };
    assert_eq!(tried.metres(), i64::from(planned.metres));
    let parted = h.t.try_run(&planner, &SplitWave { wave: planned.wave, trips: vec![planned.trips[1]] }).await.unwrap();
    let (ground, what) = h.t.db.what_if(&planner, parted.wave).await.unwrap();
    assert_eq!((ground.rounds, what.cart), (rounds, cart), "what is split off goes on as it was planned");
    h.whole().await;
}
