//! Decision receipts: what was known, by which rule, what was chosen and what was not. "Why?" on a screen shows them.

mod sql;

use domain::ids::DecisionId;
use domain::orders::DecisionRow;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Result, Tx};

/// One decision. Kinds are those of `decision_kind`; the rest is whatever explains it.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub id: DecisionId,
    pub kind: &'static str,
    pub subject: Uuid,
    pub rule_version: String,
    pub inputs: Value,
    pub chosen: Value,
    pub rejected: Value,
}

impl Decision {
    pub fn new(
        kind: &'static str,
        subject: impl Into<Uuid>,
        rule_version: &str,
        inputs: impl Serialize,
        chosen: impl Serialize,
    ) -> Self {
        let value = |of: serde_json::Result<Value>| of.unwrap_or(Value::Null);
        Self {
            id: DecisionId::mint(),
            kind,
            subject: subject.into(),
            rule_version: rule_version.to_owned(),
            inputs: value(serde_json::to_value(inputs)),
            chosen: value(serde_json::to_value(chosen)),
            rejected: Value::Array(Vec::new()),
        }
    }

    pub fn rejecting(mut self, rejected: impl Serialize) -> Self {
        self.rejected = serde_json::to_value(rejected).unwrap_or(Value::Null);
        self
    }
}

pub(crate) async fn keep(tx: &mut Tx, decisions: &[Decision]) -> Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    sql::insert_decisions(tx.conn(), org, command, at, decisions).await
}

/// What was decided, on what: the inputs and the choice of one receipt of this kind.
pub(crate) async fn recall(tx: &mut Tx, kind: &str, id: DecisionId) -> Result<Option<(Value, Value)>> {
    let org = tx.org().0;
    sql::decision(tx.conn(), org, kind, id.0).await
}

/// Decisions about a subject, latest first.
pub(crate) async fn about(tx: &mut Tx, subject: Uuid) -> Result<Vec<DecisionRow>> {
    let org = tx.org().0;
    sql::decisions(tx.conn(), org, subject).await
}
