//! Statements of waves: what waits, waves with their trips, slots and tasks.

use chrono::{DateTime, Utc};
use domain::waves::{Cart, Rounds};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct WaitingSum {
    pub orders: i32,
    pub units: i32,
    pub due: Option<DateTime<Utc>>,
}

/// What waits to be planned at a site, in numbers.
pub(crate) async fn waiting(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<WaitingSum> {
    Ok(sqlx::query_as!(
        WaitingSum,
        r#"select count(distinct o.id)::int as "orders!", coalesce(sum(a.quantity), 0)::int as "units!", min(o.promised_at) as due
           from allocation a join order_line ol on ol.org_id = a.org_id and ol.id = a.order_line_id
           join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id
           where a.org_id = $1 and a.site_id = $2 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
             and o.released_at is not null and o.cancelled_at is null
             and not exists (select from pick_task k where k.org_id = a.org_id and k.order_line_id = a.order_line_id
                             and k.site_id = a.site_id and k.done_at is null and k.cancelled_at is null)"#,
        org,
        site
    )
    .fetch_one(conn)
    .await?)
}

/// How a wave's carts are walked, as it is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walking {
    pub start_depot: String,
    pub end_depots: Vec<String>,
    pub heavy_from_g: Option<i32>,
    pub cart_slots: Option<i32>,
    pub cart_volume_ml: Option<i32>,
    pub cart_weight_g: Option<i32>,
}

impl Walking {
    pub(crate) fn of(rounds: &Rounds, cart: Cart) -> Self {
        Self {
            start_depot: rounds.start.clone().unwrap_or_default(),
            end_depots: rounds.ends.clone(),
            heavy_from_g: rounds.heavy_from_g,
            cart_slots: Some(cart.slots),
            cart_volume_ml: cart.volume_ml,
            cart_weight_g: cart.weight_g,
        }
    }

    pub(crate) fn rounds(&self) -> Rounds {
        let start = Some(self.start_depot.clone()).filter(|start| !start.is_empty());
        Rounds { start, ends: self.end_depots.clone(), heavy_from_g: self.heavy_from_g }
    }

    /// None of a wave planned before carts were kept.
    pub(crate) fn cart(&self) -> Option<Cart> {
        let slots = self.cart_slots?;
        Some(Cart { slots, volume_ml: self.cart_volume_ml, weight_g: self.cart_weight_g })
    }
}

