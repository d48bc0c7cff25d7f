//! A payment provider in the shape of Stripe's API (docs.stripe.com/api: `payment_intents`, refunds, Idempotency-Key):
//! captures, refunds, look-ups. Faults are asked for by the authorisation's prefix or, for the next calls, at `/_faults`.
//!
//! - `pi_decline…`: the card is declined.
//! - `pi_hang…`: the first call is never answered and does nothing.
//! - `pi_late…`: the first call takes effect and is never answered.
//! - `pi_error…`: the first call answers 500 and does nothing.
//! - `pi_unauthorised…`: the first call answers 401 and does nothing, as when our key ran out.
//! - `pi_twice…`: the first call is carried out twice under its key, as when a proxy sends it again: it takes effect once.
//!
//! A call about an id that is no payment intent's (`pi_…`) answers 404.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Longer than any client waits.
const NEVER: Duration = Duration::from_mins(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fault {
    Decline,
    Hang,
    Late,
    Error,
    Unauthorised,
    Twice,
}

#[derive(Debug, Clone, Serialize)]
struct Refund {
    id: String,
    payment_intent: String,
    amount: i64,
    status: &'static str,
    metadata: HashMap<String, String>,
}

#[derive(Default)]
struct Book {
    /// Authorisation → what was captured of it, in minor units.
    captured: HashMap<String, i64>,
    refunds: Vec<Refund>,
    /// Idempotency key → what was answered.
    answered: HashMap<String, (String, (u16, Value))>,
    /// Keys and authorisations that had their fault.
    tripped: HashSet<String>,
    /// Calls that came under a key we knew.
    repeated: u32,
    next: VecDeque<Fault>,
}

type Shared = Arc<Mutex<Book>>;

pub fn router() -> Router {
    Router::new()
        .route("/v1/payment_intents/{id}", get(intent))
        .route("/v1/payment_intents/{id}/capture", post(capture))
        .route("/v1/refunds", post(refund).get(refunds))
        .route("/_faults", post(faults))
        .route("/_book", get(book))
        .with_state(Shared::default())
}

fn open(book: &Shared) -> std::sync::MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The fault this call meets, once per call site.
fn fault(book: &mut Book, authorisation: &str, call: &str) -> Option<Fault> {
    if let Some(fault) = book.next.pop_front() {
        return Some(fault);
    }
    if authorisation.starts_with("pi_decline") {
        return Some(Fault::Decline);
    }
    let named = [
        ("pi_hang", Fault::Hang),
        ("pi_late", Fault::Late),
        ("pi_error", Fault::Error),
        ("pi_unauthorised", Fault::Unauthorised),
        ("pi_twice", Fault::Twice),
    ];
    let fault = named.into_iter().find(|(prefix, _)| authorisation.starts_with(prefix)).map(|(_, fault)| fault)?;
    book.tripped.insert(format!("{call} {authorisation}")).then_some(fault)
}

fn key(headers: &HeaderMap) -> Option<String> {
    headers.get("idempotency-key")?.to_str().ok().map(ToOwned::to_owned)
}

fn error(status: u16, kind: &str, message: &str) -> (u16, Value) {
    (status, json!({ "error": { "type": kind, "code": kind, "message": message } }))
}

fn respond((status, body): (u16, Value)) -> Response {
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
}

/// Runs a call once per idempotency key, with whatever fault it meets.
async fn once(
    book: Shared,
    headers: &HeaderMap,
    authorisation: &str,
    call: &str,
    act: impl Fn(&mut Book) -> (u16, Value),
) -> Response {
    let Some(key) = key(headers) else {
        return respond(error(400, "idempotency_key_missing", "This client always sends an Idempotency-Key."));
    };
    let (fault, answer) = {
        let mut book = open(&book);
        let fault = if book.answered.contains_key(&key) { None } else { fault(&mut book, authorisation, call) };
        let answer = match fault {
            Some(Fault::Decline) => keep(&mut book, &key, call, |_| error(402, "card_declined", "Your card was declined.")),
            Some(Fault::Hang | Fault::Error) => error(500, "api_error", "Something went wrong on our side."),
            Some(Fault::Unauthorised) => error(401, "invalid_api_key", "Expired API Key provided."),
            Some(Fault::Twice) => {
                keep(&mut book, &key, call, &act);
                keep(&mut book, &key, call, &act)
            }
            Some(Fault::Late) | None => keep(&mut book, &key, call, &act),
        };
        (fault, answer)
    };
    if matches!(fault, Some(Fault::Hang | Fault::Late)) {
        tokio::time::sleep(NEVER).await;
    }
    respond(answer)
}

/// What was answered under this key before; else acts, and keeps the answer.
fn keep(book: &mut Book, key: &str, call: &str, act: impl Fn(&mut Book) -> (u16, Value)) -> (u16, Value) {
    if let Some((known, answer)) = book.answered.get(key).cloned() {
        book.repeated += 1;
        let other = || error(400, "idempotency_error", "This key was used for another request.");
        return if known == call { answer } else { other() };
    }
    let answer = act(book);
    book.answered.insert(key.to_owned(), (call.to_owned(), answer.clone()));
    answer
}

fn missing(id: &str) -> (u16, Value) {
    error(404, "resource_missing", &format!("No such payment_intent: '{id}'"))
}

#[derive(Deserialize)]
struct Capture {
    amount_to_capture: i64,
}

fn intent_of(id: &str, captured: Option<i64>) -> Value {
    let status = if captured.is_some() { "succeeded" } else { "requires_capture" };
    json!({ "id": id, "object": "payment_intent", "status": status, "amount_received": captured.unwrap_or(0), "latest_charge": format!("ch_{id}") })
}

async fn capture(State(book): State<Shared>, Path(id): Path<String>, headers: HeaderMap, Form(form): Form<Capture>) -> Response {
    let authorisation = id.clone();
    once(book, &headers, &authorisation, "capture", move |book| {
        if !id.starts_with("pi_") {
            return missing(&id);
        }
        if book.captured.contains_key(&id) {
            return error(400, "payment_intent_unexpected_state", "This payment was captured before.");
        }
        book.captured.insert(id.clone(), form.amount_to_capture);
        (200, intent_of(&id, Some(form.amount_to_capture)))
    })
    .await
}

async fn intent(State(book): State<Shared>, Path(id): Path<String>) -> Response {
    let captured = open(&book).captured.get(&id).copied();
    respond(if id.starts_with("pi_") { (200, intent_of(&id, captured)) } else { missing(&id) })
}

#[derive(Deserialize)]
struct NewRefund {
    payment_intent: String,
    amount: i64,
    #[serde(rename = "metadata[tideway]", default)]
    tideway: String,
}

async fn refund(State(book): State<Shared>, headers: HeaderMap, Form(form): Form<NewRefund>) -> Response {
    let authorisation = form.payment_intent.clone();
    once(book, &headers, &authorisation, "refund", move |book| {
        if !form.payment_intent.starts_with("pi_") {
            return missing(&form.payment_intent);
        }
        // A simulator that was started anew does not know what was captured before: it is taken as wholly captured.
        let back: i64 =
            book.refunds.iter().filter(|refund| refund.payment_intent == form.payment_intent).map(|refund| refund.amount).sum();
        if book.captured.get(&form.payment_intent).is_some_and(|captured| back + form.amount > *captured) {
            return error(400, "charge_already_refunded", "More than was captured cannot be refunded.");
        }
        let refund = Refund {
            id: format!("re_{}", book.refunds.len() + 1),
            payment_intent: form.payment_intent.clone(),
            amount: form.amount,
            status: "succeeded",
            metadata: HashMap::from([("tideway".to_owned(), form.tideway.clone())]),
        };
        book.refunds.push(refund.clone());
        (200, serde_json::to_value(refund).unwrap_or(Value::Null))
    })
    .await
}

#[derive(Deserialize)]
struct Of {
    payment_intent: String,
}

async fn refunds(State(book): State<Shared>, Query(of): Query<Of>) -> Json<Value> {
    let found: Vec<Refund> =
        open(&book).refunds.iter().filter(|refund| refund.payment_intent == of.payment_intent).cloned().collect();
    Json(json!({ "object": "list", "data": found, "has_more": false }))
}

#[derive(Deserialize)]
struct Faults {
    next: Vec<Fault>,
}

/// The next calls, whatever they are for, meet these faults.
async fn faults(State(book): State<Shared>, Json(faults): Json<Faults>) -> StatusCode {
    open(&book).next.extend(faults.next);
    StatusCode::NO_CONTENT
}

/// What moved, for tests to count.
async fn book(State(book): State<Shared>) -> Json<Value> {
    let book = open(&book);
    Json(json!({ "captured": book.captured, "refunds": book.refunds, "repeated": book.repeated }))
}
