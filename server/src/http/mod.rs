//! The web server's order of things: what every request passes, and which handler answers it.
//!
//! Outermost first: trail (id, log, figures) → security headers and nonce → panics and limits explained → too many at once turned
//! away → time and size limits → requests of other sites refused → who asks → the handler. Decides nothing of the trade.

mod dev;
mod guard;
mod health;
mod problem;
mod session;
mod site;
mod trail;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use app::people::cookies::Cookies;
use app::waves::api::WhatIfWorker;
use app::{App, shell};
use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use futures::FutureExt;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::prelude::{provide_context, use_context};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{LeptosRoutes, file_and_error_handler_with_context, generate_route_list};
use service::Db;
use service::live::tail::Tails;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::{api, live};

pub use dev::Start;
pub use problem::Problem;
pub use session::Asker;
pub use site::Site;

/// Nothing a browser or an integration sends is larger; files are imported by `tideway import`.
const BODY_LIMIT: usize = 4 * 1024 * 1024;
/// Longer than any statement may take; streams are not counted, only their beginning.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);
/// More than so many requests at once would only wait for the database's connections: who is turned away tries again soon.
const AT_ONCE: usize = 512;
/// When to try again, seconds.
const AGAIN: &str = "2";

/// What handlers share.
#[derive(Clone)]
pub struct AppState {
    pub db: Db,
    pub cookies: Cookies,
    /// What happens elsewhere, read along by this server.
    pub tails: Tails,
    pub site: Site,
    /// The stylesheet, for pages that Leptos does not render.
    pub sheet: Arc<str>,
    /// The origin people use, when a proxy stands before us.
    pub origin: Option<Arc<str>>,
    /// The certificate of the house's own authority, when it serves https.
    pub authority: Option<Arc<str>>,
    /// Which start this is, for pages under development.
    pub start: Option<Start>,
    /// Requests answered at once; one more is turned away at once. Streams count only while they begin.
    pub at_once: Arc<Semaphore>,
    /// Cancelled when the server goes down: streams end then.
    pub stopping: CancellationToken,
}

impl AppState {
    pub fn new(db: Db, site: Site, secure: bool, origin: Option<&str>) -> Self {
        let origin = origin.map(|origin| origin.trim_end_matches('/').into());
        Self {
            tails: Tails::new(db.clone()),
            db,
            cookies: Cookies { secure },
            sheet: site.sheet().into(),
            site,
            origin,
            authority: None,
            start: None,
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            stopping: CancellationToken::new(),
        }
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.site.options.clone()
    }
}

/// The whole server.
pub fn router(state: AppState) -> Router {
    // The recorder must be there before the first figure.
    health::recorder();
    let options = state.site.options.clone();
    let pages = generate_route_list(App);
    let context = contexts(&state);
    let not_found = file_and_error_handler_with_context::<AppState, _>(contexts(&state), shell);
    let not_found = Router::new().fallback(not_found).layer(from_fn(machines_get_problems)).with_state(state.clone());
    let screens = Router::new()
        .leptos_routes_with_context(&state, pages, context, move || shell(options.clone()))
        .layer(from_fn(give_files))
        .fallback_service(state.site.files(not_found))
        .layer(from_fn(keep_files))
        .layer(from_fn_with_state(state.clone(), session::recognise));
    let others = others().into_iter().fold(Router::new(), |router, (path, handler)| router.route(path, handler));
    let screens = if state.start.is_some() {
        screens.route(dev::ADDRESS, get(dev::start)).layer(from_fn_with_state(state.clone(), dev::reload))
    } else {
        screens
    };
    screens
        .merge(others)
        .merge(api::router(state.db.clone()).with_state(()))
        .nest_service("/pkg", state.site.pkg())
        .layer(from_fn_with_state(state.clone(), guard::same_site))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(from_fn_with_state(state.clone(), shed))
        .layer(from_fn_with_state(state.clone(), explain))
        .layer(from_fn_with_state(state.clone(), guard::headers))
        .layer(from_fn(trail::follow))
        .with_state(state)
}

/// Routes that are neither page nor server function. A table, so that the test of authority can enumerate it.
fn others() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/healthz", get(health::alive)),
        ("/readyz", get(health::ready)),
        ("/metrics", get(health::figures)),
        ("/ca.crt", get(authority)),
        (app::live::STREAM_URL, get(live::stream)),
    ]
}

