//! `/orders/:number`: one order, its lines, money, parcels, and why it stands where it stands.

use domain::orders::{DecisionRow, OrderLineSheet, OrderSheet};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::acts::{FIELDS, Tools, acts};
use super::api::read_order;
use super::parts::{hold_words, money, shares, stage_chip};
use crate::door::live;
use crate::ui::{
    Chip, Empty, Icon, Refusal, ShareBar, ShareStrip, StepState, Table, Timeline, TimelineStep, Tone, When, heads, loaded_page,
    when,
};

#[component]
pub fn OrderPage() -> impl IntoView {
    let params = use_params_map();
    let fresh = live(&["order", "wave", "parcel", "payment", "return", "refund", "stock", "trip"]);
    let again = RwSignal::new(0_u32);
    let number = move || params.with(|params| params.get("number").unwrap_or_default());
    let answer = Resource::new(move || (number(), fresh.get(), again.get()), |(number, ..)| read_order(number));
    let tools = Tools::new(again, number);
    view! {
        <Title text=number />
        <div class="page">{loaded_page(answer, move |order| sheet(order, tools))}</div>
    }
    .into_any()
}

fn sheet(order: OrderSheet, tools: Tools) -> AnyView {
    let row = order.row.clone();
    view! {
        <header class="page-head">
            <A href="/orders" attr:class="btn quiet square" attr:aria-label="Orders">{Icon::Back.view()}</A>
            <h1>{row.number.clone()}</h1>
            {stage_chip(row.stage)}
            {hold_words(row.hold)}
        </header>
        <Refusal said=tools.said fields=FIELDS />
        <div class="split">
            <div class="stack">
                <section class="card">
                    <div class="card-head">
                        <h2>"Units"</h2>
                        <span class="muted">{format!("{} ordered", row.units.ordered)}</span>
                    </div>
                    <ShareBar label="Units by how far they have come" shares=shares(&row.units) />
                </section>
                {lines(&order)}
                {parcels(&order)}
                {why(order.decisions.clone())}
            </div>
            <div class="stack">
                {acts(&order, tools)}
                {facts(&order)}
                {payments(&order)}
                {story(&order)}
            </div>
        </div>
    }
    .into_any()
}

