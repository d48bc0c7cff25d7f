//! The scan engine: one listener on the document, whatever has the focus. `domain::floor::wedge` decides what is a scan;
//! this file brings it keys and time, and keeps a scanner's keys from the page.

use std::time::Duration;

use leptos::prelude::*;

use super::band::Heard;
use super::sound::{Sound, play};

/// Between two looks whether the first screen is there.
const BREATH: Duration = Duration::from_millis(30);

/// What was scanned last, with its running number: the same code scanned twice is two scans. Provided by [`crate::App`].
#[derive(Clone, Copy)]
pub struct Scans {
    latest: RwSignal<Option<(u64, String)>>,
    /// Screens that listen now. While there is none, keys are left alone.
    listeners: StoredValue<u32>,
}

impl Scans {
    pub fn provide() {
        let scans = Self { latest: RwSignal::new(None), listeners: StoredValue::new(0) };
        provide_context(scans);
        Effect::new(move |_| await_screen(scans));
    }

    /// A code, by scanner or by hand.
    pub fn say(self, code: String) {
        self.latest.update(|latest| *latest = Some((latest.as_ref().map_or(1, |(count, _)| count + 1), code)));
    }
}

/// Attaches when the first screen has said that it listens, or the page is awake without one. A screen's code may come late; the
/// shell's script keeps keys until then.
fn await_screen(scans: Scans) {
    let awake = || document().document_element().is_some_and(|root| root.has_attribute("data-hydrated"));
    if scans.listeners.get_value() > 0 || awake() {
        return attach(scans);
    }
    set_timeout(move || await_screen(scans), BREATH);
}

/// Listen while this screen lives. `None` until the first scan.
pub fn scans() -> Signal<Option<(u64, String)>> {
    let Some(scans) = use_context::<Scans>() else { return Signal::stored(None) };
    Effect::new(move |_| {
        scans.listeners.update_value(|count| *count += 1);
        on_cleanup(move || scans.listeners.update_value(|count| *count = count.saturating_sub(1)));
    });
    scans.latest.into()
}

/// Do something with every scan from now on. What was scanned before this screen was there is not for it.
pub fn on_scan(hear: impl Fn(String) + 'static) {
    let scans = scans();
    Effect::new(move |before: Option<u64>| {
        let (count, code) = scans.get().unwrap_or_default();
        if before.is_some_and(|before| before != count) {
            untrack(|| hear(code));
        }
        count
    });
}

/// Answer a scan: band, sound and a nudge of the device, at once.
pub fn answer_scan(band: RwSignal<Heard>, heard: Heard) {
    match &heard {
        Heard::Ok(_) => play(Sound::Ok),
        Heard::Wrong { .. } => play(Sound::Wrong),
        Heard::Done(_) => play(Sound::Done),
        Heard::Quiet | Heard::Ask(_) | Heard::Busy(_) => {}
    }
    band.set(heard);
}

