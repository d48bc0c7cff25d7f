//! Once per command id: the fingerprint, the stored outcome, and the statement that writes both with audit and outbox.

use chrono::{DateTime, Utc};
use domain::ids::CommandId;
use domain::people::Caller;
use domain::refusal::{CommonRefusal, Refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::audit::Change;
use crate::outbox::Announcement;
use crate::{Failure, Result, Tx};

/// How a command ended, as stored and as given again to whoever repeats it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stored<T> {
    Done(T),
    Refused(Refusal),
}

/// What a command id did, as it was written: read only once it is known to be an outcome of the same request.
pub(crate) struct Known {
    pub id: Uuid,
    fingerprint: Vec<u8>,
    outcome: Value,
}

impl Known {
    /// Its outcome, for whoever asks the same again; another request under the same id is refused.
    pub(crate) fn answer<T: DeserializeOwned>(self, fingerprint: &[u8]) -> Result<T> {
        if self.fingerprint != fingerprint {
            return Err(CommonRefusal::CommandReused.into());
        }
        let stored: Stored<T> =
            serde_json::from_value(self.outcome).map_err(|source| Failure::Corrupt { what: "an outcome", source })?;
        stored.into_result()
    }
}

impl<T> Stored<T> {
    pub(crate) fn into_result(self) -> Result<T> {
        match self {
            Self::Done(outcome) => Ok(outcome),
            Self::Refused(refusal) => Err(Failure::Refused(refusal)),
        }
    }
}

/// sha-256 of kind and body: the same command id must always carry the same request.
pub(crate) fn fingerprint(kind: &str, body: &impl Serialize) -> Result<Vec<u8>> {
    let body = serde_json::to_vec(body).map_err(|source| Failure::Corrupt { what: "the command", source })?;
    if holds_nul(&body) {
        return Err(Refusal::invalid("text", "The text holds a character that cannot be kept.").into());
    }
    Ok(Sha256::new().chain_update(kind).chain_update([0]).chain_update(body).finalize().to_vec())
}

