//! Node balancing on the desk: what it would pay to send, asked for with one press; weeks of cover; what lanes cost.

use domain::ids::{SiteId, SiteTransferId};
use domain::sites::SiteRow;
use domain::transfers::balance::{Balancing, Coded, CoverRow, Lane, Proposal, RequestProposal, SetLane};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rust_decimal::Decimal;

use super::api::{send_lane, send_proposal};
use crate::door::{Said, Unanswered};
use crate::ui::{Chip, Choice, Empty, Field, Icon, LastRefused, Refusal, Send, Table, Toasts, Tone, amount, grouped, link};

fn code_of(sites: &[Coded], site: SiteId) -> String {
    sites.iter().find(|(id, _)| *id == site).map_or_else(|| "–".to_owned(), |(_, code)| code.clone())
}

pub(super) fn panel(answer: Balancing) -> AnyView {
    let sites = answer.sites.clone();
    if answer.weeks == 0 {
        return view! {
            <div class="card"><Empty title="Nothing was shipped yet" words="Weeks of cover are made of what was shipped." icon=Icon::Truck /></div>
            {lanes(answer.lanes, &sites)}
        }
        .into_any();
    }
    view! {
        {proposals(answer.proposals, &sites, answer.weeks)}
        {cover(answer.cover, answer.weeks)}
        {lanes(answer.lanes, &sites)}
    }
    .into_any()
}

