//! `/inventory`: every SKU with its units by state.

use domain::stock::{State, StockPage, StockRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;

use super::api::read_inventory;
use super::shares::shares;
use crate::door::live;
use crate::ui::{Choice, Empty, Find, Icon, Pager, ShareStrip, Table, grouped, heads, loaded};

/// Rows on a page; the service's own number.
const PER_PAGE: i64 = 50;

#[component]
pub fn InventoryPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse::<i64>().unwrap_or(1).max(1);
    let fresh = live(&["stock", "order", "sku", "wave", "trip", "parcel", "return"]);
    let asked = move || (part("search"), part("state"), page(), fresh.get());
    let answer = Resource::new(asked, |(search, state, page, _)| read_inventory(search, state, page - 1));
    view! {
        <Title text="Inventory" />
        <div class="page">
            <header class="page-head">
                <h1>"Inventory"</h1>
            </header>
            {move || filters(part("search"), part("state"))}
            {loaded(answer, move |stock| rows(stock, page(), (part("search"), part("state"))))}
        </div>
    }
    .into_any()
}

fn filters(search: String, state: String) -> AnyView {
    let mut options = vec![(String::new(), "Any state".to_owned()), ("allocated".to_owned(), "Allocated".to_owned())];
    options.extend(State::INSIDE.iter().map(|state| (state.code().to_owned(), state.words().to_owned())));
    options.push(("short".to_owned(), "Promised more than free".to_owned()));
    view! {
        <Form method="GET" action="/inventory" attr:class="filters" attr:role="search" attr:novalidate="">
            <Find label="SKU, name or barcode" name="search" value=search />
            <Choice label="With units" name="state" options chosen=state />
            <button class="btn">{Icon::Search.view()} "Show"</button>
        </Form>
    }
    .into_any()
}

fn rows(stock: StockPage, page: i64, (search, state): (String, String)) -> AnyView {
    if stock.rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No SKU matches" words="Try fewer letters, or another state." icon=Icon::Box>
                    <a class="btn" href="/inventory">"Show all"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let query = format!("search={}&state={state}", leptos_router::location::Url::escape(&search));
    let csv = format!("/api/fn/stock/inventory.csv?{query}");
    let foot = view! { <Pager page per_page=PER_PAGE total=stock.total link=address query /> }.into_any();
    let aside = view! { <span class="muted small">{format!("{} SKUs", grouped(stock.total))}</span> }.into_any();
    view! {
        <Table title="SKUs" caption="SKUs with their units by state" csv aside foot>
            {heads(&[
                ("SKU", ""),
                ("Name", ""),
                ("Units by state", "mid"),
                ("On hand", "num"),
                ("Available", "num"),
                ("Allocated", "num wide"),
                ("Reserved", "num wide"),
                ("Not sellable", "num wide"),
            ])}
            <tbody>{stock.rows.into_iter().map(row).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn address(page: i64, query: &str) -> String {
    format!("/inventory?{query}&page={page}")
}

fn row(row: StockRow) -> AnyView {
    let blocked = row.held + row.quarantined + row.damaged + row.returned + row.in_transit;
    let shares = shares(&row);
    view! {
        <tr>
            <th scope="row">
                <A href=format!("/inventory/{}", row.sku)>{row.code}</A>
            </th>
            <td>{row.name} " " <span class="muted">{row.variant}</span></td>
            <td class="cell-bar mid"><ShareStrip shares /></td>
            <td class="num">{grouped(row.on_hand)}</td>
            <td class="num strong">{grouped(row.available)}</td>
            <td class="num wide">{grouped(row.allocated)}</td>
            <td class="num wide">{grouped(row.reserved)}</td>
            <td class="num wide">{grouped(blocked)}</td>
        </tr>
    }
    .into_any()
}
