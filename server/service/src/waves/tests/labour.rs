use chrono::TimeDelta;
use domain::floor::ClaimTrip;
use domain::people::{Caller, Role};
use domain::reasons::Given;
use domain::refusal::Refusal;
use domain::waves::labour::{EvenOut, LabourRefusal, Outlook};
use domain::waves::{PlanWave, Planned, ReleaseWave};

use crate::Failure;
use crate::floor::tests::{House, code};
use crate::testkit::noon;

fn release(planned: &Planned, reason: &str) -> ReleaseWave {
    let note = if reason.is_empty() { "" } else { "Gate 4" };
    ReleaseWave { wave: planned.wave, reason: Given { code: reason.into(), note: note.into() } }
}

/// A wave that is planned and waits to be released.
async fn waits(h: &House) -> Planned {
    h.t.run(&PlanWave { release: false, ..h.plan(1) }).await
}

async fn outlook(h: &House, caller: &Caller) -> Outlook {
    h.t.db.outlook(caller, Some(h.site), noon()).await.expect("the outlook is told").remove(0)
}

/// PCK-4: a wave that asks for more hours than are rostered waits for a supervisor's reason, which is kept; one that fits does not.
#[tokio::test]
async fn a_wave_beyond_the_roster_needs_a_supervisors_reason() {
    let h = House::open().await;
    let (planner, supervisor) = (h.t.person(Role::Planner, Some(h.site)), h.t.person(Role::Supervisor, Some(h.site)));
    h.order("W-1", &[(h.mug, 2)]).await;
    let planned = waits(&h).await;
    let Err(Failure::Refused(Refusal::Labour(LabourRefusal::NotEnoughHours { needed_minutes, left_minutes }))) =
        h.t.try_run(&planner, &release(&planned, "")).await
    else {
        panic!("nobody is rostered");
    };
    assert!(needed_minutes > 0 && left_minutes == 0);
    assert_eq!(code(&h.t.try_run(&planner, &release(&planned, "truck_waits")).await.unwrap_err()), "not_allowed");
    assert_eq!(code(&h.t.try_run(&supervisor, &release(&planned, "")).await.unwrap_err()), "not_enough_hours");
    assert_eq!(
        code(&h.t.try_run(&supervisor, &release(&planned, "changed_mind")).await.unwrap_err()),
        "reason_of_another_process"
    );
    // A planner's wave that is released in one go is measured, too.
    assert_eq!(code(&h.t.try_run(&planner, &h.plan(1)).await.unwrap_err()), "nothing_to_pick");
    assert_eq!(h.t.count("wave where released_at is not null").await, 0);
    h.t.try_run(&supervisor, &release(&planned, "truck_waits")).await.unwrap();
    assert_eq!(h.t.count("decision where kind = 'labour' and chosen->>'reason' = 'The truck waits: Gate 4'").await, 1);
    assert_eq!(h.t.count("audit where kind = 'waves.release' and after->>'reason' = 'truck_waits'").await, 1);
    assert_eq!(h.t.count("reason_given where process = 'wave_override' and code = 'truck_waits' and note = 'Gate 4'").await, 1);
    h.order("W-2", &[(h.mug, 2)]).await;
    assert_eq!(code(&h.t.try_run(&planner, &h.plan(1)).await.unwrap_err()), "not_enough_hours");
    h.rostered("Pia", -60..60).await;
    let next = waits(&h).await;
    h.t.try_run(&planner, &release(&next, "")).await.unwrap();
    assert_eq!(h.t.count("decision where kind = 'labour' and chosen->>'released' = 'within the roster'").await, 1);
}

/// PCK-4: two releases at once count each other: together they never promise more hours than are rostered.
#[tokio::test]
async fn two_releases_at_once_do_not_spend_the_same_hours() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, None);
    h.order("W-1", &[(h.mug, 2)]).await;
    let one = waits(&h).await;
    h.order("W-2", &[(h.mug, 2)]).await;
    let two = waits(&h).await;
    let needs: Vec<i64> = outlook(&h, &planner).await.waves.iter().map(|wave| wave.seconds_left).collect();
    assert_eq!(needs.len(), 2);
    h.rostered("Pia", -60..(needs.iter().max().unwrap() + 59) / 60).await;
    let (one, two) = (release(&one, ""), release(&two, ""));
    let (one, two) = tokio::join!(h.t.try_run(&planner, &one), h.t.try_run(&planner, &two));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    let after = outlook(&h, &planner).await;
    assert!(after.promised <= after.rostered, "{after:?}");
}

