//! The site designer's transactions: a layout redrawn, bins made, changed, locked and retired. What is sound is `domain::sites`' to say.
//!
//! A bin's row is locked before anything of its goods is looked at; whoever brings goods holds it against being retired.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{BinId, SiteId};
use domain::owners::OwnerRefusal;
use domain::people::Permission;
use domain::reasons::Process;
use domain::refusal::{CommonRefusal, Refusal};
use domain::sites::SiteRefusal;
use domain::sites::design::{AddBin, AddBins, ChangeBin, DrawLayout, LockBin, Locked, RetireBin};
use domain::sites::layout::{Access, Layout, Side};
use domain::sites::places::{BinKind, bin_code};
use domain::sites::spec::BinSpec;
use serde_json::json;
use uuid::Uuid;

use super::sql::NewBins;
use super::{layout, sql_places as sql};
use crate::{Act, Failure, Result, Tx, catalog, floor, owners, reasons};

/// Where bins of no zone of the layout stand: in the aisles, and beside them.
const STORAGE: (&str, &str) = ("STORAGE", "Storage");
const YARD: (&str, &str) = ("YARD", "Docks and benches");

fn stored(layout: &Layout) -> Result<serde_json::Value> {
    serde_json::to_value(layout).map_err(|source| Failure::Corrupt { what: "site layout", source })
}

/// A zone's code, from what people call it.
fn zone_code(name: &str) -> String {
    name.trim().to_uppercase()
}

/// Where bins in use are reached, with their codes.
async fn reached(tx: &mut Tx, site: SiteId) -> Result<Vec<(String, Access)>> {
    let org = tx.org().0;
    let access = |row: sql::MappedRow| {
        let side = Side::from_code(&row.side).unwrap_or_default();
        (row.code, Access { aisle: row.aisle, y_mm: row.y_mm, side, level: row.level })
    };
    Ok(sql::mapped(tx.conn(), org, site.0).await?.into_iter().map(access).collect())
}

/// The zone of each aisle that has one on the layout, and the one for all others; those that are missing are made.
async fn zones(tx: &mut Tx, site: SiteId, layout: &Layout) -> Result<(BTreeMap<i32, Uuid>, Uuid)> {
    let org = tx.org().0;
    let drawn = layout.zones.iter().map(|zone| (zone_code(&zone.name), zone.name.trim().to_owned()));
    let (codes, names): (Vec<_>, Vec<_>) = drawn.chain([(STORAGE.0.to_owned(), STORAGE.1.to_owned())]).unzip();
    let known: BTreeMap<String, Uuid> = sql::ensure_zones(tx.conn(), org, site.0, &codes, &names).await?.into_iter().collect();
    let zone = |code: &str| known.get(code).copied().ok_or_else(|| Refusal::not_found("zone"));
    let mut aisles = BTreeMap::new();
    for drawn in &layout.zones {
        let id = zone(&zone_code(&drawn.name))?;
        aisles.extend(drawn.aisles.iter().map(|aisle| (*aisle, id)));
    }
    Ok((aisles, zone(STORAGE.0)?))
}

impl Act for DrawLayout {
    const KIND: &'static str = "sites.draw_layout";
    const NEEDS: Permission = Permission::SitesEdit;
    /// The drawing's new version.
    type Outcome = i32;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let org = tx.org().0;
        let known = sql::lock_layout(tx.conn(), org, self.site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
        if known.version != self.version {
            return Err(CommonRefusal::Stale.into());
        }
        let bins = reached(tx, self.site).await?;
        self.layout.check_bins(bins.iter().map(|(code, access)| (code.as_str(), *access)))?;
        let version = sql::set_layout(tx.conn(), org, self.site.0, stored(&self.layout)?).await?;
        let (aisles, rest) = zones(tx, self.site, &self.layout).await?;
        let (numbers, ids): (Vec<i32>, Vec<Uuid>) = aisles.into_iter().unzip();
        sql::zone_aisles(tx.conn(), org, self.site.0, &numbers, &ids, rest).await?;
        tx.announce("site.drawn", self.site, Some(self.site), json!({ "version": version }));
        let drawn = json!({ "version": version, "aisles": self.layout.aisles.len(), "cross_aisles": self.layout.cross_aisles });
        tx.audit("site", self.site, json!({ "version": known.version, "layout": known.layout }), drawn);
        Ok(version)
    }
}

