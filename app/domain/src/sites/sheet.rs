//! A file of bins, a row each: what a row says, and what it makes of what is known already. Where a bin of the layout stands is drawn, not
//! written: a row may say it, and must then say what is so.

use serde::{Deserialize, Serialize};

use super::layout::{Access, Side};
use super::places::{BinKind, Hazard, Keeping, Mixing, StorageClass, bin_code};
use crate::ids::{BinId, SiteId};
use crate::reasons::Given;
use crate::rows::{self, Row};

pub const BINS: [&str; 15] = [
    "site",
    "zone",
    "bin",
    "kind",
    "aisle",
    "y_mm",
    "side",
    "level",
    "volume_ml",
    "weight_g",
    "class",
    "hazard",
    "mixing",
    "locked",
    // The code of why it is locked.
    "lock_reason",
];

/// A bin in use, as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBin {
    pub id: BinId,
    pub site: String,
    pub zone: String,
    pub code: String,
    pub kind: BinKind,
    pub at: Option<Access>,
    pub keeping: Keeping,
    pub locked: bool,
}

/// What a row asks of one bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBin {
    pub id: BinId,
    pub site: SiteId,
    /// It is made first.
    pub new: bool,
    pub code: String,
    pub kind: BinKind,
    pub at: Option<Access>,
    pub keeping: Keeping,
    /// Locked for a reason, or unlocked; none: as it is.
    pub lock: Option<(bool, Given)>,
}

/// The site's code and the bin's, as they are kept.
pub fn codes(row: &Row) -> Result<(String, String), String> {
    let code = bin_code(row.need("bin")?).map_err(|refusal| refusal.to_string())?;
    Ok((row.need("site")?.to_uppercase(), code))
}

/// What becomes of a bin of a site; none known: a new one under this id, which says its kind. Answers none where nothing changes.
pub fn bin(row: &Row, (site, new): (SiteId, BinId), known: Option<&KnownBin>) -> Result<Option<FileBin>, String> {
    let (_, code) = codes(row)?;
    let kind = row.word("kind", BinKind::parse)?.or(known.map(|known| known.kind)).ok_or("the kind is missing")?;
    let asked = FileBin {
        id: known.map_or(new, |known| known.id),
        site,
        new: known.is_none(),
        code,
        kind,
        at: place(row, known)?,
        keeping: keeping(row, known.map(|known| known.keeping).unwrap_or_default())?,
        lock: lock(row, known.is_some_and(|known| known.locked))?,
    };
    let same = known.is_some_and(|known| known.kind == asked.kind && known.keeping == asked.keeping && asked.lock.is_none());
    Ok((!same).then_some(asked))
}

/// Where it stands: of a bin that is there already, as it is.
fn place(row: &Row, known: Option<&KnownBin>) -> Result<Option<Access>, String> {
    let (aisle, y_mm, level) = (row.whole("aisle")?, row.whole("y_mm")?, row.whole("level")?);
    let side = row.word("side", Side::from_code)?;
    let Some(known) = known else {
        if row.get("zone").is_some() {
            return Err("the zone of a new bin follows from where it stands: leave it empty".to_owned());
        }
        return match (aisle, y_mm) {
            (Some(aisle), Some(y_mm)) => {
                Ok(Some(Access { aisle, y_mm, side: side.unwrap_or_default(), level: level.unwrap_or_default() }))
            }
            (None, None) => Ok(None),
            _ => Err("aisle and y_mm belong together".to_owned()),
        };
    };
    let at = known.at;
    let moved = aisle.is_some_and(|aisle| at.map(|at| at.aisle) != Some(aisle))
        || y_mm.is_some_and(|y_mm| at.map(|at| at.y_mm) != Some(y_mm))
        || side.is_some_and(|side| at.map(|at| at.side) != Some(side))
        || level.is_some_and(|level| at.map_or(0, |at| at.level) != level)
        || row.get("zone").is_some_and(|zone| !zone.eq_ignore_ascii_case(&known.zone));
    if moved { Err(format!("{} stands elsewhere: where a bin stands is drawn on its site", known.code)) } else { Ok(at) }
}

fn keeping(row: &Row, old: Keeping) -> Result<Keeping, String> {
    Ok(Keeping {
        volume_ml: row.whole("volume_ml")?.or(old.volume_ml),
        weight_g: row.whole("weight_g")?.or(old.weight_g),
        class: row.word("class", StorageClass::parse)?.unwrap_or(old.class),
        hazard: row.word("hazard", Hazard::parse)?.unwrap_or(old.hazard),
        mixing: row.word("mixing", Mixing::parse)?.unwrap_or(old.mixing),
    })
}

