//! The drawing: racks, cross-aisles, the depot, and every cart's way in its colour. All numbers are the layout's millimetres.

use domain::sites::layout::{Layout, Point, Side};
use domain::waves::{StopMark, TripLine, WaveMap};
use leptos::prelude::*;

use crate::ui::COLOURS;

/// From the middle of an aisle to the middle of the rack beside it.
const RACK_MM: i32 = 950;
/// Half of a rack's depth.
const RACK_HALF_MM: i32 = 380;
/// Room around the drawing for numbers and the depot.
const MARGIN_MM: i32 = 2_600;
/// Ways that share an aisle run side by side.
const LANE_MM: i32 = 150;

/// The data colour of a cart, told by its number too.
pub fn colour(trip_no: i32) -> &'static str {
    let at = usize::try_from(trip_no - 1).unwrap_or(0) % COLOURS.len();
    COLOURS[at]
}

/// Where the layout begins and ends.
struct Frame {
    left: i32,
    right: i32,
    front: i32,
    back: i32,
}

impl Frame {
    fn of(layout: &Layout) -> Self {
        let xs = || layout.aisles.iter().map(|aisle| aisle.x_mm).chain(layout.depots.iter().map(|depot| depot.x_mm));
        let ys = || layout.cross_aisles.iter().copied();
        Self {
            left: xs().min().unwrap_or(0),
            right: xs().max().unwrap_or(0),
            front: ys().min().unwrap_or(0),
            back: ys().max().unwrap_or(0),
        }
    }

    fn view_box(&self) -> String {
        let (width, height) = (self.right - self.left + 2 * MARGIN_MM, self.back - self.front + 2 * MARGIN_MM);
        format!("{} {} {width} {height}", self.left - MARGIN_MM, -MARGIN_MM)
    }

    /// The front is at the bottom.
    fn y(&self, y_mm: i32) -> i32 {
        self.back - y_mm
    }
}

/// The site with all ways; with one cart looked at, the others step back.
pub fn picture(map: &WaveMap, looked_at: RwSignal<Option<i32>>) -> AnyView {
    let frame = Frame::of(&map.layout);
    let words = format!("Map of the site with {} carts' ways. The same is written beside it, cart by cart.", map.trips.len());
    let ways = map.trips.iter().map(|trip| way(&frame, trip, looked_at)).collect_view();
    view! {
        <svg class="map" viewBox=frame.view_box() role="img" aria-label=words>
            {racks(&frame, &map.layout)}
            {ways}
            {depots(&frame, &map.layout)}
        </svg>
    }
    .into_any()
}

fn racks(frame: &Frame, layout: &Layout) -> AnyView {
    let mut shapes = Vec::new();
    for aisle in &layout.aisles {
        let crosses = &layout.cross_aisles[usize::from(aisle.from)..=usize::from(aisle.to)];
        for block in crosses.windows(2) {
            let (y, height) = (frame.y(block[1]) + RACK_HALF_MM, block[1] - block[0] - 2 * RACK_HALF_MM);
            for x in [aisle.x_mm - RACK_MM, aisle.x_mm + RACK_MM] {
                let (x, width) = (x - RACK_HALF_MM, 2 * RACK_HALF_MM);
                shapes.push(view! { <rect class="map-rack" x=x y=y width=width height=height.max(0) rx="120" /> }.into_any());
            }
        }
        let (x, y) = (aisle.x_mm, frame.y(frame.back) - 900);
        shapes.push(view! { <text class="map-no" x=x y=y>{aisle.no}</text> }.into_any());
    }
    shapes.collect_view().into_any()
}

fn depots(frame: &Frame, layout: &Layout) -> AnyView {
    let marks = layout.depots.iter().map(|depot| {
        let y = layout.cross_aisles.get(usize::from(depot.cross_aisle)).copied().unwrap_or(frame.front);
        let (x, y) = (depot.x_mm, frame.y(y) + 500);
        view! {
            <rect class="map-depot" x=x - 2_000 y=y width="4000" height="1000" rx="250" />
            <text class="map-depot-name" x=x y=y + 680>{depot.name.clone()}</text>
        }
    });
    marks.collect_view().into_any()
}

fn way(frame: &Frame, trip: &TripLine, looked_at: RwSignal<Option<i32>>) -> AnyView {
    let no = trip.trip_no;
    let lane = (no - 1).rem_euclid(5) - 2;
    let shift = lane * LANE_MM;
    let corner = |point: &Point| format!("{},{}", point.x_mm + shift, frame.y(point.y_mm) + shift);
    let points = trip.path.iter().map(corner).collect::<Vec<_>>().join(" ");
    let class = move || {
        let back = looked_at.get().is_some_and(|looked| looked != no);
        format!("map-way {}{}", colour(no), if back { " back" } else { "" })
    };
    let stops = trip.stops.iter().filter_map(|stop| mark(frame, stop)).collect_view();
    view! {
        <g class=class data-cart=no>
            <polyline points=points />
            {stops}
        </g>
    }
    .into_any()
}

/// A bin: full while it waits, hollow when it is done.
fn mark(frame: &Frame, stop: &StopMark) -> Option<AnyView> {
    let at = stop.at?;
    let x = at.x_mm + if stop.side == Side::Left { -RACK_MM } else { RACK_MM };
    let (x, y, size) = (x - RACK_HALF_MM, frame.y(at.y_mm) - RACK_HALF_MM, 2 * RACK_HALF_MM);
    let words = format!("{} · {} units{}", stop.bin_code, stop.units, if stop.done { " · done" } else { "" });
    let class = if stop.done { "map-stop done" } else { "map-stop" };
    Some(view! { <rect class=class x=x y=y width=size height=size rx="150"><title>{words}</title></rect> }.into_any())
}
