//! `/sites/:site/bins`: a site's bins by zone, aisle, kind and code; their labels; one more bin.

use domain::ids::BinId;
use domain::people::Permission;
use domain::sites::design::{AddBin, BINS_PAGE, BinFilter, BinList, BinListRow};
use domain::sites::labels::Sheet;
use domain::sites::layout::{Access, Side};
use domain::sites::places::{BinKind, Keeping};
use domain::sites::written;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::design_api::{read_bins, send_bin};
use super::keeping::{KeepingForm, used};
use crate::door::{Said, Unanswered, live, visit};
use crate::ui::{
    Chip, Choice, Empty, Field, Icon, LastRefused, Pager, Refusal, Send, Table, Toasts, Tone, counted, grouped, heads,
    loaded_page,
};

#[component]
pub fn BinsPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let site = move || params.with(|params| params.get("site").unwrap_or_default());
    let filter = Memo::new(move |_| query.with(|query| asked(|name| query.get(name).unwrap_or_default())));
    let fresh = live(&["bin", "site", "stock"]);
    let answer = Resource::new(move || (site(), filter.get(), fresh.get()), |(site, filter, _)| read_bins(site, filter));
    view! {
        <Title text="Bins" />
        <div class="page">{loaded_page(answer, move |list| sheet(&site(), &filter.get_untracked(), &list))}</div>
    }
    .into_any()
}

