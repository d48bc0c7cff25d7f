//! `/purchasing/new` and `/purchasing/:number`: one order to a supplier; a draft is written here, an approved one shows how far it has
//! come.

use domain::dates;
use domain::people::{PeopleRefusal, Permission};
use domain::purchasing::{PurchaseSheet, PurchaseSheetLine, ReceiptRow, Standing};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::acts::{FIELDS, Tools, acts};
use super::apart;
use super::api::{read_picks, read_purchase};
use super::bills::{self, RecordCard};
use super::booking;
use super::editor::Editor;
use super::landed::{self, LandedCard};
use super::parts::standing_chip;
use crate::door::{Said, live, visit};
use crate::orders::why;
use crate::sites::api::list_sites;
use crate::ui::{Chip, Icon, Meter, Refusal, Table, Tone, When, failed, kept, loaded, loaded_page, money};

#[component]
pub fn NewPurchasePage() -> impl IntoView {
    let choices = Resource::new(|| (), |()| async { Ok::<_, Said>((read_picks().await?, list_sites().await?)) });
    let again = RwSignal::new(0_u32);
    view! {
        <Title text="New purchase order" />
        <div class="page">
            <header class="page-head">
                <A href="/purchasing" attr:class="btn quiet square" attr:aria-label="Purchasing">{Icon::Back.view()}</A>
                <h1>"New order"</h1>
            </header>
            {if visit().may(Permission::PurchasingEdit) {
                loaded(choices, move |(picks, sites)| view! { <Editor sheet=None picks sites again /> }.into_any())
            } else {
                failed(&Said::here(&PeopleRefusal::NotAllowed { permission: Permission::PurchasingEdit }))
            }}
        </div>
    }
    .into_any()
}

