//! Statements on stock: balances, movements, demand, reservations, allocations, cost layers, receipts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::stock::Place;
use rust_decimal::Decimal;
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

pub(crate) struct DemandRow {
    pub sku_id: Uuid,
    pub reserved: i32,
    pub buffer: i32,
}

/// Locks the demand on these SKUs at a site, making rows where there are none. In SKU order: two orders never deadlock.
pub(crate) async fn lock_demand(conn: &mut PgConnection, org: Uuid, site: Uuid, skus: &[Uuid]) -> Result<Vec<DemandRow>> {
    sqlx::query!(
        "insert into demand (org_id, site_id, sku_id, owner_id, reserved)
         select distinct $1::uuid, $2::uuid, sku, '00000000-0000-0000-0000-000000000000'::uuid, 0 from unnest($3::uuid[]) as n (sku) order by sku
         on conflict do nothing",
        org,
        site,
        skus
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_as!(
        DemandRow,
        "select sku_id, reserved, buffer from demand where org_id = $1 and site_id = $2 and sku_id = any($3)
           and owner_id = '00000000-0000-0000-0000-000000000000' order by sku_id for no key update",
        org,
        site,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct FreeRow {
    pub sku_id: Uuid,
    pub free: i64,
}

/// Sellable units nobody has been given, in bins that orders are served from.
pub(crate) async fn free(conn: &mut PgConnection, org: Uuid, site: Uuid, skus: &[Uuid]) -> Result<Vec<FreeRow>> {
    Ok(sqlx::query_as!(
        FreeRow,
        r#"select b.sku_id, sum(b.on_hand - b.allocated) as "free!" from balance b
           join bin on bin.org_id = b.org_id and bin.id = b.bin_id and bin.kind in ('pick', 'reserve') and not bin.locked
           where b.org_id = $1 and b.site_id = $2 and b.sku_id = any($3) and b.state = 'sellable'
             and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.owner_id = '00000000-0000-0000-0000-000000000000'
           group by b.sku_id"#,
        org,
        site,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn change_reserved(conn: &mut PgConnection, org: Uuid, sites: &[Uuid], skus: &[Uuid], by: &[i32]) -> Result<()> {
    sqlx::query!(
        "update demand d set reserved = d.reserved + n.by
         from (select site, sku, sum(by)::int as by from unnest($2::uuid[], $3::uuid[], $4::int[]) as n (site, sku, by) group by site, sku) n
         where d.org_id = $1 and d.site_id = n.site and d.sku_id = n.sku and d.owner_id = '00000000-0000-0000-0000-000000000000'",
        org,
        sites,
        skus,
        by
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn insert_reservations(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    lines: &[Uuid],
    skus: &[Uuid],
    quantities: &[i32],
) -> Result<()> {
    let ids: Vec<Uuid> = lines.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into reservation (org_id, id, order_line_id, site_id, sku_id, owner_id, quantity)
         select $1, id, line, $2, sku, '00000000-0000-0000-0000-000000000000', quantity
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[]) as n (id, line, sku, quantity)",
        org,
        site,
        &ids,
        lines,
        skus,
        quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct ReservationRow {
    pub id: Uuid,
    pub order_line_id: Uuid,
    pub site_id: Uuid,
    pub sku_id: Uuid,
    pub quantity: i32,
}

/// What these lines have reserved, oldest first.
pub(crate) async fn reservations(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<ReservationRow>> {
    Ok(sqlx::query_as!(
        ReservationRow,
        "select id, order_line_id, site_id, sku_id, quantity from reservation where org_id = $1 and order_line_id = any($2) order by id",
        org,
        lines
    )
    .fetch_all(conn)
    .await?)
}

/// Reservations of these SKUs at a site, last made first: the first to give way.
pub(crate) async fn reservations_of(conn: &mut PgConnection, org: Uuid, site: Uuid, sku: Uuid) -> Result<Vec<ReservationRow>> {
    Ok(sqlx::query_as!(
        ReservationRow,
        "select id, order_line_id, site_id, sku_id, quantity from reservation
         where org_id = $1 and site_id = $2 and sku_id = $3 and owner_id = '00000000-0000-0000-0000-000000000000' order by id desc",
        org,
        site,
        sku
    )
    .fetch_all(conn)
    .await?)
}

/// Lowers reservations; those with nothing left go.
pub(crate) async fn lower_reservations(conn: &mut PgConnection, org: Uuid, ids: &[Uuid], by: &[i32]) -> Result<()> {
    sqlx::query!(
        "delete from reservation r using unnest($2::uuid[], $3::int[]) as n (id, by) where r.org_id = $1 and r.id = n.id and r.quantity <= n.by",
        org,
        ids,
        by
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update reservation r set quantity = r.quantity - n.by from unnest($2::uuid[], $3::int[]) as n (id, by)
         where r.org_id = $1 and r.id = n.id and r.quantity > n.by",
        org,
        ids,
        by
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct SourceRow {
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub code: String,
    pub kind: String,
    pub sku_id: Uuid,
    pub free: i32,
}

/// Bins with free units of the SKUs at the sites, locked in key order.
pub(crate) async fn lock_sources(conn: &mut PgConnection, org: Uuid, sites: &[Uuid], skus: &[Uuid]) -> Result<Vec<SourceRow>> {
    Ok(sqlx::query_as!(
        SourceRow,
        r#"select b.site_id, b.bin_id, bin.code, bin.kind, b.sku_id, (b.on_hand - b.allocated) as "free!" from balance b
           join bin on bin.org_id = b.org_id and bin.id = b.bin_id and bin.kind in ('pick', 'reserve') and not bin.locked
           where b.org_id = $1 and b.site_id = any($2) and b.sku_id = any($3) and b.state = 'sellable' and b.on_hand > b.allocated
             and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.owner_id = '00000000-0000-0000-0000-000000000000'
           order by b.site_id, b.bin_id, b.sku_id for no key update of b"#,
        org,
        sites,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct AllocationRow {
    pub id: Uuid,
    pub order_line_id: Uuid,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub lpn_id: Uuid,
    pub sku_id: Uuid,
    pub quantity: i32,
}

pub(crate) async fn lock_allocations(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<AllocationRow>> {
    Ok(sqlx::query_as!(
        AllocationRow,
        "select id, order_line_id, site_id, bin_id, lpn_id, sku_id, quantity from allocation where org_id = $1 and id = any($2)
         order by id for update",
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

/// All that these lines have been given.
pub(crate) async fn allocations(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<AllocationRow>> {
    Ok(sqlx::query_as!(
        AllocationRow,
        "select id, order_line_id, site_id, bin_id, lpn_id, sku_id, quantity from allocation
         where org_id = $1 and order_line_id = any($2) order by id",
        org,
        lines
    )
    .fetch_all(conn)
    .await?)
}

/// New allocations, column by column.
#[derive(Default)]
pub(crate) struct NewAllocations {
    pub ids: Vec<Uuid>,
    pub lines: Vec<Uuid>,
    pub sites: Vec<Uuid>,
    pub bins: Vec<Uuid>,
    pub lpns: Vec<Uuid>,
    pub skus: Vec<Uuid>,
    pub quantities: Vec<i32>,
}

impl NewAllocations {
    pub fn push(&mut self, line: Uuid, place: Place, sku: Uuid, quantity: i32) -> Uuid {
        let id = Uuid::now_v7();
        self.ids.push(id);
        self.lines.push(line);
        self.sites.push(place.site.0);
        self.bins.push(place.bin.0);
        self.lpns.push(place.lpn.0);
        self.skus.push(sku);
        self.quantities.push(quantity);
        id
    }
}

pub(crate) async fn insert_allocations(conn: &mut PgConnection, org: Uuid, new: &NewAllocations) -> Result<()> {
    sqlx::query!(
        "insert into allocation (org_id, id, order_line_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, quantity)
         select $1, id, line, site, bin, lpn, sku, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
                '00000000-0000-0000-0000-000000000000', quantity
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::int[])
           as n (id, line, site, bin, lpn, sku, quantity)",
        org,
        &new.ids,
        &new.lines,
        &new.sites,
        &new.bins,
        &new.lpns,
        &new.skus,
        &new.quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lowers allocations; those with nothing left go.
pub(crate) async fn lower_allocations(conn: &mut PgConnection, org: Uuid, ids: &[Uuid], by: &[i32]) -> Result<()> {
    sqlx::query!(
        "with n as (select id, sum(by)::int as by from unnest($2::uuid[], $3::int[]) as n (id, by) group by id),
              gone as (delete from allocation a using n where a.org_id = $1 and a.id = n.id and a.quantity = n.by)
         update allocation a set quantity = a.quantity - n.by from n where a.org_id = $1 and a.id = n.id and a.quantity > n.by",
        org,
        ids,
        by
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Raises (or lowers) what is allocated in balances, without moving anything.
pub(crate) async fn change_allocated(conn: &mut PgConnection, org: Uuid, at: &NewAllocations, sign: i32) -> Result<()> {
    sqlx::query!(
        "update balance b set allocated = b.allocated + $7 * n.quantity
         from (select site, bin, lpn, sku, sum(quantity)::int as quantity
               from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[]) as n (site, bin, lpn, sku, quantity)
               group by site, bin, lpn, sku) n
         where b.org_id = $1 and b.site_id = n.site and b.bin_id = n.bin and b.lpn_id = n.lpn and b.sku_id = n.sku and b.state = 'sellable'
           and b.owner_id = '00000000-0000-0000-0000-000000000000' and b.lot_id = '00000000-0000-0000-0000-000000000000'
           and b.serial_id = '00000000-0000-0000-0000-000000000000'",
        org,
        &at.sites,
        &at.bins,
        &at.lpns,
        &at.skus,
        &at.quantities,
        sign
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct LayerRow {
    pub id: Uuid,
    pub sku_id: Uuid,
    pub remaining: i32,
    pub remaining_value: Decimal,
}

/// Layers with something left, oldest first within each SKU; locked SKU by SKU.
pub(crate) async fn lock_layers(conn: &mut PgConnection, org: Uuid, skus: &[Uuid]) -> Result<Vec<LayerRow>> {
    Ok(sqlx::query_as!(
        LayerRow,
        "select id, sku_id, remaining, remaining_value from cost_layer
         where org_id = $1 and sku_id = any($2) and owner_id = '00000000-0000-0000-0000-000000000000' and remaining > 0
         order by sku_id, occurred_at, id for no key update",
        org,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct TakenRow {
    pub layer_id: Uuid,
    pub source_id: Uuid,
    pub quantity: i32,
    pub value: Decimal,
}

/// What these sources took from layers and have not had back, in the order taken.
pub(crate) async fn taken(conn: &mut PgConnection, org: Uuid, sources: &[Uuid]) -> Result<Vec<TakenRow>> {
    Ok(sqlx::query_as!(
        TakenRow,
        r#"select e.layer_id, e.source_id, sum(case e.kind when 'consume' then e.quantity else -e.quantity end)::int as "quantity!",
                  sum(case e.kind when 'consume' then e.value else -e.value end) as "value!"
           from cost_entry e where e.org_id = $1 and e.source_id = any($2)
           group by e.layer_id, e.source_id
           having sum(case e.kind when 'consume' then e.quantity else -e.quantity end) > 0
           order by e.source_id, min(e.id::text)"#,
        org,
        sources
    )
    .fetch_all(conn)
    .await?)
}

/// Entries, column by column.
#[derive(Default)]
pub(crate) struct Entries {
    pub layers: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub values: Vec<Decimal>,
    pub sources: Vec<Uuid>,
}

/// Writes the entries and changes their layers: `consume` lowers what remains, `reinstate` raises it.
pub(crate) async fn enter_costs(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    kind: &str,
    entries: &Entries,
) -> Result<()> {
    let ids: Vec<Uuid> = entries.layers.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "with n as (select * from unnest($4::uuid[], $5::uuid[], $6::int[], $7::numeric[], $8::uuid[]) as n (id, layer, quantity, value, source)),
              sums as (select layer, sum(quantity)::int as quantity, sum(value) as value from n group by layer),
              changed as (
                update cost_layer l set
                  remaining = l.remaining + case $3 when 'consume' then -s.quantity else s.quantity end,
                  remaining_value = l.remaining_value + case $3 when 'consume' then -s.value else s.value end
                from sums s where l.org_id = $1 and l.id = s.layer)
         insert into cost_entry (org_id, id, layer_id, kind, quantity, value, source_id, command_id, occurred_at)
         select $1, id, layer, $3, quantity, value, source, $2, $9 from n",
        org,
        command,
        kind,
        &ids,
        &entries.layers,
        &entries.quantities,
        &entries.values,
        &entries.sources,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// New layers, column by column.
#[derive(Default)]
pub(crate) struct NewLayers {
    pub skus: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub values: Vec<Decimal>,
    pub sources: Vec<Uuid>,
}

pub(crate) async fn insert_layers(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    new: &NewLayers,
) -> Result<()> {
    let ids: Vec<Uuid> = new.skus.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into cost_layer (org_id, id, sku_id, owner_id, quantity, value, remaining, remaining_value, source_id, command_id, occurred_at)
         select $1, id, sku, '00000000-0000-0000-0000-000000000000', quantity, value, quantity, value, source, $2, $8
         from unnest($3::uuid[], $4::uuid[], $5::int[], $6::numeric[], $7::uuid[]) as n (id, sku, quantity, value, source)",
        org,
        command,
        &ids,
        &new.skus,
        &new.quantities,
        &new.values,
        &new.sources,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A receipt with its lines.
pub(crate) struct NewReceipt<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub site: Uuid,
    pub supplier: &'a str,
    pub reference: &'a str,
    pub kind: &'a str,
    pub lines: &'a [Uuid],
    pub skus: &'a [Uuid],
    pub bins: &'a [Uuid],
    pub quantities: &'a [i32],
    pub costs: &'a [Decimal],
}

pub(crate) async fn insert_receipt(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewReceipt<'_>) -> Result<()> {
    sqlx::query!(
        "insert into goods_receipt (org_id, id, number, site_id, supplier, reference, kind, occurred_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        new.id,
        new.number,
        new.site,
        new.supplier,
        new.reference,
        new.kind,
        at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into goods_receipt_line (org_id, id, receipt_id, sku_id, bin_id, quantity, unit_cost)
         select $1, id, $2, sku, bin, quantity, cost
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::numeric[]) as n (id, sku, bin, quantity, cost)",
        org,
        new.id,
        new.lines,
        new.skus,
        new.bins,
        new.quantities,
        new.costs
    )
    .execute(conn)
    .await?;
    Ok(())
}
