//! How a return's stage, outcome and money look, wherever they are shown.

use domain::money::Money;
use domain::refunds::{RefundRow, RefundStatus};
use domain::returns::{Moment, Outcome, Stage};
use leptos::prelude::*;

use crate::ui::{Chip, StepState, TimelineStep, Tone, grouped};

pub fn stage_chip(stage: Stage) -> AnyView {
    let tone = match stage {
        Stage::Review => Tone::Warn,
        Stage::Awaiting => Tone::Info,
        Stage::ToInspect | Stage::Refunding => Tone::Accent,
        Stage::Done => Tone::Ok,
        Stage::Denied => Tone::Stop,
        Stage::Cancelled => Tone::Plain,
    };
    view! { <Chip text=stage.words() tone /> }.into_any()
}

pub fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Approved => Tone::Ok,
        Outcome::Review => Tone::Warn,
        Outcome::Denied => Tone::Stop,
    }
}

pub fn refund_chip(status: RefundStatus) -> AnyView {
    let tone = match status {
        RefundStatus::Proposed => Tone::Warn,
        RefundStatus::Approved | RefundStatus::Paying => Tone::Accent,
        RefundStatus::Unknown => Tone::Info,
        RefundStatus::Paid => Tone::Ok,
        RefundStatus::Failed | RefundStatus::Declined => Tone::Stop,
    };
    view! { <Chip text=status.words() tone /> }.into_any()
}

/// `£12.00`, in the places the currency is paid in.
pub fn cash(money: Money) -> String {
    let places = money.minor_places() as usize;
    let text = format!("{:.places$}", money.rounded().amount.abs());
    let (whole, cents) =
        text.split_once('.').map_or((text.as_str(), String::new()), |(whole, cents)| (whole, format!(".{cents}")));
    let whole = whole.parse::<i64>().map_or_else(|_| whole.to_owned(), grouped);
    let sign = if money.amount.is_sign_negative() && !money.amount.is_zero() { "−" } else { "" };
    format!("{sign}{}{whole}{cents}", money.currency.symbol())
}

/// The story as a timeline: the first step without a time is now.
pub fn steps(moments: &[Moment], stage: Stage) -> Vec<TimelineStep> {
    let ended = matches!(stage, Stage::Denied | Stage::Cancelled);
    let now = moments.iter().position(|moment| moment.at.is_none());
    let step = |(at, moment): (usize, &Moment)| {
        let standing = match moment.at {
            Some(_) if ended && at + 1 == moments.len() => StepState::Stop,
            Some(_) => StepState::Past,
            None if now == Some(at) => StepState::Now,
            None => StepState::Next,
        };
        TimelineStep { title: moment.what.clone(), detail: String::new(), at: moment.at, state: standing }
    };
    moments.iter().enumerate().map(step).collect()
}

/// What a refund gives, and where it stands.
pub fn refund_line(refund: &RefundRow) -> AnyView {
    view! {
        <li class="row-between">
            <span><span class="strong">{cash(refund.amount)}</span> " " <span class="small muted">{refund.kind.words()}</span></span>
            {refund_chip(refund.status)}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::money::Money;
    use iso_currency::Currency;

    use super::cash;

    #[test]
    fn money_has_the_places_of_its_currency() {
        let money = |text: &str, currency| Money { amount: text.parse().unwrap(), currency };
        for (amount, words) in [
            (money("1234.5", Currency::GBP), "£1,234.50"),
            (money("-3", Currency::EUR), "−€3.00"),
            (money("1500", Currency::JPY), "¥1,500"),
        ] {
            assert_eq!(cash(amount), words);
        }
    }
}
