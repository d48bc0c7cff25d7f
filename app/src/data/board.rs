//! `/data`: how much is known of SKUs, bins and carriers, worst first; what is missing most; files in and out.

use domain::catalog::readiness::{Board, Fact, Of, Row, WHOLE};
use domain::catalog::sheet::{BARCODES, HEADER};
use domain::people::Permission;
use domain::sites::sheet::BINS;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::location::Url;

use super::api::{read_readiness, send_skus};
use super::rules::RulesCard;
use crate::door::{live, visit};
use crate::files::bring_in;
use crate::sites::api::send_bin_rows;
use crate::ui::{Chip, Empty, Find, Icon, Meter, Pager, Table, Tone, grouped, heads, link, loaded};

/// Rows on a page; the service's own number.
const PER_PAGE: i64 = 50;

#[component]
pub fn DataPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse().unwrap_or(1_i64).max(1);
    let (fresh, again) = (live(&["sku", "catalog", "carrier", "site"]), RwSignal::new(0_u32));
    let asked = move || (part("of"), part("search"), part("fact"), page(), fresh.get(), again.get());
    let answer =
        Resource::new(asked, |(of, search, fact, page, ..)| read_readiness(Of::parse(&of), search, fact_of(&fact), page));
    let (rules, bins) = (visit().may(Permission::CatalogRules), visit().may(Permission::SitesEdit));
    let bins_hint = format!(
        "First line, in any order: {}. An empty cell says nothing. Where a bin stands is drawn on its site; a new one may say it.",
        BINS.join(", ")
    );
    let hint = format!("First line, in any order: {}, {BARCODES}. An empty cell says nothing.", HEADER.join(", "));
    view! {
        <Title text="Master data" />
        <div class="page">
            <header class="page-head">
                <h1>"Master data"</h1>
                <span class="grow"></span>
                <A href="/data/reasons" attr:class="btn">"Reasons"</A>
                <A href="/data/changes" attr:class="btn">"Edits"</A>
                <A href="/data/skus/new" attr:class="btn primary">{Icon::Plus.view()} "New SKU"</A>
            </header>
            <div class="split">
                <div class="stack">{loaded(answer, move |board| shown(board, &part("search"), &part("fact"), page()))}</div>
                <div class="stack">
                    {bring_in("Bring in SKUs", "skus", hint, send_skus, ("SKU is taken.", "SKUs are taken."), again)}
                    {bins.then(|| bring_in("Bring in bins", "bins", bins_hint, send_bin_rows, ("bin is taken.", "bins are taken."), again))}
                    {sheets()}
                    {rules.then(|| view! { <RulesCard again /> })}
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn fact_of(code: &str) -> Option<Fact> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

fn code_of(fact: Fact) -> String {
    serde_json::to_value(fact).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}

fn sheets() -> AnyView {
    let rows = [("skus", "SKUs"), ("barcodes", "Barcodes"), ("bins", "Bins")].map(|(of, words)| {
        let file = |form: &str| format!("/api/fn/data/sheet.{form}?of={of}");
        view! {
            <li class="row">
                <span class="grow">{words}</span>
                <a class="btn quiet" href=file("csv") rel="external" download="" aria-label=format!("{words} as CSV")>{Icon::Download.view()} "CSV"</a>
                <a class="btn quiet" href=file("xlsx") rel="external" download="" aria-label=format!("XLSX: {words} as a workbook")>{Icon::Download.view()} "XLSX"</a>
            </li>
        }
    });
    view! {
        <section class="card">
            <h2>"Take out"</h2>
            <ul class="stack-tight" role="list">{rows.into_iter().collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn shown(board: Board, search: &str, fact: &str, page: i64) -> AnyView {
    let of = board.of;
    let tabs = Of::ALL.map(|tab| {
        let current = (tab == of).then_some("page");
        view! { <li><a class="tab" href=format!("/data?of={}", tab.code()) aria-current=current>{tab.words()}</a></li> }
    });
    view! {
        <nav aria-label="Of what"><ul class="tabs" role="list">{tabs.into_iter().collect_view()}</ul></nav>
        {summary(&board, fact)}
        {filter(of, search, fact)}
        {rows(board, search, fact, page)}
    }
    .into_any()
}

fn summary(board: &Board, chosen: &str) -> AnyView {
    let of = board.of;
    let gaps = board.gaps.iter().map(|(fact, many)| {
        let code = code_of(*fact);
        let current = (code == chosen).then_some("true");
        let href = format!("/data?of={}&fact={code}", of.code());
        view! { <li><a class="tab" href=href aria-current=current><span>{format!("No {}", fact.words())}</span> <b>{grouped(*many)}</b></a></li> }
    });
    let below = (board.threshold > 0).then(|| {
        let words = format!("below {}: {}", board.threshold, of.left_out());
        let tone = if board.below > 0 { Tone::Warn } else { Tone::Ok };
        view! { <span><Chip text=grouped(board.below) tone /> " " {words}</span> }
    });
    let waiting = (board.waiting > 0)
        .then(|| view! { <A href="/data/changes?status=pending">{format!("{} edits wait for an owner", board.waiting)}</A> });
    view! {
        <section class="card" data-mean=board.mean>
            <div class="card-head">
                <h2>{format!("{} % known on average", board.mean)}</h2>
                <span class="muted">{format!("{} of {} whole", grouped(board.whole), grouped(board.all))}</span>
            </div>
            <Meter label="Known on average" done=board.mean.into() of=WHOLE.into() tone=Tone::Ok />
            <p class="row">{below} {waiting}</p>
            <ul class="tabs" role="list" aria-label="What is missing most">{gaps.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn filter(of: Of, search: &str, fact: &str) -> AnyView {
    let (search, fact) = (search.to_owned(), fact.to_owned());
    view! {
        <Form method="GET" action="/data" attr:class="filters" attr:role="search" attr:novalidate="">
            <input type="hidden" name="of" value=of.code() />
            <input type="hidden" name="fact" value=fact />
            <Find label="Code or name" name="search" value=search />
            <button class="btn">{Icon::Search.view()} "Show"</button>
        </Form>
    }
    .into_any()
}

fn turned(page: i64, query: &str) -> String {
    format!("/data?{query}&page={page}")
}

fn rows(board: Board, search: &str, fact: &str, page: i64) -> AnyView {
    if board.rows.is_empty() {
        return view! { <div class="card"><Empty title="None like that" words="Try fewer letters, or another gap." icon=Icon::Check /></div> }.into_any();
    }
    let query = format!("of={}&search={}&fact={fact}", board.of.code(), Url::escape(search));
    let foot = view! { <Pager page per_page=PER_PAGE total=board.total link=turned query /> }.into_any();
    let rows = board.rows.into_iter().map(row).collect_view();
    view! {
        <Table title="Worst first" caption="How much is known of each, worst first" foot>
            {heads(&[("Code", ""), ("Name", "mid"), ("Known", "mid"), ("", "num"), ("Missing", "")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: Row) -> AnyView {
    let code = row.code.clone();
    let code = match (row.sku, row.bin) {
        (Some(sku), _) => link(format!("/data/skus/{sku}"), code),
        (None, Some(bin)) => link(format!("/bins/{bin}"), code),
        (None, None) if visit().may(Permission::WavesView) => link("/carriers".to_owned(), code),
        (None, None) => view! { <span class="code">{code}</span> }.into_any(),
    };
    let tone = if row.held {
        Tone::Stop
    } else if row.score == WHOLE {
        Tone::Ok
    } else {
        Tone::Warn
    };
    let missing = row.missing.iter().map(|fact| fact.words()).collect::<Vec<_>>().join(", ");
    let held = row.held.then(|| view! { " " <Chip text="Left out" tone=Tone::Stop /> });
    view! {
        <tr data-score=row.score data-code=row.code.clone()>
            <th scope="row">{code} {held}</th>
            <td class="mid">{row.name}</td>
            <td class="cell-bar mid"><Meter label=format!("{} % known", row.score) done=row.score.into() of=WHOLE.into() tone /></td>
            <td class="num">{format!("{} %", row.score)}</td>
            <td class="prose small">{if missing.is_empty() { "nothing".to_owned() } else { missing }}</td>
        </tr>
    }
    .into_any()
}
