//! Rates from the site's own history: what it takes to walk a metre, to find a bin, to take a unit. Least squares over the time
//! between one task and the next on the same walk. Until enough is measured the standard rates hold, and say so.

use crate::waves::batch::rates::{Basis, Rates};

/// So many steps from task to task make a measure; before, rates are standard.
pub const STEPS_ENOUGH: usize = 200;
/// … and so many beginnings of walks.
pub const STARTS_ENOUGH: usize = 20;
/// Who takes longer from one task to the next was doing something else.
const PAUSE_MS: i64 = 600_000;
/// Who takes less had both in one hand: several lines scanned as one, or a history told in bulk.
const BREATH_MS: i64 = 500;
/// A measured rate further from the standard than so many times tells of too little variety, not of the site.
const FACTOR_MAX: i64 = 6;
/// Metres between two bins of a walk, until walks tell.
pub const STANDARD_MM_PER_STOP: i64 = 15_000;

/// From one task done to the next, or from taking the cart to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub ms: i64,
    /// Between the two bins; nothing when it is the same one.
    pub length_mm: i64,
    pub units: i64,
    /// Into one of several totes.
    pub sorted: bool,
}

/// What a site's work takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    pub rates: Rates,
    /// Steps that could be measured so far.
    pub picks: usize,
    /// Metres walked for a bin, when the walk is not planned yet.
    pub mm_per_stop: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rates: Rates::STANDARD, picks: 0, mm_per_stop: STANDARD_MM_PER_STOP }
    }
}

impl Pace {
    /// For a screen: where these rates come from.
    pub fn words(&self) -> String {
        match self.rates.basis {
            Basis::Standard => format!("standard rates: {} of {STEPS_ENOUGH} picks measured here", self.picks),
            Basis::History { picks } => format!("rates measured here from {picks} picks"),
        }
    }
}

/// Learns from steps between tasks, and from how walks began.
pub fn measured(steps: &[Step], starts: &[Step], mm_per_stop: Option<i64>) -> Pace {
    let by_hand = |step: &&Step| (BREATH_MS..=PAUSE_MS).contains(&step.ms) && step.units > 0;
    let steps: Vec<Step> = steps.iter().filter(by_hand).copied().collect();
    let mm_per_stop = mm_per_stop.filter(|mm| *mm > 0).unwrap_or(STANDARD_MM_PER_STOP);
    if steps.len() < STEPS_ENOUGH {
        return Pace { rates: Rates::STANDARD, picks: steps.len(), mm_per_stop };
    }
    let basis = Basis::History { picks: i64::try_from(steps.len()).unwrap_or(i64::MAX) };
    let mut rates = Rates { basis, ..fitted(&steps).unwrap_or_else(|| scaled(&steps)) };
    let starts: Vec<Step> = starts.iter().filter(by_hand).copied().collect();
    if starts.len() >= STARTS_ENOUGH {
        let beyond: i64 = starts.iter().map(|start| (start.ms - expected(&rates, start)).max(0)).sum();
        rates.setup_ms = beyond / i64::try_from(starts.len()).unwrap_or(1);
    }
    Pace { rates, picks: steps.len(), mm_per_stop }
}

/// Milliseconds a step takes at these rates.
fn expected(rates: &Rates, step: &Step) -> i64 {
    let put = if step.sorted { rates.put_ms } else { 0 };
    step.length_mm * 1_000 / rates.walk_mm_per_second.max(1) + rates.stop_ms + step.units * (rates.unit_ms + put)
}

/// The three rates that together miss the measured times least (normal equations, solved exactly); none when the steps vary too
/// little to tell them apart.
fn fitted(steps: &[Step]) -> Option<Rates> {
    let standard = Rates::STANDARD;
    let mut sums = [[0_i128; 3]; 3];
    let mut times = [0_i128; 3];
    for step in steps {
        let put = if step.sorted { step.units * standard.put_ms } else { 0 };
        let parts = [i128::from(step.length_mm), 1, i128::from(step.units)];
        for (row, part) in parts.iter().enumerate() {
            for (column, other) in parts.iter().enumerate() {
                sums[row][column] += part * other;
            }
            times[row] += part * i128::from(step.ms - put);
        }
    }
    let whole = determinant(&sums);
    let solved = |column: usize| {
        let mut replaced = sums;
        for (row, time) in replaced.iter_mut().zip(times) {
            row[column] = time;
        }
        determinant(&replaced)
    };
    let (per_mm, per_stop, per_unit) = (solved(0), solved(1), solved(2));
    if whole <= 0 || per_mm <= 0 {
        return None;
    }
    let rates = Rates {
        walk_mm_per_second: i64::try_from(1_000 * whole / per_mm).ok()?,
        stop_ms: i64::try_from(per_stop / whole).ok()?,
        unit_ms: i64::try_from(per_unit / whole).ok()?,
        ..standard
    };
    let near = |rate: i64, standard: i64| rate * FACTOR_MAX >= standard && rate <= standard * FACTOR_MAX;
    let sound = near(rates.walk_mm_per_second, standard.walk_mm_per_second)
        && near(rates.stop_ms, standard.stop_ms)
        && near(rates.unit_ms, standard.unit_ms);
    sound.then_some(rates)
}

