//! The edges of a walk: places and the ways between them, to be walked once each (Hierholzer 1873, Mathematische Annalen 6).
//!
//! Decides nothing about which edges there are: [`super::tour`] lays them.

use crate::sites::layout::Point;

#[derive(Debug)]
pub struct Net {
    pub places: Vec<Place>,
    halves: Vec<Half>,
}

#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub point: Point,
    /// The picks met here: a part of all picks, sorted.
    pub picks: (usize, usize),
    /// The half-edge laid last.
    last: u32,
}

/// One end of an edge; halves 2n and 2n + 1 are one edge.
#[derive(Debug, Clone, Copy)]
struct Half {
    /// Where it leads; [`NONE`] once it is walked.
    to: u32,
    /// The half-edge laid before it at the same place.
    before: u32,
}

const NONE: u32 = u32::MAX;

fn wide(number: u32) -> usize {
    number as usize
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a walk has fewer places and edges than that")
}

impl Net {
    pub fn with_room(places: usize) -> Self {
        Self { places: Vec::with_capacity(places), halves: Vec::with_capacity(4 * places) }
    }

    pub fn place(&mut self, point: Point, picks: (usize, usize)) -> usize {
        self.places.push(Place { point, picks, last: NONE });
        self.places.len() - 1
    }

    /// So many edges between two places.
    pub fn join(&mut self, one: usize, other: usize, edges: u8) {
        for _ in 0..edges {
            for (from, to) in [(one, other), (other, one)] {
                let last = std::mem::replace(&mut self.places[from].last, narrow(self.halves.len()));
                self.halves.push(Half { to: narrow(to), before: last });
            }
        }
    }

    /// Every edge once; ends at `end`.
    pub fn walked_from(&mut self, end: usize) -> Vec<usize> {
        let edges = self.halves.len() / 2;
        let (mut open, mut way) = (Vec::with_capacity(edges + 1), Vec::with_capacity(edges + 1));
        open.push(narrow(end));
        while let Some(&at) = open.last() {
            let place = &mut self.places[wide(at)];
            if place.last == NONE {
                way.push(wide(at));
                open.pop();
                continue;
            }
            let half = wide(place.last);
            let Half { to, before } = self.halves[half];
            place.last = before;
            if to != NONE {
                self.halves[half ^ 1].to = NONE;
                open.push(to);
            }
        }
        way
    }
}
