//! Statements on goods other than ordered: over-deliveries that wait, lines closed short, claims.

use chrono::{DateTime, NaiveDate, Utc};
use domain::lots::Marks;
use domain::purchasing::ClaimKind;
use domain::reasons::Code;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Claims, column by column.
#[derive(Default)]
pub(super) struct NewClaims {
    pub numbers: Vec<String>,
    pub lines: Vec<Uuid>,
    pub receipt_lines: Vec<Option<Uuid>>,
    pub kinds: Vec<String>,
    pub faults: Vec<String>,
    pub quantities: Vec<i32>,
    pub amounts: Vec<Decimal>,
    pub notes: Vec<String>,
}

impl NewClaims {
    pub fn push(
        &mut self,
        line: Uuid,
        receipt_line: Option<Uuid>,
        (kind, fault): (ClaimKind, &Code),
        quantity: i32,
        unit_cost: Decimal,
        note: &str,
    ) {
        self.lines.push(line);
        self.receipt_lines.push(receipt_line);
        self.kinds.push(kind.code().to_owned());
        self.faults.push(fault.0.clone());
        self.quantities.push(quantity);
        self.amounts.push(unit_cost * Decimal::from(quantity));
        self.notes.push(note.to_owned());
    }
}

pub(super) async fn insert_claims(
    conn: &mut PgConnection,
    org: Uuid,
    at: DateTime<Utc>,
    by: Uuid,
    new: &NewClaims,
) -> Result<()> {
    let ids: Vec<Uuid> = new.lines.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into supplier_claim (org_id, id, number, line_id, receipt_line_id, kind, fault, quantity, amount, note, raised_by, raised_at)
         select $1, id, number, line, receipt_line, kind, fault, quantity, amount, note, $2, $3
         from unnest($4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::int[], $11::numeric[], $12::text[])
           as n (id, number, line, receipt_line, kind, fault, quantity, amount, note)",
        org,
        by,
        at,
        &ids,
        &new.numbers,
        &new.lines,
        &new.receipt_lines as &[Option<Uuid>],
        &new.kinds,
        &new.faults,
        &new.quantities,
        &new.amounts,
        &new.notes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn order_of_line(conn: &mut PgConnection, org: Uuid, line: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select order_id from purchase_line where org_id = $1 and id = $2", org, line)
        .fetch_optional(conn)
        .await?)
}

pub(super) async fn close_line(conn: &mut PgConnection, org: Uuid, line: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update purchase_line set closed_at = $3 where org_id = $1 and id = $2", org, line, at).execute(conn).await?;
    Ok(())
}

/// Units that wait for somebody's yes.
pub(super) struct NewOver<'a> {
    pub id: Uuid,
    pub line: Uuid,
    pub receipt: Uuid,
    pub bin: Uuid,
    pub quantity: i32,
    pub condition: &'a str,
    pub fault: &'a str,
    pub marks: &'a Marks,
}

