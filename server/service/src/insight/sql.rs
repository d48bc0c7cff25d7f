//! The rows behind each figure. One statement a figure gives (part, site, label, href, detail, at, counts); the number adds the
//! same rows up that the drill-down lists. $1 org, $2 sites or null, $3 now. A row without a site is everybody's.

use chrono::{DateTime, Utc};
use domain::insight::{DrillRow, Kpi, Part};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

macro_rules! figures {
    ($($kpi:ident $rows:tt;)+) => {
        /// A figure's parts, largest first.
        pub(super) async fn parts(
            conn: &mut PgConnection, kpi: Kpi, org: Uuid, sites: Option<&[Uuid]>, now: DateTime<Utc>,
        ) -> Result<Vec<Part>> {
            Ok(match kpi {
                $(Kpi::$kpi => sqlx::query_as!(
                    Part,
                    "with counted as (" + $rows + r#")
                     select part as "part!", count(*) as "rows!", sum(counts)::numeric as "total!",
                            (percentile_cont(0.5) within group (order by counts))::numeric as "median!", max(counts)::numeric as "greatest!"
                     from counted
                     where $3::timestamptz is not null and ($2::uuid[] is null or site_id is null or site_id = any($2))
                     group by part order by sum(counts) desc, part"#,
                    org, sites, now
                ).fetch_all(conn).await?,)+
            })
        }

        /// The rows themselves, the weightiest first, then the oldest.
        pub(super) async fn rows(
            conn: &mut PgConnection, kpi: Kpi, org: Uuid, sites: Option<&[Uuid]>, now: DateTime<Utc>, part: &str, most: i64,
        ) -> Result<Vec<DrillRow>> {
            Ok(match kpi {
                $(Kpi::$kpi => sqlx::query_as!(
                    DrillRow,
                    "with counted as (" + $rows + r#")
                     select part as "part!", coalesce(s.code, '') as "site!", label as "label!", href as "href!", detail as "detail!",
                            c.at as "at?", counts::numeric as "counts!"
                     from counted c left join site s on s.org_id = $1 and s.id = c.site_id
                     where $3::timestamptz is not null and ($2::uuid[] is null or site_id is null or site_id = any($2))
                       and ($4 = '' or part = $4)
                     order by counts desc, c.at, label limit $5"#,
                    org, sites, now, part, most
                ).fetch_all(conn).await?,)+
            })
        }
    };
}

