//! Statements on corrections by hand.

use chrono::{DateTime, NaiveDate, Utc};
use domain::lots::Marks;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// One person's corrections queue, so that two at once cannot both stay below the threshold.
pub(crate) async fn queue(conn: &mut PgConnection, org: Uuid, person: Uuid) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1::text || $2::text, 0))", org.to_string(), person.to_string())
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// What this person's corrections at a site are worth since then, posted or waiting.
pub(crate) async fn value_since(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    person: Uuid,
    since: DateTime<Utc>,
) -> Result<Decimal> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(value), 0) as "value!" from stock_adjustment
           where org_id = $1 and site_id = $2 and proposed_by = $3 and proposed_at > $4 and status in ('posted', 'pending')"#,
        org,
        site,
        person,
        since
    )
    .fetch_one(conn)
    .await?)
}

/// A correction as it is written down.
pub(crate) struct New<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub site: Uuid,
    pub bin: Uuid,
    pub sku: Uuid,
    pub marks: &'a Marks,
    pub state: &'a str,
    pub units: i32,
    pub reason: &'a str,
    pub note: &'a str,
    pub value: Decimal,
    pub status: &'a str,
    pub by: Uuid,
    pub expires_at: DateTime<Utc>,
    /// Set when it is posted at once.
    pub decided_at: Option<DateTime<Utc>>,
}

pub(crate) async fn insert(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &New<'_>) -> Result<()> {
    sqlx::query!(
        "insert into stock_adjustment (org_id, id, number, site_id, bin_id, sku_id, state, units, reason, note, value, status, proposed_by,
           proposed_at, expires_at, decided_at, lot, made_on, expires_on, serials)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::date::timestamp at time zone 'UTC',
           $19::date::timestamp at time zone 'UTC', $20)",
        org,
        new.id,
        new.number,
        new.site,
        new.bin,
        new.sku,
        new.state,
        new.units,
        new.reason,
        new.note,
        new.value,
        new.status,
        new.by,
        at,
        new.expires_at,
        new.decided_at,
        new.marks.lot.trim().to_uppercase(),
        new.marks.made_on,
        new.marks.expires_on,
        &new.marks.serials.iter().map(|serial| serial.trim().to_uppercase()).filter(|serial| !serial.is_empty()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct Row {
    pub number: String,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub sku_id: Uuid,
    pub lot: String,
    pub made_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub serials: Vec<String>,
    pub state: String,
    pub units: i32,
    pub reason: String,
    pub value: Decimal,
    pub status: String,
    pub proposed_by: Uuid,
    pub expires_at: DateTime<Utc>,
}

pub(crate) async fn lock(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select number, site_id, bin_id, sku_id, lot, (made_on at time zone 'UTC')::date as "made_on?",
                  (expires_on at time zone 'UTC')::date as "expires_on?", serials, state, units, reason, value, status, proposed_by, expires_at
           from stock_adjustment where org_id = $1 and id = $2 for no key update"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// What somebody made of it.
pub(crate) struct Decided<'a> {
    pub status: &'a str,
    pub value: Decimal,
    pub by: Uuid,
    pub at: DateTime<Utc>,
    pub note: &'a str,
}

pub(crate) async fn decide(conn: &mut PgConnection, org: Uuid, id: Uuid, decided: &Decided<'_>) -> Result<()> {
    sqlx::query!(
        "update stock_adjustment set status = $3, value = $4, decided_by = $5, decided_at = $6, decline_note = $7
         where org_id = $1 and id = $2",
        org,
        id,
        decided.status,
        decided.value,
        decided.by,
        decided.at,
        decided.note
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct ListRow {
    pub id: Uuid,
    pub number: String,
    pub site_code: String,
    pub bin_code: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub lot: String,
    pub serials: Vec<String>,
    pub state: String,
    pub units: i32,
    /// As it was given, or what it counts as from before there were codes.
    pub reason: String,
    pub said: Option<String>,
    pub note: String,
    pub value: Decimal,
    pub status: String,
    pub proposed_by: Uuid,
    pub proposed_name: Option<String>,
    pub proposed_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub decided_name: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decline_note: String,
    pub total: i64,
}

pub(crate) struct Wanted<'a> {
    /// None: all of them.
    pub sites: Option<&'a [Uuid]>,
    /// Only this person's.
    pub by: Option<Uuid>,
    pub status: Option<&'a str>,
    pub now: DateTime<Utc>,
    pub most: i64,
    pub from: i64,
}

/// What waits first, what runs out soonest before the rest; then the latest.
pub(crate) async fn list(conn: &mut PgConnection, org: Uuid, wanted: &Wanted<'_>) -> Result<Vec<ListRow>> {
    Ok(sqlx::query_as!(
        ListRow,
        r#"select a.id, a.number, s.code as site_code, b.code as bin_code, a.sku_id, k.code as sku_code, k.name as sku_name, a.lot, a.serials, a.state,
                  a.units, coalesce(g.code, a.reason) as "reason!", reason_words(a.org_id, 'adjustment', a.id) as "said?", a.note, a.value, a.status,
                  a.proposed_by, p.name as "proposed_name?", a.proposed_at, a.expires_at,
                  d.name as "decided_name?", a.decided_at, a.decline_note, count(*) over () as "total!"
           from stock_adjustment a join site s on s.org_id = a.org_id and s.id = a.site_id
           join bin b on b.org_id = a.org_id and b.id = a.bin_id
           join sku k on k.org_id = a.org_id and k.id = a.sku_id
           left join reason_given g on g.org_id = a.org_id and g.subject_id = a.id and g.process = 'adjustment'
           left join person p on p.org_id = a.org_id and p.id = a.proposed_by
           left join person d on d.org_id = a.org_id and d.id = a.decided_by
           where a.org_id = $1 and ($2::uuid[] is null or a.site_id = any($2)) and ($3::uuid is null or a.proposed_by = $3)
             and ($4::text is null or $4 = case when a.status = 'pending' and a.expires_at <= $5 then 'expired' else a.status end)
           order by (a.status = 'pending' and a.expires_at > $5) desc,
                    case when a.status = 'pending' and a.expires_at > $5 then a.expires_at end, a.proposed_at desc, a.id
           limit $6 offset $7"#,
        org,
        wanted.sites,
        wanted.by,
        wanted.status,
        wanted.now,
        wanted.most,
        wanted.from
    )
    .fetch_all(conn)
    .await?)
}

/// How many of all these wait for somebody, whatever status is looked at.
pub(crate) async fn pending(conn: &mut PgConnection, org: Uuid, wanted: &Wanted<'_>) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "pending!" from stock_adjustment a
           where a.org_id = $1 and ($2::uuid[] is null or a.site_id = any($2)) and ($3::uuid is null or a.proposed_by = $3)
             and a.status = 'pending' and a.expires_at > $4"#,
        org,
        wanted.sites,
        wanted.by,
        wanted.now
    )
    .fetch_one(conn)
    .await?)
}
