//! `/inspections`: what may be released, what is still looked at, which plans ask for it, and what else is on hold.

use domain::inspections::{InspectionBoard, InspectionRow, InspectionStanding, ReleaseInspection};
use domain::people::Permission;
use leptos::prelude::*;
use leptos_meta::Title;

use super::api::{read_inspections, send_release};
use super::{held, naming, plans};
use crate::door::{Said, Unanswered, live, visit};
use crate::sites::here;
use crate::ui::{
    Chip, Empty, Field, Icon, LastRefused, Meter, Refusal, Refused, Table, Toasts, Tone, When, counted, heads, link, loaded,
};

/// What can be done here. Lives beside the answer, so that a refresh loses nothing.
#[derive(Clone, Copy)]
struct Tools {
    release: Action<ReleaseInspection, Result<(), Said>>,
    /// Another bin for what is released, where theirs is full.
    bin: RwSignal<String>,
    said: Refused,
}

impl Tools {
    fn new(again: RwSignal<u32>) -> Self {
        let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
        let bin = RwSignal::<String>::default();
        let release = Action::new(move |command: &ReleaseInspection| {
            let command = command.clone();
            last.of(async move {
                let units = sending.send(&command, send_release).await?;
                if let Some(toasts) = toasts {
                    toasts.push(format!("{} on sale.", counted(units, "unit is", "units are")));
                }
                bin.set(String::new());
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self { release, bin, said: last.said() }
    }
}

#[component]
pub fn InspectionsPage() -> impl IntoView {
    let (site, fresh, again) = (here(), live(&["inspection", "stock"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_inspections(site));
    let tools = Tools::new(again);
    let holds = held::Tools::new(again);
    let drops = plans::Tools::new(again);
    let names = naming::Tools::new(again);
    let plans_them = visit().may(Permission::PurchasingEdit);
    view! {
        <Title text="Inspections" />
        <div class="page">
            <header class="page-head"><h1>"Inspections"</h1></header>
            <Refusal said=tools.said fields=&["bin"] />
            {another_bin(tools)}
            {loaded(answer, move |board| show(board, tools, holds, names, drops))}
            {plans_them.then(|| view! { <plans::PlanCard again /> })}
        </div>
    }
    .into_any()
}

/// Asked once the bin they came into takes them no more.
fn another_bin(tools: Tools) -> impl IntoView {
    let full = move || tools.said.with(|said| said.as_ref().is_some_and(|said| said.field() == Some("bin")));
    let asked = Memo::new(move |_| full() || tools.bin.with(|bin| !bin.is_empty()));
    view! {
        <Show when=move || asked.get()>
            <div class="card">
                <Field label="Release into another bin" name="bin" typed=tools.bin maxlength=40_u32 said=tools.said />
            </div>
        </Show>
    }
}

fn show(board: InspectionBoard, tools: Tools, holds: held::Tools, names: naming::Tools, drops: plans::Tools) -> AnyView {
    let naming = naming::card(&board.held, names);
    view! {
        {inspections(board.rows, tools)}
        {held::table(board.held, holds)}
        {naming}
        {plans::table(board.plans, drops)}
    }
    .into_any()
}

fn inspections(rows: Vec<InspectionRow>, tools: Tools) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing is under inspection" words="Goods that a plan asks for are held here from their receipt to their release." icon=Icon::Check />
            </div>
        }
        .into_any();
    }
    let releases = visit().may(Permission::StockRelease);
    let rows = rows.into_iter().map(|row| line(row, releases, tools)).collect_view();
    let aside =
        visit().may(Permission::GoodsInspect).then(|| view! { <a class="btn" href="/floor/inspect">"Inspect"</a> }.into_any());
    view! {
        <Table title="Under inspection" caption="Receipts that are inspected: what may be released first, then what waits, then what is done" aside=aside.into_any()>
            {heads(&[("Inspection", ""), ("SKU", ""), ("Receipt", "mid"), ("Looked at", ""), ("Failed", "num"), ("Standing", ""), ("Since", "wide"), ("", "")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn line(row: InspectionRow, releases: bool, tools: Tools) -> AnyView {
    let tone = match row.standing {
        InspectionStanding::Waiting => Tone::Warn,
        InspectionStanding::Judged => Tone::Accent,
        InspectionStanding::Done => Tone::Plain,
    };
    let judged = row.accepted + row.rejected;
    let words = format!("{judged} of {}", row.wanted.max(judged));
    let id = row.id;
    let press = (releases && row.standing == InspectionStanding::Judged).then(|| {
        let name = format!("Release {}", row.came - row.rejected);
        view! {
            <button
                type="button"
                class="btn primary"
                data-release=row.number.clone()
                disabled=tools.release.pending()
                on:click=move |_| {
                    tools.release.dispatch(ReleaseInspection { id, bin: tools.bin.get_untracked() });
                }
            >
                {name}
            </button>
        }
    });
    let came = format!("{} of {} · {}", row.came, row.supplier, row.sampling.words());
    view! {
        <tr data-inspection=row.number.clone()>
            <th scope="row" class="nowrap">{row.number.clone()}</th>
            <td class="prose">{link(format!("/inventory/{}", row.sku), row.sku_code.clone())} " " <span class="muted small">{came}</span></td>
            <td class="mid">{link(format!("/purchasing/{}", row.order_number), row.receipt.clone())}</td>
            <td><span class="unit-bar"><span class="small nowrap">{words.clone()}</span> <Meter label=words done=judged.into() of=row.wanted.max(judged).into() /></span></td>
            <td class="num">{row.rejected}</td>
            <td><Chip text=row.standing.words() tone /></td>
            <td class="wide"><When at=row.opened_at /></td>
            <td>{press}</td>
        </tr>
    }
    .into_any()
}
