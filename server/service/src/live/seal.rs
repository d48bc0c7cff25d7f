//! The audit's hash chain: seal\[n\] = sha256(seal\[n-1\] ‖ the audit row, canonically), one chain an org.
//!
//! Commands are sealed in the order in which they were announced, by the sequencer, so no command waits for a seal.
//! Whoever changes, removes or slips in an audit row afterwards is found by [`Db::verify_chain`].

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::sql;
use crate::{Db, Failure, Result};

/// Its name among the followers.
const FOLLOWER: &str = "seal";
/// Announcements read for one transaction of sealing.
const BATCH: i64 = 1_000;
/// Seals read at once when a chain is checked.
const PAGE: i64 = 2_000;
/// What the first seal follows.
const GENESIS: [u8; 32] = [0; 32];

/// An audit row as it is sealed; `before` and `after` are Postgres' canonical text of the JSON.
pub(super) struct AuditRow {
    pub org_id: Uuid,
    pub command_id: Uuid,
    pub kind: String,
    pub person_id: Uuid,
    pub device: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub before: String,
    pub after: String,
    pub refused: bool,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
}

impl AuditRow {
    /// A JSON array of all columns in their order; times in microseconds of the epoch.
    fn canonical(&self) -> Result<Vec<u8>> {
        let what =
            (&self.org_id, &self.command_id, &self.kind, &self.person_id, &self.device, &self.subject_kind, &self.subject_id);
        let how = (&self.before, &self.after, self.refused);
        let when = (self.occurred_at.timestamp_micros(), self.recorded_at.timestamp_micros());
        serde_json::to_vec(&(what, how, when)).map_err(|source| Failure::Corrupt { what: "an audit row", source })
    }

    fn hash(&self, last: &[u8]) -> Result<Vec<u8>> {
        Ok(Sha256::new().chain_update(last).chain_update(self.canonical()?).finalize().to_vec())
    }
}

/// One batch for each org that has something to seal.
pub(super) async fn seal(conn: &mut PgConnection) -> Result<usize> {
    let mut sealed = 0;
    for (org, cursor) in sql::unsealed_orgs(conn, FOLLOWER).await? {
        sealed += seal_org(conn, org, cursor).await?;
    }
    Ok(sealed)
}

async fn seal_org(conn: &mut PgConnection, org: Uuid, cursor: i64) -> Result<usize> {
    let mut tx = conn.begin().await?;
    let Some(until) = sql::batch_end(&mut tx, org, cursor, BATCH).await? else { return Ok(0) };
    let rows = sql::audit_to_seal(&mut tx, org, cursor, until).await?;
    let (position, mut last) = sql::last_seal(&mut tx, org).await?.unwrap_or_else(|| (0, GENESIS.to_vec()));
    let mut hashes = Vec::with_capacity(rows.len());
    for row in &rows {
        last = row.hash(&last)?;
        hashes.push(last.clone());
    }
    let commands: Vec<Uuid> = rows.iter().map(|row| row.command_id).collect();
    sql::insert_seals(&mut tx, org, position, &commands, &hashes).await?;
    sql::move_cursor(&mut tx, org, FOLLOWER, until).await?;
    tx.commit().await?;
    Ok(rows.len())
}

/// What checking a chain found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Seals checked.
    pub sealed: u64,
    /// Audit rows whose seal is still to come.
    pub waiting: u64,
    pub breaks: Vec<Break>,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// The audit row, or its seal, or the one before it, is not what was sealed.
    Altered { position: i64, command: CommandId },
    /// The sealed audit row is gone.
    Removed { position: i64, command: CommandId },
    /// Seals are gone up to this one.
    Gap { position: i64 },
    /// An audit row that nobody announced, or whose seal was taken off.
    Unsealed { command: CommandId },
}

impl std::fmt::Display for Break {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Altered { position, command } => {
                write!(out, "seal {position}: the audit row of {command} is not what was sealed")
            }
            Self::Removed { position, command } => write!(out, "seal {position}: the audit row of {command} is gone"),
            Self::Gap { position } => write!(out, "seals before {position} are gone"),
            Self::Unsealed { command } => write!(out, "the audit row of {command} has no seal, and none is to come"),
        }
    }
}

impl Chain {
    pub fn is_whole(&self) -> bool {
        self.breaks.is_empty()
    }
}

impl Db {
    /// Walks an org's chain from its first seal, on one snapshot. A break is told once: what follows is checked against the
    /// stored seal, not against the broken one.
    pub async fn verify_chain(&self, org: OrgId) -> Result<Chain> {
        let mut tx = self.tx(org).await?;
        sqlx::query("set transaction isolation level repeatable read, read only").execute(&mut *tx).await?;
        let mut chain = Chain::default();
        let (mut position, mut last) = (0, GENESIS.to_vec());
        loop {
            let page = sql::seals_after(&mut tx, org.0, position, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for seal in page {
                chain.sealed += 1;
                position += 1;
                if let Some(found) = check(&seal, position, &last)? {
                    chain.breaks.push(found);
                }
                position = seal.position;
                last = seal.hash;
            }
        }
        let cursor = sql::cursor(&mut tx, org.0, FOLLOWER).await?;
        for (command, to_come) in sql::unsealed(&mut tx, org.0, cursor).await? {
            if to_come {
                chain.waiting += 1;
            } else {
                chain.breaks.push(Break::Unsealed { command: CommandId(command) });
            }
        }
        Ok(chain)
    }
}

/// `expected` is the position after the seal before, whose hash is `last`.
fn check(seal: &sql::SealRow, expected: i64, last: &[u8]) -> Result<Option<Break>> {
    let (position, command) = (seal.position, CommandId(seal.command_id));
    if position != expected {
        return Ok(Some(Break::Gap { position }));
    }
    let Some(row) = &seal.audit else { return Ok(Some(Break::Removed { position, command })) };
    Ok((row.hash(last)? != seal.hash).then_some(Break::Altered { position, command }))
}
