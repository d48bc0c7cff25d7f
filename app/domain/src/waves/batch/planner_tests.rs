use super::super::budget::{Progress, Steps, WHOLE};
use super::super::engine::tests::{site, spot};
use super::super::method::recommend;
use super::super::rates::{Basis, Rates};
use super::super::wave::{Large, Line};
use super::*;
use crate::sites::layout::Depot;
use crate::sites::spec::LayoutSpec;

const STEPS: u64 = 60_000;

fn ask(method: Method, totes: i64, pickers: usize) -> Ask {
    Ask { method, carts: Rooms::totes(totes), pickers, rates: Rates::STANDARD, large: Large::Refuse, seed: 7 }
}

fn order(roads: &Roads, number: usize, places: &[(u16, i32)]) -> Order {
    let line = |(aisle, decimetres): &(u16, i32)| Line {
        spot: Some(spot(roads, *aisle, *decimetres)),
        bin: usize::from(*aisle) * 1_000 + usize::try_from(*decimetres).unwrap_or(0),
        units: 2,
        unit_volume_ml: None,
        unit_weight_g: None,
        zone: *aisle / 4,
    };
    Order { number: format!("SO-{number}"), lines: places.iter().map(line).collect(), totes: 1, cutoff_seconds: None }
}

fn orders(roads: &Roads, count: u16) -> Vec<Order> {
    let place = |n: u16, k: u16| ((n * 7 + k * 3) % 8, (i32::from(n) * 31 + i32::from(k) * 17) % 121);
    (0..count).map(|n| order(roads, usize::from(n), &[place(n, 1), place(n, 2), place(n, 5)])).collect()
}

/// PCK-4: the receipt says what was considered, left out and why, and what is saved against first-in-first-out by S-shape.
#[test]
fn a_plan_keeps_its_receipt() {
    let (roads, depot) = site(8, 2);
    let mut wave = orders(&roads, 30);
    wave[3].lines.clear();
    let answer = plan(&roads, depot, &wave, &ask(Method::Cluster, 6, 2), &mut Steps(STEPS)).expect("it can be planned");
    let receipt = &answer.receipt;
    assert_eq!((receipt.rule.as_str(), receipt.seed, receipt.orders_considered), (RULE, 7, 30));
    assert_eq!((receipt.left_out.len(), receipt.left_out[0].order.as_str()), (1, "SO-3"));
    assert_eq!(receipt.rates, Basis::Standard);
    assert!(receipt.bound_mm <= receipt.length_mm && receipt.length_mm < receipt.fifo_mm);
    assert!(receipt.saved_ppm() > 0 && receipt.gap_ppm() >= 0 && receipt.minutes() > 0);
    assert_eq!(receipt.length_mm, answer.outings.iter().map(|outing| outing.length_mm).sum::<i64>());
    let mut ridden: Vec<usize> = answer.outings.iter().flat_map(|outing| outing.pieces.iter().map(|piece| piece.order)).collect();
    ridden.sort_unstable();
    assert_eq!(ridden, (0..30).filter(|order| *order != 3).collect::<Vec<_>>());
    let json = serde_json::to_value(receipt).expect("it can be written");
    assert_eq!(serde_json::from_value::<Receipt>(json).expect("and read"), *receipt);
}

/// PCK-4: whoever is due first goes out first, and no order is late that need not be, even if that is a longer walk.
#[test]
fn lateness_comes_before_length() {
    let (roads, depot) = site(8, 2);
    let mut wave = orders(&roads, 24);
    let by_length = plan(&roads, depot, &wave, &ask(Method::Cluster, 6, 1), &mut Steps(STEPS)).expect("it can be planned");
    // The first cart is back in time for orders that lie on different carts of the shortest plan.
    for index in [0, 7, 13, 20] {
        wave[index].cutoff_seconds = Some(500);
    }
    let by_cutoff = plan(&roads, depot, &wave, &ask(Method::Cluster, 6, 1), &mut Steps(STEPS)).expect("it can be planned");
    assert_eq!(by_cutoff.receipt.late_seconds, 0);
    assert!(by_cutoff.receipt.length_mm >= by_length.receipt.length_mm);
    let first: Vec<usize> = by_cutoff.outings[0].pieces.iter().map(|piece| piece.order).collect();
    assert!([0, 7, 13, 20].iter().all(|order| first.contains(order)), "{first:?}");
    wave[5].cutoff_seconds = Some(1);
    let too_late = plan(&roads, depot, &wave, &ask(Method::Cluster, 6, 1), &mut Steps(STEPS)).expect("it can be planned");
    assert!(too_late.receipt.late_seconds > 0, "a cutoff nobody can keep is shown");
}

