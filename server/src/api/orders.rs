//! Orders on the wire: create, get, cancel.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::ids::{BasketId, OrderId, SkuId};
use domain::orders::{CancelOrder, NewLine, NewOrder, NewPayment, OrderSheet, PlaceOrders};
use domain::people::{Caller, Permission};
use domain::reasons::{Code, Given};
use domain::refusal::Refusal;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use service::Db;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{Answer, Body, Ended, Key, Once, Problem, needs};

/// An order of one of your channels. Amounts are decimal strings, tax included.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOrder {
    /// The channel's code, as opened in Tideway.
    pub channel: String,
    /// Your own id: the same one is never taken twice.
    pub external_id: String,
    pub customer_name: String,
    pub email: String,
    pub address_line: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    #[serde(default)]
    #[schema(value_type = String, example = "3.60")]
    pub shipping_amount: Decimal,
    /// The code of the carrier's service it is to leave with; without it, what the channel or the site uses.
    #[serde(default)]
    pub service: Option<String>,
    #[serde(default)]
    pub ship_complete: bool,
    pub lines: Vec<CreateLine>,
    pub payment: PaymentBody,
    /// The basket that kept its units while it was paid.
    #[serde(default)]
    pub basket: Option<Uuid>,
    /// Whose goods it sells, by the owner's code; our own when left out.
    #[serde(default)]
    pub owner: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLine {
    /// The SKU's code.
    pub sku: String,
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub quantity: i32,
    #[schema(value_type = String, example = "12.00")]
    pub unit_price: Decimal,
    #[serde(default)]
    #[schema(value_type = String, example = "0")]
    pub discount: Decimal,
}

/// How it is paid: an authorisation for us to capture, or a reference of what you captured.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum PaymentBody {
    Capture { authorisation: String },
    Paid { reference: String },
}

/// An order as it stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderBody {
    pub id: Uuid,
    pub number: String,
    pub external_id: String,
    pub channel: String,
    /// `on_hold`, waiting, picking, packing, packed, backorder, `part_shipped`, shipped, cancelled.
    pub stage: String,
    /// payment, address, stock, fraud, manual.
    pub hold: Option<String>,
    pub currency: String,
    #[schema(value_type = String)]
    pub total: Decimal,
    pub placed_at: DateTime<Utc>,
    /// Ready for its carrier by then: the last time it calls within what the channel promises.
    pub promised_at: DateTime<Utc>,
    /// With whom it is to leave; empty when nobody goes there.
    pub carrier: String,
    pub service: String,
    pub lines: Vec<LineBody>,
    pub parcels: Vec<ParcelBody>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LineBody {
    pub id: Uuid,
    pub sku: String,
    /// The kit it was ordered as a part of.
    pub kit: Option<String>,
    pub quantity: i32,
    pub quantity_cancelled: i32,
    pub quantity_shipped: i32,
    #[schema(value_type = String)]
    pub unit_price: Decimal,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ParcelBody {
    pub number: String,
    pub carrier: String,
    pub tracking: String,
    pub shipped_at: Option<DateTime<Utc>>,
}

/// Why it is cancelled.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// A code of why orders are cancelled, such as `changed_mind`.
    pub reason: String,
    /// A word beside it.
    #[serde(default)]
    pub note: String,
}

impl From<OrderSheet> for OrderBody {
    fn from(sheet: OrderSheet) -> Self {
        let line = |line: domain::orders::OrderLineSheet| LineBody {
            id: line.line.0,
            sku: line.sku_code,
            kit: line.kit_code,
            quantity: line.quantity,
            quantity_cancelled: line.quantity_cancelled,
            quantity_shipped: line.units.shipped,
            unit_price: line.unit_price,
        };
        let parcel = |parcel: domain::orders::ParcelOfOrder| ParcelBody {
            number: parcel.number,
            carrier: parcel.carrier,
            tracking: parcel.tracking,
            shipped_at: parcel.shipped_at,
        };
        Self {
            id: sheet.row.order.0,
            number: sheet.row.number,
            external_id: sheet.external_id,
            channel: sheet.row.channel,
            stage: sheet.row.stage.code().to_owned(),
            hold: sheet.row.hold.map(|hold| hold.code().to_owned()),
            currency: sheet.row.currency,
            total: sheet.row.total,
            placed_at: sheet.row.placed_at,
            promised_at: sheet.row.promised_at,
            carrier: sheet.row.carrier,
            service: sheet.row.service,
            lines: sheet.lines.into_iter().map(line).collect(),
            parcels: sheet.parcels.into_iter().map(parcel).collect(),
        }
    }
}

