//! `/returns/:number`: one return for the desk: what was asked, why it was decided so, what came in, where it went, what is paid.

use domain::people::Permission;
use domain::reasons::{Code, Process};
use domain::returns::{CancelReturn, DecideReturn, InspectionRow, ReturnLineSheet, ReturnSheet, Stage};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::{read_return_sheet, send_cancel_return, send_decision};
use super::parts::{outcome_tone, stage_chip, steps};
use crate::door::{Said, Unanswered, live, visit};
use crate::reasons::{Because, Why};
use crate::refunds;
use crate::ui::{
    Chip, Confirm, Empty, Field, Icon, LastRefused, Refusal, Refused, Table, Timeline, Toasts, When, heads, loaded_page,
};

#[component]
pub fn ReturnPage() -> impl IntoView {
    let params = use_params_map();
    let (fresh, again) = (live(&["return", "refund"]), RwSignal::new(0_u32));
    let number = move || params.with(|params| params.get("number").unwrap_or_default());
    let answer = Resource::new(move || (number(), fresh.get(), again.get()), |(number, ..)| read_return_sheet(number));
    let (tools, money) = (Tools::new(again), refunds::Tools::new(again));
    view! {
        <Title text=number />
        <div class="page">{loaded_page(answer, move |sheet| page(sheet, tools, money))}</div>
    }
    .into_any()
}

/// What can be done to the return here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
struct Tools {
    decide: Action<DecideReturn, Result<(), Said>>,
    cancel: Action<CancelReturn, Result<(), Said>>,
    /// Why it is denied: only its code, the words are for the customer.
    because: Because,
    why: RwSignal<String>,
    /// Is the cancelling being asked about?
    asking: RwSignal<bool>,
    said: Refused,
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
        let last = LastRefused::default();
        let (deciding, cancelling) = (Unanswered::new(), Unanswered::new());
        let decide = Action::new(move |command: &DecideReturn| {
            let command = command.clone();
            last.of(async move {
                let approved = command.approve;
                deciding.send(&command, send_decision).await?;
                say(if approved { "Approved. The customer can send it." } else { "Denied. The customer reads why." });
                Ok(())
            })
        });
        let cancel = Action::new(move |command: &CancelReturn| {
            let command = command.clone();
            last.of(async move {
                cancelling.send(&command, send_cancel_return).await?;
                say("Cancelled.");
                Ok(())
            })
        });
        Self {
            decide,
            cancel,
            because: Because::default(),
            why: RwSignal::default(),
            asking: RwSignal::new(false),
            said: last.said(),
        }
    }
}

