//! What a device keeps for itself: theme and site in cookies (the server renders by them), sound in its own storage.

/// Keep a value on this device for a year. An empty value forgets it.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only a browser keeps things"))]
pub fn remember(cookie: &str, value: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsValue;
        let age = if value.is_empty() { 0 } else { 31_536_000 };
        let line = format!("{cookie}={value}; Path=/; Max-Age={age}; SameSite=Lax");
        // `document.cookie` is an accessor; a browser that forbids it keeps nothing, which is its right.
        let _ = js_sys::Reflect::set(&leptos::prelude::document(), &JsValue::from_str("cookie"), &JsValue::from_str(&line));
    }
}

/// A cookie of the request this page is rendered for; nothing in the browser.
#[cfg_attr(not(feature = "ssr"), expect(unused_variables, reason = "only the server reads the request"))]
pub fn remembered(cookie: &str) -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let parts = leptos::prelude::use_context::<http::request::Parts>()?;
        let lines = parts.headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        lines.flat_map(|line| line.split(';')).find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == cookie).then(|| value.to_owned())
        })
    }
    #[cfg(not(feature = "ssr"))]
    None
}
