use chrono::{DateTime, Utc};

use super::*;
use crate::ids::TripId;
use crate::sites::layout::Side;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_646_400 + seconds, 0).unwrap()
}

fn point(x_mm: i32, y_mm: i32) -> Point {
    Point { x_mm, y_mm }
}

/// Up one aisle of 12 m past two bins, across 6 m, and down another past one bin: 36 m.
fn trip(scanned: [Option<i64>; 3]) -> TripLine {
    let stop = |(along_mm, done): (i64, Option<i64>)| StopMark {
        bin_code: format!("A-{along_mm}"),
        at: Some(point(0, 0)),
        side: Side::Left,
        along_mm,
        units: 2,
        units_done: if done.is_some() { 2 } else { 0 },
        done: done.is_some(),
        done_at: done.map(at),
    };
    TripLine {
        trip: TripId::mint(),
        trip_no: 1,
        person: None,
        claimed_at: scanned.iter().any(Option::is_some).then(|| at(0)),
        metres: 36,
        // Exactly what the standard rates say: 60 s for the cart, 30 s of walking, 19 s a stop.
        seconds: 147,
        units: 6,
        units_done: 0,
        end: String::new(),
        path: vec![point(0, 0), point(0, 12_000), point(6_000, 12_000), point(6_000, 0), point(0, 0)],
        stops: [4_800, 9_600, 24_000].into_iter().zip(scanned).map(stop).collect(),
    }
}

/// PCK-5: a walk that nobody has begun is played back as the plan has it, from the depot past every stop and home.
#[test]
fn a_planned_walk_takes_as_long_as_planned() {
    let course = Course::of(&trip([None; 3]), &Rates::STANDARD);
    assert_eq!(course.length_ms(), 147_000);
    assert_eq!(course.finished, [(53_000, false), (76_000, false), (107_000, false)]);
    let seen = |seconds: i64| {
        let moment = course.at(seconds * 1_000);
        (moment.along_mm, moment.stops)
    };
    assert_eq!(seen(0), (0, 0));
    assert_eq!(seen(32), (2_400, 0), "half way to the first bin");
    assert_eq!(seen(40), (4_800, 0), "at the bin");
    assert_eq!(seen(54), (6_000, 1));
    assert_eq!(seen(147), (36_000, 3));
    assert_eq!((seen(-5), seen(9_999)), ((0, 0), (36_000, 3)));
}

/// PCK-5: what was scanned is played back at the times it was scanned; the rest follows as planned.
#[test]
fn scanned_stops_happen_when_they_were_scanned() {
    let course = Course::of(&trip([Some(100), Some(160), None]), &Rates::STANDARD);
    assert_eq!(course.finished, [(100_000, true), (160_000, true), (191_000, false)]);
    assert_eq!(course.at(159_999).stops, 1);
    assert_eq!((course.at(160_000).stops, course.at(160_000).along_mm), (2, 9_600));
    assert_eq!(course.length_ms(), 191_000 + 40_000);
}

/// What was posted in bulk was not walked at that moment: it is played back as planned.
#[test]
fn stops_posted_at_once_tell_no_times() {
    let course = Course::of(&trip([Some(0); 3]), &Rates::STANDARD);
    assert_eq!(course, Course::of(&trip([None; 3]), &Rates::STANDARD));
}

/// A stop taken before its turn never sends the cart back in time.
#[test]
fn time_goes_one_way() {
    let course = Course::of(&trip([Some(200), Some(90), Some(150)]), &Rates::STANDARD);
    let mut before = course.at(-1);
    for ms in (0..course.length_ms() + 1_000).step_by(250) {
        let now = course.at(ms);
        assert!(now.along_mm >= before.along_mm && now.stops >= before.stops, "{ms}");
        before = now;
    }
    assert_eq!(course.finished.iter().map(|(ms, _)| *ms).collect::<Vec<_>>(), [200_000, 200_000, 200_000]);
}

#[test]
fn the_way_walked_ends_where_the_cart_is() {
    let path = trip([None; 3]).path;
    assert_eq!(walked(&path, 0), [point(0, 0), point(0, 0)]);
    assert_eq!(walked(&path, 5_000), [point(0, 0), point(0, 5_000)]);
    assert_eq!(walked(&path, 21_000), [point(0, 0), point(0, 12_000), point(6_000, 12_000), point(6_000, 9_000)]);
    assert_eq!(walked(&path, 99_000), path);
    assert_eq!(walked(&[], 5), []);
}
