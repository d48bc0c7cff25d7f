//! The order-batching text format (`KEY : value`, then `ARTICLE_SECTION`, `SKU_SECTION`, `ORDER_SECTION`) of Bahçeci & Öncan, Henn &
//! Wäscher, and Muter & Öncan. Cell 0 is the top cell.

use std::collections::BTreeMap;

use domain::sites::layout::{Aisle, Depot, EXTENT_MAX_MM, Layout, Way};
use domain::waves::batch::load::{Load, Rooms};

use super::instance::{COUNT_MAX, Fault, Field, Instance, Place, in_range, small, thousandths, whole};

struct Head<'t>(BTreeMap<&'t str, &'t str>);

impl<'t> Head<'t> {
    fn get(&self, field: &str) -> Result<&'t str, Fault> {
        self.0.get(field).copied().ok_or_else(|| Fault::Missing { field: field.to_owned() })
    }

    fn whole(&self, field: &str, min: i64, max: i64) -> Result<i64, Fault> {
        in_range(field, whole(field, self.get(field)?)?, min, max)
    }

    fn length(&self, field: &str) -> Result<i64, Fault> {
        in_range(field, thousandths(field, self.get(field)?)?, 0, 1_000_000_000)
    }
}

pub fn read(text: &str) -> Result<Instance, Fault> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let section = |name: &str| {
        lines.iter().position(|line| line.starts_with(name)).ok_or_else(|| Fault::Missing { field: name.to_owned() })
    };
    let articles_at = section("ARTICLE_SECTION")?;
    let pairs = lines[..articles_at].iter().filter_map(|line| line.split_once(':'));
    let head = Head(pairs.map(|(key, value)| (key.trim(), value.trim())).collect());
    let kind = head.get("TYPE")?;
    if !kind.eq_ignore_ascii_case("Order_batching") {
        return Err(Fault::NotBatching { kind: kind.to_owned() });
    }
    let (skus_at, orders_at) = (section("SKU_SECTION")?, section("ORDER_SECTION")?);
    if !(articles_at < skus_at && skus_at < orders_at) {
        return Err(Fault::Missing { field: "SKU_SECTION before ORDER_SECTION".into() });
    }
    let layout = head.get("LAYOUT")?;
    if layout != "single-block" {
        return Err(Fault::UnknownLayout { layout: layout.to_owned() });
    }
    let ground = Ground::read(&head)?;
    let weights = weights(&lines[articles_at + 1..skus_at])?;
    let shelves = shelves(&lines[skus_at + 1..orders_at], &ground)?;
    let capacity = head.whole("PICKER_CAPACITY", 1, i64::from(i32::MAX))?;
    let (places, loads) = orders(&lines[orders_at + 1..], &weights, &shelves)?;
    let rooms = Rooms::totes(capacity);
    let field = Field { layout: ground.layout()?, gates: vec![(small(ground.depot), 0, ground.approach)] };
    Ok(Instance { field, places, loads, rooms })
}

/// The block's measures.
struct Ground {
    aisles: i64,
    cells: i64,
    depot: i64,
    at_bottom: bool,
    pitch: i64,
    cell: i64,
    top: i64,
    bottom: i64,
    approach: i64,
}

impl Ground {
    fn read(head: &Head) -> Result<Self, Fault> {
        let aisles = head.whole("NUM_AISLES", 1, 10_000)?;
        let at_bottom = match head.get("DEPOT_LOCATION")?.to_ascii_lowercase().as_str() {
            "bottom" => true,
            "top" => false,
            other => return Err(Fault::UnknownLayout { layout: format!("with DEPOT_LOCATION {other}") }),
        };
        Ok(Self {
            aisles,
            cells: head.whole("NUM_CELLS", 1, 100_000)?,
            depot: head.whole("DEPOT_AISLE", 0, aisles - 1)?,
            at_bottom,
            pitch: head.length("DISTANCE_AISLE_TO_AISLE")?,
            cell: head.length("DISTANCE_CELL_TO_CELL")?,
            top: head.length("DISTANCE_TOP_TO_CELL")?,
            bottom: head.length("DISTANCE_BOTTOM_TO_CELL")?,
            approach: head.length("DISTANCE_TOP_OR_BOTTOM_TO_DEPOT")?,
        })
    }

    /// From the cross-aisle where the depot is.
    fn depth_of(&self, cell: i64) -> i64 {
        if self.at_bottom { self.bottom + (self.cells - 1 - cell) * self.cell } else { self.top + cell * self.cell }
    }

