//! Why can't I sell this, why can't I pick it? Every unit of a SKU that is not free where it can be walked to has a reason with a name.
//! Decides the reasons from where the units stand and who was promised them; says nothing about what a SKU lacks in its own data.

use serde::{Deserialize, Serialize};

use super::State;
use crate::ids::SiteId;

/// Units of a SKU that stand alike at one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    pub site: SiteId,
    pub site_code: String,
    pub bin_kind: String,
    pub locked: bool,
    /// Of the handling unit they stand in; empty: loose.
    pub unit_kind: String,
    /// The org's own, not a client's.
    pub own: bool,
    pub state: State,
    pub on_hand: i64,
    pub allocated: i64,
    /// One of their bins, and how many bins they are.
    pub bin_code: String,
    pub bins: i64,
}

impl Stand {
    fn loose(&self) -> bool {
        self.unit_kind.is_empty()
    }
}

/// What was promised at a site, or is kept back there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    pub site: SiteId,
    pub site_code: String,
    pub reserved: i64,
    pub buffer: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Held,
    Quarantined,
    Damaged,
    Returned,
    InTransit,
    OthersOwn,
    Locked,
    InUnits,
    InParcels,
    NotPutAway,
    Allocated,
    Reserved,
    Buffer,
    ReserveOnly,
    NoneHere,
}

/// What a reason stands in the way of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stops {
    Sale,
    Pick,
    Both,
}

impl Stops {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Sale => "Not for sale",
            Self::Pick => "Not to be picked",
            Self::Both => "Neither",
        }
    }
}

impl Reason {
    const fn of_state(state: State) -> Option<Self> {
        match state {
            State::Held => Some(Self::Held),
            State::Quarantined => Some(Self::Quarantined),
            State::Damaged => Some(Self::Damaged),
            State::Returned => Some(Self::Returned),
            State::InTransit => Some(Self::InTransit),
            State::Sellable | State::Outside => None,
        }
    }

    /// After the number of units.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Held => "are on hold",
            Self::Quarantined => "are in quarantine",
            Self::Damaged => "are damaged",
            Self::Returned => "came back and wait for inspection",
            Self::InTransit => "are on the way between sites",
            Self::OthersOwn => "belong to somebody else",
            Self::Locked => "stand in locked bins",
            Self::InUnits => "stand on a pallet or in a carton or tote: unpack them first",
            Self::InParcels => "are in a parcel, for no order",
            Self::NotPutAway => "wait to be put away",
            Self::Allocated => "are allocated to orders",
            Self::Reserved => "are promised to orders not yet released",
            Self::Buffer => "are kept back as a buffer",
            Self::ReserveOnly => "stand in reserve only: bring them forward first",
            Self::NoneHere => "there are none here",
        }
    }

    pub const fn stops(self) -> Stops {
        match self {
            Self::Reserved | Self::Buffer => Stops::Sale,
            Self::ReserveOnly => Stops::Pick,
            _ => Stops::Both,
        }
    }
}

/// A reason, how many units it keeps, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hindrance {
    pub reason: Reason,
    pub units: i64,
    /// Of reasons that are a site's own.
    pub site: Option<SiteId>,
    pub site_code: String,
    /// "A01-01L-1 and 2 more".
    pub bins: String,
}

/// Can units in this kind of bin be promised and picked?
fn shelved(kind: &str) -> bool {
    ["pick", "reserve"].contains(&kind)
}

