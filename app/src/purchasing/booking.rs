//! Deliveries: announced for an appointment at a dock, and moved on as they come.

use chrono::NaiveDateTime;
use domain::ids::{DeliveryId, PurchaseId};
use domain::people::Permission;
use domain::purchasing::{BookDelivery, DeliveryRow, DeliveryStanding, DeliveryStep, MoveDelivery, PurchaseSheet};
use leptos::prelude::*;
use leptos_router::components::A;

use super::announce::{Note, off, units};
use super::api::{send_booking, send_step};
use super::parts::{delivery_chip, slot};
use crate::door::{Said, Unanswered, visit};
use crate::ui::{Choice, Field, LastRefused, Refusal, Refused, Send, Table, Toasts};

/// What can be done to deliveries here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    book: Action<PurchaseId, Result<(), Said>>,
    step: Action<MoveDelivery, Result<(), Said>>,
    dock: RwSignal<String>,
    from: RwSignal<String>,
    minutes: RwSignal<String>,
    carrier: RwSignal<String>,
    reference: RwSignal<String>,
    note: Note,
    booked: Refused,
    pub(super) stepped: Refused,
}

impl Tools {
    pub(super) fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let say = move |words: String| {
            if let Some(toasts) = toasts {
                toasts.push(words);
            }
            again.update(|again| *again += 1);
        };
        let typed = RwSignal::new;
        let (dock, from, minutes) = (typed(String::new()), typed(String::new()), typed("60".to_owned()));
        let (carrier, reference) = (typed(String::new()), typed(String::new()));
        let note = Note::new();
        let (booking, moving) = (LastRefused::default(), LastRefused::default());
        // One id for a delivery asked for, so that a press repeated for want of an answer books one.
        let (sending, next) = (Unanswered::new(), StoredValue::new(DeliveryId::mint()));
        let book = Action::new(move |order: &PurchaseId| {
            let order = *order;
            booking.of(async move {
                let at: Option<NaiveDateTime> = domain::waves::roster::local_time(&from.get_untracked());
                let command = BookDelivery {
                    id: next.get_value(),
                    order,
                    dock: dock.get_untracked(),
                    from: at.ok_or_else(|| Said::invalid("from", "Give the day and the time of the appointment."))?,
                    minutes: minutes.get_untracked().trim().parse().unwrap_or(0),
                    carrier: carrier.get_untracked(),
                    reference: reference.get_untracked(),
                    lines: note.read(),
                };
                let number = sending.send(&command, send_booking).await?;
                next.set_value(DeliveryId::mint());
                for typed in [from, carrier, reference] {
                    typed.set(String::new());
                }
                note.clear();
                say(format!("Booked as {number}."));
                Ok(())
            })
        });
        let stepping = Unanswered::new();
        let step = Action::new(move |command: &MoveDelivery| {
            let command = command.clone();
            moving.of(async move {
                let standing = stepping.send(&command, send_step).await?;
                say(format!("Now: {}.", standing.words().to_lowercase()));
                Ok(())
            })
        });
        let (booked, stepped) = (booking.said(), moving.said());
        Self { book, step, dock, from, minutes, carrier, reference, note, booked, stepped }
    }
}