    fn layout(&self) -> Result<Layout, Fault> {
        let most = i64::from(EXTENT_MAX_MM);
        let depth = in_range("length of an aisle", (self.cells - 1) * self.cell + self.top + self.bottom, 1, most)?;
        in_range("width of the field", (self.aisles - 1) * self.pitch, 0, most)?;
        let x = |aisle: i64| small(aisle * self.pitch);
        let aisles =
            (0..self.aisles).map(|aisle| Aisle { no: small(aisle), x_mm: x(aisle), from: 0, to: 1, way: Way::Both, width_mm: 0 });
        let depots = vec![Depot { name: "Depot".into(), x_mm: x(self.depot), cross_aisle: 0 }];
        let layout = Layout { aisles: aisles.collect(), cross_aisles: vec![0, small(depth)], depots, ..Layout::default() };
        layout.check().map_err(|refusal| Fault::Unsound { why: refusal.to_string() })?;
        Ok(layout)
    }
}

/// `ID 6 AISLE 0 CELL 5 …`: the number behind a word.
fn behind(line: &str, word: &str) -> Result<i64, Fault> {
    let mut words = line.split_whitespace();
    while let Some(next) = words.next() {
        if next == word {
            return whole(word, words.next().unwrap_or(""));
        }
    }
    Err(Fault::Missing { field: format!("{word} in “{line}”") })
}

fn rows<'t>(lines: &'t [&'t str]) -> impl Iterator<Item = &'t str> {
    lines.iter().copied().filter(|line| line.starts_with("ID"))
}

fn weights(lines: &[&str]) -> Result<BTreeMap<i64, i64>, Fault> {
    let mut weights = BTreeMap::new();
    for line in rows(lines) {
        let weight = if line.contains("WEIGHT") { behind(line, "WEIGHT")? } else { 1 };
        weights.insert(behind(line, "ID")?, in_range("WEIGHT", weight, 0, COUNT_MAX)?);
    }
    Ok(weights)
}

fn shelves(lines: &[&str], ground: &Ground) -> Result<BTreeMap<i64, Place>, Fault> {
    let mut shelves = BTreeMap::new();
    for line in rows(lines) {
        let article = behind(line, "ID")?;
        let aisle = in_range("AISLE", behind(line, "AISLE")?, 0, ground.aisles - 1)?;
        let cell = in_range("CELL", behind(line, "CELL")?, 0, ground.cells - 1)?;
        let place = (small(aisle), small(ground.depth_of(cell)));
        if shelves.insert(article, place).is_some_and(|other| other != place) {
            return Err(Fault::ArticleInSeveralPlaces { article });
        }
    }
    Ok(shelves)
}

type Orders = (Vec<Vec<Place>>, Vec<Load>);

fn orders(lines: &[&str], weights: &BTreeMap<i64, i64>, shelves: &BTreeMap<i64, Place>) -> Result<Orders, Fault> {
    let count_of = |line: &str| {
        let given = line.split_once(':').map_or("", |(_, count)| count.trim());
        in_range("number of orders or articles", whole("number", given)?, 0, COUNT_MAX)
    };
    let mut lines = lines.iter().copied();
    let first = lines.next().filter(|line| line.starts_with("NUM_ORDERS"));
    let announced = count_of(first.ok_or_else(|| Fault::Missing { field: "NUM_ORDERS".into() })?)?;
    let (mut places, mut loads) = (Vec::new(), Vec::new());
    for order in 0..announced {
        let head = lines.next().filter(|line| line.starts_with("NUM_ARTICLES_IN_ORDER"));
        let articles = count_of(head.ok_or_else(|| Fault::EndsEarly { wanted: format!("order {order}") })?)?;
        let (mut visits, mut totes) = (Vec::new(), 0);
        for _ in 0..articles {
            let line = lines.next().filter(|line| line.starts_with("ID"));
            let line = line.ok_or_else(|| Fault::EndsEarly { wanted: format!("an article of order {order}") })?;
            let article = behind(line, "ID")?;
            let quantity = in_range("QUANTITY", behind(line, "QUANTITY")?, 1, COUNT_MAX)?;
            visits.push(*shelves.get(&article).ok_or(Fault::UnknownArticle { article })?);
            totes += quantity * weights.get(&article).copied().unwrap_or(1);
        }
        places.push(visits);
        loads.push(Load { totes, ..Load::default() });
    }
    Ok((places, loads))
}