/// Refused when a bin of the site has one of these codes.
pub(super) async fn require_fresh(tx: &mut Tx, site: SiteId, codes: &[String]) -> Result<()> {
    let org = tx.org().0;
    match sql::taken(tx.conn(), org, site.0, codes).await? {
        Some(code) => Err(SiteRefusal::BinTaken { code }.into()),
        None => catalog::require_no_sku(tx, codes).await,
    }
}

/// One bin, as the table has it.
fn push(new: &mut NewBins, id: BinId, code: String, kind: BinKind, at: Option<Access>) {
    new.ids.push(id.0);
    new.codes.push(code);
    new.kinds.push(kind.code().to_owned());
    new.aisles.push(at.map(|at| at.aisle));
    new.ys.push(at.map(|at| at.y_mm));
    new.sides.push(at.map(|at| at.side.code().to_owned()));
    new.levels.push(at.map_or(0, |at| at.level));
}

impl Act for AddBins {
    const KIND: &'static str = "sites.add_bins";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = i32;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let org = tx.org().0;
        // The drawing stays as it is until the bins stand on it.
        sql::lock_layout(tx.conn(), org, self.site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
        let layout = layout(tx, self.site).await?;
        let bins: Vec<BinSpec> = self.bins.bins(&layout)?;
        let codes: Vec<String> = bins.iter().map(|bin| bin.code.clone()).collect();
        require_fresh(tx, self.site, &codes).await?;
        let (aisles, rest) = zones(tx, self.site, &layout).await?;
        let (mut new, mut in_zones) = (NewBins::default(), Vec::new());
        for bin in bins {
            in_zones.push(aisles.get(&bin.access.aisle).copied().unwrap_or(rest));
            push(&mut new, BinId::mint(), bin.code, self.bins.kind, Some(bin.access));
        }
        sql::place_bins(tx.conn(), org, self.site.0, &in_zones, &new, &self.bins.keeping).await?;
        let count = i32::try_from(codes.len()).unwrap_or(i32::MAX);
        tx.announce("bin.added", self.site, Some(self.site), json!({ "bins": count }));
        let made = json!({ "bins": count, "first": codes.first(), "last": codes.last(), "pattern": self.bins.pattern });
        tx.audit("site", self.site, (), made);
        Ok(count)
    }
}

impl Act for AddBin {
    const KIND: &'static str = "sites.add_bin";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, code) = (tx.org().0, bin_code(&self.code)?);
        self.keeping.check()?;
        if self.kind.world() {
            return Err(SiteRefusal::WorldBin { code }.into());
        }
        sql::lock_layout(tx.conn(), org, self.site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
        let layout = layout(tx, self.site).await?;
        if let Some(at) = self.at {
            layout.check_bins([(code.as_str(), at)])?;
        }
        require_fresh(tx, self.site, std::slice::from_ref(&code)).await?;
        let zone = if let Some(at) = self.at {
            let (aisles, rest) = zones(tx, self.site, &layout).await?;
            aisles.get(&at.aisle).copied().unwrap_or(rest)
        } else {
            let (codes, names) = ([YARD.0.to_owned()], [YARD.1.to_owned()]);
            let yard = sql::ensure_zones(tx.conn(), org, self.site.0, &codes, &names).await?.pop();
            yard.ok_or_else(|| Refusal::not_found("zone"))?.1
        };
        let mut new = NewBins::default();
        push(&mut new, self.id, code.clone(), self.kind, self.at);
        sql::place_bins(tx.conn(), org, self.site.0, &[zone], &new, &self.keeping).await?;
        tx.announce("bin.added", self.site, Some(self.site), json!({ "bins": 1 }));
        tx.audit("bin", self.id, (), json!({ "code": code, "kind": self.kind, "keeping": self.keeping }));
        Ok(())
    }
}

