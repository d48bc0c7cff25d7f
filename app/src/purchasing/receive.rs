//! `/floor/receive`: the dock. Scan an order or a delivery, then each item as it comes off; a scanned bin is where the next ones go.

use domain::ids::SiteId;
use domain::people::{PeopleRefusal, Permission};
use domain::purchasing::{AnnouncedLot, AwaitedLine, Bench};
use domain::reasons::{Code, Process, Reason};
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;

use super::api::read_bench;
use super::hand::{Face, Hand};
use super::parts::{as_what, standing_chip};
use crate::door::{Said, live, visit};
use crate::reasons::in_use;
use crate::sites::here;
use crate::ui::{
    Band, Chip, Empty, Field, Heard, Icon, ManualCode, Refused, Skeleton, Stepper, Tone, answer_scan, beyond, failed,
    on_label_in_turn,
};

/// Units one press may receive: a pallet of small things.
const PRESS_MAX: i32 = 100_000;

#[component]
pub fn ReceivePage() -> impl IntoView {
    let mays = visit().may(Permission::StockReceive);
    let inside =
        if mays { dock_page() } else { failed(&Said::here(&PeopleRefusal::NotAllowed { permission: Permission::StockReceive })) };
    view! {
        <Title text="Receive" />
        <div class="task">
            <div class="task-head"><h1>"Receive"</h1></div>
            {inside}
        </div>
    }
    .into_any()
}

/// Why what is missing may be missing.
#[derive(Clone, Copy)]
struct Shortages(Signal<Vec<Reason>>);

fn dock_page() -> AnyView {
    let query = use_query_map();
    let scan = move || query.with(|query| query.get("scan").unwrap_or_default());
    let (site, again) = (here(), RwSignal::new(0_u32));
    let band = RwSignal::new(Heard::Ask("Scan the order or the delivery note".to_owned()));
    let hand = Hand::new(band, again);
    // Asked for once, whatever is scanned.
    provide_context(Shortages(in_use(Process::Shortage)));
    let fresh = live(&["purchase", "delivery"]);
    hand.ask(untrack(scan));
    Effect::new(move |_| hand.ask(scan()));
    let answer = Resource::new(
        move || (site.get(), scan(), again.get(), fresh.get()),
        |(site, scan, ..)| async move {
            let answered = match site.filter(|_| !scan.is_empty()) {
                Some(site) => read_bench(site, scan.clone()).await.map(Some),
                None => Ok(None),
            };
            (scan, answered)
        },
    );
    let go = use_navigate();
    let behind = on_label_in_turn(band, hand.sending, move |code| {
        let go = go.clone();
        hand.hear(code, site.get_untracked(), move |code| {
            if untrack(scan) == code {
                return again.update(|again| *again += 1);
            }
            go(&format!("/floor/receive?scan={}", Url::escape(code)), leptos_router::NavigateOptions::default());
        });
    });
    Effect::new(move |_| {
        let Some((code, answered)) = answer.get() else { return };
        untrack(|| {
            if let Some(said) = answered.as_ref().err().filter(|said| said.code() == "unknown_delivery")
                && hand.first(&code)
            {
                hand.unknown(said);
            }
            hand.answer(&code, answered);
        });
    });
    // Drawn once: what is open or typed outlives every answer. Those after the first are heard above.
    let view = move || {
        Suspend::new(async move {
            let (code, answered) = ScopedFuture::new_untracked(answer.into_future()).await;
            hand.answer(&code, answered);
            view! { {move || face(site, hand)} }.into_any()
        })
    };
    view! {
        <div class="task-body">
            <Band heard=band behind />
            <Transition fallback=|| view! { <Skeleton /> }>{view}</Transition>
        </div>
        <div class="task-foot">
            <ManualCode label="Type a code" />
            <A href="/floor/receive" attr:class="btn">"Next delivery"</A>
        </div>
    }
    .into_any()
}

fn face(site: Signal<Option<SiteId>>, hand: Hand) -> AnyView {
    match hand.face.get() {
        Face::Free => free(site),
        Face::Order => screen(hand),
        Face::Unknown(said) => unknown(&said),
    }
}