/// PCK-4: more pickers, the same work sooner; each walks one cart at a time.
#[test]
fn pickers_share_the_carts() {
    let (roads, depot) = site(8, 2);
    let wave = orders(&roads, 24);
    let ends = |pickers| {
        let answer = plan(&roads, depot, &wave, &ask(Method::Cluster, 6, pickers), &mut Steps(STEPS)).expect("it can be planned");
        for one in &answer.outings {
            let same = answer.outings.iter().filter(|other| other.picker == one.picker && *other != one);
            assert!(
                same.clone().all(|other| other.ends_seconds <= one.starts_seconds || one.ends_seconds <= other.starts_seconds)
            );
        }
        answer.receipt.ends_seconds
    };
    assert!(ends(3) < ends(1));
}

/// PCK-3: zone picking stays in its zone, and together the zones carry every line.
#[test]
fn zones_keep_to_themselves() {
    let (roads, depot) = site(8, 2);
    let wave = orders(&roads, 20);
    let answer = plan(&roads, depot, &wave, &ask(Method::Zone, 6, 2), &mut Steps(STEPS)).expect("it can be planned");
    let mut lines = 0;
    for outing in &answer.outings {
        for piece in &outing.pieces {
            lines += piece.lines.len();
            assert!(piece.lines.iter().all(|(line, _)| Some(wave[piece.order].lines[*line].zone) == outing.zone));
        }
    }
    assert_eq!(lines, 60);
}

/// PCK-1: one order a walk is proven at once: there is only one way.
#[test]
fn single_orders_leave_no_choice() {
    let (roads, depot) = site(8, 2);
    let answer =
        plan(&roads, depot, &orders(&roads, 12), &ask(Method::Single, 6, 2), &mut Steps(STEPS)).expect("it can be planned");
    assert_eq!(answer.outings.len(), 12);
    assert!(answer.receipt.proven());
}

/// PCK-4: methods are compared by predicted minutes and metres; a method that cannot be used says why.
#[test]
fn methods_are_compared_by_minutes_and_metres() {
    let (roads, depot) = site(8, 2);
    let wave = orders(&roads, 30);
    let compared = recommend(&roads, depot, &wave, &ask(Method::Cluster, 6, 2), &mut Steps(4 * STEPS));
    assert_eq!(compared.receipts.len(), 4);
    assert!(compared.receipts.windows(2).all(|pair| pair[0].work_seconds <= pair[1].work_seconds));
    assert_eq!(compared.recommended(), Some(compared.receipts[0].method));
    assert_ne!(compared.recommended(), Some(Method::Single), "company saves walking");
    let none = recommend(&roads, depot, &[], &ask(Method::Cluster, 6, 2), &mut Steps(STEPS));
    assert_eq!((none.receipts.len(), none.refused.len(), none.recommended()), (0, 4, None));
}

