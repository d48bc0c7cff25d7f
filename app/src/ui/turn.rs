//! Scans that take their turn: none is lost while an answer is late, and none is heard before what the last one began is known.

use std::collections::VecDeque;

use leptos::prelude::*;

use super::band::Heard;
use super::scan::on_label;

/// As [`on_label`], each in its turn: a code is heard when what the one before it began (`busy`) has its answer, however late that comes.
/// What was scanned behind a code that is refused is not taken, for it may have meant what did not happen; the band says so. Answers how
/// many wait.
pub fn on_label_in_turn(band: RwSignal<Heard>, busy: impl Into<Signal<bool>>, hear: impl Fn(String) + 'static) -> Signal<usize> {
    let (busy, line): (Signal<bool>, _) = (busy.into(), RwSignal::new(VecDeque::new()));
    on_label(move |code| line.update(|line| line.push_back(code)));
    Effect::new(move |waited: Option<bool>| {
        line.track();
        if busy.get() {
            return true;
        }
        untrack(|| {
            if waited == Some(true) {
                turned_away(band, line);
            }
            // Looked at first: whoever changes the line, even to the same, is told of it again.
            while line.with(|line| !line.is_empty()) {
                if let Some(code) = line.try_update(VecDeque::pop_front).flatten() {
                    hear(code);
                }
                if busy.get() {
                    return true;
                }
                turned_away(band, line);
            }
            false
        })
    });
    Signal::derive(move || line.with(VecDeque::len))
}

/// Behind a refusal nothing is taken.
fn turned_away(band: RwSignal<Heard>, line: RwSignal<VecDeque<String>>) {
    let behind = line.with(VecDeque::len);
    if behind == 0 || !band.with(|band| matches!(band, Heard::Wrong { .. })) {
        return;
    }
    line.update(VecDeque::clear);
    band.update(|band| {
        if let Heard::Wrong { detail, .. } = band {
            let said = match behind {
                1 => "The scan after it was not taken: scan that again.".to_owned(),
                more => format!("The {more} scans after it were not taken: scan them again."),
            };
            *detail = if detail.is_empty() { said } else { format!("{detail} {said}") };
        }
    });
}
