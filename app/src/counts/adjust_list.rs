//! The list of corrections: what waits for somebody first, with the decision where it is the reader's to make.

use domain::counts::adjust::{AdjustmentList, AdjustmentRow, DecideAdjustment, Status, WithdrawAdjustment};
use domain::counts::which;
use domain::ids::{AdjustmentId, SiteId};
use domain::people::Permission;
use domain::reasons::Process;
use leptos::prelude::*;
use leptos_router::components::A;

use super::adjust::{ROWS, link};
use super::api::{send_adjustment_decision, send_withdrawal};
use super::parts::signed;
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Verdict, Words, yes_or_no};
use crate::ui::{Chip, Empty, Icon, LastRefused, Pager, Refusal, Toasts, Tone, When, money};

/// What can be done to a correction here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    decide: Action<DecideAdjustment, Result<(), Said>>,
    withdraw: Action<AdjustmentId, Result<(), Said>>,
    verdict: Verdict<AdjustmentId>,
}

impl Tools {
    pub(super) fn new(again: RwSignal<u32>) -> Self {
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
        let decide = Action::new(move |command: &DecideAdjustment| {
            let command = command.clone();
            refused.of(async move {
                deciding.send(&command, send_adjustment_decision).await?;
                verdict.done();
                say(if command.approve { "Approved: stock, cost and books are corrected." } else { "Declined." });
                Ok(())
            })
        });
        let withdraw = Action::new(move |id: &AdjustmentId| {
            let command = WithdrawAdjustment { id: *id };
            refused.of(async move {
                withdrawing.send(&command, send_withdrawal).await?;
                say("Taken back.");
                Ok(())
            })
        });
        Self { decide, withdraw, verdict }
    }

    fn busy(self, id: AdjustmentId) -> bool {
        (self.decide.pending().get() || self.withdraw.pending().get()) && self.verdict.was_about(id)
    }
}

pub(super) fn list(told: &AdjustmentList, status: &str, page: i64, site: Option<SiteId>, tools: Tools) -> AnyView {
    let site = site.map_or_else(String::new, |site| site.to_string());
    let csv = format!("/api/fn/counts/adjustments.csv?site={site}&status={status}");
    let tabs = tabs(told.pending, status);
    if told.rows.is_empty() {
        return view! {
            {tabs}
            <div class="card"><Empty title="No such corrections" words="Counts correct stock by themselves; this is for the rest." icon=Icon::Check /></div>
        }
        .into_any();
    }
    let cards = told.rows.iter().map(|row| card(row, &told.currency, tools)).collect_view();
    let query = format!("status={status}");
    view! {
        {tabs}
        <p><a class="btn quiet" href=csv rel="external" download="">{Icon::Download.view()} "CSV"</a></p>
        <div class="stack">{cards}</div>
        {(told.total > ROWS).then(|| view! { <div class="card"><Pager page per_page=ROWS total=told.total link query /></div> })}
    }
    .into_any()
}

fn tabs(pending: i64, chosen: &str) -> AnyView {
    let tab = |code: &'static str, words: &'static str, count: Option<i64>| {
        let current = (chosen == code).then_some("page");
        let href = if code.is_empty() { "/adjustments".to_owned() } else { format!("/adjustments?status={code}") };
        view! {
            <li>
                <a class="tab" href=href aria-current=current data-status=code>
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

fn card(row: &AdjustmentRow, currency: &str, tools: Tools) -> AnyView {
    let tone = match row.status {
        Status::Pending => Tone::Warn,
        Status::Posted => Tone::Ok,
        Status::Declined => Tone::Stop,
        Status::Withdrawn | Status::Expired => Tone::Plain,
    };
    let which = which(&row.lot, &row.serials.join(", "));
    let which = (!which.is_empty()).then(|| view! { <p>{format!("Of {which}")}</p> });
    let note = (!row.note.is_empty()).then(|| view! { <p>{row.note.clone()}</p> });
    let declined = (!row.decline_note.is_empty()).then(|| {
        view! { <p class="banner stop">{Icon::Alert.view()} <span>{row.decline_note.clone()}</span></p> }
    });
    let by = row.proposed_by.clone().unwrap_or_else(|| "somebody".to_owned());
    let decided = row.decided_at.map(|at| {
        let by = row.decided_by.clone().map(|by| format!(" by {by}")).unwrap_or_default();
        view! { <span class="small muted">{format!("{}{by} · ", row.status.words())} <When at /></span> }
    });
    let due = (row.status == Status::Pending)
        .then(|| view! { <span class="small muted">"Runs out " <When at=row.expires_at /></span> });
    let code = row.sku_code.clone();
    view! {
        <article class="card" data-adjustment=row.number.clone()>
            <div class="row-between">
                <span class="row">
                    <span class="big">{signed(row.units.into())}</span>
                    <A href=format!("/inventory/{}", row.sku)>{code}</A>
                    <Chip text=row.status.words() tone />
                </span>
                <span class="small muted">{row.number.clone()}</span>
            </div>
            <p>{format!("{} · bin {} at {} · {}", row.sku_name, row.bin_code, row.site_code, row.state.words())}</p>
            {which}
            <p class="strong">{format!("{} · {}", row.reason_words, money(row.value, currency))}</p>
            {note}
            {declined}
            <p class="row">
                <span class="small muted">{format!("By {by} · ")} <When at=row.proposed_at /></span>
                {decided}
                {due}
            </p>
            {acts(row, tools)}
        </article>
    }
    .into_any()
}

/// Only what this reader may do now; whoever may not is told why.
fn acts(row: &AdjustmentRow, tools: Tools) -> AnyView {
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
                <span class="small muted">"You proposed this, so somebody else decides."</span>
                <button type="button" class="btn" disabled=move || tools.busy(id) on:click=back>"Take it back"</button>
            </div>
        }
        .into_any();
    }
    if !visit().may(Permission::CountsApprove) {
        return ().into_any();
    }
    let decide = move |approve: bool| {
        tools.decide.dispatch(DecideAdjustment { id, approve, reason: tools.verdict.because.given() });
    };
    let words = Words { yes: "Approve", no: "Decline …", why: "Why is it declined?", so: "Decline it", leave: "Keep it" };
    let busy = Signal::derive(move || tools.busy(id));
    yes_or_no(tools.verdict, id, Process::AdjustmentDecline, words, busy, Callback::new(decide))
}