fn page(sheet: ReturnSheet, tools: Tools, money: refunds::Tools) -> AnyView {
    let row = sheet.row.clone();
    let refunds = sheet.refunds.iter().cloned().map(|row| refunds::card(row, money)).collect_view();
    let timeline = steps(&sheet.timeline, row.stage);
    view! {
        <header class="page-head">
            <A href="/returns" attr:class="btn quiet square" attr:aria-label="Returns">{Icon::Back.view()}</A>
            <h1>{row.number.clone()}</h1>
            {stage_chip(row.stage)}
        </header>
        <Refusal said=tools.said fields=&["reason", "why", "note"] />
        <div class="split">
            <div class="stack">
                {lines(&sheet)}
                {inspections(&sheet)}
                {refunds}
            </div>
            <div class="stack">
                {acts(&sheet, tools)}
                {decision(&sheet)}
                <section class="card">
                    <h2>"Story"</h2>
                    <Timeline steps=timeline />
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn lines(sheet: &ReturnSheet) -> AnyView {
    let row = |line: &ReturnLineSheet| {
        let note = (!line.note.is_empty()).then(|| format!("“{}”", line.note));
        let (href, code) = (format!("/inventory/{}", line.sku), line.sku_code.clone());
        view! {
            <tr>
                <th scope="row"><A href=href>{code}</A></th>
                <td>{line.name.clone()} " " <span class="muted">{line.variant.clone()}</span></td>
                <td>
                    <span class="stack-tight">
                        {line.reason.words()} {note.map(|note| view! { <span class="small muted">{note}</span> })}
                    </span>
                </td>
                <td>{line.resolution.words()}</td>
                <td class="num">{line.quantity}</td>
                <td class="num">{line.quantity_received}</td>
                <td class="num">{line.quantity_inspected}</td>
            </tr>
        }
    };
    let rows = sheet.lines.iter().map(row).collect_view();
    view! {
        <Table title="Items" caption="What was asked back, what came in, what was inspected">
            {heads(&[
                ("SKU", ""),
                ("Name", ""),
                ("Why", ""),
                ("Wants", ""),
                ("Asked", "num"),
                ("In", "num"),
                ("Inspected", "num"),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn inspections(sheet: &ReturnSheet) -> AnyView {
    if sheet.inspections.is_empty() {
        return view! {
            <section class="card">
                <Empty title="Not inspected yet" words="Grades and where the units went stand here." icon=Icon::Search />
            </section>
        }
        .into_any();
    }
    let row = |row: &InspectionRow| {
        let by = row.inspected_by.clone().unwrap_or_else(|| "Tideway".to_owned());
        let over = (!row.override_reason.is_empty()).then(|| format!("Overruled: {}", row.override_reason));
        let note = (!row.note.is_empty()).then(|| row.note.clone());
        let small =
            [over, note].into_iter().flatten().map(|words| view! { <span class="small muted">{words}</span> }).collect_view();
        view! {
            <tr>
                <th scope="row">{row.sku_code.clone()}</th>
                <td class="num">{row.quantity}</td>
                <td class="nowrap"><b>{row.grade.code()}</b> {format!(" · {}", row.grade.words())}</td>
                <td><span class="stack-tight">{row.disposition.words()} {small}</span></td>
                <td class="code">{row.bin_code.clone()}</td>
                <td>{by}</td>
                <td><When at=row.at /></td>
            </tr>
        }
    };
    let rows = sheet.inspections.iter().map(row).collect_view();
    view! {
        <Table title="Inspections" caption="Grades, and where the units went">
            {heads(&[
                ("SKU", ""),
                ("Units", "num"),
                ("Grade", ""),
                ("Way", ""),
                ("Bin", ""),
                ("By", ""),
                ("When", ""),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// Why it was decided so: rule, version, person.
fn decision(sheet: &ReturnSheet) -> AnyView {
    let because = sheet.because.iter().map(|why| view! { <li>{why.to_string()}</li> }).collect_view();
    let person = sheet.decided_by.clone().map(|by| format!("Decided by {by}. {}", sheet.denied_why));
    let row = &sheet.row;
    let (href, order) = (format!("/orders/{}", row.order_number), row.order_number.clone());
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Decision"</h2>
                <Chip text=sheet.decision.words() tone=outcome_tone(sheet.decision) />
            </div>
            <ul class="stack-tight small" role="list">{because}</ul>
            {person.map(|words| view! { <p class="small">{words}</p> })}
            <dl class="facts">
                <dt>"Rule"</dt>
                <dd>{format!("Return policy, version {}", sheet.policy_version)}</dd>
                <dt>"Customer"</dt>
                <dd>{row.customer.clone()}</dd>
                <dt>"Order"</dt>
                <dd><A href=href>{order}</A></dd>
                <dt>"Asked by"</dt>
                <dd>{row.source.words()}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// Only what may be done now, by this visitor.
fn acts(sheet: &ReturnSheet, tools: Tools) -> AnyView {
    let (id, stage) = (sheet.row.id, sheet.row.stage);
    let may = visit().may(Permission::ReturnsAuthorise);
    let (review, cancel) =
        (stage == Stage::Review, matches!(stage, Stage::Review | Stage::Awaiting) && sheet.row.units_received == 0);
    if !may || !(review || cancel) {
        return ().into_any();
    }
    let decide = move |approve: bool| {
        let reason = if approve { Code::default() } else { tools.because.given().code };
        tools.decide.dispatch(DecideReturn { id, approve, reason, why: tools.why.get_untracked() });
    };
    let sure = Callback::new(move |()| {
        tools.cancel.dispatch(CancelReturn { id });
    });
    let busy = tools.decide.pending();
    view! {
        <section class="card">
            <h2>"What now"</h2>
            {review
                .then(|| {
                    view! {
                        <Why process=Process::ReturnDeny label="Why, if you deny it" because=tools.because bare=true said=tools.said />
                        <Field
                            label="What the customer reads then"
                            name="why"
                            typed=tools.why
                            maxlength=200_u32
                            said=tools.said
                        />
                        <div class="row">
                            <button
                                type="button"
                                class="btn primary"
                                disabled=move || busy.get()
                                aria-busy=move || busy.get().then_some("true")
                                on:click=move |_| decide(true)
                            >
                                "Approve"
                            </button>
                            <button type="button" class="btn danger" disabled=move || busy.get() on:click=move |_| decide(false)>
                                "Deny"
                            </button>
                        </div>
                    }
                })}
            {(cancel && !review)
                .then(|| {
                    view! {
                        <Confirm
                            label="Cancel the return"
                            question="Nothing comes back then?"
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
