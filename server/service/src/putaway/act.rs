//! Goods put away: into a bin that takes them, or into a tote for the order they were proposed to.

use domain::ids::{BinId, LpnId, OrderId, OrderLineId, SkuId};
use domain::people::Permission;
use domain::putaway::{PutAway, PutAwayDone, PutawayRefusal, Target, Why, fits};
use domain::reasons::Process;
use domain::sites::places::bin_code;
use domain::stock::{Place, Reason, Tag};
use serde_json::json;

use super::{Asked, Goods, KIND, goods};
use crate::stock::Shift;
use crate::{Act, Failure, Result, Tx, decisions, exceptions, floor, lots, orders, reasons, sites, stock};

/// What was proposed for these very goods.
async fn proposed(tx: &mut Tx, asked: &Asked, put: &PutAway) -> Result<Target> {
    let known = decisions::recall(tx, KIND, put.proposal).await?;
    let (inputs, chosen) = known.ok_or(PutawayRefusal::OtherGoods)?;
    let corrupt = |source| Failure::Corrupt { what: "putaway receipt", source };
    let same: Asked = serde_json::from_value(inputs["asked"].clone()).map_err(corrupt)?;
    if same == *asked { serde_json::from_value(chosen).map_err(corrupt) } else { Err(PutawayRefusal::OtherGoods.into()) }
}

impl Act for PutAway {
    const KIND: &'static str = "putaway.put_away";
    const NEEDS: Permission = Permission::StockReceive;
    type Outcome = PutAwayDone;

    fn site(&self) -> Option<domain::ids::SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<PutAwayDone> {
        let asked =
            Asked { site: self.site, from: self.from, lpn: self.lpn, sku: self.sku, owner: self.owner, state: self.state };
        let target = proposed(tx, &asked, self).await?;
        let place = where_to(tx, self).await?;
        let (code, reason) = match (place, &target) {
            (Scanned::Tote(tote), Target::Stage { line, order, number, quantity }) => {
                cross_dock(tx, self, &asked, &Waits { tote, line: *line, order: *order, number, most: *quantity }).await?;
                (self.target_code.trim().to_owned(), String::new())
            }
            (Scanned::Tote(_), _) => return Err(PutawayRefusal::NoSuchPlace { code: self.target_code.trim().to_owned() }.into()),
            (Scanned::Bin(bin), target) => {
                let (other, words) = match target {
                    Target::Bin { bin: proposed, code, .. } => (*proposed != bin, code.clone()),
                    Target::Stage { number, .. } => (true, format!("Order {number}")),
                    Target::Nowhere { .. } => (true, "No bin".to_owned()),
                };
                self.check_reason(other, &words)?;
                let reason = if other {
                    reasons::give(tx, Process::PutawayElsewhere, &self.reason, "", self.proposal).await?.words
                } else {
                    String::new()
                };
                (into_bin(tx, self, &asked, bin).await?, reason)
            }
        };
        let org = tx.org().0;
        let left = super::sql::goods(
            tx.conn(),
            org,
            self.site.0,
            (self.from.0, self.lpn.0),
            (self.sku.map(|sku| sku.0), asked.whose()),
            self.state.code(),
        );
        let left = left.await?.iter().map(|row| row.quantity).sum();
        exceptions::resolve(tx, KIND, &[asked.subject()], "put away").await?;
        let told = json!({ "bin": code, "units": self.quantity, "sku": self.sku, "left": left });
        tx.announce("stock.put_away", self.proposal, Some(self.site), told);
        let done = json!({ "bin": code, "units": self.quantity, "reason": reason });
        tx.audit("putaway", self.proposal, json!({ "proposed": target }), done);
        Ok(PutAwayDone { code, quantity: self.quantity, left })
    }
}

enum Scanned {
    Bin(BinId),
    Tote(LpnId),
}

