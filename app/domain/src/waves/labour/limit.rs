//! Does a wave fit into what is left of the day? Released work never asks for more hours than are rostered, unless somebody who may
//! says why. Decides nothing about who may: that is authority's.

use super::LabourRefusal;

/// Version of this rule, as receipts cite it.
pub const RULE: &str = "labour-1";

/// Picking seconds at a site, today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hours {
    /// Rostered and still to come.
    pub rostered: i64,
    /// What released work still takes of them.
    pub promised: i64,
    /// What the wave would take.
    pub needed: i64,
}

/// How a wave got onto the floor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Fits,
    /// There are too few hours, and somebody wants it so.
    Overridden {
        reason: String,
    },
}

impl Hours {
    pub const fn left(&self) -> i64 {
        let left = self.rostered - self.promised;
        if left > 0 { left } else { 0 }
    }

    pub const fn fits(&self) -> bool {
        self.needed <= self.left()
    }

    /// With a reason, more than fits.
    pub fn allow(&self, reason: &str) -> Result<Verdict, LabourRefusal> {
        let reason = reason.trim();
        if self.fits() {
            return Ok(Verdict::Fits);
        }
        if reason.is_empty() {
            return Err(LabourRefusal::NotEnoughHours {
                needed_minutes: (self.needed + 59) / 60,
                left_minutes: self.left() / 60,
            });
        }
        Ok(Verdict::Overridden { reason: reason.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// PCK-4: a wave that asks for more than the rest of the roster is refused with both numbers, and taken with a reason.
    #[test]
    fn more_than_the_rest_of_the_roster_needs_a_reason() {
        let hours = Hours { rostered: 3_600, promised: 1_800, needed: 1_801 };
        assert_eq!(hours.allow("  "), Err(LabourRefusal::NotEnoughHours { needed_minutes: 31, left_minutes: 30 }));
        assert_eq!(hours.allow(" The lorry waits "), Ok(Verdict::Overridden { reason: "The lorry waits".into() }));
        assert_eq!(Hours { needed: 1_800, ..hours }.allow(""), Ok(Verdict::Fits));
    }

    proptest! {
        /// PCK-4: waves let in one after another without a reason never promise more than is rostered.
        #[test]
        fn without_reasons_promises_stay_within_the_roster(
            rostered in 0_i64..100_000, wanted in prop::collection::vec(0_i64..30_000, 0..20)
        ) {
            let mut promised = 0;
            for needed in wanted {
                if (Hours { rostered, promised, needed }).allow("").is_ok() {
                    promised += needed;
                }
            }
            prop_assert!(promised <= rostered);
        }
    }
}
