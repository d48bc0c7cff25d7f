//! Statements that answer questions about stock. What is in transit is seen at both ends of its lane: it stands in a bin of the site it
//! goes to.

use chrono::{DateTime, NaiveDate, Utc};
use domain::stock::StockRow;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A page of the inventory. Which SKUs are on it is found first, and only theirs are summed: the ledger may be long.
pub(crate) async fn inventory(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    search: &str,
    state: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<StockRow>> {
    Ok(sqlx::query_as!(
        StockRow,
        r#"select s.id as sku, s.code, s.name, s.variant, s.category, s.price,
                  coalesce(b.sellable - b.allocated, 0) as "available!", coalesce(b.allocated, 0) as "allocated!",
                  coalesce(d.reserved, 0) as "reserved!", coalesce(b.held, 0) as "held!", coalesce(b.quarantined, 0) as "quarantined!",
                  coalesce(b.damaged, 0) as "damaged!", coalesce(b.returned, 0) as "returned!", coalesce(b.in_transit, 0) as "in_transit!",
                  coalesce(b.on_hand, 0) as "on_hand!"
           from (select * from sku s where s.org_id = $1
                   and ($3 = '' or s.code ilike '%' || $3 || '%' or s.name ilike '%' || $3 || '%'
                        or exists (select from barcode c where c.org_id = s.org_id and c.sku_id = s.id and c.code = $3))
                   and ($4 = ''
                        or $4 <> 'short' and s.id in (select b.sku_id from balance b where b.org_id = $1 and b.on_hand > 0
                             and ($2::uuid[] is null or b.site_id = any($2)
                          or b.bin_id in (select l.bin_id from lane l where l.org_id = $1 and l.from_site = any($2)))
                        and (b.state = $4 or $4 = 'allocated' and b.allocated > 0))
                        or $4 = 'short' and s.id in (select d.sku_id from demand d
                             where d.org_id = $1 and d.reserved > 0 and ($2::uuid[] is null or d.site_id = any($2))
                             group by d.sku_id having sum(d.reserved) > (
                               select coalesce(sum(b.on_hand - b.allocated), 0) from balance b where b.org_id = $1 and b.sku_id = d.sku_id
                                 and b.state = 'sellable' and ($2::uuid[] is null or b.site_id = any($2)))))
                 order by s.code limit $5 offset $6) s
           left join lateral (
             select sum(on_hand) as on_hand, sum(allocated) as allocated, coalesce(sum(on_hand) filter (where state = 'sellable'), 0) as sellable,
                    sum(on_hand) filter (where state = 'held') as held, sum(on_hand) filter (where state = 'quarantined') as quarantined,
                    sum(on_hand) filter (where state = 'damaged') as damaged, sum(on_hand) filter (where state = 'returned') as returned,
                    sum(on_hand) filter (where state = 'in_transit') as in_transit
             from balance where org_id = $1 and sku_id = s.id and ($2::uuid[] is null or site_id = any($2)
                or bin_id in (select l.bin_id from lane l where l.org_id = $1 and l.from_site = any($2)))) b on true
           left join lateral (select sum(reserved) as reserved from demand
                              where org_id = $1 and sku_id = s.id and ($2::uuid[] is null or site_id = any($2))) d on true
           order by s.code"#,
        org,
        sites,
        search,
        state,
        limit,
        offset
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn inventory_total(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    search: &str,
    state: &str,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from sku s where s.org_id = $1
             and ($3 = '' or s.code ilike '%' || $3 || '%' or s.name ilike '%' || $3 || '%'
                  or exists (select from barcode c where c.org_id = s.org_id and c.sku_id = s.id and c.code = $3))
             and ($4 = ''
                  or $4 <> 'short' and s.id in (select b.sku_id from balance b where b.org_id = $1 and b.on_hand > 0
                       and ($2::uuid[] is null or b.site_id = any($2)
                          or b.bin_id in (select l.bin_id from lane l where l.org_id = $1 and l.from_site = any($2)))
                        and (b.state = $4 or $4 = 'allocated' and b.allocated > 0))
                  or $4 = 'short' and s.id in (select d.sku_id from demand d
                       where d.org_id = $1 and d.reserved > 0 and ($2::uuid[] is null or d.site_id = any($2))
                       group by d.sku_id having sum(d.reserved) > (
                         select coalesce(sum(b.on_hand - b.allocated), 0) from balance b where b.org_id = $1 and b.sku_id = d.sku_id
                           and b.state = 'sellable' and ($2::uuid[] is null or b.site_id = any($2)))))"#,
        org,
        sites,
        search,
        state
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) async fn stock_row(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, sku: Uuid) -> Result<Option<StockRow>> {
    Ok(sqlx::query_as!(
        StockRow,
        r#"select s.id as sku, s.code, s.name, s.variant, s.category, s.price,
                  coalesce(sum(b.on_hand - b.allocated) filter (where b.state = 'sellable'), 0) as "available!",
                  coalesce(sum(b.allocated), 0) as "allocated!",
                  coalesce((select sum(d.reserved) from demand d where d.org_id = s.org_id and d.sku_id = s.id
                            and ($2::uuid[] is null or d.site_id = any($2))), 0) as "reserved!",
                  coalesce(sum(b.on_hand) filter (where b.state = 'held'), 0) as "held!",
                  coalesce(sum(b.on_hand) filter (where b.state = 'quarantined'), 0) as "quarantined!",
                  coalesce(sum(b.on_hand) filter (where b.state = 'damaged'), 0) as "damaged!",
                  coalesce(sum(b.on_hand) filter (where b.state = 'returned'), 0) as "returned!",
                  coalesce(sum(b.on_hand) filter (where b.state = 'in_transit'), 0) as "in_transit!",
                  coalesce(sum(b.on_hand), 0) as "on_hand!"
           from sku s left join balance b on b.org_id = s.org_id and b.sku_id = s.id and ($2::uuid[] is null or b.site_id = any($2)
             or b.bin_id in (select l.bin_id from lane l where l.org_id = $1 and l.from_site = any($2)))
           where s.org_id = $1 and s.id = $3 group by s.org_id, s.id"#,
        org,
        sites,
        sku
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) struct PromiseRow {
    pub site_id: Uuid,
    pub code: String,
    pub free: i64,
    pub promised: i64,
}

/// What stands free of a SKU at each site and is good for so many days, and what is promised of it.
pub(crate) async fn promises(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    sku: Uuid,
    days: i32,
) -> Result<Vec<PromiseRow>> {
    Ok(sqlx::query_as!(
        PromiseRow,
        r#"select t.id as site_id, t.code,
                  coalesce((select sum(b.on_hand - b.allocated) from balance b
                            join bin on bin.org_id = b.org_id and bin.id = b.bin_id and bin.kind in ('pick', 'reserve') and not bin.locked
                            where b.org_id = t.org_id and b.site_id = t.id and b.sku_id = $3 and b.state = 'sellable'
                              and b.lpn_id = '00000000-0000-0000-0000-000000000000'
                              and b.owner_id = '00000000-0000-0000-0000-000000000000'
                              and (b.lot_id = '00000000-0000-0000-0000-000000000000' or not exists (
                                select from lot x where x.org_id = b.org_id and x.id = b.lot_id and x.expires_on < (date_trunc('day', now() at time zone 'UTC') + make_interval(days => $4)) at time zone 'UTC'))), 0) as "free!",
                  coalesce((select sum(d.reserved + d.buffer) from demand d
                            where d.org_id = t.org_id and d.site_id = t.id and d.sku_id = $3
                              and d.owner_id = '00000000-0000-0000-0000-000000000000'), 0) as "promised!"
           from site t where t.org_id = $1 and ($2::uuid[] is null or t.id = any($2)) order by t.rank, t.code"#,
        org,
        sites,
        sku,
        days
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct FactsRow {
    pub weight_g: i32,
    pub length_mm: i32,
    pub width_mm: i32,
    pub height_mm: i32,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub layers_quantity: i64,
    pub layers_value: Decimal,
}

pub(crate) async fn facts(conn: &mut PgConnection, org: Uuid, sku: Uuid) -> Result<FactsRow> {
    Ok(sqlx::query_as!(
        FactsRow,
        r#"select s.weight_g, s.length_mm, s.width_mm, s.height_mm,
                  (select array_agg(c.code order by c.pack_quantity, c.code) from barcode c where c.org_id = s.org_id and c.sku_id = s.id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.pack_quantity, c.code) from barcode c
                   where c.org_id = s.org_id and c.sku_id = s.id) as packs,
                  coalesce((select sum(l.remaining) from cost_layer l where l.org_id = s.org_id and l.sku_id = s.id), 0) as "layers_quantity!",
                  coalesce((select sum(l.remaining_value) from cost_layer l where l.org_id = s.org_id and l.sku_id = s.id), 0) as "layers_value!"
           from sku s where s.org_id = $1 and s.id = $2"#,
        org,
        sku
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) struct PlaceRow {
    pub site_id: Uuid,
    pub site_code: String,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub bin_kind: String,
    pub lpn_id: Uuid,
    pub lpn_code: Option<String>,
    pub owner_id: Uuid,
    pub owner_code: String,
    pub lot_id: Uuid,
    pub lot_code: String,
    pub expires_on: Option<NaiveDate>,
    pub serial: String,
    pub state: String,
    pub on_hand: i32,
    pub allocated: i32,
}

pub(crate) async fn places(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, sku: Uuid) -> Result<Vec<PlaceRow>> {
    Ok(sqlx::query_as!(
        PlaceRow,
        r#"select b.site_id, t.code as site_code, b.bin_id, bin.code as bin_code, bin.kind as bin_kind, b.lpn_id, l.code as "lpn_code?",
                  b.owner_id, coalesce(w.code, '') as "owner_code!", b.lot_id, coalesce(o.code, '') as "lot_code!",
                  (o.expires_on at time zone 'UTC')::date as "expires_on?", coalesce(e.code, '') as "serial!", b.state, b.on_hand, b.allocated
           from balance b join site t on t.org_id = b.org_id and t.id = b.site_id
           join bin on bin.org_id = b.org_id and bin.id = b.bin_id
           left join lpn l on l.org_id = b.org_id and l.id = b.lpn_id
           left join stock_owner w on w.org_id = b.org_id and w.id = b.owner_id
           left join lot o on o.org_id = b.org_id and o.id = b.lot_id
           left join serial e on e.org_id = b.org_id and e.id = b.serial_id
           where b.org_id = $1 and b.sku_id = $3 and b.on_hand > 0 and ($2::uuid[] is null or b.site_id = any($2)
             or b.bin_id in (select l.bin_id from lane l where l.org_id = $1 and l.from_site = any($2)))
           order by t.rank, b.state, bin.code, o.expires_on, o.code, e.code limit 200"#,
        org,
        sites,
        sku
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct HolderRow {
    pub order_id: Uuid,
    pub order_number: String,
    pub order_line_id: Uuid,
    pub allocated: bool,
    pub bin_code: Option<String>,
    pub quantity: i32,
}

pub(crate) async fn holders(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, sku: Uuid) -> Result<Vec<HolderRow>> {
    Ok(sqlx::query_as!(
        HolderRow,
        r#"select o.id as "order_id!", o.number as "order_number!", h.line as "order_line_id!", h.allocated as "allocated!", h.bin_code,
                  h.quantity as "quantity!"
           from (select a.order_line_id as line, true as allocated, bin.code as bin_code, a.quantity, a.site_id from allocation a
                 join bin on bin.org_id = a.org_id and bin.id = a.bin_id where a.org_id = $1 and a.sku_id = $3
                 union all
                 select r.order_line_id, false, null, r.quantity, r.site_id from reservation r where r.org_id = $1 and r.sku_id = $3) h
           join order_line ol on ol.org_id = $1 and ol.id = h.line
           join sales_order o on o.org_id = $1 and o.id = ol.order_id
           where $2::uuid[] is null or h.site_id = any($2)
           order by o.placed_at, o.id limit 200"#,
        org,
        sites,
        sku
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct MoveRow {
    pub occurred_at: DateTime<Utc>,
    pub reason: String,
    pub quantity: i32,
    pub from_code: String,
    pub from_state: String,
    pub to_code: String,
    pub to_state: String,
}

pub(crate) async fn movements(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, sku: Uuid) -> Result<Vec<MoveRow>> {
    Ok(sqlx::query_as!(
        MoveRow,
        r#"select m.occurred_at, m.reason, m.quantity, f.code || coalesce(' / ' || fl.code, '') as "from_code!", m.from_state,
                  t.code || coalesce(' / ' || tl.code, '') as "to_code!", m.to_state
           from movement m
           join bin f on f.org_id = m.org_id and f.id = m.from_bin left join lpn fl on fl.org_id = m.org_id and fl.id = m.from_lpn
           join bin t on t.org_id = m.org_id and t.id = m.to_bin left join lpn tl on tl.org_id = m.org_id and tl.id = m.to_lpn
           where m.org_id = $1 and m.sku_id = $3 and ($2::uuid[] is null or m.from_site = any($2) or m.to_site = any($2))
           order by m.occurred_at desc, m.id desc limit 50"#,
        org,
        sites,
        sku
    )
    .fetch_all(conn)
    .await?)
}
