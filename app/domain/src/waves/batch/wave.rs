//! A wave as people ask for it: orders with lines, carts with room, cutoffs, zones; checked, and cut into what rides together.
//!
//! Decides what is refused and what is left out. How carts are filled is [`super::engine`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::load::{Load, Rooms};
use super::rates::Rates;
use crate::sites::roads::Spot;
use crate::waves::{Method, WaveRefusal};

/// So many units of one thing from one bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it is reached; none = not on the layout: picked last.
    pub spot: Option<Spot>,
    /// Rank of the bin by its code: bins reached from one spot are told apart.
    pub bin: usize,
    pub units: i64,
    /// Of one unit; none = not measured: it does not count.
    pub unit_volume_ml: Option<i64>,
    pub unit_weight_g: Option<i64>,
    pub zone: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// What people call it: named in refusals.
    pub number: String,
    pub lines: Vec<Line>,
    /// Places it takes on a cart.
    pub totes: i64,
    /// Seconds from now by which it must be picked.
    pub cutoff_seconds: Option<i64>,
}

/// What becomes of an order that no cart can take whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Large {
    /// The wave is refused, and the refusal names it.
    #[default]
    Refuse,
    /// It rides on several carts.
    Split,
    /// The others are planned; the receipt names it.
    LeaveOut,
}

/// How a wave is to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub method: Method,
    pub carts: Rooms,
    pub pickers: usize,
    pub rates: Rates,
    pub large: Large,
    pub seed: u64,
}

/// Lines of an order, and how many units of each.
pub type Lines = Vec<(usize, i64)>;

/// What of an order rides on one cart: as a rule, all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub order: usize,
    pub lines: Lines,
    pub load: Load,
    pub zone: Option<u16>,
}

/// An order that is not planned, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub order: String,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    NothingToPick,
    LargerThanAnyCart,
}

impl Why {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NothingToPick => "nothing to pick",
            Self::LargerThanAnyCart => "larger than any cart",
        }
    }
}

/// Orders cut into pieces, ready to be put on carts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cut {
    pub pieces: Vec<Piece>,
    pub left_out: Vec<LeftOut>,
}

impl Ask {
    /// PCK-2's bad input: names the first thing wrong; otherwise every piece fits on a cart.
    pub fn cut(&self, orders: &[Order]) -> Result<Cut, WaveRefusal> {
        self.check(orders)?;
        let mut cut = Cut::default();
        for (index, order) in orders.iter().enumerate() {
            if order.lines.is_empty() {
                cut.left_out.push(LeftOut { order: order.number.clone(), why: Why::NothingToPick });
                continue;
            }
            for (zone, lines) in self.by_zone(order) {
                let piece = Piece { order: index, load: load(order, &lines), lines, zone };
                if self.carts.fit(piece.load) {
                    cut.pieces.push(piece);
                    continue;
                }
                match self.large {
                    Large::Refuse => return Err(self.too_large(order, piece.load)),
                    Large::Split => cut.pieces.extend(self.split(order, piece)?),
                    Large::LeaveOut => {
                        cut.pieces.retain(|piece| piece.order != index);
                        cut.left_out.push(LeftOut { order: order.number.clone(), why: Why::LargerThanAnyCart });
                        break;
                    }
                }
            }
        }
        if cut.pieces.is_empty() { Err(WaveRefusal::EmptyWave) } else { Ok(cut) }
    }

    fn check(&self, orders: &[Order]) -> Result<(), WaveRefusal> {
        if orders.is_empty() {
            return Err(WaveRefusal::EmptyWave);
        }
        let positive = |what: &str, given: i64| match given {
            1.. => Ok(()),
            _ => Err(WaveRefusal::NotPositive { what: what.to_owned(), given }),
        };
        positive("The number of kinds of cart", i64::try_from(self.carts.each().len()).unwrap_or(i64::MAX))?;
        for room in self.carts.each() {
            positive("The volume of a cart", room.volume_ml)?;
            positive("The weight a cart bears", room.weight_g)?;
            positive("The number of totes on a cart", room.totes)?;
        }
        positive("The number of pickers", i64::try_from(self.pickers).unwrap_or(i64::MAX))?;
        positive("The walking speed", self.rates.walk_mm_per_second)?;
        let mut seen = BTreeSet::new();
        for order in orders {
            if !seen.insert(&order.number) {
                return Err(WaveRefusal::OrderTwice { order: order.number.clone() });
            }
            positive(&format!("The number of totes of order {}", order.number), order.totes)?;
            for line in &order.lines {
                positive(&format!("The units of a line of order {}", order.number), line.units)?;
                positive(&format!("A volume in order {}", order.number), line.unit_volume_ml.unwrap_or(1))?;
                positive(&format!("A weight in order {}", order.number), line.unit_weight_g.unwrap_or(1))?;
            }
        }
        Ok(())
    }

