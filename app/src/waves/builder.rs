//! `/waves/new`: which orders, by which method, on which carts; what that would be, seen before it is made; then made.

use std::time::Duration;

use domain::ids::{CommandId, SiteId};
use domain::people::Permission;
use domain::waves::ask::{Filter, ORDERS_MAX, PICKERS_MAX, SLOTS_MAX, VOLUME_MAX_ML, WEIGHT_MAX_G};
use domain::waves::receipt::{PlanChoices, Preview};
use domain::waves::{Cart, Chosen, Method, PlanWave};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::api::{read_choices, read_preview, read_preview_progress, read_waiting, send_plan, stop_preview};
use super::board::waiting_words;
use super::preview::preview;
use crate::door::{Said, live, now, visit};
use crate::sites::here;
use crate::ui::{Choice, Icon, Meter, Refusal, Refused, Skeleton, Stepper, Tone, failed, loaded};

/// After the last change, before it is looked at.
const BREATH: Duration = Duration::from_millis(400);
/// Between two looks at how far a preview is.
const LOOK: Duration = Duration::from_millis(500);
/// Fields that say their own refusals.
const FIELDS: &[&str] = &["orders", "slots", "volume", "weight", "pickers", "zone", "method"];

#[component]
pub fn WaveBuilderPage() -> impl IntoView {
    let site = here();
    let may = visit().may(Permission::WavesPlan);
    view! {
        <Title text="Plan a wave" />
        <div class="page">
            <header class="page-head">
                <A href="/waves" attr:class="btn quiet square" attr:aria-label="Waves">{Icon::Back.view()}</A>
                <h1>"Plan a wave"</h1>
            </header>
            {move || match site.get() {
                _ if !may => view! { <p class="banner">{Icon::Person.view()} <span>"With your roles you may look at waves, not plan them."</span></p> }.into_any(),
                None => view! { <p class="banner">{Icon::Map.view()} <span>"Choose a site above to plan its next wave."</span></p> }.into_any(),
                Some(site) => builder(site),
            }}
        </div>
    }
    .into_any()
}

/// What is asked for, and what is known about it.
#[derive(Clone, Copy)]
struct Builder {
    site: SiteId,
    most: RwSignal<i32>,
    /// Hours from now, or empty.
    due: RwSignal<String>,
    channel: RwSignal<String>,
    zone: RwSignal<String>,
    single: RwSignal<bool>,
    in_time: RwSignal<bool>,
    method: RwSignal<String>,
    preset: RwSignal<String>,
    slots: RwSignal<i32>,
    litres: RwSignal<i32>,
    kilos: RwSignal<i32>,
    pickers: RwSignal<i32>,
    /// The preview that is waited for.
    ticket: RwSignal<Option<CommandId>>,
    permille: RwSignal<i32>,
    seen: RwSignal<Option<Result<Preview, Said>>>,
    /// Counts changes: only the last one is looked at.
    turn: StoredValue<u32>,
    send: Action<bool, Result<(), Said>>,
    said: Refused,
}

impl Builder {
    fn new(site: SiteId) -> Self {
        let text = |word: &str| RwSignal::new(word.to_owned());
        let start = Cart::preset("cart").unwrap_or(Cart::totes(12));
        let (seen, go) = (RwSignal::new(None::<Result<Preview, Said>>), use_navigate());
        let asked = StoredValue::new(None::<Self>);
        let send = Action::new(move |release: &bool| {
            let (command, go) = (asked.get_value().map(|form| form.command(*release)), go.clone());
            async move {
                let Some(command) = command else { return Ok(()) };
                let planned = send_plan(CommandId::mint(), command).await?;
                go(&format!("/waves/{}", planned.wave), leptos_router::NavigateOptions::default());
                Ok(())
            }
        });
        let last = send.value();
        let said = Signal::derive(move || {
            let refused = last.get().and_then(Result::err);
            refused.or_else(|| seen.get().and_then(Result::err).filter(|said| said.field().is_some()))
        });
        let form = Self {
            site,
            most: RwSignal::new(60),
            due: text(""),
            channel: text(""),
            zone: text(""),
            single: RwSignal::new(false),
            in_time: RwSignal::new(false),
            method: text(Method::default().code()),
            preset: text("cart"),
            slots: RwSignal::new(start.slots),
            litres: RwSignal::new(start.volume_ml.map_or(0, |ml| ml / 1_000)),
            kilos: RwSignal::new(start.weight_g.map_or(0, |g| g / 1_000)),
            pickers: RwSignal::new(4),
            ticket: RwSignal::new(None),
            permille: RwSignal::new(0),
            seen,
            turn: StoredValue::new(0),
            send,
            said,
        };
        asked.set_value(Some(form));
        form
    }

