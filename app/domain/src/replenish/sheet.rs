//! A file of forward picks, row by row: which bin holds how many of what. Decides what a row says; whether the bin and the SKU are
//! there is the service's.

use serde::{Deserialize, Serialize};

use crate::catalog::slotting::Slotting;

/// The columns of the file, as it is downloaded and brought in.
pub const HEADER: [&str; 5] = ["bin", "sku", "min", "max", "slotting"];

/// A row that reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    pub bin_code: String,
    pub sku_code: String,
    pub min: i32,
    pub max: i32,
    pub slotting: Slotting,
}

/// Reads one record, or says what does not read.
pub fn read(record: &[&str]) -> Result<FileRow, String> {
    let [bin, sku, min, max, slotting] = record else {
        return Err(format!("The row has {} columns, not {}.", record.len(), HEADER.len()));
    };
    let number = |name: &str, text: &str| {
        text.trim().parse().map_err(|_| format!("{name}: “{}” is no whole number.", text.chars().take(20).collect::<String>()))
    };
    Ok(FileRow {
        bin_code: bin.trim().to_owned(),
        sku_code: sku.trim().to_owned(),
        min: number("min", min)?,
        max: number("max", max)?,
        slotting: Slotting::parse(slotting).ok_or_else(|| "slotting: a, b, c or nothing.".to_owned())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RPL-1: a row reads or says what does not.
    #[test]
    fn a_row_reads_or_says_what_does_not() {
        let row = read(&[" A-01", "MUG ", "4", "20", "A"]).unwrap();
        assert_eq!((row.bin_code.as_str(), row.sku_code.as_str(), row.min, row.max), ("A-01", "MUG", 4, 20));
        assert_eq!(row.slotting, Slotting::A);
        assert!(read(&["A-01", "MUG", "4"]).unwrap_err().contains("3 columns"));
        assert!(read(&["A-01", "MUG", "four", "20", ""]).unwrap_err().contains("min"));
        assert!(read(&["A-01", "MUG", "4", "99999999999", ""]).unwrap_err().contains("max"));
        assert!(read(&["A-01", "MUG", "4", "20", "fast"]).unwrap_err().contains("slotting"));
    }
}
