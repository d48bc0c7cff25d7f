//! `/floor/transfers/:number`: one transfer onto the truck (bin, items, label) or off it (items, bin). The rules are
//! `domain::transfers::scan`.

use domain::transfers::scan::{self, Hand, Which};
use domain::transfers::{Handled, LoadTransfer, ReceiveTransfer, ScannedUnits, Status, TransferLine, TransferSheet};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::api::{read_transfer, send_load, send_receive};
use crate::door::{Said, live, send_again};
use crate::sites::here;
use crate::ui::{Band, Confirm, Empty, Heard, Icon, ManualCode, Meter, Tone, answer_scan, grouped, loaded_page, on_label};

#[derive(Clone, Copy)]
struct Truck {
    sheet: RwSignal<Option<TransferSheet>>,
    hand: RwSignal<Hand>,
    band: RwSignal<Heard>,
    asking: RwSignal<bool>,
    again: RwSignal<u32>,
    sending: RwSignal<bool>,
    /// Units whose lot or serials are still to be said.
    wanted: RwSignal<Option<(ScannedUnits, Which)>>,
    here: Signal<Option<domain::ids::SiteId>>,
}

/// Which way the goods go, as seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Load,
    TakeIn,
    /// Nothing is to be done here.
    Neither,
}

#[component]
pub fn TruckPage() -> impl IntoView {
    let params = use_params_map();
    let number = move || params.with(|params| params.get("number").unwrap_or_default());
    let again = RwSignal::new(0_u32);
    let fresh = live(&["transfer"]);
    let answer = Resource::new(move || (number(), fresh.get(), again.get()), |(number, ..)| read_transfer(number));
    let truck = Truck {
        sheet: RwSignal::new(None),
        hand: RwSignal::default(),
        band: RwSignal::default(),
        asking: RwSignal::new(false),
        again,
        sending: RwSignal::new(false),
        wanted: RwSignal::new(None),
        here: here(),
    };
    on_label(move |code| truck.hear(&code));
    let show = move |sheet: TransferSheet| {
        truck.take(sheet);
        view! { {move || truck.sheet.get().map(|sheet| body(&sheet, truck))} }.into_any()
    };
    view! {
        <Title text=number />
        <div class="task scan">
            <div class="task-band"><Band heard=truck.band /></div>
            <div class="task-live">{loaded_page(answer, show)}</div>
        </div>
    }
    .into_any()
}

impl Truck {
    /// At the giving site it is loaded, at the other taken in; without a site, whatever comes next.
    fn way(self, sheet: &TransferSheet) -> Way {
        let loads = matches!(sheet.row.status, Status::Approved | Status::Loading);
        let comes = matches!(sheet.row.status, Status::InTransit | Status::Arriving)
            || (sheet.row.status == Status::Done && sheet.row.lost > 0);
        let here = self.here.get();
        let (gives, takes) = (here == Some(sheet.row.from), here == Some(sheet.row.to));
        if loads && (gives || here.is_none()) {
            Way::Load
        } else if comes && (takes || here.is_none()) {
            Way::TakeIn
        } else {
            Way::Neither
        }
    }

    /// The server's word. What is in the hand stays.
    fn take(self, sheet: TransferSheet) {
        if self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Ask(_))) {
            let words = self.next_words(&sheet, &self.hand.get_untracked());
            self.band.set(Heard::Ask(words));
        }
        self.sheet.set(Some(sheet));
    }

    fn next_words(self, sheet: &TransferSheet, hand: &Hand) -> String {
        let number = &sheet.row.number;
        match (untrack(|| self.way(sheet)), &hand.bin, hand.units) {
            (Way::Neither, ..) => "Nothing is to be done here".to_owned(),
            (Way::Load, None, _) => "Scan the bin you take from".to_owned(),
            (Way::Load, Some(_), 0) => "Scan the item".to_owned(),
            (Way::Load, Some(_), units) => format!("{units} in hand. Scan label {number}, or the item again"),
            (Way::TakeIn, _, 0) => "Scan an item from the truck".to_owned(),
            (Way::TakeIn, _, units) => format!("{units} in hand. Scan the bin it goes to, or the item again"),
        }
    }

    fn hear(self, code: &str) {
        let Some(sheet) = self.sheet.get_untracked() else { return };
        if self.sending.get_untracked() {
            return self.wrong("A moment, please: the last one is on its way.");
        }
        if let Some((units, which)) = self.wanted.get_untracked() {
            return self.told(&sheet, &units, which, code);
        }
        let hand = self.hand.get_untracked();
        let heard = match untrack(|| self.way(&sheet)) {
            Way::Load => scan::hear_load(&sheet, &hand, code),
            Way::TakeIn => scan::hear_arrival(&sheet, &hand, code),
            Way::Neither => return self.wrong("Nothing is to be done here. Nothing changed."),
        };
        match heard {
            Ok(scan::Heard::Next(hand)) => {
                let words = self.next_words(&sheet, &hand);
                self.hand.set(hand);
                answer_scan(self.band, Heard::Ok(words));
            }
            Ok(scan::Heard::Send(units)) => self.send(&sheet, vec![units], false),
            Err(refusal) => self.wrong(&refusal.to_string()),
        }
    }

    /// What the server asked to know of the units in the hand.
    fn told(self, sheet: &TransferSheet, units: &ScannedUnits, which: Which, code: &str) {
        let (units, whole) = scan::hear_which(units, which, code);
        if whole {
            self.wanted.set(None);
            return self.send(sheet, vec![units], false);
        }
        answer_scan(self.band, Heard::Ok(which_words(&units, which)));
        self.wanted.set(Some((units, which)));
    }

    fn wrong(self, words: &str) {
        answer_scan(self.band, Heard::Wrong { words: words.to_owned(), detail: String::new() });
    }

    fn send(self, sheet: &TransferSheet, units: Vec<ScannedUnits>, last: bool) {
        let (transfer, load) = (sheet.row.id, untrack(|| self.way(sheet)) == Way::Load);
        let (one, mut keeps) = (units.first().cloned(), false);
        self.sending.set(true);
        self.band.set(Heard::Busy(if load { "Onto the truck…" } else { "Into the bin…" }.to_owned()));
        spawn_local(async move {
            let ended = if load {
                let command = LoadTransfer { transfer, units, last };
                send_again(|id| send_load(id, command.clone())).await
            } else {
                let command = ReceiveTransfer { transfer, units };
                send_again(|id| send_receive(id, command.clone())).await
            };
            match ended {
                Ok(did) => answer_scan(self.band, Heard::Done(done_words(&did, load))),
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => {
                    if let (Some(which), Some(units)) = (which_of(&said), one) {
                        self.band.set(Heard::Ask(which_words(&units, which)));
                        self.wanted.set(Some((units, which)));
                    } else {
                        // A bin that does not take them is a wrong scan like any other: they are still in the hand.
                        keeps = !load && said.code() != "more_than_shipped";
                        answer_scan(self.band, Heard::wrong(&said));
                    }
                }
            }
            if !keeps {
                self.hand.set(Hand::default());
            }
            self.sending.set(false);
            self.again.update(|again| *again += 1);
        });
    }
}

