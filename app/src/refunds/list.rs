//! `/refunds`: money that waits for somebody's yes, with why, and what became of the rest.

use domain::ids::RefundId;
use domain::people::Permission;
use domain::reasons::Process;
use domain::refunds::{ApproveRefund, DeclineRefund, PAGE, RefundList, RefundPart, RefundRow, RefundStatus, RetryRefund};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::{read_refunds, send_approval, send_decline, send_retry};
use crate::door::{Said, Unanswered, live, visit};
use crate::reasons::{Because, Why};
use crate::returns::parts::{cash, refund_chip};
use crate::ui::{Empty, Icon, LastRefused, Pager, Refusal, Refused, Toasts, When, focus, loaded, when};

#[component]
pub fn RefundsPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse().unwrap_or(1_i64).max(1);
    let (fresh, again) = (live(&["refund"]), RwSignal::new(0_u32));
    let asked = move || (part("status"), page(), fresh.get(), again.get());
    let answer = Resource::new(asked, |(status, page, ..)| read_refunds(status, page));
    let tools = Tools::new(again);
    view! {
        <Title text="Refunds" />
        <div class="page">
            <header class="page-head">
                <h1>"Refunds"</h1>
            </header>
            {loaded(answer, move |list| view(list, &part("status"), page(), tools))}
        </div>
    }
    .into_any()
}

/// What can be done to a refund here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(crate) struct Tools {
    approve: Action<RefundId, Result<(), Said>>,
    decline: Action<RefundId, Result<(), Said>>,
    retry: Action<RefundId, Result<(), Said>>,
    /// The refund that is being declined, and why.
    declining: RwSignal<Option<RefundId>>,
    because: Because,
    /// The refund the last answer was about.
    last: RwSignal<Option<RefundId>>,
    said: Refused,
}

impl Tools {
    pub(crate) fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let say = move |words: &str| {
            if let Some(toasts) = toasts {
                toasts.push(words.to_owned());
            }
            again.update(|again| *again += 1);
        };
        let declining = RwSignal::new(None);
        let refused = LastRefused::default();
        let (approving, denying, retrying) = (Unanswered::new(), Unanswered::new(), Unanswered::new());
        let approve = Action::new(move |id: &RefundId| {
            let id = *id;
            refused.of(async move {
                approving.send(&ApproveRefund { id }, send_approval).await?;
                say("Approved. The money goes out now.");
                Ok(())
            })
        });
        let because = Because::default();
        let decline = Action::new(move |id: &RefundId| {
            let command = DeclineRefund { id: *id, reason: because.given() };
            refused.of(async move {
                denying.send(&command, send_decline).await?;
                declining.set(None);
                say("Declined.");
                Ok(())
            })
        });
        let retry = Action::new(move |id: &RefundId| {
            let id = *id;
            refused.of(async move {
                retrying.send(&RetryRefund { id }, send_retry).await?;
                say("Sent to the provider again.");
                Ok(())
            })
        });
        let said = refused.said();
        Self { approve, decline, retry, declining, because, last: RwSignal::new(None), said }
    }
}

fn view(list: RefundList, status: &str, page: i64, tools: Tools) -> AnyView {
    let tabs = tabs(&list, status);
    if list.rows.is_empty() {
        return view! {
            {tabs}
            <div class="card">
                <Empty title="Nothing waits here" words="Refunds are proposed when returned goods are inspected." icon=Icon::Refund />
            </div>
        }
        .into_any();
    }
    let query = format!("status={status}");
    let link = |page: i64, query: &str| format!("/refunds?{query}&page={page}");
    let (rows, total) = (list.rows, list.total);
    let cards = rows.into_iter().map(|row| card(row, tools)).collect_view();
    view! {
        {tabs}
        <div class="stack">{cards}</div>
        <div class="card"><Pager page per_page=PAGE total link query /></div>
    }
    .into_any()
}

/// Each status with its count and sum: the same rows when followed.
fn tabs(list: &RefundList, chosen: &str) -> AnyView {
    let tab = |words: String, code: &str, count: i64, sum: Option<String>| {
        let current = (chosen == code).then_some("page");
        let href = if code.is_empty() { "/refunds".to_owned() } else { format!("/refunds?status={code}") };
        view! {
            <li>
                <a class="tab" href=href aria-current=current data-status=code.to_owned()>
                    <span>{words}</span>
                    <b>{count}</b>
                    {sum.map(|sum| view! { <span class="small muted">{sum}</span> })}
                </a>
            </li>
        }
        .into_any()
    };
    let open: i64 =
        list.counts.iter().filter(|(status, ..)| RefundStatus::OPEN.contains(status)).map(|(_, count, _)| count).sum();
    let mut tabs = vec![tab("All open".to_owned(), "", open, None)];
    tabs.extend(list.counts.iter().map(|(status, count, sum)| {
        let sum = (*count > 0).then(|| cash(*sum));
        tab(status.words().to_owned(), status.code(), *count, sum)
    }));
    view! { <nav aria-label="By status"><ul class="tabs" role="list">{tabs}</ul></nav> }.into_any()
}

