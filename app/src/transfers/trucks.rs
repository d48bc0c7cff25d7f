//! `/floor/transfers`: what there is to load for other sites and to take in from them; a scan of a transfer's label opens it.

use domain::transfers::{Status, TransferRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::api::read_trucks;
use super::status_chip;
use crate::door::live;
use crate::sites::here;
use crate::ui::{Band, Empty, Heard, Icon, ManualCode, Meter, Tone, answer_scan, loaded, on_scan};

#[component]
pub fn TrucksPage() -> impl IntoView {
    let site = here();
    let fresh = live(&["transfer"]);
    let answer = Resource::new(move || (site.get(), fresh.get()), |(site, _)| read_trucks(site));
    let band = RwSignal::new(Heard::Ask("Scan a transfer's label, or choose it below".to_owned()));
    let go = use_navigate();
    on_scan(move |code| {
        let rows = answer.get_untracked().and_then(Result::ok).unwrap_or_default();
        if let Some(row) = rows.iter().find(|row| row.number.eq_ignore_ascii_case(&code)) {
            go(&format!("/floor/transfers/{}", row.number), leptos_router::NavigateOptions::default());
        } else {
            let words = format!("{code} is no transfer that is open here.");
            answer_scan(band, Heard::Wrong { words, detail: String::new() });
        }
    });
    view! {
        <Title text="Transfers" />
        <div class="task">
            <div class="task-head"><h1>"From and to other sites"</h1></div>
            <div class="task-body">
                <Band heard=band />
                {loaded(answer, list)}
            </div>
            <div class="task-foot"><ManualCode label="Type a transfer" /></div>
        </div>
    }
    .into_any()
}

fn list(rows: Vec<TransferRow>) -> AnyView {
    let rows: Vec<TransferRow> = rows.into_iter().filter(|row| row.status != Status::Requested).collect();
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No transfer to load or take in" words="Approved ones appear here, and those on their way to this site." icon=Icon::Truck />
            </div>
        }
        .into_any();
    }
    view! { <ul class="floor-carts" role="list">{rows.into_iter().map(truck).collect_view()}</ul> }.into_any()
}

fn truck(row: TransferRow) -> AnyView {
    let loading = matches!(row.status, Status::Approved | Status::Loading);
    let (done, of) = if loading { (row.loaded, row.units) } else { (row.received, row.loaded) };
    let words = format!("{} to {} · {done} of {of} units {}", row.from_code, row.to_code, if loading { "loaded" } else { "in" });
    let label = format!("Units of {}", row.number);
    view! {
        <li>
            <A href=format!("/floor/transfers/{}", row.number) attr:class="floor-cart">
                <span class="row-between"><b>{row.number.clone()}</b> {status_chip(row.status)}</span>
                <span class="muted small">{words}</span>
                <Meter label done of tone=Tone::Ok />
            </A>
        </li>
    }
    .into_any()
}
