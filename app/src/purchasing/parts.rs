//! How an order's and a delivery's standing look, wherever they are shown; and as what goods are, when they are received or inspected.

use domain::dates::{day_of_year, time};
use domain::purchasing::{ClaimKind, Condition, DeliveryStanding, PurchasingRefusal, Standing};
use domain::reasons::{Code, Reason};
use leptos::prelude::*;

use crate::door::Said;
use crate::reasons::in_use;
use crate::ui::{Beside, Chip, Tone};

pub fn standing_chip(standing: Standing) -> AnyView {
    let tone = match standing {
        Standing::Draft => Tone::Warn,
        Standing::Approved => Tone::Info,
        Standing::Partial => Tone::Accent,
        Standing::Closed => Tone::Ok,
        Standing::Cancelled => Tone::Plain,
    };
    view! { <Chip text=standing.words() tone /> }.into_any()
}

pub fn delivery_chip(standing: DeliveryStanding, late: bool) -> AnyView {
    if late && standing == DeliveryStanding::Expected {
        return view! { <Chip text="Late" tone=Tone::Stop /> }.into_any();
    }
    let tone = match standing {
        DeliveryStanding::Expected => Tone::Info,
        DeliveryStanding::Arrived => Tone::Warn,
        DeliveryStanding::Receiving => Tone::Accent,
        DeliveryStanding::Done => Tone::Ok,
        DeliveryStanding::Cancelled => Tone::Plain,
    };
    view! { <Chip text=standing.words() tone /> }.into_any()
}

/// Is it about the line that stands at this place, counted from 1?
pub fn of_line(said: &Said, place: usize) -> bool {
    let Said::Refused(told) = said else { return false };
    let Some(PurchasingRefusal::BadLine { line_no, .. }) = told.of("purchasing") else { return false };
    told.code == "purchase_line" && usize::try_from(line_no).is_ok_and(|line_no| line_no == place)
}

/// As what the next units come in, or are found to be; with a reason when they are not good.
pub fn as_what(condition: RwSignal<Condition>, fault: RwSignal<Option<Code>>, said: RwSignal<Option<Said>>) -> AnyView {
    let choice = move |one: Condition| {
        let pressed = move || if condition.get() == one { "true" } else { "false" };
        let choose = move |_| {
            said.set(None);
            fault.set(None);
            condition.set(one);
        };
        view! {
            <button type="button" class="btn toggle" aria-pressed=pressed data-condition=one.code() on:click=choose>
                {one.words()}
            </button>
        }
    };
    let why = move || condition.get().claim().map(|kind| faults(kind, fault));
    view! {
        <div class="stack-tight">
            <div class="row" role="group" aria-label="As what they come in">{Condition::ALL.into_iter().map(choice).collect_view()}</div>
            {why}
            <Beside id="r-fault" field="fault" said=said.into() />
            <Beside id="r-fault-reason" field="reason" said=said.into() />
        </div>
    }
    .into_any()
}

/// The reasons of one kind, one press each.
fn faults(kind: ClaimKind, fault: RwSignal<Option<Code>>) -> AnyView {
    let known = in_use(kind.process());
    let one = move |one: Reason| {
        let code = Code(one.code.clone());
        let chosen = code.clone();
        let pressed = move || if fault.with(|fault| fault.as_ref() == Some(&code)) { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="btn toggle"
                aria-pressed=pressed
                data-fault=one.code
                on:click=move |_| fault.set(Some(chosen.clone()))
            >
                {one.words}
            </button>
        }
    };
    let all = move || known.get().into_iter().map(one).collect_view();
    view! { <div class="row" role="group" aria-label="Why">{all}</div> }.into_any()
}

/// `3 Dec, 08:00–09:00`; a slot over midnight says both days.
pub fn slot(from: chrono::NaiveDateTime, to: chrono::NaiveDateTime) -> String {
    let end = if from.date() == to.date() { String::new() } else { format!("{} ", day_of_year(&to)) };
    format!("{}, {}–{end}{}", day_of_year(&from), time(&from), time(&to))
}

#[cfg(test)]
mod tests {
    use super::slot;

    #[test]
    fn a_slot_over_midnight_says_both_days() {
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(slot(at("2026-12-03T08:00:00"), at("2026-12-03T09:30:00")), "3 Dec, 08:00–09:30");
        assert_eq!(slot(at("2026-12-03T23:00:00"), at("2026-12-04T01:00:00")), "3 Dec, 23:00–4 Dec 01:00");
    }
}
