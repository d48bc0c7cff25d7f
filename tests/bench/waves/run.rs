//! One published instance solved within its second, beside the usual rule of thumb.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use domain::waves::batch::budget::{Progress, Steps, WHOLE};
use domain::waves::batch::engine::{Outcome, Task, solve};
use domain::waves::batch::load::Load;
use domain::waves::batch::savings::{everybody, savings};
use domain::waves::batch::shelves::Shelves;
use domain::waves::batch::walks::{Lengths, Walks};

use super::instance::{Fault, Instance};
use super::known::{Known, Values};

/// What the engine is given of an instance's second; the rest is for reading the file and for a machine that looks away.
const GIVEN: f64 = 0.9;
/// More orders than this, and Clarke & Wright's rule in full takes longer than anybody waits.
const EVERYBODY_MAX: usize = 1_500;

/// How long an instance may take: by the clock, or in steps, which give the same plan on every machine.
#[derive(Debug, Clone, Copy)]
pub enum Given {
    Seconds(f64),
    Steps(u64),
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(f, "{seconds} s"),
            Self::Steps(steps) => write!(f, "{steps} steps"),
        }
    }
}

/// One line of the results.
pub struct Solved {
    pub set: String,
    pub instance: String,
    pub orders: usize,
    pub known: Option<Known>,
    pub ours: i64,
    pub bound: i64,
    pub proven_here: bool,
    pub seconds: f64,
    pub routing_ms: f64,
    pub savings: i64,
}

/// Counts the time spent on walks.
pub struct Timed<'w> {
    pub walks: &'w mut dyn Walks,
    pub spent: Duration,
}

impl Walks for Timed<'_> {
    fn length(&mut self, orders: &[usize]) -> i64 {
        let start = Instant::now();
        let length = self.walks.length(orders);
        self.spent += start.elapsed();
        length
    }

    fn parts(&mut self, order: usize) -> Vec<(usize, i64)> {
        self.walks.parts(order)
    }

    fn apart(&self, one: usize, other: usize) -> i64 {
        self.walks.apart(one, other)
    }

    fn grain(&self) -> i64 {
        self.walks.grain()
    }
}

/// What is left of so many seconds, in millionths.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a share between 0 and a million")]
pub fn clock(start: Instant, seconds: f64) -> impl FnMut(&Progress) -> i64 {
    move |_| ((1.0 - start.elapsed().as_secs_f64() / seconds) * WHOLE as f64) as i64
}

pub fn solve_file(path: &Path, name: &str, values: &Values, given: Given) -> Result<Solved, Fault> {
    let start = Instant::now();
    let bytes = std::fs::read(path).map_err(|error| Fault::Unreadable { why: error.to_string() })?;
    let instance = Instance::read(&bytes)?;
    let site = instance.site()?;
    let mut shelves = Shelves::new(&site.roads, &site.gates, &site.orders).ok_or(Fault::NoSuchPlace { aisle: 0, y: 0 })?;
    let mut timed = Timed { walks: &mut shelves, spent: Duration::ZERO };
    let task = Task { loads: &instance.loads, rooms: &instance.rooms, dues: None, seed: 1 };
    let Outcome { length, bound, groups, .. } = match given {
        Given::Seconds(seconds) => solve(&mut timed, task, &mut clock(start, GIVEN * seconds)),
        Given::Steps(steps) => solve(&mut timed, task, &mut Steps(steps)),
    };
    let (taken, routing) = (start.elapsed(), timed.spent);
    verified(&instance, &groups, &mut shelves, length);
    let known = values.of(path).cloned();
    let folder = || name.split('/').rev().nth(1).unwrap_or("instances").to_owned();
    let orders = instance.loads.len();
    let baseline = if orders > EVERYBODY_MAX {
        length
    } else {
        let mut lengths = Lengths::new(&mut shelves, orders);
        let groups = savings(&mut lengths, &instance.loads, &instance.rooms, &everybody(orders), &mut |_| true);
        groups.iter().map(|group| lengths.of(group)).sum()
    };
    Ok(Solved {
        set: known.as_ref().and_then(|known| known.set.clone()).unwrap_or_else(folder),
        instance: name.to_owned(),
        orders,
        known,
        ours: length,
        bound,
        proven_here: length <= bound,
        seconds: taken.as_secs_f64(),
        routing_ms: routing.as_secs_f64() * 1e3,
        savings: baseline,
    })
}

/// Every order once, no cart too full, and the length adds up: a result that fails here is a mistake of ours, not of the file.
fn verified(instance: &Instance, groups: &[Vec<usize>], walks: &mut dyn Walks, length: i64) {
    let mut orders: Vec<usize> = groups.iter().flatten().copied().collect();
    orders.sort_unstable();
    assert!(orders.into_iter().eq(0..instance.loads.len()), "every order rides once");
    let load = |group: &Vec<usize>| group.iter().fold(Load::default(), |sum, order| instance.loads[*order].plus(sum));
    assert!(groups.iter().all(|group| instance.rooms.fit(load(group))), "no cart is too full");
    assert_eq!(groups.iter().map(|group| walks.length(group)).sum::<i64>(), length, "the length adds up");
}
