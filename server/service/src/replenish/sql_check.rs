//! Statements that see what forward picks need, what reserve has, and raise or call off tasks.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Rules that something may be to do for: too little is free, a wave would walk to reserve, a task or a case is open.
pub(super) async fn candidates(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select f.id from forward_pick f join bin n on n.org_id = f.org_id and n.id = f.bin_id
         where f.org_id = $1 and ($2::uuid[] is null or f.site_id = any($2))
           and (f.min_units > coalesce((select sum(b.on_hand - b.allocated) from balance b
                  where b.org_id = f.org_id and b.site_id = f.site_id and b.bin_id = f.bin_id and b.sku_id = f.sku_id
                    -- A client's goods in a bin that is kept for nobody are looked at closely.
                    and b.owner_id = coalesce(n.kept_owner, '00000000-0000-0000-0000-000000000000')
                    and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.state = 'sellable'), 0)
                or exists (select from replenish_task t where t.org_id = f.org_id and t.to_bin = f.bin_id and t.sku_id = f.sku_id
                           and t.done_at is null and t.cancelled_at is null)
                or exists (select from exception_case e where e.org_id = f.org_id and e.kind = 'no_reserve' and e.subject_id = f.id
                           and e.resolved_at is null)
                or exists (select from pick_task k join bin r on r.org_id = k.org_id and r.id = k.bin_id and r.kind = 'reserve'
                           where k.org_id = f.org_id and k.site_id = f.site_id and k.sku_id = f.sku_id
                             and k.done_at is null and k.cancelled_at is null))
         order by f.id",
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}

/// Locks rules in id order: whoever else looks at them waits, and then sees what we did.
pub(super) async fn lock_rules(conn: &mut PgConnection, org: Uuid, rules: &[Uuid]) -> Result<()> {
    sqlx::query!("select id from forward_pick where org_id = $1 and id = any($2) order by id for no key update", org, rules)
        .fetch_all(conn)
        .await?;
    Ok(())
}

pub(super) struct LevelRow {
    pub rule_id: Uuid,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    /// Whose goods it is filled with.
    pub owner_id: Uuid,
    pub min_units: i32,
    pub max_units: i32,
    pub on_hand: i32,
    pub allocated: i32,
    pub waiting: i32,
    pub alerted: bool,
    pub task_id: Option<Uuid>,
    pub task_from: Option<Uuid>,
    pub task_lpn: Option<Uuid>,
    pub task_owner: Option<Uuid>,
    pub task_units: Option<i32>,
    /// Somebody is on it, or some of it came already.
    pub task_begun: Option<bool>,
}

