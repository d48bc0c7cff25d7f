//! A supplier's bills, on their order's page: recorded line by line, matched, agreed to or sent back, paid.

use domain::ids::{BillId, PurchaseId};
use domain::people::Permission;
use domain::purchasing::{
    AgreeBill, BillRow, BillStanding, BilledLine, MatchBill, PayBill, PurchaseSheet, PurchaseSheetLine, RecordBill, RejectBill,
};
use domain::reasons::Process;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::api::{send_agreement, send_bill, send_match, send_payment, send_rejection};
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Chip, Field, Icon, LastRefused, Refusal, Refused, Send, Toasts, Tone, When, money};

/// What is done about one bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Match,
    Agree,
    Reject,
    Pay,
}

/// What can be done to bills here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    act: Action<(BillId, Act), Result<(), Said>>,
    record: Action<(PurchaseId, Vec<BilledLine>), Result<(), Said>>,
    /// Why it is agreed to, and why it goes back.
    agreeing: Because,
    rejecting: Because,
    reference: RwSignal<String>,
    /// The bill the last answer was about, and what was done.
    last: RwSignal<Option<(BillId, Act)>>,
    acted: Refused,
    recorded: Refused,
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
        let said = |standing: BillStanding| match standing {
            BillStanding::Matched => "It matches: it may be paid.",
            _ => "It does not match: it is not paid.",
        };
        let (agreed, rejected) = (Because::default(), Because::default());
        let (reference, acting, recording) = (RwSignal::new(String::new()), LastRefused::default(), LastRefused::default());
        let (matching, agreeing, rejecting, paying) =
            (Unanswered::new(), Unanswered::new(), Unanswered::new(), Unanswered::new());
        let act = Action::new(move |(id, act): &(BillId, Act)| {
            let (id, act) = (*id, *act);
            acting.of(async move {
                match act {
                    Act::Match => say(said(matching.send(&MatchBill { id }, send_match).await?)),
                    Act::Agree => {
                        agreeing.send(&AgreeBill { id, reason: agreed.given() }, send_agreement).await?;
                        say("Agreed: it may be paid.");
                    }
                    Act::Reject => {
                        rejecting.send(&RejectBill { id, reason: rejected.given() }, send_rejection).await?;
                        say("It goes back.");
                    }
                    Act::Pay => {
                        paying.send(&PayBill { id }, send_payment).await?;
                        say("Paid.");
                    }
                }
                agreed.clear();
                rejected.clear();
                Ok(())
            })
        });
        // One id for a bill asked for, so that a press repeated for want of an answer records one.
        let (sending, next) = (Unanswered::new(), StoredValue::new(BillId::mint()));
        let record = Action::new(move |(order, lines): &(PurchaseId, Vec<BilledLine>)| {
            let command =
                RecordBill { id: next.get_value(), order: *order, reference: reference.get_untracked(), lines: lines.clone() };
            recording.of(async move {
                let standing = sending.send(&command, send_bill).await?;
                next.set_value(BillId::mint());
                reference.set(String::new());
                say(said(standing));
                Ok(())
            })
        });
        let (acted, recorded) = (acting.said(), recording.said());
        Self { act, record, agreeing: agreed, rejecting: rejected, reference, last: RwSignal::new(None), acted, recorded }
    }
}

/// The bills there are.
pub(super) fn list(order: &PurchaseSheet, tools: Tools) -> AnyView {
    if order.bills.is_empty() {
        return ().into_any();
    }
    let cards = order.bills.iter().map(|bill| card(bill, &order.currency, tools)).collect_view();
    let credit = (order.credit > Decimal::ZERO).then(|| {
        let words =
            format!("The supplier owes {} for claims: it is taken off what is paid next.", money(order.credit, &order.currency));
        view! { <p class="small" data-credit>{words}</p> }
    });
    view! {
        <section class="card">
            <h2>"Bills"</h2>
            {credit}
            {cards}
        </section>
    }
    .into_any()
}

fn card(bill: &BillRow, currency: &str, tools: Tools) -> AnyView {
    let tone = match bill.standing {
        BillStanding::Blocked | BillStanding::Disputed => Tone::Stop,
        BillStanding::Matched => Tone::Info,
        BillStanding::Paid => Tone::Ok,
        BillStanding::Rejected => Tone::Plain,
    };
    let off = bill.mismatches.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view();
    let credit =
        (bill.credit > Decimal::ZERO).then(|| format!(" · {} of it by the supplier's credit", money(bill.credit, currency)));
    let told = [&bill.agreed_why, &bill.rejected_why].into_iter().find(|words| !words.is_empty()).cloned();
    view! {
        <div class="stack-tight" data-bill=bill.number.clone()>
            <div class="row-between">
                <span><span class="strong">{money(bill.amount, currency)}</span> " " <span class="muted small">{format!("{} · {}", bill.number, bill.reference)}</span></span>
                <Chip text=bill.standing.words() tone />
            </div>
            {(!bill.mismatches.is_empty())
                .then(|| view! { <div class="banner warn">{Icon::Alert.view()} <ul class="grow" role="list">{off}</ul></div> })}
            <p class="small muted">"Recorded " <When at=bill.recorded_at /> {told.map(|words| format!(" · {words}"))} {credit}</p>
            {acts(bill, tools)}
        </div>
    }
    .into_any()
}

