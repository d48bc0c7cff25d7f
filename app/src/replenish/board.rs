//! `/replenishment`: what is to be brought forward, most urgent first; what no reserve has; what bins should hold.

use domain::ids::SiteId;
use domain::people::Permission;
use domain::replenish::{NoReserve, ReplenishBoard, ReplenishRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::api::{read_forward_picks, read_replenish_board};
use super::rules::{editor, rules};
use crate::door::{live, visit};
use crate::files::bring_in;
use crate::sites::here;
use crate::ui::{Chip, Empty, Icon, Table, Tone, When, grouped, heads, link, loaded, when};

#[component]
pub fn ReplenishmentPage() -> impl IntoView {
    let site = here();
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse::<i64>().unwrap_or(1).max(1);
    let fresh = live(&["replenishment", "trip", "wave", "stock", "exception"]);
    let again = RwSignal::new(0_u32);
    let board = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_replenish_board(site));
    let asked = move || (site.get(), part("search"), page(), fresh.get(), again.get());
    let held = Resource::new(asked, |(site, search, page, ..)| read_forward_picks(site, search, page));
    let plans = visit().may(Permission::StockPlan);
    let side = move || {
        let Some(site) = site.get() else {
            return view! { <p class="banner">{Icon::Map.view()} <span>"Choose a site above to say what its bins should hold."</span></p> }
                .into_any();
        };
        let hint = format!("First line: {}. A class is a, b, c or nothing.", domain::replenish::sheet::HEADER.join(","));
        let send = move |id, text, dry_run| super::api::send_forward_picks(id, site, text, dry_run);
        view! {
            {move || editor(site, query.get(), again)}
            {bring_in("Bring in a file", "forward-picks", hint, send, ("forward pick is set.", "forward picks are set."), again)}
        }
        .into_any()
    };
    view! {
        <Title text="Replenishment" />
        <div class="page">
            <header class="page-head">
                <h1>"Replenishment"</h1>
            </header>
            {loaded(board, move |board| shown(board, site.get_untracked()))}
            <div class=if plans { "split" } else { "stack" }>
                {loaded(held, move |held| rules(held, page(), &part("search"), site.get_untracked(), plans))}
                {plans.then(|| view! { <div class="stack">{side}</div> })}
            </div>
        </div>
    }
    .into_any()
}

fn shown(board: ReplenishBoard, site: Option<SiteId>) -> AnyView {
    view! {
        {(!board.without.is_empty()).then(|| without(board.without))}
        {tasks(board.tasks, site)}
    }
    .into_any()
}

/// What cannot be brought, because no reserve has any.
fn without(rows: Vec<NoReserve>) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        view! {
            <tr data-no-reserve=row.sku_code.clone()>
                <th scope="row" class="code">{row.bin_code}</th>
                <td>{link(format!("/inventory/{}", row.sku), row.sku_code.clone())} " " <span class="muted">{row.sku_name}</span></td>
                <td class="num">{grouped(row.on_hand.into())}</td>
                <td class="num">{grouped(row.min.into())}</td>
                <td>{row.site_code}</td>
                <td><When at=row.raised_at /></td>
            </tr>
        }
    });
    let aside = view! { <Chip text="No reserve" tone=Tone::Stop /> }.into_any();
    view! {
        <Table title="Nothing left to bring" caption="Bins that need units of which no reserve has any" aside>
            {heads(&[("Bin", ""), ("SKU", ""), ("There", "num"), ("Minimum", "num"), ("Site", ""), ("Since", "")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn tasks(rows: Vec<ReplenishRow>, site: Option<SiteId>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing is to be brought" words="A bin that falls below its minimum, or a wave that would walk to reserve, appears here." icon=Icon::Check />
            </div>
        }
        .into_any();
    }
    let waits = rows.iter().filter(|row| row.wave.is_some()).count();
    let words = format!("{} open, {waits} of them for a wave", rows.len());
    let aside = view! { <span class="muted small">{words}</span> }.into_any();
    let csv = format!("/api/fn/replenish/board.csv?site={}", site.map_or_else(String::new, |site| site.to_string()));
    view! {
        <Table title="To be brought forward" caption="Open tasks, most urgent first" csv aside>
            {heads(&[("To bin", ""), ("SKU", ""), ("Units", "num"), ("From", ""), ("Runs short", ""), ("When", ""), ("Who", ""), ("Site", "mid")])}
            <tbody>{rows.into_iter().map(task).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn task(row: ReplenishRow) -> AnyView {
    let units = grouped(row.left().into());
    let of = (row.quantity_moved > 0).then(|| format!(" of {}", grouped(row.quantity.into())));
    let short = match row.wave.clone() {
        Some(wave) => view! { <Chip text=wave tone=Tone::Warn /> }.into_any(),
        None => view! { <span class="muted">"Below its minimum"</span> }.into_any(),
    };
    let who = row.person.clone().unwrap_or_else(|| "Nobody yet".to_owned());
    view! {
        <tr data-replenish=row.sku_code.clone()>
            <th scope="row" class="code">{row.to_code}</th>
            <td>{link(format!("/inventory/{}", row.sku), row.sku_code.clone())} " " <span class="muted">{row.sku_name}</span></td>
            <td class="num">{units} {of}</td>
            <td class="code">{row.from_code} {row.unit.map(|unit| format!(" · {unit}"))}</td>
            <td>{short}</td>
            <td>{when(row.due)}</td>
            <td>{who}</td>
            <td class="mid">{row.site_code}</td>
        </tr>
    }
    .into_any()
}