    fn command(self, release: bool) -> PlanWave {
        let hours = self.due.with_untracked(|due| due.parse::<i64>().ok());
        let word = |signal: RwSignal<String>| Some(signal.get_untracked()).filter(|word| !word.is_empty());
        let measure = |signal: RwSignal<i32>| Some(signal.get_untracked()).filter(|given| *given != 0).map(|given| given.saturating_mul(1_000));
        let filter = Filter {
            due_by: hours.map(|hours| now() + chrono::TimeDelta::hours(hours)),
            channel: self.channel.with_untracked(|channel| channel.parse().ok()).map(domain::ids::ChannelId),
            zone: word(self.zone),
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
            release,
        }
    }

    /// Every change is looked at, once there is a breath between two.
    fn follow(self) {
        Effect::new(move |_| {
            let numbers = [self.most, self.slots, self.litres, self.kilos, self.pickers];
            let words = [self.due, self.channel, self.zone, self.method];
            numbers.iter().for_each(|number| number.track());
            words.iter().for_each(|word| word.track());
            self.single.track();
            self.in_time.track();
            self.soon();
        });
        // A preset sets the measures; they can be changed afterwards.
        Effect::new(move |before: Option<String>| {
            let code = self.preset.get();
            if before.is_some_and(|before| before != code)
                && let Some(cart) = Cart::preset(&code)
            {
                self.slots.set(cart.slots);
                self.litres.set(cart.volume_ml.map_or(0, |ml| ml / 1_000));
                self.kilos.set(cart.weight_g.map_or(0, |g| g / 1_000));
            }
            code
        });
        on_cleanup(move || {
            if let Some(ticket) = self.ticket.try_get_untracked().flatten() {
                // Whether it still ran is nobody's concern any more.
                spawn_local(async move { drop(stop_preview(ticket).await) });
            }
        });
    }

    fn soon(self) {
        let Some(turn) = self.turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        }) else {
            return;
        };
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(turn) {
                    self.look();
                }
            },
            BREATH,
        );
    }

    fn look(self) {
        let (ticket, command) = (CommandId::mint(), self.command(false));
        let before = self.ticket.get_untracked();
        self.ticket.set(Some(ticket));
        self.permille.set(0);
        spawn_local(async move {
            if let Some(before) = before {
                drop(stop_preview(before).await);
            }
        });
        spawn_local(async move {
            let answer = read_preview(ticket, command).await;
            if self.ticket.try_get_untracked() == Some(Some(ticket)) {
                self.seen.set(Some(answer));
                self.ticket.set(None);
            }
        });
        self.watch(ticket);
    }

    /// How far it is, while it is waited for.
    fn watch(self, ticket: CommandId) {
        let waited_for = move || self.ticket.try_get_untracked() == Some(Some(ticket));
        set_timeout(
            move || {
                if !waited_for() {
                    return;
                }
                spawn_local(async move {
                    let told = read_preview_progress(ticket).await;
                    if waited_for() {
                        if let Ok(Some(permille)) = told.map(|told| told.permille) {
                            self.permille.set(permille);
                        }
                        self.watch(ticket);
                    }
                });
            },
            LOOK,
        );
    }

    /// Whoever asked does not want to wait any longer.
    fn stop(self) {
        if let Some(ticket) = self.ticket.get_untracked() {
            spawn_local(async move { drop(stop_preview(ticket).await) });
        }
    }
}

fn builder(site: SiteId) -> AnyView {
    let form = Builder::new(site);
    form.follow();
    let fresh = live(&["wave", "order"]);
    let waiting = Resource::new(move || fresh.get(), move |_| read_waiting(site));
    let choices = Resource::new(|| (), move |()| read_choices(site));
    view! {
        <section class="card">{loaded(waiting, waiting_words)}</section>
        <div class="split plan-split">
            <div class="stack">{loaded(choices, move |choices| fields(&choices, form))}</div>
            <div class="stack" aria-live="polite" aria-busy=move || form.ticket.get().map(|_| "true")>
                {move || waited(form)}
                {move || seen(form)}
            </div>
        </div>
    }
    .into_any()
}

