//! A state in one or two words, with a tone. The tone never speaks alone: words do, and an icon stands with a warning.

use leptos::prelude::*;

use super::icon::Icon;

/// What a thing means to whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Accent,
    Ok,
    Info,
    Warn,
    Stop,
}

impl Tone {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Accent => "accent",
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Stop => "stop",
        }
    }

    pub const fn icon(self) -> Option<Icon> {
        match self {
            Self::Plain | Self::Accent => None,
            Self::Ok => Some(Icon::Check),
            Self::Info => Some(Icon::Arrow),
            Self::Warn => Some(Icon::Clock),
            Self::Stop => Some(Icon::Alert),
        }
    }
}

/// A state chip.
#[component]
pub fn Chip(#[prop(into)] text: String, #[prop(optional)] tone: Tone, #[prop(optional)] icon: Option<Icon>) -> impl IntoView {
    let icon = icon.or(match tone {
        Tone::Warn | Tone::Stop => tone.icon(),
        _ => None,
    });
    view! { <span class=format!("chip {}", tone.class())>{icon.map(Icon::view)}{text}</span> }.into_any()
}
