//! Statements on movements and the balances they change.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::stock::Place;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Movements, column by column. `allocated` units leave the source's allocated and arrive in the target's.
#[derive(Default)]
pub(crate) struct Moves {
    pub ids: Vec<Uuid>,
    pub skus: Vec<Uuid>,
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
    pub fn push(&mut self, sku: Uuid, quantity: i32, allocated: bool, from: (Place, &str), to: (Place, &str), source: Uuid) {
        self.ids.push(Uuid::now_v7());
        self.skus.push(sku);
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

    /// Where goods come to rest that stood elsewhere, and in which state.
    pub fn coming(&self) -> BTreeSet<(Uuid, String)> {
        let all = self.from_bins.iter().zip(&self.to_bins).zip(&self.to_states);
        let moved = all.filter(|((from, to), state)| from != to && *state != "outside");
        moved.map(|((_, to), state)| (*to, state.clone())).collect()
    }
}

/// Takes the units from their balances, where enough are there; locks in key order. Answers (rows to lower, rows lowered):
/// unequal means that some balance had too few, and nothing may be committed.
pub(crate) async fn lower_balances(conn: &mut PgConnection, org: Uuid, moves: &Moves) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"with wanted as (
             select site, bin, lpn, sku, state, sum(quantity)::int as quantity, sum(case when allocated then quantity else 0 end)::int as allocated
             from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::int[], $8::bool[])
               as n (site, bin, lpn, sku, state, quantity, allocated)
             where state <> 'outside' group by site, bin, lpn, sku, state),
           locked as materialized (
             select w.* from (select * from wanted order by site, bin, lpn, sku, state) w
             -- In key order: two movers of the same bins queue instead of deadlocking. One look by key each, whatever the planner
             -- thinks the table holds.
             cross join lateral (
               select from balance b where b.org_id = $1 and b.site_id = w.site and b.bin_id = w.bin and b.lpn_id = w.lpn
                 and b.sku_id = w.sku and b.state = w.state and b.owner_id = '00000000-0000-0000-0000-000000000000'
                 and b.lot_id = '00000000-0000-0000-0000-000000000000' and b.serial_id = '00000000-0000-0000-0000-000000000000'
               for no key update) b),
           lowered as (
             update balance b set on_hand = b.on_hand - l.quantity, allocated = b.allocated - l.allocated from locked l
             where b.org_id = $1 and b.site_id = l.site and b.bin_id = l.bin and b.lpn_id = l.lpn and b.sku_id = l.sku
               and b.state = l.state and b.owner_id = '00000000-0000-0000-0000-000000000000'
               and b.lot_id = '00000000-0000-0000-0000-000000000000' and b.serial_id = '00000000-0000-0000-0000-000000000000'
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
        &moves.allocated
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
           select $1, site, bin, lpn, sku, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
                  '00000000-0000-0000-0000-000000000000', state, sum(quantity), sum(case when allocated then quantity else 0 end)
           from unnest($9::uuid[], $10::uuid[], $11::uuid[], $5::uuid[], $12::text[], $6::int[], $13::bool[])
             as n (site, bin, lpn, sku, state, quantity, allocated)
           where state <> 'outside' group by site, bin, lpn, sku, state order by site, bin, lpn, sku, state
           on conflict (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
           do update set on_hand = b.on_hand + excluded.on_hand, allocated = b.allocated + excluded.allocated)
         insert into movement (org_id, id, sku_id, owner_id, lot_id, serial_id, quantity, from_site, from_bin, from_lpn, from_state,
           to_site, to_bin, to_lpn, to_state, reason, source_id, command_id, occurred_at)
         select $1, id, sku, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
                '00000000-0000-0000-0000-000000000000', quantity, from_site, from_bin, from_lpn, from_state, to_site, to_bin, to_lpn,
                to_state, $3, source, $2, $17
         from unnest($4::uuid[], $5::uuid[], $6::int[], $7::uuid[], $8::uuid[], $14::uuid[], $15::text[], $9::uuid[], $10::uuid[],
                     $11::uuid[], $12::text[], $16::uuid[])
           as n (id, sku, quantity, from_site, from_bin, from_lpn, from_state, to_site, to_bin, to_lpn, to_state, source)",
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
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct LooseRow {
    pub sku_id: Uuid,
    pub state: String,
    pub on_hand: i32,
    pub allocated: i32,
}

/// Units that stand in a bin and in no handling unit.
pub(crate) async fn loose_in_bin(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<Vec<LooseRow>> {
    Ok(sqlx::query_as!(
        LooseRow,
        r#"select sku_id, state, sum(on_hand)::int as "on_hand!", sum(allocated)::int as "allocated!" from balance
           where org_id = $1 and site_id = $2 and bin_id = $3 and lpn_id = '00000000-0000-0000-0000-000000000000' and on_hand > 0
             and owner_id = '00000000-0000-0000-0000-000000000000'
           group by sku_id, state order by sku_id, state"#,
        org,
        site,
        bin
    )
    .fetch_all(conn)
    .await?)
}
