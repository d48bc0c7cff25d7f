//! The answer to a scan, readable from an arm's length: colour, icon and words together, announced to screen readers.

use leptos::prelude::*;

use super::icon::Icon;

/// What a band says. `Wrong` shows what was expected and what came; it goes with the next good scan, without a tap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Heard {
    /// What to do now.
    #[default]
    Quiet,
    Ask(String),
    Busy(String),
    Ok(String),
    Wrong {
        words: String,
        detail: String,
    },
    Done(String),
}

impl Heard {
    pub fn wrong(said: &crate::door::Said) -> Self {
        Self::Wrong { words: said.words(), detail: String::new() }
    }

    /// No answer came, twice. The screen reads again what is true.
    pub fn no_answer() -> Self {
        Self::Wrong {
            words: "No answer. It may have arrived".to_owned(),
            detail: "Looking again before you repeat it.".to_owned(),
        }
    }

    const fn look(&self) -> (&'static str, Icon) {
        match self {
            Self::Quiet | Self::Ask(_) => ("band", Icon::Scan),
            Self::Busy(_) => ("band busy", Icon::Clock),
            Self::Ok(_) => ("band ok", Icon::Check),
            Self::Wrong { .. } => ("band wrong", Icon::Cross),
            Self::Done(_) => ("band done", Icon::Check),
        }
    }

    /// In one word, for whoever drives the screen.
    const fn state(&self) -> &'static str {
        match self {
            Self::Quiet | Self::Ask(_) => "ask",
            Self::Busy(_) => "busy",
            Self::Ok(_) => "ok",
            Self::Wrong { .. } => "wrong",
            Self::Done(_) => "done",
        }
    }

    fn words(&self) -> (String, String) {
        match self {
            Self::Quiet => ("Scan to begin".to_owned(), String::new()),
            Self::Ask(words) | Self::Busy(words) | Self::Ok(words) | Self::Done(words) => (words.clone(), String::new()),
            Self::Wrong { words, detail } => (words.clone(), detail.clone()),
        }
    }
}

/// The full-width band of the floor's screens.
#[component]
pub fn Band(
    #[prop(into)] heard: Signal<Heard>,
    /// Scans that wait until what is under way has its answer.
    #[prop(into, optional)]
    behind: Signal<usize>,
) -> impl IntoView {
    let look = move || heard.with(Heard::look);
    let detail = move || match heard.with(Heard::words).1 {
        none if none.is_empty() => (behind.get() > 0).then(|| format!("{} more wait their turn.", behind.get())),
        detail => Some(detail),
    };
    view! {
        <div
            class=move || look().0
            role=move || if matches!(heard.get(), Heard::Wrong { .. }) { "alert" } else { "status" }
            data-band=move || heard.with(Heard::state)
        >
            {move || look().1.view()}
            <span class="grow">
                {move || heard.with(Heard::words).0}
                {move || detail().map(|detail| view! { <small>{detail}</small> })}
            </span>
        </div>
    }
    .into_any()
}
