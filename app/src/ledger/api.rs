//! Server functions of the ledger.

use domain::ledger::TrialBalance;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "ledger/trial-balance", prefix = "/api/fn", protocol = Ask)]
pub async fn read_trial_balance() -> Result<TrialBalance, Said> {
    use crate::door::{answer, caller, db};
    answer(db().trial_balance(&caller()?).await)
}

/// The same rows as a file.
#[server(endpoint = "ledger/trial-balance.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn trial_balance_csv() -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db};
    let balance = answer(db().trial_balance(&caller()?).await)?;
    let mut csv = Csv::new(&["account", "name", "debit", "credit", "balance"]);
    for row in balance.rows {
        let net = row.debit - row.credit;
        csv.row(&[row.code, row.name, row.debit.to_string(), row.credit.to_string(), net.to_string()]);
    }
    Ok(csv.download("trial-balance"))
}
