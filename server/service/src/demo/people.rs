//! Who works in the demo: one sign-in a role, all with the same password; and the hands who pick beside them, early, late and at night,
//! with the roster of all who pick.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{PersonId, ShiftId, SiteId};
use domain::people::{Actor, AddPerson, Grant, Role};
use domain::waves::roster::{SetShifts, Shift};
use uuid::Uuid;

/// The demo's one password. It is printed at every start: a demo has no secrets.
pub const PASSWORD: &str = "tideway-demo";

/// Name, role, at the first site only.
const PEOPLE: [(&str, Role, bool); 9] = [
    ("Pia Novak", Role::Picker, true),
    ("Paul Okafor", Role::Packer, true),
    ("Rosa Lind", Role::Receiver, true),
    ("Tariq Aziz", Role::ReturnsTech, true),
    ("Clara Moreau", Role::CustomerService, false),
    ("Finn Berg", Role::Finance, false),
    ("Sana Iyer", Role::Supervisor, false),
    ("Milo Tanaka", Role::Planner, false),
    ("Ada Whitlock", Role::Admin, false),
];

/// Who picks beside the one whose card is printed: name, site by rank, and the hour of the day their shift begins.
const HANDS: [(&str, usize, i64); 7] = [
    ("Per Holm", 0, 6),
    ("Ines Duarte", 0, 14),
    ("Otto Brandt", 0, 14),
    ("Noor Haddad", 0, 22),
    ("Lou Petit", 1, 6),
    ("Max Roux", 1, 14),
    ("Zoe Girard", 1, 22),
];
const SHIFT_HOURS: i64 = 8;
/// Days on the roster, from today.
const ROSTERED: std::ops::RangeInclusive<i64> = -7..=14;

/// A sign-in as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCard {
    pub role: Role,
    pub name: &'static str,
    pub email: String,
}

pub fn cards() -> Vec<SignInCard> {
    let card = |(name, role, _): &(&'static str, Role, bool)| SignInCard {
        role: *role,
        name,
        email: format!("{}@demo.tideway.invalid", role.code().replace('_', "-")),
    };
    PEOPLE.iter().map(card).collect()
}

pub(super) fn id(email: &str) -> PersonId {
    PersonId(Uuid::new_v5(&Uuid::NAMESPACE_OID, email.as_bytes()))
}

fn email(name: &str) -> String {
    format!("{}@demo.tideway.invalid", name.to_lowercase().replace(' ', "."))
}

/// The roster around today: everyone who picks, every day.
pub(super) fn roster(sites: [SiteId; 2], today: DateTime<Utc>) -> SetShifts {
    let card = cards().into_iter().find(|card| card.role == Role::Picker).map(|card| (id(&card.email), sites[0], 6));
    let hands = HANDS.iter().map(|(name, rank, hour)| (id(&email(name)), sites[*rank], *hour));
    let hands: Vec<_> = card.into_iter().chain(hands).collect();
    let mut shifts = Vec::new();
    for day in ROSTERED {
        for (person, site, hour) in &hands {
            let starts_at = today + TimeDelta::days(day) + TimeDelta::hours(*hour);
            let id = ShiftId(Uuid::new_v5(&person.0, starts_at.to_rfc3339().as_bytes()));
            let ends_at = starts_at + TimeDelta::hours(SHIFT_HOURS);
            shifts.push(Shift { id, site: *site, person: *person, role: Role::Picker, starts_at, ends_at });
        }
    }
    SetShifts { shifts }
}

/// Who of the demo's people has this name, as they act.
pub(super) fn actor(sites: [SiteId; 2], name: &str) -> Actor {
    let known = people(sites, "").into_iter().find(|person| person.name == name);
    let (id, grants) = known.map_or((PersonId::NIL, Vec::new()), |person| (person.id, person.grants));
    Actor::Person { id, name: name.to_owned(), grants, device: "demo tablet".to_owned() }
}

pub(super) fn people(sites: [SiteId; 2], password_hash: &str) -> Vec<AddPerson> {
    let person = |((name, role, local), card): (&(&str, Role, bool), SignInCard)| AddPerson {
        id: id(&card.email),
        name: (*name).to_owned(),
        email: card.email,
        grants: vec![Grant { role: *role, site: local.then_some(sites[0]) }],
        password_hash: password_hash.to_owned(),
    };
    let hand = |(name, rank, _): &(&'static str, usize, i64)| AddPerson {
        id: id(&email(name)),
        name: (*name).to_owned(),
        email: email(name),
        grants: vec![Grant { role: Role::Picker, site: Some(sites[*rank]) }],
        password_hash: password_hash.to_owned(),
    };
    PEOPLE.iter().zip(cards()).map(person).chain(HANDS.iter().map(hand)).collect()
}
