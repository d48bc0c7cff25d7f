//! Distances against plain shortest paths on a graph that has every walkable millimetre that matters as a node.

use proptest::prelude::*;

use super::*;
use crate::sites::layout::{Aisle, Depot, Obstacle, Side};

/// Any layout: aisles of any span, width and way, depots and obstacles anywhere; sound ones are kept.
pub(crate) fn layouts(irregular: bool) -> impl Strategy<Value = Layout> {
    let aisle = (0..60i32, 0..4u16, 1..4u16, 0..6u8, 0..4i32);
    let depots = prop::collection::vec((0..60i32, 0..4u16), 1..4);
    let obstacles = prop::collection::vec((0..6usize, 0..100i32, 1..60i32), 0..3);
    (prop::collection::vec(aisle, 1..6), prop::collection::vec(1..30i32, 1..4), depots, obstacles)
        .prop_map(move |(aisles, gaps, depots, obstacles)| {
            let mut y = 0;
            let mut cross_aisles = vec![0];
            cross_aisles.extend(gaps.iter().map(|gap| {
                y += gap * 100;
                y
            }));
            let last = u16::try_from(gaps.len()).unwrap();
            let aisles = aisles.into_iter().enumerate().map(|(i, (x, from, span, way, width))| {
                let from = if irregular { from.min(last - 1) } else { 0 };
                Aisle {
                    no: i32::try_from(i).unwrap(),
                    x_mm: x * 100,
                    from,
                    to: if irregular { (from + span).min(last) } else { last },
                    way: match way {
                        0 if irregular => Way::Up,
                        1 if irregular => Way::Down,
                        _ => Way::Both,
                    },
                    width_mm: (width - 1).max(0) * 250,
                }
            });
            let depots =
                depots.into_iter().map(|(x, cross)| Depot { name: "D".into(), x_mm: x * 100, cross_aisle: cross.min(last) });
            let aisles: Vec<Aisle> = aisles.collect();
            let obstacle = |&(no, from, length): &(usize, i32, i32)| {
                let aisle = &aisles[no % aisles.len()];
                let ends = [aisle.from, aisle.to].map(|cross| cross_aisles[usize::from(cross)]);
                let from_mm = ends[0] + (ends[1] - ends[0]) * from / 100;
                Obstacle { aisle: aisle.no, from_mm, to_mm: (from_mm + length * 10).min(ends[1]) }
            };
            let obstacles = if irregular { obstacles.iter().map(obstacle).collect() } else { Vec::new() };
            Layout { aisles, cross_aisles, depots: depots.collect(), obstacles, ..Layout::default() }
        })
        .prop_filter("sound", |layout| layout.check().is_ok())
}

/// Spots of a layout from arbitrary numbers: some on aisles, some depots.
pub(crate) fn spots(layout: &Layout, roads: &Roads, picks: &[(usize, i32)]) -> Vec<Spot> {
    let spot = |&(pick, share): &(usize, i32)| {
        let pick = pick % (layout.aisles.len() + layout.depots.len());
        let Some(aisle) = layout.aisles.get(pick) else {
            return roads.depot(pick - layout.aisles.len()).unwrap();
        };
        let (from, to) = (layout.cross_aisles[usize::from(aisle.from)], layout.cross_aisles[usize::from(aisle.to)]);
        let y_mm = from + (to - from) * share / 100;
        let side = if share % 2 == 0 { Side::Left } else { Side::Right };
        let at = |y_mm| roads.spot(Access { aisle: aisle.no, y_mm, side, level: 0 });
        at(y_mm).or_else(|| at(from)).unwrap()
    };
    picks.iter().map(spot).collect()
}

