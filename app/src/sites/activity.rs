//! `/sites/map`: where at a site people pick, as heat on its map and as a table; each bin leads to its SKU and that SKU's movements.

use domain::ids::SiteId;
use domain::sites::activity::{Activity, Bay, Heat, Span};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::read_activity;
use super::ground::{Frame, Spread, ground, names};
use super::here;
use super::picked::{aisles, busiest, chosen};
use crate::door::live;
use crate::ui::{Empty, Icon, counted, loaded};

#[component]
pub fn SiteMapPage() -> impl IntoView {
    let (site, query, fresh) = (here(), use_query_map(), live(&["trip"]));
    let span = Memo::new(move |_| query.with(|query| Span::parse(&query.get("span").unwrap_or_default())));
    let bay = RwSignal::new(None::<Bay>);
    // A bay is of one site.
    Effect::new(move |before: Option<Option<SiteId>>| {
        let site = site.get();
        if before.is_some_and(|before| before != site) {
            bay.set(None);
        }
        site
    });
    view! {
        <Title text="Site map" />
        <div class="page">
            <header class="page-head">
                <h1>"Site map"</h1>
                {move || spans(span.get(), site.get())}
            </header>
            {move || match site.get() {
                Some(site) => {
                    let answer = Resource::new(move || (span.get(), fresh.get()), move |(span, _)| read_activity(site, span));
                    loaded(answer, move |activity| sheet(&activity, span.get_untracked(), bay))
                }
                None => {
                    view! {
                        <div class="card">
                            <Empty title="Choose a site" words="Choose one above to see where people pick there." icon=Icon::Map />
                        </div>
                    }
                    .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// How far back, as links: the address says it.
fn spans(shown: Span, site: Option<SiteId>) -> AnyView {
    let links = Span::ALL.map(|span| {
        let href = match site {
            Some(site) => format!("/sites/map?span={}&site={site}", span.code()),
            None => format!("/sites/map?span={}", span.code()),
        };
        let (class, current) = if span == shown { ("btn primary", Some("true")) } else { ("btn", None) };
        view! { <A href=href attr:class=class attr:aria-current=current scroll=false>{span.words()}</A> }
    });
    view! { <nav class="row push" aria-label="Picks within">{links.collect_view()}</nav> }.into_any()
}

fn sheet(activity: &Activity, span: Span, bay: RwSignal<Option<Bay>>) -> AnyView {
    if activity.picks == 0 {
        let words = format!("Nothing was picked here in the last {}. A longer span may show more.", span.words());
        return view! {
            <div class="card"><Empty title="No picks" words icon=Icon::Map /></div>
        }
        .into_any();
    }
    let heat = Heat::of(&activity.bays);
    let sums = format!(
        "{}, {}, {}",
        counted(activity.picks, "pick", "picks"),
        counted(activity.units, "unit", "units"),
        counted(activity.bins, "bin", "bins")
    );
    view! {
        <div class="split map-split">
            <section class="card map-card">
                <div class="card-head">
                    <h2>{format!("{}, last {}", activity.site_code, span.words())}</h2>
                    <span class="muted" data-picks=activity.picks>{sums}</span>
                </div>
                {picture(activity, &heat, bay)}
                {key(&heat)}
            </section>
            <div class="stack">
                {chosen(activity.site, span, bay)}
                {aisles(activity)}
            </div>
        </div>
        {busiest(activity, span)}
    }
    .into_any()
}

/// One path a degree: a site of thousands of bays stays light.
fn picture(activity: &Activity, heat: &Heat, bay: RwSignal<Option<Bay>>) -> AnyView {
    let (layout, frame) = (&activity.layout, Frame::of(&activity.layout, &activity.shelves));
    let x_of = |no: i32| layout.aisles.iter().find(|aisle| aisle.no == no).map(|aisle| aisle.x_mm);
    let mut paths = vec![String::new(); domain::sites::activity::DEGREES];
    let mut places: Vec<(Bay, Spread)> = Vec::with_capacity(activity.bays.len());
    for hot in &activity.bays {
        if let (Some(x), Some(degree)) = (x_of(hot.aisle), heat.degree(hot.picks)) {
            let spread = frame.bay(x, hot.y_mm, hot.side);
            spread.draw(&mut paths[degree]);
            places.push((Bay { aisle: hot.aisle, side: hot.side, y_mm: hot.y_mm }, spread));
        }
    }
    let degrees = paths.into_iter().enumerate().map(|(degree, d)| view! { <path class=format!("heat h{}", degree + 1) d=d /> });
    let marked = places.clone();
    let mark = move || {
        let (_, at) = *marked.iter().find(|(known, _)| Some(*known) == bay.get())?;
        let edge = frame.pitch / 20;
        let (x, y) = (at.x - edge, at.y - edge);
        Some(
            view! { <rect class="map-chosen" x=x y=y width=at.width + 2 * edge height=at.height + 2 * edge stroke-width=edge /> },
        )
    };
    let press = move |event: MouseEvent| bay.set(hit(&event, frame.spread(), &places));
    let words = format!(
        "Map of {} with the heat of {} picks. The same stands in the tables beside and below.",
        activity.site_code, activity.picks
    );
    view! {
        <div class="map-scroll">
            <svg class="map heat-map" viewBox=frame.view_box() role="img" aria-label=words on:click=press>
                {ground(frame, layout, &activity.shelves)}
                {degrees.collect_view()}
                {names(frame, layout)}
                {mark}
            </svg>
        </div>
    }
    .into_any()
}

/// The bay under the pointer, or next to it: bays are small.
#[cfg(feature = "hydrate")]
fn hit(event: &MouseEvent, all: Spread, places: &[(Bay, Spread)]) -> Option<Bay> {
    let (at, drawn) = super::ground::within(event)?;
    nearest(at, drawn, all, places)
}

#[cfg(not(feature = "hydrate"))]
fn hit(_: &MouseEvent, _: Spread, _: &[(Bay, Spread)]) -> Option<Bay> {
    None
}

#[cfg(any(feature = "hydrate", test))]
fn nearest(at: (f64, f64), drawn: (f64, f64), all: Spread, places: &[(Bay, Spread)]) -> Option<Bay> {
    let (x, y, scale) = all.under(at, drawn);
    // A finger is 24 px broad.
    let reach = 12.0 / scale;
    let away = |spread: &Spread| {
        let off = |at: f64, from: i32, size: i32| (f64::from(from) - at).max(at - f64::from(from) - f64::from(size)).max(0.0);
        off(x, spread.x, spread.width).hypot(off(y, spread.y, spread.height))
    };
    let near = places.iter().map(|(bay, spread)| (away(spread), *bay)).filter(|(away, _)| *away <= reach);
    near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, bay)| bay)
}

fn key(heat: &Heat) -> AnyView {
    let degrees = heat.key().into_iter().map(|(degree, words)| {
        let class = format!("heat h{}", degree + 1);
        view! {
            <li>
                <svg class="sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><rect class=class x="1" y="1" width="14" height="14" rx="3" /></svg>
                {words}
            </li>
        }
    });
    view! {
        <div class="row map-key">
            <span class="small muted">"Picks from a bay"</span>
            <ul class="key" role="list">{degrees.collect_view()}</ul>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::sites::layout::Side;

    use super::*;

    #[test]
    fn a_press_finds_the_bay_under_it_however_large_the_map_is_drawn() {
        let bay = |y_mm| Bay { aisle: 1, side: Side::Left, y_mm };
        let spread = |y| Spread { x: 1_000, y, width: 500, height: 500 };
        let places = [(bay(0), spread(9_000)), (bay(5_000), spread(4_000))];
        let all = Spread { x: -1_000, y: -1_000, width: 20_000, height: 20_000 };
        // 200 px for 20 m, in a box twice as broad: 100 px of nothing on both sides.
        let at = |x: f64, y: f64| nearest((x, y), (400.0, 200.0), all, &places);
        assert_eq!(at(100.0 + 22.0, 102.0), Some(bay(0)));
        assert_eq!(at(100.0 + 22.0, 52.0), Some(bay(5_000)));
        assert_eq!(at(100.0 + 22.0, 43.0), Some(bay(5_000)), "beside it");
        assert_eq!(at(22.0, 102.0), None);
        assert_eq!(at(100.0 + 150.0, 150.0), None);
    }
}
