//! A supplier to add or change, and a step of their price list.

use domain::ids::SupplierId;
use domain::purchasing::{SaveSupplier, SetPrice, SupplierRow};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::components::A;
use rust_decimal::Decimal;

use super::api::{send_price, send_supplier};
use crate::door::{Said, Unanswered};
use crate::ui::{Field, Icon, LastRefused, Refusal, Send, Toasts};

/// Said once something was kept.
fn kept(toasts: Option<Toasts>, again: RwSignal<u32>, words: String) {
    if let Some(toasts) = toasts {
        toasts.push(words);
    }
    again.update(|again| *again += 1);
}

#[component]
pub(super) fn SupplierCard(known: Option<SupplierRow>, again: RwSignal<u32>) -> impl IntoView {
    let text = |of: fn(&SupplierRow) -> String| RwSignal::new(known.as_ref().map(of).unwrap_or_default());
    let (code, name, email) = (text(|row| row.code.clone()), text(|row| row.name.clone()), text(|row| row.email.clone()));
    let lead = RwSignal::new(known.as_ref().map_or_else(|| "7".to_owned(), |row| row.lead_days.to_string()));
    let over = text(|row| row.over_percent.map_or_else(String::new, |percent| percent.to_string()));
    let active = RwSignal::new(known.as_ref().is_none_or(|row| row.active));
    // One id for a supplier asked for, so that a press repeated for want of an answer adds one; a new one after each answer.
    let (old, next) = (known.as_ref().map(|row| row.id), StoredValue::new(SupplierId::mint()));
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let save = Action::new_local(move |(): &()| {
        last.of(async move {
            let typed = |typed: RwSignal<String>| typed.get_untracked().trim().to_owned();
            let lead_days = typed(lead).parse::<i32>().map_err(|_| Said::invalid("lead_days", "Give whole days."))?;
            let percent = Some(typed(over)).filter(|over| !over.is_empty());
            let percent = percent.map(|over| over.parse::<i32>()).transpose();
            let command = SaveSupplier {
                id: old.unwrap_or_else(|| next.get_value()),
                code: typed(code).to_uppercase(),
                name: typed(name),
                email: typed(email),
                lead_days,
                over_percent: percent.map_err(|_| Said::invalid("over_percent", "Give a whole percentage, or nothing."))?,
                active: active.get_untracked(),
            };
            sending.send(&command, send_supplier).await?;
            if old.is_none() {
                next.set_value(SupplierId::mint());
                for typed in [code, name, email, over] {
                    typed.set(String::new());
                }
            }
            kept(toasts, again, format!("{} is kept.", command.name));
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save.dispatch(());
    };
    let title = known.as_ref().map_or_else(|| "Add a supplier".to_owned(), |row| row.name.clone());
    let close = old.map(|_| {
        view! { <A href="/purchasing/suppliers" attr:class="btn quiet square" attr:aria-label="Close">{Icon::Cross.view()}</A> }
    });
    view! {
        <section class="card">
            <div class="card-head"><h2>{title}</h2> {close}</div>
            <Refusal said fields=&["code", "name", "email", "lead_days", "over_percent"] />
            <form class="form" novalidate on:submit=submit>
                <Field label="Code" name="code" hint="Short, as on papers: NP-1." typed=code value=code.get_untracked() maxlength=20_u32 autocomplete="off" said />
                <Field label="Name" name="name" typed=name value=name.get_untracked() maxlength=120_u32 autocomplete="off" said />
                <Field label="Email for orders" name="email" kind="email" typed=email value=email.get_untracked() maxlength=254_u32 autocomplete="off" said />
                <Field label="Lead time, days" name="lead_days" inputmode="numeric" typed=lead value=lead.get_untracked() autocomplete="off" said />
                <Field
                    label="Taken without asking beyond what was ordered, %"
                    name="over_percent"
                    hint="Empty: as the rules say."
                    inputmode="numeric"
                    typed=over
                    value=over.get_untracked()
                    autocomplete="off"
                    said
                />
                <label class="check">
                    <input type="checkbox" name="active" prop:checked=active checked=active.get_untracked() on:change=move |event| active.set(event_target_checked(&event)) />
                    "We buy from them"
                </label>
                <Send label="Keep" busy=save.pending() />
            </form>
        </section>
    }
    .into_any()
}

#[component]
pub(super) fn PriceCard(supplier: SupplierId, again: RwSignal<u32>) -> impl IntoView {
    let (sku, quantity, cost) = (RwSignal::new(String::new()), RwSignal::new("1".to_owned()), RwSignal::new(String::new()));
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let save = Action::new_local(move |(): &()| {
        last.of(async move {
            let typed = |typed: RwSignal<String>| typed.get_untracked().trim().to_owned();
            let price = Some(typed(cost)).filter(|cost| !cost.is_empty());
            let price = price.map(|cost| cost.parse::<Decimal>()).transpose();
            let command = SetPrice {
                supplier,
                sku: typed(sku),
                min_quantity: typed(quantity).parse::<i32>().map_err(|_| Said::invalid("quantity", "Give whole units."))?,
                unit_cost: price.map_err(|_| Said::invalid("unit_cost", "Give a cost, or nothing to take the step away."))?,
            };
            sending.send(&command, send_price).await?;
            cost.set(String::new());
            let words = if command.unit_cost.is_some() { "is priced" } else { "has that step no more" };
            kept(toasts, again, format!("{} {words}.", command.sku));
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"Set a price"</h2>
            <Refusal said fields=&["sku", "quantity", "unit_cost"] />
            <form class="form" novalidate on:submit=submit>
                <Field label="SKU" name="sku" typed=sku maxlength=60_u32 autocomplete="off" said />
                <Field label="From how many units on" name="quantity" inputmode="numeric" typed=quantity value=quantity.get_untracked() autocomplete="off" said />
                <Field
                    label="Cost of one"
                    name="unit_cost"
                    hint="Empty: this step goes."
                    inputmode="decimal"
                    typed=cost
                    autocomplete="off"
                    said
                />
                <Send label="Set the price" class="btn" busy=save.pending() />
            </form>
        </section>
    }
    .into_any()
}
