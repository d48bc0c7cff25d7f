//! Stock taken out of sale and put back: which units, and why, by the codes people choose from.

use serde::{Deserialize, Serialize};

use super::StockRefusal;
use crate::ids::{BinId, LpnId, OwnerId, SiteId, SkuId};
use crate::lots::Marks;
use crate::reasons::Code;

/// Take units out of sale, or put them back on sale, where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldUnits {
    pub sku: SkuId,
    pub site: SiteId,
    pub bin: BinId,
    pub quantity: i32,
    /// Which of those that stand in the bin, where that is not plain.
    #[serde(default)]
    pub those: Those,
    /// Sellable → held when true, held → sellable when false.
    pub hold: bool,
    pub reason: Code,
    pub note: String,
}

/// Which units of a bin are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Those {
    /// The handling unit they stand in; nil: loose.
    #[serde(default)]
    pub lpn: LpnId,
    /// Whose; unsaid: our own, else those of the only client who has some there.
    #[serde(default)]
    pub owner: Option<OwnerId>,
    /// Their lot and serials.
    #[serde(default)]
    pub marks: Marks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    #[default]
    LooksDamaged,
    Complaint,
    SupplierNotice,
    WrongLabel,
    AgeInDoubt,
    Investigation,
    /// The rest put it back.
    Checked,
    HeldInError,
}

impl HoldReason {
    pub const ALL: [Self; 8] = [
        Self::LooksDamaged,
        Self::Complaint,
        Self::SupplierNotice,
        Self::WrongLabel,
        Self::AgeInDoubt,
        Self::Investigation,
        Self::Checked,
        Self::HeldInError,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::LooksDamaged => "looks_damaged",
            Self::Complaint => "complaint",
            Self::SupplierNotice => "supplier_notice",
            Self::WrongLabel => "wrong_label",
            Self::AgeInDoubt => "age_in_doubt",
            Self::Investigation => "investigation",
            Self::Checked => "checked",
            Self::HeldInError => "held_in_error",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::LooksDamaged => "Looks damaged",
            Self::Complaint => "A customer complained",
            Self::SupplierNotice => "The supplier warned",
            Self::WrongLabel => "Wrong label",
            Self::AgeInDoubt => "Age in doubt",
            Self::Investigation => "Being looked into",
            Self::Checked => "Checked and good",
            Self::HeldInError => "Held in error",
        }
    }

    /// Does it take units out of sale?
    pub const fn holds(self) -> bool {
        !matches!(self, Self::Checked | Self::HeldInError)
    }

    /// The reason must be one for what is done.
    pub fn check(self, hold: bool) -> Result<(), StockRefusal> {
        if self.holds() == hold { Ok(()) } else { Err(StockRefusal::HoldReason { reason: self.words().to_owned() }) }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl From<HoldReason> for Code {
    fn from(reason: HoldReason) -> Self {
        reason.code().into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// IN-3, MDM-2: holding and releasing have codes of their own.
    #[test]
    fn reasons_read_back_and_fit_what_is_done() {
        for reason in HoldReason::ALL {
            assert_eq!(HoldReason::parse(reason.code()), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
            assert!(reason.check(reason.holds()).is_ok() && reason.check(!reason.holds()).is_err());
        }
        assert_eq!(HoldReason::parse("whim"), None);
        assert_eq!(HoldReason::ALL.iter().map(|reason| reason.words()).collect::<HashSet<_>>().len(), HoldReason::ALL.len());
        assert_eq!(HoldReason::ALL.into_iter().filter(|reason| !reason.holds()).count(), 2);
    }
}
