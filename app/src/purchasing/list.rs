//! `/purchasing`: orders to suppliers, latest first, by how far they have come. The filter lives in the address.

use domain::dates;
use domain::ids::SiteId;
use domain::people::Permission;
use domain::purchasing::{PAGE, PurchaseFilter, PurchaseList, PurchaseRow, Standing};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::location::Url;

use super::api::read_purchases;
use super::parts::standing_chip;
use crate::door::{live, visit};
use crate::sites::here;
use crate::ui::{Chip, Empty, Icon, Meter, Pager, Table, Tone, When, loaded, money};

#[component]
pub fn PurchasesPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let (site, fresh) = (here(), live(&["purchase", "delivery"]));
    let asked = move || filter(&part("search"), &part("standing"), site.get(), part("page").parse().unwrap_or(1));
    let answer = Resource::new(move || (asked(), fresh.get()), |(filter, _)| read_purchases(filter));
    let edits = visit().may(Permission::PurchasingEdit);
    view! {
        <Title text="Purchasing" />
        <div class="page">
            <header class="page-head">
                <h1>"Purchasing"</h1>
                <span class="grow"></span>
                <A href="/purchasing/suppliers" attr:class="btn">"Suppliers"</A>
                {edits.then(|| view! { <A href="/purchasing/reorder" attr:class="btn">"To reorder"</A> })}
                {edits
                    .then(|| {
                        view! { <A href="/purchasing/new" attr:class="btn primary">{Icon::Plus.view()} "New order"</A> }
                    })}
            </header>
            {move || search(part("search"), part("standing"))}
            {loaded(answer, move |list| view(list, &asked(), edits))}
        </div>
    }
    .into_any()
}

/// The filter an address says; the site is the one chosen above. What cannot be read is left out.
pub(super) fn filter(search: &str, standing: &str, site: Option<SiteId>, page: i64) -> PurchaseFilter {
    PurchaseFilter { search: search.trim().to_owned(), standing: Standing::parse(standing), site, page: page.max(1) }
}

fn query_of(search: &str, standing: Option<Standing>) -> String {
    format!("search={}&standing={}", Url::escape(search), standing.map_or("", Standing::code))
}

fn search(search: String, standing: String) -> AnyView {
    view! {
        <Form method="GET" action="/purchasing" attr:class="filters" attr:role="search" attr:novalidate="">
            <div class="field">
                <label for="f-search">"Number or supplier"</label>
                <input class="input" id="f-search" name="search" type="search" value=search autocomplete="off" />
            </div>
            <input type="hidden" name="standing" value=standing />
            <button class="btn">{Icon::Search.view()} "Show"</button>
        </Form>
    }
    .into_any()
}

fn view(list: PurchaseList, filter: &PurchaseFilter, edits: bool) -> AnyView {
    let tabs = tabs(&list, filter);
    if list.rows.is_empty() {
        let begin = edits.then(|| view! { <A href="/purchasing/new" attr:class="btn">"Write the first order"</A> });
        return view! {
            {tabs}
            <div class="card">
                <Empty title="No order matches" words="Orders to suppliers stand here, from the first draft to the last pallet." icon=Icon::Truck>
                    {begin}
                </Empty>
            </div>
        }
        .into_any();
    }
    let query = query_of(&filter.search, filter.standing);
    let site = filter.site.map_or_else(String::new, |site| site.to_string());
    let csv = format!("/api/fn/purchasing/list.csv?{query}&site={site}");
    let link = |page: i64, query: &str| format!("/purchasing?{query}&page={page}");
    let foot = view! { <Pager page=filter.page per_page=PAGE total=list.total link query /> }.into_any();
    let rows = list.rows.into_iter().map(|one| row(one, &list.currency)).collect_view();
    view! {
        {tabs}
        <Table title="Orders" caption="Orders to suppliers, latest first" csv foot>
            <thead>
                <tr>
                    <th scope="col">"Order"</th>
                    <th scope="col">"Standing"</th>
                    <th scope="col">"Supplier"</th>
                    <th scope="col" class="mid">"Site"</th>
                    <th scope="col">"Due"</th>
                    <th scope="col" class="mid">"Received"</th>
                    <th scope="col" class="wide">"Written"</th>
                    <th scope="col" class="num">"Total"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: PurchaseRow, currency: &str) -> AnyView {
    let late = row.late.then(|| view! { <Chip text="Late" tone=Tone::Stop /> });
    let words = format!("{} of {}", row.received, row.units);
    view! {
        <tr class=if row.late { "late" } else { "" }>
            <th scope="row"><A href=format!("/purchasing/{}", row.number)>{row.number.clone()}</A></th>
            <td>{standing_chip(row.standing)}</td>
            <td>{row.supplier}</td>
            <td class="mid">{row.site}</td>
            <td><span class="table-cell"><span class="nowrap">{dates::day(&row.due)}</span> {late}</span></td>
            <td class="mid cell-bar">
                <span class="stack-tight">
                    <Meter label=words.clone() done=row.received of=row.units />
                    <span class="small">{words}</span>
                </span>
            </td>
            <td class="wide"><When at=row.written_at /></td>
            <td class="num">{money(row.total, currency)}</td>
        </tr>
    }
    .into_any()
}

/// Each standing with its count: the same rows when followed.
fn tabs(list: &PurchaseList, filter: &PurchaseFilter) -> AnyView {
    let all: i64 = list.counts.iter().map(|(_, count)| count).sum();
    let tab = |words: &'static str, standing: Option<Standing>, count: i64| {
        let current = (standing == filter.standing).then_some("page");
        // Whatever was searched for: the count is of all of them.
        let href = format!("/purchasing?{}", query_of("", standing));
        view! {
            <li>
                <a class="tab" href=href aria-current=current data-standing=standing.map_or("all", Standing::code)>
                    <span>{words}</span>
                    <b>{count}</b>
                </a>
            </li>
        }
        .into_any()
    };
    let mut tabs = vec![tab("All", None, all)];
    tabs.extend(list.counts.iter().map(|(standing, count)| tab(standing.words(), Some(*standing), *count)));
    view! { <nav aria-label="By standing"><ul class="tabs" role="list">{tabs}</ul></nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IN-8: a filter survives its way through the address.
    #[test]
    fn a_filter_reads_back_from_its_address() {
        let before = filter(" Potteries ", "partial", None, 0);
        assert_eq!((before.search.as_str(), before.standing, before.page), ("Potteries", Some(Standing::Partial), 1));
        assert_eq!(query_of(&before.search, before.standing), "search=Potteries&standing=partial");
        assert_eq!(filter("", "lost", None, 2).standing, None);
    }
}
