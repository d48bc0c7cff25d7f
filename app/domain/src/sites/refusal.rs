//! What sites refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;
use crate::words::counted;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SiteRefusal {
    #[error("Site “{code}” needs a code of 2–12 capitals, a name, a two-letter country and a time zone.")]
    Unnamed { code: String },
    #[error("A layout needs at least one {what}.")]
    NothingThere { what: String },
    #[error("{what} must be greater than zero; {given} is not.")]
    NotPositive { what: String, given: i64 },
    #[error("{what} may be at most {max}; {given} is more.")]
    TooMany { what: String, given: i64, max: i64 },
    #[error("{what} lies at {given} mm: outside 0 to {max} mm.")]
    OutOfBounds { what: String, given: i64, max: i32 },
    #[error(
        "Cross-aisles must be listed from front to back, each farther than the one before; {given} mm comes after {before} mm."
    )]
    CrossAislesOutOfOrder { before: i32, given: i32 },
    #[error("Aisle {aisle} is listed twice.")]
    AisleTwice { aisle: i32 },
    #[error(
        "Aisle {aisle} must run from one cross-aisle to a farther one; {from} to {to} is not that (there are {cross_aisles}, counted from 0)."
    )]
    AisleGoesNowhere { aisle: i32, from: u16, to: u16, cross_aisles: usize },
    #[error("Aisles {one} and {other} lie on top of each other.")]
    AislesOverlap { one: i32, other: i32 },
    #[error("{what} stands on cross-aisle {cross_aisle}, which does not exist.")]
    UnknownCrossAisle { what: String, cross_aisle: u16 },
    #[error("The layout is disconnected: no aisle leads from the cross-aisle at {from_mm} mm to the one at {to_mm} mm.")]
    Disconnected { from_mm: i32, to_mm: i32 },
    #[error("Bin {bin} has no access point: aisle {aisle} does not exist or does not reach {y_mm} mm.")]
    NoAccessPoint { bin: String, aisle: i32, y_mm: i32 },
    #[error("The obstacle from {from_mm} to {to_mm} mm does not lie on aisle {aisle}.")]
    ObstacleNowhere { aisle: i32, from_mm: i32, to_mm: i32 },
    #[error("Aisle {aisle} is one-way: behind an obstacle nobody could turn back.")]
    ObstacleInOneWay { aisle: i32 },
    #[error("Zones need names, each its own; “{zone}” is empty or taken.")]
    ZoneNameTaken { zone: String },
    #[error("Zone “{zone}” names aisle {aisle}, which does not exist.")]
    UnknownAisle { zone: String, aisle: i32 },
    #[error("Aisle {aisle} is in two zones, “{one}” and “{other}”.")]
    AisleInTwoZones { aisle: i32, one: String, other: String },
    #[error("Levels must be listed from the floor up, each higher than the one before; {given} mm comes after {before} mm.")]
    LevelsOutOfOrder { before: i32, given: i32 },
    #[error("There is a bin {code} here already.")]
    BinTaken { code: String },
    #[error("The pattern gives code {code} to two bins. Let it name what tells them apart: aisle, bay, level, side.")]
    CodeTwice { code: String },
    #[error(
        "A pattern may name aisle, bay, level and side in curly brackets, with a width such as :02. “{part}” is none of them."
    )]
    BadPattern { part: String },
    #[error("“{given}” is no range of aisles. Write A-F, 1-6 or 3.")]
    BadAisles { given: String },
    #[error("{what} run from {from} to {to}: give two numbers from 1 to {max}, the smaller first.")]
    BadRange { what: Run, from: i32, to: i32, max: i32 },
    #[error("The pattern names {asked} aisles from aisle {first} on. The layout has {there}.")]
    AislesMissing { asked: usize, first: i32, there: usize },
    #[error("A bin’s code has 1 to 40 letters, digits, hyphens, points, slashes or underscores. “{code}” is not that.")]
    BadBinCode { code: String },
    #[error("A bin’s volume is from 1 to {max} ml; {given} is not. Leave it empty for no limit.")]
    BinVolumeOutOfRange { given: i32, max: i32 },
    #[error("A bin’s weight is from 1 to {max} g; {given} is not. Leave it empty for no limit.")]
    BinWeightOutOfRange { given: i32, max: i32 },
    #[error("Bin {code} is locked: {note}. Nothing changed.")]
    BinLocked { code: String, note: String },
    #[error("Bin {code} is retired. Nothing changed.")]
    BinRetired { code: String },
    #[error("{code} is a {what} of bins, not a bin: goods stand in bins. Scan one of them.")]
    NotALeaf { code: String, what: String },
    #[error("{} in {code}. Move them out first.", counted(*.units, "unit stands", "units stand"))]
    BinHolds { code: String, units: i64 },
    #[error("Lock {code} first, so that nothing is on its way into it.")]
    BinNotLocked { code: String },
    #[error("{code} is the site’s last {kind} bin, and a site needs one.")]
    LastOfKind { code: String, kind: String },
    #[error("{code} stands for the world outside the walls and stays as it is.")]
    WorldBin { code: String },
    #[error("{code} is a {kind} bin and takes no {state} goods.")]
    WrongState { code: String, kind: String, state: String },
    #[error("These bins make no label sheet: {bins} of them, and a sheet has from 1 to {max}.")]
    LabelsOutOfRange { bins: i64, max: i64 },
    #[error("{code} is too long for a label of this sheet, or has letters that no barcode has. Choose larger labels.")]
    LabelUnprintable { code: String },
}

