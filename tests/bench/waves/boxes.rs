//! The Foodmart format of Valle, Beasley & da Cunha (2017, European Journal of Operational Research 262): orders take whole boxes of a
//! trolley, places are the vertices of a graph.

use domain::sites::layout::{Access, Aisle, Depot, Layout, Side, Way};
use domain::waves::batch::load::{Load, Rooms};

use super::instance::{COUNT_MAX, Fault, Field, Instance, Place, in_range, index, small, thousandths, whole};

/// Distances are kept as a table: 4,000² places of 8 bytes are 128 MB.
const PLACES_MAX: i64 = 4_000;

/// Lines, with the titles (`//…`) that introduce them.
struct Lines<'t> {
    lines: Vec<&'t str>,
    at: usize,
}

impl<'t> Lines<'t> {
    /// Goes to the line below the next title that contains `title`.
    fn below(&mut self, title: &str) -> Result<(), Fault> {
        let found = self.lines[self.at..].iter().position(|line| line.starts_with("//") && line.contains(title));
        self.at += found.ok_or_else(|| Fault::Missing { field: title.to_owned() })? + 1;
        Ok(())
    }

    /// The next line that is not a title.
    fn next(&mut self, wanted: &str) -> Result<&'t str, Fault> {
        while let Some(line) = self.lines.get(self.at) {
            self.at += 1;
            if !line.starts_with("//") {
                return Ok(line);
            }
        }
        Err(Fault::EndsEarly { wanted: wanted.to_owned() })
    }

    fn number(&mut self, title: &str, min: i64, max: i64) -> Result<i64, Fault> {
        self.below(title)?;
        in_range(title, whole(title, self.next(title)?)?, min, max)
    }
}

pub fn read(text: &str) -> Result<Instance, Fault> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut lines = Lines { lines, at: 0 };
    let locations = lines.number("NbLocations", 1, PLACES_MAX)?;
    let products = lines.number("NbProducts", 1, COUNT_MAX)?;
    let boxes = lines.number("NbBoxesTrolley", 1, COUNT_MAX)?;
    lines.below("Products")?;
    let mut shelf = vec![None; index(products) + 1];
    for _ in 0..products {
        let row = numbers(lines.next("a product")?)?;
        let product = in_range("product", row.first().copied().unwrap_or(0), 1, products)?;
        let place = in_range("location", row.get(1).copied().unwrap_or(0), 0, PLACES_MAX)?;
        if shelf[index(product)].replace(place).is_some_and(|other| other != place) {
            return Err(Fault::ArticleInSeveralPlaces { article: product });
        }
    }
    lines.below("Orders")?;
    let orders = in_range("number of orders", whole("number of orders", lines.next("the number of orders")?)?, 0, COUNT_MAX)?;
    let (mut visits, mut loads) = (Vec::new(), Vec::new());
    for order in 1..=orders {
        let row = numbers(lines.next("an order")?)?;
        let [given, totes, count, goods @ ..] = row.as_slice() else {
            return Err(Fault::EndsEarly { wanted: format!("order {order}") });
        };
        if *given != order {
            return Err(Fault::OrderTwiceOrOutOfTurn { order: *given });
        }
        if i64::try_from(goods.len()).unwrap_or(0) < 2 * count {
            return Err(Fault::EndsEarly { wanted: format!("the products of order {order}") });
        }
        let known =
            |product: &i64| shelf.get(index(*product)).copied().flatten().ok_or(Fault::UnknownArticle { article: *product });
        let goods = goods.iter().step_by(2).take(index(*count));
        visits.push(goods.map(known).collect::<Result<Vec<_>, Fault>>()?);
        loads.push(Load { totes: in_range("boxes of an order", *totes, 0, COUNT_MAX)?, ..Load::default() });
    }
    let crossings = lines.number("NbVerticesIntersections", 0, PLACES_MAX)?;
    let start = lines.number("DepartingDepot", 0, 2 * PLACES_MAX)?;
    let end = lines.number("ArrivalDepot", 0, 2 * PLACES_MAX)?;
    let size = index((locations + crossings).max(start).max(end)) + 1;
    let table = table(&mut lines, size, (index(start), index(end)))?;
    let aisles = Aisles::of(coordinates(&mut lines, size)?)?;
    let placed = |order: &Vec<i64>| order.iter().map(|place| aisles.place(index(*place))).collect();
    let places = visits.iter().map(placed).collect::<Result<_, _>>()?;
    Ok(Instance { field: on_aisles(&table, index(start), &aisles, &visits)?, places, loads, rooms: Rooms::totes(boxes) })
}

fn numbers(line: &str) -> Result<Vec<i64>, Fault> {
    line.split_whitespace().map(|number| whole("a row of numbers", number)).collect()
}

const FAR: i64 = i64::MAX / 4;

/// All shortest distances (Floyd 1962, Warshall 1962); both depots are one place.
fn table(lines: &mut Lines, size: usize, (start, end): (usize, usize)) -> Result<Vec<Vec<i64>>, Fault> {
    lines.below("Arcs")?;
    let mut table = vec![vec![FAR; size]; size];
    for (at, row) in table.iter_mut().enumerate() {
        row[at] = 0;
    }
    (table[start][end], table[end][start]) = (0, 0);
    while let Some(line) = lines.lines.get(lines.at) {
        lines.at += 1;
        if line.contains("coordinates") {
            break;
        }
        if line.starts_with("//") {
            continue;
        }
        let mut words = line.split_whitespace();
        let mut place = || -> Result<usize, Fault> {
            let given = whole("an arc", words.next().unwrap_or(""))?;
            Ok(index(in_range("an arc's end", given, 0, i64::try_from(size).unwrap_or(0) - 1)?))
        };
        let (from, to) = (place()?, place()?);
        let length = in_range("an arc's length", thousandths("an arc's length", words.next().unwrap_or(""))?, 0, FAR / 4)?;
        table[from][to] = table[from][to].min(length);
        table[to][from] = table[to][from].min(length);
    }
    for over in 0..size {
        let bridge = table[over].clone();
        for row in &mut table {
            let to_bridge = row[over];
            if to_bridge < FAR {
                for (cell, rest) in row.iter_mut().zip(&bridge) {
                    *cell = (*cell).min(to_bridge + rest);
                }
            }
        }
    }
    Ok(table)
}

