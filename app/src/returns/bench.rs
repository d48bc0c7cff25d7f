//! `/floor/returns`: the returns bench. Scan an RMA or its order, scan what comes out of the parcel, grade it, done. What nobody
//! announced is kept as an unidentified return.

use domain::ids::SiteId;
use domain::people::{PeopleRefusal, Permission};
use domain::returns::{BenchFound, BenchLine, BenchSheet, QueueFilter, ReceiveUnidentified, ReturnBrief, Stage};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;

use super::api::{read_bench, read_queue};
use super::grade::panel;
use super::hand::{Bench, Unannounced};
use super::parts::stage_chip;
use crate::door::{Said, live, visit};
use crate::sites::here;
use crate::ui::{
    Band, Chip, Empty, Field, Heard, Icon, ManualCode, Refusal, Skeleton, Stepper, Tone, answer_scan, beyond, counted, failed,
    kept, on_label_in_turn,
};

/// For whoever takes returns in or grades them; to everyone else it says so, and shows no one's name.
#[component]
pub fn ReturnsBenchPage() -> impl IntoView {
    let mays = visit().may(Permission::ReturnsReceive) || visit().may(Permission::ReturnsInspect);
    let inside = if mays { bench_page() } else { failed(&not_allowed()) };
    view! {
        <Title text="Returns bench" />
        <div class="task">
            <div class="task-head"><h1>"Returns bench"</h1></div>
            {inside}
        </div>
    }
    .into_any()
}

fn not_allowed() -> Said {
    Said::here(&PeopleRefusal::NotAllowed { permission: Permission::ReturnsReceive })
}

