use domain::floor::Found;
use domain::ids::LpnId;
use domain::lpns::{FillUnit, MakeUnit, UnitKind};

use super::*;

/// INV-3, INV-4: a bin's scan and a pallet's say which lots stand there, until when each is good, and every unit's number, as labels
/// have them.
#[tokio::test]
async fn a_scan_says_lots_days_and_serials_as_labels_have_them() {
    let p = Pharmacy::open().await;
    let bin = "A03-03L-1";
    p.receive(p.serum, bin, 4, of_lot("SOON", 10)).await;
    p.receive(p.serum, bin, 2, of_lot("LATE", 90)).await;
    p.receive(p.meter, bin, 2, of_serials(&["S1", "S2"])).await;
    let standing = async || {
        let found = p.h.t.db.find_scan(&p.h.picker, Some(p.h.site), bin).await.unwrap();
        let Found::Bin(page) = found else { panic!("it is a bin") };
        page.contents.into_iter().map(|held| (held.apart.words(), held.lpn, held.on_hand)).collect::<Vec<_>>()
    };
    let lot = |code: &str, days| format!("Lot {code}, good until {}", domain::dates::day(&after(days).unwrap()));
    let all = [
        ("serial S1".to_owned(), None, 1),
        ("serial S2".to_owned(), None, 1),
        (lot("SOON", 10), None, 4),
        (lot("LATE", 90), None, 2),
    ];
    assert_eq!(standing().await, all);
    let (unit, mover) = (LpnId::mint(), p.h.t.person(Role::Supervisor, Some(p.h.site)));
    let kind = UnitKind::Pallet;
    p.h.t.run(&MakeUnit { id: unit, site: p.h.site, kind, code: "PAL-1".into() }).await;
    let fill = |item: &str, quantity, marks| FillUnit { unit, bin_code: bin.into(), item_code: item.into(), quantity, marks };
    let unsaid = p.h.t.try_run(&mover, &fill("SERUM", 5, Marks::default())).await;
    assert_eq!(code(&unsaid.unwrap_err()), "lot_missing", "of two lots one has to be said");
    for (item, quantity, marks) in
        [("SERUM", 4, of_lot("SOON", 10)), ("SERUM", 1, of_lot("LATE", 90)), ("METER", 2, Marks::default())]
    {
        p.h.t.try_run(&mover, &fill(item, quantity, marks)).await.expect("they go onto it");
    }
    let pallet = Some("PAL-1".to_owned());
    let split = [
        ("serial S1".to_owned(), pallet.clone(), 1),
        ("serial S2".to_owned(), pallet.clone(), 1),
        (lot("LATE", 90), None, 1),
        (lot("SOON", 10), pallet.clone(), 4),
        (lot("LATE", 90), pallet, 1),
    ];
    assert_eq!(standing().await, split);
    let sheet = p.h.t.db.unit_sheet(&mover, None, "pal-1").await.unwrap();
    let mut held: Vec<_> = sheet.tree.goods.iter().map(|held| (held.apart.words(), held.on_hand)).collect();
    held.sort();
    let mut on_it = split[..2].iter().chain(&split[3..]).map(|(words, _, units)| (words.clone(), *units)).collect::<Vec<_>>();
    on_it.sort();
    assert_eq!(held, on_it);
    p.h.whole().await;
}
