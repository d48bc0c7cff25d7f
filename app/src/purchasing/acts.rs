//! What is done about one order: sent, or taken back.

use domain::ids::PurchaseId;
use domain::people::Permission;
use domain::purchasing::{ApprovePurchase, CancelPurchase, PurchaseSheet, SendPurchase, Standing};
use domain::reasons::Process;
use leptos::prelude::*;

use super::api::{send_approval, send_cancel, send_order};
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Confirm, LastRefused, Refused, Toasts};

/// The fields that refusals stand beside here.
pub(super) const FIELDS: &[&str] = &["reason", "note"];

/// What can be done to the order here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    approve: Action<ApprovePurchase, Result<(), Said>>,
    send: Action<SendPurchase, Result<(), Said>>,
    cancel: Action<PurchaseId, Result<(), Said>>,
    because: Because,
    asking: RwSignal<bool>,
    pub(super) said: Refused,
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
        let (last, because) = (LastRefused::default(), Because::default());
        let (approving, ordering, cancelling) = (Unanswered::new(), Unanswered::new(), Unanswered::new());
        let approve = Action::new(move |command: &ApprovePurchase| {
            let command = command.clone();
            last.of(async move {
                approving.send(&command, send_approval).await?;
                say("Approved. Goods may come in for it.");
                Ok(())
            })
        });
        let send = Action::new(move |command: &SendPurchase| {
            let command = command.clone();
            last.of(async move {
                ordering.send(&command, send_order).await?;
                say("Sent. Goods may come in for it.");
                Ok(())
            })
        });
        let cancel = Action::new(move |id: &PurchaseId| {
            let command = CancelPurchase { id: *id, reason: because.given() };
            last.of(async move {
                cancelling.send(&command, send_cancel).await?;
                because.clear();
                say("Cancelled.");
                Ok(())
            })
        });
        Self { approve, send, cancel, because, asking: RwSignal::new(false), said: last.said() }
    }
}

/// Only what this reader may do now; whoever may not is told why.
pub(super) fn acts(order: &PurchaseSheet, tools: Tools) -> AnyView {
    let visit = visit();
    let (buys, approves) = (visit.may(Permission::PurchasingEdit), visit.may(Permission::PurchasingApprove));
    let draft = order.row.standing == Standing::Draft;
    let cancels = buys && order.row.received == 0 && (draft || order.row.standing == Standing::Approved);
    let approval = (draft && (buys || approves)).then(|| approval(order, approves, tools));
    if approval.is_none() && !cancels {
        return ().into_any();
    }
    let id = order.row.id;
    let sure = Callback::new(move |()| {
        tools.cancel.dispatch(id);
    });
    view! {
        <section class="card">
            <h2>"What now"</h2>
            {approval}
            {cancels
                .then(|| {
                    view! {
                        <Why process=Process::PurchaseCancel label="Why cancel?" own="cancel" because=tools.because said=tools.said />
                        <Confirm
                            label="Cancel the order"
                            question="Take it back for good?"
                            yes="Cancel it"
                            on_yes=sure
                            asking=tools.asking
                            busy=tools.cancel.pending()
                        />
                    }
                })}
        </section>
    }
    .into_any()
}

fn approval(order: &PurchaseSheet, approves: bool, tools: Tools) -> AnyView {
    if order.needs_another && order.own {
        return view! { <p class="small muted">"You wrote it and it is above the limit, so someone else approves it."</p> }
            .into_any();
    }
    if order.needs_another && !approves {
        return view! { <p class="small muted">"It is above the limit: somebody who approves orders sends it."</p> }.into_any();
    }
    let (id, seen) = (order.row.id, order.revision);
    let busy = move || tools.approve.pending().get() || tools.send.pending().get();
    // Whoever approves does so; a buyer sends the own order up to the limit.
    let words = if approves { "Approve" } else { "Send it" };
    view! {
        <p class="small muted">"What is approved is what is kept: save the draft first."</p>
        <button
            type="button"
            class="btn primary"
            data-act="approve"
            aria-busy=move || busy().then_some("true")
            disabled=busy
            on:click=move |_| {
                if approves {
                    tools.approve.dispatch(ApprovePurchase { id, seen });
                } else {
                    tools.send.dispatch(SendPurchase { id, seen });
                }
            }
        >
            {words}
        </button>
    }
    .into_any()
}