/// A code by hand, when the label is torn. Opens on request, so that no keyboard pops up unasked.
#[component]
pub fn ManualCode(#[prop(into, default = "Type the code".to_owned())] label: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let scans = use_context::<Scans>();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let code = domain::floor::wedge::read(&typed.get());
        if let (false, Some(scans)) = (code.is_empty(), scans) {
            scans.say(code);
        }
        typed.set(String::new());
        open.set(false);
    };
    view! {
        <Show
            when=move || open.get()
            fallback=move || {
                view! {
                    <button type="button" class="btn" on:click=move |_| open.set(true)>
                        {super::icon::Icon::Scan.view()}
                        {label.clone()}
                    </button>
                }
            }
        >
            <form class="row manual-code" on:submit=send>
                <label class="visually-hidden" for="manual-code">"Code"</label>
                <input
                    class="input"
                    id="manual-code"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    autofocus
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button class="btn">"Enter"</button>
            </form>
        </Show>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn attach(_: Scans) {}

#[cfg(feature = "hydrate")]
use browser::attach;

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use domain::floor::wedge::{Stroke, Verdict, Wedge};
    use js_sys::{Array, Function, Reflect};
    use leptos::prelude::*;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};

    use super::Scans;

    /// Listens from hydration on, and first hears what was scanned before (see `shell.rs`).
    pub(super) fn attach(scans: Scans) {
        let wedge = Rc::new(RefCell::new(Wedge::default()));
        for event in early() {
            overdue(scans, &wedge, event.time_stamp());
            key(scans, &wedge, &event);
        }
        let heard = wedge.clone();
        let listen = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| key(scans, &heard, &event));
        // Capturing: before any handler of the page, and before a focused button is pressed.
        let _ = document().add_event_listener_with_callback_and_bool("keydown", listen.into_js_value().unchecked_ref(), true);
        await_pause(scans, &wedge);
    }

    /// Keys pressed before hydration, kept by the shell's inline script.
    fn early() -> Vec<KeyboardEvent> {
        let take = Reflect::get(&window(), &JsValue::from_str("earlyKeys")).ok();
        let Some(take) = take.and_then(|take| take.dyn_into::<Function>().ok()) else { return Vec::new() };
        let kept = take.call0(&JsValue::NULL).ok().and_then(|kept| kept.dyn_into::<Array>().ok());
        kept.map(|kept| kept.iter().filter_map(|event| event.dyn_into().ok()).collect()).unwrap_or_default()
    }

    fn key(scans: Scans, wedge: &Rc<RefCell<Wedge>>, event: &KeyboardEvent) {
        if scans.listeners.get_value() == 0 {
            return;
        }
        let field = field_of(event);
        let name = event.key();
        let stroke = Stroke {
            key: &name,
            at: event.time_stamp(),
            chord: event.ctrl_key() || event.meta_key(),
            composing: event.is_composing(),
            in_field: field.is_some(),
        };
        let verdict = wedge.borrow_mut().stroke(stroke);
        match verdict {
            Verdict::Pass => {}
            Verdict::Swallow { .. } => keep(event),
            Verdict::Code { code, leaked } => {
                keep(event);
                restore(field.as_ref(), leaked);
                scans.say(code);
            }
        }
        await_pause(scans, wedge);
    }

    fn keep(event: &KeyboardEvent) {
        event.prevent_default();
        event.stop_immediate_propagation();
    }

    /// Looks again when the decoder's patience ends.
    fn await_pause(scans: Scans, wedge: &Rc<RefCell<Wedge>>) {
        let Some(due) = wedge.borrow().deadline() else { return };
        let wedge = wedge.clone();
        let wait = Duration::from_secs_f64((due - now()).max(0.0) / 1000.0 + 0.001);
        set_timeout(move || overdue(scans, &wedge, now()), wait);
    }

    fn overdue(scans: Scans, wedge: &Rc<RefCell<Wedge>>, now: f64) {
        let ended = wedge.borrow_mut().pause(now);
        if let Some((code, leaked)) = ended {
            let focused = document().active_element().filter(is_field);
            restore(focused.as_ref(), leaked);
            scans.say(code);
        }
    }

    /// Milliseconds on the clock of `event.timeStamp`.
    fn now() -> f64 {
        window().performance().map_or(0.0, |performance| performance.now())
    }

    fn field_of(event: &KeyboardEvent) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok().filter(is_field)
    }

    /// Can it be typed into?
    fn is_field(element: &Element) -> bool {
        match element.tag_name().as_str() {
            "TEXTAREA" | "SELECT" => true,
            "INPUT" => {
                let kind = element.get_attribute("type").unwrap_or_default();
                !matches!(kind.as_str(), "button" | "submit" | "reset" | "checkbox" | "radio" | "range" | "color" | "file")
            }
            _ => element.has_attribute("contenteditable"),
        }
    }

    /// Takes the scanner's first keys out of the field again, before the caret where there is one.
    fn restore(field: Option<&Element>, leaked: usize) {
        let Some(input) = field.and_then(|field| field.dyn_ref::<HtmlInputElement>()) else { return };
        if leaked == 0 {
            return;
        }
        let text: Vec<char> = input.value().chars().collect();
        let caret = input.selection_start().ok().flatten().map_or(text.len(), |at| (at as usize).min(text.len()));
        let kept: String = text[..caret.saturating_sub(leaked)].iter().chain(&text[caret..]).collect();
        input.set_value(&kept);
        if let Ok(event) = Event::new("input") {
            // Whoever follows the field hears that it changed; a handler's refusal is its own.
            let _ = input.dispatch_event(&event);
        }
    }
}
