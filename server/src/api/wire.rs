//! What every call shares: who calls, once or again, and how a refusal looks on the wire.

use axum::Json;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Query, Request};
use axum::response::{IntoResponse, Response};
use domain::ids::CommandId;
use domain::people::{Caller, PeopleRefusal, Permission};
use domain::refusal::{Named, Refusal};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::{Db, Failure};
use utoipa::ToSchema;
use uuid::Uuid;

/// RFC 9457. `type` is stable: `https://tideway.invalid/problems/{code}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable and machine-readable.
    pub code: String,
    pub detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// RFC 6901, into the request's body.
    pub pointer: String,
    pub detail: String,
}

impl Problem {
    fn new(status: u16, code: &str, detail: String) -> Self {
        let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Problem");
        Self {
            kind: format!("https://tideway.invalid/problems/{code}"),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            detail,
            errors: Vec::new(),
        }
    }
}

/// How a call ends without success.
#[derive(Debug)]
pub struct Ended(Box<Problem>, Option<u32>);

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            broken => {
                tracing::error!(%broken, "an API call broke");
                let words = "Something broke on our side. Nothing was changed; try again with the same Idempotency-Key.";
                Self(Box::new(Problem::new(500, "broken", words.to_owned())), None)
            }
        }
    }
}

impl From<Refusal> for Ended {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Problem::new(refusal.status(), refusal.code(), refusal.to_string());
        if let Some(field) = refusal.beside() {
            problem.errors.push(FieldError { pointer: format!("/{field}"), detail: problem.detail.clone() });
        }
        let wait = match &refusal {
            Refusal::People(PeopleRefusal::TooManyTries { seconds }) => Some(*seconds),
            _ => None,
        };
        Self(Box::new(problem), wait)
    }
}

impl IntoResponse for Ended {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.0)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.1 {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

pub type Answer<T> = Result<Json<T>, Ended>;

/// Who calls, kept with the request.
#[derive(Clone)]
struct Known(Caller);

/// Refused before anything is done when the caller may not also do this.
pub fn needs(caller: &Caller, permission: Permission) -> Result<(), Ended> {
    if caller.may(permission, None) { Ok(()) } else { Err(Refusal::from(PeopleRefusal::NotAllowed { permission }).into()) }
}

/// Who calls, by their key.
pub struct Key(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Key
where
    Db: FromRef<S>,
{
    type Rejection = Ended;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Ended> {
        let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = bearer.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
        // Looked up once a request, however many ask who calls: each look-up is counted against the key's rate.
        if let Some(Known(caller)) = parts.extensions.get() {
            return Ok(Self(caller.clone()));
        }
        let caller = match key {
            Some(key) => Db::from_ref(state).caller_of_key(key, super::now()).await?,
            None => None,
        };
        if let Some(caller) = &caller {
            parts.extensions.insert(Known(caller.clone()));
        }
        let unknown = || {
            Ended(
                Box::new(Problem::new(401, "unknown_key", "Send a valid API key as Authorization: Bearer tw_….".to_owned())),
                None,
            )
        };
        caller.map(Self).ok_or_else(unknown)
    }
}

/// The command a POST is, by its caller and `Idempotency-Key`.
pub struct Once(pub CommandId);

impl<S: Send + Sync> FromRequestParts<S> for Once
where
    Db: FromRef<S>,
{
    type Rejection = Ended;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Ended> {
        let Key(caller) = Key::from_request_parts(parts, state).await?;
        let key = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::trim);
        let Some(key) = key.filter(|key| (1..=255).contains(&key.len())) else {
            let words = "Send an Idempotency-Key of 1 to 255 characters, new for each thing you ask for.";
            return Err(Ended(Box::new(Problem::new(422, "idempotency_key_missing", words.to_owned())), None));
        };
        Ok(Self(CommandId(Uuid::new_v5(&caller.person().0, key.as_bytes()))))
    }
}

/// A JSON body that reads, or a problem that says where it does not.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Ended;

    async fn from_request(request: Request, state: &S) -> Result<Self, Ended> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => {
                let status = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { 413 } else { 422 };
                Err(Ended(Box::new(Problem::new(status, "body_unreadable", rejection.body_text())), None))
            }
        }
    }
}

/// Query parameters that read, or a problem that says what is wrong with them.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Ended;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Ended> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(Ended(Box::new(Problem::new(422, "query_unreadable", rejection.body_text())), None)),
        }
    }
}
