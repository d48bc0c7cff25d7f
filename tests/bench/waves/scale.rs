//! A generated site of 20,000 bins: what a wave saves, what it costs, and how the cost grows with the orders.

use std::fmt::Write;
use std::time::{Duration, Instant};

use domain::sites::roads::{Roads, Spot};
use domain::sites::spec::{BinSpec, LayoutSpec};
use domain::waves::batch::budget::Steps;
use domain::waves::batch::engine::{Task, first_in_first_out, solve};
use domain::waves::batch::load::{Load, Rooms};
use domain::waves::batch::savings::{everybody, savings};
use domain::waves::batch::shelves::{Gate, Shelves};
use domain::waves::batch::walks::{Lengths, Walks};
use domain::waves::rng::Rng;
use domain::waves::route::s_shape;

use super::report::real;
use super::run::{Timed, clock};

/// 25 aisles of 50 metres, 20,000 bins.
const SITE: LayoutSpec =
    LayoutSpec { aisles: 25, pitch_mm: 4_000, length_mm: 50_000, cross_aisles: 2, bins_per_side: 50, levels: 8 };
const SIZES: [usize; 7] = [50, 100, 200, 500, 1_000, 2_000, 5_000];
/// Up to here Clarke & Wright's rule is applied in full; above, each order is offered so many of the nearest.
const EVERYBODY_MAX: usize = 1_000;
const NEAREST: usize = 160;
/// Totes on a cart.
const TOTES: i64 = 12;
const LINES_MAX: usize = 6;

/// One size of wave.
pub struct Row {
    pub blocks: u16,
    pub orders: usize,
    pub fifo_s_shape: i64,
    pub fifo_exact: i64,
    pub savings_s_shape: i64,
    pub ours: i64,
    pub bound: i64,
    pub first_seconds: f64,
    pub seconds: f64,
    pub walked: u64,
    pub routing_ms: f64,
    pub memory_mb: Option<i64>,
}

/// Up to 500 orders within a second, 5,000 within fifteen.
fn seconds_for(orders: usize) -> f64 {
    let size = real(i64::try_from(orders).unwrap_or(0));
    if orders <= 500 { 0.95 } else { 0.95 + (size - 500.0) / 4_500.0 * 12.5 }
}

/// One block in every size; two and three blocks in the size people ask about.
pub fn run() -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    // The largest last: what it leaves behind in memory is not put down to others.
    for (blocks, sizes) in [(2, &[500][..]), (3, &[500][..]), (1, &SIZES[..])] {
        let spec = LayoutSpec { cross_aisles: blocks + 1, ..SITE };
        let layout = spec.layout().map_err(|refusal| refusal.to_string())?;
        let roads = layout.roads().map_err(|refusal| refusal.to_string())?;
        let depot = roads.depot(0).ok_or("no depot")?;
        let bins = spec.bins().map_err(|refusal| refusal.to_string())?;
        let gate = Gate::round(&roads, depot).ok_or("no exact routes here")?;
        let mut rng = Rng::new(20_000);
        for orders in sizes {
            let wave = wave(&roads, &bins, *orders, &mut rng);
            rows.push(Row { blocks, ..size(&roads, depot, std::slice::from_ref(&gate), &wave)? });
        }
    }
    rows.sort_by_key(|row| (row.blocks, row.orders));
    Ok(rows)
}

/// Orders of one to six lines from anywhere.
fn wave(roads: &Roads, bins: &[BinSpec], orders: usize, rng: &mut Rng) -> Vec<Vec<Spot>> {
    let mut order = || {
        let lines = 1 + rng.below(LINES_MAX);
        (0..lines).filter_map(|_| roads.spot(bins[rng.below(bins.len())].access)).collect()
    };
    (0..orders).map(|_| order()).collect()
}

