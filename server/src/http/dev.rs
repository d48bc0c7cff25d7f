//! For `make dev` only: every page asks which start of the server it talks to, and loads itself again when that changed.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use http::header;
use leptos::nonce::Nonce;

use super::AppState;

/// Where the page asks.
pub const ADDRESS: &str = "/dev/start";

/// One start of this server.
#[derive(Debug, Clone)]
pub struct Start(Arc<str>);

impl Start {
    pub fn now() -> Self {
        Self(uuid::Uuid::now_v7().to_string().into())
    }
}

/// Which start this is. Between two starts nobody answers, and the page asks again.
pub async fn start(State(state): State<AppState>) -> String {
    state.start.map(|start| start.0.to_string()).unwrap_or_default()
}

/// Adds the asking to the end of every page.
pub async fn reload(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let nonce = request.extensions().get::<Nonce>().map(ToString::to_string).unwrap_or_default();
    let mut response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some(start) = state.start.filter(|_| kind.starts_with("text/html")) else { return response };
    response.headers_mut().remove(header::CONTENT_LENGTH);
    let script = script(&start, &nonce);
    response.map(|body| {
        let end = futures::stream::once(async { Ok(Bytes::from(script)) });
        Body::from_stream(body.into_data_stream().chain(end))
    })
}

fn script(Start(start): &Start, nonce: &str) -> String {
    format!(
        "<script nonce=\"{nonce}\">setInterval(async () => {{ try {{ const now = await (await fetch(\"{ADDRESS}\")).text(); \
         if (now && now !== \"{start}\") location.reload(); }} catch {{}} }}, 700);</script>"
    )
}
