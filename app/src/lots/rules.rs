//! What holds for all lots: in which order they are taken where a SKU says nothing, and how long goods of a channel's orders must be
//! good.

use domain::lots::{LotRefusal, Picking, Rules, SetLotRules};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api::{read_rules, send_rules};
use crate::door::{Said, Unanswered};
use crate::ui::{Field, LastRefused, Refusal, Send, Toasts, loaded};

#[component]
pub(super) fn RulesCard() -> impl IntoView {
    let answer = Resource::new(|| (), |()| read_rules());
    loaded(answer, form)
}

fn form(rules: Rules) -> AnyView {
    let picking = RwSignal::new(rules.picking);
    let days: Vec<(String, String, RwSignal<String>)> =
        rules.channels.into_iter().map(|(code, name, days)| (code, name, RwSignal::new(days.to_string()))).collect();
    let typed = StoredValue::new(days.clone());
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let save = Action::new(move |(): &()| {
        last.of(async move {
            let whole = |(code, _, days): (String, String, RwSignal<String>)| {
                let days = days.get_untracked().trim().parse().map_err(|_| Said::here(&LotRefusal::BadDays))?;
                Ok::<(String, i32), Said>((code, days))
            };
            let min_life_days = typed.get_value().into_iter().map(whole).collect::<Result<_, _>>()?;
            let command = SetLotRules { picking: picking.get_untracked(), min_life_days };
            sending.send(&command, send_rules).await?;
            if let Some(toasts) = toasts {
                toasts.push("Kept.".to_owned());
            }
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save.dispatch(());
    };
    let fields = days.into_iter().map(|(code, name, days)| {
        let label = format!("{name}, days");
        view! { <Field label name="days" own=code inputmode="numeric" typed=days value=days.get_untracked() autocomplete="off" said /> }
    });
    view! {
        <section class="card">
            <h2>"Rules"</h2>
            <Refusal said fields=&["days"] />
            <form class="form" novalidate on:submit=submit>
                {order_of(picking)}
                <p class="small muted">"How long goods must still be good when they are given to an order of the channel:"</p>
                {fields.collect_view()}
                <Send label="Keep the rules" class="btn" busy=save.pending() />
            </form>
        </section>
    }
    .into_any()
}

/// One press each: which lots are taken first.
fn order_of(chosen: RwSignal<Picking>) -> AnyView {
    let one = move |picking: Picking| {
        let pressed = move || if chosen.get() == picking { "true" } else { "false" };
        view! {
            <button type="button" class="btn toggle" data-picking=picking.code() aria-pressed=pressed on:click=move |_| chosen.set(picking)>
                {picking.words()}
            </button>
        }
    };
    view! { <div class="row" role="group" aria-label="Which lots are taken first">{Picking::ALL.map(one).collect_view()}</div> }
        .into_any()
}