fn proposals(rows: Vec<Proposal>, sites: &[Coded], weeks: i64) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No lane between your sites" words="Say below what a run from site to site costs: then it is known what pays." icon=Icon::Truck />
            </div>
        }
        .into_any();
    }
    let words = format!("by {weeks} weeks of shipping");
    let aside = view! { <span class="muted small">{words}</span> }.into_any();
    let rows = rows
        .into_iter()
        .map(|one| {
            let (from, to) = (code_of(sites, one.from), code_of(sites, one.to));
            view! { <ProposalRow one from to /> }
        })
        .collect_view();
    view! {
        <Table title="What it would pay to send" caption="Lanes with what they would bring, those that pay first" aside>
            <thead>
                <tr>
                    <th scope="col">"From"</th>
                    <th scope="col">"To"</th>
                    <th scope="col" class="num">"Units"</th>
                    <th scope="col" class="mid">"Mostly"</th>
                    <th scope="col" class="num">"Saves"</th>
                    <th scope="col" class="num">"Freight"</th>
                    <th scope="col"><span class="visually-hidden">"Ask"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// SKUs named beside a proposal.
const NAMED: usize = 3;

#[component]
fn ProposalRow(one: Proposal, from: String, to: String) -> impl IntoView {
    let units: i64 = one.lines.iter().map(|line| i64::from(line.units)).sum();
    let named = |line: &domain::transfers::balance::ProposedLine| {
        let cover = line.cover_to.map_or_else(String::new, |weeks| format!(", lasts {weeks} weeks there"));
        format!("{} × {}{cover}", line.units, line.code)
    };
    let mostly: Vec<String> = one.lines.iter().take(NAMED).map(named).collect();
    let next = StoredValue::new(SiteTransferId::mint());
    let (toasts, go, last, asking) = (use_context::<Toasts>(), use_navigate(), LastRefused::default(), Unanswered::new());
    let (giver, taker) = (one.from, one.to);
    let ask = Action::new_local(move |(): &()| {
        let command = RequestProposal { id: next.get_value(), from: giver, to: taker };
        let go = go.clone();
        last.of(async move {
            let number = asking.send(&command, send_proposal).await?;
            next.set_value(SiteTransferId::mint());
            if let Some(toasts) = toasts {
                toasts.push(format!("{number} is asked for. Another person approves it."));
            }
            go(&format!("/transfers/{number}"), leptos_router::NavigateOptions::default());
            Ok(())
        })
    });
    let busy = ask.pending();
    let act = if one.pays() {
        view! {
            <button
                type="button"
                class="btn primary"
                aria-busy=move || busy.get().then_some("true")
                disabled=busy
                on:click=move |_| {
                    ask.dispatch(());
                }
            >
                "Ask for it"
            </button>
            <Refusal said=last.said() />
        }
        .into_any()
    } else if units == 0 {
        view! { <span class="muted">"Nothing to send"</span> }.into_any()
    } else {
        view! { <Chip text="Not worth its freight" /> }.into_any()
    };
    let one_way = format!("{from}-{to}");
    view! {
        <tr data-proposal=one_way>
            <th scope="row" class="code">{from}</th>
            <td class="code">{to}</td>
            <td class="num">{grouped(units)}</td>
            <td class="mid">{mostly.join("; ")}</td>
            <td class="num">{amount(one.saving)}</td>
            <td class="num">{amount(one.freight)}</td>
            <td>{act}</td>
        </tr>
    }
    .into_any()
}

fn cover(rows: Vec<CoverRow>, weeks: i64) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows = rows.into_iter().map(|row| {
        let tone = if row.cover < Decimal::ONE { Tone::Stop } else { Tone::Plain };
        view! {
            <tr>
                <th scope="row">{link(format!("/inventory/{}", row.sku), row.code.clone())}</th>
                <td class="code">{row.site}</td>
                <td class="num">{grouped(row.free)}</td>
                <td class="num">{grouped(row.coming)}</td>
                <td class="num">{grouped(row.shipped)}</td>
                <td class="num"><Chip text=row.cover.to_string() tone /></td>
            </tr>
        }
    });
    let shipped = format!("Shipped in {weeks} weeks");
    view! {
        <Table title="Weeks of cover" caption="SKUs by site, those that run out first" csv="/api/fn/transfers/cover.csv">
            <thead>
                <tr>
                    <th scope="col">"SKU"</th>
                    <th scope="col">"Site"</th>
                    <th scope="col" class="num">"Free"</th>
                    <th scope="col" class="num">"Coming"</th>
                    <th scope="col" class="num">{shipped}</th>
                    <th scope="col" class="num">"Weeks"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn lanes(rows: Vec<Lane>, sites: &[Coded]) -> AnyView {
    let listed = rows.iter().map(|lane| {
        let (from, to) = (code_of(sites, lane.from), code_of(sites, lane.to));
        let words =
            format!("{from} to {to}: {} a run, {} a kilogram, {} days", amount(lane.freight), amount(lane.per_kg), lane.days);
        view! { <li>{words}</li> }
    });
    let listed = listed.collect_view();
    view! {
        <section class="card">
            <h2>"What a run costs"</h2>
            <ul class="stack-tight small" role="list">{listed}</ul>
        </section>
    }
    .into_any()
}

/// Setting what a run costs. Stands beside what is refreshed: nobody loses what they are typing.
#[component]
pub fn LaneCard(sites: Vec<SiteRow>) -> impl IntoView {
    let site_of = |at: usize| sites.get(at).map_or_else(String::new, |site| site.id.to_string());
    let (from, to) = (RwSignal::new(site_of(0)), RwSignal::new(site_of(1)));
    let (freight, per_kg, days) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new("1".to_owned()));
    let options: Vec<(String, String)> = sites.iter().map(|site| (site.id.to_string(), site.code.clone())).collect();
    let (toasts, last, setting) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let set = Action::new_local(move |(): &()| {
        let money = |typed: RwSignal<String>, field: &'static str| {
            typed.get_untracked().trim().parse::<Decimal>().map_err(|_| Said::invalid(field, "Give an amount, as in 120.50."))
        };
        let site = |typed: RwSignal<String>| typed.get_untracked().parse::<SiteId>();
        let typed = money(freight, "freight").and_then(|freight| {
            let days = days.get_untracked().trim().parse().map_err(|_| Said::invalid("days", "Give a whole number."))?;
            let ends = site(from).ok().zip(site(to).ok()).ok_or_else(|| Said::invalid("to", "Choose two sites."))?;
            Ok(SetLane { from: ends.0, to: ends.1, freight, per_kg: money(per_kg, "per_kg")?, days })
        });
        last.of(async move {
            setting.send(&typed?, send_lane).await?;
            if let Some(toasts) = toasts {
                toasts.push("The lane's costs are set.".to_owned());
            }
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"Set what a run costs"</h2>
            <Refusal said fields=&["from", "to", "freight", "per_kg", "days"] />
            <form class="form" novalidate on:submit=submit>
                <Choice label="Run from" name="lane_from" options=options.clone() picked=from />
                <Choice label="Run to" name="lane_to" options picked=to />
                <Field label="A run costs" name="freight" inputmode="decimal" typed=freight value=freight.get_untracked() said />
                <Field label="A kilogram costs" name="per_kg" inputmode="decimal" typed=per_kg value=per_kg.get_untracked() said />
                <Field label="Days" name="days" inputmode="numeric" typed=days value=days.get_untracked() said />
                <Send label="Set it" class="btn" busy=set.pending() />
            </form>
        </section>
    }
    .into_any()
}
