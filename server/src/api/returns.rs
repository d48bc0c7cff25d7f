//! Returns on the wire: ask for one, see how it stands.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use domain::ids::OrderLineId;
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use domain::returns::{AskedLine, Reason, RequestReturn, Resolution, ReturnStatus, Source};
use serde::{Deserialize, Serialize};
use service::Db;
use utoipa::ToSchema;
use uuid::Uuid;

use super::orders::find;
use super::wire::{Answer, Body, Ended, Key, Once, Problem, needs};

/// A return of some lines of an order; the policy decides at once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReturn {
    /// The order's id, or its number when the key may see orders.
    pub order: String,
    pub lines: Vec<CreateReturnLine>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReturnLine {
    /// The order line's id.
    pub line: Uuid,
    #[schema(minimum = 1)]
    pub quantity: i64,
    /// defective, `not_as_described`, `wrong_item`, unwanted, `size_too_small`, `size_too_large`, style, color, other, unknown.
    pub reason: String,
    #[serde(default)]
    #[schema(max_length = 300)]
    pub note: String,
    /// refund or credit.
    pub resolution: String,
}

/// A return as it stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReturnBody {
    pub id: Uuid,
    pub number: String,
    pub order_number: String,
    /// review, awaiting, `to_inspect`, refunding, done, denied, cancelled.
    pub stage: String,
    /// Why the policy decided so, in words.
    pub because: Vec<String>,
    pub lines: Vec<ReturnLineBody>,
    pub timeline: Vec<Step>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReturnLineBody {
    pub line: Uuid,
    pub sku: String,
    pub quantity: i32,
    pub quantity_received: i32,
    pub quantity_inspected: i32,
    pub reason: String,
    pub resolution: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Step {
    pub what: String,
    /// None: still ahead.
    pub at: Option<DateTime<Utc>>,
}

impl From<ReturnStatus> for ReturnBody {
    fn from(status: ReturnStatus) -> Self {
        let line = |line: domain::returns::ReturnLineSheet| ReturnLineBody {
            line: line.line.0,
            sku: line.sku_code,
            quantity: line.quantity,
            quantity_received: line.quantity_received,
            quantity_inspected: line.quantity_inspected,
            reason: line.reason.code().to_owned(),
            resolution: line.resolution.code().to_owned(),
        };
        Self {
            id: status.id.0,
            number: status.number,
            order_number: status.order_number,
            stage: status.stage.code().to_owned(),
            because: status.because.iter().map(ToString::to_string).collect(),
            lines: status.lines.into_iter().map(line).collect(),
            timeline: status.timeline.into_iter().map(|step| Step { what: step.what, at: step.at }).collect(),
        }
    }
}

/// Ask for a return.
#[utoipa::path(post, path = "/api/v1/returns", tag = "returns", request_body = CreateReturn,
    security(("key" = ["returns_authorise", "returns_view"])),
    params(("Idempotency-Key" = String, Header, description = "new for each return")),
    responses((status = 200, body = ReturnBody), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn create(
    State(db): State<Db>,
    Key(caller): Key,
    Once(id): Once,
    Body(body): Body<CreateReturn>,
) -> Answer<ReturnBody> {
    // The answer is the return as it stands: who may not see it is told before it is made.
    needs(&caller, Permission::ReturnsView)?;
    let order = find(&db, &caller, &body.order).await?;
    let mut lines = Vec::new();
    for line in body.lines {
        let unknown =
            |field: &str, word: &str| Ended::from(Refusal::invalid(field, format!("“{word}” is not one of the words for it.")));
        lines.push(AskedLine {
            line: OrderLineId(line.line),
            quantity: Quantity::new(line.quantity).map_err(Refusal::from)?,
            reason: Reason::parse(&line.reason).ok_or_else(|| unknown("reason", &line.reason))?,
            note: line.note,
            resolution: Resolution::parse(&line.resolution).ok_or_else(|| unknown("resolution", &line.resolution))?,
        });
    }
    let requested = db.run(&caller, id, super::now(), &RequestReturn { order, lines, source: Source::Api }).await?;
    Ok(Json(db.return_status(&caller, &requested.number).await?.into()))
}

/// A return by its number.
#[utoipa::path(get, path = "/api/v1/returns/{number}", tag = "returns", security(("key" = ["returns_view"])),
    params(("number" = String, Path, description = "such as RMA-1001")),
    responses((status = 200, body = ReturnBody), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn get(State(db): State<Db>, Key(caller): Key, Path(number): Path<String>) -> Answer<ReturnBody> {
    Ok(Json(db.return_status(&caller, &number).await?.into()))
}
