//! `/stock/movements`: what moved in a period, from any side, down to the very movements.

use domain::stock::explore::{Dimension, ExploredMoves, MoveGroup, Moved, PAGE};
use domain::stock::{Reason, State};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::address::{Address, part_of};
use super::explore::{carried, codes, narrowed, sides, words};
use super::explore_api::read_moved;
use super::words_of;
use crate::door::live;
use crate::sites::here;
use crate::ui::{Choice, Empty, Field, Find, Icon, Pager, Table, When, grouped, heads, link, loaded};

#[component]
pub fn MovementsPage() -> impl IntoView {
    let (query, site) = (use_query_map(), here());
    let address = move || query.with(|query| Address::read("/stock/movements", site.get(), |name| query.get(name)));
    let fresh = live(&["stock", "order", "wave", "trip", "parcel", "return", "replenishment", "transfer"]);
    let answer =
        Resource::new(move || (address(), fresh.get()), |(address, _)| async move { read_moved(address.moved()?).await });
    view! {
        <Title text="Movements" />
        <div class="page">
            <header class="page-head">
                <h1>"What moved"</h1>
                <span class="grow"></span>
                {move || view! { <a class="btn" href=address().without(&["by", "then", "reason", "from", "until"]).onto("/stock").href()>"What stands"</a> }}
            </header>
            {move || filters(&address())}
            {loaded(answer, move |found| shown(found, &address()))}
        </div>
    }
    .into_any()
}

fn filters(address: &Address) -> AnyView {
    let hidden = carried(address);
    let codes = codes(address, &[("category", "Category"), ("zone", "Zone"), ("bin", "Bin"), ("unit", "Tote, parcel or pallet")]);
    let address = address.clone();
    let part = move |name: &str| address.get(name).to_owned();
    let listed = |none: &str, known: Vec<(&str, String)>| {
        let known = known.into_iter().map(|(code, words)| (code.to_owned(), words));
        std::iter::once((String::new(), none.to_owned())).chain(known).collect::<Vec<_>>()
    };
    let reasons = listed("Any reason", Reason::ALL.iter().map(|reason| (reason.code(), words_of(reason.code()))).collect());
    let states = listed("Any state", State::INSIDE.iter().map(|state| (state.code(), state.words().to_owned())).collect());
    let clocks = [("recorded", "recorded"), ("occurred", "happened")].map(|(code, words)| (code.to_owned(), words.to_owned()));
    let more = ["category", "zone", "bin", "unit", "state"].iter().any(|name| !part(name).is_empty());
    view! {
        <Form method="GET" action="/stock/movements" attr:class="card form" attr:role="search" attr:novalidate="">
            {hidden}
            <div class="filters">
                <Find label="SKU, name or barcode" name="search" value=part("search") />
                <Choice label="Group by" name="by" options=sides(&Dimension::MOVED, "Nothing: each movement") chosen=part("by") />
                <Choice label="and by" name="then" options=sides(&Dimension::MOVED, "Nothing more") chosen=part("then") />
                <Choice label="Reason" name="reason" options=reasons chosen=part("reason") />
                <button class="btn primary">{Icon::Search.view()} "Show"</button>
            </div>
            <div class="form-row">
                <Field label="From (UTC)" name="from" kind="datetime-local" value=part("from") />
                <Field label="Until (UTC)" name="until" kind="datetime-local" value=part("until") />
                <Choice label="by when it" name="clock" options=clocks.to_vec() chosen=part("clock") />
            </div>
            <details open=more>
                <summary class="btn quiet">"More"</summary>
                <div class="form-row">
                    {codes}
                    <Choice label="State" name="state" options=states chosen=part("state") />
                </div>
            </details>
        </Form>
    }
    .into_any()
}

fn turned(page: i64, query: &str) -> String {
    format!("/stock/movements?{query}&page={page}")
}

