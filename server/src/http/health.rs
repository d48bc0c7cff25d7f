//! For whoever watches the process: alive, ready, and its figures.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::problem::Problem;
use super::{AppState, trail};

/// A database that takes longer than this is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The process can serve: the database answers as the app.
pub async fn ready(State(state): State<AppState>) -> Response {
    match tokio::time::timeout(READY_WITHIN, state.db.answers()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            not_ready()
        }
        Err(_) => not_ready(),
    }
}

fn not_ready() -> Response {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "The database does not answer.").into_response()
}

/// Figures for Prometheus, told to this machine only; a proxy that forwards for somebody else says so and is refused.
pub async fn figures(State(state): State<AppState>, ConnectInfo(peer): ConnectInfo<SocketAddr>, headers: HeaderMap) -> Response {
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    if !peer.ip().is_loopback() || forwarded {
        return Problem::new(StatusCode::FORBIDDEN, "local_only", "Figures are told to this machine only.").into_response();
    }
    let (held, idle) = state.db.connections();
    metrics::gauge!("tideway_database_connections").set(held);
    #[expect(clippy::cast_precision_loss, reason = "a few dozen connections")]
    metrics::gauge!("tideway_database_connections_idle").set(idle as f64);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], recorder().render()).into_response()
}

/// The one recorder of the process.
pub fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let durations = Matcher::Suffix("_duration_seconds".to_owned());
        let builder =
            PrometheusBuilder::new().set_buckets_for_metric(durations, &trail::SECONDS).expect("the buckets are not empty");
        builder.install_recorder().expect("nobody else records in this process")
    })
}
