//! Statements on owners and whose goods are.

use chrono::{DateTime, Utc};
use domain::owners::OwnerRow;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// False: the code is taken.
pub(super) async fn insert(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    (code, name): (&str, &str),
    at: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into stock_owner (org_id, id, code, name, added_at) values ($1, $2, $3, $4, $5) on conflict (org_id, code) do nothing",
        org,
        id,
        code,
        name,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Locks an owner against whoever names it.
pub(super) async fn lock(conn: &mut PgConnection, org: Uuid, owner: Uuid) -> Result<bool> {
    let found = sqlx::query_scalar!("select id from stock_owner where org_id = $1 and id = $2 for no key update", org, owner)
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
}

pub(super) async fn retire(conn: &mut PgConnection, org: Uuid, owner: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update stock_owner set retired_at = $3 where org_id = $1 and id = $2", org, owner, at)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("update bin set kept_owner = null where org_id = $1 and kept_owner = $2", org, owner).execute(conn).await?;
    Ok(())
}

/// Owners with what of theirs stands here and is under way; one, or all.
pub(super) async fn list(conn: &mut PgConnection, org: Uuid, owner: Option<Uuid>) -> Result<Vec<OwnerRow>> {
    Ok(sqlx::query_as!(
        OwnerRow,
        r#"select w.id, w.code, w.name, w.retired_at,
                  coalesce((select sum(b.on_hand) from balance b
                            where b.org_id = w.org_id and b.owner_id = w.id
                              and b.owner_id <> '00000000-0000-0000-0000-000000000000'), 0)::bigint as "units!",
                  (select count(*) from sales_order o
                   where o.org_id = w.org_id and o.owner_id = w.id and o.owner_id <> '00000000-0000-0000-0000-000000000000'
                     and o.cancelled_at is null
                     and exists (select from order_line l where l.org_id = o.org_id and l.order_id = o.id
                       and l.quantity - l.quantity_cancelled > (
                         select coalesce(sum(pl.quantity), 0) from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                         where pl.org_id = l.org_id and pl.order_line_id = l.id and p.shipped_at is not null))) as "open_orders!",
                  (select count(*) from purchase_order o join purchase_order_standing s on s.org_id = o.org_id and s.id = o.id
                   where o.org_id = w.org_id and o.owner_id = w.id and o.owner_id <> '00000000-0000-0000-0000-000000000000'
                     and s.standing not in ('closed', 'cancelled')) as "expected!",
                  (select count(*) from bin n where n.org_id = w.org_id and n.kept_owner = w.id and n.retired_at is null) as "bins!"
           from stock_owner w where w.org_id = $1 and ($2::uuid is null or w.id = $2)
           order by w.retired_at is not null, w.code"#,
        org,
        owner
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct NamedRow {
    pub id: Uuid,
    pub code: String,
    pub retired: bool,
}

/// Owners by code, or all, kept from being retired meanwhile.
pub(super) async fn by_codes(conn: &mut PgConnection, org: Uuid, codes: &[String]) -> Result<Vec<NamedRow>> {
    Ok(sqlx::query_as!(
        NamedRow,
        r#"select id, code, retired_at is not null as "retired!" from stock_owner
           where org_id = $1 and code = any($2) order by id for share"#,
        org,
        codes
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn coded(conn: &mut PgConnection, org: Uuid, code: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from stock_owner where org_id = $1 and code = $2", org, code).fetch_optional(conn).await?)
}

pub(super) async fn code(conn: &mut PgConnection, org: Uuid, owner: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select code from stock_owner where org_id = $1 and id = $2", org, owner).fetch_optional(conn).await?)
}

/// Do goods of anybody else stand in this bin?
pub(super) async fn others_inside(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid, owner: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from balance where org_id = $1 and site_id = $2 and bin_id = $3 and on_hand > 0 and owner_id <> $4) as "others!""#,
        org,
        site,
        bin,
        owner
    )
    .fetch_one(conn)
    .await?)
}

/// For whose goods a bin is kept, by code.
pub(super) async fn kept_for(conn: &mut PgConnection, org: Uuid, bin: Uuid) -> Result<Option<String>> {
    let code = sqlx::query_scalar!(
        "select w.code from bin n join stock_owner w on w.org_id = n.org_id and w.id = n.kept_owner where n.org_id = $1 and n.id = $2",
        org,
        bin
    );
    Ok(code.fetch_optional(conn).await?)
}

pub(super) async fn keep_bin(conn: &mut PgConnection, org: Uuid, bin: Uuid, owner: Option<Uuid>) -> Result<()> {
    sqlx::query!("update bin set kept_owner = $3 where org_id = $1 and id = $2", org, bin, owner).execute(conn).await?;
    Ok(())
}

/// Locks items in id order: a client's against everybody, ours against clients'.
pub(super) async fn lock_skus(conn: &mut PgConnection, org: Uuid, skus: &[Uuid], clients: bool) -> Result<()> {
    if clients {
        sqlx::query!("select id from sku where org_id = $1 and id = any($2) order by id for no key update", org, skus)
            .fetch_all(conn)
            .await?;
    } else {
        sqlx::query!("select id from sku where org_id = $1 and id = any($2) order by id for share", org, skus)
            .fetch_all(conn)
            .await?;
    }
    Ok(())
}

pub(super) struct ApartRow {
    pub bin: String,
    pub sku: String,
    pub there: String,
}

/// Where an item of somebody else's stands loose in a bin that orders are served from.
pub(super) async fn apart(
    conn: &mut PgConnection,
    org: Uuid,
    (bins, skus, owners): (&[Uuid], &[Uuid], &[Uuid]),
) -> Result<Vec<ApartRow>> {
    Ok(sqlx::query_as!(
        ApartRow,
        r#"select n.code as bin, k.code as sku, coalesce(w.code, 'OWN') as "there!"
           from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as c (bin, sku, owner)
           join bin n on n.org_id = $1 and n.id = c.bin and n.kind in ('pick', 'reserve')
           join sku k on k.org_id = $1 and k.id = c.sku
           join balance b on b.org_id = $1 and b.site_id = n.site_id and b.bin_id = c.bin and b.lpn_id = '00000000-0000-0000-0000-000000000000'
             and b.sku_id = c.sku and b.owner_id <> c.owner and b.on_hand > 0
           left join stock_owner w on w.org_id = $1 and w.id = b.owner_id
           order by n.code, k.code limit 1"#,
        org,
        bins,
        skus,
        owners
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn of_orders(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        "select id, owner_id from sales_order where org_id = $1 and id = any($2) and owner_id <> '00000000-0000-0000-0000-000000000000'",
        org,
        orders
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.owner_id)).collect())
}

pub(super) async fn of_lines(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        "select l.id, o.owner_id from order_line l join sales_order o on o.org_id = l.org_id and o.id = l.order_id
         where l.org_id = $1 and l.id = any($2) and o.owner_id <> '00000000-0000-0000-0000-000000000000'",
        org,
        lines
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.owner_id)).collect())
}

/// Number and owner of a purchase order whose goods are not ours.
pub(super) async fn of_purchase(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Option<(String, String)>> {
    let row = sqlx::query!(
        "select o.number, w.code from purchase_order o join stock_owner w on w.org_id = o.org_id and w.id = o.owner_id
         where o.org_id = $1 and o.id = $2",
        org,
        order
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.number, row.code)))
}
