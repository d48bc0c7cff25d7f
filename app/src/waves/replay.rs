//! Playing a cart's walk back on the map: play, pause, and stop by stop. Where the cart is when is decided by `domain::waves::replay`.

use domain::waves::batch::rates::Rates;
use domain::waves::replay::{Course, Moment};
use domain::waves::{TripLine, WaveMap};
use leptos::prelude::*;

use crate::ui::Icon;

/// However long a walk took, it is seen in this many milliseconds.
#[cfg(feature = "hydrate")]
const SEEN_IN_MS: f64 = 20_000.0;
/// Who wants no motion sees it stop by stop.
#[cfg(feature = "hydrate")]
const STOP_EACH: std::time::Duration = std::time::Duration::from_millis(1_000);

/// A walk that is played, and where it is. Lives beside the answers, so that a refresh does not stop it.
#[derive(Clone, Copy)]
pub struct Replay {
    /// None = not begun.
    pub moment: RwSignal<Option<Moment>>,
    playing: RwSignal<bool>,
    course: StoredValue<Option<Course>>,
}

impl Replay {
    pub fn new() -> Self {
        Self { moment: RwSignal::new(None), playing: RwSignal::new(false), course: StoredValue::new(None) }
    }

    /// Back to the start, with another cart or none.
    pub fn clear(self) {
        self.playing.set(false);
        self.moment.set(None);
    }

    fn show(self, at_ms: i64) {
        let moment = self.course.with_value(|course| course.as_ref().map(|course| course.at(at_ms.clamp(0, course.length_ms()))));
        self.moment.set(moment);
    }

    fn at_ms(self) -> i64 {
        self.moment.get_untracked().map_or(0, |moment| moment.at_ms)
    }

    fn ends(self) -> Vec<i64> {
        self.course.with_value(|course| course.as_ref().map(finished).unwrap_or_default())
    }

    /// To the stop before or after, or to the ends of the walk.
    fn step(self, forward: bool) {
        self.playing.set(false);
        let (at, ends) = (self.at_ms(), self.ends());
        let next = if forward {
            ends.iter().copied().find(|end| *end > at)
        } else {
            Some(ends.iter().copied().rev().find(|end| *end < at).unwrap_or(0))
        };
        self.show(next.unwrap_or(i64::MAX));
    }

    fn press(self) {
        let playing = !self.playing.get_untracked();
        self.playing.set(playing);
        if !playing {
            return;
        }
        let over = self.course.with_value(|course| course.as_ref().is_none_or(|course| self.at_ms() >= course.length_ms()));
        if over || self.moment.get_untracked().is_none() {
            self.show(0);
        }
        #[cfg(feature = "hydrate")]
        if calm() { self.next_stop() } else { self.frame(js_sys::Date::now()) }
    }

    /// One frame after the other, as long as it plays.
    #[cfg(feature = "hydrate")]
    fn frame(self, before: f64) {
        request_animation_frame(move || {
            if self.playing.try_get_untracked() != Some(true) {
                return;
            }
            let now = js_sys::Date::now();
            let length = self.course.with_value(|course| course.as_ref().map_or(0, Course::length_ms));
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a walk of hours in milliseconds")]
            let further = ((now - before).clamp(0.0, 1_000.0) * length as f64 / SEEN_IN_MS) as i64;
            let at = self.at_ms() + further;
            self.show(at);
            if at >= length {
                self.playing.set(false);
            } else {
                self.frame(now);
            }
        });
    }

    /// Without motion: from stop to stop.
    #[cfg(feature = "hydrate")]
    fn next_stop(self) {
        set_timeout(
            move || {
                if self.playing.try_get_untracked() != Some(true) {
                    return;
                }
                let at = self.at_ms();
                match self.ends().into_iter().find(|end| *end > at) {
                    Some(next) => {
                        self.show(next);
                        self.next_stop();
                    }
                    None => {
                        self.show(i64::MAX);
                        self.playing.set(false);
                    }
                }
            },
            STOP_EACH,
        );
    }
}

/// When stops are finished, each moment once.
fn finished(course: &Course) -> Vec<i64> {
    let mut ends: Vec<i64> = course.finished.iter().map(|(end, _)| *end).collect();
    ends.dedup();
    ends
}

