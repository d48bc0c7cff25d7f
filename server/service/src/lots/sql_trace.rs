//! Statements on where lots and serials came from, stand and went. A lot is asked by its id; a serial that is of no lot by its own.

use chrono::{DateTime, NaiveDate, Utc};
use domain::lots::{LotCame, LotRow};
use domain::stock::Tag;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// What an order's customer has of a SKU: shipped, and not come back.
pub(super) struct OutRow {
    lot_id: Uuid,
    serial_id: Uuid,
    pub lot: String,
    pub serial: String,
    pub units: i32,
}

impl OutRow {
    pub fn tag(&self) -> Tag {
        Tag { lot: self.lot_id.into(), serial: self.serial_id.into(), ..Tag::NONE }
    }
}

pub(super) async fn out_with_customer(conn: &mut PgConnection, org: Uuid, order: Uuid, sku: Uuid) -> Result<Vec<OutRow>> {
    Ok(sqlx::query_as!(
        OutRow,
        r#"select x.lot_id as "lot_id!", x.serial_id as "serial_id!", coalesce(t.code, '') as "lot!", coalesce(s.code, '') as "serial!",
                  sum(x.units)::int as "units!"
           from (select m.lot_id, m.serial_id, m.quantity as units from parcel p
                 join movement m on m.org_id = p.org_id and m.source_id = p.id and m.reason = 'ship' and m.sku_id = $3
                 where p.org_id = $1 and p.order_id = $2
                 union all
                 select m.lot_id, m.serial_id, -m.quantity from return_request r
                 join return_line l on l.org_id = r.org_id and l.return_id = r.id
                 join receipt_line c on c.org_id = l.org_id and c.return_line_id = l.id
                 join movement m on m.org_id = c.org_id and m.source_id = c.id and m.reason = 'return_receipt' and m.sku_id = $3
                 where r.org_id = $1 and r.order_id = $2) x
           left join lot t on t.org_id = $1 and t.id = x.lot_id
           left join serial s on s.org_id = $1 and s.id = x.serial_id
           group by x.lot_id, x.serial_id, t.code, s.code having sum(x.units) > 0 order by t.code, s.code"#,
        org,
        order,
        sku
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn order_number(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<String> {
    Ok(sqlx::query_scalar!("select number from sales_order where org_id = $1 and id = $2", org, order).fetch_one(conn).await?)
}

/// Where a serial is by the books, in words: in a bin, or with whom; none when nobody ever had it.
pub(super) async fn whereabouts(conn: &mut PgConnection, org: Uuid, sku: Uuid, code: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(
             (select 'it stands in ' || n.code from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id
              where b.org_id = s.org_id and b.serial_id = s.id and b.on_hand > 0 limit 1),
             (select 'it was shipped on ' || o.number from movement m join parcel p on p.org_id = m.org_id and p.id = m.source_id
              join sales_order o on o.org_id = p.org_id and o.id = p.order_id
              where m.org_id = s.org_id and m.serial_id = s.id and m.reason = 'ship' order by m.occurred_at desc, m.id desc limit 1),
             'it left the books') as "words!"
           from serial s where s.org_id = $1 and s.sku_id = $2 and s.code = $3"#,
        org,
        sku,
        code
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct ListedRow {
    pub row: LotRow,
    pub total: i64,
}

/// Lots by code or SKU, and the serial of that very number, or the one of that id; those that expire first come first. `which`: empty, `recalled`, or `expired`.
pub(super) async fn list(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    only: Option<Uuid>,
    (search, which, today): (&str, &str, NaiveDate),
    (limit, offset): (i64, i64),
) -> Result<Vec<ListedRow>> {
    let rows = sqlx::query!(
        r#"with found as (
             select l.id, false as serial, l.sku_id, l.code, l.made_on, l.expires_on, l.supplier, l.recalled_at, l.recall_note, l.first_at
             from lot l join sku s on s.org_id = l.org_id and s.id = l.sku_id
             where l.org_id = $1 and ($8::uuid is null or l.id = $8) and ($3 = '' or l.code ilike '%' || $3 || '%' or s.code ilike '%' || $3 || '%' or s.name ilike '%' || $3 || '%')
               and ($4 = '' or $4 = 'recalled' and l.recalled_at is not null or $4 = 'expired' and l.expires_on < $5::date::timestamp at time zone 'UTC')
             union all
             select r.id, true, r.sku_id, r.code, null, null, '', null, '', r.first_at from serial r
             where r.org_id = $1 and $4 = '' and ($3 <> '' and r.code = upper($3) or r.id = $8))
           select f.id as "id!", f.serial as "serial!", f.sku_id as "sku!", s.code as "sku_code!", s.name as "sku_name!", f.code as "code!",
                  (f.made_on at time zone 'UTC')::date as "made_on?", (f.expires_on at time zone 'UTC')::date as "expires_on?", f.supplier as "supplier!",
                  f.recalled_at, f.recall_note as "recall_note!",
                  coalesce(b.on_hand, 0) as "on_hand!", coalesce(b.held, 0) as "held!", coalesce(b.allocated, 0) as "allocated!",
                  coalesce(w.units, 0) as "shipped!", f.total as "total!"
           from (select *, count(*) over () as total from found
                 order by recalled_at is null, expires_on, first_at desc, code, id limit $6 offset $7) f
           join sku s on s.org_id = $1 and s.id = f.sku_id
           left join lateral (
             select sum(x.on_hand) as on_hand, sum(x.on_hand) filter (where x.state <> 'sellable') as held, sum(x.allocated) as allocated
             from (select * from balance where not f.serial and org_id = $1 and lot_id = f.id and lot_id <> '00000000-0000-0000-0000-000000000000'
                   union all
                   select * from balance where f.serial and org_id = $1 and serial_id = f.id and serial_id <> '00000000-0000-0000-0000-000000000000') x
             where ($2::uuid[] is null or x.site_id = any($2))) b on true
           left join lateral (
             select sum(case when m.reason = 'ship' then m.quantity else -m.quantity end) as units
             from (select * from movement where not f.serial and org_id = $1 and lot_id = f.id and lot_id <> '00000000-0000-0000-0000-000000000000'
                   union all
                   select * from movement where f.serial and org_id = $1 and serial_id = f.id and serial_id <> '00000000-0000-0000-0000-000000000000') m
             where m.reason in ('ship', 'return_receipt') and ($2::uuid[] is null or m.from_site = any($2) or m.to_site = any($2))) w on true
           order by f.recalled_at is null, f.expires_on, f.first_at desc, f.code, f.id"#,
        org,
        sites,
        search,
        which,
        today,
        limit,
        offset,
        only
    )
    .fetch_all(conn)
    .await?;
    let listed = rows.into_iter().map(|r| ListedRow {
        total: r.total,
        row: LotRow {
            id: r.id.into(),
            serial: r.serial,
            sku: r.sku.into(),
            sku_code: r.sku_code,
            sku_name: r.sku_name,
            code: r.code,
            made_on: r.made_on,
            expires_on: r.expires_on,
            supplier: r.supplier,
            recalled_at: r.recalled_at,
            recall_note: r.recall_note,
            on_hand: r.on_hand,
            held: r.held,
            allocated: r.allocated,
            shipped: r.shipped,
        },
    });
    Ok(listed.collect())
}

/// Receipts that brought some, the first first. A receipt of an order has its lines as sources, any other itself.
pub(super) async fn came(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, id: Uuid) -> Result<Vec<LotCame>> {
    Ok(sqlx::query_as!(
        LotCame,
        r#"select m.occurred_at as "at!", coalesce(g.number, '') as "receipt!", coalesce(g.supplier, '') as "supplier!", o.number as "order?",
                  sum(m.quantity) as "quantity!"
           from movement m
           left join goods_receipt_line l on l.org_id = m.org_id and l.id = m.source_id
           left join goods_receipt g on g.org_id = m.org_id and g.id = coalesce(l.receipt_id, m.source_id)
           left join purchase_order o on o.org_id = g.org_id and o.id = g.order_id
           where m.org_id = $1 and (m.lot_id = $3 or m.serial_id = $3) and m.reason in ('receipt', 'opening')
             and ($2::uuid[] is null or m.to_site = any($2))
           group by m.occurred_at, g.number, g.supplier, o.number order by m.occurred_at limit 200"#,
        org,
        sites,
        id
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct StandsRow {
    pub site_code: String,
    pub bin_code: String,
    pub lpn_code: Option<String>,
    pub serial: Option<String>,
    pub state: String,
    pub on_hand: i32,
    pub allocated: i32,
}

/// Where it stands.
pub(super) async fn stands(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, id: Uuid) -> Result<Vec<StandsRow>> {
    Ok(sqlx::query_as!(
        StandsRow,
        r#"select t.code as site_code, n.code as bin_code, l.code as "lpn_code?", s.code as "serial?", b.state, b.on_hand, b.allocated
           from balance b join site t on t.org_id = b.org_id and t.id = b.site_id
           join bin n on n.org_id = b.org_id and n.id = b.bin_id
           left join lpn l on l.org_id = b.org_id and l.id = b.lpn_id
           left join serial s on s.org_id = b.org_id and s.id = b.serial_id
           where b.org_id = $1 and (b.lot_id = $3 or b.serial_id = $3) and b.on_hand > 0 and ($2::uuid[] is null or b.site_id = any($2))
           order by t.rank, n.code, s.code, b.state limit 500"#,
        org,
        sites,
        id
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct WentRow {
    pub at: DateTime<Utc>,
    pub parcel_id: Uuid,
    pub parcel_number: String,
    pub order_number: String,
    pub customer_name: String,
    pub email: String,
    pub city: String,
    pub country: String,
    pub tracking: String,
    pub serials: String,
    pub quantity: i64,
    pub returned: i64,
}

/// Who has it: each parcel that took some, the latest first, with what came back of its order.
pub(super) async fn went(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    id: Uuid,
    limit: i64,
) -> Result<Vec<WentRow>> {
    Ok(sqlx::query_as!(
        WentRow,
        r#"with out as (
             select m.source_id as parcel_id, max(m.occurred_at) as at, sum(m.quantity) as quantity,
                    coalesce(string_agg(s.code, ', ' order by s.code), '') as serials
             from movement m left join serial s on s.org_id = m.org_id and s.id = m.serial_id
             where m.org_id = $1 and (m.lot_id = $3 or m.serial_id = $3) and m.reason = 'ship'
               and ($2::uuid[] is null or m.from_site = any($2)) group by m.source_id),
           back as (
             select r.order_id, sum(m.quantity) as quantity from movement m
             join receipt_line c on c.org_id = m.org_id and c.id = m.source_id
             join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
             join return_request r on r.org_id = l.org_id and r.id = l.return_id
             where m.org_id = $1 and (m.lot_id = $3 or m.serial_id = $3) and m.reason = 'return_receipt' group by r.order_id)
           select x.at as "at!", p.id as parcel_id, p.number as parcel_number, o.number as order_number, o.customer_name, o.email, o.city,
                  o.country, p.tracking, x.serials as "serials!", x.quantity as "quantity!", coalesce(b.quantity, 0) as "returned!"
           from out x join parcel p on p.org_id = $1 and p.id = x.parcel_id
           join sales_order o on o.org_id = p.org_id and o.id = p.order_id
           left join back b on b.order_id = o.id
           order by x.at desc, p.id desc limit $4"#,
        org,
        sites,
        id,
        limit
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct CameWithRow {
    pub receipt: Uuid,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub units: i32,
}

/// Units told apart that these receipts brought, less those that were inspected.
pub(super) async fn came_with(conn: &mut PgConnection, org: Uuid, receipts: &[Uuid]) -> Result<Vec<CameWithRow>> {
    Ok(sqlx::query_as!(
        CameWithRow,
        r#"select x.receipt as "receipt!", x.owner_id as "owner_id!", x.lot_id as "lot_id!", x.serial_id as "serial_id!", sum(x.units)::int as "units!" from (
             select m.source_id as receipt, m.owner_id, m.lot_id, m.serial_id, m.quantity as units from movement m
             where m.org_id = $1 and m.source_id = any($2) and m.reason = 'return_receipt'
               and (m.owner_id, m.lot_id, m.serial_id) <> ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
                 '00000000-0000-0000-0000-000000000000')
             union all
             select i.receipt_line_id, m.owner_id, m.lot_id, m.serial_id, -m.quantity from inspection i
             join disposition d on d.org_id = i.org_id and d.inspection_id = i.id
             join movement m on m.org_id = d.org_id and m.source_id = d.id and m.from_state = 'returned'
             where i.org_id = $1 and i.receipt_line_id = any($2)
               and (m.owner_id, m.lot_id, m.serial_id) <> ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
                 '00000000-0000-0000-0000-000000000000')) x
           group by x.receipt, x.owner_id, x.lot_id, x.serial_id having sum(x.units) > 0 order by x.receipt, x.lot_id, x.serial_id"#,
        org,
        receipts
    )
    .fetch_all(conn)
    .await?)
}
