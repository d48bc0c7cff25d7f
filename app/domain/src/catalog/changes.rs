//! Who owns which part of a card, and what becomes of somebody else's edit: it waits until the owner agrees. Decides who may decide.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::CatalogRefusal;
use super::card::{Card, Group, Part};
use super::kits::NamedPart;
use super::readiness::{Of, WHOLE};
use crate::ids::{ChangeId, PersonId, SkuId};
use crate::lots::Policy;
use crate::people::{Actor, Caller, Role};
use crate::reasons::Given;

pub const PAGE: i64 = 50;

/// Who owns a part while the org has not said otherwise.
pub const fn usual_owner(group: Group) -> Role {
    match group {
        Group::Naming | Group::Barcodes | Group::Kit => Role::Admin,
        Group::Warehouse | Group::Tracking => Role::Supervisor,
        Group::Finance => Role::Finance,
    }
}

/// Roles that may own a part: those that may edit cards at all.
pub const OWNERS: [Role; 4] = [Role::Admin, Role::Supervisor, Role::Finance, Role::Planner];

/// What an edit says of one part: before it, or after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Edit {
    Card(Part),
    Kit { kit: Vec<NamedPart> },
    Tracking { tracking: Policy },
}

impl Edit {
    pub const fn group(&self) -> Group {
        match self {
            Self::Card(part) => part.group(),
            Self::Kit { .. } => Group::Kit,
            Self::Tracking { .. } => Group::Tracking,
        }
    }

    /// What it says, line by line, for people.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        match self {
            Self::Card(part) => part.lines(),
            Self::Kit { kit } => {
                let parts: Vec<String> = kit.iter().map(|part| format!("{} × {}", part.quantity, part.code)).collect();
                vec![("Made of", if parts.is_empty() { "no parts".to_owned() } else { parts.join(", ") })]
            }
            Self::Tracking { tracking } => vec![
                ("Kept by lot", yes(tracking.lot)),
                ("Kept by serial", yes(tracking.serial)),
                ("Day of expiry", yes(tracking.expiry)),
                ("Taken first", tracking.picking.map_or("as usual", |picking| picking.words()).to_owned()),
                ("Shelf life", tracking.shelf_life_days.map_or_else(|| "as labelled".to_owned(), |days| format!("{days} days"))),
            ],
        }
    }

    /// Lines that differ: words, before, after.
    pub fn differs(before: &Self, after: &Self) -> Vec<(&'static str, String, String)> {
        let both = before.lines().into_iter().zip(after.lines());
        both.filter(|(old, new)| old != new).map(|((words, old), (_, new))| (words, old, new)).collect()
    }
}

/// Does the asker own a part of this owner's? The system does the owners' own work.
pub fn owns(caller: &Caller, owner: Role) -> bool {
    match &caller.who {
        Actor::System { .. } => true,
        Actor::Person { grants, .. } => grants.iter().any(|grant| grant.role == owner),
        Actor::Key { .. } | Actor::Customer { .. } => false,
    }
}

/// Only the owner decides, and nobody their own edit.
pub fn check_decider(caller: &Caller, group: Group, owner: Role, asked_by: PersonId) -> Result<(), CatalogRefusal> {
    if !owns(caller, owner) {
        return Err(CatalogRefusal::NotTheOwner { part: group.words().to_owned(), owner: owner.name().to_owned() });
    }
    let me = caller.person();
    if !me.is_nil() && me == asked_by { Err(CatalogRefusal::OwnChange) } else { Ok(()) }
}

/// The catalog's rules of an org: below which score machines leave a SKU, a bin or a carrier's service alone (0: never), and who owns what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRules {
    pub thresholds: Vec<(Of, i32)>,
    pub owners: Vec<(Group, Role)>,
}

impl Default for DataRules {
    fn default() -> Self {
        Self {
            thresholds: Of::ALL.map(|of| (of, 0)).to_vec(),
            owners: Group::ALL.map(|group| (group, usual_owner(group))).to_vec(),
        }
    }
}

impl DataRules {
    pub fn owner(&self, group: Group) -> Role {
        self.owners.iter().find(|(known, _)| *known == group).map_or(usual_owner(group), |(_, role)| *role)
    }

    pub fn threshold(&self, of: Of) -> i32 {
        self.thresholds.iter().find(|(known, _)| *known == of).map_or(0, |(_, threshold)| *threshold)
    }

    /// The same with another threshold.
    #[must_use]
    pub fn below(mut self, of: Of, threshold: i32) -> Self {
        self.thresholds.retain(|(known, _)| *known != of);
        self.thresholds.push((of, threshold));
        self
    }

    pub fn check(&self) -> Result<(), CatalogRefusal> {
        if let Some((of, given)) = self.thresholds.iter().find(|(_, given)| !(0..=WHOLE).contains(given)) {
            return Err(CatalogRefusal::BadThreshold { of: *of, given: *given });
        }
        match self.owners.iter().find(|(_, role)| !OWNERS.contains(role)) {
            Some((_, role)) => Err(CatalogRefusal::CannotOwn { role: role.name().to_owned() }),
            None => Ok(()),
        }
    }
}

/// Say the rules anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetDataRules {
    pub rules: DataRules,
}

