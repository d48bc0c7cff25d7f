//! Units that are told apart, on the floor: which lot is to be taken, until when it is good, and the serials in the hand.

use domain::dates::day;
use domain::floor::TaskLot;
use domain::lots::Marks;
use leptos::prelude::*;

pub fn told_apart(lots: &[TaskLot], by_serial: bool, serials: &[String], held: &Marks) -> AnyView {
    let lots = lots.iter().filter(|lot| lot.units > 0).map(|lot| {
        let day = lot.expires_on.map(|on| format!(", good until {}", day(&on)));
        let chosen = lot.code == held.lot;
        view! {
            <p data-lot=lot.code.clone() data-take=lot.units>
                <span class=if chosen { "variant strong" } else { "variant" }>{format!("Lot {}", lot.code)}</span>
                " "
                <span class="muted">{format!("take {}", lot.units)} {day}</span>
            </p>
        }
    });
    let serials = by_serial.then(|| {
        let open = serials.iter().filter(|serial| !held.serials.contains(serial));
        let next = open.clone().next().cloned();
        let open = open.take(3).cloned().collect::<Vec<_>>().join(", ");
        let in_hand = (!held.serials.is_empty()).then(|| format!("{} in hand. ", held.serials.join(", ")));
        view! { <p class="muted" data-serial=next>{in_hand} {format!("Scan each serial: {open} …")}</p> }
    });
    view! { {lots.collect_view()} {serials} }.into_any()
}