figures! {
    OrdersWaiting
    "select 'waiting' as part, a.site_id, o.number as label, '/orders/' || o.number as href,
            sum(a.quantity) || ' units, promised ' || to_char(o.promised_at, 'DD Mon HH24:MI') as detail, o.released_at as at, 1 as counts
     from allocation a
     join order_line l on l.org_id = a.org_id and l.id = a.order_line_id
     join sales_order o on o.org_id = l.org_id and o.id = l.order_id and o.released_at is not null and o.cancelled_at is null
     where a.org_id = $1 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
       and not exists (select from pick_task t where t.org_id = a.org_id and t.order_line_id = a.order_line_id and t.bin_id = a.bin_id
                         and t.done_at is null and t.cancelled_at is null)
     group by a.site_id, o.id, o.number, o.promised_at, o.released_at";

    PickedPerHour
    "select 'picked' as part, t.site_id, s.code as label, '/waves/' || w.id as href,
            w.number || ', bin ' || b.code || coalesce(', ' || p.name, '') as detail, t.done_at as at, t.quantity_picked as counts
     from pick_task t
     join sku s on s.org_id = t.org_id and s.id = t.sku_id
     join wave w on w.org_id = t.org_id and w.id = t.wave_id
     join bin b on b.org_id = t.org_id and b.id = t.bin_id
     join trip r on r.org_id = t.org_id and r.id = t.trip_id
     left join person p on p.org_id = t.org_id and p.id = r.person_id
     where t.org_id = $1 and t.done_at > $3::timestamptz - interval '1 hour' and t.done_at <= $3::timestamptz and t.quantity_picked > 0";

    ShippedToday
    "select 'shipped' as part, p.site_id, p.number as label, '/orders/' || o.number as href,
            p.carrier || ' ' || p.tracking || ', ' ||
              (select coalesce(sum(l.quantity), 0) from parcel_line l where l.org_id = p.org_id and l.parcel_id = p.id) || ' units' as detail,
            p.shipped_at as at, 1 as counts
     from parcel p
     join site s on s.org_id = p.org_id and s.id = p.site_id
     join sales_order o on o.org_id = p.org_id and o.id = p.order_id
     where p.org_id = $1 and p.shipped_at > $3::timestamptz - interval '26 hours' and p.shipped_at <= $3::timestamptz
       and (p.shipped_at at time zone s.timezone)::date = ($3::timestamptz at time zone s.timezone)::date";

    WaveProgress
    "select x.part, w.site_id, w.number as label, '/waves/' || w.id as href, case x.part when 'done' then 'picked' else 'to pick' end as detail,
            w.released_at as at, x.units as counts
     from wave w
     join lateral (select coalesce(sum(t.quantity_picked), 0) as picked, coalesce(sum(t.quantity - t.quantity_picked - t.quantity_short), 0) as left
                   from pick_task t where t.org_id = w.org_id and t.wave_id = w.id and t.cancelled_at is null) u on u.left > 0
     join lateral (values ('done', u.picked), ('to_pick', u.left)) x (part, units) on x.units > 0
     where w.org_id = $1 and w.released_at > $3::timestamptz - interval '7 days' and w.cancelled_at is null";

    ReturnsOpen
    "select t.stage as part,
            (select c.site_id from receipt_line c join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
             where l.org_id = r.org_id and l.return_id = r.id order by c.occurred_at limit 1) as site_id,
            r.number as label, '/returns/' || r.number as href, 'order ' || o.number || ', ' || t.units || ' units' as detail,
            coalesce(t.since, r.requested_at) as at, 1 as counts
     from return_request r
     join return_standing t on t.org_id = r.org_id and t.id = r.id
     join sales_order o on o.org_id = r.org_id and o.id = r.order_id
     where r.org_id = $1 and r.requested_at > $3::timestamptz - interval '180 days'
       and t.stage in ('review', 'awaiting', 'to_inspect', 'refunding')";

    RefundHours
    "select 'paid' as part, c.site_id, f.number as label, '/returns/' || r.number as href, r.number || ', ' || f.amount::numeric(19,2) || ' ' || f.currency as detail,
            f.paid_at as at, round(extract(epoch from f.paid_at - c.first_at) / 3600, 2) as counts
     from refund f
     join return_request r on r.org_id = f.org_id and r.id = f.return_id
     join lateral (select (array_agg(c.site_id order by c.occurred_at))[1] as site_id, min(c.occurred_at) as first_at
                   from receipt_line c join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
                   where l.org_id = f.org_id and l.return_id = f.return_id) c on c.first_at is not null
     where f.org_id = $1 and f.status = 'paid' and f.paid_at > $3::timestamptz - interval '30 days' and f.paid_at <= $3::timestamptz";

    Stock
    "select x.part, b.site_id, s.code as label, '/inventory/' || s.id as href, s.name as detail, null::timestamptz as at, sum(x.units) as counts
     from balance b
     join sku s on s.org_id = b.org_id and s.id = b.sku_id
     join lateral (values (case b.state when 'sellable' then 'available' else b.state end, b.on_hand - b.allocated),
                          ('allocated', b.allocated)) x (part, units) on x.units > 0
     where b.org_id = $1 and b.on_hand > 0
     group by x.part, b.site_id, s.id, s.code, s.name";

    OldestException
    "select kind as part, nullif(site_id, '00000000-0000-0000-0000-000000000000') as site_id, summary as label, '/exceptions?kind=' || kind as href,
            case when claimed_at is null then 'nobody has it' else 'claimed' end as detail, raised_at as at,
            round(extract(epoch from $3::timestamptz - raised_at) / 3600, 2) as counts
     from exception_case where org_id = $1 and resolved_at is null";

    RefundsWaiting
    "select 'proposed' as part,
            (select c.site_id from receipt_line c join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
             where l.org_id = f.org_id and l.return_id = f.return_id order by c.occurred_at limit 1) as site_id,
            f.number as label, '/returns/' || r.number as href, f.amount::numeric(19,2) || ' ' || f.currency as detail, f.proposed_at as at, 1 as counts
     from refund f join return_request r on r.org_id = f.org_id and r.id = f.return_id
     where f.org_id = $1 and f.status = 'proposed'";

    Backorders
    "select 'short' as part, null::uuid as site_id, o.number as label, '/orders/' || o.number as href, s.code || ' ' || s.name as detail, o.placed_at as at,
            l.quantity - l.quantity_cancelled - h.units as counts
     from (select o.id from exception_case e join sales_order o on o.org_id = e.org_id and o.id = e.subject_id
           where e.org_id = $1 and e.kind = 'backorder' and e.resolved_at is null
           union
           select l.order_id from exception_case e join order_line l on l.org_id = e.org_id and l.id = e.subject_id
           where e.org_id = $1 and e.kind = 'backorder' and e.resolved_at is null) short
     join sales_order o on o.org_id = $1 and o.id = short.id and o.cancelled_at is null
     join order_line l on l.org_id = $1 and l.order_id = o.id
     join sku s on s.org_id = $1 and s.id = l.sku_id
     join lateral (select
         coalesce((select sum(r.quantity) from reservation r where r.org_id = $1 and r.order_line_id = l.id), 0)
       + coalesce((select sum(a.quantity) from allocation a where a.org_id = $1 and a.order_line_id = l.id), 0)
       + coalesce((select sum(pl.quantity) from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                   where pl.org_id = $1 and pl.order_line_id = l.id and p.shipped_at is not null), 0) as units) h on true
     where l.quantity - l.quantity_cancelled > h.units";
}