/// Agree to somebody else's edit, or refuse it with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideChange {
    pub id: ChangeId,
    pub approve: bool,
    pub reason: Given,
}

/// Take back one's own edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawChange {
    pub id: ChangeId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    Applied,
    Refused,
    Withdrawn,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Applied, Self::Refused, Self::Withdrawn];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Pending => "Waits for its owner",
            Self::Applied => "Applied",
            Self::Refused => "Refused",
            Self::Withdrawn => "Taken back",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// What became of an edit, part by part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub id: SkuId,
    pub applied: Vec<Group>,
    /// Each with its number and the role that decides.
    pub waits: Vec<(Group, String, Role)>,
}

impl Saved {
    /// For whoever asked.
    pub fn words(&self) -> String {
        let waits =
            self.waits.iter().map(|(group, number, owner)| format!("{} waits for {} ({number})", group.words(), owner.name()));
        let saved = (!self.applied.is_empty()).then(|| "Saved".to_owned());
        let words: Vec<String> = saved.into_iter().chain(waits).collect();
        if words.is_empty() { "Nothing was changed.".to_owned() } else { format!("{}.", words.join(". ")) }
    }
}

/// A card as its page shows it: with the edits of it that wait, and whose its parts are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardSheet {
    pub id: SkuId,
    pub card: Card,
    pub waits: Vec<ChangeRow>,
    pub rules: DataRules,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRow {
    pub id: ChangeId,
    pub number: String,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub before: Edit,
    pub after: Edit,
    pub note: String,
    pub status: Status,
    pub asked_by: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub why: String,
    pub owner: Role,
    /// The reader's own: theirs to take back, not to decide.
    pub own: bool,
    /// The reader's to decide.
    pub mine: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeList {
    pub rows: Vec<ChangeRow>,
    pub total: i64,
    pub pending: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::card::Finance;
    use crate::catalog::sheet;
    use crate::ids::OrgId;
    use crate::people::Grant;

    fn person(role: Role) -> Caller {
        let who = Actor::Person {
            id: PersonId::mint(),
            name: "Ana".into(),
            grants: vec![Grant { role, site: None }],
            device: "desk".into(),
        };
        Caller { org: OrgId::mint(), who }
    }

    /// MDM-3: a part is decided by its owner, and by nobody who asked.
    #[test]
    fn only_the_owner_decides_and_nobody_their_own() {
        let (finance, supervisor) = (person(Role::Finance), person(Role::Supervisor));
        let decide = |who: &Caller, by| check_decider(who, Group::Finance, Role::Finance, by);
        assert_eq!(decide(&finance, supervisor.person()), Ok(()));
        assert_eq!(decide(&finance, finance.person()), Err(CatalogRefusal::OwnChange));
        assert!(matches!(decide(&supervisor, finance.person()), Err(CatalogRefusal::NotTheOwner { .. })));
        assert!(owns(&Caller::system(OrgId::mint(), "demo"), Role::Finance));
    }

    /// MDM-3: an edit says what differs, whatever it is of; what was kept of cards before is read as it was.
    #[test]
    fn an_edit_says_what_differs() {
        let part = |code: &str, quantity| NamedPart { sku: SkuId::mint(), code: code.into(), quantity };
        let kit = Edit::Kit { kit: vec![part("MUG", 2), part("TEA", 1)] };
        let plain = Edit::Kit { kit: Vec::new() };
        assert_eq!(Edit::differs(&plain, &kit), [("Made of", "no parts".into(), "2 × MUG, 1 × TEA".into())]);
        let tracking = |lot| Edit::Tracking { tracking: Policy { lot, ..Policy::default() } };
        assert_eq!(Edit::differs(&tracking(false), &tracking(true)), [("Kept by lot", "no".into(), "yes".into())]);
        let finance = |price| Edit::Card(Part::Finance(Finance { price, ..sheet::blank("MUG").finance }));
        assert_eq!(Edit::differs(&finance(Some(12.into())), &finance(None)), [("Price", "12".into(), "not known".into())]);
        let card = Edit::Card(Part::Barcodes(Vec::new()));
        assert_eq!(serde_json::to_string(&card).unwrap(), r#"{"group":"barcodes","part":[]}"#);
        for edit in [card, kit, plain, tracking(true)] {
            assert_eq!(serde_json::from_value::<Edit>(serde_json::to_value(&edit).unwrap()).unwrap(), edit);
        }
    }

    /// MDM-1, MDM-3: rules stand only if they can be kept.
    #[test]
    fn rules_that_cannot_be_kept_are_named() {
        let rules = DataRules::default();
        assert_eq!((rules.check(), rules.owner(Group::Finance)), (Ok(()), Role::Finance));
        for group in Group::ALL {
            assert!(OWNERS.contains(&usual_owner(group)));
        }
        assert!(rules.clone().below(Of::Bins, 101).check().is_err());
        assert_eq!(rules.clone().below(Of::Bins, 60).threshold(Of::Bins), 60);
        assert!(DataRules { owners: vec![(Group::Finance, Role::Picker)], ..rules }.check().is_err());
        for status in Status::ALL {
            assert_eq!(Status::parse(status.code()), Some(status));
        }
    }
}
