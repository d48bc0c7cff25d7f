//! Routes: how long one takes, and how long the walk is, beside LKH and beside the habits people walk by.
//!
//! `cargo run --release -p domain --example bench-routes [-- --json FILE] [--batches N]`. LKH is called through the Python
//! package elkai (`PYTHON` names an interpreter that has it) on the same distances, its matrix built beforehand, the clock
//! (processor time) running inside the solve only; without elkai those columns stay empty. Published values are checked when
//! `TIDEWAY_DATA` names the folder that holds them. It reports and never fails by time; it fails when a walk is longer than LKH's
//! or than published.

#[path = "routes/lkh.rs"]
mod lkh;
#[path = "routes/published.rs"]
mod published;

use std::hint::black_box;
use std::time::Instant;

use domain::sites::layout::{Access, Side};
use domain::sites::roads::{Roads, Spot};
use domain::sites::spec::LayoutSpec;
use domain::waves::route::grid::Grid;
use domain::waves::route::policies::Policy;
use domain::waves::route::stretch::Stretch;
use serde::Serialize;

const AISLES: u16 = 10;
const PICKS: [i32; 3] = [10, 30, 60];
/// Times are the least of these repetitions: what the machine does besides is not ours.
const REPETITIONS: u32 = 40;

#[derive(Debug, Serialize)]
struct Row {
    blocks: u16,
    aisles: u16,
    picks: i32,
    /// The length of the least walk, given the prices of the stretches.
    length_us: f64,
    /// The walk itself, from the bare list of picks: order and length.
    walk_us: f64,
    lkh_us: Option<f64>,
    /// LKH's time over ours for the length, and for the walk.
    times_length: Option<f64>,
    times_walk: Option<f64>,
    /// LKH's length over ours, less one, in per cent: never negative.
    lkh_longer: Option<f64>,
    /// How much longer each habit is, in per cent.
    habits: Vec<(&'static str, f64)>,
}

fn main() {
    let asked: Vec<String> = std::env::args().collect();
    let value = |flag: &str| asked.iter().position(|given| given == flag).and_then(|at| asked.get(at + 1));
    let batches: usize = value("--batches").and_then(|given| given.parse().ok()).unwrap_or(50);
    let mut random = Random(0x5EED);
    let mut rows = Vec::new();
    for blocks in 1..=3 {
        for picks in PICKS {
            rows.push(row(blocks, picks, batches, &mut random));
        }
    }
    print(&rows);
    let published = published::check();
    if let Some(file) = value("--json") {
        let json = serde_json::json!({ "routes": rows, "published": published });
        std::fs::write(file, format!("{json:#}\n")).expect("the file can be written");
    }
    let shorter = rows.iter().any(|row| row.lkh_longer.is_some_and(|longer| longer < 0.0));
    assert!(!shorter, "LKH found a shorter walk than the least there is");
    assert!(published.iter().all(|set| set.matched == set.checked), "a published optimum is not met");
}

fn row(blocks: u16, picks: i32, batches: usize, random: &mut Random) -> Row {
    let spec = LayoutSpec { aisles: AISLES, cross_aisles: blocks + 1, length_mm: 30_000, ..LayoutSpec::small() };
    let roads = spec.layout().and_then(|layout| layout.roads()).expect("the site is sound");
    let depot = roads.depot(0).expect("a depot");
    let grid = Grid::of(&roads, depot, depot).expect("up to three blocks");
    let lists: Vec<Vec<Spot>> = (0..batches).map(|_| spots(&roads, picks, random)).collect();
    let prices: Vec<Vec<Stretch>> = lists.iter().map(|spots| prices(&grid, spots)).collect();
    let per_route = |us: f64| us / f64::from(u32::try_from(batches).unwrap_or(u32::MAX));
    let length_us = per_route(least_us(|| prices.iter().map(|prices| grid.length(black_box(prices))).sum::<i64>()));
    let walk_us = per_route(least_us(|| lists.iter().map(|spots| grid.walk(black_box(spots))).collect::<Vec<_>>()));
    let ours: Vec<i64> = prices.iter().map(|prices| grid.length(prices)).collect();
    let total = |lengths: &[i64]| lengths.iter().sum::<i64>();
    let over = |length: i64| 100.0 * (ratio(length, total(&ours)) - 1.0);
    let habits = Policy::ALL.map(|policy| {
        let walk = |spots: &Vec<Spot>| policy.walk(&roads, depot, depot, spots).expect("a regular site").length_mm;
        (policy.code(), over(lists.iter().map(walk).sum()))
    });
    let lkh = lkh::solve(&lists.iter().map(|spots| matrix(&roads, depot, spots)).collect::<Vec<_>>());
    if let Some(lkh) = &lkh {
        let shorter = lkh.lengths.iter().zip(&ours).filter(|(lkh, ours)| lkh < ours).count();
        assert_eq!(shorter, 0, "LKH found walks shorter than the least");
    }
    let lkh_us = lkh.as_ref().map(|lkh| per_route(lkh.seconds * 1e6));
    Row {
        blocks,
        aisles: AISLES,
        picks,
        length_us,
        walk_us,
        lkh_us,
        times_length: lkh_us.map(|us| us / length_us),
        times_walk: lkh_us.map(|us| us / walk_us),
        lkh_longer: lkh.map(|lkh| over(total(&lkh.lengths))),
        habits: habits.to_vec(),
    }
}

fn spots(roads: &Roads, picks: i32, random: &mut Random) -> Vec<Spot> {
    let spot = |_| {
        let access = Access { aisle: 1 + random.below(AISLES.into()), y_mm: random.below(30_000), side: Side::Left, level: 0 };
        roads.spot(access).expect("on its aisle")
    };
    (0..picks).map(spot).collect()
}

fn prices(grid: &Grid, spots: &[Spot]) -> Vec<Stretch> {
    let mut on = vec![Vec::new(); grid.cells()];
    for &spot in spots {
        let (cell, offset) = grid.locate(spot).expect("on an aisle");
        on[cell].push(offset);
    }
    let price = |(cell, offsets): (usize, &mut Vec<i32>)| {
        offsets.sort_unstable();
        grid.price(cell, offsets)
    };
    on.iter_mut().enumerate().map(price).collect()
}

fn matrix(roads: &Roads, depot: Spot, spots: &[Spot]) -> Vec<Vec<i32>> {
    let places: Vec<Spot> = [depot].iter().chain(spots).copied().collect();
    places.iter().map(|&from| places.iter().map(|&to| roads.distance(from, to)).collect()).collect()
}

fn least_us<T>(mut work: impl FnMut() -> T) -> f64 {
    let timed = (0..REPETITIONS).map(|_| {
        let begun = Instant::now();
        black_box(work());
        begun.elapsed().as_secs_f64() * 1e6
    });
    timed.fold(f64::INFINITY, f64::min)
}

#[expect(clippy::cast_precision_loss, reason = "shown in per cent")]
fn ratio(one: i64, other: i64) -> f64 {
    one as f64 / other as f64
}

fn print(rows: &[Row]) {
    println!("Least walks, {AISLES} aisles of 30 m, 3 m apart; µs a route; how much longer LKH and habits walk, in per cent.\n");
    let habits = Policy::ALL.map(|policy| format!("{:>13}", policy.code())).concat();
    println!(
        "{:>6}{:>6}{:>11}{:>9}{:>9}{:>11}{:>9}{:>9}{habits}",
        "blocks", "picks", "length µs", "walk µs", "LKH µs", "×, length", "×, walk", "LKH +%"
    );
    let or_dash = |value: Option<f64>, digits: usize| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"));
    for row in rows {
        let habits = row.habits.iter().map(|habit| format!("{:>13.1}", habit.1)).collect::<Vec<_>>().concat();
        println!(
            "{:>6}{:>6}{:>11.3}{:>9.1}{:>9}{:>11}{:>9}{:>9}{habits}",
            row.blocks,
            row.picks,
            row.length_us,
            row.walk_us,
            or_dash(row.lkh_us, 0),
            or_dash(row.times_length, 0),
            or_dash(row.times_walk, 0),
            or_dash(row.lkh_longer, 3),
        );
    }
}

/// A linear congruential generator (Knuth's constants): the same sites for everybody.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: i32) -> i32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i32::try_from((self.0 >> 33) % u64::try_from(limit).expect("positive")).expect("below the limit")
    }
}
