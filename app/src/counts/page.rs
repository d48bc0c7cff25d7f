//! `/counts`: today's bins and how they stand, what waits for somebody, how right the books are, and the site's programme. What is
//! shown lives in the address.

use domain::counts::{CountList, CountRow, PAGE, PlanCounts, RequestCount, Today};
use domain::ids::SiteId;
use domain::people::Permission;
use domain::reasons::Process;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::accuracy::accuracy;
use super::api::{read_accuracy, read_counts, send_plan, send_request};
use super::parts::{SHOWN, class_words, filter, often, status_chip};
use super::programme::ProgrammeCard;
use crate::door::{Said, Unanswered, live, visit};
use crate::reasons::{Because, Why};
use crate::sites::here;
use crate::ui::{
    Chip, Empty, Field, Icon, LastRefused, Meter, Pager, Refusal, Refused, Send, Table, Toasts, Tone, heads, loaded, money, when,
};

#[component]
pub fn CountsPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse().unwrap_or(1_i64).max(1);
    let site = here();
    // A figure leads to the counts of its own site, whatever was chosen above.
    let place = move || part("at").parse().ok().map(SiteId).or_else(|| site.get());
    let (fresh, again) = (live(&["count", "stock"]), RwSignal::new(0_u32));
    let asked = move || {
        let place = place().map_or_else(String::new, |site| site.to_string());
        filter(&place, &part("show"), &part("class"), &part("every"), page())
    };
    let answer = Resource::new(move || (asked(), fresh.get(), again.get()), |(filter, ..)| read_counts(filter));
    let right = Resource::new(move || (place(), fresh.get(), again.get()), |(site, ..)| read_accuracy(site));
    let tools = Tools::new(again);
    let narrowed = move || format!("&at={}&class={}&every={}", part("at"), part("class"), part("every"));
    view! {
        <Title text="Counts" />
        <div class="page">
            <header class="page-head">
                <h1>"Counts"</h1>
            </header>
            {loaded(answer, move |list| counts(&list, &part("show"), &narrowed(), page()))}
            // Who may not see the counts is told once.
            {visit().may(Permission::CountsView).then(|| view! {
                {loaded(right, move |rows| accuracy(&rows, place()))}
                {visit().may(Permission::CountsPlan).then(|| view! { {move || planning(place(), tools)} })}
                {move || match place() {
                    Some(site) => view! { <ProgrammeCard site /> }.into_any(),
                    None => view! { <p class="banner">{Icon::Map.view()} <span>"Choose a site above to see and change how it counts."</span></p> }.into_any(),
                }}
            })}
        </div>
    }
    .into_any()
}

