//! `/floor`: what there is to do, and a scan of anything opens its task.

use domain::floor::{Found, PutBackRow, TripRow};
use domain::people::Permission as P;
use domain::sites::design::BinPage;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::api::{read_put_backs, read_scan, read_trips};
use crate::door::{live, visit};
use crate::sites::here;
use crate::ui::{Band, Chip, Empty, Heard, Icon, ManualCode, Meter, Tone, When, answer_scan, counted, grouped, loaded, on_scan};

#[component]
pub fn FloorPage() -> impl IntoView {
    Effect::new(|_| crate::screens::fetch_floor());
    let site = here();
    let band = RwSignal::new(Heard::Ask("Scan anything: tote, order, parcel, return, item, bin".to_owned()));
    let bin = RwSignal::new(None::<BinPage>);
    let go = use_navigate();
    on_scan(move |code| {
        let (go, site) = (go.clone(), site.get_untracked());
        bin.set(None);
        band.set(Heard::Busy(format!("Looking for {code}…")));
        spawn_local(async move {
            let found = match read_scan(site, code.clone()).await {
                Ok(found) => found,
                Err(said) => return answer_scan(band, Heard::wrong(&said)),
            };
            match lead(found, &code) {
                Lead::To(path) => go(&path, leptos_router::NavigateOptions::default()),
                Lead::Bin(sheet) => {
                    answer_scan(band, Heard::Ok(format!("{} at {}: {}", sheet.row.code, sheet.site_code, in_words(&sheet))));
                    bin.set(Some(*sheet));
                }
                Lead::Stay { words, detail } => answer_scan(band, Heard::Wrong { words, detail }),
            }
        });
    });
    view! {
        <Title text="Floor" />
        <div class="task">
            <div class="task-head"><h1>"Floor"</h1></div>
            <div class="task-body">
                <Band heard=band />
                {move || bin.get().map(contents)}
                {doors()}
                {visit().may(P::Pick).then(work)}
            </div>
            <div class="task-foot"><ManualCode /></div>
        </div>
    }
    .into_any()
}

/// Where a scan leads, for this visitor.
enum Lead {
    To(String),
    Bin(Box<BinPage>),
    /// Nowhere: what it is, and why it is not for them.
    Stay {
        words: String,
        detail: String,
    },
}

/// A page the visitor's roles do not open is never opened: what was scanned is said instead.
fn lead(found: Found, code: &str) -> Lead {
    let visit = visit();
    let escape = leptos_router::location::Url::escape;
    let (path, needs, what): (_, &[P], _) = match found {
        Found::Trip(trip) => (format!("/floor/pick/{trip}"), &[P::Pick], format!("{code} is on a cart that is being walked")),
        Found::ToPack(scan) => (format!("/floor/pack?scan={}", escape(&scan)), &[P::Pack], format!("{scan} waits to be packed")),
        Found::Parcel(parcel) => (format!("/floor/pack/{parcel}"), &[P::Pack], format!("{code} is a parcel")),
        Found::Order(number) => (format!("/orders/{number}"), &[P::OrdersView], format!("{number} is an order")),
        Found::Sku(sku) => (format!("/inventory/{sku}"), &[P::StockView], format!("{code} is an item")),
        Found::Return(number) => {
            let path = if visit.may(P::ReturnsReceive) { "/floor/returns?rma=" } else { "/returns/" };
            (format!("{path}{number}"), &[P::ReturnsReceive, P::ReturnsView], format!("{number} is a return"))
        }
        Found::Unit(unit) => {
            (format!("/floor/units?unit={}", escape(&unit)), &[P::StockMove], format!("{unit} is a handling unit"))
        }
        Found::Bin(sheet) => return Lead::Bin(sheet),
        Found::Nothing => {
            return Lead::Stay { words: format!("Nobody here knows {code}."), detail: String::new() };
        }
    };
    if needs.iter().any(|need| visit.may(*need)) {
        return Lead::To(path);
    }
    Lead::Stay { words: what, detail: "There is nothing for your roles to do with it now.".to_owned() }
}

fn in_words(bin: &BinPage) -> String {
    let units = match bin.row.units {
        0 => "empty".to_owned(),
        units => counted(units, "unit", "units"),
    };
    match (bin.row.retired, bin.row.locked) {
        (true, _) => format!("{units}, retired"),
        (_, true) => format!("{units}, locked ({})", bin.lock_note),
        _ => units,
    }
}

/// What is in the bin that was scanned.
fn contents(bin: BinPage) -> AnyView {
    let code = bin.row.code.clone();
    let page = view! { <A href=format!("/bins/{}", bin.row.bin) attr:class="btn">"All about this bin"</A> };
    if bin.contents.is_empty() {
        return view! {
            <div class="card" data-bin-sheet=code><Empty title="The bin is empty" words="Nothing is booked into it." icon=Icon::Box>{page}</Empty></div>
        }
        .into_any();
    }
    let rows = bin.contents.into_iter().map(|held| {
        let given = (held.allocated > 0).then(|| format!("{} for orders", grouped(held.allocated.into())));
        let apart = held.apart.words();
        let apart = (!apart.is_empty()).then(|| format!("{apart} "));
        let unit = held.lpn.map(|unit| format!("on {unit} "));
        view! {
            <li class="pack-line">
                <span class="grow">
                    <b><A href=format!("/inventory/{}", held.sku)>{held.sku_name}</A></b>
                    <span class="muted code">{held.sku_code}</span>
                </span>
                <span class="muted small">{apart} {unit} {held.state.words()} " " {given}</span>
                <span class="pack-count"><b>{grouped(held.on_hand.into())}</b></span>
            </li>
        }
    });
    view! {
        <section class="stack-tight" aria-label=format!("In bin {code}") data-bin-sheet=code.clone()>
            <h2>{format!("In bin {code}")}</h2>
            <ul class="pack-lines" role="list">{rows.collect_view()}</ul>
            {page}
        </section>
    }
    .into_any()
}

