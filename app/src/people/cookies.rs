//! The session cookies: their names, their flags, how they are read. Who they belong to is the directory's.

use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::location::Url;

/// The cookie of people at work.
pub const STAFF: &str = "tideway";
/// The cookie of a customer at the portal.
pub const PORTAL: &str = "tideway-portal";

/// What was typed into a plain form that was refused, so that nobody types it twice. Never in an address, never for scripts.
const TYPED: &str = "tideway-typed";
/// Seconds it is kept: long enough for the next page.
const TYPED_KEPT: i64 = 120;
/// Bytes a browser keeps of one cookie, less its name and flags.
const TYPED_MAX: usize = 3_500;

/// How this server sets cookies; the host provides it.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    /// Browsers reach us by https: the name then binds the cookie to this very host.
    pub secure: bool,
}

impl Cookies {
    pub fn name(self, cookie: &str) -> String {
        if self.secure { format!("__Host-{cookie}") } else { cookie.to_owned() }
    }

    /// Its value in a request.
    pub fn find(self, cookie: &str, headers: &HeaderMap) -> Option<String> {
        let name = self.name(cookie);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        lines.flat_map(|line| line.split(';')).find_map(|pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found == name).then(|| value.to_owned())
        })
    }

    /// The `Set-Cookie` line. Never readable by scripts, never sent along by another site's form.
    fn line(self, cookie: &str, value: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", self.name(cookie))
    }

    /// Sets the cookie on the response being made.
    pub fn set(self, cookie: &str, value: &str, seconds: i64) {
        if let Ok(line) = HeaderValue::from_str(&self.line(cookie, value, seconds)) {
            expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, line);
        }
    }

    pub fn clear(self, cookie: &str) {
        self.set(cookie, "", 0);
    }

    /// Keeps what was typed for the page that shows the refusal.
    pub fn keep_typed(self, typed: &[(&str, &str)]) {
        let pairs = typed.iter().map(|(name, value)| format!("{name}:{}", Url::escape(value)));
        let line = pairs.collect::<Vec<_>>().join("|");
        if line.len() <= TYPED_MAX {
            self.set(TYPED, &line, TYPED_KEPT);
        }
    }

    /// It was taken: nobody needs it any more.
    pub fn forget_typed(self, headers: &HeaderMap) {
        if self.find(TYPED, headers).is_some() {
            self.clear(TYPED);
        }
    }

    /// And reads it again.
    pub fn typed(self, headers: &HeaderMap) -> Vec<(String, String)> {
        let line = self.find(TYPED, headers).unwrap_or_default();
        let pairs = line.split('|').filter_map(|pair| pair.split_once(':'));
        pairs.map(|(name, value)| (name.to_owned(), Url::unescape(value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GOV-1: a session cannot be read by scripts, nor travel in the clear where https is served.
    #[test]
    fn a_session_cookie_is_closed_to_scripts_and_bound_to_its_host() {
        let secure = Cookies { secure: true };
        assert_eq!(secure.line(STAFF, "t", 60), "__Host-tideway=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("theme=dark; tideway=plain; __Host-tideway=bound"));
        assert_eq!(secure.find(STAFF, &headers).as_deref(), Some("bound"));
        assert_eq!(Cookies { secure: false }.find(STAFF, &headers).as_deref(), Some("plain"));
    }

    #[test]
    fn what_was_typed_survives_its_way_through_the_cookie() {
        let cookies = Cookies { secure: false };
        let typed = [("number", "#SO-1; Path=/|x:y"), ("secret", "ana@example.com\r\nSet-Cookie: a=b")];
        let mut headers = HeaderMap::new();
        let pairs = typed.iter().map(|(name, value)| format!("{name}:{}", Url::escape(value)));
        let line = format!("{TYPED}={}", pairs.collect::<Vec<_>>().join("|"));
        assert!(!line.contains([';', '\r', '\n', ' ']), "{line}");
        headers.insert(header::COOKIE, HeaderValue::from_str(&line).unwrap());
        let read = cookies.typed(&headers);
        assert_eq!(read, typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
