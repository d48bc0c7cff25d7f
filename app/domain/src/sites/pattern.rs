//! Bins by the hundred: a pattern for their codes, ranges of aisles, bays and levels, and where on the layout each of them stands.
//! Decides which bins a pattern means; whether a code is taken is the database's to say.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::SiteRefusal;
use super::layout::{Access, Aisle, LEVELS_MAX, Layout, Side};
use super::places::{BinKind, Keeping, bin_code};
use super::refusal::Run;
use super::spec::{BINS_MAX, BinSpec};

/// Bays a side of an aisle may have.
pub const BAYS_MAX: i32 = 999;

/// On which sides of an aisle bays stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sides {
    /// Odd bays left, even ones right, as houses in a street.
    #[default]
    Street,
    /// Every bay on both sides: the code names the side.
    Both,
    Left,
    Right,
}

impl Sides {
    pub const ALL: [Self; 4] = [Self::Street, Self::Both, Self::Left, Self::Right];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Street => "street",
            Self::Both => "both",
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Street => "Odd bays left, even right",
            Self::Both => "Every bay on both sides",
            Self::Left => "Left only",
            Self::Right => "Right only",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sides| sides.code() == code)
    }
}

/// First and last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub from: i32,
    pub to: i32,
}

impl Range {
    fn check(self, what: Run, max: i32) -> Result<(), SiteRefusal> {
        let Self { from, to } = self;
        if 1 <= from && from <= to && to <= max { Ok(()) } else { Err(SiteRefusal::BadRange { what, from, to, max }) }
    }

    fn count(self) -> i32 {
        self.to - self.from + 1
    }
}

/// What is typed to make many bins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinPattern {
    /// `{aisle}-{bay:02}-{level}`; `{side}` is L or R.
    pub pattern: String,
    /// `A-F`, `1-6` or `3`: what codes call the aisles.
    pub aisles: String,
    /// The layout's aisle that the first of them is; the others follow by number.
    pub first_aisle: i32,
    pub bays: Range,
    /// 1 is the floor.
    pub levels: Range,
    pub sides: Sides,
    pub kind: BinKind,
    pub keeping: Keeping,
}

impl BinPattern {
    /// Every bin that is meant, aisle by aisle, or the first thing wrong with it.
    pub fn bins(&self, layout: &Layout) -> Result<Vec<BinSpec>, SiteRefusal> {
        let code = parse(&self.pattern)?;
        self.bays.check(Run::Bays, BAYS_MAX)?;
        self.levels.check(Run::Levels, i32::try_from(LEVELS_MAX).unwrap_or(i32::MAX))?;
        self.keeping.check()?;
        if self.kind.world() {
            return Err(SiteRefusal::WorldBin { code: self.kind.words().to_owned() });
        }
        let names = aisles(&self.aisles)?;
        let standing = self.standing(layout, names.len())?;
        let sides: i64 = if self.sides == Sides::Both { 2 } else { 1 };
        let given =
            i64::try_from(names.len()).unwrap_or(i64::MAX) * i64::from(self.bays.count()) * i64::from(self.levels.count());
        if given * sides > BINS_MAX {
            return Err(SiteRefusal::TooMany { what: "The number of bins".into(), given: given * sides, max: BINS_MAX });
        }
        let mut bins = Vec::new();
        for (name, aisle) in names.iter().zip(standing) {
            self.push_aisle(&mut bins, &code, name, aisle, layout)?;
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = bins.iter().find(|bin| !seen.insert(bin.code.as_str())) {
            return Err(SiteRefusal::CodeTwice { code: twice.code.clone() });
        }
        layout.check_bins(bins.iter().map(|bin| (bin.code.as_str(), bin.access)))?;
        Ok(bins)
    }

    /// The layout's aisles from the first on.
    fn standing<'a>(&self, layout: &'a Layout, asked: usize) -> Result<Vec<&'a Aisle>, SiteRefusal> {
        let mut from: Vec<&Aisle> = layout.aisles.iter().filter(|aisle| aisle.no >= self.first_aisle).collect();
        from.sort_by_key(|aisle| aisle.no);
        let begins = from.first().is_some_and(|aisle| aisle.no == self.first_aisle);
        if !begins || from.len() < asked {
            let there = if begins { from.len() } else { 0 };
            return Err(SiteRefusal::AislesMissing { asked, first: self.first_aisle, there });
        }
        from.truncate(asked);
        Ok(from)
    }

    fn push_aisle(
        &self,
        bins: &mut Vec<BinSpec>,
        code: &[Part],
        name: &str,
        aisle: &Aisle,
        layout: &Layout,
    ) -> Result<(), SiteRefusal> {
        let y = |cross: u16| layout.cross_aisles.get(usize::from(cross)).copied().unwrap_or_default();
        let (front, back) = (y(aisle.from), y(aisle.to));
        for bay in self.bays.from..=self.bays.to {
            for (side, nth, of) in self.stands(bay) {
                // In the middle of its share of the aisle.
                let share = i64::from(back - front) * i64::from(2 * nth + 1) / i64::from(2 * of);
                let y_mm = front + i32::try_from(share).unwrap_or_default();
                for level in self.levels.from..=self.levels.to {
                    let code = bin_code(&written(code, name, bay, level, side))?;
                    bins.push(BinSpec { code, access: Access { aisle: aisle.no, y_mm, side, level: level - 1 } });
                }
            }
        }
        Ok(())
    }

    /// Each side a bay stands on, as which from the front, and of how many.
    fn stands(&self, bay: i32) -> Vec<(Side, i32, i32)> {
        let (nth, of) = (bay - self.bays.from, self.bays.count());
        match self.sides {
            Sides::Left => vec![(Side::Left, nth, of)],
            Sides::Right => vec![(Side::Right, nth, of)],
            Sides::Both => vec![(Side::Left, nth, of), (Side::Right, nth, of)],
            Sides::Street => {
                let side = if bay % 2 == 1 { Side::Left } else { Side::Right };
                vec![(side, nth / 2, (of + 1) / 2)]
            }
        }
    }
}

