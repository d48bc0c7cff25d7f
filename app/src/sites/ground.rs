//! A site as it is drawn: bays, cross-aisles, what is blocked, aisles' numbers and depots. All numbers are the layout's millimetres;
//! the front is at the bottom. Knows neither waves nor picks.

use std::fmt::Write;

use domain::sites::layout::{Aisle, Layout, Side, Way};
use domain::sites::shelf::Shelf;
use leptos::prelude::*;

/// Aisles this far apart, when a site has only one.
const PITCH_MM: i32 = 3_000;
/// Letters as a share of the drawing's breadth: about 11 px at a desk, and on a phone.
const ROOMY: i32 = 58;
const NARROW: i32 = 30;

/// Where things are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    left: i32,
    right: i32,
    front: i32,
    back: i32,
    /// From one aisle to the next.
    pub pitch: i32,
    /// How much of the aisle's length a bay takes.
    bay: i32,
}

/// The two sizes of letters: sheets show one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters {
    pub class: &'static str,
    pub size: i32,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Frame {
    pub fn of(layout: &Layout, shelves: &[Shelf]) -> Self {
        let xs = || layout.aisles.iter().map(|aisle| aisle.x_mm).chain(layout.depots.iter().map(|depot| depot.x_mm));
        let mut aisles: Vec<i32> = layout.aisles.iter().map(|aisle| aisle.x_mm).collect();
        aisles.sort_unstable();
        aisles.dedup();
        let pitch = aisles.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(PITCH_MM).clamp(100, 4 * PITCH_MM);
        Self {
            left: xs().min().unwrap_or(0),
            right: xs().max().unwrap_or(0),
            front: layout.cross_aisles.first().copied().unwrap_or(0),
            back: layout.cross_aisles.last().copied().unwrap_or(0),
            pitch,
            bay: Shelf::bay_width_mm(shelves, pitch / 3),
        }
    }

    /// From the middle of an aisle to the middle of the rack beside it.
    fn rack(self) -> i32 {
        self.pitch * 3 / 10
    }

    /// The breadth that letters are measured by: what is drawn is about this broad on every screen.
    fn breadth(self) -> i32 {
        (self.right - self.left).max((self.back - self.front) * 11 / 10) + 2 * self.pitch
    }

    pub fn letters(self) -> [Letters; 2] {
        let size = |class, part| Letters { class, size: self.breadth() / part };
        [size("roomy", ROOMY), size("narrow", NARROW)]
    }

    /// Room around the drawing: numbers above, the depot below.
    fn margin(self) -> i32 {
        self.breadth() / NARROW * 2
    }

    pub fn view_box(self) -> String {
        let Spread { x, y, width, height } = self.spread();
        format!("{x} {y} {width} {height}")
    }

    pub fn spread(self) -> Spread {
        let (side, margin) = (self.pitch * 3 / 4, self.margin());
        Spread {
            x: self.left - side,
            y: -margin,
            width: self.right - self.left + 2 * side,
            height: self.back - self.front + 2 * margin,
        }
    }

    pub fn y(self, y_mm: i32) -> i32 {
        self.back - y_mm
    }

    /// The bay on this side of an aisle at `x`.
    pub fn bay(self, x_mm: i32, y_mm: i32, side: Side) -> Spread {
        let (width, height) = (self.pitch * 26 / 100, (self.bay * 8 / 10).max(1));
        let middle = x_mm + if side == Side::Left { -self.rack() } else { self.rack() };
        Spread { x: middle - width / 2, y: self.y(y_mm) - height / 2, width, height }
    }
}

impl Spread {
    /// What a point of a drawing shows, and how much of the drawing's unit a screen's is: the drawing is as large as fits in a box of
    /// this size, in the middle.
    #[cfg(any(feature = "hydrate", test))]
    pub fn under(self, at: (f64, f64), drawn: (f64, f64)) -> (f64, f64, f64) {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let scale = (drawn.0 / width).min(drawn.1 / height).max(f64::EPSILON);
        let x = (at.0 - (drawn.0 - width * scale) / 2.0) / scale + f64::from(self.x);
        let y = (at.1 - (drawn.1 - height * scale) / 2.0) / scale + f64::from(self.y);
        (x, y, scale)
    }

    /// As a part of a path.
    pub fn draw(self, path: &mut String) {
        let Self { x, y, width, height } = self;
        // Writing into a string cannot fail.
        let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
    }
}

/// Where on a drawing the pointer is, and how large that is drawn.
#[cfg(feature = "hydrate")]
pub fn within(event: &leptos::ev::MouseEvent) -> Option<((f64, f64), (f64, f64))> {
    use wasm_bindgen::JsCast;
    let drawn = event.current_target()?.dyn_into::<web_sys::Element>().ok()?.get_bounding_client_rect();
    let at = (f64::from(event.client_x()) - drawn.left(), f64::from(event.client_y()) - drawn.top());
    Some((at, (drawn.width(), drawn.height())))
}

/// Everything that stands still, under what moves. One path for all bays: thousands of them stay light.
pub fn ground(frame: Frame, layout: &Layout, shelves: &[Shelf]) -> AnyView {
    let mut bays = String::new();
    for shelf in shelves {
        if let Some(aisle) = layout.aisles.iter().find(|aisle| aisle.no == shelf.aisle) {
            shelf.bays_mm.iter().for_each(|y| frame.bay(aisle.x_mm, *y, shelf.side).draw(&mut bays));
        }
    }
    let (from, to) = (frame.left - frame.pitch / 2, frame.right + frame.pitch / 2);
    let mut crosses = String::new();
    for y in &layout.cross_aisles {
        let _ = write!(crosses, "M{from} {}H{to}", frame.y(*y));
    }
    let width = frame.pitch / 24;
    view! {
        <path class="map-cross" d=crosses stroke-width=width stroke-dasharray=format!("{0} {0}", width * 4) />
        <path class="map-bays" d=bays stroke-width=width / 2 />
        {blocked(frame, layout)}
    }
    .into_any()
}

