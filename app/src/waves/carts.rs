//! A wave's carts in words: the list that finds one on the map, and each one's stops in walking order. What the map shows, for whoever
//! does not see it.

use domain::waves::{StopMark, TripLine, WaveMap};
use leptos::prelude::*;

use super::picture::{Look, colour};
use crate::ui::{Chip, Icon, Meter, Tone, age, grouped};

pub fn carts(map: &WaveMap, look: Look) -> AnyView {
    let rows = map.trips.iter().map(|trip| cart(trip, look)).collect_view();
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Carts"</h2>
                <span class="muted">"Press one to see its way alone"</span>
            </div>
            <ul class="carts" role="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn cart(trip: &TripLine, look: Look) -> AnyView {
    let no = trip.trip_no;
    let pressed = move || look.cart.get() == Some(no);
    let press = move |_| {
        look.replay.clear();
        look.cart.update(|looked| *looked = if *looked == Some(no) { None } else { Some(no) });
    };
    let person = trip.person.clone().unwrap_or_else(|| "nobody yet".to_owned());
    let label = format!("Units of cart {no} done");
    let words = format!("{} of {} · {} m", trip.units_done, trip.units, trip.metres);
    let (done, units) = (trip.units_done.into(), trip.units.into());
    view! {
        <li>
            <button type="button" class="cart" aria-pressed=move || pressed().to_string() on:click=press>
                {line(no)}
                <span class="strong">{format!("Cart {no}")}</span>
                <span class="muted grow">{person}</span>
                <span class="small nowrap">{words}</span>
                <Meter label done of=units tone=Tone::Ok />
            </button>
        </li>
    }
    .into_any()
}

/// A cart's line as it is drawn on the map: colour and dashes.
fn line(no: i32) -> AnyView {
    let class = format!("cart-line map-way {}", colour(no));
    view! {
        <svg class=class viewBox="0 0 30 8" stroke-width="3" aria-hidden="true" focusable="false">
            <polyline points="1.5,4 28.5,4" pathLength="1500" />
        </svg>
    }
    .into_any()
}

/// The stops of the cart that is looked at, in walking order.
pub fn stops(map: &WaveMap, look: Look) -> AnyView {
    let trips: Vec<TripLine> = map.trips.clone();
    let shown = move || {
        let no = look.cart.get()?;
        let trip = trips.iter().find(|trip| trip.trip_no == no)?;
        let rows = trip.stops.iter().enumerate().map(|(nth, stop)| row(nth + 1, stop)).collect_view();
        let work = age(trip.seconds.into());
        let words = format!("{} stops, {} m, {work} planned", trip.stops.len(), grouped(trip.metres.into()));
        Some(view! {
            <section class="card" data-stops=no>
                <div class="card-head">
                    <h2>{format!("Walk of cart {no}")}</h2>
                    <span class="muted">{words}</span>
                </div>
                <ol class="stops" role="list" tabindex="0" aria-label="Stops in walking order">{rows}</ol>
            </section>
        })
    };
    shown.into_any()
}

fn row(nth: usize, stop: &StopMark) -> AnyView {
    let state = if stop.done {
        view! { <Chip text="done" tone=Tone::Ok icon=Icon::Check /> }.into_any()
    } else if stop.at.is_none() {
        view! { <Chip text="not on the layout" tone=Tone::Warn icon=Icon::Alert /> }.into_any()
    } else {
        ().into_any()
    };
    let units = format!("{} of {}", stop.units_done, stop.units);
    view! {
        <li class="stop">
            <span class="stop-nth">{nth}</span>
            <span class="code grow">{stop.bin_code.clone()}</span>
            <span class="small muted nowrap">{units} " units"</span>
            {state}
        </li>
    }
    .into_any()
}

/// What the signs on the map mean.
pub fn legend() -> AnyView {
    let sign = |inner: AnyView, words: &'static str| {
        view! {
            <li>
                <svg class="sign map-sign" viewBox="0 0 16 16" stroke-width="2" aria-hidden="true" focusable="false">{inner}</svg>
                {words}
            </li>
        }
    };
    let signs = [
        (view! { <rect class="map-stop" x="3" y="3" width="10" height="10" rx="2" /> }.into_any(), "to pick"),
        (view! { <rect class="map-stop done" x="3" y="3" width="10" height="10" rx="2" /> }.into_any(), "picked"),
        (view! { <path class="map-start" d="M14 8 4 2v12z" /> }.into_any(), "start"),
        (view! { <circle class="map-end" cx="8" cy="8" r="6" /> }.into_any(), "end"),
        (view! { <path class="map-cross" d="M0 8h16" stroke-width="2" stroke-dasharray="3 3" /> }.into_any(), "cross-aisle"),
    ];
    view! { <ul class="key map-key" role="list">{signs.map(|(inner, words)| sign(inner, words)).collect_view()}</ul> }.into_any()
}