/// An appointment for what the supplier says comes, or for all that is awaited and not announced yet.
pub(super) fn card(order: &PurchaseSheet, tools: Tools) -> AnyView {
    let awaited: i32 = order.lines.iter().map(|line| line.awaited).sum();
    if !order.row.standing.open() || awaited == 0 || !visit().may(Permission::PurchasingEdit) {
        return ().into_any();
    }
    let (id, said) = (order.row.id, tools.booked);
    let docks = order.docks.iter().map(|dock| (dock.clone(), dock.clone())).collect();
    if tools.dock.with_untracked(String::is_empty) {
        tools.dock.set(order.docks.first().cloned().unwrap_or_default());
    }
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tools.book.dispatch(id);
    };
    view! {
        <section class="card">
            <h2>"Announce a delivery"</h2>
            <Refusal said fields=&["dock", "from", "minutes", "note", "sku", "quantity", "lot"] />
            <form class="form" novalidate on:submit=submit>
                <Choice label="Dock" name="dock" options=docks picked=tools.dock said />
                <Field label="From" name="from" kind="datetime-local" hint="By the site's clock." typed=tools.from value=tools.from.get_untracked() said />
                <Field label="Minutes" name="minutes" inputmode="numeric" typed=tools.minutes value=tools.minutes.get_untracked() said />
                <Field label="Carrier" name="carrier" typed=tools.carrier maxlength=80_u32 autocomplete="off" said />
                <Field label="The supplier's number for it" name="reference" typed=tools.reference maxlength=80_u32 autocomplete="off" said />
                {tools.note.fields(order, said)}
                <Send label="Book the dock" busy=tools.book.pending() />
            </form>
        </section>
    }
    .into_any()
}

/// Deliveries with what is done next about each. `orders` names the order and its supplier, where they are not the page's own.
pub(super) fn table(rows: &[DeliveryRow], title: &str, orders: bool, tools: Tools) -> AnyView {
    let rows = rows.iter().map(|one| row(one, orders, tools)).collect_view();
    let head = orders.then(|| view! { <th scope="col">"Order"</th> });
    view! {
        <Table title=title caption="Deliveries by their appointments">
            <thead>
                <tr>
                    <th scope="col">"Delivery"</th>
                    {head}
                    <th scope="col">"Standing"</th>
                    <th scope="col">"Appointment"</th>
                    <th scope="col" class="mid">"Carrier"</th>
                    <th scope="col" class="num">"Units in"</th>
                    <th scope="col"><span class="visually-hidden">"Next"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: &DeliveryRow, orders: bool, tools: Tools) -> AnyView {
    let order = orders.then(|| {
        let (href, number, supplier) =
            (format!("/purchasing/{}", row.order_number), row.order_number.clone(), row.supplier.clone());
        view! { <td><span class="table-cell"><A href=href>{number}</A> <span class="muted small">{supplier}</span></span></td> }
    });
    let carrier = [row.carrier.as_str(), row.reference.as_str()].into_iter().filter(|word| !word.is_empty());
    let carrier = carrier.collect::<Vec<_>>().join(" · ");
    let when = format!("{} · {}", row.dock, slot(row.from, row.to));
    view! {
        <tr class=if row.late { "late" } else { "" } data-delivery=row.number.clone()>
            <th scope="row">{row.number.clone()}</th>
            {order}
            <td><span class="table-cell">{delivery_chip(row.standing, row.late)} {off(row)}</span></td>
            <td>{when}</td>
            <td class="mid">{carrier}</td>
            <td class="num">{units(row)}</td>
            <td>{next(row, tools)}</td>
        </tr>
    }
    .into_any()
}

/// The next step, for whoever stands at the dock.
fn next(row: &DeliveryRow, tools: Tools) -> AnyView {
    if !visit().may(Permission::StockReceive) {
        return ().into_any();
    }
    let id = row.id;
    let press = move |words: &'static str, step: DeliveryStep, class: &'static str| {
        view! {
            <button
                type="button"
                class=class
                disabled=tools.step.pending()
                on:click=move |_| {
                    tools.step.dispatch(MoveDelivery { id, step });
                }
            >
                {words}
            </button>
        }
    };
    let receive = || view! { <A href=format!("/floor/receive?scan={}", row.number) attr:class="btn">"Receive"</A> };
    match row.standing {
        DeliveryStanding::Expected => view! {
            <span class="row">
                {press("It is here", DeliveryStep::Arrive, "btn")} {press("Call it off", DeliveryStep::Cancel, "btn quiet")}
            </span>
        }
        .into_any(),
        DeliveryStanding::Arrived | DeliveryStanding::Receiving => view! {
            <span class="row">{receive()} {press("All of it is in", DeliveryStep::Finish, "btn")}</span>
        }
        .into_any(),
        DeliveryStanding::Done | DeliveryStanding::Cancelled => ().into_any(),
    }
}