/// The bin, locked; one that may be changed.
async fn lock(tx: &mut Tx, bin: BinId) -> Result<(sql::BinHead, BinKind)> {
    let org = tx.org().0;
    let head = sql::lock_bin(tx.conn(), org, bin.0).await?.ok_or_else(|| Refusal::not_found("bin"))?;
    tx.require(Permission::SitesEdit, head.site_id.into())?;
    let kind = BinKind::parse(&head.kind).unwrap_or_default();
    if kind.world() {
        return Err(SiteRefusal::WorldBin { code: head.code }.into());
    }
    if head.retired { Err(SiteRefusal::BinRetired { code: head.code }.into()) } else { Ok((head, kind)) }
}

async fn require_empty(tx: &mut Tx, bin: BinId, head: &sql::BinHead) -> Result<()> {
    let org = tx.org().0;
    match sql::units_in(tx.conn(), org, head.site_id, bin.0).await? {
        0 => Ok(()),
        units => Err(SiteRefusal::BinHolds { code: head.code.clone(), units }.into()),
    }
}

/// A site works with at least one of each kind of bench and dock.
async fn require_another(tx: &mut Tx, bin: BinId, head: &sql::BinHead, kind: BinKind) -> Result<()> {
    let org = tx.org().0;
    let stored = matches!(kind, BinKind::Pick | BinKind::Reserve);
    if stored || sql::others_of_kind(tx.conn(), org, head.site_id, kind.code(), bin.0).await? > 0 {
        return Ok(());
    }
    Err(SiteRefusal::LastOfKind { code: head.code.clone(), kind: kind.words().to_lowercase() }.into())
}

impl Act for ChangeBin {
    const KIND: &'static str = "sites.change_bin";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, code) = (tx.org().0, bin_code(&self.code)?);
        self.keeping.check()?;
        let (head, kind) = lock(tx, self.bin).await?;
        if self.kind.world() {
            return Err(SiteRefusal::WorldBin { code }.into());
        }
        if self.kind != kind {
            sql::lock_bin_whole(tx.conn(), org, self.bin.0).await?;
            require_empty(tx, self.bin, &head).await?;
            require_another(tx, self.bin, &head, kind).await?;
        }
        if code != head.code.to_uppercase() {
            require_fresh(tx, head.site_id.into(), std::slice::from_ref(&code)).await?;
        }
        sql::change_bin(tx.conn(), org, self.bin.0, &code, self.kind.code(), &self.keeping).await?;
        tx.announce("bin.changed", self.bin, Some(head.site_id.into()), json!({ "code": code }));
        let before = json!({ "code": head.code, "kind": head.kind, "volume_ml": head.volume_ml, "weight_g": head.weight_g,
            "class": head.storage_class, "hazard": head.hazard, "mixing": head.mixing });
        tx.audit("bin", self.bin, before, json!({ "code": code, "kind": self.kind, "keeping": self.keeping }));
        Ok(())
    }
}

impl Act for LockBin {
    const KIND: &'static str = "sites.lock_bin";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = Locked;

    async fn act(&self, tx: &mut Tx) -> Result<Locked> {
        let org = tx.org().0;
        let note =
            if self.locked { reasons::give_words(tx, Process::BinLock, &self.reason, self.bin).await? } else { String::new() };
        let (head, _) = lock(tx, self.bin).await?;
        let site = SiteId(head.site_id);
        sql::set_locked(tx.conn(), org, self.bin.0, self.locked, &note).await?;
        let mut did = Locked::default();
        if self.locked && !head.locked {
            did = floor::clear_bin(tx, site, self.bin).await?;
        }
        let topic = if self.locked { "bin.locked" } else { "bin.unlocked" };
        tx.announce(topic, self.bin, Some(site), json!({ "code": head.code }));
        let after = json!({ "locked": self.locked, "note": note, "reallocated": did.reallocated, "waiting": did.waiting });
        tx.audit("bin", self.bin, json!({ "locked": head.locked, "note": head.lock_note }), after);
        Ok(did)
    }
}

