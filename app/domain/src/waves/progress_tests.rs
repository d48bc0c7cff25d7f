use super::*;
use crate::ids::{SiteId, TripId, WaveId};
use crate::sites::layout::Side;
use crate::waves::{Method, StopMark};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_646_400 + seconds, 0).unwrap()
}

fn row(released: bool) -> WaveRow {
    WaveRow {
        wave: WaveId::mint(),
        number: "WV-1".into(),
        site: SiteId::mint(),
        site_code: "LDS".into(),
        method: Method::Cluster,
        orders: 1,
        trips: 1,
        trips_done: 0,
        units: 1,
        units_picked: 0,
        units_short: 0,
        metres: 1,
        metres_fifo: 1,
        seconds: 1,
        pickers: Vec::new(),
        carriers: Vec::new(),
        due: None,
        planned_at: at(0),
        released_at: released.then(|| at(0)),
        cancelled_at: None,
    }
}

/// Ten stops of one unit, `done` of them scanned every `each` seconds from 0.
fn trip(person: Option<&str>, seconds: i32, done: usize, each: i64) -> TripLine {
    let stop = |nth: usize| StopMark {
        bin_code: format!("A{nth}"),
        at: None,
        side: Side::Left,
        along_mm: 0,
        units: 1,
        units_done: i32::from(nth < done),
        done: nth < done,
        done_at: (nth < done).then(|| at(each * i64::try_from(nth + 1).unwrap())),
    };
    TripLine {
        trip: TripId::mint(),
        trip_no: 1,
        person: person.map(str::to_owned),
        claimed_at: person.map(|_| at(0)),
        metres: 100,
        seconds,
        units: 10,
        units_done: i32::try_from(done).unwrap(),
        path: Vec::new(),
        stops: (0..10).map(stop).collect(),
    }
}

/// PCK-4: before anything is scanned a wave ends when the plan says, however many pickers share it.
#[test]
fn an_untouched_wave_ends_as_planned() {
    let told = finish(&row(true), &[trip(None, 600, 0, 0), trip(None, 300, 0, 0)], at(1_000)).unwrap();
    assert_eq!((told.work_seconds, told.at, told.pickers, told.measured_stops), (900, at(1_900), 1, None));
    let shared = [trip(Some("Ana"), 600, 0, 0), trip(Some("Ben"), 200, 0, 0), trip(None, 300, 0, 0), trip(None, 100, 0, 0)];
    let told = finish(&row(true), &shared, at(0)).unwrap();
    // Ben is free first and takes the long one; then both are even enough for the short one.
    assert_eq!((told.work_seconds, told.at, told.pickers), (1_200, at(600), 2));
}

/// PCK-4: what is left follows the pace of what was scanned, once it was scanned often enough to say anything.
#[test]
fn the_end_follows_the_pace_of_the_floor() {
    // Planned 60 s a stop; five stops took 90 s each.
    let told = finish(&row(true), &[trip(Some("Ana"), 600, 5, 90)], at(450)).unwrap();
    assert_eq!((told.work_seconds, told.measured_stops), (450, Some(5)));
    let few = finish(&row(true), &[trip(Some("Ana"), 600, 4, 90)], at(360)).unwrap();
    assert_eq!((few.work_seconds, few.measured_stops), (360, None));
    // Picked in bulk, all at the moment the cart was taken: no pace either.
    let bulk = finish(&row(true), &[trip(Some("Ana"), 600, 5, 0)], at(450)).unwrap();
    assert_eq!((bulk.work_seconds, bulk.measured_stops), (300, None));
    // A tablet left lying for a day is no pace.
    let slow = finish(&row(true), &[trip(Some("Ana"), 600, 5, 20_000)], at(0)).unwrap();
    assert_eq!(slow.work_seconds, 1_200);
}

#[test]
fn nothing_is_foretold_of_what_is_not_on_the_floor_or_done() {
    assert_eq!(finish(&row(false), &[trip(None, 600, 0, 0)], at(0)), None);
    assert_eq!(finish(&row(true), &[trip(Some("Ana"), 600, 10, 50)], at(0)), None);
    assert_eq!(finish(&WaveRow { cancelled_at: Some(at(0)), ..row(true) }, &[trip(None, 600, 0, 0)], at(0)), None);
    assert_eq!(finish(&row(true), &[], at(0)), None);
}