/// One refund: what, why, for which units, and the decision when it is the reader's to make.
pub(crate) fn card(row: RefundRow, tools: Tools) -> AnyView {
    let needs = row.needs.iter().map(|need| view! { <li>{need.to_string()}</li> }).collect_view();
    let parts = row.parts.iter().map(part).collect_view();
    let proposed = row.proposed_by.clone().unwrap_or_else(|| "the rule".to_owned());
    let decided = row.decided_at.map(|at| {
        let by = row.decided_by.clone().unwrap_or_else(|| "the rule".to_owned());
        let words = if row.status == RefundStatus::Declined { "Declined" } else { "Agreed" };
        view! { <span class="small muted">{format!("{words} by {by} · ")}<When at /></span> }
    });
    let trouble = [&row.decline_reason, &row.failure].into_iter().find(|words| !words.is_empty()).cloned();
    let acts = acts(&row, tools);
    view! {
        <article class="card refund" data-refund=row.number.clone()>
            <div class="row-between">
                <div class="row">
                    <span class="big">{cash(row.amount)}</span>
                    {refund_chip(row.status)}
                    <span class="small muted">{row.kind.words()}</span>
                </div>
                <span class="small muted">{row.number.clone()}</span>
            </div>
            <p class="small">
                {row.customer.clone()} " · return " <A href=format!("/returns/{}", row.return_number)>{row.return_number.clone()}</A>
                " · order " <A href=format!("/orders/{}", row.order_number)>{row.order_number.clone()}</A>
            </p>
            {(!row.needs.is_empty() && row.status == RefundStatus::Proposed)
                .then(|| {
                    view! {
                        <div class="banner warn">
                            {Icon::Alert.view()}
                            <ul class="grow" role="list">{needs}</ul>
                        </div>
                    }
                })}
            {trouble.map(|words| view! { <p class="banner stop">{Icon::Alert.view()}<span>{words}</span></p> })}
            <ul class="stack-tight" role="list">{parts}</ul>
            <p class="row">
                <span class="small muted">{format!("Proposed by {proposed} · ")}<When at=row.proposed_at /></span>
                {decided}
                {row.paid_at.map(|at| view! { <span class="small muted">"Paid " {when(Some(at))}</span> })}
            </p>
            {acts}
        </article>
    }
    .into_any()
}

fn part(part: &RefundPart) -> AnyView {
    let fee = part.fee.is_positive().then(|| format!("{} kept back", cash(part.fee)));
    view! {
        <li class="row-between small">
            <span>
                {format!("{} × {} {}", part.quantity, part.name, part.variant)} " "
                <span class="muted">{format!("{} · grade {}", part.sku_code, part.grade)}</span>
            </span>
            <span class="num">{cash(part.amount)} " " <span class="muted">{format!("incl. {} tax", cash(part.tax))} " " {fee}</span></span>
        </li>
    }
    .into_any()
}

/// Only what this reader may do now; whoever may not is told why.
fn acts(row: &RefundRow, tools: Tools) -> AnyView {
    let (id, status) = (row.id, row.status);
    if !visit().may(Permission::RefundsApprove) || !matches!(status, RefundStatus::Proposed | RefundStatus::Failed) {
        return ().into_any();
    }
    if row.own && status == RefundStatus::Proposed {
        return view! { <p class="small muted">"You proposed this or inspected the goods, so someone else decides it."</p> }
            .into_any();
    }
    let said = Signal::derive(move || if tools.last.get() == Some(id) { tools.said.get() } else { None });
    let go = move |act: Box<dyn Fn()>| {
        tools.last.set(Some(id));
        act();
    };
    let busy = move || (tools.approve.pending().get() || tools.retry.pending().get()) && tools.last.get() == Some(id);
    let (yes, words) = match status {
        RefundStatus::Failed => (Callback::new(move |()| go(Box::new(move || drop(tools.retry.dispatch(id))))), "Try again"),
        _ => (Callback::new(move |()| go(Box::new(move || drop(tools.approve.dispatch(id))))), "Approve"),
    };
    let decline = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        go(Box::new(move || drop(tools.decline.dispatch(id))));
    };
    let asking = move || tools.declining.get() == Some(id);
    let (ask, keep) = (NodeRef::<leptos::html::Button>::new(), NodeRef::<leptos::html::Button>::new());
    let begin = move |_| {
        tools.because.clear();
        tools.declining.set(Some(id));
        focus(keep);
    };
    let leave = move |_| {
        tools.declining.set(None);
        focus(ask);
    };
    // Both stay in the page: a refresh around them loses neither the words nor the focus.
    view! {
        <Refusal said fields=&["reason", "note"] />
        <div class="row" hidden=asking>
            <button
                type="button"
                class="btn primary"
                aria-busy=move || busy().then_some("true")
                disabled=busy
                on:click=move |_| yes.run(())
            >
                {words}
            </button>
            <button type="button" class="btn danger" node_ref=ask on:click=begin>"Decline …"</button>
        </div>
        <form class="form" novalidate hidden=move || !asking() on:submit=decline>
            {move || {
                asking()
                    .then(|| {
                        view! {
                            <Why process=Process::RefundDecline label="Why is it declined?" because=tools.because own=id.to_string() said />
                        }
                    })
            }}
            <div class="row">
                <button class="btn danger primary">"Decline it"</button>
                <button type="button" class="btn" node_ref=keep on:click=leave>"Keep it"</button>
            </div>
        </form>
    }
    .into_any()
}
