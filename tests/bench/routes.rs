use domain::sites::layout::{Access, Side};
use domain::sites::spec::LayoutSpec;
use domain::waves::route::grid::Grid;
use domain::waves::route::stretch::Stretch;
use std::hint::black_box;
use std::time::Instant;
fn main() {
    let mut seed = 1u64;
    let mut next = |n: i32| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        i32::try_from((seed >> 33) % u64::try_from(n).unwrap()).unwrap()
    };
    for blocks in 1..=3u16 {
        for aisles in [10u16, 25] {
            for picks in [10, 30, 60] {
                let roads = LayoutSpec { aisles, cross_aisles: blocks + 1, length_mm: 30_000, ..LayoutSpec::small() }
                    .layout()
                    .unwrap()
                    .roads()
                    .unwrap();
                let depot = roads.depot(0).unwrap();
                let grid = Grid::of(&roads, depot, depot).unwrap();
                let mut lists = Vec::new();
                let mut spots = Vec::new();
                for _ in 0..100 {
                    let s: Vec<_> = (0..picks)
                        .map(|_| {
                            roads
                                .spot(Access {
                                    aisle: 1 + next(i32::from(aisles)),
                                    y_mm: next(30_000),
                                    side: Side::Left,
                                    level: 0,
                                })
                                .unwrap()
                        })
                        .collect();
                    let mut on = vec![vec![]; grid.cells()];
                    for &p in &s {
                        let (c, o) = grid.locate(p).unwrap();
                        on[c].push(o);
                    }
                    let l: Vec<Stretch> = on
                        .iter_mut()
                        .enumerate()
                        .map(|(c, o)| {
                            o.sort_unstable();
                            grid.price(c, o)
                        })
                        .collect();
                    lists.push(l);
                    spots.push(s);
                }
                let reps = 100;
                let ns = (0..reps)
                    .map(|_| {
                        let t = Instant::now();
                        for l in &lists {
                            black_box(grid.length(black_box(l)));
                        }
                        t.elapsed().as_nanos() / 100
                    })
                    .min()
                    .unwrap();
                let t = Instant::now();
                for s in &spots {
                    black_box(grid.tour(s));
                }
                println!(
                    "{blocks} blocks {aisles} aisles {picks} picks: length {ns} ns, tour {} ns",
                    t.elapsed().as_nanos() / 100
                );
            }
        }
    }
}
