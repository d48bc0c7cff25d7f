//! A first filling of carts by savings: Clarke & Wright (1964, Operations Research 12) in the variant (ii) of de Koster, van der
//! Poort & Wolters (1999, International Journal of Production Research 37), where the savings of joined orders are computed anew.

use std::collections::{BinaryHeap, HashSet};

use super::load::{Load, Rooms};
use super::walks::Lengths;

/// Groups a joined group tries to join next, unless each of its two parts had more in mind.
const COMPANY_MAX: usize = 16;

/// Orders or joined groups between two looks at whether somebody still waits.
const LOOK: usize = 32;

/// Joins what saves most until nothing that fits saves anything. `near` names whom each order may join first; with everybody
/// named it is the published rule. `goes_on` hears how many lengths were asked for: when nobody waits, what is joined by then stays.
pub fn savings(
    lengths: &mut Lengths,
    loads: &[Load],
    rooms: &Rooms,
    near: &[Vec<usize>],
    goes_on: &mut dyn FnMut(u64) -> bool,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..loads.len()).map(|order| vec![order]).collect();
    let mut taken = loads.to_vec();
    let mut alone: Vec<i64> = (0..loads.len()).map(|order| lengths.of(&[order])).collect();
    let mut beside: Vec<Vec<usize>> = near.to_vec();
    let mut heap = BinaryHeap::new();
    let mut both = Vec::new();
    let mut waited_for = true;
    let mut offer = |heap: &mut BinaryHeap<_>, groups: &[Vec<usize>], alone: &[i64], taken: &[Load], a: usize, b: usize| -> u64 {
        if rooms.fit(taken[a].plus(taken[b])) {
            both.clear();
            both.extend_from_slice(&groups[a]);
            both.extend_from_slice(&groups[b]);
            let saved = alone[a] + alone[b] - lengths.of(&both);
            if saved > 0 {
                heap.push((saved, std::cmp::Reverse((a.min(b), a.max(b)))));
            }
        }
        lengths.asked
    };
    let mut asked = 0;
    for a in 0..loads.len() {
        for &b in &near[a] {
            if a < b || !near[b].contains(&a) {
                asked = offer(&mut heap, &groups, &alone, &taken, a, b);
            }
        }
        if a.is_multiple_of(LOOK) && !goes_on(asked) {
            waited_for = false;
            break;
        }
    }
    let mut into: Vec<usize> = (0..loads.len()).collect();
    while let Some((saved, std::cmp::Reverse((a, b)))) = heap.pop().filter(|_| waited_for) {
        if groups[a].is_empty() || groups[b].is_empty() {
            continue;
        }
        let joined = groups.len();
        let (mut group, more) = (std::mem::take(&mut groups[a]), std::mem::take(&mut groups[b]));
        group.extend(more);
        groups.push(group);
        taken.push(taken[a].plus(taken[b]));
        alone.push(alone[a] + alone[b] - saved);
        into.push(joined);
        (into[a], into[b]) = (joined, joined);
        let company = company(&mut into, joined, &beside[a], &beside[b]);
        for &other in &company {
            asked = offer(&mut heap, &groups, &alone, &taken, other, joined);
        }
        beside.push(company);
        waited_for = !joined.is_multiple_of(LOOK) || goes_on(asked);
    }
    groups.retain(|group| !group.is_empty());
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    groups
}

/// Whom the joined group may join: those near either, the nearest of both first; of very many, some.
fn company(into: &mut [usize], joined: usize, a: &[usize], b: &[usize]) -> Vec<usize> {
    let most = COMPANY_MAX.max(a.len().min(b.len()));
    let mut seen = HashSet::new();
    let mut company = Vec::with_capacity(most);
    for at in 0..a.len().max(b.len()) {
        for other in [a.get(at), b.get(at)].into_iter().flatten() {
            let other = settled(into, *other);
            if other != joined && company.len() < most && seen.insert(other) {
                company.push(other);
            }
        }
    }
    company
}

/// The group an order or a group has ended up in so far.
fn settled(into: &mut [usize], mut group: usize) -> usize {
    while into[group] != group {
        into[group] = into[into[group]];
        group = into[group];
    }
    group
}

/// Everybody beside everybody.
pub fn everybody(orders: usize) -> Vec<Vec<usize>> {
    (0..orders).map(|one| (0..orders).filter(|other| *other != one).collect()).collect()
}
