//! Three sounds a picker tells apart without looking, made by the browser itself. Volume is kept by the device.

use leptos::prelude::*;

use super::icon::Icon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// High and short: go on.
    Ok,
    /// Low and twice: stop and look.
    Wrong,
    /// Two rising: this is finished.
    Done,
}

/// Sound it, unless this device is muted. Also shakes a handheld.
#[cfg(not(feature = "hydrate"))]
pub fn play(_: Sound) {}

#[cfg(feature = "hydrate")]
pub use browser::play;

/// Sound on or off, on this device.
#[component]
pub fn SoundSwitch() -> impl IntoView {
    let muted = RwSignal::new(false);
    Effect::new(move |_| muted.set(is_muted()));
    let press = move |_| {
        muted.update(|muted| *muted = !*muted);
        set_muted(muted.get_untracked());
        play(Sound::Ok);
    };
    let words = move || if muted.get() { "Sound is off" } else { "Sound is on" };
    view! {
        <button
            type="button"
            class="btn quiet square"
            aria-pressed=move || muted.get().to_string()
            aria-label="Mute"
            title=words
            on:click=press
        >
            {move || if muted.get() { Icon::Mute.view() } else { Icon::Sound.view() }}
        </button>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
use browser::{is_muted, set_muted};

#[cfg(not(feature = "hydrate"))]
fn is_muted() -> bool {
    false
}

#[cfg(not(feature = "hydrate"))]
fn set_muted(_: bool) {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;

    use js_sys::{Array, Function, Reflect};
    use leptos::prelude::window;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{AudioContext, OscillatorType};

    use super::Sound;

    thread_local! {
        /// One context a page: browsers allow few.
        static AUDIO: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    }

    const KEY: &str = "muted";

    pub(super) fn is_muted() -> bool {
        let kept = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(KEY).ok().flatten());
        kept.as_deref() == Some("1")
    }

    pub(super) fn set_muted(muted: bool) {
        if let Ok(Some(kept)) = window().local_storage() {
            // A device that keeps nothing forgets it on reload.
            let _ = kept.set_item(KEY, if muted { "1" } else { "0" });
        }
    }

    pub fn play(sound: Sound) {
        // Hertz, start and length in seconds; then the shake in ms.
        let (wave, tones, shake): (_, &[(f32, f64, f64)], &[i32]) = match sound {
            Sound::Ok => (OscillatorType::Sine, &[(1320.0, 0.0, 0.07)], &[30]),
            Sound::Wrong => (OscillatorType::Square, &[(196.0, 0.0, 0.14), (165.0, 0.18, 0.2)], &[120, 60, 120]),
            Sound::Done => (OscillatorType::Sine, &[(784.0, 0.0, 0.09), (1047.0, 0.1, 0.09), (1568.0, 0.2, 0.16)], &[40, 40, 80]),
        };
        vibrate(shake);
        if is_muted() {
            return;
        }
        AUDIO.with_borrow_mut(|audio| {
            if audio.is_none() {
                *audio = AudioContext::new().ok();
            }
            if let Some(audio) = audio {
                for tone in tones {
                    // Without an audio device there is the band and the shake.
                    let _ = tone_at(audio, wave, *tone);
                }
            }
        });
    }

    fn tone_at(audio: &AudioContext, wave: OscillatorType, (hertz, start, length): (f32, f64, f64)) -> Result<(), JsValue> {
        let _ = audio.resume()?;
        let (tone, gain) = (audio.create_oscillator()?, audio.create_gain()?);
        let from = audio.current_time() + start;
        tone.set_type(wave);
        tone.frequency().set_value(hertz);
        gain.gain().set_value_at_time(0.18, from)?;
        gain.gain().exponential_ramp_to_value_at_time(0.001, from + length)?;
        tone.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&audio.destination())?;
        tone.start_with_when(from)?;
        tone.stop_with_when(from + length)
    }

    /// Where the device can.
    fn vibrate(pattern: &[i32]) {
        let navigator = window().navigator();
        let Ok(Ok(shake)) = Reflect::get(&navigator, &JsValue::from_str("vibrate")).map(JsValue::dyn_into::<Function>) else {
            return;
        };
        let pattern: Array = pattern.iter().map(|ms| JsValue::from(*ms)).collect();
        let _ = shake.call1(&navigator, &pattern);
    }
}
