//! Owners: whose stock it is. A client's goods stand here and are not ours: they cost us nothing and are sold for the client. What is
//! nobody else's is the org's own. How many units stand where is `stock`.

mod refusal;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use refusal::OwnerRefusal;

use crate::ids::{BinId, OwnerId};

/// Characters a code has at most.
pub const CODE_MAX: usize = 20;
/// Characters a name has at most.
pub const NAME_MAX: usize = 120;
/// What the org's own stock is called, where owners are named by code.
pub const OWN: &str = "OWN";

/// A client whose goods stand here from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddOwner {
    pub id: OwnerId,
    pub code: String,
    pub name: String,
}

/// Nothing more is taken in or sold for this client. What stands here must be gone first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetireOwner {
    pub owner: OwnerId,
}

/// Keep a bin for one owner's goods; none: anybody's may stand there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepBin {
    pub bin: BinId,
    /// By code; empty: anybody's.
    pub owner: String,
}

/// An owner in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRow {
    pub id: OwnerId,
    pub code: String,
    pub name: String,
    pub retired_at: Option<DateTime<Utc>>,
    /// Units that stand here.
    pub units: i64,
    /// Orders that are still to leave.
    pub open_orders: i64,
    /// Purchase orders whose goods are still to come.
    pub expected: i64,
    /// Bins that are kept for them.
    pub bins: i64,
}

/// A code as it is kept: what people type, in capitals.
pub fn code(typed: &str) -> Result<String, OwnerRefusal> {
    let code = typed.trim().to_uppercase();
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if code.is_empty() || code.len() > CODE_MAX || !code.chars().all(plain) {
        return Err(OwnerRefusal::BadCode { max: CODE_MAX });
    }
    if code == OWN { Err(OwnerRefusal::Taken { code }) } else { Ok(code) }
}

impl AddOwner {
    /// Code and name as they are kept.
    pub fn check(&self) -> Result<(String, &str), OwnerRefusal> {
        let (code, name) = (code(&self.code)?, self.name.trim());
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(OwnerRefusal::BadName { max: NAME_MAX });
        }
        Ok((code, name))
    }
}

/// Whose units are meant by somebody who does not say: our own, else those of the only one who has some there. None: it must be said.
pub fn meant(there: &BTreeSet<OwnerId>) -> Option<OwnerId> {
    let mut owners = there.iter();
    match (owners.next(), owners.next()) {
        (None, _) => Some(OwnerId::NIL),
        (Some(only), None) => Some(*only),
        (Some(first), Some(_)) => first.is_nil().then_some(OwnerId::NIL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(code: &str, name: &str) -> AddOwner {
        AddOwner { id: OwnerId::mint(), code: code.into(), name: name.into() }
    }

    /// INV-1: an owner has a code people can type, and a name; the code of our own stock is nobody else's.
    #[test]
    fn an_owner_has_a_code_and_a_name() {
        assert_eq!(add(" acme-1 ", " Acme ").check(), Ok(("ACME-1".into(), "Acme")));
        assert_eq!(add("own", "Us").check(), Err(OwnerRefusal::Taken { code: "OWN".into() }));
        for bad in ["", " ", "A B", "Ä", &"X".repeat(21)] {
            assert_eq!(add(bad, "Acme").check(), Err(OwnerRefusal::BadCode { max: 20 }), "{bad}");
        }
        for bad in [" ", &"x".repeat(121)] {
            assert_eq!(add("ACME", bad).check(), Err(OwnerRefusal::BadName { max: 120 }));
        }
    }

    /// INV-1: where nobody says whose, our own are meant; where only one client has some, that one's; else it must be said.
    #[test]
    fn who_does_not_say_means_our_own_or_the_only_ones() {
        let (a, b) = (OwnerId::mint(), OwnerId::mint());
        assert_eq!(meant(&BTreeSet::new()), Some(OwnerId::NIL));
        assert_eq!(meant(&BTreeSet::from([a])), Some(a));
        assert_eq!(meant(&BTreeSet::from([OwnerId::NIL, a, b])), Some(OwnerId::NIL));
        assert_eq!(meant(&BTreeSet::from([a, b])), None);
    }
}
