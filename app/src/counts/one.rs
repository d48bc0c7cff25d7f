//! `/counts/:count`: one count with its receipt (who counted what when, against which ledger, what it is worth, what was posted), and
//! the decision when it is the reader's to make.

use domain::counts::{CountReceipt, CountRound, DecideCount, RoundLine, Status, UnitToSee, which};
use domain::people::Permission;
use domain::reasons::Process;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::{read_receipt, send_decision};
use super::parts::{class_words, often, signed, status_chip};
use crate::door::{Said, Unanswered, live, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Chip, LastRefused, Refusal, Refused, Send, Table, Toasts, Tone, When, grouped, heads, loaded_page, money, when};

#[component]
pub fn CountPage() -> impl IntoView {
    let params = use_params_map();
    let (fresh, again) = (live(&["count", "stock"]), RwSignal::new(0_u32));
    let number = move || params.with(|params| params.get("count").unwrap_or_default());
    let answer = Resource::new(move || (number(), fresh.get(), again.get()), |(number, ..)| read_receipt(number));
    let tools = Tools::new(again);
    view! {
        <Title text=number />
        <div class="page">{loaded_page(answer, move |receipt| page(&receipt, tools))}</div>
    }
    .into_any()
}

/// The decision. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
struct Tools {
    decide: Action<DecideCount, Result<(), Said>>,
    because: Because,
    said: Refused,
}

