//! Live figures: which there are, how each is counted, and the shape of the rows behind it. Decides the arithmetic from rows to
//! number; which rows count is `service::insight`.

mod course;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use course::{Beat, Course, Good, Standing};

use crate::ids::SiteId;

/// A figure managers glance at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kpi {
    OrdersWaiting,
    PickedPerHour,
    ShippedToday,
    WaveProgress,
    ReturnsOpen,
    RefundHours,
    Stock,
    OldestException,
    RefundsWaiting,
    Backorders,
}

/// How rows become the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    /// Σ counts.
    Total,
    /// Of the whole, what the part `done` makes, in percent.
    Done,
    Median,
    Greatest,
}

impl Kpi {
    pub const ALL: [Self; 10] = [
        Self::OrdersWaiting,
        Self::WaveProgress,
        Self::PickedPerHour,
        Self::ShippedToday,
        Self::Backorders,
        Self::OldestException,
        Self::ReturnsOpen,
        Self::RefundsWaiting,
        Self::RefundHours,
        Self::Stock,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::OrdersWaiting => "orders_waiting",
            Self::PickedPerHour => "picked_per_hour",
            Self::ShippedToday => "shipped_today",
            Self::WaveProgress => "wave_progress",
            Self::ReturnsOpen => "returns_open",
            Self::RefundHours => "refund_hours",
            Self::Stock => "stock",
            Self::OldestException => "oldest_exception",
            Self::RefundsWaiting => "refunds_waiting",
            Self::Backorders => "backorders",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kpi| kpi.code() == code)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::OrdersWaiting => "Orders waiting",
            Self::PickedPerHour => "Picked",
            Self::ShippedToday => "Shipped today",
            Self::WaveProgress => "Waves picked",
            Self::ReturnsOpen => "Open returns",
            Self::RefundHours => "Receipt to refund",
            Self::Stock => "On hand",
            Self::OldestException => "Oldest exception",
            Self::RefundsWaiting => "Refunds to approve",
            Self::Backorders => "Backordered",
        }
    }

    pub const fn unit(self) -> &'static str {
        match self {
            Self::OrdersWaiting => "orders",
            Self::PickedPerHour => "units/h",
            Self::ShippedToday => "parcels",
            Self::WaveProgress => "%",
            Self::ReturnsOpen => "returns",
            Self::RefundHours | Self::OldestException => "h",
            Self::Stock | Self::Backorders => "units",
            Self::RefundsWaiting => "refunds",
        }
    }

    /// How it is counted, in full: shown with the figure.
    pub const fn definition(self) -> &'static str {
        match self {
            Self::OrdersWaiting => {
                "Released orders with units given to them in bins and on no cart's list; an order at two sites counts at both."
            }
            Self::PickedPerHour => "Units of the pick tasks finished in the last 60 minutes.",
            Self::ShippedToday => "Parcels handed to a carrier since midnight at their site.",
            Self::WaveProgress => {
                "Units picked of all units to pick, in waves that were released in the last 7 days and are not finished."
            }
            Self::ReturnsOpen => {
                "Returns that wait: for a decision, for their units, for inspection, or for their money. Asked for in the last 180 days."
            }
            Self::RefundHours => {
                "Median hours from the first unit's receipt to the money being paid, of refunds paid in the last 30 days."
            }
            Self::Stock => "Units inside the walls, by what they are good for; available and allocated are both sellable.",
            Self::OldestException => "Hours since the oldest open exception was raised.",
            Self::RefundsWaiting => "Refunds proposed and not yet decided.",
            Self::Backorders => "Units ordered that nobody has at hand, of orders with an open backorder.",
        }
    }

    /// What a row counts.
    pub const fn counts(self) -> &'static str {
        match self {
            Self::OrdersWaiting => "orders",
            Self::PickedPerHour | Self::WaveProgress | Self::Stock | Self::Backorders => "units",
            Self::ShippedToday => "parcels",
            Self::ReturnsOpen => "returns",
            Self::RefundHours | Self::OldestException => "hours",
            Self::RefundsWaiting => "refunds",
        }
    }

    pub const fn sum(self) -> Sum {
        match self {
            Self::WaveProgress => Sum::Done,
            Self::RefundHours => Sum::Median,
            Self::OldestException => Sum::Greatest,
            _ => Sum::Total,
        }
    }
}

