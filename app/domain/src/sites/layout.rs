//! The layout of a site: parallel aisles that join cross-aisles, depots, and the points where bins are reached.
//!
//! The graph that planner and designer share, stored as jsonb on the site. Decides whether it is sound; how far it is
//! from one point to another is [`super::roads`]. `x` runs along the cross-aisles, `y` along the aisles, from the front;
//! all in integer millimetres. Cross-aisles run the whole width of the site.

use serde::{Deserialize, Serialize};

use super::roads::{Roads, Spot};
use super::{SiteRefusal, sound};

/// Ten kilometres: no warehouse is wider, and sums of distances stay far inside `i64`, single ones inside `i32`.
pub const EXTENT_MAX_MM: i32 = 10_000_000;
/// Far above real sites; bounds what one stored layout can cost to plan on.
pub const AISLES_MAX: usize = 1_000;
pub const CROSS_AISLES_MAX: usize = 50;
pub const OBSTACLES_MAX: usize = 1_000;
pub const LEVELS_MAX: usize = 50;
/// Aisles × cross-aisles: bounds the distance table of irregular layouts (64 MB at worst).
pub const JUNCTIONS_MAX: usize = 4_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Point {
    pub x_mm: i32,
    pub y_mm: i32,
}

impl Point {
    /// How far it is to a corner that lies straight ahead or to the side, as people walk.
    pub fn steps_to(self, other: Self) -> i64 {
        i64::from((self.x_mm - other.x_mm).abs()) + i64::from((self.y_mm - other.y_mm).abs())
    }
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
    /// What it costs to cross from one side to the other; 0 where both sides are in reach. Beside a cross-aisle crossing is free.
    #[serde(default)]
    pub width_mm: i32,
}

/// Where trips begin and end, on a cross-aisle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depot {
    pub name: String,
    pub x_mm: i32,
    pub cross_aisle: u16,
}

/// A stretch of an aisle nobody walks or picks in: goods set down, a pillar, works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    pub aisle: i32,
    pub from_mm: i32,
    pub to_mm: i32,
}

/// Aisles one team picks in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    pub name: String,
    pub aisles: Vec<i32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Layout {
    pub aisles: Vec<Aisle>,
    /// The `y` of each cross-aisle, front to back.
    pub cross_aisles: Vec<i32>,
    /// The first is where trips begin unless told otherwise; they may end at any.
    pub depots: Vec<Depot>,
    #[serde(default)]
    pub obstacles: Vec<Obstacle>,
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// How high the levels lie, from the floor up; those not listed are not known.
    #[serde(default)]
    pub levels_mm: Vec<i32>,
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
            sound::in_bounds("A cross-aisle", y)?;
        }
        self.check_aisles()?;
        self.check_obstacles()?;
        for depot in &self.depots {
            sound::in_bounds("A depot", depot.x_mm)?;
            if usize::from(depot.cross_aisle) >= self.cross_aisles.len() {
                return Err(SiteRefusal::UnknownCrossAisle { what: depot.name.clone(), cross_aisle: depot.cross_aisle });
            }
        }
        self.check_connected()?;
        self.check_zones()?;
        self.check_levels()
    }

    /// Other cross-aisles. Aisles keep where they begin and end as far as that is still there; those that went to an end still do.
    pub fn recross(&mut self, cross_aisles: Vec<i32>) {
        let last = cross_aisles.len().saturating_sub(1);
        let before = std::mem::replace(&mut self.cross_aisles, cross_aisles);
        let index = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        for aisle in &mut self.aisles {
            let end = |cross: u16, back: bool| {
                let y = before.get(usize::from(cross));
                let same = y.and_then(|y| self.cross_aisles.iter().position(|known| known == y));
                let outer = if back { usize::from(cross) + 1 >= before.len() } else { cross == 0 };
                let clamped = usize::from(cross).min(last);
                if outer { if back { last } else { 0 } } else { same.unwrap_or(clamped) }
            };
            (aisle.from, aisle.to) = (index(end(aisle.from, false)), index(end(aisle.to, true)));
        }
    }

    /// The zone an aisle belongs to, if any.
    pub fn zone_of(&self, aisle: i32) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.aisles.contains(&aisle))
    }

    /// The parts of an aisle that are blocked, stretch by stretch: from the first obstacle to the end of the last, for nobody gets
    /// between two.
    pub(super) fn blocked<'a>(&'a self, aisle: &'a Aisle) -> impl Iterator<Item = (usize, (i32, i32))> + 'a {
        let blocks = (usize::from(aisle.from)..usize::from(aisle.to)).map(|block| (block, &self.cross_aisles[block..=block + 1]));
        blocks.filter_map(move |(block, ends)| {
            let of = self.obstacles.iter().filter(|obstacle| obstacle.aisle == aisle.no);
            let inside = of.map(|obstacle| (obstacle.from_mm.max(ends[0]), obstacle.to_mm.min(ends[1])));
            let joined = inside.filter(|(from, to)| from < to).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            joined.map(|blocked| (block, blocked))
        })
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
}

impl From<Spot> for Point {
    fn from(spot: Spot) -> Self {
        Self { x_mm: spot.x_mm, y_mm: spot.y_mm }
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
