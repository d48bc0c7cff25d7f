//! Taking units out of sale and putting them back, on their SKU's page: which bin or handling unit, which lot or serials, how many, and
//! why.

use std::collections::BTreeSet;

use domain::ids::{BinId, LpnId, OwnerId, SiteId, SkuId};
use domain::lots::{Apart, Marks};
use domain::people::Permission;
use domain::reasons::{Given, Process};
use domain::stock::{HoldUnits, SkuStock, State, StockPlace, Those};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api::send_hold;
use crate::door::{Said, Unanswered, visit};
use crate::reasons::{Because, Why};
use crate::ui::{Choice, LastRefused, Refusal, Send, Stepper, Toasts};

/// Units one press holds or releases at most.
const PRESS_MAX: i32 = 100_000;

/// Units of one lot at a place that may be held, or are.
#[derive(Clone, PartialEq, Eq)]
struct Spot {
    site: SiteId,
    bin: BinId,
    lpn: LpnId,
    owner: OwnerId,
    lot: String,
    /// Each unit's own, where they have one.
    serials: Vec<String>,
    /// Units stand here on hold.
    held: bool,
    free: i32,
    words: String,
}

impl Spot {
    fn of(place: &StockPlace) -> Self {
        let place_words = [place.site_code.as_str(), place.bin_code.as_str(), place.lpn_code.as_deref().unwrap_or_default()];
        let lot = Apart { serial: String::new(), ..place.apart.clone() }.words();
        let parts = place_words.into_iter().chain([place.owner_code.as_str(), lot.as_str()]);
        Self {
            site: place.site,
            bin: place.bin,
            lpn: place.lpn,
            owner: place.owner,
            lot: place.apart.lot_code.clone(),
            serials: Vec::new(),
            held: place.state == State::Held,
            free: 0,
            words: parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        }
    }

    fn same(&self, other: &Self) -> bool {
        let key = |spot: &Self| (spot.site, spot.bin, spot.lpn, spot.owner, spot.held);
        key(self) == key(other) && self.lot == other.lot
    }

    fn option(&self) -> String {
        format!("{}: {} {}", self.words, self.free, if self.held { "on hold" } else { "free" })
    }
}

fn spots(stock: &SkuStock) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    let fits = |place: &&StockPlace| place.on_hand > place.allocated && matches!(place.state, State::Held | State::Sellable);
    for place in stock.places.iter().filter(fits) {
        let new = Spot::of(place);
        let at = spots.iter().position(|known| known.same(&new)).unwrap_or_else(|| {
            spots.push(new);
            spots.len() - 1
        });
        spots[at].free += place.on_hand - place.allocated;
        spots[at].serials.extend(Some(place.apart.serial.clone()).filter(|serial| !serial.is_empty()));
    }
    spots.retain(|spot| visit().may(if spot.held { Permission::StockRelease } else { Permission::StockHold }));
    // What can be held comes before what can be released.
    spots.sort_by_key(|spot| spot.held);
    spots
}

/// Serials to choose among: each ticked one is a unit.
fn ticks(serials: Vec<String>, ticked: RwSignal<BTreeSet<String>>) -> AnyView {
    let tick = |serial: String| {
        let (chosen, flipped) = (serial.clone(), serial.clone());
        let flip = move |_| {
            ticked.update(|ticked| {
                if !ticked.remove(&flipped) {
                    ticked.insert(flipped.clone());
                }
            });
        };
        view! {
            <label class="check">
                <input type="checkbox" name="serials" value=serial.clone() prop:checked=move || ticked.with(|ticked| ticked.contains(&chosen)) on:change=flip />
                <span class="code">{serial}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend>"Which serials"</legend>
            <div class="form-row">{serials.into_iter().map(tick).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// Lives beside the answer, so that a refresh does not forget what is typed. Read once a page.
#[component]
pub fn HoldCard(stock: SkuStock, again: RwSignal<u32>) -> impl IntoView {
    let spots = spots(&stock);
    if spots.is_empty() {
        return ().into_any();
    }
    let sku: SkuId = stock.row.sku;
    let options = (0..).zip(&spots).map(|(nth, spot): (usize, &Spot)| (nth.to_string(), spot.option())).collect();
    let (picked, units, because) = (RwSignal::new("0".to_owned()), RwSignal::new(1), Because::default());
    let ticked = RwSignal::new(BTreeSet::<String>::new());
    let spots = StoredValue::new(spots);
    let spot = move || {
        let nth = picked.get().parse::<usize>().unwrap_or(0);
        spots.with_value(|spots| spots.get(nth).cloned())
    };
    let hold = Memo::new(move |_| !spot().is_some_and(|spot| spot.held));
    let serials = Memo::new(move |_| spot().map(|spot| spot.serials).unwrap_or_default());
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let go = Action::new(move |(): &()| {
        last.of(async move {
            let spot = untrack(spot).ok_or_else(|| Said::invalid("place", "Choose a bin."))?;
            let hold = !spot.held;
            let chosen: Vec<String> =
                ticked.with_untracked(|ticked| spot.serials.iter().filter(|one| ticked.contains(*one)).cloned().collect());
            if chosen.is_empty() && !spot.serials.is_empty() {
                return Err(Said::invalid("serials", "Choose the serials."));
            }
            let quantity =
                if chosen.is_empty() { units.get_untracked() } else { i32::try_from(chosen.len()).unwrap_or(PRESS_MAX) };
            let Given { code: reason, note } = because.given();
            let marks = Marks { lot: spot.lot, serials: chosen, ..Marks::default() };
            let those = Those { lpn: spot.lpn, owner: Some(spot.owner), marks };
            let command = HoldUnits { sku, site: spot.site, bin: spot.bin, quantity, those, hold, reason, note };
            sending.send(&command, send_hold).await?;
            if let Some(toasts) = toasts {
                toasts.push(if hold { "Held back: nobody is promised these." } else { "Back on sale." }.to_owned());
            }
            units.set(1);
            ticked.update(BTreeSet::clear);
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
                {move || {
                    let serials = serials.get();
                    if serials.is_empty() {
                        view! { <Stepper label="Units" name="quantity" value=units min=1 max=Signal::stored(PRESS_MAX) said /> }.into_any()
                    } else {
                        ticks(serials, ticked)
                    }
                }}
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
