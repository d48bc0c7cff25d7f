//! What people do about one order: try to release it, correct its address, ask for its money again, cancel it.

use domain::ids::OrderId;
use domain::orders::release::Hold;
use domain::orders::stage::Stage;
use domain::orders::{CancelOrder, CorrectAddress, NewPayment, OrderSheet, ReleaseOrders, RetryPayment};
use domain::people::Permission;
use domain::reasons::Process;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api::{send_address, send_cancel, send_payment_again, send_release};
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Confirm, Field, LastRefused, Refused, Send, Toasts};

/// The fields that refusals stand beside here.
pub(super) const FIELDS: &[&str] = &["reason", "note", "customer_name", "address_line", "city", "postcode", "reference"];

/// What can be done to the order here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    release: Action<ReleaseOrders, Result<(), Said>>,
    cancel: Action<CancelOrder, Result<(), Said>>,
    readdress: Action<CorrectAddress, Result<(), Said>>,
    repay: Action<RetryPayment, Result<(), Said>>,
    because: Because,
    /// Name, street, city, postcode.
    address: [RwSignal<String>; 4],
    /// What the money was paid with instead.
    paid: RwSignal<String>,
    /// Is the cancelling being asked about?
    asking: RwSignal<bool>,
    pub(super) said: Refused,
}

impl Tools {
    /// `number` is the order the page is about: for another one, nothing is typed yet.
    pub(super) fn new(again: RwSignal<u32>, number: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let toasts = use_context::<Toasts>();
        let say = move |words: String| {
            if let Some(toasts) = toasts {
                toasts.push(words);
            }
            again.update(|again| *again += 1);
        };
        let held = |hold: Option<Hold>| {
            hold.map_or_else(|| "Released to the floor.".to_owned(), |hold| format!("Still held: {}.", hold.words()))
        };
        let last = LastRefused::default();
        let (releasing, cancelling, addressing, paying) = Default::default();
        let (releasing, cancelling): (Unanswered<ReleaseOrders>, Unanswered<CancelOrder>) = (releasing, cancelling);
        let (addressing, paying): (Unanswered<CorrectAddress>, Unanswered<RetryPayment>) = (addressing, paying);
        let release = Action::new(move |command: &ReleaseOrders| {
            let command = command.clone();
            last.of(async move {
                let released = releasing.send(&command, send_release).await?;
                say(held(released.first().and_then(|released| released.hold)));
                Ok(())
            })
        });
        let cancel = Action::new(move |command: &CancelOrder| {
            let command = command.clone();
            last.of(async move {
                cancelling.send(&command, send_cancel).await?;
                say("Cancelled. What was paid goes back.".to_owned());
                Ok(())
            })
        });
        let readdress = Action::new(move |command: &CorrectAddress| {
            let command = command.clone();
            last.of(async move {
                let released = addressing.send(&command, send_address).await?;
                say(format!("The address holds. {}", held(released.hold)));
                Ok(())
            })
        });
        let repay = Action::new(move |command: &RetryPayment| {
            let command = command.clone();
            last.of(async move {
                paying.send(&command, send_payment_again).await?;
                say("Asked for again. The answer stands here when it comes.".to_owned());
                Ok(())
            })
        });
        let tools = Self {
            release,
            cancel,
            readdress,
            repay,
            because: Because::default(),
            address: std::array::from_fn(|_| RwSignal::default()),
            paid: RwSignal::default(),
            asking: RwSignal::new(false),
            said: last.said(),
        };
        Effect::new(move |before: Option<String>| {
            let number = number();
            if before.is_some_and(|before| before != number) {
                tools.address.iter().chain([&tools.paid]).for_each(|typed| typed.set(String::new()));
                tools.because.clear();
            }
            number
        });
        tools
    }
}

/// Only what may be done now, by this visitor.
pub(super) fn acts(order: &OrderSheet, tools: Tools) -> AnyView {
    let (id, stage, visit) = (order.row.order, order.row.stage, visit());
    let over = matches!(stage, Stage::Cancelled | Stage::Shipped);
    let release = visit.may(Permission::OrdersRelease) && matches!(stage, Stage::OnHold | Stage::Backorder);
    let edit = visit.may(Permission::OrdersEdit) && !over;
    if !release && !edit {
        return ().into_any();
    }
    let (failed, packed) = (
        order.payments.iter().any(|payment| payment.status == "failed"),
        order.parcels.iter().any(|parcel| parcel.packed_at.is_some()),
    );
    let sure = Callback::new(move |()| {
        tools.cancel.dispatch(CancelOrder { order: id, reason: tools.because.given() });
    });
    view! {
        <section class="card">
            <h2>"What now"</h2>
            {release.then(|| try_release(id, tools))}
            {(edit && failed).then(|| money(id, tools))}
            {(edit && !packed).then(|| address(order, tools))}
            {edit
                .then(|| {
                    view! {
                        <Why process=Process::OrderCancel label="Why cancel?" because=tools.because said=tools.said />
                        <Confirm
                            label="Cancel the order"
                            question="Take it back for good?"
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

fn try_release(id: OrderId, tools: Tools) -> AnyView {
    let busy = tools.release.pending();
    view! {
        <button
            type="button"
            class="btn primary"
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                tools.release.dispatch(ReleaseOrders { orders: vec![id] });
            }
        >
            "Try to release"
        </button>
    }
    .into_any()
}

/// Its payment failed: the same authorisation once more, or what was paid in its place.
fn money(id: OrderId, tools: Tools) -> AnyView {
    let busy = tools.repay.pending();
    let instead = move |event: SubmitEvent| {
        event.prevent_default();
        let payment = Some(NewPayment::Paid { reference: tools.paid.get_untracked() });
        tools.repay.dispatch(RetryPayment { order: id, payment });
    };
    view! {
        <button
            type="button"
            class="btn"
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                tools.repay.dispatch(RetryPayment { order: id, payment: None });
            }
        >
            "Ask for the money again"
        </button>
        <details class="fold">
            <summary class="strong">"It was paid another way"</summary>
            <form class="form" novalidate on:submit=instead>
                <Field
                    label="Reference of that payment"
                    name="reference"
                    hint="Of the bank transfer, the till or the channel."
                    typed=tools.paid
                    maxlength=200_u32
                    autocomplete="off"
                    said=tools.said
                />
                <Send label="Take it as paid" class="btn" busy=busy />
            </form>
        </details>
    }
    .into_any()
}

fn address(order: &OrderSheet, tools: Tools) -> AnyView {
    let id = order.row.order;
    let [name, street, city, postcode] = tools.address;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tools.readdress.dispatch(CorrectAddress {
            order: id,
            customer_name: name.get_untracked(),
            address_line: street.get_untracked(),
            city: city.get_untracked(),
            postcode: postcode.get_untracked(),
        });
    };
    let said = tools.said;
    view! {
        <details class="fold" open=order.row.hold == Some(Hold::Address)>
            <summary class="strong">"Correct the address"</summary>
            <form class="form" novalidate on:submit=send>
                <Field label="Name" name="customer_name" value=order.row.customer.clone() typed=name autocomplete="off" said />
                <Field label="Street" name="address_line" value=order.address_line.clone() typed=street autocomplete="off" said />
                <Field label="City" name="city" value=order.city.clone() typed=city autocomplete="off" said />
                <Field label="Postcode" name="postcode" value=order.postcode.clone() typed=postcode autocomplete="off" said />
                <Send label="Save the address" class="btn" busy=tools.readdress.pending() />
            </form>
        </details>
    }
    .into_any()
}
