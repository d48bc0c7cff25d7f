//! Statements on movements and the balances they change.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::stock::{Place, State, Tag};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;
use crate::owners::Coming;

/// Movements, column by column. `allocated` units leave the source's allocated and arrive in the target's.
#[derive(Default)]
pub(crate) struct Moves {
    pub ids: Vec<Uuid>,
    pub skus: Vec<Uuid>,
    pub owners: Vec<Uuid>,
    pub lots: Vec<Uuid>,
    pub serials: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub allocated: Vec<bool>,
    pub from_sites: Vec<Uuid>,
    pub from_bins: Vec<Uuid>,
    pub from_lpns: Vec<Uuid>,
    pub from_states: Vec<String>,
    pub to_sites: Vec<Uuid>,
    pub to_bins: Vec<Uuid>,
    pub to_lpns: Vec<Uuid>,
    pub to_states: Vec<String>,
    pub sources: Vec<Uuid>,
}

impl Moves {
    pub fn push(
        &mut self,
        (sku, tag): (Uuid, Tag),
        quantity: i32,
        allocated: bool,
        from: (Place, &str),
        to: (Place, &str),
        source: Uuid,
    ) {
        self.ids.push(Uuid::now_v7());
        self.skus.push(sku);
        self.owners.push(tag.owner.0);
        self.lots.push(tag.lot.0);
        self.serials.push(tag.serial.0);
        self.quantities.push(quantity);
        self.allocated.push(allocated);
        self.from_sites.push(from.0.site.0);
        self.from_bins.push(from.0.bin.0);
        self.from_lpns.push(from.0.lpn.0);
        self.from_states.push(from.1.to_owned());
        self.to_sites.push(to.0.site.0);
        self.to_bins.push(to.0.bin.0);
        self.to_lpns.push(to.0.lpn.0);
        self.to_states.push(to.1.to_owned());
        self.sources.push(source);
    }

    /// Where goods come to rest that stood elsewhere, in which state, and whose they are.
    pub fn coming(&self) -> BTreeSet<(Uuid, String, Uuid)> {
        let all = self.from_bins.iter().zip(&self.to_bins).zip(&self.to_states).zip(&self.owners);
        let moved = all.filter(|(((from, to), state), _)| from != to && *state != "outside");
        moved.map(|(((_, to), state), owner)| (*to, state.clone(), *owner)).collect()
    }

    /// Which changes of state there are among them.
    pub fn changes(&self) -> BTreeSet<(State, State)> {
        let codes: BTreeSet<_> = self.from_states.iter().zip(&self.to_states).collect();
        codes.into_iter().filter_map(|(from, to)| State::parse(from).zip(State::parse(to))).collect()
    }

    /// What comes to rest loose in a bin.
    pub fn coming_loose(&self) -> BTreeSet<Coming> {
        let came = |at: &usize| self.to_lpns[*at].is_nil() && self.to_states[*at] != "outside";
        let all = (0..self.ids.len()).filter(came);
        all.map(|at| Coming { bin: self.to_bins[at], sku: self.skus[at], owner: self.owners[at] }).collect()
    }
}

/// Takes the units from their balances, where enough are there; locks in key order. Answers (rows to lower, rows lowered):
/// unequal means that some balance had too few, and nothing may be committed.
pub(crate) async fn lower_balances(conn: &mut PgConnection, org: Uuid, moves: &Moves) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"with wanted as (
             select site, bin, lpn, sku, owner, lot, serial, state, sum(quantity)::int as quantity,
                    sum(case when allocated then quantity else 0 end)::int as allocated
             from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::int[], $8::bool[], $9::uuid[], $10::uuid[],
                         $11::uuid[]) as n (site, bin, lpn, sku, state, quantity, allocated, owner, lot, serial)
             where state <> 'outside' group by site, bin, lpn, sku, owner, lot, serial, state),
           locked as materialized (
             select w.* from (select * from wanted order by site, bin, lpn, sku, owner, lot, serial, state) w
             -- In key order: two movers of the same bins queue instead of deadlocking. One look by key each, whatever the planner
             -- thinks the table holds.
             cross join lateral (
               select from balance b where b.org_id = $1 and b.site_id = w.site and b.bin_id = w.bin and b.lpn_id = w.lpn
                 and b.sku_id = w.sku and b.owner_id = w.owner and b.lot_id = w.lot and b.serial_id = w.serial and b.state = w.state
               for no key update) b),
           lowered as (
             update balance b set on_hand = b.on_hand - l.quantity, allocated = b.allocated - l.allocated from locked l
             where b.org_id = $1 and b.site_id = l.site and b.bin_id = l.bin and b.lpn_id = l.lpn and b.sku_id = l.sku
               and b.owner_id = l.owner and b.lot_id = l.lot and b.serial_id = l.serial and b.state = l.state
               and b.on_hand - b.allocated >= l.quantity - l.allocated and b.allocated >= l.allocated
             returning 1)
           select (select count(*) from wanted) as "wanted!", (select count(*) from lowered) as "lowered!""#,
        org,
        &moves.from_sites,
        &moves.from_bins,
        &moves.from_lpns,
        &moves.skus,
        &moves.from_states,
        &moves.quantities,
        &moves.allocated,
        &moves.owners,
        &moves.lots,
        &moves.serials
    )
    .fetch_one(conn)
    .await?;
    Ok((row.wanted, row.lowered))
}

