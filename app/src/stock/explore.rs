//! `/stock`: what stands, from any side, now or at a moment past; each figure leads to the balances it counts, each balance to the
//! movements that made it.

use domain::stock::State;
use domain::stock::explore::{Dimension, Explored, Group, Key, Moment, PAGE, Standing};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::address::{Address, part_of};
use super::explore_api::read_standing;
use crate::door::live;
use crate::sites::here;
use crate::ui::{Chip, Choice, Empty, Field, Find, Icon, Pager, Table, Tone, counted, grouped, link, loaded, money, when};

#[component]
pub fn StockPage() -> impl IntoView {
    let (query, site) = (use_query_map(), here());
    let address = move || query.with(|query| Address::read("/stock", site.get(), |name| query.get(name)));
    let fresh = live(&["stock", "order", "wave", "trip", "parcel", "return", "replenishment", "transfer"]);
    let answer =
        Resource::new(move || (address(), fresh.get()), |(address, _)| async move { read_standing(address.standing()?).await });
    view! {
        <Title text="Stock explorer" />
        <div class="page">
            <header class="page-head">
                <h1>"Stock explorer"</h1>
                <span class="grow"></span>
                {move || view! { <a class="btn" href=address().without(&["by", "then", "at", "value"]).onto("/stock/movements").href()>"What moved"</a> }}
            </header>
            {move || filters(&address())}
            {loaded(answer, move |found| shown(found, &address()))}
        </div>
    }
    .into_any()
}

/// Sides to group by, nothing first.
pub(super) fn sides(known: &[Dimension], none: &str) -> Vec<(String, String)> {
    let known = known.iter().map(|side| (side.code().to_owned(), side.words().to_owned()));
    std::iter::once((String::new(), none.to_owned())).chain(known).collect()
}

/// What narrows by id is carried along unseen: it is told above the rows, in words.
pub(super) fn carried(address: &Address) -> AnyView {
    let names = ["sku", "place", "zone", "bin", "unit", "owner", "lot", "serial"];
    let hidden = names.into_iter().filter(|name| is_id(address.get(name)));
    hidden.map(|name| view! { <input type="hidden" name=name value=address.get(name).to_owned() /> }).collect_view().into_any()
}

fn is_id(value: &str) -> bool {
    value.parse::<uuid::Uuid>().is_ok()
}

/// Fields that narrow by a code; one that an address narrows by id is not among them.
pub(super) fn codes(address: &Address, fields: &[(&'static str, &'static str)]) -> AnyView {
    let open = fields.iter().filter(|(name, _)| !is_id(address.get(name)));
    open.map(|(name, label)| view! { <Field label=*label name=name value=address.get(name).to_owned() maxlength=80_u32 /> })
        .collect_view()
        .into_any()
}

fn filters(address: &Address) -> AnyView {
    let hidden = carried(address);
    let codes = codes(
        address,
        &[("category", "Category"), ("zone", "Zone"), ("bin", "Bin"), ("unit", "Tote, parcel or pallet"), ("owner", "Owner")],
    );
    let address = address.clone();
    let part = move |name: &str| address.get(name).to_owned();
    let mut states = vec![(String::new(), "Any state".to_owned())];
    states.extend(State::INSIDE.iter().map(|state| (state.code().to_owned(), state.words().to_owned())));
    let clocks =
        [("recorded", "the books knew it"), ("occurred", "it happened")].map(|(code, words)| (code.to_owned(), words.to_owned()));
    let more = ["category", "zone", "bin", "unit", "owner", "lot", "serial", "at"].iter().any(|name| !part(name).is_empty());
    view! {
        <Form method="GET" action="/stock" attr:class="card form" attr:role="search" attr:novalidate="">
            {hidden}
            <div class="filters">
                <Find label="SKU, name or barcode" name="search" value=part("search") />
                <Choice label="Group by" name="by" options=sides(&Dimension::STANDING, "Nothing: each balance") chosen=part("by") />
                <Choice label="and by" name="then" options=sides(&Dimension::STANDING, "Nothing more") chosen=part("then") />
                <Choice label="State" name="state" options=states chosen=part("state") />
                <button class="btn primary">{Icon::Search.view()} "Show"</button>
            </div>
            <details open=more>
                <summary class="btn quiet">"More, and moments past"</summary>
                <div class="stack">
                    <div class="form-row">
                        {codes}
                    </div>
                    <div class="form-row">
                        <Field label="As it was at (UTC)" name="at" kind="datetime-local" value=part("at") />
                        <Choice label="by when" name="clock" options=clocks.to_vec() chosen=part("clock") />
                        <label class="check">
                            <input type="checkbox" name="value" value="1" checked=!part("value").is_empty() />
                            <span>"What they cost, too"</span>
                        </label>
                    </div>
                </div>
            </details>
        </Form>
    }
    .into_any()
}

