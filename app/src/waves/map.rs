//! `/waves/:wave`: one wave on its site: how far it walks, its carts, and what may be done with it.

use domain::ids::{CommandId, WaveId};
use domain::people::Permission;
use domain::waves::{CancelWave, Status, TripLine, WaveMap};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::{read_wave, send_cancel_wave};
use super::picture::{colour, picture};
use super::release::Release;
use super::split::Splitting;
use super::status_chip;
use crate::door::{Said, live, visit};
use crate::ui::{Chip, Confirm, Icon, LastRefused, Meter, Refusal, Refused, Toasts, Tone, When, age, grouped, loaded_page, when};

#[component]
pub fn WavePage() -> impl IntoView {
    let params = use_params_map();
    let fresh = live(&["wave", "trip"]);
    let again = RwSignal::new(0_u32);
    let asked = move || (params.with(|params| params.get("wave").unwrap_or_default()), fresh.get(), again.get());
    let answer = Resource::new(asked, |(wave, ..)| read_wave(wave));
    let tools = Tools::new(again);
    view! {
        <Title text="Wave" />
        <div class="page">{loaded_page(answer, move |map| sheet(&map, tools))}</div>
    }
    .into_any()
}

/// What can be done to the wave, and which cart is looked at.
#[derive(Clone, Copy)]
struct Tools {
    release: Release,
    split: Splitting,
    cancel: Action<WaveId, Result<(), Said>>,
    said: Refused,
    /// Is the cancelling being asked about?
    asking: RwSignal<bool>,
    // Made here, not where they are shown: what is shown is drawn anew in the same breath.
    cancelling: Signal<bool>,
    looked_at: RwSignal<Option<i32>>,
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
        let cancel = Action::new(move |wave: &WaveId| {
            let command = CancelWave { wave: *wave };
            last.of(async move {
                let back = send_cancel_wave(CommandId::mint(), command).await?;
                let left = match back.to_put_back {
                    0 => String::new(),
                    1 => " 1 unit waits to be put back.".to_owned(),
                    units => format!(" {units} units wait to be put back."),
                };
                say(format!("Cancelled. {} units can be planned again.{left}", back.units));
                Ok(())
            })
        });
        let cancelling = cancel.pending().into();
        let (said, asking, split) = (last.said(), RwSignal::new(false), Splitting::new());
        Self { release, split, cancel, said, asking, cancelling, looked_at: RwSignal::default() }
    }
}

fn sheet(map: &WaveMap, tools: Tools) -> AnyView {
    let row = &map.row;
    let title = row.number.clone();
    view! {
        <Title text=title.clone() />
        <header class="page-head">
            <A href="/waves" attr:class="btn quiet square" attr:aria-label="Waves">{Icon::Back.view()}</A>
            <h1>{title}</h1>
            {status_chip(row.status())}
            <span class="muted">{format!("{} · {} orders · {} units", row.site_code, row.orders, row.units)}</span>
            {acts(map, tools)}
        </header>
        <Refusal said=tools.said />
        {tools.release.refusal(row.wave)}
        <div class="split map-split">
            <section class="card map-card">{picture(map, tools.looked_at)}</section>
            <div class="stack">{walking(map)} {carts(map, tools)} {split(map, tools)} {unmapped(map)}</div>
        </div>
    }
    .into_any()
}

fn acts(map: &WaveMap, tools: Tools) -> AnyView {
    let (wave, status) = (map.row.wave, map.row.status());
    if !visit().may(Permission::WavesPlan) || matches!(status, Status::Done | Status::Cancelled) {
        return ().into_any();
    }
    let sure = Callback::new(move |()| {
        tools.cancel.dispatch(wave);
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

/// Carts nobody has begun can be parted off.
fn split(map: &WaveMap, tools: Tools) -> AnyView {
    if visit().may(Permission::WavesPlan) && !matches!(map.row.status(), Status::Done | Status::Cancelled) {
        tools.split.card(map)
    } else {
        ().into_any()
    }
}

fn walking(map: &WaveMap) -> AnyView {
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

fn carts(map: &WaveMap, tools: Tools) -> AnyView {
    let rows = map.trips.iter().map(|trip| cart(trip, tools.looked_at)).collect_view();
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Carts"</h2>
                <span class="muted">"Tap one to see its way alone"</span>
            </div>
            <ul class="carts" role="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn cart(trip: &TripLine, looked_at: RwSignal<Option<i32>>) -> AnyView {
    let no = trip.trip_no;
    let pressed = move || looked_at.get() == Some(no);
    let press = move |_| looked_at.update(|looked| *looked = if *looked == Some(no) { None } else { Some(no) });
    let person = trip.person.clone().unwrap_or_else(|| "nobody yet".to_owned());
    let label = format!("Units of cart {no} done");
    let words = format!("{} of {} · {} m", trip.units_done, trip.units, trip.metres);
    let (done, units) = (trip.units_done.into(), trip.units.into());
    view! {
        <li>
            <button type="button" class="cart" aria-pressed=move || pressed().to_string() on:click=press>
                <i class=format!("swatch {}", colour(no))></i>
                <span class="strong">{format!("Cart {no}")}</span>
                <span class="muted grow">{person}</span>
                <span class="small nowrap">{words}</span>
                <Meter label done of=units tone=Tone::Ok />
            </button>
        </li>
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
