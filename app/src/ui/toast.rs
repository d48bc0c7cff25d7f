//! Short news at the foot of the screen, read out loud, gone by itself. Never the only place where something is said.

use std::time::Duration;

use leptos::prelude::*;

/// How long it stays: long enough to read twelve words twice.
const STAYS: Duration = Duration::from_secs(6);

#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<(u64, String)>>);

impl Toasts {
    pub fn provide() -> Self {
        let toasts = Self(RwSignal::default());
        provide_context(toasts);
        toasts
    }

    /// Say something. Without a shell around (tests), nothing happens.
    pub fn say(words: impl Into<String>) {
        if let Some(Self(list)) = use_context::<Self>() {
            Self(list).push(words.into());
        }
    }

    pub fn push(self, words: String) {
        let id = self.0.with_untracked(|list| list.last().map_or(0, |(id, _)| id + 1));
        self.0.update(|list| list.push((id, words)));
        let leave = move || {
            self.0.try_update(|list| list.retain(|(other, _)| *other != id));
        };
        set_timeout(leave, STAYS);
    }
}

#[component]
pub fn ToastShelf(toasts: Toasts) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.0.get() key=|(id, _)| *id let:toast>
                <p class="toast">{toast.1}</p>
            </For>
        </div>
    }
    .into_any()
}
