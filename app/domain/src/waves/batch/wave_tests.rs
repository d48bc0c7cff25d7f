use super::*;

fn line(units: i64) -> Line {
    Line { spot: None, bin: 0, units, unit_volume_ml: Some(100), unit_weight_g: None, zone: 0 }
}

fn order(number: &str, units: i64) -> Order {
    Order { number: number.into(), lines: vec![line(units)], totes: 1, cutoff_seconds: None }
}

fn ask() -> Ask {
    let cart = Load { volume_ml: 1_000, weight_g: i64::MAX, totes: 4 };
    Ask {
        method: Method::Cluster,
        carts: Rooms::new(vec![cart]),
        pickers: 1,
        rates: Rates::STANDARD,
        large: Large::Refuse,
        seed: 1,
    }
}

/// PCK-2: each bad input has its own refusal, with what was wrong.
#[test]
fn each_bad_input_has_its_own_refusal() {
    let not_positive = |what: &str, given| Err(WaveRefusal::NotPositive { what: what.into(), given });
    assert_eq!(ask().cut(&[]), Err(WaveRefusal::EmptyWave));
    assert_eq!(ask().cut(&[Order { lines: vec![], ..order("A", 1) }]), Err(WaveRefusal::EmptyWave));
    assert_eq!(ask().cut(&[order("A", 1), order("A", 2)]), Err(WaveRefusal::OrderTwice { order: "A".into() }));
    let large = WaveRefusal::OrderLargerThanCart { order: "A".into(), measure: "volume in ml".into(), needs: 1_100, room: 1_000 };
    assert_eq!(ask().cut(&[order("A", 11)]), Err(large));
    let totes = WaveRefusal::OrderLargerThanCart { order: "A".into(), measure: "totes".into(), needs: 5, room: 4 };
    assert_eq!(ask().cut(&[Order { totes: 5, ..order("A", 1) }]), Err(totes));
    assert_eq!(ask().cut(&[order("A", 0)]), not_positive("The units of a line of order A", 0));
    assert_eq!(ask().cut(&[Order { totes: 0, ..order("A", 1) }]), not_positive("The number of totes of order A", 0));
    let measured = |volume, weight| Order {
        lines: vec![Line { unit_volume_ml: Some(volume), unit_weight_g: Some(weight), ..line(1) }],
        ..order("A", 1)
    };
    assert_eq!(ask().cut(&[measured(0, 1)]), not_positive("A volume in order A", 0));
    assert_eq!(ask().cut(&[measured(1, -3)]), not_positive("A weight in order A", -3));
    let cart = |volume_ml, weight_g, totes| Ask { carts: Rooms::new(vec![Load { volume_ml, weight_g, totes }]), ..ask() };
    assert_eq!(cart(0, 1, 1).cut(&[order("A", 1)]), not_positive("The volume of a cart", 0));
    assert_eq!(cart(1, -1, 1).cut(&[order("A", 1)]), not_positive("The weight a cart bears", -1));
    assert_eq!(cart(1, 1, 0).cut(&[order("A", 1)]), not_positive("The number of totes on a cart", 0));
    assert_eq!(Ask { carts: Rooms::new(vec![]), ..ask() }.cut(&[order("A", 1)]), not_positive("The number of kinds of cart", 0));
    assert_eq!(Ask { pickers: 0, ..ask() }.cut(&[order("A", 1)]), not_positive("The number of pickers", 0));
    let standing = Rates { walk_mm_per_second: 0, ..Rates::STANDARD };
    assert_eq!(Ask { rates: standing, ..ask() }.cut(&[order("A", 1)]), not_positive("The walking speed", 0));
}

/// PCK-2: an order rides whole; only when that was asked for is one that no cart can take split, and every unit still rides once.
#[test]
fn a_large_order_is_split_only_when_asked() {
    let large = Order { lines: vec![line(7), line(16)], totes: 3, ..order("A", 1) };
    let cut = Ask { large: Large::Split, ..ask() }.cut(&[order("B", 10), large]).expect("it may be split");
    assert_eq!(cut.pieces[0].lines, [(0, 10)], "what fits rides whole");
    let split: Vec<_> = cut.pieces[1..].iter().map(|piece| piece.lines.clone()).collect();
    assert_eq!(split, [vec![(0, 7), (1, 3)], vec![(1, 10)], vec![(1, 3)]]);
    assert!(cut.pieces.iter().all(|piece| ask().carts.fit(piece.load)));
    let huge = Order { lines: vec![Line { unit_volume_ml: Some(1_001), ..line(2) }], ..order("A", 1) };
    let refused = Ask { large: Large::Split, ..ask() }.cut(&[huge]);
    assert!(matches!(refused, Err(WaveRefusal::OrderLargerThanCart { needs: 1_001, .. })), "{refused:?}");
}

/// PCK-4: an order left out is named, with the reason.
#[test]
fn an_order_left_out_is_named() {
    let empty = Order { lines: vec![], ..order("C", 1) };
    let cut = Ask { large: Large::LeaveOut, ..ask() }.cut(&[order("A", 11), order("B", 1), empty]).expect("B rides");
    assert_eq!(cut.pieces.len(), 1);
    let named: Vec<_> = cut.left_out.iter().map(|left| (left.order.as_str(), left.why)).collect();
    assert_eq!(named, [("A", Why::LargerThanAnyCart), ("C", Why::NothingToPick)]);
}

/// PCK-3: by zone an order becomes a piece for each zone, and every unit still rides once.
#[test]
fn zones_split_orders_by_line() {
    let lines = vec![line(2), Line { zone: 3, ..line(4) }, line(1)];
    let cut = Ask { method: Method::Zone, ..ask() }.cut(&[Order { lines, ..order("A", 1) }]).expect("it fits");
    let pieces: Vec<_> = cut.pieces.iter().map(|piece| (piece.zone, piece.lines.clone())).collect();
    assert_eq!(pieces, [(Some(0), vec![(0, 2), (2, 1)]), (Some(3), vec![(1, 4)])]);
}
