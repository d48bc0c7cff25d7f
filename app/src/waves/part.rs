//! Parting orders off a wave: choose those that are not all picked, and they become a wave of their own.

use std::collections::BTreeSet;

use domain::ids::{OrderId, WaveId};
use domain::waves::labour::part::{PartOrders, Riding};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::labour_api::{read_wave_orders, send_part_orders};
use crate::door::{Said, Unanswered, live};
use crate::ui::{Icon, Refusal, Refused, Send, Toasts, When, counted, loaded};

/// What is chosen. Made once for a page: what is shown is drawn anew.
#[derive(Clone, Copy)]
pub struct Parting {
    chosen: RwSignal<BTreeSet<OrderId>>,
    open: RwSignal<bool>,
    send: Action<PartOrders, Result<(), Said>>,
    said: Refused,
}

impl Parting {
    pub fn new() -> Self {
        let (chosen, toasts, go) = (RwSignal::new(BTreeSet::new()), use_context::<Toasts>(), use_navigate());
        let parting = Unanswered::new();
        let send = Action::new(move |command: &PartOrders| {
            let (command, go) = (command.clone(), go.clone());
            async move {
                let parted = parting.send(&command, send_part_orders).await?;
                chosen.set(BTreeSet::new());
                if let Some(toasts) = toasts {
                    let back = match parted.to_put_back {
                        0 => String::new(),
                        units => format!(" {} to be put back.", counted(units, "unit waits", "units wait")),
                    };
                    toasts.push(format!("{} holds these orders now. It waits to be released.{back}", parted.number));
                }
                go(&format!("/waves/{}", parted.wave), leptos_router::NavigateOptions::default());
                Ok(())
            }
        });
        let last = send.value();
        let said = Signal::derive(move || last.get().and_then(Result::err));
        Self { chosen, open: RwSignal::new(false), send, said }
    }

    /// The card; the orders are asked for when it is opened.
    pub fn card(self, wave: WaveId) -> AnyView {
        view! {
            <details class="card" data-part prop:open=self.open>
                <summary
                    class="row"
                    on:click=move |event| {
                        event.prevent_default();
                        self.open.update(|open| *open = !*open);
                    }
                >
                    {Icon::Box.view()}
                    <b>"Move orders to a new wave"</b>
                </summary>
                {move || self.open.get().then(|| self.list(wave))}
            </details>
        }
        .into_any()
    }

    fn list(self, wave: WaveId) -> AnyView {
        let fresh = live(&["wave", "trip"]);
        let answer = Resource::new(move || fresh.get(), move |_| read_wave_orders(wave));
        view! { <div class="stack">{loaded(answer, move |riding| self.form(wave, &riding))}</div> }.into_any()
    }

    fn form(self, wave: WaveId, riding: &[Riding]) -> AnyView {
        self.drop_gone(riding);
        let rows = riding.iter().map(|order| self.row(order)).collect_view();
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            self.send.dispatch(PartOrders { wave, orders: self.chosen.get_untracked().into_iter().collect() });
        };
        view! {
            <form class="form" novalidate on:submit=submit>
                <p class="muted small">
                    "Both waves are walked anew. What is picked already waits to be put back; it stays its order's."
                </p>
                <Refusal said=self.said />
                <fieldset class="field">
                    <legend>"Orders to move"</legend>
                    <div class="plan-scroll" tabindex="0" role="region" aria-label="Orders of this wave">{rows}</div>
                </fieldset>
                <Send label="Move to a new wave" class="btn" busy=self.send.pending() />
            </form>
        }
        .into_any()
    }

    /// Orders that left or were picked meanwhile, or are another wave's, are not chosen any more.
    fn drop_gone(self, riding: &[Riding]) {
        let may = |id: &OrderId| riding.iter().any(|order| order.order == *id && order.check().is_ok());
        if !self.chosen.with_untracked(|chosen| chosen.iter().all(may)) {
            self.chosen.update(|chosen| chosen.retain(may));
        }
    }

    fn row(self, order: &Riding) -> AnyView {
        let (id, stays) = (order.order, order.check().err().map(|why| why.to_string()));
        let flip = move |_| {
            self.chosen.update(|chosen| {
                if !chosen.remove(&id) {
                    chosen.insert(id);
                }
            });
        };
        let words = match order.units_picked {
            0 => format!("{} · {} units", order.number, order.units),
            picked => format!("{} · {picked} of {} units picked", order.number, order.units),
        };
        let carrier = (!order.carrier.is_empty()).then(|| format!(" · {}", order.carrier));
        let disabled = stays.is_some();
        view! {
            <label class="check" data-order=order.number.clone()>
                <input
                    type="checkbox"
                    disabled=disabled
                    prop:checked=move || self.chosen.with(|chosen| chosen.contains(&id))
                    on:change=flip
                />
                <span>
                    {words}
                    <span class="muted small">{carrier} " · " <When at=order.due /> {stays.map(|why| format!(" · {why}"))}</span>
                </span>
            </label>
        }
        .into_any()
    }
}
