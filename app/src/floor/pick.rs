//! `/floor/pick/:trip`: one cart's walk, one bin at a time.

use domain::floor::pick::{self, Hand, Step};
use domain::floor::{SlotSheet, TaskSheet, TripSheet};
use domain::reasons::{Process, Reason};
use domain::waves::Method;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::api::read_trip;
use super::walk::{Walk, bare_slot, current, following};
use crate::door::{live, visit};
use crate::reasons::in_use;
use crate::ui::{Band, Empty, Icon, ManualCode, Meter, Tone, loaded_page, on_label, told_apart};

#[component]
pub fn PickPage() -> impl IntoView {
    let params = use_params_map();
    let again = RwSignal::new(0_u32);
    // Cancelled waves must show; our own picks are known already.
    let fresh = live(&["wave"]);
    let asked = move || (params.with(|params| params.get("trip").unwrap_or_default()), fresh.get(), again.get());
    let answer = Resource::new(asked, |(trip, ..)| read_trip(trip));
    let walk = Walk::new(again);
    on_label(move |code| walk.hear(&code));
    let show = move |sheet: TripSheet| {
        walk.take(sheet);
        view! { {move || walk.sheet.get().map(|sheet| screen(&sheet, walk))} }.into_any()
    };
    view! {
        <Title text="Pick" />
        <div class="task scan">
            // Outside of what is drawn again: it changes in the same breath as the task does.
            <div class="task-band">
                <Band heard=walk.band />
                {move || walk.emptied.get().map(|(count, bin)| emptied(count, bin, walk))}
            </div>
            <div class="task-live">{loaded_page(answer, show)}</div>
        </div>
    }
    .into_any()
}

/// A bin that should be empty by the books: one press says that it is.
fn emptied(count: domain::ids::CountId, bin: String, walk: Walk) -> AnyView {
    let (yes, no) = (bin.clone(), bin.clone());
    view! {
        <section class="card" role="group" aria-label="Is the bin empty?" data-zero-check=bin.clone()>
            <p class="strong">{format!("Bin {bin} should be empty now. Is it?")}</p>
            <div class="row">
                <button type="button" class="btn primary" on:click=move |_| walk.say_empty(count, yes.clone(), true)>"It is empty"</button>
                <button type="button" class="btn" on:click=move |_| walk.say_empty(count, no.clone(), false)>"Something is there"</button>
            </div>
        </section>
    }
    .into_any()
}

fn screen(sheet: &TripSheet, walk: Walk) -> AnyView {
    let (body, foot) = if !walk.is_mine(sheet) {
        offer(sheet, walk)
    } else if let Some(slot) = bare_slot(sheet) {
        (tote_wanted(sheet, slot), manual("Type the tote's code"))
    } else if let Some(task) = current(sheet) {
        (task_body(sheet, task, walk), task_foot(task, walk))
    } else {
        (finished(sheet), undo_only(walk))
    };
    view! {
        {head(sheet, walk)}
        <div class="task-body">{body}</div>
        <div class="task-foot">{foot}</div>
    }
    .into_any()
}

fn head(sheet: &TripSheet, walk: Walk) -> AnyView {
    let units: i32 = sheet.tasks.iter().map(|task| task.quantity).sum();
    let done: i32 = sheet.tasks.iter().map(|task| if task.done { task.quantity } else { task.quantity - pick::left(task) }).sum();
    let trip = sheet.trip;
    let leave = walk.is_mine(sheet).then(|| {
        view! { <button type="button" class="btn quiet" on:click=move |_| walk.leave(trip)>"Leave the cart"</button> }
    });
    view! {
        <div class="task-head">
            <div class="row-between">
                <h1>{format!("{} · Cart {}", sheet.wave_number, sheet.trip_no)}</h1>
                <span class="row">
                    <span class="strong" data-progress>{format!("{done} of {units}")}</span>
                    {leave}
                </span>
            </div>
            <Meter label="Units picked on this walk" done=done.into() of=units.into() tone=Tone::Ok />
        </div>
    }
    .into_any()
}

