//! `/returns`: what stands where, the longest waiting first. The filter lives in the address.

use chrono::{DateTime, Utc};
use domain::returns::{PAGE, Queue, QueueFilter, Reason, ReturnRow, Stage, StageCount};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::location::Url;

use super::api::read_queue;
use super::parts::stage_chip;
use crate::door::live;
use crate::ui::{Chip, Choice, Empty, Find, Icon, Pager, Share, ShareBar, Table, Tone, When, age, heads, loaded};

#[component]
pub fn ReturnsPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let asked = move || {
        let page = part("page").parse().unwrap_or(1);
        filter(&part("stage"), &part("reason"), &part("find"), &part("late"), page)
    };
    let fresh = live(&["return", "refund"]);
    let answer = Resource::new(move || (asked(), fresh.get()), |(filter, _)| read_queue(filter));
    view! {
        <Title text="Returns" />
        <div class="page">
            <header class="page-head">
                <h1>"Returns"</h1>
            </header>
            {move || filters(&asked())}
            {loaded(answer, move |queue| view(queue, &asked()))}
        </div>
    }
    .into_any()
}

/// The filter an address says. What cannot be read is left out.
pub(super) fn filter(stage: &str, reason: &str, find: &str, late: &str, page: i64) -> QueueFilter {
    QueueFilter {
        stage: Stage::parse(stage),
        reason: Reason::parse(reason),
        find: find.trim().to_owned(),
        late_only: !late.is_empty(),
        page: page.max(1),
    }
}

/// And back: the query of a filter, without its page.
fn query_of(filter: &QueueFilter) -> String {
    format!(
        "stage={}&reason={}&find={}&late={}",
        filter.stage.map_or("", Stage::code),
        filter.reason.map_or("", Reason::code),
        Url::escape(&filter.find),
        if filter.late_only { "1" } else { "" }
    )
}

fn filters(filter: &QueueFilter) -> AnyView {
    let mut stages = vec![(String::new(), "All open".to_owned())];
    stages.extend(Stage::ALL.iter().map(|stage| (stage.code().to_owned(), stage.words().to_owned())));
    let mut reasons = vec![(String::new(), "Every reason".to_owned())];
    reasons.extend(Reason::ALL.iter().map(|reason| (reason.code().to_owned(), reason.words().to_owned())));
    let (stage, reason) = (filter.stage.map_or("", Stage::code), filter.reason.map_or("", Reason::code));
    let (find, late) = (filter.find.clone(), filter.late_only);
    view! {
        <Form method="GET" action="/returns" attr:class="filters" attr:role="search" attr:novalidate="">
            <Find label="RMA, order or customer" name="find" value=find />
            <Choice label="Stage" name="stage" options=stages chosen=stage />
            <Choice label="Reason" name="reason" options=reasons chosen=reason />
            <label class="check">
                <input type="checkbox" name="late" value="1" checked=late />
                "Late only"
            </label>
            <button class="btn">{Icon::Search.view()} "Show"</button>
        </Form>
    }
    .into_any()
}

fn view(queue: Queue, filter: &QueueFilter) -> AnyView {
    let bar = funnel(&queue.stages, queue.as_of);
    let rows = rows(queue, filter);
    view! { {bar} {rows} }.into_any()
}

/// How many stand at each open stage, how many of them too long.
fn funnel(stages: &[StageCount], now: DateTime<Utc>) -> AnyView {
    let colours = ["d4", "d2", "d3", "d1"];
    let open = stages.iter().filter(|count| Stage::OPEN.contains(&count.stage));
    let shares = open.clone().zip(colours).map(|(count, colour)| Share {
        href: format!("/returns?stage={}", count.stage.code()),
        ..Share::new(count.stage.words(), count.returns, colour)
    });
    let shares: Vec<Share> = shares.collect();
    let late = open.filter(|count| count.late > 0).map(|count| {
        let oldest = count.oldest.map(|oldest| age((now - oldest).num_seconds())).unwrap_or_default();
        let words = format!("{} late in “{}”, oldest {oldest}", count.late, count.stage.words());
        let href = format!("/returns?stage={}&late=1", count.stage.code());
        view! { <a class="plain" href=href><Chip text=words tone=Tone::Stop /></a> }
    });
    view! {
        <section class="card" aria-label="Where returns stand">
            <ShareBar label="Open returns by stage" shares />
            <div class="row">{late.collect_view()}</div>
        </section>
    }
    .into_any()
}

fn rows(queue: Queue, filter: &QueueFilter) -> AnyView {
    let query = query_of(filter);
    if queue.rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing waits here" words="Returns appear the moment a customer asks for one." icon=Icon::Return>
                    <a class="btn" href="/returns">"Show all open"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let csv = format!("/api/fn/returns/queue.csv?{query}");
    let link = |page: i64, query: &str| format!("/returns?{query}&page={page}");
    let foot = view! { <Pager page=filter.page per_page=PAGE total=queue.total link query /> }.into_any();
    let now = queue.as_of;
    let rows = queue.rows.into_iter().map(|entry| row(entry, now)).collect_view();
    view! {
        <Table title="Queue" caption="Returns, the longest at their stage first" csv foot>
            {heads(&[
                ("RMA", ""),
                ("Stage", ""),
                ("For", ""),
                ("Customer", ""),
                ("Order", ""),
                ("Why", ""),
                ("In / asked", "num"),
                ("Requested", ""),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: ReturnRow, now: DateTime<Utc>) -> AnyView {
    let stands = (now - row.since).num_seconds();
    let late = row.stage.hours_allowed().is_some_and(|hours| stands > hours * 3600);
    let class = if late { "late" } else { "" };
    let reasons: Vec<&str> = row.reasons.iter().map(|reason| reason.words()).collect();
    let stands = if row.stage.hours_allowed().is_some() { age(stands) } else { String::new() };
    view! {
        <tr class=class>
            <th scope="row"><A href=format!("/returns/{}", row.number)>{row.number.clone()}</A></th>
            <td>{stage_chip(row.stage)}</td>
            <td class="nowrap">{stands} {late.then(|| view! { " " <span class="small strong late-word">"late"</span> })}</td>
            <td>{row.customer}</td>
            <td class="nowrap"><A href=format!("/orders/{}", row.order_number)>{row.order_number.clone()}</A></td>
            <td>{reasons.join(", ")}</td>
            <td class="num">{format!("{} / {}", row.units_received, row.units)}</td>
            <td><When at=row.requested_at /></td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RET-9: a filter survives its way through the address.
    #[test]
    fn a_filter_reads_back_from_its_address() {
        let before = filter("to_inspect", "defective", "Ana & Co", "1", 1);
        assert_eq!(query_of(&before), "stage=to_inspect&reason=defective&find=Ana%20%26%20Co&late=1");
        assert_eq!(filter("nowhere", "", " x ", "", -3), QueueFilter { find: "x".into(), page: 1, ..QueueFilter::default() });
    }
}