/// Words of a part's code.
pub fn part_words(part: &str) -> &str {
    match part {
        "available" => "Available",
        "allocated" => "Allocated",
        "held" => "On hold",
        "quarantined" => "Quarantined",
        "damaged" => "Damaged",
        "returned" => "Returned",
        "in_transit" => "In transit",
        "done" => "Picked",
        "to_pick" => "To pick",
        "review" => "To decide",
        "awaiting" => "On the way",
        "to_inspect" => "To inspect",
        "refunding" => "To refund",
        "backorder" => "Backorder",
        "payment" => "Payment",
        "short_pick" => "Short pick",
        "address" => "Address",
        "unidentified_return" => "Unidentified return",
        "unmatched_return" => "Unmatched return",
        "refund_failed" => "Refund failed",
        "count_due" => "Count due",
        "import" => "Import",
        other => other,
    }
}

/// A share of a figure: units in one state, returns at one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub part: String,
    pub rows: i64,
    pub total: Decimal,
    pub median: Decimal,
    pub greatest: Decimal,
}

/// A figure with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub kpi: Kpi,
    /// None where there is nothing to divide by or to take the middle of: "n/a", never 0.
    pub value: Option<Decimal>,
    /// Rows behind it.
    pub rows: i64,
    pub parts: Vec<Part>,
}

impl Figure {
    pub fn of(kpi: Kpi, parts: Vec<Part>) -> Self {
        let total: Decimal = parts.iter().map(|part| part.total).sum();
        let value = match kpi.sum() {
            Sum::Total => Some(total),
            Sum::Done => {
                let done = parts.iter().find(|part| part.part == "done").map_or(Decimal::ZERO, |part| part.total);
                (!total.is_zero()).then(|| (done * Decimal::ONE_HUNDRED / total).round_dp(1))
            }
            // Asked of figures with one part only.
            Sum::Median => parts.first().map(|part| part.median.round_dp(1)),
            Sum::Greatest => parts.iter().map(|part| part.greatest.round_dp(1)).max(),
        };
        Self { kpi, value, rows: parts.iter().map(|part| part.rows).sum(), parts }
    }
}

/// All figures, of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub as_of: DateTime<Utc>,
    pub figures: Vec<Figure>,
    /// Of those figures that have a course.
    pub courses: Vec<Course>,
}

/// Which rows of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filter {
    pub site: Option<SiteId>,
    /// One part; empty = all.
    pub part: String,
}

/// One row that a figure counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillRow {
    pub part: String,
    pub site: String,
    /// The order's number, the SKU's code, the wave.
    pub label: String,
    /// Its own page.
    pub href: String,
    pub detail: String,
    pub at: Option<DateTime<Utc>>,
    pub counts: Decimal,
}

/// The rows behind a figure, and the figure they make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    pub as_of: DateTime<Utc>,
    pub figure: Figure,
    /// The first ones; `figure.rows` says how many there are.
    pub rows: Vec<DrillRow>,
}

/// Rows a screen shows; the CSV has all that one file may have.
pub const ROWS_SHOWN: i64 = 500;

#[cfg(test)]
mod tests {
    use super::*;

    fn part(part: &str, total: i64) -> Part {
        let total = Decimal::from(total);
        Part { part: part.into(), rows: 1, total, median: total, greatest: total }
    }

    /// EXC-3: a figure is its rows added up; with nothing to divide by there is no figure, and never a zero.
    #[test]
    fn a_figure_is_made_of_its_parts() {
        let of = |kpi, parts: &[Part]| Figure::of(kpi, parts.to_vec()).value;
        assert_eq!(of(Kpi::Stock, &[part("available", 7), part("allocated", 3)]), Some(Decimal::from(10)));
        assert_eq!(of(Kpi::WaveProgress, &[part("done", 1), part("to_pick", 2)]), Some(Decimal::new(333, 1)));
        assert_eq!(of(Kpi::OldestException, &[part("payment", 5), part("address", 9)]), Some(Decimal::from(9)));
        assert_eq!(of(Kpi::OrdersWaiting, &[]), Some(Decimal::ZERO));
        for kpi in [Kpi::WaveProgress, Kpi::RefundHours, Kpi::OldestException] {
            assert_eq!(of(kpi, &[]), None, "{kpi:?}");
        }
    }

    #[test]
    fn codes_read_back() {
        for kpi in Kpi::ALL {
            assert_eq!(Kpi::parse(kpi.code()), Some(kpi));
            assert_eq!(serde_json::to_value(kpi).unwrap(), kpi.code());
        }
    }
}
