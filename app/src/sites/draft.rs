//! A drawing while it is changed: what is drawn, what was drawn, which aisle is in the hand. Says at once what makes it unsound, by the
//! rule the server asks again.

use domain::ids::SiteId;
use domain::sites::design::{Design, DrawLayout};
use domain::sites::layout::{Aisle, Layout, Way};
use domain::sites::shelf::Shelf;
use domain::sites::written;
use leptos::prelude::*;

use super::ground::Frame;
use crate::door::Said;

/// What is moved by one press of an arrow.
pub const STEP_MM: i32 = 100;

#[derive(Clone, Copy)]
pub struct Draft {
    pub site: SiteId,
    pub version: RwSignal<i32>,
    kept: RwSignal<Layout>,
    pub layout: RwSignal<Layout>,
    pub shelves: StoredValue<Vec<Shelf>>,
    /// Bins that would be made, drawn over the others.
    pub coming: RwSignal<Vec<Shelf>>,
    /// The aisle in the hand.
    pub chosen: RwSignal<Option<i32>>,
    /// The frame while an aisle is dragged: a drawing that grows must not move under the pointer.
    pub held: RwSignal<Option<Frame>>,
    pub texts: Texts,
}

/// Parts that are typed, one thing a line.
#[derive(Clone, Copy)]
pub struct Texts {
    pub cross_aisles: RwSignal<String>,
    pub depots: RwSignal<String>,
    pub zones: RwSignal<String>,
    pub obstacles: RwSignal<String>,
}

impl Texts {
    fn of(layout: &Layout) -> Self {
        Self {
            cross_aisles: RwSignal::new(written::write_cross_aisles(layout)),
            depots: RwSignal::new(written::write_depots(layout)),
            zones: RwSignal::new(written::write_zones(layout)),
            obstacles: RwSignal::new(written::write_obstacles(layout)),
        }
    }

    fn show(self, layout: &Layout) {
        self.cross_aisles.set(written::write_cross_aisles(layout));
        self.depots.set(written::write_depots(layout));
        self.zones.set(written::write_zones(layout));
        self.obstacles.set(written::write_obstacles(layout));
    }
}

impl Draft {
    pub fn of(design: &Design) -> Self {
        Self {
            site: design.site,
            version: RwSignal::new(design.version),
            kept: RwSignal::new(design.layout.clone()),
            layout: RwSignal::new(design.layout.clone()),
            shelves: StoredValue::new(design.shelves.clone()),
            coming: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            held: RwSignal::new(None),
            texts: Texts::of(&design.layout),
        }
    }

    pub fn changed(self) -> bool {
        self.kept.with(|kept| self.layout.with(|layout| kept != layout))
    }

    /// What is wrong with it, if anything: bins that stand already must be reached too.
    pub fn wrong(self) -> Option<Said> {
        self.unread().or_else(|| self.layout.with(|layout| self.sound(layout).err().map(|refusal| Said::here(&refusal))))
    }

    fn sound(self, layout: &Layout) -> Result<(), domain::sites::SiteRefusal> {
        use domain::sites::layout::Access;
        layout.check()?;
        self.shelves.with_value(|shelves| {
            let at = |shelf: &Shelf| {
                let (aisle, side) = (shelf.aisle, shelf.side);
                shelf.bays_mm.iter().map(move |y_mm| Access { aisle, y_mm: *y_mm, side, level: 0 }).collect::<Vec<_>>()
            };
            let bays: Vec<(String, Access)> =
                shelves.iter().flat_map(at).map(|access| (format!("of aisle {}", access.aisle), access)).collect();
            layout.check_bins(bays.iter().map(|(name, access)| (name.as_str(), *access)))
        })
    }

    /// A typed part that cannot be read.
    fn unread(self) -> Option<Said> {
        let said = |field: &str, unread: &written::Unread| Said::invalid(field, &format!("“{}” cannot be read.", unread.0));
        let texts = self.texts;
        let cross = texts.cross_aisles.with(|text| written::cross_aisles(text).err()).map(|bad| said("cross_aisles", &bad));
        let depots = || texts.depots.with(|text| written::depots(text).err()).map(|bad| said("depots", &bad));
        let zones = || texts.zones.with(|text| written::zones(text).err()).map(|bad| said("zones", &bad));
        let obstacles = || texts.obstacles.with(|text| written::obstacles(text).err()).map(|bad| said("obstacles", &bad));
        cross.or_else(depots).or_else(zones).or_else(obstacles)
    }

    /// What is typed becomes what is drawn, as far as it reads.
    pub fn take_texts(self) {
        let texts = self.texts;
        self.layout.update(|layout| {
            if let Ok(read) = texts.cross_aisles.with_untracked(|text| written::cross_aisles(text)) {
                layout.recross(read);
            }
            if let Ok(read) = texts.depots.with_untracked(|text| written::depots(text)) {
                layout.depots = read;
            }
            if let Ok(read) = texts.zones.with_untracked(|text| written::zones(text)) {
                layout.zones = read;
            }
            if let Ok(read) = texts.obstacles.with_untracked(|text| written::obstacles(text)) {
                layout.obstacles = read;
            }
        });
    }

    pub fn command(self) -> DrawLayout {
        DrawLayout { site: self.site, version: self.version.get_untracked(), layout: self.layout.get_untracked() }
    }