/// Big doors to each kind of work the visitor may do.
fn doors() -> AnyView {
    let doors = [
        ("Put away", "Goods from the dock to their bins", "/floor/putaway", Icon::Box, P::StockReceive),
        ("Move", "A pallet, carton or tote with all that it holds", "/floor/units", Icon::Arrow, P::StockMove),
        ("Count", "Bins somebody should look into", "/floor/count", Icon::Check, P::Count),
        ("Bring forward", "From reserve to pick bins, before a wave runs short", "/floor/replenish", Icon::Arrow, P::StockMove),
        ("Pack", "A tote becomes a parcel", "/floor/pack", Icon::Box, P::Pack),
        ("Other sites", "Transfers onto the truck and off it", "/floor/transfers", Icon::Truck, P::StockMove),
        ("Hand over", "Parcels leave with the carrier", "/floor/ship", Icon::Truck, P::Ship),
        ("Receive", "What suppliers deliver: in by scan, against its order", "/floor/receive", Icon::Dock, P::StockReceive),
        ("Inspect", "Received goods that are looked at before they are sold", "/floor/inspect", Icon::Search, P::GoodsInspect),
        ("Returns", "What customers send back: in, graded, put away", "/floor/returns", Icon::Return, P::ReturnsReceive),
    ];
    let visit = visit();
    let open = doors.into_iter().filter(|(.., needs)| visit.may(*needs)).map(|(name, words, path, icon, _)| {
        view! {
            <li>
                <A href=path attr:class="floor-door">
                    {icon.view()}
                    <span><b>{name}</b> <span class="muted small">{words}</span></span>
                </A>
            </li>
        }
    });
    view! { <ul class="floor-doors" role="list">{open.collect_view()}</ul> }.into_any()
}

/// Carts to walk: one's own first.
fn work() -> AnyView {
    let site = here();
    let fresh = live(&["wave", "trip"]);
    let answer = Resource::new(move || (site.get(), fresh.get()), |(site, _)| read_trips(site));
    let back = Resource::new(move || (site.get(), fresh.get()), |(site, _)| read_put_backs(site));
    view! {
        {loaded(back, |rows| to_put_back(&rows))}
        <section class="stack-tight" aria-label="Carts to walk">
            <h2>"Carts to walk"</h2>
            {loaded(answer, carts)}
        </section>
    }
    .into_any()
}

/// What cancelled waves left in totes, when there is something.
fn to_put_back(rows: &[PutBackRow]) -> AnyView {
    let units: i64 = rows.iter().map(|row| i64::from(row.quantity)).sum();
    if units == 0 {
        return ().into_any();
    }
    let words =
        if units == 1 { "1 unit of a cancelled wave".to_owned() } else { format!("{} units of cancelled waves", grouped(units)) };
    view! {
        <A href="/floor/put-back" attr:class="floor-door" attr:data-put-back=units.to_string()>
            {Icon::Undo.view()}
            <span><b>"Put back"</b> <span class="muted small">{words} " from totes to their bins"</span></span>
        </A>
    }
    .into_any()
}

fn carts(rows: Vec<TripRow>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card"><Empty title="Every cart is walked" words="New ones appear here the moment a wave is released." icon=Icon::Cart /></div>
        }
        .into_any();
    }
    view! { <ul class="floor-carts" role="list">{rows.into_iter().map(cart).collect_view()}</ul> }.into_any()
}

fn cart(row: TripRow) -> AnyView {
    let state = match (row.mine, row.person_name, row.meant_for_me, row.planned_name) {
        (true, ..) => view! { <Chip text="Yours: go on" tone=Tone::Accent /> }.into_any(),
        (_, Some(name), ..) => view! { <Chip text=name icon=Icon::Person /> }.into_any(),
        (_, None, true, _) => view! { <Chip text="Meant for you" tone=Tone::Accent /> }.into_any(),
        (_, None, _, Some(name)) => view! { <Chip text=format!("Meant for {name}") /> }.into_any(),
        (_, None, _, None) => view! { <Chip text="Free" tone=Tone::Ok /> }.into_any(),
    };
    let due = row.due.map(|due| view! { <span class="muted small">"due " <When at=due /></span> });
    let name = format!("{} · Cart {}", row.wave_number, row.trip_no);
    let words = format!(
        "{} · {} of {} · {} m",
        counted(row.orders, "order", "orders"),
        row.units_done,
        counted(row.units, "unit", "units"),
        row.metres
    );
    let label = format!("Units of {name} done");
    let (done, units) = (row.units_done.into(), row.units.into());
    view! {
        <li>
            <A href=format!("/floor/pick/{}", row.trip) attr:class="floor-cart">
                <span class="row-between"><b>{name}</b> {state}</span>
                <span class="row-between"><span class="small">{words}</span> {due}</span>
                <Meter label done of=units tone=Tone::Ok />
            </A>
        </li>
    }
    .into_any()
}
