//! Labels of a site's bins, as the lists choose them. How they are drawn is [`crate::labels`]'.

use domain::ids::SiteId;
use domain::people::{Caller, Permission};
use domain::sites::SiteRefusal;
use domain::sites::design::BinFilter;
use domain::sites::labels::{LABELS_MAX, Sheet};

use super::sql_bins;
use crate::labels::{Label, pdf, zpl};
use crate::{Db, Result};

/// What a label is printed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    Pdf,
    Zpl,
}

impl Db {
    /// A label for each bin that is asked for, in walking order.
    pub async fn bin_labels(
        &self,
        caller: &Caller,
        site: SiteId,
        filter: &BinFilter,
        sheet: Sheet,
        printed: Printed,
    ) -> Result<Vec<u8>> {
        let mut tx = self.read(caller, Permission::StockView, Some(site)).await?;
        let org = tx.org().0;
        let rows = sql_bins::bins(tx.conn(), org, Some(site.0), None, filter, (LABELS_MAX, 0)).await?;
        let bins = rows.first().map_or(0, |row| row.total);
        if !(1..=LABELS_MAX).contains(&bins) {
            return Err(SiteRefusal::LabelsOutOfRange { bins, max: LABELS_MAX }.into());
        }
        tx.rollback().await?;
        let words = |row: &sql_bins::BinListRow| {
            let place =
                row.aisle.map_or_else(String::new, |aisle| format!(" · aisle {aisle} · level {}", row.level.saturating_add(1)));
            format!("{} {}{place}", row.site_code, row.zone)
        };
        let labels: Vec<Label> = rows.iter().map(|row| Label { code: row.code.clone(), words: words(row) }).collect();
        match printed {
            Printed::Pdf => pdf(&labels, sheet),
            Printed::Zpl => zpl(&labels, sheet),
        }
    }
}
