//! The shortest plan that can be put together from carts' worths at hand: set partitioning, exactly when it can be finished.
//!
//! Depth first, the order with the fewest carts' worths left first, cheapest ones first. Every choice costs what the cart's worth
//! is longer than its orders' dual prices; when these costs together pass the gap to the bound, nothing below can be shorter
//! (reduced-cost fixing; Balas & Carrera 1996, Operations Research 44; for batching Heßler & Irnich 2022, Operations Research
//! Letters).

use super::budget::Meter;
use super::pool::Column;
use super::prices::Prices;

/// Sets of orders as bits.
type Bits = [u64; 4];
/// More orders than this are not put together exactly.
pub const ORDERS_MAX: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Positions of the columns chosen; none when nothing shorter than asked for was found.
    pub chosen: Option<Vec<usize>>,
    pub length: i64,
    /// All possibilities were seen: what was found is the shortest, or there is nothing shorter.
    pub finished: bool,
}

struct Item {
    bits: Bits,
    over: i64,
    column: usize,
}

struct Tree<'t> {
    items: Vec<Item>,
    /// Of each order: its items, cheapest first.
    of: Vec<Vec<u32>>,
    prices: &'t Prices,
    best: i64,
    grain: i64,
    found: Option<Vec<usize>>,
    path: Vec<usize>,
    steps: u64,
    stopped: bool,
}

const fn apart(a: &Bits, b: &Bits) -> bool {
    a[0] & b[0] == 0 && a[1] & b[1] == 0 && a[2] & b[2] == 0 && a[3] & b[3] == 0
}

/// Looks for a plan shorter than `best` for at most `steps` steps and while the budget lasts.
pub fn partition(columns: &[Column], prices: &Prices, (best, grain): (i64, i64), steps: u64, meter: &mut Meter<'_>) -> Partition {
    let orders = prices.of.len();
    // All lengths are multiples of the grain, so anything shorter is at most this long.
    let most = (best - 1).div_euclid(grain) * grain - prices.sum;
    let mut items: Vec<Item> = columns
        .iter()
        .enumerate()
        .map(|(column, Column { orders, length })| Item { bits: bits(orders), over: prices.over(orders, *length), column })
        .filter(|item| item.over <= most)
        .collect();
    items.sort_by_key(|item| (item.over, item.column));
    let mut of = vec![Vec::new(); orders];
    for (at, item) in items.iter().enumerate() {
        for &order in &columns[item.column].orders {
            of[order].push(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
    let mut tree = Tree { items, of, prices, best, grain, found: None, path: Vec::new(), steps, stopped: orders > ORDERS_MAX };
    if !tree.stopped {
        tree.deepen([0; 4], 0, meter);
    }
    Partition { chosen: tree.found, length: tree.best, finished: !tree.stopped }
}

fn bits(orders: &[usize]) -> Bits {
    let mut bits = [0; 4];
    for order in orders.iter().filter(|order| **order < ORDERS_MAX) {
        bits[order / 64] |= 1 << (order % 64);
    }
    bits
}

impl Tree<'_> {
    fn room(&self) -> i64 {
        (self.best - 1).div_euclid(self.grain) * self.grain - self.prices.sum
    }

    fn deepen(&mut self, covered: Bits, cost: i64, meter: &mut Meter<'_>) {
        let open = |order: &usize| covered[order / 64] & (1 << (order % 64)) == 0;
        let room = self.room() - cost;
        let mut fewest: Option<(usize, usize)> = None;
        for order in (0..self.of.len()).filter(open) {
            let most = fewest.map_or(usize::MAX, |(count, _)| count);
            let fits = self.of[order].iter().map(|item| &self.items[*item as usize]);
            let count = fits.take_while(|item| item.over <= room).filter(|item| apart(&item.bits, &covered)).take(most).count();
            if count < most {
                fewest = Some((count, order));
                if count == 0 {
                    return;
                }
            }
        }
        let Some((_, order)) = fewest else {
            self.best = self.prices.sum + cost;
            self.found = Some(self.path.clone());
            return;
        };
        for at in 0..self.of[order].len() {
            if self.stopped {
                return;
            }
            let item = &self.items[self.of[order][at] as usize];
            if item.over > self.room() - cost {
                return;
            }
            if !apart(&item.bits, &covered) {
                continue;
            }
            self.steps = self.steps.saturating_sub(1);
            if self.steps == 0 || (self.steps.is_multiple_of(256) && !meter.goes_on(512)) {
                self.stopped = true;
                return;
            }
            let (over, column, mut with) = (item.over, item.column, covered);
            for (word, more) in with.iter_mut().zip(&item.bits) {
                *word |= more;
            }
            self.path.push(column);
            self.deepen(with, cost + over, meter);
            self.path.pop();
        }
    }
}

#[cfg(test)]
#[path = "partition_tests.rs"]
mod tests;
