//! Regular sites from a few numbers: what the demo, tests and the first page of the designer start from.

use serde::{Deserialize, Serialize};

use super::SiteRefusal;
use super::layout::{Access, Aisle, Depot, EXTENT_MAX_MM, Layout, Side, Way};

/// Bins a generated site may have: the largest site the planner is measured on has 20,000.
pub const BINS_MAX: i64 = 100_000;

/// So many aisles of one length, crossed at even distances, with bins on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutSpec {
    pub aisles: u16,
    /// From the middle of one aisle to the middle of the next.
    pub pitch_mm: i32,
    pub length_mm: i32,
    /// Front and back included: 2 is one block.
    pub cross_aisles: u16,
    pub bins_per_side: u16,
    pub levels: u16,
}

/// A bin of a generated site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinSpec {
    /// Aisle, bay with side, level: `A03-07L-1`.
    pub code: String,
    pub access: Access,
}

impl LayoutSpec {
    /// Four aisles of twelve metres, one block, 160 bins: for tests and a first look.
    pub const fn small() -> Self {
        Self { aisles: 4, pitch_mm: 3_000, length_mm: 12_000, cross_aisles: 2, bins_per_side: 10, levels: 2 }
    }

    fn check(&self) -> Result<(), SiteRefusal> {
        for (what, given) in [
            ("The number of aisles", i32::from(self.aisles)),
            ("The distance between aisles", self.pitch_mm),
            ("The length of an aisle", self.length_mm),
            ("The number of bins on a side", i32::from(self.bins_per_side)),
            ("The number of levels", i32::from(self.levels)),
            ("The number of blocks", i32::from(self.cross_aisles) - 1),
        ] {
            if given <= 0 {
                return Err(SiteRefusal::NotPositive { what: what.to_owned(), given: given.into() });
            }
        }
        let width = i64::from(self.pitch_mm) * i64::from(self.aisles - 1);
        for (what, given) in [("The last aisle", width), ("The back", self.length_mm.into())] {
            if given > EXTENT_MAX_MM.into() {
                return Err(SiteRefusal::OutOfBounds { what: what.to_owned(), given, max: EXTENT_MAX_MM });
            }
        }
        let bins = i64::from(self.aisles) * i64::from(self.bins_per_side) * 2 * i64::from(self.levels);
        if bins > BINS_MAX {
            return Err(SiteRefusal::TooMany { what: "The number of bins".into(), given: bins, max: BINS_MAX });
        }
        Ok(())
    }

    /// The depot stands at the middle of the front.
    pub fn layout(&self) -> Result<Layout, SiteRefusal> {
        self.check()?;
        let last = self.cross_aisles - 1;
        let aisles = (0..self.aisles)
            .map(|i| Aisle {
                no: i32::from(i) + 1,
                x_mm: i32::from(i) * self.pitch_mm,
                from: 0,
                to: last,
                way: Way::Both,
                width_mm: 0,
            })
            .collect();
        let layout = Layout {
            aisles,
            cross_aisles: (0..=last).map(|i| part(self.length_mm, i.into(), last.into())).collect(),
            depots: vec![Depot { name: "Packing".into(), x_mm: self.pitch_mm * i32::from(self.aisles - 1) / 2, cross_aisle: 0 }],
            ..Layout::default()
        };
        layout.check()?;
        Ok(layout)
    }

    /// All bins, in walking order of aisles: each bay's left and right side, level by level.
    pub fn bins(&self) -> Result<Vec<BinSpec>, SiteRefusal> {
        self.check()?;
        let mut bins = Vec::new();
        for aisle in 1..=self.aisles {
            for bay in 1..=self.bins_per_side {
                let y_mm = part(self.length_mm, 2 * i32::from(bay) - 1, 2 * i32::from(self.bins_per_side));
                for (side, letter) in [(Side::Left, 'L'), (Side::Right, 'R')] {
                    for level in 0..self.levels {
                        bins.push(BinSpec {
                            code: format!("A{aisle:02}-{bay:02}{letter}-{}", level + 1),
                            access: Access { aisle: aisle.into(), y_mm, side, level: level.into() },
                        });
                    }
                }
            }
        }
        Ok(bins)
    }
}

/// `whole × n / of` without overflow.
fn part(whole: i32, n: i32, of: i32) -> i32 {
    i32::try_from(i64::from(whole) * i64::from(n) / i64::from(of)).expect("n is at most of, so a part is at most the whole")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_generated_site_is_sound_and_reaches_all_its_bins() {
        let spec = LayoutSpec { aisles: 25, cross_aisles: 4, bins_per_side: 50, levels: 8, ..LayoutSpec::small() };
        let (layout, bins) = (spec.layout().unwrap(), spec.bins().unwrap());
        assert_eq!(bins.len(), 25 * 50 * 2 * 8);
        assert_eq!(bins.iter().map(|b| &b.code).collect::<BTreeSet<_>>().len(), bins.len(), "codes are unique");
        assert_eq!(layout.check_bins(bins.iter().map(|b| (b.code.as_str(), b.access))), Ok(()));
        assert_eq!(bins[0].code, "A01-01L-1");
        assert_eq!(layout.cross_aisles, [0, 4_000, 8_000, 12_000]);
        assert_eq!(layout.depots[0].x_mm, 36_000);
    }

    #[test]
    fn zero_and_negative_dimensions_are_refused() {
        let refused = |change: fn(&mut LayoutSpec)| {
            let mut spec = LayoutSpec::small();
            change(&mut spec);
            assert_eq!(spec.layout().err(), spec.bins().err());
            spec.layout().expect_err("not sound")
        };
        for change in [
            (|s| s.aisles = 0) as fn(&mut LayoutSpec),
            |s| s.pitch_mm = 0,
            |s| s.pitch_mm = -1,
            |s| s.length_mm = -12_000,
            |s| s.cross_aisles = 1,
            |s| s.bins_per_side = 0,
            |s| s.levels = 0,
        ] {
            assert!(matches!(refused(change), SiteRefusal::NotPositive { .. }));
        }
        assert!(matches!(refused(|s| s.pitch_mm = i32::MAX), SiteRefusal::OutOfBounds { .. }));
        assert!(matches!(refused(|s| (s.bins_per_side, s.levels) = (u16::MAX, u16::MAX)), SiteRefusal::TooMany { .. }));
    }
}
