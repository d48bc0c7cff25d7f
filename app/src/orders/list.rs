//! `/orders`: what customers bought and how far it has come.

use domain::orders::stage::Stage;
use domain::orders::{OrderPage, OrderRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::location::Url;

use super::api::read_orders;
use super::parts::{hold_words, money, shares, stage_chip};
use crate::door::live;
use crate::ui::{Choice, Empty, Find, Icon, ShareStrip, Table, When, heads, loaded};

#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let fresh = live(&["order", "wave", "trip", "parcel", "payment"]);
    let answer = Resource::new(
        move || (part("search"), part("stage"), part("after"), fresh.get()),
        |(search, stage, after, _)| read_orders(search, stage, after),
    );
    view! {
        <Title text="Orders" />
        <div class="page">
            <header class="page-head">
                <h1>"Orders"</h1>
            </header>
            {move || filters(part("search"), part("stage"))}
            {loaded(answer, move |page| rows(page, &part("search"), &part("stage"), !part("after").is_empty()))}
        </div>
    }
    .into_any()
}

fn filters(search: String, stage: String) -> AnyView {
    let mut options = vec![(String::new(), "Every stage".to_owned())];
    options.extend(Stage::ALL.iter().map(|stage| (stage.code().to_owned(), stage.words().to_owned())));
    view! {
        <Form method="GET" action="/orders" attr:class="filters" attr:role="search" attr:novalidate="">
            <Find label="Number, customer or email" name="search" value=search />
            <Choice label="Stage" name="stage" options chosen=stage />
            <button class="btn">{Icon::Search.view()} "Show"</button>
        </Form>
    }
    .into_any()
}

fn rows(page: OrderPage, search: &str, stage: &str, later: bool) -> AnyView {
    let query = format!("search={}&stage={stage}", Url::escape(search));
    if page.rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No order matches" words="Orders appear here the moment a channel sends them." icon=Icon::Cart>
                    <a class="btn" href="/orders">"Show all"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let csv = format!("/api/fn/orders/list.csv?{query}");
    let next = page.next.map(|next| {
        let href = format!("/orders?{query}&after={}", Url::escape(&next));
        view! { <a class="btn" href=href>"Older"</a> }
    });
    let first = later.then(|| view! { <a class="btn" href=format!("/orders?{query}")>"Newest"</a> });
    let count = format!("{} shown, newest first", page.rows.len());
    let foot = view! {
        <nav class="pager" aria-label="Pages">
            <span>{count}</span>
            <span class="row">{first} {next}</span>
        </nav>
    }
    .into_any();
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        <Table title="Orders" caption="Orders, newest first" csv foot>
            {heads(&[
                ("Order", ""),
                ("Stage", ""),
                ("Customer", ""),
                ("Placed", "wide"),
                ("Promised", "mid"),
                ("Units", "mid"),
                ("Total", "num"),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: OrderRow) -> AnyView {
    let units = row.units.ordered;
    let shares = shares(&row.units);
    view! {
        <tr>
            <th scope="row"><A href=format!("/orders/{}", row.number)>{row.number.clone()}</A></th>
            <td>
                <span class="table-cell">{stage_chip(row.stage)} {hold_words(row.hold)}</span>
            </td>
            <td>{row.customer} " " <span class="muted nowrap">{format!("{} · {}", row.country, row.channel)}</span></td>
            <td class="wide"><When at=row.placed_at /></td>
            <td class="mid"><When at=row.promised_at /></td>
            <td class="cell-bar mid">
                <span class="unit-bar"><span class="small strong">{units}</span> <ShareStrip shares /></span>
            </td>
            <td class="num">{money(row.total, &row.currency)}</td>
        </tr>
    }
    .into_any()
}