/// The order at hand. A fresh answer changes what it says; what is typed about the line at hand, and what is open, is left alone.
fn screen(hand: Hand) -> AnyView {
    let head = move || hand.bench.with(|bench| bench.as_ref().map(|bench| head(bench, hand)));
    let lines = move || {
        let at = hand.line.get();
        let all = |bench: &Bench| bench.lines.iter().enumerate().map(|(nth, line)| tab(nth, line, at, hand)).collect_view();
        hand.bench.with(|bench| bench.as_ref().map(all))
    };
    let known = move || {
        let line = |bench: &Bench| bench.lines.get(hand.line.get()).filter(|_| bench.standing.open()).cloned();
        hand.bench.with(|bench| bench.as_ref().and_then(line))
    };
    let awaited = Memo::new(move |_| known().map_or(0, |line| line.quantity - line.received));
    let of = Memo::new(move |_| known().map(|line| AwaitedLine { received: 0, ..line }));
    let body = move || of.get().map(|line| at_hand(&line, awaited, hand));
    view! {
        {head}
        <ul class="pack-lines" role="list">{lines}</ul>
        {body}
    }
    .into_any()
}

fn head(bench: &Bench, hand: Hand) -> AnyView {
    let delivery = bench.delivery.as_ref().map(|(_, number)| format!(" · {number}"));
    let dock = bench.dock.clone();
    let into = move || {
        let bin = hand.bin.get();
        if bin.is_empty() { dock.clone() } else { bin }
    };
    let receipt = move || Some(hand.number.get()).filter(|number| !number.is_empty()).map(|number| format!(" · {number}"));
    view! {
        <div class="row-between">
            <span>
                <span class="strong">{bench.number.clone()}</span> " "
                <span class="muted">{bench.supplier.clone()} {delivery} {receipt}</span>
            </span>
            {standing_chip(bench.standing)}
        </div>
        {bench.standing.open()
            .then(|| {
                view! {
                    <p class="way">
                        <span class="muted small">"Into"</span>
                        <b data-into>{into}</b>
                    </p>
                }
            })}
    }
    .into_any()
}

/// A line to choose, with how far it has come.
fn tab(nth: usize, line: &AwaitedLine, at: usize, hand: Hand) -> AnyView {
    let whole = line.received >= line.quantity || line.closed;
    let class = match (whole, nth == at) {
        (true, _) => "pack-line whole bench-line",
        (_, true) => "pack-line bench-line next",
        _ => "pack-line bench-line",
    };
    let choose = move |_| {
        hand.said.set(None);
        hand.at_line(nth);
    };
    let state = match (line.closed, line.received.cmp(&line.quantity)) {
        (true, _) => view! { <Chip text="Closed short" tone=Tone::Warn /> }.into_any(),
        (_, std::cmp::Ordering::Greater) => view! { <Chip text="Over" tone=Tone::Warn /> }.into_any(),
        _ => ().into_any(),
    };
    let announced = line.announced.map(|units| {
        view! { <span class="muted small" data-announced=units.to_string()>{format!("Announced {units}")}</span> }
    });
    view! {
        <li>
            <button
                type="button"
                class=class
                data-line=line.sku_code.clone()
                aria-pressed=if nth == at { "true" } else { "false" }
                on:click=choose
            >
                <span class="grow">
                    <b>{line.sku_name.clone()}</b>
                    <span class="muted small code">{line.sku_code.clone()}</span>
                    {announced}
                </span>
                {state}
                <span class="pack-count"><b>{line.received}</b><span class="muted">{format!("of {}", line.quantity)}</span></span>
            </button>
        </li>
    }
    .into_any()
}

/// The line at hand, by number instead of by scan.
fn at_hand(line: &AwaitedLine, awaited: Memo<i32>, hand: Hand) -> AnyView {
    let (units, line) = (hand.units, line.clone());
    let code = line.sku_code.clone();
    let short = line.clone();
    let receive = move |_| match beyond(units.get_untracked(), 1, PRESS_MAX, "quantity") {
        Some(said) => answer_scan(hand.band, Heard::wrong(&said)),
        None => hand.receive(line.clone(), code.clone(), (units.get_untracked(), 1), hand.marks()),
    };
    let apart = line_marks(&short, hand);
    view! {
        <section class="card" aria-label="The item at hand">
            {as_what(hand.condition, hand.fault, hand.said)}
            {apart}
            <div class="row-between">
                <Stepper label="Units" name="quantity" value=units min=1 max=Signal::stored(PRESS_MAX) said=hand.said />
                <button type="button" class="btn primary" data-act="receive" disabled=move || hand.sending.get() on:click=receive>
                    {move || format!("Receive {}", units.get())}
                </button>
            </div>
        </section>
        <Show when=move || { awaited.get() > 0 }>{no_more(short.clone(), awaited, hand)}</Show>
    }
    .into_any()
}

