//! The values of a figure over time, oldest first, the last one now: one statement a figure, over the same rows as the figure itself
//! (see `sql.rs`). $1 org, $2 sites or null, $3 now. Buckets count back from now, so the last one is the figure.

use chrono::{DateTime, Utc};
use domain::insight::Kpi;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

macro_rules! courses {
    ($($kpi:ident $values:tt;)+) => {
        /// Empty where the figure has no course.
        pub(super) async fn values(
            conn: &mut PgConnection, kpi: Kpi, org: Uuid, sites: Option<&[Uuid]>, now: DateTime<Utc>,
        ) -> Result<Vec<Option<Decimal>>> {
            Ok(match kpi {
                $(Kpi::$kpi => sqlx::query_scalar!($values, org, sites, now).fetch_all(conn).await?,)+
                _ => Vec::new(),
            })
        }
    };
}

courses! {
    PickedPerHour
    r#"select coalesce(sum(t.units), 0)::numeric as "value?"
       from generate_series(0, 24) k (ago)
       left join (select floor(extract(epoch from $3::timestamptz - done_at) / 3600)::int as ago, quantity_picked as units
                  from pick_task
                  where org_id = $1 and ($2::uuid[] is null or site_id = any($2))
                    and done_at > $3::timestamptz - interval '25 hours' and done_at <= $3::timestamptz) t on t.ago = k.ago
       group by k.ago order by k.ago desc"#;

    ShippedToday
    r#"select count(p.ago)::numeric as "value?"
       from generate_series(0, 7) k (ago)
       left join (select ($3::timestamptz at time zone s.timezone)::date - (p.shipped_at at time zone s.timezone)::date as ago
                  from parcel p join site s on s.org_id = p.org_id and s.id = p.site_id
                  where p.org_id = $1 and ($2::uuid[] is null or p.site_id = any($2))
                    and p.shipped_at > $3::timestamptz - interval '9 days' and p.shipped_at <= $3::timestamptz
                    and (p.shipped_at at time zone s.timezone)::time <= ($3::timestamptz at time zone s.timezone)::time) p
              on p.ago = k.ago
       group by k.ago order by k.ago desc"#;

    RefundHours
    r#"select (percentile_cont(0.5) within group (order by f.hours))::numeric as "value?"
       from generate_series(0, 7) k (ago)
       left join (select f.paid_at, round(extract(epoch from f.paid_at - c.first_at) / 3600, 2) as hours
                  from refund f
                  join lateral (select (array_agg(c.site_id order by c.occurred_at))[1] as site_id, min(c.occurred_at) as first_at
                                from receipt_line c join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
                                where l.org_id = f.org_id and l.return_id = f.return_id) c on c.first_at is not null
                  where f.org_id = $1 and ($2::uuid[] is null or c.site_id = any($2)) and f.status = 'paid'
                    and f.paid_at > $3::timestamptz - interval '37 days' and f.paid_at <= $3::timestamptz) f
              on f.paid_at > $3::timestamptz - (k.ago + 30) * interval '1 day' and f.paid_at <= $3::timestamptz - k.ago * interval '1 day'
       group by k.ago order by k.ago desc"#;

    OldestException
    r#"select max(round(extract(epoch from $3::timestamptz - k.ago * interval '1 day' - e.raised_at) / 3600, 2))::numeric as "value?"
       from generate_series(0, 7) k (ago)
       left join (select raised_at, resolved_at from exception_case
                  where org_id = $1 and (resolved_at is null or resolved_at > $3::timestamptz - interval '7 days')
                    and ($2::uuid[] is null or site_id = any($2) or site_id = '00000000-0000-0000-0000-000000000000')) e
              on e.raised_at <= $3::timestamptz - k.ago * interval '1 day'
             and (e.resolved_at is null or e.resolved_at > $3::timestamptz - k.ago * interval '1 day')
       group by k.ago order by k.ago desc"#;

    RefundsWaiting
    r#"select count(f.proposed_at)::numeric as "value?"
       from generate_series(0, 7) k (ago)
       left join (select f.proposed_at, f.status, f.decided_at from refund f
                  left join lateral (select c.site_id from receipt_line c join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
                                     where l.org_id = f.org_id and l.return_id = f.return_id order by c.occurred_at limit 1) c on true
                  where f.org_id = $1 and ($2::uuid[] is null or c.site_id is null or c.site_id = any($2))
                    and (f.status = 'proposed' or f.decided_at > $3::timestamptz - interval '7 days')) f
              on f.proposed_at <= $3::timestamptz - k.ago * interval '1 day'
             and (f.status = 'proposed' or f.decided_at > $3::timestamptz - k.ago * interval '1 day')
       group by k.ago order by k.ago desc"#;
}
