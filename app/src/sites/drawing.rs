//! The map that is drawn on: aisles are taken with the pointer or chosen and moved by the arrow keys; bins that would be made are seen
//! before they are.

use std::fmt::Write;

use domain::sites::layout::Layout;
use domain::sites::shelf::Shelf;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use super::draft::{Draft, STEP_MM};
use super::ground::{Frame, ground, names};

pub fn drawing(draft: Draft) -> AnyView {
    let frame = Memo::new(move |_| {
        draft.held.get().unwrap_or_else(|| {
            draft.layout.with(|layout| {
                let coming = draft.coming.get();
                let shelves = draft.shelves.get_value();
                Frame::of(layout, if shelves.is_empty() { &coming } else { &shelves })
            })
        })
    });
    let picture = move || {
        let frame = frame.get();
        draft.layout.with(|layout| {
            view! {
                {draft.shelves.with_value(|shelves| ground(frame, layout, shelves))}
                {draft.coming.with(|coming| ghosts(frame, layout, coming))}
                {aisles(frame, layout, draft)}
                {names(frame, layout)}
            }
            .into_any()
        })
    };
    let told = move || {
        let Some(no) = draft.chosen.get() else { return "No aisle chosen".to_owned() };
        let x = draft.layout.with(|layout| layout.aisles.iter().find(|aisle| aisle.no == no).map_or(0, |aisle| aisle.x_mm));
        format!("Aisle {no}, {} m from the left", domain::sites::written::in_metres(x))
    };
    view! {
        <div
            class="map-scroll"
            tabindex="0"
            role="application"
            aria-label="The drawing. Up and down choose an aisle, left and right move it, with Shift by a metre."
            on:keydown=move |event| key(&event, draft)
        >
            <svg
                class="map draw-map"
                viewBox=move || frame.get().view_box()
                role="img"
                aria-label="Drawing of the site"
                on:pointerdown=move |event| take(&event, draft, frame.get_untracked())
                on:pointermove=move |event| pull(&event, draft, frame.get_untracked())
                on:pointerup=move |_| draft.held.set(None)
                on:pointerleave=move |_| draft.held.set(None)
            >
                {picture}
            </svg>
        </div>
        <p class="small muted map-hint" role="status" data-chosen>{told}</p>
    }
    .into_any()
}

/// Bins that are only meant so far, as one path.
fn ghosts(frame: Frame, layout: &Layout, coming: &[Shelf]) -> AnyView {
    let mut path = String::new();
    for shelf in coming {
        if let Some(aisle) = layout.aisles.iter().find(|aisle| aisle.no == shelf.aisle) {
            shelf.bays_mm.iter().for_each(|y| frame.bay(aisle.x_mm, *y, shelf.side).draw(&mut path));
        }
    }
    (!path.is_empty()).then(|| view! { <path class="map-coming" d=path stroke-width=frame.pitch / 24 /> }).into_any()
}

/// The middle of each aisle, the one in the hand apart.
fn aisles(frame: Frame, layout: &Layout, draft: Draft) -> AnyView {
    let chosen = draft.chosen.get();
    let (mut others, mut own) = (String::new(), String::new());
    for aisle in &layout.aisles {
        let y = |cross: u16| layout.cross_aisles.get(usize::from(cross)).copied().unwrap_or_default();
        let path = if chosen == Some(aisle.no) { &mut own } else { &mut others };
        // Writing into a string cannot fail.
        let _ = write!(path, "M{} {}V{}", aisle.x_mm, frame.y(y(aisle.from)), frame.y(y(aisle.to)));
    }
    let width = frame.pitch / 14;
    view! {
        <path class="draw-aisle" d=others stroke-width=width />
        <path class="draw-aisle own" d=own stroke-width=width * 2 />
    }
    .into_any()
}

fn key(event: &KeyboardEvent, draft: Draft) {
    let step = if event.shift_key() { 10 * STEP_MM } else { STEP_MM };
    match event.key().as_str() {
        "ArrowDown" => draft.choose_next(false),
        "ArrowUp" => draft.choose_next(true),
        "ArrowLeft" => draft.push_aisle(-step),
        "ArrowRight" => draft.push_aisle(step),
        _ => return,
    }
    event.prevent_default();
}

/// The aisle next to the pointer, within half the way to the next one.
#[cfg(any(feature = "hydrate", test))]
fn near(layout: &Layout, x: f64, pitch: i32) -> Option<i32> {
    let away = |x_mm: i32| (f64::from(x_mm) - x).abs();
    let near = layout.aisles.iter().filter(|aisle| away(aisle.x_mm) <= f64::from(pitch) / 2.0);
    near.min_by(|a, b| away(a.x_mm).total_cmp(&away(b.x_mm))).map(|aisle| aisle.no)
}

/// To the nearest step, inside the site.
#[cfg(any(feature = "hydrate", test))]
fn stepped(x: f64) -> i32 {
    let most = f64::from(domain::sites::layout::EXTENT_MAX_MM / STEP_MM);
    let steps = (x / f64::from(STEP_MM)).round().clamp(0.0, most);
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the site's extent")]
    let steps = steps as i32;
    steps * STEP_MM
}

#[cfg(feature = "hydrate")]
fn take(event: &PointerEvent, draft: Draft, frame: Frame) {
    let Some((at, drawn)) = super::ground::within(event) else { return };
    let (x, ..) = frame.spread().under(at, drawn);
    let found = draft.layout.with_untracked(|layout| near(layout, x, frame.pitch));
    draft.chosen.set(found);
    draft.held.set(found.map(|_| frame));
}

#[cfg(not(feature = "hydrate"))]
fn take(_: &PointerEvent, _: Draft, _: Frame) {}

#[cfg(feature = "hydrate")]
fn pull(event: &PointerEvent, draft: Draft, frame: Frame) {
    let (Some(no), true) = (draft.chosen.get_untracked(), draft.held.get_untracked().is_some()) else { return };
    let Some((at, drawn)) = super::ground::within(event) else { return };
    let (x, ..) = frame.spread().under(at, drawn);
    draft.change_aisle(no, |aisle| aisle.x_mm = stepped(x));
}

#[cfg(not(feature = "hydrate"))]
fn pull(_: &PointerEvent, _: Draft, _: Frame) {}

#[cfg(test)]
mod tests {
    use domain::sites::spec::LayoutSpec;

    use super::*;

    #[test]
    fn the_pointer_takes_the_aisle_next_to_it_and_moves_it_by_steps() {
        let layout = LayoutSpec::small().layout().unwrap();
        assert_eq!(near(&layout, 3_400.0, 3_000), Some(2));
        assert_eq!(near(&layout, -1_400.0, 3_000), Some(1));
        assert_eq!(near(&layout, 30_000.0, 3_000), None);
        assert_eq!((stepped(3_449.0), stepped(3_450.0), stepped(-9.0)), (3_400, 3_500, 0));
        assert_eq!(stepped(f64::INFINITY), domain::sites::layout::EXTENT_MAX_MM);
    }
}