/// The bin or tote that was scanned. A zone is neither.
async fn where_to(tx: &mut Tx, put: &PutAway) -> Result<Scanned> {
    let none = || PutawayRefusal::NoSuchPlace { code: put.target_code.chars().take(40).collect() };
    // What is no code of a bin is not looked for.
    let code = bin_code(&put.target_code).map_err(|_| none())?;
    if let Some(bin) = sites::find_bin(tx, put.site, &code).await? {
        return Ok(Scanned::Bin(bin));
    }
    Ok(Scanned::Tote(floor::find_tote(tx, put.site, &code).await?.ok_or_else(none)?))
}

/// Under the bin's lock the rule is asked again: what somebody else put there meanwhile counts.
async fn into_bin(tx: &mut Tx, put: &PutAway, asked: &Asked, bin: BinId) -> Result<String> {
    sites::hold_bin(tx, bin).await?;
    let goods = goods(tx, asked, put.quantity, Some(&put.marks)).await?;
    let candidate = sites::candidates(tx, put.site, Some(bin)).await?.pop();
    let unfit = || PutawayRefusal::BinUnfit { bin: put.target_code.trim().to_owned(), why: Why::Kind };
    let candidate = candidate.ok_or_else(unfit)?;
    let code = candidate.code.clone();
    let full = |room: i32| PutawayRefusal::BinFull { bin: code.clone(), room, given: put.quantity };
    match fits(&candidate, &goods.load) {
        Ok(room) if room < put.quantity => return Err(full(room).into()),
        Ok(_) => {}
        Err(Why::Volume | Why::Weight) => return Err(full(0).into()),
        Err(why) => return Err(PutawayRefusal::BinUnfit { bin: code, why }.into()),
    }
    stock::shift(tx, Reason::Putaway, &shifts(put, &goods.parts, Place::loose(put.site, bin))).await?;
    Ok(code)
}

/// The line that waits, and the tote its goods go into.
struct Waits<'a> {
    tote: LpnId,
    line: OrderLineId,
    order: OrderId,
    number: &'a str,
    /// As many as were proposed.
    most: i32,
}

/// Past the shelves: into a tote at the packing bench, given to the line that waits.
async fn cross_dock(tx: &mut Tx, put: &PutAway, asked: &Asked, to: &Waits<'_>) -> Result<()> {
    let Some(sku) = put.sku else { return Err(PutawayRefusal::NothingThere.into()) };
    floor::require_tote_for(tx, put.site, to.tote, &put.target_code, to.order).await?;
    let waits = orders::serve_from_dock(tx, to.order, to.line, sku).await?;
    if waits == 0 {
        return Err(PutawayRefusal::ServedMeanwhile { number: to.number.to_owned() }.into());
    }
    let most = to.most.min(waits);
    if put.quantity > most {
        return Err(PutawayRefusal::MoreThanThere { left: most, given: put.quantity }.into());
    }
    let Goods { parts, .. } = goods(tx, asked, put.quantity, Some(&put.marks)).await?;
    let given: Vec<(Tag, i32)> = parts.iter().map(|(_, tag, units)| (*tag, *units)).collect();
    let tags: Vec<Tag> = given.iter().map(|(tag, _)| *tag).collect();
    if lots::good_for(tx, &[to.line.0], &tags).await?.is_empty() {
        // Other units lie on top now, and they are not good long enough for it.
        return Err(PutawayRefusal::OtherGoods.into());
    }
    let stage = sites::bin_of_kind(tx, put.site, "stage").await?;
    let place = Place { site: put.site, bin: stage, lpn: to.tote };
    stock::shift(tx, Reason::Putaway, &shifts(put, &parts, place)).await?;
    stock::give(tx, to.line, sku, place, &given).await?;
    orders::served_from_dock(tx, to.order, to.line).await
}

fn shifts(put: &PutAway, parts: &[(SkuId, Tag, i32)], to: Place) -> Vec<Shift> {
    let from = Place { site: put.site, bin: put.from, lpn: put.lpn };
    let shift = |(sku, tag, quantity): &(SkuId, Tag, i32)| Shift {
        sku: *sku,
        tag: *tag,
        quantity: *quantity,
        from,
        from_state: put.state,
        to,
        to_state: put.state,
        source: put.proposal.0,
    };
    parts.iter().map(shift).collect()
}
