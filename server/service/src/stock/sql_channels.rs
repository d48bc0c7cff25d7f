//! Statements on what channels are told: the buffers kept from them.

use domain::stock::channels::BufferRow;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A channel by its code.
pub(super) async fn channel(conn: &mut PgConnection, org: Uuid, code: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from channel where org_id = $1 and code = $2", org, code).fetch_optional(conn).await?)
}

/// What is kept of a SKU: its own number, or the channel's.
pub(super) async fn buffer(conn: &mut PgConnection, org: Uuid, channel: Uuid, sku: Uuid) -> Result<i32> {
    let units = sqlx::query_scalar!(
        "select units from channel_buffer where org_id = $1 and channel_id = $2
           and sku_id in ($3, '00000000-0000-0000-0000-000000000000')
         order by sku_id = '00000000-0000-0000-0000-000000000000' limit 1",
        org,
        channel,
        sku
    );
    Ok(units.fetch_optional(conn).await?.unwrap_or(0))
}

/// How many days goods of the channel's orders must be good.
pub(super) async fn min_life(conn: &mut PgConnection, org: Uuid, channel: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!("select min_life_days from channel where org_id = $1 and id = $2", org, channel)
        .fetch_one(conn)
        .await?)
}

pub(super) async fn set_buffer(conn: &mut PgConnection, org: Uuid, channel: Uuid, sku: Uuid, units: i32) -> Result<()> {
    sqlx::query!(
        "insert into channel_buffer (org_id, channel_id, sku_id, units) values ($1, $2, $3, $4)
         on conflict (org_id, channel_id, sku_id) do update set units = excluded.units",
        org,
        channel,
        sku,
        units
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn remove_buffer(conn: &mut PgConnection, org: Uuid, channel: Uuid, sku: Uuid) -> Result<()> {
    sqlx::query!("delete from channel_buffer where org_id = $1 and channel_id = $2 and sku_id = $3", org, channel, sku)
        .execute(conn)
        .await?;
    Ok(())
}

/// Every channel with its own number and those of its SKUs.
pub(super) async fn buffers(conn: &mut PgConnection, org: Uuid) -> Result<Vec<BufferRow>> {
    Ok(sqlx::query_as!(
        BufferRow,
        r#"select c.code as channel, c.name as channel_name, s.code as "sku_code?", b.units as "units?"
           from channel c left join channel_buffer b on b.org_id = c.org_id and b.channel_id = c.id
           left join sku s on s.org_id = b.org_id and s.id = b.sku_id
           where c.org_id = $1 order by c.name, s.code nulls first limit 1000"#,
        org
    )
    .fetch_all(conn)
    .await?)
}
