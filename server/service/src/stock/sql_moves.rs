//! Statements that group and list what moved in a period, by either clock.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Which movements.
pub(super) struct Wanted {
    pub occurred: bool,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Ids tell roughly when they were minted: what lies far outside the period is never read.
    pub first_id: Uuid,
    pub last_id: Uuid,
    pub scope: Option<Vec<Uuid>>,
    pub site: Option<Uuid>,
    pub sku: Option<Uuid>,
    pub search: String,
    pub category: String,
    /// Of the zones and bins asked for.
    pub bins: Option<Vec<Uuid>>,
    pub state: Option<String>,
    pub units: Option<Vec<Uuid>>,
    pub owner: Option<Uuid>,
    pub lot: Option<Uuid>,
    pub serial: Option<Uuid>,
    pub reason: String,
    pub most: i64,
    pub skip: i64,
}

pub(super) struct GroupRow {
    pub one: String,
    pub two: String,
    pub movements: i64,
    pub units: i64,
    pub came: i64,
    pub left: i64,
    pub groups: i64,
}

pub(super) struct MoveRow {
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub reason: String,
    pub quantity: i32,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub from_site: String,
    pub from_code: String,
    pub from_state: String,
    pub to_site: String,
    pub to_code: String,
    pub to_state: String,
    pub person: Option<String>,
    pub kind: String,
}

macro_rules! moved {
    ($row:ident, $conn:ident, $org:ident, $wanted:ident, $shown:literal, $joined:literal, $ordered:literal $(, $more:expr)*) => {
        sqlx::query_as!(
            $row,
            $shown + " from movement m left join sku s on s.org_id = $1 and s.id = m.sku_id" + $joined + r#"
            where m.org_id = $1 and m.id >= $2 and m.id <= $3
              and ($4 or m.recorded_at >= $5 and m.recorded_at <= $6) and (not $4 or m.occurred_at >= $5 and m.occurred_at <= $6)
              and ($7::uuid[] is null or m.from_site = any($7) or m.to_site = any($7))
              and ($8::uuid is null or m.from_site = $8 or m.to_site = $8)
              and ($9::uuid is null or m.sku_id = $9)
              and ($10 = '' or m.sku_id in (select f.id from sku f where f.org_id = $1 and (f.code ilike '%' || $10 || '%'
                or f.name ilike '%' || $10 || '%' or exists (select from barcode k where k.org_id = $1 and k.sku_id = f.id and k.code = $10))))
              and ($11 = '' or m.sku_id in (select f.id from sku f where f.org_id = $1 and f.category = $11))
              and ($12::uuid[] is null or m.from_bin = any($12) or m.to_bin = any($12))
              and ($13::text is null or m.from_state = $13 or m.to_state = $13)
              and ($14::uuid[] is null or m.from_lpn = any($14) or m.to_lpn = any($14))
              and ($15::uuid is null or m.owner_id = $15)
              and ($16::uuid is null or m.lot_id = $16)
              and ($17::uuid is null or m.serial_id = $17)
              and ($18 = '' or m.reason = $18) "# + $ordered + " limit $19 offset $20",
            $org,
            $wanted.first_id,
            $wanted.last_id,
            $wanted.occurred,
            $wanted.from,
            $wanted.until,
            $wanted.scope.as_deref() as Option<&[Uuid]>,
            $wanted.site as Option<Uuid>,
            $wanted.sku as Option<Uuid>,
            $wanted.search,
            $wanted.category,
            $wanted.bins.as_deref() as Option<&[Uuid]>,
            $wanted.state.as_deref() as Option<&str>,
            $wanted.units.as_deref() as Option<&[Uuid]>,
            $wanted.owner as Option<Uuid>,
            $wanted.lot as Option<Uuid>,
            $wanted.serial as Option<Uuid>,
            $wanted.reason,
            $wanted.most,
            $wanted.skip
            $(, $more)*
        )
        .fetch_all($conn)
        .await?
    };
}

/// Grouped, most units first; days and months from the latest.
pub(super) async fn groups(conn: &mut PgConnection, org: Uuid, wanted: &Wanted, by: &str, then: &str) -> Result<Vec<GroupRow>> {
    Ok(moved!(
        GroupRow,
        conn,
        org,
        wanted,
        r#"select case $21 when 'reason' then m.reason when 'sku' then m.sku_id::text when 'category' then s.category
                    when 'site' then case when m.to_state = 'outside' then m.from_site else m.to_site end::text
                    when 'day' then to_char(case when $4 then m.occurred_at else m.recorded_at end at time zone 'UTC', 'YYYY-MM-DD')
                    when 'month' then to_char(case when $4 then m.occurred_at else m.recorded_at end at time zone 'UTC', 'YYYY-MM')
                    when 'owner' then m.owner_id::text when 'lot' then m.lot_id::text when 'serial' then m.serial_id::text else '' end as "one!",
                  case $22 when 'reason' then m.reason when 'sku' then m.sku_id::text when 'category' then s.category
                    when 'site' then case when m.to_state = 'outside' then m.from_site else m.to_site end::text
                    when 'day' then to_char(case when $4 then m.occurred_at else m.recorded_at end at time zone 'UTC', 'YYYY-MM-DD')
                    when 'month' then to_char(case when $4 then m.occurred_at else m.recorded_at end at time zone 'UTC', 'YYYY-MM')
                    when 'owner' then m.owner_id::text when 'lot' then m.lot_id::text when 'serial' then m.serial_id::text else '' end as "two!",
                  count(*) as "movements!", sum(m.quantity)::bigint as "units!",
                  coalesce(sum(m.quantity) filter (where m.from_state = 'outside'), 0)::bigint as "came!",
                  coalesce(sum(m.quantity) filter (where m.to_state = 'outside'), 0)::bigint as "left!", count(*) over () as "groups!""#,
        "",
        "group by 1, 2 order by case when $21 in ('day', 'month') then 1 end,
           case $21 when 'day' then max(m.recorded_at) when 'month' then max(m.recorded_at) end desc, sum(m.quantity) desc, 1, 2",
        by,
        then
    ))
}

/// The movements themselves, latest first.
pub(super) async fn moves(conn: &mut PgConnection, org: Uuid, wanted: &Wanted) -> Result<Vec<MoveRow>> {
    Ok(moved!(
        MoveRow,
        conn,
        org,
        wanted,
        r#"select m.occurred_at, m.recorded_at, m.reason, m.quantity, m.sku_id, s.code as "sku_code!", ft.code as from_site,
                  f.code || coalesce(' / ' || fl.code, '') as "from_code!", m.from_state, tt.code as to_site,
                  t.code || coalesce(' / ' || tl.code, '') as "to_code!", m.to_state, p.name as "person?", coalesce(a.kind, '') as "kind!""#,
        " join bin f on f.org_id = $1 and f.id = m.from_bin left join lpn fl on fl.org_id = $1 and fl.id = m.from_lpn
          join bin t on t.org_id = $1 and t.id = m.to_bin left join lpn tl on tl.org_id = $1 and tl.id = m.to_lpn
          join site ft on ft.org_id = $1 and ft.id = m.from_site join site tt on tt.org_id = $1 and tt.id = m.to_site
          left join audit a on a.org_id = $1 and a.command_id = m.command_id
          left join person p on p.org_id = $1 and p.id = a.person_id",
        "order by case when $4 then m.occurred_at end desc, m.id desc"
    ))
}

/// The bins of these zones.
pub(super) async fn bins_of(conn: &mut PgConnection, org: Uuid, zones: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select id from bin where org_id = $1 and zone_id = any($2)", org, zones).fetch_all(conn).await?)
}
