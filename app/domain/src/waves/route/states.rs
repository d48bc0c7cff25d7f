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

/// Ways to walk a stretch, as indexes into its prices.
pub const STAY: u16 = 0;
pub const THROUGH: u16 = 1;
pub const TWICE: u16 = 2;
pub const FRONT: u16 = 3;
pub const BACK: u16 = 4;
pub const SPLIT: u16 = 5;
/// A power of two; the others are never used.
pub const WAYS: usize = 16;

/// Per cross-aisle: 0 = its junction is not part of the tour; else component × 2, one more when the degree is still odd.
pub type Code = [u8; LEVELS_MAX];

/// Steps by the state they reach: the length of each is the least of its few sources, kept in a register.
#[derive(Debug, Default)]
pub struct Steps {
    /// States with one source, with two, …; all in one go without a branch.
    pub groups: Vec<Group>,
    /// Reached from no state.
    pub unreached: Vec<u16>,
}

/// States with equally many sources.
#[derive(Debug)]
pub struct Group {
    pub width: usize,
    pub states: Vec<u16>,
    /// `width` of them a state.
    pub sources: Vec<Source>,
}

/// From which state, and by which way (for stretches) or with how many edges in all (from column to column).
#[derive(Debug, Clone, Copy, Default)]
pub struct Source {
    pub from: u16,
    pub by: u16,
}

/// [`Steps`] while states are still being found.
type Draft = BTreeMap<u16, Vec<Source>>;

impl Steps {
    fn of(draft: Draft, states: u16) -> Self {
        let unreached = (0..states).filter(|state| !draft.contains_key(state)).collect();
        let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
        for (state, sources) in draft {
            let width = sources.len();
            let group = groups.entry(width).or_insert_with(|| Group { width, states: Vec::new(), sources: Vec::new() });
            group.states.push(state);
            group.sources.extend(sources);
        }
        Self { groups: groups.into_values().collect(), unreached }
    }

    /// The first source of a state that explains its length.
    pub fn source(&self, state: u16, mut explains: impl FnMut(&Source) -> bool) -> Source {
        let sources = |group: &'_ Group| group.states.binary_search(&state).ok().map(|at| at * group.width);
        let found = self.groups.iter().find_map(|group| sources(group).map(|at| &group.sources[at..at + group.width]));
        let source = found.and_then(|sources| sources.iter().find(|source| explains(source)));
        *source.expect("a state that was reached has a source")
    }
}

/// All states for one number of cross-aisles; state 0 is “nothing yet”.
#[derive(Debug)]
pub struct Tables {
    pub codes: Vec<Code>,
    /// Per block: over a stretch with nothing to pick …
    pub empty: Vec<Steps>,
    /// … and with picks.
    pub full: Vec<Steps>,
    /// To the next column.
    pub across: Steps,
    /// `[level][state]`: the tour must pass here …
    pub touch: Vec<Vec<u16>>,
    /// … and begins or ends here.
    pub flip: Vec<Vec<u16>>,
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
        let mut found = Found::default();
        found.number([0; LEVELS_MAX]);
        let mut tables = Self {
            codes: Vec::new(),
            empty: Vec::new(),
            full: Vec::new(),
            across: Steps::default(),
            touch: vec![Vec::new(); levels],
            flip: vec![Vec::new(); levels],
            done: Vec::new(),
        };
        let (mut empty, mut full) = (vec![Draft::new(); levels - 1], vec![Draft::new(); levels - 1]);
        let mut across = Draft::new();
        let mut state = 0;
        while let Some(&code) = found.codes.get(usize::from(state)) {
            for block in 0..levels - 1 {
                found.record(&mut empty[block], state, empty_steps(code, block));
                found.record(&mut full[block], state, full_steps(code, block));
            }
            found.record(&mut across, state, across_steps(code, levels));
            for level in 0..levels {
                tables.touch[level].push(found.number(touched(code, level)));
                let flipped = if round { code } else { odd(touched(code, level), level) };
                tables.flip[level].push(found.number(flipped));
            }
            let parts: BTreeSet<u8> = code.iter().map(|part| part / 2).filter(|&part| part > 0).collect();
            if parts.len() <= 1 && code.iter().all(|part| part % 2 == 0) {
                tables.done.push(state);
            }
            state += 1;
        }
        assert!(usize::from(state) <= STATES_MAX, "the stack arrays hold all states");
        tables.codes = found.codes;
        tables.empty = empty.into_iter().map(|draft| Steps::of(draft, state)).collect();
        tables.full = full.into_iter().map(|draft| Steps::of(draft, state)).collect();
        tables.across = Steps::of(across, state);
        tables
    }
}

#[derive(Default)]
struct Found {
    codes: Vec<Code>,
    numbers: BTreeMap<Code, u16>,
}

impl Found {
    fn number(&mut self, code: Code) -> u16 {
        let code = renamed(code);
        let next = u16::try_from(self.codes.len()).expect("states are few");
        *self.numbers.entry(code).or_insert_with(|| {
            self.codes.push(code);
            next
        })
    }

    fn record(&mut self, draft: &mut Draft, from: u16, found: Vec<(Code, u16)>) {
        for (code, by) in found {
            draft.entry(self.number(code)).or_default().push(Source { from, by });
        }
    }
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

fn empty_steps(code: Code, block: usize) -> Vec<(Code, u16)> {
    let mut steps = vec![(code, STAY)];
    let (front, back) = (code[block], code[block + 1]);
    steps.push((through(code, block), THROUGH));
    if front == 0 || front / 2 != back / 2 {
        steps.push((joined(code, block, block + 1), TWICE));
    }
    steps
}

fn full_steps(code: Code, block: usize) -> Vec<(Code, u16)> {
    let (front, back) = (code[block], code[block + 1]);
    let mut steps = vec![(through(code, block), THROUGH), (touched(touched(code, block), block + 1), SPLIT)];
    if front == 0 || front / 2 != back / 2 {
        steps.push((joined(code, block, block + 1), TWICE));
    }
    if back == 0 {
        steps.push((touched(code, block), FRONT));
    }
    if front == 0 {
        steps.push((touched(code, block + 1), BACK));
    }
    steps
}

/// Every junction left behind gets an even degree: one edge when it is odd, none or two when it is even. A component must go on.
fn across_steps(code: Code, levels: usize) -> Vec<(Code, u16)> {
    let mut found: Vec<(Code, u16)> = vec![(code, 0)];
    for level in 0..levels {
        let mut next = Vec::new();
        for (to, edges) in found {
            match code[level] {
                0 => next.push((to, edges)),
                part if part % 2 == 1 => next.push((to, edges + 1)),
                _ => {
                    next.push((to, edges + 2));
                    let mut without = to;
                    without[level] = 0;
                    next.push((without, edges));
                }
            }
        }
        found = next;
    }
    let goes_on = |to: &Code, part: u8| part == 0 || to.iter().any(|kept| kept / 2 == part / 2);
    found.retain(|(to, _)| code.iter().all(|&part| goes_on(to, part)));
    found
}
