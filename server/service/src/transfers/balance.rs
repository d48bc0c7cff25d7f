//! Node balancing: what is known is gathered, what pays is decided by `domain::transfers::balance`, and what is asked for keeps its
//! receipt.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::people::{Caller, Permission};
use domain::transfers::balance::{
    self, Balancing, CoverRow, HISTORY_WEEKS, Lane, Node, Proposal, RULE, RequestProposal, SetLane, Spread,
};
use domain::transfers::{AskedUnits, RequestTransfer, TransferRefusal};
use rust_decimal::Decimal;
use serde_json::json;

use super::{require_either, sql_balance as sql};
use crate::decisions::{self, Decision};
use crate::{Act, Db, Result, Tx, sites};

/// Rows of cover shown: those that last shortest.
const COVER_SHOWN: usize = 50;

/// What is known of every SKU that sells, and for how many whole weeks.
struct Known {
    weeks: i64,
    lanes: Vec<Lane>,
    spreads: Vec<Spread>,
}

impl Known {
    async fn gather(tx: &mut Tx, now: DateTime<Utc>) -> Result<Self> {
        let org = tx.org().0;
        let since = now - TimeDelta::weeks(HISTORY_WEEKS);
        let lanes = sql::lanes(tx.conn(), org).await?;
        let Some(first) = sql::first_shipped(tx.conn(), org, since).await? else {
            return Ok(Self { weeks: 0, lanes, spreads: Vec::new() });
        };
        // A shop that has sold for days is not told by weeks it did not have.
        let weeks = ((now - first).num_days() / 7 + 1).clamp(1, HISTORY_WEEKS);
        let mut spreads: Vec<Spread> = Vec::new();
        for row in sql::nodes(tx.conn(), org, since).await? {
            let node = Node { site: row.site_id.into(), free: row.free, coming: row.coming, shipped: row.shipped };
            match spreads.last_mut() {
                Some(spread) if spread.sku.0 == row.sku_id => spread.nodes.push(node),
                _ => spreads.push(Spread {
                    sku: row.sku_id.into(),
                    code: row.code,
                    margin: (row.price / (Decimal::ONE + row.tax_rate) - row.standard_cost).round_dp(4),
                    weight_g: row.weight_g,
                    nodes: vec![node],
                }),
            }
        }
        Ok(Self { weeks, lanes, spreads })
    }

    fn proposals(&self) -> Vec<Proposal> {
        balance::propose(&self.lanes, &self.spreads, self.weeks)
    }
}

impl Act for SetLane {
    const KIND: &'static str = "transfers.set_lane";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.check()?;
        require_either(tx, Permission::StockPlan, [self.from, self.to])?;
        sites::require_sites(tx, &[self.from.0, self.to.0]).await?;
        let org = tx.org().0;
        let bin = sites::transit_bin(tx, self.from, self.to).await?;
        sql::set_lane(tx.conn(), org, bin.0, self).await?;
        tx.announce("transfer.lane_set", self.to, Some(self.to), json!({ "from": self.from }));
        tx.audit("site", self.to, (), self);
        Ok(())
    }
}

impl Act for RequestProposal {
    const KIND: &'static str = "transfers.request_proposed";
    const NEEDS: Permission = Permission::StockPlan;
    /// Its number.
    type Outcome = String;

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        require_either(tx, Permission::StockPlan, [self.from, self.to])?;
        let at = tx.at;
        let known = Known::gather(tx, at).await?;
        let proposals = known.proposals();
        let mine = |one: &&Proposal| one.from == self.from && one.to == self.to && one.pays();
        let proposal = proposals.iter().find(mine).ok_or(TransferRefusal::NotProposed)?;
        let lines = proposal.lines.iter().map(|line| AskedUnits { sku: line.sku, quantity: line.units }).collect();
        let note =
            format!("Node balancing: saves {} for {} of freight", proposal.saving.round_dp(2), proposal.freight.round_dp(2));
        let asked = RequestTransfer { id: self.id, from: self.from, to: self.to, lines, note };
        let number = asked.act(tx).await?;
        let lane = known.lanes.iter().find(|lane| lane.from == self.from && lane.to == self.to);
        let inputs = json!({ "weeks": known.weeks, "lane": lane });
        let others: Vec<&Proposal> = proposals.iter().filter(|one| !std::ptr::eq(*one, proposal)).collect();
        decisions::keep(tx, &[Decision::new("balancing", self.id, RULE, inputs, proposal).rejecting(others)]).await?;
        Ok(number)
    }
}

impl Db {
    /// Weeks of cover by site, lanes, and what they would bring.
    pub async fn balancing(&self, caller: &Caller, now: DateTime<Utc>) -> Result<Balancing> {
        let mut tx = self.read(caller, Permission::StockPlan, None).await?;
        let known = Known::gather(&mut tx, now).await?;
        let mine = caller.sites(Permission::StockPlan);
        let seen = |site| mine.as_ref().is_none_or(|mine| mine.contains(&site));
        let sites = sites::codes(&mut tx).await?;
        let sites: BTreeMap<_, _> = sites.into_iter().filter(|(site, _)| seen(*site)).collect();
        let mut cover = Vec::new();
        for spread in &known.spreads {
            for node in &spread.nodes {
                let (Some(site), Some(weeks)) = (sites.get(&node.site), node.cover(known.weeks)) else { continue };
                let (free, coming, shipped) = (node.free, node.coming, node.shipped);
                let (code, site) = (spread.code.clone(), site.clone());
                cover.push(CoverRow { sku: spread.sku, code, site, free, coming, shipped, cover: weeks });
            }
        }
        cover.sort_by(|a, b| a.cover.cmp(&b.cover).then(b.shipped.cmp(&a.shipped)).then(a.code.cmp(&b.code)));
        cover.truncate(COVER_SHOWN);
        let mut proposals = known.proposals();
        proposals.retain(|one| seen(one.from) && seen(one.to));
        let mut lanes = known.lanes;
        lanes.retain(|lane| seen(lane.from) && seen(lane.to));
        Ok(Balancing { weeks: known.weeks, sites: sites.into_iter().collect(), lanes, proposals, cover })
    }
}
