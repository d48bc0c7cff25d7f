//! `/waves`: what waits, every wave's progress while it happens and when it will be picked; then how each site stands.

use domain::ids::SiteId;
use domain::people::Permission;
use domain::waves::labour::{Outlook, WaveOutlook};
use domain::waves::{Status, Waiting, WaveRow};
use futures::future::join;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::api::{read_waiting, read_waves};
use super::labour_api::read_outlook;
use super::outlook::{Evening, ends, outlook_panels};
use super::status_chip;
use crate::door::{Said, live, visit};
use crate::sites::here;
use crate::ui::{Empty, Icon, Meter, Table, Tone, When, age, grouped, heads, loaded, when};

#[component]
pub fn WavesPage() -> impl IntoView {
    let site = here();
    let fresh = live(&["wave", "trip", "order", "roster"]);
    let again = RwSignal::new(0_u32);
    // Together: when a wave is done is said by the same words on the board and beneath it.
    let asked = move || (site.get(), fresh.get(), again.get());
    let answer = Resource::new(asked, |(site, ..)| async move {
        let (rows, outlooks) = join(read_waves(site), read_outlook(site)).await;
        Ok::<_, Said>((rows?, outlooks?))
    });
    let evening = Evening::new(again);
    let show = move |(rows, outlooks): (Vec<WaveRow>, Vec<Outlook>)| {
        view! { {board(rows, &outlooks, site.get_untracked())} {outlook_panels(&outlooks, evening)} }.into_any()
    };
    view! {
        <Title text="Waves" />
        <div class="page">
            <header class="page-head">
                <h1>"Waves"</h1>
                <A href="/carriers" attr:class="btn quiet push">{Icon::Truck.view()} "Carriers"</A>
            </header>
            {visit()
                .may(Permission::WavesPlan)
                .then(|| view! { {move || planner(site.get(), fresh)} })}
            {loaded(answer, show)}
        </div>
    }
    .into_any()
}

fn planner(site: Option<SiteId>, fresh: Signal<u64>) -> AnyView {
    let Some(site) = site else {
        return view! {
            <p class="banner">{Icon::Map.view()} <span>"Choose a site above to plan its next wave."</span></p>
        }
        .into_any();
    };
    let waiting = Resource::new(move || fresh.get(), move |_| read_waiting(site));
    view! {
        <section class="card row-between">
            {loaded(waiting, waiting_words)}
            <A href="/waves/new" attr:class="btn primary">{Icon::Wave.view()} "Plan a wave"</A>
        </section>
    }
    .into_any()
}

pub(super) fn waiting_words(waiting: Waiting) -> AnyView {
    let (orders, units) = (grouped(waiting.orders.into()), grouped(waiting.units.into()));
    let due = waiting.due.map(|due| view! { <span class="muted">"first promised for " <When at=due /></span> });
    view! {
        <div class="row" data-waiting=waiting.orders>
            <span class="big">{orders}</span>
            <span>{if waiting.orders == 1 { "order waits" } else { "orders wait" }} " with " {units} " units in bins"</span>
            {due}
        </div>
    }
    .into_any()
}

fn board(rows: Vec<WaveRow>, outlooks: &[Outlook], site: Option<SiteId>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No wave yet" words="Plan one, and it is followed here from cart to carrier." icon=Icon::Wave />
            </div>
        }
        .into_any();
    }
    let count = format!("{} shown, latest first", rows.len());
    let told = |wave| outlooks.iter().flat_map(|outlook| &outlook.waves).find(|told| told.wave == wave);
    let rows = rows.into_iter().map(|shown| {
        let end = told(shown.wave);
        row(shown, end)
    });
    let rows = rows.collect_view();
    let csv = format!("/api/fn/waves/list.csv?site={}", site.map_or_else(String::new, |site| site.to_string()));
    let aside = view! { <span class="muted small">{count}</span> }.into_any();
    view! {
        <Table title="Board" caption="Waves, latest first" csv aside>
            {heads(&[
                ("Wave", ""),
                ("State", ""),
                ("Progress", ""),
                ("Orders", "num"),
                ("Carts done", "num"),
                ("Walking", ""),
                ("Pickers", ""),
                ("Done by", ""),
                ("Leaves", ""),
            ])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: WaveRow, told: Option<&WaveOutlook>) -> AnyView {
    let (done, units) = (i64::from(row.units_done()), i64::from(row.units));
    let tone = if row.units_short > 0 { Tone::Warn } else { Tone::Ok };
    let short = (row.units_short > 0).then(|| view! { <span class="small muted">{format!("{} short", row.units_short)}</span> });
    let pickers = if row.pickers.is_empty() { "–".to_owned() } else { row.pickers.join(", ") };
    let carriers = (!row.carriers.is_empty()).then(|| row.carriers.join(", "));
    let carriers = carriers.map(|names| view! { " " <span class="small muted" data-carriers>{names}</span> });
    let saved = row.saved_percent();
    let saved = (saved > 0).then(|| view! { " " <span class="chip ok">{format!("−{saved} %")}</span> });
    let (link, name, state) = (format!("/waves/{}", row.wave), row.number.clone(), status_chip(row.status()));
    let open = matches!(row.status(), Status::Released | Status::Picking);
    let end = told.filter(|_| open).map(ends);
    let told = end.is_some().then_some("told");
    let (label, number) = (format!("Units of {} picked", row.number), row.number.clone());
    view! {
        <tr data-wave=number>
            <th scope="row"><A href=link>{name}</A> " " <span class="muted small">{row.site_code.clone()}</span></th>
            <td>{state}</td>
            <td class="cell-bar">
                <span class="stack-tight">
                    <Meter label done of=units tone />
                    <span class="small">{grouped(done)} " of " {grouped(units)} " units " {short}</span>
                </span>
            </td>
            <td class="num">{row.orders}</td>
            <td class="num">{row.trips_done} " of " {row.trips}</td>
            <td class="nowrap">{grouped(row.metres.into())} " m · " {age(row.seconds.into())} {saved}</td>
            <td>{pickers}</td>
            <td data-done-by=told>{end}</td>
            <td>{when(row.due)} {carriers}</td>
        </tr>
    }
    .into_any()
}
