//! The series that number what Tideway keeps: `SO-1042` is an order. One list for whoever gives a number and whoever must not take one.

/// What a number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Series {
    Adjustment,
    Announced,
    Bill,
    Change,
    Claim,
    Count,
    Inspection,
    Landed,
    Order,
    Parcel,
    Purchase,
    Receipt,
    Refund,
    Return,
    Tote,
    Tracking,
    Transfer,
    Unannounced,
    Wave,
}

impl Series {
    pub const ALL: [Self; 19] = [
        Self::Adjustment,
        Self::Announced,
        Self::Bill,
        Self::Change,
        Self::Claim,
        Self::Count,
        Self::Inspection,
        Self::Landed,
        Self::Order,
        Self::Parcel,
        Self::Purchase,
        Self::Receipt,
        Self::Refund,
        Self::Return,
        Self::Tote,
        Self::Tracking,
        Self::Transfer,
        Self::Unannounced,
        Self::Wave,
    ];

    /// What its numbers begin with.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Adjustment => "AJ",
            Self::Announced => "ASN",
            Self::Bill => "BL",
            Self::Change => "MD",
            Self::Claim => "CL",
            Self::Count => "CC",
            Self::Inspection => "IN",
            Self::Landed => "LC",
            Self::Order => "SO",
            Self::Parcel => "PCL",
            Self::Purchase => "PO",
            Self::Receipt => "GR",
            Self::Refund => "RF",
            Self::Return => "RMA",
            Self::Tote => "TOTE",
            Self::Tracking => "TW",
            Self::Transfer => "TR",
            Self::Unannounced => "UR",
            Self::Wave => "WV",
        }
    }

    /// Which series a code would be read as; `BL-MUG` is nobody's number, `BL-12` is a bill's. What tracks a parcel is written otherwise.
    pub fn reads(code: &str) -> Option<Self> {
        let (begin, digits) = code.trim().split_once('-')?;
        let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let read = |series: &Self| *series != Self::Tracking && series.code().eq_ignore_ascii_case(begin);
        Self::ALL.into_iter().find(|series| numbered && read(series))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// MDM-1: ✗ a code that would be read as a document's number is known as one, whatever its letters; a blue mug's is not.
    #[test]
    fn a_number_is_known_by_its_series() {
        for series in Series::ALL.into_iter().filter(|series| *series != Series::Tracking) {
            assert_eq!(Series::reads(&format!("{}-1001", series.code().to_lowercase())), Some(series));
        }
        for free in ["BL-MUG", "IN-", "PO", "4006381333931", "IN-1A", "X-1", "TW-0006"] {
            assert_eq!(Series::reads(free), None, "{free}");
        }
        assert_eq!(Series::ALL.iter().map(|series| series.code()).collect::<HashSet<_>>().len(), Series::ALL.len());
    }
}
