//! A file of a table, a row each: its columns in any order, and what a row says in them. An empty cell says nothing. Knows no noun: what a
//! row means is each noun's `sheet`.

use rust_decimal::Decimal;

/// Rows of one file.
pub const ROWS_MAX: usize = 5_000;

/// The columns of a file, in its own order; what it has that nobody knows is named, and so is what it must have.
pub fn columns(header: &[&str], known: &[&'static str], needed: &[&'static str]) -> Result<Vec<&'static str>, String> {
    let name = |cell: &&str| {
        let cell = cell.trim().to_lowercase();
        known.iter().copied().find(|known| *known == cell).ok_or(cell)
    };
    let found: Vec<&'static str> =
        header.iter().map(name).collect::<Result<_, _>>().map_err(|cell| format!("there is no column “{cell}”"))?;
    let twice = found.iter().enumerate().find(|(at, column)| found[..*at].contains(column));
    if let Some((_, column)) = twice {
        return Err(format!("the column {column} is there twice"));
    }
    match needed.iter().find(|column| !found.contains(column)) {
        Some(column) => Err(format!("the column {column} is missing")),
        None => Ok(found),
    }
}

/// One row, by its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<(&'static str, String)>);

impl Row {
    pub fn new(columns: &[&'static str], cells: &[&str]) -> Result<Self, String> {
        if cells.len() != columns.len() {
            return Err(format!("{} columns instead of {}", cells.len(), columns.len()));
        }
        Ok(Self(columns.iter().zip(cells).map(|(column, cell)| (*column, cell.trim().to_owned())).collect()))
    }

    pub fn get(&self, column: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == column).map(|(_, cell)| cell.as_str()).filter(|cell| !cell.is_empty())
    }

    /// What has to be said.
    pub fn need(&self, column: &str) -> Result<&str, String> {
        self.get(column).ok_or_else(|| format!("the {column} is missing"))
    }

    pub fn whole(&self, column: &str) -> Result<Option<i32>, String> {
        let read = |cell: &str| cell.parse().map_err(|_| format!("the {column} “{cell}” is no whole number"));
        self.get(column).map(read).transpose()
    }

    pub fn amount(&self, column: &str) -> Result<Option<Decimal>, String> {
        let read = |cell: &str| cell.parse().map_err(|_| format!("the {column} “{cell}” is no number"));
        self.get(column).map(read).transpose()
    }

    pub fn yes(&self, column: &str) -> Result<Option<bool>, String> {
        let read = |cell: &str| match cell.to_lowercase().as_str() {
            "yes" | "true" | "1" => Ok(true),
            "no" | "false" | "0" => Ok(false),
            _ => Err(format!("{column} is yes or no, not “{cell}”")),
        };
        self.get(column).map(read).transpose()
    }

    /// One of several words.
    pub fn word<T>(&self, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        let read = |cell: &str| parse(&cell.to_lowercase()).ok_or_else(|| format!("there is no {column} “{cell}”"));
        self.get(column).map(read).transpose()
    }
}

/// As [`Row::yes`] reads it.
pub fn yes(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// A number, or nothing.
pub fn number<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