/// The authority's certificate, for devices that shall trust it. Public by nature.
async fn authority(State(state): State<AppState>) -> Response {
    match state.authority {
        Some(authority) => ([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], authority.to_string()).into_response(),
        None => Problem::new(StatusCode::NOT_FOUND, "not_found", "This Tideway has no certificate of its own.").into_response(),
    }
}

/// Every address that answers, as `(method, path)`: pages, server functions, and the rest. For the test that calls each.
pub fn addresses() -> Vec<(String, String)> {
    let pages = generate_route_list(App).into_iter().flat_map(|page| {
        let path = page.path().to_owned();
        page.methods().map(move |method| (format!("{method:?}").to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    let doors = server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned()));
    let others = others().into_iter().map(|(path, _)| ("GET".to_owned(), path.to_owned()));
    let api = api::document().paths.paths.into_iter().flat_map(|(path, item)| {
        let methods = [
            ("GET", item.get.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
            ("DELETE", item.delete.is_some()),
            ("PATCH", item.patch.is_some()),
        ];
        methods
            .into_iter()
            .filter(|(_, there)| *there)
            .map(move |(method, _)| (method.to_owned(), path.clone()))
            .collect::<Vec<_>>()
    });
    let api_pages = ["/api/v1/openapi.json", "/api/v1/docs/"].map(|path| ("GET".to_owned(), path.to_owned()));
    pages.chain(api).chain(api_pages).chain(doors).chain(others).collect()
}

/// What pages and server functions find in their context, besides what Leptos provides.
fn contexts(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let (db, cookies, worker) = (state.db.clone(), state.cookies, WhatIfWorker(state.site.what_if()));
    move || {
        provide_context(db.clone());
        provide_context(worker.clone());
        provide_context(cookies);
        let Some(parts) = use_context::<Parts>() else { return };
        let Asker(caller) = parts.extensions.get().cloned().unwrap_or_default();
        provide_context(caller);
        if let Some(head) = parts.extensions.get::<app::live::Head>() {
            provide_context(*head);
        }
        if let Some(id) = parts.extensions.get::<app::door::RequestId>() {
            provide_context(id.clone());
        }
        if let Some(nonce) = parts.extensions.get::<leptos::nonce::Nonce>() {
            provide_context(nonce.clone());
        }
    }
}

/// An address nobody answers: a page for people, a problem for machines.
async fn machines_get_problems(request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/api/") {
        return Problem::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address.").into_response();
    }
    next.run(request).await
}

/// Files that a server function answers with are what was asked for: a browser that follows a link to one says that it takes HTML, and
/// would be sent back to where it came from, as after a form.
async fn give_files(mut request: Request, next: Next) -> Response {
    if request.method() == Method::GET && request.uri().path().starts_with("/api/fn/") {
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("*/*"));
    }
    next.run(request).await
}

/// Public files say how long they keep.
async fn keep_files(request: Request, next: Next) -> Response {
    let keeps = Site::keeps(request.uri().path());
    let mut response = next.run(request).await;
    if let Some(keeps) = keeps
        && response.status().is_success()
    {
        response.headers_mut().insert(header::CACHE_CONTROL, keeps);
    }
    response
}

/// Turns away what comes when too much is under way already, at once and in words. Whoever watches the process is always answered.
async fn shed(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if ["/healthz", "/readyz", "/metrics"].contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(_place) = state.at_once.try_acquire() else {
        metrics::counter!("tideway_http_shed_total").increment(1);
        let words = "Too much is going on at once. Try again in a moment.";
        let mut response = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", words).answer(request.headers(), &state.sheet);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(AGAIN));
        return response;
    };
    next.run(request).await
}

/// What ends without an answer of ours (a panic, a limit) is told in words, to people or to machines. A panic's own words stay
/// in the log.
async fn explain(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let asked = request.headers().clone();
    let response = AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        tracing::error!(panic = words.unwrap_or("without words"), "a handler panicked");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    });
    if response.headers().contains_key(header::CONTENT_TYPE) && response.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return response;
    }
    let (code, words) = match response.status() {
        StatusCode::INTERNAL_SERVER_ERROR => ("broken", "Something broke on our side, and nothing changed. Try again."),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("too_slow", "This took too long. It may still be under way: look before you repeat it.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "That is larger than Tideway takes over the web (4 MiB)."),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This address does not answer that method."),
        _ => return response,
    };
    Problem::new(response.status(), code, words).answer(&asked, &state.sheet)
}