fn blocked(frame: Frame, layout: &Layout) -> AnyView {
    let parts = layout.obstacles.iter().filter_map(|obstacle| {
        let aisle = layout.aisles.iter().find(|aisle| aisle.no == obstacle.aisle)?;
        let (half, y) = (frame.pitch / 6, frame.y(obstacle.to_mm));
        let words = format!("Aisle {} is blocked here", obstacle.aisle);
        let height = (obstacle.to_mm - obstacle.from_mm).max(0);
        Some(view! { <rect class="map-blocked" x=aisle.x_mm - half y=y width=2 * half height=height><title>{words}</title></rect> })
    });
    parts.collect_view().into_any()
}

/// Aisles' numbers and depots' names, over everything.
pub fn names(frame: Frame, layout: &Layout) -> AnyView {
    let both = frame.letters().map(|letters| {
        let numbers = numbered(frame, layout, letters).into_iter().map(|aisle| {
            let y = frame.y(frame.back) - letters.size * 6 / 10 - frame.pitch / 4;
            view! { <text class="map-no" x=aisle.x_mm y=y>{named(aisle)}</text> }
        });
        let Spread { x: left, width: breadth, .. } = frame.spread();
        let depots = layout.depots.iter().map(|depot| {
            let at = layout.cross_aisles.get(usize::from(depot.cross_aisle)).copied().unwrap_or(frame.front);
            let chars = i32::try_from(depot.name.chars().count()).unwrap_or(8);
            let (width, height) = (letters.size * (chars * 7 + 12) / 10, letters.size * 16 / 10);
            let y = frame.y(at) + frame.pitch / 5;
            // Beside the edge its name still stands within the drawing.
            let middle = depot.x_mm.min(left + breadth - width / 2).max(left + width / 2);
            view! {
                <rect class="map-depot" x=middle - width / 2 y=y width=width height=height rx=height / 4 />
                <text class="map-depot-name" x=middle y=y + height * 7 / 10>{depot.name.clone()}</text>
            }
        });
        view! { <g class=letters.class font-size=letters.size>{numbers.collect_view()} {depots.collect_view()}</g> }
    });
    both.collect_view().into_any()
}

/// The aisles that have room for their number: each, or each second, third …
fn numbered(frame: Frame, layout: &Layout, letters: Letters) -> Vec<&Aisle> {
    let each = usize::try_from((letters.size * 19 / 10 + frame.pitch - 1) / frame.pitch.max(1)).unwrap_or(1).max(1);
    layout.aisles.iter().step_by(each).collect()
}

/// Its number, with an arrow when it goes one way.
fn named(aisle: &Aisle) -> String {
    match aisle.way {
        Way::Both => aisle.no.to_string(),
        Way::Up => format!("{}↑", aisle.no),
        Way::Down => format!("{}↓", aisle.no),
    }
}

#[cfg(test)]
mod tests {
    use domain::sites::spec::LayoutSpec;

    use super::*;

    fn site(aisles: u16, bins_per_side: u16) -> (Layout, Vec<Shelf>) {
        let spec = LayoutSpec { aisles, bins_per_side, ..LayoutSpec::small() };
        let mut shelves: Vec<Shelf> = Vec::new();
        for bin in spec.bins().unwrap() {
            let (aisle, side) = (bin.access.aisle, bin.access.side);
            let at = shelves.iter().position(|shelf| (shelf.aisle, shelf.side) == (aisle, side)).unwrap_or_else(|| {
                shelves.push(Shelf { aisle, side, bays_mm: Vec::new() });
                shelves.len() - 1
            });
            if shelves[at].bays_mm.last() != Some(&bin.access.y_mm) {
                shelves[at].bays_mm.push(bin.access.y_mm);
            }
        }
        (spec.layout().unwrap(), shelves)
    }

    #[test]
    fn neighbouring_bays_never_touch_and_lie_within_the_frame() {
        let (layout, shelves) = site(12, 30);
        let frame = Frame::of(&layout, &shelves);
        let all = frame.spread();
        let one = |aisle: usize, bay: usize, side| frame.bay(layout.aisles[aisle].x_mm, shelves[0].bays_mm[bay], side);
        let (right, left) = (one(0, 0, Side::Right), one(1, 0, Side::Left));
        assert!(right.x + right.width < left.x, "{right:?} {left:?}");
        let next = one(0, 1, Side::Right);
        assert!(next.y + next.height < right.y, "the front is at the bottom");
        let last = one(11, 29, Side::Right);
        assert!(last.x + last.width <= all.x + all.width && last.y >= all.y);
    }

    /// Letters are as large on a phone as at a desk: a larger share of the drawing, and fewer of them where they would touch.
    #[test]
    fn aisles_are_numbered_as_far_as_there_is_room() {
        let (layout, shelves) = site(25, 10);
        let frame = Frame::of(&layout, &shelves);
        let [roomy, narrow] = frame.letters();
        assert!(narrow.size > roomy.size * 19 / 10);
        for letters in [roomy, narrow] {
            let shown = numbered(frame, &layout, letters);
            assert!(shown.windows(2).all(|pair| pair[1].x_mm - pair[0].x_mm >= letters.size * 19 / 10), "{letters:?}");
        }
        assert_eq!(numbered(frame, &layout, roomy).len(), 25);
    }
}
