//! One case: what happened, what to do about it, who has it; and for whoever may, taking it on and closing it with words.

use chrono::{DateTime, Utc};
use domain::exceptions::{ClaimException, ExceptionRow, Kind, RESOLUTION_MAX, ResolveException};
use domain::ids::{ExceptionId, PersonId};
use domain::people::Permission as P;
use leptos::prelude::*;
use leptos_router::components::A;

use super::api::{send_claim, send_resolution};
use crate::door::{Said, Unanswered, visit};
use crate::ui::{Chip, Field, Icon, LastRefused, Refusal, Refused, Toasts, Tone, When, age, focus};

/// Hours after which a case that waits is shown as late: the figure's own target.
const LATE_HOURS: i64 = 24;

/// What can be done to a case. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    claim: Action<ClaimException, Result<(), Said>>,
    close: Action<ResolveException, Result<(), Said>>,
    /// The case that is being closed, and with which words.
    closing: RwSignal<Option<ExceptionId>>,
    words: RwSignal<String>,
    /// The case whose owner is about to be replaced.
    taking_over: RwSignal<Option<ExceptionId>>,
    /// The case the last answer was about.
    last: RwSignal<Option<ExceptionId>>,
    said: Refused,
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
        let (closing, taking_over, refused) = (RwSignal::new(None), RwSignal::new(None), LastRefused::default());
        let (claiming, resolving) = (Unanswered::new(), Unanswered::new());
        let claim = Action::new(move |command: &ClaimException| {
            let command = command.clone();
            refused.of(async move {
                let ended = claiming.send(&command, send_claim).await;
                taking_over.set(None);
                // Refused because somebody was quicker: who, is shown by reading again.
                if ended.is_err() {
                    again.update(|again| *again += 1);
                }
                ended?;
                say("It is yours now.");
                Ok(())
            })
        });
        let close = Action::new(move |command: &ResolveException| {
            let command = command.clone();
            refused.of(async move {
                resolving.send(&command, send_resolution).await?;
                closing.set(None);
                say("Closed. If its cause is still there, it comes back.");
                Ok(())
            })
        });
        let said = refused.said();
        Self { claim, close, closing, words: RwSignal::default(), taking_over, last: RwSignal::new(None), said }
    }

    fn busy(self, id: ExceptionId) -> bool {
        (self.claim.pending().get() || self.close.pending().get()) && self.last.get() == Some(id)
    }
}

/// Where what it is about is seen, for this visitor.
pub(crate) fn about(row: &ExceptionRow) -> Option<(String, String)> {
    let visit = visit();
    let order =
        row.order.as_ref().filter(|_| visit.may(P::OrdersView)).map(|number| (number.clone(), format!("/orders/{number}")));
    let rma = row.rma.as_ref().filter(|_| visit.may(P::ReturnsView)).map(|number| (number.clone(), format!("/returns/{number}")));
    let bench = (row.kind == Kind::UnidentifiedReturn && visit.may(P::ReturnsReceive))
        .then(|| ("Returns bench".to_owned(), "/floor/returns".to_owned()));
    let purchase = row
        .purchase
        .as_ref()
        .filter(|_| visit.may(P::PurchasingView))
        .map(|number| (number.clone(), format!("/purchasing/{number}")));
    // Its summary begins with the SKU's code.
    let card = (row.kind == Kind::MasterData && visit.may(P::CatalogEdit)).then(|| {
        let code = row.summary.split(' ').next().unwrap_or_default();
        (code.to_owned(), format!("/data?search={}", leptos_router::location::Url::escape(code)))
    });
    order.or(rma).or(bench).or(purchase).or(card)
}

/// Who has it, in words.
pub(crate) fn owner(row: &ExceptionRow) -> String {
    match (row.own, &row.owner_name) {
        (true, _) => "You".to_owned(),
        (false, Some(name)) => name.clone(),
        (false, None) if row.owner == PersonId::NIL => "Nobody yet".to_owned(),
        (false, None) => "Someone".to_owned(),
    }
}

