//! `/people`: who may sign in, and what they may do where. Changing it takes the administrator.

use std::collections::HashMap;

use domain::ids::SiteId;
use domain::people::{Grant, Permission, PersonRow};
use domain::sites::SiteRow;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::list;
use super::{add::AddCard, edit::EditCard};
use crate::door::{Said, live, visit};
use crate::sites::api::list_sites;
use crate::ui::{Chip, Table, Tone, When, heads, loaded};

/// People and sites in one answer.
type Known = (Vec<PersonRow>, Vec<SiteRow>);

#[component]
pub fn PeoplePage() -> impl IntoView {
    let fresh = live(&["person", "people", "site"]);
    let again = RwSignal::new(0_u32);
    let answer = Resource::new(move || (fresh.get(), again.get()), |_| known());
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get("person").unwrap_or_default()));
    let edits = visit().may(Permission::PeopleEdit);
    // Not refreshed with the list: nobody loses what they are typing.
    let aside = Resource::new(move || chosen.get(), |_| known());
    let side = move || loaded(aside, move |known| card(known, &chosen.get_untracked(), again));
    view! {
        <Title text="People" />
        <div class="page">
            <header class="page-head">
                <h1>"People"</h1>
            </header>
            <div class=move || layout(edits, chosen.with(String::is_empty))>
                {loaded(answer, move |known| rows(known, edits))} <div class="stack">{edits.then(side)}</div>
            </div>
        </div>
    }
    .into_any()
}

/// On a narrow screen whoever was chosen stands above the list they were chosen from.
const fn layout(edits: bool, nobody: bool) -> &'static str {
    match (edits, nobody) {
        (false, _) => "stack",
        (true, true) => "split",
        (true, false) => "split side-first",
    }
}

async fn known() -> Result<Known, Said> {
    Ok((list().await?, list_sites().await?))
}

fn card((people, sites): Known, chosen: &str, again: RwSignal<u32>) -> AnyView {
    match people.into_iter().find(|person| person.id.to_string() == chosen) {
        Some(person) => view! { <EditCard person sites again /> }.into_any(),
        None => view! { <AddCard sites again /> }.into_any(),
    }
}

fn rows((people, sites): Known, edits: bool) -> AnyView {
    let names: HashMap<SiteId, String> = sites.into_iter().map(|site| (site.id, site.name)).collect();
    let rows = people.into_iter().map(|person| row(person, &names, edits)).collect_view();
    view! {
        <Table title="Who may sign in" caption="People, their roles and sites" csv="/api/fn/people/list.csv">
            {heads(&[("Name", ""), ("Roles", ""), ("Since", "mid"), ("Sign-in", "")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(person: PersonRow, sites: &HashMap<SiteId, String>, edits: bool) -> AnyView {
    let chips = person.grants.iter().map(|grant| view! { <Chip text=words_of(grant, sites) tone=Tone::Accent /> }).collect_view();
    let name = if edits {
        view! { <A href=format!("/people?person={}", person.id)>{person.name.clone()}</A> }.into_any()
    } else {
        person.name.clone().into_any()
    };
    let (state, tone) = if person.active { ("Active", Tone::Ok) } else { ("Ended", Tone::Plain) };
    view! {
        <tr>
            <th scope="row">
                <span class="table-cell">{name} <span class="muted small">{person.email}</span></span>
            </th>
            <td><span class="row">{chips}</span></td>
            <td class="mid"><When at=person.since /></td>
            <td><Chip text=state tone /></td>
        </tr>
    }
    .into_any()
}

/// `Picker · Leeds`.
pub(super) fn words_of(grant: &Grant, sites: &HashMap<SiteId, String>) -> String {
    let place = grant.site.map_or("all sites", |site| sites.get(&site).map_or("a site", String::as_str));
    format!("{} · {place}", grant.role.name())
}
