//! Stock states as shares of a bar: the same colours and order wherever a SKU's units are shown.

use domain::stock::StockRow;

use crate::ui::Share;

/// What people see, summing to on hand.
pub fn shares(row: &StockRow) -> Vec<Share> {
    vec![
        Share::new("Available", row.available, "d1"),
        Share::new("Allocated", row.allocated, "d2"),
        Share::new("In transit", row.in_transit, "d3"),
        Share::new("Quarantined", row.quarantined, "d4"),
        Share::new("On hold", row.held, "d6"),
        Share::new("Returned", row.returned, "d5"),
        Share::new("Damaged", row.damaged, "d8"),
    ]
}