/// Every reason that keeps units, most units first; sites without any come last. `sites` are all that could have some.
pub fn hindrances(stands: &[Stand], promised: &[Promised], sites: &[(SiteId, String)]) -> Vec<Hindrance> {
    let mut found: Vec<Hindrance> = Vec::new();
    let mut add = |reason: Reason, units: i64, bin: Option<(&str, i64)>| {
        if units <= 0 {
            return;
        }
        let known = found.iter_mut().find(|known| known.reason == reason);
        let named = bin.map(|(code, bins)| if bins > 1 { format!("{code} and {} more", bins - 1) } else { code.to_owned() });
        if let Some(known) = known {
            known.units += units;
            if let Some(named) = named {
                known.bins = if known.bins.is_empty() { named } else { format!("{}, {named}", known.bins) };
            }
        } else {
            let bins = named.unwrap_or_default();
            found.push(Hindrance { reason, units, site: None, site_code: String::new(), bins });
        }
    };
    for stand in stands {
        let (free, bin) = (stand.on_hand - stand.allocated, Some((stand.bin_code.as_str(), stand.bins)));
        if let Some(reason) = Reason::of_state(stand.state) {
            add(reason, stand.on_hand, bin);
            continue;
        }
        add(Reason::Allocated, stand.allocated, None);
        if !stand.own {
            add(Reason::OthersOwn, free, bin);
        } else if stand.unit_kind == "parcel" {
            add(Reason::InParcels, free, bin);
        } else if !stand.loose() {
            add(Reason::InUnits, free, bin);
        } else if !shelved(&stand.bin_kind) {
            add(Reason::NotPutAway, free, bin);
        } else if stand.locked {
            add(Reason::Locked, free, bin);
        }
    }
    for promise in promised {
        add(Reason::Reserved, promise.reserved, None);
        add(Reason::Buffer, promise.buffer, None);
    }
    found.sort_by_key(|hindrance| std::cmp::Reverse((hindrance.units, hindrance.reason)));
    for (site, code) in sites {
        let here = |kinds: &[&str]| -> i64 {
            let fits = stands.iter().filter(|s| s.site == *site && s.state == State::Sellable && s.own && s.loose() && !s.locked);
            fits.filter(|s| kinds.contains(&s.bin_kind.as_str())).map(|s| s.on_hand - s.allocated).sum()
        };
        let (forward, reserve) = (here(&["pick"]), here(&["reserve"]));
        let any = stands.iter().any(|stand| stand.site == *site && stand.on_hand > 0);
        let of_site =
            |reason, units| Hindrance { reason, units, site: Some(*site), site_code: code.clone(), bins: String::new() };
        if forward == 0 && reserve > 0 {
            found.push(of_site(Reason::ReserveOnly, reserve));
        } else if !any {
            found.push(of_site(Reason::NoneHere, 0));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stand(site: SiteId, kind: &str, state: State, on_hand: i64, allocated: i64) -> Stand {
        Stand {
            site,
            site_code: "LDS".into(),
            bin_kind: kind.into(),
            locked: false,
            unit_kind: String::new(),
            own: true,
            state,
            on_hand,
            allocated,
            bin_code: "A01".into(),
            bins: 1,
        }
    }

    /// INV-1: every unit that cannot be sold or picked has a reason with a name: "why can't I sell this?".
    #[test]
    fn each_unit_that_is_not_free_has_its_reason() {
        let (leeds, lyon) = (SiteId::mint(), SiteId::mint());
        let sites = [(leeds, "LDS".to_owned()), (lyon, "LYN".to_owned())];
        let stands = [
            stand(leeds, "pick", State::Sellable, 9, 4),
            stand(leeds, "pick", State::Held, 2, 0),
            stand(leeds, "quarantine", State::Quarantined, 3, 0),
            Stand { locked: true, bins: 3, ..stand(leeds, "reserve", State::Sellable, 7, 0) },
            Stand { unit_kind: "pallet".into(), ..stand(leeds, "pick", State::Sellable, 6, 5) },
            Stand { unit_kind: "parcel".into(), ..stand(leeds, "stage", State::Sellable, 5, 2) },
            Stand { own: false, ..stand(leeds, "pick", State::Sellable, 8, 0) },
            stand(leeds, "dock", State::Sellable, 10, 0),
        ];
        let promised = [Promised { site: leeds, site_code: "LDS".into(), reserved: 4, buffer: 1 }];
        let found = hindrances(&stands, &promised, &sites);
        let units = |reason| found.iter().find(|hindrance| hindrance.reason == reason).map(|hindrance| hindrance.units);
        assert_eq!(units(Reason::NotPutAway), Some(10));
        assert_eq!(units(Reason::Allocated), Some(11));
        assert_eq!(units(Reason::OthersOwn), Some(8));
        assert_eq!(units(Reason::Locked), Some(7));
        assert_eq!(units(Reason::Reserved), Some(4));
        assert_eq!((units(Reason::Quarantined), units(Reason::Held)), (Some(3), Some(2)));
        assert_eq!((units(Reason::InUnits), units(Reason::InParcels), units(Reason::Buffer)), (Some(1), Some(3), Some(1)));
        assert_eq!(found.iter().find(|h| h.reason == Reason::Locked).unwrap().bins, "A01 and 2 more");
        let last = found.last().unwrap();
        assert_eq!((last.reason, last.site), (Reason::NoneHere, Some(lyon)));
        assert_eq!(units(Reason::ReserveOnly), None, "a pick face has some");
    }

    /// INV-1, RPL-1: units in reserve alone can be sold, and picked only once they are brought forward.
    #[test]
    fn reserve_alone_is_for_sale_and_not_to_be_picked() {
        let site = SiteId::mint();
        let found = hindrances(&[stand(site, "reserve", State::Sellable, 5, 0)], &[], &[(site, "LDS".into())]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].reason, found[0].units, found[0].reason.stops()), (Reason::ReserveOnly, 5, Stops::Pick));
        let gone = stand(site, "pick", State::Sellable, 0, 0);
        assert_eq!(hindrances(&[gone], &[], &[(site, "LDS".into())])[0].reason, Reason::NoneHere);
    }

    proptest! {
        /// INV-1: what is free on the shelf and what the reasons keep are together all there is.
        #[test]
        fn reasons_and_free_units_sum_to_on_hand(
            given in prop::collection::vec((0..3_usize, 0..6_usize, 0..40_i64, 0..40_i64, any::<bool>(), any::<bool>(), any::<bool>()), 0..12),
        ) {
            let site = SiteId::mint();
            let stands: Vec<Stand> = given.into_iter().map(|(kind, state, on_hand, allocated, locked, loose, own)| {
                let state = State::INSIDE[state];
                let allocated = if state == State::Sellable { allocated.min(on_hand) } else { 0 };
                let unit_kind = ["pallet", ""][usize::from(loose)].to_owned();
                Stand { locked, unit_kind, own, ..stand(site, ["pick", "reserve", "dock"][kind], state, on_hand, allocated) }
            }).collect();
            let free: i64 = stands.iter()
                .filter(|s| s.state == State::Sellable && s.loose() && s.own && !s.locked && shelved(&s.bin_kind))
                .map(|s| s.on_hand - s.allocated).sum();
            let kept: i64 = hindrances(&stands, &[], &[]).iter().map(|hindrance| hindrance.units).sum();
            prop_assert_eq!(free + kept, stands.iter().map(|s| s.on_hand).sum::<i64>());
        }
    }
}