pub(crate) async fn walking(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<Walking> {
    Ok(sqlx::query_as!(
        Walking,
        "select start_depot, end_depots, heavy_from_g, cart_slots, cart_volume_ml, cart_weight_g from wave where org_id = $1 and id = $2",
        org,
        wave
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) struct NewWave<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub site: Uuid,
    pub method: &'a str,
    pub metres: i32,
    pub metres_fifo: i32,
    pub planned_by: Uuid,
    pub released: bool,
    pub walking: &'a Walking,
}

pub(crate) async fn insert_wave(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewWave<'_>) -> Result<()> {
    sqlx::query!(
        "insert into wave (org_id, id, number, site_id, method, metres, metres_fifo, planned_at, planned_by, released_at, start_depot,
           end_depots, heavy_from_g, cart_slots, cart_volume_ml, cart_weight_g)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $10 then $8::timestamptz end, $11, $12, $13, $14, $15, $16)",
        org,
        new.id,
        new.number,
        new.site,
        new.method,
        new.metres,
        new.metres_fifo,
        at,
        new.planned_by,
        new.released,
        new.walking.start_depot,
        &new.walking.end_depots,
        new.walking.heavy_from_g,
        new.walking.cart_slots,
        new.walking.cart_volume_ml,
        new.walking.cart_weight_g
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Trips of a wave, column by column, numbered from one.
#[derive(Default)]
pub(crate) struct NewTrips {
    pub ids: Vec<Uuid>,
    pub metres: Vec<i32>,
    pub seconds: Vec<i32>,
    /// The depots where they are handed in.
    pub ends: Vec<String>,
}

pub(crate) async fn insert_trips(conn: &mut PgConnection, org: Uuid, wave: Uuid, new: &NewTrips) -> Result<()> {
    sqlx::query!(
        "insert into trip (org_id, id, wave_id, trip_no, metres, seconds, end_depot)
         select $1, id, $2, nth::int, metres, seconds, end_depot
         from unnest($3::uuid[], $4::int[], $5::int[], $6::text[]) with ordinality as n (id, metres, seconds, end_depot, nth)",
        org,
        wave,
        &new.ids,
        &new.metres,
        &new.seconds,
        &new.ends
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which order rides on which slot.
#[derive(Default)]
pub(crate) struct NewSlots {
    pub trips: Vec<Uuid>,
    pub slots: Vec<i32>,
    pub orders: Vec<Uuid>,
}

pub(crate) async fn insert_slots(conn: &mut PgConnection, org: Uuid, new: &NewSlots) -> Result<()> {
    sqlx::query!(
        "insert into trip_slot (org_id, trip_id, slot_no, order_id)
         select $1, trip, slot, order_id from unnest($2::uuid[], $3::int[], $4::uuid[]) as n (trip, slot, order_id)",
        org,
        &new.trips,
        &new.slots,
        &new.orders
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Default)]
pub(crate) struct NewTasks {
    pub trips: Vec<Uuid>,
    pub walks: Vec<i32>,
    pub slots: Vec<i32>,
    pub lines: Vec<Uuid>,
    pub skus: Vec<Uuid>,
    pub bins: Vec<Uuid>,
    pub quantities: Vec<i32>,
}

pub(crate) async fn insert_tasks(conn: &mut PgConnection, org: Uuid, wave: Uuid, site: Uuid, new: &NewTasks) -> Result<()> {
    let ids: Vec<Uuid> = new.trips.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into pick_task (org_id, id, wave_id, trip_id, walk_no, slot_no, order_line_id, sku_id, site_id, bin_id, quantity)
         select $1, id, $2, trip, walk, slot, line, sku, $3, bin, quantity
         from unnest($4::uuid[], $5::uuid[], $6::int[], $7::int[], $8::uuid[], $9::uuid[], $10::uuid[], $11::int[])
           as n (id, trip, walk, slot, line, sku, bin, quantity)",
        org,
        wave,
        site,
        &ids,
        &new.trips,
        &new.walks,
        &new.slots,
        &new.lines,
        &new.skus,
        &new.bins,
        &new.quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct WaveHead {
    pub number: String,
    pub site_id: Uuid,
    pub released: bool,
    pub cancelled: bool,
}

pub(crate) async fn lock_wave(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<Option<WaveHead>> {
    Ok(sqlx::query_as!(
        WaveHead,
        r#"select number, site_id, released_at is not null as "released!", cancelled_at is not null as "cancelled!"
           from wave where org_id = $1 and id = $2 for no key update"#,
        org,
        wave
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn site_of(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select site_id from wave where org_id = $1 and id = $2", org, wave).fetch_optional(conn).await?)
}

pub(crate) async fn set_released(conn: &mut PgConnection, org: Uuid, wave: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update wave set released_at = $3 where org_id = $1 and id = $2", org, wave, at).execute(conn).await?;
    Ok(())
}

/// Locks the wave's trips in id order, as pickers do: whoever scans waits, then finds the task gone.
pub(crate) async fn lock_trips(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<()> {
    sqlx::query!("select id from trip where org_id = $1 and wave_id = $2 order by id for no key update", org, wave)
        .fetch_all(conn)
        .await?;
    Ok(())
}

/// Takes the unfinished tasks off the lists; answers how many units that were.
pub(crate) async fn cancel_tasks(conn: &mut PgConnection, org: Uuid, wave: Uuid, at: DateTime<Utc>) -> Result<i32> {
    let units = sqlx::query_scalar!(
        r#"with gone as (
             update pick_task set cancelled_at = $3 where org_id = $1 and wave_id = $2 and done_at is null and cancelled_at is null
             returning quantity - quantity_picked - quantity_short as units)
           select coalesce(sum(units), 0)::int as "units!" from gone"#,
        org,
        wave,
        at
    )
    .fetch_one(conn)
    .await?;
    Ok(units)
}

pub(crate) async fn set_cancelled(conn: &mut PgConnection, org: Uuid, wave: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update wave set cancelled_at = $3 where org_id = $1 and id = $2", org, wave, at).execute(conn).await?;
    Ok(())
}

pub(crate) struct BoardRow {
    pub id: Uuid,
    pub number: String,
    pub site_id: Uuid,
    pub site_code: String,
    pub method: String,
    pub metres: i32,
    pub metres_fifo: i32,
    pub planned_at: DateTime<Utc>,
    pub released_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub orders: i32,
    pub due: Option<DateTime<Utc>>,
    pub trips: i32,
    pub seconds: i32,
    pub trips_done: i32,
    pub units: i32,
    pub units_picked: i32,
    pub units_short: i32,
    pub pickers: Option<Vec<String>>,
    pub carriers: Option<Vec<String>>,
}

/// Waves with their progress, latest first. `wave` narrows to one.
pub(crate) async fn board(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    wave: Option<Uuid>,
    most: i64,
) -> Result<Vec<BoardRow>> {
    Ok(sqlx::query_as!(
        BoardRow,
        r#"select w.id, w.number, w.site_id, site.code as site_code, w.method, w.metres, w.metres_fifo, w.planned_at, w.released_at,
                  w.cancelled_at, o.orders as "orders!", o.due, o.carriers, t.trips as "trips!", t.seconds as "seconds!",
                  t.trips_done as "trips_done!", k.units as "units!", k.picked as "units_picked!", k.short as "units_short!", t.pickers
           from wave w join site on site.org_id = w.org_id and site.id = w.site_id
           cross join lateral (
             select count(distinct s.order_id)::int as orders, min(so.promised_at) as due,
                    array_agg(distinct so.carrier) filter (where so.carrier <> '') as carriers
             from trip tr join trip_slot s on s.org_id = tr.org_id and s.trip_id = tr.id
             join sales_order so on so.org_id = s.org_id and so.id = s.order_id
             where tr.org_id = w.org_id and tr.wave_id = w.id) o
           cross join lateral (
             select count(*)::int as trips, coalesce(sum(tr.seconds), 0)::int as seconds,
                    (count(*) filter (where not x.open))::int as trips_done,
                    array_agg(distinct p.name) filter (where p.name is not null and x.open) as pickers
             from trip tr left join person p on p.org_id = tr.org_id and p.id = tr.person_id
             cross join lateral (select exists (select from pick_task q where q.org_id = tr.org_id and q.trip_id = tr.id
                                                and q.done_at is null and q.cancelled_at is null) as open) x
             where tr.org_id = w.org_id and tr.wave_id = w.id
               -- A cart that all orders left is none.
               and exists (select from trip_slot s where s.org_id = tr.org_id and s.trip_id = tr.id)) t
           cross join lateral (
             select coalesce(sum(case when q.cancelled_at is null then q.quantity else q.quantity_picked + q.quantity_short end), 0)::int
                      as units,
                    coalesce(sum(q.quantity_picked), 0)::int as picked, coalesce(sum(q.quantity_short), 0)::int as short
             from pick_task q where q.org_id = w.org_id and q.wave_id = w.id) k
           where w.org_id = $1 and ($2::uuid[] is null or w.site_id = any($2)) and ($3::uuid is null or w.id = $3)
           order by w.planned_at desc, w.id desc limit $4"#,
        org,
        sites,
        wave,
        most
    )
    .fetch_all(conn)
    .await?)
}
