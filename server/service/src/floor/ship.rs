//! Hand-over to the carrier: goods, their cost and the revenue leave together. A parcel that has left already stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::floor::{FloorRefusal, ShipParcels};
use domain::ids::{AllocationId, OwnerId, SiteId};
use domain::ledger::{CONTRACT_LIABILITY, COST_OF_SALES, INVENTORY, OWED_TO_OWNERS, SALES, SALES_TAX};
use domain::money::Money;
use domain::numbers::Series;
use domain::people::Permission;
use domain::refusal::Refusal;
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{sql_packing, sql_shipping};
use crate::ledger::{self, Posting};
use crate::{Act, Result, Tx, orders, owners, stock};

impl Act for ShipParcels {
    const KIND: &'static str = "floor.ship";
    const NEEDS: Permission = Permission::Ship;
    /// Parcels that left by this command.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let (org, at, person) = (tx.org().0, tx.at, tx.caller.person().0);
        let asked: BTreeSet<Uuid> = self.parcels.iter().map(|parcel| parcel.0).collect();
        let asked: Vec<Uuid> = asked.into_iter().collect();
        let mut heads = sql_packing::lock_parcels(tx.conn(), org, &asked).await?;
        if heads.len() < asked.len() {
            return Err(Refusal::not_found("parcel").into());
        }
        for head in &heads {
            tx.require(Permission::Ship, head.site_id.into())?;
            if head.packed_at.is_none() {
                return Err(FloorRefusal::NotPacked { number: head.number.clone() }.into());
            }
            taker(self, head)?;
        }
        heads.retain(|head| head.shipped_at.is_none());
        let ids: Vec<Uuid> = heads.iter().map(|head| head.id).collect();
        if !ids.is_empty() {
            let of: Vec<Uuid> = heads.iter().map(|head| head.order_id).collect();
            // What shipped of them before is read in a later statement.
            orders::lock_all(tx, &of).await?;
            let clients = owners::of_orders(tx, &of).await?;
            let mut postings = revenue(&sql_shipping::shipping_lines(tx.conn(), org, &ids).await?, &clients)?;
            let leaving = sql_shipping::leaving(tx.conn(), org, &ids).await?;
            let leaving: Vec<_> = leaving.iter().map(|row| (AllocationId(row.allocation_id), row.parcel_id)).collect();
            let mut costs: BTreeMap<Uuid, Decimal> = BTreeMap::new();
            for issued in stock::issue(tx, &leaving).await? {
                *costs.entry(issued.source).or_default() += issued.cost;
            }
            postings.extend(costs.into_iter().map(|(id, cost)| Posting::posted(COST_OF_SALES, INVENTORY, cost, "shipment", id)));
            ledger::post(tx, &postings).await?;
            let trackings: Vec<String> =
                tx.numbers(Series::Tracking, ids.len()).await?.iter().map(|number| tracking(number)).collect();
            let takers: Vec<(&str, &str)> = heads.iter().map(|head| taker(self, head)).collect::<Result<_, Refusal>>()?;
            let (carriers, services): (Vec<String>, Vec<String>) =
                takers.iter().map(|(carrier, service)| ((*carrier).to_owned(), (*service).to_owned())).unzip();
            let left = sql_shipping::Departure { carriers: &carriers, services: &services, trackings: &trackings, person, at };
            sql_shipping::mark_shipped(tx.conn(), org, &ids, left).await?;
            for ((head, tracking), carrier) in heads.iter().zip(&trackings).zip(&carriers) {
                let told = json!({ "number": head.number, "order": head.order_id, "carrier": carrier, "tracking": tracking });
                tx.announce("parcel.shipped", head.id, Some(SiteId(head.site_id)), told);
            }
        }
        let numbers: Vec<&String> = heads.iter().map(|head| &head.number).collect();
        tx.audit("parcel", asked.first().copied().unwrap_or(org), (), json!({ "shipped": numbers, "carrier": self.carrier }));
        Ok(i32::try_from(ids.len()).unwrap_or(i32::MAX))
    }
}

/// With whom a parcel leaves: its order's carrier, or the one that is named where the order has none.
fn taker<'a>(asked: &'a ShipParcels, head: &'a sql_packing::ParcelHead) -> Result<(&'a str, &'a str), Refusal> {
    let named = asked.carrier.trim();
    match (head.carrier.as_str(), named) {
        // What has left, has left.
        _ if head.shipped_at.is_some() => Ok((head.carrier.as_str(), head.service.as_str())),
        ("", "") => Err(Refusal::invalid("carrier", "Name the carrier.")),
        ("", named) => Ok((named, asked.service.trim())),
        (own, named) if !named.is_empty() && named != own => {
            Err(FloorRefusal::OtherCarrier { number: head.number.clone(), carrier: own.to_owned() }.into())
        }
        (own, _) => Ok((own, head.service.as_str())),
    }
}

/// `TW-1001` as a carrier prints it.
fn tracking(number: &str) -> String {
    format!("TW{:0>10}", number.trim_start_matches("TW-"))
}

/// What each parcel earns: its units' share of their lines, and the delivery with the order's first parcel. What is sold for a client is
/// owed to them, tax and all.
fn revenue(lines: &[sql_shipping::ShippingLine], clients: &HashMap<Uuid, OwnerId>) -> Result<Vec<Posting>> {
    let mut before: HashMap<Uuid, i32> = HashMap::new();
    let mut delivered: BTreeSet<Uuid> = BTreeSet::new();
    let mut earned: BTreeMap<(Uuid, bool), (Decimal, Decimal)> = BTreeMap::new();
    for line in lines {
        let currency = Currency::from_code(&line.currency).unwrap_or(Currency::GBP);
        let gone = before.entry(line.order_line_id).or_insert(line.shipped_before);
        let share = |amount| Money { amount, currency }.share(line.quantity, *gone, line.units);
        let (gross, tax) = (share(line.gross)?.amount, share(line.tax)?.amount);
        *gone += line.units;
        let (net, taxes) = earned.entry((line.parcel_id, clients.contains_key(&line.order_id))).or_default();
        *net += gross - tax;
        *taxes += tax;
        if line.first_parcel && delivered.insert(line.order_id) {
            *net += line.shipping_amount - line.shipping_tax;
            *taxes += line.shipping_tax;
        }
    }
    let posting = |credit, amount, parcel| Posting::posted(CONTRACT_LIABILITY, credit, amount, "shipment", parcel);
    Ok(earned
        .into_iter()
        .flat_map(|((parcel, theirs), (net, tax))| {
            let (sales, taxes) = if theirs { (OWED_TO_OWNERS, OWED_TO_OWNERS) } else { (SALES, SALES_TAX) };
            [posting(sales, net, parcel), posting(taxes, tax, parcel)]
        })
        .collect())
}
