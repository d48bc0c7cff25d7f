//! Statements that answer questions about replenishment.

use chrono::{DateTime, NaiveDate, Utc};
use domain::replenish::NoReserve;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct TaskRow {
    pub task_id: Uuid,
    pub site_code: String,
    pub from_code: String,
    /// The handling unit they are taken from.
    pub unit: Option<String>,
    pub to_code: String,
    /// Whose they are, by code; empty: our own.
    pub owner_code: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub slotting: String,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub quantity: i32,
    pub quantity_moved: i32,
    pub person_id: Uuid,
    pub person_name: Option<String>,
    pub raised_at: DateTime<Utc>,
    pub wave: Option<String>,
    pub due: Option<DateTime<Utc>>,
}

/// Tasks shown at once.
const TASKS: i64 = 500;

/// Open tasks, most urgent first: what a wave waits for by its promise, then fast sellers, then the oldest. Claims before `left`
/// have lapsed.
pub(super) async fn tasks(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    task: Option<Uuid>,
    left: DateTime<Utc>,
) -> Result<Vec<TaskRow>> {
    Ok(sqlx::query_as!(
        TaskRow,
        r#"select t.id as task_id, a.code as site_code, f.code as from_code, u.code as "unit?", d.code as to_code,
                  coalesce(g.code, '') as "owner_code!", t.sku_id, s.code as sku_code,
                  s.name as sku_name, s.variant, s.slotting,
                  (select array_agg(c.code order by c.pack_quantity, c.code) from barcode c where c.org_id = s.org_id and c.sku_id = s.id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.pack_quantity, c.code) from barcode c
                   where c.org_id = s.org_id and c.sku_id = s.id) as packs,
                  t.quantity, t.quantity_moved,
                  case when t.claimed_at > $4 then t.person_id else '00000000-0000-0000-0000-000000000000' end as "person_id!",
                  case when t.claimed_at > $4 then p.name end as person_name, t.raised_at, w.wave as "wave?", w.due as "due?"
           from replenish_task t join site a on a.org_id = t.org_id and a.id = t.site_id
           join bin f on f.org_id = t.org_id and f.id = t.from_bin
           join bin d on d.org_id = t.org_id and d.id = t.to_bin
           join sku s on s.org_id = t.org_id and s.id = t.sku_id
           left join lpn u on u.org_id = t.org_id and u.id = t.from_lpn
           left join stock_owner g on g.org_id = t.org_id and g.id = t.owner_id
           left join person p on p.org_id = t.org_id and p.id = t.person_id
           left join lateral (
             select v.number as wave, o.promised_at as due from pick_task k
             join bin r on r.org_id = k.org_id and r.id = k.bin_id and r.kind = 'reserve'
             join trip c on c.org_id = k.org_id and c.id = k.trip_id and c.person_id = '00000000-0000-0000-0000-000000000000'
             join wave v on v.org_id = k.org_id and v.id = k.wave_id
             join order_line l on l.org_id = k.org_id and l.id = k.order_line_id
             join sales_order o on o.org_id = l.org_id and o.id = l.order_id and o.owner_id = t.owner_id
             where k.org_id = t.org_id and k.sku_id = t.sku_id and k.site_id = t.site_id and k.done_at is null and k.cancelled_at is null
             order by o.promised_at, o.id limit 1) w on true
           where t.org_id = $1 and ($2::uuid[] is null or t.site_id = any($2)) and ($3::uuid is null or t.id = $3)
             and t.done_at is null and t.cancelled_at is null
           order by w.due nulls last, s.slotting = '', s.slotting, t.raised_at, t.id limit $5"#,
        org,
        sites,
        task,
        left,
        TASKS
    )
    .fetch_all(conn)
    .await?)
}

/// What tasks take from that is told apart: a lot, or a unit with its number.
pub(super) struct ApartRow {
    pub task_id: Uuid,
    pub by_lot: bool,
    pub by_serial: bool,
    pub lot: String,
    pub good_until: Option<NaiveDate>,
    pub since: DateTime<Utc>,
    pub serial: String,
    pub units: i32,
    pub waited: i32,
}