/// A vertex: where it lies, and whether aisles and cross-aisles meet there.
#[derive(Debug, Clone, Copy)]
struct Vertex {
    x: i64,
    y: i64,
    crossing: bool,
}

fn coordinates(lines: &mut Lines, size: usize) -> Result<Vec<Option<Vertex>>, Fault> {
    let mut vertices = vec![None; size];
    // The reader of arcs stands behind the title.
    while let Some(line) = lines.lines.get(lines.at) {
        lines.at += 1;
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap_or("");
        let place = in_range("a vertex", whole("a vertex", next())?, 0, i64::try_from(size).unwrap_or(0) - 1)?;
        let (x, y) = (thousandths("a vertex's x", next())?, thousandths("a vertex's y", next())?);
        vertices[index(place)] = Some(Vertex { x, y, crossing: line.contains("intersection") });
    }
    Ok(vertices)
}

/// Rounded distances differ from those along the aisles by no more than this.
const ROUNDING: i64 = 50;

/// Where places lie, on aisles.
struct Aisles {
    xs: Vec<i64>,
    ys: Vec<i64>,
    vertices: Vec<Option<Vertex>>,
}

impl Aisles {
    fn of(vertices: Vec<Option<Vertex>>) -> Result<Self, Fault> {
        let crossings: Vec<Vertex> = vertices.iter().flatten().filter(|vertex| vertex.crossing).copied().collect();
        let sorted = |part: fn(&Vertex) -> i64| {
            let mut all: Vec<i64> = crossings.iter().map(part).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (xs, ys) = (sorted(|vertex| vertex.x), sorted(|vertex| vertex.y));
        if xs.is_empty() || ys.len() < 2 {
            return Err(Fault::Missing { field: "intersections with coordinates".into() });
        }
        Ok(Self { xs, ys, vertices })
    }

    fn place(&self, place: usize) -> Result<Place, Fault> {
        let off = Fault::OffTheAisles { place };
        let Some(vertex) = self.vertices.get(place).copied().flatten() else { return Err(off) };
        let aisle = self.xs.iter().position(|x| *x == vertex.x);
        let y = vertex.y - self.ys[0];
        let reached = (0..=self.ys[self.ys.len() - 1] - self.ys[0]).contains(&y);
        aisle.filter(|_| reached).map(|aisle| (small(i64::try_from(aisle).unwrap_or(0)), small(y))).ok_or(off)
    }

    fn layout(&self) -> Result<Layout, Fault> {
        let last = u16::try_from(self.ys.len() - 1).unwrap_or(u16::MAX);
        let x = |at: i64| small(at - self.xs[0]);
        let aisles = (0..)
            .zip(&self.xs)
            .map(|(no, at)| Aisle { no, x_mm: x(*at), from: 0, to: last, way: Way::Both, width_mm: 0 })
            .collect();
        let cross_aisles = self.ys.iter().map(|y| small(y - self.ys[0])).collect();
        let depots = vec![Depot { name: "Depot".into(), x_mm: 0, cross_aisle: 0 }];
        let layout = Layout { aisles, cross_aisles, depots, ..Layout::default() };
        layout.check().map_err(|refusal| Fault::Unsound { why: refusal.to_string() })?;
        Ok(layout)
    }

    /// The front junctions, each as far from the depot as the table says.
    fn gates(&self, table: &[Vec<i64>], depot: usize) -> Result<Vec<(i32, u16, i64)>, Fault> {
        let mut gates = Vec::new();
        for (place, vertex) in self.vertices.iter().enumerate() {
            if vertex.is_some_and(|vertex| vertex.crossing && vertex.y == self.ys[0]) {
                gates.push((self.place(place)?.0, 0, table[depot][place]));
            }
        }
        if gates.iter().any(|(.., out)| *out >= FAR) { Err(Fault::Unreachable { place: depot }) } else { Ok(gates) }
    }
}

/// The aisles, and that every place asked for lies on them as far from the others as the table says.
fn on_aisles(table: &[Vec<i64>], depot: usize, aisles: &Aisles, visits: &[Vec<i64>]) -> Result<Field, Fault> {
    let layout = aisles.layout()?;
    let roads = layout.roads().map_err(|refusal| Fault::Unsound { why: refusal.to_string() })?;
    let mut used: Vec<usize> = visits.iter().flatten().map(|place| index(*place)).collect();
    used.sort_unstable();
    used.dedup();
    let mut spots = Vec::with_capacity(used.len());
    for &place in &used {
        let (aisle, y_mm) = aisles.place(place)?;
        let access = Access { aisle, y_mm, side: Side::Left, level: 0 };
        spots.push(roads.spot(access).ok_or(Fault::OffTheAisles { place })?);
    }
    for (one, from) in used.iter().zip(&spots) {
        for (other, to) in used.iter().zip(&spots) {
            if (table[*one][*other] - i64::from(roads.distance(*from, *to))).abs() > ROUNDING {
                return Err(Fault::OffTheAisles { place: *one });
            }
        }
    }
    Ok(Field { gates: aisles.gates(table, depot)?, layout })
}
