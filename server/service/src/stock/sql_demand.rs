//! Statements on demand: what is free at a site, and what is reserved of it.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct DemandRow {
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub reserved: i32,
    pub buffer: i32,
}

/// Locks the demand on these SKUs at a site, of every owner, making this one's rows where there are none. In SKU order: two orders never
/// deadlock.
pub(crate) async fn lock_demand(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    owner: Uuid,
    skus: &[Uuid],
) -> Result<Vec<DemandRow>> {
    let wanted = skus.iter().collect::<std::collections::HashSet<_>>().len();
    let there = lock_known_demand(&mut *conn, org, site, skus).await?;
    if there.iter().filter(|row| row.owner_id == owner).count() == wanted {
        return Ok(there);
    }
    sqlx::query!(
        "insert into demand (org_id, site_id, sku_id, owner_id, reserved)
         select distinct $1::uuid, $2::uuid, sku, $4::uuid, 0 from unnest($3::uuid[]) as n (sku) order by sku
         on conflict do nothing",
        org,
        site,
        skus,
        owner
    )
    .execute(&mut *conn)
    .await?;
    lock_known_demand(conn, org, site, skus).await
}

async fn lock_known_demand(conn: &mut PgConnection, org: Uuid, site: Uuid, skus: &[Uuid]) -> Result<Vec<DemandRow>> {
    Ok(sqlx::query_as!(
        DemandRow,
        "select sku_id, owner_id, reserved, buffer from demand where org_id = $1 and site_id = $2 and sku_id = any($3)
         order by sku_id, owner_id for no key update",
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
    /// Some of them are of a lot.
    pub lots: bool,
}

/// Sellable units of an owner that nobody has been given, in bins that orders are served from; what is past its day by `today` is not sold.
pub(crate) async fn free(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    owner: Uuid,
    skus: &[Uuid],
    today: NaiveDate,
) -> Result<Vec<FreeRow>> {
    Ok(sqlx::query_as!(
        FreeRow,
        r#"select b.sku_id, sum(b.on_hand - b.allocated) as "free!",
                  bool_or(b.lot_id <> '00000000-0000-0000-0000-000000000000') as "lots!" from balance b
           join bin on bin.org_id = b.org_id and bin.id = b.bin_id and bin.kind in ('pick', 'reserve') and not bin.locked
           where b.org_id = $1 and b.site_id = $2 and b.sku_id = any($3) and b.state = 'sellable'
             and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.owner_id = $5
             and (b.lot_id = '00000000-0000-0000-0000-000000000000' or not exists (
               select from lot t where t.org_id = b.org_id and t.id = b.lot_id and t.expires_on < $4::date::timestamp at time zone 'UTC'))
           group by b.sku_id"#,
        org,
        site,
        skus,
        today,
        owner
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct LifeRow {
    pub sku_id: Uuid,
    pub days: i32,
    pub units: i64,
}

/// What is promised of an owner's units at a site to lines and baskets whose channel asks how long goods are good, by what it asks.
pub(super) async fn promised_for_life(
    conn: &mut PgConnection,
    org: Uuid,
    (site, owner): (Uuid, Uuid),
    skus: &[Uuid],
) -> Result<Vec<LifeRow>> {
    Ok(sqlx::query_as!(
        LifeRow,
        r#"select sku_id as "sku_id!", days as "days!", sum(quantity) as "units!" from (
             select r.sku_id, c.min_life_days as days, r.quantity from reservation r
             join order_line l on l.org_id = r.org_id and l.id = r.order_line_id
             join sales_order o on o.org_id = l.org_id and o.id = l.order_id
             join channel c on c.org_id = o.org_id and c.id = o.channel_id and c.min_life_days > 0
             where r.org_id = $1 and r.site_id = $2 and r.sku_id = any($3) and r.owner_id = $4
             union all
             select b.sku_id, b.min_life_days, b.quantity from basket_line b
             where b.org_id = $1 and b.site_id = $2 and b.sku_id = any($3) and b.owner_id = $4 and b.min_life_days > 0) asked
           group by sku_id, days"#,
        org,
        site,
        skus,
        owner
    )
    .fetch_all(conn)
    .await?)
}

/// What is reserved of an owner's units, place by place.
#[derive(Default)]
pub(crate) struct Reserved {
    pub sites: Vec<Uuid>,
    pub skus: Vec<Uuid>,
    pub owners: Vec<Uuid>,
    pub by: Vec<i32>,
}

impl Reserved {
    pub fn push(&mut self, site: Uuid, sku: Uuid, owner: Uuid, by: i32) {
        self.sites.push(site);
        self.skus.push(sku);
        self.owners.push(owner);
        self.by.push(by);
    }
}

pub(crate) async fn change_reserved(conn: &mut PgConnection, org: Uuid, changed: &Reserved) -> Result<()> {
    sqlx::query!(
        "update demand d set reserved = d.reserved + n.by
         from (select site, sku, owner, sum(by)::int as by
               from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[]) as n (site, sku, owner, by) group by site, sku, owner) n
         where d.org_id = $1 and d.site_id = n.site and d.sku_id = n.sku and d.owner_id = n.owner",
        org,
        &changed.sites,
        &changed.skus,
        &changed.owners,
        &changed.by
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reservations of these lines, as they are counted in demand.
pub(crate) async fn insert_reservations(conn: &mut PgConnection, org: Uuid, lines: &[Uuid], new: &Reserved) -> Result<()> {
    let ids: Vec<Uuid> = lines.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into reservation (org_id, id, order_line_id, site_id, sku_id, owner_id, quantity)
         select $1, id, line, site, sku, owner, quantity
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::int[]) as n (id, line, site, sku, owner, quantity)",
        org,
        &ids,
        lines,
        &new.sites,
        &new.skus,
        &new.owners,
        &new.by
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
    pub owner_id: Uuid,
    pub quantity: i32,
}

/// What these lines have reserved, oldest first.
pub(crate) async fn reservations(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<ReservationRow>> {
    Ok(sqlx::query_as!(
        ReservationRow,
        "select id, order_line_id, site_id, sku_id, owner_id, quantity from reservation where org_id = $1 and order_line_id = any($2) order by id",
        org,
        lines
    )
    .fetch_all(conn)
    .await?)
}

/// Reservations of an owner's SKU at a site, the least urgent order's first: the first to give way.
pub(crate) async fn reservations_of(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    sku: Uuid,
    owner: Uuid,
) -> Result<Vec<ReservationRow>> {
    Ok(sqlx::query_as!(
        ReservationRow,
        "select r.id, r.order_line_id, r.site_id, r.sku_id, r.owner_id, r.quantity from reservation r
         join order_line l on l.org_id = r.org_id and l.id = r.order_line_id
         join sales_order o on o.org_id = l.org_id and o.id = l.order_id
         where r.org_id = $1 and r.site_id = $2 and r.sku_id = $3 and r.owner_id = $4
         order by o.promised_at desc, o.placed_at desc, r.id desc",
        org,
        site,
        sku,
        owner
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