/// A NUL in any text of this JSON. Postgres keeps none, neither in a column nor in a refusal that repeats what was sent.
fn holds_nul(json: &[u8]) -> bool {
    const NUL: &[u8] = br"\u0000";
    json.windows(NUL.len()).enumerate().any(|(at, here)| {
        // An even number of backslashes before it: they are text themselves, and this one is not.
        here == NUL && json[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}

/// What these command ids already did; those that are new are absent.
pub(crate) async fn recall(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Known>> {
    let org = tx.org().0;
    Ok(sqlx::query_as!(Known, "select id, fingerprint, outcome from command where org_id = $1 and id = any($2)", org, ids)
        .fetch_all(tx.conn())
        .await?)
}

/// All that is kept of one command.
pub(crate) struct Record {
    id: CommandId,
    person: Uuid,
    device: String,
    at: DateTime<Utc>,
    fingerprint: Vec<u8>,
    outcome: Value,
    refused: bool,
    change: Change,
    announcements: Vec<Announcement>,
}

impl Record {
    /// What a command says of itself, or what can be said of any: every command is audited and announced.
    #[expect(clippy::too_many_arguments, reason = "all that is kept of a command")]
    pub(crate) fn new<T: Serialize>(
        kind: &str,
        id: CommandId,
        caller: &Caller,
        at: DateTime<Utc>,
        fingerprint: Vec<u8>,
        outcome: &Stored<T>,
        change: Option<Change>,
        mut announcements: Vec<Announcement>,
    ) -> Result<Self> {
        let refused = matches!(outcome, Stored::Refused(_));
        let outcome = serde_json::to_value(outcome).map_err(|source| Failure::Corrupt { what: "an outcome", source })?;
        let change = change.unwrap_or_else(|| Change {
            subject_kind: "command",
            subject: id.0,
            before: Value::Null,
            after: if refused { outcome.clone() } else { Value::Null },
        });
        if announcements.is_empty() {
            let topic = if refused { "command.refused" } else { "command.done" };
            announcements.push(Announcement { topic, subject: id.0, site: Uuid::nil(), payload: json!({ "kind": kind }) });
        }
        let (person, device) = (caller.person().0, caller.device().to_owned());
        Ok(Self { id, person, device, at, fingerprint, outcome, refused, change, announcements })
    }
}

/// The command, its audit row and its announcements. A twin that got here first makes `audit_pk` fail.
pub(crate) async fn record<T: Serialize>(tx: &mut Tx, kind: &str, fingerprint: &[u8], outcome: &Stored<T>) -> Result<()> {
    let (change, announcements) = (tx.change.take(), std::mem::take(&mut tx.announcements));
    let record = Record::new(kind, tx.command, &tx.caller, tx.at, fingerprint.to_vec(), outcome, change, announcements)?;
    record_all(tx, kind, vec![record]).await
}

/// Commands of one kind, in one statement.
pub(crate) async fn record_all(tx: &mut Tx, kind: &str, records: Vec<Record>) -> Result<()> {
    let org = tx.org().0;
    let mut c = Columns::default();
    for record in records {
        for said in record.announcements {
            c.said_ids.push(Uuid::now_v7());
            c.said_by.push(record.id.0);
            c.said_at.push(record.at);
            c.topics.push(said.topic.to_owned());
            c.about.push(said.subject);
            c.sites.push(said.site);
            c.payloads.push(said.payload);
        }
        c.ids.push(record.id.0);
        c.persons.push(record.person);
        c.devices.push(record.device);
        c.fingerprints.push(record.fingerprint);
        c.outcomes.push(record.outcome);
        c.refused.push(record.refused);
        c.at.push(record.at);
        c.subject_kinds.push(record.change.subject_kind.to_owned());
        c.subjects.push(record.change.subject);
        c.befores.push(record.change.before);
        c.afters.push(record.change.after);
    }
    sqlx::query!(
        "with n as materialized (
            select * from unnest($3::uuid[], $4::uuid[], $5::text[], $6::bytea[], $7::jsonb[], $8::bool[], $9::timestamptz[], $10::text[],
                                 $11::uuid[], $12::jsonb[], $13::jsonb[])
              as n (id, person, device, fingerprint, outcome, refused, at, subject_kind, subject, before, after)
         ), c as (
            insert into command (org_id, id, kind, person_id, device, fingerprint, outcome, refused, occurred_at)
            select $1, id, $2, person, device, fingerprint, outcome, refused, at from n
         ), a as (
            insert into audit (org_id, command_id, kind, person_id, device, subject_kind, subject_id, before, after, refused, occurred_at)
            select $1, id, $2, person, device, subject_kind, subject, before, after, refused, at from n
         )
         insert into outbox (org_id, id, topic, subject_id, site_id, command_id, payload, occurred_at)
         select $1, id, topic, subject, site, command, payload, at
         from unnest($14::uuid[], $15::uuid[], $16::timestamptz[], $17::text[], $18::uuid[], $19::uuid[], $20::jsonb[])
           as n (id, command, at, topic, subject, site, payload)",
        org,
        kind,
        &c.ids,
        &c.persons,
        &c.devices,
        &c.fingerprints,
        &c.outcomes,
        &c.refused,
        &c.at,
        &c.subject_kinds,
        &c.subjects,
        &c.befores,
        &c.afters,
        &c.said_ids,
        &c.said_by,
        &c.said_at,
        &c.topics,
        &c.about,
        &c.sites,
        &c.payloads
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Records, column by column.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    persons: Vec<Uuid>,
    devices: Vec<String>,
    fingerprints: Vec<Vec<u8>>,
    outcomes: Vec<Value>,
    refused: Vec<bool>,
    at: Vec<DateTime<Utc>>,
    subject_kinds: Vec<String>,
    subjects: Vec<Uuid>,
    befores: Vec<Value>,
    afters: Vec<Value>,
    said_ids: Vec<Uuid>,
    said_by: Vec<Uuid>,
    said_at: Vec<DateTime<Utc>>,
    topics: Vec<String>,
    about: Vec<Uuid>,
    sites: Vec<Uuid>,
    payloads: Vec<Value>,
}

/// Did this fail because the command has its audit row already? Then its twin got there first; or it is older than the memory of
/// commands: it took effect once, and what it answered is forgotten.
pub(crate) fn happened_before(failure: &Failure) -> bool {
    let Failure::Broken(error) = failure else { return false };
    error.as_database_error().and_then(|error| error.constraint()) == Some("audit_pk")
}

#[cfg(test)]
mod tests {
    use super::holds_nul;

    #[test]
    fn a_nul_is_seen_and_words_about_one_are_not() {
        for (text, holds) in [("a\0b", true), ("\\\0", true), ("\\u0000", false), ("plain", false)] {
            assert_eq!(holds_nul(&serde_json::to_vec(text).unwrap()), holds, "{text:?}");
        }
    }
}
