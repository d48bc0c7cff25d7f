//! Workbooks (XLSX): the first sheet of one as CSV, so that whatever reads a file reads both; and rows as a workbook. Knows no noun and
//! touches no database.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use domain::catalog::CatalogRefusal;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::{Failure, Result};

/// A sheet is read up to so many rows and columns; what lies further out is no table of ours.
const ROWS_MAX: u32 = 20_001;
const COLUMNS_MAX: u32 = 60;
/// A workbook of that many rows is a good deal smaller.
pub const BYTES_MAX: usize = 1_500_000;
/// Columns of figures; everything else is words, so that no leading zero of a barcode is lost.
const FIGURES: [&str; 15] = [
    "length_mm",
    "width_mm",
    "height_mm",
    "weight_g",
    "price",
    "tax_rate",
    "standard_cost",
    "quantity",
    "aisle",
    "y_mm",
    "level",
    "lead_days",
    "over_percent",
    "from_quantity",
    "unit_cost",
];

fn unread(why: impl Into<String>) -> CatalogRefusal {
    CatalogRefusal::NotASheet { why: why.into() }
}

/// The first sheet, as CSV, on a thread that keeps nobody else waiting. `hex` is how a browser sends what is no text.
pub async fn read(hex: String) -> Result<String> {
    let read = tokio::task::spawn_blocking(move || csv_of(&hex)).await;
    read.map_err(|error| Failure::Broken(sqlx::Error::Io(std::io::Error::other(error))))?
}

fn csv_of(hex: &str) -> Result<String> {
    if hex.len() > BYTES_MAX * 2 {
        return Err(unread("the workbook is larger than 1.5 MB").into());
    }
    let bytes = hex::decode(hex).map_err(|error| unread(error.to_string()))?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unread(error.to_string()))?;
    let name = book.sheet_names().first().cloned().ok_or_else(|| unread("the workbook has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| unread(error.to_string()))?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|error| unread(error.to_string()))? {
        let (row, column) = cell.get_position();
        let words = words(cell.get_value());
        if words.is_empty() {
            continue;
        }
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return Err(unread("the sheet has more than 20,000 rows or 60 columns").into());
        }
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let (row, column) = (place(row), place(column));
        rows.resize_with(rows.len().max(row + 1), Vec::new);
        let row = &mut rows[row];
        row.resize(row.len().max(column + 1), String::new());
        row[column] = words;
    }
    let width = rows.first().map_or(0, Vec::len);
    let mut out = csv::Writer::from_writer(Vec::new());
    for mut row in rows.into_iter().filter(|row| !row.is_empty()) {
        row.resize(row.len().max(width), String::new());
        out.write_record(&row).map_err(|error| unread(error.to_string()))?;
    }
    let text = out.into_inner().map_err(|error| unread(error.to_string()))?;
    Ok(String::from_utf8(text).map_err(|error| unread(error.to_string()))?)
}

/// A cell as people see it: whole numbers without a point.
fn words(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(words) => words.trim().to_owned(),
        DataRef::SharedString(words) => words.trim().to_owned(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::DateTime(moment) => moment.as_f64().to_string(),
        DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => words.clone(),
    }
}

/// Rows under their header, on one sheet.
pub fn workbook(name: &str, header: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>> {
    written(name, header, rows).map_err(|error| Failure::Broken(sqlx::Error::Io(std::io::Error::other(error))))
}

fn written(name: &str, header: &[&str], rows: &[Vec<String>]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    for (column, words) in (0_u16..).zip(header) {
        sheet.write_string_with_format(0, column, *words, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1_u32..).zip(rows) {
        for ((column, head), words) in (0_u16..).zip(header).zip(cells) {
            match words.parse::<f64>() {
                Ok(number) if FIGURES.contains(head) => sheet.write_number(row, column, number)?,
                _ => sheet.write_string(row, column, words)?,
            };
        }
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MDM-1, ROL-2: a workbook that was written reads back as the same rows, leading zeros and all.
    #[test]
    fn a_workbook_reads_back_as_it_was_written() {
        let header = ["code", "price", "barcodes", "name"];
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let rows = vec![row(["MUG", "12.5", "0012345678905", "Mug, \"large\""]), row(["CUP", "", "", "=1+1"])];
        let book = workbook("skus", &header, &rows).unwrap();
        let text = csv_of(&hex::encode(book)).unwrap();
        assert_eq!(text, "code,price,barcodes,name\nMUG,12.5,0012345678905,\"Mug, \"\"large\"\"\"\nCUP,,,=1+1\n");
    }

    /// MDM-1: what is no workbook is refused, and by whom it is said.
    #[test]
    fn what_is_no_workbook_is_refused() {
        for bad in ["", "zz", "504b0304"] {
            assert!(matches!(csv_of(bad), Err(Failure::Refused(_))), "{bad}");
        }
        assert!(csv_of(&"0".repeat(BYTES_MAX * 2 + 2)).is_err());
    }
}
