//! Times and ages in words. The server and the first paint say UTC; once hydrated, the device's own zone.

use chrono::{DateTime, Duration, Utc};
use domain::dates;
use leptos::prelude::*;

/// Minutes the device is ahead of UTC; `None` until hydration has told.
#[derive(Clone, Copy)]
pub struct Zone(RwSignal<Option<i32>>);

impl Zone {
    pub fn provide() {
        let zone = Self(RwSignal::new(None));
        provide_context(zone);
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| {
            let behind = js_sys::Date::new_0().get_timezone_offset();
            #[expect(clippy::cast_possible_truncation, reason = "zones lie within a day of UTC")]
            zone.0.set(Some(-(behind as i32)));
        });
    }
}

/// `24 Nov 2026 16:48`.
#[component]
pub fn When(at: DateTime<Utc>) -> impl IntoView {
    let zone = use_context::<Zone>();
    // A page that comes in parts may wake up when the zone is long known: its first words are the server's all the same.
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let told = move || zone.and_then(|zone| zone.0.get()).filter(|_| awake.get());
    let local = move || told().map(|minutes| at + Duration::minutes(i64::from(minutes)));
    let day = move || dates::day(&local().unwrap_or(at));
    let clock = move || match local() {
        Some(at) => dates::time(&at),
        None => format!("{} UTC", dates::time(&at)),
    };
    view! {
        <time datetime=at.to_rfc3339()>
            <span class="nowrap">{day}</span>
            " "
            <span class="nowrap muted">{clock}</span>
        </time>
    }
    .into_any()
}

/// A moment that may not have come.
pub fn when(at: Option<DateTime<Utc>>) -> AnyView {
    match at {
        Some(at) => view! { <When at /> }.into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    }
}

/// `26 min`, `3 h 40`, `5 d`: how long, in the two greatest units that matter.
pub fn age(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    match minutes {
        0 => "now".to_owned(),
        1..60 => format!("{minutes} min"),
        60..1440 => format!("{} h {:02}", minutes / 60, minutes % 60),
        _ => format!("{} d {} h", minutes / 1440, minutes % 1440 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_use_the_units_that_matter() {
        let cases = [(-5, "now"), (59, "now"), (26 * 60, "26 min"), (3 * 3600 + 40 * 60, "3 h 40"), (49 * 3600, "2 d 1 h")];
        for (seconds, words) in cases {
            assert_eq!(age(seconds), words);
        }
    }
}
