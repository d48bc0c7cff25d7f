//! Questions of a scan: what a code means, and what stands in a bin.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A code as it came and in capitals: labels are in capitals, hands are not always. Both find their index.
pub(super) fn spellings(code: &str) -> [String; 2] {
    [code.to_owned(), code.to_uppercase()]
}

/// What a code means at these sites, the most telling first: (kind, id, words).
pub(crate) async fn meanings(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    code: &str,
) -> Result<Option<(String, Uuid, String)>> {
    let row = sqlx::query!(
        r#"select m.kind as "kind!", m.id as "id!", m.words as "words!" from (
             select 1 as rank, 'trip' as kind, k.trip_id as id, l.code as words
             from lpn l join trip_slot s on s.org_id = l.org_id and s.lpn_id = l.id
             join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
             where l.org_id = $1 and l.code = any($3) and ($2::uuid[] is null or l.site_id = any($2))
               and k.done_at is null and k.cancelled_at is null
             union all
             select 2, 'pack', a.id, l.code from lpn l join allocation a on a.org_id = l.org_id and a.lpn_id = l.id
             where l.org_id = $1 and l.code = any($3) and l.kind = 'tote' and ($2::uuid[] is null or l.site_id = any($2))
             union all
             select 3, 'parcel', p.id, p.number from parcel p
             where p.org_id = $1 and p.number = any($3) and ($2::uuid[] is null or p.site_id = any($2))
             union all
             select 4, 'pack', o.id, o.number from sales_order o where o.org_id = $1 and o.number = any($3)
               and exists (select from order_line ol join allocation a on a.org_id = ol.org_id and a.order_line_id = ol.id
                           join lpn l on l.org_id = a.org_id and l.id = a.lpn_id and l.kind = 'tote'
                           where ol.org_id = o.org_id and ol.order_id = o.id and ($2::uuid[] is null or a.site_id = any($2)))
             union all
             select 5, 'order', o.id, o.number from sales_order o where o.org_id = $1 and o.number = any($3)
             union all
             select 6, 'return', r.id, r.number from return_request r where r.org_id = $1 and r.number = any($3)
             union all
             select 7, 'sku', c.sku_id, c.code from barcode c where c.org_id = $1 and c.code = any($3)
             union all
             select 8, 'sku', k.id, k.code from sku k where k.org_id = $1 and k.code = any($3)
             union all
             select 9, 'bin', b.id, b.code from bin b
             where b.org_id = $1 and b.code = any($3) and ($2::uuid[] is null or b.site_id = any($2))
             union all
             select 10, 'unit', l.id, l.code from lpn l
             where l.org_id = $1 and l.code = any($3) and l.kind in ('pallet', 'carton', 'tote')
               and ($2::uuid[] is null or l.site_id = any($2))
           ) m order by m.rank limit 1"#,
        org,
        sites,
        &spellings(code)
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.kind, row.id, row.words)))
}