fn lines(order: &OrderSheet) -> AnyView {
    let currency = order.row.currency.clone();
    let row = |line: OrderLineSheet| {
        let gross = line.unit_price * rust_decimal::Decimal::from(line.quantity) - line.discount;
        let shares = shares(&line.units);
        let part_of = line.kit_code.as_ref().map(|kit| view! { <span class="small muted">{format!("· part of {kit}")}</span> });
        let cancelled = (line.quantity_cancelled > 0).then(|| format!("{} cancelled", line.quantity_cancelled));
        view! {
            <tr>
                <td class="num muted mid">{line.line_no}</td>
                <th scope="row"><A href=format!("/inventory/{}", line.sku)>{line.sku_code.clone()}</A></th>
                <td>{line.sku_name.clone()} " " <span class="muted">{line.variant.clone()}</span> {part_of}</td>
                <td class="num">{line.quantity} " " <span class="muted small">{cancelled}</span></td>
                <td class="cell-bar mid"><ShareStrip shares /></td>
                <td class="num">{money(gross, &currency)}</td>
            </tr>
        }
    };
    let rows = order.lines.iter().cloned().map(row).collect_view();
    let (shipping, total) = (money(order.shipping_amount, &currency), money(order.row.total, &currency));
    let foot = view! {
        <dl class="totals">
            <dt>"Shipping"</dt>
            <dd class="num">{shipping}</dd>
            <dt>"Total, tax included"</dt>
            <dd class="num strong">{total}</dd>
        </dl>
    }
    .into_any();
    view! {
        <Table title="Lines" caption="What was ordered and how far it has come" foot>
            {heads(&[
                ("#", "num mid"),
                ("SKU", ""),
                ("Name", ""),
                ("Units", "num"),
                ("Progress", "mid"),
                ("Price", "num"),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn parcels(order: &OrderSheet) -> AnyView {
    if order.parcels.is_empty() {
        return view! {
            <section class="card"><Empty title="No parcel yet" words="Parcels stand here as soon as packing begins." icon=Icon::Box /></section>
        }
        .into_any();
    }
    let row = |parcel: &domain::orders::ParcelOfOrder| {
        view! {
            <tr>
                <th scope="row">{parcel.number.clone()}</th>
                <td class="num">{parcel.units}</td>
                <td class="num">{parcel.weight_g} " g"</td>
                <td>{when(parcel.packed_at)}</td>
                <td>{when(parcel.shipped_at)}</td>
                <td>{parcel.carrier.clone()} " " <span class="code">{parcel.tracking.clone()}</span></td>
            </tr>
        }
    };
    let rows = order.parcels.iter().map(row).collect_view();
    view! {
        <Table title="Parcels" caption="Parcels of this order">
            {heads(&[
                ("Parcel", ""),
                ("Units", "num"),
                ("Weight", "num"),
                ("Packed", ""),
                ("Handed over", ""),
                ("Carrier", ""),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn facts(order: &OrderSheet) -> AnyView {
    let row = &order.row;
    let address = [&order.address_line, &order.city, &order.postcode, &row.country].map(String::as_str);
    let address: Vec<&str> = address.into_iter().filter(|part| !part.trim().is_empty()).collect();
    view! {
        <section class="card">
            <h2>"Customer"</h2>
            <dl class="facts">
                <dt>"Name"</dt>
                <dd>{row.customer.clone()}</dd>
                <dt>"Email"</dt>
                <dd>{order.email.clone()}</dd>
                <dt>"Address"</dt>
                <dd>{address.join(", ")}</dd>
                <dt>"Channel"</dt>
                <dd>{row.channel.clone()} " · " <span class="code">{order.external_id.clone()}</span></dd>
                {(!order.owner.is_empty()).then(|| view! { <dt>"Goods of"</dt><dd class="code">{order.owner.clone()}</dd> })}
                <dt>"Placed"</dt>
                <dd><When at=row.placed_at /></dd>
                <dt>"Leaves with"</dt>
                <dd>{if row.carrier.is_empty() { "No carrier yet".to_owned() } else { format!("{} · {}", row.carrier, row.service) }}</dd>
                <dt>"Promised by"</dt>
                <dd><When at=row.promised_at /></dd>
                <dt>"Shipping"</dt>
                <dd>{if order.ship_complete { "All at once" } else { "As it becomes ready" }}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn payments(order: &OrderSheet) -> AnyView {
    let rows = order.payments.iter().map(|payment| {
        let tone = match payment.status.as_str() {
            "captured" => Tone::Ok,
            "failed" => Tone::Stop,
            _ => Tone::Info,
        };
        view! {
            <li class="row-between">
                <span>{money(payment.amount, &order.row.currency)} " " <span class="muted small">{payment.provider.clone()}</span></span>
                <Chip text=payment.status.clone() tone />
                {(!payment.failure.is_empty()).then(|| view! { <span class="small muted">{payment.failure.clone()}</span> })}
            </li>
        }
    });
    let rows = rows.collect_view();
    let returns = order.returns.iter().cloned().map(|(_, number)| {
        view! { <li><A href=format!("/returns/{number}")>{number.clone()}</A></li> }
    });
    let returns = returns.collect_view();
    let some = !order.returns.is_empty();
    view! {
        <section class="card">
            <h2>"Payments"</h2>
            <ul class="stack-tight" role="list">{rows}</ul>
            {some.then(|| view! { <h3>"Returns"</h3><ul class="row" role="list">{returns}</ul> })}
        </section>
    }
    .into_any()
}

fn story(order: &OrderSheet) -> AnyView {
    let steps = order.timeline.iter().map(|moment| TimelineStep {
        title: title_of(&moment.topic),
        detail: if moment.words == order.row.number { String::new() } else { moment.words.clone() },
        at: Some(moment.at),
        state: if moment.topic.ends_with("cancelled") { StepState::Stop } else { StepState::Past },
    });
    let steps: Vec<TimelineStep> = steps.collect();
    view! {
        <section class="card">
            <h2>"What happened"</h2>
            <Timeline steps />
        </section>
    }
    .into_any()
}

/// `order.placed` → `Order placed`.
fn title_of(topic: &str) -> String {
    let words = topic.replace(['.', '_'], " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// "Why?": the receipts of decisions, folded away until asked for.
pub(crate) fn why(decisions: Vec<DecisionRow>) -> AnyView {
    if decisions.is_empty() {
        return ().into_any();
    }
    let json = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let rows = decisions.into_iter().map(|decision| {
        view! {
            <details class="fold">
                <summary>
                    <span class="strong">{title_of(&decision.kind)}</span>
                    <span class="muted small">{decision.rule_version.clone()} " · " <When at=decision.at /></span>
                </summary>
                <dl class="facts">
                    <dt>"Chosen"</dt>
                    <dd><pre>{json(&decision.chosen)}</pre></dd>
                    <dt>"Not chosen"</dt>
                    <dd><pre>{json(&decision.rejected)}</pre></dd>
                    <dt>"From"</dt>
                    <dd><pre>{json(&decision.inputs)}</pre></dd>
                </dl>
            </details>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="card">
            <h2>"Why?"</h2>
            {rows}
        </section>
    }
    .into_any()
}
