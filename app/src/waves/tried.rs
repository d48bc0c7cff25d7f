//! One answer of a what-if: metres, minutes and carts, beside those of the plan.

use domain::waves::batch::receipt::Receipt;
use domain::waves::whatif::Try;
use domain::waves::{Method, WaveMap};
use leptos::prelude::*;

use crate::ui::grouped;

/// The wave as it was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub metres: i64,
    pub minutes: i64,
    pub carts: i64,
}

impl Figures {
    pub fn of(map: &WaveMap) -> Self {
        let row = &map.row;
        Self { metres: row.metres.into(), minutes: (i64::from(row.seconds) + 59) / 60, carts: row.trips.into() }
    }

    fn tried(receipt: &Receipt) -> Self {
        let carts = i64::try_from(receipt.carts).unwrap_or(i64::MAX);
        Self { metres: receipt.metres(), minutes: receipt.minutes(), carts }
    }
}

/// `Several orders on a cart, 8 totes, 240 l, 60 kg`.
pub fn words(what: Try) -> String {
    match what.method {
        Method::Single => what.method.words().to_owned(),
        _ => format!("{}, {}", what.method.words(), what.cart.words()),
    }
}

pub fn told(what: Try, receipt: &Receipt) -> String {
    format!("{}: {} metres, {} minutes, {} carts", words(what), receipt.metres(), receipt.minutes(), receipt.carts)
}

pub fn tried_row(what: Try, receipt: &Receipt, planned: Figures) -> AnyView {
    let tried = Figures::tried(receipt);
    view! {
        <tr data-tried=what.cart.slots>
            <th scope="row">{words(what)}</th>
            <td class="num">{grouped(tried.metres)} {change(tried.metres, planned.metres)}</td>
            <td class="num">{grouped(tried.minutes)} {change(tried.minutes, planned.minutes)}</td>
            <td class="num">{grouped(tried.carts)}</td>
        </tr>
    }
    .into_any()
}

/// More or less than planned, in per cent; its sign is in its words.
fn change(tried: i64, planned: i64) -> AnyView {
    let percent = if planned > 0 { (tried - planned) * 100 / planned } else { 0 };
    let (class, words) = match percent {
        0 => return ().into_any(),
        less if less < 0 => ("chip ok", format!("−{} %", -less)),
        more => ("chip warn", format!("+{more} %")),
    };
    view! { <br /> <span class=class>{words}</span> }.into_any()
}
