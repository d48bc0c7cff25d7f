//! The catalog's rules: below which score machines leave a SKU, a bin or a carrier alone, and who owns which part of a card.

use domain::catalog::card::Group;
use domain::catalog::changes::{DataRules, OWNERS, SetDataRules};
use domain::catalog::readiness::Of;
use domain::people::Role;
use leptos::prelude::*;

use super::api::{read_rules, send_rules};
use crate::door::{Said, Unanswered};
use crate::ui::{Choice, Field, LastRefused, Refusal, Send, Toasts, loaded};

#[component]
pub fn RulesCard(again: RwSignal<u32>) -> impl IntoView {
    let answer = Resource::new(move || again.get(), |_| read_rules());
    loaded(answer, move |rules| view! { <RulesForm rules again /> }.into_any())
}

#[component]
fn RulesForm(rules: DataRules, again: RwSignal<u32>) -> impl IntoView {
    let least = Of::ALL.map(|of| (of, RwSignal::new(rules.threshold(of).to_string())));
    let owners = Group::ALL.map(|group| (group, RwSignal::new(rules.owner(group).code().to_owned())));
    let (toasts, last, setting) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let set = Action::new(move |(): &()| {
        let owners = owners.iter().filter_map(|(group, role)| Some((*group, Role::parse(&role.get_untracked())?))).collect();
        let given = least.iter().map(|(of, typed)| {
            let given = typed.get_untracked().trim().parse().map(|given| (*of, given));
            given.map_err(|_| Said::invalid(of.code(), "Give a whole number from 0 to 100."))
        });
        let given: Result<Vec<(Of, i32)>, Said> = given.collect();
        let command = given.map(|thresholds| SetDataRules { rules: DataRules { thresholds, owners } });
        last.of(async move {
            setting.send(&command?, send_rules).await?;
            if let Some(toasts) = toasts {
                toasts.push("These rules hold from now on.".to_owned());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    let said = last.said();
    let roles: Vec<(String, String)> = OWNERS.iter().map(|role| (role.code().to_owned(), role.name().to_owned())).collect();
    let choices = owners.map(|(group, picked)| {
        view! { <Choice label=format!("{}: owner", group.words()) name="role" own=group.code() options=roles.clone() picked said /> }
    });
    let fields = least.map(|(of, typed)| {
        let label = format!("{}: left alone below", of.words());
        let hint = format!("Of 100. Below it they are {}; at 0 none is.", of.left_out());
        view! { <Field label name=of.code() hint inputmode="numeric" typed value=typed.get_untracked() maxlength=3_u32 said /> }
    });
    view! {
        <section class="card">
            <h2>"Rules"</h2>
            <Refusal said fields=&["skus", "bins", "carriers", "role"] />
            <form class="form" novalidate on:submit=submit>
                {fields.into_iter().collect_view()}
                {choices.into_iter().collect_view()}
                <Send label="Save the rules" busy=set.pending() />
            </form>
        </section>
    }
    .into_any()
}
