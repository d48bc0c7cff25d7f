//! Sets of orders on a site of one to three blocks: positions in an aisle are bits, so putting orders together is an `or`, and
//! [`Grid`] gives the exact length. Decides nothing; the order of visits is made once, by whoever draws the chosen carts.

use super::walks::Walks;
use crate::sites::layout::Side;
use crate::sites::roads::{Column, Roads, Spot};
use crate::waves::route::grid::Grid;
use crate::waves::route::stretch::Stretch;

/// Stretch, and where on it.
type Picked = (usize, (i32, Side));

/// One way to walk: from a junction to a junction of the site, and what is walked before and after.
pub struct Gate {
    pub grid: Grid,
    pub from: Spot,
    pub to: Spot,
    pub outside_mm: i64,
}

impl Gate {
    /// Out from the depot and back to it; none where no exact method covers the site.
    pub fn round(roads: &Roads, depot: Spot) -> Option<Self> {
        Self::to(roads, depot, depot)
    }

    /// From a start to an end.
    pub fn to(roads: &Roads, from: Spot, to: Spot) -> Option<Self> {
        Some(Self { grid: Grid::of(roads, from, to)?, from, to, outside_mm: 0 })
    }
}

pub struct Shelves<'g> {
    /// Of these, the shortest is walked.
    gates: &'g [Gate],
    blocks: usize,
    lengths: Vec<i32>,
    /// Of each stretch: narrow, and nothing in the way.
    plain: Vec<bool>,
    words: usize,
    /// Of each stretch: the positions anybody asks for, ascending; bit `n` stands for the `n`th.
    positions: Vec<Vec<(i32, Side)>>,
    /// Of each order: word, and bits in it.
    orders: Vec<Vec<(u32, u64)>>,
    /// Work space, all empty between calls.
    bits: Vec<u64>,
    stretches: Vec<Stretch>,
    touched: Vec<usize>,
    /// Of each column: how far it lies left of all gates, and right.
    aside: Vec<(i64, i64)>,
    /// Of each order: the stretches it visits, as bits, and how far left and right they reach.
    visits: Vec<Visits>,
    /// Half the length of a stretch: roughly what visiting one more costs.
    typical: i64,
    grain: i64,
}

/// Which stretches an order visits, how many these are, and where the first and the last lie.
struct Visits {
    bits: Vec<u64>,
    count: i64,
    reach: (i64, i64),
}

impl<'g> Shelves<'g> {
    /// None when there is no gate, or a spot lies beside the aisles.
    pub fn new(roads: &Roads, gates: &'g [Gate], orders: &[Vec<Spot>]) -> Option<Self> {
        let grid = &gates.first()?.grid;
        let picked = |spot: &Spot| {
            // Sides are told apart where crossing costs something.
            let (cell, offset) = grid.locate(*spot)?;
            Some((cell, (offset, spot.side.unwrap_or_default())))
        };
        let located: Option<Vec<Vec<Picked>>> = orders.iter().map(|spots| spots.iter().map(picked).collect()).collect();
        let located = located?;
        let mut positions = vec![Vec::new(); grid.cells()];
        for &(cell, offset) in located.iter().flatten() {
            positions[cell].push(offset);
        }
        for offsets in &mut positions {
            offsets.sort_unstable();
            offsets.dedup();
        }
        let words = positions.iter().map(|offsets| offsets.len().div_ceil(64)).max().unwrap_or(0).max(1);
        let bits_of = |places: &Vec<Picked>| {
            let mut bits: Vec<(u32, u64)> = Vec::new();
            for &(cell, offset) in places {
                let bit = positions[cell].partition_point(|known| *known < offset);
                let word = u32::try_from(cell * words + bit / 64).unwrap_or(u32::MAX);
                match bits.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, mask)) => *mask |= 1 << (bit % 64),
                    None => bits.push((word, 1 << (bit % 64))),
                }
            }
            bits
        };
        let coded = located.iter().map(bits_of).collect();
        let xs = || gates.iter().flat_map(|gate| [gate.from.x_mm, gate.to.x_mm]).map(i64::from);
        let (left, right) = (xs().min()?, xs().max()?);
        let aside = |x: i64| ((left - x).max(0), (x - right).max(0));
        let aside: Vec<(i64, i64)> = roads.columns.iter().map(|column| aside(i64::from(column.x_mm))).collect();
        let visits = |places: &Vec<Picked>| {
            let mut bits = vec![0_u64; grid.cells().div_ceil(64)];
            for (cell, _) in places {
                bits[cell / 64] |= 1 << (cell % 64);
            }
            let count = bits.iter().map(|word| i64::from(word.count_ones())).sum();
            let at = |cell: Option<usize>| cell.map_or(0, |cell| aside[cell / grid.blocks()].1 - aside[cell / grid.blocks()].0);
            let cells = || places.iter().map(|(cell, _)| *cell);
            Visits { bits, count, reach: (at(cells().min()), at(cells().max())) }
        };
        let visits = located.iter().map(visits).collect();
        let lengths: Vec<i32> = (0..grid.blocks()).map(|block| grid.block_mm(block)).collect();
        let plain = |column: &Column| {
            column
                .widths
                .iter()
                .zip(&column.blocked)
                .map(|(width, blocked)| *width == 0 && blocked.is_none())
                .collect::<Vec<bool>>()
        };
        Some(Self {
            gates,
            blocks: lengths.len(),
            bits: vec![0; grid.cells() * words],
            stretches: vec![Stretch::EMPTY; grid.cells()],
            touched: Vec::new(),
            aside,
            visits,
            typical: i64::from(lengths.iter().copied().max().unwrap_or(0)) / 2,
            grain: grain(roads, gates, &positions, &lengths),
            plain: roads.columns.iter().flat_map(plain).collect(),
            lengths,
            words,
            positions,
            orders: coded,
        })
    }

    /// The price list of a stretch, from its bits.
    fn stretch(&self, cell: usize) -> Stretch {
        if !self.plain[cell] {
            let bit = |bit: &usize| self.bits[cell * self.words + bit / 64] & (1 << (bit % 64)) != 0;
            let picks = (0..self.positions[cell].len()).filter(bit).map(|bit| self.positions[cell][bit]);
            return self.gates[0].grid.price_sides(cell, picks);
        }
        let (mut first, mut last, mut gap) = (-1, -1, 0);
        for word in 0..self.words {
            let mut left = self.bits[cell * self.words + word];
            while left != 0 {
                let (offset, _) = self.positions[cell][word * 64 + left.trailing_zeros() as usize];
                left &= left - 1;
                if last < 0 {
                    first = offset;
                } else {
                    gap = gap.max(offset - last);
                }
                last = offset;
            }
        }
        Stretch::spanning(self.lengths[cell % self.blocks], first, last, gap)
    }
}

