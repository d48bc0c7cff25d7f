//! Questions about orders.

use std::collections::HashMap;

use chrono::DateTime;
use domain::ids::OrderId;
use domain::orders::release::Hold;
use domain::orders::stage::{Progress, Stage, stage};
use domain::orders::{Moment, OrderLineSheet, OrderPage, OrderRow, OrderSheet, ParcelOfOrder, PaymentRow};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use uuid::Uuid;

use super::sql_read::{self as sql, Filter, ListRow};
use crate::{Db, Result, Tx, decisions, owners};

const PAGE: usize = 50;
/// Rows read at a time while looking for orders of a stage.
const BATCH: i64 = 200;
/// A search for a rare stage ends here and offers to go on.
const LOOK_AT_MOST: usize = 4_000;

impl Db {
    /// Orders that match, latest first; `after` is the `next` of the page before.
    pub async fn orders(&self, caller: &Caller, search: &str, wanted: Option<Stage>, after: Option<&str>) -> Result<OrderPage> {
        let mut tx = self.read(caller, Permission::OrdersView, None).await?;
        let org = tx.org().0;
        let kind = match wanted {
            None => "",
            Some(Stage::Cancelled) => "cancelled",
            Some(Stage::Shipped) => "shipped",
            Some(_) => "open",
        };
        let mut before = after.and_then(read_cursor);
        let (mut rows, mut looked) = (Vec::new(), 0);
        loop {
            let filter = Filter { search: search.trim(), kind, before, ids: None, limit: BATCH };
            let batch = sql::orders(tx.conn(), org, &filter).await?;
            let last = batch.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            looked += batch.len();
            for row in dressed(&mut tx, batch).await? {
                if wanted.is_none_or(|wanted| row.stage == wanted) {
                    before = Some((row.placed_at, row.order.0));
                    rows.push(row);
                    if rows.len() == PAGE {
                        return Ok(OrderPage { rows, next: before.map(cursor) });
                    }
                } else {
                    before = Some((row.placed_at, row.order.0));
                }
            }
            if last {
                return Ok(OrderPage { rows, next: None });
            }
            if looked >= LOOK_AT_MOST {
                return Ok(OrderPage { rows, next: before.map(cursor) });
            }
        }
    }

    /// The order with this number, or whose id this is.
    pub async fn order_by_number(&self, caller: &Caller, number: &str) -> Result<Option<OrderId>> {
        let mut tx = self.read(caller, Permission::OrdersView, None).await?;
        let org = tx.org().0;
        Ok(sql::by_number(tx.conn(), org, number.trim().trim_start_matches('#')).await?.map(Into::into))
    }

