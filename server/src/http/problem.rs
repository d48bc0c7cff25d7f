//! What is answered when there is no answer: a page for people, `application/problem+json` (RFC 9457) for machines.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

/// One problem, before it is known who reads it.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    /// Stable and machine-readable: `csrf`, `timeout`, `not_found` …
    pub code: &'static str,
    pub words: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, words: impl Into<String>) -> Self {
        Self { status, code, words: words.into() }
    }

    /// For people when the request asks for HTML, else for machines.
    pub fn answer(&self, asked: &HeaderMap, sheet: &str) -> Response {
        let html =
            asked.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("text/html"));
        if html { self.page(sheet) } else { self.clone().into_response() }
    }

    fn page(&self, sheet: &str) -> Response {
        let words = escape(&self.words);
        let title = self.status.canonical_reason().unwrap_or("Problem");
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Tideway</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"stylesheet\" href=\"{sheet}\"></head>\
             <body><main class=\"gate\"><div class=\"card gate-card\"><h1>{title}</h1><p>{words}</p>\
             <p><a href=\"/\">Back to Tideway</a></p></div></main></body></html>"
        );
        let mut response = (self.status, page).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Problem");
        let body = json!({ "type": "about:blank", "title": title, "status": self.status.as_u16(), "code": self.code, "detail": self.words });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
