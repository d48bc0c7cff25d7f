//! Published optima: single walks, and small waves put together from our walks.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use domain::sites::layout::{Access, Aisle, Depot, Layout, Side, Way};
use domain::sites::roads::Roads;
use domain::waves::route::grid::Grid;
use domain::waves::route::walk;
use serde::Serialize;

#[derive(Debug, Default, Serialize)]
pub struct Set {
    pub name: &'static str,
    pub checked: u32,
    pub matched: u32,
}

/// An instance of the online order-batching text format, distances in thousandths.
struct Instance {
    layout: Layout,
    /// Aisle and distance from the front of each article.
    places: HashMap<u32, Vec<(i32, i32)>>,
    /// Articles of each order with their quantities.
    orders: Vec<Vec<(u32, u32)>>,
    capacity: u32,
}

pub fn check() -> Vec<Set> {
    let Some(data) = std::env::var_os("TIDEWAY_DATA") else {
        println!("\nTIDEWAY_DATA is not set: published optima (sprp, obp) are not checked.");
        return Vec::new();
    };
    let data = Path::new(&data);
    let sets: Vec<Set> = [single(data), waves(data)].into_iter().flatten().collect();
    println!();
    for set in &sets {
        println!("{}: {} of {} published optima met", set.name, set.matched, set.checked);
    }
    sets
}

/// The one single-picker instance that comes with its value.
fn single(data: &Path) -> Option<Set> {
    let values = fs::read_to_string(data.join("sprp/results_SPRP.csv")).ok()?;
    let instance = Instance::read(&data.join("sprp/unit_F1_m5_C30_a7_12.txt"))?;
    let published: f64 =
        values.lines().find(|line| line.starts_with("SPRP;true;5;30;7;1;12;"))?.split(';').nth(12)?.parse().ok()?;
    let roads = instance.layout.roads().ok()?;
    let every: Vec<usize> = (0..instance.orders.len()).collect();
    let length = instance.walk(&roads, &every);
    Some(Set { name: "sprp, single walks", checked: 1, matched: u32::from(close(length, published)) })
}

/// Waves of up to twelve orders: the best way to part them, by trying all sets, from the lengths of our walks.
fn waves(data: &Path) -> Option<Set> {
    let values = fs::read_to_string(data.join("obp/best_known_optimal_routing.csv")).ok()?;
    let mut set = Set { name: "obp, waves of up to 12 orders", ..Set::default() };
    for line in values.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [_, file, _, orders, _, _, proven, upper, ..] = columns[..] else { continue };
        if proven != "True" || orders.parse::<usize>().map_or(true, |orders| orders > 12) {
            continue;
        }
        let Some(instance) = Instance::read(&data.join("obp/instances").join(file)) else { continue };
        set.checked += 1;
        let least = instance.least_wave();
        if close(least, upper.parse().unwrap_or(f64::NAN)) {
            set.matched += 1;
        } else if set.checked - set.matched < 5 {
            println!("{file}: {} against {upper}", in_units(least));
        }
    }
    Some(set)
}

#[expect(clippy::cast_precision_loss, reason = "shown and compared with decimals")]
fn in_units(thousandths: i64) -> f64 {
    thousandths as f64 / 1e3
}

/// Within a tenth of a per cent, as published values are rounded.
fn close(thousandths: i64, published: f64) -> bool {
    (in_units(thousandths) - published).abs() <= published * 1e-3
}

