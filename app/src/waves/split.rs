//! Splitting a wave: choose carts nobody has begun, and they become a wave of their own.

use std::collections::BTreeSet;

use domain::ids::TripId;
use domain::waves::WaveMap;
use domain::waves::labour::SplitWave;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::labour_api::send_split;
use crate::door::{Said, Unanswered};
use crate::ui::{Icon, Refusal, Refused, Send, Toasts, counted};

/// What is chosen. Made once for a page: what is shown is drawn anew.
#[derive(Clone, Copy)]
pub struct Splitting {
    chosen: RwSignal<BTreeSet<TripId>>,
    send: Action<SplitWave, Result<(), Said>>,
    said: Refused,
}

impl Splitting {
    pub fn new() -> Self {
        let (chosen, toasts, go) = (RwSignal::new(BTreeSet::new()), use_context::<Toasts>(), use_navigate());
        let splitting = Unanswered::new();
        let send = Action::new(move |command: &SplitWave| {
            let (command, go) = (command.clone(), go.clone());
            async move {
                let split = splitting.send(&command, send_split).await?;
                chosen.set(BTreeSet::new());
                if let Some(toasts) = toasts {
                    toasts.push(format!("{} holds these carts now. It waits to be released.", split.number));
                }
                go(&format!("/waves/{}", split.wave), leptos_router::NavigateOptions::default());
                Ok(())
            }
        });
        let last = send.value();
        Self { chosen, send, said: Signal::derive(move || last.get().and_then(Result::err)) }
    }

    /// The card, where there is something to split.
    pub fn card(self, map: &WaveMap) -> AnyView {
        let wave = map.row.wave;
        let free: Vec<_> = map.trips.iter().filter(|trip| trip.person.is_none() && trip.units_done == 0).collect();
        if map.trips.len() < 2 || free.is_empty() {
            return ().into_any();
        }
        let boxes = free
            .into_iter()
            .map(|trip| {
                let id = trip.trip;
                let flip = move |_| {
                    self.chosen.update(|chosen| {
                        if !chosen.remove(&id) {
                            chosen.insert(id);
                        }
                    });
                };
                view! {
                    <label class="check">
                        <input type="checkbox" prop:checked=move || self.chosen.with(|chosen| chosen.contains(&id)) on:change=flip />
                        <span>{format!("Cart {} · {}", trip.trip_no, counted(trip.units, "unit", "units"))}</span>
                    </label>
                }
            })
            .collect_view();
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            self.send.dispatch(SplitWave { wave, trips: self.chosen.get_untracked().into_iter().collect() });
        };
        view! {
            <details class="card" data-split>
                <summary class="row">{Icon::Cart.view()} <b>"Split the wave"</b></summary>
                <form class="form" novalidate on:submit=submit>
                    <p class="muted small">"Carts nobody has begun can go into a wave of their own. It waits until it is released."</p>
                    <Refusal said=self.said />
                    <fieldset class="field"><legend>"Carts to move"</legend> {boxes}</fieldset>
                    <Send label="Move to a new wave" class="btn" busy=self.send.pending() />
                </form>
            </details>
        }
        .into_any()
    }
}
