//! Statements on inspections of goods: plans, what is held for them, verdicts.

use chrono::{DateTime, Utc};
use domain::purchasing::Condition;
use domain::stock::Tag;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct PlanFacts {
    pub how: String,
    pub amount: i32,
    pub note: String,
    /// Which receipt of such goods this one is since the plan was made.
    pub receipt: i64,
}

/// The plan that holds for a line of a receipt: of SKU and supplier, else of the SKU, else of the supplier.
pub(super) async fn plan_for(conn: &mut PgConnection, org: Uuid, receipt: Uuid, line: Uuid) -> Result<Option<PlanFacts>> {
    Ok(sqlx::query_as!(
        PlanFacts,
        r#"select p.how, p.figure as amount, p.note,
                  (select count(distinct g.id) + 1 from goods_receipt g
                   join goods_receipt_line x on x.org_id = g.org_id and x.receipt_id = g.id
                   join purchase_order y on y.org_id = g.org_id and y.id = g.order_id
                   where g.org_id = p.org_id and g.id <> r.id and g.recorded_at <= r.recorded_at and g.occurred_at >= p.set_at
                     and (p.sku_id = '00000000-0000-0000-0000-000000000000' or x.sku_id = p.sku_id)
                     and (p.supplier_id = '00000000-0000-0000-0000-000000000000' or y.supplier_id = p.supplier_id)) as "receipt!"
           from goods_receipt r
           join purchase_line l on l.org_id = r.org_id and l.id = $3
           join purchase_order o on o.org_id = l.org_id and o.id = l.order_id
           join inspection_plan p on p.org_id = r.org_id and p.sku_id in (l.sku_id, '00000000-0000-0000-0000-000000000000')
             and p.supplier_id in (o.supplier_id, '00000000-0000-0000-0000-000000000000')
           where r.org_id = $1 and r.id = $2
           order by p.sku_id = '00000000-0000-0000-0000-000000000000', p.supplier_id = '00000000-0000-0000-0000-000000000000' limit 1"#,
        org,
        receipt,
        line
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn set_plan(
    conn: &mut PgConnection,
    org: Uuid,
    (sku, supplier): (Uuid, Uuid),
    (how, amount, note): (&str, i32, &str),
    (by, at): (Uuid, DateTime<Utc>),
) -> Result<()> {
    sqlx::query!(
        "insert into inspection_plan (org_id, id, sku_id, supplier_id, how, figure, note, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (org_id, sku_id, supplier_id) do update set how = excluded.how, figure = excluded.figure, note = excluded.note,
           set_by = excluded.set_by, set_at = excluded.set_at",
        org,
        Uuid::now_v7(),
        sku,
        supplier,
        how,
        amount,
        note,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn drop_plan(conn: &mut PgConnection, org: Uuid, sku: Uuid, supplier: Uuid) -> Result<()> {
    sqlx::query!("delete from inspection_plan where org_id = $1 and sku_id = $2 and supplier_id = $3", org, sku, supplier)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) struct OpenRow {
    pub id: Uuid,
    pub bin_id: Uuid,
}

/// The inspection that a receipt's line is under, if it is not released.
pub(super) async fn open(conn: &mut PgConnection, org: Uuid, receipt: Uuid, line: Uuid) -> Result<Option<OpenRow>> {
    Ok(sqlx::query_as!(
        OpenRow,
        "select id, bin_id from goods_inspection where org_id = $1 and receipt_id = $2 and line_id = $3 and released_at is null for no key update",
        org,
        receipt,
        line
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct NewInspection<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub receipt: Uuid,
    pub line: Uuid,
    pub sku: Uuid,
    pub site: Uuid,
    pub bin: Uuid,
    pub landing: Uuid,
    pub plan: &'a PlanFacts,
}

pub(super) async fn insert(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewInspection<'_>) -> Result<()> {
    sqlx::query!(
        "insert into goods_inspection (org_id, id, number, receipt_id, line_id, sku_id, site_id, bin_id, landing_bin, how, figure, note, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        org,
        new.id,
        new.number,
        new.receipt,
        new.line,
        new.sku,
        new.site,
        new.bin,
        new.landing,
        new.plan.how,
        new.plan.amount,
        new.plan.note,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks an inspection: whoever judges or releases it waits here. Where it stands is read by [`facts`], after the lock is held.
pub(super) async fn lock(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<bool> {
    let locked = sqlx::query_scalar!("select id from goods_inspection where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(conn)
        .await?;
    Ok(locked.is_some())
}

pub(super) struct Facts {
    pub number: String,
    pub line_id: Uuid,
    /// Whose goods they are.
    pub owner_id: Uuid,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub landing_bin: Uuid,
    pub how: String,
    pub amount: i32,
    pub released: bool,
    pub came: i32,
    pub accepted: i32,
    pub rejected: i32,
    /// A line of its receipt, for claims; and what one cost.
    pub receipt_line: Uuid,
    pub unit_cost: rust_decimal::Decimal,
}

pub(super) async fn facts(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<Facts>> {
    Ok(sqlx::query_as!(
        Facts,
        r#"select i.number, i.line_id, o.owner_id, i.sku_id, k.code as sku_code, i.site_id, i.bin_id, i.landing_bin, i.how, i.figure as amount,
                  i.released_at is not null as "released!", s.came as "came!", s.accepted as "accepted!", s.rejected as "rejected!",
                  f.id as receipt_line, f.unit_cost
           from goods_inspection i
           join goods_inspection_standing s on s.org_id = i.org_id and s.id = i.id
           join sku k on k.org_id = i.org_id and k.id = i.sku_id
           join purchase_line n on n.org_id = i.org_id and n.id = i.line_id
           join purchase_order o on o.org_id = n.org_id and o.id = n.order_id
           join lateral (select l.id, l.unit_cost from goods_receipt_line l where l.org_id = i.org_id and l.inspection_id = i.id
                         order by l.id limit 1) f on true
           where i.org_id = $1 and i.id = $2"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct NewVerdict<'a> {
    pub inspection: Uuid,
    pub condition: Condition,
    pub fault: &'a str,
    pub note: &'a str,
}

/// A verdict on units, as they are told apart.
pub(super) async fn insert_verdict(
    conn: &mut PgConnection,
    org: Uuid,
    (by, at): (Uuid, DateTime<Utc>),
    new: &NewVerdict<'_>,
    units: &[(Tag, i32)],
) -> Result<()> {
    let ids: Vec<Uuid> = units.iter().map(|_| Uuid::now_v7()).collect();
    let (lots, serials): (Vec<Uuid>, Vec<Uuid>) = units.iter().map(|(tag, _)| (tag.lot.0, tag.serial.0)).unzip();
    let quantities: Vec<i32> = units.iter().map(|(_, units)| *units).collect();
    sqlx::query!(
        "insert into goods_verdict (org_id, id, inspection_id, quantity, condition, fault, note, judged_by, judged_at, lot_id, serial_id)
         select $1, n.id, $2, n.quantity, $3, $4, $5, $6, $7, n.lot, n.serial
         from unnest($8::uuid[], $9::int[], $10::uuid[], $11::uuid[]) as n (id, quantity, lot, serial)",
        org,
        new.inspection,
        new.condition.code(),
        new.fault,
        new.note,
        by,
        at,
        &ids,
        &quantities,
        &lots,
        &serials
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn released(conn: &mut PgConnection, org: Uuid, id: Uuid, (by, at): (Uuid, DateTime<Utc>)) -> Result<()> {
    sqlx::query!("update goods_inspection set released_at = $4, released_by = $3 where org_id = $1 and id = $2", org, id, by, at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Units of an inspection's own, as they are told apart.
pub(super) struct OwnRow {
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    /// In its bin still.
    pub units: i32,
    /// Of them, units that passed.
    pub accepted: i32,
    /// Of them, units that are there to go: not what a count found missing since, nor what others wait for there.
    pub there: i32,
}

impl OwnRow {
    pub fn tag(&self) -> Tag {
        Tag { owner: self.owner_id.into(), lot: self.lot_id.into(), serial: self.serial_id.into() }
    }
}

/// What an inspection has, what spoils first before the rest.
pub(super) async fn own(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Vec<OwnRow>> {
    Ok(sqlx::query_as!(
        OwnRow,
        r#"select s.owner_id as "owner_id!", s.lot_id as "lot_id!", s.serial_id as "serial_id!", s.units as "units!",
                  (select coalesce(sum(v.quantity), 0)::int from goods_verdict v
                   where v.org_id = $1 and v.inspection_id = $2 and v.condition = 'good' and v.lot_id = s.lot_id and v.serial_id = s.serial_id) as "accepted!",
                  greatest(0, least(s.units - greatest(0, lost.units), held.units - others.units)) as "there!"
           from inspected_stock s
           join goods_inspection i on i.org_id = s.org_id and i.id = s.id
           cross join lateral (
             select coalesce(sum(b.on_hand), 0)::int as units from balance b
             where b.org_id = $1 and b.site_id = s.site_id and b.bin_id = s.bin_id and b.lpn_id = '00000000-0000-0000-0000-000000000000'
               and b.sku_id = s.sku_id and b.owner_id = s.owner_id and b.lot_id = s.lot_id and b.serial_id = s.serial_id and b.state = 'held') held
           cross join lateral (
             select coalesce(sum(o.units), 0)::int as units from inspected_stock o
             where o.org_id = $1 and o.bin_id = s.bin_id and o.sku_id = s.sku_id and o.id <> s.id and o.owner_id = s.owner_id
               and o.lot_id = s.lot_id and o.serial_id = s.serial_id) others
           cross join lateral (
             select coalesce(sum(case m.from_state when 'held' then m.quantity else -m.quantity end), 0)::int as units from movement m
             where m.org_id = $1 and m.sku_id = s.sku_id and m.occurred_at >= i.opened_at
               and m.owner_id = s.owner_id and m.lot_id = s.lot_id and m.serial_id = s.serial_id
               and (m.from_bin = s.bin_id and m.from_state = 'held' and m.to_state = 'outside'
                 or m.to_bin = s.bin_id and m.to_state = 'held' and m.reason = 'count')) lost
           left join lot t on t.org_id = s.org_id and t.id = s.lot_id
           where s.org_id = $1 and s.id = $2 order by t.expires_on, s.lot_id, s.serial_id"#,
        org,
        id
    )
    .fetch_all(conn)
    .await?)
}

/// Units that inspections hold in a bin, of a kind of which fewer are held there than that.
pub(super) async fn let_go(conn: &mut PgConnection, org: Uuid, (site, bin, sku): (Uuid, Uuid, Uuid)) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        r#"select i.units as "units!" from (
             select owner_id, lot_id, serial_id, sum(units)::int as units from inspected_stock
             where org_id = $1 and bin_id = $3 and sku_id = $4 group by owner_id, lot_id, serial_id) i
           where i.units > (select coalesce(sum(b.on_hand), 0) from balance b
             where b.org_id = $1 and b.site_id = $2 and b.bin_id = $3 and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.sku_id = $4
               and b.owner_id = i.owner_id and b.lot_id = i.lot_id and b.serial_id = i.serial_id and b.state = 'held')
           limit 1"#,
        org,
        site,
        bin,
        sku
    )
    .fetch_optional(conn)
    .await?)
}
