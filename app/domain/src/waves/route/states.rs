//! The states a growing tour can be in at one column of the site, and how each step changes them.
//!
//! A least tour is a cheapest connected multigraph in which every place has even degree (but for start and end, when these
//! differ). Built from left to right, all that matters of what is built so far is, for each cross-aisle, the parity of its
//! junction in the last column and which junctions hang together: Ratliff & Rosenthal (1983, Operations Research 31:3) for two
//! cross-aisles, Roodbergen & de Koster (2001, European Journal of Operational Research 133:1) for three, any number in
//! Cambazard & Catusse (2018, European Journal of Operational Research 270:2) and Pansart, Catusse & Cambazard (2018, Computers
//! & Operations Research 100). This file enumerates states and steps once; it knows no lengths.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Three blocks.
pub const LEVELS_MAX: usize = 4;
/// No table has more states: sized for stack arrays, checked when a table is built.
pub const STATES_MAX: usize = 512;

/// Ways to walk a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Stay,
    Through,
    Twice,
    Front,
    Back,
    Split,
}

/// Per cross-aisle: 0 = its junction is not part of the tour; else component × 2, one more when the degree is still odd.
pub type Code = [u8; LEVELS_MAX];

/// From one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub to: u16,
    pub from: u16,
}

/// What may follow what without a choice of price, as it is worked through; and the same by the state arrived at.
#[derive(Debug, Default)]
pub struct Pairs {
    pub list: Vec<Pair>,
    sorted: Vec<Pair>,
    /// Where in `sorted` those of each state begin.
    begin: Vec<usize>,
}

impl Pairs {
    fn of(list: Vec<Pair>, states: usize) -> Self {
        let mut sorted = list.clone();
        sorted.sort_unstable();
        let begin = (0..=states).map(|state| sorted.partition_point(|pair| usize::from(pair.to) < state)).collect();
        Self { list, sorted, begin }
    }

    /// All that lead to a state.
    pub fn leading_to(&self, to: u16) -> &[Pair] {
        &self.sorted[self.begin[usize::from(to)]..self.begin[usize::from(to) + 1]]
    }
}

/// What walking a stretch of one block makes of each state.
#[derive(Debug, Default)]
pub struct Block {
    /// Both ends are part of the tour, in two components: walking through joins them.
    pub joins: Pairs,
    /// They are in one component: walking through makes one of the other.
    pub swaps: Vec<(u16, u16)>,
    /// [`Self::swaps`] by state; states that have no other name themselves.
    pub other: Vec<u16>,
    /// Only the front end is part of the tour, only the back end, neither.
    pub front: Vec<u16>,
    pub back: Vec<u16>,
    pub neither: Vec<u16>,
}

/// All states for one number of cross-aisles; state 0 is “nothing yet”.
///
/// Two things cost nothing, and are done for all states at once: to make a junction part of the tour before anything is walked in
/// its column, and to leave it behind when its degree is even and its component goes on elsewhere. What is left to choose in a
/// column is how each stretch is walked.
#[derive(Debug, Default)]
pub struct Tables {
    pub codes: Vec<Code>,
    /// A junction becomes part of the tour, front to back.
    pub touch: Pairs,
    pub blocks: Vec<Block>,
    /// A junction is left behind, front to back.
    pub leave: Pairs,
    /// States are numbered by how many edges lead them on to the next column: here end those with none, with one, …
    pub edges: Vec<usize>,
    /// … and so many of each.
    pub edges_of: Vec<i64>,
    /// `[level][state]`: the tour must pass here, and where walks do not return to where they began, it begins or ends here.
    pub forced: Vec<Vec<u16>>,
    /// States a whole tour can end in.
    pub done: Vec<u16>,
}

/// Tables of `blocks` (one to three). `round`: for walks that return to where they began; these need fewer states.
pub fn tables(blocks: usize, round: bool) -> &'static Tables {
    static TABLES: [OnceLock<Tables>; 6] = [const { OnceLock::new() }; 6];
    TABLES[(blocks - 1) * 2 + usize::from(round)].get_or_init(|| Tables::enumerate(blocks + 1, round))
}

