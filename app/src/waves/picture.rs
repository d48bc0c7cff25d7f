//! The drawing of a wave: every cart's way over the ground of its site, told apart by colour, by dashes and by its number; what is
//! picked of it; and where a cart is when its walk is played back.

use std::fmt::Write;

use domain::sites::layout::Point;
use domain::waves::replay::walked;
use domain::waves::{StopMark, TripLine, WaveMap};
use leptos::prelude::*;

use super::replay::Replay;
use crate::sites::ground::{Frame, Letters, ground, names};
use crate::ui::COLOURS;

/// Ways that share an aisle run side by side: so many lanes.
const LANES: i32 = 5;

/// The data colour of a cart, told by its number too.
pub fn colour(trip_no: i32) -> &'static str {
    let at = usize::try_from(trip_no - 1).unwrap_or(0) % COLOURS.len();
    COLOURS[at]
}

/// What is drawn of a wave, and which cart is looked at.
#[derive(Clone, Copy)]
pub struct Look {
    pub cart: RwSignal<Option<i32>>,
    /// Larger than the screen, to be moved about.
    pub large: RwSignal<bool>,
    pub replay: Replay,
}

/// The site with all ways; with one cart looked at, the others step back.
pub fn picture(map: &WaveMap, look: Look) -> AnyView {
    let frame = Frame::of(&map.layout, &map.shelves);
    let words = format!("Map of the site with {} carts' ways. The same is written beside it, cart by cart.", map.trips.len());
    let ways = map.trips.iter().map(|trip| way(frame, trip, look)).collect_view();
    let scroll = move || if look.large.get() { "map-scroll large" } else { "map-scroll" };
    view! {
        <div class=scroll data-scrolls tabindex="0" role="group" aria-label="Map">
            <svg class="map" viewBox=frame.view_box() role="img" aria-label=words>
                {ground(frame, &map.layout, &map.shelves)}
                {ways}
                {names(frame, &map.layout)}
                {badges(frame, &map.trips, look)}
                {played(frame, &map.trips, look)}
            </svg>
        </div>
    }
    .into_any()
}

/// The lane of a cart: how far beside the middle of the aisle it is drawn.
fn shift(frame: Frame, trip_no: i32) -> i32 {
    ((trip_no - 1).rem_euclid(LANES) - LANES / 2) * frame.pitch / 20
}

fn corners(frame: Frame, path: &[Point], shift: i32) -> String {
    let mut points = String::new();
    for point in path {
        // Writing into a string cannot fail.
        let _ = write!(points, "{},{} ", point.x_mm + shift, frame.y(point.y_mm) + shift);
    }
    points
}

fn way(frame: Frame, trip: &TripLine, look: Look) -> AnyView {
    let (no, shift) = (trip.trip_no, shift(frame, trip.trip_no));
    let points = corners(frame, &trip.path, shift);
    let class = move || {
        let looked = look.cart.get();
        let place = if looked == Some(no) {
            " near"
        } else if looked.is_some() {
            " back"
        } else {
            ""
        };
        format!("map-way {}{place}", colour(no))
    };
    let stops = trip.stops.iter().filter_map(|stop| mark(frame, stop)).collect_view();
    let width = frame.pitch / 20;
    view! {
        <g class=class data-cart=no stroke-width=width>
            <polyline points=points />
            {stops}
            {close_by(frame, trip, look)}
        </g>
    }
    .into_any()
}

/// A bin: full while it waits, hollow when it is done.
fn mark(frame: Frame, stop: &StopMark) -> Option<AnyView> {
    let bay = frame.bay(stop.at?.x_mm, stop.at?.y_mm, stop.side);
    // Square, so that it is seen between bays that are drawn flat.
    let size = bay.width;
    let (x, y) = (bay.x, bay.y + (bay.height - size) / 2);
    let words = format!("{} · {} units{}", stop.bin_code, stop.units, if stop.done { " · done" } else { "" });
    let class = if stop.done { "map-stop done" } else { "map-stop" };
    Some(view! { <rect class=class x=x y=y width=size height=size rx=size / 5><title>{words}</title></rect> }.into_any())
}

