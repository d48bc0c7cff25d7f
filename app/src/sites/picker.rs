//! Choosing the site a device works at. Kept in a cookie, so that the next page is rendered for it.

use domain::ids::SiteId;
use leptos::prelude::*;

use super::api::list_sites;
use super::{Here, SITE_COOKIE};

/// A select of the visitor's sites. With one site there is nothing to choose, and its name stands there.
#[component]
pub fn SitePicker(
    /// Whether "All sites" is a choice: at desks it is, on the floor it is not.
    #[prop(optional)]
    all: bool,
) -> impl IntoView {
    let Some(Here(here)) = use_context::<Here>() else { return ().into_any() };
    let sites = Resource::new(|| (), |()| list_sites());
    let choose = move |event| {
        let site: Option<SiteId> = event_target_value(&event).parse().ok().map(SiteId);
        crate::ui::remember(SITE_COOKIE, &site.map(|site| site.to_string()).unwrap_or_default());
        here.set(site);
    };
    let view = move || {
        Suspend::new(async move {
            let sites = sites.await.unwrap_or_default();
            match sites.as_slice() {
                [] => ().into_any(),
                [only] => {
                    let id = only.id;
                    // The only one is the chosen one: this page now, the next from the cookie.
                    Effect::new(move |_| {
                        if here.get_untracked() != Some(id) {
                            crate::ui::remember(SITE_COOKIE, &id.to_string());
                            here.set(Some(id));
                        }
                    });
                    view! { <span class="site-name">{only.name.clone()}</span> }.into_any()
                }
                _ => {
                    let options = sites.into_iter().map(|site| {
                        let (id, code) = (site.id, site.id.to_string());
                        view! { <option value=code selected=move || here.get() == Some(id)>{site.name}</option> }
                    });
                    let options = options.collect_view();
                    let none = if all { "All sites" } else { "Choose a site" };
                    view! {
                        <label class="site-picker">
                            <span class="visually-hidden">"Site"</span>
                            <select class="input" name="site" on:change=choose>
                                <option value="" selected=move || here.get().is_none()>{none}</option>
                                {options}
                            </select>
                        </label>
                    }
                    .into_any()
                }
            }
        })
    };
    view! { <Transition>{view}</Transition> }.into_any()
}
