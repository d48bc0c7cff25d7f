//! Goods other than ordered, on an order's page: what waits for somebody's yes, and what is claimed of the supplier.

use domain::ids::OverId;
use domain::people::Permission;
use domain::purchasing::{ClaimRow, DecideOver, OverRow, PurchaseSheet, SettleClaim, Settled};
use domain::reasons::Process;
use leptos::prelude::*;

use super::api::{send_over, send_settlement};
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Chip, Field, LastRefused, Refusal, Refused, Table, Toasts, Tone, When, money};

/// What can be done about them. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    decide: Action<DecideOver, Result<(), Said>>,
    settle: Action<SettleClaim, Result<(), Said>>,
    because: Because,
    /// Another bin for what is taken.
    bin: RwSignal<String>,
    /// The one the last answer was about.
    last: RwSignal<Option<OverId>>,
    decided: Refused,
    settled: Refused,
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
        let (deciding, settling) = (LastRefused::default(), LastRefused::default());
        let (sending, ending, because) = (Unanswered::new(), Unanswered::new(), Because::default());
        let bin = RwSignal::<String>::default();
        let decide = Action::new(move |command: &DecideOver| {
            let command = command.clone();
            deciding.of(async move {
                sending.send(&command, send_over).await?;
                because.clear();
                bin.set(String::new());
                say(if command.accept { "Taken. The units are in." } else { "Refused. They go back with the driver." });
                Ok(())
            })
        });
        let settle = Action::new(move |command: &SettleClaim| {
            let command = command.clone();
            settling.of(async move {
                ending.send(&command, send_settlement).await?;
                say("Settled.");
                Ok(())
            })
        });
        Self { decide, settle, because, bin, last: RwSignal::new(None), decided: deciding.said(), settled: settling.said() }
    }
}

/// Units beyond the tolerance, the waiting ones first.
pub(super) fn overs(order: &PurchaseSheet, tools: Tools) -> AnyView {
    if order.overs.is_empty() {
        return ().into_any();
    }
    let cards = order.overs.iter().map(|over| card(over, tools)).collect_view();
    view! {
        <section class="card">
            <h2>"More than ordered"</h2>
            {cards}
        </section>
    }
    .into_any()
}

fn card(over: &OverRow, tools: Tools) -> AnyView {
    let words = format!("{} × {} ({})", over.quantity, over.sku_code, over.condition.words().to_lowercase());
    let by = over.reporter.clone().unwrap_or_else(|| "Tideway".to_owned());
    let state = match over.accepted {
        None => view! { <Chip text="Waits" tone=Tone::Warn /> }.into_any(),
        Some(true) => view! { <Chip text="Taken" tone=Tone::Ok /> }.into_any(),
        Some(false) => view! { <Chip text="Refused" tone=Tone::Plain /> }.into_any(),
    };
    let why = (!over.why.is_empty()).then(|| format!(": {}", over.why));
    view! {
        <div class="stack-tight" data-over=over.id.to_string()>
            <div class="row-between"><span class="strong">{words}</span> {state}</div>
            <p class="small muted">{format!("Reported by {by} · ")} <When at=over.reported_at /> {why}</p>
            {over.accepted.is_none().then(|| decision(over, tools))}
        </div>
    }
    .into_any()
}

/// For whoever may; whoever may not is told why.
fn decision(over: &OverRow, tools: Tools) -> AnyView {
    if !visit().may(Permission::ReceiptsDecide) {
        return view! { <p class="small muted">"A supervisor takes them or sends them back."</p> }.into_any();
    }
    if over.own {
        return view! { <p class="small muted">"You reported these, so someone else decides."</p> }.into_any();
    }
    let id = over.id;
    let said = Signal::derive(move || if tools.last.get() == Some(id) { tools.decided.get() } else { None });
    let decide = move |accept: bool| {
        tools.last.set(Some(id));
        tools.decide.dispatch(DecideOver { id, accept, bin: tools.bin.get_untracked(), reason: tools.because.given() });
    };
    view! {
        <Refusal said fields=&["bin", "reason", "note"] />
        <Field label="Into another bin, if theirs is full" name="bin" own=id.to_string() typed=tools.bin maxlength=40_u32 said />
        <Why process=Process::OverRefuse label="Why, when they go back" because=tools.because own=id.to_string() said />
        <div class="row">
            <button type="button" class="btn primary" data-act="take" disabled=tools.decide.pending() on:click=move |_| decide(true)>
                "Take them"
            </button>
            <button type="button" class="btn danger" data-act="refuse" disabled=tools.decide.pending() on:click=move |_| decide(false)>
                "Send them back"
            </button>
        </div>
    }
    .into_any()
}

/// What the supplier owes for.
pub(super) fn claims(order: &PurchaseSheet, tools: Tools) -> AnyView {
    if order.claims.is_empty() {
        return ().into_any();
    }
    let rows = order.claims.iter().map(|claim| row(claim, &order.currency, tools)).collect_view();
    view! {
        <Refusal said=tools.settled />
        <Table title="Claims" caption="What the supplier owes for">
            <thead>
                <tr>
                    <th scope="col">"Claim"</th>
                    <th scope="col">"For"</th>
                    <th scope="col">"SKU"</th>
                    <th scope="col" class="num">"Units"</th>
                    <th scope="col" class="num">"Worth"</th>
                    <th scope="col">"State"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(claim: &ClaimRow, currency: &str, tools: Tools) -> AnyView {
    let id = claim.id;
    let state = match claim.settled {
        Some(settled) => {
            let booked = (settled == Settled::Credited).then(|| money(claim.credited, currency));
            view! { <span class="table-cell"><Chip text=settled.words() tone=Tone::Ok /> <span class="muted small">{booked}</span></span> }
                .into_any()
        }
        None if visit().may(Permission::PurchasingEdit) => {
            let one = move |settled_as: Settled| {
                let settle = move |_| {
                    tools.settle.dispatch(SettleClaim { id, settled_as });
                };
                view! {
                    <button type="button" class="btn quiet" disabled=tools.settle.pending() on:click=settle>{settled_as.words()}</button>
                }
            };
            view! { <span class="row">{Settled::ALL.into_iter().map(one).collect_view()}</span> }.into_any()
        }
        None => view! { <Chip text="Open" tone=Tone::Warn /> }.into_any(),
    };
    let note = (!claim.note.is_empty()).then(|| format!(" · {}", claim.note));
    view! {
        <tr data-claim=claim.number.clone()>
            <th scope="row">{claim.number.clone()}</th>
            <td>{claim.kind.words()} <span class="muted small">{format!(" · {}", claim.fault)} {note}</span></td>
            <td>{claim.sku_code.clone()}</td>
            <td class="num">{claim.quantity}</td>
            <td class="num">{money(claim.amount, currency)}</td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}