/// What is told of the one cart that is looked at: which way it goes, where it starts and ends, and which stop is which.
fn close_by(frame: Frame, trip: &TripLine, look: Look) -> AnyView {
    let no = trip.trip_no;
    let shift = shift(frame, no);
    let (path, ends) = (arrows(frame, &trip.path, shift), (trip.path.first().copied(), trip.path.last().copied()));
    let stops: Vec<(usize, StopMark)> = trip.stops.iter().cloned().enumerate().collect();
    let shown = move || {
        (look.cart.get() == Some(no)).then(|| {
            let size = frame.pitch / 4;
            let at = |point: Point| (point.x_mm + shift, frame.y(point.y_mm) + shift);
            let start = ends.0.map(at).map(|(x, y)| {
                let d = format!("M{} {y}L{} {}V{}z", x + size, x - size * 2 / 3, y - size * 3 / 4, y + size * 3 / 4);
                view! { <path class="map-start" d=d /> }
            });
            let end = ends.1.map(at).map(|(x, y)| view! { <circle class="map-end" cx=x cy=y r=size * 3 / 2 /> });
            let numbers = stops.iter().filter_map(|(nth, stop)| {
                let bay = frame.bay(stop.at?.x_mm, stop.at?.y_mm, stop.side);
                let y = bay.y + bay.height / 2 + frame.pitch / 11;
                Some(view! { <text class="map-nth" class:done=stop.done x=bay.x + bay.width / 2 y=y font-size=frame.pitch / 5>{nth + 1}</text> })
            });
            view! {
                <path class="map-arrow" d=path.clone() />
                {end}
                {start}
                <g class="map-nths">{numbers.collect_view()}</g>
            }
        })
    };
    shown.into_any()
}

/// A small head in the middle of each long stretch.
fn arrows(frame: Frame, path: &[Point], shift: i32) -> String {
    let (size, mut heads) = (frame.pitch / 9, String::new());
    for leg in path.windows(2).filter(|leg| leg[0].steps_to(leg[1]) > i64::from(frame.pitch)) {
        let (x, y) = (i32::midpoint(leg[0].x_mm, leg[1].x_mm) + shift, frame.y(i32::midpoint(leg[0].y_mm, leg[1].y_mm)) + shift);
        let (dx, dy) = ((leg[1].x_mm - leg[0].x_mm).signum() * size, (leg[0].y_mm - leg[1].y_mm).signum() * size);
        let _ = write!(heads, "M{} {}L{} {}L{} {}", x - dx - dy, y - dy + dx, x + dx, y + dy, x - dx + dy, y - dy - dx);
    }
    heads
}

/// Each cart's number on its way.
fn badges(frame: Frame, trips: &[TripLine], look: Look) -> AnyView {
    let both = frame.letters().map(|letters| {
        let radius = letters.size * 9 / 10;
        let places = placed(frame, trips, radius);
        let badges = trips.iter().zip(places).map(|(trip, at)| badge(trip.trip_no, at, letters, radius, look)).collect_view();
        view! { <g class=letters.class font-size=letters.size>{badges}</g> }
    });
    both.collect_view().into_any()
}

fn badge(no: i32, (x, y): (i32, i32), letters: Letters, radius: i32, look: Look) -> AnyView {
    let class = move || {
        let back = look.cart.get().is_some_and(|looked| looked != no);
        format!("map-badge {}{}", colour(no), if back { " back" } else { "" })
    };
    view! {
        <g class=class>
            <circle cx=x cy=y r=radius stroke-width=radius / 6 />
            <text x=x y=y + letters.size * 36 / 100>{no}</text>
        </g>
    }
    .into_any()
}

/// Half way along, or where there is room for it nearby.
fn placed(frame: Frame, trips: &[TripLine], radius: i32) -> Vec<(i32, i32)> {
    let mut taken: Vec<(i32, i32)> = Vec::new();
    for trip in trips {
        let shift = shift(frame, trip.trip_no);
        let tries = [6, 5, 7, 4, 8, 3, 9].map(|twelfths| {
            let at = walked(&trip.path, trip.length_mm() * twelfths / 12).last().copied().unwrap_or_default();
            (at.x_mm + shift, frame.y(at.y_mm) + shift)
        });
        let free = |(x, y): &(i32, i32)| taken.iter().all(|(a, b)| (x - a).abs().max((y - b).abs()) > 2 * radius);
        let place = tries.iter().copied().find(free).unwrap_or(tries[0]);
        taken.push(place);
    }
    taken
}

/// Where the cart is when its walk is played back, and how far it has come.
fn played(frame: Frame, trips: &[TripLine], look: Look) -> AnyView {
    let paths: Vec<(i32, Vec<Point>)> = trips.iter().map(|trip| (trip.trip_no, trip.path.clone())).collect();
    let shown = move || {
        let no = look.cart.get()?;
        let moment = look.replay.moment.get()?;
        let (_, path) = paths.iter().find(|(of, _)| *of == no)?;
        let shift = shift(frame, no);
        let gone = walked(path, moment.along_mm);
        let at = gone.last().copied().unwrap_or_default();
        let (x, y) = (at.x_mm + shift, frame.y(at.y_mm) + shift);
        let class = format!("map-played {}", colour(no));
        Some(view! {
            <g class=class data-along=moment.along_mm>
                <polyline points=corners(frame, &gone, shift) stroke-width=frame.pitch / 9 />
                <circle cx=x cy=y r=frame.pitch / 4 stroke-width=frame.pitch / 12 />
            </g>
        })
    };
    shown.into_any()
}
