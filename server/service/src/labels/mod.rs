//! Labels as files: a code each, as Code 128 and in letters, with a few words under it. PDF for sheets, ZPL for label printers.
//!
//! Knows no noun: bins are labelled by it, and whatever else has a code may be. Which sheets there are is `domain::sites::labels`.

mod pdf;
#[cfg(test)]
mod tests;
mod zpl;

use barcoders::sym::code128::Code128;
use domain::sites::SiteRefusal;
use domain::sites::labels::{Measures, Sheet};

use crate::Result;

pub(crate) use pdf::pdf;
pub(crate) use zpl::zpl;

/// What stands on one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// What a scan of it says.
    pub code: String,
    /// For people, under the code.
    pub words: String,
}

/// Left and right of the bars a scanner wants this many modules of nothing.
const QUIET_MODULES: i32 = 10;
/// The thinnest bar that every scanner of a warehouse reads, in hundredths of a millimetre.
const MODULE_MIN: i32 = 19;
/// And as thick as still looks like a barcode.
const MODULE_MAX: i32 = 80;
/// Nothing is printed so near to a label's edge.
const EDGE: i32 = 200;

/// The bars and gaps of a code, module by module: true is black. Characters of ASCII only, as set B has them.
fn bars(code: &str) -> Result<Vec<bool>> {
    let unprintable = || SiteRefusal::LabelUnprintable { code: code.to_owned() };
    if code.is_empty() || !code.chars().all(|char| (' '..='~').contains(&char)) {
        return Err(unprintable().into());
    }
    // The first letter chooses the character set.
    let symbol = Code128::new(format!("Ɓ{code}")).map_err(|_| unprintable())?;
    Ok(symbol.encode().into_iter().map(|module| module == 1).collect())
}

/// How thick a module is on a sheet's labels, if so many fit at all; in `unit`s of which `per_mm` are a millimetre.
fn module(modules: usize, label: &Measures, per_100_mm: i32, least: i32, most: i32) -> Option<i32> {
    let modules = i32::try_from(modules).ok()?.checked_add(2 * QUIET_MODULES)?;
    let width = i64::from(label.label.0 - 2 * EDGE) * i64::from(per_100_mm) / 10_000;
    let fits = i32::try_from(width).ok()? / modules;
    (fits >= least).then(|| fits.min(most))
}

/// Labels of codes that all fit the sheet, or the first that does not.
fn drawn(labels: &[Label], sheet: Sheet, per_100_mm: i32, least: i32, most: i32) -> Result<Vec<(&Label, Vec<bool>, i32)>> {
    let measures = sheet.measures();
    let drawn = labels.iter().map(|label| {
        let bars = bars(&label.code)?;
        let thick = module(bars.len(), &measures, per_100_mm, least, most);
        let thick = thick.ok_or_else(|| SiteRefusal::LabelUnprintable { code: label.code.clone() })?;
        Ok((label, bars, thick))
    });
    drawn.collect()
}