/// Puts the units into their balances and writes the movements, in one statement.
pub(crate) async fn raise_balances(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    reason: &str,
    moves: &Moves,
) -> Result<()> {
    sqlx::query!(
        "with raised as (
           insert into balance as b (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, on_hand, allocated)
           select $1, site, bin, lpn, sku, owner, lot, serial, state, sum(quantity), sum(case when allocated then quantity else 0 end)
           from unnest($9::uuid[], $10::uuid[], $11::uuid[], $5::uuid[], $12::text[], $6::int[], $13::bool[], $18::uuid[], $19::uuid[],
                       $20::uuid[]) as n (site, bin, lpn, sku, state, quantity, allocated, owner, lot, serial)
           where state <> 'outside' group by site, bin, lpn, sku, owner, lot, serial, state
           order by site, bin, lpn, sku, owner, lot, serial, state
           on conflict (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
           do update set on_hand = b.on_hand + excluded.on_hand, allocated = b.allocated + excluded.allocated)
         insert into movement (org_id, id, sku_id, owner_id, lot_id, serial_id, quantity, from_site, from_bin, from_lpn, from_state,
           to_site, to_bin, to_lpn, to_state, reason, source_id, command_id, occurred_at)
         select $1, id, sku, owner, lot, serial, quantity, from_site, from_bin, from_lpn, from_state, to_site, to_bin, to_lpn, to_state,
                $3, source, $2, $17
         from unnest($4::uuid[], $5::uuid[], $6::int[], $7::uuid[], $8::uuid[], $14::uuid[], $15::text[], $9::uuid[], $10::uuid[],
                     $11::uuid[], $12::text[], $16::uuid[], $18::uuid[], $19::uuid[], $20::uuid[])
           as n (id, sku, quantity, from_site, from_bin, from_lpn, from_state, to_site, to_bin, to_lpn, to_state, source, owner, lot, serial)",
        org,
        command,
        reason,
        &moves.ids,
        &moves.skus,
        &moves.quantities,
        &moves.from_sites,
        &moves.from_bins,
        &moves.to_sites,
        &moves.to_bins,
        &moves.to_lpns,
        &moves.to_states,
        &moves.allocated,
        &moves.from_lpns,
        &moves.from_states,
        &moves.sources,
        at,
        &moves.owners,
        &moves.lots,
        &moves.serials
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct StandsRow {
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub lot: String,
    pub serial_id: Uuid,
    pub serial: String,
    pub state: String,
    pub on_hand: i32,
    pub allocated: i32,
}

/// Units that stand at a place, told apart; what expires first before the rest.
pub(crate) async fn stands(conn: &mut PgConnection, org: Uuid, at: Place) -> Result<Vec<StandsRow>> {
    Ok(sqlx::query_as!(
        StandsRow,
        r#"select b.sku_id, b.owner_id, b.lot_id, coalesce(t.code, '') as "lot!", b.serial_id, coalesce(s.code, '') as "serial!", b.state,
                  b.on_hand, b.allocated
           from balance b left join lot t on t.org_id = b.org_id and t.id = b.lot_id
           left join serial s on s.org_id = b.org_id and s.id = b.serial_id
           where b.org_id = $1 and b.site_id = $2 and b.bin_id = $3 and b.lpn_id = $4 and b.on_hand > 0
           order by b.sku_id, t.expires_on, b.lot_id, b.serial_id, b.state, b.owner_id"#,
        org,
        at.site.0,
        at.bin.0,
        at.lpn.0
    )
    .fetch_all(conn)
    .await?)
}

/// What stands somewhere of a SKU and is nobody's, told apart.
pub(crate) struct TaggedRow {
    pub nth: i64,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub free: i32,
}

impl TaggedRow {
    pub fn tag(&self) -> Tag {
        Tag { owner: self.owner_id.into(), lot: self.lot_id.into(), serial: self.serial_id.into() }
    }
}

/// Places by SKU and state, column by column.
#[derive(Default)]
pub(crate) struct Spots {
    pub sites: Vec<Uuid>,
    pub bins: Vec<Uuid>,
    pub lpns: Vec<Uuid>,
    pub skus: Vec<Uuid>,
    pub states: Vec<String>,
}

impl Spots {
    pub fn push(&mut self, at: Place, sku: Uuid, state: &str) {
        self.sites.push(at.site.0);
        self.bins.push(at.bin.0);
        self.lpns.push(at.lpn.0);
        self.skus.push(sku);
        self.states.push(state.to_owned());
    }
}

/// What is free at each of these spots, what expires first before the rest, then the oldest lot, at last what nobody can tell apart; answers
/// with the spot's number, from one. Locked in key order.
pub(crate) async fn lock_tagged(conn: &mut PgConnection, org: Uuid, at: &Spots) -> Result<Vec<TaggedRow>> {
    Ok(sqlx::query_as!(
        TaggedRow,
        r#"with found as materialized (
             select n.nth, b.owner_id, b.lot_id, b.serial_id, b.on_hand - b.allocated as free
             from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[]) with ordinality as n (site, bin, lpn, sku, state, nth)
             join balance b on b.org_id = $1 and b.site_id = n.site and b.bin_id = n.bin and b.lpn_id = n.lpn and b.sku_id = n.sku
               and b.state = n.state
             where b.on_hand > b.allocated
             order by b.site_id, b.bin_id, b.lpn_id, b.sku_id, b.owner_id, b.lot_id, b.serial_id, b.state for no key update of b)
           select nth as "nth!", owner_id as "owner_id!", lot_id as "lot_id!", serial_id as "serial_id!", free as "free!"
           from found left join lot t on t.org_id = $1 and t.id = found.lot_id
           order by nth, t.expires_on, (lot_id = '00000000-0000-0000-0000-000000000000' and serial_id = '00000000-0000-0000-0000-000000000000'),
                    lot_id, serial_id"#,
        org,
        &at.sites,
        &at.bins,
        &at.lpns,
        &at.skus,
        &at.states
    )
    .fetch_all(conn)
    .await?)
}

