use chrono::{NaiveDate, TimeDelta};
use domain::ids::{CommandId, PersonId, ShiftId, SiteId};
use domain::people::{AddPerson, Grant, Role};
use domain::refusal::Named;
use domain::waves::roster::{RemoveShift, RowOutcome, SetShifts, Shift, TypedShift};

use crate::Failure;
use crate::floor::tests::{House, code};
use crate::testkit::noon;

const DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 9, 17);

async fn picker(h: &House, name: &str, site: Option<SiteId>) -> PersonId {
    let (id, grants) = (PersonId::mint(), vec![Grant { role: Role::Picker, site }]);
    let email = format!("{}@example.org", name.to_lowercase());
    h.t.run(&AddPerson { id, name: name.into(), email, grants, password_hash: "no password has this hash".into() }).await
}

fn shift(h: &House, person: PersonId, hours: std::ops::Range<i64>) -> Shift {
    let at = |hours| noon() + TimeDelta::hours(hours);
    let (starts_at, ends_at) = (at(hours.start), at(hours.end));
    Shift { id: ShiftId::mint(), site: h.site, person, role: Role::Picker, starts_at, ends_at }
}

fn one(shift: &Shift) -> SetShifts {
    SetShifts { shifts: vec![shift.clone()] }
}

/// PCK-4: planners put shifts in, change them and take them out, each on record; nobody else does.
#[tokio::test]
async fn shifts_are_set_changed_and_removed_by_those_who_may() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    let pia = picker(&h, "Pia", Some(h.site)).await;
    let early = shift(&h, pia, -6..2);
    for other in [&h.picker, &h.t.person(Role::Admin, None), &h.t.person(Role::Planner, Some(SiteId::mint()))] {
        assert_eq!(code(&h.t.try_run(other, &one(&early)).await.unwrap_err()), "not_allowed");
    }
    h.t.try_run(&planner, &one(&early)).await.unwrap();
    let row = h.t.db.roster(&planner, Some(h.site), DAY, noon()).await.unwrap().rows.remove(0);
    assert_eq!((row.shift.clone(), row.person_name.as_str(), row.site_code.as_str()), (early.clone(), "Pia", "LDS"));
    // London is an hour ahead in September.
    assert_eq!((row.starts_local.to_string().as_str(), row.minutes()), ("2026-09-17 07:00:00", 480));
    let longer = Shift { ends_at: noon() + TimeDelta::hours(4), ..early.clone() };
    h.t.try_run(&planner, &one(&longer)).await.unwrap();
    let roster = h.t.db.roster(&planner, None, None, noon()).await.unwrap();
    assert_eq!((Some(roster.day), roster.picking_minutes()), (DAY, 600));
    assert!(h.t.db.roster(&h.picker, None, DAY, noon()).await.is_err());
    let remove = RemoveShift { id: early.id };
    assert_eq!(code(&h.t.try_run(&h.t.person(Role::Planner, Some(SiteId::mint())), &remove).await.unwrap_err()), "not_allowed");
    h.t.try_run(&planner, &remove).await.unwrap();
    assert_eq!(code(&h.t.try_run(&planner, &remove).await.unwrap_err()), "not_found");
    assert_eq!(h.t.count("shift").await, 0);
    assert_eq!(h.t.count("audit where subject_kind = 'shift' and not refused").await, 3);
}

