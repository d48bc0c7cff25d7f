//! `/floor`: what there is to do, and a scan of anything opens its task.

use domain::floor::{Found, TripRow};
use domain::people::Permission as P;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::api::{read_scan, read_trips};
use crate::door::{live, visit};
use crate::sites::here;
use crate::ui::{Band, Chip, Empty, Heard, Icon, ManualCode, Meter, Tone, When, answer_scan, loaded, on_scan};

#[component]
pub fn FloorPage() -> impl IntoView {
    let site = here();
    let band = RwSignal::new(Heard::Ask("Scan anything: tote, order, parcel, return, item".to_owned()));
    let go = use_navigate();
    on_scan(move |code| {
        let (go, site) = (go.clone(), site.get_untracked());
        band.set(Heard::Busy(format!("Looking for {code}…")));
        spawn_local(async move {
            let found = match read_scan(site, code.clone()).await {
                Ok(found) => found,
                Err(said) => return answer_scan(band, Heard::wrong(&said)),
            };
            match address(&found) {
                Some(path) => go(&path, leptos_router::NavigateOptions::default()),
                None => answer_scan(band, Heard::Wrong { words: format!("Nobody here knows {code}."), detail: String::new() }),
            }
        });
    });
    view! {
        <Title text="Floor" />
        <div class="task">
            <div class="task-head"><h1>"Floor"</h1></div>
            <div class="task-body">
                <Band heard=band />
                {doors()}
                {visit().may(P::Pick).then(work)}
            </div>
            <div class="task-foot"><ManualCode /></div>
        </div>
    }
    .into_any()
}

/// Where a scan leads.
fn address(found: &Found) -> Option<String> {
    Some(match found {
        Found::Trip(trip) => format!("/floor/pick/{trip}"),
        Found::ToPack(scan) => format!("/floor/pack?scan={}", leptos_router::location::Url::escape(scan)),
        Found::Parcel(parcel) => format!("/floor/pack/{parcel}"),
        Found::Order(number) => format!("/orders/{number}"),
        Found::Sku(sku) => format!("/inventory/{sku}"),
        Found::Return(number) => format!("/floor/returns?rma={number}"),
        Found::Nothing => return None,
    })
}

/// Big doors to each kind of work the visitor may do.
fn doors() -> AnyView {
    let doors = [
        ("Pack", "A tote becomes a parcel", "/floor/pack", Icon::Box, P::Pack),
        ("Hand over", "Parcels leave with the carrier", "/floor/ship", Icon::Truck, P::Ship),
        ("Returns", "What customers send back: in, graded, put away", "/floor/returns", Icon::Return, P::ReturnsReceive),
    ];
    let visit = visit();
    let open = doors.into_iter().filter(|(.., needs)| visit.may(*needs)).map(|(name, words, path, icon, _)| {
        view! {
            <li>
                <A href=path attr:class="floor-door">
                    {icon.view()}
                    <span><b>{name}</b> <span class="muted small">{words}</span></span>
                </A>
            </li>
        }
    });
    view! { <ul class="floor-doors" role="list">{open.collect_view()}</ul> }.into_any()
}

/// Carts to walk: one's own first.
fn work() -> AnyView {
    let site = here();
    let fresh = live(&["wave", "trip"]);
    let answer = Resource::new(move || (site.get(), fresh.get()), |(site, _)| read_trips(site));
    view! {
        <section class="stack-tight" aria-label="Carts to walk">
            <h2>"Carts to walk"</h2>
            {loaded(answer, carts)}
        </section>
    }
    .into_any()
}

fn carts(mut rows: Vec<TripRow>) -> AnyView {
    rows.sort_by_key(|row| (!row.mine, row.person_name.is_some()));
    if rows.is_empty() {
        return view! {
            <div class="card"><Empty title="Every cart is walked" words="New ones appear here the moment a wave is released." icon=Icon::Cart /></div>
        }
        .into_any();
    }
    view! { <ul class="floor-carts" role="list">{rows.into_iter().map(cart).collect_view()}</ul> }.into_any()
}

fn cart(row: TripRow) -> AnyView {
    let state = match (row.mine, row.person_name) {
        (true, _) => view! { <Chip text="Yours: go on" tone=Tone::Accent /> }.into_any(),
        (false, Some(name)) => view! { <Chip text=name icon=Icon::Person /> }.into_any(),
        (false, None) => view! { <Chip text="Free" tone=Tone::Ok /> }.into_any(),
    };
    let due = row.due.map(|due| view! { <span class="muted small">"due " <When at=due /></span> });
    let name = format!("{} · Cart {}", row.wave_number, row.trip_no);
    let words = format!("{} orders · {} of {} units · {} m", row.orders, row.units_done, row.units, row.metres);
    let label = format!("Units of {name} done");
    let (done, units) = (row.units_done.into(), row.units.into());
    view! {
        <li>
            <A href=format!("/floor/pick/{}", row.trip) attr:class="floor-cart">
                <span class="row-between"><b>{name}</b> {state}</span>
                <span class="row-between"><span class="small">{words}</span> {due}</span>
                <Meter label done of=units tone=Tone::Ok />
            </A>
        </li>
    }
    .into_any()
}
