use proptest::prelude::*;

use super::super::budget::Steps;
use super::super::planner::with_walks;
use super::*;
use crate::sites::layout::{Access, Side};
use crate::sites::roads::{Roads, Spot};
use crate::sites::spec::LayoutSpec;
use crate::waves::route::s_shape;

pub fn site(aisles: u16, cross_aisles: u16) -> (Roads, Spot) {
    let spec = LayoutSpec { aisles, cross_aisles, ..LayoutSpec::small() };
    let roads = spec.layout().and_then(|layout| layout.roads()).expect("the site is sound");
    let depot = roads.depot(0).expect("a depot");
    (roads, depot)
}

pub fn spot(roads: &Roads, aisle: u16, decimetres: i32) -> Spot {
    let access = Access { aisle: i32::from(aisle) + 1, y_mm: decimetres * 100, side: Side::Left, level: 0 };
    roads.spot(access).expect("it lies on its aisle")
}

type Places = Vec<(u16, i32)>;

/// Orders of a few stops with what they take up.
fn orders(most: usize) -> impl Strategy<Value = Vec<(Places, i64, i64)>> {
    let places = prop::collection::vec((0_u16..6, 0_i32..=120), 1..4);
    prop::collection::vec((places, 1_i64..5, 1_i64..40), 1..most)
}

struct Asked {
    roads: Roads,
    depot: Spot,
    spots: Vec<Vec<Spot>>,
    loads: Vec<Load>,
    rooms: Rooms,
}

impl Asked {
    fn of(orders: &[(Places, i64, i64)], cross_aisles: u16) -> Self {
        let (roads, depot) = site(6, cross_aisles);
        let spots = orders.iter().map(|(places, ..)| places.iter().map(|(aisle, y)| spot(&roads, *aisle, *y)).collect());
        let loads = orders.iter().map(|(_, totes, weight_g)| Load { totes: *totes, weight_g: *weight_g, volume_ml: 0 });
        // A small cart that bears much, and a large one that bears little.
        let room = |totes, weight_g| Load { totes, weight_g, volume_ml: i64::MAX };
        let rooms = Rooms::new(vec![room(5, 120), room(9, 60)]);
        Self { spots: spots.collect(), loads: loads.collect(), rooms, roads, depot }
    }

    fn solve(&self, seed: u64, steps: u64) -> Outcome {
        let task = Task { loads: &self.loads, rooms: &self.rooms, dues: None, seed };
        with_walks(&self.roads, self.depot, &self.spots, |walks| solve(walks, task, &mut Steps(steps)))
    }

    fn length(&self, group: &[usize]) -> i64 {
        with_walks(&self.roads, self.depot, &self.spots, |walks| walks.length(group))
    }

    fn fits(&self, group: &[usize]) -> bool {
        self.rooms.fit(group.iter().fold(Load::default(), |sum, order| sum.plus(self.loads[*order])))
    }

