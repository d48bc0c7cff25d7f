//! Packing: a parcel closes when every unit is verified, and weighs what it should. Decides nothing about carriers.

use super::{FloorRefusal, PackLine};
use crate::ids::OrderLineId;
use crate::lots::gs1;

/// Carton, filling and label.
pub const PACKAGING_G: i32 = 150;
/// What a scale may differ: a tenth, and never less than this.
const TOLERANCE_LEAST_G: i32 = 100;

/// Which line one scan goes to, and how many units it counts.
pub fn hear(lines: &[PackLine], code: &str) -> Result<(OrderLineId, i32), FloorRefusal> {
    let named = gs1::item_of(code);
    let code = named.as_str();
    let units_of = |line: &PackLine| {
        let packed = line.barcodes.iter().find(|(barcode, _)| barcode.eq_ignore_ascii_case(code)).map(|(_, pack)| *pack);
        packed.or_else(|| line.sku_code.eq_ignore_ascii_case(code).then_some(1))
    };
    let matching: Vec<_> = lines.iter().filter_map(|line| units_of(line).map(|units| (line, units))).collect();
    let Some((first, _)) = matching.first() else {
        return Err(FloorRefusal::NotInParcel { scanned: code.to_owned() });
    };
    let fits = matching.iter().find(|(line, units)| line.packed + units <= line.expected);
    fits.map(|(line, units)| (line.line, *units))
        .ok_or_else(|| FloorRefusal::AlreadyPacked { sku: first.sku_code.clone(), expected: first.expected })
}

/// What the closed parcel should weigh, in grams.
pub fn expected_weight_g(lines: &[PackLine]) -> i32 {
    lines.iter().fold(PACKAGING_G, |sum, line| sum.saturating_add(line.weight_g.saturating_mul(line.expected)))
}

/// May the parcel be closed? `weight_g` is what the scale says, when there is one.
pub fn close(lines: &[PackLine], weight_g: Option<i32>) -> Result<(), FloorRefusal> {
    let missing: i32 = lines.iter().map(|line| line.expected - line.packed).sum();
    if missing > 0 {
        return Err(FloorRefusal::NotVerified { missing });
    }
    let expected_g = expected_weight_g(lines);
    match weight_g {
        Some(..=0) => Err(FloorRefusal::NoWeight),
        Some(actual_g) if actual_g.abs_diff(expected_g) > TOLERANCE_LEAST_G.max(expected_g / 10).unsigned_abs() => {
            Err(FloorRefusal::WeightOff { expected_g, actual_g })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SkuId;
    use crate::refusal::Named;

    fn line(code: &str, expected: i32, packed: i32) -> PackLine {
        PackLine {
            line: OrderLineId::mint(),
            sku: SkuId::mint(),
            sku_code: code.into(),
            sku_name: code.into(),
            variant: String::new(),
            barcodes: vec![(format!("B-{code}"), 1), (format!("C-{code}"), 6)],
            weight_g: 500,
            expected,
            packed,
        }
    }

    /// PAK-1: what does not belong is refused, and so is one too many.
    #[test]
    fn only_expected_units_go_in() {
        let lines = [line("MUG", 2, 1), line("CUP", 1, 0)];
        assert_eq!(hear(&lines, "b-mug"), Ok((lines[0].line, 1)));
        assert_eq!(hear(&lines, "CUP"), Ok((lines[1].line, 1)));
        assert_eq!(hear(&lines, "PLATE"), Err(FloorRefusal::NotInParcel { scanned: "PLATE".into() }));
        assert_eq!(hear(&lines, "C-MUG"), Err(FloorRefusal::AlreadyPacked { sku: "MUG".into(), expected: 2 }));
        let full = [line("MUG", 2, 2)];
        assert_eq!(hear(&full, "MUG"), Err(FloorRefusal::AlreadyPacked { sku: "MUG".into(), expected: 2 }));
    }

    #[test]
    fn two_lines_of_one_sku_fill_one_after_the_other() {
        let lines = [line("MUG", 1, 1), line("MUG", 1, 0)];
        assert_eq!(hear(&lines, "MUG"), Ok((lines[1].line, 1)));
    }

    /// PAK-1, PAK-2: every unit is scanned before the parcel closes; weight beyond tolerance asks for a recheck.
    #[test]
    fn a_parcel_closes_only_whole_and_at_its_weight() {
        assert_eq!(close(&[line("MUG", 2, 1)], None), Err(FloorRefusal::NotVerified { missing: 1 }));
        let whole = [line("MUG", 2, 2)];
        assert_eq!(expected_weight_g(&whole), 1150);
        assert_eq!(close(&whole, None), Ok(()));
        assert_eq!(close(&whole, Some(1265)), Ok(()));
        assert_eq!(close(&whole, Some(1266)), Err(FloorRefusal::WeightOff { expected_g: 1150, actual_g: 1266 }));
        assert_eq!(close(&whole, Some(1034)), Err(FloorRefusal::WeightOff { expected_g: 1150, actual_g: 1034 }));
        for nothing in [0, -1, i32::MIN] {
            assert_eq!(close(&whole, Some(nothing)), Err(FloorRefusal::NoWeight), "{nothing}");
        }
        assert_eq!(FloorRefusal::NoWeight.field(), Some("weight"));
        assert!(close(&whole, Some(i32::MAX)).is_err());
        let light = [line("CARD", 0, 0)];
        assert_eq!(close(&light, Some(250)), Ok(()));
    }
}
