//! Counting a bin: begun by its label, one SKU after the other, left or finished. The counter is told nothing of the ledger.

use domain::counts::variance::{self, Item};
use domain::counts::{BeginCount, CountItem, CountRefusal, LeaveCount, RequestCount, SetProgramme, Status, Why};
use domain::ids::{CountId, SiteId};
use domain::people::Permission;
use domain::quantity::{QUANTITY_MAX, QuantityOutOfRange};
use domain::reasons::Process;
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use super::shelf::Shelf;
use super::{ask, countable, lock, programme, sql, sql_rounds, sql_units, tell, units};
use crate::{Act, Failure, Result, Tx, catalog, lots, reasons, stock};

impl Act for BeginCount {
    const KIND: &'static str = "counts.begin";
    const NEEDS: Permission = Permission::Count;
    type Outcome = CountId;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<CountId> {
        let bin = countable(tx, self.site, &self.bin_code).await?;
        let row = ask(tx, self.site, bin, Why::Request, "").await?;
        let (status, me) = (row.status()?, tx.caller.person());
        match status {
            Status::Counting if row.person_id == me.0 => {}
            Status::Counting => {
                let person = row.person_name.clone().unwrap_or_else(|| "Somebody else".to_owned());
                return Err(CountRefusal::Taken { person }.into());
            }
            Status::Open | Status::Recount => begin(tx, &row).await?,
            Status::Approval | Status::Done => return Err(row.wrong_status(status)),
        }
        tell(tx, &row, "count.begun", Status::Counting);
        tx.audit("count", row.id, json!({ "status": status }), json!({ "round": row.rounds + 1, "bin": self.bin_code }));
        Ok(row.id.into())
    }
}

/// A new round by the caller: what the ledger says now is remembered, so that moves meanwhile are known.
pub(super) async fn begin(tx: &mut Tx, row: &sql::CountRow) -> Result<()> {
    let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
    if row.rounds > 0 {
        let last = sql_rounds::round_people(tx.conn(), org, row.id).await?.pop().unwrap_or_default();
        variance::check_recounter(me, last.into())?;
    }
    let shelf = Shelf::of(tx, row.place()).await?;
    let items: Vec<(&Item, i32)> = shelf.items().map(|item| (item, shelf.units(item))).collect();
    sql_rounds::insert_round(tx.conn(), org, row.id, row.rounds + 1, me.0, at).await?;
    sql_rounds::insert_lines(tx.conn(), org, row.id, row.rounds + 1, &items).await?;
    units::list(tx, row, row.rounds + 1).await?;
    sql::set_status(tx.conn(), org, row.id, Status::Counting.code(), me.0, row.rounds + 1).await
}

impl Act for CountItem {
    const KIND: &'static str = "counts.item";
    const NEEDS: Permission = Permission::Count;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        if !(0..=QUANTITY_MAX).contains(&self.quantity) {
            return Err(QuantityOutOfRange { given: self.quantity.into() }.into());
        }
        let (row, status) = lock(tx, self.count, Permission::Count).await?;
        if status != Status::Counting || row.person_id != tx.caller.person().0 {
            return Err(CountRefusal::NotYours.into());
        }
        let (org, at) = (tx.org().0, tx.at);
        if catalog::standard_costs(tx, &[self.sku]).await?.is_empty() {
            return Err(Refusal::not_found("SKU").into());
        }
        let mut marks = self.marks.clone().with_label(&self.label, at.date_naive());
        if marks.expires_on.is_none() && !marks.lot.trim().is_empty() {
            // What was said of this lot before need not be said again.
            let days = sql_rounds::days(tx.conn(), org, row.id, row.rounds).await?;
            let same = |said: &sql_rounds::DaysRow| said.sku_id == self.sku.0 && said.lot.eq_ignore_ascii_case(marks.lot.trim());
            if let Some(said) = days.into_iter().find(same) {
                (marks.made_on, marks.expires_on) = (said.made_on, said.expires_on);
            }
        }
        let named = lots::named(tx, (self.sku, self.quantity), &marks).await?;
        if self.quantity > 0 {
            lots::require_here(tx, self.sku, &named, row.bin_id.into()).await?;
        }
        // The ledger at the scan: this is what the difference is taken against.
        let shelf = Shelf::of(tx, row.place()).await?;
        let unit_value = stock::unit_values(tx, &[self.sku]).await?.remove(&self.sku).unwrap_or_default();
        let lines = named.into_iter().map(|one| {
            let item = Item { sku: self.sku, lot: one.lot, serial: one.serial };
            let (made_on, expires_on) = (one.made_on, one.expires_on);
            let ledger = shelf.units(&item);
            sql_rounds::CountedLine { item, counted: one.units, ledger, unit_value, made_on, expires_on }
        });
        let lines: Vec<_> = lines.collect();
        sql_rounds::set_lines(tx.conn(), org, row.id, row.rounds, at, &lines).await?;
        for line in lines {
            let (lot, serial) = (line.item.lot, line.item.serial);
            let said = json!({ "sku": self.sku, "lot": lot, "serial": serial, "counted": line.counted, "ledger": line.ledger });
            tx.audit("count", row.id, (), said);
        }
        Ok(())
    }
}

impl Act for LeaveCount {
    const KIND: &'static str = "counts.leave";
    const NEEDS: Permission = Permission::Count;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (row, status) = lock(tx, self.count, Permission::Count).await?;
        // Whoever plans counts may take a bin from somebody who went home.
        let mine = row.person_id == tx.caller.person().0;
        if status != Status::Counting || !(mine || tx.caller.may(Permission::CountsPlan, Some(row.site_id.into()))) {
            return Err(CountRefusal::NotYours.into());
        }
        let org = tx.org().0;
        sql_units::delete_round(tx.conn(), org, row.id, row.rounds).await?;
        sql_rounds::delete_round(tx.conn(), org, row.id, row.rounds).await?;
        let back = if row.rounds > 1 { Status::Recount } else { Status::Open };
        sql::set_status(tx.conn(), org, row.id, back.code(), Uuid::nil(), row.rounds - 1).await?;
        tell(tx, &row, "count.left", back);
        tx.audit("count", row.id, json!({ "person": row.person_id }), json!({ "status": back }));
        Ok(())
    }
}

impl Act for RequestCount {
    const KIND: &'static str = "counts.request";
    const NEEDS: Permission = Permission::CountsPlan;
    type Outcome = CountId;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<CountId> {
        let bin = countable(tx, self.site, &self.bin_code).await?;
        let note = reasons::give_words(tx, Process::CountRequest, &self.reason, bin).await?;
        let row = ask(tx, self.site, bin, Why::Request, &note).await?;
        tx.audit("count", row.id, (), json!({ "bin": self.bin_code, "note": note }));
        Ok(row.id.into())
    }
}

impl Act for SetProgramme {
    const KIND: &'static str = "counts.set_programme";
    const NEEDS: Permission = Permission::CountsPlan;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.programme.check()?;
        crate::sites::require_sites(tx, &[self.site.0]).await?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        let before = programme(tx, self.site).await?;
        let body = serde_json::to_value(&self.programme);
        let body = body.map_err(|source| Failure::Corrupt { what: "count programme", source })?;
        sql::set_programme(tx.conn(), org, self.site.0, &body, by, at).await?;
        tx.announce("count.programme", self.site, Some(self.site), ());
        tx.audit("site", self.site, before, &self.programme);
        Ok(())
    }
}
