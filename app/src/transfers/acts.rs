//! What people do about one transfer: approve it, call it off, give up what did not come; the way to the floor.

use domain::people::Permission;
use domain::reasons::Process;
use domain::transfers::{ApproveTransfer, CancelTransfer, CloseTransfer, Status, TransferSheet};
use leptos::prelude::*;

use super::api::{send_approve, send_cancel, send_close};
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Confirm, Icon, LastRefused, Refusal, Refused, Send, Toasts, counted};

/// What can be done here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    approve: Action<ApproveTransfer, Result<(), Said>>,
    cancel: Action<CancelTransfer, Result<(), Said>>,
    close: Action<CloseTransfer, Result<(), Said>>,
    /// Why it is called off; why the rest did not come.
    off: Because,
    lost: Because,
    /// Is the calling off being asked about?
    asking: RwSignal<bool>,
    said: Refused,
    /// What giving up was refused for.
    lost_said: Refused,
}

impl Tools {
    /// `number` is the transfer the page is about: for another one, nothing is typed yet.
    pub(super) fn new(again: RwSignal<u32>, number: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let toasts = use_context::<Toasts>();
        let say = move |words: String| {
            if let Some(toasts) = toasts {
                toasts.push(words);
            }
            again.update(|again| *again += 1);
        };
        let (last, lost) = (LastRefused::default(), LastRefused::default());
        let (approving, cancelling): (Unanswered<ApproveTransfer>, Unanswered<CancelTransfer>) = Default::default();
        let closing = Unanswered::<CloseTransfer>::new();
        let approve = Action::new(move |command: &ApproveTransfer| {
            let command = command.clone();
            last.of(async move {
                approving.send(&command, send_approve).await?;
                say("Approved. It can be loaded.".to_owned());
                Ok(())
            })
        });
        let cancel = Action::new(move |command: &CancelTransfer| {
            let command = command.clone();
            last.of(async move {
                cancelling.send(&command, send_cancel).await?;
                say("Called off.".to_owned());
                Ok(())
            })
        });
        let close = Action::new(move |command: &CloseTransfer| {
            let command = command.clone();
            lost.of(async move {
                let units = closing.send(&command, send_close).await?;
                say(format!("{} given up, with the value.", counted(units, "unit is", "units are")));
                Ok(())
            })
        });
        let tools = Self {
            approve,
            cancel,
            close,
            off: Because::default(),
            lost: Because::default(),
            asking: RwSignal::new(false),
            said: last.said(),
            lost_said: lost.said(),
        };
        Effect::new(move |before: Option<String>| {
            let number = number();
            if before.is_some_and(|before| before != number) {
                [tools.off, tools.lost].into_iter().for_each(Because::clear);
            }
            number
        });
        tools
    }
}

/// Only what may be done now, by this visitor.
pub(super) fn acts(sheet: &TransferSheet, tools: Tools) -> AnyView {
    let (id, status, visit) = (sheet.row.id, sheet.row.status, visit());
    let (plans, moves) = (visit.may(Permission::StockPlan), visit.may(Permission::StockMove));
    let approvable = plans && status == Status::Requested;
    let cancellable = plans && matches!(status, Status::Requested | Status::Approved);
    let open = matches!(status, Status::Approved | Status::Loading | Status::InTransit | Status::Arriving)
        || (status == Status::Done && sheet.row.lost > 0);
    let closable = plans && sheet.shipped_at.is_some() && sheet.closed_at.is_none() && sheet.row.on_the_way() > 0;
    let floor = (moves && open).then(|| {
        view! { <a class="btn" href=format!("/floor/transfers/{}", sheet.row.number)>{Icon::Scan.view()} "Load or take in by scan"</a> }
    });
    if !approvable && !cancellable && !closable && floor.is_none() {
        return ().into_any();
    }
    let approve = approvable.then(|| {
        if sheet.own {
            return view! { <p class="banner">{Icon::Person.view()} <span>"You asked for this. Another person approves it."</span></p> }
                .into_any();
        }
        let busy = tools.approve.pending();
        view! {
            <button
                type="button"
                class="btn primary"
                aria-busy=move || busy.get().then_some("true")
                disabled=busy
                on:click=move |_| {
                    tools.approve.dispatch(ApproveTransfer { transfer: id });
                }
            >
                "Approve"
            </button>
        }
        .into_any()
    });
    let cancel = cancellable.then(|| {
        let sure = Callback::new(move |()| {
            tools.cancel.dispatch(CancelTransfer { transfer: id, reason: tools.off.given() });
        });
        view! {
            <div class="form">
                <Why process=Process::TransferCancel label="Why it is called off" because=tools.off own="-off" said=tools.said />
                <Confirm label="Call it off" question="Call this transfer off?" yes="Call it off" on_yes=sure asking=tools.asking busy=tools.cancel.pending() />
            </div>
        }
    });
    view! {
        <section class="card">
            <h2>"What to do"</h2>
            <Refusal said=tools.said fields=&["reason", "note"] />
            <Refusal said=tools.lost_said fields=&["reason", "note"] />
            {approve}
            {floor}
            {closable.then(|| give_up(sheet, tools))}
            {cancel}
        </section>
    }
    .into_any()
}

/// What was sent and did not come leaves the books, with its reason.
fn give_up(sheet: &TransferSheet, tools: Tools) -> AnyView {
    let (id, left) = (sheet.row.id, sheet.row.on_the_way());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tools.close.dispatch(CloseTransfer { transfer: id, reason: tools.lost.given() });
    };
    let words = format!(
        "{} sent and not in. What is given up leaves the books as a loss; what turns up later is taken in as a gain.",
        counted(left, "unit was", "units were")
    );
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="small">{words}</p>
            <Why process=Process::TransferVariance label="Why they did not come" because=tools.lost own="-lost" said=tools.lost_said />
            <Send label=format!("Give up {}", counted(left, "unit", "units")) class="btn danger" busy=tools.close.pending() />
        </form>
    }
    .into_any()
}
