//! `/inventory/:sku`: why can't I sell this? Every state and every holder of a SKU's units.

use domain::ids::SkuId;
use domain::people::Permission;
use domain::stock::{Holder, MovementRow, SkuStock, State, StockPlace};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::read_sku;
use super::chart::history;
use super::holds::HoldCard;
use super::kit::KitCard;
use super::shares::shares;
use super::why::reasons;
use super::words_of;
use crate::door::{Said, live, visit};
use crate::lots::PolicyCard;
use crate::putaway::HandlingCard;
use crate::ui::{Chip, Empty, Icon, ShareBar, Table, Tone, When, amount, grouped, heads, link, loaded_page};

#[component]
pub fn SkuPage() -> impl IntoView {
    let params = use_params_map();
    let fresh = live(&["stock", "order", "wave", "trip", "parcel", "return", "replenishment", "transfer"]);
    let again = RwSignal::new(0_u32);
    let asked = move || params.with(|params| params.get("sku").unwrap_or_default());
    let read = |sku: String| async move {
        let sku = sku.parse().map_err(|_| Said::not_found("SKU"))?;
        read_sku(SkuId(sku)).await
    };
    let answer = Resource::new(move || (asked(), fresh.get(), again.get()), move |(sku, ..)| read(sku));
    // Read again only after this page itself wrote: nobody loses what they are typing.
    let kept = Resource::new(move || (asked(), again.get()), move |(sku, _)| read(sku));
    let holds = move || Suspend::new(async move { kept.await.ok().map(|stock| view! { <HoldCard stock again /> }) });
    let mays = visit().may(Permission::StockHold) || visit().may(Permission::StockRelease);
    view! {
        <Title text="Item" />
        <div class="page">
            {loaded_page(answer, sheet)}
            {mays.then(|| view! { <Transition>{holds}</Transition> })}
        </div>
    }
    .into_any()
}

fn sheet(stock: SkuStock) -> AnyView {
    let title = format!("{} · {}", stock.row.code, stock.row.name);
    view! {
        <Title text=title />
        <header class="page-head">
            <A href="/inventory" attr:class="btn quiet square" attr:aria-label="Inventory">{Icon::Back.view()}</A>
            <h1>
                {stock.row.name.clone()} " " <span class="muted">{stock.row.variant.clone()}</span>
            </h1>
            <span class="code muted">{stock.row.code.clone()}</span>
            <span class="grow"></span>
            {link(format!("/stock?sku={}&by=site&then=state", stock.row.sku), "In the explorer")}
            {visit().may(Permission::CatalogEdit).then(|| link(format!("/data/skus/{}", stock.row.sku), "Its card"))}
        </header>
        <div class="split">
            <div class="stack">
                {why(&stock)}
                {history(&stock.history)}
                {places(stock.places.clone())}
                {movements(stock.row.sku, stock.movements.clone())}
            </div>
            <div class="stack">
                {promise(&stock)}
                <div id="holders">{holders(stock.holders.clone())}</div>
                {facts(&stock)}
                <PolicyCard sku=stock.row.sku />
                <HandlingCard sku=stock.row.sku />
                <KitCard kit=stock.row.sku />
            </div>
        </div>
    }
    .into_any()
}

/// The answer in words first, then the picture.
fn why(stock: &SkuStock) -> AnyView {
    let row = &stock.row;
    let sellable: i64 = stock.promise.iter().map(|(.., units)| i64::from(*units)).sum();
    let head = if sellable > 0 {
        format!("{} can be sold now", grouped(sellable))
    } else if row.on_hand == 0 {
        "None can be sold: nothing is on hand".to_owned()
    } else {
        "None can be sold now".to_owned()
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{head}</h2>
                <span class="muted">{format!("{} on hand", grouped(row.on_hand))}</span>
            </div>
            <ShareBar label="Units by state" shares=shares(row) />
            {reasons(row.sku, &stock.why)}
        </section>
    }
    .into_any()
}

