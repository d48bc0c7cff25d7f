//! `/live`: how the business is doing now. What needs a person comes first; each number leads to exactly the rows it counts.

use domain::exceptions::{ExceptionFilter, ExceptionList, ExceptionRow};
use domain::ids::SiteId;
use domain::insight::{Board, Figure, Kpi, part_words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::feed::{Feed, face, href};
use crate::exceptions::api::read_exceptions;
use crate::exceptions::{about, owner};
use crate::sites::{here, in_address};
use crate::ui::{COLOURS, Chip, Empty, Icon, Rows, Share, ShareBar, Skeleton, Tile, Tone, age, failed, heads, kept, loaded};

/// The figures seen without scrolling; the others stand below the bars.
const FIRST: [Kpi; 8] = [
    Kpi::OrdersWaiting,
    Kpi::WaveProgress,
    Kpi::PickedPerHour,
    Kpi::ShippedToday,
    Kpi::Backorders,
    Kpi::ReturnsOpen,
    Kpi::RefundsWaiting,
    Kpi::RefundHours,
];
/// Cases shown above the figures.
const OLDEST: usize = 3;

#[component]
pub fn LivePage() -> impl IntoView {
    Effect::new(|_| crate::screens::fetch_insight());
    let site = here();
    in_address("/live");
    let feed = Feed::of(site);
    let wall = move || format!("/wall{}", site.get().map_or_else(String::new, |site| format!("?site={site}")));
    view! {
        <Title text="Live" />
        <div class="page live-page">
            <header class="page-head">
                <h1>"Live"</h1>
                <A href=wall attr:class="btn">{Icon::Gauge.view()} "Wallboard"</A>
            </header>
            {banner(feed)}
            {trouble(site, feed.beat)}
            {board(feed, site, true)}
        </div>
    }
    .into_any()
}

/// The oldest cases: what, about what, who has it, since when; each leads to where it is dealt with.
fn trouble(site: Signal<Option<SiteId>>, beat: Signal<u64>) -> AnyView {
    let asked = move || (ExceptionFilter { site: site.get(), page: 1, ..ExceptionFilter::default() }, beat.get());
    let answer = Resource::new(asked, |(filter, _)| read_exceptions(filter));
    view! {
        <section class="card trouble" aria-label="Exceptions first">{loaded(answer, move |list| cases(&list))}</section>
    }
    .into_any()
}

fn cases(list: &ExceptionList) -> AnyView {
    let now = list.as_of;
    let body = if list.rows.is_empty() {
        view! { <Empty title="Nothing needs a person" icon=Icon::Check /> }.into_any()
    } else {
        let rows = list.rows.iter().take(OLDEST).map(|row| case(row, (now - row.raised_at).num_seconds())).collect_view();
        view! {
            <Rows label="The oldest exceptions" caption="The oldest exceptions: what, who has it, since when, and what to do">
                {heads(&[("What", ""), ("Summary", ""), ("Owner", ""), ("Age", "num"), ("Next", "wide")])}
                <tbody>{rows}</tbody>
            </Rows>
        }
        .into_any()
    };
    view! {
        <div class="card-head">
            <h2>"Exceptions first"</h2>
            <A href="/exceptions">{format!("{} open", list.total)}</A>
        </div>
        {body}
    }
    .into_any()
}

fn case(row: &ExceptionRow, open: i64) -> AnyView {
    let (kind, words) = (row.kind, row.summary.clone());
    let summary = match about(row) {
        Some((_, href)) => view! { <A href=href>{words}</A> }.into_any(),
        None => words.into_any(),
    };
    view! {
        <tr data-case=row.id.to_string()>
            <th scope="row">
                <A href=format!("/exceptions?kind={}", kind.code()) attr:class="plain"><Chip text=kind.words() tone=Tone::Warn /></A>
            </th>
            <td>{summary}</td>
            <td class="nowrap">{owner(row)}</td>
            <td class="num">{age(open)}</td>
            <td class="wide muted">{kind.advice()}</td>
        </tr>
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
pub(super) fn board(feed: Feed, site: Signal<Option<SiteId>>, touched: bool) -> AnyView {
    let view = move || {
        Suspend::new(async move {
            let answered = feed.answer.await;
            kept(move || match answered {
                Ok(board) => tiles(&board, feed, site.get_untracked(), touched),
                Err(said) => match feed.last.get_untracked() {
                    Some(board) => tiles(&board, feed, site.get_untracked(), touched),
                    None => failed(&said),
                },
            })
        })
    };
    view! { <Transition fallback=|| view! { <Skeleton lines=8 /> }>{view}</Transition> }.into_any()
}

/// On a wall nothing is touched: all figures, no links.
fn tiles(board: &Board, feed: Feed, site: Option<SiteId>, touched: bool) -> AnyView {
    let tile = |figure: &Figure| view! { <Tile face=face(figure, board, site, touched) stale=feed.stale /> };
    let of = |kpi: &Kpi| board.figures.iter().find(|figure| figure.kpi == *kpi);
    let stamp = board.as_of.to_rfc3339();
    if !touched {
        let tiles = board.figures.iter().map(tile).collect_view();
        return view! { <div class="grid-tiles" data-as-of=stamp>{tiles}</div> }.into_any();
    }
    let first = FIRST.iter().filter_map(of).map(tile).collect_view();
    let rest = board.figures.iter().filter(|figure| !FIRST.contains(&figure.kpi)).map(tile).collect_view();
    let split = |kpi: Kpi| of(&kpi).filter(|figure| figure.parts.len() > 1);
    let bars = [Kpi::Stock, Kpi::ReturnsOpen, Kpi::WaveProgress].into_iter().filter_map(split);
    let bars = bars.map(|figure| bar(figure, site)).collect_view();
    view! {
        <div class="grid-tiles" data-as-of=stamp>{first}</div>
        <div class="live-bars">{bars}</div>
        <div class="grid-tiles">{rest}</div>
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