fn determinant(m: &[[i128; 3]; 3]) -> i128 {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}

/// All three as the standard has them, faster or slower as a whole.
fn scaled(steps: &[Step]) -> Rates {
    let standard = Rates::STANDARD;
    let taken: i64 = steps.iter().map(|step| step.ms).sum();
    let usual: i64 = steps.iter().map(|step| expected(&standard, step)).sum();
    let (taken, usual) = (taken.max(1), usual.max(1));
    let by = |ms: i64| (i128::from(ms) * i128::from(taken) / i128::from(usual)).try_into().unwrap_or(ms);
    let speed = i128::from(standard.walk_mm_per_second) * i128::from(usual) / i128::from(taken);
    Rates {
        walk_mm_per_second: speed.try_into().unwrap_or(standard.walk_mm_per_second).max(1),
        stop_ms: by(standard.stop_ms),
        unit_ms: by(standard.unit_ms),
        put_ms: by(standard.put_ms),
        ..standard
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn steps(rates: &Rates, count: i64) -> Vec<Step> {
        let step = |n: i64| {
            let step = Step { ms: 0, length_mm: n * 7_919 % 40_000, units: 1 + n * 31 % 5, sorted: n % 2 == 0 };
            Step { ms: expected(rates, &step), ..step }
        };
        (0..count).map(step).collect()
    }

    proptest! {
        /// PLN-4: rates that lie behind a history are found again; a break and what was told in bulk do not count.
        #[test]
        fn the_rates_behind_a_history_are_found_again(
            walk in 600_i64..2_500, stop in 4_000_i64..30_000, unit in 1_500_i64..12_000, setup in 20_000_i64..200_000
        ) {
            let behind =
                Rates { walk_mm_per_second: walk, stop_ms: stop, unit_ms: unit, setup_ms: setup, ..Rates::STANDARD };
            let mut history = steps(&behind, 400);
            history.push(Step { ms: 3_600_000, length_mm: 10, units: 1, sorted: false });
            history.push(Step { ms: 0, length_mm: 30_000, units: 50, sorted: false });
            let starts: Vec<Step> =
                steps(&behind, 30).into_iter().map(|step| Step { ms: step.ms + setup, ..step }).collect();
            let pace = measured(&history, &starts, Some(9_000));
            prop_assert_eq!(pace.rates.basis, Basis::History { picks: 400 });
            prop_assert_eq!(pace.mm_per_stop, 9_000);
            let near = |found: i64, is: i64| (found - is).abs() * 100 <= is + 100;
            let found = pace.rates;
            prop_assert!(near(found.walk_mm_per_second, walk) && near(found.stop_ms, stop), "{:?}", found);
            prop_assert!(near(found.unit_ms, unit) && near(found.setup_ms, setup), "{:?}", found);
        }
    }

    /// PLN-4: without a history rates are standard, and the label says how far it is.
    #[test]
    fn too_short_a_history_leaves_the_standard_and_says_so() {
        let pace = measured(&steps(&Rates::STANDARD, 199), &[], None);
        assert_eq!((pace.rates, pace.picks), (Rates::STANDARD, 199));
        assert_eq!(pace.words(), "standard rates: 199 of 200 picks measured here");
        let pace = measured(&steps(&Rates::STANDARD, 200), &[], None);
        assert_eq!(pace.words(), "rates measured here from 200 picks");
    }

    #[test]
    fn steps_that_are_all_alike_make_the_whole_faster_or_slower() {
        let alike = Step { ms: 0, length_mm: 12_000, units: 1, sorted: false };
        let twice = Step { ms: expected(&Rates::STANDARD, &alike) * 2, ..alike };
        let pace = measured(&vec![twice; 300], &[], None);
        assert_eq!((pace.rates.walk_mm_per_second, pace.rates.stop_ms, pace.rates.unit_ms), (600, 18_000, 8_000));
    }
}
