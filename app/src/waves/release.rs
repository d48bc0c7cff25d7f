//! Releasing a wave. Where today's roster has too few hours for it, whoever may is asked for the reason; the others are told who is.

use domain::ids::WaveId;
use domain::people::Permission;
use domain::waves::ReleaseWave;
use domain::waves::labour::limit::REASON_MAX;
use leptos::prelude::*;

use super::api::send_release_wave;
use crate::door::{Said, Unanswered, visit};
use crate::ui::{Field, Refusal, Refused, Send};

/// Made once for a page: what is shown is drawn anew in the same breath.
#[derive(Clone, Copy)]
pub struct Release {
    send: Action<WaveId, Result<(), Said>>,
    said: Refused,
    reason: RwSignal<String>,
    busy: Signal<bool>,
}

impl Release {
    pub fn new(done: impl Fn() + Copy + Send + Sync + 'static) -> Self {
        let reason = RwSignal::new(String::new());
        let releasing = Unanswered::new();
        let send = Action::new(move |wave: &WaveId| {
            let command = ReleaseWave { wave: *wave, reason: reason.get_untracked() };
            async move {
                releasing.send(&command, send_release_wave).await?;
                reason.set(String::new());
                done();
                Ok(())
            }
        });
        let last = send.value();
        let said = Signal::derive(move || last.get().and_then(Result::err));
        Self { send, said, reason, busy: send.pending().into() }
    }

    /// Too few hours, and this visitor may say why all the same.
    fn asks(self) -> bool {
        let about = |said: &Said| matches!(said.code(), "not_enough_hours" | "reason_too_long");
        visit().may(Permission::LabourOverride) && self.said.with(|said| said.as_ref().is_some_and(about))
    }

    pub fn button(self, wave: WaveId) -> AnyView {
        view! {
            <button
                type="button"
                class="btn primary"
                aria-busy=move || self.busy.get().then_some("true")
                disabled=move || self.busy.get()
                on:click=move |_| {
                    self.send.dispatch(wave);
                }
            >
                "Release to the floor"
            </button>
        }
        .into_any()
    }

    /// What was refused; with the question for the reason, where it may be answered.
    pub fn refusal(self, wave: WaveId) -> AnyView {
        let form = move || {
            self.asks().then(|| {
                view! {
                    <form
                        class="card form"
                        novalidate
                        on:submit=move |event| {
                            event.prevent_default();
                            self.send.dispatch(wave);
                        }
                    >
                        <Field
                            label="Why release it all the same?"
                            name="reason"
                            hint="Kept with the wave, and in the audit."
                            typed=self.reason
                            maxlength=u32::try_from(REASON_MAX).unwrap_or(u32::MAX)
                            required=true
                            said=self.said
                        />
                        <Send label="Release with this reason" busy=self.busy />
                    </form>
                }
            })
        };
        view! {
            {move || { (!self.asks()).then(|| view! { <Refusal said=self.said /> }) }}
            {form}
        }
        .into_any()
    }
}
