//! What screens read of counts. The floor is never told what the ledger expects; desks are, once somebody has counted.

use chrono::{DateTime, Utc};
use domain::counts::adjust::{self, AdjustmentList, AdjustmentRow};
use domain::counts::{
    Accuracy, Class, CountFilter, CountList, CountReceipt, CountRound, CountRow, CountSheet, FloorCount, FloorWork, ItemCounted,
    ItemScanned, PAGE, Programme, RoundLine, Show, Status, Today, UnitToSee, Why,
};
use domain::ids::{CountId, PersonId, SiteId};
use domain::lots::gs1;
use domain::lpns::UnitKind;
use domain::people::{Caller, Permission};
use domain::reasons::Code;
use domain::refusal::Refusal;
use domain::stock::State;
use uuid::Uuid;

use super::{programme, sql_adjust, sql_read, sql_units};
use crate::{Db, Failure, Result, Tx, directory, lots};

fn unread(what: &str, word: &str) -> Failure {
    Failure::Broken(sqlx::Error::Decode(format!("{word} is no {what}").into()))
}

/// The sites to look at: the one asked for, or those the caller may.
fn places(tx: &Tx, permission: Permission, site: Option<SiteId>) -> Option<Vec<Uuid>> {
    site.map_or_else(|| tx.sites(permission), |site| Some(vec![site.0]))
}

impl Db {
    /// Bins somebody can count, one's own first, then in walking order.
    pub async fn floor_counts(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<FloorCount>> {
        let mut tx = self.read(caller, Permission::Count, site).await?;
        let (org, me, sites) = (tx.org().0, caller.person().0, places(&tx, Permission::Count, site));
        let rows = sql_read::floor_counts(tx.conn(), org, sites.as_deref()).await?;
        let mut counts = Vec::new();
        for row in rows {
            let why = Why::parse(&row.why).ok_or_else(|| unread("reason to count", &row.why))?;
            let mine = !me.is_nil() && row.person_id == me;
            counts.push(FloorCount {
                count: row.id.into(),
                number: row.number,
                bin_code: row.bin_code,
                why,
                note: row.note,
                recount: row.rounds > 1 || row.status == Status::Recount.code(),
                mine,
                person: row.person_name.filter(|_| !mine),
                barred: row.status == Status::Recount.code() && !me.is_nil() && row.last_person == Some(me),
            });
        }
        counts.sort_by_key(|count| !count.mine);
        Ok(counts)
    }

    /// What there is to count, and what the caller counts right now.
    pub async fn floor_work(&self, caller: &Caller, site: Option<SiteId>) -> Result<FloorWork> {
        let counts = self.floor_counts(caller, site).await?;
        let sheet = match counts.iter().find(|count| count.mine) {
            Some(mine) => Some(self.count_sheet(caller, mine.count).await?),
            None => None,
        };
        Ok(FloorWork { counts, sheet })
    }

    /// A bin being counted, as its counter sees it.
    pub async fn count_sheet(&self, caller: &Caller, count: CountId) -> Result<CountSheet> {
        let mut tx = self.read(caller, Permission::Count, None).await?;
        let org = tx.org().0;
        let head = sql_read::head(tx.conn(), org, count.0).await?.ok_or_else(|| Refusal::not_found("count"))?;
        tx.require(Permission::Count, head.site_id.into())?;
        let me = caller.person().0;
        let mine = head.status == Status::Counting.code() && head.person_id == me;
        let items = if mine { sql_read::counted(tx.conn(), org, count.0, head.rounds).await? } else { Vec::new() };
        let units = if mine { sql_units::units(tx.conn(), org, count.0).await? } else { Vec::new() };
        let units = units.into_iter().filter(|unit| unit.round_no == head.rounds).map(sql_units::UnitRow::into_seen);
        Ok(CountSheet {
            count,
            number: head.number,
            site: head.site_id.into(),
            bin_code: head.bin_code,
            why: Why::parse(&head.why).ok_or_else(|| unread("reason to count", &head.why))?,
            recount: head.rounds > 1 || head.status == Status::Recount.code(),
            mine,
            status: Status::parse(&head.status).ok_or_else(|| unread("status of a count", &head.status))?,
            items: items
                .into_iter()
                .map(|item| ItemCounted {
                    sku: item.sku_id.into(),
                    code: item.code,
                    name: item.name,
                    variant: item.variant,
                    quantity: item.counted,
                    lot: item.lot,
                    serial: item.serial,
                })
                .collect(),
            units: units.collect::<Result<_>>()?,
        })
    }

    /// What a code scanned while counting stands for.
    pub async fn count_item(&self, caller: &Caller, code: &str) -> Result<ItemScanned> {
        let mut tx = self.read(caller, Permission::Count, None).await?;
        let org = tx.org().0;
        let found = sql_read::item(tx.conn(), org, &gs1::item_of(code)).await?.ok_or_else(|| Refusal::not_found("item"))?;
        let sku = found.sku_id.into();
        let policy = lots::policy_of(&mut tx, sku).await?;
        Ok(ItemScanned { sku, code: found.code, name: found.name, variant: found.variant, pack: found.pack, policy })
    }

    /// Counts, and how today's stand.
    pub async fn counts(&self, caller: &Caller, filter: &CountFilter, now: DateTime<Utc>) -> Result<CountList> {
        let mut tx = self.read(caller, Permission::CountsView, filter.site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::CountsView, filter.site));
        let wanted = sql_read::Wanted {
            sites: sites.as_deref(),
            status: filter.status.map(Status::code),
            today: (filter.show == Show::Today).then_some(now),
            class: if filter.unclassed { Some("") } else { filter.class.map(Class::code) },
            every_days: filter.every_days,
            off: filter.show == Show::Off,
            done: matches!(filter.show, Show::Done | Show::Off),
            since: filter.days.map(|days| now - chrono::TimeDelta::days(days.clamp(0, 36_500).into())),
            most: PAGE,
            from: crate::rows_before(filter.page, PAGE),
            reader: caller.person().0,
        };
        let rows = sql_read::counts(tx.conn(), org, &wanted).await?;
        let total = rows.first().map_or(0, |row| row.total);
        let mut today = Today::default();
        for (status, counts) in sql_read::today(tx.conn(), org, sites.as_deref(), now).await? {
            match Status::parse(&status) {
                Some(Status::Open) => today.open = counts,
                Some(Status::Counting) => today.counting = counts,
                Some(Status::Recount) => today.recount = counts,
                Some(Status::Approval) => today.approval = counts,
                Some(Status::Done) => today.done = counts,
                None => return Err(unread("status of a count", &status)),
            }
        }
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        let rows = rows.into_iter().map(sql_read::Row::into_row).collect::<Result<Vec<CountRow>>>()?;
        Ok(CountList { rows, total, today, currency })
    }

