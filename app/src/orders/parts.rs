//! How an order's stage, hold and money look, wherever they are shown.

use domain::orders::release::Hold;
use domain::orders::stage::{Progress, Stage};
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::ui::{Chip, Share, Tone};

pub fn stage_chip(stage: Stage) -> AnyView {
    let tone = match stage {
        Stage::Shipped => Tone::Ok,
        Stage::OnHold | Stage::Backorder => Tone::Warn,
        Stage::Cancelled => Tone::Plain,
        Stage::Waiting | Stage::PartShipped => Tone::Info,
        Stage::Picking | Stage::Packing | Stage::Packed => Tone::Accent,
    };
    view! { <Chip text=stage.words() tone /> }.into_any()
}

pub fn hold_words(hold: Option<Hold>) -> AnyView {
    hold.map(|hold| view! { <span class="small muted">{hold.words()}</span> }).into_any()
}

/// Units by how far they have come, in the order of the work.
pub fn shares(units: &Progress) -> Vec<Share> {
    let share = |name, count: i32, colour| Share::new(name, count.into(), colour);
    vec![
        share("Shipped", units.shipped, "d1"),
        share("In parcels", units.in_parcels, "d7"),
        share("In totes", units.in_totes, "d2"),
        share("In bins", units.in_bins, "d3"),
        share("Reserved", units.reserved, "d5"),
        share("Missing", units.short(), "d4"),
    ]
}

/// `£12.00`: two places, thousands parted, the symbol of the currency.
pub fn money(amount: Decimal, currency: &str) -> String {
    let symbol =
        currency.parse::<iso_currency::Currency>().map_or_else(|_| currency.to_owned(), |known| known.symbol().to_string());
    let rounded = amount.round_dp(2);
    let text = format!("{:.2}", rounded.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = whole.parse::<i64>().map_or_else(|_| whole.to_owned(), crate::ui::grouped);
    let sign = if rounded < Decimal::ZERO { "−" } else { "" };
    format!("{sign}{symbol}{whole}.{cents}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_read_it() {
        let cases = [("1234.5", "GBP", "£1,234.50"), ("-3", "EUR", "−€3.00"), ("0.005", "USD", "$0.00"), ("7", "???", "???7.00")];
        for (amount, currency, words) in cases {
            assert_eq!(money(amount.parse().unwrap(), currency), words);
        }
    }
}
