//! How an order's and a delivery's standing look, wherever they are shown.

use domain::purchasing::{DeliveryStanding, Standing};
use leptos::prelude::*;

use crate::ui::{Chip, Tone};

pub fn standing_chip(standing: Standing) -> AnyView {
    let tone = match standing {
        Standing::Draft => Tone::Warn,
        Standing::Approved => Tone::Info,
        Standing::Partial => Tone::Accent,
        Standing::Closed => Tone::Ok,
        Standing::Cancelled => Tone::Plain,
    };
    view! { <Chip text=standing.words() tone /> }.into_any()
}

pub fn delivery_chip(standing: DeliveryStanding, late: bool) -> AnyView {
    if late && standing == DeliveryStanding::Expected {
        return view! { <Chip text="Late" tone=Tone::Stop /> }.into_any();
    }
    let tone = match standing {
        DeliveryStanding::Expected => Tone::Info,
        DeliveryStanding::Arrived => Tone::Warn,
        DeliveryStanding::Receiving => Tone::Accent,
        DeliveryStanding::Done => Tone::Ok,
        DeliveryStanding::Cancelled => Tone::Plain,
    };
    view! { <Chip text=standing.words() tone /> }.into_any()
}

/// `3 Dec 2026`.
pub fn day(day: chrono::NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// `3 Dec, 08:00–09:00`; a slot over midnight says both days.
pub fn slot(from: chrono::NaiveDateTime, to: chrono::NaiveDateTime) -> String {
    let end = if from.date() == to.date() { "%H:%M" } else { "%-d %b %H:%M" };
    format!("{}–{}", from.format("%-d %b, %H:%M"), to.format(end))
}

#[cfg(test)]
mod tests {
    use super::slot;

    #[test]
    fn a_slot_over_midnight_says_both_days() {
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(slot(at("2026-12-03T08:00:00"), at("2026-12-03T09:30:00")), "3 Dec, 08:00–09:30");
        assert_eq!(slot(at("2026-12-03T23:00:00"), at("2026-12-04T01:00:00")), "3 Dec, 23:00–4 Dec 01:00");
    }
}
