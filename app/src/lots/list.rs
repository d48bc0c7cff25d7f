//! `/lots`: every lot with what is left of it, those that were recalled and those that expire first on top; a serial by its number.

use domain::dates::day;
use domain::lots::{LotList, LotRow};
use domain::people::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::api::read_lots;
use super::rules::RulesCard;
use crate::door::{live, visit};
use crate::ui::{Chip, Choice, Empty, Find, Icon, Pager, Table, Tone, grouped, heads, link, loaded};

/// Rows on a page; the service's own number.
const PER_PAGE: i64 = 50;

#[component]
pub fn LotsPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse::<i64>().unwrap_or(1).max(1);
    let fresh = live(&["stock", "lot", "parcel", "return", "purchase"]);
    let asked = move || (part("search"), part("which"), page(), fresh.get());
    let answer = Resource::new(asked, |(search, which, page, _)| read_lots(search, which, page));
    let rules = visit().may(Permission::CatalogEdit);
    view! {
        <Title text="Lots" />
        <div class="page">
            <header class="page-head">
                <h1>"Lots and serials"</h1>
            </header>
            {move || filters(part("search"), part("which"))}
            <div class=if rules { "split" } else { "stack" }>
                {loaded(answer, move |lots| rows(lots, page(), (part("search"), part("which"))))}
                {rules.then(|| view! { <div class="stack"><RulesCard /></div> })}
            </div>
        </div>
    }
    .into_any()
}

fn filters(search: String, which: String) -> AnyView {
    let options = [("", "All"), ("recalled", "Recalled"), ("expired", "Past their day")];
    let options = options.map(|(code, words)| (code.to_owned(), words.to_owned())).to_vec();
    view! {
        <Form method="GET" action="/lots" attr:class="filters" attr:role="search" attr:novalidate="">
            <Find label="Lot, SKU or serial" name="search" value=search />
            <Choice label="Which" name="which" options chosen=which />
            <button class="btn">{Icon::Search.view()} "Show"</button>
        </Form>
    }
    .into_any()
}

fn rows(lots: LotList, page: i64, (search, which): (String, String)) -> AnyView {
    if lots.rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No lot matches" words="A lot shows here once goods of it are received. SKUs are kept by lot on their own page." icon=Icon::Box>
                    <a class="btn" href="/lots">"Show all"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let query = format!("search={}&which={which}", leptos_router::location::Url::escape(&search));
    let foot = view! { <Pager page per_page=PER_PAGE total=lots.total link=address query /> }.into_any();
    let aside = view! { <span class="muted small">{format!("{} found", grouped(lots.total))}</span> }.into_any();
    let today = lots.today;
    view! {
        <Table title="Lots" caption="Lots and serials with what is left of them" aside foot>
            {heads(&[
                ("Lot", ""),
                ("SKU", ""),
                ("On hand", "num"),
                ("Set apart", "num mid"),
                ("Allocated", "num wide"),
                ("With customers", "num"),
                ("Good until", ""),
            ])}
            <tbody>{lots.rows.into_iter().map(|lot| row(lot, today)).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn address(page: i64, query: &str) -> String {
    format!("/lots?{query}&page={page}")
}

fn row(lot: LotRow, today: chrono::NaiveDate) -> AnyView {
    view! {
        <tr data-lot=lot.code.clone()>
            <th scope="row">
                <span class="table-cell">{link(format!("/lots/{}", lot.id), lot.code.clone())} {standing(&lot, today)}</span>
            </th>
            <td>{link(format!("/inventory/{}", lot.sku), lot.sku_code.clone())} " " <span class="muted">{lot.sku_name.clone()}</span></td>
            <td class="num strong">{grouped(lot.on_hand)}</td>
            <td class="num mid">{grouped(lot.held)}</td>
            <td class="num wide">{grouped(lot.allocated)}</td>
            <td class="num">{grouped(lot.shipped)}</td>
            <td class="nowrap">{lot.expires_on.map(|on| day(&on))}</td>
        </tr>
    }
    .into_any()
}

/// What is to be known of it before anything else.
pub(super) fn standing(lot: &LotRow, today: chrono::NaiveDate) -> AnyView {
    if lot.recalled_at.is_some() {
        return view! { <Chip text="Recalled" tone=Tone::Stop /> }.into_any();
    }
    if lot.expired(today) {
        return view! { <Chip text="Past its day" tone=Tone::Warn /> }.into_any();
    }
    if lot.serial { view! { <Chip text="Serial" tone=Tone::Plain /> }.into_any() } else { ().into_any() }
}