#[component]
pub fn PurchasePage() -> impl IntoView {
    let params = use_params_map();
    let number = move || params.with(|params| params.get("number").unwrap_or_default());
    let (fresh, again) = (live(&["purchase", "delivery", "bill"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (number(), fresh.get(), again.get()), |(number, ..)| read_purchase(number));
    let answer_once = Resource::new(move || (number(), again.get()), |(number, _)| read_purchase(number));
    let edits = visit().may(Permission::PurchasingEdit);
    // Read again only after this page itself wrote: nobody loses what they are typing.
    let draft = Resource::new(
        move || (number(), again.get()),
        move |(number, _)| async move {
            if !edits {
                return Ok(None);
            }
            let sheet = read_purchase(number).await?;
            if sheet.row.standing != Standing::Draft {
                return Ok(None);
            }
            Ok::<_, Said>(Some((sheet, read_picks().await?, list_sites().await?)))
        },
    );
    let tools = Tools::new(again);
    let (book, apart) = (booking::Tools::new(again), apart::Tools::new(again));
    let (billed, keeps) = (bills::Tools::new(again), visit().may(Permission::BillsEdit));
    let editor = move || {
        let view = move || {
            Suspend::new(async move {
                // What could not be read is said by the page above.
                let answered = draft.await;
                kept(move || match answered {
                    Ok(Some((sheet, picks, sites))) => view! { <Editor sheet=Some(sheet) picks sites again /> }.into_any(),
                    _ => ().into_any(),
                })
            })
        };
        view! { <Transition>{view}</Transition> }
    };
    // Read again only after this page itself wrote, as the draft is.
    let money_in = move || {
        let view = move || {
            Suspend::new(async move {
                let answered = answer_once.await;
                kept(move || match answered {
                    Ok(sheet) if !sheet.receipts.is_empty() => money_cards(sheet, billed, again),
                    _ => ().into_any(),
                })
            })
        };
        view! { <Transition>{view}</Transition> }
    };
    view! {
        <Title text=number />
        <div class="page">
            {loaded_page(answer, move |order| sheet(&order, edits, (tools, book, apart, billed)))}
            {edits.then(editor)}
            {keeps.then(money_in)}
        </div>
    }
    .into_any()
}

fn sheet(
    order: &PurchaseSheet,
    edits: bool,
    (tools, book, apart, billed): (Tools, booking::Tools, apart::Tools, bills::Tools),
) -> AnyView {
    let row = &order.row;
    let late = row.late.then(|| view! { <Chip text="Late" tone=Tone::Stop /> });
    let drafting = row.standing == Standing::Draft && edits;
    let came = (row.standing != Standing::Draft).then(|| {
        let words = format!("{} of {} units", row.received, row.units);
        view! {
            <section class="card">
                <div class="card-head"><h2>"Received"</h2> <span class="muted">{words.clone()}</span></div>
                <Meter label=words done=row.received of=row.units tone=Tone::Ok />
            </section>
        }
    });
    view! {
        <header class="page-head">
            <A href="/purchasing" attr:class="btn quiet square" attr:aria-label="Purchasing">{Icon::Back.view()}</A>
            <h1>{row.number.clone()}</h1>
            {standing_chip(row.standing)}
            {late}
        </header>
        <Refusal said=tools.said fields=FIELDS />
        <Refusal said=book.stepped />
        <div class="split">
            <div class="stack">
                {apart::overs(order, apart)}
                {came}
                {(!drafting).then(|| lines(order))}
                {(!order.deliveries.is_empty()).then(|| booking::table(&order.deliveries, "Deliveries", false, book))}
                {(!order.receipts.is_empty()).then(|| receipts(order))}
                {apart::claims(order, apart)}
                {bills::list(order, billed)}
                {landed::table(order)}
                {why(order.decisions.clone())}
            </div>
            <div class="stack">
                {acts(order, tools)}
                {booking::card(order, book)}
                {facts(order)}
            </div>
        </div>
    }
    .into_any()
}

/// For whoever keeps the bills, once goods have come.
fn money_cards(sheet: PurchaseSheet, billed: bills::Tools, again: RwSignal<u32>) -> AnyView {
    let receipts = sheet.receipts.iter().map(|receipt| receipt.number.clone()).collect();
    view! {
        <div class="split">
            <RecordCard order=sheet tools=billed />
            <LandedCard receipts again />
        </div>
    }
    .into_any()
}

fn lines(order: &PurchaseSheet) -> AnyView {
    let currency = order.currency.clone();
    let row = |line: &PurchaseSheetLine| {
        let gross = line.unit_cost * rust_decimal::Decimal::from(line.quantity);
        let state = match (line.closed, line.awaited, line.received) {
            (true, ..) => view! { <Chip text="Closed short" tone=Tone::Warn /> }.into_any(),
            (_, 0, _) => view! { <Chip text="In" tone=Tone::Ok /> }.into_any(),
            (_, _, 0) => view! { <Chip text="Awaited" /> }.into_any(),
            _ => view! { <Chip text="Partly in" tone=Tone::Accent /> }.into_any(),
        };
        let code = line.sku_code.clone();
        view! {
            <tr data-line=line.sku_code.clone()>
                <td class="num muted mid">{line.line_no}</td>
                <th scope="row"><A href=format!("/inventory/{}", line.sku)>{code}</A></th>
                <td>{line.sku_name.clone()}</td>
                <td class="num">{line.quantity}</td>
                <td class="num">{line.received}</td>
                <td>{state}</td>
                <td class="num mid">{money(line.unit_cost, &currency)}</td>
                <td class="num">{money(gross, &currency)}</td>
            </tr>
        }
    };
    let rows = order.lines.iter().map(row).collect_view();
    let total = money(order.row.total, &order.currency);
    let foot = view! {
        <dl class="totals">
            <dt>"Total"</dt>
            <dd class="num strong">{total}</dd>
        </dl>
    }
    .into_any();
    view! {
        <Table title="Lines" caption="What was ordered and what came in" foot>
            <thead>
                <tr>
                    <th scope="col" class="num mid">"#"</th>
                    <th scope="col">"SKU"</th>
                    <th scope="col">"Name"</th>
                    <th scope="col" class="num">"Ordered"</th>
                    <th scope="col" class="num">"In"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="num mid">"Each"</th>
                    <th scope="col" class="num">"Worth"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn receipts(order: &PurchaseSheet) -> AnyView {
    let currency = order.currency.clone();
    let row = |receipt: &ReceiptRow| {
        view! {
            <tr>
                <th scope="row">{receipt.number.clone()}</th>
                <td><When at=receipt.at /></td>
                <td>{receipt.delivery.clone().unwrap_or_else(|| "–".to_owned())}</td>
                <td class="num">{receipt.units}</td>
                <td class="num">{money(receipt.value, &currency)}</td>
            </tr>
        }
    };
    let rows = order.receipts.iter().map(row).collect_view();
    view! {
        <Table title="Receipts" caption="What came in, latest first">
            <thead>
                <tr>
                    <th scope="col">"Receipt"</th>
                    <th scope="col">"When"</th>
                    <th scope="col">"Delivery"</th>
                    <th scope="col" class="num">"Units"</th>
                    <th scope="col" class="num">"Worth"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn facts(order: &PurchaseSheet) -> AnyView {
    let writers = if order.writers.is_empty() { "Tideway".to_owned() } else { order.writers.join(", ") };
    let approved = order.approved_at.map(|at| {
        let by = order.approved_by.clone().unwrap_or_else(|| "Tideway".to_owned());
        view! {
            <dt>"Approved"</dt>
            <dd><When at /> {format!(" by {by}")}</dd>
        }
    });
    let cancelled = order.cancelled_at.map(|at| {
        view! {
            <dt>"Cancelled"</dt>
            <dd><When at /> {format!(": {}", order.cancelled_why)}</dd>
        }
    });
    let owner = (!order.owner.is_empty()).then(|| view! { <dt>"Goods of"</dt><dd>{order.owner.clone()}</dd> });
    let note = (!order.note.is_empty()).then(|| view! { <dt>"Note"</dt><dd>{order.note.clone()}</dd> });
    view! {
        <section class="card">
            <h2>"Order"</h2>
            <dl class="facts">
                <dt>"Supplier"</dt>
                <dd>{order.row.supplier.clone()}</dd>
                <dt>"To"</dt>
                <dd>{order.row.site.clone()}</dd>
                <dt>"Due"</dt>
                <dd>{dates::day(&order.row.due)}</dd>
                <dt>"Written"</dt>
                <dd><When at=order.row.written_at /> {format!(" by {writers}")}</dd>
                {approved}
                {cancelled}
                {owner}
                {note}
            </dl>
        </section>
    }
    .into_any()
}
