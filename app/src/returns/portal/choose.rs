//! `/portal/order`: what can come back, and what cannot with the reason and the date. Choices travel on in the address: nothing in it
//! is personal, and going back keeps them.

use domain::dates::day;
use domain::returns::eligibility::Eligibility;
use domain::returns::{EligibleLine, OrderToReturn, Reason, ReturnBrief};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::read_order;
use super::{told, visited};
use crate::returns::parts::{cash, stage_chip};
use crate::ui::{Chip, Empty, Icon, Refusal, Tone};

#[component]
pub fn PortalOrderPage() -> impl IntoView {
    let answer = Resource::new(|| (), |()| read_order());
    let said = told();
    let query = use_query_map();
    view! {
        <Title text="What would you like to send back?" />
        {visited(answer, move |order| page(order, &query.get_untracked(), said))}
    }
    .into_any()
}

fn page(order: OrderToReturn, before: &ParamsMap, said: crate::ui::Refused) -> AnyView {
    let any = order.lines.iter().any(|line| line.can.units() > 0);
    let placed = format!("Order {} · placed {} · {}", order.number, day(&order.placed_at), order.masked_email);
    let lines = order.lines.iter().enumerate().map(|(at, line)| line_card(at, line, &order, before)).collect_view();
    let returns = earlier(&order.returns);
    view! {
        <p class="small muted">{placed}</p>
        <h1>"What would you like to send back?"</h1>
        <Refusal said />
        {returns}
        {if any {
            view! {
                <form class="form return-lines" method="get" action="/portal/review" novalidate>
                    {lines}
                    <div class="portal-send">
                        <button class="btn primary wide">"See what you get back"</button>
                    </div>
                </form>
            }
                .into_any()
        } else {
            view! {
                <div class="form return-lines">{lines}</div>
                <div class="card">
                    <Empty title="Nothing more can come back" words="Each item above says why, and since when." icon=Icon::Return />
                </div>
            }
                .into_any()
        }}
        <form method="post" action="/api/fn/portal/leave" novalidate>
            <button class="btn quiet wide">"Leave this order"</button>
        </form>
    }
    .into_any()
}

/// Returns asked for before.
fn earlier(returns: &[ReturnBrief]) -> AnyView {
    if returns.is_empty() {
        return ().into_any();
    }
    let row = |made: &ReturnBrief| {
        let units = if made.units == 1 { "1 item".to_owned() } else { format!("{} items", made.units) };
        view! {
            <li>
                <a class="return-brief" href=format!("/portal/returns/{}", made.number)>
                    <span class="strong">{made.number.clone()}</span>
                    <span class="small muted grow">{format!("{units} · {}", day(&made.requested_at))}</span>
                    {stage_chip(made.stage)}
                </a>
            </li>
        }
    };
    view! {
        <section class="card" aria-label="Your returns">
            <h2>"Your returns"</h2>
            <ul class="stack-tight" role="list">{returns.iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn line_card(at: usize, line: &EligibleLine, order: &OrderToReturn, before: &ParamsMap) -> AnyView {
    let price = (line.can.units() > 0).then(|| cash(line.worth(1)));
    let told = [line.variant.clone(), line.sku_code.clone(), price.unwrap_or_default()];
    let told = told.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
    let what = view! {
        <span class="return-what">
            <span class="strong">{line.name.clone()}</span>
            <span class="small muted">{told}</span>
        </span>
    };
    match &line.can {
        Eligibility::No { why } => view! {
            <div class="card return-line closed" data-line=at>
                <div class="return-head">
                    {picture(&line.name)} {what}
                    <Chip text="Not returnable" tone=Tone::Plain />
                </div>
                <p class="small muted">{why.to_string()}</p>
            </div>
        }
        .into_any(),
        can => {
            let note = match can {
                Eligibility::FaultOnly { why, .. } => {
                    Some(format!("{why} It can still come back if it is faulty or not what you ordered."))
                }
                _ => None,
            };
            let until = can.until().map(|until| format!("until {}", day(&until))).unwrap_or_default();
            let reasons = can.reasons();
            view! {
                <fieldset class="card return-line" data-line=at>
                    <legend class="visually-hidden">{line.name.clone()}</legend>
                    <label class="return-head">
                        <input type="checkbox" class="return-tick" name=format!("on{at}") value="1" checked=before.get(&format!("on{at}")).is_some() />
                        {picture(&line.name)} {what}
                        <Chip text=until tone=Tone::Ok />
                    </label>
                    {note.map(|note| view! { <p class="small muted">{note}</p> })}
                    <div class="return-more">{choices(at, line, order, &reasons, before)}</div>
                </fieldset>
            }
            .into_any()
        }
    }
}

fn choices(at: usize, line: &EligibleLine, order: &OrderToReturn, reasons: &[Reason], before: &ParamsMap) -> AnyView {
    let units = line.can.units();
    let chosen = |name: &str| before.get(&format!("{name}{at}")).unwrap_or_default();
    let (given, why, what) = (chosen("q"), chosen("r"), chosen("s"));
    let quantity = given.parse::<i32>().ok().filter(|given| (1..=units).contains(given)).unwrap_or(1);
    let quantity = (units > 1).then(|| {
        view! {
            <div class="field">
                <label for=format!("q{at}")>{format!("How many? (up to {units})")}</label>
                <input
                    class="input"
                    id=format!("q{at}")
                    name=format!("q{at}")
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max=units
                    value=quantity
                />
            </div>
        }
    });
    let options = reasons.iter().map(|reason| {
        view! { <option value=reason.code() selected=why == reason.code()>{reason.words()}</option> }
    });
    let worth = cash(line.worth(1));
    let each = if units > 1 { " each" } else { "" };
    let resolutions = order.resolutions.iter().enumerate().map(|(nth, resolution)| {
        let checked = if what.is_empty() { nth == 0 } else { what == resolution.code() };
        view! {
            <label class="pick-card">
                <input type="radio" name=format!("s{at}") value=resolution.code() checked=checked />
                <span class="strong">{resolution.words()}</span>
                <span class="small muted">{format!("{worth}{each}")}</span>
            </label>
        }
    });
    view! {
        {quantity}
        <div class="field">
            <label for=format!("r{at}")>"Why?"</label>
            <select class="input" id=format!("r{at}") name=format!("r{at}")>
                {options.collect_view()}
            </select>
        </div>
        <fieldset class="field">
            <legend>"What should we do?"</legend>
            <div class="pick-cards">{resolutions.collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// No photos yet: the first letter stands in, quietly.
pub(super) fn picture(name: &str) -> AnyView {
    let letter = name.chars().next().unwrap_or('·').to_uppercase().to_string();
    view! { <span class="return-picture" aria-hidden="true">{letter}</span> }.into_any()
}
