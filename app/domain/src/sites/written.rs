//! Parts of a layout as they are typed: lengths in metres, one thing a line. Reads and writes them; what is sound is
//! [`super::layout::Layout::check`].

use super::layout::{Depot, EXTENT_MAX_MM, Layout, Obstacle, Zone};

/// What was typed and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread(pub String);

type Read<T> = Result<T, Unread>;

fn unread(text: &str) -> Unread {
    Unread(text.trim().chars().take(60).collect())
}

/// `4.5` is 4,500 mm; at most three places.
pub fn metres(text: &str) -> Read<i32> {
    let given = text.trim();
    let (whole, part) = given.split_once(['.', ',']).unwrap_or((given, ""));
    let digits = |text: &str| text.chars().all(|char| char.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || part.len() > 3 || !digits(whole) || !digits(part) {
        return Err(unread(text));
    }
    let read = |text: &str| text.parse::<i32>().map_err(|_| unread(given));
    let mm = read(whole)? * 1_000 + read(&format!("{part:0<3}"))?;
    if mm <= EXTENT_MAX_MM { Ok(mm) } else { Err(unread(text)) }
}

/// 4,500 mm as `4.5`.
pub fn in_metres(mm: i32) -> String {
    let (sign, mm) = (if mm < 0 { "-" } else { "" }, mm.unsigned_abs());
    let part = format!("{:03}", mm % 1_000);
    let part = part.trim_end_matches('0');
    if part.is_empty() { format!("{sign}{}", mm / 1_000) } else { format!("{sign}{}.{part}", mm / 1_000) }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// `0; 6; 12.5`: metres from the front, one after the other.
pub fn cross_aisles(text: &str) -> Read<Vec<i32>> {
    text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).map(metres).collect()
}

pub fn write_cross_aisles(layout: &Layout) -> String {
    layout.cross_aisles.iter().map(|mm| in_metres(*mm)).collect::<Vec<_>>().join("; ")
}

/// `Packing: 4.5 on 1`: metres from the left, on which cross-aisle, counted from the front.
pub fn depots(text: &str) -> Read<Vec<Depot>> {
    let depot = |line: &str| {
        let (name, place) = line.rsplit_once(':')?;
        let (x, cross) = place.split_once(" on ")?;
        let cross_aisle = cross.trim().parse::<u16>().ok()?.checked_sub(1)?;
        Some(Depot { name: name.trim().to_owned(), x_mm: metres(x).ok()?, cross_aisle })
    };
    lines(text).map(|line| depot(line).filter(|depot| !depot.name.is_empty()).ok_or_else(|| unread(line))).collect()
}

pub fn write_depots(layout: &Layout) -> String {
    let depot = |depot: &Depot| format!("{}: {} on {}", depot.name, in_metres(depot.x_mm), depot.cross_aisle + 1);
    layout.depots.iter().map(depot).collect::<Vec<_>>().join("\n")
}

/// `1-3, 5`: aisles by number.
fn numbers(text: &str) -> Read<Vec<i32>> {
    let mut all = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let read = |text: &str| text.trim().parse::<u16>().map(i32::from).map_err(|_| unread(part));
        let (from, to) = (read(from)?, read(to)?);
        if to < from || to - from > 1_000 {
            return Err(unread(part));
        }
        all.extend(from..=to);
    }
    Ok(all)
}

/// `Cold: 1-3, 5`: a zone and its aisles.
pub fn zones(text: &str) -> Read<Vec<Zone>> {
    let zone = |line: &str| {
        let (name, aisles) = line.rsplit_once(':').ok_or_else(|| unread(line))?;
        Ok(Zone { name: name.trim().to_owned(), aisles: numbers(aisles)? })
    };
    lines(text).map(zone).collect()
}

pub fn write_zones(layout: &Layout) -> String {
    let zone = |zone: &Zone| {
        let aisles: Vec<String> = zone.aisles.iter().map(ToString::to_string).collect();
        format!("{}: {}", zone.name, aisles.join(", "))
    };
    layout.zones.iter().map(zone).collect::<Vec<_>>().join("\n")
}

/// `2: 5 to 7.5`: in which aisle, from how many metres to how many.
pub fn obstacles(text: &str) -> Read<Vec<Obstacle>> {
    let obstacle = |line: &str| {
        let (aisle, stretch) = line.split_once(':')?;
        let (from, to) = stretch.split_once(" to ")?;
        Some(Obstacle { aisle: aisle.trim().parse().ok()?, from_mm: metres(from).ok()?, to_mm: metres(to).ok()? })
    };
    lines(text).map(|line| obstacle(line).ok_or_else(|| unread(line))).collect()
}

pub fn write_obstacles(layout: &Layout) -> String {
    let obstacle = |o: &Obstacle| format!("{}: {} to {}", o.aisle, in_metres(o.from_mm), in_metres(o.to_mm));
    layout.obstacles.iter().map(obstacle).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::spec::LayoutSpec;

    #[test]
    fn lengths_are_metres_to_the_millimetre() {
        for (text, mm) in [("0", 0), ("4.5", 4_500), ("4,05", 4_050), (" 12.345 ", 12_345), ("10000", EXTENT_MAX_MM)] {
            assert_eq!(metres(text), Ok(mm));
            assert_eq!(metres(&in_metres(mm)), Ok(mm));
        }
        for bad in ["", "-1", "1.2345", "10000.001", "1e3", "a", ".5", "99999999"] {
            assert_eq!(metres(bad), Err(Unread(bad.into())), "{bad}");
        }
        assert_eq!((in_metres(-500), in_metres(12_000)), ("-0.5".to_owned(), "12".to_owned()));
    }

    #[test]
    fn every_part_reads_back_as_it_was_written() {
        let mut layout = LayoutSpec { cross_aisles: 3, ..LayoutSpec::small() }.layout().unwrap();
        layout.zones = vec![Zone { name: "Cold".into(), aisles: vec![1, 2, 4] }];
        layout.obstacles = vec![Obstacle { aisle: 2, from_mm: 1_000, to_mm: 2_500 }];
        assert_eq!(write_cross_aisles(&layout), "0; 6; 12");
        assert_eq!(cross_aisles(&write_cross_aisles(&layout)), Ok(layout.cross_aisles.clone()));
        assert_eq!(write_depots(&layout), "Packing: 4.5 on 1");
        assert_eq!(depots(&write_depots(&layout)), Ok(layout.depots.clone()));
        assert_eq!(zones("Cold: 1-2, 4"), Ok(layout.zones.clone()));
        assert_eq!(zones(&write_zones(&layout)), Ok(layout.zones.clone()));
        assert_eq!(obstacles(&write_obstacles(&layout)), Ok(layout.obstacles.clone()));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert_eq!(cross_aisles("0; six"), Err(Unread("six".into())));
        for bad in ["Packing", "Packing: 4.5", "Packing: 4.5 on 0", ": 1 on 1", "Packing: x on 1"] {
            assert!(depots(bad).is_err(), "{bad}");
        }
        for bad in ["Cold", "Cold: a", "Cold: 3-1", "Cold: 1-5000"] {
            assert!(zones(bad).is_err(), "{bad}");
        }
        for bad in ["2", "2: 5", "x: 1 to 2", "2: 1 to -2"] {
            assert!(obstacles(bad).is_err(), "{bad}");
        }
        assert_eq!((zones("\n"), obstacles(""), depots(" ")), (Ok(vec![]), Ok(vec![]), Ok(vec![])));
    }
}
