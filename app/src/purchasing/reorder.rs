//! `/purchasing/reorder`: what should be ordered of whom before it runs out, and one press that makes the draft. And what a site should
//! have of a SKU, where what sells does not say it.

use domain::dates;
use domain::ids::{PurchaseId, SiteId};
use domain::people::Permission;
use domain::purchasing::reorder::{DraftReorder, Level, Reorder, ReorderBoard, ReorderLine, SetReorderLevel, Unsourced};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::api::{read_reorder, send_reorder, send_reorder_level};
use crate::door::{Said, Unanswered, live, visit};
use crate::sites::here;
use crate::ui::{Chip, Empty, Field, Icon, LastRefused, Refusal, Send, Table, Toasts, Tone, grouped, heads, link, loaded, money};

#[component]
pub fn ReorderPage() -> impl IntoView {
    let (site, fresh, again) = (here(), live(&["purchase", "supplier", "stock", "parcel"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_reorder(site));
    let edits = visit().may(Permission::PurchasingEdit);
    view! {
        <Title text="To reorder" />
        <div class="page">
            <header class="page-head"><h1>"To reorder"</h1></header>
            {loaded(answer, board)}
            {edits.then(|| view! { <LevelCard site again /> })}
        </div>
    }
    .into_any()
}

fn board(board: ReorderBoard) -> AnyView {
    let words = match board.weeks {
        0 => "Nothing was shipped yet: only what has a least and a most, and what customers wait for, is proposed.".to_owned(),
        weeks => format!(
            "By {weeks} weeks of shipping: ordered when it would not last until goods come and a week more, up to {} weeks beyond that.",
            board.cover_weeks
        ),
    };
    if board.orders.is_empty() && board.unsourced.is_empty() {
        return view! {
            <div class="card"><Empty title="Nothing is to be reordered" words icon=Icon::Check /></div>
        }
        .into_any();
    }
    let currency = board.currency;
    let orders = board.orders.into_iter().map(|(order, site, due)| {
        let currency = currency.clone();
        view! { <OrderCard order site due=dates::day(&due) currency /> }
    });
    view! {
        <p class="small muted">{words}</p>
        {orders.collect_view()}
        {(!board.unsourced.is_empty()).then(|| unsourced(board.unsourced))}
    }
    .into_any()
}

#[component]
fn OrderCard(order: Reorder, site: String, due: String, currency: String) -> impl IntoView {
    let next = StoredValue::new(PurchaseId::mint());
    let (toasts, go, last, sending) = (use_context::<Toasts>(), use_navigate(), LastRefused::default(), Unanswered::new());
    let (supplier, to) = (order.supplier, order.site);
    let draft = Action::new(move |(): &()| {
        let go = go.clone();
        last.of(async move {
            let written = sending.send(&DraftReorder { id: next.get_value(), supplier, site: to }, send_reorder).await?;
            next.set_value(PurchaseId::mint());
            if let Some(toasts) = toasts {
                toasts.push(format!("{} is a draft now.", written.number));
            }
            go(&format!("/purchasing/{}", written.number), NavigateOptions::default());
            Ok(())
        })
    });
    let busy = draft.pending();
    let title = format!("{} to {site}", order.supplier_name);
    let name = format!("{}-{site}", order.supplier_name);
    let aside = view! {
        <span class="muted small">{format!("due {due}")}</span>
        <button
            type="button"
            class="btn primary"
            data-reorder=name
            aria-busy=move || busy.get().then_some("true")
            disabled=busy
            on:click=move |_| {
                draft.dispatch(());
            }
        >
            "Make the draft"
        </button>
    }
    .into_any();
    let total = money(order.total, &currency);
    let foot = view! {
        <Refusal said=last.said() />
        <dl class="totals">
            <dt>"Total"</dt>
            <dd class="num strong">{total}</dd>
        </dl>
    }
    .into_any();
    let rows = order.lines.into_iter().map(|one| line(one, &currency)).collect_view();
    view! {
        <Table title caption="What would be ordered, what runs out first at the head" aside foot>
            {heads(&[("SKU", ""), ("Name", "mid"), ("Has", "num"), ("Lasts", "num"), ("Order", "num"), ("Each", "num mid"), ("Worth", "num")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn line(line: ReorderLine, currency: &str) -> AnyView {
    let lasts = line.cover.map_or_else(|| "–".to_owned(), |weeks| format!("{weeks} weeks"));
    let more = line.for_price.then(|| view! { <Chip text="Price break" tone=Tone::Info /> });
    let why = format!("At {} or fewer it is ordered, up to {}", grouped(line.point), grouped(line.target));
    view! {
        <tr data-sku=line.code.clone()>
            <th scope="row">{link(format!("/inventory/{}", line.sku), line.code.clone())}</th>
            <td class="mid">{line.name}</td>
            <td class="num" title=why>{grouped(line.have)}</td>
            <td class="num nowrap">{lasts}</td>
            <td class="num">{more} " " {grouped(line.quantity.into())}</td>
            <td class="num mid">{money(line.unit_cost, currency)}</td>
            <td class="num">{money(line.unit_cost * rust_decimal::Decimal::from(line.quantity), currency)}</td>
        </tr>
    }
    .into_any()
}

/// What runs out, and nobody's price list has it.
fn unsourced(rows: Vec<(Unsourced, String)>) -> AnyView {
    let rows = rows.into_iter().map(|(one, site)| {
        view! {
            <tr data-unsourced=one.code.clone()>
                <th scope="row">{link(format!("/inventory/{}", one.sku), one.code.clone())}</th>
                <td class="mid">{one.name}</td>
                <td class="code">{site}</td>
                <td class="num">{grouped(one.have)}</td>
                <td class="num">{grouped(one.point)}</td>
            </tr>
        }
    });
    let aside = view! { <a class="btn" href="/purchasing/suppliers">"Price lists"</a> }.into_any();
    view! {
        <Table title="Nobody sells these" caption="SKUs that run out and stand on no supplier's price list" aside>
            {heads(&[("SKU", ""), ("Name", "mid"), ("Site", ""), ("Has", "num"), ("Order at", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

/// The least and the most of a SKU here. Stands beside what is refreshed: nobody loses what they are typing.
#[component]
fn LevelCard(site: Signal<Option<SiteId>>, again: RwSignal<u32>) -> impl IntoView {
    let typed = || RwSignal::new(String::new());
    let (sku, min, max) = (typed(), typed(), typed());
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let set = Action::new(move |(): &()| {
        let text = |typed: RwSignal<String>| typed.get_untracked().trim().to_owned();
        let whole = move |typed: RwSignal<String>, field: &'static str| {
            text(typed).parse::<i32>().map_err(|_| Said::invalid(field, "Give a whole number, or leave both empty."))
        };
        let read = move || -> Result<SetReorderLevel, Said> {
            let site = site.get_untracked().ok_or_else(|| Said::invalid("site", "Choose a site above first."))?;
            let none = text(min).is_empty() && text(max).is_empty();
            let level = if none { None } else { Some(Level { min: whole(min, "min")?, max: whole(max, "max")? }) };
            Ok(SetReorderLevel { site, sku: text(sku), level })
        };
        last.of(async move {
            let command = read()?;
            sending.send(&command, send_reorder_level).await?;
            if let Some(toasts) = toasts {
                let words = if command.level.is_some() { "That holds from now on." } else { "What sells decides from now on." };
                toasts.push(words.to_owned());
            }
            for typed in [sku, min, max] {
                typed.set(String::new());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"The least and the most of a SKU"</h2>
            <p class="small muted">"For the site chosen above. Without them, what sells decides."</p>
            <Refusal said fields=&["sku", "min", "max"] />
            <form class="form" novalidate on:submit=submit>
                <div class="form-row">
                    <Field label="SKU" name="sku" typed=sku maxlength=60_u32 autocomplete="off" said />
                    <Field label="Order at" name="min" inputmode="numeric" typed=min autocomplete="off" said />
                    <Field label="Up to" name="max" inputmode="numeric" typed=max autocomplete="off" said />
                </div>
                <Send label="Set it" class="btn" busy=set.pending() />
            </form>
        </section>
    }
    .into_any()
}