pub(super) fn card(row: &ExceptionRow, now: DateTime<Utc>, tools: Tools) -> AnyView {
    let open = (now - row.raised_at).num_seconds();
    let late = row.resolved_at.is_none() && open >= LATE_HOURS * 3600;
    let tone = match row.kind {
        Kind::Payment | Kind::RefundFailed => Tone::Stop,
        _ => Tone::Warn,
    };
    let tone = if row.resolved_at.is_some() { Tone::Plain } else { tone };
    let site = row.site.clone().map(|site| view! { <span class="muted small">{site}</span> });
    let stands = if let Some(at) = row.resolved_at {
        view! { <span class="small muted">"Closed " <When at /></span> }.into_any()
    } else {
        let words = format!("open for {}", age(open));
        view! { <Chip text=words tone=if late { Tone::Stop } else { Tone::Plain } icon=Icon::Clock /> }.into_any()
    };
    let subject = about(row).map(|(words, href)| view! { <A href=href attr:class="btn">{words} {Icon::Arrow.view()}</A> });
    let owner = owner(row);
    let advice = row.resolved_at.is_none().then(|| view! { <p>{row.kind.advice()}</p> });
    let closed = (!row.resolution.is_empty()).then(|| {
        view! { <p class="banner ok">{Icon::Check.view()} <span>{row.resolution.clone()}</span></p> }
    });
    view! {
        <article class="card exception" data-exception=row.id.to_string() data-kind=row.kind.code()>
            <div class="row-between">
                <span class="row"><Chip text=row.kind.words() tone /> {site}</span>
                {stands}
            </div>
            <h2>{row.summary.clone()}</h2>
            {advice}
            {closed}
            <div class="row-between">
                <span class="small muted">
                    {Icon::Person.view()} <span class="visually-hidden">"With: "</span> <span data-owner>{owner}</span> " · raised " <When at=row.raised_at />
                </span>
                {subject}
            </div>
            {acts(row, tools)}
        </article>
    }
    .into_any()
}

/// Only for whoever may. The server asks again, with the case's site.
fn acts(row: &ExceptionRow, tools: Tools) -> AnyView {
    if row.resolved_at.is_some() || !visit().may(P::ExceptionsResolve) {
        return ().into_any();
    }
    let (id, from) = (row.id, row.owner);
    let said = Signal::derive(move || if tools.last.get() == Some(id) { tools.said.get() } else { None });
    let claim = move || {
        tools.last.set(Some(id));
        tools.claim.dispatch(ClaimException { id, from });
    };
    let body = if row.own {
        closing(id, said, tools)
    } else if from == PersonId::NIL {
        view! {
            <div class="row">
                <button
                    type="button"
                    class="btn primary"
                    disabled=move || tools.busy(id)
                    aria-busy=move || tools.busy(id).then_some("true")
                    on:click=move |_| claim()
                >
                    "I take it"
                </button>
            </div>
        }
        .into_any()
    } else {
        take_over(id, &owner(row), claim, tools)
    };
    view! {
        <Refusal said fields=&["resolution"] />
        {body}
    }
    .into_any()
}

/// Somebody has it: taken over knowingly, by name.
fn take_over(id: ExceptionId, owner: &str, claim: impl Fn() + Copy + Send + 'static, tools: Tools) -> AnyView {
    let asking = move || tools.taking_over.get() == Some(id);
    let (first, keep) = (NodeRef::<leptos::html::Button>::new(), NodeRef::<leptos::html::Button>::new());
    let ask = move |_| {
        tools.taking_over.set(Some(id));
        focus(keep);
    };
    let leave = move |_| {
        tools.taking_over.set(None);
        focus(first);
    };
    let question = format!("{owner} is on this. Take it over?");
    let (label, from) = (question.clone(), format!("Take it over from {owner}"));
    view! {
        <div class="row" hidden=asking>
            <button type="button" class="btn" node_ref=first on:click=ask>{from}</button>
        </div>
        <div class="row" role="group" aria-label=label hidden=move || !asking()>
            <span class="small strong">{question}</span>
            <button type="button" class="btn primary" disabled=move || tools.busy(id) on:click=move |_| claim()>"Take it over"</button>
            <button type="button" class="btn" node_ref=keep on:click=leave>"Leave it"</button>
        </div>
    }
    .into_any()
}

/// One's own: closed with what was done about it.
fn closing(id: ExceptionId, said: Refused, tools: Tools) -> AnyView {
    let asking = move || tools.closing.get() == Some(id);
    let (first, keep) = (NodeRef::<leptos::html::Button>::new(), NodeRef::<leptos::html::Button>::new());
    let ask = move |_| {
        tools.words.set(String::new());
        tools.closing.set(Some(id));
        focus(keep);
    };
    let leave = move |_| {
        tools.closing.set(None);
        focus(first);
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tools.last.set(Some(id));
        tools.close.dispatch(ResolveException { id, resolution: tools.words.get_untracked() });
    };
    let most = u32::try_from(RESOLUTION_MAX).unwrap_or(u32::MAX);
    view! {
        <div class="row" hidden=asking>
            <button type="button" class="btn primary" node_ref=first on:click=ask>"Close it …"</button>
        </div>
        <form class="form" novalidate hidden=move || !asking() on:submit=send>
            <Field label="What was done about it?" name="resolution" own=id.to_string() typed=tools.words maxlength=most said />
            <div class="row">
                <button class="btn primary" disabled=move || tools.busy(id) aria-busy=move || tools.busy(id).then_some("true")>
                    "Close it"
                </button>
                <button type="button" class="btn" node_ref=keep on:click=leave>"Keep it open"</button>
            </div>
        </form>
    }
    .into_any()
}