/// Who has units of an item at a place, and for whom the bin is kept.
pub(crate) async fn owners_at(conn: &mut PgConnection, org: Uuid, at: Place, sku: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select owner_id as "owner!" from balance
           where org_id = $1 and site_id = $2 and bin_id = $3 and lpn_id = $4 and sku_id = $5 and on_hand > 0
           union select kept_owner from bin where org_id = $1 and id = $3 and kept_owner is not null"#,
        org,
        at.site.0,
        at.bin.0,
        at.lpn.0,
        sku
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct GivenUpRow {
    pub source_id: Uuid,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub units: i32,
}

/// What left the books out of transit for these sources and did not come back.
pub(crate) async fn given_up(conn: &mut PgConnection, org: Uuid, sources: &[Uuid]) -> Result<Vec<GivenUpRow>> {
    Ok(sqlx::query_as!(
        GivenUpRow,
        r#"select source_id, owner_id, lot_id, serial_id, sum(case to_state when 'outside' then quantity else -quantity end)::int as "units!"
           from movement where org_id = $1 and source_id = any($2) and (to_state = 'outside' or from_state = 'outside')
           group by source_id, owner_id, lot_id, serial_id
           having sum(case to_state when 'outside' then quantity else -quantity end) > 0 order by source_id, lot_id, serial_id"#,
        org,
        sources
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct AboardRow {
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub units: i32,
}

/// What these sources brought into transit and is there still, where it is told apart; what expires first before the rest.
pub(crate) async fn aboard(conn: &mut PgConnection, org: Uuid, sources: &[Uuid]) -> Result<Vec<AboardRow>> {
    Ok(sqlx::query_as!(
        AboardRow,
        r#"select x.sku_id as "sku_id!", x.owner_id as "owner_id!", x.lot_id as "lot_id!", x.serial_id as "serial_id!", x.units as "units!" from (
             select sku_id, owner_id, lot_id, serial_id, sum(case to_state when 'in_transit' then quantity else -quantity end)::int as units
             from movement where org_id = $1 and source_id = any($2) and (to_state = 'in_transit' or from_state = 'in_transit')
               and (lot_id <> '00000000-0000-0000-0000-000000000000' or serial_id <> '00000000-0000-0000-0000-000000000000')
             group by sku_id, owner_id, lot_id, serial_id) x
           left join lot t on t.org_id = $1 and t.id = x.lot_id
           where x.units > 0 order by t.expires_on, x.lot_id, x.serial_id"#,
        org,
        sources
    )
    .fetch_all(conn)
    .await?)
}
