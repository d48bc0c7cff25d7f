//! What is free for lines whose channel asks how long goods are good. How it is shared out is `domain::stock::lasting`'s.

use std::collections::{BTreeSet, HashMap};

use chrono::Days;
use domain::ids::{OrderLineId, SiteId};
use domain::stock::lasting::Lasting;
use uuid::Uuid;

use super::promises::Want;
use super::sql_demand;
use crate::{Result, Tx, lots};

/// What lines ask, and what is there for them.
#[derive(Debug, Default)]
pub(crate) struct Life {
    days: HashMap<OrderLineId, i32>,
    lasting: Lasting,
}

impl Life {
    /// As many as the line may be promised; they are its own from then on.
    pub fn take(&mut self, want: &Want) -> i32 {
        let days = self.days.get(&want.line).copied().unwrap_or(0);
        self.lasting.take(want.sku, days, want.quantity)
    }
}

/// What is good long enough at a site for those of these lines whose channel asks. The demand is locked.
pub(crate) async fn life(tx: &mut Tx, site: SiteId, wants: &[Want]) -> Result<Life> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let lines: Vec<Uuid> = wants.iter().map(|want| want.line.0).collect();
    let days: HashMap<OrderLineId, i32> =
        lots::min_life(tx.conn(), org, &lines).await?.into_iter().map(|(line, days)| (line.into(), days)).collect();
    let mut life = Life { days, lasting: Lasting::default() };
    let skus: BTreeSet<Uuid> = wants.iter().filter(|want| life.days.contains_key(&want.line)).map(|want| want.sku.0).collect();
    let skus: Vec<Uuid> = skus.into_iter().collect();
    let dated: Vec<Uuid> = sql_demand::free(tx.conn(), org, site.0, &skus, today)
        .await?
        .into_iter()
        .filter(|row| row.lots)
        .map(|row| row.sku_id)
        .collect();
    if dated.is_empty() {
        return Ok(life);
    }
    let promised = sql_demand::promised_for_life(tx.conn(), org, site.0, &dated).await?;
    for days in life.days.values().copied().collect::<BTreeSet<_>>() {
        let until = today.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(today);
        let good = sql_demand::free(tx.conn(), org, site.0, &dated, until).await?;
        for sku in &dated {
            let free = good.iter().find(|row| row.sku_id == *sku).map_or(0, |row| row.free);
            let longer = promised.iter().filter(|row| row.sku_id == *sku && row.days >= days).map(|row| row.units).sum();
            life.lasting.know((*sku).into(), days, (free, longer));
        }
    }
    Ok(life)
}
