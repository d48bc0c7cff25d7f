//! What protects a browser: the content policy and its nonce, the other security headers, and the refusal of requests that
//! another site's page sent. Decides nothing about who is signed in.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::people::PeopleRefusal;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use leptos::nonce::Nonce;

use super::AppState;
use super::problem::Problem;

/// Permissions no page of ours asks for; the camera is for scanning.
const PERMISSIONS: &str = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()";

/// The content policy of one response. Scripts come from us or carry this response's nonce; styles only from us.
fn content_policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Adds the headers every response carries, and the nonce that pages use.
pub async fn headers(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    let policy = content_policy(&nonce);
    request.extensions_mut().insert(nonce);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // Forms without JavaScript are sent back to the page they came from: that needs a referrer, for ourselves only.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    // Pages and answers are of one person at one moment; files say for themselves how long they keep.
    set(header::CACHE_CONTROL, "no-store");
    if state.cookies.secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Refuses what changes things and was sent by another site's page. Programs without a browser send neither header and hold no
/// cookie; they pass.
pub async fn same_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    if request.method().is_safe() || is_own(request.headers(), authority, state.origin.as_deref()) {
        return next.run(request).await;
    }
    tracing::warn!(path = request.uri().path(), "refused: sent by another site");
    let refused = Problem::new(StatusCode::FORBIDDEN, "cross_site", PeopleRefusal::CrossSite.to_string());
    refused.answer(request.headers(), &state.sheet)
}

/// `authority` is where HTTP/2 says the host.
fn is_own(headers: &HeaderMap, authority: Option<&str>, public_origin: Option<&str>) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => return true,
        Some(_) => return false,
        None => {}
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    public_origin == Some(origin) || (host.is_some() && host == text(header::HOST).or(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    /// GOV-1: a page of another site cannot act with a person's session.
    #[test]
    fn only_our_own_pages_may_change_things() {
        let ours = [
            asked(&[("sec-fetch-site", "same-origin")]),
            asked(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]),
            asked(&[("origin", "https://tideway.example"), ("host", "10.0.0.7:8080")]),
            asked(&[("host", "localhost:8080")]),
        ];
        let theirs = [
            asked(&[("sec-fetch-site", "cross-site")]),
            asked(&[("sec-fetch-site", "same-site")]),
            asked(&[("origin", "https://evil.example"), ("host", "localhost:8080")]),
            asked(&[("origin", "null"), ("host", "localhost:8080")]),
        ];
        for headers in ours {
            assert!(is_own(&headers, None, Some("https://tideway.example")), "{headers:?}");
        }
        for headers in theirs {
            assert!(!is_own(&headers, None, Some("https://tideway.example")), "{headers:?}");
        }
    }
}
