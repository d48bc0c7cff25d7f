//! The demo's counts: a site that counts by its programme, a morning's bins counted, one that waits for a second look, one for a yes,
//! and a correction by hand that waits too.

use chrono::{DateTime, TimeDelta, Utc};
use domain::counts::adjust::{AdjustStock, Why};
use domain::counts::{PlanCounts, Programme, SetProgramme};
use domain::ids::{CommandId, SiteId};
use domain::people::{Caller, Permission};
use domain::stock::State;
use serde::Serialize;
use uuid::Uuid;

use super::{Story, people};
use crate::{Act, Result, Tx, counts};

/// Bins opened for one day: so many that the list is worth looking at, so few that it is read.
const DAILY: i32 = 16;
/// By its rank among the best sellers: it is not told apart.
const MISBOOKED: usize = 13;
/// Units missing in the bins of the first SKUs, and who finds that.
const FOUND: [(&str, i32); 9] = [
    ("Per Holm", 0),
    ("Pia Novak", 0),
    ("Per Holm", 0),
    ("Rosa Lind", 0),
    ("Pia Novak", 1),
    ("Per Holm", 0),
    // A second look is waited for.
    ("Pia Novak", 4),
    // Two agree, and a yes is waited for.
    ("Per Holm", 40),
    ("Rosa Lind", 40),
];

/// A bin counted from its label to the end: all that the ledger has there but so many of one SKU.
#[derive(Serialize)]
struct CountBin {
    site: SiteId,
    bin_code: String,
    missing: i32,
}

impl Act for CountBin {
    const KIND: &'static str = "counts.count_bin";
    const NEEDS: Permission = Permission::Count;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        counts::count_bin(tx, self.site, &self.bin_code, self.missing).await
    }
}

impl Story<'_> {
    /// How the sites count, from the beginning.
    pub(super) async fn programmes(&mut self, at: DateTime<Utc>) -> Result<()> {
        for site in self.sites {
            let programme = Programme { daily_most: DAILY, ..Programme::opening() };
            self.clerk.run(at, &SetProgramme { site, programme }).await?;
        }
        Ok(())
    }

    /// This morning's counts.
    pub(super) async fn counts(&mut self, now: DateTime<Utc>) -> Result<()> {
        let (site, ago) = (self.sites[0], |minutes: i64| now - TimeDelta::minutes(minutes));
        self.clerk.run(ago(240), &PlanCounts { site }).await?;
        let bins = self.clerk.db.pick_bins(&self.clerk.caller, site).await?;
        let bin = |rank: usize| bins[(rank * 7919) % bins.len()].1.clone();
        for (n, (name, missing)) in FOUND.into_iter().enumerate() {
            // The last two look into the same bin.
            let command = CountBin { site, bin_code: bin(n.min(FOUND.len() - 2)), missing };
            self.by(name, &format!("count {n}"), ago(230 - 20 * i64::try_from(n).unwrap_or(0)), &command).await?;
        }
        let correction = AdjustStock {
            site,
            bin_code: bin(MISBOOKED),
            sku_code: self.skus[MISBOOKED % self.skus.len()].code.clone(),
            marks: domain::lots::Marks::default(),
            state: State::Sellable,
            units: 48,
            reason: Why::BookingError.into(),
            note: "A whole box was never booked in".to_owned(),
        };
        self.by("Rosa Lind", "correction", ago(25), &correction).await.map(|_| ())
    }

    /// Somebody of the house does it, once.
    pub(super) async fn by<C: Act>(&self, name: &str, what: &str, at: DateTime<Utc>, command: &C) -> Result<C::Outcome> {
        let org = self.clerk.caller.org;
        let id = CommandId(Uuid::new_v5(&org.0, format!("demo {what}").as_bytes()));
        let caller = Caller { org, who: people::actor(self.sites, name) };
        self.clerk.db.run(&caller, id, at, command).await
    }
}