impl Tables {
    fn enumerate(levels: usize, round: bool) -> Self {
        let force = |code: Code, level: usize| if round { touched(code, level) } else { odd(touched(code, level), level) };
        let mut codes = all(levels, force);
        codes.sort_by_key(|&code| edges(code));
        let numbers: BTreeMap<Code, u16> = codes.iter().copied().zip(0..).collect();
        let number = |code: Code| numbers[&renamed(code)];
        let pairs = |step: &dyn Fn(Code, usize) -> Option<Code>| {
            let pair = |level: usize, code: Code| step(code, level).map(|to| Pair { to: number(to), from: number(code) });
            let list = (0..levels).flat_map(|level| codes.iter().filter_map(move |&code| pair(level, code)));
            Pairs::of(list.collect(), codes.len())
        };
        let parts = |code: &Code| code.iter().map(|part| part / 2).filter(|&part| part > 0).collect::<BTreeSet<u8>>().len();
        let ended = |code: &&Code| parts(code) <= 1 && code.iter().all(|part| part % 2 == 0);
        let tables = Self {
            touch: pairs(&|code, level| (code[level] == 0).then(|| touched(code, level))),
            leave: pairs(&left),
            blocks: (0..levels - 1).map(|block| Block::of(&codes, number, block)).collect(),
            edges: (0..).take(2 * levels + 1).map(|most| codes.partition_point(|&code| edges(code) <= most)).collect(),
            edges_of: codes.iter().map(|&code| edges(code)).collect(),
            forced: (0..levels).map(|level| codes.iter().map(|&code| number(force(code, level))).collect()).collect(),
            done: codes.iter().filter(ended).map(|&code| number(code)).collect(),
            codes,
        };
        assert!(tables.codes.len() <= STATES_MAX, "the stack arrays hold all states");
        tables
    }
}

impl Block {
    fn of(codes: &[Code], number: impl Fn(Code) -> u16, block: usize) -> Self {
        let mut of = Self::default();
        let mut joins = Vec::new();
        for (from, &code) in (0..).zip(codes) {
            let to = number(through(code, block));
            of.other.push(from);
            match (code[block], code[block + 1]) {
                (0, 0) => of.neither.push(from),
                (_, 0) => of.front.push(from),
                (0, _) => of.back.push(from),
                (front, back) if front / 2 != back / 2 => joins.push(Pair { to, from }),
                _ => {
                    of.other[usize::from(from)] = to;
                    if from < to {
                        of.swaps.push((from, to));
                    }
                }
            }
        }
        Self { joins: Pairs::of(joins, codes.len()), ..of }
    }
}

/// Everything that can come of “nothing yet”.
fn all(levels: usize, force: impl Fn(Code, usize) -> Code) -> Vec<Code> {
    let mut found = vec![[0; LEVELS_MAX]];
    let mut seen = BTreeSet::from([found[0]]);
    let mut at = 0;
    while let Some(&code) = found.get(at) {
        let at_level = |level: usize| [Some(touched(code, level)), Some(force(code, level)), left(code, level)];
        let next = (0..levels).flat_map(at_level).flatten().chain((1..levels).map(|block| through(code, block - 1)));
        found.extend(next.map(renamed).filter(|code| seen.insert(*code)));
        at += 1;
    }
    found
}

/// Edges to the next column: one where the degree is odd, two where it is even.
fn edges(code: Code) -> i64 {
    code.into_iter().map(|part| if part == 0 { 0 } else { 2 - i64::from(part % 2) }).sum()
}

/// Components numbered as they appear.
fn renamed(code: Code) -> Code {
    let mut names = [0; 2 * LEVELS_MAX + 2];
    let mut next = 0;
    code.map(|part| {
        if part == 0 {
            return 0;
        }
        let name = &mut names[usize::from(part / 2)];
        if *name == 0 {
            next += 1;
            *name = next;
        }
        *name * 2 + part % 2
    })
}

/// The junction is part of the tour: its own component when it was not yet.
fn touched(mut code: Code, level: usize) -> Code {
    if code[level] == 0 {
        let free =
            (1..=u8::MAX / 2).find(|name| code.iter().all(|part| part / 2 != *name)).expect("there are more names than levels");
        code[level] = free * 2;
    }
    code
}

fn odd(mut code: Code, level: usize) -> Code {
    code[level] ^= 1;
    code
}

/// Both junctions in one component.
fn joined(code: Code, one: usize, other: usize) -> Code {
    let code = touched(touched(code, one), other);
    let (keep, lose) = (code[one] / 2, code[other] / 2);
    code.map(|part| if part / 2 == lose { keep * 2 + part % 2 } else { part })
}

fn through(code: Code, block: usize) -> Code {
    odd(odd(joined(code, block, block + 1), block), block + 1)
}

/// The junction is left behind, if it may be: with an even degree, and its component goes on elsewhere.
fn left(mut code: Code, level: usize) -> Option<Code> {
    let part = code[level];
    let goes_on = (0..LEVELS_MAX).any(|other| other != level && code[other] / 2 == part / 2);
    code[level] = 0;
    (part != 0 && part.is_multiple_of(2) && goes_on).then_some(code)
}
