//! Node balancing: which units would sell at another site and not where they stand, and whether it pays to send them. Pure: the rule
//! behind every proposal, with its receipt. Weeks of cover come from what was shipped.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::TransferRefusal;
use crate::ids::{SiteId, SkuId};

/// Cited by the receipts of proposals.
pub const RULE: &str = "node-balance/1";
/// Weeks that each site should be able to serve.
pub const HORIZON_WEEKS: i64 = 4;
/// Weeks of shipping that rates are made of, at most.
pub const HISTORY_WEEKS: i64 = 8;
/// The most one lane may cost for a run or a kilogram.
const MONEY_MAX: i64 = 1_000_000;

/// A SKU at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    pub site: SiteId,
    /// What can be promised, less what other transfers will take.
    pub free: i64,
    /// On its way there, or approved to be.
    pub coming: i64,
    /// Shipped to customers in the weeks looked at.
    pub shipped: i64,
}

impl Node {
    /// Units that sell in so many days, rounded up.
    fn sells(&self, days: i64, weeks: i64) -> i64 {
        (self.shipped * days + weeks * 7 - 1) / (weeks * 7)
    }

    /// Weeks that what is there, and coming, lasts; none when nothing sells.
    pub fn cover(&self, weeks: i64) -> Option<Decimal> {
        if self.shipped <= 0 || weeks <= 0 {
            return None;
        }
        Some((Decimal::from(self.free + self.coming) * Decimal::from(weeks) / Decimal::from(self.shipped)).round_dp(1))
    }
}

/// A SKU at all its sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    pub sku: SkuId,
    pub code: String,
    /// What selling one earns: its price without tax, less its cost.
    pub margin: Decimal,
    pub weight_g: i32,
    pub nodes: Vec<Node>,
}

/// The way from a site to another, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    pub from: SiteId,
    pub to: SiteId,
    pub freight: Decimal,
    pub per_kg: Decimal,
    pub days: i32,
}

/// What a lane costs, as it is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLane {
    pub from: SiteId,
    pub to: SiteId,
    pub freight: Decimal,
    pub per_kg: Decimal,
    pub days: i32,
}

impl SetLane {
    pub fn check(&self) -> Result<(), TransferRefusal> {
        if self.from == self.to {
            return Err(TransferRefusal::SameSite);
        }
        let sound =
            |amount: Decimal| amount >= Decimal::ZERO && amount <= Decimal::from(MONEY_MAX) && amount == amount.round_dp(4);
        if !sound(self.freight) || !sound(self.per_kg) {
            return Err(TransferRefusal::FreightOutOfRange { max: MONEY_MAX });
        }
        if !(0..=365).contains(&self.days) {
            return Err(TransferRefusal::DaysOutOfRange { given: self.days });
        }
        Ok(())
    }
}

/// Units of one SKU that would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedLine {
    pub sku: SkuId,
    pub code: String,
    pub units: i32,
    /// Weeks of cover at the giving and at the taking site, as they are.
    pub cover_from: Option<Decimal>,
    pub cover_to: Option<Decimal>,
    /// What these units earn there and not here, and what carrying just them costs.
    pub saving: Decimal,
    pub freight: Decimal,
}

/// What one run of a lane would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub from: SiteId,
    pub to: SiteId,
    pub lines: Vec<ProposedLine>,
    pub saving: Decimal,
    /// The run and the kilograms.
    pub freight: Decimal,
}

impl Proposal {
    /// Proposed only when the saving exceeds the freight.
    pub fn pays(&self) -> bool {
        !self.lines.is_empty() && self.saving > self.freight
    }
}

/// What every lane would bring, lanes that pay first. A unit is sent once: sites that run out soonest are served first, by those that
/// have most to spare.
pub fn propose(lanes: &[Lane], spreads: &[Spread], weeks: i64) -> Vec<Proposal> {
    let mut sent: BTreeMap<(SiteId, SiteId), Vec<ProposedLine>> = BTreeMap::new();
    for spread in spreads.iter().filter(|spread| weeks > 0 && spread.margin > Decimal::ZERO) {
        for (lane, line) in lines(lanes, spread, weeks) {
            // A unit that costs more to carry than it earns stays.
            if line.saving > line.freight {
                sent.entry((lane.from, lane.to)).or_default().push(line);
            }
        }
    }
    let mut proposals: Vec<Proposal> = lanes
        .iter()
        .map(|lane| {
            let mut lines = sent.remove(&(lane.from, lane.to)).unwrap_or_default();
            lines.sort_by(|a, b| (b.saving - b.freight).cmp(&(a.saving - a.freight)).then(a.code.cmp(&b.code)));
            lines.truncate(super::LINES_MAX);
            let saving = lines.iter().map(|line| line.saving).sum();
            let carried: Decimal = lines.iter().map(|line| line.freight).sum();
            Proposal { from: lane.from, to: lane.to, lines, saving, freight: lane.freight + carried }
        })
        .collect();
    proposals.sort_by_key(|proposal| (!proposal.pays(), proposal.freight - proposal.saving));
    proposals
}

