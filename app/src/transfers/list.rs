//! `/transfers`: what goes from site to site, and asking for it.

use domain::ids::SiteId;
use domain::people::Permission;
use domain::sites::SiteRow;
use domain::transfers::{PAGE, TransferPage, TransferRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::{read_balancing, read_buffers, read_transfers};
use super::ask::AskCard;
use super::balancing::{LaneCard, panel};
use super::buffers::BufferCard;
use super::status_chip;
use crate::door::{live, visit};
use crate::sites::api::list_sites;
use crate::sites::here;
use crate::ui::{Empty, Icon, Meter, Pager, Table, Tone, When, grouped, heads, link, loaded};

#[component]
pub fn TransfersPage() -> impl IntoView {
    let site = here();
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse::<i64>().unwrap_or(1).max(1);
    let open = move || part("all").is_empty();
    let fresh = live(&["transfer"]);
    let again = RwSignal::new(0_u32);
    let asked = move || (site.get(), open(), page(), fresh.get(), again.get());
    let answer = Resource::new(asked, |(site, open, page, ..)| read_transfers(site, open, page));
    let plans = visit().may(Permission::StockPlan);
    let sites = Resource::new(|| (), |()| list_sites());
    let balancing = move || {
        let answer = Resource::new(move || (fresh.get(), again.get()), |_| read_balancing());
        let buffers = Resource::new(move || again.get(), |_| read_buffers());
        view! {
            {loaded(answer, panel)}
            {loaded(buffers, move |rows| view! { <BufferCard rows again /> }.into_any())}
        }
    };
    view! {
        <Title text="Transfers" />
        <div class="page">
            <header class="page-head">
                <h1>"Transfers"</h1>
            </header>
            <div class=if plans { "split" } else { "stack" }>
                {loaded(answer, move |answer| list(answer, page(), open(), site.get_untracked()))}
                {plans
                    .then(|| {
                        view! { <div class="stack">{loaded(sites, move |sites| cards(sites, again))}</div> }
                    })}
            </div>
            {plans.then(balancing)}
        </div>
    }
    .into_any()
}

fn cards(sites: Vec<SiteRow>, again: RwSignal<u32>) -> AnyView {
    if sites.len() < 2 {
        return view! { <p class="banner">{Icon::Map.view()} <span>"Goods go from one site to another: your roles are at one only."</span></p> }
            .into_any();
    }
    view! {
        <AskCard sites=sites.clone() again />
        <LaneCard sites />
    }
    .into_any()
}

fn address(page: i64, query: &str) -> String {
    format!("/transfers?{query}&page={page}")
}

fn list(answer: TransferPage, page: i64, open: bool, site: Option<SiteId>) -> AnyView {
    let (query, other, words) =
        if open { ("all=", "/transfers?all=1", "Show closed ones too") } else { ("all=1", "/transfers", "Show open ones only") };
    let switch = view! { <A href=other attr:class="btn quiet">{words}</A> }.into_any();
    if answer.rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing goes from site to site" words="What is asked for appears here, until it is taken in." icon=Icon::Truck>
                    {switch}
                </Empty>
            </div>
        }
        .into_any();
    }
    let site = site.map_or_else(String::new, |site| site.to_string());
    let csv = format!("/api/fn/transfers/list.csv?site={site}&open={}", if open { "1" } else { "" });
    let foot = view! { <Pager page per_page=PAGE total=answer.total link=address query=query.to_owned() /> }.into_any();
    view! {
        <Table title="From site to site" caption="Transfers, open ones first" csv aside=switch foot>
            {heads(&[("Transfer", ""), ("From", ""), ("To", ""), ("State", ""), ("Taken in", ""), ("On the way", "num"), ("Asked for by", "mid"), ("When", "mid")])}
            <tbody>{answer.rows.into_iter().map(row).collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: TransferRow) -> AnyView {
    let of = if row.loaded > 0 { row.loaded } else { row.units };
    let label = format!("Units of {} taken in", row.number);
    let lost = (row.lost > 0).then(|| view! { <span class="small muted">{format!("{} lost", row.lost)}</span> });
    view! {
        <tr data-transfer=row.number.clone()>
            <th scope="row">{link(format!("/transfers/{}", row.number), row.number.clone())}</th>
            <td class="code">{row.from_code.clone()}</td>
            <td class="code">{row.to_code.clone()}</td>
            <td>{status_chip(row.status)}</td>
            <td class="cell-bar">
                <span class="stack-tight">
                    <Meter label done=row.received of tone=Tone::Ok />
                    <span class="small">{grouped(row.received)} " of " {grouped(of)} " " {lost}</span>
                </span>
            </td>
            <td class="num">{grouped(row.on_the_way())}</td>
            <td class="mid">{row.requested_by.clone().unwrap_or_default()}</td>
            <td class="mid"><When at=row.requested_at /></td>
        </tr>
    }
    .into_any()
}
