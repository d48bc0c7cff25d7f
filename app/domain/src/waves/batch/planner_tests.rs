use super::super::budget::Steps;
use super::super::engine::tests::{site, spot};
use super::super::method::recommend;
use super::super::rates::{Basis, Rates};
use super::super::wave::{Large, Line};
use super::*;

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