impl Tools {
    fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let last = LastRefused::default();
        let deciding = Unanswered::new();
        let decide = Action::new(move |command: &DecideCount| {
            let command = command.clone();
            last.of(async move {
                deciding.send(&command, send_decision).await?;
                if let Some(toasts) = toasts {
                    let words = if command.approve {
                        "Approved: stock and books are corrected."
                    } else {
                        "Sent back to be counted again."
                    };
                    toasts.push(words.to_owned());
                }
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self { decide, because: Because::default(), said: last.said() }
    }
}

fn page(receipt: &CountReceipt, tools: Tools) -> AnyView {
    let row = &receipt.row;
    let opened = receipt.opened_by.clone().unwrap_or_else(|| "the programme".to_owned());
    let decided = receipt.decided_by.clone().map(|by| view! { <p class="small muted">{format!("Approved by {by}")}</p> });
    let ended = row.in_tolerance.map(|right| {
        let (words, tone) = if right { ("The books were right", Tone::Ok) } else { ("The books were off", Tone::Warn) };
        view! { <Chip text=words tone /> }
    });
    let worth = (row.rounds > 0).then(|| {
        let (off, net) = (money(row.off_value, &receipt.currency), money(row.net_value, &receipt.currency));
        view! { <p>{format!("Off by {off} in all, {net} net.")}</p> }
    });
    let note = (!row.note.is_empty()).then(|| view! { <p class="banner">{row.note.clone()}</p> });
    let rounds = receipt.rounds.iter().map(|one| round(one, &receipt.currency)).collect_view();
    view! {
        <header class="page-head">
            <h1>{row.number.clone()}</h1>
            <span class="row">{status_chip(row.status)} {ended}</span>
        </header>
        <section class="card" data-count=row.number.clone()>
            <h2>{format!("Bin {} at {}", row.bin_code, row.site_code)}</h2>
            <p>{format!("{} · class {} · {}", row.why.words(), class_words(row.class), often(row.every_days))}</p>
            {note}
            {worth}
            <p class="small muted">{format!("Opened by {opened} · ")} <When at=row.opened_at /> " · ended " {when(row.ended_at)}</p>
            {decided}
            {posted(receipt)}
            <p><A href="/counts">"All counts"</A></p>
        </section>
        {decision(receipt, tools)}
        {rounds}
    }
    .into_any()
}

fn posted(receipt: &CountReceipt) -> AnyView {
    if receipt.row.status != Status::Done {
        return ().into_any();
    }
    if receipt.posted.is_empty() {
        return view! { <p>"Nothing had to be corrected."</p> }.into_any();
    }
    let lines = receipt.posted.iter().map(|(code, units)| view! { <li>{format!("{} {code}", signed(*units))}</li> });
    view! {
        <div>
            <p class="strong">"Corrected in stock, cost and books"</p>
            <ul role="list">{lines.collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// Only for whoever may and did not count; whoever may not is told why.
fn decision(receipt: &CountReceipt, tools: Tools) -> AnyView {
    let row = &receipt.row;
    if row.status != Status::Approval || !visit().may(Permission::CountsApprove) {
        return ().into_any();
    }
    if row.own {
        return view! { <p class="banner">"You counted this bin, so somebody else decides."</p> }.into_any();
    }
    let count = row.id;
    let send = move |approve: bool| {
        tools.decide.dispatch(DecideCount { count, approve, reason: tools.because.given() });
    };
    let back = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(false);
    };
    let busy = tools.decide.pending();
    view! {
        <section class="card">
            <h2>"Is this what is there?"</h2>
            <p class="muted">"Approving corrects stock, cost and books by the last round's differences."</p>
            <Refusal said=tools.said fields=&["reason", "note"] />
            <div class="row">
                <button
                    type="button"
                    class="btn primary"
                    disabled=move || busy.get()
                    aria-busy=move || busy.get().then_some("true")
                    on:click=move |_| send(true)
                >
                    "Approve"
                </button>
            </div>
            <form class="form-row" novalidate on:submit=back>
                <Why process=Process::CountAgain label="Or why it has to be counted again" because=tools.because said=tools.said />
                <Send label="Send it back" busy class="btn" />
            </form>
        </section>
    }
    .into_any()
}

fn round(round: &CountRound, currency: &str) -> AnyView {
    let who = round.person.clone().unwrap_or_else(|| "Somebody".to_owned());
    let title = format!("Round {}: {who}", round.round);
    if round.ended_at.is_none() {
        return view! {
            <section class="card">
                <h2>{title}</h2>
                <p class="muted">"Being counted since " <When at=round.began_at /> ". What is counted shows when it ends."</p>
            </section>
        }
        .into_any();
    }
    let aside = view! { <span class="muted small">"ended " {when(round.ended_at)}</span> }.into_any();
    let rows = round.lines.iter().map(|one| line(one, currency)).collect_view();
    view! {
        {units(round)}
        <Table title=title caption="What was counted, and what the ledger said at that moment" aside>
            {heads(&[
                ("SKU", ""),
                ("Name", "mid"),
                ("Counted", "num"),
                ("Ledger then", "num"),
                ("Difference", "num"),
                ("Value", "num"),
                ("Counted at", "wide"),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// Which handling units the round saw, and which it did not.
fn units(round: &CountRound) -> Option<AnyView> {
    let chip = |unit: &UnitToSee| {
        let (words, tone) = if unit.seen { ("seen", Tone::Ok) } else { ("not seen", Tone::Warn) };
        view! { <li><Chip text=format!("{} {}: {words}", unit.kind.words(), unit.code) tone /></li> }
    };
    (!round.units.is_empty()).then(|| {
        view! { <ul class="row" role="list" aria-label="Handling units">{round.units.iter().map(chip).collect_view()}</ul> }
            .into_any()
    })
}

fn line(row: &RoundLine, currency: &str) -> AnyView {
    let line = &row.line;
    let (variance, moved) = (line.variance(), line.ledger_began - line.ledger);
    let moved = line
        .moved()
        .then(|| view! { <span class="muted small">{format!("{} moved while counted", signed(i64::from(-moved)))}</span> });
    let tone = if variance == 0 { Tone::Ok } else { Tone::Warn };
    let code = row.sku_code.clone();
    let which = which(&line.lot, &line.serial);
    view! {
        <tr>
            <th scope="row"><A href=format!("/inventory/{}", line.sku)>{code}</A> " " {which}</th>
            <td class="mid">{row.sku_name.clone()}</td>
            <td class="num">{grouped(line.counted.into())}</td>
            <td class="num"><span class="table-cell">{grouped(line.ledger.into())} {moved}</span></td>
            <td class="num"><Chip text=signed(variance.into()) tone /></td>
            <td class="num">{money(line.value(), currency)}</td>
            <td class="wide">{when(row.counted_at)}</td>
        </tr>
    }
    .into_any()
}
