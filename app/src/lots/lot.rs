//! `/lots/:lot`: where a lot came from, where it stands, who has it; and for whoever may, its recall.

use domain::dates::day;
use domain::ids::LotId;
use domain::lots::{LotCame, LotPlace, LotRow, LotSheet, LotWent, RecallLot, ReleaseLot};
use domain::people::Permission;
use domain::reasons::Process;
use domain::stock::State;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::{read_lot, send_recall, send_release};
use super::list::standing;
use crate::door::{Said, Unanswered, live, visit};
use crate::reasons::{Because, Why};
use crate::ui::{
    Chip, Empty, Icon, LastRefused, Refusal, Refused, Send, Table, Toasts, Tone, When, counted, grouped, heads, link, loaded_page,
};

/// What can be done here. Lives beside the answer, so that a refresh does not forget what is typed.
#[derive(Clone, Copy)]
struct Tools {
    recall: Action<LotId, Result<(), Said>>,
    release: Action<LotId, Result<(), Said>>,
    because: Because,
    said: Refused,
}

impl Tools {
    fn new(again: RwSignal<u32>) -> Self {
        let (toasts, last, because) = (use_context::<Toasts>(), LastRefused::default(), Because::default());
        let say = move |words: String| {
            if let Some(toasts) = toasts {
                toasts.push(words);
            }
            because.clear();
            again.update(|again| *again += 1);
        };
        let (recalling, releasing) = (Unanswered::new(), Unanswered::new());
        let recall = Action::new(move |lot: &LotId| {
            let command = RecallLot { lot: *lot, reason: because.given() };
            last.of(async move {
                let did = recalling.send(&command, send_recall).await?;
                let (held, freed) = (counted(did.held, "unit is held", "units are held"), counted(did.freed, "was", "were"));
                let shipped = counted(did.shipped, "is with a customer", "are with customers");
                say(format!("{held}, {freed} given to orders before. {shipped}."));
                Ok(())
            })
        });
        let release = Action::new(move |lot: &LotId| {
            let command = ReleaseLot { lot: *lot, reason: because.given() };
            last.of(async move {
                let units = releasing.send(&command, send_release).await?;
                say(format!("{} on sale again.", counted(units, "unit is", "units are")));
                Ok(())
            })
        });
        Self { recall, release, because, said: last.said() }
    }
}

#[component]
pub fn LotPage() -> impl IntoView {
    let params = use_params_map();
    let again = RwSignal::new(0_u32);
    let fresh = live(&["stock", "lot", "parcel", "return", "purchase"]);
    let asked = move || (params.with(|params| params.get("lot").unwrap_or_default()), fresh.get(), again.get());
    let answer = Resource::new(asked, |(lot, ..)| async move {
        let lot = lot.parse().map_err(|_| Said::not_found("lot"))?;
        read_lot(LotId(lot)).await
    });
    let tools = Tools::new(again);
    view! {
        <Title text="Lot" />
        <div class="page">{loaded_page(answer, move |sheet| shown(sheet, tools))}</div>
    }
    .into_any()
}

fn shown(sheet: LotSheet, tools: Tools) -> AnyView {
    let (row, today) = (sheet.row.clone(), sheet.today);
    let kind = if row.serial { "Serial" } else { "Lot" };
    let needs = if row.recalled_at.is_some() { Permission::StockRelease } else { Permission::StockHold };
    let acts = (!row.serial && visit().may(needs)).then(|| acts(&row, tools));
    view! {
        <Title text=format!("{kind} {}", row.code) />
        <header class="page-head">
            <A href="/lots" attr:class="btn quiet square" attr:aria-label="Lots">{Icon::Back.view()}</A>
            <h1>{format!("{kind} {}", row.code)}</h1>
            {standing(&row, today)}
            <span>{link(format!("/inventory/{}", row.sku), row.sku_code.clone())} " " <span class="muted">{row.sku_name.clone()}</span></span>
        </header>
        <div class="split">
            <div class="stack">
                {places(sheet.places)}
                {sheet.went.map(|rows| went(&row, rows))}
            </div>
            <div class="stack">
                {facts(&row)}
                {acts}
                {came(sheet.came)}
            </div>
        </div>
    }
    .into_any()
}