pub(super) async fn insert_over(
    conn: &mut PgConnection,
    org: Uuid,
    (by, at): (Uuid, DateTime<Utc>),
    new: &NewOver<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into over_delivery (org_id, id, line_id, receipt_id, bin_id, quantity, condition, fault, reported_by, reported_at,
           lot, made_on, expires_on, serials)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::date::timestamp at time zone 'UTC',
           $13::date::timestamp at time zone 'UTC', $14)",
        org,
        new.id,
        new.line,
        new.receipt,
        new.bin,
        new.quantity,
        new.condition,
        new.fault,
        by,
        at,
        new.marks.lot,
        new.marks.made_on,
        new.marks.expires_on,
        &new.marks.serials
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn order_of_over(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select l.order_id from over_delivery o join purchase_line l on l.org_id = o.org_id and l.id = o.line_id
         where o.org_id = $1 and o.id = $2",
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct OverFacts {
    pub order_id: Uuid,
    pub line_id: Uuid,
    pub sku_id: Uuid,
    pub receipt_id: Uuid,
    pub bin_id: Uuid,
    pub quantity: i32,
    pub condition: String,
    pub fault: String,
    pub reported_by: Uuid,
    pub decided: bool,
    pub lot: String,
    pub made_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub serials: Vec<String>,
}

pub(super) async fn over(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<OverFacts>> {
    Ok(sqlx::query_as!(
        OverFacts,
        r#"select l.order_id, o.line_id, l.sku_id, o.receipt_id, o.bin_id, o.quantity, o.condition, o.fault, o.reported_by,
                  o.decided_at is not null as "decided!", o.lot,
                  (o.made_on at time zone 'UTC')::date as "made_on?", (o.expires_on at time zone 'UTC')::date as "expires_on?", o.serials
           from over_delivery o join purchase_line l on l.org_id = o.org_id and l.id = o.line_id
           where o.org_id = $1 and o.id = $2"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn decide(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    (accepted, by, at): (bool, Uuid, DateTime<Utc>),
    why: &str,
) -> Result<()> {
    sqlx::query!(
        "update over_delivery set accepted = $3, decided_by = $4, decided_at = $5, why = $6 where org_id = $1 and id = $2",
        org,
        id,
        accepted,
        by,
        at,
        why
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn order_of_claim(conn: &mut PgConnection, org: Uuid, claim: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select l.order_id from supplier_claim c join purchase_line l on l.org_id = c.org_id and l.id = c.line_id
         where c.org_id = $1 and c.id = $2",
        org,
        claim
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct ClaimFacts {
    pub number: String,
    pub site_id: Uuid,
    pub settled: bool,
}

/// The claim, locked.
pub(super) async fn claim(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<ClaimFacts>> {
    Ok(sqlx::query_as!(
        ClaimFacts,
        r#"select c.number, o.site_id, c.settled_at is not null as "settled!"
           from supplier_claim c
           join purchase_line l on l.org_id = c.org_id and l.id = c.line_id
           join purchase_order o on o.org_id = l.org_id and o.id = l.order_id
           where c.org_id = $1 and c.id = $2 for no key update of c"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn settle_claim(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    (settled_as, by, at): (&str, Uuid, DateTime<Utc>),
) -> Result<()> {
    sqlx::query!(
        "update supplier_claim set settled_as = $3, settled_by = $4, settled_at = $5 where org_id = $1 and id = $2",
        org,
        id,
        settled_as,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct ClaimListRow {
    pub id: Uuid,
    pub number: String,
    pub sku_code: String,
    pub kind: String,
    pub fault: String,
    /// What its code says; none of one that was given before codes were kept.
    pub words: Option<String>,
    pub quantity: i32,
    pub amount: Decimal,
    pub note: String,
    pub raised_at: DateTime<Utc>,
    pub settled_as: String,
    pub credited_amount: Decimal,
}

pub(super) async fn claims_of(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<ClaimListRow>> {
    Ok(sqlx::query_as!(
        ClaimListRow,
        r#"select c.id, c.number, k.code as sku_code, c.kind, c.fault, r.words as "words?", c.quantity, c.amount, c.note, c.raised_at,
                  c.settled_as, c.credited_amount
           from supplier_claim c
           join purchase_line l on l.org_id = c.org_id and l.id = c.line_id
           join sku k on k.org_id = l.org_id and k.id = l.sku_id
           left join reason_code r on r.org_id = c.org_id and r.process = c.kind and r.code = c.fault
           where c.org_id = $1 and l.order_id = $2 order by c.raised_at desc, c.id desc"#,
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct OverListRow {
    pub id: Uuid,
    pub line_no: i32,
    pub sku_code: String,
    pub quantity: i32,
    pub condition: String,
    pub reported_by: Uuid,
    pub reporter: Option<String>,
    pub reported_at: DateTime<Utc>,
    pub accepted: Option<bool>,
    pub why: String,
}

pub(super) async fn overs_of(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<OverListRow>> {
    Ok(sqlx::query_as!(
        OverListRow,
        r#"select o.id, l.line_no, k.code as sku_code, o.quantity, o.condition, o.reported_by, p.name as "reporter?", o.reported_at,
                  o.accepted, o.why
           from over_delivery o
           join purchase_line l on l.org_id = o.org_id and l.id = o.line_id
           join sku k on k.org_id = l.org_id and k.id = l.sku_id
           left join person p on p.org_id = o.org_id and p.id = o.reported_by
           where o.org_id = $1 and l.order_id = $2 order by o.accepted is not null, o.reported_at desc, o.id desc"#,
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}
