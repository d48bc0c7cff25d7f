//! Statements on carriers: services, cutoffs, and what channels and sites use.

use chrono::{DateTime, NaiveTime, Timelike, Utc};
use domain::carriers::{ChannelService, Offer, ServiceRow};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// All services, by code.
pub(crate) async fn offers(conn: &mut PgConnection, org: Uuid) -> Result<Vec<Offer>> {
    Ok(sqlx::query_as!(
        Offer,
        "select code, carrier, service, countries from carrier_service where org_id = $1 order by code",
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct Call {
    pub site_id: Uuid,
    pub carrier: String,
    pub at: DateTime<Utc>,
}

/// When carriers call at the org's sites, from the day of `from` to that of `to` by each site's clock; in their order.
pub(crate) async fn calls(conn: &mut PgConnection, org: Uuid, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Call>> {
    Ok(sqlx::query_as!(
        Call,
        r#"select c.site_id, c.carrier, ((d.day::date + make_interval(mins => c.leaves_minute)) at time zone s.timezone) as "at!"
           from carrier_cutoff c join site s on s.org_id = c.org_id and s.id = c.site_id
           cross join generate_series(($2::timestamptz at time zone s.timezone)::date, ($3::timestamptz at time zone s.timezone)::date,
                                      interval '1 day') as d (day)
           where c.org_id = $1 order by c.site_id, c.carrier, d.day"#,
        org,
        from,
        to
    )
    .fetch_all(conn)
    .await?)
}

/// What sites use for orders that ask for nothing.
pub(crate) async fn usual(conn: &mut PgConnection, org: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!("select id, service_code from site where org_id = $1", org).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.service_code)).collect())
}

pub(crate) struct SiteHead {
    pub code: String,
    pub timezone: String,
}

pub(crate) async fn site(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Option<SiteHead>> {
    Ok(sqlx::query_as!(SiteHead, "select code, timezone from site where org_id = $1 and id = $2", org, site)
        .fetch_optional(conn)
        .await?)
}

pub(crate) async fn set_service(conn: &mut PgConnection, org: Uuid, offer: &Offer) -> Result<()> {
    sqlx::query!(
        "insert into carrier_service (org_id, code, carrier, service, countries) values ($1, $2, $3, $4, $5)
         on conflict (org_id, code) do update set carrier = excluded.carrier, service = excluded.service, countries = excluded.countries",
        org,
        offer.code,
        offer.carrier,
        offer.service,
        &offer.countries
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// None = the carrier does not call at the site.
pub(crate) async fn set_cutoff(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    carrier: &str,
    leaves_at: Option<NaiveTime>,
) -> Result<()> {
    if let Some(leaves_at) = leaves_at {
        let minute = i32::try_from(leaves_at.num_seconds_from_midnight() / 60).unwrap_or_default();
        sqlx::query!(
            "insert into carrier_cutoff (org_id, site_id, carrier, leaves_minute) values ($1, $2, $3, $4)
             on conflict (org_id, site_id, carrier) do update set leaves_minute = excluded.leaves_minute",
            org,
            site,
            carrier,
            minute
        )
        .execute(conn)
        .await?;
    } else {
        sqlx::query!("delete from carrier_cutoff where org_id = $1 and site_id = $2 and carrier = $3", org, site, carrier)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// The site uses this service where nothing is asked for, or does not any more.
pub(crate) async fn set_usual(conn: &mut PgConnection, org: Uuid, site: Uuid, code: &str, usual: bool) -> Result<()> {
    sqlx::query!(
        "update site set service_code = case when $4 then $3 else '' end
         where org_id = $1 and id = $2 and ($4 or service_code = $3)",
        org,
        site,
        code,
        usual
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn set_channel_service(conn: &mut PgConnection, org: Uuid, channel: Uuid, code: &str) -> Result<bool> {
    let done = sqlx::query!("update channel set service_code = $3 where org_id = $1 and id = $2", org, channel, code)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Every service, with when its carrier calls at this site.
pub(crate) async fn services(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<ServiceRow>> {
    let rows = sqlx::query!(
        r#"select v.code, v.carrier, v.service, v.countries, c.leaves_minute as "leaves_minute?", s.service_code = v.code as "usual!"
           from carrier_service v join site s on s.org_id = v.org_id and s.id = $2
           left join carrier_cutoff c on c.org_id = v.org_id and c.site_id = $2 and c.carrier = v.carrier
           where v.org_id = $1 order by v.carrier, v.code"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?;
    let service = rows.into_iter().map(|row| ServiceRow {
        offer: Offer { code: row.code, carrier: row.carrier, service: row.service, countries: row.countries },
        leaves_at: row
            .leaves_minute
            .and_then(|minute| NaiveTime::from_hms_opt(u32::try_from(minute / 60).ok()?, u32::try_from(minute % 60).ok()?, 0)),
        usual: row.usual,
    });
    Ok(service.collect())
}

pub(crate) async fn channels(conn: &mut PgConnection, org: Uuid) -> Result<Vec<ChannelService>> {
    Ok(sqlx::query_as!(
        ChannelService,
        "select id as channel, name, service_code as service from channel where org_id = $1 order by name, id",
        org
    )
    .fetch_all(conn)
    .await?)
}