    /// Every way of putting orders on carts, by the set of those that ride already.
    fn shortest_of_all(&self) -> i64 {
        let sets = 1_usize << self.loads.len();
        let members = |set: usize| (0..self.loads.len()).filter(|order| set & (1 << order) != 0).collect::<Vec<_>>();
        let alone: Vec<i64> = with_walks(&self.roads, self.depot, &self.spots, |walks| {
            let one = |set| if self.fits(&members(set)) { walks.length(&members(set)) } else { i64::MAX };
            (0..sets).map(one).collect()
        });
        let mut best = vec![i64::MAX; sets];
        best[0] = 0;
        for set in 1..sets {
            let lowest = set & set.wrapping_neg();
            let mut cart = set;
            while cart > 0 {
                if cart & lowest != 0 && alone[cart] < i64::MAX && best[set ^ cart] < i64::MAX {
                    best[set] = best[set].min(best[set ^ cart] + alone[cart]);
                }
                cart = (cart - 1) & set;
            }
        }
        best[sets - 1]
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// PCK-2: every order rides once, no cart is too full, the length adds up, and it is never longer than first-in-first-out by
    /// S-shape nor shorter than the bound.
    #[test]
    fn every_order_rides_once_and_no_cart_is_too_full(orders in orders(24), cross in 2_u16..5, seed: u64) {
        let asked = Asked::of(&orders, cross);
        let outcome = asked.solve(seed, 20_000);
        let mut ridden: Vec<usize> = outcome.groups.iter().flatten().copied().collect();
        ridden.sort_unstable();
        prop_assert_eq!(ridden, (0..orders.len()).collect::<Vec<_>>());
        prop_assert!(outcome.groups.iter().all(|group| asked.fits(group)));
        prop_assert_eq!(outcome.length, outcome.groups.iter().map(|group| asked.length(group)).sum::<i64>());
        prop_assert!(outcome.bound <= outcome.length);
        let spots = |group: &Vec<usize>| group.iter().flat_map(|order| asked.spots[*order].clone()).collect::<Vec<_>>();
        let fifo = first_in_first_out(&asked.loads, &asked.rooms);
        let plain: i64 = fifo.iter().map(|cart| s_shape(&asked.roads, asked.depot, &spots(cart)).length_mm).sum();
        prop_assert!(outcome.length <= plain);
    }

    /// PCK-4: a small wave is planned as short as any way of putting its orders on carts, and says that it is.
    #[test]
    fn small_waves_are_planned_as_short_as_can_be(orders in orders(9), cross in 2_u16..5) {
        let asked = Asked::of(&orders, cross);
        let outcome = asked.solve(1, 1_000_000);
        prop_assert_eq!(outcome.length, asked.shortest_of_all());
        prop_assert!(outcome.proven(), "bound {} of {}", outcome.bound, outcome.length);
    }

    /// PCK-4: whatever time was given, nothing is shorter than the bound.
    #[test]
    fn no_plan_is_shorter_than_the_bound(orders in orders(9), cross in 2_u16..5, steps in 0_u64..20_000) {
        let asked = Asked::of(&orders, cross);
        prop_assert!(asked.solve(1, steps).bound <= asked.shortest_of_all());
    }

    /// PCK-4: the same seed and steps give the same plan.
    #[test]
    fn the_same_seed_and_steps_give_the_same_plan(orders in orders(24), seed: u64) {
        let asked = Asked::of(&orders, 2);
        prop_assert_eq!(asked.solve(seed, 30_000), asked.solve(seed, 30_000));
    }
}

/// PCK-4: more time never gives a longer plan than the first one, and a plan is there at once.
#[test]
fn a_plan_is_there_at_once_and_time_only_shortens_it() {
    let many: Vec<(Places, i64, i64)> =
        (0..60_u16).map(|n| (vec![(n * 7 % 6, i32::from(n) * 37 % 121), (n * 5 % 6, i32::from(n) * 53 % 121)], 1, 1)).collect();
    let asked = Asked::of(&many, 2);
    let lengths = [0, 50_000, 400_000].map(|steps| asked.solve(1, steps).length);
    assert!(lengths[0] >= lengths[1] && lengths[0] >= lengths[2], "{lengths:?}");
}

/// PCK-4: one-way aisles have no exact method: carts are filled all the same, and nothing is claimed that is not so.
#[test]
fn odd_sites_are_planned_without_claims() {
    let spec = LayoutSpec { aisles: 6, cross_aisles: 3, ..LayoutSpec::small() };
    let mut layout = spec.layout().expect("the site is sound");
    layout.aisles[1].way = crate::sites::layout::Way::Up;
    let roads = layout.roads().expect("it is sound still");
    let depot = roads.depot(0).expect("a depot");
    let spots: Vec<Vec<Spot>> = (0..10_u16).map(|n| vec![spot(&roads, n * 5 % 6, i32::from(n) * 11)]).collect();
    let loads = vec![Load { totes: 1, ..Load::default() }; spots.len()];
    let task = Task { loads: &loads, rooms: &Rooms::totes(4), dues: None, seed: 1 };
    let outcome = with_walks(&roads, depot, &spots, |walks| solve(walks, task, &mut Steps(200_000)));
    assert_eq!(outcome.groups.iter().map(Vec::len).sum::<usize>(), spots.len());
    assert!(outcome.bound < outcome.length);
}

/// Where lengths take long: counts how often it is asked for one.
struct Slow(u64);

impl Walks for Slow {
    fn length(&mut self, orders: &[usize]) -> i64 {
        self.0 += 1;
        orders.iter().map(|order| i64::try_from(order % 7).unwrap_or(0)).max().unwrap_or(0) + 1
    }
}

/// Nobody waits after so many looks.
struct Leaves(u64);

impl Budget for Leaves {
    fn left(&mut self, _: &super::super::budget::Progress) -> i64 {
        self.0 = self.0.saturating_sub(1);
        i64::from(self.0 > 0) * WHOLE
    }

    fn stopped(&mut self, _: &super::super::budget::Progress) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 == 0
    }
}

/// PCK-4: whoever goes is noticed in every loop of a search, also in those before its first look at the budget; what is on carts by
/// then is a plan all the same.
#[test]
fn a_search_is_left_in_any_of_its_loops() {
    let (loads, rooms) = (vec![Load { totes: 1, ..Load::default() }; 600], Rooms::totes(6));
    let task = Task { loads: &loads, rooms: &rooms, dues: None, seed: 1 };
    let mut before = 0;
    // While lengths alone, neighbours, and savings are worked out.
    for looks in [1, 5, 60, 80, 100] {
        let mut walks = Slow(0);
        let outcome = solve(&mut walks, task, &mut Leaves(looks));
        let mut ridden: Vec<usize> = outcome.groups.iter().flatten().copied().collect();
        ridden.sort_unstable();
        assert_eq!(ridden, (0..600).collect::<Vec<_>>());
        // Between two looks few lengths are asked for; each alone, the carts as they came and the bound's besides.
        assert!(walks.0 <= 1_400 + looks * 1_024, "{} lengths after {looks} looks", walks.0);
        assert!(walks.0 >= before);
        before = walks.0;
    }
}
