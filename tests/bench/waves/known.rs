//! Published values: `best_known*.csv` (UB, LB, proven) and `*values.csv` (file, value), found by their header.

use std::collections::BTreeMap;
use std::path::Path;

use super::instance::thousandths;

/// What is published about one instance, in thousandths.
#[derive(Debug, Clone)]
pub struct Known {
    pub set: Option<String>,
    pub upper: Option<i64>,
    pub lower: Option<i64>,
    pub proven: bool,
}

/// By path, as the table names it: `Muter/20_24_0.txt`.
#[derive(Debug, Default)]
pub struct Values(BTreeMap<String, Known>);

impl Values {
    /// Adds a table, if it is one.
    pub fn add(&mut self, text: &str) {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let columns: Vec<String> = lines.next().unwrap_or("").split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
        let column = |names: &[&str]| columns.iter().position(|column| names.contains(&column.as_str()));
        let Some(name) = column(&["instance", "file"]) else { return };
        let (upper, lower) = (column(&["ub", "upper_bound", "value"]), column(&["lb", "lower_bound"]));
        let (set, proven, only) = (column(&["set"]), column(&["proven_optimal", "proven"]), column(&["policy"]));
        for line in lines {
            let cells: Vec<&str> = line.split(',').map(str::trim).collect();
            let cell = |at: Option<usize>| at.and_then(|at| cells.get(at).copied()).filter(|cell| !cell.is_empty());
            if cell(only).is_some_and(|policy| policy != "optimal") {
                continue;
            }
            let length = |at| cell(at).and_then(|cell| thousandths("value", cell).ok());
            let value = cell(column(&["value"])).is_some();
            let known = Known {
                set: cell(set).map(str::to_owned),
                upper: length(upper),
                lower: length(lower).or(if value { length(upper) } else { None }),
                proven: value || cell(proven).is_some_and(|proven| proven.eq_ignore_ascii_case("true")),
            };
            if let Some(name) = cell(Some(name)) {
                self.0.insert(name.replace('\\', "/"), known);
            }
        }
    }

    /// The entry whose name is the longest end of this path.
    pub fn of(&self, path: &Path) -> Option<&Known> {
        let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        (0..parts.len()).find_map(|from| self.0.get(&parts[from..].join("/")))
    }
}
