//! `/portal/returns/:number`: where the return stands, what was decided and why, what comes next.

use domain::dates::day;
use domain::ids::CommandId;
use domain::returns::{ReturnLineSheet, ReturnStatus, Stage};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::api::read_return;
use super::choose::picture;
use super::{told, visited};
use crate::returns::parts::{refund_line, stage_chip, steps};
use crate::ui::{Icon, Refusal, Refused, Timeline};

#[component]
pub fn PortalReturnPage() -> impl IntoView {
    let params = use_params_map();
    let number = move || params.with(|params| params.get("number").unwrap_or_default());
    let answer = Resource::new(number, read_return);
    let id = SharedValue::new(CommandId::mint).into_inner();
    let said = told();
    view! {
        <Title text=move || format!("Return {}", number()) />
        {visited(answer, move |status| page(status, id, said))}
    }
    .into_any()
}

fn page(status: ReturnStatus, id: CommandId, said: Refused) -> AnyView {
    let lines = status.lines.iter().map(line).collect_view();
    let timeline = steps(&status.timeline, status.stage);
    view! {
        <p class="small muted">{format!("Return {} · order {}", status.number, status.order_number)}</p>
        <div class="row-between">
            <h1>{headline(status.stage)}</h1>
            {stage_chip(status.stage)}
        </div>
        <Refusal said />
        {next(&status)}
        <section class="card" aria-label="Timeline"><Timeline steps=timeline /></section>
        {refunds(&status)}
        <section class="card" aria-label="Items">
            <h2>"Items"</h2>
            <ul class="stack-tight" role="list">{lines}</ul>
        </section>
        {status
            .cancellable
            .then(|| {
                view! {
                    <form method="post" action="/api/fn/portal/cancel" novalidate>
                        <input type="hidden" name="id" value=id.to_string() />
                        <input type="hidden" name="return_id" value=status.id.to_string() />
                        <button class="btn wide">"Keep it after all"</button>
                    </form>
                }
            })}
        <a class="btn quiet wide" href="/portal/order">"Back to the order"</a>
    }
    .into_any()
}

const fn headline(stage: Stage) -> &'static str {
    match stage {
        Stage::Review => "We are looking at it",
        Stage::Awaiting => "Send it to us",
        Stage::ToInspect => "It has arrived",
        Stage::Refunding => "Your money is on its way",
        Stage::Done => "All done",
        Stage::Denied => "We cannot take it back",
        Stage::Cancelled => "Cancelled",
    }
}

/// What the customer does or waits for now.
fn next(status: &ReturnStatus) -> AnyView {
    match status.stage {
        Stage::Awaiting => view! {
            <section class="card accent-card" aria-label="What to do now">
                <p class="label">"Write this on the parcel"</p>
                <p class="rma-code" data-rma=status.number.clone()>{status.number.clone()}</p>
                <ol class="small">
                    <li>"Pack the items so that they travel safely; the old box will do."</li>
                    <li>"Write the number above on the outside, large and clear."</li>
                    <li>"Hand it over at any post office. Keep the receipt until your money is back."</li>
                </ol>
            </section>
        }
        .into_any(),
        Stage::Review => {
            let by = status.review_by.map(|by| day(&by)).unwrap_or_default();
            view! {
                <div class="card accent-card">
                    <p>{format!("A person looks at your request and decides by {by}. Keep the items until then.")}</p>
                </div>
            }
            .into_any()
        }
        Stage::Denied => {
            let said = if status.denied_why.is_empty() {
                status.because.iter().map(ToString::to_string).collect()
            } else {
                vec![status.denied_why.clone()]
            };
            let rows = said.into_iter().map(|words| view! { <li>{words}</li> }).collect_view();
            view! {
                <div class="banner stop">
                    {Icon::Alert.view()}
                    <ul class="grow" role="list">{rows}</ul>
                </div>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

fn refunds(status: &ReturnStatus) -> AnyView {
    if status.refunds.is_empty() {
        return ().into_any();
    }
    let rows = status.refunds.iter().map(refund_line).collect_view();
    view! {
        <section class="card" aria-label="Money">
            <h2>"Money"</h2>
            <ul class="stack-tight" role="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn line(line: &ReturnLineSheet) -> AnyView {
    view! {
        <li class="return-head">
            {picture(&line.name)}
            <span class="return-what">
                <span class="strong">{format!("{} × {}", line.quantity, line.name)}</span>
                <span class="small muted">{format!("{} · {}", line.reason.words(), line.resolution.words())}</span>
            </span>
        </li>
    }
    .into_any()
}
