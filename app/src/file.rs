//! Files that a server function answers with. Decides only what a browser does with them: keep them under their name.

#[cfg(feature = "ssr")]
use crate::door::Said;
#[cfg(feature = "ssr")]
use leptos::server_fn::codec::ByteStream;

/// Puts what a file is, and what it is called, on the answer.
#[cfg(feature = "ssr")]
pub fn named(kind: &'static str, name: &str) {
    use http::HeaderValue;
    use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            response.insert_header(CONTENT_DISPOSITION, disposition);
        }
    }
}

/// Bytes as a file.
#[cfg(feature = "ssr")]
pub fn bytes(kind: &'static str, name: &str, bytes: Vec<u8>) -> ByteStream<Said> {
    named(kind, name);
    ByteStream::new(futures::stream::once(async move { Ok(bytes) }))
}
