//! `/portal/review`: the money before it is sent, line by line, and a word to say. Nothing is decided here: the server computes and
//! decides again when the form comes.

use domain::ids::CommandId;
use domain::money::Money;
use domain::returns::{EligibleLine, NOTE_MAX, OrderToReturn, Reason, Resolution};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;

use super::api::read_order;
use super::choose::picture;
use super::{told, visited};
use crate::people::{typed_before, value_of};
use crate::returns::parts::cash;
use crate::ui::{Beside, Empty, Icon, Refusal, Refused};

/// A line as it was chosen.
#[derive(Clone)]
struct Chosen {
    line: EligibleLine,
    quantity: i32,
    /// What the address asked for, when it is not what can come back.
    asked: Option<String>,
    reason: Reason,
    resolution: Resolution,
    worth: Money,
}

/// What the form brings and brings back.
#[derive(Clone, Copy)]
struct Form {
    id: CommandId,
    said: Refused,
    /// Notes that were typed before a refusal, by line.
    typed: StoredValue<Vec<(String, String)>>,
}

#[component]
pub fn PortalReviewPage() -> impl IntoView {
    let answer = Resource::new(|| (), |()| read_order());
    // Minted once, by the server when it renders: a second press sends the same id.
    let id = SharedValue::new(CommandId::mint).into_inner();
    // Read here, not where it is shown: server and browser count what they share in the same order.
    let form = Form { id, said: told(), typed: StoredValue::new(typed_before()) };
    let (query, location) = (use_query_map(), use_location());
    view! {
        <Title text="What you get back" />
        {visited(answer, move |order| page(&order, &query.get_untracked(), &location.search.get_untracked(), form))}
    }
    .into_any()
}

/// What the address says, held against what can come back.
fn chosen(order: &OrderToReturn, query: &ParamsMap) -> Vec<Chosen> {
    let of = |(at, line): (usize, &EligibleLine)| {
        query.get(&format!("on{at}"))?;
        let units = line.can.units();
        let given = query.get(&format!("q{at}")).unwrap_or_else(|| "1".to_owned());
        let quantity = given.trim().parse().unwrap_or(1).clamp(1, units.max(1));
        let asked = (given.trim() != quantity.to_string()).then_some(given);
        let reason = Reason::parse(&query.get(&format!("r{at}"))?).filter(|reason| line.can.reasons().contains(reason))?;
        let resolution = Resolution::parse(&query.get(&format!("s{at}"))?).filter(|what| order.resolutions.contains(what))?;
        Some(Chosen { line: line.clone(), quantity, asked, reason, resolution, worth: line.worth(quantity) })
    };
    order.lines.iter().enumerate().filter_map(of).collect()
}

