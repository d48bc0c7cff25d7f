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
           ) m order by m.rank limit 1"#,
        org,
        sites,
        &spellings(code)
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.kind, row.id, row.words)))
}

pub(super) struct BinRow {
    pub site: String,
    pub sku_id: Option<Uuid>,
    pub sku_code: Option<String>,
    pub sku_name: Option<String>,
    pub state: Option<String>,
    pub on_hand: Option<i64>,
    pub allocated: Option<i64>,
}

/// What stands in a bin, by SKU and state; one row without a SKU when it is empty.
pub(super) async fn in_bin(conn: &mut PgConnection, org: Uuid, bin: Uuid) -> Result<Vec<BinRow>> {
    Ok(sqlx::query_as!(
        BinRow,
        r#"select s.code as site, k.id as "sku_id?", k.code as "sku_code?", k.name as "sku_name?", b.state as "state?",
               sum(b.on_hand) as on_hand, sum(b.allocated) as allocated
           from bin n
           join site s on s.org_id = n.org_id and s.id = n.site_id
           left join balance b on b.org_id = n.org_id and b.site_id = n.site_id and b.bin_id = n.id and b.on_hand > 0
           left join sku k on k.org_id = b.org_id and k.id = b.sku_id
           where n.org_id = $1 and n.id = $2
           group by s.code, k.id, k.code, k.name, b.state order by k.code, b.state"#,
        org,
        bin
    )
    .fetch_all(conn)
    .await?)
}
