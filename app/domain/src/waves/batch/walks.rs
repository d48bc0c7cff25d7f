//! How long the shortest walk past a set of orders is: asked of whoever knows the site, remembered by the set asked for.

use crate::sites::roads::{Roads, Spot};
use crate::waves::rng::Rng;
use crate::waves::route::{self, Errand};

/// Knows the site: the length of the shortest walk from the depot past all stops of these orders and back.
///
/// Must not grow when an order is left out, which holds for shortest walks.
pub trait Walks {
    fn length(&mut self, orders: &[usize]) -> i64;

    /// What an order demands of parts of any walk, in numbered parts that add up: by default, of the walk as a whole.
    fn parts(&mut self, order: usize) -> Vec<(usize, i64)> {
        vec![(0, self.length(&[order]))]
    }

    /// Roughly how little two orders have in common: chooses whom to try first when trying everybody takes too long.
    fn apart(&self, _one: usize, _other: usize) -> i64 {
        0
    }

    /// Whether lengths are those of shortest walks: bounds rest on that.
    fn exact(&self) -> bool {
        true
    }

    /// How many steps of a budget one length takes.
    fn effort(&self) -> u64 {
        1
    }

    /// All lengths are multiples of this: lets bounds be rounded up.
    fn grain(&self) -> i64 {
        1
    }
}

/// Sets remembered: 2¹⁷ places of 16 bytes, 2 MB; a newer set takes the place of an older one.
const PLACES: usize = 1 << 17;

/// Remembers lengths by the set of orders, whatever order they are named in (Zobrist 1970's keys: one random number an order,
/// combined by exclusive or).
pub struct Lengths<'a> {
    walks: &'a mut dyn Walks,
    keys: Vec<u64>,
    places: Vec<(u64, i64)>,
    scratch: Vec<usize>,
    effort: u64,
    pub asked: u64,
    pub walked: u64,
}

impl<'a> Lengths<'a> {
    pub fn new(walks: &'a mut dyn Walks, orders: usize) -> Self {
        let mut rng = Rng::new(0x7465_6964_7761_7973);
        let keys = (0..orders).map(|_| rng.next()).collect();
        let effort = walks.effort();
        Self { walks, effort, keys, places: vec![(0, 0); PLACES], scratch: Vec::new(), asked: 0, walked: 0 }
    }

    pub fn key(&self, order: usize) -> u64 {
        self.keys[order]
    }

    pub fn key_of(&self, orders: &[usize]) -> u64 {
        orders.iter().fold(0, |key, order| key ^ self.keys[*order])
    }

    pub fn grain(&self) -> i64 {
        self.walks.grain()
    }

    pub fn exact(&self) -> bool {
        self.walks.exact()
    }

    pub fn parts(&mut self, order: usize) -> Vec<(usize, i64)> {
        self.walks.parts(order)
    }

    pub fn apart(&self, one: usize, other: usize) -> i64 {
        self.walks.apart(one, other)
    }

    pub fn of(&mut self, orders: &[usize]) -> i64 {
        let key = self.key_of(orders);
        self.keyed(key, |scratch| scratch.extend_from_slice(orders))
    }

    /// The length of a set whose key is known; the set itself is named only when it is not remembered.
    pub fn keyed(&mut self, key: u64, name: impl FnOnce(&mut Vec<usize>)) -> i64 {
        self.asked += 1;
        let place = usize::try_from(key % PLACES as u64).unwrap_or(0);
        let (known, length) = self.places[place];
        if known == key {
            return length;
        }
        self.scratch.clear();
        name(&mut self.scratch);
        self.walked += 1;
        self.asked += self.effort;
        let length = self.walks.length(&self.scratch);
        self.places[place] = (key, length);
        length
    }

    /// Past the memory: for sets asked only once.
    pub fn fresh(&mut self, orders: &[usize]) -> i64 {
        self.walked += 1;
        self.asked += self.effort;
        self.walks.length(orders)
    }
}

/// How every cart is walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    pub start: Spot,
    /// Where it may end: whichever makes it shortest. None given: where it started.
    pub ends: Vec<Spot>,
    /// Goods of which a unit weighs this much or more are picked before all others.
    pub heavy_from_g: Option<i64>,
}

impl Manner {
    /// From the depot and back, whatever lies nearest first.
    pub const fn round(depot: Spot) -> Self {
        Self { start: depot, ends: Vec::new(), heavy_from_g: None }
    }

    pub fn ends(&self) -> &[Spot] {
        if self.ends.is_empty() { std::slice::from_ref(&self.start) } else { &self.ends }
    }

    /// Of goods of which a unit weighs so much: higher ones are picked first.
    pub fn class(&self, unit_weight_g: i64) -> u8 {
        u8::from(self.heavy_from_g.is_some_and(|from_g| unit_weight_g >= from_g))
    }

    /// The same ways, whatever weighs what.
    #[must_use]
    pub fn by_nearness(&self) -> Self {
        Self { heavy_from_g: None, ..self.clone() }
    }
}

/// A stop, and its class: higher ones are picked first.
pub type Stop = (Spot, u8);

/// Where no exact method covers the site or the manner: the best walk found, which is remembered but not proven.
pub struct ByHeart<'r> {
    roads: &'r Roads,
    manner: &'r Manner,
    orders: &'r [Vec<Stop>],
}

impl<'r> ByHeart<'r> {
    pub fn new(roads: &'r Roads, manner: &'r Manner, orders: &'r [Vec<Stop>]) -> Self {
        Self { roads, manner, orders }
    }
}

/// As many lengths as an exact method finds while one walk is looked for.
const EFFORT_BY_HEART: u64 = 300;

impl Walks for ByHeart<'_> {
    fn length(&mut self, orders: &[usize]) -> i64 {
        let (stops, classes): (Vec<Spot>, Vec<u8>) = orders.iter().flat_map(|order| self.orders[*order].iter().copied()).unzip();
        let Manner { start, ends, heavy_from_g } = self.manner;
        let classes = heavy_from_g.map(|_| classes.as_slice());
        route::walk_on(self.roads, Errand { start: *start, ends, stops: &stops, classes }).0.length_mm
    }

    /// Out to the farthest stop and back: a walk found by heart may not be the shortest, so its length is no demand.
    fn parts(&mut self, order: usize) -> Vec<(usize, i64)> {
        let between = |from: Spot, to: Spot| i64::from(self.roads.distance(from, to));
        let out_and_back = |&(spot, _): &Stop| {
            let back = self.manner.ends().iter().map(|end| between(spot, *end)).min().unwrap_or(0);
            between(self.manner.start, spot) + back
        };
        vec![(0, self.orders[order].iter().map(out_and_back).max().unwrap_or(0))]
    }

    fn apart(&self, one: usize, other: usize) -> i64 {
        let nearest = |(spot, _): &Stop| {
            self.orders[other].iter().map(|(near, _)| (spot.x_mm - near.x_mm).abs() + (spot.y_mm - near.y_mm).abs()).min()
        };
        self.orders[one].iter().filter_map(nearest).map(i64::from).sum()
    }

    fn effort(&self) -> u64 {
        EFFORT_BY_HEART
    }

    fn exact(&self) -> bool {
        false
    }
}
