//! Questions about inspections: which there are, which plans hold, and what is on hold where.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct ListRow {
    pub id: Uuid,
    pub number: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub barcodes: Vec<String>,
    pub packs: Vec<i32>,
    pub apart: Vec<String>,
    pub supplier: String,
    pub receipt: String,
    pub order_number: String,
    pub site_code: String,
    pub bin_code: String,
    pub note: String,
    pub how: String,
    pub amount: i32,
    pub released: bool,
    pub came: i32,
    pub accepted: i32,
    pub rejected: i32,
    pub opened_at: DateTime<Utc>,
}

/// Inspections that are not released, the oldest first; then the last that are.
pub(super) async fn list(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, done: i64) -> Result<Vec<ListRow>> {
    Ok(sqlx::query_as!(
        ListRow,
        r#"with shown as (
             select id, false as released, opened_at as at from goods_inspection
             where org_id = $1 and released_at is null and ($2::uuid[] is null or site_id = any($2))
             union all (
             select id, true, released_at from goods_inspection
             where org_id = $1 and released_at is not null and ($2::uuid[] is null or site_id = any($2))
             order by released_at desc limit $3))
           select i.id, i.number, i.sku_id, k.code as sku_code, k.name as sku_name,
                  array(select b.code from barcode b where b.org_id = i.org_id and b.sku_id = i.sku_id order by b.pack_quantity, b.code) as "barcodes!",
                  array(select b.pack_quantity from barcode b where b.org_id = i.org_id and b.sku_id = i.sku_id order by b.pack_quantity, b.code) as "packs!",
                  array(select c.code from inspected_stock x
                        cross join lateral (select t.code from lot t where t.org_id = x.org_id and t.id = x.lot_id union
                                            select e.code from serial e where e.org_id = x.org_id and e.id = x.serial_id) c
                        where x.org_id = i.org_id and x.id = i.id group by c.code order by c.code) as "apart!",
                  r.supplier, r.number as receipt, o.number as order_number, a.code as site_code, n.code as bin_code, i.note, i.how, i.figure as amount,
                  h.released as "released!", s.came as "came!", s.accepted as "accepted!", s.rejected as "rejected!", i.opened_at
           from shown h
           join goods_inspection i on i.org_id = $1 and i.id = h.id
           join goods_inspection_standing s on s.org_id = i.org_id and s.id = i.id
           join sku k on k.org_id = i.org_id and k.id = i.sku_id
           join goods_receipt r on r.org_id = i.org_id and r.id = i.receipt_id
           join purchase_order o on o.org_id = r.org_id and o.id = r.order_id
           join site a on a.org_id = i.org_id and a.id = i.site_id
           join bin n on n.org_id = i.org_id and n.id = i.bin_id
           order by h.released, case when h.released then null else h.at end, h.at desc, i.id"#,
        org,
        sites,
        done
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct PlanListRow {
    pub sku_code: Option<String>,
    pub sku_name: Option<String>,
    pub supplier_id: Uuid,
    pub supplier: Option<String>,
    pub how: String,
    pub amount: i32,
    pub note: String,
    pub set_at: DateTime<Utc>,
}

pub(super) async fn plans(conn: &mut PgConnection, org: Uuid) -> Result<Vec<PlanListRow>> {
    Ok(sqlx::query_as!(
        PlanListRow,
        r#"select k.code as "sku_code?", k.name as "sku_name?", p.supplier_id, v.name as "supplier?", p.how, p.figure as amount, p.note, p.set_at
           from inspection_plan p
           left join sku k on k.org_id = p.org_id and k.id = p.sku_id
           left join supplier v on v.org_id = p.org_id and v.id = p.supplier_id
           where p.org_id = $1 order by k.code nulls last, v.name nulls last"#,
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct HeldListRow {
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub site_id: Uuid,
    pub site_code: String,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub lpn_id: Uuid,
    pub lpn_code: Option<String>,
    pub owner_id: Uuid,
    pub owner_code: String,
    pub lot_id: Uuid,
    pub lot_code: String,
    pub expires_on: Option<NaiveDate>,
    pub serial: String,
    pub units: i32,
    pub inspected: i32,
    pub unnamed: i32,
    pub reason: Option<String>,
    /// As it was given.
    pub said: Option<String>,
    pub note: String,
    pub held_by: Option<String>,
    pub held_at: Option<DateTime<Utc>>,
}

/// Units on hold by place and by what tells them apart, each with the last hold that says why.
pub(super) async fn held(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, most: i64) -> Result<Vec<HeldListRow>> {
    Ok(sqlx::query_as!(
        HeldListRow,
        r#"with inspected as materialized (
             select bin_id, sku_id, owner_id, lot_id, serial_id, sum(units)::int as units from inspected_stock where org_id = $1
             group by bin_id, sku_id, owner_id, lot_id, serial_id)
           select b.sku_id, k.code as sku_code, k.name as sku_name, b.site_id, a.code as site_code, b.bin_id, n.code as bin_code,
                  b.lpn_id, u.code as "lpn_code?", b.owner_id, coalesce(w.code, '') as "owner_code!", b.lot_id, coalesce(l.code, '') as "lot_code!",
                  (l.expires_on at time zone 'UTC')::date as "expires_on?", coalesce(e.code, '') as "serial!",
                  b.on_hand as units, coalesce(i.units, 0) as "inspected!",
                  case when (t.by_lot or t.by_serial) and l.id is null and e.id is null then b.on_hand else 0 end as "unnamed!",
                  h.reason as "reason?", reason_words(b.org_id, 'hold', h.id) as "said?", coalesce(h.note, '') as "note!",
                  h.name as "held_by?", h.done_at as "held_at?"
           from balance b
           join sku k on k.org_id = b.org_id and k.id = b.sku_id
           join site a on a.org_id = b.org_id and a.id = b.site_id
           join bin n on n.org_id = b.org_id and n.id = b.bin_id
           left join lpn u on u.org_id = b.org_id and u.id = b.lpn_id
           left join stock_owner w on w.org_id = b.org_id and w.id = b.owner_id
           left join lot l on l.org_id = b.org_id and l.id = b.lot_id
           left join serial e on e.org_id = b.org_id and e.id = b.serial_id
           left join sku_tracking t on t.org_id = b.org_id and t.sku_id = b.sku_id
           left join inspected i on b.lpn_id = '00000000-0000-0000-0000-000000000000' and i.bin_id = b.bin_id and i.sku_id = b.sku_id
             and i.owner_id = b.owner_id and i.lot_id = b.lot_id and i.serial_id = b.serial_id
           left join lateral (
             select x.id, x.reason, x.note, x.done_at, p.name from stock_hold x
             left join person p on p.org_id = x.org_id and p.id = x.done_by
             where x.org_id = b.org_id and x.bin_id = b.bin_id and x.sku_id = b.sku_id and x.hold
               and exists (select from movement m where m.org_id = x.org_id and m.source_id = x.id and m.to_lpn = b.lpn_id
                             and m.owner_id = b.owner_id and m.lot_id = b.lot_id and m.serial_id = b.serial_id)
             order by x.done_at desc, x.id desc limit 1
           ) h on true
           where b.org_id = $1 and b.state = 'held' and b.on_hand > coalesce(i.units, 0) and ($2::uuid[] is null or b.site_id = any($2))
           order by h.done_at nulls first, k.code, n.code, u.code nulls first, l.expires_on, l.code, e.code limit $3"#,
        org,
        sites,
        most
    )
    .fetch_all(conn)
    .await?)
}
