//! Statements on forward picks and on the tasks that fill them.

use chrono::{DateTime, Utc};
use domain::replenish::ForwardPick;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Which of these bins stand at the site, with their codes; is each a pick bin?
pub(super) async fn bins(conn: &mut PgConnection, org: Uuid, site: Uuid, bins: &[Uuid]) -> Result<Vec<(Uuid, (String, bool))>> {
    let rows = sqlx::query!(
        r#"select id, code, kind = 'pick' as "pick!" from bin where org_id = $1 and site_id = $2 and id = any($3)"#,
        org,
        site,
        bins
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, (row.code, row.pick))).collect())
}

/// Bins of a site by their codes in capitals; is each a pick bin?
pub(super) async fn bins_by_code(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    codes: &[String],
) -> Result<Vec<(String, (Uuid, bool))>> {
    let rows = sqlx::query!(
        r#"select id, upper(code) as "code!", kind = 'pick' as "pick!" from bin where org_id = $1 and site_id = $2 and upper(code) = any($3)"#,
        org,
        site,
        codes
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, (row.id, row.pick))).collect())
}

/// New ones, and others for those that were there.
pub(super) async fn set_rules(conn: &mut PgConnection, org: Uuid, site: Uuid, rules: &[ForwardPick]) -> Result<()> {
    let ids: Vec<Uuid> = rules.iter().map(|_| Uuid::now_v7()).collect();
    let bins: Vec<Uuid> = rules.iter().map(|rule| rule.bin.0).collect();
    let skus: Vec<Uuid> = rules.iter().map(|rule| rule.sku.0).collect();
    let (mins, maxs): (Vec<i32>, Vec<i32>) = rules.iter().map(|rule| (rule.min, rule.max)).unzip();
    sqlx::query!(
        "insert into forward_pick (org_id, id, site_id, bin_id, sku_id, min_units, max_units)
         select $1, id, $2, bin, sku, least, most
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::int[]) as n (id, bin, sku, least, most) order by bin, sku
         on conflict (org_id, bin_id, sku_id) do update set min_units = excluded.min_units, max_units = excluded.max_units",
        org,
        site,
        &ids,
        &bins,
        &skus,
        &mins,
        &maxs
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct RemovedRow {
    pub id: Uuid,
    pub min_units: i32,
    pub max_units: i32,
}

pub(super) async fn remove_rule(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    bin: Uuid,
    sku: Uuid,
) -> Result<Option<RemovedRow>> {
    Ok(sqlx::query_as!(
        RemovedRow,
        "delete from forward_pick where org_id = $1 and site_id = $2 and bin_id = $3 and sku_id = $4 returning id, min_units, max_units",
        org,
        site,
        bin,
        sku
    )
    .fetch_optional(conn)
    .await?)
}

/// Calls off what is open for this bin and SKU.
pub(super) async fn call_off_at(conn: &mut PgConnection, org: Uuid, bin: Uuid, sku: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update replenish_task set cancelled_at = $4
         where org_id = $1 and to_bin = $2 and sku_id = $3 and done_at is null and cancelled_at is null",
        org,
        bin,
        sku,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A site's rules as they stand: bin, SKU, minimum, maximum, class.
pub(super) async fn standing(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<(Uuid, Uuid, i32, i32, String)>> {
    let rows = sqlx::query!(
        "select f.bin_id, f.sku_id, f.min_units, f.max_units, s.slotting from forward_pick f
         join sku s on s.org_id = f.org_id and s.id = f.sku_id where f.org_id = $1 and f.site_id = $2",
        org,
        site
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.bin_id, row.sku_id, row.min_units, row.max_units, row.slotting)).collect())
}

pub(super) struct TaskHead {
    pub site_id: Uuid,
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub from_bin: Uuid,
    /// The handling unit they are taken from; nil: none.
    pub from_lpn: Uuid,
    pub to_bin: Uuid,
    pub person_id: Uuid,
    pub person_name: Option<String>,
    pub claimed_at: Option<DateTime<Utc>>,
    pub done: bool,
    pub called_off: bool,
    /// A bin of its way that is locked.
    pub locked: Option<String>,
}

pub(super) async fn lock_task(conn: &mut PgConnection, org: Uuid, task: Uuid) -> Result<Option<TaskHead>> {
    Ok(sqlx::query_as!(
        TaskHead,
        r#"select t.site_id, t.sku_id, t.owner_id, t.from_bin, t.from_lpn, t.to_bin, t.person_id, p.name as "person_name?", t.claimed_at,
                  t.done_at is not null as "done!", t.cancelled_at is not null as "called_off!",
                  (select min(b.code) from bin b where b.org_id = t.org_id and b.id in (t.from_bin, t.to_bin) and b.locked) as locked
           from replenish_task t left join person p on p.org_id = t.org_id and p.id = t.person_id
           where t.org_id = $1 and t.id = $2 for no key update of t"#,
        org,
        task
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn claim_task(conn: &mut PgConnection, org: Uuid, task: Uuid, person: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update replenish_task set person_id = $3, claimed_at = $4 where org_id = $1 and id = $2",
        org,
        task,
        person,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// So many more are there. With a reason, no more come.
pub(super) async fn progress_task(
    conn: &mut PgConnection,
    org: Uuid,
    task: Uuid,
    moved: i32,
    short: &str,
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update replenish_task set quantity_moved = quantity_moved + $3, short_reason = $4, person_id = $5, claimed_at = $6,
           done_at = case when quantity_moved + $3 = quantity or $4 <> '' then $6::timestamptz end
         where org_id = $1 and id = $2",
        org,
        task,
        moved,
        short,
        person,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct ThereRow {
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub free: i32,
}

/// An owner's units of a SKU at a place, told apart, and how many of each are nobody's; what spoils first before the rest.
pub(super) async fn there(
    conn: &mut PgConnection,
    org: Uuid,
    (site, bin, lpn): (Uuid, Uuid, Uuid),
    sku: Uuid,
    owner: Uuid,
) -> Result<Vec<ThereRow>> {
    Ok(sqlx::query_as!(
        ThereRow,
        r#"select b.lot_id, b.serial_id, b.on_hand - b.allocated as "free!" from balance b
           left join lot t on t.org_id = b.org_id and t.id = b.lot_id
           where b.org_id = $1 and b.site_id = $2 and b.bin_id = $3 and b.lpn_id = $4 and b.sku_id = $5 and b.owner_id = $6
             and b.state = 'sellable' and b.on_hand > 0
           order by t.expires_on, b.lot_id, b.serial_id"#,
        org,
        site,
        bin,
        lpn,
        sku,
        owner
    )
    .fetch_all(conn)
    .await?)
}
