//! What a scan means to whoever inspects: an item of the inspection at hand is judged; another inspection's number or item takes its place.

use super::InspectionRow;
use crate::ids::GoodsInspectionId;

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

/// `at` is the inspection at hand.
pub fn meant(rows: &[InspectionRow], at: Option<GoodsInspectionId>, code: &str) -> Meant {
    if let Some(row) = rows.iter().find(|row| row.number.eq_ignore_ascii_case(code) || row.receipt.eq_ignore_ascii_case(code)) {
        return Meant::Take(row.id);
    }
    let hand = rows.iter().find(|row| Some(row.id) == at);
    if let Some(units) = hand.and_then(|row| counts(row, code)) {
        return Meant::Judge { units };
    }
    rows.iter().find(|row| counts(row, code).is_some()).map_or(Meant::Nothing, |row| Meant::Take(row.id))
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
}
