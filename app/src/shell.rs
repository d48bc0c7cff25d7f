//! The HTML document around every page. Rendered on the server only.

use leptos::hydration::{AutoReload, HydrationScripts};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::App;
use crate::live::Head;

/// The cookie that keeps a device's theme: `light` or `dark`; absent, the system decides.
pub const THEME_COOKIE: &str = "theme";

/// A scanner does not wait for wasm: keys pressed before hydration are kept, and `ui::scan` hears them first.
const EARLY_KEYS: &str = "(()=>{const kept=[],keep=e=>kept.push(e);addEventListener('keydown',keep,true);\
     window.earlyKeys=()=>{removeEventListener('keydown',keep,true);return kept.splice(0)}})()";

/// The document. `options` name the hashed files of the site.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let head = use_context::<Head>().map(|Head(position)| position);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme() data-live=head>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f4f7f8" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#08131a" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="" />
                <HashedStylesheet options=options.clone() id="sheet" />
                <script nonce=use_nonce()>{EARLY_KEYS}</script>
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The device's choice, from its cookie. Anything else than the two words is ignored.
fn theme() -> Option<&'static str> {
    let chosen = crate::ui::remembered(THEME_COOKIE)?;
    ["light", "dark"].into_iter().find(|known| *known == chosen)
}
