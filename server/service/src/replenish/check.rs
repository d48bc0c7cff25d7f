//! Looking at forward picks: who needs units gets one task, whoever needs none any more has it called off, and where no reserve has
//! any a case is raised that closes by itself. What is there now decides, not what was told: the same need told twice is one.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::catalog::readiness::Unready;
use domain::ids::{BinId, CommandId, LpnId, OrgId, SkuId};
use domain::people::{Caller, Permission};
use domain::replenish::need::{self, Level, Reserve};
use domain::replenish::{CLAIM, CheckForwardPicks, Checked};
use serde_json::json;
use uuid::Uuid;

use super::NO_RESERVE;
use super::sql_check::{self as sql, LevelRow, NewTasks, OtherTasks};
use crate::exceptions::{self, Case};
use crate::{Act, Db, Result, Tx, catalog, lots};

/// What is to be done about the rules that were looked at.
#[derive(Default)]
struct Plan {
    raise: NewTasks,
    changed: OtherTasks,
    call_off: Vec<Uuid>,
    alerts: Vec<Case>,
    /// Rules whose case is over: reserve came, or nothing is needed.
    supplied: Vec<Uuid>,
    content: Vec<Uuid>,
    /// SKUs that are left to people.
    unready: Vec<Unready>,
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.raise.skus.is_empty()
            && self.changed.tasks.is_empty()
            && self.call_off.is_empty()
            && self.alerts.is_empty()
            && self.supplied.is_empty()
            && self.content.is_empty()
            && self.unready.is_empty()
    }

    async fn draw(tx: &mut Tx, rules: &[Uuid], now: DateTime<Utc>) -> Result<Self> {
        let org = tx.org().0;
        let mut plan = Self::default();
        let levels = sql::levels(tx.conn(), org, rules, now - CLAIM).await?;
        let skus: Vec<SkuId> = levels.iter().map(|row| row.sku_id.into()).collect();
        let unready = catalog::unready(tx, &skus).await?;
        let told = if unready.is_empty() { HashSet::new() } else { catalog::told(tx).await? };
        let apart = lots::pickings(tx, &skus).await?;
        for row in levels {
            if row.task_begun == Some(true) {
                continue;
            }
            // Too little is known of it: people decide, and whatever machines asked for is off.
            if let Some(found) = unready.get(&row.sku_id.into()) {
                plan.call_off.extend(row.task_id);
                plan.unready.extend((!told.contains(&found.sku)).then(|| found.clone()));
                continue;
            }
            let level = Level {
                min: row.min_units,
                max: row.max_units,
                on_hand: row.on_hand,
                allocated: row.allocated,
                waiting: row.waiting,
            };
            let units = need::units(&level);
            if units == 0 {
                plan.call_off.extend(row.task_id);
                plan.content.extend(row.alerted.then_some(row.rule_id));
                continue;
            }
            let reserves = sql::reserves(tx.conn(), org, row.site_id, (row.sku_id, row.owner_id), row.bin_id).await?;
            let reserves: Vec<Reserve> = reserves
                .into_iter()
                .map(|row| Reserve {
                    bin: BinId(row.bin_id),
                    unit: LpnId(row.lpn_id),
                    code: row.unit.map_or_else(|| row.code.clone(), |unit| format!("{} {unit}", row.code)),
                    good_until: row.good_until,
                    since: row.since,
                    gives: row.gives,
                    waited: row.waited,
                })
                .collect();
            let apart = apart.get(&row.sku_id.into()).copied();
            plan.take(row, units, need::source(&reserves, units, apart));
        }
        Ok(plan)
    }

    fn take(&mut self, row: LevelRow, units: i32, source: Option<(&Reserve, i32)>) {
        let Some((from, given)) = source else {
            self.call_off.extend(row.task_id);
            if !row.alerted {
                let summary = format!("{} needs {units} of {}, and no reserve has any", row.bin_code, row.sku_code);
                let detail = json!({ "bin": row.bin_code, "sku": row.sku_id, "units": units, "waiting": row.waiting });
                self.alerts.push(Case {
                    kind: NO_RESERVE,
                    subject: row.rule_id,
                    site: Some(row.site_id.into()),
                    summary,
                    detail,
                });
            }
            return;
        };
        self.supplied.extend(row.alerted.then_some(row.rule_id));
        match row.task_id {
            Some(_)
                if (row.task_from, row.task_lpn, row.task_owner, row.task_units)
                    == (Some(from.bin.0), Some(from.unit.0), Some(row.owner_id), Some(given)) => {}
            Some(task) => {
                self.changed.tasks.push(task);
                self.changed.owners.push(row.owner_id);
                self.changed.from.push(from.bin.0);
                self.changed.lpns.push(from.unit.0);
                self.changed.units.push(given);
            }
            None => {
                self.raise.sites.push(row.site_id);
                self.raise.skus.push(row.sku_id);
                self.raise.owners.push(row.owner_id);
                self.raise.from.push(from.bin.0);
                self.raise.lpns.push(from.unit.0);
                self.raise.to.push(row.bin_id);
                self.raise.units.push(given);
            }
        }
    }

    async fn carry_out(self, tx: &mut Tx) -> Result<Checked> {
        let (org, at) = (tx.org().0, tx.at);
        let left = at - CLAIM;
        let count = |rows: u64| i32::try_from(rows).unwrap_or(i32::MAX);
        let done = Checked {
            called_off: count(sql::call_off(tx.conn(), org, &self.call_off, left, at).await?),
            changed: count(sql::change_tasks(tx.conn(), org, &self.changed, left).await?),
            raised: count(sql::raise_tasks(tx.conn(), org, at, &self.raise).await?),
            without_reserve: i32::try_from(self.alerts.len()).unwrap_or(i32::MAX),
        };
        exceptions::raise(tx, &self.alerts).await?;
        catalog::hold_back(tx, &self.unready).await?;
        exceptions::resolve(tx, NO_RESERVE, &self.supplied, "Reserve came in").await?;
        exceptions::resolve(tx, NO_RESERVE, &self.content, "Nothing is needed any more").await?;
        Ok(done)
    }
}

