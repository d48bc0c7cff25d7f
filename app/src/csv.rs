//! Rows as CSV (RFC 4180), for every table. Decides how a cell is written so that no spreadsheet runs it.

use crate::door::Said;
use leptos::server_fn::codec::TextStream;

/// Rows a download may have: more than a screen of any spreadsheet, few enough to hold in memory.
pub const ROWS_MAX: usize = 20_000;

/// A header and its rows.
pub struct Csv(String);

impl Csv {
    pub fn new(header: &[&str]) -> Self {
        let mut csv = Self(String::new());
        csv.row(header);
        csv
    }

    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        let cells: Vec<String> = cells.iter().map(|cell| written(cell.as_ref())).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The answer of a server function: a file of this name.
    #[cfg(feature = "ssr")]
    pub fn download(self, name: &str) -> TextStream<Said> {
        crate::file::named("text/csv; charset=utf-8", &format!("{name}.csv"));
        let text = self.0;
        TextStream::new(futures::stream::once(async move { Ok(text) }))
    }
}

/// Quoted where it must be; what a spreadsheet would take for a formula is made words, numbers aside.
fn written(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        let cases = [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("-12.50", "-12.50"),
            ("@sum", "'@sum"),
        ];
        for (cell, out) in cases {
            assert_eq!(written(cell), out);
        }
    }
}
