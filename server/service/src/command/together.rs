//! Commands that many ask of the same few rows at once. One transaction takes all that wait, in the order they came: the rows are
//! locked, read and written once for all instead of once for each, and one commit reaches the disk. Each command keeps its own
//! outcome, audit row and announcement, as if it had run alone.
//!
//! Group commit: `DeWitt` et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId};
use domain::people::{Caller, PeopleRefusal};
use domain::refusal::Refusal;
use futures::StreamExt;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::audit::Change;
use crate::idempotency::{self, Known, Record, Stored};
use crate::outbox::Announcement;
use crate::{Act, Db, Failure, Result, Tx};

/// Commands one transaction takes at most.
const MOST: usize = 256;
/// When a transaction of many fails, each is run alone, so many at once.
const ALONE: usize = 8;

/// One of many, as it is acted on.
pub(crate) struct Asked<'a, C> {
    pub command: &'a C,
    pub at: DateTime<Utc>,
}

/// A command that can be acted on with others of its kind.
pub(crate) trait Together: Act + Send + 'static {
    /// What it is about, for its audit row.
    const SUBJECT: &'static str;
    /// What is announced when it is done.
    const TOPIC: &'static str;

    fn subject(&self) -> Uuid;

    /// Decide and write all, in their order; an answer for each. Whoever is refused has changed nothing.
    fn act_together(
        tx: &mut Tx,
        asked: &[Asked<'_, Self>],
    ) -> impl Future<Output = Result<Vec<Result<Self::Outcome, Refusal>>>> + Send
    where
        Self: Sized;
}

/// The same, for one that comes alone.
pub(crate) async fn act_alone<C: Together>(tx: &mut Tx, command: &C) -> Result<C::Outcome> {
    let asked = Asked { command, at: tx.at };
    let outcome = C::act_together(tx, &[asked]).await?.pop().unwrap_or_else(|| Err(Refusal::not_found(C::SUBJECT)))?;
    tx.announce(C::TOPIC, command.subject(), None, &outcome);
    tx.audit(C::SUBJECT, command.subject(), (), &outcome);
    Ok(outcome)
}

/// Who waits for the next transaction.
struct Waiting<C: Act> {
    caller: Caller,
    id: CommandId,
    at: DateTime<Utc>,
    command: C,
    answer: oneshot::Sender<Result<C::Outcome>>,
}

/// Commands of one kind that wait, org by org. An org is listed while somebody works for it.
pub(crate) struct Queue<C: Act>(Mutex<HashMap<OrgId, VecDeque<Waiting<C>>>>);

impl<C: Act> Default for Queue<C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<C: Together> Queue<C> {
    /// Waits in line; true when nobody works for this org yet.
    fn join(&self, waiting: Waiting<C>) -> bool {
        let mut orgs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match orgs.entry(waiting.caller.org) {
            Entry::Occupied(mut line) => {
                line.get_mut().push_back(waiting);
                false
            }
            Entry::Vacant(line) => {
                line.insert(VecDeque::from([waiting]));
                true
            }
        }
    }

    /// The next to be taken together: the second of twins waits for its sister's outcome. None: nobody waits, and the work ends.
    fn next(&self, org: OrgId) -> Option<Vec<Waiting<C>>> {
        let mut orgs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = orgs.get_mut(&org)?;
        if line.is_empty() {
            orgs.remove(&org);
            return None;
        }
        let (mut taken, mut later, mut seen) = (Vec::new(), VecDeque::new(), HashSet::new());
        while taken.len() < MOST
            && let Some(waiting) = line.pop_front()
        {
            if seen.insert(waiting.id) { taken.push(waiting) } else { later.push_back(waiting) }
        }
        later.append(line);
        *line = later;
        Some(taken)
    }

    async fn work(self: Arc<Self>, db: Db, org: OrgId) {
        while let Some(taken) = self.next(org) {
            // A task of its own: whatever befalls these, the line goes on.
            if let Err(died) = tokio::spawn(serve(db.clone(), taken)).await {
                tracing::error!(kind = C::KIND, %died, "commands taken together died");
            }
            // Those who were answered may ask again at once: let them come in before the next are taken.
            tokio::task::yield_now().await;
        }
    }
}

impl Db {
    /// Runs a command with whoever else waits in `queue`. Idempotent, authorised and audited as by [`Db::run`].
    pub(crate) async fn run_together<C: Together>(
        &self,
        queue: &Arc<Queue<C>>,
        caller: &Caller,
        id: CommandId,
        at: DateTime<Utc>,
        command: C,
    ) -> Result<C::Outcome> {
        let (answer, answered) = oneshot::channel();
        if queue.join(Waiting { caller: caller.clone(), id, at, command, answer }) {
            tokio::spawn(queue.clone().work(self.clone(), caller.org));
        }
        answered.await.unwrap_or(Err(Failure::Broken(sqlx::Error::WorkerCrashed)))
    }
}