fn size(roads: &Roads, depot: Spot, gates: &[Gate], orders: &[Vec<Spot>]) -> Result<Row, String> {
    let mut shelves = Shelves::new(roads, gates, orders).ok_or("a bin beside the aisles")?;
    let loads = vec![Load { totes: 1, ..Load::default() }; orders.len()];
    let rooms = Rooms::totes(TOTES);
    let s_shaped = |carts: &[Vec<usize>]| -> i64 {
        let spots = |cart: &Vec<usize>| cart.iter().flat_map(|order| orders[*order].iter().copied()).collect::<Vec<Spot>>();
        carts.iter().map(|cart| s_shape(roads, depot, &spots(cart)).length_mm).sum()
    };
    reset_peak_memory();
    let fifo = first_in_first_out(&loads, &rooms);
    let task = Task { loads: &loads, rooms: &rooms, dues: None, seed: 1 };
    let start = Instant::now();
    solve(&mut shelves, task, &mut Steps(0));
    let first_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let mut shelves = Shelves::new(roads, gates, orders).ok_or("a bin beside the aisles")?;
    let mut timed = Timed { walks: &mut shelves, spent: Duration::ZERO };
    let outcome = solve(&mut timed, task, &mut clock(start, seconds_for(orders.len())));
    let (seconds, routing_ms) = (start.elapsed().as_secs_f64(), timed.spent.as_secs_f64() * 1e3);
    let fifo_exact = fifo.iter().map(|cart| shelves.length(cart)).sum();
    let memory_mb = peak_memory_mb();
    let mut lengths = Lengths::new(&mut shelves, orders.len());
    let company = company(&lengths, orders.len());
    let savings_s_shape = s_shaped(&savings(&mut lengths, &loads, &rooms, &company, &mut |_| true));
    Ok(Row {
        blocks: 0,
        orders: orders.len(),
        fifo_s_shape: s_shaped(&fifo),
        fifo_exact,
        savings_s_shape,
        ours: outcome.length,
        bound: outcome.bound,
        first_seconds,
        seconds,
        walked: outcome.walked,
        routing_ms,
        memory_mb,
    })
}

/// Everybody beside everybody; in large waves each beside the nearest only, for the rule in full takes longer than anybody waits.
fn company(lengths: &Lengths, orders: usize) -> Vec<Vec<usize>> {
    if orders <= EVERYBODY_MAX {
        return everybody(orders);
    }
    let nearest = |one: usize| {
        let mut others: Vec<usize> = (0..orders).filter(|other| *other != one).collect();
        others.select_nth_unstable_by_key(NEAREST, |other| (lengths.apart(one, *other), *other));
        others.truncate(NEAREST);
        others
    };
    (0..orders).map(nearest).collect()
}

/// Forgets the peak so far, where the system lets us.
fn reset_peak_memory() {
    // Elsewhere the peak stays that of the whole run, which is no less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most this process has held since, where the system says.
fn peak_memory_mb() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<i64>().ok().map(|kilobytes| kilobytes / 1_024)
}

impl Row {
    pub fn saved_percent(&self) -> f64 {
        (1.0 - real(self.ours) / real(self.fifo_s_shape.max(1))) * 100.0
    }
}

pub fn table(rows: &[Row]) -> String {
    let mut out = format!(
        "{} aisles, {} bins; orders of 1–{LINES_MAX} lines; carts of {TOTES} totes; one thread; Clarke-Wright (ii) in full up to \
         {EVERYBODY_MAX} orders, above among the {NEAREST} nearest\n\n\
         | blocks | orders | first in first out + S-shape, m | first in first out + exact routes, m | Clarke-Wright + S-shape, m | ours, m | \
         saved % | first plan, s | in all, s | ms an order | walks | routing ms | peak memory MB |\n\
         |--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        SITE.aisles,
        i64::from(SITE.aisles) * i64::from(SITE.bins_per_side) * 2 * i64::from(SITE.levels),
    );
    for row in rows {
        let metres = |length: i64| length / 1_000;
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {:.1} | {:.2} | {:.2} | {:.2} | {} | {:.0} | {} |",
            row.blocks,
            row.orders,
            metres(row.fifo_s_shape),
            metres(row.fifo_exact),
            metres(row.savings_s_shape),
            metres(row.ours),
            row.saved_percent(),
            row.first_seconds,
            row.seconds,
            row.seconds * 1e3 / real(i64::try_from(row.orders).unwrap_or(1)),
            row.walked,
            row.routing_ms,
            row.memory_mb.map_or_else(|| "–".to_owned(), |mb| mb.to_string()),
        );
    }
    out
}

pub fn json(rows: &[Row]) -> serde_json::Value {
    let row = |row: &Row| {
        serde_json::json!({
            "blocks": row.blocks, "orders": row.orders, "fifo_s_shape_mm": row.fifo_s_shape, "fifo_exact_mm": row.fifo_exact,
            "clarke_wright_s_shape_mm": row.savings_s_shape, "ours_mm": row.ours, "bound_mm": row.bound,
            "saved_percent": row.saved_percent(), "first_plan_seconds": row.first_seconds, "seconds": row.seconds,
            "walks": row.walked, "routing_ms": row.routing_ms, "peak_memory_mb": row.memory_mb,
        })
    };
    rows.iter().map(row).collect()
}
