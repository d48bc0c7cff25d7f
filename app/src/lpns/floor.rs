//! `/floor/units`: a pallet, carton or tote is scanned and shows what it holds; then where it goes is scanned. `?unit=` says which one is
//! in the hand.

use domain::lpns::{FillUnit, Held, UnitSheet, UnitTree};
use domain::stock::State;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::api::read_unit;
use super::make::NewUnitCard;
use super::work::Work;
use crate::door::live;
use crate::sites::here;
use crate::ui::{Band, Chip, Confirm, Empty, Icon, ManualCode, Send, Tone, grouped, loaded, on_scan};

#[component]
pub fn UnitsPage() -> impl IntoView {
    let (site, query, go) = (here(), use_query_map(), use_navigate());
    let label = Memo::new(move |_| query.with(|query| query.get("unit").unwrap_or_default()));
    let (fresh, again) = (live(&["unit", "stock"]), RwSignal::new(0_u32));
    let answer = Resource::new(
        move || (site.get(), label.get(), fresh.get(), again.get()),
        |(site, label, ..)| async move { if label.is_empty() { Ok(None) } else { read_unit(site, label).await.map(Some) } },
    );
    let work = Work::new(site, again);
    on_scan(move |code| {
        let go = go.clone();
        work.hear(code, move |address| go(address, NavigateOptions::default()));
    });
    let show = move |sheet: Option<UnitSheet>| {
        work.take(sheet.clone());
        sheet.map_or_else(|| none(work), |sheet| in_hand(&sheet, work))
    };
    view! {
        <Title text="Move" />
        <div class="task scan">
            <div class="task-head"><h1>"Pallets, cartons, totes"</h1></div>
            <div class="task-body">
                <Band heard=work.band />
                {loaded(answer, show)}
            </div>
            <div class="task-foot"><ManualCode /></div>
        </div>
    }
    .into_any()
}

/// Nothing in the hand.
fn none(work: Work) -> AnyView {
    view! {
        <div class="card">
            <Empty title="Scan a label" words="A pallet, carton or tote shows what it holds, and moves with all of it." icon=Icon::Box />
        </div>
        <NewUnitCard site=work.site code=work.fresh_label />
    }
    .into_any()
}

fn in_hand(sheet: &UnitSheet, work: Work) -> AnyView {
    let tree = &sheet.tree;
    let place = match &sheet.bin_code {
        Some(bin) => format!("{} {bin}", sheet.site_code),
        None => format!("{}, empty", sheet.site_code),
    };
    let inside = (!sheet.inside.is_empty())
        .then(|| view! { <p class="muted small">{format!("On {}", sheet.inside.join(", in it "))}</p> });
    let filled = move || {
        let bin = work.filled_from.get()?;
        Some(view! { <p class="muted small" data-filled-from=bin.clone()>{format!("Filled from {bin}")}</p> })
    };
    let holds = tree.units() > 0 || !tree.holds.is_empty();
    let body = if holds {
        view! { <ul class="unit-tree" role="list" aria-label=format!("What {} holds", tree.code)>{inner(tree)}</ul> }.into_any()
    } else {
        view! { <Empty title="It is empty" words="Scan the bin you fill it from, then each item or its case." icon=Icon::Box /> }
            .into_any()
    };
    let unpack = holds.then(|| {
        let yes = Callback::new(move |()| work.unpack());
        view! {
            <Confirm label="Unpack it" question="All that it holds stands loose in the bin then?" yes="Unpack it" on_yes=yes asking=work.asking busy=work.sending />
        }
    });
    view! {
        <section class="card next" data-unit-in-hand=tree.code.clone()>
            <p class="muted strong">{tree.kind.words()} " · " {place}</p>
            <p class="place-code">{tree.code.clone()}</p>
            {inside}
            {filled}
            <p class="count-big" data-units=tree.units()>{grouped(tree.units())}</p>
        </section>
        {move || work.unsaid.get().map(|fill| which(&fill, work))}
        <section class="card">{body}</section>
        <div class="row">
            {unpack}
            <A href="/floor/units" attr:class="btn">"Put it down"</A>
        </div>
    }
    .into_any()
}

/// Goods of several lots, or with numbers, stand where it is filled from: which go in.
fn which(fill: &FillUnit, work: Work) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        work.fill_those();
    };
    view! {
        <section class="card" data-which>
            <h2>{format!("Which {} of {}?", fill.quantity, fill.item_code)}</h2>
            <form class="form" novalidate on:submit=submit>
                {work.which.fields(Signal::stored(None))}
                <Send label="Put them in" class="btn" busy=work.sending />
            </form>
        </section>
    }
    .into_any()
}

/// What a unit holds: its goods, then other units with theirs.
fn inner(tree: &UnitTree) -> AnyView {
    let goods = tree.goods.iter().map(line).collect_view();
    let units = tree.holds.iter().map(|unit| {
        view! {
            <li class="unit-node" data-holds=unit.code.clone()>
                <p class="row-between">
                    <b class="code">{unit.code.clone()}</b>
                    <span class="muted small">{unit.kind.words()} " · " {grouped(unit.units())}</span>
                </p>
                <ul class="unit-tree" role="list" aria-label=format!("What {} holds", unit.code)>{inner(unit)}</ul>
            </li>
        }
    });
    view! { {goods} {units.collect_view()} }.into_any()
}

fn line(held: &Held) -> AnyView {
    let odd = (held.state != State::Sellable).then(|| view! { <Chip text=held.state.words() tone=Tone::Warn /> });
    let given = (held.allocated > 0).then(|| format!("{} for orders", grouped(held.allocated.into())));
    let apart = held.apart.words();
    let apart = (!apart.is_empty()).then(|| view! { <span class="small" data-apart=apart.clone()>{apart.clone()}</span> });
    view! {
        <li class="pack-line" data-content=held.sku_code.clone()>
            <span class="grow">
                <b>{held.sku_name.clone()}</b>
                <span class="muted code">{held.sku_code.clone()}</span>
                {apart}
                <span class="muted small">{given}</span>
            </span>
            {odd}
            <span class="pack-count"><b>{grouped(held.on_hand.into())}</b></span>
        </li>
    }
    .into_any()
}
