//! Server functions of the floor.

use crate::ask::Ask;
use domain::floor::{
    BindTote, ClaimTrip, CloseParcel, Found, LeaveTrip, OpenParcel, PackUnit, Packed, ParcelRow, ParcelSheet, PickUnits, Picked,
    PutBack, PutBackRow, ShipParcels, ShortPick, Shorted, TripRow, TripSheet, UnpickUnits,
};
use domain::ids::{CommandId, ParcelId, SiteId};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::door::Said;

/// Trips somebody can walk.
#[server(endpoint = "floor/trips", prefix = "/api/fn", protocol = Ask)]
pub async fn read_trips(site: Option<SiteId>) -> Result<Vec<TripRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().open_trips(&caller()?, site).await)
}

#[server(endpoint = "floor/trip", prefix = "/api/fn", protocol = Ask)]
pub async fn read_trip(trip: String) -> Result<TripSheet, Said> {
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let trip = answer(trip.parse().map_err(|_| domain::refusal::Refusal::not_found("trip").into()))?;
    answer(db().trip_sheet(&caller, trip).await)
}

#[server(endpoint = "floor/parcel", prefix = "/api/fn", protocol = Ask)]
pub async fn read_parcel(parcel: String) -> Result<ParcelSheet, Said> {
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let parcel = answer(parcel.parse().map_err(|_| domain::refusal::Refusal::not_found("parcel").into()))?;
    answer(db().parcel_sheet(&caller, parcel).await)
}

/// Parcels not yet with the carrier.
#[server(endpoint = "floor/parcels", prefix = "/api/fn", protocol = Ask)]
pub async fn read_parcels(site: Option<SiteId>) -> Result<Vec<ParcelRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().waiting_parcels(&caller()?, site).await)
}

/// The same as a file. `site` is an id or empty.
#[server(endpoint = "floor/parcels.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn parcels_csv(#[server(default)] site: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db};
    let mut csv = Csv::new(&["parcel", "order", "customer", "country", "weight_g", "closed_at"]);
    for row in answer(db().waiting_parcels(&caller()?, site.parse().ok().map(SiteId)).await)? {
        let closed = row.packed_at.map_or_else(String::new, |at| at.to_rfc3339());
        csv.row(&[row.number, row.order_number, row.customer, row.country, row.weight_g.to_string(), closed]);
    }
    Ok(csv.download("parcels"))
}

/// What a code scanned anywhere means, and so where to go.
#[server(endpoint = "floor/find", prefix = "/api/fn", protocol = Ask)]
pub async fn read_scan(site: Option<SiteId>, code: String) -> Result<Found, Said> {
    use crate::door::{answer, caller, db};
    answer(db().find_scan(&caller()?, site, &code).await)
}

#[server(endpoint = "floor/claim", prefix = "/api/fn", protocol = Ask)]
pub async fn send_claim(id: CommandId, command: ClaimTrip) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/leave", prefix = "/api/fn", protocol = Ask)]
pub async fn send_leave(id: CommandId, command: LeaveTrip) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/bind", prefix = "/api/fn", protocol = Ask)]
pub async fn send_bind(id: CommandId, command: BindTote) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/pick", prefix = "/api/fn", protocol = Ask)]
pub async fn send_pick(id: CommandId, command: PickUnits) -> Result<Picked, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/unpick", prefix = "/api/fn", protocol = Ask)]
pub async fn send_unpick(id: CommandId, command: UnpickUnits) -> Result<Picked, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// What cancelled waves left in totes.
#[server(endpoint = "floor/put-backs", prefix = "/api/fn", protocol = Ask)]
pub async fn read_put_backs(site: Option<SiteId>) -> Result<Vec<PutBackRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().put_backs(&caller()?, site).await)
}

#[server(endpoint = "floor/put-back", prefix = "/api/fn", protocol = Ask)]
pub async fn send_put_back(id: CommandId, command: PutBack) -> Result<Picked, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/short", prefix = "/api/fn", protocol = Ask)]
pub async fn send_short(id: CommandId, command: ShortPick) -> Result<Shorted, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/open-parcel", prefix = "/api/fn", protocol = Ask)]
pub async fn send_open(id: CommandId, command: OpenParcel) -> Result<ParcelId, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/pack", prefix = "/api/fn", protocol = Ask)]
pub async fn send_pack(id: CommandId, command: PackUnit) -> Result<Packed, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/close", prefix = "/api/fn", protocol = Ask)]
pub async fn send_close(id: CommandId, command: CloseParcel) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "floor/ship", prefix = "/api/fn", protocol = Ask)]
pub async fn send_ship(id: CommandId, command: ShipParcels) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