/// Floyd-Warshall on the explicit graph: every spot, every cross-aisle × every x.
fn brute(layout: &Layout, spots: &[Spot]) -> Vec<Vec<i64>> {
    let mut nodes: Vec<Point> = spots.iter().map(|&s| s.into()).collect();
    let xs: Vec<i32> = layout.aisles.iter().map(|a| a.x_mm).chain(layout.depots.iter().map(|d| d.x_mm)).collect();
    nodes.extend(xs.iter().flat_map(|&x_mm| layout.cross_aisles.iter().map(move |&y_mm| Point { x_mm, y_mm })));
    let step = |i: usize, j: usize| {
        let (a, b) = (nodes[i], nodes[j]);
        let along_cross = a.y_mm == b.y_mm && layout.cross_aisles.contains(&a.y_mm);
        let in_aisle = |aisle: &&Aisle| {
            let (from, to) = (layout.cross_aisles[usize::from(aisle.from)], layout.cross_aisles[usize::from(aisle.to)]);
            let (low, high) = (a.y_mm.min(b.y_mm), a.y_mm.max(b.y_mm));
            let inside = from <= low && high <= to;
            let blocked = layout.obstacles.iter().any(|o| o.aisle == aisle.no && o.from_mm.max(low) < o.to_mm.min(high));
            let way = a.y_mm == b.y_mm || if a.y_mm < b.y_mm { aisle.way.up() } else { aisle.way.down() };
            aisle.x_mm == a.x_mm && a.x_mm == b.x_mm && inside && !blocked && way
        };
        let length = i64::from((a.x_mm - b.x_mm).abs() + (a.y_mm - b.y_mm).abs());
        // From side to side costs nothing past a cross-aisle, and the aisle's width within a block.
        let side = |node: usize| spots.get(node).and_then(|spot| spot.side);
        let passes = layout.cross_aisles.iter().any(|&y| y >= a.y_mm.min(b.y_mm) && y <= a.y_mm.max(b.y_mm));
        let opposite = !passes && side(i) != side(j);
        match layout.aisles.iter().find(in_aisle) {
            _ if a == b && i == j || along_cross => length,
            Some(aisle) => length + if opposite { i64::from(aisle.width_mm) } else { 0 },
            None => i64::MAX / 4,
        }
    };
    let mut d: Vec<Vec<i64>> = (0..nodes.len()).map(|i| (0..nodes.len()).map(|j| step(i, j)).collect()).collect();
    for k in 0..nodes.len() {
        for i in 0..nodes.len() {
            for j in 0..nodes.len() {
                d[i][j] = d[i][j].min(d[i][k] + d[k][j]);
            }
        }
    }
    d
}

fn agrees(layout: &Layout, picks: &[(usize, i32)]) -> Result<(), TestCaseError> {
    let roads = layout.roads().unwrap();
    let spots = spots(layout, &roads, picks);
    let truth = brute(layout, &spots);
    for (i, &a) in spots.iter().enumerate() {
        for (j, &b) in spots.iter().enumerate() {
            prop_assert_eq!(i64::from(roads.distance(a, b)), truth[i][j], "{:?} to {:?}", a, b);
            let path = roads.path(a, b);
            prop_assert_eq!((path[0], *path.last().unwrap()), (a.into(), b.into()));
            let mut length = 0;
            for leg in path.windows(2) {
                let (dx, dy) = ((leg[0].x_mm - leg[1].x_mm).abs(), (leg[0].y_mm - leg[1].y_mm).abs());
                prop_assert!(dx == 0 || dy == 0, "nobody walks through racks: {:?}", path);
                prop_assert!(dx == 0 || layout.cross_aisles.contains(&leg[0].y_mm), "sideways only on cross-aisles: {:?}", path);
                prop_assert!(
                    dy == 0 || layout.aisles.iter().any(|aisle| aisle.x_mm == leg[0].x_mm),
                    "along aisles only: {:?}",
                    path
                );
                length += i64::from(dx + dy);
            }
            // Straight to the other side of the aisle is drawn along its middle.
            let straight = a.column == b.column && path.len() <= 2;
            let across = if straight { i64::from(roads.across(a, b)) } else { 0 };
            prop_assert_eq!(length + across, truth[i][j], "the path is as long as the distance: {:?}", path);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// PCK-5: distances on regular layouts of one to three blocks are shortest paths, and so are their drawn paths.
    #[test]
    fn closed_form_distances_are_shortest_paths(
        layout in layouts(false), picks in prop::collection::vec((0..20usize, 0..=100i32), 1..6)
    ) {
        prop_assert!(layout.roads().unwrap().regular);
        agrees(&layout, &picks)?;
    }

    /// PCK-5: so are distances with one-way aisles, aisles that end early, and depots beside the aisles.
    #[test]
    fn distances_on_irregular_layouts_are_shortest_paths(
        layout in layouts(true), picks in prop::collection::vec((0..20usize, 0..=100i32), 1..6)
    ) {
        agrees(&layout, &picks)?;
    }
}

#[test]
fn a_walk_to_the_next_aisle_leaves_by_the_nearer_end() {
    let roads = crate::sites::spec::LayoutSpec::small().layout().unwrap().roads().unwrap();
    let at = |aisle, y_mm| roads.spot(Access { aisle, y_mm, side: Side::Left, level: 0 }).unwrap();
    assert_eq!(roads.distance(at(1, 1_000), at(2, 2_000)), 3_000 + 3_000);
    assert_eq!(roads.distance(at(1, 11_000), at(2, 9_000)), 3_000 + 4_000);
    assert_eq!(
        roads.path(at(1, 11_000), at(2, 9_000)).iter().map(|p| (p.x_mm, p.y_mm)).collect::<Vec<_>>(),
        [(0, 11_000), (0, 12_000), (3_000, 12_000), (3_000, 9_000)]
    );
}
