//! The scan engine: one listener on the document, whatever has the focus. `domain::floor::wedge` decides what is a scan;
//! this file brings it keys and time, and keeps a scanner's keys from the page.

use std::collections::VecDeque;
use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::band::Heard;
use super::sound::{Sound, play};

/// Between two looks whether the first screen is there.
const BREATH: Duration = Duration::from_millis(30);

/// No more come in one breath than a scanner kept while it was away.
const KEPT: usize = 64;

/// What was scanned, in its order. Provided by [`crate::App`].
#[derive(Clone, Copy)]
pub struct Scans {
    heard: RwSignal<Heap>,
    /// Screens that listen now. While there is none, keys are left alone.
    listeners: StoredValue<u32>,
    /// The page on which a code is being typed by hand, and what is typed: a screen that is drawn anew leaves both alone.
    typing: RwSignal<Option<String>>,
    typed: RwSignal<String>,
}

impl Scans {
    pub fn provide() {
        let scans = Self {
            heard: RwSignal::default(),
            listeners: StoredValue::new(0),
            typing: RwSignal::new(None),
            typed: RwSignal::default(),
        };
        provide_context(scans);
        Effect::new(move |_| await_screen(scans));
    }

    /// A code, by scanner or by hand.
    pub fn say(self, code: String) {
        self.heard.update(|heard| heard.add(code));
    }
}

/// How many codes there were, and the last of them: two that come in one breath are two, and so is the same one scanned twice.
#[derive(Debug, Clone, Default)]
struct Heap {
    count: u64,
    last: VecDeque<String>,
}

impl Heap {
    fn add(&mut self, code: String) {
        self.count += 1;
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(code);
    }

