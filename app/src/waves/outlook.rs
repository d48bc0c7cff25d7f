//! How a site stands, on the waves board: hours left against work, promises at risk, when each wave and each picker is done, and one
//! press that evens it out.

use domain::ids::SiteId;
use domain::people::Permission;
use domain::waves::labour::cutoff::Cutoff;
use domain::waves::labour::{EvenOut, Outlook, PickerOutlook, WaveOutlook};
use leptos::prelude::*;
use leptos_router::components::A;

use super::labour_api::send_even_out;
use crate::door::{Said, Unanswered, visit};
use crate::ui::{Chip, Icon, Meter, Refusal, Refused, Rows, Toasts, Tone, When, age, grouped, heads, when};

/// What is evened out, and what was said of it. Made once: what is shown is drawn anew.
#[derive(Clone, Copy)]
pub struct Evening {
    send: Action<SiteId, Result<(), Said>>,
    said: Refused,
}

impl Evening {
    pub fn new(again: RwSignal<u32>) -> Self {
        let toasts = use_context::<Toasts>();
        let evening = Unanswered::new();
        let send = Action::new(move |site: &SiteId| {
            let command = EvenOut { site: *site };
            async move {
                let done = evening.send(&command, send_even_out).await?;
                if let Some(toasts) = toasts {
                    toasts.push(match done.moved {
                        0 => "Even already: nothing was moved.".to_owned(),
                        1 => "1 cart is another's now.".to_owned(),
                        moved => format!("{moved} carts are others' now."),
                    });
                }
                again.update(|again| *again += 1);
                Ok(())
            }
        });
        let last = send.value();
        Self { send, said: Signal::derive(move || last.get().and_then(Result::err)) }
    }
}

/// A panel a site.
pub fn outlook_panels(outlooks: &[Outlook], evening: Evening) -> AnyView {
    outlooks.iter().map(|outlook| panel(outlook, evening)).collect_view().into_any()
}