/// What stands in the bins of these rules of the goods they are filled with, what waves wait for of those (told to a SKU's first bin), and
/// what is open for them. Claims before
/// `left` have lapsed.
pub(super) async fn levels(conn: &mut PgConnection, org: Uuid, rules: &[Uuid], left: DateTime<Utc>) -> Result<Vec<LevelRow>> {
    Ok(sqlx::query_as!(
        LevelRow,
        r#"select f.id as rule_id, f.site_id, f.bin_id, b.code as bin_code, f.sku_id, s.code as sku_code,
                  o.owner_id as "owner_id!", f.min_units, f.max_units,
                  coalesce(l.on_hand, 0)::int as "on_hand!", coalesce(l.allocated, 0)::int as "allocated!",
                  case when exists (select from forward_pick g join bin n on n.org_id = g.org_id and n.id = g.bin_id
                                    where g.org_id = f.org_id and g.site_id = f.site_id and g.sku_id = f.sku_id and n.code < b.code
                                      and n.kept_owner is not distinct from b.kept_owner)
                       then 0 else coalesce((
                    select sum(k.quantity - k.quantity_picked - k.quantity_short) from pick_task k
                    join bin r on r.org_id = k.org_id and r.id = k.bin_id and r.kind = 'reserve'
                    join trip t on t.org_id = k.org_id and t.id = k.trip_id and t.person_id = '00000000-0000-0000-0000-000000000000'
                    join order_line l on l.org_id = k.org_id and l.id = k.order_line_id
                    join sales_order v on v.org_id = l.org_id and v.id = l.order_id and v.owner_id = o.owner_id
                    where k.org_id = f.org_id and k.site_id = f.site_id and k.sku_id = f.sku_id
                      and k.done_at is null and k.cancelled_at is null), 0) end::int as "waiting!",
                  exists (select from exception_case e where e.org_id = f.org_id and e.kind = 'no_reserve' and e.subject_id = f.id
                          and e.resolved_at is null) as "alerted!",
                  t.id as "task_id?", t.from_bin as "task_from?", t.from_lpn as "task_lpn?", t.owner_id as "task_owner?",
                  t.quantity as "task_units?",
                  (t.quantity_moved > 0 or coalesce(t.claimed_at > $3, false)) as "task_begun?"
           from forward_pick f join bin b on b.org_id = f.org_id and b.id = f.bin_id
           join sku s on s.org_id = f.org_id and s.id = f.sku_id
           cross join lateral (select forward_owner(f.org_id, f.site_id, f.bin_id, f.sku_id, b.kept_owner) as owner_id) o
           left join lateral (
             select sum(x.on_hand) as on_hand, sum(x.allocated) as allocated from balance x
             where x.org_id = f.org_id and x.site_id = f.site_id and x.bin_id = f.bin_id and x.sku_id = f.sku_id
               and x.owner_id = o.owner_id and x.lpn_id = '00000000-0000-0000-0000-000000000000' and x.state = 'sellable') l on true
           left join replenish_task t on t.org_id = f.org_id and t.to_bin = f.bin_id and t.sku_id = f.sku_id
             and t.done_at is null and t.cancelled_at is null
           where f.org_id = $1 and f.id = any($2) order by f.id"#,
        org,
        rules,
        left
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct ReserveRow {
    pub bin_id: Uuid,
    pub code: String,
    /// The handling unit they stand in; nil: none.
    pub lpn_id: Uuid,
    pub unit: Option<String>,
    pub gives: i32,
    pub waited: i32,
    pub good_until: Option<NaiveDate>,
    pub since: DateTime<Utc>,
}

/// What stands of an owner's in reserve, loose or in a handling unit: what is nobody's and on no task to another bin, and what waves nobody walks yet would take there;
/// until when what spoils first is good, and since when the oldest unit stands there, first in first out.
pub(super) async fn reserves(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    (sku, owner): (Uuid, Uuid),
    to_bin: Uuid,
) -> Result<Vec<ReserveRow>> {
    Ok(sqlx::query_as!(
        ReserveRow,
        r#"select b.id as bin_id, b.code, h.lpn_id as "lpn_id!", u.code as "unit?",
                  greatest(0, h.free + coalesce(w.units, 0) - coalesce(t.units, 0))::int as "gives!",
                  coalesce(w.units, 0)::int as "waited!",
                  (h.expires_on at time zone 'UTC')::date as "good_until?",
                  coalesce((select min(m.occurred_at) from (
                     select i.occurred_at, sum(i.quantity) over (order by i.occurred_at desc, i.id desc) - i.quantity as newer
                     from movement i where i.org_id = $1 and i.sku_id = $3 and i.to_bin = b.id and i.to_lpn = h.lpn_id and i.to_state = 'sellable') m
                   where m.newer < h.on_hand), 'epoch') as "since!"
           from (select x.bin_id, x.lpn_id, sum(x.on_hand) as on_hand, sum(x.on_hand - x.allocated) as free, min(o.expires_on) as expires_on
                 from balance x left join lot o on o.org_id = x.org_id and o.id = x.lot_id
                 where x.org_id = $1 and x.site_id = $2 and x.sku_id = $3 and x.state = 'sellable'
                   and x.owner_id = $5
                 group by x.bin_id, x.lpn_id having sum(x.on_hand) > 0) h
           join bin b on b.org_id = $1 and b.id = h.bin_id and b.kind = 'reserve' and not b.locked
           left join lpn u on u.org_id = $1 and u.id = h.lpn_id
           left join lateral (
             select sum(k.quantity - k.quantity_picked - k.quantity_short) as units from pick_task k
             join trip r on r.org_id = k.org_id and r.id = k.trip_id and r.person_id = '00000000-0000-0000-0000-000000000000'
             join order_line l on l.org_id = k.org_id and l.id = k.order_line_id
             join sales_order v on v.org_id = l.org_id and v.id = l.order_id and v.owner_id = $5
             -- Picks are made of what stands loose.
             where h.lpn_id = '00000000-0000-0000-0000-000000000000' and k.org_id = $1 and k.bin_id = b.id and k.sku_id = $3 and k.done_at is null and k.cancelled_at is null) w on true
           left join lateral (
             select sum(o.quantity - o.quantity_moved) as units from replenish_task o
             where o.org_id = $1 and o.from_bin = b.id and o.from_lpn = h.lpn_id and o.owner_id = $5 and o.sku_id = $3 and o.to_bin <> $4
               and o.done_at is null and o.cancelled_at is null) t on true
           where u.kind is distinct from 'parcel'"#,
        org,
        site,
        sku,
        to_bin,
        owner
    )
    .fetch_all(conn)
    .await?)
}

/// New tasks, column by column.
#[derive(Default)]
pub(super) struct NewTasks {
    pub sites: Vec<Uuid>,
    pub skus: Vec<Uuid>,
    pub owners: Vec<Uuid>,
    pub from: Vec<Uuid>,
    pub lpns: Vec<Uuid>,
    pub to: Vec<Uuid>,
    pub units: Vec<i32>,
}

/// Tasks that bring other units from now on, column by column.
#[derive(Default)]
pub(super) struct OtherTasks {
    pub tasks: Vec<Uuid>,
    pub owners: Vec<Uuid>,
    pub from: Vec<Uuid>,
    pub lpns: Vec<Uuid>,
    pub units: Vec<i32>,
}

/// Raises tasks; where one is open already nothing is added.
pub(super) async fn raise_tasks(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewTasks) -> Result<u64> {
    let ids: Vec<Uuid> = new.skus.iter().map(|_| Uuid::now_v7()).collect();
    let raised = sqlx::query!(
        "insert into replenish_task (org_id, id, site_id, sku_id, from_bin, to_bin, quantity, raised_at, owner_id, from_lpn)
         select $1, id, site, sku, source, target, units, $2, owner, lpn
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::int[], $9::uuid[], $10::uuid[])
           as n (id, site, sku, source, target, units, owner, lpn)
         on conflict (org_id, to_bin, sku_id) where done_at is null and cancelled_at is null do nothing",
        org,
        at,
        &ids,
        &new.sites,
        &new.skus,
        &new.from,
        &new.to,
        &new.units,
        &new.owners,
        &new.lpns
    )
    .execute(conn)
    .await?;
    Ok(raised.rows_affected())
}

/// Other units, or from elsewhere: only of tasks that nobody began meanwhile.
pub(super) async fn change_tasks(conn: &mut PgConnection, org: Uuid, other: &OtherTasks, left: DateTime<Utc>) -> Result<u64> {
    let changed = sqlx::query!(
        "update replenish_task t set from_bin = n.source, from_lpn = n.lpn, owner_id = n.owner, quantity = n.units,
           person_id = '00000000-0000-0000-0000-000000000000'
         from unnest($2::uuid[], $3::uuid[], $4::int[], $6::uuid[], $7::uuid[]) as n (task, source, units, owner, lpn)
         where t.org_id = $1 and t.id = n.task and t.quantity_moved = 0 and (t.claimed_at is null or t.claimed_at <= $5)
           and t.done_at is null and t.cancelled_at is null",
        org,
        &other.tasks,
        &other.from,
        &other.units,
        left,
        &other.owners,
        &other.lpns
    )
    .execute(conn)
    .await?;
    Ok(changed.rows_affected())
}

/// Calls tasks off that nobody began meanwhile.
pub(super) async fn call_off(
    conn: &mut PgConnection,
    org: Uuid,
    tasks: &[Uuid],
    left: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<u64> {
    let gone = sqlx::query!(
        "update replenish_task set cancelled_at = $4
         where org_id = $1 and id = any($2) and quantity_moved = 0 and (claimed_at is null or claimed_at <= $3)
           and done_at is null and cancelled_at is null",
        org,
        tasks,
        left,
        at
    )
    .execute(conn)
    .await?;
    Ok(gone.rows_affected())
}
