//! `/floor/pack` takes a tote or an order; `/floor/pack/:parcel` verifies every unit into the parcel and closes it. A closed parcel
//! takes the next tote's scan: the bench never stands still.

use domain::floor::{CloseParcel, OpenParcel, PackLine, PackUnit, ParcelSheet, pack};
use domain::ids::{OrderLineId, ParcelId, SiteId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use super::api::{read_parcel, send_close, send_open, send_pack};
use crate::door::{Said, send_again};
use crate::sites::here;
use crate::ui::{Band, Chip, Empty, Field, Heard, Icon, ManualCode, Meter, Tone, answer_scan, loaded_page, on_label, on_scan};

/// Opens a parcel for whatever was scanned, and goes there.
fn opener(band: RwSignal<Heard>, site: Signal<Option<SiteId>>) -> impl Fn(String) + Clone + 'static {
    let go = use_navigate();
    move |scan: String| {
        let Some(site) = site.get_untracked() else {
            return answer_scan(band, Heard::Wrong { words: "Choose a site above first.".to_owned(), detail: String::new() });
        };
        band.set(Heard::Busy(format!("Looking for {scan}…")));
        let go = go.clone();
        spawn_local(async move {
            let command = OpenParcel { site, scan };
            match send_again(|id| send_open(id, command.clone())).await {
                // In the place of the scan that led here: going back leads to before it, and never opens the parcel again.
                Ok(parcel) => {
                    go(&format!("/floor/pack/{parcel}"), NavigateOptions { replace: true, ..NavigateOptions::default() });
                }
                Err(said) => answer_scan(band, Heard::wrong(&said)),
            }
        });
    }
}

#[component]
pub fn BenchPage() -> impl IntoView {
    let band = RwSignal::new(Heard::Ask("Scan a tote or an order".to_owned()));
    let open = opener(band, here());
    // A scan that was understood elsewhere comes along in the address.
    let brought = use_query_map().with_untracked(|query| query.get("scan")).filter(|scan| !scan.is_empty());
    let at_once = open.clone();
    Effect::new(move |_| brought.iter().for_each(|scan| at_once(scan.clone())));
    on_scan(open);
    view! {
        <Title text="Pack" />
        <div class="task">
            <div class="task-head"><h1>"Packing bench"</h1></div>
            <div class="task-body">
                <Band heard=band />
                <div class="card">
                    <Empty title="The bench is free" words="The first scan opens a parcel: a tote, an order's number, or a parcel begun before." icon=Icon::Box />
                </div>
            </div>
            <div class="task-foot"><ManualCode label="Type the tote or order" /></div>
        </div>
    }
    .into_any()
}

#[component]
pub fn PackPage() -> impl IntoView {
    let params = use_params_map();
    let again = RwSignal::new(0_u32);
    let asked = move || (params.with(|params| params.get("parcel").unwrap_or_default()), again.get());
    let answer = Resource::new(asked, |(parcel, _)| read_parcel(parcel));
    let bench = Bench::new(again);
    let open = opener(bench.band, here());
    on_label(move |code| {
        let closed = bench.sheet.with_untracked(|sheet| sheet.as_ref().is_some_and(|sheet| sheet.packed));
        if closed { open(code) } else { bench.hear(&code) }
    });
    let show = move |sheet: ParcelSheet| {
        bench.take(sheet);
        view! { {move || bench.sheet.get().map(|sheet| screen(&sheet, bench))} }.into_any()
    };
    view! {
        <Title text="Pack" />
        <div class="task scan">
            // Outside of what is drawn again: it changes in the same breath as the parcel does.
            <div class="task-band"><Band heard=bench.band /></div>
            <div class="task-live">{loaded_page(answer, show)}</div>
        </div>
    }
    .into_any()
}

/// The parcel at hand. A good scan counts at once and is sent behind the packer's back.
#[derive(Clone, Copy)]
struct Bench {
    sheet: RwSignal<Option<ParcelSheet>>,
    band: RwSignal<Heard>,
    weight: RwSignal<String>,
    /// What the last closing was refused with, for the field beside it.
    said: RwSignal<Option<Said>>,
    /// A scan had no answer: until the parcel is read again nobody knows whether it arrived.
    unsure: StoredValue<bool>,
    sending: RwSignal<u32>,
    again: RwSignal<u32>,
}

