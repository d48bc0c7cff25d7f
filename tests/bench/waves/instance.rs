//! Published order-batching instances: what one holds, and what can be wrong with a file. The formats are read in `text` and `boxes`.

use std::fmt;

use domain::sites::layout::{Access, Layout, Side};
use domain::sites::roads::{Roads, Spot};
use domain::waves::batch::load::{Load, Rooms};
use domain::waves::batch::shelves::Gate;
use domain::waves::route::grid::Grid;

/// Lengths are counted in thousandths of the file's unit, so that 2.4 is a whole number.
pub const SCALE: i64 = 1_000;
/// Above any published instance; bounds what one bad file can make us allocate.
pub const COUNT_MAX: i64 = 1_000_000;

pub struct Instance {
    pub field: Field,
    /// The places of each order.
    pub places: Vec<Vec<Place>>,
    pub loads: Vec<Load>,
    pub rooms: Rooms,
}

/// Aisle, and where on it.
pub type Place = (i32, i32);

/// Aisles and cross-aisles, and how one gets to them from the depot.
pub struct Field {
    pub layout: Layout,
    /// Walks begin at one of these junctions and end at one: aisle, cross-aisle, distance from the depot.
    pub gates: Vec<(i32, u16, i64)>,
}

/// Why a file is not solved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Unreadable {
        why: String,
    },
    NotAnInstance,
    NotBatching {
        kind: String,
    },
    UnknownLayout {
        layout: String,
    },
    Unsound {
        why: String,
    },
    Missing {
        field: String,
    },
    NotANumber {
        field: String,
        given: String,
    },
    OutOfRange {
        field: String,
        given: i64,
        min: i64,
        max: i64,
    },
    UnknownArticle {
        article: i64,
    },
    ArticleInSeveralPlaces {
        article: i64,
    },
    OrderTwiceOrOutOfTurn {
        order: i64,
    },
    NoOrders,
    EmptyOrder {
        order: usize,
    },
    OrderLargerThanCart {
        order: usize,
        load: i64,
        capacity: i64,
    },
    Unreachable {
        place: usize,
    },
    NoSuchPlace {
        aisle: i32,
        y: i32,
    },
    OffTheAisles {
        place: usize,
    },
    EndsEarly {
        wanted: String,
    },
    /// The planner failed on it: what it said is above.
    Ours,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { why } => write!(f, "cannot be read: {why}"),
            Self::NotAnInstance => write!(f, "not an instance in a known format"),
            Self::NotBatching { kind } => write!(f, "TYPE is {kind}, not Order_batching"),
            Self::UnknownLayout { layout } => write!(f, "LAYOUT {layout} is not known"),
            Self::Unsound { why } => write!(f, "{why}"),
            Self::Missing { field } => write!(f, "{field} is missing"),
            Self::NotANumber { field, given } => write!(f, "{field}: “{given}” is not a number"),
            Self::OutOfRange { field, given, min, max } => write!(f, "{field}: {given} is not between {min} and {max}"),
            Self::UnknownArticle { article } => write!(f, "article {article} has no place"),
            Self::ArticleInSeveralPlaces { article } => {
                write!(f, "article {article} lies in several places: choosing among them is another problem")
            }
            Self::OrderTwiceOrOutOfTurn { order } => write!(f, "order {order} comes twice or out of turn"),
            Self::NoOrders => write!(f, "no orders"),
            Self::EmptyOrder { order } => write!(f, "order {order} is empty"),
            Self::OrderLargerThanCart { order, load, capacity } => {
                write!(f, "order {order} takes {load}, a cart holds {capacity}")
            }
            Self::Unreachable { place } => write!(f, "place {place} cannot be reached"),
            Self::NoSuchPlace { aisle, y } => write!(f, "aisle {aisle} does not reach {y}"),
            Self::OffTheAisles { place } => {
                write!(f, "place {place} lies off the aisles, or its distances do not run along them")
            }
            Self::Ours => write!(f, "a mistake of the planner's, not of the file"),
            Self::EndsEarly { wanted } => write!(f, "ends where {wanted} should be"),
        }
    }
}

