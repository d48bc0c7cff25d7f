//! Once per command id: the fingerprint, the stored outcome, and the statement that writes both with audit and outbox.

use domain::refusal::Refusal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::audit::Change;
use crate::{Failure, Result, Tx};

/// How a command ended, as stored and as given again to whoever repeats it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stored<T> {
    Done(T),
    Refused(Refusal),
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

/// What the command id already did, if anything: `(fingerprint, outcome)`.
pub(crate) async fn recall<T: DeserializeOwned>(tx: &mut Tx) -> Result<Option<(Vec<u8>, Stored<T>)>> {
    let (org, id) = (tx.org().0, tx.command.0);
    let row = sqlx::query!("select fingerprint, outcome from command where org_id = $1 and id = $2", org, id)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| {
        let outcome = serde_json::from_value(row.outcome).map_err(|source| Failure::Corrupt { what: "an outcome", source })?;
        Ok((row.fingerprint, outcome))
    })
    .transpose()
}

/// The command, its audit row and its announcements, in one statement. A twin that got here first makes `command_pk` fail.
pub(crate) async fn record<T: Serialize>(tx: &mut Tx, kind: &str, fingerprint: &[u8], outcome: &Stored<T>) -> Result<()> {
    let refused = matches!(outcome, Stored::Refused(_));
    let outcome = serde_json::to_value(outcome).map_err(|source| Failure::Corrupt { what: "an outcome", source })?;
    let change = tx.change.take().unwrap_or(Change {
        subject_kind: "command",
        subject: tx.command.0,
        before: serde_json::Value::Null,
        after: if refused { outcome.clone() } else { serde_json::Value::Null },
    });
    if tx.announcements.is_empty() {
        let topic = if refused { "command.refused" } else { "command.done" };
        tx.announce(topic, tx.command, None, serde_json::json!({ "kind": kind }));
    }
    let announcements = std::mem::take(&mut tx.announcements);
    let (org, id, person, at) = (tx.org().0, tx.command.0, tx.caller.person().0, tx.at);
    let device = tx.caller.device().to_owned();
    let ids: Vec<_> = announcements.iter().map(|_| uuid::Uuid::now_v7()).collect();
    let topics: Vec<_> = announcements.iter().map(|a| a.topic.to_owned()).collect();
    let subjects: Vec<_> = announcements.iter().map(|a| a.subject).collect();
    let sites: Vec<_> = announcements.iter().map(|a| a.site).collect();
    let payloads: Vec<_> = announcements.into_iter().map(|a| a.payload).collect();
    sqlx::query!(
        "with c as (
            insert into command (org_id, id, kind, person_id, device, fingerprint, outcome, refused, occurred_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ), a as (
            insert into audit (org_id, command_id, kind, person_id, device, subject_kind, subject_id, before, after, refused, occurred_at)
            values ($1, $2, $3, $4, $5, $10, $11, $12, $13, $8, $9)
         )
         insert into outbox (org_id, id, topic, subject_id, site_id, command_id, payload, occurred_at)
         select $1, id, topic, subject, site, $2, payload, $9
         from unnest($14::uuid[], $15::text[], $16::uuid[], $17::uuid[], $18::jsonb[]) as n (id, topic, subject, site, payload)",
        org,
        id,
        kind,
        person,
        device,
        fingerprint,
        outcome,
        refused,
        at,
        change.subject_kind,
        change.subject,
        change.before,
        change.after,
        &ids,
        &topics,
        &subjects,
        &sites,
        &payloads
    )
    .execute(tx.conn())
    .await?;
    Ok(())
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
