//! Shares of a whole as one bar with its key: stock states, ages, stages. And progress.

use domain::words::grouped;
use leptos::prelude::*;

use super::chip::Tone;

/// One share. `colour` is one of the data colours `d1`…`d8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub name: String,
    pub count: i64,
    pub colour: &'static str,
    /// The rows it counts, when there is a list of them.
    pub href: String,
}

impl Share {
    pub fn new(name: &str, count: i64, colour: &'static str) -> Self {
        Self { name: name.to_owned(), count, colour, href: String::new() }
    }
}

/// The colours in order, for shares that have no colour of their own.
pub const COLOURS: [&str; 8] = ["d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"];

/// Per mille of the whole; presentation only.
fn permille(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (part.max(0) * 1000 / whole).min(1000) }
}

fn percent(permille: i64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// The shares as rectangles, a hair apart, so that colour alone does not part them.
fn rects(shares: &[Share]) -> AnyView {
    let whole: i64 = shares.iter().map(|share| share.count.max(0)).sum();
    let mut before = 0;
    let parts = shares.iter().map(|share| {
        let (x, end) = (permille(before, whole), permille(before + share.count.max(0), whole));
        before += share.count.max(0);
        let width = (end - x - if end < 1000 { 6 } else { 0 }).max(0);
        view! { <rect class=share.colour x=percent(x) y="0" width=percent(width) height="100%" rx="2" /> }
    });
    parts.collect_view().into_any()
}

/// The bar alone, for rows whose figures stand beside it. Its words are for screen readers.
#[component]
pub fn ShareStrip(shares: Vec<Share>) -> impl IntoView {
    let some = shares.iter().filter(|share| share.count > 0);
    let words: Vec<String> = some.map(|share| format!("{} {}", share.name, share.count)).collect();
    let label = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
    view! {
        <svg class="bar strip" role="img" aria-label=label>
            <rect class="ground" x="0" y="0" width="100%" height="100%" rx="2" />
            {rects(&shares)}
        </svg>
    }
    .into_any()
}

/// The bar and its key. Empty shares stay in the key, so that the layout does not move.
#[component]
pub fn ShareBar(#[prop(into)] label: String, shares: Vec<Share>) -> impl IntoView {
    let parts = rects(&shares);
    let key = shares.into_iter().map(|share| {
        let count = grouped(share.count);
        let words = if share.href.is_empty() {
            view! { <span>{share.name} " " <b>{count}</b></span> }.into_any()
        } else {
            view! { <a href=share.href>{share.name} " " <b>{count}</b></a> }.into_any()
        };
        view! { <li><i class=share.colour></i>{words}</li> }
    });
    view! {
        <div class="stack-tight">
            <svg class="bar" role="img" aria-label=label>
                <rect class="ground" x="0" y="0" width="100%" height="100%" rx="2" />
                {parts}
            </svg>
            <ul class="key" role="list">{key.collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// How much of it is done.
#[component]
pub fn Meter(#[prop(into)] label: String, done: i64, of: i64, #[prop(optional)] tone: Tone) -> impl IntoView {
    let share = permille(done, of);
    let class = format!("fill {}", tone.class());
    view! {
        <svg class="meter" role="progressbar" aria-label=label aria-valuemin="0" aria-valuemax=of aria-valuenow=done.min(of)>
            <rect class=class x="0" y="0" width=percent(share) height="100%" />
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "−1,234,567")];
        for (number, words) in cases {
            assert_eq!(grouped(number), words);
        }
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(permille(3, 0), 0);
        assert_eq!(percent(permille(1, 3)), "33.3%");
        assert_eq!(permille(9, 3), 1000);
    }
}
