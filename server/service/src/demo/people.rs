//! Who works in the demo: one sign-in a role, all with the same password.

use domain::ids::{PersonId, SiteId};
use domain::people::{AddPerson, Grant, Role};
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

pub(super) fn people(home: SiteId, password_hash: &str) -> Vec<AddPerson> {
    let person = |((name, role, local), card): (&(&str, Role, bool), SignInCard)| AddPerson {
        id: PersonId(Uuid::new_v5(&Uuid::NAMESPACE_OID, card.email.as_bytes())),
        name: (*name).to_owned(),
        email: card.email,
        grants: vec![Grant { role: *role, site: local.then_some(home) }],
        password_hash: password_hash.to_owned(),
    };
    PEOPLE.iter().zip(cards()).map(person).collect()
}