    /// Who counted what when, against which ledger, and what was posted.
    pub async fn count_receipt(&self, caller: &Caller, number: &str) -> Result<CountReceipt> {
        let mut tx = self.read(caller, Permission::CountsView, None).await?;
        let (org, reader) = (tx.org().0, caller.person().0);
        let one = sql_read::one(tx.conn(), org, number.trim(), reader).await?.ok_or_else(|| Refusal::not_found("count"))?;
        tx.require(Permission::CountsView, one.site_id.into())?;
        let (id, opened_by, decided_by) = (one.id, one.opened_name.clone(), one.decided_name.clone());
        let mut rounds: Vec<CountRound> = Vec::new();
        for row in sql_read::rounds(tx.conn(), org, id).await? {
            rounds.push(CountRound {
                round: row.round_no,
                person: row.person_name,
                began_at: row.began_at,
                ended_at: row.ended_at,
                lines: Vec::new(),
                units: Vec::new(),
            });
        }
        for row in sql_units::units(tx.conn(), org, id).await? {
            if let Some(round) = rounds.iter_mut().find(|round| round.round == row.round_no && round.ended_at.is_some()) {
                round.units.push(row.into_seen()?);
            }
        }
        for row in sql_read::lines(tx.conn(), org, id).await? {
            // What is being counted right now stays blind for everybody.
            let Some(round) = rounds.iter_mut().find(|round| round.round == row.round_no && round.ended_at.is_some()) else {
                continue;
            };
            let line = domain::counts::variance::Line {
                sku: row.sku_id.into(),
                lot: row.lot,
                serial: row.serial,
                ledger_began: row.ledger_began,
                ledger: row.ledger,
                counted: row.counted,
                unit_value: row.unit_value,
            };
            round.lines.push(RoundLine { sku_code: row.sku_code, sku_name: row.sku_name, counted_at: row.counted_at, line });
        }
        let posted = sql_read::posted(tx.conn(), org, id).await?;
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        Ok(CountReceipt { row: one.into_row()?, opened_by, decided_by, rounds, posted, currency })
    }

