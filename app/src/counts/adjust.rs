//! `/adjustments`: stock corrected by hand, with a code for why; what waits, and what became of the rest.

use domain::counts::adjust::{AdjustStock, PAGE, Status};
use domain::ids::SiteId;
use domain::reasons::{Given, Process};
use domain::stock::State;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::adjust_list::{Tools, list};
use super::api::{read_adjustments, send_adjustment};
use crate::door::{Said, Unanswered, live};
use crate::lots::Which;
use crate::reasons::{Because, Why};
use crate::sites::here;
use crate::ui::{Choice, Field, Icon, LastRefused, Refusal, Refused, Send, Toasts, loaded};

/// States that goods in a bin can be in.
const STATES: [State; 5] = [State::Sellable, State::Held, State::Quarantined, State::Damaged, State::Returned];

#[component]
pub fn AdjustmentsPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let page = move || part("page").parse().unwrap_or(1_i64).max(1);
    let site = here();
    let (fresh, again) = (live(&["adjustment", "stock"]), RwSignal::new(0_u32));
    let asked = move || (site.get(), part("status"), page(), fresh.get(), again.get());
    let answer = Resource::new(asked, |(site, status, page, ..)| read_adjustments(site, status, page));
    let (tools, correcting) = (Tools::new(again), Correcting::new(again));
    view! {
        <Title text="Corrections" />
        <div class="page">
            <header class="page-head">
                <h1>"Corrections"</h1>
            </header>
            {move || form(site.get(), correcting)}
            {loaded(answer, move |told| list(&told, &part("status"), page(), site.get_untracked(), tools))}
        </div>
    }
    .into_any()
}

/// What is typed. Lives beside the answer, so that a refresh does not forget it.
#[derive(Clone, Copy)]
struct Correcting {
    send: Action<AdjustStock, Result<(), Said>>,
    bin: RwSignal<String>,
    sku: RwSignal<String>,
    which: Which,
    state: RwSignal<String>,
    units: RwSignal<String>,
    because: Because,
    last: LastRefused,
    said: Refused,
}

impl Correcting {
    fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let last = LastRefused::default();
        let correcting = Unanswered::new();
        let (units, which, because) = (RwSignal::<String>::default(), Which::default(), Because::default());
        let send = Action::new(move |command: &AdjustStock| {
            let command = command.clone();
            last.of(async move {
                let done = correcting.send(&command, send_adjustment).await?;
                if let Some(toasts) = toasts {
                    toasts.push(match done.status {
                        Status::Posted => format!("{}: stock, cost and books are corrected.", done.number),
                        _ => format!("{} waits: somebody else has to agree.", done.number),
                    });
                }
                units.set(String::new());
                which.clear();
                because.clear();
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self {
            send,
            bin: RwSignal::default(),
            sku: RwSignal::default(),
            which,
            state: RwSignal::new(State::Sellable.code().to_owned()),
            units,
            because,
            last,
            said: last.said(),
        }
    }

    /// What is typed, as a command; what cannot be read is said beside its field.
    fn read(self, site: SiteId) -> Result<AdjustStock, Said> {
        let units = self.units.get_untracked();
        let units = units.trim().trim_start_matches('+').replace('−', "-");
        let Given { code, note } = self.because.given();
        Ok(AdjustStock {
            site,
            bin_code: self.bin.get_untracked(),
            sku_code: self.sku.get_untracked(),
            marks: self.which.read()?,
            state: State::parse(&self.state.get_untracked()).ok_or_else(|| Said::invalid("state", "Choose a state."))?,
            units: units.parse().map_err(|_| Said::invalid("units", "Give a whole number, with a minus for fewer."))?,
            reason: code,
            note,
        })
    }
}

fn form(site: Option<SiteId>, correcting: Correcting) -> AnyView {
    let Some(site) = site else {
        return view! { <p class="banner">{Icon::Map.view()} <span>"Choose a site above to correct stock there."</span></p> }
            .into_any();
    };
    let said = correcting.said;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match correcting.read(site) {
            Ok(command) => drop(correcting.send.dispatch(command)),
            Err(refused) => correcting.last.say(refused),
        }
    };
    let states = STATES.map(|state| (state.code().to_owned(), state.words().to_owned())).to_vec();
    // Codes that go with what is typed: more, or fewer.
    let way = Signal::derive(move || match correcting.units.get().trim() {
        "" => None,
        typed if typed.starts_with(['-', '−']) => Some("fewer"),
        _ => Some("more"),
    });
    view! {
        <section class="card">
            <h2>"Correct stock"</h2>
            <form class="form" novalidate on:submit=send>
                <Refusal said fields=&["bin_code", "sku_code", "lot", "expires_on", "serials", "state", "units", "reason", "note"] />
                <div class="form-row">
                    <Field label="Bin" name="bin_code" typed=correcting.bin maxlength=40_u32 said />
                    <Field label="SKU or barcode" name="sku_code" typed=correcting.sku maxlength=80_u32 said />
                    <Choice label="Its state" name="state" options=states picked=correcting.state said />
                </div>
                {correcting.which.fields(said)}
                <div class="form-row">
                    <Field
                        label="Units more, or fewer with a minus"
                        name="units"
                        inputmode="text"
                        typed=correcting.units
                        maxlength=9_u32
                        said
                    />
                    <Why label="Why" process=Process::Adjustment because=correcting.because way said />
                </div>
                <Send label="Correct it" busy=correcting.send.pending() />
            </form>
        </section>
    }
    .into_any()
}

/// The address of a page of the list.
pub(super) fn link(page: i64, query: &str) -> String {
    format!("/adjustments?{query}&page={page}")
}

/// Rows on a page.
pub(super) const ROWS: i64 = PAGE;
