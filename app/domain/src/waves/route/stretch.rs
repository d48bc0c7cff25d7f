//! What it costs to pick one stretch of aisle: its part between two neighbouring cross-aisles.
//!
//! In the least tour a stretch is picked in one of a few ways (Ratliff & Rosenthal 1983, Operations Research 31:3): walked
//! through once or twice, entered from the front or from the back only, or from both with the largest gap between two picks
//! left out. This file prices them for aisles where both sides are in reach and nothing is in the way;
//! [`super::sided`] for the others. Which way is taken is [`super::grid`].

/// A way that is not open: what is behind an obstacle is not reached from this side.
pub const NEVER: i32 = i32::MAX;

/// The price of each way to pick a stretch, in millimetres of walking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// From one end to the other, once.
    pub through: i32,
    /// From one end to the other and back.
    pub twice: i32,
    /// In from the front as far as the last pick, and back.
    pub front: i32,
    /// In from the back as far as the first pick, and back.
    pub back: i32,
    /// Whatever is cheapest without passing through: from the front, from the back, or from both but for the largest gap.
    pub split: i32,
}

impl Stretch {
    /// Nothing to pick here.
    pub const EMPTY: Self = Self { through: -1, twice: -1, front: -1, back: -1, split: -1 };
    /// The end of a wide aisle, where both sides meet: a rung that costs nothing.
    pub(super) const FREE: Self = Self { through: 0, twice: 0, front: 0, back: 0, split: 0 };

    /// From the distances of the picks to the front end, ascending (repeated ones do no harm).
    pub fn of(length_mm: i32, picks: impl IntoIterator<Item = i32>) -> Self {
        let mut picks = picks.into_iter();
        let Some(first) = picks.next() else { return Self::EMPTY };
        let (last, gap) = picks.fold((first, 0), |(last, gap), pick| (pick, gap.max(pick - last)));
        Self::spanning(length_mm, first, last, gap)
    }

    /// From what matters of the picks: the first and the last from the front, and the largest gap between two neighbours.
    pub fn spanning(length_mm: i32, first: i32, last: i32, gap: i32) -> Self {
        let spared = gap.max(first).max(length_mm - last);
        Self {
            through: length_mm,
            twice: 2 * length_mm,
            front: 2 * last,
            back: 2 * (length_mm - first),
            split: 2 * (length_mm - spared),
        }
    }

    pub const fn is_empty(&self) -> bool {
        self.through < 0
    }
}
