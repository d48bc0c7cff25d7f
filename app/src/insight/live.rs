//! `/live`: how the business is doing now. Each number leads to exactly the rows it counts.

use domain::ids::SiteId;
use domain::insight::{Board, Figure, Kpi, part_words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::feed::{Feed, face, href};
use crate::sites::here;
use crate::ui::{COLOURS, Icon, Share, ShareBar, Skeleton, Tile, failed};

#[component]
pub fn LivePage() -> impl IntoView {
    let site = here();
    let feed = Feed::of(site);
    view! {
        <Title text="Live" />
        <div class="page">
            <header class="page-head">
                <h1>"Live"</h1>
                <A href="/wall" attr:class="btn">{Icon::Gauge.view()} "Wallboard"</A>
            </header>
            {banner(feed)}
            {board(feed, site, true)}
        </div>
    }
    .into_any()
}

/// Says that what is shown is old. It keeps its place, so that nothing jumps.
pub(super) fn banner(feed: Feed) -> AnyView {
    view! {
        <div class="live-banner" role="status" data-stale=move || feed.stale.get().to_string()>
            {move || {
                feed.stale
                    .get()
                    .then(|| {
                        view! {
                            <p class="banner warn">
                                {Icon::Offline.view()}
                                <span>"These figures are more than 30 seconds old. Reconnecting."</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// The tiles: the last answer that came, whatever became of later ones.
pub(super) fn board(feed: Feed, site: Signal<Option<SiteId>>, shares: bool) -> AnyView {
    let view = move || {
        Suspend::new(async move {
            match feed.answer.await {
                Ok(board) => tiles(&board, feed, site.get_untracked(), shares),
                Err(said) => match feed.last.get_untracked() {
                    Some(board) => tiles(&board, feed, site.get_untracked(), shares),
                    None => failed(&said),
                },
            }
        })
    };
    view! { <Transition fallback=|| view! { <Skeleton lines=8 /> }>{view}</Transition> }.into_any()
}

fn tiles(board: &Board, feed: Feed, site: Option<SiteId>, shares: bool) -> AnyView {
    let as_of = board.as_of.format("%H:%M:%S UTC").to_string();
    let tile = |figure: &Figure| view! { <Tile face=face(figure, &as_of, site) stale=feed.stale /> };
    let tiles = board.figures.iter().map(tile).collect_view();
    let split = |kpi: Kpi| board.figures.iter().find(|figure| figure.kpi == kpi && figure.parts.len() > 1);
    let bars = [Kpi::Stock, Kpi::ReturnsOpen, Kpi::WaveProgress].into_iter().filter_map(split);
    let bars = shares.then(|| bars.map(|figure| bar(figure, site)).collect_view());
    view! {
        <div class="grid-tiles" data-as-of=board.as_of.to_rfc3339()>{tiles}</div>
        {bars.map(|bars| view! { <div class="live-bars">{bars}</div> })}
    }
    .into_any()
}

/// A figure's parts as one bar; each part leads to its rows.
fn bar(figure: &Figure, site: Option<SiteId>) -> AnyView {
    let kpi = figure.kpi;
    let share = |(part, colour): (&domain::insight::Part, &&'static str)| Share {
        name: part_words(&part.part).to_owned(),
        count: part.total.trunc().to_string().parse().unwrap_or_default(),
        colour,
        href: href(kpi, &part.part, site),
    };
    let shares: Vec<Share> = figure.parts.iter().zip(COLOURS.iter().cycle()).map(share).collect();
    let label = format!("{} by part, in {}", kpi.name(), kpi.counts());
    view! {
        <section class="card">
            <h2>{kpi.name()} " " <small class="muted">{kpi.counts()}</small></h2>
            <ShareBar label shares />
        </section>
    }
    .into_any()
}