/// What an address narrows to by id, each with the way to let go of it.
pub(super) fn narrowed(only: &[Key], address: &Address) -> AnyView {
    let only: Vec<&Key> = only.iter().filter(|key| !address.get(part_of(key.dimension)).is_empty()).collect();
    if only.is_empty() {
        return ().into_any();
    }
    let chips = only.into_iter().map(|key| {
        let href = address.without(&[part_of(key.dimension)]).href();
        let words = format!("{}: {}", key.dimension.words(), words(key));
        view! {
            <li class="row">
                <Chip text=words tone=Tone::Accent />
                <a class="btn quiet" href=href>{format!("Any {}", key.dimension.words().to_lowercase())}</a>
            </li>
        }
    });
    view! { <ul class="row" role="list" aria-label="Only">{chips.collect_view()}</ul> }.into_any()
}

/// A side's value as people read it; what has none says so.
pub(super) fn words(key: &Key) -> String {
    if !key.code.is_empty() {
        return if key.dimension == Dimension::Reason { super::words_of(&key.code) } else { key.code.clone() };
    }
    match key.dimension {
        Dimension::Unit => "loose",
        Dimension::Owner => "our own",
        _ => "none",
    }
    .to_owned()
}

fn shown(found: Explored, address: &Address) -> AnyView {
    let asked = address.standing().ok();
    let moment = asked.as_ref().and_then(|asked| asked.moment);
    let by: Vec<Dimension> = asked.into_iter().flat_map(|asked| asked.by.into_iter().chain(asked.then)).collect();
    let foot = view! {
        <Pager page=address.page() per_page=PAGE total=found.total link=turned query=address.query() />
    }
    .into_any();
    let told = narrowed(&found.only, address);
    let (csv, aside) = (address.csv("explore"), totals(&found));
    let rows = if found.total == 0 {
        let words = if address.page() > 1 { "There are fewer pages." } else { "Let go of a filter, or look at another moment." };
        view! { <div class="card"><Empty title="Nothing stands there" words icon=Icon::Box /></div> }.into_any()
    } else if by.is_empty() {
        let valued = found.value.is_some();
        let rows = found.balances.into_iter().map(|row| balance(row, address, &found.currency)).collect_view();
        view! {
            <Table title="Balances" caption="Where the units stand, each balance a row" csv aside foot>
                <thead>
                    <tr>
                        {["SKU", "Site", "Bin", "In", "State"].map(|words| view! { <th scope="col">{words}</th> })}
                        <th scope="col" class="num">"On hand"</th>
                        <th scope="col" class="num mid">"Allocated"</th>
                        {valued.then(|| view! { <th scope="col" class="num">"Cost"</th> })}
                        <th scope="col"><span class="visually-hidden">"Movements"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    } else {
        let valued = found.value.is_some();
        let heads = by.iter().map(|side| view! { <th scope="col">{side.words()}</th> }).collect_view();
        let rows = found.groups.into_iter().map(|row| group(row, address, &found.currency)).collect_view();
        view! {
            <Table title="Units" caption="Units by the sides chosen, most units first" csv aside foot>
                <thead>
                    <tr>
                        {heads}
                        <th scope="col" class="num">"On hand"</th>
                        <th scope="col" class="num mid">"Allocated"</th>
                        <th scope="col" class="num mid">"Balances"</th>
                        {valued.then(|| view! { <th scope="col" class="num">"Cost"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! { <div class="stack">{told} {grounds(moment, found.grounds.and_then(|grounds| grounds.snapshot))} {rows}</div> }
        .into_any()
}

fn turned(page: i64, query: &str) -> String {
    format!("/stock?{query}&page={page}")
}

fn totals(found: &Explored) -> AnyView {
    let cost = found.value.map(|value| format!(" · {}", money(value, &found.currency))).unwrap_or_default();
    view! { <span class="muted small" data-total=found.on_hand>{format!("{}{cost}", counted(found.on_hand, "unit", "units"))}</span> }
        .into_any()
}

/// For which moment this is told, and from which snapshot.
fn grounds(moment: Option<Moment>, snapshot: Option<(i64, chrono::DateTime<chrono::Utc>)>) -> AnyView {
    let Some(moment) = moment else { return ().into_any() };
    let how = match moment.clock {
        domain::stock::explore::Clock::Recorded => "As the books had it at ",
        domain::stock::explore::Clock::Occurred => "As it was, by what is known now, at ",
    };
    let from = match snapshot {
        Some((nth, until)) => {
            view! { <span class="muted">{format!("Snapshot {nth} of ")} {when(Some(until))} ", and what moved since."</span> }
                .into_any()
        }
        None => view! { <span class="muted">"Added up from the first movement."</span> }.into_any(),
    };
    view! { <p class="banner" data-moment>{Icon::Clock.view()} <span>{how} {when(Some(moment.at))} ". " {from}</span></p> }
        .into_any()
}

fn group(row: Group, address: &Address, currency: &str) -> AnyView {
    let mut inside = address.without(&["by", "then"]);
    for key in &row.keys {
        inside = inside.with(part_of(key.dimension), &key.value);
    }
    let href = inside.href();
    let cells = row.keys.iter().enumerate().map(|(at, key)| {
        let name = (!key.name.is_empty()).then(|| view! { " " <span class="muted">{key.name.clone()}</span> });
        let code = words(key);
        if at == 0 {
            view! { <th scope="row">{link(href.clone(), code)} {name}</th> }.into_any()
        } else {
            view! { <td>{code} {name}</td> }.into_any()
        }
    });
    view! {
        <tr data-units=row.on_hand>
            {cells.collect_view()}
            <td class="num strong">{grouped(row.on_hand)}</td>
            <td class="num mid">{grouped(row.allocated)}</td>
            <td class="num mid">{grouped(row.balances)}</td>
            {row.value.map(|value| view! { <td class="num">{money(value, currency)}</td> })}
        </tr>
    }
    .into_any()
}

fn balance(row: Standing, address: &Address, currency: &str) -> AnyView {
    let unit = if row.unit_code.is_empty() { "loose".to_owned() } else { row.unit_code.clone() };
    let moves = address.without(&["by", "then", "value", "at", "search", "category", "zone"]).onto("/stock/movements");
    let moves = moves
        .with("sku", &row.sku.to_string())
        .with("place", &row.site.to_string())
        .with("bin", &row.bin.to_string())
        .with("state", row.state.code());
    let moves = if address.get("at").is_empty() { moves } else { moves.with("until", address.get("at")) };
    let moves = if row.unit_code.is_empty() { moves } else { moves.with("unit", &row.unit_code) };
    let moves = if row.lot.is_empty() { moves } else { moves.with("lot", &row.lot) };
    let moves = if row.serial.is_empty() { moves } else { moves.with("serial", &row.serial) };
    let also = [("owner", &row.owner), ("lot", &row.lot_code), ("serial", &row.serial_code)];
    let also: Vec<String> =
        also.into_iter().filter(|(_, code)| !code.is_empty()).map(|(what, code)| format!("{what} {code}")).collect();
    let also = (!also.is_empty()).then(|| view! { " " <span class="muted small">{also.join(", ")}</span> });
    let locked = row.locked.then(|| view! { " " <Chip text="Locked" tone=Tone::Warn /> });
    let sku_code = row.sku_code.clone();
    view! {
        <tr>
            <th scope="row">{link(format!("/inventory/{}", row.sku), row.sku_code)} " " <span class="muted">{row.sku_name}</span></th>
            <td>{row.site_code}</td>
            <td class="code">{row.bin_code.clone()} {locked}</td>
            <td class="prose">{unit} {also}</td>
            <td>{row.state.words()}</td>
            <td class="num strong">{grouped(row.on_hand)}</td>
            <td class="num mid">{grouped(row.allocated)}</td>
            {row.value.map(|value| view! { <td class="num">{money(value, currency)}</td> })}
            <td><a href=moves.href() aria-label=format!("Movements of {sku_code} in {}", row.bin_code)>"Movements"</a></td>
        </tr>
    }
    .into_any()
}
