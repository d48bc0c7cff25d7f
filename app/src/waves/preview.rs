//! A plan that is not made yet: how far it walks and what that saves, how full each cart is, what each method would take.

use domain::waves::Method;
use domain::waves::ask::Cart;
use domain::waves::receipt::{CartLine, MethodLine, Preview};
use leptos::prelude::*;

use super::receipt::{exceptions, facts};
use crate::ui::{Chip, Empty, Icon, Meter, Tone, When, age, counted, grouped};

/// `method` is the form's choice: a row of the table sets it.
pub fn preview(preview: &Preview, method: RwSignal<String>) -> AnyView {
    let receipt = &preview.receipt;
    let head = if preview.carts.is_empty() {
        view! { <Empty title="Nothing rides" words="Every order that was considered is left out; each says why." icon=Icon::Cart /> }
            .into_any()
    } else {
        headline(preview)
    };
    view! {
        <section class="card" data-preview=receipt.orders>
            {head}
            {exceptions(receipt)}
        </section>
        {methods(preview, method)}
        {carts(preview)}
        <section class="card">
            <h2>"How it was counted"</h2>
            {facts(receipt)}
        </section>
    }
    .into_any()
}

fn headline(preview: &Preview) -> AnyView {
    let receipt = &preview.receipt;
    let percent = receipt.saved_percent();
    let saved = (percent > 0).then(|| view! { <Chip text=format!("−{percent} %") tone=Tone::Ok /> });
    let saving = match receipt.metres_saved() {
        metres @ 1.. => format!("{} m less than in arrival order by S-shape", grouped(metres.into())),
        0 => "as far as in arrival order by S-shape".to_owned(),
        metres => {
            let why = if receipt.rounds.heavy_from_g.is_some() { "to take heavy goods first" } else { "to keep promises" };
            format!("{} m more than in arrival order, {why}", grouped(-i64::from(metres)))
        }
    };
    let load = format!(
        "{}, {} on {}",
        counted(receipt.orders, "order", "orders"),
        counted(receipt.units, "unit", "units"),
        counted(receipt.carts, "cart", "carts")
    );
    view! {
        <h2>"Preview"</h2>
        <p class="row"><span class="big" data-metres=receipt.metres>{grouped(receipt.metres.into())} " m"</span> {saved}</p>
        <p data-saved=receipt.metres_saved()>{saving}</p>
        <p class="muted">{load} " · " {age(i64::from(receipt.minutes) * 60)} " of work · last cart back " <When at=receipt.back /></p>
    }
    .into_any()
}

fn methods(preview: &Preview, method: RwSignal<String>) -> AnyView {
    let best = preview.recommended();
    let rows = preview.methods.iter().map(|line| method_row(line, best, method)).collect_view();
    view! {
        <section class="card">
            <h2>"By each method"</h2>
            <ul class="plan-methods" role="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn method_row(line: &MethodLine, best: Option<Method>, method: RwSignal<String>) -> AnyView {
    let code = line.method.code();
    let chosen = move || method.with(|picked| picked == code);
    let recommended = (best == Some(line.method)).then(|| view! { <Chip text="Quickest" tone=Tone::Ok /> });
    let risk = (line.at_risk > 0).then(|| view! { <Chip text=format!("{} late", line.at_risk) tone=Tone::Warn /> });
    let refused = line.refused.is_some();
    let counted = || {
        let (metres, work) = (grouped(line.metres.into()), age(i64::from(line.minutes) * 60));
        format!("{metres} m · {work} · {} carts", grouped(line.carts.into()))
    };
    let words = line.refused.clone().unwrap_or_else(counted);
    view! {
        <li data-method=code>
            <button
                type="button"
                class="cart"
                aria-pressed=move || chosen().to_string()
                disabled=refused
                on:click=move |_| method.set(code.to_owned())
            >
                <span class="strong grow">{line.method.words()}</span>
                {recommended}
                {risk}
                <span class="muted small">{words}</span>
            </button>
        </li>
    }
    .into_any()
}

fn carts(preview: &Preview) -> AnyView {
    if preview.carts.is_empty() {
        return ().into_any();
    }
    let (cart, shown) = (preview.receipt.cart, preview.carts.len());
    let ends = !preview.receipt.rounds.ends.is_empty();
    let rows = preview.carts.iter().map(|line| cart_row(line, cart, ends)).collect_view();
    let all = usize::try_from(preview.receipt.carts).unwrap_or(shown);
    let more = (all > shown).then(|| view! { <p class="muted small">{format!("and {} more carts", all - shown)}</p> });
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Carts"</h2>
                <span class="muted">"In the order in which they go out"</span>
            </div>
            <div class="plan-scroll" tabindex="0" role="region" aria-label="Carts of the plan">
                <ul class="plan-carts" role="list">{rows}</ul>
            </div>
            {more}
        </section>
    }
    .into_any()
}

fn cart_row(line: &CartLine, cart: Cart, ends: bool) -> AnyView {
    let no = line.no;
    let zone = line.zone.clone().map(|zone| view! { <Chip text=zone tone=Tone::Plain /> });
    let words =
        format!("{} orders · {} units · {} m · {}", line.orders, line.units, line.metres, age(i64::from(line.minutes) * 60));
    let end = ends.then(|| view! { <span class="muted small">{format!("ends at {}", line.end)}</span> });
    let litres = cart.volume_ml.map(|room| bar(no, "litres", line.volume_ml, room.into(), 1_000));
    let kilos = cart.weight_g.map(|room| bar(no, "kg", line.weight_g, room.into(), 1_000));
    view! {
        <li data-cart=no>
            <div class="row">
                <span class="strong">{format!("Cart {no}")}</span>
                {zone}
                <span class="muted small grow">{words}</span>
                {end}
            </div>
            <div class="plan-bars">{bar(no, "totes", line.slots.into(), cart.slots.into(), 1)} {litres} {kilos}</div>
        </li>
    }
    .into_any()
}

/// How full; `unit` is how much of what is counted makes one that is said.
fn bar(no: i32, what: &'static str, full: i64, room: i64, unit: i64) -> AnyView {
    let label = format!("Cart {no}: {what}");
    let tone = if full * 100 >= room * 95 { Tone::Accent } else { Tone::Ok };
    let words = format!("{} of {} {what}", grouped((full + unit - 1) / unit), grouped(room / unit));
    view! {
        <span class="stack-tight" data-bar=what>
            <Meter label done=full of=room tone />
            <span class="small muted">{words}</span>
        </span>
    }
    .into_any()
}
