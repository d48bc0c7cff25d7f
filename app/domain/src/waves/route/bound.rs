//! How short no walk can be: the proof beside a walk that was searched for.
//!
//! Every walk is a path over all stops with one way in from the start and one out to the end, so the shortest spanning tree of
//! the stops plus the shortest of each is no longer. Penalties on stops the tree passes too often or too seldom raise that bound
//! (Held & Karp 1970, Operations Research 18:6, and 1971, Mathematical Programming 1:1). Where the way back differs from the way
//! there, the shorter of both counts here, and the cheapest way on from every stop (the assignment problem, Kuhn 1955, Naval
//! Research Logistics 2) is a second bound; the larger is reported. Decides nothing about the walk.

use super::table::{BARRED, Table};

/// Penalties settle in about as many rounds; the bound holds after any number.
const ROUNDS: i64 = 160;
/// Rounds without a better bound before steps are halved.
const PATIENCE: i64 = 8;

/// No walk over all places of the table is shorter; `known` is the length of one that exists.
pub fn lower_bound(table: &Table, known: i64) -> i64 {
    if table.size == 1 {
        return table.at(0, 0);
    }
    let trees = by_trees(table, known);
    let bound = if trees < known { trees.max(by_assignment(table)) } else { trees };
    bound.min(known)
}

/// The shorter of both directions: what a spanning tree pays.
fn either(table: &Table) -> Vec<i64> {
    let size = table.size;
    (0..size * size).map(|cell| table.at(cell / size, cell % size).min(table.at(cell % size, cell / size))).collect()
}

fn by_trees(table: &Table, known: i64) -> i64 {
    let size = table.size;
    let costs = either(table);
    let mut penalties = vec![0_i64; size];
    let mut best = i64::MIN;
    let mut best_penalties = penalties.clone();
    let (mut scale, mut idle) = (2048_i64, 0);
    for _ in 0..ROUNDS {
        let (bound, degrees) = tree(table, &costs, &penalties);
        if bound > best {
            (best, idle) = (bound, 0);
            best_penalties.clone_from(&penalties);
        } else {
            idle += 1;
        }
        let off: i64 = degrees[1..].iter().map(|degree| (degree - 2).pow(2)).sum();
        if off == 0 || best >= known {
            break;
        }
        if idle >= PATIENCE {
            (scale, idle) = (scale / 2, 0);
            penalties.clone_from(&best_penalties);
            if scale < 8 {
                break;
            }
            continue;
        }
        // Polyak's step: towards the length that is known, in proportion to how far degrees are off.
        let step = ((known - bound).max(1) * scale / 1024 / off).max(1);
        for (penalty, degree) in penalties.iter_mut().zip(&degrees).skip(1) {
            *penalty += step * (degree - 2);
        }
    }
    best
}

/// The length of the tree, the way in and the way out under these penalties, less the penalties; and how often each stop is met.
fn tree(table: &Table, costs: &[i64], penalties: &[i64]) -> (i64, Vec<i64>) {
    let size = table.size;
    let cost = |a: usize, b: usize| costs[a * size + b].saturating_add(penalties[a] + penalties[b]);
    let mut degrees = vec![0; size];
    let mut total = -2 * penalties.iter().sum::<i64>();
    // Prim: each stop outside with its nearest inside.
    let mut near: Vec<(i64, usize)> = (0..size).map(|stop| (cost(stop, 1), 1)).collect();
    let mut outside: Vec<usize> = (2..size).collect();
    while let Some((index, &stop)) = outside.iter().enumerate().min_by_key(|(_, stop)| near[**stop].0) {
        outside.swap_remove(index);
        let (length, inside) = near[stop];
        total += length;
        degrees[stop] += 1;
        degrees[inside] += 1;
        for &other in &outside {
            let length = cost(stop, other);
            if length < near[other].0 {
                near[other] = (length, stop);
            }
        }
    }
    // In and out: at two different stops, unless there is but one.
    let way_in = |stop: usize| table.at(0, stop) + penalties[stop];
    let way_out = |stop: usize| table.at(stop, 0) + penalties[stop];
    let two_least = |way: &dyn Fn(usize) -> i64| {
        let mut least = [(i64::MAX, 0); 2];
        for stop in 1..size {
            let length = way(stop);
            if length < least[0].0 {
                least = [(length, stop), least[0]];
            } else if length < least[1].0 {
                least[1] = (length, stop);
            }
        }
        least
    };
    let (ins, outs) = (two_least(&way_in), two_least(&way_out));
    let pairs = [(ins[0], outs[0]), (ins[0], outs[1]), (ins[1], outs[0])];
    let apart = pairs.into_iter().filter(|(way_in, way_out)| size == 2 || way_in.1 != way_out.1);
    if let Some((way_in, way_out)) = apart.filter(|pair| pair.0.1 != 0 && pair.1.1 != 0).min_by_key(|pair| pair.0.0 + pair.1.0) {
        total += way_in.0 + way_out.0;
        degrees[way_in.1] += 1;
        degrees[way_out.1] += 1;
    }
    (total, degrees)
}

/// The least sum of ways on, one out of and one into every place, by shortest augmenting paths.
fn by_assignment(table: &Table) -> i64 {
    let size = table.size;
    let cost = |from: usize, to: usize| if from == to { BARRED } else { table.at(from, to) };
    // One-based; 0 is “nobody”.
    let (mut rows, mut columns) = (vec![0_i64; size + 1], vec![0_i64; size + 1]);
    let mut taken = vec![0_usize; size + 1];
    for row in 1..=size {
        taken[0] = row;
        let mut at = 0;
        let mut slack = vec![i64::MAX; size + 1];
        let mut before = vec![0_usize; size + 1];
        let mut seen = vec![false; size + 1];
        while taken[at] != 0 {
            seen[at] = true;
            let from = taken[at];
            let (mut least, mut next) = (i64::MAX, 0);
            for to in (1..=size).filter(|&to| !seen[to]) {
                let reduced = cost(from - 1, to - 1) - rows[from] - columns[to];
                if reduced < slack[to] {
                    slack[to] = reduced;
                    before[to] = at;
                }
                if slack[to] < least {
                    (least, next) = (slack[to], to);
                }
            }
            for to in 0..=size {
                if seen[to] {
                    rows[taken[to]] += least;
                    columns[to] -= least;
                } else {
                    slack[to] = slack[to].saturating_sub(least);
                }
            }
            at = next;
        }
        while at != 0 {
            taken[at] = taken[before[at]];
            at = before[at];
        }
    }
    (1..=size).map(|to| cost(taken[to] - 1, to - 1)).sum()
}
