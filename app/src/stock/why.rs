//! Why a SKU's units cannot be sold or picked: each reason by name, with its units, where they stand, and where to see or mend it.

use domain::ids::SkuId;
use domain::stock::why::{Hindrance, Reason, Stops};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::ui::{Chip, Tone, grouped};

pub fn reasons(sku: SkuId, found: &[Hindrance]) -> AnyView {
    if found.is_empty() {
        return view! { <p class="small">"Nothing stands in the way: every unit is free on a shelf."</p> }.into_any();
    }
    let rows = found.iter().map(|one| reason(sku, one)).collect_view();
    view! { <ul class="stack-tight small" role="list">{rows}</ul> }.into_any()
}

/// Where the very units, or the way to mend it, are to be seen.
fn leads(sku: SkuId, one: &Hindrance) -> (String, &'static str) {
    let state = |code: &str| (format!("/stock?sku={sku}&state={code}"), "Where they stand");
    match one.reason {
        Reason::Held => state("held"),
        Reason::Quarantined => state("quarantined"),
        Reason::Damaged => state("damaged"),
        Reason::Returned => ("/returns".to_owned(), "Returns"),
        Reason::InTransit => ("/transfers".to_owned(), "Transfers"),
        Reason::Allocated | Reason::Reserved => ("#holders".to_owned(), "Who holds them"),
        Reason::Buffer | Reason::NoneHere => ("/transfers".to_owned(), "Transfers and buffers"),
        Reason::ReserveOnly => ("/replenishment".to_owned(), "Replenishment"),
        Reason::NotPutAway | Reason::Locked | Reason::InUnits | Reason::InParcels | Reason::OthersOwn => state("sellable"),
    }
}

fn reason(sku: SkuId, one: &Hindrance) -> AnyView {
    let tone = match one.reason {
        Reason::Allocated | Reason::Reserved => Tone::Info,
        Reason::Damaged => Tone::Stop,
        Reason::Held | Reason::Quarantined | Reason::Locked | Reason::ReserveOnly | Reason::NotPutAway => Tone::Warn,
        _ => Tone::Plain,
    };
    let (href, words) = leads(sku, one);
    let way = if href.starts_with('#') {
        view! { <a href=href>{words}</a> }.into_any()
    } else {
        view! { <A href>{words}</A> }.into_any()
    };
    let what = match one.reason {
        Reason::NoneHere => format!("{}: {}", one.site_code, one.reason.words()),
        _ if one.site.is_some() => format!("{}, at {}", one.reason.words(), one.site_code),
        _ => one.reason.words().to_owned(),
    };
    let stops = match one.reason.stops() {
        Stops::Both => "",
        only => only.words(),
    };
    let bins = (!one.bins.is_empty()
        && matches!(one.reason, Reason::Locked | Reason::NotPutAway | Reason::Held | Reason::InUnits | Reason::InParcels))
    .then(|| view! { <span class="code muted">{one.bins.clone()}</span> });
    view! {
        <li class="row" data-why=format!("{:?}", one.reason)>
            <Chip text=grouped(one.units) tone />
            <span>{what}</span>
            {bins}
            {(!stops.is_empty()).then(|| view! { <span class="muted">{stops}</span> })}
            {way}
        </li>
    }
    .into_any()
}
