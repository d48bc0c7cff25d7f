//! The audit row of a command: before and after of what matters. Written with the command; sealed later, off the hot path.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::Tx;

/// What a command changed.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub subject_kind: &'static str,
    pub subject: Uuid,
    pub before: Value,
    pub after: Value,
}

impl Tx {
    /// Say what this command changed. Once a command; a bulk command gives a summary.
    pub fn audit(&mut self, subject_kind: &'static str, subject: impl Into<Uuid>, before: impl Serialize, after: impl Serialize) {
        let json = |value: serde_json::Result<Value>| value.unwrap_or(Value::Null);
        self.change = Some(Change {
            subject_kind,
            subject: subject.into(),
            before: json(serde_json::to_value(before)),
            after: json(serde_json::to_value(after)),
        });
    }
}
