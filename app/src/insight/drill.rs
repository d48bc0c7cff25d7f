//! `/live/:kpi`: the rows a figure counts, and the figure they make. Filters stand in the address.

use domain::ids::SiteId;
use domain::insight::{Drill, DrillRow, Figure, Kpi, part_words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::location::Url;

use super::api::read_rows;
use super::feed::{href, value_words};
use crate::door::{Said, live};
use crate::ui::{Empty, Icon, Table, grouped, heads, loaded, when};

#[component]
pub fn DrillPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let code = move || params.with(|params| params.get("kpi").unwrap_or_default());
    let part = move || query.with(|query| query.get("part").unwrap_or_default());
    let site = move || query.with(|query| query.get("site").and_then(|site| site.parse::<SiteId>().ok()));
    let fresh = live(&["order", "wave", "trip", "parcel", "return", "refund", "stock", "exception"]);
    let answer = Resource::new(
        move || (code(), site(), part(), fresh.get()),
        |(code, site, part, _)| async move {
            let kpi = Kpi::parse(&code).ok_or_else(|| Said::not_found("figure"))?;
            read_rows(kpi, site, part).await
        },
    );
    let back = move || format!("/live{}", site().map_or_else(String::new, |site| format!("?site={site}")));
    let name = move || Kpi::parse(&code()).map_or("Figure", Kpi::name);
    view! {
        <Title text=name />
        <div class="page">
            <header class="page-head">
                <h1>{name}</h1>
                <A href=back attr:class="btn">{Icon::Gauge.view()} "Live"</A>
            </header>
            {loaded(answer, move |drill| rows(drill, &part(), site()))}
        </div>
    }
    .into_any()
}

fn rows(drill: Drill, part: &str, site: Option<SiteId>) -> AnyView {
    let kpi = drill.figure.kpi;
    let head = head(&drill.figure, part, site);
    if drill.rows.is_empty() {
        return view! {
            {head}
            <div class="card">
                <Empty title="Nothing to count" words="No row makes up this figure right now." />
            </div>
        }
        .into_any();
    }
    let site = site.map_or_else(String::new, |site| site.to_string());
    let csv = format!("/api/fn/insight/rows.csv?kpi={}&site={site}&part={}", kpi.code(), Url::escape(part));
    let shown = i64::try_from(drill.rows.len()).unwrap_or(i64::MAX);
    let count = if shown < drill.figure.rows {
        format!("The first {} of {} rows; all of them are in the CSV", grouped(shown), grouped(drill.figure.rows))
    } else {
        format!("{} rows", grouped(shown))
    };
    let foot = view! { <p class="pager">{count}</p> }.into_any();
    let rows = drill.rows.into_iter().map(row).collect_view();
    view! {
        {head}
        <Table title="What it counts" caption=kpi.definition() csv foot>
            {heads(&[
                ("What", ""),
                ("Part", ""),
                ("Site", "mid"),
                ("Detail", "wide"),
                ("At", "mid"),
                (kpi.counts(), "num"),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// The number these rows make, how it is counted, and its parts to choose from.
fn head(figure: &Figure, part: &str, site: Option<SiteId>) -> AnyView {
    let kpi = figure.kpi;
    let link = |part: &str, words: String| view! { <A href=href(kpi, part, site) attr:class="btn quiet">{words}</A> };
    let all = (!part.is_empty()).then(|| link("", "All parts".to_owned()));
    let parts = (part.is_empty() && figure.parts.len() > 1).then(|| {
        let words = |part: &domain::insight::Part| format!("{} {}", part_words(&part.part), part.total.normalize());
        figure.parts.iter().map(|part| link(&part.part, words(part))).collect_view()
    });
    view! {
        <section class="card drill-head">
            <p class="tile-value">
                <span data-value=kpi.code() data-rows=figure.rows>{value_words(figure)}</span>
                <small>{kpi.unit()}</small>
            </p>
            <p class="muted">{kpi.definition()}</p>
            <nav class="row" aria-label="Parts">{all} {parts}</nav>
        </section>
    }
    .into_any()
}

fn row(row: DrillRow) -> AnyView {
    view! {
        <tr>
            <th scope="row"><A href=row.href>{row.label}</A></th>
            <td>{part_words(&row.part).to_owned()}</td>
            <td class="mid">{row.site}</td>
            <td class="wide muted">{row.detail}</td>
            <td class="mid">{when(row.at)}</td>
            <td class="num" data-counts=row.counts.to_string()>{row.counts.normalize().to_string()}</td>
        </tr>
    }
    .into_any()
}
