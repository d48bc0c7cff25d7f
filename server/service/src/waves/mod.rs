//! Waves' transactions: planning, releasing, cancelling; the board and the map. Who rides with whom and by what way is decided by
//! `domain::waves`.

mod drawn;
pub(crate) mod labour;
mod map;
#[cfg(test)]
mod map_tests;
mod part;
pub(crate) mod plan;
#[cfg(test)]
mod plan_tests;
pub(crate) mod pool;
mod preview;
pub(crate) mod read;
mod roster;
mod split;
mod sql;
mod sql_labour;
mod sql_map;
mod sql_part;
mod sql_plan;
mod sql_roster;
mod standing;
#[cfg(test)]
mod tests;
mod work;

use domain::ids::WaveId;
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::sites::SiteRefusal;
use domain::sites::layout::{Access, Layout, Side};
use domain::sites::roads::{Roads, Spot};
use domain::waves::labour::TakenBack;
use domain::waves::{CancelWave, ReleaseWave, WaveRefusal};
use serde_json::json;

use crate::{Act, Result, Tx, floor};

/// The roads of a layout, and the depot where carts start.
fn grounds(layout: &Layout) -> Result<(Roads, Spot)> {
    let roads = layout.roads()?;
    let depot = roads.depot(0).ok_or_else(|| SiteRefusal::NothingThere { what: "depot".into() })?;
    Ok((roads, depot))
}

fn access(aisle: Option<i32>, y_mm: Option<i32>, side: Option<&str>, level: i32) -> Option<Access> {
    Some(Access { aisle: aisle?, y_mm: y_mm?, side: side.and_then(Side::from_code).unwrap_or_default(), level })
}

/// Locks a wave that is not cancelled, for someone who may plan at its site.
async fn lock(tx: &mut Tx, wave: WaveId) -> Result<sql::WaveHead> {
    let org = tx.org().0;
    let head = sql::lock_wave(tx.conn(), org, wave.0).await?.ok_or_else(|| Refusal::not_found("wave"))?;
    tx.require(Permission::WavesPlan, head.site_id.into())?;
    if head.cancelled { Err(WaveRefusal::Cancelled { number: head.number }.into()) } else { Ok(head) }
}

impl Act for ReleaseWave {
    const KIND: &'static str = "waves.release";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock(tx, self.wave).await?;
        if head.released {
            return Err(WaveRefusal::AlreadyReleased { number: head.number }.into());
        }
        labour::allow(tx, head.site_id.into(), self.wave, &self.reason).await?;
        let (org, at) = (tx.org().0, tx.at);
        sql::set_released(tx.conn(), org, self.wave.0, at).await?;
        tx.announce("wave.released", self.wave, Some(head.site_id.into()), json!({ "number": head.number }));
        tx.audit(
            "wave",
            self.wave,
            json!({ "released": false }),
            json!({ "released": true, "reason": self.reason.code, "note": self.reason.note.trim() }),
        );
        Ok(())
    }
}

impl Act for CancelWave {
    const KIND: &'static str = "waves.cancel";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = TakenBack;

    async fn act(&self, tx: &mut Tx) -> Result<TakenBack> {
        let head = lock(tx, self.wave).await?;
        let (org, at) = (tx.org().0, tx.at);
        sql::lock_trips(tx.conn(), org, self.wave.0).await?;
        let units = sql::cancel_tasks(tx.conn(), org, self.wave.0, at).await?;
        if units == 0 {
            return Err(WaveRefusal::AlreadyPicked { number: head.number }.into());
        }
        sql::set_cancelled(tx.conn(), org, self.wave.0, at).await?;
        // What is in totes is the floor's to put back.
        let to_put_back = floor::to_put_back(tx, self.wave).await?;
        tx.announce("wave.cancelled", self.wave, Some(head.site_id.into()), json!({ "number": head.number, "units": units }));
        let after = json!({ "cancelled": true, "units": units, "to_put_back": to_put_back });
        tx.audit("wave", self.wave, json!({ "cancelled": false }), after);
        Ok(TakenBack { units, to_put_back })
    }
}
