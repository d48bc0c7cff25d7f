//! What a scan means while bringing goods forward: the reserve bin, the item (each scan counts), the forward bin. A bin's role comes
//! from the step. The tablet asks to answer within the frame, the server asks again before anything moves.

use super::{Replenish, ReplenishRow};
use crate::floor::pick::{meant, same, wrong};
use crate::floor::{FloorRefusal, ShortReason};

/// What is confirmed so far. Lives in the tablet until it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hand {
    pub from: Option<String>,
    pub item: Option<String>,
    pub units: i32,
    /// Why there are no more, once it was said.
    pub short: Option<ShortReason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    From,
    Item,
    To,
}

/// What a good scan did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Next(Hand),
    Send(Replenish),
}

impl Hand {
    pub const fn step(&self) -> Step {
        match (&self.from, &self.item) {
            (None, _) => Step::From,
            (Some(_), None) => Step::Item,
            (Some(_), Some(_)) => Step::To,
        }
    }
}

/// Hear one scan. A wrong one changes nothing.
pub fn hear(row: &ReplenishRow, hand: &Hand, code: &str) -> Result<Heard, FloorRefusal> {
    let left = row.left();
    let Some(from) = &hand.from else {
        return if same(&row.from_code, code) {
            Ok(Heard::Next(Hand { from: Some(code.trim().to_owned()), ..Hand::default() }))
        } else {
            Err(wrong(format!("bin {}", row.from_code), code))
        };
    };
    if let Some(units) = meant(&row.barcodes, &row.sku_code, code) {
        let units = hand.units + units;
        if units > left {
            return Err(FloorRefusal::TooMany { left, scanned: units });
        }
        return Ok(Heard::Next(Hand { item: Some(code.trim().to_owned()), units, ..hand.clone() }));
    }
    let Some(item) = &hand.item else {
        return Err(wrong(item_words(row), code));
    };
    if !same(&row.to_code, code) {
        return Err(wrong(format!("bin {}", row.to_code), code));
    }
    Ok(Heard::Send(Replenish {
        task: row.task,
        from_code: from.clone(),
        item_code: item.clone(),
        quantity: hand.units,
        to_code: code.trim().to_owned(),
        short: hand.short,
    }))
}

/// Nothing is there at all: sent without a target.
pub fn nothing(row: &ReplenishRow, reason: ShortReason) -> Replenish {
    Replenish {
        task: row.task,
        from_code: row.from_code.clone(),
        item_code: row.sku_code.clone(),
        quantity: 0,
        to_code: row.to_code.clone(),
        short: Some(reason),
    }
}

/// Is this right, all of it? The server's last word before units move. None at all needs its reason.
pub fn verify(row: &ReplenishRow, sent: &Replenish) -> Result<(), FloorRefusal> {
    if !same(&row.from_code, &sent.from_code) {
        return Err(wrong(format!("bin {}", row.from_code), &sent.from_code));
    }
    if meant(&row.barcodes, &row.sku_code, &sent.item_code).is_none() {
        return Err(wrong(item_words(row), &sent.item_code));
    }
    if !same(&row.to_code, &sent.to_code) {
        return Err(wrong(format!("bin {}", row.to_code), &sent.to_code));
    }
    let least = i32::from(sent.short.is_none());
    if sent.quantity < least || sent.quantity > row.left() {
        return Err(FloorRefusal::TooMany { left: row.left(), scanned: sent.quantity });
    }
    Ok(())
}

fn item_words(row: &ReplenishRow) -> String {
    format!("{} ({})", row.sku_name, row.sku_code)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::catalog::slotting::Slotting;
    use crate::ids::{ReplenishTaskId, SkuId};

    fn row() -> ReplenishRow {
        ReplenishRow {
            task: ReplenishTaskId::mint(),
            site_code: "LDS".into(),
            from_code: "R-01".into(),
            to_code: "A-01".into(),
            sku: SkuId::mint(),
            sku_code: "MUG".into(),
            sku_name: "Mug".into(),
            variant: String::new(),
            slotting: Slotting::A,
            barcodes: vec![("5012345678900".into(), 1), ("15012345678907".into(), 6)],
            quantity: 10,
            quantity_moved: 2,
            person: None,
            mine: false,
            raised_at: DateTime::UNIX_EPOCH,
            wave: None,
            due: None,
        }
    }

    fn next(row: &ReplenishRow, hand: &Hand, code: &str) -> Hand {
        match hear(row, hand, code) {
            Ok(Heard::Next(hand)) => hand,
            other => panic!("{code}: {other:?}"),
        }
    }

    /// RPL-1: reserve bin, item, forward bin; a case counts its units, and what is scanned wrong changes nothing.
    #[test]
    fn reserve_bin_item_and_forward_bin_in_their_order() {
        let row = row();
        let hand = Hand::default();
        assert!(matches!(hear(&row, &hand, "A-01"), Err(FloorRefusal::WrongScan { .. })), "the forward bin is not the source");
        let hand = next(&row, &hand, " r-01 ");
        assert!(matches!(hear(&row, &hand, "A-01"), Err(FloorRefusal::WrongScan { .. })), "goods first");
        let hand = next(&row, &hand, "15012345678907");
        assert_eq!((hand.units, hand.step()), (6, Step::To));
        assert!(matches!(hear(&row, &hand, "15012345678907"), Err(FloorRefusal::TooMany { left: 8, scanned: 12 })));
        let hand = next(&row, &hand, "5012345678900");
        assert!(matches!(hear(&row, &hand, "R-01"), Err(FloorRefusal::WrongScan { .. })), "not back where it came from");
        let Ok(Heard::Send(sent)) = hear(&row, &hand, "a-01") else { panic!("it is sent") };
        assert_eq!((sent.quantity, verify(&row, &sent)), (7, Ok(())));
    }

    /// RPL-1: fewer are brought as they are; none at all only with its reason.
    #[test]
    fn none_at_all_needs_its_reason() {
        let row = row();
        let none = nothing(&row, ShortReason::Missing);
        assert_eq!(verify(&row, &none), Ok(()));
        assert!(verify(&row, &Replenish { short: None, ..none.clone() }).is_err());
        for bad in [
            Replenish { quantity: 9, ..none.clone() },
            Replenish { quantity: -1, ..none.clone() },
            Replenish { from_code: "R-02".into(), ..none.clone() },
            Replenish { item_code: "CUP".into(), ..none.clone() },
            Replenish { to_code: "A-02".into(), ..none.clone() },
        ] {
            assert!(verify(&row, &bad).is_err(), "{bad:?}");
        }
    }
}