/// A piece of a code's pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Aisle(usize),
    Bay(usize),
    Level(usize),
    Side,
}

fn parse(pattern: &str) -> Result<Vec<Part>, SiteRefusal> {
    let bad = |part: &str| SiteRefusal::BadPattern { part: part.chars().take(40).collect() };
    let (mut parts, mut rest) = (Vec::new(), pattern.trim());
    while let Some((before, inside)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let (named, after) = inside.split_once('}').ok_or_else(|| bad(inside))?;
        let (name, width) = named.split_once(':').unwrap_or((named, "0"));
        let width = width.parse().ok().filter(|width| *width <= 9).ok_or_else(|| bad(named))?;
        parts.push(match name.trim() {
            "aisle" => Part::Aisle(width),
            "bay" => Part::Bay(width),
            "level" => Part::Level(width),
            "side" if width == 0 => Part::Side,
            _ => return Err(bad(named)),
        });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    if parts.is_empty() { Err(bad("")) } else { Ok(parts) }
}

fn written(parts: &[Part], aisle: &str, bay: i32, level: i32, side: Side) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Aisle(width) => format!("{aisle:0>width$}"),
        Part::Bay(width) => format!("{bay:0>width$}"),
        Part::Level(width) => format!("{level:0>width$}"),
        Part::Side => if side == Side::Left { "L" } else { "R" }.to_owned(),
    };
    parts.iter().map(part).collect()
}