/// Does this person want no motion?
#[cfg(feature = "hydrate")]
fn calm() -> bool {
    let asked = window().match_media("(prefers-reduced-motion: reduce)");
    asked.ok().flatten().is_some_and(|asked| asked.matches())
}

/// The controls of the cart that is looked at, or how to come to them.
pub fn controls(map: &WaveMap, cart: RwSignal<Option<i32>>, replay: Replay) -> AnyView {
    let trips: Vec<TripLine> = map.trips.clone();
    let shown = move || {
        let trip = cart.get().and_then(|no| trips.iter().find(|trip| trip.trip_no == no));
        match trip {
            Some(trip) => bar(trip, replay),
            None => view! { <p class="muted small map-hint">"Choose a cart to see its way alone and to play its walk back."</p> }
                .into_any(),
        }
    };
    shown.into_any()
}

fn bar(trip: &TripLine, replay: Replay) -> AnyView {
    let course = Course::of(trip, &Rates::STANDARD);
    let length = course.length_ms();
    // The slider's last place is the end, whatever is left of a step.
    let step = (length / 200).max(1_000);
    let last = (length + step - 1) / step * step;
    replay.course.set_value(Some(course.clone()));
    let at = move || replay.moment.get().map_or(0, |moment| moment.at_ms);
    let words = StoredValue::new((trip.clone(), course));
    let told = move || words.with_value(|(trip, course)| told(trip, course, replay.moment.get()));
    let whole = clock(length);
    let label = move || if replay.playing.get() { "Pause" } else { "Play" };
    let icon = move || if replay.playing.get() { Icon::Pause.view() } else { Icon::Play.view() };
    let no = trip.trip_no;
    view! {
        <div class="replay" role="group" aria-label=format!("Walk of cart {no}")>
            <button type="button" class="btn square" aria-label="To the stop before" on:click=move |_| replay.step(false)>
                {Icon::StepBack.view()}
            </button>
            <button type="button" class="btn primary" data-act="play" on:click=move |_| replay.press()>
                {icon}
                {label}
            </button>
            <button type="button" class="btn square" aria-label="To the next stop" on:click=move |_| replay.step(true)>
                {Icon::StepOn.view()}
            </button>
            <input
                class="range"
                type="range"
                aria-label=format!("Moment of the walk of cart {no}")
                min="0"
                max=last
                step=step
                prop:value=move || at().to_string()
                aria-valuetext=told
                on:input=move |event| {
                    replay.playing.set(false);
                    replay.show(event_target_value(&event).parse().unwrap_or(0));
                }
            />
            <span class="small nowrap num">{move || clock(at())} " of " {whole}</span>
            <p class="small replay-words" data-replay>{told}</p>
        </div>
    }
    .into_any()
}

/// Which stop the cart is at or goes to, and whether that is known or planned.
fn told(trip: &TripLine, course: &Course, moment: Option<Moment>) -> String {
    let Some(moment) = moment else {
        let scanned = course.finished.iter().filter(|(_, scanned)| *scanned).count();
        return match (scanned, trip.stops.len()) {
            (0, stops) => format!("{stops} stops, as planned"),
            (some, stops) if some == stops => format!("{stops} stops, as they were scanned"),
            (some, stops) => format!("{some} of {stops} stops as they were scanned, the others as planned"),
        };
    };
    let stops = trip.stops.len();
    match trip.stops.get(moment.stops) {
        Some(stop) => {
            let known = if course.finished[moment.stops].1 { "scanned" } else { "planned" };
            let units = if stop.units == 1 { "unit" } else { "units" };
            format!("Stop {} of {stops}: {}, {} {units}, {known}", moment.stops + 1, stop.bin_code, stop.units)
        }
        None if moment.at_ms >= course.length_ms() => format!("Handed in at {} after {stops} stops", trip.end),
        None => format!("All {stops} stops done, on the way to {}", trip.end),
    }
}

/// `2:07`, `1:02:07`.
fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn a_walk_is_timed_like_a_clip() {
        let cases = [(-3, "0:00"), (59_999, "0:59"), (127_000, "2:07"), (3_727_000, "1:02:07")];
        for (ms, words) in cases {
            assert_eq!(clock(ms), words);
        }
    }
}
