//! The board as it stays fresh: asked again when something happened (at most once a second) and every quarter of a minute anyway;
//! the last answer stays on screen, and is called stale once it is older than half a minute.

use domain::ids::SiteId;
use domain::insight::{Beat, Board, Course, Figure, Good, Kpi, Part, Standing, part_words};
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
    /// Changes whenever the board is asked again: whatever stands beside it is asked with it, and no more often.
    pub beat: Signal<u64>,
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
        Self { answer, last, stale: Signal::derive(move || age.get() > STALE_SECONDS), beat: asked.into() }
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

/// The target, and where the figure stands against it.
fn state(figure: &Figure) -> Option<(String, Tone)> {
    let (target, _) = figure.kpi.target()?;
    // Hours say so; a count beside its own number needs no unit.
    let unit = if figure.kpi.unit() == "h" { " h" } else { "" };
    let (words, tone) = match figure.kpi.standing(figure.value?)? {
        Standing::OnTarget => ("under", Tone::Ok),
        Standing::Warn => ("over", Tone::Warn),
        Standing::Stop => ("far over", Tone::Stop),
    };
    Some((format!("{words} {target}{unit}"), tone))
}

/// What changed since the day before, with its way in a sign that is no colour.
fn delta(course: &Course) -> Option<(String, Tone)> {
    let delta = course.delta()?;
    let up = delta.is_sign_positive();
    let tone = match (course.kpi.good(), up) {
        (Some(Good::Up), true) | (Some(Good::Down), false) => Tone::Ok,
        (Some(_), _) => Tone::Warn,
        (None, _) => Tone::Plain,
    };
    let sign = if up { "▲" } else { "▼" };
    Some((format!("{sign} {} in a day", delta.abs().normalize()), tone))
}

/// `Last 12 hours: 4, 0, 9`.
fn course_words(course: &Course) -> String {
    let values: Vec<String> = course.points.iter().map(|point| point.normalize().to_string()).collect();
    let span = match course.kpi.beat() {
        Some(Beat::Hours) => format!("Last {} hours", values.len()),
        _ => format!("Last {} days", values.len()),
    };
    format!("{span}: {}", values.join(", "))
}

/// A figure as its tile. `touched` is false on a wall, where nothing is followed.
pub fn face(figure: &Figure, board: &Board, site: Option<SiteId>, touched: bool) -> TileFace {
    let course = board.courses.iter().find(|course| course.kpi == figure.kpi);
    TileFace {
        key: figure.kpi.code(),
        name: figure.kpi.name().to_owned(),
        value: value_words(figure),
        unit: figure.kpi.unit().to_owned(),
        state: state(figure),
        delta: course.and_then(delta),
        note: note(figure),
        course: course.map_or_else(Vec::new, |course| course.points.clone()),
        course_words: course.map_or_else(String::new, course_words),
        as_of: format!("{} UTC", domain::dates::time_to_the_second(&board.as_of)),
        href: if touched { href(figure.kpi, "", site) } else { String::new() },
        definition: figure.kpi.definition().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn course(kpi: Kpi, points: [i64; 2]) -> Course {
        Course { kpi, points: points.map(Decimal::from).to_vec(), before: Some(points[0].into()) }
    }

    /// EXC-3: more of what is good is good, more of what waits is not; the sign says the way without a colour.
    #[test]
    fn a_change_says_its_way_and_whether_it_is_good() {
        let cases = [
            (course(Kpi::ShippedToday, [3, 5]), "▲ 2 in a day", Tone::Ok),
            (course(Kpi::ShippedToday, [5, 3]), "▼ 2 in a day", Tone::Warn),
            (course(Kpi::RefundHours, [40, 52]), "▲ 12 in a day", Tone::Warn),
        ];
        for (course, words, tone) in cases {
            assert_eq!(delta(&course), Some((words.to_owned(), tone)));
        }
        assert_eq!(delta(&course(Kpi::ShippedToday, [3, 3])), None);
        assert_eq!(course_words(&course(Kpi::ShippedToday, [3, 5])), "Last 2 days: 3, 5");
    }

    /// EXC-3: the target stands beside the figure in words.
    #[test]
    fn a_figure_says_its_target() {
        let figure = |value: i64| Figure { kpi: Kpi::RefundHours, value: Some(value.into()), rows: 1, parts: Vec::new() };
        assert_eq!(state(&figure(10)), Some(("under 48 h".to_owned(), Tone::Ok)));
        assert_eq!(state(&figure(60)), Some(("over 48 h".to_owned(), Tone::Warn)));
        assert_eq!(state(&Figure { value: None, ..figure(0) }), None);
    }
}
