//! `/waves/new`: which orders, by which method, on which carts; what that would be, seen before it is made; then made.

use domain::ids::SiteId;
use domain::people::Permission;
use domain::waves::ask::{ORDERS_MAX, PICKERS_MAX, SLOTS_MAX, VOLUME_MAX_ML, WEIGHT_MAX_G};
use domain::waves::receipt::PlanChoices;
use domain::waves::rounds::HEAVY_MAX_G;
use domain::waves::{Cart, Method};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::api::{read_choices, read_waiting, send_plan};
use super::board::waiting_words;
use super::form::{AT, Form, NEAREST, START};
use super::leaving::{carriers, leaving};
use super::look::Look;
use super::preview::preview;
use crate::door::{Said, Unanswered, live, visit};
use crate::sites::here;
use crate::ui::{Choice, Empty, Icon, Meter, Refusal, Refused, Skeleton, Stepper, Tone, failed, loaded};

/// Fields that say their own refusals.
const FIELDS: &[&str] = &["orders", "slots", "volume", "weight", "pickers", "zone", "method", "start", "end", "heavy"];

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

type Send = Action<bool, Result<(), Said>>;

/// Makes the plan; `true` hands it to the floor at once.
fn sending(form: Form) -> Send {
    let go = use_navigate();
    let planning = Unanswered::new();
    Action::new(move |release: &bool| {
        let (command, go) = (form.command(*release), go.clone());
        async move {
            let planned = planning.send(&command, send_plan).await?;
            go(&format!("/waves/{}", planned.wave), NavigateOptions::default());
            Ok(())
        }
    })
}

fn builder(site: SiteId) -> AnyView {
    let form = Form::new(site);
    let (look, send) = (Look::follow(form), sending(form));
    let last = send.value();
    let said = Signal::derive(move || {
        let refused = last.get().and_then(Result::err);
        // What a field is refused for is said before anything is sent.
        refused.or_else(|| look.seen.get().and_then(Result::err).filter(|said| said.field().is_some()))
    });
    let fresh = live(&["wave", "order"]);
    let waiting = Resource::new(move || fresh.get(), move |_| read_waiting(site));
    let choices = Resource::new(|| (), move |()| read_choices(site));
    view! {
        <section class="card">{loaded(waiting, waiting_words)}</section>
        <div class="split plan-split">
            <div class="stack">{loaded(choices, move |choices| fields(&choices, form, send, said))}</div>
            <p class="visually-hidden" role="status">{move || told(look)}</p>
            <div class="stack" aria-busy=move || look.ticket.get().map(|_| "true")>
                {move || waited(look)}
                {move || seen(look, form.method)}
            </div>
        </div>
    }
    .into_any()
}

/// For who does not see it: that there is a new preview, in few words.
fn told(look: Look) -> String {
    let found = look.seen.get().and_then(Result::ok);
    found.map_or_else(String::new, |found| {
        let receipt = found.receipt;
        format!("{} metres on {} carts, {} % saved", receipt.metres, receipt.carts, receipt.saved_percent())
    })
}

fn waited(look: Look) -> AnyView {
    if look.ticket.get().is_none() {
        return ().into_any();
    }
    let progress =
        move || view! { <Meter label="The preview is made" done=i64::from(look.permille.get()) of=1_000 tone=Tone::Accent /> };
    view! {
        <div class="card plan-wait" data-waiting-preview>
            <span class="muted">"Looking at the shortest ways"</span>
            <button type="button" class="btn quiet" on:click=move |_| look.stop()>"Stop"</button>
            {progress}
        </div>
    }
    .into_any()
}

fn seen(look: Look, method: RwSignal<String>) -> AnyView {
    match look.seen.get() {
        Some(Ok(found)) => preview(&found, method),
        Some(Err(said)) if said.field().is_some() => view! {
            <section class="card">
                <Empty title="No preview" words="It comes back as soon as the marked field is right." icon=Icon::Wave />
            </section>
        }
        .into_any(),
        Some(Err(said)) => view! { <section class="card">{unseen(&said, look)}</section> }.into_any(),
        None => view! { <section class="card"><Skeleton /></section> }.into_any(),
    }
}

/// No preview, and not because something is wrong with a field.
fn unseen(said: &Said, look: Look) -> AnyView {
    match said.code() {
        "nothing_to_pick" => view! { <Empty title="No order waits for this" words=said.words() icon=Icon::Wave /> }.into_any(),
        "planning_stopped" | "planner_busy" => view! {
            <Empty title="No preview" words=said.words() icon=Icon::Wave>
                <button type="button" class="btn" on:click=move |_| look.soon()>"Look again"</button>
            </Empty>
        }
        .into_any(),
        _ => failed(said),
    }
}

