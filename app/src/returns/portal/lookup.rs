//! `/portal`: the door. Order number, and email or postcode. A miss never says which was wrong.

use leptos::prelude::*;
use leptos_meta::Title;

use super::told;
use crate::ui::{Field, Refusal, Send};

/// `portal::api::Open {number, secret}`.
const OPEN: &str = "/api/fn/portal/open";

#[component]
pub fn PortalLookupPage() -> impl IntoView {
    let said = told();
    view! {
        <Title text="Return something" />
        <h1>"Send something back"</h1>
        <p class="muted">
            "Find your order to see what can come back, what you get for it, and how long it takes. No account is needed."
        </p>
        <Refusal said />
        <form class="form card" method="post" action=OPEN>
            <Field
                label="Order number"
                name="number"
                hint="It is in the mail that confirmed your order: SO-1042"
                required=true
                autocomplete="off"
                maxlength=60_u32
            />
            <Field
                label="Email or postcode"
                name="secret"
                hint="As given with the order"
                required=true
                autocomplete="email"
                maxlength=200_u32
            />
            <Send label="Find my order" class="btn primary wide" />
        </form>
    }
    .into_any()
}
