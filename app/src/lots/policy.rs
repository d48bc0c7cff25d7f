//! How one SKU is told apart, on its page: for everyone to read, for whoever edits the catalog to change.

use domain::ids::SkuId;
use domain::lots::{LotRefusal, Picking, Policy, SetTracking, TrackedSku};
use domain::people::Permission;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api::{read_tracking, send_tracking};
use crate::door::{Said, Unanswered, visit};
use crate::ui::{Beside, Choice, Field, LastRefused, Refusal, Send, Toasts, link, loaded};

#[component]
pub fn PolicyCard(sku: SkuId) -> impl IntoView {
    let answer = Resource::new(move || sku, read_tracking);
    loaded(answer, |known| if visit().may(Permission::CatalogEdit) { form(known) } else { words(&known) })
}

/// The policy in words.
fn words(known: &TrackedSku) -> AnyView {
    let policy = known.policy;
    let kept = match (policy.lot, policy.serial) {
        (false, false) => "All units are alike.",
        (true, false) => "Kept by lot.",
        (false, true) => "Each unit has a serial.",
        (true, true) => "Kept by lot, and each unit has a serial.",
    };
    let lots = policy.tracked().then(|| link(format!("/lots?search={}", known.code), "See them"));
    let order = policy.tracked().then(|| policy.picking.unwrap_or(known.usual).words());
    view! {
        <section class="card">
            <h2>"Lots and serials"</h2>
            <p>{kept} " " {policy.expiry.then_some("A lot says until when it is good. ")} {order} " " {lots}</p>
        </section>
    }
    .into_any()
}

fn form(known: TrackedSku) -> AnyView {
    let (policy, sku) = (known.policy, known.sku);
    let (lot, serial, expiry) = (RwSignal::new(policy.lot), RwSignal::new(policy.serial), RwSignal::new(policy.expiry));
    let picking = RwSignal::new(policy.picking.map_or("", Picking::code).to_owned());
    let shelf = RwSignal::new(policy.shelf_life_days.map_or_else(String::new, |days| days.to_string()));
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let save = Action::new(move |(): &()| {
        last.of(async move {
            let days = Some(shelf.get_untracked().trim().to_owned()).filter(|days| !days.is_empty());
            let policy = Policy {
                lot: lot.get_untracked(),
                serial: serial.get_untracked(),
                expiry: expiry.get_untracked(),
                picking: Picking::parse(&picking.get_untracked()),
                shelf_life_days: days.map(|days| days.parse()).transpose().map_err(|_| Said::here(&LotRefusal::BadDays))?,
            };
            let saved = sending.send(&SetTracking { sku, policy }, send_tracking).await?;
            if let Some(toasts) = toasts {
                toasts.push(saved.words());
            }
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save.dispatch(());
    };
    let check = move |label: &'static str, name: &'static str, value: RwSignal<bool>| {
        view! {
            <label class="check">
                <input type="checkbox" name=name prop:checked=value checked=value.get_untracked() on:change=move |event| value.set(event_target_checked(&event)) />
                {label}
            </label>
        }
    };
    let mut options = vec![(String::new(), format!("As usual: {}", known.usual.words()))];
    options.extend(Picking::ALL.iter().map(|picking| (picking.code().to_owned(), picking.words().to_owned())));
    let chosen = picking.get_untracked();
    let lots = policy.tracked().then(|| link(format!("/lots?search={}", known.code), "See them"));
    view! {
        <section class="card">
            <div class="card-head"><h2>"Lots and serials"</h2> {lots}</div>
            <Refusal said fields=&["days", "expiry", "lot_tracked"] />
            <form class="form" novalidate on:submit=submit>
                {check("Kept by lot", "lot_tracked", lot)}
                <Beside id="r-lot_tracked" field="lot_tracked" said />
                {check("A lot says until when it is good", "expiry", expiry)}
                <Beside id="r-expiry" field="expiry" said />
                {check("Each unit has a serial", "serial_tracked", serial)}
                <Choice label="Taken first" name="picking" options chosen picked=picking />
                <Field label="Shelf life, days" name="days" hint="Counts from the day it was made, where the label says only that." inputmode="numeric" typed=shelf value=shelf.get_untracked() autocomplete="off" said />
                <Send label="Keep" class="btn" busy=save.pending() />
            </form>
        </section>
    }
    .into_any()
}
