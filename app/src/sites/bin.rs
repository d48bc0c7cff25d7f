//! `/bins/:bin`: one bin, what stands in it, and what it is: changed, locked, retired.

use domain::ids::BinId;
use domain::lots::Apart;
use domain::people::Permission;
use domain::reasons::Process;
use domain::sites::design::{BinPage, ChangeBin, Contents, LockBin, RetireBin};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::design_api::{read_bin, send_change, send_lock, send_retire};
use super::keeping::{KeepingForm, used};
use crate::door::{Unanswered, live, visit};
use crate::owners::KeepCard;
use crate::reasons::{Because, Why};
use crate::ui::{
    Chip, Confirm, Empty, Field, Icon, LastRefused, Refusal, Send, Table, Toasts, Tone, When, counted, grouped, heads, link,
    loaded, loaded_page,
};

#[component]
pub fn BinDeskPage() -> impl IntoView {
    let params = use_params_map();
    let asked = move || params.with(|params| params.get("bin").unwrap_or_default());
    let again = RwSignal::new(0_u32);
    let fresh = live(&["bin", "stock", "trip", "parcel", "return"]);
    let answer = Resource::new(move || (asked(), fresh.get(), again.get()), |(bin, ..)| read_bin(bin));
    // Not refreshed with the goods: nobody loses what they are typing.
    let facts = Resource::new(move || (asked(), again.get()), |(bin, _)| read_bin(bin));
    let edits = visit().may(Permission::SitesEdit);
    let side = move || edits.then(|| loaded(facts, move |page| cards(page, again)));
    view! {
        <Title text="Bin" />
        <div class="page">
            <div class=if edits { "split" } else { "stack" }>
                {loaded_page(answer, |page| sheet(&page))}
                {side}
            </div>
        </div>
    }
    .into_any()
}

fn sheet(page: &BinPage) -> AnyView {
    let (row, site) = (&page.row, page.site);
    let place = row.at.map_or_else(
        || "Off the map".to_owned(),
        |at| {
            // To the decimetre: no one stands closer to it.
            let metres = domain::sites::written::in_metres(at.y_mm.saturating_add(50) / 100 * 100);
            format!("Aisle {}, {}, {metres} m from the front, level {}", at.aisle, at.side.code(), at.level.saturating_add(1))
        },
    );
    let state = match (row.retired, row.locked) {
        (true, _) => view! { <Chip text="Retired" tone=Tone::Stop /> }.into_any(),
        (_, true) => view! { <Chip text="Locked" tone=Tone::Warn /> }.into_any(),
        _ => view! { <Chip text="In use" tone=Tone::Ok /> }.into_any(),
    };
    let why = row.locked.then(|| {
        let since = page.retired_at.map(|at| view! { " since " <When at /> });
        let words = if row.retired { "Retired".to_owned() } else { format!("Locked: {}", page.lock_note) };
        view! { <p class="banner warn" data-locked>{Icon::Alert.view()} <span>{words} {since}</span></p> }
    });
    let keeping = row.keeping;
    view! {
        <div class="stack">
            <Title text=row.code.clone() />
            <header class="page-head">
                <A href=format!("/sites/{site}/bins") attr:class="btn quiet square" attr:aria-label="Bins of the site">{Icon::Back.view()}</A>
                <h1 class="code">{row.code.clone()}</h1>
                <span class="muted">{page.site_code.clone()}</span>
                {state}
            </header>
            {why}
            <section class="card">
                <h2>{row.kind.words()}</h2>
                <ul class="stack-tight small" role="list">
                    <li>{place}</li>
                    <li>{format!("Zone {}", row.zone)}</li>
                    {(!page.kept_for.is_empty()).then(|| view! { <li>{format!("Kept for {}", page.kept_for)}</li> })}
                    <li>{used(row.used_volume_ml, keeping.volume_ml, "litres")}</li>
                    <li>{used(row.used_weight_g, keeping.weight_g, "kg")}</li>
                    <li>{format!("{} · hazard: {} · {}", keeping.class.words(), keeping.hazard.words().to_lowercase(), keeping.mixing.words().to_lowercase())}</li>
                </ul>
            </section>
            {contents(&page.contents)}
        </div>
    }
    .into_any()
}

