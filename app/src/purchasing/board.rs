//! `/inbound`: what is to come on a day, dock by dock; what is late stands there until it comes. The day lives in the address.

use chrono::{Days, NaiveDate};
use domain::dates;
use domain::ids::SiteId;
use domain::purchasing::{DeliveryRow, DeliveryStanding, InboundBoard, PurchaseRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::api::read_inbound;
use super::booking::{Tools, table};
use super::parts::{delivery_chip, standing_chip};
use crate::door::live;
use crate::sites::here;
use crate::ui::{Chip, Empty, Icon, Refusal, Table, Tone, loaded, money};

#[component]
pub fn InboundPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("day").unwrap_or_default()));
    let (site, fresh, again) = (here(), live(&["delivery", "purchase"]), RwSignal::new(0_u32));
    let answer =
        Resource::new(move || (site.get(), asked.get(), fresh.get(), again.get()), |(site, day, ..)| read_inbound(site, day));
    let tools = Tools::new(again);
    view! {
        <Title text="Inbound" />
        <div class="page">
            <header class="page-head">
                <h1>"Inbound"</h1>
            </header>
            <Refusal said=tools.stepped />
            {loaded(answer, move |board| view(&board, site.get_untracked(), tools))}
        </div>
    }
    .into_any()
}

fn link(day: NaiveDate) -> String {
    format!("/inbound?day={day}")
}

fn view(board: &InboundBoard, site: Option<SiteId>, tools: Tools) -> AnyView {
    let day = board.day;
    let (before, after) = (day.checked_sub_days(Days::new(1)).unwrap_or(day), day.checked_add_days(Days::new(1)).unwrap_or(day));
    let go = use_navigate();
    let pick = move |event| {
        if let Ok(day) = event_target_value(&event).parse() {
            go(&link(day), leptos_router::NavigateOptions::default());
        }
    };
    let csv = format!("/api/fn/purchasing/inbound.csv?day={day}&site={}", site.map_or_else(String::new, |site| site.to_string()));
    view! {
        <div class="stack">
            <div class="row-between">
                <nav class="row" aria-label="Day">
                    <A href=link(before) attr:class="btn square" attr:aria-label="The day before">{Icon::Back.view()}</A>
                    <label class="row">
                        <span class="visually-hidden">"Day"</span>
                        <input class="input" type="date" name="day" prop:value=day.to_string() value=day.to_string() on:change=pick />
                    </label>
                    <A href=link(after) attr:class="btn square" attr:aria-label="The day after">{Icon::Arrow.view()}</A>
                    <A href="/inbound" attr:class="btn quiet">"Today"</A>
                </nav>
                <a class="btn quiet" href=csv rel="external" download="">{Icon::Download.view()} "CSV"</a>
            </div>
            {summary(&board.rows)}
            {docks(board, tools)}
            {unannounced(board)}
        </div>
    }
    .into_any()
}

/// How many stand where.
fn summary(rows: &[DeliveryRow]) -> AnyView {
    let late = rows.iter().filter(|row| row.late).count();
    let count = |standing: DeliveryStanding| rows.iter().filter(|row| row.standing == standing && !row.late).count();
    let one = |standing: DeliveryStanding, count: usize, late: bool| {
        let code = if late { "late" } else { standing.code() };
        view! { <li class="row" data-count=code>{delivery_chip(standing, late)} <b>{count}</b></li> }
    };
    let standings = DeliveryStanding::ALL.into_iter().filter(|standing| *standing != DeliveryStanding::Cancelled);
    let counts = standings.map(|standing| one(standing, count(standing), false)).collect_view();
    view! {
        <ul class="row" role="list" aria-label="Deliveries by standing">
            {(late > 0).then(|| one(DeliveryStanding::Expected, late, true))}
            {counts}
        </ul>
    }
    .into_any()
}

/// One table a dock, in the order of sites and docks.
fn docks(board: &InboundBoard, tools: Tools) -> AnyView {
    if board.rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing is announced" words="Deliveries are announced on the page of their order." icon=Icon::Truck>
                    <A href="/purchasing?standing=approved" attr:class="btn">"Orders on their way"</A>
                </Empty>
            </div>
        }
        .into_any();
    }
    let same = |one: &DeliveryRow, other: &DeliveryRow| one.site == other.site && one.dock == other.dock;
    let tables = board.rows.chunk_by(same).map(|rows| {
        let title = format!("{} · {}", rows[0].site, rows[0].dock);
        table(rows, &title, true, tools)
    });
    tables.collect_view().into_any()
}

/// Orders due by then of which no delivery is announced.
fn unannounced(board: &InboundBoard) -> AnyView {
    if board.unannounced.is_empty() {
        return ().into_any();
    }
    let row = |row: &PurchaseRow| {
        let late = row.late.then(|| view! { <Chip text="Late" tone=Tone::Stop /> });
        let number = row.number.clone();
        view! {
            <tr class=if row.late { "late" } else { "" } data-unannounced=row.number.clone()>
                <th scope="row"><A href=format!("/purchasing/{}", row.number)>{number}</A></th>
                <td>{row.supplier.clone()}</td>
                <td class="mid">{row.site.clone()}</td>
                <td><span class="table-cell"><span class="nowrap">{dates::day(&row.due)}</span> {late}</span></td>
                <td>{standing_chip(row.standing)}</td>
                <td class="num">{row.units - row.received}</td>
                <td class="num mid">{money(row.total, &board.currency)}</td>
            </tr>
        }
    };
    let rows = board.unannounced.iter().map(row).collect_view();
    view! {
        <Table title="Due, and not announced" caption="Orders due by this day of which no delivery is announced">
            <thead>
                <tr>
                    <th scope="col">"Order"</th>
                    <th scope="col">"Supplier"</th>
                    <th scope="col" class="mid">"Site"</th>
                    <th scope="col">"Due"</th>
                    <th scope="col">"Standing"</th>
                    <th scope="col" class="num">"Units to come"</th>
                    <th scope="col" class="num mid">"Worth"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}