/// All in one transaction; when that fails (a twin on another server, a lock that took too long), each for itself.
async fn serve<C: Together>(db: Db, taken: Vec<Waiting<C>>) {
    match attempt(&db, &taken).await {
        Ok(outcomes) => {
            for (waiting, outcome) in taken.into_iter().zip(outcomes) {
                // Who hung up finds the outcome by asking again.
                drop(waiting.answer.send(outcome));
            }
        }
        Err(failure) => {
            tracing::debug!(kind = C::KIND, together = taken.len(), %failure, "running each alone");
            let db = &db;
            let alone = |waiting: Waiting<C>| async move {
                let outcome = db.run(&waiting.caller, waiting.id, waiting.at, &waiting.command).await;
                drop(waiting.answer.send(outcome));
            };
            futures::stream::iter(taken).for_each_concurrent(ALONE, alone).await;
        }
    }
}

async fn attempt<C: Together>(db: &Db, taken: &[Waiting<C>]) -> Result<Vec<Result<C::Outcome>>> {
    let Some(first) = taken.first() else { return Ok(Vec::new()) };
    let mut tx = db.begin(&first.caller, CommandId::NIL, first.at).await?;
    let ids: Vec<Uuid> = taken.iter().map(|waiting| waiting.id.0).collect();
    let mut known: HashMap<Uuid, Known> =
        idempotency::recall(&mut tx, &ids).await?.into_iter().map(|known| (known.id, known)).collect();
    // What is answered without acting, and what is acted on.
    let mut answers: Vec<Option<Result<C::Outcome>>> = Vec::with_capacity(taken.len());
    let (mut asked, mut fresh) = (Vec::new(), Vec::new());
    let mut refused = Vec::new();
    for (index, waiting) in taken.iter().enumerate() {
        let fingerprint = match idempotency::fingerprint(C::KIND, &waiting.command) {
            Ok(fingerprint) => fingerprint,
            Err(failure) => {
                answers.push(Some(Err(failure)));
                continue;
            }
        };
        answers.push(match known.remove(&waiting.id.0) {
            Some(known) => Some(known.answer(&fingerprint)),
            None if waiting.caller.may(C::NEEDS, waiting.command.site()) => {
                asked.push(Asked { command: &waiting.command, at: waiting.at });
                fresh.push((index, fingerprint));
                None
            }
            None => {
                refused.push((index, fingerprint, Refusal::from(PeopleRefusal::NotAllowed { permission: C::NEEDS })));
                None
            }
        });
    }
    let acted = if asked.is_empty() { Vec::new() } else { C::act_together(&mut tx, &asked).await? };
    let ended = fresh.into_iter().zip(acted).map(|((index, fingerprint), outcome)| (index, fingerprint, outcome));
    let ended = ended.chain(refused.into_iter().map(|(index, fingerprint, refusal)| (index, fingerprint, Err(refusal))));
    let mut records = Vec::new();
    for (index, fingerprint, outcome) in ended {
        let (record, stored) = record_of(&taken[index], fingerprint, outcome)?;
        records.push(record);
        answers[index] = Some(stored.into_result());
    }
    idempotency::record_all(&mut tx, C::KIND, records).await?;
    tx.commit().await?;
    let nobody = || Err(Failure::Broken(sqlx::Error::WorkerCrashed));
    Ok(answers.into_iter().map(|answer| answer.unwrap_or_else(nobody)).collect())
}

/// What is kept of one, and its outcome.
fn record_of<C: Together>(
    waiting: &Waiting<C>,
    fingerprint: Vec<u8>,
    outcome: Result<C::Outcome, Refusal>,
) -> Result<(Record, Stored<C::Outcome>)> {
    let stored = match outcome {
        Ok(outcome) => Stored::Done(outcome),
        Err(refusal) => Stored::Refused(refusal),
    };
    let json = |source| Failure::Corrupt { what: "an outcome", source };
    let (change, announcements) = match &stored {
        Stored::Done(outcome) => {
            let (subject, after) = (waiting.command.subject(), serde_json::to_value(outcome).map_err(json)?);
            let announced = Announcement { topic: C::TOPIC, subject, site: Uuid::nil(), payload: after.clone() };
            let change = Change { subject_kind: C::SUBJECT, subject, before: serde_json::Value::Null, after };
            (Some(change), vec![announced])
        }
        Stored::Refused(_) => (None, Vec::new()),
    };
    let record = Record::new(C::KIND, waiting.id, &waiting.caller, waiting.at, fingerprint, &stored, change, announcements)?;
    Ok((record, stored))
}
