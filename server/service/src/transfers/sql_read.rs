//! Statements that answer questions about transfers.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct ListRow {
    pub id: Uuid,
    pub number: String,
    pub from_site: Uuid,
    pub from_code: String,
    pub from_name: String,
    pub to_site: Uuid,
    pub to_code: String,
    pub to_name: String,
    pub note: String,
    pub requested_at: DateTime<Utc>,
    pub requested_by: Uuid,
    pub requested_name: Option<String>,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_name: Option<String>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_why: String,
    pub loaded_at: Option<DateTime<Utc>>,
    pub received_at: Option<DateTime<Utc>>,
    pub units: i64,
    pub loaded: i64,
    pub received: i64,
    pub lost: i64,
    pub total: i64,
}

/// Transfers of these sites, from them or to them: open ones first, latest first. `number` narrows to one.
pub(super) async fn transfers(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    number: Option<&str>,
    open: bool,
    most: i64,
    from: i64,
) -> Result<Vec<ListRow>> {
    Ok(sqlx::query_as!(
        ListRow,
        r#"select t.id, t.number, t.from_site, f.code as from_code, f.name as from_name, t.to_site, d.code as to_code, d.name as to_name,
                  t.note, t.requested_at, t.requested_by, r.name as "requested_name?", t.approved_at, a.name as "approved_name?",
                  t.shipped_at, t.closed_at, t.cancelled_at, t.cancelled_why, x.loaded_at, x.received_at,
                  coalesce(x.units, 0) as "units!", coalesce(x.loaded, 0) as "loaded!", coalesce(x.received, 0) as "received!",
                  coalesce(x.lost, 0) as "lost!", count(*) over () as "total!"
           from site_transfer t join site f on f.org_id = t.org_id and f.id = t.from_site
           join site d on d.org_id = t.org_id and d.id = t.to_site
           left join person r on r.org_id = t.org_id and r.id = t.requested_by
           left join person a on a.org_id = t.org_id and a.id = t.approved_by
           left join lateral (
             select sum(l.quantity) as units, sum(o.units)::bigint as loaded, sum(i.units)::bigint as received, sum(v.units)::bigint as lost,
                    max(o.last) as loaded_at, max(i.last) as received_at
             from transfer_line l
             left join lateral (select sum(q.quantity) as units, max(q.occurred_at) as last from transfer_load q
                                where q.org_id = l.org_id and q.line_id = l.id) o on true
             left join lateral (select sum(q.quantity) as units, max(q.occurred_at) as last from transfer_arrival q
                                where q.org_id = l.org_id and q.line_id = l.id) i on true
             left join lateral (select sum(case q.kind when 'loss' then q.quantity else -q.quantity end) as units from transfer_variance q
                                where q.org_id = l.org_id and q.line_id = l.id) v on true
             where l.org_id = t.org_id and l.transfer_id = t.id) x on true
           where t.org_id = $1 and ($2::uuid[] is null or t.from_site = any($2) or t.to_site = any($2))
             and ($3::text is null or t.number = $3) and (not $4 or (t.closed_at is null and t.cancelled_at is null))
           order by (t.closed_at is not null or t.cancelled_at is not null), t.requested_at desc, t.id desc limit $5 offset $6"#,
        org,
        sites,
        number,
        open,
        most,
        from
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct PlaceRow {
    pub sku_id: Uuid,
    pub code: String,
    pub free: i32,
}

/// Bins of a site with free units of these SKUs: pick faces before reserve, the fullest first.
pub(super) async fn places(conn: &mut PgConnection, org: Uuid, site: Uuid, skus: &[Uuid]) -> Result<Vec<PlaceRow>> {
    Ok(sqlx::query_as!(
        PlaceRow,
        r#"select b.sku_id, n.code, sum(b.on_hand - b.allocated)::int as "free!" from balance b
           join bin n on n.org_id = b.org_id and n.id = b.bin_id and n.kind in ('pick', 'reserve') and not n.locked
           where b.org_id = $1 and b.site_id = $2 and b.sku_id = any($3) and b.state = 'sellable' and b.on_hand > b.allocated
             and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.owner_id = '00000000-0000-0000-0000-000000000000'
           group by b.sku_id, n.id, n.code, n.kind order by n.kind = 'pick', sum(b.on_hand - b.allocated) desc, n.code"#,
        org,
        site,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct VarianceRow {
    pub occurred_at: DateTime<Utc>,
    pub sku_code: String,
    pub gain: bool,
    pub quantity: i32,
    pub amount: Decimal,
    pub reason: String,
    /// As it was given.
    pub said: Option<String>,
    pub note: String,
    pub person: Option<String>,
}

pub(super) async fn variances(conn: &mut PgConnection, org: Uuid, transfer: Uuid) -> Result<Vec<VarianceRow>> {
    Ok(sqlx::query_as!(
        VarianceRow,
        r#"select v.occurred_at, s.code as sku_code, v.kind = 'gain' as "gain!", v.quantity, v.amount, v.reason,
                  case when v.kind = 'loss' then reason_words(v.org_id, 'transfer_variance', l.transfer_id) end as "said?", v.note, p.name as "person?"
           from transfer_variance v join transfer_line l on l.org_id = v.org_id and l.id = v.line_id
           join sku s on s.org_id = l.org_id and s.id = l.sku_id
           left join person p on p.org_id = v.org_id and p.id = v.person_id
           where v.org_id = $1 and l.transfer_id = $2 order by v.occurred_at, v.id"#,
        org,
        transfer
    )
    .fetch_all(conn)
    .await?)
}