/// What runs from one number to another in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Run {
    Bays,
    Levels,
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bays => "Bays",
            Self::Levels => "Levels",
        })
    }
}

impl Named for SiteRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unnamed { .. } => "site_unnamed",
            Self::NothingThere { .. } => "layout_incomplete",
            Self::NotPositive { .. } => "dimension_not_positive",
            Self::TooMany { .. } => "layout_too_large",
            Self::OutOfBounds { .. } => "layout_out_of_bounds",
            Self::CrossAislesOutOfOrder { .. } => "cross_aisles_out_of_order",
            Self::AisleTwice { .. } => "aisle_twice",
            Self::AisleGoesNowhere { .. } => "aisle_goes_nowhere",
            Self::AislesOverlap { .. } => "aisles_overlap",
            Self::UnknownCrossAisle { .. } => "unknown_cross_aisle",
            Self::Disconnected { .. } => "layout_disconnected",
            Self::NoAccessPoint { .. } => "bin_without_access_point",
            Self::ObstacleNowhere { .. } => "obstacle_nowhere",
            Self::ObstacleInOneWay { .. } => "obstacle_in_one_way_aisle",
            Self::ZoneNameTaken { .. } => "zone_name_taken",
            Self::UnknownAisle { .. } => "unknown_aisle",
            Self::AisleInTwoZones { .. } => "aisle_in_two_zones",
            Self::LevelsOutOfOrder { .. } => "levels_out_of_order",
            Self::BinTaken { .. } => "bin_code_taken",
            Self::CodeTwice { .. } => "bin_code_twice",
            Self::BadPattern { .. } => "bad_pattern",
            Self::BadAisles { .. } => "bad_aisles",
            Self::BadRange { .. } => "bad_range",
            Self::AislesMissing { .. } => "aisles_missing",
            Self::BadBinCode { .. } => "bad_bin_code",
            Self::BinVolumeOutOfRange { .. } => "bin_volume_out_of_range",
            Self::BinWeightOutOfRange { .. } => "bin_weight_out_of_range",
            Self::BinLocked { .. } => "bin_locked",
            Self::BinRetired { .. } => "bin_retired",
            Self::NotALeaf { .. } => "not_a_leaf",
            Self::BinHolds { .. } => "bin_holds_goods",
            Self::BinNotLocked { .. } => "bin_not_locked",
            Self::LastOfKind { .. } => "last_bin_of_its_kind",
            Self::WorldBin { .. } => "world_bin",
            Self::WrongState { .. } => "bin_takes_no_such_goods",
            Self::LabelsOutOfRange { .. } => "labels_out_of_range",
            Self::LabelUnprintable { .. } => "label_unprintable",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::BinTaken { .. }
            | Self::BinLocked { .. }
            | Self::BinRetired { .. }
            | Self::BinHolds { .. }
            | Self::BinNotLocked { .. }
            | Self::LastOfKind { .. }
            | Self::WorldBin { .. }
            | Self::WrongState { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unnamed { .. } | Self::BinTaken { .. } | Self::BadBinCode { .. } => "code",
            Self::CodeTwice { .. } | Self::BadPattern { .. } => "pattern",
            Self::BadAisles { .. } | Self::AislesMissing { .. } => "aisles",
            Self::BadRange { what: Run::Bays, .. } => "bays",
            Self::BadRange { what: Run::Levels, .. } => "levels",
            Self::BinVolumeOutOfRange { .. } => "volume",
            Self::BinWeightOutOfRange { .. } => "weight",
            Self::BinLocked { .. }
            | Self::BinRetired { .. }
            | Self::NotALeaf { .. }
            | Self::BinHolds { .. }
            | Self::BinNotLocked { .. }
            | Self::LastOfKind { .. }
            | Self::WorldBin { .. }
            | Self::WrongState { .. } => "bin",
            Self::LabelsOutOfRange { .. } | Self::LabelUnprintable { .. } => "labels",
            _ => "layout",
        })
    }
}
