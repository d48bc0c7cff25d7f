//! The device's own settings and state, as every shell shows them.

use leptos::prelude::*;

use crate::door::{Link, link};
use crate::shell::THEME_COOKIE;
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::Icon;
use crate::ui::remember;

/// Light, dark, or as the system has it. One button: it says what a press does.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(String::new());
    Effect::new(move |_| theme.set(document_theme().unwrap_or_default()));
    let next = move || match theme.get().as_str() {
        "light" => ("dark", "Dark theme", Icon::Moon),
        "dark" => ("", "System theme", Icon::Contrast),
        _ => ("light", "Light theme", Icon::Sun),
    };
    let press = move |_| {
        let chosen = next().0;
        remember(THEME_COOKIE, chosen);
        set_document_theme(chosen);
        theme.set(chosen.to_owned());
    };
    view! {
        <button type="button" class="btn quiet square" aria-label=move || format!("Switch to: {}", next().1) title=move || next().1 on:click=press>
            {move || next().2.view()}
        </button>
    }
    .into_any()
}

fn document_theme() -> Option<String> {
    document().document_element()?.get_attribute("data-theme")
}

fn set_document_theme(theme: &str) {
    let Some(root) = document().document_element() else { return };
    // Neither can fail on an existing element with a valid name.
    let _ = if theme.is_empty() { root.remove_attribute("data-theme") } else { root.set_attribute("data-theme", theme) };
}

/// Is this device in touch? Words, icon and tone; always there, so that its absence never has to be noticed.
#[component]
pub fn LinkChip() -> impl IntoView {
    let (link, network) = (link(), network());
    let face = move || match (network.get(), link.get()) {
        (false, _) => ("Offline", Tone::Stop, Icon::Offline),
        (true, Link::Lost) => ("Reconnecting", Tone::Warn, Icon::Clock),
        (true, Link::Up) => ("Live", Tone::Ok, Icon::Check),
        (true, Link::Connecting) => ("Online", Tone::Plain, Icon::Check),
    };
    view! {
        <span role="status" data-link=move || face().0>
            {move || {
                let (text, tone, icon) = face();
                view! { <Chip text tone icon /> }
            }}
        </span>
    }
    .into_any()
}

/// Does the device think it has a network? True until told otherwise.
pub fn network() -> Signal<bool> {
    let up = RwSignal::new(true);
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        up.set(web_sys::window().is_none_or(|window| window.navigator().on_line()));
        for (name, value) in [("online", true), ("offline", false)] {
            let handle = window_event_listener_untyped(name, move |_| up.set(value));
            on_cleanup(move || handle.remove());
        }
    });
    up.into()
}
