//! Stock from any side: what stands, now or at a moment past, and what moved. What can be asked is `domain::stock::explore`.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::SkuId;
use domain::people::{Caller, Permission};
use domain::stock::State;
use domain::stock::explore::{
    Clock, Dimension, Explore, ExploreMoves, Explored, ExploredMoves, Grounds, Group, Key, LATEST, Moment, MoveGroup, Moved,
    Only, PAGE, Standing,
};
use uuid::Uuid;

use super::{snapshots, sql_explore as sql, sql_moves};
use crate::{Db, Result, Tx, directory, owners, rows_before};

/// How far the moment of a movement's id may lie from when it was recorded.
const ID_SLACK: TimeDelta = TimeDelta::days(1);

fn state(code: &str) -> State {
    State::parse(code).unwrap_or(State::Outside)
}

/// Empty for what the nil id stands for.
fn given(id: Uuid) -> String {
    if id.is_nil() { String::new() } else { id.to_string() }
}

/// The things an address names by code or id; none asked for: all.
async fn called(tx: &mut Tx, what: &str, name: &str, site: Option<Uuid>) -> Result<Option<Vec<Uuid>>> {
    let (org, name) = (tx.org().0, name.trim());
    if name.is_empty() {
        return Ok(None);
    }
    let id = name.parse().ok();
    let mut found = sql::called(tx.conn(), org, what, name, id, site).await?;
    // Loose stock is in the unit without an id.
    found.extend(id.filter(Uuid::is_nil));
    Ok(Some(found))
}

/// An owner by code or id; one nobody knows has nothing.
async fn of_owner(tx: &mut Tx, given: &str) -> Result<Option<Uuid>> {
    let given = given.trim();
    if given.is_empty() || given.parse::<Uuid>().is_ok() {
        return Ok(by_id(given));
    }
    Ok(Some(owners::coded(tx, given).await?.map_or(Uuid::max(), |owner| owner.0)))
}

/// A lot or serial by its id; what is no id is nobody's.
fn by_id(given: &str) -> Option<Uuid> {
    let given = given.trim();
    (!given.is_empty()).then(|| given.parse().unwrap_or(Uuid::max()))
}

async fn wanted(tx: &mut Tx, only: &Only, moment: Option<Moment>) -> Result<(sql::Wanted, Option<Grounds>)> {
    let site = only.site.map(|site| site.0);
    let (zones, bins) = (called(tx, "zone", &only.zone, site).await?, called(tx, "bin", &only.bin, site).await?);
    let units = called(tx, "unit", &only.unit, None).await?;
    let owner = of_owner(tx, &only.owner).await?;
    let scope = tx.sites(Permission::StockView);
    let mut wanted = sql::Wanted {
        today: true,
        snapshot: 0,
        since: DateTime::UNIX_EPOCH,
        recorded_to: LATEST,
        occurred_to: LATEST,
        scope,
        site,
        sku: only.sku.map(|sku| sku.0),
        search: only.search.trim().to_owned(),
        category: only.category.trim().to_owned(),
        zones,
        bins,
        state: only.state.map(|state| state.code().to_owned()),
        units,
        owner,
        lot: by_id(&only.lot),
        serial: by_id(&only.serial),
        value: false,
        most: PAGE,
        from: 0,
    };
    let Some(moment) = moment else { return Ok((wanted, None)) };
    let (org, moment) = (tx.org(), Moment { at: moment.at.max(DateTime::UNIX_EPOCH), ..moment });
    let snapshot = snapshots::nearest(tx.conn(), org, moment).await?;
    sql::plan_by_period(tx.conn()).await?;
    wanted.today = false;
    (wanted.snapshot, wanted.since) = (snapshot.nth, snapshot.recorded_until);
    match moment.clock {
        Clock::Recorded => wanted.recorded_to = moment.at,
        Clock::Occurred => wanted.occurred_to = moment.at,
    }
    let grounds = Grounds { snapshot: (snapshot.nth > 0).then_some((snapshot.nth, snapshot.recorded_until)) };
    Ok((wanted, Some(grounds)))
}

