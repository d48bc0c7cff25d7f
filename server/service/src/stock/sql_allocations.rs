//! Statements on allocations: units in a bin that belong to an order line.

use domain::stock::{Place, Tag};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct SourceRow {
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub code: String,
    pub kind: String,
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub free: i32,
}

/// Bins with free units of the SKUs at the sites, locked in key order.
pub(crate) async fn lock_sources(conn: &mut PgConnection, org: Uuid, sites: &[Uuid], skus: &[Uuid]) -> Result<Vec<SourceRow>> {
    Ok(sqlx::query_as!(
        SourceRow,
        r#"select b.site_id, b.bin_id, bin.code, bin.kind, b.sku_id, b.owner_id, b.lot_id, b.serial_id, (b.on_hand - b.allocated) as "free!" from balance b
           join bin on bin.org_id = b.org_id and bin.id = b.bin_id and bin.kind in ('pick', 'reserve') and not bin.locked
           where b.org_id = $1 and b.site_id = any($2) and b.sku_id = any($3) and b.state = 'sellable' and b.on_hand > b.allocated
             and b.lpn_id = '00000000-0000-0000-0000-000000000000'
           order by b.site_id, b.bin_id, b.sku_id, b.owner_id, b.lot_id, b.serial_id for no key update of b"#,
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
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub quantity: i32,
}

pub(crate) async fn lock_allocations(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<AllocationRow>> {
    Ok(sqlx::query_as!(
        AllocationRow,
        "select id, order_line_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, quantity from allocation where org_id = $1 and id = any($2)
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
        "select id, order_line_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, quantity from allocation
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
    pub owners: Vec<Uuid>,
    pub lots: Vec<Uuid>,
    pub serials: Vec<Uuid>,
    pub quantities: Vec<i32>,
}

impl NewAllocations {
    pub fn push(&mut self, line: Uuid, place: Place, (sku, tag): (Uuid, Tag), quantity: i32) -> Uuid {
        let id = Uuid::now_v7();
        self.ids.push(id);
        self.lines.push(line);
        self.sites.push(place.site.0);
        self.bins.push(place.bin.0);
        self.lpns.push(place.lpn.0);
        self.skus.push(sku);
        self.owners.push(tag.owner.0);
        self.lots.push(tag.lot.0);
        self.serials.push(tag.serial.0);
        self.quantities.push(quantity);
        id
    }
}

pub(crate) async fn insert_allocations(conn: &mut PgConnection, org: Uuid, new: &NewAllocations) -> Result<()> {
    sqlx::query!(
        "insert into allocation (org_id, id, order_line_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, quantity)
         select $1, id, line, site, bin, lpn, sku, owner, lot, serial, quantity
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::int[], $9::uuid[], $10::uuid[], $11::uuid[])
           as n (id, line, site, bin, lpn, sku, quantity, owner, lot, serial)",
        org,
        &new.ids,
        &new.lines,
        &new.sites,
        &new.bins,
        &new.lpns,
        &new.skus,
        &new.quantities,
        &new.owners,
        &new.lots,
        &new.serials
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
         from (select site, bin, lpn, sku, owner, lot, serial, sum(quantity)::int as quantity
               from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $8::uuid[], $9::uuid[], $10::uuid[])
                 as n (site, bin, lpn, sku, quantity, owner, lot, serial)
               group by site, bin, lpn, sku, owner, lot, serial) n
         where b.org_id = $1 and b.site_id = n.site and b.bin_id = n.bin and b.lpn_id = n.lpn and b.sku_id = n.sku
           and b.owner_id = n.owner and b.lot_id = n.lot and b.serial_id = n.serial and b.state = 'sellable'",
        org,
        &at.sites,
        &at.bins,
        &at.lpns,
        &at.skus,
        &at.quantities,
        sign,
        &at.owners,
        &at.lots,
        &at.serials
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct ClaimRow {
    pub id: Uuid,
    pub order_line_id: Uuid,
    pub order_id: Uuid,
    pub number: String,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub quantity: i32,
}

/// Allocations of loose units of a SKU in a bin, the least urgent order's first. Locked in id order, as everybody does.
pub(crate) async fn lock_claims(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid, sku: Uuid) -> Result<Vec<ClaimRow>> {
    Ok(sqlx::query_as!(
        ClaimRow,
        r#"with held as materialized (
             select id, order_line_id, owner_id, lot_id, serial_id, quantity from allocation
             where org_id = $1 and site_id = $2 and bin_id = $3 and lpn_id = '00000000-0000-0000-0000-000000000000' and sku_id = $4
             order by id for update)
           select h.id as "id!", h.order_line_id as "order_line_id!", o.id as order_id, o.number, h.owner_id as "owner_id!",
                  h.lot_id as "lot_id!", h.serial_id as "serial_id!", h.quantity as "quantity!"
           from held h join order_line l on l.org_id = $1 and l.id = h.order_line_id
           join sales_order o on o.org_id = l.org_id and o.id = l.order_id
           order by o.promised_at desc, o.placed_at desc, o.id desc, l.line_no desc, h.id desc"#,
        org,
        site,
        bin,
        sku
    )
    .fetch_all(conn)
    .await?)
}
