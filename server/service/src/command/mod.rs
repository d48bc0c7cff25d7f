//! Running a command: authorise → begin → act → record → commit. Idempotent, transactional, authorised, audited, by construction.
//!
//! A command is a type: it cannot be run without naming the permission it needs. Refusals are outcomes too: what the command
//! did is rolled back, then the refusal is stored under its id, so a repeated request gets the same answer.

pub(crate) mod together;

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, SiteId};
use domain::people::{Actor, Caller, PeopleRefusal, Permission};
use domain::refusal::CommonRefusal;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::idempotency::{self, Stored};
use crate::{Db, Failure, Result, Tx};

/// Deadlocks and lock timeouts are retried this often, then told.
const TRIES: u32 = 10;

/// Something that can be asked of Tideway.
pub trait Act: Serialize + Sync {
    /// Stable name, noun.verb: `orders.place`.
    const KIND: &'static str;
    /// What the caller must be allowed.
    const NEEDS: Permission;
    /// What is answered, and stored for whoever asks again.
    type Outcome: Serialize + DeserializeOwned + Send + Sync;

    /// Where, when the command itself says so; otherwise `act` calls [`Tx::require`] after loading.
    fn site(&self) -> Option<SiteId> {
        None
    }

    /// Load and lock, decide (domain), write, announce, audit.
    fn act(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Outcome>> + Send;
}

impl Db {
    /// Run a command once. The same id and body give the same outcome, however often and however concurrently;
    /// another body under the same id is refused. `at` is when it happened.
    pub async fn run<C: Act>(&self, caller: &Caller, id: CommandId, at: DateTime<Utc>, command: &C) -> Result<C::Outcome> {
        let fingerprint = idempotency::fingerprint(C::KIND, command)?;
        let (mut tries, mut before) = (0, 0);
        loop {
            tries += 1;
            match self.attempt(caller, id, at, command, &fingerprint).await {
                // A twin's outcome is found by the next try; what is not found then is forgotten.
                Err(failure) if before > 0 && idempotency::happened_before(&failure) => {
                    return Err(CommonRefusal::CommandReused.into());
                }
                Err(failure) if failure.is_retryable() && tries < TRIES => {
                    tracing::debug!(kind = C::KIND, tries, %failure, "running again");
                    before += u32::from(idempotency::happened_before(&failure));
                    let jitter = rand::random_range(0..5 * u64::from(tries));
                    tokio::time::sleep(Duration::from_millis(jitter)).await;
                }
                ended => return ended,
            }
        }
    }

    async fn attempt<C: Act>(
        &self,
        caller: &Caller,
        id: CommandId,
        at: DateTime<Utc>,
        command: &C,
        fingerprint: &[u8],
    ) -> Result<C::Outcome> {
        let mut tx = self.begin(caller, id, at).await?;
        if let Some(known) = idempotency::recall(&mut tx, &[id.0]).await?.pop() {
            return known.answer(fingerprint);
        }
        let ended = if caller.may(C::NEEDS, command.site()) {
            command.act(&mut tx).await
        } else {
            Err(PeopleRefusal::NotAllowed { permission: C::NEEDS }.into())
        };
        match ended {
            Ok(outcome) => {
                let stored = Stored::Done(outcome);
                idempotency::record(&mut tx, C::KIND, fingerprint, &stored).await?;
                tx.commit().await?;
                stored.into_result()
            }
            Err(Failure::Refused(refusal)) => {
                tx.rollback().await?;
                let code = domain::refusal::Named::code(&refusal);
                // A history asks until there is nothing left: its refusals are no news.
                if matches!(caller.who, Actor::System { .. }) {
                    tracing::debug!(kind = C::KIND, command = %id, code, "refused");
                } else {
                    tracing::info!(kind = C::KIND, command = %id, code, "refused");
                }
                let stored = Stored::<C::Outcome>::Refused(refusal);
                let mut tx = self.begin(caller, id, at).await?;
                idempotency::record(&mut tx, C::KIND, fingerprint, &stored).await?;
                tx.commit().await?;
                stored.into_result()
            }
            Err(broken) => Err(broken),
        }
    }

    pub(crate) async fn begin(&self, caller: &Caller, id: CommandId, at: DateTime<Utc>) -> Result<Tx> {
        let bulk = matches!(caller.who, Actor::System { .. });
        let inner = if bulk { self.bulk_tx(caller.org).await? } else { self.tx(caller.org).await? };
        Ok(Tx::new(self, inner, caller.clone(), id, at))
    }
}

#[cfg(test)]
mod tests;
