//! What an item asks of the place it stands in, on its page: storage class and hazard.

use domain::ids::SkuId;
use domain::people::Permission;
use domain::putaway::{Handling, SetHandling};
use domain::sites::places::{Hazard, StorageClass};
use leptos::prelude::*;

use super::api::{read_handling, send_handling};
use crate::door::{Unanswered, visit};
use crate::ui::{Choice, LastRefused, Refusal, Send, Toasts, loaded};

#[component]
pub fn HandlingCard(sku: SkuId) -> impl IntoView {
    let answer = Resource::new(|| (), move |()| read_handling(sku));
    loaded(
        answer,
        move |handling| {
            if visit().may(Permission::CatalogEdit) { view! { <Form sku handling /> }.into_any() } else { told(handling) }
        },
    )
}

fn told(handling: Handling) -> AnyView {
    let hazard = handling.hazard.words().to_lowercase();
    view! {
        <section class="card" data-handling=handling.class.code()>
            <h2>"Stands"</h2>
            <p class="small">{format!("Storage class: {}. Hazard: {hazard}.", handling.class.words().to_lowercase())}</p>
        </section>
    }
    .into_any()
}

#[component]
fn Form(sku: SkuId, handling: Handling) -> impl IntoView {
    let class = RwSignal::new(handling.class.code().to_owned());
    let hazard = RwSignal::new(handling.hazard.code().to_owned());
    let (last, button, toasts) = (LastRefused::default(), Unanswered::new(), use_context::<Toasts>());
    let send = Action::new(move |(): &()| {
        let class = StorageClass::parse(&class.get_untracked()).unwrap_or_default();
        let hazard = Hazard::parse(&hazard.get_untracked()).unwrap_or_default();
        let command = SetHandling { sku, class, hazard };
        last.of(async move {
            let saved = button.send(&command, send_handling).await?;
            if let Some(toasts) = toasts {
                toasts.push(saved.words());
            }
            Ok(())
        })
    });
    let said = last.said();
    let pairs =
        |pairs: Vec<(&str, &str)>| pairs.into_iter().map(|(code, words)| (code.to_owned(), words.to_owned())).collect::<Vec<_>>();
    let classes = pairs(StorageClass::ALL.iter().map(|class| (class.code(), class.words())).collect());
    let hazards = pairs(Hazard::ALL.iter().map(|hazard| (hazard.code(), hazard.words())).collect());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.dispatch(());
    };
    view! {
        <section class="card" data-handling=handling.class.code()>
            <h2>"Stands"</h2>
            <Refusal said fields=&["class", "hazard"] />
            <form class="form" novalidate on:submit=submit>
                <Choice label="Storage class" name="class" options=classes picked=class said />
                <Choice label="Hazard" name="hazard" options=hazards picked=hazard said />
                <Send label="Save" busy=send.pending() />
            </form>
        </section>
    }
    .into_any()
}