/// What has to be said of units that are told apart; a label says it by itself. The lot stays for the next scan of the line.
fn line_marks(line: &AwaitedLine, hand: Hand) -> AnyView {
    let (policy, typed) = (line.policy, hand.typed());
    let said: Refused = hand.said.into();
    let lot = policy.lot.then(|| {
        view! { <Field label="Lot" name="lot" typed=typed.lot value=typed.lot.get_untracked() maxlength=20_u32 autocomplete="off" said /> }
    });
    let days = (policy.lot && (policy.expiry || policy.shelf_life_days.is_some())).then(|| {
        let made = policy.shelf_life_days.map(|_| {
            view! { <Field label="Made on" name="made_on" kind="date" typed=typed.made value=typed.made.get_untracked() said /> }
        });
        view! {
            <Field label="Good until" name="expires_on" kind="date" typed=typed.expires value=typed.expires.get_untracked() said />
            {made}
        }
    });
    let serials = policy.serial.then(|| {
        view! {
            <Field
                label="Serials"
                name="serials"
                hint="Scan each after its item, or type them with commas between."
                typed=typed.serials
                value=typed.serials.get_untracked()
                autocomplete="off"
                said
            />
        }
    });
    let lots = announced_lots(line, hand);
    policy.tracked().then(|| view! { <div class="form" data-marks>{lots} {lot} {days} {serials}</div> }).into_any()
}

/// Where more than one lot was announced, one press says which the next units are of.
fn announced_lots(line: &AwaitedLine, hand: Hand) -> AnyView {
    if line.lots.len() < 2 {
        return ().into_any();
    }
    let typed = hand.typed();
    let one = |lot: &AnnouncedLot| {
        let (said, lot) = (lot.lot.clone(), lot.clone());
        let words = format!("{} · {}", lot.lot, lot.quantity);
        let pressed = move || if typed.lot.with(|typed| *typed == said) { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="btn toggle"
                aria-pressed=pressed
                data-lot=lot.lot.clone()
                on:click=move |_| hand.of_lot(&lot)
            >
                {words}
            </button>
        }
    };
    let all = line.lots.iter().map(one).collect_view();
    view! { <div class="row" role="group" aria-label="Announced lots">{all}</div> }.into_any()
}

/// The rest of a line will not come: it is closed short, with a reason.
fn no_more(line: AwaitedLine, awaited: Memo<i32>, hand: Hand) -> AnyView {
    let one = move |reason: Reason| {
        let (line, code) = (line.clone(), Code(reason.code.clone()));
        let close = move |_| hand.close_short(line.clone(), code.clone());
        let busy = move || hand.sending.get();
        view! { <button type="button" class="btn" data-short=reason.code disabled=busy on:click=close>{reason.words}</button> }
    };
    let known = use_context::<Shortages>().map_or_else(|| in_use(Process::Shortage), |known| known.0);
    let all = move || known.get().into_iter().map(one.clone()).collect_view();
    let card = NodeRef::<leptos::html::Details>::new();
    let turned = move |_| {
        if let Some(card) = card.get_untracked() {
            hand.ending.set(card.open());
        }
    };
    view! {
        <details class="card" node_ref=card prop:open=move || hand.ending.get() on:toggle=turned>
            <summary class="strong">{move || format!("No more will come: {} missing", awaited.get())}</summary>
            <p class="small muted">"The line is closed and what is missing is claimed of the supplier. Why is it missing?"</p>
            <div class="row">{all}</div>
        </details>
    }
    .into_any()
}

/// Nothing scanned yet.
fn free(site: Signal<Option<SiteId>>) -> AnyView {
    view! {
        {move || site.get().is_none().then(|| view! { <p class="banner warn">{Icon::Alert.view()}<span>"Choose a site above first."</span></p> })}
        <div class="card">
            <Empty title="The dock is free" words="Scan the order's number, the delivery's, or the supplier's own." icon=Icon::Dock />
        </div>
    }
    .into_any()
}

/// A scan nobody knows.
fn unknown(said: &Said) -> AnyView {
    if said.code() != "unknown_delivery" {
        return failed(said);
    }
    view! {
        <div class="card">
            <Empty title="Not known here" words="Look for another number on the papers: the order's, or the supplier's own." icon=Icon::Search />
        </div>
    }
    .into_any()
}
