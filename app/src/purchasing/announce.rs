//! What a supplier says is in a delivery: typed line by line where it is booked, and shown beside what came of it.

use domain::dates::day;
use domain::purchasing::{Announced, DeliveryLine, DeliveryRow, DeliveryStanding, PurchaseSheet, PurchaseSheetLine};
use leptos::prelude::*;

use super::parts::of_line;
use crate::ui::{Chip, Choice, Field, Icon, Refused, Tone};

/// A line as it is typed.
#[derive(Clone, Copy)]
struct Row {
    /// Its own for as long as the page lives, whatever is removed above it.
    key: u32,
    sku: RwSignal<String>,
    quantity: RwSignal<String>,
    lot: RwSignal<String>,
    expires: RwSignal<String>,
}

/// The supplier's note, as far as it is typed. Lives beside the answer.
#[derive(Clone, Copy)]
pub(super) struct Note {
    rows: RwSignal<Vec<Row>>,
    /// The page's: what is typed outlives the press that asked for its line.
    page: StoredValue<Option<Owner>>,
}

impl Note {
    pub(super) fn new() -> Self {
        Self { rows: RwSignal::new(Vec::new()), page: StoredValue::new(Owner::current()) }
    }

    pub(super) fn clear(self) {
        self.rows.set(Vec::new());
    }

    /// What does not read as a number is refused as none, beside its line.
    pub(super) fn read(self) -> Vec<Announced> {
        let text = |typed: RwSignal<String>| typed.get_untracked().trim().to_owned();
        let line = |row: &Row| Announced {
            sku: text(row.sku),
            quantity: text(row.quantity).parse().unwrap_or(0),
            lot: text(row.lot),
            expires_on: text(row.expires).parse().ok(),
        };
        self.rows.with_untracked(|rows| rows.iter().map(line).collect())
    }

    fn add(self, sku: &str, quantity: i32) {
        let page = self.page.get_value();
        let typed = |text: String| {
            page.as_ref().map_or_else(|| RwSignal::new(text.clone()), |page| page.with(|| RwSignal::new(text.clone())))
        };
        self.rows.update(|rows| {
            let key = rows.iter().map(|row| row.key).max().unwrap_or(0) + 1;
            let (sku, quantity) = (typed(sku.to_owned()), typed(quantity.to_string()));
            rows.push(Row { key, sku, quantity, lot: typed(String::new()), expires: typed(String::new()) });
        });
    }

    /// The lines to type, with the awaited ones to choose from.
    pub(super) fn fields(self, order: &PurchaseSheet, said: Refused) -> AnyView {
        let awaited: Vec<PurchaseSheetLine> = order.lines.iter().filter(|line| line.awaited > 0).cloned().collect();
        let options: Vec<(String, String)> =
            awaited.iter().map(|line| (line.sku_code.clone(), format!("{} · {} awaited", line.sku_code, line.awaited))).collect();
        let first = awaited.first().cloned();
        let all = move |_| awaited.iter().for_each(|line| self.add(&line.sku_code, line.awaited));
        let more = move |_| {
            if let Some(line) = &first {
                self.add(&line.sku_code, line.awaited);
            }
        };
        let none = move || self.rows.with(Vec::is_empty);
        let words = move || {
            if none() {
                "Of all that is still awaited and not announced, unless it is said what is in it."
            } else {
                "Of what is said here; the rest stays awaited. A lot may be left out."
            }
        };
        let begin = move || {
            if none() {
                let all = all.clone();
                view! { <button type="button" class="btn" data-act="say-lines" on:click=all>{Icon::Plus.view()} "Say what is in it"</button> }
                    .into_any()
            } else {
                let more = more.clone();
                view! { <button type="button" class="btn" on:click=more>{Icon::Plus.view()} "Add a line"</button> }.into_any()
            }
        };
        view! {
            <div class="stack-tight" role="group" aria-label="What is in it">
                <p class="small muted">{words}</p>
                <For each=move || self.rows.get() key=|row| row.key let:row>
                    {self.line(row, options.clone(), said)}
                </For>
                <div class="row">{begin}</div>
            </div>
        }
        .into_any()
    }

    /// A line, with what was refused about it and about no other.
    fn line(self, row: Row, options: Vec<(String, String)>, said: Refused) -> AnyView {
        let own = format!("-note{}", row.key);
        let place = move || self.rows.with(|rows| rows.iter().position(|other| other.key == row.key).map_or(0, |at| at + 1));
        let mine: Refused = Signal::derive(move || said.get().filter(|said| of_line(said, place())));
        let remove = move |_| self.rows.update(|rows| rows.retain(|other| other.key != row.key));
        let name = move || format!("Remove line {}", place());
        view! {
            <div class="form-row purchase-row note-row" data-note=row.key.to_string()>
                <Choice label="SKU" name="sku" own=own.clone() options picked=row.sku said=mine />
                <Field label="Units" name="quantity" own=own.clone() inputmode="numeric" typed=row.quantity value=row.quantity.get_untracked() autocomplete="off" said=mine />
                <Field label="Lot" name="lot" own=own.clone() typed=row.lot value=row.lot.get_untracked() maxlength=20_u32 autocomplete="off" said=mine />
                <Field label="Good until" name="expires_on" own=own.clone() kind="date" typed=row.expires value=row.expires.get_untracked() said=mine />
                <button type="button" class="btn quiet square" aria-label=name on:click=remove>{Icon::Cross.view()}</button>
            </div>
        }
        .into_any()
    }
}

/// How many came of how many, and what of which: one press opens it.
pub(super) fn units(row: &DeliveryRow) -> AnyView {
    let words = format!("{} of {}", row.received, row.units);
    if row.lines.is_empty() {
        return words.into_any();
    }
    let lines = row.lines.iter().map(|line| view! { <li>{line_words(line)}</li> }).collect_view();
    view! {
        <details data-announced=row.number.clone()>
            <summary>{words}</summary>
            <ul class="small stack-tight" role="list">{lines}</ul>
        </details>
    }
    .into_any()
}

fn line_words(line: &DeliveryLine) -> String {
    let lot = |lot: &domain::purchasing::AnnouncedLot| {
        let until = lot.expires_on.map_or_else(String::new, |on| format!(", good until {}", day(&on)));
        format!("{} of lot {}{until}", lot.quantity, lot.lot)
    };
    let lots: Vec<String> = line.lots.iter().map(lot).collect();
    let lots = if lots.is_empty() { String::new() } else { format!(" ({})", lots.join("; ")) };
    format!("{}: ordered {}, announced {}, received {}{lots}", line.sku_code, line.ordered, line.announced, line.received)
}

/// What is off about a delivery: more than is awaited is announced, or other than announced came.
pub(super) fn off(row: &DeliveryRow) -> AnyView {
    let open = !matches!(row.standing, DeliveryStanding::Done | DeliveryStanding::Cancelled);
    let over: i32 = row.lines.iter().filter(|_| open).map(|line| line.over).sum();
    let over = (over > 0).then(|| view! { <Chip text=format!("{over} more than ordered") tone=Tone::Warn /> });
    let off = row.differences().map(|line| {
        let text = match line.off() {
            fewer if fewer < 0 => format!("{} {} missing", -fewer, line.sku_code),
            more => format!("{more} {} more", line.sku_code),
        };
        view! { <Chip text tone=Tone::Warn /> }
    });
    view! { {over} {off.collect_view()} }.into_any()
}