impl Db {
    /// What stands, grouped or balance by balance.
    pub async fn explore(&self, caller: &Caller, asked: &Explore, now: DateTime<Utc>) -> Result<Explored> {
        asked.check(now)?;
        let mut tx = self.read(caller, Permission::StockView, asked.only.site).await?;
        sql::plan_for_this(tx.conn()).await?;
        let org = tx.org().0;
        let (mut wanted, grounds) = wanted(&mut tx, &asked.only, asked.moment).await?;
        (wanted.value, wanted.from) = (asked.value, rows_before(asked.page, PAGE));
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        let mut found = Explored {
            groups: Vec::new(),
            balances: Vec::new(),
            total: 0,
            on_hand: 0,
            allocated: 0,
            value: None,
            currency,
            only: named(&mut tx, &asked.only).await?,
            grounds,
        };
        let Some(by) = asked.by else {
            let rows = sql::balances(tx.conn(), org, &wanted).await?;
            if let Some(first) = rows.first() {
                (found.total, found.value) = (first.groups, first.all_value);
                (found.on_hand, found.allocated) = (first.all_on_hand, first.all_allocated);
            }
            let apart: Vec<String> = rows.iter().flat_map(|row| [given(row.lot_id), given(row.serial_id)]).collect();
            let names = names(&mut tx, apart.iter().map(String::as_str)).await?;
            found.balances = rows.into_iter().map(|row| balance(row, &names)).collect();
            return Ok(found);
        };
        let rows = sql::groups(tx.conn(), org, &wanted, by.code(), asked.then.map_or("", Dimension::code)).await?;
        if let Some(first) = rows.first() {
            (found.total, found.value) = (first.groups, first.all_value);
            (found.on_hand, found.allocated) = (first.all_on_hand, first.all_allocated);
        }
        let names = names(&mut tx, rows.iter().flat_map(|row| [row.one.as_str(), row.two.as_str()])).await?;
        found.groups = rows
            .into_iter()
            .map(|row| Group {
                keys: keys(asked.by, asked.then, &row.one, &row.two, &names),
                on_hand: row.on_hand,
                allocated: row.allocated,
                balances: row.balances,
                value: row.value,
            })
            .collect();
        Ok(found)
    }

    /// What moved in a period, grouped or movement by movement.
    pub async fn explore_moves(&self, caller: &Caller, asked: &ExploreMoves, now: DateTime<Utc>) -> Result<ExploredMoves> {
        let (from, until) = asked.check(now)?;
        let mut tx = self.read(caller, Permission::StockView, asked.only.site).await?;
        sql::plan_for_this(tx.conn()).await?;
        let org = tx.org().0;
        let (narrowed, _) = wanted(&mut tx, &asked.only, None).await?;
        let mut bins = narrowed.bins;
        if let Some(zones) = &narrowed.zones {
            let inside = sql_moves::bins_of(tx.conn(), org, zones).await?;
            bins =
                Some(bins.map_or_else(|| inside.clone(), |bins| bins.into_iter().filter(|bin| inside.contains(bin)).collect()));
        }
        let occurred = asked.clock == Clock::Occurred;
        let (first_id, last_id) =
            if occurred { (Uuid::nil(), Uuid::max()) } else { (id_at(from - ID_SLACK), id_at(until + ID_SLACK)) };
        let wanted = sql_moves::Wanted {
            occurred,
            from,
            until,
            first_id,
            last_id,
            scope: narrowed.scope,
            site: narrowed.site,
            sku: narrowed.sku,
            search: narrowed.search,
            category: narrowed.category,
            bins,
            state: narrowed.state,
            units: narrowed.units,
            owner: narrowed.owner,
            lot: narrowed.lot,
            serial: narrowed.serial,
            reason: asked.reason.trim().to_owned(),
            // One more than is shown tells whether there are more.
            most: PAGE + i64::from(asked.by.is_none()),
            skip: rows_before(asked.page, PAGE),
        };
        let only = named(&mut tx, &asked.only).await?;
        let Some(by) = asked.by else {
            let mut rows = sql_moves::moves(tx.conn(), org, &wanted).await?;
            let total = wanted.skip + i64::try_from(rows.len()).unwrap_or(i64::MAX);
            rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
            let moves = rows.into_iter().map(moved).collect();
            return Ok(ExploredMoves { groups: Vec::new(), moves, total, only, from, until });
        };
        let rows = sql_moves::groups(tx.conn(), org, &wanted, by.code(), asked.then.map_or("", Dimension::code)).await?;
        let total = rows.first().map_or(0, |row| row.groups);
        let names = names(&mut tx, rows.iter().flat_map(|row| [row.one.as_str(), row.two.as_str()])).await?;
        let groups = rows.into_iter().map(|row| MoveGroup {
            keys: keys(asked.by, asked.then, &row.one, &row.two, &names),
            movements: row.movements,
            units: row.units,
            came: row.came,
            left: row.left,
        });
        Ok(ExploredMoves { groups: groups.collect(), moves: Vec::new(), total, only, from, until })
    }
}

