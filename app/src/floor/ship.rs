//! `/floor/ship`, and `/shipping` at desks: what is packed goes to the carrier; stock, cost and revenue leave with it.

use std::collections::BTreeSet;

use domain::floor::{ParcelRow, ShipParcels};
use domain::ids::{ParcelId, SiteId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::api::{read_parcels, send_ship};
use crate::door::{Said, live, send_again};
use crate::sites::here;
use crate::ui::{Band, Chip, Choice, Empty, Heard, Icon, ManualCode, Table, Tone, answer_scan, heads, loaded, on_scan, when};

/// Carriers that parcels go with whose order has none yet, with the service they give.
const CARRIERS: [(&str, &str); 3] = [("Royal Mail", "Tracked 48"), ("DHL", "Next day"), ("DPD", "Two days")];

#[component]
pub fn ShipPage() -> impl IntoView {
    let site = here();
    let again = RwSignal::new(0_u32);
    let fresh = live(&["parcel"]);
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_parcels(site));
    let dock = Dock {
        band: RwSignal::new(Heard::Ask("Scan parcels, or choose them below".to_owned())),
        chosen: RwSignal::default(),
        carrier: RwSignal::new(String::new()),
        again,
    };
    on_scan(move |code| {
        let rows = answer.get_untracked().and_then(Result::ok).unwrap_or_default();
        dock.hear(&rows, &code);
    });
    view! {
        <Title text="Hand over" />
        <div class="task">
            <div class="task-head"><h1>"Hand over to the carrier"</h1></div>
            <div class="task-body">
                <Band heard=dock.band />
                {loaded(answer, move |rows| list(rows, site.get_untracked(), dock))}
            </div>
            <div class="task-foot">
                <ManualCode label="Type a parcel" />
                <button
                    type="button"
                    class="btn primary"
                    disabled=move || dock.chosen.with(BTreeSet::is_empty)
                    on:click=move |_| dock.ship()
                >
                    {Icon::Truck.view()}
                    {move || dock.words()}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// What is about to leave.
#[derive(Clone, Copy)]
struct Dock {
    band: RwSignal<Heard>,
    chosen: RwSignal<BTreeSet<ParcelId>>,
    /// Who is at the door; empty = each parcel goes with its own.
    carrier: RwSignal<String>,
    again: RwSignal<u32>,
}

impl Dock {
    fn hear(self, rows: &[ParcelRow], code: &str) {
        let wrong = |words: String| answer_scan(self.band, Heard::Wrong { words, detail: String::new() });
        let Some(row) =
            rows.iter().find(|row| row.number.eq_ignore_ascii_case(code) || row.order_number.eq_ignore_ascii_case(code))
        else {
            return wrong(format!("{code} is no parcel that waits here."));
        };
        if row.packed_at.is_none() {
            return wrong(format!("{} is not closed yet. Pack it first.", row.number));
        }
        let door = self.carrier.get_untracked();
        if !takes(&door, row) {
            return wrong(format!("{} goes with {}, not with {door}.", row.number, row.carrier));
        }
        let twice = !self.chosen.try_update(|chosen| chosen.insert(row.parcel)).unwrap_or_default();
        let also = if twice { " already" } else { "" };
        answer_scan(self.band, Heard::Ok(format!("{} is{also} with those that leave", row.number)));
    }

    fn flip(self, parcel: ParcelId) {
        self.chosen.update(|chosen| {
            if !chosen.remove(&parcel) {
                chosen.insert(parcel);
            }
        });
    }

    /// Parcels that left meanwhile are not chosen any more.
    fn drop_gone(self, rows: &[ParcelRow]) {
        let gone = self.chosen.with_untracked(|chosen| chosen.iter().any(|parcel| !rows.iter().any(|row| row.parcel == *parcel)));
        if gone {
            self.chosen.update(|chosen| chosen.retain(|parcel| rows.iter().any(|row| row.parcel == *parcel)));
        }
    }

    fn words(self) -> String {
        match self.chosen.with(BTreeSet::len) {
            0 => "Hand over".to_owned(),
            1 => "Hand over 1 parcel".to_owned(),
            more => format!("Hand over {more} parcels"),
        }
    }

    fn ship(self) {
        let carrier = self.carrier.get_untracked();
        let service = CARRIERS.iter().find(|(name, _)| *name == carrier).map_or("", |(_, service)| service).to_owned();
        let parcels = self.chosen.get_untracked().into_iter().collect();
        self.band.set(Heard::Busy("Handing over…".to_owned()));
        spawn_local(async move {
            let command = ShipParcels { parcels, carrier, service };
            match send_again(|id| send_ship(id, command.clone())).await {
                Ok(left) => {
                    // What was refused stays chosen.
                    self.chosen.set(BTreeSet::new());
                    let words = if left == 1 { "1 parcel".to_owned() } else { format!("{left} parcels") };
                    answer_scan(self.band, Heard::Done(format!("{words} left the house")));
                }
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => answer_scan(self.band, Heard::wrong(&said)),
            }
            self.again.update(|again| *again += 1);
        });
    }
}

fn list(rows: Vec<ParcelRow>, site: Option<SiteId>, dock: Dock) -> AnyView {
    dock.drop_gone(&rows);
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing waits for a carrier" words="Closed parcels stand here until they are handed over." icon=Icon::Truck />
            </div>
        }
        .into_any();
    }
    let packed: Vec<ParcelRow> = rows.iter().filter(|row| row.packed_at.is_some()).cloned().collect();
    let ours = Memo::new(move |_| {
        let door = dock.carrier.get();
        packed.iter().filter(|row| takes(&door, row)).map(|row| row.parcel).collect::<BTreeSet<ParcelId>>()
    });
    let all = move |_| dock.chosen.set(ours.get_untracked());
    // Who is at the door takes only theirs.
    Effect::new(move |_| dock.chosen.update(|chosen| chosen.retain(|parcel| ours.with(|ours| ours.contains(parcel)))));
    let options = at_the_door(&rows);
    let body = rows.into_iter().map(|row| parcel(row, dock)).collect_view();
    let csv = format!("/api/fn/floor/parcels.csv?site={}", site.map_or_else(String::new, |site| site.to_string()));
    let aside = view! { <button type="button" class="btn" on:click=all>{move || format!("Choose all {}", ours.with(BTreeSet::len))}</button> }.into_any();
    view! {
        <div class="filters"><Choice label="Carrier" name="carrier" options picked=dock.carrier /></div>
        <Table title="Parcels" caption="Parcels that have not left yet" csv aside>
            {heads(&[("Leaves", ""), ("Order", ""), ("Carrier", ""), ("To", ""), ("Weight", "num mid"), ("Closed", "mid")])}
            <tbody>{body}</tbody>
        </Table>
    }
    .into_any()
}

