//! Questions about buying, as statements.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::lots::Policy;
use domain::purchasing::{AwaitedLine, PurchaseSheetLine, ReceiptRow, SupplierRow};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) async fn suppliers(conn: &mut PgConnection, org: Uuid) -> Result<Vec<SupplierRow>> {
    Ok(sqlx::query_as!(
        SupplierRow,
        r#"select v.id, v.code, v.name, v.email, v.lead_days, v.over_percent, v.active,
                  (select count(*) from purchase_order o join purchase_order_standing s on s.org_id = o.org_id and s.id = o.id
                   where o.org_id = v.org_id and o.supplier_id = v.id and s.standing in ('approved', 'partial')) as "open_orders!",
                  (select count(distinct sku_id) from supplier_price p where p.org_id = v.org_id and p.supplier_id = v.id) as "priced!"
           from supplier v where v.org_id = $1 order by not v.active, v.name, v.id"#,
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct ListedPrice {
    pub sku_code: String,
    pub sku_name: String,
    pub min_quantity: i32,
    pub unit_cost: Decimal,
}

pub(super) async fn price_list(conn: &mut PgConnection, org: Uuid, supplier: Uuid) -> Result<Vec<ListedPrice>> {
    Ok(sqlx::query_as!(
        ListedPrice,
        "select s.code as sku_code, s.name as sku_name, p.min_quantity, p.unit_cost
         from supplier_price p join sku s on s.org_id = p.org_id and s.id = p.sku_id
         where p.org_id = $1 and p.supplier_id = $2 order by s.code, p.min_quantity limit 2000",
        org,
        supplier
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct StepRow {
    pub supplier: String,
    pub sku: String,
    pub min_quantity: i32,
    pub unit_cost: Decimal,
}

/// Every price list, step by step.
pub(super) async fn steps(conn: &mut PgConnection, org: Uuid) -> Result<Vec<StepRow>> {
    Ok(sqlx::query_as!(
        StepRow,
        "select v.code as supplier, s.code as sku, p.min_quantity, p.unit_cost from supplier_price p
         join supplier v on v.org_id = p.org_id and v.id = p.supplier_id
         join sku s on s.org_id = p.org_id and s.id = p.sku_id
         where p.org_id = $1 order by v.code, s.code, p.min_quantity",
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct ListRow {
    pub id: Uuid,
    pub number: String,
    pub supplier: String,
    pub site: String,
    pub standing: String,
    pub written_at: DateTime<Utc>,
    pub due: NaiveDate,
    pub late: bool,
    pub units: i64,
    pub received: i64,
    pub total_amount: Decimal,
    pub count: i64,
}

pub(super) struct Wanted<'a> {
    pub search: &'a str,
    pub standing: Option<&'a str>,
    /// None: all of them.
    pub sites: Option<&'a [Uuid]>,
    /// None: all that match.
    pub id: Option<Uuid>,
    /// Only those due by then with goods awaited that are in no delivery that was announced.
    pub unannounced_by: Option<NaiveDate>,
    pub now: DateTime<Utc>,
    pub most: i64,
    pub from: i64,
}

/// Orders latest first; late ones are those with goods awaited after their day, by the site's clock.
pub(super) async fn orders(conn: &mut PgConnection, org: Uuid, wanted: &Wanted<'_>) -> Result<Vec<ListRow>> {
    Ok(sqlx::query_as!(
        ListRow,
        r#"select o.id, o.number, v.name as supplier, i.code as site, s.standing as "standing!", o.written_at,
                  (o.due_at at time zone i.timezone)::date as "due!",
                  (s.standing in ('approved', 'partial') and o.due_at + interval '1 day' <= $6) as "late!",
                  s.units as "units!", s.received as "received!", s.total_amount as "total_amount!", count(*) over () as "count!"
           from purchase_order o
           join purchase_order_standing s on s.org_id = o.org_id and s.id = o.id
           join supplier v on v.org_id = o.org_id and v.id = o.supplier_id
           join site i on i.org_id = o.org_id and i.id = o.site_id
           where o.org_id = $1 and ($3::text is null or s.standing = $3) and ($4::uuid[] is null or o.site_id = any($4))
             and ($5::uuid is null or o.id = $5)
             and ($9::date is null or (s.standing in ('approved', 'partial') and (o.due_at at time zone i.timezone)::date <= $9
                   and s.awaited > (select coalesce(sum(a.coming), 0) from delivery_line_standing a
                                    where a.org_id = o.org_id and a.order_id = o.id)))
             and ($2 = '' or o.number ilike $2 || '%' or v.code ilike $2 || '%' or strpos(lower(v.name), lower($2)) > 0)
           order by o.written_at desc, o.id desc limit $7 offset $8"#,
        org,
        wanted.search,
        wanted.standing,
        wanted.sites,
        wanted.id,
        wanted.now,
        wanted.most,
        wanted.from,
        wanted.unannounced_by
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn counts(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select s.standing as "standing!", count(*) as "count!" from purchase_order o
           join purchase_order_standing s on s.org_id = o.org_id and s.id = o.id
           where o.org_id = $1 and ($2::uuid[] is null or o.site_id = any($2)) group by 1"#,
        org,
        sites
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.standing, row.count)).collect())
}

/// The order with this number, or whose id this is; and the one a delivery is of, by the delivery's number or the supplier's own.
pub(super) async fn by_scan(conn: &mut PgConnection, org: Uuid, scan: &str) -> Result<Option<(Uuid, Option<Uuid>)>> {
    let row = sqlx::query!(
        r#"select id as "order!", null::uuid as delivery, 1 as rank from purchase_order
           where org_id = $1 and (upper(number) = upper($2) or id::text = lower($2))
           union all
           select order_id, id, 2 from delivery
           where org_id = $1 and cancelled_at is null and (upper(number) = upper($2) or (reference <> '' and upper(reference) = upper($2)))
           order by rank, 1 limit 1"#,
        org,
        scan
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.order, row.delivery)))
}

pub(super) struct SheetRow {
    pub supplier_id: Uuid,
    pub owner_code: String,
    pub site_id: Uuid,
    pub note: String,
    pub revision: i32,
    pub writers: Vec<Uuid>,
    pub writer_names: Vec<String>,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by: Option<String>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_why: String,
}

pub(super) async fn sheet(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<SheetRow>> {
    Ok(sqlx::query_as!(
        SheetRow,
        r#"select o.supplier_id, coalesce(w.code, '') as "owner_code!", o.site_id, o.note, o.revision, o.writers,
                  array(select p.name from person p where p.org_id = o.org_id and p.id = any(o.writers) order by p.name) as "writer_names!",
                  o.approved_at, a.name as "approved_by?", o.cancelled_at, o.cancelled_why
           from purchase_order o left join person a on a.org_id = o.org_id and a.id = o.approved_by
           left join stock_owner w on w.org_id = o.org_id and w.id = o.owner_id
           where o.org_id = $1 and o.id = $2"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn sheet_lines(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Vec<PurchaseSheetLine>> {
    Ok(sqlx::query_as!(
        PurchaseSheetLine,
        r#"select l.id as "id!", l.line_no as "line_no!", k.id as sku, k.code as sku_code, k.name as sku_name, l.quantity as "quantity!",
                  l.unit_cost as "unit_cost!", l.over_percent, l.received as "received!", l.awaited as "awaited!",
                  l.closed_at is not null as "closed!"
           from purchase_line_standing l join sku k on k.org_id = l.org_id and k.id = l.sku_id
           where l.org_id = $1 and l.order_id = $2 order by l.line_no"#,
        org,
        id
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn receipts(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Vec<ReceiptRow>> {
    Ok(sqlx::query_as!(
        ReceiptRow,
        r#"select r.number, r.occurred_at as at, d.number as "delivery?", coalesce(l.units, 0) as "units!", coalesce(l.value, 0) as "value!"
           from goods_receipt r left join delivery d on d.org_id = r.org_id and d.id = r.delivery_id
           left join lateral (select sum(x.quantity)::bigint as units, sum(x.quantity * x.unit_cost) as value
                              from goods_receipt_line x where x.org_id = r.org_id and x.receipt_id = r.id) l on true
           where r.org_id = $1 and r.order_id = $2 order by r.occurred_at desc, r.id desc"#,
        org,
        id
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct DeliveryListRow {
    pub id: Uuid,
    pub number: String,
    pub order_number: String,
    pub supplier: String,
    pub site: String,
    pub dock: String,
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
    pub carrier: String,
    pub reference: String,
    pub late: bool,
    pub arrived_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub cancelled: bool,
    pub units: i64,
    pub received: i64,
}

/// Which deliveries are asked for: an order's, or a day's.
pub(super) struct WantedDeliveries<'a> {
    pub order: Option<Uuid>,
    pub sites: Option<&'a [Uuid]>,
    /// By each site's clock.
    pub day: Option<NaiveDate>,
    pub now: DateTime<Utc>,
}

/// By their appointments. A day's are those booked for it, and those late from before it that never came.
pub(super) async fn deliveries(
    conn: &mut PgConnection,
    org: Uuid,
    wanted: &WantedDeliveries<'_>,
) -> Result<Vec<DeliveryListRow>> {
    Ok(sqlx::query_as!(
        DeliveryListRow,
        r#"select d.id, d.number, o.number as order_number, v.name as supplier, i.code as site, b.code as dock,
                  d.slot_from at time zone i.timezone as "from!", d.slot_to at time zone i.timezone as "to!", d.carrier, d.reference,
                  (d.slot_to < $5 and d.arrived_at is null and d.cancelled_at is null) as "late!", d.arrived_at, d.done_at,
                  d.cancelled_at is not null as "cancelled!",
                  (select coalesce(sum(n.quantity), 0)::bigint from delivery_line n where n.org_id = d.org_id and n.delivery_id = d.id) as "units!",
                  (select coalesce(sum(l.quantity), 0)::bigint from goods_receipt r
                   join goods_receipt_line l on l.org_id = r.org_id and l.receipt_id = r.id
                   where r.org_id = d.org_id and r.delivery_id = d.id) as "received!"
           from delivery d
           join purchase_order o on o.org_id = d.org_id and o.id = d.order_id
           join supplier v on v.org_id = o.org_id and v.id = o.supplier_id
           join site i on i.org_id = d.org_id and i.id = d.site_id
           join bin b on b.org_id = d.org_id and b.id = d.dock_id
           where d.org_id = $1 and ($2::uuid is null or d.order_id = $2) and ($3::uuid[] is null or d.site_id = any($3))
             and ($4::date is null or (d.cancelled_at is null and (
                   (d.slot_from at time zone i.timezone)::date = $4
                   or (d.arrived_at is null and d.slot_to < $5 and (d.slot_from at time zone i.timezone)::date < $4
                       and (($5::timestamptz) at time zone i.timezone)::date = $4))))
           order by i.code, b.code, d.slot_from, d.id limit 1000"#,
        org,
        wanted.order,
        wanted.sites,
        wanted.day,
        wanted.now
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn docks(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select code from bin where org_id = $1 and site_id = $2 and kind = 'dock' order by code", org, site)
        .fetch_all(conn)
        .await?)
}

#[expect(clippy::struct_excessive_bools, reason = "a row as the statement answers it")]
struct AwaitedRow {
    id: Uuid,
    line_no: i32,
    sku: Uuid,
    sku_code: String,
    sku_name: String,
    quantity: i32,
    received: i32,
    closed: bool,
    codes: Vec<String>,
    packs: Vec<i32>,
    by_lot: bool,
    by_serial: bool,
    by_expiry: bool,
    shelf_life_days: Option<i32>,
}

/// What the dock must know of an order's lines.
pub(super) async fn awaited(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Vec<AwaitedLine>> {
    let rows = sqlx::query_as!(
        AwaitedRow,
        r#"select l.id as "id!", l.line_no as "line_no!", k.id as sku, k.code as sku_code, k.name as sku_name, l.quantity as "quantity!",
                  l.received as "received!", l.closed_at is not null as "closed!",
                  array(select b.code from barcode b where b.org_id = k.org_id and b.sku_id = k.id order by b.code) as "codes!",
                  array(select b.pack_quantity from barcode b where b.org_id = k.org_id and b.sku_id = k.id order by b.code) as "packs!",
                  coalesce(t.by_lot, false) as "by_lot!", coalesce(t.by_serial, false) as "by_serial!",
                  coalesce(t.by_expiry, false) as "by_expiry!", t.shelf_life_days as "shelf_life_days?"
           from purchase_line_standing l join sku k on k.org_id = l.org_id and k.id = l.sku_id
           left join sku_tracking t on t.org_id = k.org_id and t.sku_id = k.id
           where l.org_id = $1 and l.order_id = $2 order by l.line_no"#,
        org,
        id
    )
    .fetch_all(conn)
    .await?;
    let line = |row: AwaitedRow| AwaitedLine {
        id: row.id.into(),
        line_no: row.line_no,
        sku: row.sku.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        quantity: row.quantity,
        received: row.received,
        closed: row.closed,
        barcodes: row.codes.into_iter().zip(row.packs).collect(),
        policy: Policy {
            lot: row.by_lot,
            serial: row.by_serial,
            expiry: row.by_expiry,
            picking: None,
            shelf_life_days: row.shelf_life_days,
        },
        announced: None,
        lots: Vec::new(),
    };
    Ok(rows.into_iter().map(line).collect())
}