/// Only what this reader may do now.
fn acts(bill: &BillRow, tools: Tools) -> AnyView {
    let (keeps, agrees) = (visit().may(Permission::BillsEdit), visit().may(Permission::PurchasingApprove) && !bill.own);
    let id = bill.id;
    let said =
        Signal::derive(move || if tools.last.get().is_some_and(|(last, _)| last == id) { tools.acted.get() } else { None });
    // A refusal stands beside the reason that was given for what was pressed.
    let of = move |act: Act| Signal::derive(move || if tools.last.get() == Some((id, act)) { tools.acted.get() } else { None });
    let press = move |words: &'static str, class: &'static str, act: Act| {
        let press = move |_| {
            tools.last.set(Some((id, act)));
            tools.act.dispatch((id, act));
        };
        view! { <button type="button" class=class disabled=tools.act.pending() on:click=press>{words}</button> }
    };
    match bill.standing {
        BillStanding::Matched if keeps => view! {
            <Refusal said />
            <div class="row">{press("Pay it", "btn primary", Act::Pay)}</div>
        }
        .into_any(),
        BillStanding::Disputed if agrees => view! {
            <Refusal said fields=&["reason", "note"] />
            {agree(id, of(Act::Agree), press("Agree to pay it", "btn", Act::Agree), tools)}
        }
        .into_any(),
        BillStanding::Blocked if keeps || agrees => view! {
            <Refusal said fields=&["reason", "note"] />
            {keeps.then(|| view! { <div class="row">{press("Match again", "btn", Act::Match)}</div> })}
            {agrees.then(|| agree(id, of(Act::Agree), press("Agree to pay it", "btn", Act::Agree), tools))}
            {keeps
                .then(|| {
                    view! {
                        <Why process=Process::BillReject label="Why send it back?" because=tools.rejecting own=format!("reject-{id}") said=of(Act::Reject) />
                        <div class="row">{press("Send it back", "btn danger", Act::Reject)}</div>
                    }
                })}
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// Somebody else agrees, with a reason: to the price, or to paying while goods are claimed.
fn agree(id: BillId, said: Refused, press: impl IntoView + 'static, tools: Tools) -> AnyView {
    view! {
        <Why process=Process::BillAgree label="Why pay it all the same?" because=tools.agreeing own=format!("agree-{id}") said />
        <div class="row">{press}</div>
    }
    .into_any()
}

/// A line of the bill as it is typed: units and what one costs.
#[derive(Clone, Copy)]
struct Typed {
    line_no: i32,
    quantity: RwSignal<String>,
    cost: RwSignal<String>,
}

#[component]
pub(super) fn RecordCard(order: PurchaseSheet, tools: Tools) -> impl IntoView {
    let typed = |line: &PurchaseSheetLine| Typed {
        line_no: line.line_no,
        quantity: RwSignal::new(if line.received > 0 { line.received.to_string() } else { String::new() }),
        cost: RwSignal::new(line.unit_cost.normalize().to_string()),
    };
    let rows: Vec<(Typed, String)> = order.lines.iter().map(|line| (typed(line), line.sku_code.clone())).collect();
    let lines: Vec<Typed> = rows.iter().map(|(typed, _)| *typed).collect();
    let (id, unread) = (order.row.id, RwSignal::new(None::<Said>));
    let said = Signal::derive(move || unread.get().or_else(|| tools.recorded.get()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match read(&lines) {
            Ok(billed) => {
                unread.set(None);
                tools.record.dispatch((id, billed));
            }
            Err(said) => unread.set(Some(said)),
        }
    };
    let fields = rows.into_iter().map(|(row, sku)| {
        let own = row.line_no.to_string();
        view! {
            <div class="form-row">
                <Field label=format!("Units of {sku}") name="quantity" own=own.clone() inputmode="numeric" typed=row.quantity value=row.quantity.get_untracked() autocomplete="off" />
                <Field label="Cost of one" name="unit_cost" own=format!("b{own}") inputmode="decimal" typed=row.cost value=row.cost.get_untracked() autocomplete="off" />
            </div>
        }
    });
    let fields = fields.collect_view();
    view! {
        <details class="card">
            <summary class="strong">"Record a bill"</summary>
            <form class="form" novalidate on:submit=submit>
                <Refusal said fields=&["reference"] />
                <Field label="The supplier's number for it" name="reference" own="bill" typed=tools.reference maxlength=80_u32 autocomplete="off" said />
                <p class="small muted">"Without units a line is not billed."</p>
                {fields}
                <Send label="Record and match" busy=tools.record.pending() />
            </form>
        </details>
    }
    .into_any()
}

fn read(lines: &[Typed]) -> Result<Vec<BilledLine>, Said> {
    let mut billed = Vec::new();
    for line in lines {
        let (quantity, cost) = (line.quantity.get_untracked(), line.cost.get_untracked());
        if quantity.trim().is_empty() {
            continue;
        }
        let bad = |field: &str, words: &str| Said::invalid(field, &format!("Line {}: {words}", line.line_no));
        billed.push(BilledLine {
            line_no: line.line_no,
            quantity: quantity.trim().parse().map_err(|_| bad("quantity", "give whole units."))?,
            unit_cost: cost.trim().parse::<Decimal>().map_err(|_| bad("unit_cost", "give what one costs."))?,
        });
    }
    Ok(billed)
}