fn waited(form: Builder) -> AnyView {
    if form.ticket.get().is_none() {
        return ().into_any();
    }
    let progress = move || view! { <Meter label="The preview is made" done=i64::from(form.permille.get()) of=1_000 tone=Tone::Accent /> };
    view! {
        <div class="card plan-wait" data-waiting-preview>
            <span class="muted">"Looking at the shortest ways"</span>
            <button type="button" class="btn quiet" on:click=move |_| form.stop()>"Stop"</button>
            {progress}
        </div>
    }
    .into_any()
}

fn seen(form: Builder) -> AnyView {
    match form.seen.get() {
        Some(Ok(found)) => preview(&found, form.method),
        Some(Err(said)) if said.field().is_none() => view! { <section class="card">{failed(&said)}</section> }.into_any(),
        Some(Err(_)) => ().into_any(),
        None => view! { <section class="card"><Skeleton /></section> }.into_any(),
    }
}

fn fields(choices: &PlanChoices, form: Builder) -> AnyView {
    let all = |words: &str| vec![(String::new(), words.to_owned())];
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect::<Vec<_>>();
    let due = pairs(&[("", "Any time"), ("2", "Within 2 hours"), ("4", "Within 4 hours"), ("8", "Within 8 hours"), ("24", "Within a day")]);
    let channels = all("Every channel").into_iter().chain(choices.channels.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let zones = all("Every zone").into_iter().chain(choices.zones.iter().map(|zone| (zone.clone(), zone.clone())));
    let methods = Method::ALL.iter().map(|method| (method.code().to_owned(), method.words().to_owned()));
    let presets = Cart::PRESETS.iter().map(|(code, words, _)| ((*code).to_owned(), (*words).to_owned()));
    let presets = presets.chain([("own".to_owned(), "Own measures".to_owned())]);
    let said = form.said;
    view! {
        <form
            class="stack"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                form.send.dispatch(false);
            }
        >
            <section class="card">
                <h2>"Orders"</h2>
                <div class="plan-fields">
                    <Stepper label="Orders, at most" name="orders" value=form.most min=1 max=ORDERS_MAX said />
                    <Choice label="Promised" name="due_by" options=due picked=form.due />
                    <Choice label="Channel" name="channel" options=channels.collect() picked=form.channel />
                    {(!choices.zones.is_empty()).then(|| view! { <Choice label="Zone" name="zone" options=zones.collect() picked=form.zone said /> })}
                </div>
                {tick("One unit only", "single_unit", form.single)}
                {tick("Leave out what is past its promise", "in_time", form.in_time)}
            </section>
            <section class="card">
                <h2>"Carts"</h2>
                <div class="plan-fields">
                    <Choice label="How" name="method" options=methods.collect() picked=form.method said />
                    <Choice label="Cart" name="cart" options=presets.collect() picked=form.preset />
                    <Stepper label="Totes on a cart" name="slots" value=form.slots min=1 max=SLOTS_MAX said />
                    <Stepper label="Litres, 0 = any" name="volume" value=form.litres max=VOLUME_MAX_ML / 1_000 said />
                    <Stepper label="Kilos, 0 = any" name="weight" value=form.kilos max=WEIGHT_MAX_G / 1_000 said />
                    <Stepper label="People picking" name="pickers" value=form.pickers min=1 max=PICKERS_MAX said />
                </div>
            </section>
            <Refusal said fields=FIELDS />
            <div class="row">{buttons(form)}</div>
        </form>
    }
    .into_any()
}

fn tick(label: &'static str, name: &'static str, ticked: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" name=name prop:checked=ticked on:change=move |event| ticked.set(event_target_checked(&event)) />
            {label}
        </label>
    }
    .into_any()
}

fn buttons(form: Builder) -> AnyView {
    let busy = move || form.send.pending().get();
    view! {
        <button class="btn primary" aria-busy=move || busy().then_some("true") disabled=busy>{Icon::Wave.view()} "Plan a wave"</button>
        <button
            type="button"
            class="btn"
            disabled=busy
            on:click=move |_| {
                form.send.dispatch(true);
            }
        >
            "Plan and release"
        </button>
    }
    .into_any()
}