impl Act for RetireBin {
    const KIND: &'static str = "sites.retire_bin";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at) = (tx.org().0, tx.at);
        let (head, kind) = lock(tx, self.bin).await?;
        if !head.locked {
            return Err(SiteRefusal::BinNotLocked { code: head.code }.into());
        }
        sql::lock_bin_whole(tx.conn(), org, self.bin.0).await?;
        require_empty(tx, self.bin, &head).await?;
        require_another(tx, self.bin, &head, kind).await?;
        sql::retire_bin(tx.conn(), org, self.bin.0, at).await?;
        tx.announce("bin.retired", self.bin, Some(head.site_id.into()), json!({ "code": head.code }));
        tx.audit("bin", self.bin, json!({ "retired": false }), json!({ "code": head.code, "retired": true }));
        Ok(())
    }
}

/// Holds a bin against whoever else puts goods away into it, or changes it.
pub(crate) async fn hold_bin(tx: &mut Tx, bin: BinId) -> Result<()> {
    let org = tx.org().0;
    sql::lock_bin(tx.conn(), org, bin.0).await?.ok_or_else(|| Refusal::not_found("bin"))?;
    Ok(())
}

/// Locks a bin against every mover too; answers where it is, and its code.
pub(crate) async fn lock_whole(tx: &mut Tx, bin: BinId) -> Result<(SiteId, String)> {
    let org = tx.org().0;
    let (head, _) = lock(tx, bin).await?;
    sql::lock_bin_whole(tx.conn(), org, bin.0).await?;
    Ok((head.site_id.into(), head.code))
}

/// Goods come to rest where they may: in a bin that is there, open, kept for nobody else, and of a kind that takes their state. Answers
/// whether the org keeps goods for others at all.
pub(crate) async fn require_takes(tx: &mut Tx, coming: &BTreeSet<(Uuid, String, Uuid)>) -> Result<bool> {
    let org = tx.org().0;
    let bins: Vec<Uuid> = coming.iter().map(|(bin, ..)| *bin).collect::<BTreeSet<_>>().into_iter().collect();
    let known: BTreeMap<Uuid, sql::TakesRow> =
        sql::about_to_take(tx.conn(), org, &bins).await?.into_iter().map(|row| (row.id, row)).collect();
    for (bin, state, owner) in coming {
        let Some(row) = known.get(bin) else {
            let zone = sql::zone_code(tx.conn(), org, *bin).await?;
            return Err(zone.map_or_else(
                || Refusal::not_found("bin").into(),
                |code| SiteRefusal::NotALeaf { code, what: "zone".to_owned() }.into(),
            ));
        };
        let code = row.code.clone();
        if row.retired {
            return Err(SiteRefusal::BinRetired { code }.into());
        }
        if row.locked {
            return Err(SiteRefusal::BinLocked { code, note: row.lock_note.clone() }.into());
        }
        let (kind, state) = (BinKind::parse(&row.kind).unwrap_or_default(), domain::stock::State::parse(state));
        if let Some(state) = state.filter(|state| !kind.takes(*state)) {
            let (kind, state) = (kind.words().to_lowercase(), state.words().to_lowercase());
            return Err(SiteRefusal::WrongState { code, kind, state }.into());
        }
        if let Some(kept) = row.kept_owner.filter(|kept| kept != owner) {
            return Err(OwnerRefusal::KeptFor { bin: code, code: owners::code(tx, kept.into()).await? }.into());
        }
    }
    Ok(known.values().any(|row| row.clients))
}
