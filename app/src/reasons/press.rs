//! Why, by one press: at the dock and on the floor nobody opens a list.

use domain::reasons::{Process, Reason, standard};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::read_choices;

/// The codes of a process in use: the standard ones until the server has said which; offline, they stay.
pub fn in_use(process: Process) -> Signal<Vec<Reason>> {
    let reasons = RwSignal::new(standard(process));
    Effect::new(move |_| {
        spawn_local(async move {
            if let Ok(told) = read_choices(process).await {
                // Who left meanwhile needs none.
                reasons.try_set(told);
            }
        });
    });
    reasons.into()
}
