//! What a bin is: its kind and which goods that takes, how much it holds, of which storage class and hazard, and beside what.
//! Whether goods fit is [`crate::putaway`]'s to decide.

use serde::{Deserialize, Serialize};

use super::SiteRefusal;
use crate::stock::State;

/// A word of a few: stored and sent by its code, read by its words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $($(#[$own:meta])* $variant:ident = $code:literal, $words:literal;)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$own])* $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)+ }
            }

            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
    };
}

words! {
    /// What a bin is for.
    BinKind:
    #[default]
    Pick = "pick", "Pick";
    Reserve = "reserve", "Reserve";
    Stage = "stage", "Stage";
    Dock = "dock", "Dock";
    Pack = "pack", "Packing";
    Quarantine = "quarantine", "Quarantine";
    Returns = "returns", "Returns";
    Supplier = "supplier", "World: suppliers";
    Customer = "customer", "World: customers";
    Scrap = "scrap", "World: scrap";
    Count = "count", "World: count differences";
    /// A lane's: goods on their way to this site.
    Transit = "transit", "World: on the way";
}

words! {
    /// What a place offers and goods ask for.
    StorageClass:
    #[default]
    Ambient = "ambient", "Ambient";
    Chilled = "chilled", "Chilled";
    Frozen = "frozen", "Frozen";
    Secure = "secure", "Secure";
    Bulky = "bulky", "Bulky";
}

words! {
    /// The danger goods carry. Goods of a hazard stand only in bins kept for that very hazard, and nothing else does.
    Hazard:
    #[default]
    None = "none", "None";
    Flammable = "flammable", "Flammable";
    Corrosive = "corrosive", "Corrosive";
    Toxic = "toxic", "Toxic";
    Oxidising = "oxidising", "Oxidising";
    Battery = "battery", "Batteries";
}

words! {
    /// What may stand together.
    Mixing:
    #[default]
    Any = "any", "Any items together";
    OneSku = "one_sku", "One item";
    OneLot = "one_lot", "One lot of one item";
}

impl BinKind {
    /// Kinds a designer may give: the walls' inside.
    pub const PLACED: [Self; 7] =
        [Self::Pick, Self::Reserve, Self::Stage, Self::Dock, Self::Pack, Self::Quarantine, Self::Returns];

    /// Stands for the world beyond the walls, and is nobody's to change.
    pub const fn world(self) -> bool {
        matches!(self, Self::Supplier | Self::Customer | Self::Scrap | Self::Count | Self::Transit)
    }

    /// Are goods in this state ever at rest there? What is in doubt is kept from where orders are served, and the other way round.
    pub const fn takes(self, state: State) -> bool {
        match self {
            Self::Pick | Self::Reserve => !matches!(state, State::Quarantined | State::Returned | State::Outside),
            Self::Quarantine => !matches!(state, State::Sellable | State::Outside),
            Self::Stage | Self::Dock | Self::Pack | Self::Returns => !matches!(state, State::Outside),
            Self::Transit => matches!(state, State::InTransit),
            Self::Supplier | Self::Customer | Self::Scrap | Self::Count => matches!(state, State::Outside),
        }
    }
}

/// Two thousand cubic metres, two thousand tonnes: no bin is larger, and both stay inside `i32`.
pub const VOLUME_MAX_ML: i32 = 2_000_000_000;
pub const WEIGHT_MAX_G: i32 = 2_000_000_000;

/// How a bin keeps goods. No volume or weight: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Keeping {
    pub volume_ml: Option<i32>,
    pub weight_g: Option<i32>,
    pub class: StorageClass,
    pub hazard: Hazard,
    pub mixing: Mixing,
}

impl Keeping {
    pub fn check(&self) -> Result<(), SiteRefusal> {
        if let Some(given) = self.volume_ml.filter(|volume| !(1..=VOLUME_MAX_ML).contains(volume)) {
            return Err(SiteRefusal::BinVolumeOutOfRange { given, max: VOLUME_MAX_ML });
        }
        match self.weight_g.filter(|weight| !(1..=WEIGHT_MAX_G).contains(weight)) {
            Some(given) => Err(SiteRefusal::BinWeightOutOfRange { given, max: WEIGHT_MAX_G }),
            None => Ok(()),
        }
    }
}

/// Longest code of a bin, and the characters it may have: what every scanner and label printer knows.
pub const CODE_MAX: usize = 40;

/// A bin's code as it is kept: in capitals.
pub fn bin_code(given: &str) -> Result<String, SiteRefusal> {
    let code = given.trim().to_ascii_uppercase();
    let known = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || "-./_".contains(char);
    if (1..=CODE_MAX).contains(&code.len()) && code.chars().all(known) {
        return Ok(code);
    }
    Err(SiteRefusal::BadBinCode { code: given.chars().take(CODE_MAX).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_they_travel() {
        for kind in BinKind::ALL {
            assert_eq!(BinKind::parse(kind.code()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        for class in StorageClass::ALL {
            assert_eq!(serde_json::to_value(class).unwrap(), class.code());
        }
        for hazard in Hazard::ALL {
            assert_eq!(serde_json::to_value(hazard).unwrap(), hazard.code());
        }
        for mixing in Mixing::ALL {
            assert_eq!(serde_json::to_value(mixing).unwrap(), mixing.code());
        }
        assert_eq!(BinKind::parse("attic"), None);
    }

    /// INV-4: goods in doubt are kept from where orders are served, and sellable goods from quarantine; world bins keep nothing.
    #[test]
    fn a_bin_takes_the_states_of_its_kind() {
        let takes = |kind: BinKind| State::INSIDE.into_iter().filter(|state| kind.takes(*state)).collect::<Vec<_>>();
        assert_eq!(takes(BinKind::Pick), [State::Sellable, State::Held, State::Damaged, State::InTransit]);
        assert_eq!(takes(BinKind::Reserve), takes(BinKind::Pick));
        assert!(!takes(BinKind::Quarantine).contains(&State::Sellable));
        assert_eq!(takes(BinKind::Dock).len(), State::INSIDE.len());
        for kind in BinKind::ALL {
            assert_eq!(kind.takes(State::Outside), kind.world() && *kind != BinKind::Transit);
            assert_eq!(kind.world(), !BinKind::PLACED.contains(kind));
        }
    }

    #[test]
    fn a_capacity_is_above_zero() {
        let keeping = |volume_ml, weight_g| Keeping { volume_ml, weight_g, ..Keeping::default() }.check();
        assert_eq!(keeping(None, None), Ok(()));
        assert_eq!(keeping(Some(1), Some(WEIGHT_MAX_G)), Ok(()));
        assert!(matches!(keeping(Some(0), None), Err(SiteRefusal::BinVolumeOutOfRange { given: 0, .. })));
        assert!(matches!(keeping(None, Some(-5)), Err(SiteRefusal::BinWeightOutOfRange { given: -5, .. })));
    }

    #[test]
    fn a_code_is_kept_in_capitals_that_every_scanner_knows() {
        assert_eq!(bin_code(" a-01/2.b_c "), Ok("A-01/2.B_C".to_owned()));
        for bad in ["", " ", "A 1", "ä1", "A^1", "~", &"A".repeat(41)] {
            assert!(matches!(bin_code(bad), Err(SiteRefusal::BadBinCode { .. })), "{bad}");
        }
    }
}
