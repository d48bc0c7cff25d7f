//! What is past its day leaves sale by itself: held where it stands, given up by whoever was given some, and somebody is called. Which
//! day is the last good one is the label's word; until the round comes by, promises and picks refuse it anyhow.

use chrono::{DateTime, Utc};
use domain::dates::day;
use domain::ids::{CommandId, LotId, OrgId};
use domain::lots::ExpireLot;
use domain::people::{Caller, Permission};
use serde_json::json;

use super::recall::{lock, withdraw};
use super::sql_recall as sql;
use crate::exceptions::{self, Case};
use crate::{Act, Db, Result, Tx};

/// Lots set apart in one round.
const ROUND: i64 = 50;

impl Act for ExpireLot {
    const KIND: &'static str = "lots.expire";
    const NEEDS: Permission = Permission::StockHold;
    /// Units that are held now.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let head = lock(tx, self.lot).await?;
        let today = tx.at.date_naive();
        let Some(on) = head.expires_on.filter(|on| *on < today) else { return Ok(0) };
        let (held, freed) = withdraw(tx, (self.lot, &head), Self::NEEDS, "expired").await?;
        if held > 0 {
            let case = Case {
                kind: "expired",
                subject: self.lot.0,
                site: None,
                summary: format!("{held} of {}, lot {}, were good until {}", head.sku_code, head.code, day(&on)),
                detail: json!({ "lot": self.lot, "sku": head.sku_id, "units": held }),
            };
            exceptions::raise(tx, &[case]).await?;
        }
        let did = json!({ "lot": head.code, "sku": head.sku_id, "held": held, "freed": freed });
        tx.announce("lot.expired", self.lot, None, &did);
        tx.audit("lot", self.lot, json!({ "good_until": on }), did);
        Ok(held)
    }
}

impl Db {
    /// One round for one org: what is past its day is set apart. Is there more to do at once?
    pub async fn expire_lots(&self, org: OrgId, now: DateTime<Utc>) -> Result<bool> {
        let caller = Caller::system(org, "lots");
        let due = {
            let mut tx = self.read(&caller, Permission::StockHold, None).await?;
            sql::past_their_day(tx.conn(), org.0, now.date_naive(), ROUND).await?
        };
        for lot in &due {
            self.run(&caller, CommandId::mint(), now, &ExpireLot { lot: LotId(*lot) }).await?;
        }
        Ok(i64::try_from(due.len()).is_ok_and(|lots| lots == ROUND))
    }
}
