//! On a bin's page: for whose goods it is kept.

use domain::ids::BinId;
use domain::owners::KeepBin;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api::send_keep;
use crate::door::Unanswered;
use crate::ui::{Field, LastRefused, Refusal, Send, Toasts};

#[component]
pub fn KeepCard(bin: BinId, kept_for: String, again: RwSignal<u32>) -> impl IntoView {
    let owner = RwSignal::new(kept_for);
    let (last, sending, toasts) = (LastRefused::default(), Unanswered::new(), use_context::<Toasts>());
    let send = Action::new(move |(): &()| {
        let command = KeepBin { bin, owner: owner.get_untracked() };
        last.of(async move {
            sending.send(&command, send_keep).await?;
            if let Some(toasts) = toasts {
                toasts.push("Saved.".to_owned());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"Kept for"</h2>
            <Refusal said fields=&["owner"] />
            <form class="form" novalidate on:submit=submit>
                <Field
                    label="Owner"
                    name="owner"
                    hint="By code. Empty: anybody's goods may stand here."
                    typed=owner
                    value=owner.get_untracked()
                    maxlength=20_u32
                    autocomplete="off"
                    said
                />
                <Send label="Keep it so" class="btn" busy=send.pending() />
            </form>
        </section>
    }
    .into_any()
}