fn asked(part: impl Fn(&'static str) -> String) -> BinFilter {
    BinFilter {
        zone: part("zone"),
        aisle: part("aisle").parse().ok(),
        kind: BinKind::parse(&part("use")),
        code: part("code"),
        page: part("page").parse::<i64>().unwrap_or(1).max(1),
    }
}

fn sheet(site: &str, filter: &BinFilter, list: &BinList) -> AnyView {
    let edits = visit().may(Permission::SitesEdit);
    view! {
        <header class="page-head">
            <A href=format!("/sites/{site}/design") attr:class="btn quiet square" attr:aria-label="The drawing">{Icon::Back.view()}</A>
            <h1>"Bins"</h1>
        </header>
        {filters(site, filter, list)}
        <div class="split">
            {table(site, filter, list)}
            <div class="stack">
                {labels(site, filter, list.total)}
                {edits.then(|| site.parse().ok().map(|site| view! { <AddCard site=domain::ids::SiteId(site) /> }))}
            </div>
        </div>
    }
    .into_any()
}

fn filters(site: &str, filter: &BinFilter, list: &BinList) -> AnyView {
    let all = |words: &str| vec![(String::new(), words.to_owned())];
    let zones = all("Every zone").into_iter().chain(list.zones.iter().map(|zone| (zone.clone(), zone.clone())));
    let aisles = all("Every aisle").into_iter().chain(list.aisles.iter().map(|no| (no.to_string(), format!("Aisle {no}"))));
    let kinds = all("Every kind").into_iter();
    let kinds = kinds.chain(BinKind::PLACED.iter().map(|kind| (kind.code().to_owned(), kind.words().to_owned())));
    let chosen = (
        filter.zone.clone(),
        filter.aisle.map(|no| no.to_string()).unwrap_or_default(),
        filter.kind.map(|kind| kind.code().to_owned()).unwrap_or_default(),
    );
    let (zones, aisles, kinds) = (zones.collect::<Vec<_>>(), aisles.collect::<Vec<_>>(), kinds.collect::<Vec<_>>());
    let part = filter.code.clone();
    view! {
        <Form method="GET" action=format!("/sites/{site}/bins") attr:class="filters" attr:role="search" attr:novalidate="">
            <div class="field">
                <label for="f-code">"Code, * = anything"</label>
                <input class="input" id="f-code" name="code" type="search" value=part autocomplete="off" />
            </div>
            <Choice label="Zone" name="zone" options=zones chosen=chosen.0 />
            <Choice label="Aisle" name="aisle" options=aisles chosen=chosen.1 />
            <Choice label="For" name="use" options=kinds chosen=chosen.2 />
            <button class="btn">{Icon::Search.view()} "Show"</button>
        </Form>
    }
    .into_any()
}

/// The filter as an address says it, without the page. A page calls the kind otherwise: a form on it has a kind of its own.
fn said(filter: &BinFilter, kind_is: &str) -> String {
    let escape = leptos_router::location::Url::escape;
    let (aisle, kind) = (filter.aisle.map(|no| no.to_string()).unwrap_or_default(), filter.kind.map_or("", BinKind::code));
    format!("zone={}&aisle={aisle}&{kind_is}={kind}&code={}", escape(&filter.zone), escape(&filter.code))
}

/// `query` brings the path along: pages are of one site.
fn address(page: i64, query: &str) -> String {
    format!("{query}&page={page}")
}

fn table(site: &str, filter: &BinFilter, list: &BinList) -> AnyView {
    if list.rows.is_empty() {
        let all = format!("/sites/{site}/bins");
        return view! {
            <div class="card">
                <Empty title="No bin is meant by this" words="Ask for less, or make bins on the drawing." icon=Icon::Box>
                    <a class="btn" href=all>"Show all"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let csv = format!("/api/fn/sites/bins.csv?site={site}&{}", said(filter, "kind"));
    let query = format!("/sites/{site}/bins?{}", said(filter, "use"));
    let foot = view! { <Pager page=filter.page per_page=BINS_PAGE total=list.total link=address query /> }.into_any();
    let aside = view! { <span class="muted small" data-bins=list.total>{counted(list.total, "bin", "bins")}</span> }.into_any();
    let rows = list.rows.iter().map(row).collect_view();
    view! {
        <Table title="Bins" caption="Bins with their kind, place and what stands in them" csv aside foot>
            {heads(&[("Bin", ""), ("Kind", ""), ("Zone", "mid"), ("Aisle", "wide"), ("Units", "num"), ("Volume", "mid"), ("Weight", "wide")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: &BinListRow) -> AnyView {
    let locked = row.locked.then(|| view! { <Chip text="Locked" tone=Tone::Warn /> });
    let place = row.at.map_or_else(|| "off the map".to_owned(), |at| at.aisle.to_string());
    let (code, marked) = (row.code.clone(), row.code.clone());
    view! {
        <tr data-bin=marked>
            <th scope="row"><A href=format!("/bins/{}", row.bin)>{code}</A> " " {locked}</th>
            <td>{row.kind.words()}</td>
            <td class="mid">{row.zone.clone()}</td>
            <td class="wide">{place}</td>
            <td class="num">{grouped(row.units)}</td>
            <td class="mid nowrap">{used(row.used_volume_ml, row.keeping.volume_ml, "litres")}</td>
            <td class="wide nowrap">{used(row.used_weight_g, row.keeping.weight_g, "kg")}</td>
        </tr>
    }
    .into_any()
}

/// Labels of the bins that are shown, on every page. Plain forms: the file comes without wasm too.
fn labels(site: &str, filter: &BinFilter, total: i64) -> AnyView {
    let sheets = Sheet::ALL.iter().map(|sheet| (sheet.code().to_owned(), sheet.words().to_owned())).collect();
    let hidden = [
        ("site", site.to_owned()),
        ("zone", filter.zone.clone()),
        ("aisle", filter.aisle.map(|no| no.to_string()).unwrap_or_default()),
        ("kind", filter.kind.map(|kind| kind.code().to_owned()).unwrap_or_default()),
        ("code", filter.code.clone()),
    ];
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let words = counted(total, "bin is shown.", "bins are shown.");
    view! {
        <section class="card">
            <h2>"Labels"</h2>
            <p class="small muted">{words} " Each gets a label with its code as Code 128."</p>
            <form class="form" method="get" action="/api/fn/sites/labels.pdf" novalidate>
                {hidden.collect_view()}
                <Choice label="Sheet" name="sheet" options=sheets chosen=Sheet::default().code() />
                <div class="row">
                    <button class="btn primary">{Icon::Print.view()} "PDF"</button>
                    <button class="btn" formaction="/api/fn/sites/labels.zpl">{Icon::Print.view()} "ZPL, for a label printer"</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

const FIELDS: &[&str] = &["code", "at_aisle", "at_metres", "at_level", "kind", "volume", "weight", "class", "hazard", "mixing"];

#[component]
fn AddCard(site: domain::ids::SiteId) -> impl IntoView {
    let text = |word: &str| RwSignal::new(word.to_owned());
    let (code, aisle, metres, side, level) = (text(""), text(""), text("0"), text("left"), text("1"));
    let keeping = KeepingForm::of(BinKind::Pick, Keeping::default());
    let next = StoredValue::new(BinId::mint());
    let (last, button, toasts) = (LastRefused::default(), Unanswered::new(), use_context::<Toasts>());
    let read = move || {
        let whole = |field: &str, text: RwSignal<String>| {
            text.get_untracked().trim().parse::<i32>().map_err(|_| Said::invalid(field, "Give a whole number."))
        };
        let at = if aisle.with_untracked(|aisle| aisle.trim().is_empty()) {
            None
        } else {
            let y_mm =
                written::metres(&metres.get_untracked()).map_err(|_| Said::invalid("at_metres", "Give metres, such as 4.5."))?;
            let side = Side::from_code(&side.get_untracked()).unwrap_or_default();
            Some(Access { aisle: whole("at_aisle", aisle)?, y_mm, side, level: whole("at_level", level)?.saturating_sub(1) })
        };
        let (kind, keeping) = keeping.read()?;
        Ok::<_, Said>(AddBin { id: next.get_value(), site, code: code.get_untracked(), kind, at, keeping })
    };
    let add = Action::new(move |(): &()| {
        let command = read();
        last.of(async move {
            button.send(&command?, send_bin).await?;
            next.set_value(BinId::mint());
            if let Some(toasts) = toasts {
                toasts.push("The bin is made.".to_owned());
            }
            code.set(String::new());
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        add.dispatch(());
    };
    let sides = vec![("left".to_owned(), "Left".to_owned()), ("right".to_owned(), "Right".to_owned())];
    view! {
        <section class="card">
            <h2>"One more bin"</h2>
            <Refusal said fields=FIELDS />
            <form class="form" novalidate on:submit=submit>
                <Field label="Code" name="code" own="-new" typed=code said />
                {keeping.fields(said)}
                <div class="form-row">
                    <Field label="Aisle, empty = off the map" name="at_aisle" inputmode="numeric" typed=aisle said />
                    <Field label="From the front, m" name="at_metres" inputmode="decimal" typed=metres value=metres.get_untracked() said />
                </div>
                <div class="form-row">
                    <Choice label="Side" name="at_side" options=sides picked=side said />
                    <Field label="Level, 1 = floor" name="at_level" inputmode="numeric" typed=level value=level.get_untracked() said />
                </div>
                <Send label="Make the bin" busy=add.pending() />
            </form>
        </section>
    }
    .into_any()
}
