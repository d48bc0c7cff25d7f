//! What a scan means to whoever inspects: an item of the inspection at hand is judged; another inspection's number or item takes its place.

use super::InspectionRow;
use crate::ids::GoodsInspectionId;
use crate::lots::gs1::{self, Label};

/// What to do about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// So many units of the one at hand are judged.
    Judge { units: i32 },
    /// This one is taken to hand first.
    Take(GoodsInspectionId),
    /// Of nothing that waits.
    Nothing,
}

/// The units a code counts of an inspection's item.
fn counts(row: &InspectionRow, code: &str) -> Option<i32> {
    let known = row.barcodes.iter().find(|(known, _)| known == code).map(|(_, pack)| *pack);
    known.or_else(|| row.sku_code.eq_ignore_ascii_case(code).then_some(1))
}

/// Has it the lot and the serial that are on a label?
fn has(row: &InspectionRow, label: &Label) -> bool {
    let mut named = label.lot.iter().chain(&label.serial);
    row.apart.is_empty() || named.all(|named| row.apart.iter().any(|known| known.eq_ignore_ascii_case(named)))
}

/// `at` is the inspection at hand. Of a label the item counts; its lot and serial tell inspections of one item apart.
pub fn meant(rows: &[InspectionRow], at: Option<GoodsInspectionId>, code: &str) -> Meant {
    if let Some(row) = rows.iter().find(|row| row.number.eq_ignore_ascii_case(code) || row.receipt.eq_ignore_ascii_case(code)) {
        return Meant::Take(row.id);
    }
    let (item, label) = (gs1::item_of(code), Label::read(code.trim()).unwrap_or_default());
    let hand = rows.iter().find(|row| Some(row.id) == at);
    let of_label = rows.iter().find(|row| counts(row, &item).is_some() && has(row, &label));
    match (hand.and_then(|row| Some((row, counts(row, &item)?))), of_label) {
        (Some((row, _)), Some(other)) if !has(row, &label) => Meant::Take(other.id),
        (Some((_, units)), _) => Meant::Judge { units },
        (None, Some(other)) => Meant::Take(other.id),
        (None, None) => rows.iter().find(|row| counts(row, &item).is_some()).map_or(Meant::Nothing, |row| Meant::Take(row.id)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::ids::SkuId;
    use crate::inspections::{InspectionStanding, Sampling};

    fn row(number: &str, sku: &str) -> InspectionRow {
        InspectionRow {
            id: GoodsInspectionId::mint(),
            number: number.into(),
            sku: SkuId::mint(),
            sku_code: sku.into(),
            sku_name: sku.into(),
            barcodes: vec![(format!("{sku}-EAN"), 1), (format!("{sku}-CASE"), 6)],
            apart: Vec::new(),
            supplier: "NP".into(),
            receipt: format!("GR-{number}"),
            order_number: "PO-1".into(),
            site_code: "LDS".into(),
            bin_code: "QUARANTINE".into(),
            note: String::new(),
            sampling: Sampling::default(),
            came: 10,
            wanted: 10,
            accepted: 2,
            rejected: 1,
            standing: InspectionStanding::Waiting,
            opened_at: DateTime::UNIX_EPOCH,
        }
    }

    /// IN-3: an item of the inspection at hand is judged, its case with all it counts; what is of another is taken to hand first.
    #[test]
    fn an_item_is_judged_and_another_is_taken_to_hand() {
        let rows = [row("IN-1", "MUG"), row("IN-2", "CUP"), row("IN-3", "MUG")];
        let at = Some(rows[0].id);
        assert_eq!(meant(&rows, at, "MUG-CASE"), Meant::Judge { units: 6 });
        assert_eq!(meant(&rows, Some(rows[2].id), "mug"), Meant::Judge { units: 1 });
        assert_eq!(meant(&rows, at, "CUP-EAN"), Meant::Take(rows[1].id));
        assert_eq!(meant(&rows, None, "MUG-EAN"), Meant::Take(rows[0].id));
        assert_eq!(meant(&rows, at, "in-3"), Meant::Take(rows[2].id));
        assert_eq!(meant(&rows, at, "GR-IN-2"), Meant::Take(rows[1].id));
        assert_eq!(meant(&rows, at, "JUG"), Meant::Nothing);
        assert_eq!(rows[0].left(), 7);
    }

    /// IN-3: a label names its item; of two inspections of one item it takes the one that has its lot, or its serial, to hand.
    #[test]
    fn a_label_is_its_item_and_finds_the_inspection_of_its_lot() {
        let of = |number: &str, apart: &[&str]| InspectionRow {
            barcodes: vec![("4006381333931".into(), 1)],
            apart: apart.iter().map(|code| (*code).to_owned()).collect(),
            ..row(number, "SERUM")
        };
        let rows = [of("IN-1", &["L1"]), of("IN-2", &["L2", "S7"])];
        let label = |rest: &str| format!("(01)04006381333931{rest}");
        let at = Some(rows[0].id);
        assert_eq!(meant(&rows, at, &label("(17)270131(10)l1")), Meant::Judge { units: 1 });
        assert_eq!(meant(&rows, at, "0104006381333931"), Meant::Judge { units: 1 });
        assert_eq!(meant(&rows, at, &label("(10)L2")), Meant::Take(rows[1].id));
        assert_eq!(meant(&rows, None, &label("(21)S7")), Meant::Take(rows[1].id));
        assert_eq!(meant(&rows, at, &label("(10)L9")), Meant::Judge { units: 1 }, "the server says that it is not there");
        assert_eq!(meant(&rows, None, &label("(10)L9")), Meant::Take(rows[0].id));
        assert_eq!(meant(&rows, at, "(01)00012345678905(10)L1"), Meant::Nothing);
    }
}
