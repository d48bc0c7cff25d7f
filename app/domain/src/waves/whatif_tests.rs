use super::*;
use crate::sites::layout::Side;
use crate::sites::spec::LayoutSpec;
use crate::waves::batch::walks::Manner;

/// Twelve orders of two lines, spread over a small site.
fn ground() -> Ground {
    let spec = LayoutSpec { aisles: 8, ..LayoutSpec::small() };
    let bins = spec.bins().unwrap();
    let take = |at: usize| Take {
        access: Some(bins[at * 37 % bins.len()].access),
        bin: at * 37 % bins.len(),
        units: 1,
        unit_volume_ml: 2_000,
        unit_weight_g: 300,
    };
    let order = |n: usize| Need { number: format!("SO-{n}"), takes: vec![take(n), take(2 * n + 5)] };
    let rounds = Rounds::default();
    Ground { layout: spec.layout().unwrap(), rounds, orders: (1..=12).map(order).collect(), pickers: 1, rates: Rates::STANDARD }
}

fn tried(ground: &Ground, method: Method, totes: i32) -> Reply {
    on(ground, method, Cart::totes(totes))
}

fn on(ground: &Ground, method: Method, cart: Cart) -> Reply {
    answer(&Question { ground: ground.clone(), what: Try { method, cart } }, &mut |_| ())
}

fn receipt(reply: Reply) -> Receipt {
    match reply {
        Reply::Done(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

/// PCK-2, PCK-5: a larger cart walks less, one order a walk walks most, and the same question has the same answer.
#[test]
fn a_larger_cart_walks_less() {
    let ground = ground();
    let metres = [2, 4, 12].map(|totes| receipt(tried(&ground, Method::Cluster, totes)).length_mm);
    assert!(metres[0] > metres[1] && metres[1] > metres[2], "{metres:?}");
    let single = receipt(tried(&ground, Method::Single, 4));
    assert!(single.carts == 12 && single.length_mm > metres[0]);
    assert_eq!(tried(&ground, Method::Cluster, 4), tried(&ground, Method::Cluster, 4));
}

/// The what-if of a wave's own cart is its plan.
#[test]
fn the_wave_as_it_is_walks_as_planned() {
    let ground = ground();
    let roads = ground.layout.roads().unwrap();
    let stop = |take: &Take| plan::Stop {
        spot: roads.spot(take.access.unwrap()),
        bin: take.bin,
        sku: 0,
        units: take.units,
        volume_ml: take.unit_volume_ml,
        weight_g: take.unit_weight_g,
        zone: 0,
    };
    let job =
        |need: &Need| plan::Job { number: need.number.clone(), stops: need.takes.iter().map(stop).collect(), due_seconds: None };
    let jobs: Vec<plan::Job> = ground.orders.iter().map(job).collect();
    let way = plan::Way { method: Method::Cluster, cart: Cart::totes(4), pickers: 1, rates: Rates::STANDARD };
    let planned = plan::plan(&roads, &Manner::round(roads.depot(0).unwrap()), &jobs, &way, &mut plan::steps(jobs.len())).unwrap();
    let tried = receipt(tried(&ground, Method::Cluster, 4));
    assert_eq!((tried.length_mm, tried.carts, tried.fifo_mm), (planned.length_mm, planned.trips.len(), planned.fifo_mm));
}

/// PCK-2, PCK-3: a try's cart is the planner's own: the same presets with the same litres and kilos. What is picked together needs no
/// totes, and an order too large for one cart rides on several.
#[test]
fn a_tried_cart_has_the_room_of_the_planners() {
    let mut ground = ground();
    for (code, words, cart) in Cart::PRESETS {
        let (roads, what) = (ground.layout.roads().unwrap(), Try { method: Method::Batch, cart });
        let ask = ground.ask(what);
        assert_eq!(ask.carts, cart.rooms(Method::Batch), "{code}: {words}");
        let orders: Vec<Order> = ground.orders.iter().map(|need| ground.order(need, &roads)).collect();
        let rooms = ask.cut(&orders).unwrap().pieces.iter().map(|piece| piece.load.volume_ml).sum::<i64>();
        assert_eq!(rooms, 48_000, "12 orders of 4 l");
    }
    let small = Cart { slots: 1, volume_ml: Some(45_000), weight_g: None };
    assert_eq!(receipt(on(&ground, Method::Batch, small)).carts, 2);
    ground.orders[0].takes[0].units = 60;
    let split = receipt(on(&ground, Method::Zone, small));
    assert!(split.carts > 2 && split.left_out.is_empty());
    ground.orders[0].takes[0].unit_volume_ml = 99_000;
    assert!(matches!(on(&ground, Method::Batch, small), Reply::Refused(words) if words.contains("SO-1")));
}

/// PCK-5: a wave whose carts take heavy goods first, or end elsewhere, is tried so too.
#[test]
fn a_try_walks_as_the_wave_does() {
    let plain = ground();
    let heavy = Ground { rounds: Rounds { heavy_from_g: Some(500), ..Rounds::default() }, ..ground() };
    assert_eq!(tried(&plain, Method::Cluster, 4), tried(&heavy, Method::Cluster, 4), "nothing weighs that much");
    let mut mixed = heavy;
    for need in &mut mixed.orders {
        need.takes[1].unit_weight_g = 900;
    }
    let metres = |ground: &Ground| receipt(tried(ground, Method::Cluster, 4)).length_mm;
    assert!(metres(&mixed) > metres(&plain));
}

#[test]
fn progress_only_rises_and_ends_at_most_whole() {
    let mut told = Vec::new();
    answer(&Question { ground: ground(), what: Try { method: Method::Cluster, cart: Cart::totes(4) } }, &mut |at| told.push(at));
    assert!(!told.is_empty() && told.windows(2).all(|pair| pair[0] < pair[1]) && told.iter().all(|at| (0..=1_000).contains(at)));
}

/// Bad input is refused in words, never a panic: the worker lives on.
#[test]
fn what_cannot_be_tried_is_said() {
    let refused = |change: fn(&mut Ground), totes| {
        let mut ground = ground();
        change(&mut ground);
        match tried(&ground, Method::Cluster, totes) {
            Reply::Refused(words) => words,
            other => panic!("{other:?}"),
        }
    };
    assert!(refused(|_| (), 0).contains("between 1 and 36"));
    assert!(refused(|ground| ground.orders.clear(), 4).contains("nothing to pick"));
    assert!(refused(|ground| ground.layout.depots.clear(), 4).contains("depot"));
    assert!(refused(|ground| ground.layout.cross_aisles.clear(), 4).contains("cross-aisle"));
    assert!(refused(|ground| ground.orders[1].number = "SO-1".into(), 4).contains("SO-1"));
    assert!(refused(|ground| ground.orders[0].takes[0].units = 0, 4).contains("greater than zero"));
    // A bin off the layout is picked last and walks nowhere.
    let mut ground = ground();
    ground.orders[0].takes[0].access = None;
    ground.orders[0].takes[1].access = Some(Access { aisle: 99, y_mm: 0, side: Side::Left, level: 0 });
    assert!(receipt(tried(&ground, Method::Cluster, 4)).length_mm > 0);
}
