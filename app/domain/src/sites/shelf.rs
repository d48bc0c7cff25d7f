//! Where bins stand, as a map shows them: the bays of one side of an aisle. Bins above one another are one bay. Decides nothing.

use serde::{Deserialize, Serialize};

use super::layout::Side;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    pub aisle: i32,
    pub side: Side,
    /// The middle of each bay along the aisle, from the front.
    pub bays_mm: Vec<i32>,
}

impl Shelf {
    /// How wide a bay can be drawn so that no two touch: the least distance between two, or `most` where they stand apart.
    pub fn bay_width_mm(shelves: &[Self], most: i32) -> i32 {
        let gaps = shelves.iter().flat_map(|shelf| shelf.bays_mm.windows(2).map(|pair| pair[1] - pair[0]));
        gaps.filter(|gap| *gap > 0).min().map_or(most, |gap| gap.min(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bays_are_as_wide_as_the_nearest_two_allow() {
        let shelf = |bays_mm: &[i32]| Shelf { aisle: 1, side: Side::Left, bays_mm: bays_mm.to_vec() };
        assert_eq!(Shelf::bay_width_mm(&[shelf(&[500, 1_500]), shelf(&[400, 700, 2_000])], 900), 300);
        assert_eq!(Shelf::bay_width_mm(&[shelf(&[500, 2_500])], 900), 900);
        assert_eq!(Shelf::bay_width_mm(&[shelf(&[500]), shelf(&[])], 900), 900);
    }
}
