//! Corrections by hand (INV-6): a code says why, words stand only beside it. Decides which codes go with more and which with fewer
//! units, where they go in the books, and when somebody else has to agree.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CountRefusal, NOTE_MAX};
use crate::ids::{AdjustmentId, PersonId, SiteId};
use crate::ledger::{STOCK_ADJUSTMENTS, WRITE_OFFS};
use crate::lots::Marks;
use crate::quantity::Quantity;
use crate::reasons::{Code, Given, Process, Reason};
use crate::refusal::Refusal;
use crate::stock::State;

/// Rows on one page of corrections.
pub const PAGE: i64 = 50;

/// Why stock is corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Found,
    Misplaced,
    BookingError,
    Damaged,
    Expired,
    Stolen,
    UsedInside,
}

impl Why {
    pub const ALL: [Self; 7] =
        [Self::Found, Self::Misplaced, Self::BookingError, Self::Damaged, Self::Expired, Self::Stolen, Self::UsedInside];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Misplaced => "misplaced",
            Self::BookingError => "booking_error",
            Self::Damaged => "damaged",
            Self::Expired => "expired",
            Self::Stolen => "stolen",
            Self::UsedInside => "used_inside",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Found => "Found",
            Self::Misplaced => "Misplaced, not found",
            Self::BookingError => "Booked wrongly",
            Self::Damaged => "Damaged beyond use",
            Self::Expired => "Past its date",
            Self::Stolen => "Stolen",
            Self::UsedInside => "Used in the house",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }

    /// Does it go with more units, or with fewer?
    pub const fn fits(self, units: i32) -> bool {
        match self {
            Self::Found => units > 0,
            Self::BookingError => units != 0,
            _ => units < 0,
        }
    }

    /// Where the value goes in the books.
    pub const fn account(self) -> &'static str {
        match self {
            Self::Found | Self::Misplaced | Self::BookingError => STOCK_ADJUSTMENTS,
            Self::Damaged | Self::Expired | Self::Stolen | Self::UsedInside => WRITE_OFFS,
        }
    }

    /// The goods are gone for good: they leave by way of scrap, not of the count.
    pub const fn scraps(self) -> bool {
        matches!(self, Self::Damaged | Self::Expired | Self::UsedInside)
    }
}

impl From<Why> for Code {
    fn from(why: Why) -> Self {
        why.code().into()
    }
}

/// Correct what the ledger says of a SKU in a bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustStock {
    pub site: SiteId,
    pub bin_code: String,
    /// A SKU's code, barcode or whole label.
    pub sku_code: String,
    /// Of one that is told apart: of which lot, or which units. May be left out where there is nothing to choose.
    #[serde(default)]
    pub marks: Marks,
    pub state: State,
    /// More than there were, or (negative) fewer.
    pub units: i32,
    pub reason: Code,
    pub note: String,
}

impl AdjustStock {
    pub fn check(&self) -> Result<(), Refusal> {
        if self.units == 0 {
            return Err(CountRefusal::NoUnits.into());
        }
        if Quantity::new(i64::from(self.units).abs()).is_err() {
            return Err(Refusal::invalid("units", "Give at most 1,000,000 units, more or fewer."));
        }
        if matches!(self.state, State::Outside | State::InTransit) {
            return Err(Refusal::invalid("state", "Choose a state that goods in a bin can be in."));
        }
        if self.note.trim().len() > NOTE_MAX {
            return Err(CountRefusal::NoteTooLong { most: NOTE_MAX }.into());
        }
        Ok(())
    }

    /// What the reason stands for, which must go with so many units.
    pub fn why(&self, reason: &Reason) -> Result<Why, Refusal> {
        let why = reason.counts_as(Process::Adjustment, Why::parse)?;
        if why.fits(self.units) {
            return Ok(why);
        }
        let direction = if self.units > 0 { "more" } else { "fewer" };
        Err(CountRefusal::WrongReason { reason: reason.words.clone(), direction: direction.into() }.into())
    }
}

/// Agree to a correction somebody else proposed, or decline it with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideAdjustment {
    pub id: AdjustmentId,
    pub approve: bool,
    pub reason: Given,
}

/// Take back what one proposed oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawAdjustment {
    pub id: AdjustmentId,
}

/// Where a correction stands. One that nobody decided in time has run out by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    Posted,
    Declined,
    Withdrawn,
    Expired,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Pending, Self::Posted, Self::Declined, Self::Withdrawn, Self::Expired];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Posted => "posted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Pending => "Waits for approval",
            Self::Posted => "Posted",
            Self::Declined => "Declined",
            Self::Withdrawn => "Taken back",
            Self::Expired => "Run out",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// As it stands at a moment.
    pub fn at(stored: &str, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        match Self::parse(stored)? {
            Self::Pending if expires_at <= now => Some(Self::Expired),
            known => Some(known),
        }
    }
}

/// Somebody else has to agree when this and what the same person corrected today are worth more than the limit together: small parts
/// do not dodge it.
pub fn needs_approval(value: Decimal, same_day: Decimal, limit: Decimal) -> bool {
    value + same_day > limit
}