/// Units of one SKU from site to site.
fn lines<'l>(lanes: &'l [Lane], spread: &Spread, weeks: i64) -> Vec<(&'l Lane, ProposedLine)> {
    let mut spare: BTreeMap<SiteId, i64> =
        spread.nodes.iter().map(|node| (node.site, node.free - node.sells(HORIZON_WEEKS * 7, weeks))).collect();
    let mut takers: Vec<&Node> = spread.nodes.iter().filter(|node| node.shipped > 0).collect();
    takers.sort_by_key(|node| (node.cover(weeks), node.site));
    let mut found = Vec::new();
    for taker in takers {
        let mut ways: Vec<&Lane> = lanes.iter().filter(|lane| lane.to == taker.site).collect();
        ways.sort_by_key(|lane| (std::cmp::Reverse(spare.get(&lane.from).copied().unwrap_or(0)), lane.per_kg, lane.from));
        let mut had = taker.free + taker.coming;
        for lane in ways {
            // What is sent must last until the horizon, counted from when it arrives.
            let lacks = taker.sells(HORIZON_WEEKS * 7 + i64::from(lane.days), weeks) - had;
            let Some(giver) = spread.nodes.iter().find(|node| node.site == lane.from) else { continue };
            let left = spare.entry(lane.from).or_default();
            let units = lacks.min(*left);
            if units <= 0 {
                continue;
            }
            *left -= units;
            had += units;
            let kg = Decimal::from(i64::from(spread.weight_g) * units) / Decimal::from(1_000);
            let line = ProposedLine {
                sku: spread.sku,
                code: spread.code.clone(),
                units: i32::try_from(units).unwrap_or(i32::MAX),
                cover_from: giver.cover(weeks),
                cover_to: taker.cover(weeks),
                saving: (spread.margin * Decimal::from(units)).round_dp(4),
                freight: (kg * lane.per_kg).round_dp(4),
            };
            found.push((lane, line));
        }
    }
    found
}

/// A site in a proposal, a lane or a list of cover, by its code.
pub type Coded = (SiteId, String);

/// Weeks of cover of a SKU at each site where it sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverRow {
    pub sku: SkuId,
    pub code: String,
    pub site: String,
    pub free: i64,
    pub coming: i64,
    pub shipped: i64,
    pub cover: Decimal,
}

/// What the desk shows of balancing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balancing {
    pub weeks: i64,
    pub sites: Vec<Coded>,
    pub lanes: Vec<Lane>,
    pub proposals: Vec<Proposal>,
    /// Those that last shortest.
    pub cover: Vec<CoverRow>,
}