/// The least id minted at a moment: version 7 begins with its milliseconds.
fn id_at(at: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(at.timestamp_millis().max(0)).unwrap_or_default();
    Uuid::from_u128(millis.min((1 << 48) - 1) << 80)
}

async fn names(tx: &mut Tx, keys: impl Iterator<Item = &str>) -> Result<HashMap<String, (String, String)>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = keys.filter_map(|key| key.parse().ok()).collect();
    let rows = sql::names(tx.conn(), org, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id.to_string(), (row.code, row.name))).collect())
}

/// What was asked for by id, as people call it.
async fn named(tx: &mut Tx, only: &Only) -> Result<Vec<Key>> {
    use Dimension as D;
    let given = [
        (D::Sku, only.sku.map(|sku| sku.to_string()).unwrap_or_default()),
        (D::Site, only.site.map(|site| site.to_string()).unwrap_or_default()),
        (D::Zone, only.zone.clone()),
        (D::Bin, only.bin.clone()),
        (D::Unit, only.unit.clone()),
        (D::Owner, only.owner.clone()),
        (D::Lot, only.lot.clone()),
        (D::Serial, only.serial.clone()),
    ];
    let given: Vec<_> = given.into_iter().filter(|(_, value)| value.parse::<Uuid>().is_ok()).collect();
    let names = names(tx, given.iter().map(|(_, value)| value.as_str())).await?;
    Ok(given.iter().map(|(dimension, value)| key(*dimension, value, &names)).collect())
}

fn key(dimension: Dimension, value: &str, names: &HashMap<String, (String, String)>) -> Key {
    let plain = |code: &str| (code.to_owned(), String::new());
    let (code, name) = match dimension {
        Dimension::State => plain(state(value).words()),
        _ if value.parse() == Ok(Uuid::nil()) => plain(""),
        _ => names.get(value).cloned().unwrap_or_else(|| plain(value)),
    };
    Key { dimension, value: value.to_owned(), code, name }
}

fn keys(
    by: Option<Dimension>,
    then: Option<Dimension>,
    one: &str,
    two: &str,
    names: &HashMap<String, (String, String)>,
) -> Vec<Key> {
    let both = by.into_iter().zip([one]).chain(then.into_iter().zip([two]));
    both.map(|(dimension, value)| key(dimension, value, names)).collect()
}

fn balance(row: sql::BalanceRow, names: &HashMap<String, (String, String)>) -> Standing {
    let code = |id: &str| names.get(id).map(|(code, _)| code.clone()).unwrap_or_default();
    let (lot, serial) = (given(row.lot_id), given(row.serial_id));
    Standing {
        sku: SkuId(row.sku_id),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        site: row.site_id.into(),
        site_code: row.site_code,
        zone_code: row.zone_code,
        bin: row.bin_id.into(),
        bin_code: row.bin_code,
        locked: row.locked,
        unit_code: row.unit_code,
        owner: row.owner_code,
        lot_code: code(&lot),
        serial_code: code(&serial),
        lot,
        serial,
        state: state(&row.state),
        on_hand: row.on_hand,
        allocated: row.allocated,
        value: row.value,
    }
}

fn moved(row: sql_moves::MoveRow) -> Moved {
    Moved {
        occurred_at: row.occurred_at,
        recorded_at: row.recorded_at,
        reason: row.reason,
        quantity: row.quantity,
        sku: SkuId(row.sku_id),
        sku_code: row.sku_code,
        from_site: row.from_site,
        from: row.from_code,
        from_state: state(&row.from_state),
        to_site: row.to_site,
        to: row.to_code,
        to_state: state(&row.to_state),
        person: row.person,
        kind: row.kind,
    }
}