/// PCK-5: carts may end at any of several drop points, and are filled for that: no walk is longer for it, and all is still proven.
#[test]
fn carts_end_at_the_drop_point_that_suits_them() {
    let spec = LayoutSpec { aisles: 8, cross_aisles: 2, ..LayoutSpec::small() };
    let mut layout = spec.layout().expect("the site is sound");
    layout.depots.push(Depot { name: "Packing".into(), x_mm: layout.aisles[7].x_mm, cross_aisle: 1 });
    let roads = layout.roads().expect("it is sound still");
    let [start, packing] = *roads.depots() else { panic!("two depots") };
    let (wave, ask) = (orders(&roads, 8), ask(Method::Cluster, 4, 1));
    let length = |ends: &[Spot]| {
        let manner = Manner { ends: ends.to_vec(), ..Manner::round(start) };
        let receipt = plan_in(&roads, &manner, &wave, &ask, &mut Steps(1_000_000)).expect("it can be planned").receipt;
        assert!(receipt.proven() && receipt.length_mm < receipt.fifo_mm, "{receipt:?}");
        receipt.length_mm
    };
    let (back, across, either) = (length(&[start]), length(&[packing]), length(&[start, packing]));
    assert!(either <= back && either <= across, "{either} against {back} and {across}");
    assert_eq!(back, length(&[]), "none given: back to the start");
}

/// PCK-5: heavy goods first lengthens walks and is planned for; what is claimed below stays true.
#[test]
fn carts_take_heavy_goods_first_when_asked() {
    let (roads, depot) = site(8, 2);
    let mut wave = orders(&roads, 8);
    for (index, order) in wave.iter_mut().enumerate() {
        order.lines[index % 3].unit_weight_g = Some(12_000);
    }
    let asked = |heavy_from_g| {
        let manner = Manner { heavy_from_g, ..Manner::round(depot) };
        plan_in(&roads, &manner, &wave, &ask(Method::Cluster, 2, 1), &mut Steps(STEPS)).expect("it can be planned").receipt
    };
    let (nearest, heavy) = (asked(None), asked(Some(10_000)));
    assert!(heavy.length_mm > nearest.length_mm && heavy.bound_mm <= heavy.length_mm, "{heavy:?}");
    assert_eq!(asked(Some(20_000)), nearest, "nothing is that heavy");
}

/// PCK-2: carts are filled by volume and weight as by totes, and what is not measured does not count.
#[test]
fn volume_and_weight_limit_a_cart_like_totes() {
    let (roads, depot) = site(8, 2);
    let mut wave = orders(&roads, 12);
    for (index, order) in wave.iter_mut().enumerate() {
        for line in &mut order.lines {
            (line.unit_volume_ml, line.unit_weight_g) = (Some(500), (index % 2 == 0).then_some(1_000));
        }
    }
    let carts = |volume_ml, weight_g| {
        let ask = Ask { carts: Rooms::new(vec![Load { volume_ml, weight_g, totes: 12 }]), ..ask(Method::Cluster, 12, 1) };
        let answer = plan(&roads, depot, &wave, &ask, &mut Steps(STEPS)).expect("it can be planned");
        for outing in &answer.outings {
            let load = outing.pieces.iter().fold(Load::default(), |sum, piece| sum.plus(piece.load));
            assert!(ask.carts.fit(load), "{load:?}");
        }
        answer.receipt.carts
    };
    // Six units an order: 3 litres, and 6 kg for every other one.
    assert!(carts(i64::MAX, i64::MAX) < carts(9_000, i64::MAX));
    assert!(carts(9_000, i64::MAX) >= 4 && carts(i64::MAX, 6_000) >= 6);
}

/// PCK-4: a plan is cut off at any moment, and is whole whenever that is.
#[test]
fn a_plan_cut_off_at_any_moment_is_whole() {
    let (roads, depot) = site(8, 2);
    let wave = orders(&roads, 30);
    for looks in [0, 1, 2, 5, 40, 300] {
        let mut left = looks;
        let mut budget = |_: &Progress| {
            left -= i64::from(left > 0);
            left * WHOLE / 300
        };
        let answer = plan(&roads, depot, &wave, &ask(Method::Cluster, 6, 2), &mut budget).expect("it can be planned");
        let ridden: BTreeSet<usize> = answer.outings.iter().flat_map(|outing| outing.pieces.iter().map(|p| p.order)).collect();
        assert_eq!(ridden.len(), 30);
        assert!(answer.receipt.length_mm <= answer.receipt.fifo_mm);
    }
}