/// Does the carrier at the door take it?
fn takes(door: &str, row: &ParcelRow) -> bool {
    door.is_empty() || row.carrier.is_empty() || row.carrier == door
}

/// Whoever parcels wait for; and, while some wait for nobody, whoever may take those.
fn at_the_door(rows: &[ParcelRow]) -> Vec<(String, String)> {
    let mut names: BTreeSet<&str> = rows.iter().map(|row| row.carrier.as_str()).filter(|name| !name.is_empty()).collect();
    if rows.iter().any(|row| row.carrier.is_empty()) {
        names.extend(CARRIERS.iter().map(|(name, _)| *name));
    }
    let any = (String::new(), "Each parcel its own".to_owned());
    std::iter::once(any).chain(names.into_iter().map(|name| (name.to_owned(), name.to_owned()))).collect()
}

fn parcel(row: ParcelRow, dock: Dock) -> AnyView {
    let (id, packed) = (row.parcel, row.packed_at.is_some());
    let choice = if packed {
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=move || dock.chosen.with(|chosen| chosen.contains(&id)) on:change=move |_| dock.flip(id) />
                <span class="strong">{row.number}</span>
            </label>
        }
        .into_any()
    } else {
        view! { <span class="row"><a href=format!("/floor/pack/{id}")>{row.number}</a> <Chip text="Open" tone=Tone::Warn /></span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{choice}</th>
            <td class="nowrap">{row.order_number}</td>
            <td>{if row.carrier.is_empty() { "–".to_owned() } else { row.carrier }} " " <span class="muted small">{row.service}</span></td>
            <td>{row.customer} <span class="muted">{format!(" · {}", row.country)}</span></td>
            <td class="num mid">{row.weight_g} " g"</td>
            <td class="mid">{when(row.packed_at)}</td>
        </tr>
    }
    .into_any()
}
