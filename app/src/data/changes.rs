//! `/data/changes`: edits of parts that others own, with the decision where it is the reader's to make.

use domain::catalog::changes::{ChangeList, ChangeRow, DecideChange, Edit, PAGE, Status, WithdrawChange};
use domain::ids::ChangeId;
use domain::reasons::Process;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::{read_changes, send_decision, send_withdrawal};
use crate::door::{Said, Unanswered, live};
use crate::reasons::{Verdict, Words, yes_or_no};
use crate::ui::{Chip, Empty, Icon, LastRefused, Pager, Refusal, Rows, Toasts, Tone, When, heads, link, loaded};

#[component]
pub fn ChangesPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse().unwrap_or(1_i64).max(1);
    let (fresh, again) = (live(&["sku"]), RwSignal::new(0_u32));
    let asked = move || (part("status"), page(), fresh.get(), again.get());
    let answer = Resource::new(asked, |(status, page, ..)| read_changes(Status::parse(&status), page));
    let tools = Tools::new(again);
    view! {
        <Title text="Edits" />
        <div class="page">
            <header class="page-head">
                <A href="/data" attr:class="btn quiet square" attr:aria-label="Master data">{Icon::Back.view()}</A>
                <h1>"Edits"</h1>
            </header>
            {loaded(answer, move |told| list(&told, &part("status"), page(), tools))}
        </div>
    }
    .into_any()
}

/// What can be done to an edit here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
struct Tools {
    decide: Action<DecideChange, Result<(), Said>>,
    withdraw: Action<ChangeId, Result<(), Said>>,
    verdict: Verdict<ChangeId>,
}

impl Tools {
    fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let say = move |words: &str| {
            if let Some(toasts) = toasts {
                toasts.push(words.to_owned());
            }
            again.update(|again| *again += 1);
        };
        let refused = LastRefused::default();
        let verdict = Verdict::new(refused.said());
        let (deciding, withdrawing) = (Unanswered::new(), Unanswered::new());
        let decide = Action::new(move |command: &DecideChange| {
            let command = command.clone();
            refused.of(async move {
                deciding.send(&command, send_decision).await?;
                verdict.done();
                say(if command.approve { "Agreed: the card says so now." } else { "Refused." });
                Ok(())
            })
        });
        let withdraw = Action::new(move |id: &ChangeId| {
            let command = WithdrawChange { id: *id };
            refused.of(async move {
                withdrawing.send(&command, send_withdrawal).await?;
                say("Taken back.");
                Ok(())
            })
        });
        Self { decide, withdraw, verdict }
    }

    fn busy(self, id: ChangeId) -> bool {
        (self.decide.pending().get() || self.withdraw.pending().get()) && self.verdict.was_about(id)
    }
}

fn turned(page: i64, query: &str) -> String {
    format!("/data/changes?{query}&page={page}")
}

fn list(told: &ChangeList, status: &str, page: i64, tools: Tools) -> AnyView {
    let tabs = tabs(told.pending, status);
    if told.rows.is_empty() {
        return view! {
            {tabs}
            <div class="card"><Empty title="No such edits" words="An edit of a part that somebody else owns waits here for them." icon=Icon::Check /></div>
        }
        .into_any();
    }
    let cards = told.rows.iter().map(|row| card(row, tools)).collect_view();
    view! {
        {tabs}
        <div class="stack">{cards}</div>
        <div class="card"><Pager page per_page=PAGE total=told.total link=turned query=format!("status={status}") /></div>
    }
    .into_any()
}

fn tabs(pending: i64, chosen: &str) -> AnyView {
    let tab = |code: &'static str, words: &'static str, count: Option<i64>| {
        let href = if code.is_empty() { "/data/changes".to_owned() } else { format!("/data/changes?status={code}") };
        view! {
            <li>
                <a class="tab" href=href aria-current=(chosen == code).then_some("page")>
                    <span>{words}</span>
                    {count.map(|count| view! { <b>{count}</b> })}
                </a>
            </li>
        }
        .into_any()
    };
    let mut tabs = vec![tab("", "All", None)];
    tabs.extend(Status::ALL.map(|status| tab(status.code(), status.words(), (status == Status::Pending).then_some(pending))));
    view! { <nav aria-label="By status"><ul class="tabs" role="list">{tabs}</ul></nav> }.into_any()
}

fn card(row: &ChangeRow, tools: Tools) -> AnyView {
    let tone = match row.status {
        Status::Pending => Tone::Warn,
        Status::Applied => Tone::Ok,
        Status::Refused => Tone::Stop,
        Status::Withdrawn => Tone::Plain,
    };
    let lines = Edit::differs(&row.before, &row.after).into_iter().map(|(words, before, after)| {
        view! { <tr><th scope="row">{words}</th><td class="muted">{before}</td><td class="strong">{after}</td></tr> }
    });
    let by = row.asked_by.clone().unwrap_or_else(|| "somebody".to_owned());
    let decided = row.decided_at.map(|at| {
        let by = row.decided_by.clone().map(|by| format!(" by {by}")).unwrap_or_default();
        view! { <span class="small muted">{format!("{}{by} · ", row.status.words())} <When at /></span> }
    });
    let note = (!row.note.is_empty()).then(|| view! { <p>{row.note.clone()}</p> });
    let why = (!row.why.is_empty()).then(|| view! { <p class="banner">{Icon::Alert.view()} <span>{row.why.clone()}</span></p> });
    view! {
        <article class="card" data-change=row.number.clone()>
            <div class="row-between">
                <span class="row">
                    <span class="big">{row.after.group().words()}</span>
                    {link(format!("/data/skus/{}", row.sku), row.sku_code.clone())}
                    <Chip text=row.status.words() tone />
                </span>
                <span class="small muted">{row.number.clone()}</span>
            </div>
            <p>{row.sku_name.clone()}</p>
            <Rows label="What differs" caption="Each line as it was and as it is to be">
                {heads(&[("", ""), ("Before", ""), ("After", "")])}
                <tbody>{lines.collect_view()}</tbody>
            </Rows>
            {note}
            {why}
            <p class="row">
                <span class="small muted">{format!("By {by} · ")} <When at=row.asked_at /></span>
                {decided}
            </p>
            {acts(row, tools)}
        </article>
    }
    .into_any()
}

/// Only what this reader may do now; whoever may not is told whose it is.
fn acts(row: &ChangeRow, tools: Tools) -> AnyView {
    if row.status != Status::Pending {
        return ().into_any();
    }
    let id = row.id;
    if row.own {
        let said = tools.verdict.said(id);
        let back = move |_| {
            tools.verdict.about(id);
            tools.withdraw.dispatch(id);
        };
        return view! {
            <Refusal said />
            <div class="row">
                <span class="small muted">{format!("You asked for this; {} decides.", row.owner.name())}</span>
                <button type="button" class="btn" disabled=move || tools.busy(id) on:click=back>"Take it back"</button>
            </div>
        }
        .into_any();
    }
    if !row.mine {
        return view! { <p class="small muted">{format!("{} decides.", row.owner.name())}</p> }.into_any();
    }
    let decide = move |approve: bool| {
        tools.decide.dispatch(DecideChange { id, approve, reason: tools.verdict.because.given() });
    };
    let words = Words { yes: "Agree", no: "Refuse …", why: "Why is it refused?", so: "Refuse it", leave: "Leave it" };
    let busy = Signal::derive(move || tools.busy(id));
    yes_or_no(tools.verdict, id, Process::ChangeRefuse, words, busy, Callback::new(decide))
}
