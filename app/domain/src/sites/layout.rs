//! The layout of a site: parallel aisles that join cross-aisles, depots, and the points where bins are reached.
//!
//! The graph that planner and designer share, stored as jsonb on the site. Decides whether it is sound; how far it is
//! from one point to another is [`super::roads`]. `x` runs along the cross-aisles, `y` along the aisles, from the front;
//! all in integer millimetres. Cross-aisles run the whole width of the site.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::SiteRefusal;
use super::roads::{Roads, Spot};

/// Ten kilometres: no warehouse is wider, and sums of distances stay far inside `i64`, single ones inside `i32`.
pub const EXTENT_MAX_MM: i32 = 10_000_000;
/// Far above real sites; bounds what one stored layout can cost to plan on.
pub const AISLES_MAX: usize = 1_000;
pub const CROSS_AISLES_MAX: usize = 50;
/// Aisles × cross-aisles: bounds the distance table of irregular layouts (64 MB at worst).
pub const JUNCTIONS_MAX: usize = 4_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Point {
    pub x_mm: i32,
    pub y_mm: i32,
}

/// Which way people may walk in an aisle. `Up` is away from the front, towards greater `y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    #[default]
    Both,
    Up,
    Down,
}

impl Way {
    pub const fn up(self) -> bool {
        !matches!(self, Self::Down)
    }

    pub const fn down(self) -> bool {
        !matches!(self, Self::Up)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    #[default]
    Left,
    Right,
}

impl Side {
    /// As stored in `bin.side`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "left" => Some(Self::Left),
            "right" => Some(Self::Right),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aisle {
    /// What people call it, and what bins refer to.
    pub no: i32,
    pub x_mm: i32,
    /// Index into [`Layout::cross_aisles`] where it begins …
    pub from: u16,
    /// … and where it ends: it joins these and all between.
    pub to: u16,
    #[serde(default)]
    pub way: Way,
}

/// Where trips begin and end, on a cross-aisle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depot {
    pub name: String,
    pub x_mm: i32,
    pub cross_aisle: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub aisles: Vec<Aisle>,
    /// The `y` of each cross-aisle, front to back.
    pub cross_aisles: Vec<i32>,
    pub depots: Vec<Depot>,
}

/// Where a bin is reached: what `bin.aisle, y_mm, side, level` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Access {
    pub aisle: i32,
    pub y_mm: i32,
    pub side: Side,
    /// Height: 0 is the floor.
    pub level: i32,
}

impl Layout {
    /// Checks the layout and prepares it for distances. The only way to [`Roads`], so roads are always sound.
    pub fn roads(&self) -> Result<Roads, SiteRefusal> {
        self.check()?;
        Ok(Roads::lay(self))
    }

    /// Names the first thing wrong with the layout.
    pub fn check(&self) -> Result<(), SiteRefusal> {
        self.check_size()?;
        for pair in self.cross_aisles.windows(2) {
            if pair[1] <= pair[0] {
                return Err(SiteRefusal::CrossAislesOutOfOrder { before: pair[0], given: pair[1] });
            }
        }
        for &y in &self.cross_aisles {
            in_bounds("A cross-aisle", y)?;
        }
        self.check_aisles()?;
        for depot in &self.depots {
            in_bounds("A depot", depot.x_mm)?;
            if usize::from(depot.cross_aisle) >= self.cross_aisles.len() {
                return Err(SiteRefusal::UnknownCrossAisle { what: depot.name.clone(), cross_aisle: depot.cross_aisle });
            }
        }
        self.check_connected()
    }

    /// Every mapped bin must be reached; names the first that is not.
    pub fn check_bins<'a>(&self, bins: impl IntoIterator<Item = (&'a str, Access)>) -> Result<(), SiteRefusal> {
        let roads = self.roads()?;
        for (bin, access) in bins {
            if roads.spot(access).is_none() {
                return Err(SiteRefusal::NoAccessPoint { bin: bin.to_owned(), aisle: access.aisle, y_mm: access.y_mm });
            }
        }
        Ok(())
    }

    fn check_size(&self) -> Result<(), SiteRefusal> {
        for (what, count, max) in [
            ("aisle", self.aisles.len(), AISLES_MAX),
            ("cross-aisle", self.cross_aisles.len(), CROSS_AISLES_MAX),
            ("depot", self.depots.len(), AISLES_MAX),
        ] {
            if count == 0 {
                return Err(SiteRefusal::NothingThere { what: what.to_owned() });
            }
            at_most(&format!("The number of {what}s"), count, max)?;
        }
        at_most("Aisles times cross-aisles", (self.aisles.len() + self.depots.len()) * self.cross_aisles.len(), JUNCTIONS_MAX)
    }

    fn check_aisles(&self) -> Result<(), SiteRefusal> {
        let mut seen = BTreeSet::new();
        let mut taken: BTreeMap<(i32, u16), i32> = BTreeMap::new();
        for aisle in &self.aisles {
            in_bounds("An aisle", aisle.x_mm)?;
            if !seen.insert(aisle.no) {
                return Err(SiteRefusal::AisleTwice { aisle: aisle.no });
            }
            if aisle.from >= aisle.to || usize::from(aisle.to) >= self.cross_aisles.len() {
                return Err(SiteRefusal::AisleGoesNowhere {
                    aisle: aisle.no,
                    from: aisle.from,
                    to: aisle.to,
                    cross_aisles: self.cross_aisles.len(),
                });
            }
            for block in aisle.from..aisle.to {
                if let Some(other) = taken.insert((aisle.x_mm, block), aisle.no) {
                    return Err(SiteRefusal::AislesOverlap { one: other, other: aisle.no });
                }
            }
        }
        Ok(())
    }

    /// Cross-aisles run the whole width, so the site is connected when each block can be crossed both ways.
    fn check_connected(&self) -> Result<(), SiteRefusal> {
        for (block, pair) in self.cross_aisles.windows(2).enumerate() {
            let crossed = |may: fn(Way) -> bool| {
                self.aisles.iter().any(|a| usize::from(a.from) <= block && block < usize::from(a.to) && may(a.way))
            };
            if !crossed(Way::up) {
                return Err(SiteRefusal::Disconnected { from_mm: pair[0], to_mm: pair[1] });
            }
            if !crossed(Way::down) {
                return Err(SiteRefusal::Disconnected { from_mm: pair[1], to_mm: pair[0] });
            }
        }
        Ok(())
    }
}

