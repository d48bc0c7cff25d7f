//! Statements of the sequencer, the seal and the tail.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::seal::AuditRow;
use super::tail::Event;
use crate::Result;

pub(super) async fn try_lease(conn: &mut PgConnection, key: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "taken!""#, key).fetch_one(conn).await?)
}

/// One statement, so one transaction: heads move on by what is stamped, and stamps end at the head.
pub(super) async fn stamp(conn: &mut PgConnection, batch: i64) -> Result<u64> {
    let stamped = sqlx::query!(
        "with oldest as (
            select org_id, id, recorded_at from outbox where position is null order by recorded_at, id limit $1
         ), fresh as (
            select org_id, id, row_number() over (partition by org_id order by recorded_at, id) as nth,
                count(*) over (partition by org_id) as many
            from oldest
         ), head as (
            insert into outbox_head as h (org_id, position)
            select org_id, count(*) from fresh group by org_id order by org_id
            on conflict (org_id) do update set position = h.position + excluded.position
            returning h.org_id, h.position
         )
         update outbox o set position = head.position - fresh.many + fresh.nth
         from fresh join head using (org_id)
         where o.org_id = fresh.org_id and o.id = fresh.id",
        batch
    )
    .execute(conn)
    .await?;
    Ok(stamped.rows_affected())
}

/// Orgs with stamped announcements the seal has not read: `(org, cursor)`.
pub(super) async fn unsealed_orgs(conn: &mut PgConnection, follower: &str) -> Result<Vec<(Uuid, i64)>> {
    let rows = sqlx::query!(
        r#"select h.org_id, coalesce(c.position, 0) as "position!"
           from outbox_head h left join follower_cursor c on c.org_id = h.org_id and c.follower = $1
           where h.position > coalesce(c.position, 0) order by h.org_id"#,
        follower
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.org_id, row.position)).collect())
}

/// The last position among the next `batch` announcements after the cursor; `None` when there are none.
pub(super) async fn batch_end(conn: &mut PgConnection, org: Uuid, after: i64, batch: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "select max(position) from
            (select position from outbox where org_id = $1 and position > $2 order by position limit $3) as batch",
        org,
        after,
        batch
    )
    .fetch_one(conn)
    .await?)
}

/// Audit rows of commands announced in `(after, until]`, first announced first; those sealed already are left out.
pub(super) async fn audit_to_seal(conn: &mut PgConnection, org: Uuid, after: i64, until: i64) -> Result<Vec<AuditRow>> {
    Ok(sqlx::query_as!(
        AuditRow,
        r#"select a.org_id, a.command_id, a.kind, a.person_id, a.device, a.subject_kind, a.subject_id,
               a.before::text as "before!", a.after::text as "after!", a.refused, a.occurred_at, a.recorded_at
           from (select command_id, min(position) as first from outbox
                 where org_id = $1 and position > $2 and position <= $3 group by command_id) as announced
           join audit a on a.org_id = $1 and a.command_id = announced.command_id
           where not exists (select from audit_seal s where s.org_id = $1 and s.command_id = a.command_id)
           order by announced.first"#,
        org,
        after,
        until
    )
    .fetch_all(conn)
    .await?)
}

/// The last seal: `(position, hash)`.
pub(super) async fn last_seal(conn: &mut PgConnection, org: Uuid) -> Result<Option<(i64, Vec<u8>)>> {
    let row = sqlx::query!("select position, hash from audit_seal where org_id = $1 order by position desc limit 1", org)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| (row.position, row.hash)))
}