/// What divides the length of every walk. On a round, steps aside and turns in a stretch are walked there and back; a whole stretch
/// may be walked once.
fn grain(roads: &Roads, gates: &[Gate], positions: &[Vec<(i32, Side)>], lengths: &[i32]) -> i64 {
    let times = if gates.iter().all(|gate| gate.from == gate.to) { 2 } else { 1 };
    let offsets = positions.iter().flatten().map(|(offset, _)| 2 * i64::from(*offset));
    let aside = roads.columns.windows(2).map(|pair| times * i64::from(pair[1].x_mm - pair[0].x_mm));
    let wide = roads.columns.iter().flat_map(|column| &column.widths).map(|width| i64::from(*width));
    let outside = gates.iter().map(|gate| gate.outside_mm).chain(wide);
    offsets.chain(aside).chain(outside).chain(lengths.iter().map(|length| i64::from(*length))).fold(0, gcd).max(1)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Walks for Shelves<'_> {
    fn length(&mut self, orders: &[usize]) -> i64 {
        for order in orders {
            for &(word, mask) in &self.orders[*order] {
                let bits = &mut self.bits[word as usize];
                if *bits == 0 {
                    self.touched.push(word as usize);
                }
                *bits |= mask;
            }
        }
        for at in 0..self.touched.len() {
            let cell = self.touched[at] / self.words;
            self.stretches[cell] = self.stretch(cell);
        }
        let length = self.gates.iter().map(|gate| gate.grid.length(&self.stretches) + gate.outside_mm).min().unwrap_or(0);
        for word in self.touched.drain(..) {
            self.bits[word] = 0;
            self.stretches[word / self.words] = Stretch::EMPTY;
        }
        length
    }

    /// Left and right of all gates, there and back; and each stretch, walked through or turned back in.
    fn parts(&mut self, order: usize) -> Vec<(usize, i64)> {
        let (mut left, mut right) = (0, 0);
        let mut parts = Vec::new();
        let mut cells: Vec<usize> = self.orders[order].iter().map(|(word, _)| *word as usize / self.words).collect();
        cells.sort_unstable();
        cells.dedup();
        for &(word, mask) in &self.orders[order] {
            self.bits[word as usize] = mask;
        }
        for cell in cells {
            let stretch = self.stretch(cell);
            parts.push((cell + 2, i64::from(stretch.through.min(stretch.split))));
            let aside = self.aside[cell / self.blocks];
            left = left.max(aside.0);
            right = right.max(aside.1);
        }
        for (word, _) in &self.orders[order] {
            self.bits[*word as usize] = 0;
        }
        parts.extend([(0, 2 * left), (1, 2 * right)]);
        parts
    }

    /// Stretches only one of them visits, and how far they reach beyond each other.
    fn apart(&self, one: usize, other: usize) -> i64 {
        let (a, b) = (&self.visits[one], &self.visits[other]);
        let alike: u32 = a.bits.iter().zip(&b.bits).map(|(a, b)| (a & b).count_ones()).sum();
        let only = a.count + b.count - 2 * i64::from(alike);
        only * self.typical + (a.reach.0 - b.reach.0).abs() + (a.reach.1 - b.reach.1).abs()
    }

    fn grain(&self) -> i64 {
        self.grain
    }
}
