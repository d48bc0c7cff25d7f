//! What waits, by whom it leaves and when: beside the builder's fields.

use domain::carriers::departure::Departure;
use leptos::prelude::*;

use crate::ui::{When, counted};

/// Rows that are shown; more are counted.
const ROWS_MAX: usize = 12;

/// Carriers that orders wait for, as options: those whose cutoff comes first before others.
pub fn carriers(departures: &[Departure]) -> Vec<(String, String)> {
    let mut names: Vec<&str> = Vec::new();
    for one in departures {
        if !one.carrier.is_empty() && !names.contains(&one.carrier.as_str()) {
            names.push(&one.carrier);
        }
    }
    names.into_iter().map(|name| (name.to_owned(), name.to_owned())).collect()
}

pub fn leaving(departures: &[Departure]) -> AnyView {
    if departures.iter().all(|one| one.carrier.is_empty()) {
        return ().into_any();
    }
    let row = |one: &Departure| {
        let what = format!("{}, {}", counted(one.orders, "order", "orders"), counted(one.units, "unit", "units"));
        view! {
            <li data-departure=one.carrier.clone()>
                <span class="strong">{one.carrier_words().to_owned()}</span>
                <span class="muted small"><When at=one.at /> " · " {what}</span>
            </li>
        }
    };
    let rows = departures.iter().take(ROWS_MAX).map(row).collect_view();
    let more = departures.len().saturating_sub(ROWS_MAX);
    let more = (more > 0).then(|| view! { <p class="muted small">{format!("and {more} more")}</p> });
    view! {
        <details class="plan-list">
            <summary>"What leaves, and when"</summary>
            <div class="plan-scroll" tabindex="0" role="region" aria-label="What leaves, and when">
                <ul role="list">{rows}</ul>
                {more}
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    /// PCK-4: each carrier is offered once, the next to leave first; what has none is not.
    #[test]
    fn each_carrier_is_offered_once_the_next_to_leave_first() {
        let leaving = |carrier: &str| Departure { carrier: carrier.into(), at: DateTime::UNIX_EPOCH, orders: 1, units: 1 };
        let options = carriers(&[leaving("DHL"), leaving(""), leaving("DPD"), leaving("DHL")]);
        assert_eq!(options.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["DHL", "DPD"]);
    }
}
