//! One request's trail: its id, its log line, its figures.

use std::time::Instant;

use app::door::RequestId;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Upper bounds of the duration histogram, seconds.
pub const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Gives the request an id (ours, never the sender's), a span around all its log lines, a closing line, and counts it.
pub async fn follow(mut request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().simple().to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", id, %method, path);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (seconds, status) = (begun.elapsed().as_secs_f64(), response.status());
    let labels = [("route", route), ("method", method.to_string()), ("status", status.as_u16().to_string())];
    metrics::counter!("tideway_http_requests_total", &labels).increment(1);
    metrics::histogram!("tideway_http_request_duration_seconds", &labels[..2]).record(seconds);
    span.in_scope(|| {
        let milliseconds = seconds * 1000.0;
        if is_quiet(&path) && status.is_success() {
            tracing::debug!(status = status.as_u16(), milliseconds, "answered");
        } else {
            tracing::info!(status = status.as_u16(), milliseconds, "answered");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Asked for so often that only a failure is worth a line.
fn is_quiet(path: &str) -> bool {
    ["/pkg/", "/fonts/", "/healthz", "/readyz", "/metrics"].iter().any(|start| path.starts_with(start))
}