/// What a refusal asks to know of the units.
fn which_of(said: &Said) -> Option<Which> {
    match said.code() {
        "lot_missing" => Some(Which::Lot),
        "serials_wanted" => Some(Which::Serials),
        _ => None,
    }
}

fn which_words(units: &ScannedUnits, which: Which) -> String {
    match which {
        Which::Lot => format!("{} of {}: scan or type their lot", units.quantity, units.item_code),
        Which::Serials => {
            format!("{}: scan or type each serial, {} of {} so far", units.item_code, units.marks.serials.len(), units.quantity)
        }
    }
}

fn done_words(did: &Handled, load: bool) -> String {
    match (load, did.finished) {
        (true, true) => "The truck leaves".to_owned(),
        (true, false) => format!("{} on the truck, {} to go", did.units, grouped(did.left)),
        (false, true) => "All of it is in".to_owned(),
        (false, false) => format!("{} in, {} to come", did.units, grouped(did.left)),
    }
}

fn body(sheet: &TransferSheet, truck: Truck) -> AnyView {
    let way = truck.way(sheet);
    let (done, of) = if way == Way::Load { (sheet.row.loaded, sheet.row.units) } else { (sheet.row.received, sheet.row.loaded) };
    let title = match way {
        Way::Load => format!("{} to {}", sheet.row.number, sheet.to_name),
        _ => format!("{} from {}", sheet.row.number, sheet.from_name),
    };
    let label = format!("Units of {}", sheet.row.number);
    let lines = if way == Way::Neither {
        let whole = format!("/transfers/{}", sheet.row.number);
        view! {
            <div class="card">
                <Empty title="Nothing is to be done here" words="Choose the site that gives or takes these goods, or see how far the transfer is." icon=Icon::Truck>
                    <a class="btn" href=whole.clone()>"See the transfer"</a>
                </Empty>
            </div>
        }
        .into_any()
    } else {
        let rows = sheet.lines.iter().map(|line| item(sheet, line, way, truck)).collect_view();
        view! { <ul class="pack-lines" role="list">{rows}</ul> }.into_any()
    };
    let leave = (way == Way::Load && sheet.row.loaded > 0).then(|| {
        let sheet = sheet.clone();
        let sure = Callback::new(move |()| truck.send(&sheet, Vec::new(), true));
        view! { <Confirm label="The truck leaves" question="What is not on it does not come." yes="It leaves" on_yes=sure asking=truck.asking /> }
    });
    view! {
        <div class="task-head">
            <div class="row-between">
                <h1>{title}</h1>
                <span class="strong" data-progress>{format!("{done} of {of}")}</span>
            </div>
            <Meter label done of tone=Tone::Ok />
        </div>
        <div class="task-body">{lines}</div>
        <div class="task-foot">{leave} <ManualCode /></div>
    }
    .into_any()
}

/// Bins named beside an item.
const PLACES: usize = 2;

fn item(sheet: &TransferSheet, line: &TransferLine, way: Way, truck: Truck) -> AnyView {
    let id = line.id;
    let left = if way == Way::Load { line.to_load() } else { scan::expected(sheet, line) };
    let held = move || truck.hand.with(|hand| hand.item.as_ref().filter(|(of, _)| *of == id).map_or(0, |_| hand.units));
    let class = move || if held() > 0 { "pack-line next" } else { "pack-line" };
    let places: Vec<String> = line.places.iter().take(PLACES).map(|(bin, free)| format!("{bin} ({free})")).collect();
    let place = (way == Way::Load && left > 0).then(|| view! { <span class="muted small code">{places.join(", ")}</span> });
    view! {
        <li class=class data-line=line.sku_code.clone()>
            <span class="grow">
                <b>{line.sku_name.clone()}</b>
                " "
                <span class="muted code">{line.sku_code.clone()}</span>
                " "
                {place}
            </span>
            <span class="pack-count"><b>{held}</b> " of " {left}</span>
        </li>
    }
    .into_any()
}
