//! What happens elsewhere, as it happens: one event stream a page, folded into a counter per noun.
//!
//! Events say only *that* something of a noun changed; screens ask again. Bursts are gathered, so a bulk command is one refresh.

use leptos::prelude::*;

/// Where the host streams announcements: unnamed events whose data is JSON with a `topic` (`wave.released`).
pub const STREAM_URL: &str = "/api/live";

/// Where on the document a page keeps the position it was rendered at.
pub const HEAD_ATTRIBUTE: &str = "data-live";

/// The last position that was told before a page was rendered; the host finds it for each page. What happened since, the page has not
/// seen and is told when its stream opens, however long it took to wake up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head(pub i64);

/// What a burst names when the stream was lost and nobody knows what was missed.
const EVERY_NOUN: &str = "*";

/// Is the stream up?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// Not asked for, or not yet open.
    #[default]
    Connecting,
    Up,
    /// Lost; the browser tries again by itself.
    Lost,
}

/// The page's stream. Provided by [`crate::App`].
#[derive(Clone, Copy)]
pub struct Stream {
    link: RwSignal<Link>,
    /// The nouns of the last burst and its count.
    burst: RwSignal<(u64, Vec<String>)>,
    opened: StoredValue<bool>,
}

impl Stream {
    pub fn provide() {
        provide_context(Self { link: RwSignal::default(), burst: RwSignal::default(), opened: StoredValue::new(false) });
    }
}

/// A number that rises whenever something of these nouns was announced. Resources that read it stay fresh.
/// Always 0 on the server and until hydration.
pub fn live(nouns: &'static [&'static str]) -> Signal<u64> {
    let seen = RwSignal::new(0_u64);
    let Some(stream) = use_context::<Stream>() else { return seen.into() };
    Effect::new(move |before: Option<u64>| {
        if before.is_none() {
            open(stream);
        }
        stream.burst.with(|(count, topics)| {
            let ours = topics.iter().any(|topic| topic == EVERY_NOUN || nouns.contains(&topic.as_str()));
            if before.is_some_and(|before| before != *count) && ours {
                seen.update(|count| *count += 1);
            }
            *count
        })
    });
    seen.into()
}

/// The state of the stream, for chips and the "reconnecting" banner.
pub fn link() -> Signal<Link> {
    use_context::<Stream>().map_or_else(|| Signal::stored(Link::Connecting), |stream| stream.link.into())
}

fn open(stream: Stream) {
    if !stream.opened.get_value() {
        stream.opened.set_value(true);
        connect(stream);
    }
}

#[cfg(feature = "hydrate")]
use browser::connect;

#[cfg(not(feature = "hydrate"))]
fn connect(_: Stream) {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Event, EventSource, MessageEvent};

    use super::{EVERY_NOUN, HEAD_ATTRIBUTE, Link, STREAM_URL, Stream};

    /// Announcements within this time are one refresh.
    const GATHER: Duration = Duration::from_millis(150);
    /// When the browser has given up (a 5xx, a restart), try again by ourselves.
    const AGAIN: Duration = Duration::from_secs(3);

    /// From where the page was rendered.
    pub(super) fn connect(stream: Stream) {
        let head = document().document_element().and_then(|root| root.get_attribute(HEAD_ATTRIBUTE));
        connect_at(stream, &head.map_or_else(|| STREAM_URL.to_owned(), |head| format!("{STREAM_URL}?after={head}")));
    }

    fn connect_at(stream: Stream, address: &str) {
        let Ok(source) = EventSource::new(address) else { return };
        let waiting: Rc<RefCell<Vec<String>>> = Rc::default();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(noun) = noun_of(&event) else { return };
            let mut topics = waiting.borrow_mut();
            if topics.is_empty() {
                let waiting = waiting.clone();
                set_timeout(move || flush(stream, &waiting), GATHER);
            }
            if !topics.contains(&noun) {
                topics.push(noun);
            }
        });
        source.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
        let up = Closure::<dyn FnMut(Event)>::new(move |_| {
            if stream.link.get_untracked() == Link::Lost {
                flush(stream, &RefCell::new(vec![EVERY_NOUN.to_owned()]));
            }
            stream.link.set(Link::Up);
        });
        source.set_onopen(Some(up.into_js_value().unchecked_ref()));
        let again = source.clone();
        let lost = Closure::<dyn FnMut(Event)>::new(move |_| {
            stream.link.set(Link::Lost);
            if again.ready_state() == EventSource::CLOSED {
                again.set_onerror(None);
                // Everything is asked for again once it opens: from there on is enough.
                set_timeout(move || connect_at(stream, STREAM_URL), AGAIN);
            }
        });
        source.set_onerror(Some(lost.into_js_value().unchecked_ref()));
    }

    fn flush(stream: Stream, waiting: &RefCell<Vec<String>>) {
        let topics = waiting.take();
        stream.burst.update(|(count, last)| {
            *count += 1;
            *last = topics;
        });
    }

    /// `wave` of `{"topic":"wave.released",…}`.
    fn noun_of(event: &MessageEvent) -> Option<String> {
        let data: serde_json::Value = serde_json::from_str(&event.data().as_string()?).ok()?;
        let topic = data.get("topic")?.as_str()?;
        Some(topic.split('.').next().unwrap_or(topic).to_owned())
    }
}
