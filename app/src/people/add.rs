//! A new person with a sign-in.

use domain::ids::{CommandId, PersonId};
use domain::sites::SiteRow;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api;
use super::grants::Grants;
use crate::door::{Said, Unanswered};
use crate::ui::{Field, Refusal, Send, Toasts};

#[component]
pub fn AddCard(sites: Vec<SiteRow>, again: RwSignal<u32>) -> impl IntoView {
    let (name, email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let grants = RwSignal::new(Vec::new());
    let adding = Unanswered::new();
    let toasts = use_context::<Toasts>();
    let add = Action::new_local(move |(): &()| {
        let typed = (name.get_untracked(), email.get_untracked(), password.get_untracked(), grants.get_untracked());
        async move {
            // The person's id is the command's: the same press again is the same person.
            let send =
                |id: CommandId, (name, email, password, grants)| api::add(id, PersonId(id.0), name, email, password, grants);
            adding.send(&typed, send).await
        }
    });
    let said = Signal::derive(move || add.value().get().and_then(Result::<PersonId, Said>::err));
    Effect::new(move |_| {
        if let Some(Ok(_)) = add.value().get() {
            if let Some(toasts) = toasts {
                toasts.push(format!("{} may sign in now.", name.get_untracked()));
            }
            for typed in [name, email, password] {
                typed.set(String::new());
            }
            grants.set(Vec::new());
            again.update(|again| *again += 1);
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        add.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"Add a person"</h2>
            <Refusal said fields=&["name", "email", "password", "role"] />
            <form class="form" novalidate on:submit=send>
                <Field label="Name" name="name" typed=name required=true autocomplete="off" said />
                <Field label="Email" name="email" kind="email" typed=email required=true autocomplete="off" said />
                <Field
                    label="First password"
                    name="password"
                    kind="password"
                    hint="At least 10 characters. They can have it changed here."
                    typed=password
                    required=true
                    autocomplete="new-password"
                    said
                />
                <Grants grants sites said />
                <Send label="Add" busy=add.pending() />
            </form>
        </section>
    }
    .into_any()
}