    /// The server has it: this is what is drawn from now on.
    pub fn keep(self, version: i32) {
        self.version.set(version);
        self.kept.set(self.layout.get_untracked());
    }

    pub fn undo(self) {
        let kept = self.kept.get_untracked();
        self.texts.show(&kept);
        self.layout.set(kept);
        self.chosen.set(None);
    }

    /// An aisle to the right of all others, as long as the site.
    pub fn add_aisle(self) {
        let mut no = 1;
        self.layout.update(|layout| {
            no = layout.aisles.iter().map(|aisle| aisle.no).max().unwrap_or(0).saturating_add(1);
            let mut xs: Vec<i32> = layout.aisles.iter().map(|aisle| aisle.x_mm).collect();
            xs.sort_unstable();
            let pitch = xs.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0).min().unwrap_or(3_000);
            let x_mm = xs.last().map_or(0, |last| last.saturating_add(pitch));
            let to = u16::try_from(layout.cross_aisles.len().saturating_sub(1)).unwrap_or(u16::MAX);
            layout.aisles.push(Aisle { no, x_mm, from: 0, to, way: Way::Both, width_mm: 0 });
        });
        self.chosen.set(Some(no));
    }

    pub fn drop_aisle(self, no: i32) {
        self.layout.update(|layout| layout.aisles.retain(|aisle| aisle.no != no));
        self.chosen.set(None);
    }

    pub fn change_aisle(self, no: i32, change: impl FnOnce(&mut Aisle)) {
        self.layout.update(|layout| {
            if let Some(aisle) = layout.aisles.iter_mut().find(|aisle| aisle.no == no) {
                change(aisle);
            }
        });
    }

    /// Moves the aisle in the hand to the side.
    pub fn push_aisle(self, by_mm: i32) {
        if let Some(no) = self.chosen.get_untracked() {
            self.change_aisle(no, |aisle| aisle.x_mm = aisle.x_mm.saturating_add(by_mm).max(0));
        }
    }

    /// The next aisle into the hand, or the one before.
    pub fn choose_next(self, back: bool) {
        let mut numbers: Vec<i32> = self.layout.with_untracked(|layout| layout.aisles.iter().map(|aisle| aisle.no).collect());
        numbers.sort_unstable();
        let at = self.chosen.get_untracked().and_then(|no| numbers.iter().position(|known| *known == no));
        let next = match (at, back) {
            (None, false) => numbers.first(),
            (None, true) => numbers.last(),
            (Some(at), false) => numbers.get(at + 1).or_else(|| numbers.first()),
            (Some(at), true) => at.checked_sub(1).and_then(|at| numbers.get(at)).or_else(|| numbers.last()),
        };
        self.chosen.set(next.copied());
    }
}

#[cfg(test)]
mod tests {
    use domain::sites::layout::Side;
    use domain::sites::spec::LayoutSpec;

    use super::*;

    fn draft() -> Draft {
        let shelves = vec![Shelf { aisle: 2, side: Side::Left, bays_mm: vec![600, 11_400] }];
        let layout = LayoutSpec::small().layout().unwrap();
        let (code, name) = ("LDS".to_owned(), "Leeds".to_owned());
        Draft::of(&Design { site: SiteId::NIL, code, name, version: 3, layout, shelves, kinds: vec![], unmapped: 0 })
    }

    /// INV-4: a drawing is changed by keys alone, and what makes it unsound is said before it is sent.
    #[test]
    fn an_aisle_is_chosen_moved_added_and_dropped_by_keys() {
        Owner::new().with(|| {
            let draft = draft();
            assert!(!draft.changed() && draft.wrong().is_none());
            draft.choose_next(false);
            draft.choose_next(false);
            draft.push_aisle(STEP_MM);
            assert_eq!(draft.layout.with(|layout| layout.aisles[1].x_mm), 3_100);
            draft.choose_next(true);
            draft.push_aisle(-STEP_MM);
            assert_eq!(draft.layout.with(|layout| layout.aisles[0].x_mm), 0, "nothing lies left of the site");
            draft.add_aisle();
            assert_eq!(draft.chosen.get(), Some(5));
            assert!(draft.changed() && draft.wrong().is_none());
            draft.drop_aisle(2);
            assert_eq!(draft.wrong().unwrap().code(), "bin_without_access_point", "bins stand there");
            draft.undo();
            assert!(!draft.changed() && draft.wrong().is_none());
        });
    }

    #[test]
    fn a_typed_part_is_drawn_when_it_reads_and_said_when_it_does_not() {
        Owner::new().with(|| {
            let draft = draft();
            draft.texts.cross_aisles.set("0; 6; 12".into());
            draft.take_texts();
            assert_eq!((draft.wrong(), draft.layout.with(|layout| layout.cross_aisles.len())), (None, 3));
            draft.texts.zones.set("Cold: one".into());
            draft.take_texts();
            let said = draft.wrong().unwrap();
            assert_eq!((said.field(), said.words()), (Some("zones"), "“one” cannot be read.".to_owned()));
            draft.texts.zones.set("Cold: 9".into());
            draft.take_texts();
            assert_eq!(draft.wrong().unwrap().code(), "unknown_aisle");
        });
    }
}
