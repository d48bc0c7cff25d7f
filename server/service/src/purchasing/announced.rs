//! What a supplier says is in a delivery: all that is awaited, or lines of its own. More than is awaited may be announced, and the board
//! says so; nothing is announced of a line that awaits nothing.

use std::collections::{BTreeSet, HashMap};

use domain::ids::{DeliveryId, SkuId};
use domain::lots::{Policy, label};
use domain::purchasing::{Announced, AnnouncedLot, BookDelivery, DeliveryLine, LineFault, PurchasingRefusal};
use uuid::Uuid;

use super::sql::{self, LineRow};
use super::sql_announced::{self, NewAnnounced};
use crate::{Result, Tx, lots};

/// Keeps what is announced with a delivery that was just booked; answers the units.
pub(super) async fn announce(tx: &mut Tx, booked: &BookDelivery, order: &str) -> Result<i64> {
    let org = tx.org().0;
    if !booked.lines.is_empty() {
        let new = read(tx, booked, order).await?;
        return sql_announced::announce(tx.conn(), org, booked.id.0, &new).await;
    }
    match sql_announced::announce_rest(tx.conn(), org, booked.id.0, booked.order.0).await? {
        0 => Err(PurchasingRefusal::NothingAwaited { number: order.to_owned() }.into()),
        units => Ok(units),
    }
}

/// The lines as they were said; each is of a line of the order that still awaits something, and each lot of it is said once.
async fn read(tx: &mut Tx, booked: &BookDelivery, order: &str) -> Result<NewAnnounced> {
    let org = tx.org().0;
    let codes: Vec<String> = booked.lines.iter().map(|line| line.sku.trim().to_owned()).collect();
    let skus: HashMap<String, Uuid> =
        sql::codes(tx.conn(), org, &codes).await?.into_iter().map(|row| (row.code, row.sku_id)).collect();
    let lines: HashMap<Uuid, LineRow> =
        sql::lines(tx.conn(), org, booked.order.0).await?.into_iter().map(|line| (line.sku_id, line)).collect();
    let wanted: Vec<SkuId> = skus.values().copied().map(SkuId).collect();
    let policies = lots::policies(tx, &wanted).await?;
    let (mut new, mut seen) = (NewAnnounced::default(), BTreeSet::new());
    for ((line_no, said), code) in (1..).zip(&booked.lines).zip(codes) {
        let bad = |fault| PurchasingRefusal::BadLine { line_no, fault };
        let sku = skus.get(&code).ok_or_else(|| bad(LineFault::UnknownSku { code: code.clone() }))?;
        let missing = || LineFault::NotOnOrder { code: code.clone(), number: order.to_owned() };
        let line = lines.get(sku).ok_or_else(|| bad(missing()))?;
        if line.awaited == 0 {
            return Err(bad(LineFault::NotAwaited { code }).into());
        }
        let policy = policies.get(&SkuId(*sku)).map(|known| known.policy).unwrap_or_default();
        let lot = lot(said, &code, policy).map_err(bad)?;
        if !seen.insert((line.id, lot.clone())) {
            return Err(bad(LineFault::Twice { code }).into());
        }
        new.lines.push(line.id);
        new.expires.push(said.expires_on.filter(|_| !lot.is_empty()));
        new.lots.push(lot);
        new.quantities.push(said.quantity);
    }
    Ok(new)
}

/// The lot that is said, as it is kept; empty for none.
fn lot(said: &Announced, code: &str, policy: Policy) -> Result<String, LineFault> {
    let bad = |_| LineFault::Lot { code: said.lot.trim().chars().take(40).collect() };
    match label(&said.lot).map_err(bad)? {
        Some(_) if !policy.lot => Err(LineFault::NoLots { code: code.to_owned() }),
        lot => Ok(lot.unwrap_or_default()),
    }
}

/// What was announced of each delivery and what came of it, by delivery and line of the order.
pub(super) async fn of(tx: &mut Tx, deliveries: &[Uuid]) -> Result<HashMap<Uuid, Vec<(Uuid, DeliveryLine)>>> {
    let org = tx.org().0;
    let mut lots: HashMap<(Uuid, Uuid), Vec<AnnouncedLot>> = HashMap::new();
    for row in sql_announced::announced_lots(tx.conn(), org, deliveries).await? {
        let lot = AnnouncedLot { lot: row.lot, expires_on: row.expires_on, quantity: row.quantity };
        lots.entry((row.delivery_id, row.line_id)).or_default().push(lot);
    }
    let mut lines: HashMap<Uuid, Vec<(Uuid, DeliveryLine)>> = HashMap::new();
    for row in sql_announced::announced(tx.conn(), org, deliveries).await? {
        let line = DeliveryLine {
            sku_code: row.sku_code,
            ordered: row.ordered,
            announced: row.announced,
            received: row.received,
            over: row.over,
            lots: lots.remove(&(row.delivery_id, row.line_id)).unwrap_or_default(),
        };
        lines.entry(row.delivery_id).or_default().push((row.line_id, line));
    }
    Ok(lines)
}

/// Where a delivery's receipts are not what was announced.
pub(super) async fn differences(tx: &mut Tx, delivery: DeliveryId) -> Result<Vec<DeliveryLine>> {
    let lines = of(tx, &[delivery.0]).await?.remove(&delivery.0).unwrap_or_default();
    Ok(lines.into_iter().map(|(_, line)| line).filter(|line| line.off() != 0).collect())
}