/// PCK-4: what cannot be worked is refused by name beside its field, and two at once never put one person in two places.
#[tokio::test]
async fn a_shift_that_clashes_is_refused_beside_its_field() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, None);
    let york = h.t.site("YRK").await;
    let pia = picker(&h, "Pia", None).await;
    let early = shift(&h, pia, -6..2);
    h.t.try_run(&planner, &one(&early)).await.unwrap();
    let refused = async |shift: &Shift| match h.t.try_run(&planner, &one(shift)).await {
        Err(Failure::Refused(refusal)) => (refusal.code(), refusal.field().unwrap_or_default()),
        other => panic!("{other:?}"),
    };
    let there = Shift { site: york, ..shift(&h, pia, 1..5) };
    assert_eq!(refused(&there).await, ("shifts_overlap", "starts_at"));
    assert_eq!(refused(&shift(&h, pia, 5..5)).await, ("ends_before_start", "ends_at"));
    assert_eq!(refused(&shift(&h, pia, 5..20)).await, ("shift_too_long", "ends_at"));
    assert_eq!(refused(&Shift { role: Role::Packer, ..shift(&h, pia, 5..9) }).await, ("role_not_held", "role"));
    assert_eq!(refused(&shift(&h, PersonId::mint(), 5..9)).await, ("unknown_worker", "person"));
    let typed = |ends_at: &str| TypedShift {
        id: ShiftId::mint(),
        site: h.site,
        person: pia,
        role: Role::Picker,
        starts_at: "2026-09-18T06:00".into(),
        ends_at: ends_at.into(),
    };
    let set = async |typed: TypedShift| h.t.db.set_typed_shift(&planner, CommandId::mint(), noon(), &typed).await;
    assert_eq!(code(&set(typed("soon")).await.unwrap_err()), "no_time");
    set(typed("2026-09-18T14:00")).await.unwrap();
    assert_eq!(h.t.count("shift where starts_at = '2026-09-18T05:00Z'").await, 1, "by London's clock");
    let (here, there) = (shift(&h, pia, 30..34), Shift { site: york, ..shift(&h, pia, 31..35) });
    let (here, there) = (one(&here), one(&there));
    let (here, there) = tokio::join!(h.t.try_run(&planner, &here), h.t.try_run(&planner, &there));
    assert_eq!(usize::from(here.is_ok()) + usize::from(there.is_ok()), 1, "{here:?} {there:?}");
    assert_eq!(h.t.count("shift").await, 3);
}

/// PCK-4: a file is tried before it is taken, every row has its outcome in words, and the same file twice adds nothing.
#[tokio::test]
async fn a_roster_file_is_told_row_by_row_and_taken_once() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    h.t.site("YRK").await;
    picker(&h, "Pia", None).await;
    picker(&h, "Per", Some(h.site)).await;
    let file = "\u{feff}Site,email,role,starts_at,ends_at
LDS,pia@example.org,picker,2026-09-17 06:00,2026-09-17 14:00
lds,Per@example.org,Picker,2026-09-17T22:00,2026-09-18T06:00
LDS,pia@example.org,picker,2026-09-17 13:00,2026-09-17 20:00
LDS,nobody@example.org,picker,2026-09-17 06:00,2026-09-17 14:00
LDS,per@example.org,packer,2026-09-17 06:00,2026-09-17 14:00
YRK,pia@example.org,picker,2026-09-19 06:00,2026-09-19 14:00
ABC,pia@example.org,picker,2026-09-20 06:00,2026-09-20 14:00
LDS,pia@example.org,picker,tomorrow,2026-09-17 14:00
LDS,pia@example.org
";
    let import = async |dry_run| h.t.db.import_roster(&planner, CommandId::mint(), noon(), file, dry_run).await.unwrap();
    let tried = import(true).await;
    assert_eq!(h.t.count("shift").await, 0, "trying changes nothing");
    let count = |outcome| tried.count(outcome);
    assert_eq!(
        (tried.rows.len(), count(RowOutcome::Taken), count(RowOutcome::Unreadable), count(RowOutcome::Refused)),
        (9, 2, 2, 5)
    );
    for (row, said) in [(2, "another shift"), (3, "nobody@example.org"), (4, "no packer"), (5, "may not"), (6, "no site ABC")] {
        assert!(tried.rows[row].words.contains(said), "{:?}", tried.rows[row]);
    }
    let taken = import(false).await;
    assert_eq!(taken.rows, tried.rows);
    assert_eq!(h.t.count("shift").await, 2);
    let again = import(false).await;
    assert_eq!((again.count(RowOutcome::Taken), again.count(RowOutcome::Known)), (0, 2));
    assert_eq!(h.t.count("shift").await, 2);
    let night = h.t.db.roster(&planner, None, NaiveDate::from_ymd_opt(2026, 9, 18), noon()).await.unwrap();
    assert_eq!(night.rows.len(), 1, "a night shift is of both its days");
    let foreign = h.t.db.import_roster(&planner, CommandId::mint(), noon(), "a,b\n1,2\n", true).await.unwrap_err();
    assert_eq!(code(&foreign), "not_a_roster");
    assert_eq!(code(&h.t.db.import_roster(&h.picker, CommandId::mint(), noon(), file, true).await.unwrap_err()), "not_allowed");
}
