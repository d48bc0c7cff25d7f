//! What makes a layout sound, fault by fault; each has its own name.
//!
//! In what order faults are looked for is [`Layout::check`].

use std::collections::{BTreeMap, BTreeSet};

use super::SiteRefusal;
use super::layout::{
    AISLES_MAX, Aisle, CROSS_AISLES_MAX, EXTENT_MAX_MM, JUNCTIONS_MAX, LEVELS_MAX, Layout, OBSTACLES_MAX, Obstacle, Way,
};

impl Layout {
    pub(super) fn check_size(&self) -> Result<(), SiteRefusal> {
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
        at_most("The number of obstacles", self.obstacles.len(), OBSTACLES_MAX)?;
        at_most("The number of zones", self.zones.len(), AISLES_MAX)?;
        at_most("The number of levels", self.levels_mm.len(), LEVELS_MAX)?;
        at_most("Aisles times cross-aisles", (self.aisles.len() + self.depots.len()) * self.cross_aisles.len(), JUNCTIONS_MAX)
    }

    pub(super) fn check_aisles(&self) -> Result<(), SiteRefusal> {
        let mut seen = BTreeSet::new();
        let mut taken: BTreeMap<(i32, u16), i32> = BTreeMap::new();
        for aisle in &self.aisles {
            in_bounds("An aisle", aisle.x_mm)?;
            in_bounds("The far side of an aisle", aisle.width_mm)?;
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

    pub(super) fn check_obstacles(&self) -> Result<(), SiteRefusal> {
        for obstacle in &self.obstacles {
            let &Obstacle { aisle: no, from_mm, to_mm } = obstacle;
            let y = |cross: u16| self.cross_aisles[usize::from(cross)];
            let aisle = self.aisles.iter().find(|aisle| aisle.no == no);
            let Some(aisle) = aisle.filter(|aisle| y(aisle.from) <= from_mm && from_mm < to_mm && to_mm <= y(aisle.to)) else {
                return Err(SiteRefusal::ObstacleNowhere { aisle: no, from_mm, to_mm });
            };
            if aisle.way != Way::Both {
                return Err(SiteRefusal::ObstacleInOneWay { aisle: no });
            }
        }
        Ok(())
    }

    pub(super) fn check_zones(&self) -> Result<(), SiteRefusal> {
        let mut names = BTreeSet::new();
        let mut zoned: BTreeMap<i32, &str> = BTreeMap::new();
        for zone in &self.zones {
            if zone.name.trim().is_empty() || !names.insert(zone.name.trim()) {
                return Err(SiteRefusal::ZoneNameTaken { zone: zone.name.clone() });
            }
            for &aisle in &zone.aisles {
                if !self.aisles.iter().any(|known| known.no == aisle) {
                    return Err(SiteRefusal::UnknownAisle { zone: zone.name.clone(), aisle });
                }
                if let Some(other) = zoned.insert(aisle, &zone.name) {
                    return Err(SiteRefusal::AisleInTwoZones { aisle, one: other.to_owned(), other: zone.name.clone() });
                }
            }
        }
        Ok(())
    }

    pub(super) fn check_levels(&self) -> Result<(), SiteRefusal> {
        for &height in &self.levels_mm {
            in_bounds("A level", height)?;
        }
        match self.levels_mm.windows(2).find(|pair| pair[1] <= pair[0]) {
            Some(pair) => Err(SiteRefusal::LevelsOutOfOrder { before: pair[0], given: pair[1] }),
            None => Ok(()),
        }
    }

    /// Cross-aisles run the whole width, so the site is connected when each block can be crossed both ways.
    pub(super) fn check_connected(&self) -> Result<(), SiteRefusal> {
        for (block, pair) in self.cross_aisles.windows(2).enumerate() {
            let crossed = |may: fn(Way) -> bool| {
                let open = |a: &Aisle| self.blocked(a).all(|(blocked, _)| blocked != block);
                self.aisles.iter().any(|a| usize::from(a.from) <= block && block < usize::from(a.to) && may(a.way) && open(a))
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

fn at_most(what: &str, given: usize, max: usize) -> Result<(), SiteRefusal> {
    if given <= max {
        return Ok(());
    }
    let wide = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Err(SiteRefusal::TooMany { what: what.to_owned(), given: wide(given), max: wide(max) })
}

pub(super) fn in_bounds(what: &str, given: i32) -> Result<(), SiteRefusal> {
    if (0..=EXTENT_MAX_MM).contains(&given) {
        return Ok(());
    }
    Err(SiteRefusal::OutOfBounds { what: what.to_owned(), given: given.into(), max: EXTENT_MAX_MM })
}