/// Ask for what is proposed for a lane, as it is proposed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestProposal {
    pub id: crate::ids::SiteTransferId,
    pub from: SiteId,
    pub to: SiteId,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node(site: SiteId, free: i64, shipped: i64) -> Node {
        Node { site, free, coming: 0, shipped }
    }

    fn spread(nodes: Vec<Node>) -> Spread {
        Spread { sku: SkuId::mint(), code: "MUG".into(), margin: Decimal::from(6), weight_g: 500, nodes }
    }

    fn lane(from: SiteId, to: SiteId, freight: i64, per_kg: i64) -> Lane {
        Lane { from, to, freight: freight.into(), per_kg: per_kg.into(), days: 0 }
    }

    /// PLN-3: weeks of cover are what is there, and coming, by what is shipped a week.
    #[test]
    fn cover_is_what_is_there_by_what_is_shipped() {
        let site = SiteId::mint();
        assert_eq!(node(site, 30, 16).cover(8), Some(Decimal::from(15)));
        assert_eq!(Node { coming: 2, ..node(site, 3, 16) }.cover(8), Some(Decimal::new(25, 1)));
        assert_eq!((node(site, 30, 0).cover(8), node(site, 30, 3).cover(0)), (None, None));
    }

    /// PLN-3: a transfer is proposed only when what it saves exceeds its freight.
    #[test]
    fn what_does_not_pay_for_its_freight_is_not_proposed() {
        let (leeds, lyon) = (SiteId::mint(), SiteId::mint());
        // Lyon sells 10 a week and has 5; Leeds sells 1 a week and has 100: 35 go, worth 210; they weigh 17.5 kg.
        let spreads = [spread(vec![node(leeds, 100, 8), node(lyon, 5, 80)])];
        let of = |lanes: &[Lane]| propose(lanes, &spreads, 8);
        let paid = of(&[lane(leeds, lyon, 100, 2)]);
        assert_eq!((paid[0].lines[0].units, paid[0].saving, paid[0].freight), (35, 210.into(), 135.into()));
        assert!(paid[0].pays());
        assert!(!of(&[lane(leeds, lyon, 175, 2)])[0].pays(), "210 does not exceed 210");
        assert!(of(&[lane(leeds, lyon, 174, 2)])[0].pays());
        // A kilogram that costs more than it earns is not even a line.
        assert!(of(&[lane(leeds, lyon, 0, 12)])[0].lines.is_empty());
        assert!(of(&[lane(lyon, leeds, 0, 0)])[0].lines.is_empty(), "nobody gives what they need");
        assert!(of(&[]).is_empty());
        assert!(propose(&[lane(leeds, lyon, 0, 0)], &spreads, 0)[0].lines.is_empty(), "without history nothing is known");
    }

    /// PLN-3: what is on its way counts, and a site keeps what it will sell itself.
    #[test]
    fn what_is_coming_counts_and_the_giver_keeps_its_own() {
        let (leeds, lyon) = (SiteId::mint(), SiteId::mint());
        let nodes = vec![node(leeds, 50, 80), Node { coming: 10, ..node(lyon, 5, 80) }];
        let found = propose(&[lane(leeds, lyon, 0, 0)], &[spread(nodes)], 8);
        assert_eq!(found[0].lines[0].units, 10, "Leeds sells 40 itself");
        let nodes = vec![node(leeds, 500, 80), Node { coming: 40, ..node(lyon, 0, 80) }];
        assert!(propose(&[lane(leeds, lyon, 0, 0)], &[spread(nodes)], 8)[0].lines.is_empty());
    }

    /// PLN-3: ✗ what a lane costs is a sound amount of money between two sites.
    #[test]
    fn a_lane_costs_a_sound_amount() {
        let good = SetLane { from: SiteId::mint(), to: SiteId::mint(), freight: 90.into(), per_kg: Decimal::new(25, 2), days: 2 };
        assert_eq!(good.check(), Ok(()));
        assert_eq!(SetLane { to: good.from, ..good.clone() }.check(), Err(TransferRefusal::SameSite));
        for freight in [Decimal::NEGATIVE_ONE, Decimal::from(MONEY_MAX + 1), Decimal::new(1, 5)] {
            assert!(SetLane { freight, ..good.clone() }.check().is_err());
            assert!(SetLane { per_kg: freight, ..good.clone() }.check().is_err());
        }
        for days in [-1, 366] {
            assert_eq!(SetLane { days, ..good.clone() }.check(), Err(TransferRefusal::DaysOutOfRange { given: days }));
        }
    }

    proptest! {
        /// PLN-3: no unit is sent twice, no site gives what it will sell itself, and nothing is proposed at a loss.
        #[test]
        fn nothing_is_sent_twice_nor_at_a_loss(
            free in prop::collection::vec(0..200_i64, 3), shipped in prop::collection::vec(0..120_i64, 3), freight in 0..400_i64, per_kg in 0..20_i64,
        ) {
            let sites: Vec<SiteId> = (0..3).map(|_| SiteId::mint()).collect();
            let nodes: Vec<Node> = (0..3).map(|at| node(sites[at], free[at], shipped[at])).collect();
            let lanes: Vec<Lane> = (0..3).flat_map(|a| (0..3).map(move |b| (a, b))).filter(|(a, b)| a != b)
                .map(|(a, b)| lane(sites[a], sites[b], freight, per_kg)).collect();
            let found = propose(&lanes, &[spread(nodes.clone())], 8);
            for node in &nodes {
                let given: i64 = found.iter().filter(|one| one.from == node.site).flat_map(|one| &one.lines).map(|line| i64::from(line.units)).sum();
                prop_assert!(given == 0 || given <= node.free - node.sells(28, 8));
            }
            for one in found.iter().filter(|one| one.pays()) {
                prop_assert!(one.saving > one.freight);
                prop_assert!(one.lines.iter().all(|line| line.units > 0 && line.saving > line.freight));
            }
        }
    }
}
