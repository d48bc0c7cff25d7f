//! Sound and unsound layouts.

use super::*;
use crate::sites::spec::LayoutSpec;

fn sound() -> Layout {
    LayoutSpec::small().layout().unwrap()
}

fn refused(change: impl FnOnce(&mut Layout)) -> SiteRefusal {
    let mut layout = sound();
    change(&mut layout);
    layout.roads().expect_err("the layout is not sound")
}

/// PCK-5: a layout that cannot be walked is refused by name, and never reaches the planner.
#[test]
fn each_fault_of_a_layout_has_its_own_name() {
    assert_eq!(refused(|l| l.aisles.clear()), SiteRefusal::NothingThere { what: "aisle".into() });
    assert_eq!(refused(|l| l.depots.clear()), SiteRefusal::NothingThere { what: "depot".into() });
    assert!(matches!(refused(|l| l.cross_aisles[1] = 0), SiteRefusal::CrossAislesOutOfOrder { before: 0, given: 0 }));
    assert!(matches!(refused(|l| l.cross_aisles[0] = -1), SiteRefusal::OutOfBounds { given: -1, .. }));
    assert!(matches!(refused(|l| l.aisles[0].x_mm = -5), SiteRefusal::OutOfBounds { given: -5, .. }));
    assert_eq!(refused(|l| l.aisles[1].no = l.aisles[0].no), SiteRefusal::AisleTwice { aisle: 1 });
    assert!(matches!(refused(|l| l.aisles[1].to = 0), SiteRefusal::AisleGoesNowhere { aisle: 2, .. }));
    assert!(matches!(refused(|l| l.aisles[1].to = 9), SiteRefusal::AisleGoesNowhere { aisle: 2, .. }));
    assert_eq!(refused(|l| l.aisles[1].x_mm = l.aisles[0].x_mm), SiteRefusal::AislesOverlap { one: 1, other: 2 });
    assert!(matches!(refused(|l| l.depots[0].cross_aisle = 7), SiteRefusal::UnknownCrossAisle { cross_aisle: 7, .. }));
    assert!(matches!(refused(|l| l.aisles = vec![l.aisles[0].clone(); 1_001]), SiteRefusal::TooMany { given: 1_001, .. }));
}

#[test]
fn a_layout_whose_blocks_no_aisle_joins_is_disconnected() {
    let (front, back) = (0, 1);
    let no_aisle = refused(|l| {
        l.cross_aisles.push(99_000);
    });
    assert!(matches!(no_aisle, SiteRefusal::Disconnected { to_mm: 99_000, .. }), "{no_aisle}");
    let no_way_back = refused(|l| l.aisles.iter_mut().for_each(|a| a.way = Way::Up));
    let layout = sound();
    let (front, back) = (layout.cross_aisles[front], layout.cross_aisles[back]);
    assert_eq!(no_way_back, SiteRefusal::Disconnected { from_mm: back, to_mm: front });
}

#[test]
fn a_bin_must_lie_on_its_aisle() {
    let layout = sound();
    let at = |aisle, y_mm| Access { aisle, y_mm, side: Side::Left, level: 0 };
    assert_eq!(layout.check_bins([("A", at(1, 0)), ("B", at(2, layout.cross_aisles[1]))]), Ok(()));
    let nowhere = layout.check_bins([("A", at(1, 0)), ("B", at(99, 10))]);
    assert_eq!(nowhere, Err(SiteRefusal::NoAccessPoint { bin: "B".into(), aisle: 99, y_mm: 10 }));
    assert!(layout.check_bins([("C", at(1, -1))]).is_err());
}

