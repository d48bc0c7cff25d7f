//! Statements of screens on counts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct FloorRow {
    pub id: Uuid,
    pub number: String,
    pub bin_code: String,
    pub why: String,
    pub note: String,
    pub status: String,
    pub rounds: i32,
    pub person_id: Uuid,
    pub person_name: Option<String>,
    pub last_person: Option<Uuid>,
}

/// Counts that can be worked on, in walking order; what pickers wait for first.
pub(super) async fn floor_counts(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<FloorRow>> {
    Ok(sqlx::query_as!(
        FloorRow,
        r#"select c.id, c.number, b.code as bin_code, c.why, c.note, c.status, c.rounds, c.person_id, p.name as "person_name?",
                  (select r.person_id from stock_count_round r where r.org_id = c.org_id and r.count_id = c.id
                   order by r.round_no desc limit 1) as last_person
           from stock_count c join bin b on b.org_id = c.org_id and b.id = c.bin_id
           left join person p on p.org_id = c.org_id and p.id = c.person_id
           where c.org_id = $1 and c.status in ('open', 'counting', 'recount') and ($2::uuid[] is null or c.site_id = any($2))
           order by c.why in ('short_pick', 'zero_check') desc, b.aisle nulls last, b.y_mm, b.code limit 200"#,
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct Head {
    pub number: String,
    pub site_id: Uuid,
    pub bin_code: String,
    pub why: String,
    pub status: String,
    pub rounds: i32,
    pub person_id: Uuid,
}

pub(super) async fn head(conn: &mut PgConnection, org: Uuid, count: Uuid) -> Result<Option<Head>> {
    Ok(sqlx::query_as!(
        Head,
        "select c.number, c.site_id, b.code as bin_code, c.why, c.status, c.rounds, c.person_id
         from stock_count c join bin b on b.org_id = c.org_id and b.id = c.bin_id where c.org_id = $1 and c.id = $2",
        org,
        count
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct CountedRow {
    pub sku_id: Uuid,
    pub code: String,
    pub name: String,
    pub variant: String,
    pub lot: String,
    pub serial: String,
    pub counted: i32,
}

/// What a round has counted so far, the last first.
pub(super) async fn counted(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32) -> Result<Vec<CountedRow>> {
    Ok(sqlx::query_as!(
        CountedRow,
        r#"select l.sku_id, k.code, k.name, k.variant, l.lot, l.serial, l.counted as "counted!"
           from stock_count_line l join sku k on k.org_id = l.org_id and k.id = l.sku_id
           where l.org_id = $1 and l.count_id = $2 and l.round_no = $3 and l.counted is not null order by l.counted_at desc, k.code, l.lot, l.serial"#,
        org,
        count,
        round
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct ItemRow {
    pub sku_id: Uuid,
    pub code: String,
    pub name: String,
    pub variant: String,
    pub pack: i32,
}

/// The SKU of a barcode, with the units of its pack, or of its own code.
pub(super) async fn item(conn: &mut PgConnection, org: Uuid, code: &str) -> Result<Option<ItemRow>> {
    Ok(sqlx::query_as!(
        ItemRow,
        r#"select k.id as "sku_id!", k.code as "code!", k.name as "name!", k.variant as "variant!", f.pack as "pack!"
           from (select sku_id, pack_quantity as pack, 0 as turn from barcode where org_id = $1 and code in ($2, upper($2))
                 union all select id, 1, 1 from sku where org_id = $1 and upper(code) = upper($2)) f
           join sku k on k.org_id = $1 and k.id = f.sku_id order by f.turn limit 1"#,
        org,
        code
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct Row {
    pub id: Uuid,
    pub number: String,
    pub site_id: Uuid,
    pub site_code: String,
    pub bin_code: String,
    pub why: String,
    pub class: String,
    pub every_days: i32,
    pub status: String,
    pub note: String,
    pub rounds: i32,
    pub person_name: Option<String>,
    pub opened_name: Option<String>,
    pub decided_name: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub in_tolerance: Option<bool>,
    pub off_value: Decimal,
    pub net_value: Decimal,
    pub own: bool,
    pub total: i64,
}

pub(super) struct Wanted<'a> {
    /// None: all of them.
    pub sites: Option<&'a [Uuid]>,
    pub status: Option<&'a str>,
    /// Open, or ended on the day of this moment.
    pub today: Option<DateTime<Utc>>,
    pub class: Option<&'a str>,
    pub every_days: Option<i32>,
    pub off: bool,
    pub done: bool,
    /// Only those that ended since.
    pub since: Option<DateTime<Utc>>,
    pub most: i64,
    pub from: i64,
    pub reader: Uuid,
}

/// Open counts first, those that wait for somebody before the rest; then what ended last.
pub(super) async fn counts(conn: &mut PgConnection, org: Uuid, wanted: &Wanted<'_>) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select c.id, c.number, c.site_id, s.code as site_code, b.code as bin_code, c.why, c.class, c.every_days, c.status, c.note,
                  c.rounds, p.name as "person_name?", null::text as "opened_name?", null::text as "decided_name?", c.opened_at,
                  c.ended_at, c.in_tolerance, c.off_value, c.net_value,
                  exists (select from stock_count_round r where r.org_id = c.org_id and r.count_id = c.id and r.person_id = $11
                          and $11 <> '00000000-0000-0000-0000-000000000000') as "own!",
                  count(*) over () as "total!"
           from stock_count c join site s on s.org_id = c.org_id and s.id = c.site_id
           join bin b on b.org_id = c.org_id and b.id = c.bin_id
           left join person p on p.org_id = c.org_id and p.id = coalesce(
             nullif(c.person_id, '00000000-0000-0000-0000-000000000000'),
             (select r.person_id from stock_count_round r where r.org_id = c.org_id and r.count_id = c.id
              order by r.round_no desc limit 1))
           where c.org_id = $1 and ($2::uuid[] is null or c.site_id = any($2)) and ($3::text is null or c.status = $3)
             and ($4::timestamptz is null or c.status <> 'done' or c.ended_at >= date_trunc('day', $4::timestamptz, 'UTC'))
             and ($5::text is null or c.class = $5) and ($6::int is null or c.every_days = $6)
             and (not $7 or c.in_tolerance = false) and (not $8 or c.status = 'done')
             and ($12::timestamptz is null or c.ended_at >= $12)
           order by c.status = 'done', c.status = 'approval' desc, c.status = 'recount' desc, c.ended_at desc, c.opened_at, c.id
           limit $9 offset $10"#,
        org,
        wanted.sites,
        wanted.status,
        wanted.today,
        wanted.class,
        wanted.every_days,
        wanted.off,
        wanted.done,
        wanted.most,
        wanted.from,
        wanted.reader,
        wanted.since
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn one(conn: &mut PgConnection, org: Uuid, number: &str, reader: Uuid) -> Result<Option<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select c.id, c.number, c.site_id, s.code as site_code, b.code as bin_code, c.why, c.class, c.every_days, c.status, c.note,
                  c.rounds, p.name as "person_name?", o.name as "opened_name?", d.name as "decided_name?", c.opened_at, c.ended_at,
                  c.in_tolerance, c.off_value, c.net_value,
                  exists (select from stock_count_round r where r.org_id = c.org_id and r.count_id = c.id and r.person_id = $3
                          and $3 <> '00000000-0000-0000-0000-000000000000') as "own!",
                  1::bigint as "total!"
           from stock_count c join site s on s.org_id = c.org_id and s.id = c.site_id
           join bin b on b.org_id = c.org_id and b.id = c.bin_id
           left join person p on p.org_id = c.org_id and p.id = c.person_id
           left join person o on o.org_id = c.org_id and o.id = c.opened_by
           left join person d on d.org_id = c.org_id and d.id = c.decided_by
           where c.org_id = $1 and c.number = upper($2)"#,
        org,
        number,
        reader
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct RoundRow {
    pub round_no: i32,
    pub person_name: Option<String>,
    pub began_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

pub(super) async fn rounds(conn: &mut PgConnection, org: Uuid, count: Uuid) -> Result<Vec<RoundRow>> {
    Ok(sqlx::query_as!(
        RoundRow,
        r#"select r.round_no, p.name as "person_name?", r.began_at, r.ended_at from stock_count_round r
           left join person p on p.org_id = r.org_id and p.id = r.person_id
           where r.org_id = $1 and r.count_id = $2 order by r.round_no"#,
        org,
        count
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct LineRow {
    pub round_no: i32,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub lot: String,
    pub serial: String,
    pub ledger_began: i32,
    pub ledger: i32,
    pub counted: i32,
    pub unit_value: Decimal,
    pub counted_at: Option<DateTime<Utc>>,
}

pub(super) async fn lines(conn: &mut PgConnection, org: Uuid, count: Uuid) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        r#"select l.round_no, l.sku_id, k.code as sku_code, k.name as sku_name, l.lot, l.serial, l.ledger_began, l.ledger, l.counted as "counted!",
                  l.unit_value, l.counted_at
           from stock_count_line l join sku k on k.org_id = l.org_id and k.id = l.sku_id
           where l.org_id = $1 and l.count_id = $2 and l.counted is not null order by l.round_no, k.code, l.lot, l.serial"#,
        org,
        count
    )
    .fetch_all(conn)
    .await?)
}

/// What a count posted, by SKU, and by lot and serial where it has them: more or fewer.
pub(super) async fn posted(conn: &mut PgConnection, org: Uuid, count: Uuid) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select concat_ws(' ', k.code, 'lot ' || t.code, 'serial ' || s.code) as "code!",
                  sum(case when m.from_state = 'outside' then m.quantity else -m.quantity end)::bigint as "units!"
           from movement m join sku k on k.org_id = m.org_id and k.id = m.sku_id
           left join lot t on t.org_id = m.org_id and t.id = m.lot_id
           left join serial s on s.org_id = m.org_id and s.id = m.serial_id
           where m.org_id = $1 and m.source_id = $2 and m.reason = 'count' group by k.code, t.code, s.code order by k.code, t.code, s.code"#,
        org,
        count
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.units)).collect())
}

/// Open counts and those that ended on the day of this moment, by status.
pub(super) async fn today(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    now: DateTime<Utc>,
) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select status, count(*) as "counts!" from stock_count
           where org_id = $1 and ($2::uuid[] is null or site_id = any($2))
             and (status <> 'done' or ended_at >= date_trunc('day', $3::timestamptz, 'UTC')) group by status"#,
        org,
        sites,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.status, row.counts)).collect())
}

pub(super) struct AccuracyRow {
    pub site_id: Uuid,
    pub site_code: String,
    pub class: String,
    pub every_days: i32,
    pub counted: i64,
    pub right: i64,
}

pub(super) async fn accuracy(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    since: DateTime<Utc>,
) -> Result<Vec<AccuracyRow>> {
    Ok(sqlx::query_as!(
        AccuracyRow,
        r#"select c.site_id, s.code as site_code, c.class, c.every_days, count(*) as "counted!",
                  count(*) filter (where c.in_tolerance) as "right!"
           from stock_count c join site s on s.org_id = c.org_id and s.id = c.site_id
           where c.org_id = $1 and c.status = 'done' and c.ended_at >= $3 and ($2::uuid[] is null or c.site_id = any($2))
           group by c.site_id, s.code, c.class, c.every_days order by s.code, c.class = '', c.class, c.every_days = 0, c.every_days"#,
        org,
        sites,
        since
    )
    .fetch_all(conn)
    .await?)
}