impl Act for CheckForwardPicks {
    const KIND: &'static str = "replenish.check";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = Checked;

    fn site(&self) -> Option<domain::ids::SiteId> {
        self.site
    }

    async fn act(&self, tx: &mut Tx) -> Result<Checked> {
        let (org, at) = (tx.org().0, tx.at);
        let sites = self.site.map_or_else(|| tx.sites(Permission::StockPlan), |site| Some(vec![site.0]));
        let rules = sql::candidates(tx.conn(), org, sites.as_deref()).await?;
        sql::lock_rules(tx.conn(), org, &rules).await?;
        // Later statements: they see what another look did while we waited.
        let plan = Plan::draw(tx, &rules, at).await?;
        let done = plan.carry_out(tx).await?;
        tx.announce("replenishment.checked", org, self.site, done);
        tx.audit("site", self.site.map_or(org, |site| site.0), (), done);
        Ok(done)
    }
}

impl Db {
    /// Is anything to be raised, changed or called off now? Nothing is locked.
    async fn forward_picks_differ(&self, caller: &Caller, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.read(caller, Permission::StockPlan, None).await?;
        let org = tx.org().0;
        let rules = sql::candidates(tx.conn(), org, None).await?;
        Ok(!Plan::draw(&mut tx, &rules, now).await?.is_empty())
    }

    /// Looks at all forward picks of an org for whoever follows what happens; `id` is the same for the same cause.
    pub(crate) async fn check_forward_picks(&self, org: OrgId, id: CommandId, now: DateTime<Utc>) -> Result<Option<Checked>> {
        let caller = Caller::system(org, "forward picks");
        // Most of what happens changes nothing here, and is no command.
        if !self.forward_picks_differ(&caller, now).await? {
            return Ok(None);
        }
        self.run(&caller, id, now, &CheckForwardPicks { site: None }).await.map(Some)
    }
}
