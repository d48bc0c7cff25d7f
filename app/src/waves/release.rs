//! Releasing a wave. Where today's roster has too few hours for it, whoever may is asked for the reason; the others are told who is.

use domain::ids::WaveId;
use domain::people::Permission;
use domain::reasons::Process;
use domain::waves::ReleaseWave;
use leptos::prelude::*;

use super::api::send_release_wave;
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Refusal, Refused, Send};

/// Made once for a page: what is shown is drawn anew in the same breath.
#[derive(Clone, Copy)]
pub struct Release {
    send: Action<WaveId, Result<(), Said>>,
    said: Refused,
    because: Because,
    busy: Signal<bool>,
}

impl Release {
    pub fn new(done: impl Fn() + Copy + Send + Sync + 'static) -> Self {
        let because = Because::default();
        let releasing = Unanswered::new();
        let send = Action::new(move |wave: &WaveId| {
            let command = ReleaseWave { wave: *wave, reason: because.given() };
            async move {
                releasing.send(&command, send_release_wave).await?;
                because.clear();
                done();
                Ok(())
            }
        });
        let last = send.value();
        let said = Signal::derive(move || last.get().and_then(Result::err));
        Self { send, said, because, busy: send.pending().into() }
    }

    /// Too few hours, and this visitor may say why all the same.
    fn asks(self) -> bool {
        let about = |said: &Said| matches!(said.field(), Some("reason" | "note"));
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
        let asks = Memo::new(move |_| self.asks());
        let form = move || {
            asks.get().then(|| {
                view! {
                    <form
                        class="card form"
                        novalidate
                        on:submit=move |event| {
                            event.prevent_default();
                            self.send.dispatch(wave);
                        }
                    >
                        <Why process=Process::WaveOverride label="Why release it all the same?" because=self.because said=self.said />
                        <Send label="Release with this reason" busy=self.busy />
                    </form>
                }
            })
        };
        view! {
            {move || { (!asks.get()).then(|| view! { <Refusal said=self.said /> }) }}
            {form}
        }
        .into_any()
    }
}