pub struct Site {
    pub roads: Roads,
    pub orders: Vec<Vec<Spot>>,
    pub gates: Vec<Gate>,
}

impl Instance {
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let instance = if text.contains("ORDER_SECTION") || text.trim_start().starts_with("NAME") {
            super::text::read(text)?
        } else if text.trim_start().starts_with("//NbLocations") {
            super::boxes::read(text)?
        } else {
            return Err(Fault::NotAnInstance);
        };
        instance.check()?;
        Ok(instance)
    }

    /// The site made ready: its roads, the places of each order on them, and the ways in and out.
    pub fn site(&self) -> Result<Site, Fault> {
        let roads = self.field.layout.roads().map_err(|refusal| Fault::Unsound { why: refusal.to_string() })?;
        let spot = |aisle, y_mm| {
            let access = Access { aisle, y_mm, side: Side::Left, level: 0 };
            roads.spot(access).ok_or(Fault::NoSuchPlace { aisle, y: y_mm })
        };
        let spots = |places: &Vec<Place>| places.iter().map(|(aisle, y)| spot(*aisle, *y)).collect();
        let orders: Vec<Vec<Spot>> = self.places.iter().map(spots).collect::<Result<_, _>>()?;
        let junction = |cross: u16| self.field.layout.cross_aisles.get(usize::from(cross)).copied().unwrap_or(0);
        let mut gates = Vec::new();
        for (at, &(aisle, cross, out)) in self.field.gates.iter().enumerate() {
            for &(back_aisle, back_cross, back) in &self.field.gates[at..] {
                let (from, to) = (spot(aisle, junction(cross))?, spot(back_aisle, junction(back_cross))?);
                let grid =
                    Grid::of(&roads, from, to).ok_or(Fault::UnknownLayout { layout: "of more than three blocks".into() })?;
                gates.push(Gate { grid, from, to, outside_mm: out + back });
            }
        }
        Ok(Site { roads, orders, gates })
    }

    fn check(&self) -> Result<(), Fault> {
        if self.loads.is_empty() {
            return Err(Fault::NoOrders);
        }
        let empty = self.places.iter().position(Vec::is_empty);
        if let Some(order) = empty {
            return Err(Fault::EmptyOrder { order });
        }
        match self.loads.iter().position(|load| !self.rooms.fit(*load)) {
            Some(order) => {
                Err(Fault::OrderLargerThanCart { order, load: self.loads[order].totes, capacity: self.rooms.most().totes })
            }
            None => Ok(()),
        }
    }
}

/// Exactly: `2.4` is 2400 thousandths, `5` is 5000.
pub fn thousandths(field: &str, given: &str) -> Result<i64, Fault> {
    let bad = || Fault::NotANumber { field: field.to_owned(), given: given.to_owned() };
    let (sign, digits) = given.strip_prefix('-').map_or((1, given), |rest| (-1, rest));
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all_digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || whole.len() > 9 || !all_digits(whole) || !all_digits(part) {
        return Err(bad());
    }
    let padded: String = part.chars().chain("000".chars()).take(3).collect();
    let number = |s: &str| if s.is_empty() { Ok(0) } else { s.parse::<i64>().map_err(|_| bad()) };
    Ok(sign * (number(whole)? * SCALE + number(&padded)?))
}

pub fn in_range(field: &str, given: i64, min: i64, max: i64) -> Result<i64, Fault> {
    if (min..=max).contains(&given) {
        return Ok(given);
    }
    Err(Fault::OutOfRange { field: field.to_owned(), given, min, max })
}

pub fn whole(field: &str, given: &str) -> Result<i64, Fault> {
    given.parse().map_err(|_| Fault::NotANumber { field: field.to_owned(), given: given.to_owned() })
}

/// Of a number known to be small.
pub fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

#[cfg(test)]
#[path = "instance_tests.rs"]
mod tests;
