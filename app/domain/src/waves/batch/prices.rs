//! What each order is worth to the plan: dual prices of covering all orders by carts' worths seen so far.
//!
//! Linear programming by the revised simplex method (Dantzig & Orchard-Hays 1954), carts' worths brought in as they are needed
//! (column generation; for batching Gademann & van de Velde 2005, IIE Transactions 37; Muter & Öncan 2015, IIE Transactions 47).
//! Shortest walks do not grow when orders are left out, so covering is as good as partitioning, and its prices are steadier.
//! The prices are rounded to whole numbers and mended until none overprices a cart's worth: the bound is then exact, whatever
//! floating point did before.

use super::budget::Meter;
use super::pool::Column;
use crate::waves::rng::Rng;

/// Columns looked at closely between two looks at all.
const SHORTLIST: usize = 64;
/// Pivots before giving up: the prices so far, mended, are still a bound.
const PIVOTS_MAX: usize = 20_000;
/// So many entries of columns are summed up in the time of a step.
const ENTRIES_A_STEP: u64 = 400;
/// As long as so many lengths take.
const STEPS_A_PIVOT: u64 = 60;
const TINY: f64 = 1e-9;

#[expect(clippy::cast_precision_loss, reason = "lengths are far below 2⁵²")]
const fn real(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "prices are lengths")]
fn whole(number: f64) -> i64 {
    number.floor() as i64
}

/// Prices of the orders, all at least 0; the sum over a cart's worth is never more than its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    pub of: Vec<i64>,
    pub sum: i64,
}

impl Prices {
    /// How much longer a cart's worth is than its orders are worth.
    pub fn over(&self, orders: &[usize], length: i64) -> i64 {
        length - orders.iter().map(|order| self.of[*order]).sum::<i64>()
    }

    fn rounded(prices: &[f64]) -> Self {
        let of: Vec<i64> = prices.iter().map(|price| whole(*price).max(0)).collect();
        Self { sum: of.iter().sum(), of }
    }

    /// Lowered until none of these is worth more than it costs.
    #[must_use]
    pub fn mended_for<'c>(mut self, columns: impl Iterator<Item = &'c Column>) -> Self {
        for column in columns {
            let mut over = -self.over(&column.orders, column.length);
            for &order in &column.orders {
                if over <= 0 {
                    break;
                }
                let cut = over.min(self.of[order]);
                self.of[order] -= cut;
                over -= cut;
            }
        }
        self.sum = self.of.iter().sum();
        self
    }
}

/// The basis: one column a row; `inverse` row by row.
struct Basis {
    rows: usize,
    inverse: Vec<f64>,
    /// Length of the column in each row, and how much of it is used.
    lengths: Vec<f64>,
    used: Vec<f64>,
    prices: Vec<f64>,
}

impl Basis {
    /// Every order alone.
    fn alone(alone: &[i64]) -> Self {
        let rows = alone.len();
        let mut inverse = vec![0.0; rows * rows];
        for row in 0..rows {
            inverse[row * rows + row] = 1.0;
        }
        let lengths: Vec<f64> = alone.iter().map(|length| real(*length)).collect();
        // Slightly different demands keep the method from standing still; prices do not depend on demands.
        let mut rng = Rng::new(1);
        let used = (0..rows).map(|_| 1.0 + real(i64::try_from(rng.below(1_000_000)).unwrap_or(0)) * 1e-9).collect();
        Self { rows, inverse, prices: lengths.clone(), lengths, used }
    }

    fn over(&self, column: &Column) -> f64 {
        column.orders.iter().fold(real(column.length), |over, order| over - self.prices[*order])
    }