/// Seals follow `after` one by one.
pub(super) async fn insert_seals(
    conn: &mut PgConnection,
    org: Uuid,
    after: i64,
    commands: &[Uuid],
    hashes: &[Vec<u8>],
) -> Result<()> {
    sqlx::query!(
        "insert into audit_seal (org_id, position, command_id, hash)
         select $1, $2 + nth, command, hash from unnest($3::uuid[], $4::bytea[]) with ordinality as n (command, hash, nth)",
        org,
        after,
        commands,
        hashes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn move_cursor(conn: &mut PgConnection, org: Uuid, follower: &str, position: i64) -> Result<()> {
    sqlx::query!(
        "insert into follower_cursor as c (org_id, follower, position) values ($1, $2, $3)
         on conflict (org_id, follower) do update set position = greatest(c.position, excluded.position)",
        org,
        follower,
        position
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn cursor(conn: &mut PgConnection, org: Uuid, follower: &str) -> Result<i64> {
    let known = sqlx::query_scalar!("select position from follower_cursor where org_id = $1 and follower = $2", org, follower);
    Ok(known.fetch_optional(conn).await?.unwrap_or(0))
}

/// A seal and the audit row it seals, when that is still there.
pub(super) struct SealRow {
    pub position: i64,
    pub command_id: Uuid,
    pub hash: Vec<u8>,
    pub audit: Option<AuditRow>,
}

pub(super) async fn seals_after(conn: &mut PgConnection, org: Uuid, after: i64, most: i64) -> Result<Vec<SealRow>> {
    let seals = sqlx::query!(
        "select position, command_id, hash from audit_seal where org_id = $1 and position > $2 order by position limit $3",
        org,
        after,
        most
    )
    .fetch_all(&mut *conn)
    .await?;
    let commands: Vec<Uuid> = seals.iter().map(|seal| seal.command_id).collect();
    let rows = sqlx::query_as!(
        AuditRow,
        r#"select org_id, command_id, kind, person_id, device, subject_kind, subject_id,
               before::text as "before!", after::text as "after!", refused, occurred_at, recorded_at
           from audit where org_id = $1 and command_id = any($2)"#,
        org,
        &commands
    )
    .fetch_all(conn)
    .await?;
    let mut rows: HashMap<_, _> = rows.into_iter().map(|row| (row.command_id, row)).collect();
    Ok(seals
        .into_iter()
        .map(|seal| SealRow {
            audit: rows.remove(&seal.command_id),
            position: seal.position,
            command_id: seal.command_id,
            hash: seal.hash,
        })
        .collect())
}

/// Commands audited without a seal: `(command, is its seal still to come?)`.
pub(super) async fn unsealed(conn: &mut PgConnection, org: Uuid, cursor: i64) -> Result<Vec<(Uuid, bool)>> {
    let rows = sqlx::query!(
        r#"select a.command_id, exists (
               select from outbox o where o.org_id = $1 and o.command_id = a.command_id
               and (o.position is null or o.position > $2)) as "to_come!"
           from audit a
           where a.org_id = $1 and not exists (select from audit_seal s where s.org_id = $1 and s.command_id = a.command_id)
           order by a.recorded_at, a.command_id"#,
        org,
        cursor
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.command_id, row.to_come)).collect())
}

/// The org's last stamped position.
pub(super) async fn head(conn: &mut PgConnection, org: Uuid) -> Result<i64> {
    let head = sqlx::query_scalar!("select position from outbox_head where org_id = $1", org).fetch_optional(conn).await?;
    Ok(head.unwrap_or(0))
}

pub(super) async fn events_after(conn: &mut PgConnection, org: Uuid, after: i64, most: i64) -> Result<Vec<Event>> {
    Ok(sqlx::query_as!(
        Event,
        r#"select position as "position!", topic, subject_id as subject, site_id as "site: domain::ids::SiteId", payload, occurred_at
           from outbox where org_id = $1 and position > $2 order by position limit $3"#,
        org,
        after,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Of the next `most` events: the last position, and the last position of these topics.
pub(super) async fn batch_of_topics(
    conn: &mut PgConnection,
    org: Uuid,
    after: i64,
    topics: &[String],
    most: i64,
) -> Result<(Option<i64>, Option<i64>)> {
    let row = sqlx::query!(
        "select max(position) as until, max(position) filter (where topic = any($3)) as cares from
            (select position, topic from outbox where org_id = $1 and position > $2 order by position limit $4) as batch",
        org,
        after,
        topics,
        most
    )
    .fetch_one(conn)
    .await?;
    Ok((row.until, row.cares))
}

/// Forgets the oldest commands recorded before this moment, of all orgs; their audit rows stay.
pub(super) async fn forget_commands(conn: &mut PgConnection, before: DateTime<Utc>, batch: i64) -> Result<u64> {
    let forgotten = sqlx::query!(
        "delete from command using (select org_id, id from command where recorded_at < $1 limit $2) as old
         where command.org_id = old.org_id and command.id = old.id",
        before,
        batch
    )
    .execute(conn)
    .await?;
    Ok(forgotten.rows_affected())
}

/// Deletes balances of handling units that hold nothing, of all orgs. Who puts something in meanwhile is waited for, and keeps the row.
pub(super) async fn sweep_drained_units(conn: &mut PgConnection, batch: i64) -> Result<u64> {
    let swept = sqlx::query!(
        "delete from balance b
         using (select org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state from balance
                where on_hand = 0 and allocated = 0 and lpn_id <> '00000000-0000-0000-0000-000000000000' limit $1) as d
         where b.org_id = d.org_id and b.site_id = d.site_id and b.bin_id = d.bin_id and b.lpn_id = d.lpn_id and b.sku_id = d.sku_id
           and b.owner_id = d.owner_id and b.lot_id = d.lot_id and b.serial_id = d.serial_id and b.state = d.state
           and b.on_hand = 0 and b.allocated = 0",
        batch
    )
    .execute(conn)
    .await?;
    Ok(swept.rows_affected())
}