/// Someone else's cart, or nobody's yet.
fn offer(sheet: &TripSheet, walk: Walk) -> (AnyView, AnyView) {
    let (trip, taken) = (sheet.trip, sheet.person.is_some());
    let open = current(sheet).is_some();
    let way = way_words(sheet).map_or_else(String::new, |way| format!(" {way}"));
    let words = format!("{} orders, {} stops, {} m on foot.{way}", sheet.slots.len(), sheet.tasks.len(), sheet.metres);
    let title = match (taken, open) {
        (_, false) => "This walk is finished",
        (true, true) => "Someone else walks this cart",
        (false, true) => "This cart waits for you",
    };
    let body = view! { <div class="card"><Empty title words icon=Icon::Cart /></div> }.into_any();
    let foot = if open && !taken {
        view! { <button type="button" class="btn primary" on:click=move |_| walk.claim(trip)>"Take this cart"</button> }
            .into_any()
    } else {
        view! { <a class="btn primary" href="/floor">"See other work"</a> }.into_any()
    };
    (body, foot)
}

/// Where the cart starts and is handed in, unless that is where it always is.
fn way_words(sheet: &TripSheet) -> Option<String> {
    match (sheet.start.as_str(), sheet.end.as_str()) {
        ("", "") => None,
        ("", end) => Some(format!("Hand it in at {end}.")),
        (start, "") => Some(format!("Start at {start}, and bring it back there.")),
        (start, end) => Some(format!("Start at {start}, hand it in at {end}.")),
    }
}

/// Picked together, parted at the bench: one tote for all of the walk's orders.
fn shared(sheet: &TripSheet) -> bool {
    sheet.method == Method::Batch.code()
}

fn tote_wanted(sheet: &TripSheet, slot: &SlotSheet) -> AnyView {
    let words = if shared(sheet) {
        format!("An empty tote for all {} orders of this walk", sheet.slots.len())
    } else {
        format!("An empty tote for order {}", slot.order_number)
    };
    view! {
        <section class="card next">
            <p class="muted strong">"Slot"</p>
            <p class="count-big">{slot.slot}</p>
            <p>{words}</p>
        </section>
    }
    .into_any()
}

fn manual(label: &'static str) -> AnyView {
    view! { <ManualCode label /> }.into_any()
}

/// Where, what, how many, and into which tote; the card that the next scan belongs to is framed.
fn task_body(sheet: &TripSheet, task: &TaskSheet, walk: Walk) -> AnyView {
    let hand = walk.hand_for(task.task);
    let step = hand.step(task);
    let framed = |own: Step| if step == own { "card next" } else { "card" };
    let place = place_words(task);
    let then = following(sheet).map(|next| format!("then {}", next.bin_code));
    let told = |slot: &&SlotSheet| !shared(sheet) || slot.slot == task.slot;
    let all = shared(sheet).then(|| format!("{} orders", sheet.slots.len()));
    let slots = sheet.slots.iter().filter(told).map(|slot| slot_tile(slot, all.clone(), task, step)).collect_view();
    view! {
        <section class=framed(Step::Bin) data-card="bin">
            <div class="row-between">
                <p class="place-code" data-bin>{task.bin_code.clone()}</p>
                <p class="muted">{place} <br /> {then}</p>
            </div>
        </section>
        <section class=if matches!(step, Step::Lot | Step::Serial) { "card next" } else { framed(Step::Item) } data-card="item">
            <div class="item">
                <span class="photo">{Icon::Box.view()}</span>
                <div class="stack-tight grow">
                    <h2>{task.sku_name.clone()}</h2>
                    <p class="muted code">{task.sku_code.clone()}</p>
                    {(!task.variant.is_empty()).then(|| view! { <p><span class="variant">{task.variant.clone()}</span></p> })}
                    {told_apart(&task.lots, task.by_serial, &task.serials, &hand.marks)}
                    {count(task, &hand, walk)}
                </div>
            </div>
        </section>
        <ul class="slots" role="list" aria-label="Totes on the cart">{slots}</ul>
        {move || walk.shorting.get().then(|| reasons(task_id(walk), walk))}
    }
    .into_any()
}

fn task_id(walk: Walk) -> domain::ids::TaskId {
    walk.sheet.with_untracked(|sheet| sheet.as_ref().and_then(current).map(|task| task.task)).unwrap_or_default()
}

/// `Aisle 3, right side, level 2`
fn place_words(task: &TaskSheet) -> String {
    let Some(aisle) = task.aisle else { return "Not on the map".to_owned() };
    let side = task.side.clone().unwrap_or_default();
    format!("Aisle {aisle}, {side} side, level {}", task.level + 1)
}

