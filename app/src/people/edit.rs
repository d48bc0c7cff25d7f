//! One person's roles, password and end.

use domain::people::{Grant, PersonRow};
use domain::sites::SiteRow;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::components::A;

use super::api;
use super::grants::Grants;
use crate::door::{Said, Unanswered};
use crate::ui::{Confirm, Field, Icon, Refusal, Send, Toasts};

/// What can be done to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Grants(Vec<Grant>),
    Password(String),
    End,
}

#[component]
pub fn EditCard(person: PersonRow, sites: Vec<SiteRow>, again: RwSignal<u32>) -> impl IntoView {
    let (id, active) = (person.id, RwSignal::new(person.active));
    let asking = RwSignal::new(false);
    let grants = RwSignal::new(person.grants);
    let password = RwSignal::new(String::new());
    let toasts = use_context::<Toasts>();
    let changing = Unanswered::new();
    let change = Action::new_local(move |change: &Change| {
        let change = change.clone();
        async move {
            let send = |command, change| async move {
                match change {
                    Change::Grants(grants) => api::set_grants(command, id, grants).await.map(|()| 0),
                    Change::Password(given) => api::set_password(command, id, given).await,
                    Change::End => api::deactivate(command, id).await,
                }
            };
            let ended = changing.send(&change, send).await?;
            let words = match change {
                Change::Grants(_) => "The roles hold from now on.".to_owned(),
                Change::Password(_) => {
                    password.set(String::new());
                    format!("The new password holds. Sessions ended: {ended}.")
                }
                Change::End => {
                    active.set(false);
                    format!("No more sign-ins. Sessions ended: {ended}.")
                }
            };
            if let Some(toasts) = toasts {
                toasts.push(words);
            }
            again.update(|again| *again += 1);
            Ok::<(), Said>(())
        }
    });
    let said = Signal::derive(move || change.value().get().and_then(Result::err));
    let set = move |wanted: fn(RwSignal<Vec<Grant>>, RwSignal<String>) -> Change| {
        move |event: SubmitEvent| {
            event.prevent_default();
            change.dispatch(wanted(grants, password));
        }
    };
    let end = Callback::new(move |()| {
        change.dispatch(Change::End);
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{person.name}</h2>
                <A href="/people" attr:class="btn quiet square" attr:aria-label="Close">{Icon::Cross.view()}</A>
            </div>
            <p class="muted small">{person.email}</p>
            <Refusal said fields=&["password", "role"] />
            <form class="form" novalidate on:submit=set(|grants, _| Change::Grants(grants.get_untracked()))>
                <Grants grants sites said />
                <Send label="Save roles" busy=change.pending() />
            </form>
            <form class="form" novalidate on:submit=set(|_, password| Change::Password(password.get_untracked()))>
                <Field
                    label="New password"
                    name="password"
                    kind="password"
                    hint="Ends their running sessions."
                    typed=password
                    autocomplete="new-password"
                    required=true
                    said
                />
                <Send label="Set password" class="btn" busy=change.pending() />
            </form>
            {move || {
                active
                    .get()
                    .then(|| {
                        view! {
                            <Confirm
                                label="End their sign-in"
                                question="They are out at once."
                                yes="End it"
                                on_yes=end
                                asking
                                busy=change.pending()
                            />
                        }
                    })
            }}
        </section>
    }
    .into_any()
}
