//! The ledger's transactions: one-row transfers, two-phase where money is only proposed. Which accounts is the caller's word.

pub(crate) mod sql;

use domain::ledger::{LedgerRefusal, OpenBooks, TrialBalance, TrialRow};
use domain::people::{Caller, Permission};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{Act, Db, Result, Tx, directory};

/// One transfer, debit → credit. Source kinds are those of `gl_transfer_source_kind`.
#[derive(Debug, Clone)]
pub(crate) struct Posting {
    pub debit: &'static str,
    pub credit: &'static str,
    pub amount: Decimal,
    pub source_kind: &'static str,
    pub source: Uuid,
    /// Waits for [`settle`].
    pub pending: bool,
}

impl Posting {
    pub fn posted(debit: &'static str, credit: &'static str, amount: Decimal, source_kind: &'static str, source: Uuid) -> Self {
        Self { debit, credit, amount, source_kind, source, pending: false }
    }
}

/// Writes the transfers, in the org's currency and the period they happened in. Nothing moves for zero.
pub(crate) async fn post(tx: &mut Tx, postings: &[Posting]) -> Result<()> {
    let postings: Vec<&Posting> = postings.iter().filter(|posting| !posting.amount.is_zero()).collect();
    if postings.is_empty() {
        return Ok(());
    }
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    let period = at.format("%Y-%m").to_string();
    if sql::is_closed(tx.conn(), org, &period).await? {
        return Err(LedgerRefusal::PeriodClosed { period }.into());
    }
    let currency = directory::currency(tx).await?;
    sql::insert_transfers(tx.conn(), org, command, at, (&period, currency.code()), &postings).await
}

/// What was pending for these sources is posted, or void.
pub(crate) async fn settle(tx: &mut Tx, sources: &[Uuid], posted: bool) -> Result<()> {
    let org = tx.org().0;
    sql::settle(tx.conn(), org, sources, if posted { "posted" } else { "void" }).await
}

impl Act for OpenBooks {
    const KIND: &'static str = "ledger.open";
    const NEEDS: Permission = Permission::PeopleEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org();
        sql::open_accounts(tx.conn(), org.0).await?;
        tx.announce("books.opened", org, None, ());
        tx.audit("org", org, (), domain::ledger::CHART.len());
        Ok(())
    }
}

impl Db {
    /// Debits and credits of every account, posted ones only; and what the cost layers say inventory is worth.
    pub async fn trial_balance(&self, caller: &Caller) -> Result<TrialBalance> {
        let mut tx = self.read(caller, Permission::LedgerView, None).await?;
        let org = tx.org().0;
        let rows: Vec<TrialRow> = sql::trial_balance(tx.conn(), org).await?;
        let layers = sql::layer_value(tx.conn(), org).await?;
        let inventory =
            rows.iter().find(|row| row.code == domain::ledger::INVENTORY).map_or(Decimal::ZERO, |row| row.debit - row.credit);
        Ok(TrialBalance { rows, inventory, layers })
    }
}
