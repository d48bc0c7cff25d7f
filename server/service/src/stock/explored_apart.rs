//! Tests: lots, serials and handling units looked at from any side.

use chrono::Days;
use domain::ids::{LpnId, SiteId, SkuId};
use domain::lots::{Marks, Policy, SetTracking};
use domain::lpns::{FillUnit, MakeUnit, UnitKind, UnpackUnit};
use domain::stock::explore::{Clock, Dimension, Explore, Moment};
use domain::stock::{ReceiveGoods, ReceiveLine};

use super::explore_tests::{by, explored, now, only};
use crate::testkit::{TestDb, noon};

const BIN: &str = "A01-01L-1";

/// Goods that are told apart come in.
async fn came(t: &TestDb, site: SiteId, (sku, quantity): (SkuId, i32), marks: Marks) {
    let line = ReceiveLine { sku, bin: t.bin(site, BIN).await, quantity, unit_cost: None, marks };
    let (supplier, reference) = ("Northern Labs".into(), "DN-1".into());
    t.run(&ReceiveGoods { site, supplier, reference, opening: false, lines: vec![line] }).await;
}

/// What stands by a side, as people read it, now or as it was.
async fn seen(t: &TestDb, dimension: Dimension, moment: Option<Moment>) -> Vec<(String, i64)> {
    let found = explored(t, Explore { moment, ..by(dimension, None) }).await;
    assert_eq!(found.groups.iter().map(|group| group.on_hand).sum::<i64>(), found.on_hand, "{dimension:?}");
    for group in &found.groups {
        let key = &group.keys[0];
        let inside = explored(t, Explore { only: only(key), moment, page: 1, ..Explore::default() }).await;
        assert_eq!((inside.on_hand, inside.total), (group.on_hand, group.balances), "{key:?}");
        assert_eq!(inside.balances.iter().map(|b| b.on_hand).sum::<i64>(), group.on_hand, "{key:?}");
    }
    let mut seen: Vec<_> = found.groups.iter().map(|group| (group.keys[0].code.clone(), group.on_hand)).collect();
    seen.sort();
    seen
}

/// INV-1, INV-3: lots, serials and what stands on a pallet are found from any side by the codes people know, now and at a moment past;
/// every figure is the sum of the balances it leads to.
#[tokio::test]
async fn lots_serials_and_pallets_are_seen_from_any_side_now_and_as_they_were() {
    let t = TestDb::new().await;
    let (site, serum, meter) = (t.site("LDS").await, t.sku("SERUM").await, t.sku("METER").await);
    t.run(&SetTracking { sku: serum, policy: Policy { lot: true, expiry: true, ..Policy::default() } }).await;
    t.run(&SetTracking { sku: meter, policy: Policy { serial: true, ..Policy::default() } }).await;
    let good_for = |days| noon().date_naive().checked_add_days(Days::new(days));
    let of_lot = |lot: &str, days| Marks { lot: lot.into(), expires_on: good_for(days), ..Marks::default() };
    came(&t, site, (serum, 4), of_lot("SOON", 10)).await;
    came(&t, site, (serum, 2), of_lot("LATE", 90)).await;
    came(&t, site, (meter, 2), Marks { serials: vec!["S1".into(), "S2".into()], ..Marks::default() }).await;
    let unit = LpnId::mint();
    t.run(&MakeUnit { id: unit, site, kind: UnitKind::Pallet, code: "PAL-1".into() }).await;
    for (quantity, marks) in [(4, of_lot("SOON", 10)), (1, of_lot("LATE", 90))] {
        t.run(&FillUnit { unit, bin_code: BIN.into(), item_code: "SERUM".into(), quantity, marks }).await;
    }
    let then = Moment { at: now(&t).await, clock: Clock::Recorded };
    t.run(&UnpackUnit { unit }).await;
    came(&t, site, (serum, 3), of_lot("SOON", 10)).await;
    let code = |code: &str, units| (code.to_owned(), units);
    for moment in [None, Some(then)] {
        let more = if moment.is_some() { 0 } else { 3 };
        for dimension in Dimension::STANDING {
            let seen = seen(&t, dimension, moment).await;
            let expected = match dimension {
                Dimension::Sku => vec![code("METER", 2), code("SERUM", 6 + more)],
                Dimension::Lot => vec![code("", 2), code("LATE", 2), code("SOON", 4 + more)],
                Dimension::Serial => vec![code("", 6 + more), code("S1", 1), code("S2", 1)],
                Dimension::Unit if moment.is_some() => vec![code("", 3), code("PAL-1", 5)],
                Dimension::Bin => vec![code(BIN, 8 + more)],
                _ => {
                    assert_eq!(seen.iter().map(|(_, units)| units).sum::<i64>(), 8 + more, "{dimension:?}");
                    continue;
                }
            };
            assert_eq!(seen, expected, "{dimension:?} at {moment:?}");
        }
    }
    let found = explored(&t, Explore { moment: Some(then), page: 1, ..Explore::default() }).await;
    let mut rows: Vec<_> = found
        .balances
        .iter()
        .map(|row| (row.lot_code.as_str(), row.serial_code.as_str(), row.unit_code.as_str(), row.on_hand))
        .collect();
    rows.sort_unstable();
    let stood = [("", "S1", "", 1), ("", "S2", "", 1), ("LATE", "", "", 1), ("LATE", "", "PAL-1", 1), ("SOON", "", "PAL-1", 4)];
    assert_eq!(rows, stood);
    let both = explored(&t, Explore { moment: Some(then), ..by(Dimension::Lot, Some(Dimension::Unit)) }).await;
    let soon = both.groups.iter().find(|group| group.keys[0].code == "SOON").expect("it stands there");
    assert_eq!((soon.keys[1].code.as_str(), soon.on_hand, both.groups.len()), ("PAL-1", 4, 4));
}
