//! Baskets on the wire: units kept for a shopper while they pay.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::ids::BasketId;
use domain::orders::basket::{BasketLine, DropBasket, KeepBasket};
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use service::Db;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{Answer, Body, Key, Once, Problem};

/// Units of one channel's shopper.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateBasket {
    /// The channel's code, as opened in Tideway.
    pub channel: String,
    /// Whose goods, by the owner's code; our own when left out.
    #[serde(default)]
    pub owner: String,
    pub lines: Vec<CreateBasketLine>,
    /// How long, from now.
    #[serde(default = "quarter")]
    #[schema(minimum = 1, maximum = 120, default = 15)]
    pub minutes: i32,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateBasketLine {
    /// The SKU's code.
    pub sku: String,
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub quantity: i32,
}

/// What is kept, and until when. Name it as `basket` of the order that follows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct BasketBody {
    pub id: Uuid,
    pub expires_at: DateTime<Utc>,
}

/// What was given back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Dropped {
    /// None when its time was up, or its order is placed.
    pub units: i64,
}

const fn quarter() -> i32 {
    15
}

/// Keep units for a shopper while they pay: all of them, at one site, or none.
#[utoipa::path(post, path = "/api/v1/baskets", tag = "orders", request_body = CreateBasket, security(("key" = ["orders_edit"])),
    params(("Idempotency-Key" = String, Header, description = "new for each basket")),
    responses((status = 200, body = BasketBody), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn create(
    State(db): State<Db>,
    Key(caller): Key,
    Once(id): Once,
    Body(body): Body<CreateBasket>,
) -> Answer<BasketBody> {
    let codes: Vec<String> = body.lines.iter().map(|line| line.sku.clone()).collect();
    let known = db.skus_by_code(&caller, &codes).await?;
    let line = |line: &CreateBasketLine| -> Result<BasketLine, Refusal> {
        let sku = known.get(&line.sku).ok_or_else(|| CatalogRefusal::UnknownSku { code: line.sku.clone() })?;
        Ok(BasketLine { sku: sku.id, quantity: line.quantity })
    };
    let lines = body.lines.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    // Follows from the request, so that the same request again is the same command.
    let basket = BasketId(Uuid::new_v5(&id.0, b"basket"));
    let command = KeepBasket { basket, channel: body.channel, owner: body.owner, lines, minutes: body.minutes };
    let kept = db.keep_basket(&caller, id, super::now(), command).await?;
    Ok(Json(BasketBody { id: kept.basket.0, expires_at: kept.until }))
}

/// Give back what a basket keeps: the shopper left.
#[utoipa::path(post, path = "/api/v1/baskets/{basket}/drop", tag = "orders", security(("key" = ["orders_edit"])),
    params(("basket" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "new for each request")),
    responses((status = 200, body = Dropped), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn drop(State(db): State<Db>, Key(caller): Key, Once(id): Once, Path(basket): Path<Uuid>) -> Answer<Dropped> {
    let units = db.run(&caller, id, super::now(), &DropBasket { basket: BasketId(basket) }).await?;
    Ok(Json(Dropped { units }))
}