/// `A-F`, `1-6`, `3`, as names.
fn aisles(given: &str) -> Result<Vec<String>, SiteRefusal> {
    let bad = || SiteRefusal::BadAisles { given: given.chars().take(40).collect() };
    let upper = given.trim().to_ascii_uppercase();
    let (from, to) = upper.split_once('-').unwrap_or((&upper, &upper));
    let (from, to) = (from.trim(), to.trim());
    let letter = |text: &str| (text.len() == 1).then(|| text.chars().next()).flatten().filter(char::is_ascii_uppercase);
    let number =
        |text: &str| text.parse::<u16>().ok().filter(|number| (1..=super::layout::AISLES_MAX).contains(&usize::from(*number)));
    let names: Vec<String> = match (letter(from), letter(to), number(from), number(to)) {
        (Some(from), Some(to), ..) => (from..=to).map(String::from).collect(),
        (.., Some(from), Some(to)) => (from..=to).map(|number| number.to_string()).collect(),
        _ => return Err(bad()),
    };
    if names.is_empty() { Err(bad()) } else { Ok(names) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::spec::LayoutSpec;

    fn layout() -> Layout {
        LayoutSpec { aisles: 6, ..LayoutSpec::small() }.layout().unwrap()
    }

    fn pattern() -> BinPattern {
        BinPattern {
            pattern: "{aisle}-{bay:02}-{level}".into(),
            aisles: "A-F".into(),
            first_aisle: 1,
            bays: Range { from: 1, to: 20 },
            levels: Range { from: 1, to: 4 },
            sides: Sides::Street,
            kind: BinKind::Pick,
            keeping: Keeping::default(),
        }
    }

    fn refused(change: impl FnOnce(&mut BinPattern)) -> SiteRefusal {
        let mut pattern = pattern();
        change(&mut pattern);
        pattern.bins(&layout()).expect_err("refused")
    }

    /// INV-4: aisles A–F, bays 1–20, levels 1–4 are 480 bins, each with a code of its own and a place that is reached.
    #[test]
    fn a_pattern_makes_every_bin_of_its_ranges() {
        let bins = pattern().bins(&layout()).unwrap();
        assert_eq!(bins.len(), 6 * 20 * 4);
        assert_eq!((bins[0].code.as_str(), bins[479].code.as_str()), ("A-01-1", "F-20-4"));
        let at = |code: &str| bins.iter().find(|bin| bin.code == code).unwrap().access;
        assert_eq!(at("A-01-1"), Access { aisle: 1, y_mm: 600, side: Side::Left, level: 0 });
        assert_eq!(at("A-02-3"), Access { aisle: 1, y_mm: 600, side: Side::Right, level: 2 });
        assert_eq!(at("F-19-1"), Access { aisle: 6, y_mm: 11_400, side: Side::Left, level: 0 });
    }

    #[test]
    fn sides_may_be_named_and_aisles_numbered() {
        let mut both = pattern();
        (both.pattern, both.sides, both.aisles) = ("r{aisle:03}{side}{bay}".into(), Sides::Both, "2-3".into());
        (both.first_aisle, both.levels) = (4, Range { from: 1, to: 1 });
        let bins = both.bins(&layout()).unwrap();
        assert_eq!(bins.len(), 2 * 20 * 2);
        assert_eq!((bins[0].code.as_str(), bins[1].code.as_str()), ("R002L1", "R002R1"));
        assert_eq!((bins[0].access.aisle, bins[40].access.aisle), (4, 5));
    }

    /// INV-4: what cannot be meant is refused by name, beside what was typed.
    #[test]
    fn what_a_pattern_cannot_mean_is_refused_by_name() {
        assert_eq!(refused(|p| p.pattern = "{aisle}-{level}".into()), SiteRefusal::CodeTwice { code: "A-1".into() });
        assert_eq!(refused(|p| p.pattern = "{shelf}".into()), SiteRefusal::BadPattern { part: "shelf".into() });
        assert!(matches!(refused(|p| p.pattern = "{bay".into()), SiteRefusal::BadPattern { .. }));
        assert!(matches!(refused(|p| p.pattern = "{bay:99}".into()), SiteRefusal::BadPattern { .. }));
        assert!(matches!(refused(|p| p.pattern = " ".into()), SiteRefusal::BadPattern { .. }));
        assert!(matches!(refused(|p| p.pattern = "{bay} ä".into()), SiteRefusal::BadBinCode { .. }));
        for bad in ["", "F-A", "A-3", "0-4", "AA", "1-", "-"] {
            assert_eq!(refused(|p| p.aisles = bad.into()), SiteRefusal::BadAisles { given: bad.into() });
        }
        assert_eq!(refused(|p| p.first_aisle = 3), SiteRefusal::AislesMissing { asked: 6, first: 3, there: 4 });
        assert_eq!(refused(|p| p.first_aisle = 9), SiteRefusal::AislesMissing { asked: 6, first: 9, there: 0 });
        for (from, to) in [(0, 4), (-3, 4), (5, 4), (1, 1_000), (i32::MIN, i32::MAX)] {
            assert!(matches!(refused(|p| p.bays = Range { from, to }), SiteRefusal::BadRange { what: Run::Bays, .. }));
        }
        assert!(matches!(refused(|p| p.levels = Range { from: 0, to: 1 }), SiteRefusal::BadRange { what: Run::Levels, .. }));
        assert!(matches!(refused(|p| p.keeping.volume_ml = Some(0)), SiteRefusal::BinVolumeOutOfRange { .. }));
        assert!(matches!(refused(|p| p.kind = BinKind::Customer), SiteRefusal::WorldBin { .. }));
        assert!(matches!(
            refused(|p| {
                (p.pattern, p.sides) = ("{aisle}{side}{bay}{level}".into(), Sides::Both);
                (p.bays, p.levels) = (Range { from: 1, to: 999 }, Range { from: 1, to: 50 });
            }),
            SiteRefusal::TooMany { .. }
        ));
    }

    /// INV-4: a bin in a blocked stretch has no access point.
    #[test]
    fn a_bin_nobody_reaches_is_refused() {
        let mut blocked = layout();
        blocked.obstacles.push(crate::sites::layout::Obstacle { aisle: 2, from_mm: 5_000, to_mm: 7_000 });
        let refusal = pattern().bins(&blocked).expect_err("refused");
        assert!(matches!(refusal, SiteRefusal::NoAccessPoint { aisle: 2, .. }), "{refusal}");
    }
}