    /// Those after the first `count`, in their order.
    fn after(&self, count: u64) -> Vec<String> {
        let fresh = usize::try_from(self.count.saturating_sub(count)).unwrap_or(KEPT).min(self.last.len());
        self.last.iter().skip(self.last.len() - fresh).cloned().collect()
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

/// Listen while this screen lives.
fn scans() -> Signal<Heap> {
    let Some(scans) = use_context::<Scans>() else { return Signal::stored(Heap::default()) };
    Effect::new(move |_| {
        scans.listeners.update_value(|count| *count += 1);
        on_cleanup(move || scans.listeners.update_value(|count| *count = count.saturating_sub(1)));
    });
    scans.heard.into()
}

/// Do something with every scan from now on; of a label that says lot or serial, with its item. What was scanned before this screen was
/// there is not for it.
pub fn on_scan(hear: impl Fn(String) + 'static) {
    on_label(move |code| hear(domain::lots::gs1::item_of(&code)));
}

/// As [`on_scan`], for screens that tell units apart: a label stays whole.
pub fn on_label(hear: impl Fn(String) + 'static) {
    let scans = scans();
    Effect::new(move |before: Option<u64>| {
        let (count, fresh) = scans.with(|heap| (heap.count, before.map_or_else(Vec::new, |before| heap.after(before))));
        untrack(|| fresh.into_iter().for_each(&hear));
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
    let Some(scans) = use_context::<Scans>() else { return ().into_any() };
    let (path, typed) = (use_location().pathname, scans.typed);
    let open = Memo::new(move |_| scans.typing.with(|at| at.is_some() && *at == Some(path.get())));
    let close = move || {
        typed.set(String::new());
        scans.typing.set(None);
    };
    let node = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            // Asked for by a press; a field that cannot take the focus is still there to be tapped.
            let _ = input.focus();
        }
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let code = domain::floor::wedge::read(&typed.get_untracked());
        close();
        if !code.is_empty() {
            scans.say(code);
        }
    };
    view! {
        <Show
            when=move || open.get()
            fallback=move || {
                view! {
                    <button type="button" class="btn" on:click=move |_| {
                        typed.set(String::new());
                        scans.typing.set(Some(path.get_untracked()));
                    }>
                        {super::icon::Icon::Scan.view()}
                        {label.clone()}
                    </button>
                }
            }
        >
            <form class="row manual-code" novalidate on:submit=send>
                <label class="visually-hidden" for="manual-code">"Code"</label>
                <input
                    class="input"
                    id="manual-code"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    node_ref=node
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button class="btn">"Enter"</button>
                <button type="button" class="btn square" aria-label="Close" on:click=move |_| close()>
                    {super::icon::Icon::Cross.view()}
                </button>
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

    /// The decoder, and the fields' words before the keys it let through.
    #[derive(Default)]
    struct Ear {
        wedge: RefCell<Wedge>,
        before: RefCell<Before>,
    }

    /// Listens from hydration on, and first hears what was scanned before (see `shell.rs`).
    pub(super) fn attach(scans: Scans) {
        let ear = Rc::new(Ear::default());
        for event in early() {
            overdue(scans, &ear, event.time_stamp());
            key(scans, &ear, &event);
        }
        let heard = ear.clone();
        let listen = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| key(scans, &heard, &event));
        // Capturing: before any handler of the page, and before a focused button is pressed.
        let _ = document().add_event_listener_with_callback_and_bool("keydown", listen.into_js_value().unchecked_ref(), true);
        await_pause(scans, &ear);
    }

    /// Keys pressed before hydration, kept by the shell's inline script.
    fn early() -> Vec<KeyboardEvent> {
        let take = Reflect::get(&window(), &JsValue::from_str("earlyKeys")).ok();
        let Some(take) = take.and_then(|take| take.dyn_into::<Function>().ok()) else { return Vec::new() };
        let kept = take.call0(&JsValue::NULL).ok().and_then(|kept| kept.dyn_into::<Array>().ok());
        kept.map(|kept| kept.iter().filter_map(|event| event.dyn_into().ok()).collect()).unwrap_or_default()
    }

    fn key(scans: Scans, ear: &Rc<Ear>, event: &KeyboardEvent) {
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
        let verdict = ear.wedge.borrow_mut().stroke(stroke);
        match verdict {
            // Keys that write nothing (Shift, say) are no part of a code.
            Verdict::Pass if name.chars().count() == 1 || name == "F8" => ear.before.borrow_mut().keep(field.as_ref()),
            Verdict::Pass => {}
            Verdict::Swallow { .. } => keep(event),
            Verdict::Code { code, leaked } => {
                keep(event);
                restore(&ear.before, field.as_ref(), leaked);
                scans.say(code);
            }
        }
        await_pause(scans, ear);
    }

    fn keep(event: &KeyboardEvent) {
        event.prevent_default();
        event.stop_immediate_propagation();
    }

    /// Looks again when the decoder's patience ends.
    fn await_pause(scans: Scans, ear: &Rc<Ear>) {
        let Some(due) = ear.wedge.borrow().deadline() else { return };
        let ear = ear.clone();
        let wait = Duration::from_secs_f64((due - now()).max(0.0) / 1000.0 + 0.001);
        set_timeout(move || overdue(scans, &ear, now()), wait);
    }

    fn overdue(scans: Scans, ear: &Rc<Ear>, now: f64) {
        let ended = ear.wedge.borrow_mut().pause(now);
        if let Some((code, leaked)) = ended {
            let focused = document().active_element().filter(is_field);
            restore(&ear.before, focused.as_ref(), leaked);
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

    /// What fields said before each of the last keys that were let through: a scanner's first keys look like a person's.
    #[derive(Default)]
    struct Before(Vec<(Element, String)>);

    impl Before {
        /// No burst leaks more before it is clear.
        const KEPT: usize = 8;

        fn keep(&mut self, field: Option<&Element>) {
            let Some(field) = field else { return self.0.clear() };
            let Some(text) = text_of(field) else { return };
            if self.0.len() == Self::KEPT {
                self.0.remove(0);
            }
            self.0.push((field.clone(), text));
        }

        /// What the field said before the last `leaked` keys, whatever it made of them: a number field takes no letters.
        fn take(&mut self, field: &Element, leaked: usize) -> Option<String> {
            let at = self.0.len().checked_sub(leaked)?;
            let known = self.0.drain(at..).next();
            self.0.clear();
            known.filter(|(known, _)| known == field).map(|(_, text)| text)
        }
    }

    fn text_of(field: &Element) -> Option<String> {
        Some(field.dyn_ref::<HtmlInputElement>()?.value())
    }

    /// Takes the scanner's first keys out of the field again.
    fn restore(before: &RefCell<Before>, field: Option<&Element>, leaked: usize) {
        let Some((field, input)) = field.and_then(|field| Some((field, field.dyn_ref::<HtmlInputElement>()?))) else { return };
        if leaked == 0 {
            return;
        }
        let Some(text) = before.borrow_mut().take(field, leaked) else { return };
        input.set_value(&text);
        if let Ok(event) = Event::new("input") {
            // Whoever follows the field hears that it changed; a handler's refusal is its own.
            let _ = input.dispatch_event(&event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IN-2: codes that come in one breath are each heard, in their order; the same one twice is two.
    #[test]
    fn no_code_hides_another() {
        let mut heap = Heap::default();
        heap.add("MUG".into());
        let seen = heap.count;
        for code in ["CUP", "CUP", "JUG"] {
            heap.add(code.into());
        }
        assert_eq!(heap.after(seen), ["CUP", "CUP", "JUG"]);
        assert!(heap.after(heap.count).is_empty());
        for _ in 0..2 * KEPT {
            heap.add("MUG".into());
        }
        assert_eq!(heap.after(seen).len(), KEPT);
    }
}
