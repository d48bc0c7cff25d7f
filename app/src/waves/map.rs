//! `/waves/:wave`: one wave on its site: how far it walks and has come, its carts, and what may be done with it.

use domain::ids::WaveId;
use domain::people::Permission;
use domain::waves::{CancelWave, Status, WaveMap};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::{read_wave, send_cancel_wave};
use super::carts::{carts, legend, stops};
use super::figures::{progress, walking};
use super::part::Parting;
use super::picture::{Look, picture};
use super::receipt::Receipt;
use super::release::Release;
use super::replay::{Replay, controls};
use super::split::Splitting;
use super::status_chip;
use super::whatif::{WhatIf, what_if};
use crate::door::{Said, Unanswered, live, visit};
use crate::ui::{Confirm, Icon, LastRefused, Refusal, Refused, Toasts, counted, loaded_page};

#[component]
pub fn WavePage() -> impl IntoView {
    let params = use_params_map();
    let fresh = live(&["wave", "trip"]);
    let again = RwSignal::new(0_u32);
    let wave = move || params.with(|params| params.get("wave").unwrap_or_default());
    let asked = move || (wave(), fresh.get(), again.get());
    let answer = Resource::new(asked, |(wave, ..)| read_wave(wave));
    let tools = Tools::new(again);
    Effect::new(move |before: Option<String>| {
        let wave = wave();
        if before.is_some_and(|before| before != wave) {
            tools.look.cart.set(None);
            tools.look.replay.clear();
            tools.what_if.forget();
        }
        wave
    });
    view! {
        <Title text="Wave" />
        <div class="page">{loaded_page(answer, move |map| sheet(&map, &tools))}</div>
    }
    .into_any()
}

/// What can be done to the wave, how it is looked at, and what was tried on it.
#[derive(Clone, Copy)]
struct Tools {
    release: Release,
    split: Splitting,
    part: Parting,
    cancel: Action<WaveId, Result<(), Said>>,
    said: Refused,
    /// Is the cancelling being asked about?
    asking: RwSignal<bool>,
    // Made here, not where they are shown: what is shown is drawn anew in the same breath.
    cancelling: Signal<bool>,
    look: Look,
    what_if: WhatIf,
}

impl Tools {
    fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let say = move |words: String| {
            if let Some(toasts) = toasts {
                toasts.push(words);
            }
            again.update(|again| *again += 1);
        };
        let last = LastRefused::default();
        let release = Release::new(move || say("On the floor: pickers see it now.".to_owned()));
        let taking_back = Unanswered::new();
        let cancel = Action::new(move |wave: &WaveId| {
            let command = CancelWave { wave: *wave };
            last.of(async move {
                let back = taking_back.send(&command, send_cancel_wave).await?;
                let left = match back.to_put_back {
                    0 => String::new(),
                    units => format!(" {} to be put back.", counted(units, "unit waits", "units wait")),
                };
                say(format!("Cancelled. {} can be planned again.{left}", counted(back.units, "unit", "units")));
                Ok(())
            })
        });
        let cancelling = cancel.pending().into();
        let (said, asking, split) = (last.said(), RwSignal::new(false), Splitting::new());
        let look = Look { cart: RwSignal::default(), large: RwSignal::new(false), replay: Replay::new() };
        let part = Parting::new();
        Self { release, split, part, cancel, said, asking, cancelling, look, what_if: WhatIf::new() }
    }
}

fn sheet(map: &WaveMap, tools: &Tools) -> AnyView {
    let tools = *tools;
    let row = &map.row;
    let title = row.number.clone();
    view! {
        <Title text=title.clone() />
        <header class="page-head">
            <A href="/waves" attr:class="btn quiet square" attr:aria-label="Waves">{Icon::Back.view()}</A>
            <h1>{title}</h1>
            {status_chip(row.status())}
            <span class="muted">{format!("{} · {} orders · {} units{}", row.site_code, row.orders, row.units, leaves(row))}</span>
            {acts(map, &tools)}
        </header>
        <Refusal said=tools.said />
        {tools.release.refusal(row.wave)}
        <div class="split map-split">
            <div class="stack">
                <section class="card map-card">
                    {above(tools.look)}
                    {picture(map, tools.look)}
                    {legend()}
                    {controls(map, tools.look.cart, tools.look.replay)}
                </section>
                {what_if(map, tools.what_if)}
            </div>
            <div class="stack">
                {progress(map)}
                {walking(map)}
                {carts(map, tools.look)}
                {stops(map, tools.look)}
                {split(map, &tools)}
                {unmapped(map)}
                <Receipt wave=map.row.wave />
            </div>
        </div>
    }
    .into_any()
}

/// With whom its orders leave.
fn leaves(row: &domain::waves::WaveRow) -> String {
    if row.carriers.is_empty() { String::new() } else { format!(" · {}", row.carriers.join(", ")) }
}

fn acts(map: &WaveMap, tools: &Tools) -> AnyView {
    let tools = *tools;
    let (wave, status) = (map.row.wave, map.row.status());
    if !visit().may(Permission::WavesPlan) || matches!(status, Status::Done | Status::Cancelled) {
        return ().into_any();
    }
    let cancel = tools.cancel;
    let sure = Callback::new(move |()| {
        cancel.dispatch(wave);
    });
    let release = (status == Status::Planned).then(|| tools.release.button(wave));
    view! {
        <span class="row push">
            <Confirm
                label="Cancel"
                question="Take back what is not picked?"
                yes="Cancel the wave"
                on_yes=sure
                asking=tools.asking
                busy=tools.cancelling
            />
            {release}
        </span>
    }
    .into_any()
}

/// Carts nobody has begun can be parted off, and orders that are not all picked.
fn split(map: &WaveMap, tools: &Tools) -> AnyView {
    if visit().may(Permission::WavesPlan) && !matches!(map.row.status(), Status::Done | Status::Cancelled) {
        let orders = (map.row.orders > 1).then(|| tools.part.card(map.row.wave));
        view! {
            {tools.split.card(map)}
            {orders}
        }
        .into_any()
    } else {
        ().into_any()
    }
}

/// Over the map: how large it is drawn.
fn above(look: Look) -> AnyView {
    let label = move || if look.large.get() { "Fit the map" } else { "Larger map" };
    view! {
        <div class="card-head">
            <h2>"Map"</h2>
            <button
                type="button"
                class="btn quiet"
                data-act="larger"
                on:click=move |_| look.large.update(|large| *large = !*large)
            >
                {label}
            </button>
        </div>
    }
    .into_any()
}

/// Bins that no layout knows are picked last, and said.
fn unmapped(map: &WaveMap) -> AnyView {
    let bins: Vec<String> = map
        .trips
        .iter()
        .flat_map(|trip| trip.stops.iter())
        .filter(|stop| stop.at.is_none())
        .map(|stop| stop.bin_code.clone())
        .collect();
    if bins.is_empty() {
        return ().into_any();
    }
    view! {
        <p class="banner warn">
            {Icon::Alert.view()}
            <span>{format!("Not on the layout, picked last: {}", bins.join(", "))}</span>
        </p>
    }
    .into_any()
}