fn shown(found: ExploredMoves, address: &Address) -> AnyView {
    let told = narrowed(&found.only, address);
    let foot = view! {
        <Pager page=address.page() per_page=PAGE total=found.total link=turned query=address.query() />
    }
    .into_any();
    let aside = view! { <span class="muted small"><When at=found.from /> " – " <When at=found.until /></span> }.into_any();
    let csv = address.csv("movements");
    if found.groups.is_empty() && found.moves.is_empty() {
        return view! {
            {told}
            <div class="card"><Empty title="Nothing moved" words="Look at a longer period, or let go of a filter." icon=Icon::Calm /></div>
        }
        .into_any();
    }
    let table = if found.groups.is_empty() {
        let rows = found.moves.into_iter().map(moved).collect_view();
        view! {
            <Table title="Movements" caption="What moved, latest first" csv aside foot>
                {heads(&[("Happened", ""), ("Why", ""), ("SKU", ""), ("From", ""), ("To", ""), ("Units", "num"), ("Who", "mid"), ("Recorded", "wide")])}
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    } else {
        let sides: Vec<Dimension> =
            found.groups.first().map(|row| row.keys.iter().map(|key| key.dimension).collect()).unwrap_or_default();
        let sides = sides.into_iter().map(|side| view! { <th scope="col">{side.words()}</th> }).collect_view();
        let rows = found.groups.into_iter().map(|row| group(&row, address)).collect_view();
        view! {
            <Table title="Units moved" caption="Units moved by the sides chosen" csv aside foot>
                <thead>
                    <tr>
                        {sides}
                        <th scope="col" class="num">"Units"</th>
                        <th scope="col" class="num">"Came in"</th>
                        <th scope="col" class="num">"Left"</th>
                        <th scope="col" class="num mid">"Movements"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! { <div class="stack">{told} {table}</div> }.into_any()
}

/// A group leads to its movements; a day or month to its own period.
fn group(row: &MoveGroup, address: &Address) -> AnyView {
    let mut inside = address.without(&["by", "then"]);
    for key in &row.keys {
        inside = match key.dimension {
            Dimension::Day => {
                inside.with("from", &format!("{}T00:00", key.value)).with("until", &format!("{}T23:59:59", key.value))
            }
            Dimension::Month => month(&inside, &key.value),
            other => inside.with(part_of(other), &key.value),
        };
    }
    let href = inside.href();
    let cells = row.keys.iter().enumerate().map(|(at, key)| {
        let name = (!key.name.is_empty()).then(|| view! { " " <span class="muted">{key.name.clone()}</span> });
        let code = words(key);
        if at == 0 {
            view! { <th scope="row">{link(href.clone(), code)} {name}</th> }.into_any()
        } else {
            view! { <td>{code} {name}</td> }.into_any()
        }
    });
    view! {
        <tr>
            {cells.collect_view()}
            <td class="num strong">{grouped(row.units)}</td>
            <td class="num">{grouped(row.came)}</td>
            <td class="num">{grouped(row.left)}</td>
            <td class="num mid">{grouped(row.movements)}</td>
        </tr>
    }
    .into_any()
}

/// From the first to the last day of a month such as `2026-11`.
fn month(address: &Address, month: &str) -> Address {
    let first = chrono::NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok();
    let last = first.and_then(|first| first.checked_add_months(chrono::Months::new(1))).and_then(|next| next.pred_opt());
    match (first, last) {
        (Some(first), Some(last)) => address.with("from", &format!("{first}T00:00")).with("until", &format!("{last}T23:59:59")),
        _ => address.clone(),
    }
}

fn place(site: &str, code: &str, state: State) -> AnyView {
    let (site, code) = (site.to_owned(), code.to_owned());
    let state = (state != State::Outside).then(|| state.words().to_lowercase());
    view! { <span class="code">{code}</span> " " <span class="muted small">{site} {state.map(|state| format!(", {state}"))}</span> }.into_any()
}

fn moved(row: Moved) -> AnyView {
    view! {
        <tr>
            <td><When at=row.occurred_at /></td>
            <td>{words_of(&row.reason)}</td>
            <th scope="row">{link(format!("/inventory/{}", row.sku), row.sku_code)}</th>
            <td>{place(&row.from_site, &row.from, row.from_state)}</td>
            <td>{place(&row.to_site, &row.to, row.to_state)}</td>
            <td class="num strong">{grouped(row.quantity.into())}</td>
            <td class="mid">{row.person.unwrap_or_else(|| "Tideway".to_owned())} " " <span class="muted small code">{row.kind}</span></td>
            <td class="wide"><When at=row.recorded_at /></td>
        </tr>
    }
    .into_any()
}
