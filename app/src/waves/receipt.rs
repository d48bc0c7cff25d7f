//! What a plan says for itself, on the preview and on a wave's own page: what is saved, what was left out and why, what is at risk.

use domain::carriers::departure::Departure;
use domain::waves::receipt::{AtRisk, LeftOut, WaveReceipt};
use leptos::prelude::*;

use super::api::read_receipt;
use crate::ui::{Chip, Icon, Tone, When, age, grouped, loaded};

/// The receipt of a wave that is planned.
#[component]
pub fn Receipt(wave: domain::ids::WaveId) -> impl IntoView {
    let answer = Resource::new(|| (), move |()| read_receipt(wave));
    let show = |receipt: Option<WaveReceipt>| match receipt {
        Some(receipt) => view! {
            <section class="card" data-receipt>
                <h2>"The plan"</h2>
                {facts(&receipt)}
                {exceptions(&receipt)}
            </section>
        }
        .into_any(),
        None => ().into_any(),
    };
    view! { {loaded(answer, show)} }.into_any()
}

/// In figures.
pub fn facts(receipt: &WaveReceipt) -> AnyView {
    view! {
        <dl class="facts">
            <dt>"Orders"</dt>
            <dd>{format!("{} of {} considered", grouped(receipt.orders.into()), grouped(receipt.considered.into()))}</dd>
            <dt>"Method"</dt>
            <dd>{receipt.method.words()}</dd>
            <dt>"Cart"</dt>
            <dd>{receipt.cart.words()}</dd>
            {receipt.rounds.words().map(|words| view! { <dt>"Carts go"</dt><dd data-rounds>{words}</dd> })}
            {receipt.departures.iter().map(with).collect_view()}
            <dt>"In arrival order, S-shape"</dt>
            <dd>{format!("{} m, {}", grouped(receipt.metres_fifo.into()), age(i64::from(receipt.minutes_fifo) * 60))}</dd>
            <dt>"No plan is shorter than"</dt>
            <dd>{format!("{} m", grouped(receipt.metres_bound.into()))}</dd>
            <dt>{format!("Work, rates {}", receipt.rates)}</dt>
            <dd>{age(i64::from(receipt.minutes) * 60)}</dd>
            <dt>{format!("Last cart back, {} picking", receipt.pickers)}</dt>
            <dd><When at=receipt.back /></dd>
        </dl>
    }
    .into_any()
}

/// With whom, how many, and by when the first of them must be ready.
fn with(one: &Departure) -> AnyView {
    let orders =
        if one.orders == 1 { "1 order, by ".to_owned() } else { format!("{} orders, the first by ", grouped(one.orders.into())) };
    view! {
        <dt>{one.carrier_words().to_owned()}</dt>
        <dd data-departure=one.carrier.clone()>{orders} <When at=one.at /></dd>
    }
    .into_any()
}

/// What somebody should look at; nothing where there is nothing.
pub fn exceptions(receipt: &WaveReceipt) -> AnyView {
    let overdue = (receipt.overdue > 0).then(|| {
        let words = match receipt.overdue {
            1 => "1 order is past its promise already: it goes out first.".to_owned(),
            n => format!("{} orders are past their promise already: they go out first.", grouped(n.into())),
        };
        view! { <p class="banner warn">{Icon::Clock.view()}<span>{words}</span></p> }
    });
    let more =
        (receipt.more > 0).then(|| view! { <p class="muted small">{format!("and {} more", grouped(receipt.more.into()))}</p> });
    view! { <div class="stack-tight">{overdue} {unmapped(&receipt.unmapped)} {at_risk(&receipt.at_risk)} {left_out(&receipt.left_out)} {more}</div> }
        .into_any()
}

fn at_risk(late: &[AtRisk]) -> Option<AnyView> {
    let row = |late: &AtRisk| {
        view! {
            <li>
                <span class="strong">{late.order.clone()}</span>
                <span class="muted small">"promised for " <When at=late.due /> ", back " <When at=late.back /></span>
            </li>
        }
        .into_any()
    };
    folded("at-risk", "Cutoffs at risk", Tone::Warn, late.iter().map(row).collect())
}

fn left_out(left: &[LeftOut]) -> Option<AnyView> {
    let row = |left: &LeftOut| {
        view! {
            <li data-why=left.why.code()>
                <span class="strong">{left.order.clone()}</span>
                <span class="muted small">{left.why.words()}</span>
            </li>
        }
        .into_any()
    };
    folded("left-out", "Left out", Tone::Info, left.iter().map(row).collect())
}

fn unmapped(bins: &[String]) -> Option<AnyView> {
    let row = |bin: &String| view! { <li><span class="code">{bin.clone()}</span></li> }.into_any();
    folded("unmapped", "Not on the layout, picked last", Tone::Warn, bins.iter().map(row).collect())
}

/// A list under its title and count, which can be folded away; nothing where there is nothing.
fn folded(kind: &'static str, title: &'static str, tone: Tone, rows: Vec<AnyView>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let count = rows.len();
    let text = format!("{title} ({count})");
    Some(
        view! {
            <details class="plan-list" open data-list=kind data-rows=count>
                <summary><Chip text tone /></summary>
                <div class="plan-scroll" tabindex="0" role="region" aria-label=title>
                    <ul role="list">{rows}</ul>
                </div>
            </details>
        }
        .into_any(),
    )
}
