//! Questions about refunds: those of a return, and the list that approvers work on.

use std::collections::HashMap;

use domain::ids::ReturnId;
use domain::money::Money;
use domain::people::{Caller, Permission};
use domain::refunds::amount::SoldLine;
use domain::refunds::{PAGE, RefundKind, RefundList, RefundPart, RefundRow, RefundStatus};
use iso_currency::Currency;
use uuid::Uuid;

use super::{currency, sold, sql, sql_read};
use crate::{Db, Result, Tx, directory};

/// Lines as they were sold, with what live refunds give back of each.
pub(crate) async fn sold_lines(tx: &mut Tx, lines: &[Uuid], currency: Currency) -> Result<Vec<SoldLine>> {
    let org = tx.org().0;
    Ok(sql::sold_lines(tx.conn(), org, lines).await?.iter().map(|row| sold(row, currency)).collect())
}

/// Refunds of one return, oldest first.
pub(crate) async fn of_return(tx: &mut Tx, id: ReturnId) -> Result<Vec<RefundRow>> {
    let (org, person) = (tx.org().0, tx.caller.person().0);
    let rows = sql_read::rows(tx.conn(), org, Some(id.0), &[], person, i64::MAX, 0).await?;
    with_parts(tx, rows).await
}

async fn with_parts(tx: &mut Tx, rows: Vec<sql_read::Row>) -> Result<Vec<RefundRow>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let currencies: HashMap<Uuid, Currency> = rows.iter().map(|row| (row.id, currency(&row.currency))).collect();
    let mut parts: HashMap<Uuid, Vec<RefundPart>> = HashMap::new();
    for part in sql_read::parts(tx.conn(), org, &ids).await? {
        let money = |amount| Money { amount, currency: currencies[&part.refund_id] };
        let (amount, tax, fee) = (money(part.amount), money(part.tax), money(part.fee));
        parts.entry(part.refund_id).or_default().push(RefundPart {
            sku_code: part.sku_code,
            name: part.name,
            variant: part.variant,
            quantity: part.quantity,
            grade: part.grade,
            amount,
            tax,
            fee,
        });
    }
    // Nobody (nil) has no own refunds.
    let nobody = tx.caller.person().is_nil();
    let row = |row: sql_read::Row| RefundRow { own: row.own && !nobody, ..refund_row(row, &mut parts) };
    Ok(rows.into_iter().map(row).collect())
}

fn refund_row(row: sql_read::Row, parts: &mut HashMap<Uuid, Vec<RefundPart>>) -> RefundRow {
    RefundRow {
        id: row.id.into(),
        number: row.number,
        return_id: row.return_id.into(),
        return_number: row.return_number,
        order: row.order_id.into(),
        order_number: row.order_number,
        customer: row.customer,
        kind: RefundKind::parse(&row.kind).unwrap_or(RefundKind::Refund),
        amount: Money { amount: row.amount, currency: currency(&row.currency) },
        status: RefundStatus::parse(&row.status).unwrap_or(RefundStatus::Unknown),
        needs: row.needs.and_then(|needs| serde_json::from_value(needs).ok()).unwrap_or_default(),
        proposed_by: row.proposed_by,
        proposed_at: row.proposed_at,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        decline_reason: row.decline_reason,
        failure: row.failure,
        paid_at: row.paid_at,
        parts: parts.remove(&row.id).unwrap_or_default(),
        own: row.own,
    }
}

impl Db {
    /// Refunds with a status (`None`: all that are open), oldest first, and how many have each.
    pub async fn refund_list(&self, caller: &Caller, status: Option<RefundStatus>, page: i64) -> Result<RefundList> {
        let mut tx = self.read(caller, Permission::RefundsView, None).await?;
        let (org, person) = (tx.org().0, caller.person().0);
        let wanted = status.map_or_else(|| RefundStatus::OPEN.to_vec(), |status| vec![status]);
        let wanted: Vec<String> = wanted.iter().map(|status| status.code().to_owned()).collect();
        let rows = sql_read::rows(tx.conn(), org, None, &wanted, person, PAGE, crate::rows_before(page, PAGE)).await?;
        let total = rows.first().map_or(0, |row| row.total);
        let rows = with_parts(&mut tx, rows).await?;
        let currency = directory::currency(&mut tx).await?;
        let counts = sql_read::counts(tx.conn(), org).await?;
        let count = |status: &RefundStatus| {
            let row = counts.iter().find(|(code, ..)| code == status.code());
            let (refunds, amount) = row.map_or((0, rust_decimal::Decimal::ZERO), |(_, refunds, amount)| (*refunds, *amount));
            (*status, refunds, Money { amount, currency })
        };
        Ok(RefundList { rows, counts: RefundStatus::ALL.iter().map(count).collect(), total })
    }
}
