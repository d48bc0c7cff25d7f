//! Who asks: the session cookie, looked up once a request. Signing in and out is `app::people::api`.

use app::live::Head;
use app::people::cookies::{PORTAL, STAFF};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::people::{Actor, Caller};

use super::AppState;

/// Who asks, or nobody. In the request's extensions of every page and server function.
#[derive(Debug, Clone, Default)]
pub struct Asker(pub Option<Caller>);

/// Finds the caller of the request's cookie. The portal has a cookie of its own: a person at work who tries the portal is a
/// customer there and nothing else, and a customer's session opens no door but the portal's.
pub async fn recognise(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let portal = is_portal(request.uri().path());
    let cookie = if portal { PORTAL } else { STAFF };
    let caller = match state.cookies.find(cookie, request.headers()) {
        Some(token) => state.db.caller_of_session(&token, app::door::now()).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the session could not be looked up");
            None
        }),
        None => None,
    };
    let caller = caller.filter(|caller| matches!(caller.who, Actor::Customer { .. }) == portal);
    if let Some(caller) = caller.as_ref().filter(|_| !portal && is_page(request.uri().path())) {
        head(&state, caller, &mut request).await;
    }
    request.extensions_mut().insert(Asker(caller));
    next.run(request).await
}

/// Before anything of the page is read: what is told from here on, it may not have seen.
async fn head(state: &AppState, caller: &Caller, request: &mut Request) {
    match state.db.live_head(caller.org).await {
        Ok(position) => drop(request.extensions_mut().insert(Head(position))),
        // The page is rendered all the same, and hears from when it wakes up.
        Err(error) => tracing::warn!(%error, "where the page begins to hear could not be looked up"),
    }
}

fn is_page(path: &str) -> bool {
    !path.starts_with("/api/")
}

fn is_portal(path: &str) -> bool {
    path == "/portal" || path.starts_with("/portal/") || path.starts_with("/api/fn/portal/")
}
