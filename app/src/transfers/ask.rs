//! Asking for a transfer: from where, to where, and its lines as people write them.

use domain::ids::SiteTransferId;
use domain::sites::SiteRow;
use domain::transfers::TypedTransfer;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::api::send_request;
use crate::door::{Said, Unanswered};
use crate::ui::{Beside, Choice, Field, LastRefused, Refusal, Send, Toasts};

#[component]
pub fn AskCard(sites: Vec<SiteRow>, again: RwSignal<u32>) -> impl IntoView {
    let site_of = |at: usize| sites.get(at).map_or_else(String::new, |site| site.id.to_string());
    let (from, to) = (RwSignal::new(site_of(0)), RwSignal::new(site_of(1)));
    let (lines, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let options: Vec<(String, String)> =
        sites.iter().map(|site| (site.id.to_string(), format!("{} · {}", site.code, site.name))).collect();
    // One id for what is asked for, so that a press repeated for want of an answer asks once; a new one after each answer.
    let next = StoredValue::new(SiteTransferId::mint());
    let (toasts, go, last, asking) = (use_context::<Toasts>(), use_navigate(), LastRefused::default(), Unanswered::new());
    let ask = Action::new_local(move |(): &()| {
        let ends = from.get_untracked().parse().ok().zip(to.get_untracked().parse().ok());
        let typed = ends.map(|(from, to)| TypedTransfer {
            id: next.get_value(),
            from,
            to,
            lines: lines.get_untracked(),
            note: note.get_untracked(),
        });
        let go = go.clone();
        last.of(async move {
            let typed = typed.ok_or_else(|| Said::invalid("to", "Choose two sites."))?;
            let number = asking.send(&typed, send_request).await?;
            next.set_value(SiteTransferId::mint());
            if let Some(toasts) = toasts {
                toasts.push(format!("{number} is asked for. Another person approves it."));
            }
            again.update(|again| *again += 1);
            go(&format!("/transfers/{number}"), leptos_router::NavigateOptions::default());
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        ask.dispatch(());
    };
    let bad = move || said.with(|said| said.as_ref().is_some_and(|said| said.field() == Some("lines")));
    view! {
        <section class="card">
            <h2>"Ask for a transfer"</h2>
            <Refusal said fields=&["from", "to", "lines", "note", "sku"] />
            <form class="form" novalidate on:submit=submit>
                <Choice label="From" name="from" options=options.clone() picked=from said />
                <Choice label="To" name="to" options picked=to said />
                <div class="field">
                    <label for="transfer-lines">"What"</label>
                    <p class="hint" id="h-lines">"A SKU and its units a line, as in “TW-0001 12”."</p>
                    <textarea
                        class="input code"
                        id="transfer-lines"
                        name="lines"
                        rows="5"
                        aria-describedby="h-lines r-lines r-sku"
                        aria-invalid=move || bad().then_some("true")
                        prop:value=move || lines.get()
                        on:input=move |event| lines.set(event_target_value(&event))
                    ></textarea>
                    <Beside id="r-lines" field="lines" said />
                    <Beside id="r-sku" field="sku" said />
                </div>
                <Field label="Note" name="note" typed=note value=note.get_untracked() said />
                <Send label="Ask for it" busy=ask.pending() />
            </form>
        </section>
    }
    .into_any()
}
