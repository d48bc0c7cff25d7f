//! Server functions of lots and serials.

use domain::catalog::changes::Saved;
use domain::ids::{CommandId, LotId, SkuId};
use domain::lots::{LotList, LotSheet, NameUnits, RecallLot, Recalled, ReleaseLot, Rules, SetLotRules, SetTracking, TrackedSku};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

/// `which`: empty, `recalled` or `expired`. `page` counts from one.
#[server(endpoint = "lots/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_lots(search: String, which: String, page: i64) -> Result<LotList, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().lots(&caller()?, now().date_naive(), &search, &which, page.saturating_sub(1)).await)
}

#[server(endpoint = "lots/one", prefix = "/api/fn", protocol = Ask)]
pub async fn read_lot(lot: LotId) -> Result<LotSheet, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().lot(&caller()?, now().date_naive(), lot).await)
}

#[server(endpoint = "lots/recall", prefix = "/api/fn", protocol = Ask)]
pub async fn send_recall(id: CommandId, command: RecallLot) -> Result<Recalled, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "lots/release", prefix = "/api/fn", protocol = Ask)]
pub async fn send_release(id: CommandId, command: ReleaseLot) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "lots/name", prefix = "/api/fn", protocol = Ask)]
pub async fn send_name(id: CommandId, command: NameUnits) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "lots/tracking", prefix = "/api/fn", protocol = Ask)]
pub async fn read_tracking(sku: SkuId) -> Result<TrackedSku, Said> {
    use crate::door::{answer, caller, db};
    answer(db().tracking(&caller()?, sku).await)
}

#[server(endpoint = "lots/set-tracking", prefix = "/api/fn", protocol = Ask)]
pub async fn send_tracking(id: CommandId, command: SetTracking) -> Result<Saved, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "lots/rules", prefix = "/api/fn", protocol = Ask)]
pub async fn read_rules() -> Result<Rules, Said> {
    use crate::door::{answer, caller, db};
    answer(db().lot_rules(&caller()?).await)
}

#[server(endpoint = "lots/set-rules", prefix = "/api/fn", protocol = Ask)]
pub async fn send_rules(id: CommandId, command: SetLotRules) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// Everybody who has some of a lot: for the letters. `lot` is an id.
#[server(endpoint = "lots/customers.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn lot_customers_csv(#[server(default)] lot: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db, now};
    // What is no lot at all is looked for as none: who may not look is told that first.
    let lot = lot.parse().unwrap_or_default();
    let (row, went) = answer(db().lot_customers(&caller()?, now().date_naive(), lot).await)?;
    let mut csv = Csv::new(&[
        "sku",
        "lot",
        "shipped_at",
        "parcel",
        "order",
        "customer",
        "email",
        "city",
        "country",
        "tracking",
        "units",
        "returned_of_order",
        "serials",
    ]);
    for one in went {
        csv.row(&[
            row.sku_code.clone(),
            row.code.clone(),
            one.at.to_rfc3339(),
            one.parcel_number,
            one.order_number,
            one.customer,
            one.email,
            one.city,
            one.country,
            one.tracking,
            one.quantity.to_string(),
            one.returned.to_string(),
            one.serials,
        ]);
    }
    Ok(csv.download("lot-customers"))
}