impl Instance {
    fn read(file: &Path) -> Option<Self> {
        let text = String::from_utf8_lossy(&fs::read(file).ok()?).into_owned();
        let field = |name: &str| {
            let line = text.lines().find(|line| line.split(':').next().map(str::trim) == Some(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let thousandths = |name: &str| thousandths(&field(name)?);
        let (cell, pitch) = (thousandths("DISTANCE_CELL_TO_CELL")?, thousandths("DISTANCE_AISLE_TO_AISLE")?);
        let (bottom, top) = (thousandths("DISTANCE_BOTTOM_TO_CELL")?, thousandths("DISTANCE_TOP_TO_CELL")?);
        let (aisles, cells): (i32, i32) = (field("NUM_AISLES")?.parse().ok()?, field("NUM_CELLS")?.parse().ok()?);
        let depot: i32 = field("DEPOT_AISLE")?.parse().ok()?;
        let length = (cells - 1) * cell + top + bottom;
        let at_top = field("DEPOT_LOCATION")? == "top";
        let layout = Layout {
            aisles: (0..aisles).map(|no| Aisle { no, x_mm: no * pitch, from: 0, to: 1, way: Way::Both, width_mm: 0 }).collect(),
            cross_aisles: vec![0, length],
            depots: vec![Depot { name: "Depot".into(), x_mm: depot * pitch, cross_aisle: u16::from(at_top) }],
            ..Layout::default()
        };
        let mut places: HashMap<u32, Vec<(i32, i32)>> = HashMap::new();
        let mut orders: Vec<Vec<(u32, u32)>> = Vec::new();
        let mut section = "";
        for line in text.lines().map(str::trim) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["SKU_SECTION" | "ORDER_SECTION" | "ARTICLE_SECTION"] => section = words[0].split('_').next()?,
                ["NUM_ARTICLES" | "NUM_ARTICLES_IN_ORDER", ":", _] if section == "ORDER" => orders.push(Vec::new()),
                ["ID", id, "AISLE", aisle, "CELL", place, ..] => {
                    let place: i32 = place.parse().ok()?;
                    places.entry(id.parse().ok()?).or_default().push((aisle.parse().ok()?, bottom + (cells - 1 - place) * cell));
                }
                ["ID", id, "QUANTITY", quantity, ..] if section == "ORDER" => {
                    orders.last_mut()?.push((id.parse().ok()?, quantity.parse().ok()?));
                }
                _ => {}
            }
        }
        let capacity = field("PICKER_CAPACITY").and_then(|given| given.parse().ok()).unwrap_or(u32::MAX);
        Some(Self { layout, places, orders, capacity })
    }

    /// Length of the walk past all articles of these orders.
    fn walk(&self, roads: &Roads, orders: &[usize]) -> i64 {
        let depot = roads.depot(0).expect("a depot");
        let articles = orders.iter().flat_map(|&order| &self.orders[order]).map(|(article, _)| self.places[article][0]);
        let spot = |(aisle, y_mm)| roads.spot(Access { aisle, y_mm, side: Side::Left, level: 0 }).expect("on its aisle");
        let spots: Vec<_> = articles.map(spot).collect();
        let grid = Grid::of(roads, depot, depot).expect("one block");
        let length = grid.length(&crate::prices(&grid, &spots));
        if orders.len() == 1 {
            assert_eq!(length, walk(roads, depot, &spots).length_mm, "the walk is as long as its length");
        }
        length
    }

    fn least_wave(&self) -> i64 {
        let roads = self.layout.roads().expect("the site is sound");
        let sets = 1_usize << self.orders.len();
        let units = |order: &Vec<(u32, u32)>| order.iter().map(|line| line.1).sum::<u32>();
        let members = |set: usize| (0..self.orders.len()).filter(move |order| set & (1 << order) != 0);
        let fits = |set: usize| members(set).map(|order| units(&self.orders[order])).sum::<u32>() <= self.capacity;
        let length = |set: usize| fits(set).then(|| self.walk(&roads, &members(set).collect::<Vec<_>>()));
        let lengths: Vec<Option<i64>> = (0..sets).map(length).collect();
        let mut best = vec![i64::MAX; sets];
        best[0] = 0;
        for set in 1..sets {
            // The batch of the set's last order: every subset of the others beside it.
            let last = 1 << set.ilog2();
            let others = set & !last;
            let mut beside = others;
            loop {
                let batch = beside | last;
                if let Some(length) = lengths[batch].filter(|_| best[set & !batch] < i64::MAX) {
                    best[set] = best[set].min(best[set & !batch] + length);
                }
                if beside == 0 {
                    break;
                }
                beside = (beside - 1) & others;
            }
        }
        best[sets - 1]
    }
}

fn thousandths(number: &str) -> Option<i32> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = format!("{part:0<3}");
    Some(whole.parse::<i32>().ok()? * 1_000 + part.get(..3)?.parse::<i32>().ok()?)
}
