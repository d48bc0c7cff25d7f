//! `/transfers/:number`: one transfer, how far it is, its lines, and what did not come.

use domain::transfers::{Status, TransferLine, TransferSheet, VarianceRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::acts::{Tools, acts};
use super::api::read_transfer;
use super::status_chip;
use crate::door::live;
use crate::ui::{StepState, Table, Timeline, TimelineStep, When, amount, grouped, heads, link, loaded_page};

#[component]
pub fn TransferPage() -> impl IntoView {
    let params = use_params_map();
    let number = move || params.with(|params| params.get("number").unwrap_or_default());
    let fresh = live(&["transfer"]);
    let again = RwSignal::new(0_u32);
    let answer = Resource::new(move || (number(), fresh.get(), again.get()), |(number, ..)| read_transfer(number));
    let tools = Tools::new(again, number);
    view! {
        <Title text=number />
        <div class="page">{loaded_page(answer, move |sheet| page(&sheet, tools))}</div>
    }
    .into_any()
}

fn page(sheet: &TransferSheet, tools: Tools) -> AnyView {
    let note = (!sheet.note.is_empty()).then(|| view! { <p>{sheet.note.clone()}</p> });
    let way = format!("{} to {}", sheet.from_name, sheet.to_name);
    view! {
        <header class="page-head">
            <h1>{sheet.row.number.clone()}</h1>
            {status_chip(sheet.row.status)}
            <span class="muted">{way}</span>
        </header>
        <div class="split">
            <div class="stack">
                {note}
                {lines(sheet)}
                {(!sheet.variances.is_empty()).then(|| variances(&sheet.variances))}
            </div>
            <div class="stack">
                {acts(sheet, tools)}
                <section class="card">
                    <h2>"How far it is"</h2>
                    <Timeline steps=steps(sheet) />
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn steps(sheet: &TransferSheet) -> Vec<TimelineStep> {
    let step = |title: &str, at: Option<chrono::DateTime<chrono::Utc>>, words: String| TimelineStep {
        title: title.to_owned(),
        detail: words,
        at,
        state: if at.is_some() { StepState::Past } else { StepState::Next },
    };
    let by = |name: &Option<String>| name.as_ref().map_or_else(String::new, |name| format!("By {name}"));
    let mut steps = vec![step("Asked for", Some(sheet.row.requested_at), by(&sheet.row.requested_by))];
    if let Some(at) = sheet.cancelled_at {
        let called_off = step("Called off", Some(at), sheet.cancelled_why.clone());
        steps.push(TimelineStep { state: StepState::Stop, ..called_off });
        return steps;
    }
    steps.push(step("Approved", sheet.approved_at, by(&sheet.approved_by)));
    let loaded = format!("{} of {} units", grouped(sheet.row.loaded), grouped(sheet.row.units));
    steps.push(step("Left", sheet.shipped_at, if sheet.loaded_at.is_some() { loaded } else { String::new() }));
    let came = format!("{} of {} units", grouped(sheet.row.received), grouped(sheet.row.loaded));
    let came = if sheet.received_at.is_some() { came } else { String::new() };
    steps.push(step("Taken in", sheet.closed_at, came));
    if let Some(now) = steps.iter_mut().find(|step| step.state == StepState::Next) {
        now.state = StepState::Now;
    }
    steps
}

fn lines(sheet: &TransferSheet) -> AnyView {
    let open = matches!(sheet.row.status, Status::Requested | Status::Approved | Status::Loading);
    let rows = sheet.lines.iter().map(|line| row(line, open)).collect_view();
    let place = open.then(|| view! { <th scope="col" class="mid">"Stands in"</th> });
    view! {
        <Table title="Lines" caption="What is sent, and how far it is">
            <thead>
                <tr>
                    <th scope="col">"SKU"</th>
                    <th scope="col" class="num">"Asked for"</th>
                    <th scope="col" class="num">"Loaded"</th>
                    <th scope="col" class="num">"In transit"</th>
                    <th scope="col" class="num">"Taken in"</th>
                    <th scope="col" class="num">"Lost"</th>
                    {place}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// Bins named in a row.
const PLACES: usize = 3;

fn row(line: &TransferLine, open: bool) -> AnyView {
    let places: Vec<String> = line.places.iter().take(PLACES).map(|(bin, free)| format!("{bin} ({free})")).collect();
    let places = if places.is_empty() { "Nowhere free".to_owned() } else { places.join(", ") };
    let place = open.then(|| view! { <td class="mid code">{places}</td> });
    view! {
        <tr data-line=line.sku_code.clone()>
            <th scope="row">
                {link(format!("/inventory/{}", line.sku), line.sku_code.clone())}
                " "
                <span class="muted">{line.sku_name.clone()}</span>
            </th>
            <td class="num">{grouped(line.quantity.into())}</td>
            <td class="num">{grouped(line.loaded.into())}</td>
            <td class="num">{grouped(line.on_the_way().into())}</td>
            <td class="num">{grouped(line.received.into())}</td>
            <td class="num">{grouped(line.lost.into())}</td>
            {place}
        </tr>
    }
    .into_any()
}

fn variances(rows: &[VarianceRow]) -> AnyView {
    let rows = rows.iter().map(|row| {
        let what = if row.gain { "Turned up" } else { "Given up" };
        view! {
            <tr>
                <td><When at=row.at /></td>
                <td>{what}</td>
                <td class="code">{row.sku_code.clone()}</td>
                <td class="num">{grouped(row.quantity.into())}</td>
                <td class="num">{amount(row.value)}</td>
                <td>{row.reason.clone()} " " <span class="muted">{row.note.clone()}</span></td>
                <td class="mid">{row.person.clone().unwrap_or_default()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Table title="What did not come" caption="Units given up or found again, with their value and reason">
            {heads(&[("When", ""), ("What", ""), ("SKU", ""), ("Units", "num"), ("Value", "num"), ("Why", ""), ("By", "mid")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}