fn counts(list: &CountList, show: &str, narrowed: &str, page: i64) -> AnyView {
    let query = format!("show={show}{narrowed}");
    let csv = format!("/api/fn/counts/list.csv?{}", query.replace("&at=", "&site="));
    let tabs = tabs(&list.today, show);
    let body = if list.rows.is_empty() {
        view! {
            <div class="card">
                <Empty title="No such counts" words="What is due is opened by the programme, or by hand below." icon=Icon::Check />
            </div>
        }
        .into_any()
    } else {
        let rows = list.rows.iter().map(|one| row(one, &list.currency)).collect_view();
        let link = |page: i64, query: &str| format!("/counts?{query}&page={page}");
        let foot = view! { <Pager page per_page=PAGE total=list.total link query /> }.into_any();
        view! {
            <Table title="Counts" caption="Bins to count and counted, by site" csv foot>
                {heads(&[
                    ("Count", ""),
                    ("Bin", ""),
                    ("Stands", ""),
                    ("Why", "mid"),
                    ("Class", "mid"),
                    ("Counted by", "wide"),
                    ("Off", "num"),
                    ("Ended", "wide"),
                ])}
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! {
        {progress(&list.today)}
        {tabs}
        {body}
    }
    .into_any()
}

fn progress(today: &Today) -> AnyView {
    let (done, all) = (today.done, today.all());
    view! {
        <section class="card" data-today=all.to_string()>
            <div class="row-between">
                <h2>{format!("{done} of {all} bins done today")}</h2>
                <span class="row">
                    {(today.counting > 0).then(|| view! { <Chip text=format!("{} being counted", today.counting) tone=Tone::Accent /> })}
                    {(today.recount > 0).then(|| view! { <Chip text=format!("{} to recount", today.recount) tone=Tone::Warn /> })}
                    {(today.approval > 0).then(|| view! { <Chip text=format!("{} to approve", today.approval) tone=Tone::Stop /> })}
                </span>
            </div>
            <Meter label="Bins done of today's" done of=all tone=Tone::Ok />
        </section>
    }
    .into_any()
}

fn tabs(today: &Today, chosen: &str) -> AnyView {
    let count = |show: &str| match show {
        "" => Some(today.all()),
        "open" => Some(today.open),
        "recount" => Some(today.recount),
        "approval" => Some(today.approval),
        _ => None,
    };
    let tab = |(show, words): (&'static str, &'static str)| {
        let current = (show == chosen).then_some("page");
        let href = if show.is_empty() { "/counts".to_owned() } else { format!("/counts?show={show}") };
        view! {
            <li>
                <a class="tab" href=href aria-current=current data-show=show>
                    <span>{words}</span>
                    {count(show).map(|count| view! { <b>{count}</b> })}
                </a>
            </li>
        }
    };
    view! { <nav aria-label="Which counts"><ul class="tabs" role="list">{SHOWN.into_iter().map(tab).collect_view()}</ul></nav> }
        .into_any()
}

fn row(row: &CountRow, currency: &str) -> AnyView {
    let off = match row.in_tolerance {
        Some(true) => view! { <Chip text="Right" tone=Tone::Ok /> }.into_any(),
        _ if row.rounds == 0 => view! { <span class="muted">"–"</span> }.into_any(),
        _ => view! { <span>{money(row.off_value, currency)}</span> }.into_any(),
    };
    let number = row.number.clone();
    view! {
        <tr data-count-row=row.number.clone()>
            <th scope="row">
                <A href=format!("/counts/{}", row.number)>{number}</A>
            </th>
            <td><span class="code">{row.bin_code.clone()}</span> " " <span class="muted small">{row.site_code.clone()}</span></td>
            <td>{status_chip(row.status)}</td>
            <td class="mid">{row.why.words()}</td>
            <td class="mid">{class_words(row.class)} " " <span class="muted small">{often(row.every_days)}</span></td>
            <td class="wide">{row.person.clone().unwrap_or_default()}</td>
            <td class="num">{off}</td>
            <td class="wide">{when(row.ended_at)}</td>
        </tr>
    }
    .into_any()
}

/// What planners can ask for. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
struct Tools {
    plan: Action<SiteId, Result<(), Said>>,
    request: Action<RequestCount, Result<(), Said>>,
    bin: RwSignal<String>,
    because: Because,
    said: Refused,
}

impl Tools {
    fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let say = move |words: String| {
            if let Some(toasts) = toasts {
                toasts.push(words);
            }
            again.update(|again| *again += 1);
        };
        let (bin, because) = (RwSignal::<String>::default(), Because::default());
        let last = LastRefused::default();
        let (planning, requesting) = (Unanswered::new(), Unanswered::new());
        let plan = Action::new(move |site: &SiteId| {
            let command = PlanCounts { site: *site };
            last.of(async move {
                say(match planning.send(&command, send_plan).await? {
                    0 => "Nothing more is due today.".to_owned(),
                    1 => "1 bin is to be counted.".to_owned(),
                    opened => format!("{opened} bins are to be counted."),
                });
                Ok(())
            })
        });
        let request = Action::new(move |command: &RequestCount| {
            let command = command.clone();
            last.of(async move {
                requesting.send(&command, send_request).await?;
                say(format!("{} is to be counted.", command.bin_code.trim().to_uppercase()));
                bin.set(String::new());
                because.clear();
                Ok(())
            })
        });
        Self { plan, request, bin, because, said: last.said() }
    }
}

fn planning(site: Option<SiteId>, tools: Tools) -> AnyView {
    let Some(site) = site else { return ().into_any() };
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (bin_code, reason) = (tools.bin.get_untracked(), tools.because.given());
        tools.request.dispatch(RequestCount { site, bin_code, reason });
    };
    let (planning, asking) = (tools.plan.pending(), tools.request.pending());
    view! {
        <section class="card">
            <h2>"Have bins counted"</h2>
            <Refusal said=tools.said fields=&["bin_code", "reason", "note"] />
            <div class="row">
                <button
                    type="button"
                    class="btn primary"
                    disabled=move || planning.get()
                    aria-busy=move || planning.get().then_some("true")
                    on:click=move |_| drop(tools.plan.dispatch(site))
                >
                    "Open what is due today"
                </button>
            </div>
            <form class="form-row" novalidate on:submit=ask>
                <Field label="Bin" name="bin_code" typed=tools.bin maxlength=40_u32 said=tools.said />
                <Why process=Process::CountRequest label="What for" because=tools.because own="count-request" said=tools.said />
                <Send label="Have it counted" busy=asking class="btn" />
            </form>
        </section>
    }
    .into_any()
}
