//! Where carts start and are handed in, and whether heavy goods go first: asked for by the names of the site's depots, walked by their
//! places. Decides what is refused; the way itself is [`super::route`]'s.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::WaveRefusal;
use super::batch::walks::Manner;
use crate::sites::layout::{Depot, Layout};
use crate::sites::roads::{Roads, Spot};

/// A hundred kilos: nobody lifts more, so what weighs more is heavy in any case.
pub const HEAVY_MAX_G: i32 = 100_000;

/// By names, so that it is true of a layout that was changed since.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rounds {
    /// None = the site's first depot.
    #[serde(default)]
    pub start: Option<String>,
    /// Where a cart may be handed in: whichever makes its walk shortest. None named = where it started.
    #[serde(default)]
    pub ends: Vec<String>,
    /// Goods of which a unit weighs this much or more are picked before all others.
    #[serde(default)]
    pub heavy_from_g: Option<i32>,
}

impl Rounds {
    pub fn check(&self) -> Result<(), WaveRefusal> {
        match self.heavy_from_g.filter(|given| !(1..=HEAVY_MAX_G).contains(given)) {
            Some(given) => Err(WaveRefusal::HeavyOutOfRange { given, max: HEAVY_MAX_G }),
            None => Ok(()),
        }
    }

    /// On this layout, of which `first` is the first depot.
    pub fn manner(&self, layout: &Layout, roads: &Roads, first: Spot) -> Result<Manner, WaveRefusal> {
        self.check()?;
        let named = |name: &String, starts: bool| {
            place(layout, roads, name).ok_or_else(|| WaveRefusal::UnknownDepot { depot: name.clone(), starts })
        };
        let start = self.start.as_ref().map_or(Ok(first), |name| named(name, true))?;
        let ends: BTreeSet<&String> = self.ends.iter().collect();
        let ends = ends.into_iter().map(|name| named(name, false)).collect::<Result<Vec<Spot>, WaveRefusal>>()?;
        Ok(Manner { start, ends, heavy_from_g: self.heavy_from_g.map(i64::from) })
    }

    /// The same as a layout that changed since has it: depots that are gone are its first.
    pub fn manner_now(&self, layout: &Layout, roads: &Roads, first: Spot) -> Manner {
        let start = self.start.as_ref().and_then(|name| place(layout, roads, name)).unwrap_or(first);
        let ends = self.ends.iter().filter_map(|name| place(layout, roads, name)).collect();
        Manner { start, ends, heavy_from_g: self.heavy_from_g.map(i64::from) }
    }

    /// What of it a layout knows.
    #[must_use]
    pub fn known(mut self, layout: &Layout) -> Self {
        let stands = |name: &String| layout.depots.iter().any(|depot| depot.name == *name);
        self.start = self.start.filter(stands);
        self.ends.retain(stands);
        self
    }

    /// For a screen; none when a cart goes out from the first depot and back, whatever lies nearest first.
    pub fn words(&self) -> Option<String> {
        let start = self.start.as_ref().map(|name| format!("from {name}"));
        let end = match self.ends.as_slice() {
            [] => None,
            [one] => Some(format!("to {one}")),
            several => Some(format!("to the nearest of {}", several.join(", "))),
        };
        let heavy = self.heavy_from_g.map(|grams| format!("heavy first, from {}", kilos(grams)));
        let words: Vec<String> = [start, end, heavy].into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// `5 kg`, `7500 g`
fn kilos(grams: i32) -> String {
    if grams % 1_000 == 0 { format!("{} kg", grams / 1_000) } else { format!("{grams} g") }
}

/// Where the depot of this name stands.
pub fn place(layout: &Layout, roads: &Roads, name: &str) -> Option<Spot> {
    layout.depots.iter().position(|depot| depot.name == name).and_then(|at| roads.depot(at))
}

/// What stands there; empty where no depot does.
pub fn name_of(depots: &[Depot], roads: &Roads, spot: Spot) -> String {
    let at = roads.depots().iter().position(|depot| *depot == spot);
    at.and_then(|at| depots.get(at)).map_or_else(String::new, |depot| depot.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::spec::LayoutSpec;

    /// PCK-5: carts start and end where the layout says so; what it does not know is refused beside its field, and a wave planned
    /// before the layout changed is still drawn.
    #[test]
    fn depots_are_asked_for_by_name() {
        use crate::refusal::Named;
        let mut layout = LayoutSpec::small().layout().unwrap();
        layout.depots.push(Depot { name: "Dispatch".into(), x_mm: 0, cross_aisle: 1 });
        let roads = layout.roads().unwrap();
        let (first, other) = (roads.depot(0).unwrap(), roads.depot(1).unwrap());
        assert_eq!(Rounds::default().manner(&layout, &roads, first), Ok(Manner::round(first)));
        let twice = vec!["Dispatch".to_owned(), "Dispatch".to_owned()];
        let across = Rounds { start: Some("Packing".into()), ends: twice, heavy_from_g: Some(5_000) };
        let expected = Manner { start: first, ends: vec![other], heavy_from_g: Some(5_000) };
        assert_eq!(across.manner(&layout, &roads, first), Ok(expected));
        assert_eq!(name_of(&layout.depots, &roads, other), "Dispatch");
        for (rounds, code, field) in [
            (Rounds { start: Some("Roof".into()), ..Rounds::default() }, "unknown_depot", "start"),
            (Rounds { ends: vec!["Roof".into()], ..Rounds::default() }, "unknown_depot", "end"),
            (Rounds { heavy_from_g: Some(0), ..Rounds::default() }, "heavy_out_of_range", "heavy"),
            (Rounds { heavy_from_g: Some(HEAVY_MAX_G + 1), ..Rounds::default() }, "heavy_out_of_range", "heavy"),
        ] {
            let refusal = rounds.manner(&layout, &roads, first).expect_err(code);
            assert_eq!((refusal.code(), refusal.field(), refusal.status()), (code, Some(field), 422));
        }
        layout.depots.truncate(1);
        let left = Rounds { ends: Vec::new(), ..across.clone() };
        assert_eq!(across.clone().known(&layout), left);
        let roads = layout.roads().unwrap();
        assert_eq!(across.manner_now(&layout, &roads, first), Manner { heavy_from_g: Some(5_000), ..Manner::round(first) });
    }

    #[test]
    fn rounds_are_told_in_words() {
        let rounds = |ends: &[&str]| Rounds { ends: ends.iter().map(|end| (*end).to_owned()).collect(), ..Rounds::default() };
        assert_eq!(Rounds::default().words(), None);
        assert_eq!(rounds(&["Dispatch"]).words().unwrap(), "to Dispatch");
        let all = Rounds { start: Some("Packing".into()), heavy_from_g: Some(7_500), ..rounds(&["A", "B"]) };
        assert_eq!(all.words().unwrap(), "from Packing, to the nearest of A, B, heavy first, from 7500 g");
    }
}
