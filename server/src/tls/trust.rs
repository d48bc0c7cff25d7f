//! How a tablet learns to trust the house's authority: a page over plain http, a QR that leads there, the steps in words.

use std::net::SocketAddr;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use http::header;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The small server of the authority's certificate. It serves two public files and nothing else.
pub struct Welcome {
    pub authority: String,
    /// Where Tideway itself is.
    pub url: String,
}

const STEPS: [(&str, &str); 4] = [
    (
        "iPad and iPhone",
        "Open the certificate, then Settings → Profile Downloaded → Install. Then Settings → General → About → Certificate Trust Settings: switch “Tideway local authority” on.",
    ),
    (
        "Android",
        "Download the certificate, then Settings → Security → More security settings → Install from device storage → CA certificate.",
    ),
    ("Windows", "Open the certificate → Install Certificate → Local Machine → “Trusted Root Certification Authorities”."),
    ("macOS", "Open the certificate in Keychain Access, double-click it, Trust → Always Trust."),
];

impl Welcome {
    pub fn router(self) -> Router {
        let (page, authority) = (self.page(), self.authority);
        let certificate = move || async move { ([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], authority) };
        Router::new().route("/", get(move || async move { Html(page) })).route("/ca.crt", get(certificate))
    }

    fn page(&self) -> String {
        let steps = STEPS.map(|(device, step)| format!("<h2>{device}</h2><p>{step}</p>")).concat();
        let url = &self.url;
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Trust Tideway</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem;color:#0b2230;background:#f4f7f8}}\
             a.go{{display:inline-block;background:#0d5c75;color:#fff;padding:.7rem 1.2rem;border-radius:.5rem;text-decoration:none}}</style></head>\
             <body><h1>Trust this Tideway</h1><p>Once for each device, so that its camera and offline work may be used.</p>\
             <p><a class=\"go\" href=\"/ca.crt\">1. Get the certificate</a></p><p>2. Tell the device to trust it:</p>{steps}\
             <p>3. <a href=\"{url}\">Open Tideway at {url}</a></p></body></html>"
        )
    }
}

/// Where a device finds the certificate.
pub enum Door {
    /// A page of steps over plain http.
    Beside(SocketAddr),
    /// The certificate itself at Tideway's own address, which the device does not trust yet.
    Certificate,
}

/// What is printed at start: the QR, where it leads, and what is done there.
pub fn steps(url: &str, door: &Door) -> String {
    let (there, words) = match door {
        Door::Beside(address) => (
            format!("http://{address}/"),
            "get the certificate there, and tell the device to trust it,\n\
             once. The page has the steps for iPad, Android, Windows and macOS.",
        ),
        Door::Certificate => (
            format!("{}/ca.crt", url.trim_end_matches('/')),
            "pass the browser's warning this once, and tell the device\n\
             to trust what it gets.",
        ),
    };
    // Terminals are dark, a QR is dark on light: light modules are drawn.
    let drawn = |code: QrCode| code.render().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    let code = QrCode::new(there.as_bytes()).map(drawn).unwrap_or_default();
    format!("{code}\nTablets: scan this with the camera (it leads to {there}), {words} Then open {url}")
}
