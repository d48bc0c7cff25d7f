//! The draft of an order: whom from, where to, when, and its lines. Kept as a whole, and only over what its writer has seen.

use domain::ids::{PurchaseId, SiteId, SupplierId};
use domain::purchasing::{LineFault, PurchaseSheet, PurchasingRefusal, SupplierPick, WritePurchase, WrittenLine};
use domain::sites::SiteRow;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rust_decimal::Decimal;

use super::api::send_draft;
use super::parts::of_line;
use crate::door::{Said, Unanswered};
use crate::sites::here;
use crate::ui::{Choice, Field, Icon, LastRefused, Refusal, Refused, Send, Toasts};

/// A line as it is typed.
#[derive(Clone, Copy)]
struct Row {
    /// Its own for as long as the page lives, whatever is removed above it.
    key: u32,
    sku: RwSignal<String>,
    quantity: RwSignal<String>,
    cost: RwSignal<String>,
    over: RwSignal<String>,
}

impl Row {
    fn new(key: u32, [sku, quantity, cost, over]: [String; 4]) -> Self {
        Self {
            key,
            sku: RwSignal::new(sku),
            quantity: RwSignal::new(quantity),
            cost: RwSignal::new(cost),
            over: RwSignal::new(over),
        }
    }

    /// The line it says, or what of it does not read.
    fn read(self) -> Result<WrittenLine, LineFault> {
        let text = |typed: RwSignal<String>| typed.get_untracked().trim().to_owned();
        let quantity = text(self.quantity).parse().map_err(|_| LineFault::Quantity { given: 0 })?;
        let unit_cost = Some(text(self.cost)).filter(|cost| !cost.is_empty());
        let unit_cost = unit_cost.map(|cost| cost.parse::<Decimal>()).transpose().map_err(|_| LineFault::Cost)?;
        let over = Some(text(self.over)).filter(|over| !over.is_empty());
        let over_percent = over.map(|over| over.parse::<i32>()).transpose().map_err(|_| LineFault::Tolerance)?;
        Ok(WrittenLine { sku: text(self.sku), quantity, unit_cost, over_percent })
    }
}

/// All lines; or the one that does not read, by its key and number.
fn read(rows: &[Row]) -> Result<Vec<WrittenLine>, (u32, i32, LineFault)> {
    (1..).zip(rows).map(|(line_no, row)| row.read().map_err(|fault| (row.key, line_no, fault))).collect()
}

fn kept(sheet: Option<&PurchaseSheet>) -> Vec<Row> {
    let Some(sheet) = sheet else { return vec![Row::new(1, <[String; 4]>::default())] };
    let over = |percent: Option<i32>| percent.map_or_else(String::new, |percent| percent.to_string());
    let row = |(key, line): (u32, &domain::purchasing::PurchaseSheetLine)| {
        let typed =
            [line.sku_code.clone(), line.quantity.to_string(), line.unit_cost.normalize().to_string(), over(line.over_percent)];
        Row::new(key, typed)
    };
    (1..).zip(&sheet.lines).map(row).collect()
}