    /// Brings in a column (`sign` −1: the surplus of one order) that is `over` (below 0) its price.
    fn pivot(&mut self, orders: &[usize], sign: f64, length: f64, over: f64) -> bool {
        let rows = self.rows;
        let direction: Vec<f64> =
            (0..rows).map(|row| sign * orders.iter().map(|order| self.inverse[row * rows + order]).sum::<f64>()).collect();
        let ratios = direction.iter().zip(&self.used).enumerate().filter(|(_, (step, _))| **step > TINY);
        let leaving = ratios.min_by(|(_, (a, x)), (_, (b, y))| (*x / *a).total_cmp(&(*y / *b)));
        let Some((leave, (&step, &used))) = leaving else { return false };
        let amount = used / step;
        let pivot_row: Vec<f64> = self.inverse[leave * rows..(leave + 1) * rows].iter().map(|cell| cell / step).collect();
        for (row, &along) in direction.iter().enumerate() {
            if row != leave && along != 0.0 {
                self.used[row] = (self.used[row] - along * amount).max(0.0);
                for (cell, pivot) in self.inverse[row * rows..(row + 1) * rows].iter_mut().zip(&pivot_row) {
                    *cell -= along * pivot;
                }
            }
        }
        for (price, pivot) in self.prices.iter_mut().zip(&pivot_row) {
            *price += over * pivot;
        }
        self.inverse[leave * rows..(leave + 1) * rows].copy_from_slice(&pivot_row);
        self.used[leave] = amount;
        self.lengths[leave] = length;
        true
    }
}

/// Steps a look at all columns takes.
fn look(columns: &[Column]) -> u64 {
    columns.iter().map(|column| column.orders.len() as u64).sum::<u64>() / ENTRIES_A_STEP
}

/// About how many steps finding prices takes: a few pivots an order, and as many looks at all columns.
pub fn effort(alone: &[i64], columns: &[Column]) -> u64 {
    3 * alone.len() as u64 * (2 * STEPS_A_PIVOT + look(columns))
}

/// The prices of `alone.len()` orders, given what each costs alone and the carts' worths; none when the budget ends before.
pub fn prices(alone: &[i64], columns: &[Column], meter: &mut Meter<'_>) -> Option<Prices> {
    let mut basis = Basis::alone(alone);
    let mut shortlist: Vec<usize> = Vec::new();
    let look_steps = look(columns);
    for pivots in 0..PIVOTS_MAX {
        if pivots % 16 == 0 && !meter.goes_on(16 * STEPS_A_PIVOT) {
            return None;
        }
        let least = (0..basis.rows).min_by(|a, b| basis.prices[*a].total_cmp(&basis.prices[*b]));
        if let Some(order) = least.filter(|order| basis.prices[*order] < -1e-6) {
            let over = basis.prices[order];
            if !basis.pivot(&[order], -1.0, 0.0, over) {
                break;
            }
            continue;
        }
        let scaled =
            |column: usize| basis.over(&columns[column]) / real(i64::try_from(columns[column].orders.len()).unwrap_or(1));
        let worst = |list: &mut dyn Iterator<Item = usize>| {
            list.map(|column| (scaled(column), column)).filter(|(over, _)| *over < -1e-6).min_by(|a, b| a.0.total_cmp(&b.0))
        };
        let mut enter = worst(&mut shortlist.iter().copied());
        if enter.is_none() {
            meter.at.steps += look_steps;
            let mut all: Vec<(f64, usize)> =
                (0..columns.len()).map(|column| (scaled(column), column)).filter(|(over, _)| *over < -1e-6).collect();
            if all.len() > SHORTLIST {
                all.select_nth_unstable_by(SHORTLIST, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                all.truncate(SHORTLIST);
            }
            shortlist = all.into_iter().map(|(_, column)| column).collect();
            enter = worst(&mut shortlist.iter().copied());
        }
        let Some((_, column)) = enter else { break };
        let over = basis.over(&columns[column]);
        if !basis.pivot(&columns[column].orders, 1.0, real(columns[column].length), over) {
            break;
        }
    }
    Some(Prices::rounded(&basis.prices).mended_for(columns.iter()))
}
