//! Units on hand, day by day: a picture, its ends in words, and the same as a table for whoever would rather read.

use chrono::NaiveDate;
use leptos::prelude::*;

use crate::ui::{Rows, grouped, heads};

const WIDTH: i64 = 900;
const HEIGHT: i64 = 160;

pub fn history(days: &[(NaiveDate, i64)]) -> AnyView {
    let (Some((first, began)), Some((last, now))) = (days.first(), days.last()) else { return ().into_any() };
    let most = days.iter().map(|(_, units)| *units).max().unwrap_or(0);
    let least = days.iter().map(|(_, units)| *units).min().unwrap_or(0);
    let (top, count) = (most.max(1), i64::try_from(days.len()).unwrap_or(1).max(2));
    // A day holds its level until the next: steps, not slopes.
    let steps = (0_i64..).zip(days).map(|(at, (_, units))| {
        let (x, y) = (at * WIDTH / (count - 1), HEIGHT - (*units).clamp(0, top) * HEIGHT / top);
        if at == 0 { format!("M{x} {y}") } else { format!("H{x}V{y}") }
    });
    let line = steps.collect::<String>();
    let area = format!("{line}V{HEIGHT}H0Z");
    let words = format!(
        "Units on hand at the end of each day from {first} to {last}: {} at first, {} now, at least {}, at most {}.",
        grouped(*began),
        grouped(*now),
        grouped(least),
        grouped(most)
    );
    let rows = days.iter().rev().map(|(day, units)| {
        view! { <tr><th scope="row">{day.to_string()}</th><td class="num">{grouped(*units)}</td></tr> }
    });
    let rows = rows.collect_view();
    view! {
        <section class="card" data-history>
            <div class="card-head">
                <h2>"On hand, day by day"</h2>
                <span class="muted small">{format!("{first} – {last}")}</span>
            </div>
            <div class="history">
                <span class="small muted">{grouped(most)}</span>
                <svg class="spark history-line" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=words focusable="false">
                    <path class="area" d=area />
                    <path class="line" d=line />
                </svg>
                <span class="small muted">"0"</span>
            </div>
            <details>
                <summary class="btn quiet">"As a table"</summary>
                <Rows label="On hand, day by day" caption="Units on hand at the end of each day, latest first">
                    {heads(&[("Day", ""), ("Units", "num")])}
                    <tbody>{rows}</tbody>
                </Rows>
            </details>
        </section>
    }
    .into_any()
}
