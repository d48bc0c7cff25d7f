//! What the builder asks for: orders, method, cart. Holds what stands in the fields, and reads it as one command.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{ChannelId, SiteId};
use domain::waves::ask::Filter;
use domain::waves::{Cart, Chosen, Method, PlanWave, Rounds};
use leptos::prelude::*;

use crate::door::now;

/// The cart the builder begins with.
pub const START: &str = "cart";
/// A cart is handed in at whichever depot is nearest. No depot's name: those begin with [`AT`].
pub const NEAREST: &str = "nearest";
/// Before a depot's name, in a choice.
pub const AT: &str = "at:";

/// The fields of the form.
#[derive(Clone, Copy)]
pub struct Form {
    pub site: SiteId,
    /// When it was last looked at: what is made is what was seen, and a second press asks for the same.
    pub at: StoredValue<DateTime<Utc>>,
    pub most: RwSignal<i32>,
    /// Hours from now, or empty.
    pub due: RwSignal<String>,
    /// The carrier's name; empty = any.
    pub carrier: RwSignal<String>,
    /// Only what leaves next.
    pub next: RwSignal<bool>,
    pub channel: RwSignal<String>,
    pub zone: RwSignal<String>,
    pub single: RwSignal<bool>,
    pub in_time: RwSignal<bool>,
    pub method: RwSignal<String>,
    pub slots: RwSignal<i32>,
    pub litres: RwSignal<i32>,
    pub kilos: RwSignal<i32>,
    pub pickers: RwSignal<i32>,
    pub walking: StoredValue<Walking>,
}

/// Where carts start and end, and what goes first.
#[derive(Clone, Copy)]
pub struct Walking {
    /// A depot, or empty: the site's first.
    pub start: RwSignal<String>,
    /// A depot, [`NEAREST`], or empty: where the cart started.
    pub end: RwSignal<String>,
    /// Kilos; 0 = nothing goes first.
    pub heavy: RwSignal<i32>,
    /// What the site has: known once the choices came.
    depots: StoredValue<Vec<String>>,
}

impl Walking {
    pub fn know(self, depots: &[String]) {
        self.depots.set_value(depots.to_vec());
    }

    fn rounds(self) -> Rounds {
        let depot = |picked: &String| picked.strip_prefix(AT).map(str::to_owned);
        let ends = match self.end.get_untracked() {
            nearest if nearest == NEAREST => self.depots.get_value(),
            end => depot(&end).into_iter().collect(),
        };
        let heavy = Some(self.heavy.get_untracked()).filter(|given| *given != 0);
        let heavy_from_g = heavy.map(|given| given.saturating_mul(1_000));
        Rounds { start: depot(&self.start.get_untracked()), ends, heavy_from_g }
    }
}

impl Form {
    pub fn new(site: SiteId) -> Self {
        let text = |word: &str| RwSignal::new(word.to_owned());
        let start = Cart::preset(START).unwrap_or(Cart::totes(12));
        Self {
            site,
            at: StoredValue::new(now()),
            most: RwSignal::new(60),
            due: text(""),
            carrier: text(""),
            next: RwSignal::new(false),
            channel: text(""),
            zone: text(""),
            single: RwSignal::new(false),
            in_time: RwSignal::new(false),
            method: text(Method::default().code()),
            slots: RwSignal::new(start.slots),
            litres: RwSignal::new(thousands(start.volume_ml)),
            kilos: RwSignal::new(thousands(start.weight_g)),
            pickers: RwSignal::new(4),
            walking: StoredValue::new(Walking {
                start: text(""),
                end: text(""),
                heavy: RwSignal::new(0),
                depots: StoredValue::default(),
            }),
        }
    }

    pub fn command(self, release: bool) -> PlanWave {
        let hours = self.due.with_untracked(|due| due.parse::<i64>().ok());
        let measure = |signal: RwSignal<i32>| {
            Some(signal.get_untracked()).filter(|given| *given != 0).map(|given| given.saturating_mul(1_000))
        };
        let filter = Filter {
            due_by: hours.map(|hours| self.at.get_value() + TimeDelta::hours(hours)),
            carrier: Some(self.carrier.get_untracked()).filter(|carrier| !carrier.is_empty()),
            next_departure: self.next.get_untracked(),
            channel: self.channel.with_untracked(|channel| channel.parse().ok()).map(ChannelId),
            zone: Some(self.zone.get_untracked()).filter(|zone| !zone.is_empty()),
            single_unit: self.single.get_untracked(),
            in_time: self.in_time.get_untracked(),
            most: self.most.get_untracked(),
        };
        PlanWave {
            site: self.site,
            orders: Chosen::Filtered(filter),
            method: Method::parse(&self.method.get_untracked()).unwrap_or_default(),
            cart: Cart { slots: self.slots.get_untracked(), volume_ml: measure(self.litres), weight_g: measure(self.kilos) },
            pickers: self.pickers.get_untracked(),
            rounds: self.walking.get_value().rounds(),
            release,
        }
    }

    /// Whoever reads this follows every field.
    pub fn track(self) {
        let Walking { start, end, heavy, .. } = self.walking.get_value();
        for number in [self.most, self.slots, self.litres, self.kilos, self.pickers, heavy] {
            number.track();
        }
        for word in [self.due, self.carrier, self.channel, self.zone, self.method, start, end] {
            word.track();
        }
        self.single.track();
        self.in_time.track();
        self.next.track();
    }

    /// A preset sets the measures; they can be changed afterwards.
    pub fn follow_preset(self, preset: RwSignal<String>) {
        Effect::new(move |before: Option<String>| {
            let code = preset.get();
            if before.is_some_and(|before| before != code)
                && let Some(cart) = Cart::preset(&code)
            {
                self.slots.set(cart.slots);
                self.litres.set(thousands(cart.volume_ml));
                self.kilos.set(thousands(cart.weight_g));
            }
            code
        });
    }
}

/// Litres of millilitres, kilos of grams; 0 where nothing limits.
fn thousands(limit: Option<i32>) -> i32 {
    limit.map_or(0, |limit| limit / 1_000)
}