fn lock(row: &Row, locked: bool) -> Result<Option<(bool, Given)>, String> {
    match row.yes("locked")?.filter(|asked| *asked != locked) {
        Some(true) => Ok(Some((true, row.need("lock_reason")?.into()))),
        Some(false) => Ok(Some((false, Given::default()))),
        None => Ok(None),
    }
}

/// A bin as a row of [`BINS`].
pub fn cells(bin: &KnownBin) -> Vec<String> {
    let (at, keeping) = (bin.at, bin.keeping);
    let mut cells = vec![bin.site.clone(), bin.zone.clone(), bin.code.clone(), bin.kind.code().to_owned()];
    cells.extend([rows::number(at.map(|at| at.aisle)), rows::number(at.map(|at| at.y_mm))]);
    cells.extend([at.map_or_else(String::new, |at| at.side.code().to_owned()), at.map_or(0, |at| at.level).to_string()]);
    cells.extend([rows::number(keeping.volume_ml), rows::number(keeping.weight_g)]);
    cells.extend([keeping.class.code(), keeping.hazard.code(), keeping.mixing.code()].map(str::to_owned));
    cells.extend([rows::yes(bin.locked), String::new()]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> KnownBin {
        KnownBin {
            id: BinId::mint(),
            site: "LDS".into(),
            zone: "STORAGE".into(),
            code: "A01-01L-1".into(),
            kind: BinKind::Pick,
            at: Some(Access { aisle: 1, y_mm: 900, side: Side::Left, level: 1 }),
            keeping: Keeping { volume_ml: Some(60_000), ..Keeping::default() },
            locked: false,
        }
    }

    fn read(columns: &[&'static str], cells: &[&str], known: Option<&KnownBin>) -> Result<Option<FileBin>, String> {
        bin(&Row::new(columns, cells).unwrap(), (SiteId::NIL, BinId::NIL), known)
    }

    /// MDM-1: what is written reads back and changes nothing; an empty cell says nothing.
    #[test]
    fn a_bin_is_written_and_read_back() {
        let known = known();
        let cells = cells(&known);
        assert_eq!(read(&BINS, &cells.iter().map(String::as_str).collect::<Vec<_>>(), Some(&known)), Ok(None));
        let larger =
            read(&["site", "bin", "volume_ml", "hazard"], &["lds", "a01-01l-1", "90000", ""], Some(&known)).unwrap().unwrap();
        assert_eq!((larger.keeping.volume_ml, larger.new, larger.at), (Some(90_000), false, known.at));
        let locked = read(&["site", "bin", "locked", "lock_reason"], &["LDS", "A01-01L-1", "yes", "broken"], Some(&known));
        assert_eq!(locked.unwrap().unwrap().lock, Some((true, "broken".into())));
    }

    /// MDM-1: a new bin says its kind; what moves a bin, locks it without a reason or does not read is named.
    #[test]
    fn what_a_file_cannot_say_is_named() {
        let new = read(&["site", "bin", "kind", "aisle", "y_mm"], &["LDS", "NEW-1", "pick", "1", "900"], None).unwrap().unwrap();
        assert!(new.new && new.at.is_some_and(|at| at.level == 0));
        let known = known();
        for (columns, cells, of, named) in [
            (&["site", "bin"][..], &["LDS", "NEW-1"][..], None, "kind"),
            (&["site", "bin", "kind", "aisle"], &["LDS", "NEW-1", "pick", "1"], None, "belong together"),
            (&["site", "bin", "kind", "zone"], &["LDS", "NEW-1", "pick", "Z"], None, "zone"),
            (&["site", "bin", "aisle"], &["LDS", "A01-01L-1", "2"], Some(&known), "stands elsewhere"),
            (&["site", "bin", "zone"], &["LDS", "A01-01L-1", "YARD"], Some(&known), "stands elsewhere"),
            (&["site", "bin", "locked"], &["LDS", "A01-01L-1", "yes"], Some(&known), "lock_reason"),
            (&["site", "bin", "mixing"], &["LDS", "A01-01L-1", "soup"], Some(&known), "soup"),
            (&["site", "bin", "volume_ml"], &["LDS", "A01-01L-1", "big"], Some(&known), "big"),
            (&["site", "bin"], &["", "A01-01L-1"], Some(&known), "site"),
            (&["site", "bin"], &["LDS", "A 1"], Some(&known), "A 1"),
        ] {
            assert!(read(columns, cells, of).unwrap_err().contains(named), "{named}");
        }
    }
}
