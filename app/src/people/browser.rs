//! What a request says of the browser that sent it, for sessions and for counting tries.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{HeaderMap, header};
use leptos::prelude::*;

use super::cookies::Cookies;

/// The browser at the other end.
pub struct Browser {
    pub cookies: Cookies,
    pub headers: HeaderMap,
    peer: Option<SocketAddr>,
}

/// Of the request being answered.
pub fn here() -> Browser {
    let parts = expect_context::<Parts>();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    Browser { cookies: expect_context::<Cookies>(), headers: parts.headers, peer }
}

impl Browser {
    /// What it calls itself.
    pub fn device(&self) -> String {
        let name = self.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        name.unwrap_or("unknown device").to_owned()
    }

    /// Where it is. A proxy on this very machine is believed about whom it speaks for.
    pub fn address(&self) -> String {
        let Some(peer) = self.peer.map(|peer| peer.ip()) else { return "unknown".to_owned() };
        let told = self.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let last = told.and_then(|told| told.rsplit(',').next()?.trim().parse().ok());
        if peer.is_loopback() { last.unwrap_or(peer).to_string() } else { peer.to_string() }
    }
}
