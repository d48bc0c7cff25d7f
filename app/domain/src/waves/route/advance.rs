//! One step of the exact programme: the lengths of all states after it from those before.
//!
//! The inner loop of two- and three-block lengths: no branch depends on lengths, and states are grouped by how many sources they
//! have. Which steps follow each other is [`super::grid`].

use super::states::{Group, Source, Steps, WAYS};

/// Farther than any walk; two of them still add up.
pub const FAR: i64 = i64::MAX / 8;

/// One step of the programme.
#[derive(Debug, Clone, Copy)]
pub enum Move {
    /// From one column to another.
    Across(&'static Steps, usize, usize),
    /// Along this stretch.
    Stretch(&'static Steps, usize),
    /// No choice: a start or an end lies here.
    Forced(&'static [u16]),
    /// No choice: all that must be visited lies behind, a whole tour may end here.
    MayEnd,
}

/// The length of every state after these steps. `N` is no less than the number of states.
pub fn advance<const N: usize>(steps: &Steps, here: &[i64; N], next: &mut [i64; N], prices: &[i64; WAYS]) {
    for &state in &steps.unreached {
        next[usize::from(state)] = FAR;
    }
    for group in &steps.groups {
        match group.width {
            1 => reach::<N, 1>(group, here, next, prices),
            2 => reach::<N, 2>(group, here, next, prices),
            3 => reach::<N, 3>(group, here, next, prices),
            4 => reach::<N, 4>(group, here, next, prices),
            5 => reach::<N, 5>(group, here, next, prices),
            6 => reach::<N, 6>(group, here, next, prices),
            _ => {
                for (&state, sources) in group.states.iter().zip(group.sources.chunks_exact(group.width)) {
                    next[usize::from(state)] = sources.iter().map(|source| length(*source, here, prices)).fold(FAR, i64::min);
                }
            }
        }
    }
}

/// A start or an end lies here.
pub fn force<const N: usize>(to: &[u16], here: &[i64; N], next: &mut [i64; N]) {
    next.fill(FAR);
    for (&to, &length) in to.iter().zip(here) {
        let cell = &mut next[usize::from(to)];
        *cell = length.min(*cell);
    }
}

/// States with `W` sources each.
fn reach<const N: usize, const W: usize>(group: &Group, here: &[i64; N], next: &mut [i64; N], prices: &[i64; WAYS]) {
    for (&state, sources) in group.states.iter().zip(group.sources.as_chunks::<W>().0) {
        let mut best = FAR;
        for source in sources {
            best = best.min(length(*source, here, prices));
        }
        next[usize::from(state) & (N - 1)] = best;
    }
}

fn length<const N: usize>(source: Source, here: &[i64; N], prices: &[i64; WAYS]) -> i64 {
    // The masks change nothing: they spare the checks of bounds.
    here[usize::from(source.from) & (N - 1)] + prices[usize::from(source.by) & (WAYS - 1)]
}