fn contents(contents: &[Contents]) -> AnyView {
    if contents.is_empty() {
        return view! { <div class="card"><Empty title="The bin is empty" words="Nothing is booked into it." icon=Icon::Box /></div> }
            .into_any();
    }
    let rows = contents.iter().map(|held| {
        let (code, marked) = (held.sku_code.clone(), held.sku_code.clone());
        view! {
            <tr data-content=marked>
                <th scope="row"><A href=format!("/inventory/{}", held.sku)>{code}</A></th>
                <td class="mid">{held.sku_name.clone()}</td>
                <td>{apart(&held.apart)}</td>
                <td class="mid">{held.lpn.clone().unwrap_or_else(|| "loose".to_owned())}</td>
                <td>
                    <span class="table-cell">
                        {held.state.words()} {(!held.owner_code.is_empty()).then(|| view! { <span class="muted small code">{held.owner_code.clone()}</span> })}
                    </span>
                </td>
                <td class="num">{grouped(held.on_hand.into())}</td>
                <td class="num">{grouped(held.allocated.into())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Table title="In it" caption="What stands in the bin">
            {heads(&[("SKU", ""), ("Name", "mid"), ("Lot, serial", ""), ("In", "mid"), ("State", ""), ("Units", "num"), ("For orders", "num")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// Which lot, and which unit of those that have numbers.
fn apart(held: &Apart) -> AnyView {
    if *held == Apart::default() {
        return "–".into_any();
    }
    let lot = (!held.lot_code.is_empty()).then(|| link(format!("/lots/{}", held.lot), held.lot_code.clone()));
    let serial = (!held.serial.is_empty()).then(|| view! { <span class="code">{held.serial.clone()}</span> });
    let until = held.good_until().map(|words| view! { <span class="muted small">{words}</span> });
    view! { <span class="table-cell" data-apart=held.words()>{lot} " " {serial} " " {until}</span> }.into_any()
}

fn cards(page: BinPage, again: RwSignal<u32>) -> AnyView {
    if page.row.retired || page.row.kind.world() {
        return ().into_any();
    }
    let (bin, kept_for) = (page.row.bin, page.kept_for.clone());
    view! {
        <div class="stack">
            <LockCard page=page.clone() again />
            <KeepCard bin kept_for again />
            <ChangeCard page again />
        </div>
    }
    .into_any()
}

#[component]
fn LockCard(page: BinPage, again: RwSignal<u32>) -> impl IntoView {
    let (bin, locked) = (page.row.bin, page.row.locked);
    let (because, asking) = (Because::default(), RwSignal::new(false));
    let (last, button, gone, toasts) = (LastRefused::default(), Unanswered::new(), Unanswered::new(), use_context::<Toasts>());
    let say = move |words: String| {
        if let Some(toasts) = toasts {
            toasts.push(words);
        }
        again.update(|again| *again += 1);
    };
    let send = Action::new(move |(): &()| {
        let command = LockBin { bin, locked: !locked, reason: because.given() };
        last.of(async move {
            let did = button.send(&command, send_lock).await?;
            say(match (locked, did.reallocated, did.waiting) {
                (true, ..) => "The bin is in use again.".to_owned(),
                (false, 0, 0) => "The bin is locked.".to_owned(),
                (false, found, waiting) => {
                    let (found, waiting) =
                        (counted(found, "unit of an order is", "units of orders are"), counted(waiting, "waits", "wait"));
                    format!("The bin is locked. {found} taken from other bins, {waiting}.")
                }
            });
            Ok(())
        })
    });
    let retire = Action::new(move |bin: &BinId| {
        let command = RetireBin { bin: *bin };
        last.of(async move {
            gone.send(&command, send_retire).await?;
            say("The bin is retired.".to_owned());
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.dispatch(());
    };
    let sure = Callback::new(move |()| {
        retire.dispatch(bin);
    });
    view! {
        <section class="card">
            <h2>{if locked { "Unlock" } else { "Lock" }}</h2>
            <Refusal said fields=&["reason", "note"] />
            <form class="form" novalidate on:submit=submit>
                {(!locked)
                    .then(|| {
                        view! {
                            <p class="small muted">"Nothing goes into a locked bin, and nothing is picked from it. Orders that wait for its goods are given others."</p>
                            <Why process=Process::BinLock label="Why" because said />
                        }
                    })}
                <Send label=if locked { "Unlock the bin" } else { "Lock the bin" } busy=send.pending() />
            </form>
            {locked.then(|| view! { <Confirm label="Retire the bin" question="Out of use for good?" yes="Retire it" on_yes=sure asking busy=retire.pending() /> })}
        </section>
    }
    .into_any()
}

#[component]
fn ChangeCard(page: BinPage, again: RwSignal<u32>) -> impl IntoView {
    let bin = page.row.bin;
    let code = RwSignal::new(page.row.code.clone());
    let keeping = KeepingForm::of(page.row.kind, page.row.keeping);
    let (last, button, toasts) = (LastRefused::default(), Unanswered::new(), use_context::<Toasts>());
    let send = Action::new(move |(): &()| {
        let read = keeping.read();
        last.of(async move {
            let (kind, keeping) = read?;
            let command = ChangeBin { bin, code: code.get_untracked(), kind, keeping };
            button.send(&command, send_change).await?;
            if let Some(toasts) = toasts {
                toasts.push("Saved.".to_owned());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"What it is"</h2>
            <Refusal said fields=&["code", "kind", "volume", "weight", "class", "hazard", "mixing"] />
            <form class="form" novalidate on:submit=submit>
                <Field label="Code" name="code" typed=code value=code.get_untracked() said />
                {keeping.fields(said)}
                <Send label="Save" busy=send.pending() />
            </form>
        </section>
    }
    .into_any()
}