/// PCK-5: obstacles, zones and levels that cannot be are refused by name too.
#[test]
fn each_fault_of_what_stands_in_a_layout_has_its_own_name() {
    let obstacle = |aisle, from_mm, to_mm| Obstacle { aisle, from_mm, to_mm };
    let nowhere = |aisle, from, to| refused(|l| l.obstacles.push(obstacle(aisle, from, to)));
    for (aisle, from, to) in [(99, 0, 100), (1, -5, 100), (1, 100, 99_000), (1, 500, 500)] {
        assert_eq!(nowhere(aisle, from, to), SiteRefusal::ObstacleNowhere { aisle, from_mm: from, to_mm: to });
    }
    let one_way = refused(|l| {
        l.aisles[0].way = Way::Up;
        l.obstacles.push(obstacle(1, 100, 200));
    });
    assert_eq!(one_way, SiteRefusal::ObstacleInOneWay { aisle: 1 });
    let walled = refused(|l| l.obstacles.extend((1..=4).map(|aisle| obstacle(aisle, 100, 200))));
    assert!(matches!(walled, SiteRefusal::Disconnected { .. }), "{walled}");
    let zone = |name: &str, aisles: &[i32]| Zone { name: name.into(), aisles: aisles.to_vec() };
    assert_eq!(refused(|l| l.zones = vec![zone("A", &[7])]), SiteRefusal::UnknownAisle { zone: "A".into(), aisle: 7 });
    assert_eq!(refused(|l| l.zones = vec![zone("A", &[1]), zone("A", &[2])]), SiteRefusal::ZoneNameTaken { zone: "A".into() });
    assert_eq!(refused(|l| l.zones = vec![zone(" ", &[1])]), SiteRefusal::ZoneNameTaken { zone: " ".into() });
    assert_eq!(
        refused(|l| l.zones = vec![zone("A", &[1, 2]), zone("B", &[2])]),
        SiteRefusal::AisleInTwoZones { aisle: 2, one: "A".into(), other: "B".into() }
    );
    assert_eq!(refused(|l| l.levels_mm = vec![0, 1_500, 1_500]), SiteRefusal::LevelsOutOfOrder { before: 1_500, given: 1_500 });
    assert!(matches!(refused(|l| l.aisles[0].width_mm = -1), SiteRefusal::OutOfBounds { given: -1, .. }));
}

#[test]
fn a_bin_within_or_between_obstacles_has_no_access_point() {
    let mut layout = sound();
    layout.obstacles = [(2_000, 3_000), (5_000, 6_000)].map(|(from_mm, to_mm)| Obstacle { aisle: 1, from_mm, to_mm }).into();
    let bin = |y_mm| layout.check_bins([("A", Access { aisle: 1, y_mm, side: Side::Left, level: 0 })]);
    for reached in [0, 2_000, 6_000, 12_000] {
        assert_eq!(bin(reached), Ok(()));
    }
    for enclosed in [2_001, 3_000, 4_000, 5_999] {
        assert!(bin(enclosed).is_err());
    }
}

/// What was stored before aisles had widths, and sites obstacles, still loads.
#[test]
fn a_layout_of_before_reads_as_one_with_nothing_in_the_way() {
    let json = r#"{"aisles":[{"no":1,"x_mm":0,"from":0,"to":1}],"cross_aisles":[0,100],"depots":[{"name":"D","x_mm":0,"cross_aisle":0}]}"#;
    let layout: Layout = serde_json::from_str(json).unwrap();
    assert_eq!(layout.check(), Ok(()));
    assert_eq!((layout.aisles[0].width_mm, layout.obstacles.len(), layout.zone_of(1)), (0, 0, None));
}

#[test]
fn a_layout_reads_back_from_json_as_written() {
    let layout = sound();
    let json = serde_json::to_value(&layout).unwrap();
    assert_eq!(serde_json::from_value::<Layout>(json).unwrap(), layout);
}

#[test]
fn aisles_keep_their_ends_when_cross_aisles_change() {
    let mut layout = LayoutSpec { cross_aisles: 3, ..LayoutSpec::small() }.layout().unwrap();
    layout.aisles[1].to = 1;
    layout.aisles[2].from = 1;
    layout.recross(vec![0, 4_000, 6_000, 15_000]);
    let ends: Vec<_> = layout.aisles.iter().map(|aisle| (aisle.from, aisle.to)).collect();
    assert_eq!(ends, [(0, 3), (0, 2), (2, 3), (0, 3)], "at 6 m as before; to the back where they went to the back");
    assert_eq!(layout.check(), Ok(()));
    layout.recross(vec![]);
    assert!(layout.check().is_err());
}
