//! A new handling unit: a fresh label, and what it is stuck on.

use domain::ids::{LpnId, SiteId};
use domain::lpns::{MakeUnit, UnitKind};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::api::send_made;
use super::work::address;
use crate::door::{Said, Unanswered};
use crate::ui::{Choice, Field, LastRefused, Refusal, Send};

#[component]
pub(super) fn NewUnitCard(site: Signal<Option<SiteId>>, code: RwSignal<String>) -> impl IntoView {
    let kind = RwSignal::new(UnitKind::Pallet.code().to_owned());
    // One id for a unit asked for, so that a press repeated for want of an answer makes one; a new one after each answer.
    let next = StoredValue::new(LpnId::mint());
    let (last, button, go) = (LastRefused::default(), Unanswered::new(), use_navigate());
    let make = Action::new(move |(): &()| {
        let go = go.clone();
        last.of(async move {
            let site = site.get_untracked().ok_or_else(|| Said::invalid("code", "Choose a site above first."))?;
            let kind = UnitKind::parse(&kind.get_untracked()).unwrap_or_default();
            let command = MakeUnit { id: next.get_value(), site, kind, code: code.get_untracked() };
            let label = button.send(&command, send_made).await?;
            next.set_value(LpnId::mint());
            code.set(String::new());
            go(&address(&label), NavigateOptions::default());
            Ok(())
        })
    });
    let said = last.said();
    let kinds: Vec<_> = UnitKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.words().to_owned())).collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        make.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"A new one"</h2>
            <Refusal said fields=&["code", "kind"] />
            <form class="form" novalidate on:submit=submit>
                <div class="form-row">
                    <Choice label="What it is" name="kind" options=kinds picked=kind said />
                    <Field label="Its label" name="code" hint="Stick it on, then type or scan it" typed=code said />
                </div>
                <Send label="Make it" busy=make.pending() />
            </form>
        </section>
    }
    .into_any()
}
