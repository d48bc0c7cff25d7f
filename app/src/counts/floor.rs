//! `/floor/count`: a bin's label begins its count, every item is scanned, and the end is said. Nothing on it tells what the books
//! expect.

use domain::counts::{CountSheet, FloorCount, FloorWork, ItemCounted, UnitToSee};
use leptos::prelude::*;
use leptos_meta::Title;

use super::api::read_floor_work;
use super::work::Work;
use crate::door::live;
use crate::sites::here;
use crate::ui::{Band, Chip, Empty, Icon, ManualCode, Stepper, Tone, loaded, on_label_in_turn};

#[component]
pub fn FloorCountPage() -> impl IntoView {
    let site = here();
    let (fresh, again) = (live(&["count", "stock"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_floor_work(site));
    let work = Work::new(site, again);
    let behind = on_label_in_turn(work.band, work.sending, move |code| work.hear(&code));
    let show = move |told: FloorWork| {
        work.take(told);
        let body = move || match work.sheet.get() {
            Some(sheet) => counting(&sheet, work),
            None => work.counts.with(|counts| to_count(counts)),
        };
        view! { {body} }.into_any()
    };
    view! {
        <Title text="Count" />
        <div class="task scan">
            <div class="task-head"><h1>"Count"</h1></div>
            <div class="task-body">
                <Band heard=work.band behind />
                {loaded(answer, show)}
            </div>
            <div class="task-foot">
                {move || work.sheet.with(Option::is_none).then(|| view! { <ManualCode label="Type the bin's code" /> })}
                {move || work.sheet.get().map(|sheet| foot(&sheet, work))}
            </div>
        </div>
    }
    .into_any()
}

/// Bins that wait, in walking order.
fn to_count(counts: &[FloorCount]) -> AnyView {
    if counts.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No bin waits to be counted" words="Any bin can be counted: scan its label." icon=Icon::Check />
            </div>
        }
        .into_any();
    }
    view! {
        <section class="stack-tight" aria-label="Bins to count">
            <h2>"Bins to count"</h2>
            <ul class="pack-lines" role="list">{counts.iter().map(bin).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn bin(count: &FloorCount) -> AnyView {
    let state = match (&count.person, count.barred, count.recount) {
        (Some(person), ..) => view! { <Chip text=person.clone() icon=Icon::Person /> }.into_any(),
        (None, true, _) => view! { <Chip text="You counted it: somebody else does" tone=Tone::Warn /> }.into_any(),
        (None, _, true) => view! { <Chip text="Count again" tone=Tone::Accent /> }.into_any(),
        _ => view! { <Chip text="Free" tone=Tone::Ok /> }.into_any(),
    };
    let note =
        if count.note.is_empty() { count.why.words().to_owned() } else { format!("{}: {}", count.why.words(), count.note) };
    view! {
        <li class="pack-line" data-count-bin=count.bin_code.clone()>
            <span class="grow">
                <b class="code">{count.bin_code.clone()}</b>
                <span class="muted small">{note}</span>
            </span>
            {state}
        </li>
    }
    .into_any()
}

fn counting(sheet: &CountSheet, work: Work) -> AnyView {
    let note = if sheet.recount { "Somebody counted it before you. Count it afresh." } else { sheet.why.words() };
    let current = sheet.items.first().map(|item| current(item, work));
    let rest = sheet.items.iter().skip(1).map(line).collect_view();
    let nothing = (sheet.items.is_empty() && sheet.units.is_empty())
        .then(|| view! { <p class="muted">"Nothing scanned yet. Is the bin empty? Then finish."</p> });
    view! {
        <section class="card" data-counting=sheet.bin_code.clone()>
            <div class="row-between">
                <p class="place-code">{sheet.bin_code.clone()}</p>
                <p class="muted small">{note}</p>
            </div>
            {nothing}
        </section>
        {units(sheet, work)}
        {current}
        <ul class="pack-lines" role="list" aria-label="Counted before">{rest}</ul>
    }
    .into_any()
}

/// Pallets, cartons and totes that stand here by the books: each label is scanned, or pressed. What stands in them is not counted.
fn units(sheet: &CountSheet, work: Work) -> AnyView {
    if sheet.units.is_empty() {
        return ().into_any();
    }
    let count = sheet.count;
    let line = |unit: &UnitToSee| {
        let (code, pressed, seen) = (unit.code.clone(), unit.code.clone(), unit.seen);
        let label = if seen { format!("{code} was seen: take it back") } else { format!("{code} is seen") };
        view! {
            <li class="pack-line" data-unit=code.clone() data-seen=seen.to_string()>
                <span class="grow"><b class="code">{code.clone()}</b> <span class="muted small">{unit.kind.words()}</span></span>
                <button
                    type="button"
                    class=if seen { "btn" } else { "btn primary big" }
                    aria-label=label
                    aria-pressed=seen.to_string()
                    disabled=move || work.sending.get()
                    on:click=move |_| work.see(count, pressed.clone(), !seen)
                >
                    {seen.then(|| Icon::Check.view())}
                    "Seen"
                </button>
            </li>
        }
    };
    view! {
        <section class="card" aria-label="Pallets, cartons and totes">
            <h2>"Standing here"</h2>
            <p class="muted">"Scan each label, or press it. Do not count what stands in them."</p>
            <ul class="pack-lines" role="list">{sheet.units.iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// The item scanned last: scanned once more it counts once more, or its number is typed.
fn current(item: &ItemCounted, work: Work) -> AnyView {
    let known = item.clone();
    // A unit with a number of its own is there, or is not.
    let most = if item.serial.is_empty() { 1_000_000 } else { 1 };
    let set = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        work.set_units(&known, work.typed.get_untracked());
    };
    let which = item.which();
    let which = (!which.is_empty()).then(|| view! { <p class="strong" data-which>{which}</p> });
    let variant = (!item.variant.is_empty()).then(|| view! { <p class="variant">{item.variant.clone()}</p> });
    view! {
        <section class="card next" data-count-item=item.code.clone()>
            <h2>{item.name.clone()}</h2>
            {variant}
            <p class="code muted">{item.code.clone()}</p>
            {which}
            <p class="count-big" data-count>{item.quantity}</p>
            <form class="form-row" novalidate on:submit=set>
                <Stepper label="Or type how many" name="quantity" value=work.typed max=most />
                <button class="btn" disabled=move || work.sending.get()>"That many"</button>
            </form>
        </section>
    }
    .into_any()
}

fn line(item: &ItemCounted) -> AnyView {
    view! {
        <li class="pack-line" data-count-item=item.code.clone()>
            <span class="grow"><b>{item.name.clone()}</b> <span class="muted code">{item.code.clone()}</span> " " {item.which()}</span>
            <span class="pack-count"><b>{item.quantity}</b></span>
        </li>
    }
    .into_any()
}

fn foot(sheet: &CountSheet, work: Work) -> AnyView {
    let count = sheet.count;
    let unseen = sheet.units.iter().filter(|unit| !unit.seen).count();
    let question = if unseen > 0 {
        format!("{unseen} not seen: is all the rest counted?")
    } else if sheet.items.is_empty() && sheet.units.is_empty() {
        "Is the bin empty?".to_owned()
    } else {
        "Is everything in the bin counted?".to_owned()
    };
    view! {
        <div class="row" hidden=move || work.ending.get()>
            <ManualCode label="Type the item's code" />
            <button type="button" class="btn" disabled=move || work.sending.get() on:click=move |_| work.leave(count)>"Leave it"</button>
            <button type="button" class="btn primary" disabled=move || work.sending.get() on:click=move |_| work.ending.set(true)>"Finish"</button>
        </div>
        <div class="row" role="group" aria-label=question hidden=move || !work.ending.get()>
            <span class="strong">{question.clone()}</span>
            <button type="button" class="btn primary" disabled=move || work.sending.get() on:click=move |_| work.finish(count)>"Yes, all of it"</button>
            <button type="button" class="btn" on:click=move |_| work.ending.set(false)>"Go on counting"</button>
        </div>
    }
    .into_any()
}
