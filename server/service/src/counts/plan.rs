//! Opening what is due: classes from what moved, bins by class, worth and last result. Which are due is `domain::counts::programme`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::counts::programme::{self, BinFacts};
use domain::counts::{Class, PlanCounts};
use domain::ids::{CommandId, OrgId, SiteId, SkuId};
use domain::people::{Caller, Permission};
use serde_json::json;
use uuid::Uuid;

use super::{New, open, sql, sql_plan};
use crate::{Act, Db, Failure, Result, Tx};

impl Act for PlanCounts {
    const KIND: &'static str = "counts.plan";
    const NEEDS: Permission = Permission::CountsPlan;
    /// Counts opened.
    type Outcome = i32;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        crate::sites::require_sites(tx, &[self.site.0]).await?;
        let (org, at, site) = (tx.org().0, tx.at, self.site.0);
        let rules = super::programme(tx, self.site).await?;
        let since = at - chrono::TimeDelta::days(rules.window_days.into());
        let moved: Vec<(SkuId, i64)> = sql_plan::moved(tx.conn(), org, site, since).await?;
        let classes = programme::abc(&moved, rules.a_percent, rules.b_percent);
        keep_classes(tx, site, &moved, &classes).await?;
        let opened_today = sql_plan::opened_today(tx.conn(), org, site, at).await?;
        let room = usize::try_from(i64::from(rules.daily_most) - opened_today).unwrap_or(0);
        let bins: Vec<BinFacts> =
            sql_plan::filled_bins(tx.conn(), org, site).await?.into_iter().map(sql_plan::FilledBin::facts).collect();
        let due = programme::due(&bins, &rules, at, room);
        let new: Vec<New<'_>> = due
            .iter()
            .map(|due| New {
                site: self.site,
                bin: due.bin,
                why: due.why,
                class: Some(due.class),
                every_days: due.every_days,
                note: "",
            })
            .collect();
        let opened = open(tx, &new).await?;
        tx.audit("site", self.site, (), json!({ "opened": opened, "bins": bins.len() }));
        Ok(opened)
    }
}

/// Kept for the counts that are asked for until the next plan.
async fn keep_classes(tx: &mut Tx, site: Uuid, moved: &[(SkuId, i64)], classes: &HashMap<SkuId, Class>) -> Result<()> {
    let (org, at) = (tx.org().0, tx.at);
    let skus: Vec<Uuid> = moved.iter().map(|(sku, _)| sku.0).collect();
    let units: Vec<i64> = moved.iter().map(|(_, units)| *units).collect();
    let codes: Vec<String> = moved.iter().map(|(sku, _)| classes.get(sku).map_or("c", |class| class.code()).to_owned()).collect();
    sql_plan::set_velocities(tx.conn(), org, site, at, &skus, &codes, &units).await
}

impl Db {
    /// Opens today's counts at every site whose programme somebody has set; once a day and site, however often it is asked.
    pub async fn plan_counts(&self, org: OrgId, now: DateTime<Utc>) -> Result<()> {
        let caller = Caller::system(org, "counts");
        let sites = {
            let mut tx = self.read(&caller, Permission::CountsPlan, None).await?;
            sql::planned_sites(tx.conn(), org.0).await?
        };
        for site in sites {
            let id = CommandId(Uuid::new_v5(&site, format!("counts/{}", now.date_naive()).as_bytes()));
            match self.run(&caller, id, now, &PlanCounts { site: site.into() }).await {
                Ok(_) => {}
                Err(Failure::Refused(refusal)) => tracing::warn!(%refusal, "the day's counts were not planned"),
                Err(broken) => return Err(broken),
            }
        }
        Ok(())
    }
}
