//! `/purchasing/suppliers`: whom one buys from, what they ask for each SKU by quantity, and the org's rules of buying.

use domain::people::Permission;
use domain::purchasing::sheet::{PRICES, SUPPLIERS};
use domain::purchasing::{Break, Rules, SetPurchasingRules, SupplierRow, SupplierSheet};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::{read_suppliers, send_price_rows, send_rules, send_supplier_rows};
use super::supplier_card::{PriceCard, SupplierCard};
use crate::door::{Said, Unanswered, live, visit};
use crate::files::bring_in;
use crate::ui::{Chip, Empty, Field, Icon, LastRefused, Refusal, Send, Table, Toasts, Tone, loaded, money};

#[component]
pub fn SuppliersPage() -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get("supplier").and_then(|id| id.parse().ok())));
    let (fresh, again) = (live(&["supplier"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (chosen.get(), fresh.get(), again.get()), |(chosen, ..)| read_suppliers(chosen));
    let edits = visit().may(Permission::PurchasingEdit);
    // Not refreshed with the list: nobody loses what they are typing.
    let aside = Resource::new(move || chosen.get(), read_suppliers);
    let side = move || {
        loaded(aside, move |sheet: SupplierSheet| {
            let known = sheet.suppliers.iter().find(|row| Some(row.id) == chosen.get_untracked()).cloned();
            let rules = visit().may(Permission::PurchasingApprove).then(|| rules_card(&sheet.rules, again));
            let prices = known.as_ref().filter(|_| edits).map(|row| view! { <PriceCard supplier=row.id again /> });
            view! {
                <div class="stack">
                    {edits.then(|| view! { <SupplierCard known again /> })}
                    {prices}
                    {rules}
                </div>
            }
            .into_any()
        })
    };
    view! {
        <Title text="Suppliers" />
        <div class="page">
            <header class="page-head">
                <A href="/purchasing" attr:class="btn quiet square" attr:aria-label="Purchasing">{Icon::Back.view()}</A>
                <h1>"Suppliers"</h1>
                <span class="grow"></span>
                {take_out("suppliers", "Suppliers")}
                {take_out("prices", "Prices")}
            </header>
            <div class="split">
                <div class="stack">
                    {loaded(answer, move |sheet| list(&sheet, chosen.get_untracked().is_some()))}
                    {edits.then(|| bring(again))}
                </div>
                {side()}
            </div>
        </div>
    }
    .into_any()
}

/// Suppliers and their prices from files.
fn bring(again: RwSignal<u32>) -> AnyView {
    let hint = |header: &[&str]| format!("First line, in any order: {}. An empty cell says nothing.", header.join(", "));
    view! {
        {bring_in("Bring in suppliers", "suppliers", hint(&SUPPLIERS), send_supplier_rows, ("supplier is taken.", "suppliers are taken."), again)}
        {bring_in("Bring in prices", "prices", hint(&PRICES), send_price_rows, ("price is taken.", "prices are taken."), again)}
    }
    .into_any()
}

/// The same, as files.
fn take_out(of: &'static str, words: &'static str) -> AnyView {
    let file = |form: &str| format!("/api/fn/data/sheet.{form}?of={of}");
    view! {
        <span class="row nowrap">
            <a class="btn quiet" href=file("csv") rel="external" download="">{Icon::Download.view()} {format!("{words}, CSV")}</a>
            <a class="btn quiet" href=file("xlsx") rel="external" download="" aria-label=format!("XLSX: {words} as a workbook")>{Icon::Download.view()} "XLSX"</a>
        </span>
    }
    .into_any()
}

fn list(sheet: &SupplierSheet, one: bool) -> AnyView {
    let rules = format!(
        "Orders above {} need somebody else's yes; {} % more than ordered is taken without asking.",
        money(sheet.rules.approve_above, &sheet.currency),
        sheet.rules.over_percent
    );
    let body = if sheet.suppliers.is_empty() {
        view! { <div class="card"><Empty title="No suppliers" words="Add whom you buy from; orders are written to them." icon=Icon::Dock /></div> }
            .into_any()
    } else {
        let rows = sheet.suppliers.iter().map(row).collect_view();
        view! {
            <Table title="Suppliers" caption="Whom one buys from">
                <thead>
                    <tr>
                        <th scope="col">"Supplier"</th>
                        <th scope="col" class="num">"Lead time"</th>
                        <th scope="col" class="num mid">"Over, %"</th>
                        <th scope="col" class="num mid">"SKUs priced"</th>
                        <th scope="col" class="num">"Open orders"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <p class="small muted">{rules}</p>
            {body}
            {one.then(|| prices(sheet))}
        </div>
    }
    .into_any()
}

fn row(row: &SupplierRow) -> AnyView {
    let ended = (!row.active).then(|| view! { <Chip text="Not bought from" tone=Tone::Plain /> });
    let over = row.over_percent.map_or_else(|| "as the rules say".to_owned(), |percent| percent.to_string());
    let name = row.name.clone();
    view! {
        <tr data-supplier=row.code.clone()>
            <th scope="row">
                <span class="table-cell">
                    <A href=format!("/purchasing/suppliers?supplier={}", row.id)>{name}</A>
                    <span class="muted small code">{row.code.clone()}</span>
                    {ended}
                </span>
            </th>
            <td class="num">{format!("{} d", row.lead_days)}</td>
            <td class="num mid">{over}</td>
            <td class="num mid">{row.priced}</td>
            <td class="num">{row.open_orders}</td>
        </tr>
    }
    .into_any()
}

fn prices(sheet: &SupplierSheet) -> AnyView {
    if sheet.prices.is_empty() {
        return view! {
            <div class="card"><Empty title="No prices" words="Without a price, an order's line takes the SKU's standard cost." icon=Icon::Ledger /></div>
        }
        .into_any();
    }
    let steps = |steps: &[Break]| {
        let words = steps.iter().map(|step| format!("from {}: {}", step.min_quantity, money(step.unit_cost, &sheet.currency)));
        words.collect::<Vec<_>>().join(" · ")
    };
    let row = |(code, name, list): &(String, String, Vec<Break>)| {
        view! {
            <tr data-price=code.clone()>
                <th scope="row">{code.clone()}</th>
                <td class="mid">{name.clone()}</td>
                <td>{steps(list)}</td>
            </tr>
        }
    };
    let rows = sheet.prices.iter().map(row).collect_view();
    view! {
        <Table title="Prices" caption="What one costs, by how many are ordered">
            <thead>
                <tr>
                    <th scope="col">"SKU"</th>
                    <th scope="col" class="mid">"Name"</th>
                    <th scope="col">"Cost of one"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn rules_card(rules: &Rules, again: RwSignal<u32>) -> AnyView {
    let above = RwSignal::new(rules.approve_above.normalize().to_string());
    let over = RwSignal::new(rules.over_percent.to_string());
    let price = RwSignal::new(rules.price_percent.to_string());
    let units = RwSignal::new(rules.units_percent.to_string());
    let weeks = RwSignal::new(rules.cover_weeks.to_string());
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let set = Action::new(move |(): &()| {
        last.of(async move {
            let approve_above = above
                .get_untracked()
                .trim()
                .parse::<rust_decimal::Decimal>()
                .map_err(|_| Said::invalid("approve_above", "Give an amount."))?;
            let whole = |typed: RwSignal<String>, field: &str| {
                typed.get_untracked().trim().parse::<i32>().map_err(|_| Said::invalid(field, "Give a whole number."))
            };
            let rules = SetPurchasingRules {
                approve_above,
                over_percent: whole(over, "over_percent")?,
                price_percent: whole(price, "price_percent")?,
                units_percent: whole(units, "units_percent")?,
                cover_weeks: whole(weeks, "cover_weeks")?,
            };
            sending.send(&rules, send_rules).await?;
            if let Some(toasts) = toasts {
                toasts.push("These rules hold from now on.".to_owned());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"Rules"</h2>
            <Refusal said fields=&["approve_above", "over_percent", "price_percent", "units_percent", "cover_weeks"] />
            <form class="form" novalidate on:submit=submit>
                <Field
                    label="Orders above this need somebody else's yes"
                    name="approve_above"
                    own="rules"
                    inputmode="decimal"
                    typed=above
                    value=above.get_untracked()
                    autocomplete="off"
                    said
                />
                <Field
                    label="Taken without asking beyond what was ordered, %"
                    name="over_percent"
                    own="rules"
                    inputmode="numeric"
                    typed=over
                    value=over.get_untracked()
                    autocomplete="off"
                    said
                />
                <Field
                    label="How far a bill's price may be from the order's, %"
                    name="price_percent"
                    inputmode="numeric"
                    typed=price
                    value=price.get_untracked()
                    autocomplete="off"
                    said
                />
                <Field
                    label="How many more units a bill may ask for than came in, %"
                    name="units_percent"
                    inputmode="numeric"
                    typed=units
                    value=units.get_untracked()
                    autocomplete="off"
                    said
                />
                <Field
                    label="Weeks a proposed order should last"
                    name="cover_weeks"
                    inputmode="numeric"
                    typed=weeks
                    value=weeks.get_untracked()
                    autocomplete="off"
                    said
                />
                <Send label="Set the rules" class="btn" busy=set.pending() />
            </form>
        </section>
    }
    .into_any()
}
