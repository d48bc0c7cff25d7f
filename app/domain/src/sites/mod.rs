//! Sites: where aisles run, where bins are reached, how far it is between them.

pub mod activity;
pub mod design;
pub mod labels;
pub mod layout;
pub mod pattern;
pub mod places;
mod refusal;
pub mod roads;
pub mod sheet;
pub mod shelf;
mod sound;
pub mod spec;
pub mod written;

use serde::{Deserialize, Serialize};

pub use refusal::{Run, SiteRefusal};

use crate::ids::SiteId;
use layout::Layout;
use spec::{BinSpec, LayoutSpec};

/// Bins every site has beside its storage: kind, code.
pub const YARD_BINS: [(&str, &str); 5] =
    [("dock", "DOCK"), ("stage", "STAGE"), ("pack", "PACK"), ("returns", "RETURNS"), ("quarantine", "QUARANTINE")];

/// Where goods come from and go to beyond the walls; they keep no balance.
pub const WORLD_BINS: [(&str, &str); 4] =
    [("supplier", "SUPPLIER"), ("customer", "CUSTOMER"), ("scrap", "SCRAP"), ("count", "COUNT")];

/// Totes a new site may be given.
pub const TOTES_MAX: i32 = 2_000;

/// A new site with its storage bins, its yard and its totes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSite {
    pub id: SiteId,
    pub code: String,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA name.
    pub timezone: String,
    /// Orders go to the site of lowest rank that can fill them.
    pub rank: i32,
    pub layout: Layout,
    pub bins: Vec<BinSpec>,
    pub totes: i32,
}

impl OpenSite {
    pub fn check(&self) -> Result<(), SiteRefusal> {
        self.layout.check()?;
        self.layout.check_bins(self.bins.iter().map(|bin| (bin.code.as_str(), bin.access)))?;
        let coded = (2..=12).contains(&self.code.len())
            && self.code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
        let country = self.country.len() == 2 && self.country.chars().all(|c| c.is_ascii_uppercase());
        if !coded || !country || self.name.trim().is_empty() || self.timezone.trim().is_empty() {
            return Err(SiteRefusal::Unnamed { code: self.code.clone() });
        }
        if !(0..=TOTES_MAX).contains(&self.totes) {
            return Err(SiteRefusal::TooMany {
                what: "The number of totes".into(),
                given: self.totes.into(),
                max: TOTES_MAX.into(),
            });
        }
        Ok(())
    }
}

/// A new site as it is typed: a regular layout, drawn on from there; bins as in [`LayoutSpec::bins`], or none yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSite {
    pub id: SiteId,
    pub code: String,
    pub name: String,
    pub country: String,
    pub timezone: String,
    pub rank: i32,
    pub spec: LayoutSpec,
    pub with_bins: bool,
    pub totes: i32,
}

impl NewSite {
    pub fn open(&self) -> Result<OpenSite, SiteRefusal> {
        let layout = self.spec.layout()?;
        let bins = if self.with_bins { self.spec.bins()? } else { Vec::new() };
        let text = |text: &str| text.trim().to_owned();
        let (code, country) = (text(&self.code).to_uppercase(), text(&self.country).to_uppercase());
        let (name, timezone) = (text(&self.name), text(&self.timezone));
        let open = OpenSite { id: self.id, code, name, country, timezone, rank: self.rank, layout, bins, totes: self.totes };
        open.check()?;
        Ok(open)
    }
}

/// A site in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRow {
    pub id: SiteId,
    pub code: String,
    pub name: String,
    pub country: String,
    pub timezone: String,
    pub bins: i64,
}
