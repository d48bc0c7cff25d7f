//! Bins as files: brought in row by row, tried first and then taken; written out. What a row says is `domain::sites::sheet`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::ids::{BinId, CommandId, SiteId};
use domain::people::{Caller, Permission};
use domain::rows::{Row, columns};
use domain::sites::design::{AddBin, ChangeBin, LockBin};
use domain::sites::layout::{Access, Side};
use domain::sites::places::BinKind;
use domain::sites::sheet::{self, BINS, FileBin, KnownBin};
use domain::waves::roster::RosterReport;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{bins, sql_places as sql};
use crate::rows::{self, Asked};
use crate::{Act, Db, Result, Tx};

impl Act for FileBin {
    const KIND: &'static str = "sites.file_bin";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (id, site, code, kind, keeping) = (self.id, self.site, self.code.clone(), self.kind, self.keeping);
        if self.new {
            AddBin { id, site, code, kind, at: self.at, keeping }.act(tx).await?;
        } else {
            ChangeBin { bin: id, code, kind, keeping }.act(tx).await?;
        }
        if let Some((locked, reason)) = &self.lock {
            LockBin { bin: id, locked: *locked, reason: reason.clone() }.act(tx).await?;
        }
        Ok(())
    }
}

/// A file's bins: all of them, or none.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct FileBins {
    bins: Vec<FileBin>,
}

impl Act for FileBins {
    const KIND: &'static str = "sites.file_bins";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        for bin in &self.bins {
            tx.require(Self::NEEDS, bin.site)?;
            bin.act(tx).await?;
        }
        let codes: Vec<&str> = self.bins.iter().map(|bin| bin.code.as_str()).collect();
        tx.audit("bin", self.bins.first().map_or(BinId::NIL, |first| first.id), (), json!({ "bins": codes }));
        Ok(())
    }
}

/// Bins by their site's code and their own.
type Known = HashMap<(String, String), KnownBin>;

/// What a row asks of the sites and bins that are known.
fn bin(
    row: std::result::Result<Row, String>,
    new: BinId,
    (sites, known): (&HashMap<String, SiteId>, &Known),
    seen: &mut HashSet<(String, String)>,
) -> Asked<FileBin> {
    let row = row.map_err(rows::unreadable)?;
    let place = sheet::codes(&row).map_err(rows::unreadable)?;
    let site = sites.get(&place.0).ok_or_else(|| rows::refused(format!("There is no site {}.", place.0)))?;
    let asked = sheet::bin(&row, (*site, new), known.get(&place)).map_err(rows::unreadable)?;
    let words = format!("{} at {}", place.1, place.0);
    if !seen.insert(place) {
        return Err(rows::refused(format!("{words} is there twice")));
    }
    asked.map(|asked| (asked, words.clone())).ok_or_else(|| rows::known(&words))
}

fn known(row: sql::FileRow) -> KnownBin {
    let at = row.aisle.zip(row.y_mm).map(|(aisle, y_mm)| Access {
        aisle,
        y_mm,
        side: row.side.as_deref().and_then(Side::from_code).unwrap_or_default(),
        level: row.level,
    });
    KnownBin {
        id: row.id.into(),
        site: row.site,
        zone: row.zone,
        code: row.code,
        kind: BinKind::parse(&row.kind).unwrap_or_default(),
        at,
        keeping: bins::keeping(&row.storage_class, &row.hazard, &row.mixing, row.volume_ml, row.weight_g),
        locked: row.locked,
    }
}

impl Db {
    /// Takes a file of bins, or tells what it would do: what they hold and how, whether they are locked, and new ones where the site's
    /// drawing allows them.
    pub async fn import_bins(
        &self,
        caller: &Caller,
        (id, now): (CommandId, DateTime<Utc>),
        text: &str,
        dry_run: bool,
    ) -> Result<RosterReport> {
        let read = rows::read(text, |header| columns(header, &BINS, &["site", "bin"]))?;
        let mut tx = self.read(caller, Permission::SitesEdit, None).await?;
        let org = tx.org().0;
        let sites: HashMap<String, SiteId> = super::codes(&mut tx).await?.into_iter().map(|(id, code)| (code, id)).collect();
        let bins = sql::file_rows(tx.conn(), org).await?.into_iter().map(known);
        let bins: Known = bins.map(|bin| ((bin.site.clone(), bin.code.to_uppercase()), bin)).collect();
        tx.rollback().await?;
        let mut seen = HashSet::new();
        let asked = read.into_iter().map(|(row_no, row)| {
            let new = BinId(rows::new_id(id, row_no));
            (row_no, bin(row, new, (&sites, &bins), &mut seen))
        });
        let asked = asked.collect();
        self.take_rows(caller, (id, now), asked, dry_run, |bins| FileBins { bins }).await
    }
}

/// Bins in use as rows of [`BINS`].
pub(crate) async fn bin_sheet(tx: &mut Tx) -> Result<(Vec<&'static str>, Vec<Vec<String>>)> {
    let org = tx.org().0;
    let rows = sql::file_rows(tx.conn(), org).await?;
    Ok((BINS.to_vec(), rows.into_iter().map(|row| sheet::cells(&known(row))).collect()))
}
