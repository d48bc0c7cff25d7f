//! A bound that always holds, quickly: no plan is shorter.
//!
//! A walk falls into parts that are walked separately: out to either side, and into each aisle. Each order demands something of
//! each part; a cart's worth demands at least the most any of its orders does. Carts are limited, so of the orders that demand
//! much of a part only so many share a cart: the k-th cart pays at least what the first order beyond k − 1 full carts demands.

use super::load::{Load, Rooms};
use super::walks::Lengths;

pub fn bound(lengths: &mut Lengths, loads: &[Load], rooms: &Rooms) -> i64 {
    let mut parts: Vec<(usize, i64, usize)> = Vec::new();
    for order in 0..loads.len() {
        parts.extend(lengths.parts(order).into_iter().filter(|(_, cost)| *cost > 0).map(|(part, cost)| (part, cost, order)));
    }
    parts.sort_unstable_by_key(|(part, cost, order)| (*part, std::cmp::Reverse(*cost), *order));
    let most = rooms.most().parts();
    let total: i64 = parts.chunk_by(|a, b| a.0 == b.0).map(|part| of_part(part, loads, most)).sum();
    let alone = |order| if lengths.exact() { lengths.of(&[order]) } else { 0 };
    let longest = (0..loads.len()).map(alone).max().unwrap_or(0);
    let grain = lengths.grain();
    total.max(longest).div_euclid(grain) * grain + if total.max(longest) % grain == 0 { 0 } else { grain }
}

/// Most demanding orders first.
fn of_part(part: &[(usize, i64, usize)], loads: &[Load], most: [i64; 3]) -> i64 {
    let by_measure = (0..3).map(|measure| {
        let (mut filled, mut carts, mut paid) = (0_i64, 0_i64, 0);
        for &(_, cost, order) in part {
            filled = filled.saturating_add(loads[order].parts()[measure]);
            while filled > carts.saturating_mul(most[measure]) {
                carts += 1;
                paid += cost;
                if most[measure] <= 0 {
                    break;
                }
            }
        }
        paid
    });
    by_measure.max().unwrap_or(0).max(part.first().map_or(0, |(_, cost, _)| *cost))
}