    /// An order with its lines, payments, parcels and what happened to it.
    pub async fn order(&self, caller: &Caller, order: OrderId) -> Result<OrderSheet> {
        let mut tx = self.read(caller, Permission::OrdersView, None).await?;
        let org = tx.org().0;
        let filter = Filter { search: "", kind: "", before: None, ids: Some(&[order.0]), limit: 1 };
        let found = sql::orders(tx.conn(), org, &filter).await?;
        let facts = found.first().map(|row| {
            let address = (row.address_line.clone(), row.city.clone(), row.postcode.clone());
            (
                row.external_id.clone(),
                row.email.clone(),
                address,
                row.shipping_amount,
                row.ship_complete,
                row.released_at,
                row.cancelled_at,
            )
        });
        let Some((external_id, email, (address_line, city, postcode), shipping_amount, ship_complete, released_at, cancelled_at)) =
            facts
        else {
            return Err(Refusal::not_found("order").into());
        };
        let row = dressed(&mut tx, found).await?.remove(0);
        let progress: HashMap<Uuid, Progress> =
            sql::progress(tx.conn(), org, &[order.0]).await?.into_iter().map(|row| (row.line_id, units(&row))).collect();
        let lines = sql::sheet_lines(tx.conn(), org, order.0).await?.into_iter().map(|line| OrderLineSheet {
            line: line.id.into(),
            line_no: line.line_no,
            sku: line.sku_id.into(),
            sku_code: line.sku_code,
            sku_name: line.sku_name,
            variant: line.variant,
            kit_code: line.kit_code,
            quantity: line.quantity,
            quantity_cancelled: line.quantity_cancelled,
            unit_price: line.unit_price,
            discount: line.discount,
            tax: line.tax,
            units: progress.get(&line.id).copied().unwrap_or_default(),
        });
        let lines = lines.collect();
        let payments = sql::payments(tx.conn(), org, order.0).await?.into_iter().map(|row| PaymentRow {
            payment: row.id.into(),
            provider: row.provider,
            amount: row.amount,
            status: row.status,
            failure: row.failure,
            captured_at: row.captured_at,
        });
        let payments = payments.collect();
        let parcels = sql::parcels(tx.conn(), org, order.0).await?.into_iter().map(|row| ParcelOfOrder {
            parcel: row.id.into(),
            number: row.number,
            units: row.units,
            weight_g: row.weight_g,
            carrier: row.carrier,
            tracking: row.tracking,
            packed_at: row.packed_at,
            shipped_at: row.shipped_at,
        });
        let parcels = parcels.collect();
        let returns = sql::returns(tx.conn(), org, order.0).await?.into_iter().map(|(id, number)| (id.into(), number)).collect();
        let timeline = sql::timeline(tx.conn(), org, order.0).await?.into_iter().map(|row| Moment {
            at: row.occurred_at,
            words: row.payload.get("number").and_then(|number| number.as_str()).unwrap_or_default().to_owned(),
            topic: row.topic,
        });
        let timeline = timeline.collect();
        let decisions = decisions::about(&mut tx, order.0).await?;
        let whose = owners::of_orders(&mut tx, &[order.0]).await?.remove(&order.0).unwrap_or_default();
        Ok(OrderSheet {
            row,
            owner: owners::code(&mut tx, whose).await?,
            external_id,
            email,
            address_line,
            city,
            postcode,
            shipping_amount,
            ship_complete,
            released_at,
            cancelled_at,
            lines,
            payments,
            parcels,
            returns,
            timeline,
            decisions,
        })
    }
}

fn units(row: &sql::ProgressRow) -> Progress {
    Progress {
        ordered: row.ordered,
        reserved: row.reserved,
        in_bins: row.in_bins,
        in_totes: row.in_totes,
        in_parcels: row.in_parcels,
        shipped: row.shipped,
        in_waves: row.in_waves,
    }
}

fn sum(a: Progress, b: Progress) -> Progress {
    Progress {
        ordered: a.ordered + b.ordered,
        reserved: a.reserved + b.reserved,
        in_bins: a.in_bins + b.in_bins,
        in_totes: a.in_totes + b.in_totes,
        in_parcels: a.in_parcels + b.in_parcels,
        shipped: a.shipped + b.shipped,
        in_waves: a.in_waves + b.in_waves,
    }
}

/// Rows with their units and stage.
async fn dressed(tx: &mut Tx, rows: Vec<ListRow>) -> Result<Vec<OrderRow>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut progress: HashMap<Uuid, Progress> = HashMap::new();
    for row in sql::progress(tx.conn(), org, &ids).await? {
        let so_far = progress.entry(row.order_id).or_default();
        *so_far = sum(*so_far, units(&row));
    }
    let dress = |row: ListRow| {
        let units = progress.get(&row.id).copied().unwrap_or_default();
        let hold = row.hold.as_deref().and_then(Hold::parse);
        OrderRow {
            order: row.id.into(),
            number: row.number,
            channel: row.channel,
            customer: row.customer_name,
            country: row.country,
            placed_at: row.placed_at,
            promised_at: row.promised_at,
            carrier: row.carrier,
            service: row.service,
            total: row.total,
            currency: row.currency,
            stage: stage(row.cancelled_at.is_some(), row.released_at.is_some(), hold, &units),
            units,
            hold,
        }
    };
    Ok(rows.into_iter().map(dress).collect())
}

fn cursor((at, id): (DateTime<chrono::Utc>, Uuid)) -> String {
    format!("{}.{}", at.timestamp_micros(), id.simple())
}

fn read_cursor(text: &str) -> Option<(DateTime<chrono::Utc>, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}