impl Bench {
    fn new(again: RwSignal<u32>) -> Self {
        Self {
            sheet: RwSignal::new(None),
            band: RwSignal::default(),
            weight: RwSignal::default(),
            said: RwSignal::new(None),
            unsure: StoredValue::new(false),
            sending: RwSignal::new(0),
            again,
        }
    }

    fn take(self, fresh: ParcelSheet) {
        if self.sending.get_untracked() > 0 {
            return;
        }
        let other = self.sheet.with_untracked(|sheet| sheet.as_ref().is_none_or(|known| known.parcel != fresh.parcel));
        let unsure = self.unsure.get_value();
        self.unsure.set_value(false);
        if other || unsure || self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Busy(_))) {
            self.band
                .set(Heard::Ask(if fresh.packed { "Scan the next tote" } else { "Scan each unit into the parcel" }.to_owned()));
        }
        if other {
            self.weight.set(String::new());
            self.said.set(None);
        }
        self.sheet.set(Some(fresh));
    }

    fn hear(self, code: &str) {
        let Some(sheet) = self.sheet.get_untracked() else { return };
        if self.unsure.get_value() {
            let words = "Looking again what arrived. A moment, please.".to_owned();
            return answer_scan(self.band, Heard::Wrong { words, detail: String::new() });
        }
        match pack::hear(&sheet.lines, code) {
            Ok((line, units)) => self.put(sheet.parcel, line, units, code),
            Err(refusal) => answer_scan(self.band, Heard::Wrong { words: refusal.to_string(), detail: String::new() }),
        }
    }

    fn put(self, parcel: ParcelId, line: OrderLineId, units: i32, code: &str) {
        self.count(line, units);
        let missing = self.sheet.with_untracked(|sheet| sheet.as_ref().map_or(0, |sheet| missing(&sheet.lines)));
        let heard = match missing {
            0 => Heard::Done("Every unit is in. Close the parcel".to_owned()),
            1 => Heard::Ok("In. One more".to_owned()),
            more => Heard::Ok(format!("In. {more} more")),
        };
        answer_scan(self.band, heard);
        self.sending.update(|sending| *sending += 1);
        let command = PackUnit { parcel, code: code.to_owned() };
        spawn_local(async move {
            let answer = send_again(|id| send_pack(id, command.clone())).await;
            self.sending.update(|sending| *sending = sending.saturating_sub(1));
            let Err(said) = answer else {
                if self.unsure.get_value() {
                    self.again.update(|again| *again += 1);
                }
                return;
            };
            if said == Said::Offline {
                self.lost();
            } else {
                self.count(line, -units);
                answer_scan(self.band, Heard::wrong(&said));
            }
            self.again.update(|again| *again += 1);
        });
    }

    fn count(self, line: OrderLineId, units: i32) {
        self.sheet.update(|sheet| {
            let lines = sheet.iter_mut().flat_map(|sheet| sheet.lines.iter_mut());
            lines.filter(|known| known.line == line).for_each(|known| known.packed += units);
        });
    }

    /// Nobody knows whether it arrived: what is shown stays until the server says what is true.
    fn lost(self) {
        self.unsure.set_value(true);
        answer_scan(self.band, Heard::no_answer());
    }

    fn close(self, parcel: ParcelId) {
        let weight_g = match self.weight.with_untracked(|weight| grams(weight)) {
            Ok(weight_g) => weight_g,
            Err(said) => return self.refuse(said),
        };
        self.said.set(None);
        self.band.set(Heard::Busy("Closing…".to_owned()));
        spawn_local(async move {
            match send_again(|id| send_close(id, CloseParcel { parcel, weight_g })).await {
                Ok(()) => answer_scan(self.band, Heard::Done("Closed. Scan the next tote".to_owned())),
                Err(Said::Offline) => self.lost(),
                Err(said) => self.refuse(said),
            }
            self.again.update(|again| *again += 1);
        });
    }

    fn refuse(self, said: Said) {
        answer_scan(self.band, Heard::wrong(&said));
        self.said.set(Some(said));
    }
}

/// What the scale says: nothing where there is none, else whole grams.
fn grams(text: &str) -> Result<Option<i32>, Said> {
    let text = text.trim();
    let text = text.strip_suffix('g').unwrap_or(text).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let given = text.parse().ok().filter(|grams| *grams > 0);
    given.map(Some).ok_or_else(|| Said::invalid("weight", "Give the weight in whole grams, or leave it empty."))
}