fn page(order: &OrderToReturn, query: &ParamsMap, search: &str, form: Form) -> AnyView {
    let Form { id, said, typed } = form;
    let chosen = chosen(order, query);
    let back = format!("/portal/order?{}", search.trim_start_matches('?'));
    if chosen.is_empty() {
        return view! {
            <h1>"Nothing chosen yet"</h1>
            <div class="card">
                <Empty title="Tick what you want to send back" words="Then you see what you get for it." icon=Icon::Return>
                    <a class="btn primary" href="/portal/order">"Choose items"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let typed = typed.get_value();
    // A note too long is said beside the notes that are: which line it was, the address does not say.
    let note = |chosen: &Chosen| value_of(&typed, &chosen.line.line.to_string());
    let long = |chosen: &Chosen| note(chosen).chars().count() > NOTE_MAX;
    let any = chosen.iter().any(long);
    let lines = chosen.iter().enumerate().map(|(at, chosen)| {
        let meant = if any { long(chosen) } else { at == 0 };
        line(at, chosen, note(chosen), Signal::derive(move || said.get().filter(|said| meant || said.field() != Some("note"))))
    });
    let lines = lines.collect_view();
    view! {
        <p class="small muted">{format!("Order {}", order.number)}</p>
        <h1>"What you get back"</h1>
        <Refusal said fields=&["note"] />
        <form class="form" method="post" action="/api/fn/portal/request" novalidate>
            <input type="hidden" name="id" value=id.to_string() />
            {lines}
            {money(order, &chosen)}
            <div class="portal-send">
                <button class="btn primary wide">"Send the request"</button>
            </div>
        </form>
        <a class="btn quiet wide" href=back>"Change something"</a>
    }
    .into_any()
}

/// One line with its hidden fields and its note.
fn line(at: usize, chosen: &Chosen, before: String, said: Refused) -> AnyView {
    let field = |name: &str| format!("lines[{at}][{name}]");
    let (id, beside) = (format!("note{at}"), format!("r-note{at}"));
    let asked = chosen.asked.clone().map(|asked| {
        let can = chosen.line.can.units();
        let asked = if asked.trim().is_empty() { "nothing".to_owned() } else { format!("“{asked}”") };
        format!("You asked for {asked}. {} goes on: 1 to {can} can come back.", chosen.quantity)
    });
    view! {
        <section class="card return-line" aria-label=chosen.line.name.clone()>
            <div class="return-head">
                {picture(&chosen.line.name)}
                <span class="return-what">
                    <span class="strong">{format!("{} × {}", chosen.quantity, chosen.line.name)}</span>
                    <span class="small muted">{format!("{} · {}", chosen.reason.words(), chosen.resolution.words())}</span>
                </span>
                <span class="strong nowrap">{cash(chosen.worth)}</span>
            </div>
            {asked.map(|words| view! { <p class="banner warn">{Icon::Alert.view()}<span>{words}</span></p> })}
            <input type="hidden" name=field("line") value=chosen.line.line.to_string() />
            <input type="hidden" name=field("quantity") value=chosen.quantity />
            <input type="hidden" name=field("reason") value=chosen.reason.code() />
            <input type="hidden" name=field("resolution") value=chosen.resolution.code() />
            <div class="field">
                <label for=id.clone()>"Anything we should know? " <span class="muted">"(optional)"</span></label>
                <textarea class="input" id=id name=field("note") maxlength=NOTE_MAX rows="2" aria-describedby=beside.clone()>
                    {before}
                </textarea>
                <Beside id=beside field="note" said />
            </div>
        </section>
    }
    .into_any()
}

/// Item, tax, postage, total; where it goes and when.
fn money(order: &OrderToReturn, chosen: &[Chosen]) -> AnyView {
    let nothing = Money::zero(order.postage_fee.currency);
    let sum = |amounts: Vec<Money>| amounts.into_iter().try_fold(nothing, Money::plus).unwrap_or(nothing);
    let items = sum(chosen.iter().map(|chosen| chosen.worth).collect());
    let tax = sum(chosen.iter().map(|chosen| chosen.line.sold.next(chosen.quantity).map_or(nothing, |(_, tax)| tax)).collect());
    let ours = chosen.iter().all(|chosen| chosen.reason.is_our_fault());
    let postage = if ours || order.postage_fee.amount > items.amount { nothing } else { order.postage_fee };
    let total = items.minus(postage).unwrap_or(items);
    let to = if chosen.iter().all(|chosen| chosen.resolution == Resolution::Credit) {
        "as store credit, as soon as we have looked at the items"
    } else {
        "to the card you paid with, within 5 days of our looking at the items"
    };
    let postage = if postage.is_positive() { format!("−{}", cash(postage)) } else { "free".to_owned() };
    view! {
        <section class="card" aria-label="Money">
            <dl class="sum">
                <div>
                    <dt>"Items, after discount"</dt>
                    <dd>{cash(items)}</dd>
                </div>
                <div>
                    <dt>"of that, tax"</dt>
                    <dd>{cash(tax)}</dd>
                </div>
                <div>
                    <dt>"Return postage"</dt>
                    <dd>{postage}</dd>
                </div>
                <div class="sum-total">
                    <dt>"You get back"</dt>
                    <dd>{cash(total)}</dd>
                </div>
            </dl>
            <p class="small muted">{format!("Paid {to}. Items that come back used or damaged may give less; you will see why.")}</p>
        </section>
    }
    .into_any()
}
