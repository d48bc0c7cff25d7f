//! Reading files: CSV, plain or gzipped, into rows with what each of them is. Writes nothing.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use csv::StringRecord;
use domain::imports::uci::{self, Kind, Sorter};
use domain::imports::{FileOrder, Outcome, RowReport, own};
use domain::refusal::Refusal;
use sha2::{Digest, Sha256};

use crate::Result;

/// Rows a file may have: twice the largest public one.
const ROWS_MAX: usize = 2_000_000;

/// The forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// UCI Online Retail II.
    Uci,
    /// Tideway's own: `domain::imports::own`.
    Own,
}

/// A file, read and sorted.
#[derive(Debug, Default)]
pub struct Sorted {
    pub fingerprint: Vec<u8>,
    /// By row, counted from 1: index 0 is row 1.
    pub outcomes: Vec<Outcome>,
    /// Words for rows that have their own.
    pub words: BTreeMap<i32, String>,
    /// Sales, in the order of the file.
    pub orders: Vec<FileOrder>,
    /// Returns (UCI only), in the order of the file.
    pub returns: Vec<(i32, uci::Row)>,
}

impl Sorted {
    pub fn set(&mut self, row_no: i32, outcome: Outcome, words: impl Into<String>) {
        if let Ok(index) = usize::try_from(row_no - 1)
            && let Some(slot) = self.outcomes.get_mut(index)
        {
            *slot = outcome;
            let words = words.into();
            if !words.is_empty() {
                self.words.insert(row_no, words);
            }
        }
    }

    /// Rows by what became of them.
    pub fn counts(&self) -> BTreeMap<Outcome, i64> {
        let mut counts = BTreeMap::new();
        for outcome in &self.outcomes {
            *counts.entry(*outcome).or_insert(0) += 1;
        }
        counts
    }

    /// Rows that were not taken, each with its rule.
    pub fn not_taken(&self) -> Vec<RowReport> {
        let report = |(index, outcome): (usize, &Outcome)| {
            let row_no = i32::try_from(index + 1).unwrap_or(i32::MAX);
            let words = self.words.get(&row_no).cloned().unwrap_or_else(|| outcome.rule().to_owned());
            RowReport { row_no, outcome: *outcome, words }
        };
        self.outcomes.iter().enumerate().filter(|(_, outcome)| !outcome.is_taken()).map(report).collect()
    }
}

fn header_of(form: Form) -> &'static [&'static str] {
    match form {
        Form::Uci => &uci::HEADER,
        Form::Own => &own::HEADER,
    }
}

/// Which form a header is of.
pub fn recognise(header: &[&str]) -> Option<Form> {
    let plain = |text: &str| text.trim().trim_start_matches('\u{feff}').to_lowercase().replace([' ', '_'], "");
    let is = |form: Form| {
        let known = header_of(form);
        let least = if form == Form::Own { own::HEADER_MIN } else { known.len() };
        (least..=known.len()).contains(&header.len())
            && known.iter().zip(header).all(|(known, given)| plain(known) == plain(given))
    };
    [Form::Uci, Form::Own].into_iter().find(|form| is(*form))
}