impl From<Spot> for Point {
    fn from(spot: Spot) -> Self {
        Self { x_mm: spot.x_mm, y_mm: spot.y_mm }
    }
}

fn at_most(what: &str, given: usize, max: usize) -> Result<(), SiteRefusal> {
    if given <= max {
        return Ok(());
    }
    let wide = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Err(SiteRefusal::TooMany { what: what.to_owned(), given: wide(given), max: wide(max) })
}

fn in_bounds(what: &str, given: i32) -> Result<(), SiteRefusal> {
    if (0..=EXTENT_MAX_MM).contains(&given) {
        return Ok(());
    }
    Err(SiteRefusal::OutOfBounds { what: what.to_owned(), given: given.into(), max: EXTENT_MAX_MM })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::spec::LayoutSpec;

    fn sound() -> Layout {
        LayoutSpec::small().layout().unwrap()
    }

    fn refused(change: impl FnOnce(&mut Layout)) -> SiteRefusal {
        let mut layout = sound();
        change(&mut layout);
        layout.roads().expect_err("the layout is not sound")
    }

    /// PCK-5: a layout that cannot be walked is refused by name, and never reaches the planner.
    #[test]
    fn each_fault_of_a_layout_has_its_own_name() {
        assert_eq!(refused(|l| l.aisles.clear()), SiteRefusal::NothingThere { what: "aisle".into() });
        assert_eq!(refused(|l| l.depots.clear()), SiteRefusal::NothingThere { what: "depot".into() });
        assert!(matches!(refused(|l| l.cross_aisles[1] = 0), SiteRefusal::CrossAislesOutOfOrder { before: 0, given: 0 }));
        assert!(matches!(refused(|l| l.cross_aisles[0] = -1), SiteRefusal::OutOfBounds { given: -1, .. }));
        assert!(matches!(refused(|l| l.aisles[0].x_mm = -5), SiteRefusal::OutOfBounds { given: -5, .. }));
        assert_eq!(refused(|l| l.aisles[1].no = l.aisles[0].no), SiteRefusal::AisleTwice { aisle: 1 });
        assert!(matches!(refused(|l| l.aisles[1].to = 0), SiteRefusal::AisleGoesNowhere { aisle: 2, .. }));
        assert!(matches!(refused(|l| l.aisles[1].to = 9), SiteRefusal::AisleGoesNowhere { aisle: 2, .. }));
        assert_eq!(refused(|l| l.aisles[1].x_mm = l.aisles[0].x_mm), SiteRefusal::AislesOverlap { one: 1, other: 2 });
        assert!(matches!(refused(|l| l.depots[0].cross_aisle = 7), SiteRefusal::UnknownCrossAisle { cross_aisle: 7, .. }));
        assert!(matches!(refused(|l| l.aisles = vec![l.aisles[0].clone(); 1_001]), SiteRefusal::TooMany { given: 1_001, .. }));
    }

    #[test]
    fn a_layout_whose_blocks_no_aisle_joins_is_disconnected() {
        let (front, back) = (0, 1);
        let no_aisle = refused(|l| {
            l.cross_aisles.push(99_000);
        });
        assert!(matches!(no_aisle, SiteRefusal::Disconnected { to_mm: 99_000, .. }), "{no_aisle}");
        let no_way_back = refused(|l| l.aisles.iter_mut().for_each(|a| a.way = Way::Up));
        let layout = sound();
        let (front, back) = (layout.cross_aisles[front], layout.cross_aisles[back]);
        assert_eq!(no_way_back, SiteRefusal::Disconnected { from_mm: back, to_mm: front });
    }

    #[test]
    fn a_bin_must_lie_on_its_aisle() {
        let layout = sound();
        let at = |aisle, y_mm| Access { aisle, y_mm, side: Side::Left, level: 0 };
        assert_eq!(layout.check_bins([("A", at(1, 0)), ("B", at(2, layout.cross_aisles[1]))]), Ok(()));
        let nowhere = layout.check_bins([("A", at(1, 0)), ("B", at(99, 10))]);
        assert_eq!(nowhere, Err(SiteRefusal::NoAccessPoint { bin: "B".into(), aisle: 99, y_mm: 10 }));
        assert!(layout.check_bins([("C", at(1, -1))]).is_err());
    }

    #[test]
    fn a_layout_reads_back_from_json_as_written() {
        let layout = sound();
        let json = serde_json::to_value(&layout).unwrap();
        assert_eq!(serde_json::from_value::<Layout>(json).unwrap(), layout);
    }
}