/// How many are left to take, or in the hand once the item is known; then the number can be set by hand too.
fn count(task: &TaskSheet, hand: &Hand, walk: Walk) -> AnyView {
    let left = pick::most(task, hand);
    if hand.item.is_none() || task.by_serial || matches!(hand.step(task), Step::Lot) {
        return view! {
            <p class="row"><span class="count-big" data-count>{left}</span> <span class="muted">{format!("of {} to take", task.quantity)}</span></p>
            {(hand.units > 0).then(|| view! { <p class="strong">{format!("{} in hand", hand.units)}</p> })}
        }
        .into_any();
    }
    let units = hand.units;
    let (less, more) = (task.clone(), task.clone());
    view! {
        <div class="row">
            <button type="button" class="btn square" aria-label="One less" disabled=units <= 1 on:click=move |_| walk.set_units(&less, units - 1)>
                {Icon::Minus.view()}
            </button>
            <span class="count-big" data-count>{units}</span>
            <button type="button" class="btn square" aria-label="One more" disabled={units >= left} on:click=move |_| walk.set_units(&more, units + 1)>
                {Icon::Plus.view()}
            </button>
            <span class="muted">{format!("in hand, of {left} to take")}</span>
        </div>
    }
    .into_any()
}

/// A tote on the cart, and whose it is: its slot's order's, or where it is shared `all` of them.
fn slot_tile(slot: &SlotSheet, all: Option<String>, task: &TaskSheet, step: Step) -> AnyView {
    let own = slot.slot == task.slot;
    let class = match (own, step) {
        (true, Step::Tote) => "slot own next",
        (true, _) => "slot own",
        _ => "slot",
    };
    let words = if own { format!("{} · put {}", slot.slot, pick::left(task)) } else { slot.slot.to_string() };
    view! {
        <li class=class>
            <b>{words}</b>
            <span>{slot.tote_code.clone().unwrap_or_default()}</span>
            <span class="muted small">{all.unwrap_or_else(|| slot.order_number.clone())}</span>
        </li>
    }
    .into_any()
}

fn reasons(task: domain::ids::TaskId, walk: Walk) -> AnyView {
    let known = in_use(Process::ShortPick);
    let one = move |reason: Reason| {
        let code = reason.code.clone();
        view! { <button type="button" class="btn danger" data-short=reason.code on:click=move |_| walk.short(task, &code)>{reason.words}</button> }
    };
    let buttons = move || known.get().into_iter().map(one).collect_view();
    view! {
        <section class="card" role="group" aria-label="Why is it short?">
            <p class="strong">"Why is it short? What is in the tote stays; the rest is found elsewhere or waits for stock."</p>
            <div class="row">{buttons}</div>
        </section>
    }
    .into_any()
}

fn task_foot(task: &TaskSheet, walk: Walk) -> AnyView {
    let (id, task_all) = (task.task, task.clone());
    let hand = walk.hand_for(id);
    let undoable = hand != Hand::default() || walk.last.with(Option::is_some);
    let left = pick::most(task, &hand);
    let all = (hand.step(task) == Step::Tote && !task.by_serial && hand.units < left).then(|| {
        view! { <button type="button" class="btn primary" on:click=move |_| walk.set_units(&task_all, left)>{format!("Take all {left}")}</button> }
    });
    view! {
        <button type="button" class="btn" disabled=!undoable on:click=move |_| walk.undo(Some(id))>{Icon::Undo.view()} "Undo"</button>
        <button type="button" class="btn" aria-pressed=move || walk.shorting.get().to_string() on:click=move |_| walk.shorting.update(|open| *open = !*open)>
            {Icon::Alert.view()}
            "Short"
        </button>
        <ManualCode />
        {all}
    }
    .into_any()
}

fn undo_only(walk: Walk) -> AnyView {
    let undoable = walk.last.with(Option::is_some);
    view! {
        <button type="button" class="btn" disabled=!undoable on:click=move |_| walk.undo(None)>{Icon::Undo.view()} "Undo"</button>
        <a class="btn primary" href="/floor">"Next work"</a>
    }
    .into_any()
}

fn finished(sheet: &TripSheet) -> AnyView {
    let words = if sheet.end.is_empty() {
        "Bring the totes to the packing bench.".to_owned()
    } else {
        format!("Hand the cart in at {}.", sheet.end)
    };
    let pack = visit().may(domain::people::Permission::Pack);
    view! {
        <div class="card">
            <Empty title="Every bin visited" words icon=Icon::Check>
                {pack.then(|| view! { <a class="btn" href="/floor/pack">"Pack them"</a> })}
            </Empty>
        </div>
    }
    .into_any()
}
