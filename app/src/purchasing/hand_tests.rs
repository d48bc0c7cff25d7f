use domain::ids::{PurchaseLineId, SkuId};
use domain::purchasing::Standing;

use super::*;

/// IN-1: a case's barcode counts its case, in the browser as on the server.
#[test]
fn a_scan_finds_its_line_and_its_pack() {
    let line = |code: &str| AwaitedLine {
        id: PurchaseLineId::NIL,
        line_no: 1,
        sku: SkuId::NIL,
        sku_code: code.to_owned(),
        sku_name: code.to_owned(),
        quantity: 12,
        received: 0,
        closed: false,
        barcodes: vec![(format!("{code}-EAN"), 1), (format!("{code}-CASE"), 6)],
        policy: domain::lots::Policy::default(),
        announced: None,
        lots: Vec::new(),
    };
    let bench = Bench {
        id: PurchaseId::NIL,
        number: "PO-1001".into(),
        supplier: "NP".into(),
        standing: Standing::Approved,
        delivery: None,
        dock: "DOCK".into(),
        lines: vec![line("MUG"), line("CUP")],
    };
    assert_eq!(found(&bench, "CUP-CASE"), Some((1, 6)));
    assert_eq!(found(&bench, "mug"), Some((0, 1)));
    assert_eq!(found(&bench, "JUG"), None);
}

/// IN-2: units that are not taken sound wrong, and are said to stand aside.
#[test]
fn too_many_is_answered_as_wrong() {
    assert!(
        matches!(heard("Mug", Condition::Good, (5, 0), 1, 0), Heard::Wrong { words, .. } if words.starts_with("1 × Mug too many"))
    );
    assert_eq!(heard("Mug", Condition::Good, (5, 0), 0, 3), Heard::Ok("5 × Mug: 3 to come".into()));
    let held = "5 × Mug, to quarantine for inspection: 3 to come";
    assert_eq!(heard("Mug", Condition::Good, (5, 5), 0, 3), Heard::Ok(held.into()));
    assert_eq!(heard("Mug", Condition::Damaged, (5, 0), 0, 0), Heard::Done("5 × Mug, to quarantine: all of it is in".into()));
}