fn facts(row: &LotRow) -> AnyView {
    let day = |known: Option<chrono::NaiveDate>| known.map_or_else(|| "–".to_owned(), |known| day(&known));
    let recalled = row.recalled_at.map(|at| {
        let reason = row.recall_note.clone();
        view! { <p class="banner stop" data-recalled>{Icon::Alert.view()} <span>"Recalled " <When at /> ": " {reason}</span></p> }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{format!("{} on hand", grouped(row.on_hand))}</h2>
                <span class="muted">{format!("{} with customers", grouped(row.shipped))}</span>
            </div>
            {recalled}
            <dl class="facts">
                <dt>"Good until"</dt>
                <dd>{day(row.expires_on)}</dd>
                <dt>"Made on"</dt>
                <dd>{day(row.made_on)}</dd>
                <dt>"Set apart"</dt>
                <dd>{grouped(row.held)}</dd>
                <dt>"Allocated"</dt>
                <dd>{grouped(row.allocated)}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn acts(row: &LotRow, tools: Tools) -> AnyView {
    let (id, recalled) = (row.id, row.recalled_at.is_some());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if recalled {
            tools.release.dispatch(id)
        } else {
            tools.recall.dispatch(id)
        };
    };
    let (title, words, label) = if recalled {
        ("Release it", "What the recall took out of sale goes back on sale where it stands.", "Release the lot")
    } else {
        ("Recall it", "Every unit leaves sale at once. Orders that had some look for others, or wait.", "Recall the lot")
    };
    let process = if recalled { Process::LotRelease } else { Process::LotRecall };
    let class = if recalled { "btn primary" } else { "btn danger" };
    let busy = Signal::derive(move || tools.recall.pending().get() || tools.release.pending().get());
    view! {
        <section class="card">
            <h2>{title}</h2>
            <p class="small muted">{words}</p>
            <Refusal said=tools.said fields=&["reason", "note"] />
            <form class="form" novalidate on:submit=submit>
                <Why process label="Why" because=tools.because said=tools.said />
                <Send label class busy />
            </form>
        </section>
    }
    .into_any()
}

fn came(came: Vec<LotCame>) -> AnyView {
    let rows = came.into_iter().map(|one| {
        let order = one.order.map(|number| link(format!("/purchasing/{number}"), number));
        view! {
            <tr>
                <td><When at=one.at /></td>
                <th scope="row">{one.receipt}</th>
                <td>{one.supplier} " " {order}</td>
                <td class="num">{grouped(one.quantity)}</td>
            </tr>
        }
    });
    view! {
        <Table title="Came from" caption="Receipts that brought some of it">
            {heads(&[("When", ""), ("Receipt", ""), ("Supplier", ""), ("Units", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn places(places: Vec<LotPlace>) -> AnyView {
    if places.is_empty() {
        return view! { <section class="card"><Empty title="None is here any more" icon=Icon::Box /></section> }.into_any();
    }
    let rows = places.into_iter().map(|place| {
        let tone = if place.state == State::Sellable { Tone::Ok } else { Tone::Warn };
        let bin = place.bin_code.clone();
        view! {
            <tr data-place=bin>
                <th scope="row" class="code">{place.bin_code}</th>
                <td>{place.site_code}</td>
                <td>{place.lpn_code.unwrap_or_else(|| "loose".to_owned())}</td>
                <td class="code">{place.serial}</td>
                <td><Chip text=place.state.words() tone /></td>
                <td class="num">{grouped(place.on_hand.into())}</td>
                <td class="num">{grouped(place.allocated.into())}</td>
            </tr>
        }
    });
    view! {
        <Table title="Where it stands" caption="Bins and handling units that hold some of it">
            {heads(&[("Bin", ""), ("Site", ""), ("In", ""), ("Serial", ""), ("State", ""), ("On hand", "num"), ("Allocated", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn went(row: &LotRow, went: Vec<LotWent>) -> AnyView {
    if went.is_empty() {
        return view! { <section class="card"><Empty title="None has left" words="Parcels that took some are listed here, with the customer." /></section> }
            .into_any();
    }
    let csv = format!("/api/fn/lots/customers.csv?lot={}", row.id);
    let rows = went.into_iter().map(|one| {
        view! {
            <tr data-went=one.order_number.clone()>
                <td><When at=one.at /></td>
                <th scope="row">{link(format!("/orders/{}", one.order_number), one.order_number.clone())}</th>
                <td>{one.customer} " " <span class="muted">{format!("{}, {}", one.city, one.country)}</span></td>
                <td class="mid">{one.parcel_number} " " <span class="muted code">{one.tracking}</span></td>
                <td class="code mid">{one.serials}</td>
                <td class="num">{grouped(one.quantity)}</td>
                <td class="num">{grouped(one.returned)}</td>
            </tr>
        }
    });
    view! {
        <Table title="Who has it" caption="Parcels that took some, the latest first" csv>
            {heads(&[("Left", ""), ("Order", ""), ("Customer", ""), ("Parcel", "mid"), ("Serials", "mid"), ("Units", "num"), ("Came back", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}
