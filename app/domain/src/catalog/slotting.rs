//! How fast a SKU sells, as those who slot it say. Decides whose forward pick bin is filled first; nothing about where it stands.

use serde::{Deserialize, Serialize};

/// A sells fastest; what nobody has classed comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slotting {
    A,
    B,
    C,
    #[default]
    Unclassed,
}

impl Slotting {
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::Unclassed];

    /// As it is stored and written in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::Unclassed => "",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::A => "A, fast",
            Self::B => "B, steady",
            Self::C => "C, slow",
            Self::Unclassed => "Not classed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code.trim().to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RPL-1: a class reads back, and faster ones come first.
    #[test]
    fn a_class_reads_back_and_fast_ones_come_first() {
        for class in Slotting::ALL {
            assert_eq!(Slotting::parse(class.code()), Some(class));
        }
        assert_eq!((Slotting::parse(" A "), Slotting::parse("d")), (Some(Slotting::A), None));
        let mut classes = [Slotting::Unclassed, Slotting::B, Slotting::A];
        classes.sort();
        assert_eq!(classes, [Slotting::A, Slotting::B, Slotting::Unclassed]);
    }
}
