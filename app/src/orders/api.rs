//! Server functions of orders.

use domain::ids::{CommandId, PaymentId};
use domain::orders::{CancelOrder, CorrectAddress, OrderPage, OrderSheet, ReleaseOrders, Released, RetryPayment};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

/// `stage` is a stage's code or empty; `after` continues a page.
#[server(endpoint = "orders/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_orders(search: String, stage: String, after: String) -> Result<OrderPage, Said> {
    use crate::door::{answer, caller, db};
    use domain::orders::stage::Stage;
    let after = Some(after.as_str()).filter(|after| !after.is_empty());
    answer(db().orders(&caller()?, &search, Stage::parse(&stage), after).await)
}

/// By number or id.
#[server(endpoint = "orders/order", prefix = "/api/fn", protocol = Ask)]
pub async fn read_order(number: String) -> Result<OrderSheet, Said> {
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let order = answer(db().order_by_number(&caller, &number).await)?;
    let order = answer(order.ok_or_else(|| domain::refusal::Refusal::not_found("order").into()))?;
    answer(db().order(&caller, order).await)
}

#[server(endpoint = "orders/release", prefix = "/api/fn", protocol = Ask)]
pub async fn send_release(id: CommandId, command: ReleaseOrders) -> Result<Vec<Released>, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "orders/cancel", prefix = "/api/fn", protocol = Ask)]
pub async fn send_cancel(id: CommandId, command: CancelOrder) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "orders/address", prefix = "/api/fn", protocol = Ask)]
pub async fn send_address(id: CommandId, command: CorrectAddress) -> Result<Released, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "orders/payment", prefix = "/api/fn", protocol = Ask)]
pub async fn send_payment_again(id: CommandId, command: RetryPayment) -> Result<PaymentId, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// The list as a file: all pages of the same rows.
#[server(endpoint = "orders/list.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn orders_csv(#[server(default)] search: String, #[server(default)] stage: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db};
    use domain::orders::stage::Stage;
    let caller = caller()?;
    let mut csv = Csv::new(&[
        "number",
        "channel",
        "customer",
        "country",
        "placed_at",
        "promised_at",
        "total",
        "currency",
        "units",
        "units_shipped",
        "stage",
        "hold",
    ]);
    let (mut after, mut written) = (None::<String>, 0);
    loop {
        let page = answer(db().orders(&caller, &search, Stage::parse(&stage), after.as_deref()).await)?;
        written += page.rows.len();
        for row in page.rows {
            csv.row(&[
                row.number,
                row.channel,
                row.customer,
                row.country,
                row.placed_at.to_rfc3339(),
                row.promised_at.to_rfc3339(),
                row.total.to_string(),
                row.currency,
                row.units.ordered.to_string(),
                row.units.shipped.to_string(),
                row.stage.code().to_owned(),
                row.hold.map_or_else(String::new, |hold| hold.code().to_owned()),
            ]);
        }
        after = page.next;
        if after.is_none() || written >= ROWS_MAX {
            return Ok(csv.download("orders"));
        }
    }
}