/// Units where these tasks take from, of SKUs that are told apart: nobody's, and those of waves nobody walks yet.
pub(super) async fn apart(conn: &mut PgConnection, org: Uuid, tasks: &[Uuid]) -> Result<Vec<ApartRow>> {
    Ok(sqlx::query_as!(
        ApartRow,
        r#"select t.id as task_id, k.by_lot, k.by_serial, coalesce(l.code, '') as "lot!",
                  (l.expires_on at time zone 'UTC')::date as "good_until?", coalesce(l.first_at, e.first_at, 'epoch') as "since!",
                  coalesce(e.code, '') as "serial!", (b.on_hand - b.allocated + coalesce(w.units, 0))::int as "units!",
                  coalesce(w.units, 0)::int as "waited!"
           from replenish_task t
           join sku_tracking k on k.org_id = t.org_id and k.sku_id = t.sku_id and (k.by_lot or k.by_serial)
           join balance b on b.org_id = t.org_id and b.site_id = t.site_id and b.bin_id = t.from_bin and b.lpn_id = t.from_lpn
             and b.sku_id = t.sku_id and b.owner_id = t.owner_id and b.state = 'sellable' and b.on_hand > 0
           left join lot l on l.org_id = b.org_id and l.id = b.lot_id
           left join serial e on e.org_id = b.org_id and e.id = b.serial_id
           left join lateral (
             select sum(a.quantity) as units from allocation a
             where a.org_id = b.org_id and a.bin_id = b.bin_id and a.lpn_id = b.lpn_id and a.sku_id = b.sku_id
               and a.owner_id = b.owner_id and a.lot_id = b.lot_id and a.serial_id = b.serial_id
               and b.lpn_id = '00000000-0000-0000-0000-000000000000'
               and exists (select from pick_task p
                           join trip r on r.org_id = p.org_id and r.id = p.trip_id and r.person_id = '00000000-0000-0000-0000-000000000000'
                           where p.org_id = a.org_id and p.order_line_id = a.order_line_id and p.bin_id = a.bin_id
                             and p.done_at is null and p.cancelled_at is null)) w on true
           where t.org_id = $1 and t.id = any($2) order by t.id, l.expires_on, l.code, e.code"#,
        org,
        tasks
    )
    .fetch_all(conn)
    .await?)
}

/// Bins that need units of which no reserve has any: their open cases.
pub(super) async fn without_reserve(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<NoReserve>> {
    Ok(sqlx::query_as!(
        NoReserve,
        r#"select a.code as site_code, b.code as bin_code, f.sku_id as sku, s.code as sku_code, s.name as sku_name, e.raised_at,
                  coalesce((select sum(x.on_hand) from balance x where x.org_id = f.org_id and x.site_id = f.site_id and x.bin_id = f.bin_id
                            and x.sku_id = f.sku_id and x.lpn_id = '00000000-0000-0000-0000-000000000000' and x.state = 'sellable'
                            and x.owner_id = forward_owner(f.org_id, f.site_id, f.bin_id, f.sku_id, b.kept_owner)), 0)::int
                    as "on_hand!", f.min_units as min
           from exception_case e join forward_pick f on f.org_id = e.org_id and f.id = e.subject_id
           join site a on a.org_id = f.org_id and a.id = f.site_id
           join bin b on b.org_id = f.org_id and b.id = f.bin_id
           join sku s on s.org_id = f.org_id and s.id = f.sku_id
           where e.org_id = $1 and e.kind = 'no_reserve' and e.resolved_at is null and ($2::uuid[] is null or f.site_id = any($2))
           order by e.raised_at, e.id limit 200"#,
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct RuleRow {
    pub site_id: Uuid,
    pub site_code: String,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub slotting: String,
    /// Whose goods it is filled with, by code; empty: our own.
    pub owner_code: String,
    pub min_units: i32,
    pub max_units: i32,
    pub on_hand: i32,
    pub allocated: i32,
    pub coming: i32,
    pub total: i64,
}

/// Forward picks by bin; `search` is part of a bin's or SKU's code or of its name.
pub(super) async fn rules(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    search: &str,
    most: i64,
    from: i64,
) -> Result<Vec<RuleRow>> {
    Ok(sqlx::query_as!(
        RuleRow,
        r#"select f.site_id, a.code as site_code, f.bin_id, b.code as bin_code, f.sku_id, s.code as sku_code, s.name as sku_name, s.slotting,
                  coalesce(w.code, '') as "owner_code!", f.min_units, f.max_units, coalesce(l.on_hand, 0)::int as "on_hand!", coalesce(l.allocated, 0)::int as "allocated!",
                  coalesce(t.quantity - t.quantity_moved, 0) as "coming!", count(*) over () as "total!"
           from forward_pick f join site a on a.org_id = f.org_id and a.id = f.site_id
           join bin b on b.org_id = f.org_id and b.id = f.bin_id
           join sku s on s.org_id = f.org_id and s.id = f.sku_id
           cross join lateral (select forward_owner(f.org_id, f.site_id, f.bin_id, f.sku_id, b.kept_owner) as owner_id) o
           left join stock_owner w on w.org_id = f.org_id and w.id = o.owner_id
           left join lateral (
             select sum(x.on_hand) as on_hand, sum(x.allocated) as allocated from balance x
             where x.org_id = f.org_id and x.site_id = f.site_id and x.bin_id = f.bin_id and x.sku_id = f.sku_id
               and x.owner_id = o.owner_id
               and x.lpn_id = '00000000-0000-0000-0000-000000000000' and x.state = 'sellable') l on true
           left join replenish_task t on t.org_id = f.org_id and t.to_bin = f.bin_id and t.sku_id = f.sku_id
             and t.done_at is null and t.cancelled_at is null
           where f.org_id = $1 and ($2::uuid[] is null or f.site_id = any($2))
             and ($3 = '' or b.code ilike '%' || $3 || '%' or s.code ilike '%' || $3 || '%' or s.name ilike '%' || $3 || '%')
           order by a.code, b.code, s.code limit $4 offset $5"#,
        org,
        sites,
        search,
        most,
        from
    )
    .fetch_all(conn)
    .await?)
}
