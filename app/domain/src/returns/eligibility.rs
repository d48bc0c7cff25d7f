//! What of an order can come back today, line by line, or why not and since when. Shown by the portal, asked again at submit.
//!
//! Counts units and days; whether a request as a whole is approved is `policy`'s.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::policy::{Policy, window_end};
use super::{Reason, ReturnRefusal};

/// What is known of an order line, counted under its lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    pub name: String,
    pub category: String,
    pub shipped: i32,
    /// When the last of them was handed to the carrier.
    pub shipped_at: Option<DateTime<Utc>>,
    /// Units on returns that are neither denied nor cancelled.
    pub requested: i32,
}

/// Whether a line can come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "can", rename_all = "snake_case")]
pub enum Eligibility {
    /// For any reason, until then.
    Any {
        units: i32,
        until: DateTime<Utc>,
    },
    /// Only because it is our fault, until then.
    FaultOnly {
        units: i32,
        until: DateTime<Utc>,
        why: WhyNot,
    },
    No {
        why: WhyNot,
    },
}

/// Why a line cannot come back, in words a customer reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyNot {
    #[error("Not sent yet.")]
    NotShipped,
    #[error("Already being returned.")]
    AllRequested,
    #[error("The time to return it ended on {on}.", on = crate::dates::long_day(on))]
    WindowClosed { on: DateTime<Utc> },
    #[error("A final sale, for hygiene or safety.")]
    FinalSale,
}

impl LineFacts {
    /// Units that can still be asked for, whatever the calendar says.
    pub fn remaining(&self) -> i32 {
        (self.shipped - self.requested).max(0)
    }

    /// RET-1: shipped less requested, within the window.
    pub fn eligibility(&self, policy: &Policy, now: DateTime<Utc>) -> Eligibility {
        let Some(shipped_at) = self.shipped_at.filter(|_| self.shipped > 0) else {
            return Eligibility::No { why: WhyNot::NotShipped };
        };
        let units = self.remaining();
        if units == 0 {
            return Eligibility::No { why: WhyNot::AllRequested };
        }
        let why = match policy.ordinary_days(&self.category) {
            None => WhyNot::FinalSale,
            Some(days) => {
                let until = window_end(shipped_at, days);
                if now <= until {
                    return Eligibility::Any { units, until };
                }
                WhyNot::WindowClosed { on: until }
            }
        };
        let until = window_end(shipped_at, policy.fault_window_days);
        if now <= until {
            Eligibility::FaultOnly { units, until, why }
        } else {
            Eligibility::No { why: WhyNot::WindowClosed { on: until } }
        }
    }

    /// Units asked for must be there to ask for. Windows are the policy's to deny, so that the denial is kept.
    pub fn check_units(&self, requested: i32) -> Result<(), ReturnRefusal> {
        let remaining = self.remaining();
        if self.shipped == 0 {
            Err(ReturnRefusal::NotShipped { name: self.name.clone() })
        } else if requested > remaining {
            Err(ReturnRefusal::QuantityExceeds { requested, remaining })
        } else {
            Ok(())
        }
    }
}

impl Eligibility {
    pub const fn units(&self) -> i32 {
        match self {
            Self::Any { units, .. } | Self::FaultOnly { units, .. } => *units,
            Self::No { .. } => 0,
        }
    }

    pub const fn until(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Any { until, .. } | Self::FaultOnly { until, .. } => Some(*until),
            Self::No { .. } => None,
        }
    }

    /// Reasons a customer may give for it.
    pub fn reasons(&self) -> Vec<Reason> {
        let offered = Reason::OFFERED.iter().copied();
        match self {
            Self::Any { .. } => offered.collect(),
            Self::FaultOnly { .. } => offered.filter(|reason| reason.is_our_fault()).collect(),
            Self::No { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn day(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(days)
    }

    fn shirt(shipped: i32, requested: i32) -> LineFacts {
        LineFacts {
            name: "Linen shirt".into(),
            category: "clothes".into(),
            shipped,
            shipped_at: (shipped > 0).then(|| day(0)),
            requested,
        }
    }

    /// RET-1: only what was shipped and not yet asked for is offered.
    #[test]
    fn shipped_less_requested_can_come_back() {
        let policy = Policy::opening();
        assert_eq!(shirt(3, 1).eligibility(&policy, day(10)), Eligibility::Any { units: 2, until: day(30) });
        assert_eq!(shirt(3, 3).eligibility(&policy, day(10)), Eligibility::No { why: WhyNot::AllRequested });
        assert_eq!(shirt(0, 0).eligibility(&policy, day(10)), Eligibility::No { why: WhyNot::NotShipped });
        assert_eq!(shirt(3, 1).check_units(3), Err(ReturnRefusal::QuantityExceeds { requested: 3, remaining: 2 }));
        assert_eq!(shirt(0, 0).check_units(1), Err(ReturnRefusal::NotShipped { name: "Linen shirt".into() }));
        assert_eq!(shirt(3, 1).check_units(2), Ok(()));
    }

    /// RET-2: after the window only what is our fault comes back, with the date that passed; after that, nothing.
    #[test]
    fn a_closed_window_says_when_it_closed() {
        let policy = Policy::opening();
        let closed = WhyNot::WindowClosed { on: day(30) };
        assert_eq!(shirt(1, 0).eligibility(&policy, day(30)), Eligibility::Any { units: 1, until: day(30) });
        let late = shirt(1, 0).eligibility(&policy, day(31));
        assert_eq!(late, Eligibility::FaultOnly { units: 1, until: day(730), why: closed.clone() });
        assert_eq!(closed.to_string(), "The time to return it ended on 31 January 1970.");
        assert!(late.reasons().contains(&Reason::Defective));
        assert!(!late.reasons().contains(&Reason::Unwanted));
        assert_eq!(shirt(1, 0).eligibility(&policy, day(731)), Eligibility::No { why: WhyNot::WindowClosed { on: day(730) } });
    }

    /// RET-2: a final sale comes back only when it is our fault.
    #[test]
    fn a_final_sale_comes_back_only_when_faulty() {
        let earrings = LineFacts { category: "hygiene".into(), ..shirt(1, 0) };
        let can = earrings.eligibility(&Policy::opening(), day(1));
        assert_eq!(can, Eligibility::FaultOnly { units: 1, until: day(730), why: WhyNot::FinalSale });
        assert_eq!(can.units(), 1);
        assert_eq!(can.until(), Some(day(730)));
    }

    proptest! {
        /// RET-1: no line ever offers more than was shipped and not yet asked for.
        #[test]
        fn never_more_than_shipped_comes_back(shipped in 0_i32..100, requested in 0_i32..120, days in 0_i64..1000) {
            let line = shirt(shipped, requested);
            let units = line.eligibility(&Policy::opening(), day(days)).units();
            prop_assert!(units <= (shipped - requested).max(0));
            prop_assert!(line.check_units(units.max(1)).is_ok() == (units.max(1) <= line.remaining() && shipped > 0));
        }
    }
}