/// Whoever proposed it does not decide it. The system (nil) has no own interest.
pub fn check_decider(decider: PersonId, proposer: PersonId) -> Result<(), CountRefusal> {
    if !decider.is_nil() && decider == proposer { Err(CountRefusal::OwnAdjustment) } else { Ok(()) }
}

/// What became of a correction that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    pub id: AdjustmentId,
    pub number: String,
    pub status: Status,
    pub value: Decimal,
}

/// A correction in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentRow {
    pub id: AdjustmentId,
    pub number: String,
    pub site_code: String,
    pub bin_code: String,
    pub sku: crate::ids::SkuId,
    pub sku_code: String,
    pub sku_name: String,
    /// Of which lot, and which units; empty where that was not said.
    #[serde(default)]
    pub lot: String,
    #[serde(default)]
    pub serials: Vec<String>,
    pub state: State,
    pub units: i32,
    /// Its code, and in words.
    pub reason: Code,
    pub reason_words: String,
    pub note: String,
    pub value: Decimal,
    pub status: Status,
    pub proposed_by: Option<String>,
    pub proposed_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decline_note: String,
    /// The reader's own: theirs to take back, not to decide.
    pub own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentList {
    pub rows: Vec<AdjustmentRow>,
    pub total: i64,
    /// How many wait for somebody.
    pub pending: i64,
    pub currency: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::refusal::Named;

    fn adjust(units: i32, reason: Why) -> AdjustStock {
        AdjustStock {
            site: SiteId::NIL,
            bin_code: "A".into(),
            sku_code: "MUG".into(),
            marks: Marks::default(),
            state: State::Sellable,
            units,
            reason: reason.into(),
            note: String::new(),
        }
    }

    #[test]
    fn codes_read_back_as_they_travel() {
        for why in Why::ALL {
            assert_eq!(Why::parse(why.code()), Some(why));
            assert_eq!(serde_json::to_value(why).unwrap(), why.code());
        }
        for status in Status::ALL {
            assert_eq!(Status::parse(status.code()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.code());
        }
    }

    /// INV-6, MDM-2: a code is of a direction; free text stands only beside one.
    #[test]
    fn a_reason_goes_with_its_direction() {
        let field = |adjust: AdjustStock| {
            let reason = crate::reasons::given(Process::Adjustment, &adjust.reason, &[]).unwrap();
            let said = adjust.check().and_then(|()| adjust.why(&reason).map(drop));
            said.err().and_then(|refusal| refusal.beside().map(str::to_owned))
        };
        assert_eq!(field(adjust(3, Why::Found)), None);
        assert_eq!(field(adjust(-3, Why::Found)).as_deref(), Some("reason"));
        assert_eq!(field(adjust(3, Why::Stolen)).as_deref(), Some("reason"));
        assert_eq!(field(adjust(-3, Why::BookingError)), None);
        assert_eq!(field(adjust(3, Why::BookingError)), None);
        assert_eq!(field(adjust(0, Why::BookingError)).as_deref(), Some("units"));
        assert_eq!(field(adjust(i32::MIN, Why::Stolen)).as_deref(), Some("units"));
        assert_eq!(field(AdjustStock { state: State::InTransit, ..adjust(1, Why::Found) }).as_deref(), Some("state"));
        let long = AdjustStock { note: "x".repeat(NOTE_MAX + 1), ..adjust(1, Why::Found) };
        assert_eq!(field(long).as_deref(), Some("note"));
        assert_eq!(adjust(0, Why::Found).check().unwrap_err().status(), 422);
        for why in Why::ALL {
            assert!(!why.fits(0) && (why.fits(1) || why.fits(-1)), "{why:?}");
            assert!(!(why.scraps() && why.fits(1)), "nothing comes back from scrap");
        }
    }

    /// INV-6: what nobody decided in time has run out; what was decided stays decided.
    #[test]
    fn a_pending_correction_runs_out() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        assert_eq!(Status::at("pending", at(10), at(9)), Some(Status::Pending));
        assert_eq!(Status::at("pending", at(10), at(10)), Some(Status::Expired));
        assert_eq!(Status::at("posted", at(10), at(99)), Some(Status::Posted));
        assert_eq!(Status::at("lost", at(10), at(9)), None);
    }

    /// INV-6: nobody decides their own.
    #[test]
    fn nobody_decides_their_own() {
        let (ana, ben) = (PersonId::mint(), PersonId::mint());
        assert_eq!(check_decider(ana, ana), Err(CountRefusal::OwnAdjustment));
        assert_eq!(check_decider(ben, ana), Ok(()));
        assert_eq!(check_decider(PersonId::NIL, PersonId::NIL), Ok(()));
    }

    proptest! {
        /// GOV-3: however a sum above the limit is split within a day, some part needs approval.
        #[test]
        fn splitting_does_not_dodge_the_threshold(parts in prop::collection::vec(1_i64..60, 1..10)) {
            let (mut before, mut asked) = (Decimal::ZERO, false);
            for part in &parts {
                asked |= needs_approval((*part).into(), before, 100.into());
                before += Decimal::from(*part);
            }
            prop_assert_eq!(asked, parts.iter().sum::<i64>() > 100);
        }
    }
}