/// PLN-4: backlog against rostered hours tells which promises are missed, standard rates are labelled, and waves say when they end.
#[tokio::test]
async fn promises_at_risk_and_predicted_ends_are_told() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    h.order("W-1", &[(h.mug, 1), (h.cup, 1)]).await;
    h.order("W-2", &[(h.cup, 1)]).await;
    let bare = outlook(&h, &planner).await;
    assert_eq!((bare.cutoffs.len(), bare.missed().count(), bare.cutoffs[0].orders), (1, 1, 2));
    assert_eq!(bare.rates, "standard rates: 0 of 200 picks measured here");
    let pia = h.rostered("Pia", -60..120).await;
    let staffed = outlook(&h, &planner).await;
    assert_eq!((staffed.missed().count(), staffed.rostered), (0, 7_200));
    assert!(staffed.cutoffs[0].finish.unwrap() > noon());
    let planned = waits(&h).await;
    h.t.try_run(&planner, &release(&planned, "")).await.unwrap();
    h.t.try_run(&pia, &ClaimTrip { trip: planned.trips[0] }).await.unwrap();
    let under_way = outlook(&h, &planner).await;
    let wave = &under_way.waves[0];
    assert_eq!((wave.wave, wave.released, wave.is_late()), (planned.wave, true, false));
    assert_eq!(wave.finish, Some(noon() + TimeDelta::seconds(wave.seconds_left)), "one picker walks both carts");
    assert_eq!((under_way.promised, under_way.movable), (wave.seconds_left, 1));
    let hand = &under_way.pickers[0];
    assert_eq!((hand.name.as_str(), hand.trips, hand.rostered), ("Pia", 1, true));
    let elsewhere = h.t.person(Role::Planner, Some(domain::ids::SiteId::mint()));
    assert!(h.t.db.outlook(&elsewhere, None, noon()).await.unwrap().is_empty());
    assert!(h.t.db.outlook(&h.picker, None, noon()).await.is_err());
}

/// PLN-4: enough picks by hand, and rates are the site's own; what was told in bulk measures nothing.
#[tokio::test]
async fn rates_are_learned_from_what_was_picked_here() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, None);
    h.t.receive(h.site, h.mug, "A01-01L-1", 300).await;
    h.t.receive(h.site, h.cup, "A02-05R-1", 300).await;
    for n in 0..55 {
        let some = 1 + n % 3;
        h.order(&format!("W-{n}"), &[(h.mug, some), (h.cup, 1), (h.mug, 1), (h.cup, some)]).await;
    }
    let planned = h.t.run(&h.plan(36)).await;
    h.t.run(&domain::floor::PickTrips { trips: planned.trips }).await;
    let later = noon() + TimeDelta::hours(2);
    let rates = async || h.t.db.outlook(&planner, Some(h.site), later).await.unwrap().remove(0).rates;
    assert_eq!(rates().await, "standard rates: 0 of 200 picks measured here");
    // The same picks as hands do them: one after the other, half a minute each.
    let by_hand = "update pick_task set done_at = done_at + walk_no * interval '30 seconds'";
    sqlx::query(by_hand).execute(&h.t.root).await.unwrap();
    let learned = rates().await;
    assert!(learned.starts_with("rates measured here from 2"), "{learned}");
}

/// PCK-4: one press deals carts nobody has begun between those who are there; the floor offers them to those people first, and a cart
/// that is walked stays where it is.
#[tokio::test]
async fn evening_out_deals_what_nobody_has_begun() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    let even = EvenOut { site: h.site };
    assert_eq!(code(&h.t.try_run(&planner, &even).await.unwrap_err()), "nothing_to_move");
    for n in 0..5 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let planned = h.t.run(&h.plan(1)).await;
    assert_eq!(code(&h.t.try_run(&planner, &even).await.unwrap_err()), "nobody_to_pick");
    let (pia, per) = (h.rostered("Pia", -60..300).await, h.rostered("Per", -60..300).await);
    // Not today's.
    h.rostered("Tom", 1_500..1_800).await;
    h.t.try_run(&pia, &ClaimTrip { trip: planned.trips[4] }).await.unwrap();
    assert_eq!(code(&h.t.try_run(&h.picker, &even).await.unwrap_err()), "not_allowed");
    let done = h.t.try_run(&planner, &even).await.unwrap();
    assert_eq!((done.moved, done.trips, done.pickers, done.before), (4, 4, 2, None));
    assert!(done.after.is_some());
    let meant = async |who: &Caller| {
        let trips = h.t.db.open_trips(who, Some(h.site)).await.unwrap();
        assert!(trips.is_sorted_by_key(domain::floor::TripRow::turn));
        trips.iter().filter(|trip| trip.meant_for_me && !trip.mine).count()
    };
    let (hers, his) = (meant(&pia).await, meant(&per).await);
    assert_eq!(hers + his, 4);
    assert!(his >= hers, "she walks one already");
    assert!(h.t.db.open_trips(&pia, None).await.unwrap()[0].mine);
    let again = h.t.try_run(&planner, &even).await.unwrap();
    assert_eq!((again.moved, again.before), (0, done.after), "even already");
    // Meant for another is no lock: whoever stands there may take it.
    let his = h.t.db.open_trips(&per, None).await.unwrap()[0].trip;
    h.t.try_run(&h.picker, &ClaimTrip { trip: his }).await.unwrap();
}

/// PCK-4: a picker who takes a cart in the very moment carts are dealt has it, whatever it was dealt to.
#[tokio::test]
async fn a_cart_taken_while_carts_are_dealt_is_its_takers() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, None);
    for n in 0..6 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let planned = h.t.run(&h.plan(1)).await;
    let pia = h.rostered("Pia", -60..300).await;
    h.rostered("Per", -60..300).await;
    for (taken, trip) in planned.trips.iter().enumerate() {
        let (claim, even) = (ClaimTrip { trip: *trip }, EvenOut { site: h.site });
        let (claimed, evened) = tokio::join!(h.t.try_run(&pia, &claim), h.t.try_run(&planner, &even));
        claimed.unwrap();
        match evened {
            Ok(done) => assert!(usize::try_from(done.trips).unwrap() + taken <= planned.trips.len()),
            Err(refused) => assert_eq!(code(&refused), "nothing_to_move"),
        }
        assert_eq!(h.t.count(&format!("trip where person_id = '{}'", pia.person())).await, i64::try_from(taken).unwrap() + 1);
    }
}
