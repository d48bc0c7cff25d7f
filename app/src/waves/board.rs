//! `/waves`: what waits, putting it on carts, and every wave's progress while it happens.

use domain::ids::{CommandId, SiteId};
use domain::people::Permission;
use domain::waves::{Chosen, Method, ORDERS_MAX, PlanWave, SLOTS_MAX, Waiting, WaveRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::api::{read_waiting, read_waves, send_plan};
use super::outlook::outlook_panel;
use super::status_chip;
use crate::door::{Said, live, visit};
use crate::sites::here;
use crate::ui::{Choice, Empty, Icon, Meter, Refusal, Refused, Stepper, Table, Tone, When, age, grouped, loaded, when};

#[component]
pub fn WavesPage() -> impl IntoView {
    let site = here();
    let fresh = live(&["wave", "trip", "order"]);
    let answer = Resource::new(move || (site.get(), fresh.get()), |(site, _)| read_waves(site));
    let plan = Plan::new();
    view! {
        <Title text="Waves" />
        <div class="page">
            <header class="page-head">
                <h1>"Waves"</h1>
            </header>
            {visit()
                .may(Permission::WavesPlan)
                .then(|| view! { {move || planner(site.get(), plan, fresh)} })}
            {outlook_panel(site)}
            {loaded(answer, move |rows| board(rows, site.get_untracked()))}
        </div>
    }
    .into_any()
}

/// What is asked for in the form. Lives beside the answers, so that a refresh does not forget it.
#[derive(Clone, Copy)]
struct Plan {
    most: RwSignal<i32>,
    slots: RwSignal<i32>,
    method: RwSignal<String>,
    send: Action<PlanWave, Result<(), Said>>,
    said: Refused,
}

impl Plan {
    fn new() -> Self {
        let go = use_navigate();
        let send = Action::new(move |command: &PlanWave| {
            let (command, go) = (command.clone(), go.clone());
            async move {
                let planned = send_plan(CommandId::mint(), command).await?;
                go(&format!("/waves/{}", planned.wave), leptos_router::NavigateOptions::default());
                Ok(())
            }
        });
        let last = send.value();
        let said = Signal::derive(move || last.get().and_then(Result::err));
        let method = RwSignal::new(Method::default().code().to_owned());
        Self { most: RwSignal::new(40), slots: RwSignal::new(8), method, send, said }
    }

    fn command(self, site: SiteId) -> PlanWave {
        PlanWave {
            site,
            orders: Chosen::Most(self.most.get_untracked()),
            method: Method::parse(&self.method.get_untracked()).unwrap_or_default(),
            slots: self.slots.get_untracked(),
            release: false,
        }
    }
}

fn planner(site: Option<SiteId>, plan: Plan, fresh: Signal<u64>) -> AnyView {
    let Some(site) = site else {
        return view! {
            <p class="banner">{Icon::Map.view()} <span>"Choose a site above to plan its next wave."</span></p>
        }
        .into_any();
    };
    let waiting = Resource::new(move || fresh.get(), move |_| read_waiting(site));
    view! {
        <section class="card">
            {loaded(waiting, waiting_words)}
            <Refusal said=plan.said fields=&["slots", "orders"] />
            <form
                class="filters"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    plan.send.dispatch(plan.command(site));
                }
            >
                <Stepper label="Orders, at most" name="orders" value=plan.most min=1 max=ORDERS_MAX said=plan.said />
                <Choice
                    label="How"
                    name="method"
                    options=Method::ALL.iter().map(|method| (method.code().to_owned(), method.words().to_owned())).collect()
                    picked=plan.method
                />
                <Stepper label="Totes on a cart" name="slots" value=plan.slots min=1 max=SLOTS_MAX said=plan.said />
                <button
                    class="btn primary"
                    aria-busy=move || plan.send.pending().get().then_some("true")
                    disabled=move || plan.send.pending().get()
                >
                    {Icon::Wave.view()}
                    "Plan a wave"
                </button>
            </form>
        </section>
    }
    .into_any()
}

fn waiting_words(waiting: Waiting) -> AnyView {
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

fn board(rows: Vec<WaveRow>, site: Option<SiteId>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No wave yet" words="Plan one, and it is followed here from cart to carrier." icon=Icon::Wave />
            </div>
        }
        .into_any();
    }
    let count = format!("{} shown, latest first", rows.len());
    let rows = rows.into_iter().map(row).collect_view();
    let csv = format!("/api/fn/waves/list.csv?site={}", site.map_or_else(String::new, |site| site.to_string()));
    let aside = view! { <span class="muted small">{count}</span> }.into_any();
    view! {
        <Table title="Board" caption="Waves, latest first" csv aside>
            <thead>
                <tr>
                    <th scope="col">"Wave"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Progress"</th>
                    <th scope="col" class="num">"Orders"</th>
                    <th scope="col" class="num">"Carts done"</th>
                    <th scope="col">"Walking"</th>
                    <th scope="col">"Pickers"</th>
                    <th scope="col">"First due"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: WaveRow) -> AnyView {
    let (done, units) = (i64::from(row.units_done()), i64::from(row.units));
    let tone = if row.units_short > 0 { Tone::Warn } else { Tone::Ok };
    let short = (row.units_short > 0).then(|| view! { <span class="small muted">{format!("{} short", row.units_short)}</span> });
    let pickers = if row.pickers.is_empty() { "–".to_owned() } else { row.pickers.join(", ") };
    let saved = row.saved_percent();
    let saved = (saved > 0).then(|| view! { " " <span class="chip ok">{format!("−{saved} %")}</span> });
    let (link, name, state) = (format!("/waves/{}", row.wave), row.number.clone(), status_chip(row.status()));
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
            <td>{when(row.due)}</td>
        </tr>
    }
    .into_any()
}
