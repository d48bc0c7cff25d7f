use chrono::TimeDelta;
use domain::floor::PickTrips;
use domain::ids::CommandId;
use domain::people::Role;
use domain::sites::activity::{Activity, Bay, Span};
use domain::sites::layout::Side;

use crate::floor::tests::{House, code};
use crate::testkit::noon;

/// PCK-5: picks are counted where they happened and within the span asked for, bay by bay, and lead to the SKU picked there.
#[tokio::test]
async fn picks_are_counted_where_and_when_they_happened() {
    let h = House::open().await;
    let at = |days: i64| noon() - TimeDelta::days(days);
    let picked = async |name: &str, lines: &[_], days: i64| {
        h.order(name, lines).await;
        let trips = h.wave().await.trips;
        h.t.db.run(&h.t.system(), CommandId::mint(), at(days), &PickTrips { trips }).await.unwrap();
    };
    picked("W-1", &[(h.mug, 2), (h.cup, 1)], 0).await;
    picked("W-2", &[(h.cup, 3)], 3).await;
    picked("W-3", &[(h.mug, 1)], 20).await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    let seen = async |span| h.t.db.activity(&planner, h.site, span, noon()).await.unwrap();
    let sums = |seen: &Activity| (seen.bins, seen.picks, seen.units);
    let (day, week, month) = (seen(Span::Day).await, seen(Span::Week).await, seen(Span::Month).await);
    assert_eq!((sums(&day), sums(&week), sums(&month)), ((2, 2, 3), (2, 3, 6), (2, 4, 7)));
    assert_eq!(week.bays.iter().map(|bay| bay.picks).sum::<i32>(), week.picks, "every pick is on the map");
    let cups = week.bays.iter().find(|bay| (bay.aisle, bay.side) == (2, Side::Right)).expect("cups lie in aisle 2");
    assert_eq!((cups.picks, cups.units), (2, 4));
    let first = &week.busiest[0];
    assert_eq!((first.bin_code.as_str(), first.sku, first.picks, first.units), ("A02-05R-1", h.cup, 2, 4));
    let bay = Bay { aisle: cups.aisle, side: cups.side, y_mm: cups.y_mm };
    let there = h.t.db.picked_from(&planner, h.site, Some(bay), Span::Week, noon()).await.unwrap();
    assert_eq!(there.iter().map(|row| row.picks).sum::<i32>(), cups.picks, "a bay's rows are exactly what it counts");
    let all = h.t.db.picked_from(&planner, h.site, None, Span::Week, noon()).await.unwrap();
    assert_eq!(all.iter().map(|row| row.picks).sum::<i32>(), week.picks, "so are the site's");
    let elsewhere = h.t.person(Role::Planner, Some(domain::ids::SiteId::mint()));
    assert_eq!(code(&h.t.db.activity(&elsewhere, h.site, Span::Day, noon()).await.unwrap_err()), "not_allowed");
}
