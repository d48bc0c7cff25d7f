//! Taking units out of sale and putting them back, on their SKU's page: which bin, how many, and why.

use domain::ids::{BinId, SiteId, SkuId};
use domain::people::Permission;
use domain::reasons::{Given, Process};
use domain::stock::{HoldUnits, SkuStock, State};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api::send_hold;
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Choice, LastRefused, Refusal, Send, Stepper, Toasts};

/// Units one press holds or releases at most.
const PRESS_MAX: i32 = 100_000;

/// A bin with units that may be held, or are.
#[derive(Clone, PartialEq, Eq)]
struct Spot {
    site: SiteId,
    bin: BinId,
    /// Units stand here on hold.
    held: bool,
    words: String,
}

fn spots(stock: &SkuStock) -> Vec<Spot> {
    let site = |code: &str| stock.promise.iter().find(|(_, known, _)| known == code).map(|(site, ..)| *site);
    let spot = |place: &domain::stock::StockPlace| {
        let held = place.state == State::Held;
        let (free, loose) = (place.on_hand - place.allocated, place.lpn_code.is_none());
        let fits = loose && free > 0 && (held || place.state == State::Sellable);
        let words = format!("{} {}: {free} {}", place.site_code, place.bin_code, if held { "on hold" } else { "free" });
        site(&place.site_code).filter(|_| fits).map(|site| Spot { site, bin: place.bin, held, words })
    };
    let may = |spot: &Spot| visit().may(if spot.held { Permission::StockRelease } else { Permission::StockHold });
    let mut spots: Vec<Spot> = stock.places.iter().filter_map(spot).filter(may).collect();
    // What can be held comes before what can be released.
    spots.sort_by_key(|spot| spot.held);
    spots
}

/// Lives beside the answer, so that a refresh does not forget what is typed. Read once a page.
#[component]
pub fn HoldCard(stock: SkuStock, again: RwSignal<u32>) -> impl IntoView {
    let spots = spots(&stock);
    if spots.is_empty() {
        return ().into_any();
    }
    let sku: SkuId = stock.row.sku;
    let options = (0..).zip(&spots).map(|(nth, spot): (usize, &Spot)| (nth.to_string(), spot.words.clone())).collect();
    let (picked, units, because) = (RwSignal::new("0".to_owned()), RwSignal::new(1), Because::default());
    let spots = StoredValue::new(spots);
    let spot = move || {
        let nth = picked.get().parse::<usize>().unwrap_or(0);
        spots.with_value(|spots| spots.get(nth).cloned())
    };
    let hold = Memo::new(move |_| !spot().is_some_and(|spot| spot.held));
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let go = Action::new(move |(): &()| {
        last.of(async move {
            let spot = untrack(spot).ok_or_else(|| Said::invalid("place", "Choose a bin."))?;
            let hold = !spot.held;
            let (quantity, Given { code: reason, note }) = (units.get_untracked(), because.given());
            let command = HoldUnits { sku, site: spot.site, bin: spot.bin, quantity, hold, reason, note };
            sending.send(&command, send_hold).await?;
            if let Some(toasts) = toasts {
                toasts.push(if hold { "Held back: nobody is promised these." } else { "Back on sale." }.to_owned());
            }
            units.set(1);
            because.clear();
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        go.dispatch(());
    };
    let way = Signal::derive(move || Some(if hold.get() { "hold" } else { "release" }));
    view! {
        <section class="card">
            <h2>"Hold back or release"</h2>
            <form class="form" novalidate on:submit=submit>
                <Refusal said fields=&["place", "quantity", "reason", "note"] />
                <Choice label="Where" name="place" options picked said />
                <Stepper label="Units" name="quantity" value=units min=1 max=Signal::stored(PRESS_MAX) said />
                <Why process=Process::Hold label="Why" because way said />
                {move || {
                    let label = if hold.get() { "Hold back" } else { "Release" };
                    view! { <Send label class="btn" busy=go.pending() /> }
                }}
            </form>
        </section>
    }
    .into_any()
}