fn bench_page() -> AnyView {
    let query = use_query_map();
    let rma = move || query.with(|query| query.get("rma").unwrap_or_default());
    let (site, again) = (here(), RwSignal::new(0_u32));
    let band = RwSignal::new(Heard::Ask("Scan the RMA or the order on the parcel".to_owned()));
    let bench = Bench::new(band, again);
    let fresh = live(&["return"]);
    let answer = Resource::new(
        move || (site.get(), rma(), again.get(), fresh.get()),
        |(site, rma, ..)| async move {
            match site.filter(|_| !rma.is_empty()) {
                Some(site) => read_bench(site, rma).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let go = use_navigate();
    let behind = on_label_in_turn(band, bench.sending, move |code| {
        if bench.hear(&code, site.get_untracked()) {
            return;
        }
        let go = go.clone();
        let open = move |code: &str| {
            go(&format!("/floor/returns?rma={}", Url::escape(code)), leptos_router::NavigateOptions::default());
        };
        match (bench.sheet.get_untracked(), site.get_untracked()) {
            // A return is at hand: only another one takes its place.
            (Some(sheet), Some(site)) => bench.other(sheet, site, code, open),
            (None, Some(site)) => bench.begin(site, code, open),
            (_, None) => open(&code),
        }
    });
    let view = move || {
        Suspend::new(async move {
            let answered = answer.await;
            kept(move || match answered {
                Ok(Some(BenchFound::One(sheet))) => {
                    bench.take(*sheet);
                    let face = move || bench.sheet.get().map(|sheet| screen(&sheet, bench));
                    view! { {face} }.into_any()
                }
                Ok(Some(BenchFound::Several(briefs))) => {
                    bench.sheet.set(None);
                    several(&briefs)
                }
                Ok(None) => idle(site, bench),
                Err(said) => unknown(&said, rma(), site, bench),
            })
        })
    };
    view! {
        <div class="task-body">
            <Band heard=band behind />
            <Transition fallback=|| view! { <Skeleton /> }>{view}</Transition>
        </div>
        <div class="task-foot">
            <ManualCode label="Type a code" />
            <A href="/floor/returns" attr:class="btn">"Next parcel"</A>
        </div>
    }
    .into_any()
}

fn screen(sheet: &BenchSheet, bench: Bench) -> AnyView {
    let at = bench.line.get().min(sheet.lines.len().saturating_sub(1));
    let lines = sheet.lines.iter().enumerate().map(|(nth, line)| tab(nth, line, at, bench)).collect_view();
    let body = sheet.lines.get(at).map(|line| line_body(line, sheet.site, sheet.stage, bench));
    view! {
        <div class="row-between">
            <span><span class="strong">{sheet.number.clone()}</span> " " <span class="muted">{format!("{} · {}", sheet.order_number, sheet.customer)}</span></span>
            {stage_chip(sheet.stage)}
        </div>
        <ul class="pack-lines" role="list">{lines}</ul>
        {body}
    }
    .into_any()
}

/// A line to choose, with how far it has come.
fn tab(nth: usize, line: &BenchLine, at: usize, bench: Bench) -> AnyView {
    let sheet = &line.sheet;
    let whole = sheet.quantity_inspected == sheet.quantity;
    let class = match (whole, nth == at) {
        (true, _) => "pack-line whole bench-line",
        (_, true) => "pack-line bench-line next",
        _ => "pack-line bench-line",
    };
    let choose = move |_| {
        bench.grading.clear();
        bench.said.set(None);
        bench.line.set(nth);
    };
    view! {
        <li>
            <button type="button" class=class aria-pressed=if nth == at { "true" } else { "false" } on:click=choose>
                <span class="grow">
                    <b>{sheet.name.clone()}</b>
                    {(!sheet.variant.is_empty()).then(|| view! { <span class="variant">{sheet.variant.clone()}</span> })}
                    <span class="muted small">{format!("{} · {}", sheet.sku_code, sheet.reason.words())}</span>
                </span>
                <span class="small">{format!("{} of {} in", sheet.quantity_received, sheet.quantity)}</span>
                <Chip text=format!("{} inspected", sheet.quantity_inspected) tone=if whole { Tone::Ok } else { Tone::Plain } />
            </button>
        </li>
    }
    .into_any()
}

/// What to do with the line at hand: receive what is still to come, grade what stands here.
fn line_body(line: &BenchLine, site: SiteId, stage: Stage, bench: Bench) -> AnyView {
    let left = line.sheet.quantity - line.sheet.quantity_received;
    let open = matches!(stage, Stage::Awaiting | Stage::ToInspect | Stage::Refunding);
    let note = (!line.sheet.note.is_empty()).then(|| format!("The customer says: “{}”", line.sheet.note));
    let receive =
        (left > 0 && open && visit().may(Permission::ReturnsReceive)).then(|| receive_card(line.clone(), left, site, bench));
    let inspect =
        visit().may(Permission::ReturnsInspect).then(|| line.waiting.first().map(|waiting| panel(line, waiting, bench)));
    view! {
        {note.map(|note| view! { <p class="banner">{Icon::Person.view()}<span>{note}</span></p> })}
        {receive}
        {inspect}
    }
    .into_any()
}

fn receive_card(line: BenchLine, left: i32, site: SiteId, bench: Bench) -> AnyView {
    let units = RwSignal::new(left);
    // A scan counts its pack; a number is the bench's own to get right.
    let receive = move |_| match beyond(units.get_untracked(), 1, left, "quantity") {
        Some(said) => answer_scan(bench.band, Heard::wrong(&said)),
        None => bench.receive(line.clone(), units.get_untracked(), site),
    };
    view! {
        <section class="card" aria-label="Receive">
            <div class="row-between">
                <Stepper
                    label=format!("Units in the parcel ({left} announced)")
                    name="quantity"
                    value=units
                    min=1
                    max=Signal::stored(left)
                    said=bench.said
                />
                <button type="button" class="btn primary" data-act="receive" on:click=receive>
                    {move || format!("Receive {}", units.get())}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// An order with several returns: which one is it?
fn several(briefs: &[ReturnBrief]) -> AnyView {
    let row = |brief: &ReturnBrief| {
        let (href, number, stage, units) =
            (format!("/floor/returns?rma={}", brief.number), brief.number.clone(), brief.stage, brief.units);
        view! {
            <li>
                <A href=href attr:class="floor-cart">
                    <span class="row-between"><b>{number}</b> {stage_chip(stage)}</span>
                    <span class="small muted">{counted(units, "unit", "units")}</span>
                </A>
            </li>
        }
    };
    view! {
        <h2>"Which return is it?"</h2>
        <ul class="floor-carts" role="list">{briefs.iter().map(row).collect_view()}</ul>
    }
    .into_any()
}

/// Nothing scanned: what stands here and waits for the bench.
fn idle(site: Signal<Option<SiteId>>, bench: Bench) -> AnyView {
    bench.sheet.set(None);
    bench.first("");
    let fresh = live(&["return"]);
    let filter = QueueFilter { stage: Some(Stage::ToInspect), ..QueueFilter::default() };
    let queue = Resource::new(move || fresh.get(), move |_| read_queue(filter.clone()));
    let waiting = move || {
        Suspend::new(async move {
            let rows = queue.await.map(|queue| queue.rows).unwrap_or_default();
            if rows.is_empty() {
                return view! {
                    <div class="card">
                        <Empty title="The bench is free" words="Scan the parcel that came: its RMA, or its order's number." icon=Icon::Return />
                    </div>
                }
                .into_any();
            }
            let row = |row: domain::returns::ReturnRow| {
                let (href, number) = (format!("/floor/returns?rma={}", row.number), row.number);
                let words =
                    format!("{} · {} of {} in, {} inspected", row.customer, row.units_received, row.units, row.units_inspected);
                view! {
                    <li>
                        <A href=href attr:class="floor-cart"><b>{number}</b> <span class="small muted">{words}</span></A>
                    </li>
                }
            };
            view! {
                <h2>"Waiting to be inspected"</h2>
                <ul class="floor-carts" role="list">{rows.into_iter().map(row).collect_view()}</ul>
            }
            .into_any()
        })
    };
    view! {
        {move || site.get().is_none().then(|| view! { <p class="banner warn">{Icon::Alert.view()}<span>"Choose a site above first."</span></p> })}
        <Transition fallback=|| view! { <Skeleton /> }>{waiting}</Transition>
        {unidentified(String::new(), site, bench)}
    }
    .into_any()
}

/// A scan nobody knows: keep the parcel as an unidentified return, so that it is not lost.
fn unknown(said: &Said, scan: String, site: Signal<Option<SiteId>>, bench: Bench) -> AnyView {
    bench.sheet.set(None);
    if said.code() != "unknown_scan" {
        return failed(said);
    }
    if bench.first(&scan) {
        let words = said.words();
        Effect::new(move |_| answer_scan(bench.band, Heard::Wrong { words: words.clone(), detail: String::new() }));
    }
    unidentified(scan, site, bench)
}

fn unidentified(scan: String, site: Signal<Option<SiteId>>, bench: Bench) -> AnyView {
    let Unannounced { kept, note, keep, said } = bench.unannounced();
    let open = !scan.is_empty();
    let label = if scan.is_empty() { "A parcel without a number".to_owned() } else { format!("Nobody announced “{scan}”") };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(site) = site.get_untracked() {
            keep.dispatch(ReceiveUnidentified { site, scanned: scan.clone(), note: note.get_untracked() });
        }
    };
    let kept = move || kept.get().map(|number| format!("Kept as {number}: write it on the parcel."));
    view! {
        <details class="card" open=open>
            <summary class="strong">{label}</summary>
            <form class="form" novalidate on:submit=submit>
                <Refusal said fields=&["note"] />
                <Field label="What is in it, and who from?" name="note" typed=note maxlength=300_u32 said />
                <button class="btn" disabled=move || keep.pending().get()>"Keep as unidentified return"</button>
            </form>
            {move || kept().map(|words| view! { <p class="banner ok">{Icon::Check.view()}<span>{words}</span></p> })}
        </details>
    }
    .into_any()
}
