//! The board as it stays fresh: asked again when something happened (at most once a second) and every quarter of a minute anyway;
//! the last answer stays on screen, and is called stale once it is older than half a minute.

use domain::ids::SiteId;
use domain::insight::{Board, Figure, Kpi, Part, part_words};
use leptos::prelude::*;

use super::api::read_board;
use crate::door::{Said, live};
use crate::ui::{TileFace, Tone, grouped};

/// Seconds after which figures are called stale.
const STALE_SECONDS: u32 = 30;
/// Seconds between asking when nothing was announced.
const CALM_SECONDS: u32 = 15;

/// The board, and whether what is shown is old.
#[derive(Clone, Copy)]
pub struct Feed {
    pub answer: Resource<Result<Board, Said>>,
    /// The last good answer: shown while a later one fails.
    pub last: RwSignal<Option<Board>>,
    pub stale: Signal<bool>,
}

impl Feed {
    pub fn of(site: Signal<Option<SiteId>>) -> Self {
        let asked = RwSignal::new(0_u64);
        let answer = Resource::new(move || (site.get(), asked.get()), |(site, _)| read_board(site));
        let (last, age) = (RwSignal::new(None), RwSignal::new(0_u32));
        Effect::new(move |_| {
            if let Some(Ok(board)) = answer.get() {
                last.set(Some(board));
                age.set(0);
            }
        });
        let fresh = live(&["order", "wave", "trip", "parcel", "return", "refund", "stock", "exception", "payment"]);
        every_second(move || {
            age.update(|age| *age += 1);
            let news = fresh.get_untracked();
            let due = age.get_untracked().is_multiple_of(CALM_SECONDS);
            if due || asked.get_untracked() & NEWS != news & NEWS {
                asked.update(|asked| *asked = (((*asked >> 32) + 1) << 32) | (news & NEWS));
            }
        });
        Self { answer, last, stale: Signal::derive(move || age.get() > STALE_SECONDS) }
    }
}

/// The lower half of what was asked is the count of news it was asked for; the upper half counts the askings.
const NEWS: u64 = 0xffff_ffff;

/// While the screen is there; never on the server.
#[cfg(feature = "hydrate")]
fn every_second(work: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(work, std::time::Duration::from_secs(1)) {
        on_cleanup(move || handle.clear());
    }
}

#[cfg(not(feature = "hydrate"))]
fn every_second(_: impl Fn() + 'static) {}

/// `1,240`, `33.3`, `n/a`.
pub fn value_words(figure: &Figure) -> String {
    let Some(value) = figure.value else { return "n/a".to_owned() };
    let value = value.normalize();
    if value.is_integer() { value.to_string().parse().map_or_else(|_| value.to_string(), grouped) } else { value.to_string() }
}

/// Where the figure's rows are.
pub fn href(kpi: Kpi, part: &str, site: Option<SiteId>) -> String {
    let site = site.map_or_else(String::new, |site| format!("&site={site}"));
    format!("/live/{}?part={part}{site}", kpi.code())
}

fn whole(part: &Part) -> i64 {
    part.total.trunc().to_string().parse().unwrap_or_default()
}

/// What stands under the number: its parts, where it has several.
fn note(figure: &Figure) -> String {
    let words = |part: &Part| format!("{} {}", part_words(&part.part), grouped(whole(part)));
    match figure.kpi {
        Kpi::OldestException => format!("{} open", grouped(figure.rows)),
        Kpi::RefundHours => format!("{} refunds in 30 days", grouped(figure.rows)),
        Kpi::PickedPerHour => "in the last 60 minutes".to_owned(),
        Kpi::Backorders => format!("{} lines", grouped(figure.rows)),
        _ if figure.parts.len() > 1 => figure.parts.iter().take(3).map(words).collect::<Vec<_>>().join(" · "),
        _ => String::new(),
    }
}

/// Where a figure asks for someone: hours and counts beyond which it warns, and beyond which it stops.
fn state(figure: &Figure) -> Option<(String, Tone)> {
    let (warn, stop, words) = match figure.kpi {
        Kpi::OldestException => (24, 72, "waits too long"),
        Kpi::RefundHours => (48, 96, "slower than promised"),
        Kpi::RefundsWaiting => (10, 50, "pile up"),
        _ => return None,
    };
    let value = figure.value?;
    let tone = match value {
        value if value >= stop.into() => Tone::Stop,
        value if value >= warn.into() => Tone::Warn,
        _ => return Some(("on target".to_owned(), Tone::Ok)),
    };
    Some((words.to_owned(), tone))
}

pub fn face(figure: &Figure, as_of: &str, site: Option<SiteId>) -> TileFace {
    TileFace {
        key: figure.kpi.code(),
        name: figure.kpi.name().to_owned(),
        value: value_words(figure),
        unit: figure.kpi.unit().to_owned(),
        state: state(figure),
        note: note(figure),
        as_of: as_of.to_owned(),
        href: href(figure.kpi, "", site),
        definition: figure.kpi.definition().to_owned(),
        ..TileFace::default()
    }
}
