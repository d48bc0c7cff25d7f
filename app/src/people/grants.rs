//! Choosing roles and where they hold.

use std::collections::HashMap;

use domain::ids::SiteId;
use domain::people::{Grant, Role};
use domain::sites::SiteRow;
use leptos::prelude::*;

use super::page::words_of;
use crate::ui::{Choice, Icon, Refused};

/// The grants as chips that can be taken off, and one more to put on.
#[component]
pub fn Grants(grants: RwSignal<Vec<Grant>>, sites: Vec<SiteRow>, said: Refused) -> impl IntoView {
    let names: HashMap<SiteId, String> = sites.iter().map(|site| (site.id, site.name.clone())).collect();
    let (role, site) = (RwSignal::new(Role::Picker.code().to_owned()), RwSignal::new(String::new()));
    let roles = Role::ALL.iter().map(|role| (role.code().to_owned(), role.name().to_owned())).collect();
    let mut places = vec![(String::new(), "All sites".to_owned())];
    places.extend(sites.iter().map(|site| (site.id.to_string(), site.name.clone())));
    let put_on = move |_| {
        let Some(role) = Role::parse(&role.get()) else { return };
        let grant = Grant { role, site: site.get().parse().ok().map(SiteId) };
        grants.update(|grants| {
            if !grants.contains(&grant) {
                grants.push(grant);
            }
        });
    };
    let chips = move || {
        grants
            .get()
            .into_iter()
            .map(|grant| {
                let words = words_of(&grant, &names);
                let label = format!("Take off {words}");
                view! {
                    <li>
                        <button
                            type="button"
                            class="btn chip-btn"
                            aria-label=label
                            on:click=move |_| grants.update(|grants| grants.retain(|other| *other != grant))
                        >
                            {words}
                            {Icon::Cross.view()}
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <fieldset class="field">
            <legend>"Roles"</legend>
            <ul class="row" role="list">{chips}</ul>
            <div class="form-row">
                <Choice label="Role" name="role" options=roles picked=role said />
                <Choice label="Where" name="role-site" options=places picked=site />
                <button type="button" class="btn" on:click=put_on>{Icon::Plus.view()} "Add role"</button>
            </div>
        </fieldset>
    }
    .into_any()
}
