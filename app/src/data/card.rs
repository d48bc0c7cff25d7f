//! `/data/skus/:sku`: a SKU's card, written anew (`new`) or changed; parts that others own wait for them.

use domain::catalog::card::{Card, Group, SaveSku, Unit};
use domain::catalog::changes::{CardSheet, ChangeRow};
use domain::catalog::readiness;
use domain::catalog::slotting::Slotting;
use domain::ids::SkuId;
use domain::people::Role;
use domain::sites::places::{Hazard, StorageClass};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::api::{read_card, send_card};
use super::typed::Typed;
use crate::door::{Said, Unanswered, live};
use crate::ui::{Beside, Chip, Choice, Field, Icon, LastRefused, Meter, Refusal, Refused, Send, Toasts, Tone, link, loaded_page};

#[component]
pub fn CardPage() -> impl IntoView {
    let params = use_params_map();
    let (fresh, again) = (live(&["sku"]), RwSignal::new(0_u32));
    let asked = move || (params.with(|params| params.get("sku").unwrap_or_default()), fresh.get(), again.get());
    let answer = Resource::new(asked, |(sku, ..)| async move {
        if sku == "new" {
            return Ok(None);
        }
        let sku = SkuId(sku.parse().map_err(|_| Said::not_found("SKU"))?);
        read_card(sku).await.map(Some)
    });
    view! {
        <Title text="SKU" />
        <div class="page">
            {loaded_page(answer, move |known| match known {
                None => view! { <Editor again /> }.into_any(),
                Some(sheet) => view! { <Editor sheet again /> }.into_any(),
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Editor(#[prop(optional)] sheet: Option<CardSheet>, again: RwSignal<u32>) -> impl IntoView {
    let sku = sheet.as_ref().map(|sheet| sheet.id);
    let card = sheet.as_ref().map(|sheet| sheet.card.clone());
    let waits = sheet.as_ref().map(|sheet| sheet.waits.clone()).unwrap_or_default();
    let owner = move |group: Group| sheet.as_ref().map(|sheet| sheet.rules.owner(group));
    let seen = StoredValue::new(card.clone());
    let id = StoredValue::new(sku.unwrap_or_else(SkuId::mint));
    let typed = Typed::of(card.as_ref());
    let (toasts, go, last) = (use_context::<Toasts>(), use_navigate(), LastRefused::default());
    let saving = Unanswered::new();
    let save = Action::new(move |(): &()| {
        let command = typed.card().map(|card| SaveSku {
            id: id.get_value(),
            card,
            seen: seen.get_value(),
            note: typed.note.get_untracked(),
        });
        let go = go.clone();
        last.of(async move {
            let saved = saving.send(&command?, send_card).await?;
            if let Some(toasts) = toasts {
                toasts.push(saved.words());
            }
            if sku.is_none() {
                go(&format!("/data/skus/{}", saved.id), leptos_router::NavigateOptions::default());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.dispatch(());
    };
    let said = last.said();
    let title = card.as_ref().map_or_else(|| "New SKU".to_owned(), |card| format!("{} · {}", card.code, card.naming.name));
    let stock = sku.map(|sku| link(format!("/inventory/{sku}"), "Its stock"));
    view! {
        <header class="page-head">
            <A href="/data" attr:class="btn quiet square" attr:aria-label="Master data">{Icon::Back.view()}</A>
            <h1>{title}</h1>
            <span class="grow"></span>
            {stock}
        </header>
        <div class="split">
            <form class="stack" novalidate on:submit=submit>
                <Refusal
                    said
                    fields=&["code", "name", "category", "dimensions", "weight_g", "price", "tax_rate", "standard_cost", "barcodes", "note", "storage", "hazard", "class"]
                />
                {part(Group::Naming, owner(Group::Naming), naming(&typed, card.is_none(), said))}
                {part(Group::Warehouse, owner(Group::Warehouse), warehouse(&typed, said))}
                {part(Group::Finance, owner(Group::Finance), finance(&typed, said))}
                {part(Group::Barcodes, owner(Group::Barcodes), barcodes(&typed, said))}
                <div class="card form">
                    <Field label="A word to whoever has to agree (if there is something to say)" name="note" typed=typed.note maxlength=300_u32 said />
                    <Send label="Save" busy=save.pending() />
                </div>
            </form>
            <div class="stack">{card.as_ref().map(ready)} {waiting(&waits)}</div>
        </div>
    }
    .into_any()
}

/// A part of the card under its name; whose it is, once it is somebody's to change.
fn part(group: Group, owner: Option<Role>, fields: AnyView) -> AnyView {
    let owner = owner.map(|owner| view! { <span class="small muted">{format!("{} decides", owner.name())}</span> });
    view! {
        <section class="card form">
            <div class="card-head"><h2>{group.words()}</h2> {owner}</div>
            {fields}
        </section>
    }
    .into_any()
}

fn naming(typed: &Typed, new: bool, said: Refused) -> AnyView {
    let typed = *typed;
    let units = Unit::ALL.map(|unit| (unit.code().to_owned(), unit.words().to_owned())).to_vec();
    let code = if new {
        view! { <Field label="Code" name="code" typed=typed.code maxlength=60_u32 said /> }.into_any()
    } else {
        ().into_any()
    };
    view! {
            <div class="form-row">
                {code}
                <Field label="Name" name="name" typed=typed.name value=typed.name.get_untracked() maxlength=200_u32 said />
                <Field label="Variant" name="variant" typed=typed.variant value=typed.variant.get_untracked() maxlength=200_u32 said />
            </div>
            <div class="form-row">
                <Field label="Category" name="category" typed=typed.category value=typed.category.get_untracked() maxlength=60_u32 said />
                <Choice label="One of it is" name="unit" options=units picked=typed.unit said />
                <label class="check">
                    <input
                        type="checkbox"
                        name="active"
                        prop:checked=move || typed.active.get()
                        checked=typed.active.get_untracked()
                        on:change=move |event| typed.active.set(event_target_checked(&event))
                    />
                    <span>"Sold"</span>
                </label>
            </div>
    }
    .into_any()
}

fn warehouse(typed: &Typed, said: Refused) -> AnyView {
    let classes = Slotting::ALL.iter().map(|class| (class.code().to_owned(), class.words().to_owned())).collect();
    let storage = StorageClass::ALL.iter().map(|class| (class.code().to_owned(), class.words().to_owned())).collect();
    let hazards = Hazard::ALL.iter().map(|hazard| (hazard.code().to_owned(), hazard.words().to_owned())).collect();
    let number = |label: &'static str, name: &'static str, typed: RwSignal<String>| {
        view! { <Field label name inputmode="numeric" typed value=typed.get_untracked() maxlength=9_u32 said /> }
    };
    view! {
            <div class="form-row">
                {number("Length, mm", "length_mm", typed.length)}
                {number("Width, mm", "width_mm", typed.width)}
                {number("Height, mm", "height_mm", typed.height)}
            </div>
            <Beside id="r-dimensions" field="dimensions" said />
            <div class="form-row">
                {number("Weight, g", "weight_g", typed.weight)}
                <Choice label="Class" name="class" options=classes picked=typed.class said />
                <Choice label="Storage" name="storage" options=storage picked=typed.storage said />
                <Choice label="Hazard" name="hazard" options=hazards picked=typed.hazard said />
            </div>
    }
    .into_any()
}

fn finance(typed: &Typed, said: Refused) -> AnyView {
    let number = |label: &'static str, name: &'static str, typed: RwSignal<String>| {
        view! { <Field label name inputmode="decimal" typed value=typed.get_untracked() maxlength=16_u32 said /> }
    };
    view! {
            <div class="form-row">
                {number("Price, tax included", "price", typed.price)}
                {number("Tax, %", "tax_rate", typed.tax)}
                {number("Standard cost", "standard_cost", typed.cost)}
            </div>
    }
    .into_any()
}

fn barcodes(typed: &Typed, said: Refused) -> AnyView {
    let typed = *typed;
    let bad = move || said.with(|said| said.as_ref().is_some_and(|said| said.field() == Some("barcodes")));
    view! {
            <div class="field">
                <label for="f-barcodes">"Barcodes"</label>
                <p class="hint" id="h-barcodes">"One a line, with the units it counts: 5012345678900 x 1, a case 15012345678907 x 12."</p>
                <textarea
                    class="input code"
                    id="f-barcodes"
                    name="barcodes"
                    rows="4"
                    aria-describedby="h-barcodes r-barcodes"
                    aria-invalid=move || bad().then_some("true")
                    prop:value=move || typed.barcodes.get()
                    on:input=move |event| typed.barcodes.set(event_target_value(&event))
                >
                    {typed.barcodes.get_untracked()}
                </textarea>
                <Beside id="r-barcodes" field="barcodes" said />
            </div>
    }
    .into_any()
}

fn ready(card: &Card) -> AnyView {
    let missing = readiness::missing(card);
    let score = readiness::score(&missing);
    let rows = missing
        .iter()
        .map(|fact| view! { <li><Chip text=format!("−{}", fact.weight()) tone=Tone::Warn /> " " {fact.words()}</li> });
    let words = if missing.is_empty() { "Everything is known." } else { "Missing:" };
    view! {
        <section class="card" data-score=score>
            <div class="card-head"><h2>"Ready"</h2> <span class="big">{format!("{score} %")}</span></div>
            <Meter label="Readiness" done=score.into() of=100 tone=if score < 60 { Tone::Warn } else { Tone::Ok } />
            <p>{words}</p>
            <ul class="stack-tight" role="list">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn waiting(waits: &[ChangeRow]) -> AnyView {
    if waits.is_empty() {
        return ().into_any();
    }
    let rows = waits.iter().map(|row| {
        let words = format!("{}: {} waits for {}", row.number, row.after.group().words(), row.owner.name());
        view! { <li>{words}</li> }
    });
    view! {
        <section class="card" data-waiting>
            <h2>"Waits for an owner"</h2>
            <ul class="stack-tight" role="list">{rows.collect_view()}</ul>
            <p><A href="/data/changes">"Edits that wait"</A></p>
        </section>
    }
    .into_any()
}