/// The order a path means: its id or its number.
pub async fn find(db: &Db, caller: &Caller, key: &str) -> Result<OrderId, Ended> {
    if let Ok(id) = key.parse() {
        return Ok(id);
    }
    Ok(db.order_by_number(caller, key).await?.ok_or_else(|| Refusal::not_found("order"))?)
}

/// Take an order. The same channel and external id answer with the order as it stands.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = CreateOrder,
    security(("key" = ["orders_edit", "orders_view"])),
    params(("Idempotency-Key" = String, Header, description = "new for each order")),
    responses((status = 200, body = OrderBody), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn create(State(db): State<Db>, Key(caller): Key, Once(id): Once, Body(body): Body<CreateOrder>) -> Answer<OrderBody> {
    // The answer is the order as it stands: who may not see it is told before it is taken.
    needs(&caller, Permission::OrdersView)?;
    let codes: Vec<String> = body.lines.iter().map(|line| line.sku.clone()).collect();
    let known = db.skus_by_code(&caller, &codes).await?;
    let sku = |code: &str| -> Result<SkuId, Ended> {
        let unknown = || Refusal::from(CatalogRefusal::UnknownSku { code: code.to_owned() });
        Ok(known.get(code).map(|row| row.id).ok_or_else(unknown)?)
    };
    let mut lines = Vec::new();
    for line in &body.lines {
        lines.push(NewLine {
            sku: sku(&line.sku)?,
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount: line.discount,
            kit: None,
        });
    }
    let order = NewOrder {
        // Follows from the request, so that the same request again is the same command.
        id: OrderId(Uuid::new_v5(&id.0, b"order")),
        channel: body.channel,
        external_id: body.external_id,
        customer_name: body.customer_name,
        email: body.email,
        address_line: body.address_line,
        city: body.city,
        postcode: body.postcode,
        country: body.country,
        currency: body.currency,
        shipping_amount: body.shipping_amount,
        service: body.service,
        ship_complete: body.ship_complete,
        lines,
        payment: match body.payment {
            PaymentBody::Capture { authorisation } => NewPayment::Capture { authorisation },
            PaymentBody::Paid { reference } => NewPayment::Paid { reference },
        },
        basket: body.basket.map(BasketId),
        owner: body.owner,
        placed_at: None,
    };
    let placed = db.run(&caller, id, super::now(), &PlaceOrders { orders: vec![order] }).await?;
    let order = placed.first().map(|placed| placed.order).unwrap_or_default();
    Ok(Json(db.order(&caller, order).await?.into()))
}

/// An order by id or number.
#[utoipa::path(get, path = "/api/v1/orders/{order}", tag = "orders", security(("key" = ["orders_view"])),
    params(("order" = String, Path, description = "id or number, such as SO-1042")),
    responses((status = 200, body = OrderBody), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn get(State(db): State<Db>, Key(caller): Key, Path(order): Path<String>) -> Answer<OrderBody> {
    let order = find(&db, &caller, &order).await?;
    Ok(Json(db.order(&caller, order).await?.into()))
}

/// Cancel an order of which nothing has been picked; what was paid goes back.
#[utoipa::path(post, path = "/api/v1/orders/{order}/cancel", tag = "orders", request_body = Cancel,
    security(("key" = ["orders_edit", "orders_view"])),
    params(("order" = String, Path, description = "id or number"), ("Idempotency-Key" = String, Header, description = "new for each request")),
    responses((status = 200, body = OrderBody), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn cancel(
    State(db): State<Db>,
    Key(caller): Key,
    Once(id): Once,
    Path(order): Path<String>,
    Body(body): Body<Cancel>,
) -> Answer<OrderBody> {
    needs(&caller, Permission::OrdersView)?;
    let order = find(&db, &caller, &order).await?;
    db.run(&caller, id, super::now(), &CancelOrder { order, reason: Given { code: Code(body.reason), note: body.note } }).await?;
    Ok(Json(db.order(&caller, order).await?.into()))
}
