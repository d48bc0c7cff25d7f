//! `/exceptions`: what needs a person, the oldest first, by kind and site. The filter lives in the address.

use domain::exceptions::{ExceptionFilter, ExceptionList, Kind, PAGE};
use domain::ids::SiteId;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::api::read_exceptions;
use super::card::{Tools, card};
use crate::door::live;
use crate::sites::here;
use crate::ui::{Empty, Icon, Pager, loaded};

#[component]
pub fn ExceptionsPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let site = here();
    let (fresh, again) = (live(&["exception", "order", "return", "refund", "trip"]), RwSignal::new(0_u32));
    let asked = move || filter(&part("kind"), site.get(), &part("closed"), part("page").parse().unwrap_or(1));
    let answer = Resource::new(move || (asked(), fresh.get(), again.get()), |(filter, ..)| read_exceptions(filter));
    let tools = Tools::new(again);
    view! {
        <Title text="Exceptions" />
        <div class="page">
            <header class="page-head">
                <h1>"Exceptions"</h1>
            </header>
            {loaded(answer, move |list| view(&list, &asked(), tools))}
        </div>
    }
    .into_any()
}

/// The filter an address says; the site is the one chosen above. What cannot be read is left out.
pub(super) fn filter(kind: &str, site: Option<SiteId>, closed: &str, page: i64) -> ExceptionFilter {
    ExceptionFilter { kind: Kind::parse(kind), site, resolved: !closed.is_empty(), page: page.max(1) }
}

fn query_of(kind: Option<Kind>, resolved: bool) -> String {
    format!("kind={}&closed={}", kind.map_or("", Kind::code), if resolved { "1" } else { "" })
}

fn view(list: &ExceptionList, filter: &ExceptionFilter, tools: Tools) -> AnyView {
    let tabs = tabs(list, filter);
    let query = query_of(filter.kind, filter.resolved);
    if list.rows.is_empty() {
        let (title, words) = if filter.resolved {
            ("Nothing was closed yet", "What is closed stands here, with what was done about it.")
        } else {
            ("Nothing needs a person", "Whatever gets stuck appears here, the oldest first.")
        };
        return view! { {tabs} <div class="card"><Empty title words icon=Icon::Check /></div> }.into_any();
    }
    let link = |page: i64, query: &str| format!("/exceptions?{query}&page={page}");
    let site = filter.site.map_or_else(String::new, |site| site.to_string());
    let csv = format!("/api/fn/exceptions/list.csv?{query}&site={site}");
    let cards = list.rows.iter().map(|row| card(row, list.as_of, tools)).collect_view();
    view! {
        {tabs}
        <div class="stack">{cards}</div>
        <div class="card">
            <div class="row-between">
                <Pager page=filter.page per_page=PAGE total=list.total link query />
                <a class="btn quiet" href=csv rel="external" download="">{Icon::Download.view()} "CSV"</a>
            </div>
        </div>
    }
    .into_any()
}

/// Each kind that has open cases with its count, the same rows when followed; and what was closed.
fn tabs(list: &ExceptionList, filter: &ExceptionFilter) -> AnyView {
    let tab = |words: &str, kind: Option<Kind>, resolved: bool, count: Option<i64>| {
        let current = (kind == filter.kind && resolved == filter.resolved).then_some("page");
        let href = format!("/exceptions?{}", query_of(kind, resolved));
        let code = if resolved { "closed" } else { kind.map_or("all", Kind::code) };
        view! {
            <li>
                <a class="tab" href=href aria-current=current data-kind-tab=code>
                    <span>{words.to_owned()}</span>
                    {count.map(|count| view! { <b>{count}</b> })}
                </a>
            </li>
        }
        .into_any()
    };
    let all: i64 = list.counts.iter().map(|(_, open)| open).sum();
    let mut tabs = vec![tab("All open", None, false, Some(all))];
    // The kind that is looked at stays, even with its last case closed.
    let shown = Kind::ALL.into_iter().filter_map(|kind| {
        let open = list.counts.iter().find(|(known, _)| *known == kind).map_or(0, |(_, open)| *open);
        (open > 0 || filter.kind == Some(kind)).then_some((kind, open))
    });
    tabs.extend(shown.map(|(kind, open)| tab(kind.words(), Some(kind), false, Some(open))));
    tabs.push(tab("Closed", None, true, None));
    view! { <nav aria-label="By kind"><ul class="tabs" role="list">{tabs}</ul></nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORD-8: a filter survives its way through the address.
    #[test]
    fn a_filter_reads_back_from_its_address() {
        let before = filter("short_pick", None, "1", 2);
        assert_eq!(query_of(before.kind, before.resolved), "kind=short_pick&closed=1");
        assert_eq!(filter("nothing", None, "", -4), ExceptionFilter { page: 1, ..ExceptionFilter::default() });
    }
}