fn panel(outlook: &Outlook, evening: Evening) -> AnyView {
    let title = format!("Hours and promises · {}", outlook.site_code);
    let label = title.clone();
    let nothing = outlook.waves.is_empty() && outlook.cutoffs.is_empty();
    let body = if nothing {
        view! { <p class="muted">"No work waits here."</p> }.into_any()
    } else {
        view! {
            {at_risk(outlook)}
            <div class="split">
                <div class="stack">{promises(outlook)} {waves(&outlook.waves)}</div>
                {pickers(outlook, evening)}
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-label=label data-outlook=outlook.site_code.clone()>
            <div class="card-head">
                <h2>{title}</h2>
                <span class="muted small">{outlook.rates.clone()}</span>
            </div>
            {hours(outlook)}
            {body}
        </section>
    }
    .into_any()
}

/// Rostered hours left today, and how much of them is promised.
fn hours(outlook: &Outlook) -> AnyView {
    let (promised, rostered) = (outlook.promised, outlook.rostered);
    let over = promised > rostered;
    let words = if rostered == 0 {
        "nobody is rostered to pick for the rest of today".to_owned()
    } else {
        format!("of {} rostered picking left today", age(rostered))
    };
    let tone = if over { Tone::Warn } else { Tone::Ok };
    view! {
        <div class="stack-tight">
            <div class="row-between">
                <span><b>{if promised == 0 { "No work".to_owned() } else { age(promised) }}</b> " on the floor, " {words}</span>
                <A href="/roster" attr:class="btn quiet">{Icon::Clock.view()} "Roster"</A>
            </div>
            <Meter label="Promised of the rostered hours" done=promised.min(rostered) of=rostered.max(1) tone />
        </div>
    }
    .into_any()
}

fn at_risk(outlook: &Outlook) -> AnyView {
    let missed: Vec<&Cutoff> = outlook.missed().collect();
    let Some(first) = missed.first() else { return ().into_any() };
    let orders: i32 = missed.iter().map(|cutoff| cutoff.orders).sum();
    let first = first.at;
    view! {
        <p class="banner warn" data-at-risk=missed.len()>
            {Icon::Alert.view()}
            <span>
                {format!("{} {} at risk, the first promised for ", grouped(orders.into()), if orders == 1 { "order is" } else { "orders are" })}
                <When at=first />
            </span>
        </p>
    }
    .into_any()
}

/// Promises shown: more than a screen of them nobody reads.
const PROMISES_SHOWN: usize = 8;

fn promises(outlook: &Outlook) -> AnyView {
    if outlook.cutoffs.is_empty() {
        return ().into_any();
    }
    let rows = outlook.cutoffs.iter().take(PROMISES_SHOWN).map(promise).collect_view();
    let more = outlook.cutoffs.len().saturating_sub(PROMISES_SHOWN);
    let more = (more > 0).then(|| view! { <p class="muted small">{format!("and {more} later")}</p> });
    view! {
        <Rows label="Promises" caption="Promises, and when their work is picked">
            {heads(&[("Promised for", ""), ("Orders", "num"), ("Work", "num"), ("Picked by", "")])}
            <tbody>{rows}</tbody>
        </Rows>
        {more}
    }
    .into_any()
}

fn promise(cutoff: &Cutoff) -> AnyView {
    let state = match (cutoff.is_met(), cutoff.late_seconds()) {
        (true, _) => view! { <Chip text="In time" tone=Tone::Ok /> }.into_any(),
        (false, Some(late)) => {
            view! { <Chip text=format!("{} late", age(late.max(60))) tone=Tone::Stop icon=Icon::Alert /> }.into_any()
        }
        (false, None) => view! { <Chip text="No hours for it" tone=Tone::Stop icon=Icon::Alert /> }.into_any(),
    };
    let finish = cutoff.finish.map(|finish| view! { <When at=finish /> " " });
    view! {
        <tr>
            <th scope="row"><When at=cutoff.at /></th>
            <td class="num">{cutoff.orders}</td>
            <td class="num nowrap">{age(cutoff.seconds)}</td>
            <td class="nowrap">{finish} {state}</td>
        </tr>
    }
    .into_any()
}

fn waves(waves: &[WaveOutlook]) -> AnyView {
    if waves.is_empty() {
        return ().into_any();
    }
    let rows = waves.iter().map(wave).collect_view();
    view! {
        <Rows label="Waves under way" caption="Waves that are not picked, and when they will be">
            {heads(&[("Wave", ""), ("Work left", "num"), ("Done by", ""), ("First due", "")])}
            <tbody>{rows}</tbody>
        </Rows>
    }
    .into_any()
}

/// When a wave is picked, as it stands; and whether that is too late.
pub fn ends(wave: &WaveOutlook) -> AnyView {
    let late = wave.is_late().then(|| view! { " " <Chip text="Late" tone=Tone::Stop icon=Icon::Alert /> });
    let end = match (wave.released, wave.finish) {
        (false, _) => view! { <span class="muted">"not released"</span> }.into_any(),
        (true, None) => view! { <span class="muted">"nobody rostered"</span> }.into_any(),
        (true, Some(at)) => view! { <When at /> }.into_any(),
    };
    view! { {end} {late} }.into_any()
}

fn wave(wave: &WaveOutlook) -> AnyView {
    let (href, number) = (format!("/waves/{}", wave.wave), wave.number.clone());
    view! {
        <tr data-finish=wave.number.clone()>
            <th scope="row"><A href=href>{number}</A></th>
            <td class="num nowrap">{age(wave.seconds_left)}</td>
            <td>{ends(wave)}</td>
            <td>{when(wave.due)}</td>
        </tr>
    }
    .into_any()
}

fn pickers(outlook: &Outlook, evening: Evening) -> AnyView {
    let site = outlook.site;
    let rows = outlook.pickers.iter().map(picker).collect_view();
    let press = (visit().may(Permission::WavesPlan) && outlook.movable > 0).then(|| {
        let busy = evening.send.pending();
        let words = format!(
            "{} not begun",
            if outlook.movable == 1 { "1 cart".to_owned() } else { format!("{} carts", outlook.movable) }
        );
        view! {
            <button
                type="button"
                class="btn"
                aria-busy=move || busy.get().then_some("true")
                disabled=move || busy.get()
                on:click=move |_| {
                    evening.send.dispatch(site);
                }
            >
                {Icon::Person.view()}
                "Even out"
            </button>
            <span class="muted small">{words}</span>
        }
    });
    let nobody = outlook.pickers.is_empty().then(|| view! { <p class="muted">"Nobody picks here now or later today."</p> });
    view! {
        <div class="stack-tight">
            <h3>"Pickers"</h3>
            <Refusal said=evening.said />
            {nobody}
            <ul class="stack-tight" role="list">{rows}</ul>
            <div class="row">{press}</div>
        </div>
    }
    .into_any()
}

fn picker(picker: &PickerOutlook) -> AnyView {
    let carts = match picker.trips {
        0 => "no cart".to_owned(),
        1 => format!("1 cart, {}", age(picker.seconds_left)),
        trips => format!("{trips} carts, {}", age(picker.seconds_left)),
    };
    let off = (!picker.rostered).then(|| view! { <Chip text="Not rostered" tone=Tone::Warn /> });
    let end = (picker.trips > 0).then(|| picker.finish.map(|at| view! { <span class="small">"until " <When at /></span> }));
    view! {
        <li class="row-between" data-picker=picker.name.clone()>
            <span class="row"><b>{picker.name.clone()}</b> {off}</span>
            <span class="muted small">{carts}</span>
            {end}
        </li>
    }
    .into_any()
}