fn missing(lines: &[PackLine]) -> i32 {
    lines.iter().map(|line| line.expected - line.packed).sum()
}

fn screen(sheet: &ParcelSheet, bench: Bench) -> AnyView {
    let (expected, left) = (sheet.lines.iter().map(|line| line.expected).sum::<i32>(), missing(&sheet.lines));
    let lines = sheet.lines.iter().map(line).collect_view();
    let to = format!("{} · {}, {}", sheet.customer, sheet.city, sheet.country);
    let state = match (sheet.shipped, sheet.packed) {
        (true, _) => Some(("With the carrier", Tone::Ok)),
        (false, true) => Some(("Closed", Tone::Ok)),
        (false, false) => None,
    };
    let label = (!sheet.carrier.is_empty()).then(|| {
        let words = format!("{} · {}", sheet.carrier, sheet.service);
        view! { <p class="row" data-carrier=sheet.carrier.clone()>{Icon::Truck.view()} <span class="strong">{words}</span></p> }
    });
    let totes = (!sheet.totes.is_empty()).then(|| format!("from {}", sheet.totes.join(", ")));
    view! {
        <div class="task-head">
            <div class="row-between">
                <h1>{sheet.order_number.clone()}</h1>
                <span class="row">
                    {state.map(|(text, tone)| view! { <Chip text tone /> })}
                    <span class="strong" data-progress>{format!("{} of {expected}", expected - left)}</span>
                </span>
            </div>
            <Meter label="Units verified" done=(expected - left).into() of=expected.into() tone=Tone::Ok />
        </div>
        <div class="task-body">
            {label}
            <p class="row-between"><span class="strong">{to}</span> <span class="muted">{sheet.number.clone()} " " {totes}</span></p>
            <ul class="pack-lines" role="list">{lines}</ul>
            {(!sheet.packed && left == 0).then(|| weigh(sheet, bench))}
            {(!sheet.tracking.is_empty()).then(|| view! { <p class="muted">"Tracking " <span class="code">{sheet.tracking.clone()}</span></p> })}
        </div>
        <div class="task-foot">{foot(sheet, left, bench)}</div>
    }
    .into_any()
}

fn line(line: &PackLine) -> AnyView {
    let whole = line.packed >= line.expected;
    let class = if whole { "pack-line whole" } else { "pack-line" };
    view! {
        <li class=class data-line=line.sku_code.clone()>
            <span class="photo">{if whole { Icon::Check.view() } else { Icon::Box.view() }}</span>
            <span class="grow">
                <b>{line.sku_name.clone()}</b>
                <span class="muted code">{line.sku_code.clone()}</span>
                {(!line.variant.is_empty()).then(|| view! { <span class="variant">{line.variant.clone()}</span> })}
            </span>
            <span class="pack-count"><b>{line.packed}</b> <span class="muted">{format!("of {}", line.expected)}</span></span>
        </li>
    }
    .into_any()
}

fn weigh(sheet: &ParcelSheet, bench: Bench) -> AnyView {
    let hint = format!("About {} g is expected. Leave it empty where there is no scale.", sheet.expected_weight_g);
    view! {
        <section class="card">
            <Field label="Weight on the scale, in grams" name="weight" kind="text" inputmode="numeric" hint typed=bench.weight said=bench.said />
        </section>
    }
    .into_any()
}

fn foot(sheet: &ParcelSheet, left: i32, bench: Bench) -> AnyView {
    let parcel = sheet.parcel;
    if sheet.packed {
        return view! {
            <ManualCode label="Type the next tote" />
            <a class="btn primary" href="/floor/ship">"To the carrier"</a>
        }
        .into_any();
    }
    view! {
        <ManualCode label="Type the item's code" />
        <button type="button" class="btn primary" disabled={left > 0} on:click=move |_| bench.close(parcel)>
            {if left > 0 { format!("{left} not verified yet") } else { "Close the parcel".to_owned() }}
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::grams;

    /// PAK-2: a weight that cannot be read is refused beside its field; only an empty one is no weight.
    #[test]
    fn a_weight_is_grams_or_nothing() {
        for (text, weight) in [("", None), ("  ", None), ("650", Some(650)), (" 650 g", Some(650))] {
            assert_eq!(grams(text).unwrap(), weight, "{text}");
        }
        for text in ["abc", "0", "-3", "1.5", "6 kg", "g650"] {
            assert_eq!(grams(text).unwrap_err().field(), Some("weight"), "{text}");
        }
    }
}
