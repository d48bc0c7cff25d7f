//! Where at a site people pick, and how often: the spans one may ask for, and into which heat a bay falls.

use serde::{Deserialize, Serialize};

use super::layout::{Layout, Side};
use super::shelf::Shelf;
use crate::ids::{SiteId, SkuId};

/// How far back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Day,
    #[default]
    Week,
    Month,
}

impl Span {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// As addresses say it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "28d",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "28 days",
        }
    }

    pub const fn hours(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 28 * 24,
        }
    }

    /// A week, unless an address says otherwise.
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|span| span.code() == code).unwrap_or_default()
    }
}

/// A site with what was picked there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub site: SiteId,
    pub site_code: String,
    pub layout: Layout,
    pub shelves: Vec<Shelf>,
    pub bays: Vec<BayHeat>,
    /// The bins picked from most, at most [`BUSIEST`].
    pub busiest: Vec<Busy>,
    pub bins: i32,
    pub picks: i32,
    pub units: i32,
}

/// Rows of the busiest bins.
pub const BUSIEST: i64 = 50;

/// Bins above one another, together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BayHeat {
    pub aisle: i32,
    pub side: Side,
    pub y_mm: i32,
    pub picks: i32,
    pub units: i32,
}

/// A bay, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bay {
    pub aisle: i32,
    pub side: Side,
    pub y_mm: i32,
}

/// What was picked from one bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Busy {
    pub bin_code: String,
    /// None = the bin is not on the layout.
    pub aisle: Option<i32>,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub picks: i32,
    pub units: i32,
}

/// Degrees of heat, the least first.
pub const DEGREES: usize = 5;

/// The fewest picks of each degree: each begins at twice what the one before does, up to the bay picked from most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat {
    from: Vec<i32>,
    most: i32,
}

impl Heat {
    pub fn of(bays: &[BayHeat]) -> Self {
        let most = bays.iter().map(|bay| bay.picks).max().unwrap_or(0);
        // The coolest begins at one pick; the hottest at half of the most.
        let half = |times: usize| (most >> times) + i32::from(most & ((1 << times) - 1) > 0);
        let halves = (1..DEGREES).rev().map(half);
        let mut from: Vec<i32> = std::iter::once(1).chain(halves).take_while(|_| most > 0).collect();
        from.dedup();
        Self { from, most }
    }

    /// 0 is the coolest that has any picks. Fewer degrees than there are end with the hottest.
    pub fn degree(&self, picks: i32) -> Option<usize> {
        let below = self.from.partition_point(|from| *from <= picks);
        below.checked_sub(1).map(|degree| degree + DEGREES - self.from.len())
    }

    /// Each degree that is there, with its picks in words.
    pub fn key(&self) -> Vec<(usize, String)> {
        let ends = self.from.iter().skip(1).map(|next| next - 1).chain([self.most]);
        let range = |(from, to): (&i32, i32)| if *from == to { to.to_string() } else { format!("{from}–{to}") };
        let first = DEGREES - self.from.len();
        self.from.iter().zip(ends).map(range).enumerate().map(|(at, words)| (first + at, words)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bays(picks: &[i32]) -> Vec<BayHeat> {
        let bay = |picks: &i32| BayHeat { aisle: 1, side: Side::Left, y_mm: 0, picks: *picks, units: *picks };
        picks.iter().map(bay).collect()
    }

    #[test]
    fn each_degree_begins_at_twice_the_one_before() {
        let heat = Heat::of(&bays(&[1, 2, 3, 1, 1, 86, 7, 8, 9, 40]));
        let words: Vec<_> = heat.key().into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["1–5", "6–10", "11–21", "22–42", "43–86"]);
        let degrees: Vec<_> = [0, 1, 5, 6, 21, 42, 43, 99].into_iter().map(|picks| heat.degree(picks)).collect();
        assert_eq!(degrees, [None, Some(0), Some(0), Some(1), Some(2), Some(3), Some(4), Some(4)]);
    }

    #[test]
    fn few_picks_make_few_degrees_and_the_hottest_is_always_told() {
        let heat = Heat::of(&bays(&[1, 3, 2]));
        assert_eq!(heat.key(), [(3, "1".to_owned()), (4, "2–3".to_owned())]);
        assert_eq!((heat.degree(1), heat.degree(3)), (Some(3), Some(4)));
        assert_eq!(Heat::of(&bays(&[1, 1])).key(), [(4, "1".to_owned())]);
        let none = Heat::of(&bays(&[0]));
        assert_eq!((none.key(), none.degree(0), none.degree(4)), (vec![], None, None));
    }

    #[test]
    fn an_address_names_a_span() {
        assert_eq!(Span::ALL.map(|span| Span::parse(span.code())), Span::ALL);
        assert_eq!(Span::parse("90d"), Span::Week);
        assert_eq!(Span::Month.hours(), 672);
    }
}