    /// Inventory record accuracy of what was counted since: bins as the ledger said ÷ bins counted, by site, class and frequency.
    pub async fn count_accuracy(&self, caller: &Caller, site: Option<SiteId>, since: DateTime<Utc>) -> Result<Vec<Accuracy>> {
        let mut tx = self.read(caller, Permission::CountsView, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::CountsView, site));
        let rows = sql_read::accuracy(tx.conn(), org, sites.as_deref(), since).await?;
        let row = |row: sql_read::AccuracyRow| Accuracy {
            site: row.site_id.into(),
            site_code: row.site_code,
            class: Class::parse(&row.class),
            every_days: row.every_days,
            counted: row.counted,
            right: row.right,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// How a site counts.
    pub async fn count_programme(&self, caller: &Caller, site: SiteId) -> Result<Programme> {
        let mut tx = self.read(caller, Permission::CountsView, Some(site)).await?;
        crate::sites::require_sites(&mut tx, &[site.0]).await?;
        programme(&mut tx, site).await
    }

    /// Corrections by hand: those of a status, the latest first, or all.
    pub async fn adjustments(
        &self,
        caller: &Caller,
        site: Option<SiteId>,
        status: Option<adjust::Status>,
        page: i64,
        now: DateTime<Utc>,
    ) -> Result<AdjustmentList> {
        let mut tx = self.read(caller, Permission::StockAdjust, site).await?;
        // Whoever proposes corrections sees their own; whoever sees counts too, sees everybody's.
        let all = caller.may(Permission::CountsView, site);
        let (org, sites, reader) = (tx.org().0, places(&tx, Permission::StockAdjust, site), caller.person());
        let wanted = sql_adjust::Wanted {
            sites: sites.as_deref(),
            by: (!all).then_some(reader.0),
            status: status.map(adjust::Status::code),
            now,
            most: adjust::PAGE,
            from: crate::rows_before(page, adjust::PAGE),
        };
        let rows = sql_adjust::list(tx.conn(), org, &wanted).await?;
        let total = rows.first().map_or(0, |row| row.total);
        let pending = sql_adjust::pending(tx.conn(), org, &wanted).await?;
        let rows = rows.into_iter().map(|row| adjustment(row, now, reader)).collect::<Result<Vec<AdjustmentRow>>>()?;
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        Ok(AdjustmentList { rows, total, pending, currency })
    }
}

fn adjustment(row: sql_adjust::ListRow, now: DateTime<Utc>, reader: PersonId) -> Result<AdjustmentRow> {
    Ok(AdjustmentRow {
        id: row.id.into(),
        number: row.number,
        site_code: row.site_code,
        bin_code: row.bin_code,
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        lot: row.lot,
        serials: row.serials,
        state: State::parse(&row.state).ok_or_else(|| unread("state", &row.state))?,
        units: row.units,
        reason_words: match row.said {
            Some(said) => said,
            None => adjust::Why::parse(&row.reason).ok_or_else(|| unread("reason", &row.reason))?.words().to_owned(),
        },
        reason: Code(row.reason),
        note: row.note,
        value: row.value,
        status: adjust::Status::at(&row.status, row.expires_at, now).ok_or_else(|| unread("status", &row.status))?,
        proposed_by: row.proposed_name,
        proposed_at: row.proposed_at,
        expires_at: row.expires_at,
        decided_by: row.decided_name,
        decided_at: row.decided_at,
        decline_note: row.decline_note,
        own: !reader.is_nil() && row.proposed_by == reader.0,
    })
}

impl sql_units::UnitRow {
    fn into_seen(self) -> Result<UnitToSee> {
        let kind = UnitKind::parse(&self.kind).ok_or_else(|| unread("handling unit", &self.kind))?;
        Ok(UnitToSee { code: self.code, kind, seen: self.seen })
    }
}

impl sql_read::Row {
    fn into_row(self) -> Result<CountRow> {
        Ok(CountRow {
            id: self.id.into(),
            number: self.number,
            site_code: self.site_code,
            bin_code: self.bin_code,
            why: Why::parse(&self.why).ok_or_else(|| unread("reason to count", &self.why))?,
            class: Class::parse(&self.class),
            every_days: self.every_days,
            status: Status::parse(&self.status).ok_or_else(|| unread("status of a count", &self.status))?,
            note: self.note,
            rounds: self.rounds,
            person: self.person_name,
            opened_at: self.opened_at,
            ended_at: self.ended_at,
            in_tolerance: self.in_tolerance,
            off_value: self.off_value,
            net_value: self.net_value,
            own: self.own,
        })
    }
}
