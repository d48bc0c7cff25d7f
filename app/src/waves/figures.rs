//! A wave's figures beside its map: how far it has come, when it will be done, how far it walks.

use domain::waves::WaveMap;
use domain::waves::labour::WaveOutlook;
use leptos::prelude::*;

use super::outlook::ends;
use crate::ui::{Chip, Meter, Tone, When, age, grouped, when};

pub fn progress(map: &WaveMap) -> AnyView {
    let row = &map.row;
    let (done, units) = (i64::from(row.units_done()), i64::from(row.units));
    let tone = if row.units_short > 0 { Tone::Warn } else { Tone::Ok };
    let short = (row.units_short > 0).then(|| format!(", {} short", row.units_short));
    let carts = format!("{} of {} carts back", row.trips_done, row.trips);
    view! {
        <section class="card" data-progress=done>
            <div class="card-head">
                <h2>"Progress"</h2>
                <span class="muted">{carts}</span>
            </div>
            <p class="row">
                <span class="big">{grouped(done)}</span>
                <span class="muted">{format!("of {} units", grouped(units))} {short}</span>
            </p>
            <Meter label="Units picked" done of=units tone />
            {map.finish.as_ref().map(|finish| foretold(finish, &map.rates))}
        </section>
    }
    .into_any()
}

/// When it will be done, as the board says it, and how that is known.
fn foretold(finish: &WaveOutlook, rates: &str) -> AnyView {
    let rates = rates.to_owned();
    view! {
        <dl class="facts">
            <dt>"Predicted finish"</dt>
            <dd data-finish>{ends(finish)}</dd>
            <dt>"Work left"</dt>
            <dd>{age(finish.seconds_left.max(60))}</dd>
            <dt>"Told by"</dt>
            <dd>"the roster, " {rates}</dd>
        </dl>
    }
    .into_any()
}

pub fn walking(map: &WaveMap) -> AnyView {
    let row = &map.row;
    let saved = row.saved_percent();
    let saved = (saved > 0).then(|| view! { <Chip text=format!("−{saved} %") tone=Tone::Ok /> });
    view! {
        <section class="card">
            <h2>"Walking"</h2>
            <p class="row"><span class="big">{grouped(row.metres.into())} " m"</span> {saved}</p>
            <dl class="facts">
                <dt>"In arrival order, S-shape"</dt>
                <dd>{grouped(row.metres_fifo.into())} " m"</dd>
                <dt>"Work, all carts"</dt>
                <dd>{age(row.seconds.into())}</dd>
                <dt>"First promised for"</dt>
                <dd>{when(row.due)}</dd>
                <dt>"Planned"</dt>
                <dd><When at=row.planned_at /></dd>
                <dt>"On the floor"</dt>
                <dd>{when(row.released_at)}</dd>
            </dl>
        </section>
    }
    .into_any()
}
