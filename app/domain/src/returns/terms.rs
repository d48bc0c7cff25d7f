//! The words of returns: reasons, resolutions, stages, grades, dispositions, who asked. Codes are stored and sent; words are shown.
//!
//! Decides nothing but what belongs to a word itself, such as whose fault a reason is.

/// A closed list of words, each with the code that is stored and the words that are shown.
macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $words:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stored and wire word.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What people read.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)+ }
            }

            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|term| term.code() == code)
            }
        }
    };
}
pub(crate) use terms;

terms! {
    /// Why the customer sends it back: Shopify's list, so that shops' feeds map one to one.
    Reason {
        SizeTooSmall = "size_too_small", "Too small";
        SizeTooLarge = "size_too_large", "Too large";
        Unwanted = "unwanted", "I changed my mind";
        Style = "style", "Not my style";
        Color = "color", "Not the colour I expected";
        Defective = "defective", "Faulty or damaged";
        NotAsDescribed = "not_as_described", "Not as described";
        WrongItem = "wrong_item", "You sent something else";
        Other = "other", "Another reason";
        Unknown = "unknown", "No reason given";
    }
}

impl Reason {
    /// What a customer is offered. `Unknown` is for history that says nothing.
    pub const OFFERED: &[Self] = &[
        Self::SizeTooSmall,
        Self::SizeTooLarge,
        Self::Unwanted,
        Self::Style,
        Self::Color,
        Self::Defective,
        Self::NotAsDescribed,
        Self::WrongItem,
        Self::Other,
    ];

    /// Ours to answer for: longer to come back, no fee, even when the sale was final.
    pub const fn is_our_fault(self) -> bool {
        matches!(self, Self::Defective | Self::NotAsDescribed | Self::WrongItem)
    }
}

terms! {
    /// What the customer wants for it.
    Resolution {
        Refund = "refund", "Money back";
        Credit = "credit", "Store credit";
        Exchange = "exchange", "Exchange";
    }
}

terms! {
    /// Who asked for the return.
    Source {
        Portal = "portal", "Customer, at the portal";
        Staff = "staff", "Customer service";
        Api = "api", "Integration";
        /// History: it happened, so it is recorded, not judged.
        Import = "import", "Brought in from history";
    }
}

terms! {
    /// What the policy said.
    Outcome {
        Approved = "approved", "Approved";
        Review = "review", "In review";
        Denied = "denied", "Denied";
    }
}

terms! {
    /// How a returned unit is.
    Grade {
        A = "A", "As new";
        B = "B", "Opened, like new";
        C = "C", "Used or marked";
        D = "D", "Damaged";
    }
}

terms! {
    /// What happens to the unit: a place in stock and an entry in the books.
    Disposition {
        Resale = "resale", "Back to stock";
        Refurbish = "refurbish", "Refurbish";
        Quarantine = "quarantine", "Quarantine";
        Dispose = "dispose", "Dispose of";
        VendorClaim = "vendor_claim", "Claim from the supplier";
    }
}

terms! {
    /// Where a return stands. Derived from its lines, never stored.
    Stage {
        Review = "review", "In review";
        Awaiting = "awaiting", "On its way";
        ToInspect = "to_inspect", "To inspect";
        Refunding = "refunding", "Refund under way";
        Done = "done", "Done";
        Denied = "denied", "Denied";
        Cancelled = "cancelled", "Cancelled";
    }
}

impl Stage {
    /// Where somebody has to do something, in the order it happens.
    pub const OPEN: &[Self] = &[Self::Review, Self::Awaiting, Self::ToInspect, Self::Refunding];

    /// Hours a return may stand here before it is late (RET-9: 48 hours from the door to the money).
    pub const fn hours_allowed(self) -> Option<i64> {
        match self {
            Self::Review | Self::ToInspect => Some(24),
            Self::Refunding => Some(48),
            // The post takes its time; a window this long only shows what never came.
            Self::Awaiting => Some(24 * 14),
            Self::Done | Self::Denied | Self::Cancelled => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes are those the database's checks know, read back, and go over the wire as themselves.
    #[test]
    fn codes_read_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.code()), Some(*reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
        }
        for disposition in Disposition::ALL {
            assert_eq!(Disposition::parse(disposition.code()), Some(*disposition));
        }
        assert_eq!(Grade::parse("E"), None);
    }

    /// RET-1: what a customer is offered is every reason but "none given".
    #[test]
    fn no_reason_is_no_offer() {
        assert!(!Reason::OFFERED.contains(&Reason::Unknown));
        assert_eq!(Reason::OFFERED.len() + 1, Reason::ALL.len());
    }

    #[test]
    fn only_open_stages_can_be_late() {
        for stage in Stage::ALL {
            assert_eq!(stage.hours_allowed().is_some(), Stage::OPEN.contains(stage), "{stage:?}");
        }
    }
}