    /// All lines together, or by zone where orders are split by zone.
    fn by_zone(&self, order: &Order) -> Vec<(Option<u16>, Lines)> {
        let all = order.lines.iter().enumerate().map(|(line, Line { units, .. })| (line, *units));
        if self.method != Method::Zone {
            return vec![(None, all.collect())];
        }
        let mut zones: BTreeMap<u16, Lines> = BTreeMap::new();
        for (line, units) in all {
            zones.entry(order.lines[line].zone).or_default().push((line, units));
        }
        zones.into_iter().map(|(zone, lines)| (Some(zone), lines)).collect()
    }

    fn too_large(&self, order: &Order, load: Load) -> WaveRefusal {
        let room = self.carts.most();
        let pairs = [
            ("volume in ml", load.volume_ml, room.volume_ml),
            ("weight in g", load.weight_g, room.weight_g),
            ("totes", load.totes, room.totes),
        ];
        let (measure, needs, room) = pairs.into_iter().find(|(_, needs, room)| needs > room).unwrap_or(pairs[0]);
        WaveRefusal::OrderLargerThanCart { order: order.number.clone(), measure: measure.to_owned(), needs, room }
    }

    /// Fills one cart after another, unit by unit; refused when a single unit fits on none.
    fn split(&self, order: &Order, piece: Piece) -> Result<Vec<Piece>, WaveRefusal> {
        let mut pieces: Vec<Piece> = Vec::new();
        let (zone, index) = (piece.zone, piece.order);
        let mut lines = Lines::new();
        for (line, mut units) in piece.lines {
            while units > 0 {
                let fits = |more: i64| {
                    let with: Lines = lines.iter().copied().chain([(line, more)]).collect();
                    self.carts.fit(load(order, &with))
                };
                // The most units that still fit, by halving: more never fits better.
                let (mut most, mut too_many) = (0, units + 1);
                while too_many - most > 1 {
                    let middle = i64::midpoint(most, too_many);
                    if fits(middle) { most = middle } else { too_many = middle }
                }
                if most > 0 {
                    lines.push((line, most));
                    units -= most;
                }
                if units > 0 {
                    if lines.is_empty() {
                        return Err(self.too_large(order, load(order, &[(line, 1)])));
                    }
                    let lines = std::mem::take(&mut lines);
                    pieces.push(Piece { order: index, load: load(order, &lines), lines, zone });
                }
            }
        }
        pieces.push(Piece { order: index, load: load(order, &lines), lines, zone });
        Ok(pieces)
    }
}

/// Totes in proportion to units: half an order takes half its totes, rounded up.
fn load(order: &Order, lines: &[(usize, i64)]) -> Load {
    let all: i64 = order.lines.iter().map(|line| line.units).sum();
    let mut load = Load::default();
    let mut taken = 0_i64;
    for &(line, units) in lines {
        let line = order.lines[line];
        load.volume_ml = load.volume_ml.saturating_add(units.saturating_mul(line.unit_volume_ml.unwrap_or(0)));
        load.weight_g = load.weight_g.saturating_add(units.saturating_mul(line.unit_weight_g.unwrap_or(0)));
        taken += units;
    }
    let totes = (i128::from(order.totes) * i128::from(taken) + i128::from(all) - 1) / i128::from(all.max(1));
    load.totes = i64::try_from(totes).unwrap_or(i64::MAX);
    load
}

#[cfg(test)]
#[path = "wave_tests.rs"]
mod tests;