/// Reads and sorts a file of either form; gzip is recognised by its first bytes.
pub fn read(bytes: &[u8]) -> Result<(Form, Sorted)> {
    let fingerprint = Sha256::digest(bytes).to_vec();
    let plain: Box<dyn Read + '_> =
        if bytes.starts_with(&[0x1f, 0x8b]) { Box::new(flate2::read::MultiGzDecoder::new(bytes)) } else { Box::new(bytes) };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(plain);
    let unreadable = |error: csv::Error| Refusal::invalid("file", format!("The file does not read as CSV: {error}."));
    let header = reader.headers().map_err(unreadable)?.clone();
    let names: Vec<&str> = header.iter().collect();
    let form = recognise(&names).ok_or_else(|| {
        let forms = [uci::HEADER.join(","), own::HEADER.join(",")].join(" or ");
        Refusal::invalid("file", format!("The first line must be {forms}."))
    })?;
    let mut sorted = Sorted { fingerprint, ..Sorted::default() };
    let mut own_rows = Vec::new();
    let mut sorter = Sorter::default();
    // Rows of two invoices may alternate: each row goes to its own, in the order invoices began.
    let mut invoices: Vec<Vec<(i32, uci::Row)>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut record = StringRecord::new();
    loop {
        let more = reader.read_record(&mut record);
        let row_no = i32::try_from(sorted.outcomes.len() + 1).unwrap_or(i32::MAX);
        match more {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                sorted.outcomes.push(Outcome::Unreadable);
                sorted.words.insert(row_no, "the row is not UTF-8".to_owned());
                continue;
            }
            Err(error) => return Err(unreadable(error).into()),
        }
        if sorted.outcomes.len() >= ROWS_MAX {
            return Err(Refusal::invalid("file", format!("A file may have {ROWS_MAX} rows. Split it.")).into());
        }
        let fields: Vec<&str> = record.iter().collect();
        sorted.outcomes.push(Outcome::Unreadable);
        match form {
            Form::Own => match own::read(row_no, &fields) {
                Ok(order) => {
                    sorted.set(row_no, Outcome::Sale, "");
                    own_rows.push(order);
                }
                Err(words) => sorted.set(row_no, Outcome::Unreadable, words),
            },
            Form::Uci => match uci::read(&fields) {
                Ok(row) => match sorter.sort(&row) {
                    Kind::Sale => {
                        let outcome = if row.customer.is_empty() { Outcome::GuestSale } else { Outcome::Sale };
                        sorted.set(row_no, outcome, "");
                        let place = *places.entry(row.invoice.clone()).or_insert_with(|| {
                            invoices.push(Vec::new());
                            invoices.len() - 1
                        });
                        invoices[place].push((row_no, row));
                    }
                    Kind::Return => {
                        sorted.set(row_no, Outcome::ReturnUnmatched, "");
                        sorted.returns.push((row_no, row));
                    }
                    Kind::Not(outcome) => sorted.set(row_no, outcome, ""),
                },
                Err(words) => sorted.set(row_no, Outcome::Unreadable, words),
            },
        }
    }
    sorted.orders.extend(invoices.iter().filter_map(|rows| uci::order(rows)));
    if form == Form::Own {
        sorted.orders = own::join(own_rows);
    }
    Ok((form, sorted))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UCI: &str = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
1,85048,LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United Kingdom
1,85048,LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United Kingdom
1,POST,POSTAGE,1,2009-12-01 07:45:00,18,13085,United Kingdom
2,22087,BUNTING,two,2009-12-01 08:00:00,2.95,,EIRE
2,22087,BUNTING,2,2009-12-01 08:00:00,2.95,,EIRE
C3,85048,LIGHTS,-1,2009-12-02 07:45:00,6.95,13085,United Kingdom
";

    #[test]
    fn every_row_has_one_outcome_and_they_sum_to_the_file() {
        let (form, sorted) = read(UCI.as_bytes()).unwrap();
        assert_eq!(form, Form::Uci);
        assert_eq!(sorted.outcomes.len(), 6);
        assert_eq!(sorted.counts().values().sum::<i64>(), 6);
        let codes: Vec<_> = sorted.outcomes.iter().map(|outcome| outcome.code()).collect();
        assert_eq!(codes, ["sale", "duplicate", "pseudo_sku", "unreadable", "guest_sale", "return_unmatched"]);
        assert_eq!(sorted.orders.len(), 2);
        assert_eq!(sorted.returns.len(), 1);
        assert!(sorted.not_taken().iter().any(|row| row.row_no == 4 && row.words.contains("quantity")));
    }

    #[test]
    fn rows_of_two_invoices_may_alternate() {
        let row = |invoice: &str, code: &str| format!("{invoice},{code},X,1,2009-12-01 07:45:00,1,13085,EIRE\n");
        let header = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n";
        let file = [header, &row("1", "10001"), &row("2", "10001"), &row("1", "10002"), &row("2", "10001")].concat();
        let (_, sorted) = read(file.as_bytes()).unwrap();
        let orders: Vec<_> = sorted.orders.iter().map(|order| (order.external_id.as_str(), order.lines.len())).collect();
        assert_eq!(orders, [("1", 2), ("2", 1)]);
        assert_eq!(sorted.counts()[&Outcome::Duplicate], 1);
    }

    #[test]
    fn gzip_is_recognised_and_a_foreign_file_is_refused_by_name() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, UCI.as_bytes()).unwrap();
        assert_eq!(read(&packed.finish().unwrap()).unwrap().1.outcomes.len(), 6);
        for foreign in ["a,b,c\n1,2,3\n", "", "%PDF-1.4"] {
            assert!(read(foreign.as_bytes()).unwrap_err().to_string().contains("first line"), "{foreign}");
        }
    }
}