fn fields(choices: &PlanChoices, form: Form, send: Send, said: Refused) -> AnyView {
    let preset = RwSignal::new(START.to_owned());
    form.follow_preset(preset);
    let all = |words: &str| vec![(String::new(), words.to_owned())];
    let pairs =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect::<Vec<_>>();
    let due = pairs(&[
        ("", "Any time"),
        ("2", "Within 2 hours"),
        ("4", "Within 4 hours"),
        ("8", "Within 8 hours"),
        ("24", "Within a day"),
    ]);
    let channels =
        all("Every channel").into_iter().chain(choices.channels.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let carriers = all("Every carrier").into_iter().chain(carriers(&choices.departures));
    let zones = all("Every zone").into_iter().chain(choices.zones.iter().map(|zone| (zone.clone(), zone.clone())));
    let methods = Method::ALL.iter().map(|method| (method.code().to_owned(), method.words().to_owned()));
    let presets = Cart::PRESETS.iter().map(|(code, words, _)| ((*code).to_owned(), (*words).to_owned()));
    let presets = presets.chain([("own".to_owned(), "Own measures".to_owned())]);
    view! {
        <form
            class="stack"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                send.dispatch(false);
            }
        >
            <section class="card">
                <h2>"Orders"</h2>
                <div class="plan-fields">
                    <Stepper label="Orders, at most" name="orders" value=form.most min=1 max=ORDERS_MAX said />
                    <Choice label="Promised" name="due_by" options=due picked=form.due />
                    <Choice label="Carrier" name="carrier" options=carriers.collect() picked=form.carrier />
                    <Choice label="Channel" name="channel" options=channels.collect() picked=form.channel />
                    {(!choices.zones.is_empty()).then(|| view! { <Choice label="Zone" name="zone" options=zones.collect() picked=form.zone said /> })}
                </div>
                {tick("Only what leaves next: one carrier, one cutoff", "next_departure", form.next)}
                {tick("One unit only", "single_unit", form.single)}
                {tick("Leave out what is past its promise", "in_time", form.in_time)}
                {leaving(&choices.departures)}
            </section>
            <section class="card">
                <h2>"Carts"</h2>
                <div class="plan-fields">
                    <Choice label="How" name="method" options=methods.collect() picked=form.method said />
                    <Choice label="Cart" name="cart" options=presets.collect() picked=preset />
                    <Stepper label="Totes on a cart" name="slots" value=form.slots min=1 max=SLOTS_MAX said />
                    <Stepper label="Litres, 0 = any" name="volume" value=form.litres max=VOLUME_MAX_ML / 1_000 said />
                    <Stepper label="Kilos, 0 = any" name="weight" value=form.kilos max=WEIGHT_MAX_G / 1_000 said />
                    <Stepper label="People picking" name="pickers" value=form.pickers min=1 max=PICKERS_MAX said />
                </div>
            </section>
            {walking(choices, form, said)}
            <Refusal said fields=FIELDS />
            <div class="row">{buttons(send)}</div>
        </form>
    }
    .into_any()
}

/// Where carts start and are handed in, where there is a choice, and what goes first.
fn walking(choices: &PlanChoices, form: Form, said: Refused) -> AnyView {
    let walking = form.walking.get_value();
    walking.know(&choices.depots);
    let depots = || choices.depots.iter().map(|depot| (format!("{AT}{depot}"), depot.clone()));
    let first = choices.depots.first().map_or_else(|| "The first depot".to_owned(), |first| format!("{first}, as a rule"));
    let places = (choices.depots.len() > 1).then(|| {
        let starts = [(String::new(), first)].into_iter().chain(depots());
        let back = [(String::new(), "Where they started"), (NEAREST.to_owned(), "Wherever is nearest")];
        let ends = back.map(|(code, words)| (code, words.to_owned())).into_iter().chain(depots());
        view! {
            <Choice label="Carts start at" name="start" options=starts.collect() picked=walking.start said />
            <Choice label="Carts are handed in at" name="end" options=ends.collect() picked=walking.end said />
        }
    });
    view! {
        <section class="card">
            <h2>"Walking"</h2>
            <div class="plan-fields">
                {places}
                <Stepper label="Heavy first, from kilos, 0 = no" name="heavy" value=walking.heavy max=HEAVY_MAX_G / 1_000 said />
            </div>
        </section>
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

fn buttons(send: Send) -> AnyView {
    let pending = send.pending();
    let busy = move || pending.get();
    view! {
        <button class="btn primary" aria-busy=move || busy().then_some("true") disabled=busy>{Icon::Wave.view()} "Plan a wave"</button>
        <button
            type="button"
            class="btn"
            disabled=busy
            on:click=move |_| {
                send.dispatch(true);
            }
        >
            "Plan and release"
        </button>
    }
    .into_any()
}
