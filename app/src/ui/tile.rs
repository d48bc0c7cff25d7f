//! A figure that managers glance at: name, value, unit, delta, course, threshold state, and when it was true.

use leptos::prelude::*;
use rust_decimal::Decimal;

use super::chip::{Chip, Tone};
use super::icon::Icon;

/// What a tile says. The value is words already: the noun knows its units.
#[derive(Debug, Clone, Default)]
pub struct TileFace {
    /// Stable, for tests and drill-downs.
    pub key: &'static str,
    pub name: String,
    pub value: String,
    pub unit: String,
    /// Chip under the value: the target and where the figure stands against it.
    pub state: Option<(String, Tone)>,
    /// What changed since the day before, in words that begin with an arrow, and whether that is good.
    pub delta: Option<(String, Tone)>,
    pub note: String,
    /// Course of the last values, oldest first.
    pub course: Vec<Decimal>,
    /// `14:05:30`
    pub as_of: String,
    /// What the course is of, for who does not see it.
    pub course_words: String,
    /// The rows this figure counts. Empty where nothing is followed, on a wall.
    pub href: String,
    /// How it is counted, on tap.
    pub definition: String,
}

/// A tile. It keeps its size whatever it shows.
#[component]
pub fn Tile(face: TileFace, #[prop(optional, into)] stale: Option<Signal<bool>>) -> impl IntoView {
    let tone = face.state.as_ref().map(|(_, tone)| *tone).unwrap_or_default();
    let loud = if matches!(tone, Tone::Warn | Tone::Stop) { tone.class() } else { "" };
    let class = move || {
        let stale = stale.is_some_and(|stale| stale.get());
        format!("tile {loud}{}", if stale { " stale" } else { "" })
    };
    let touched = !face.href.is_empty();
    let name = if touched {
        view! { <a class="tile-name" href=face.href>{face.name.clone()}</a> }.into_any()
    } else {
        view! { <span class="tile-name">{face.name.clone()}</span> }.into_any()
    };
    let how = touched.then(|| {
        let label = format!("How “{}” is counted", face.name);
        view! {
            <details class="tile-how">
                <summary aria-label=label>{Icon::Help.view()}</summary>
                <p>{face.definition}</p>
            </details>
        }
    });
    let state = face.state.map(|(text, tone)| view! { <Chip text tone icon=tone.icon().unwrap_or(Icon::Arrow) /> });
    // Its sign is in its words.
    let delta =
        face.delta.map(|(text, tone)| view! { <span class=format!("chip {}", tone.class()) data-delta=face.key>{text}</span> });
    view! {
        <article class=class data-tile=face.key>
            <div class="tile-head">{name} {how}</div>
            <p class="tile-value"><span data-value=face.key>{face.value}</span><small>{face.unit}</small></p>
            <p class="tile-note">{state} {delta} <span>{face.note}</span></p>
            {spark(&face.course, &face.course_words)}
            <p class="tile-asof">{(!face.as_of.is_empty()).then(|| format!("as of {}", face.as_of))}</p>
        </article>
    }
    .into_any()
}

/// A small line of the last values, scaled to its own lowest and highest. Fewer than two values draw nothing.
pub fn spark(course: &[Decimal], words: &str) -> AnyView {
    let (Some(low), Some(high), [_, _, ..]) = (course.iter().min(), course.iter().max(), course) else {
        return view! { <svg class="spark" viewBox="0 0 100 28" aria-hidden="true"></svg> }.into_any();
    };
    let (width, height) = (Decimal::from(100), Decimal::from(28));
    // A level course lies at the foot.
    let part = |of: Decimal, whole: Decimal| of.checked_div(whole).unwrap_or_default();
    let step = part(width, Decimal::from(course.len() - 1));
    let points = (0_u32..).zip(course).map(|(at, value)| {
        let y = height - Decimal::ONE - part((value - low) * (height - Decimal::TWO), high - low);
        format!("{} {}", (Decimal::from(at) * step).round_dp(1), y.round_dp(1))
    });
    let line = format!("M{}", points.collect::<Vec<_>>().join("L"));
    let area = format!("{line}L{width} {height}L0 {height}Z");
    view! {
        <svg class="spark" viewBox="0 0 100 28" preserveAspectRatio="none" role="img" aria-label=words.to_owned() focusable="false">
            <path class="area" d=area />
            <path class="line" d=line />
        </svg>
    }
    .into_any()
}