fn promise(stock: &SkuStock) -> AnyView {
    let rows = stock.promise.iter().map(|(_, code, units)| {
        view! { <tr><th scope="row">{code.clone()}</th><td class="num strong">{grouped((*units).into())}</td></tr> }
    });
    let rows = rows.collect_view();
    view! {
        <Table title="Can be promised" caption="Units that can be promised, per site">
            {heads(&[("Site", ""), ("Units", "num")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn tone_of(state: State) -> Tone {
    match state {
        State::Sellable => Tone::Ok,
        State::Held | State::Quarantined => Tone::Warn,
        State::Damaged => Tone::Stop,
        State::Returned | State::InTransit | State::Outside => Tone::Plain,
    }
}

/// Whose units are, where they are not our own.
fn whose(owner: &str) -> Option<AnyView> {
    (!owner.is_empty()).then(|| view! { <span class="muted small code">{owner.to_owned()}</span> }.into_any())
}

fn places(places: Vec<StockPlace>) -> AnyView {
    if places.is_empty() {
        return view! { <section class="card"><Empty title="In no bin" words="Units show here as soon as some are received." icon=Icon::Box /></section> }
            .into_any();
    }
    let rows = places.into_iter().map(|place| {
        view! {
            <tr>
                <th scope="row" class="code">{place.bin_code}</th>
                <td>{place.site_code}</td>
                <td class="prose">{place.lpn_code.unwrap_or_else(|| "loose".to_owned())} " " <span class="muted small">{place.apart.words()}</span></td>
                <td><span class="table-cell"><Chip text=place.state.words() tone=tone_of(place.state) /> {whose(&place.owner_code)}</span></td>
                <td class="num">{grouped(place.on_hand.into())}</td>
                <td class="num">{grouped(place.allocated.into())}</td>
            </tr>
        }
    });
    view! {
        <Table title="Where the units stand" caption="Bins and handling units that hold this SKU">
            {heads(&[("Bin", ""), ("Site", ""), ("In", ""), ("State", ""), ("On hand", "num"), ("Allocated", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn holders(holders: Vec<Holder>) -> AnyView {
    if holders.is_empty() {
        return view! { <section class="card"><Empty title="Nobody holds any" words="No order waits for this SKU." /></section> }
            .into_any();
    }
    let rows = holders.into_iter().map(|holder| {
        let how = if holder.allocated { "Allocated" } else { "Reserved" };
        view! {
            <tr>
                <th scope="row"><A href=format!("/orders/{}", holder.order_number)>{holder.order_number.clone()}</A></th>
                <td>{how} " " <span class="muted code">{holder.bin_code.unwrap_or_default()}</span></td>
                <td class="num">{grouped(holder.quantity.into())}</td>
            </tr>
        }
    });
    view! {
        <Table title="Who holds them" caption="Orders that hold units of this SKU">
            {heads(&[("Order", ""), ("How", ""), ("Units", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn facts(stock: &SkuStock) -> AnyView {
    let (length, width, height) = stock.dimensions_mm;
    let barcodes = stock.barcodes.iter().map(|(code, pack)| {
        let pack = if *pack == 1 { String::new() } else { format!(" × {pack}") };
        view! { <span><span class="code">{code.clone()}</span>{pack}</span> }
    });
    view! {
        <section class="card">
            <h2>"Facts"</h2>
            <dl class="facts">
                <dt>"Price"</dt>
                <dd>{amount(stock.row.price)}</dd>
                <dt>"Category"</dt>
                <dd>{stock.row.category.clone()}</dd>
                <dt>"Barcodes"</dt>
                <dd class="stack-tight">{barcodes.collect_view()}</dd>
                <dt>"Size"</dt>
                <dd>{format!("{length} × {width} × {height} mm, {} g", stock.weight_g)}</dd>
                <dt>"On the books"</dt>
                <dd>{format!("{} for {}", grouped(stock.layers_quantity), amount(stock.layers_value))}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn movements(sku: SkuId, movements: Vec<MovementRow>) -> AnyView {
    if movements.is_empty() {
        return view! { <section class="card"><Empty title="Nothing has moved yet" /></section> }.into_any();
    }
    let rows = movements.into_iter().map(|movement| {
        view! {
            <tr>
                <td><When at=movement.at /></td>
                <td>{words_of(&movement.reason)}</td>
                <td><span class="code">{movement.from}</span>{changed(movement.from_state, movement.to_state)}</td>
                <td><span class="code">{movement.to}</span></td>
                <td class="num">{grouped(movement.quantity.into())}</td>
            </tr>
        }
    });
    let aside = link(format!("/stock/movements?sku={sku}"), "All of them");
    view! {
        <Table title="Last movements" caption="What moved last, latest first" aside>
            {heads(&[("When", ""), ("Why", ""), ("From", ""), ("To", ""), ("Units", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

/// A change of state said in words, when both are inside.
fn changed(from: State, to: State) -> String {
    let inside = from != State::Outside && to != State::Outside;
    if inside && from != to { format!(" ({} → {})", from.words(), to.words()) } else { String::new() }
}
