//! Statements on the bins of lanes.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) async fn insert_transit_bin(conn: &mut PgConnection, org: Uuid, from: Uuid, to: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into bin (org_id, id, site_id, zone_id, code, kind)
         select $1, $2, $4, z.id, 'TRANSIT-' || s.code, 'transit' from site s
         cross join lateral (select id from zone where org_id = $1 and site_id = $4 order by code <> 'YARD', code limit 1) z
         where s.org_id = $1 and s.id = $3 on conflict (org_id, site_id, code) do nothing",
        org,
        Uuid::now_v7(),
        from,
        to
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn transit_bin(conn: &mut PgConnection, org: Uuid, from: Uuid, to: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select b.id from bin b join site s on s.org_id = b.org_id and s.id = $2
         where b.org_id = $1 and b.site_id = $3 and b.code = 'TRANSIT-' || s.code and b.kind = 'transit'",
        org,
        from,
        to
    )
    .fetch_optional(conn)
    .await?)
}