#[component]
pub(super) fn Editor(
    sheet: Option<PurchaseSheet>,
    picks: Vec<SupplierPick>,
    sites: Vec<SiteRow>,
    again: RwSignal<u32>,
) -> impl IntoView {
    if picks.is_empty() {
        return view! {
            <p class="banner">
                {Icon::Person.view()} <span>"There is nobody to order from yet."</span>
                <a class="btn" href="/purchasing/suppliers">"Add a supplier"</a>
            </p>
        }
        .into_any();
    }
    let known = sheet.as_ref().map(|sheet| (sheet.row.id, sheet.revision));
    let supplier = sheet.as_ref().map_or(picks[0].id, |sheet| sheet.supplier);
    let site =
        sheet.as_ref().map(|sheet| sheet.site).or_else(|| here().get_untracked()).or_else(|| sites.first().map(|site| site.id));
    let (supplier, site) =
        (RwSignal::new(supplier.to_string()), RwSignal::new(site.map_or_else(String::new, |site| site.to_string())));
    let due = RwSignal::new(sheet.as_ref().map_or_else(String::new, |sheet| sheet.row.due.to_string()));
    let note = RwSignal::new(sheet.as_ref().map_or_else(String::new, |sheet| sheet.note.clone()));
    let owner = RwSignal::new(sheet.as_ref().map_or_else(String::new, |sheet| sheet.owner.clone()));
    let rows = RwSignal::new(kept(sheet.as_ref()));
    // One id for the order asked for, so that a press repeated for want of an answer writes one.
    let (id, seen) = (known.map_or_else(PurchaseId::mint, |(id, _)| id), StoredValue::new(known.map_or(0, |(_, seen)| seen)));
    let (toasts, go, last, sending) = (use_context::<Toasts>(), use_navigate(), LastRefused::default(), Unanswered::new());
    // What a line says that never was sent; gone with the next press.
    let unread = RwSignal::new(None::<(u32, LineFault)>);
    let save = Action::new(move |(): &()| {
        let go = go.clone();
        last.of(async move {
            unread.set(None);
            let lines = read(&rows.get_untracked()).map_err(|(key, line_no, fault)| {
                unread.set(Some((key, fault.clone())));
                Said::here(&PurchasingRefusal::BadLine { line_no, fault })
            })?;
            let chosen = |typed: RwSignal<String>, field, words| {
                typed.get_untracked().parse::<uuid::Uuid>().map_err(|_| Said::invalid(field, words))
            };
            let typed_due = due.get_untracked();
            let due_day = Some(typed_due.trim()).filter(|day| !day.is_empty());
            let due_day =
                due_day.map(str::parse::<chrono::NaiveDate>).transpose().map_err(|_| Said::invalid("due", "Give a day."))?;
            let command = WritePurchase {
                id,
                seen: seen.get_value(),
                supplier: SupplierId(chosen(supplier, "supplier", "Choose whom from.")?),
                site: SiteId(chosen(site, "site", "Choose where to.")?),
                due: due_day,
                note: note.get_untracked(),
                owner: owner.get_untracked(),
                lines,
            };
            let written = sending.send(&command, send_draft).await?;
            seen.set_value(written.revision);
            if let Some(toasts) = toasts {
                toasts.push(format!("{} is kept.", written.number));
            }
            again.update(|again| *again += 1);
            if known.is_none() {
                go(&format!("/purchasing/{}", written.number), NavigateOptions { replace: true, ..NavigateOptions::default() });
            }
            Ok(())
        })
    });
    let said = last.said();
    let suppliers = picks.iter().map(|pick| (pick.id.to_string(), format!("{} · {} days", pick.name, pick.lead_days))).collect();
    let places = sites.iter().map(|site| (site.id.to_string(), site.name.clone())).collect();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save.dispatch(());
    };
    let add = move |_| {
        let key = rows.with_untracked(|rows| rows.iter().map(|row| row.key).max().unwrap_or(0)) + 1;
        rows.update(|rows| rows.push(Row::new(key, <[String; 4]>::default())));
    };
    view! {
        <form class="card" novalidate on:submit=submit aria-label="Draft">
            <h2>"Draft"</h2>
            <Refusal said fields=&["supplier", "site", "due", "note", "owner", "sku", "quantity", "unit_cost", "over_percent"] />
            <div class="form-row">
                <Choice label="From" name="supplier" options=suppliers picked=supplier said />
                <Choice label="To" name="site" options=places picked=site said />
                <Field label="Due" name="due" kind="date" hint="Empty: after the supplier's lead time." typed=due value=due.get_untracked() said />
            </div>
            <Field label="Note for the supplier" name="note" typed=note value=note.get_untracked() maxlength=500_u32 autocomplete="off" said />
            {whose(owner, said)}
            <p class="small muted">"Without a cost, a line takes the supplier's price for its quantity."</p>
            <For each=move || rows.get() key=|row| row.key let:row>
                {line(row, rows, said, unread)}
            </For>
            <div class="row">
                <button type="button" class="btn" on:click=add>{Icon::Plus.view()} "Add a line"</button>
                <Send label="Save the draft" busy=save.pending() />
            </div>
        </form>
    }
    .into_any()
}

/// Whose goods are ordered, or only expected.
fn whose(owner: RwSignal<String>, said: Refused) -> AnyView {
    view! {
        <Field
            label="Whose goods"
            name="owner"
            hint="The owner's code. Empty: our own. A client's goods cost us nothing."
            typed=owner
            value=owner.get_untracked()
            maxlength=20_u32
            autocomplete="off"
            said
        />
    }
    .into_any()
}

/// A line, with what was refused about it and about no other.
fn line(row: Row, rows: RwSignal<Vec<Row>>, said: Refused, unread: RwSignal<Option<(u32, LineFault)>>) -> AnyView {
    let own = row.key.to_string();
    let place = move || rows.with(|rows| rows.iter().position(|other| other.key == row.key).map_or(0, |at| at + 1));
    let mine: Refused = Signal::derive(move || {
        let said = said.get()?;
        let unread = unread.get().map(|(key, _)| key);
        (unread == Some(row.key) || of_line(&said, place())).then_some(said)
    });
    let remove = move |_| rows.update(|rows| rows.retain(|other| other.key != row.key));
    let name = move || format!("Remove line {}", place());
    view! {
        <div class="form-row purchase-row" data-row=row.key.to_string()>
            <Field label="SKU" name="sku" own=own.clone() typed=row.sku value=row.sku.get_untracked() maxlength=60_u32 autocomplete="off" said=mine />
            <Field label="Units" name="quantity" own=own.clone() inputmode="numeric" typed=row.quantity value=row.quantity.get_untracked() autocomplete="off" said=mine />
            <Field label="Cost of one" name="unit_cost" own=own.clone() inputmode="decimal" typed=row.cost value=row.cost.get_untracked() autocomplete="off" said=mine />
            <Field label="Over, %" name="over_percent" own=own.clone() inputmode="numeric" typed=row.over value=row.over.get_untracked() autocomplete="off" said=mine />
            <button type="button" class="btn quiet square" aria-label=name on:click=remove>{Icon::Cross.view()}</button>
        </div>
    }
    .into_any()
}
