//! What every command carries, whoever sends it. Decides nothing; `service::command` runs them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::CommandId;

/// The version of [`Envelope`] written today; older ones are accepted for thirty days.
pub const ENVELOPE_VERSION: u16 = 1;

/// How a command travels from a device: versioned, so that a tablet that slept through a deploy is still understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<T> {
    pub v: u16,
    pub command_id: CommandId,
    /// The device's own name, minted once and kept.
    pub device: String,
    /// The device's own order of commands.
    pub seq: i64,
    /// The device's clock when the person acted.
    pub at: DateTime<Utc>,
    pub body: T,
}
