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
use crate::reasons::{Verdict, Words, yes_or_no};
use crate::returns::parts::{cash, refund_chip};
use crate::ui::{Empty, Icon, LastRefused, Pager, Toasts, When, loaded, when};

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
    verdict: Verdict<RefundId>,
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
        let refused = LastRefused::default();
        let verdict = Verdict::new(refused.said());
        let (approving, denying, retrying) = (Unanswered::new(), Unanswered::new(), Unanswered::new());
        let approve = Action::new(move |id: &RefundId| {
            let id = *id;
            refused.of(async move {
                approving.send(&ApproveRefund { id }, send_approval).await?;
                say("Approved. The money goes out now.");
                Ok(())
            })
        });
        let decline = Action::new(move |id: &RefundId| {
            let command = DeclineRefund { id: *id, reason: verdict.because.given() };
            refused.of(async move {
                denying.send(&command, send_decline).await?;
                verdict.done();
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
        Self { approve, decline, retry, verdict }
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
    let pending = move || tools.approve.pending().get() || tools.decline.pending().get() || tools.retry.pending().get();
    let busy = Signal::derive(move || pending() && tools.verdict.was_about(id));
    let failed = status == RefundStatus::Failed;
    let decide = move |approve: bool| {
        match (approve, failed) {
            (false, _) => tools.decline.dispatch(id),
            (true, true) => tools.retry.dispatch(id),
            (true, false) => tools.approve.dispatch(id),
        };
    };
    let yes = if failed { "Try again" } else { "Approve" };
    let words = Words { yes, no: "Decline …", why: "Why is it declined?", so: "Decline it", leave: "Keep it" };
    yes_or_no(tools.verdict, id, Process::RefundDecline, words, busy, Callback::new(decide))
}
