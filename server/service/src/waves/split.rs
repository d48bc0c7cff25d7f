//! Splitting a wave: trips that nobody has begun go into a wave of their own, off the floor until that is released. Nothing moves, no
//! allocation changes: the same tasks are on the same lists.

use domain::ids::WaveId;
use domain::numbers::Series;
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::waves::labour::{LabourRefusal, Split, SplitWave};
use serde_json::json;
use uuid::Uuid;

use super::{lock, sql, sql_labour};
use crate::{Act, Result, Tx};

impl Act for SplitWave {
    const KIND: &'static str = "waves.split";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = Split;

    async fn act(&self, tx: &mut Tx) -> Result<Split> {
        if self.trips.is_empty() {
            return Err(LabourRefusal::NoTripChosen.into());
        }
        let head = lock(tx, self.wave).await?;
        let (org, at) = (tx.org().0, tx.at);
        sql::lock_trips(tx.conn(), org, self.wave.0).await?;
        // A later statement: it sees who took a trip while we waited.
        let trips = sql_labour::wave_trips(tx.conn(), org, self.wave.0).await?;
        if self.trips.iter().any(|asked| trips.iter().all(|trip| trip.trip_id != asked.0)) {
            return Err(Refusal::not_found("cart in this wave").into());
        }
        let chosen: Vec<_> = trips.iter().filter(|trip| self.trips.iter().any(|asked| asked.0 == trip.trip_id)).collect();
        if let Some(begun) = chosen.iter().find(|trip| trip.begun) {
            return Err(LabourRefusal::TripBegun { trip_no: begun.trip_no }.into());
        }
        if chosen.len() == trips.len() {
            return Err(LabourRefusal::NothingWouldStay.into());
        }
        let (method, metres, metres_fifo) = sql_labour::wave_plan(tx.conn(), org, self.wave.0).await?;
        let gone: i32 = chosen.iter().map(|trip| trip.metres).sum();
        // What first-in-first-out would have walked is of the whole: each part has its share.
        let fifo = i64::from(metres_fifo) * i64::from(gone) / i64::from(metres.max(1));
        let gone_fifo = i32::try_from(fifo).unwrap_or(metres_fifo).min(metres_fifo);
        let walking = sql::walking(tx.conn(), org, self.wave.0).await?;
        let (wave, number) = (WaveId::mint(), tx.numbers(Series::Wave, 1).await?.remove(0));
        let new = sql::NewWave {
            id: wave.0,
            number: &number,
            site: head.site_id,
            method: &method,
            metres: gone,
            metres_fifo: gone_fifo,
            planned_by: tx.caller.person().0,
            released: false,
            walking: &walking,
        };
        sql::insert_wave(tx.conn(), org, at, &new).await?;
        let ids: Vec<Uuid> = chosen.iter().map(|trip| trip.trip_id).collect();
        sql_labour::move_trips(tx.conn(), org, &ids, wave.0).await?;
        sql_labour::lessen(tx.conn(), org, self.wave.0, gone, gone_fifo).await?;
        let site = Some(head.site_id.into());
        tx.announce("wave.split", self.wave, site, json!({ "number": head.number, "into": number }));
        tx.announce("wave.planned", wave, site, json!({ "number": number }));
        let trips = i32::try_from(ids.len()).unwrap_or(i32::MAX);
        tx.audit("wave", self.wave, json!({ "metres": metres }), json!({ "into": wave, "number": number, "trips": trips }));
        Ok(Split { wave, number, trips })
    }
}
