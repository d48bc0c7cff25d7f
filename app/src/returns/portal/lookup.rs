//! `/portal`: the door. Order number, and email or postcode. A miss never says which was wrong.

use leptos::prelude::*;
use leptos_meta::Title;

use super::told;
use crate::people::{typed_before, value_of};
use crate::ui::{Field, Refusal, Send};

/// `portal::api::Open {number, secret}`.
const OPEN: &str = "/api/fn/portal/open";

#[component]
pub fn PortalLookupPage() -> impl IntoView {
    let said = told();
    let typed = typed_before();
    let (number, secret) = (value_of(&typed, "number"), value_of(&typed, "secret"));
    view! {
        <Title text="Return something" />
        <h1>"Send something back"</h1>
        <p class="muted">
            "Find your order to see what can come back, what you get for it, and how long it takes. No account is needed."
        </p>
        <Refusal said fields=&["number"] />
        <form class="form card" method="post" action=OPEN novalidate>
            <Field
                label="Order number"
                name="number"
                hint="It is in the mail that confirmed your order: SO-1042"
                value=number
                required=true
                autocomplete="off"
                maxlength=60_u32
                said
            />
            <Field
                label="Email or postcode"
                name="secret"
                hint="As given with the order"
                value=secret
                required=true
                autocomplete="email"
                maxlength=200_u32
            />
            <Send label="Find my order" class="btn primary wide" />
        </form>
    }
    .into_any()
}
