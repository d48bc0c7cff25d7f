//! What a server reads along: announcements in the order of their positions, for whoever listens there.
//!
//! The broadcast is only a hurry: a listener keeps the position it has had, and a gap, however it came, is read from the
//! database. So all servers tell the same events in the same order, and any of them can go on for any other.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::{OrgId, SiteId};
use serde_json::Value;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::sql;
use crate::{Db, Result};

/// How long a stamped event waits to be read, at most.
const TICK: Duration = Duration::from_millis(40);
/// After a failed read.
const AGAIN: Duration = Duration::from_millis(500);
/// Events read at once.
const PAGE: i64 = 500;
/// Events a slow listener may be behind before it reads from the database.
const CAPACITY: usize = 2_048;

/// One thing that happened, numbered within its org without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub position: i64,
    /// noun.past
    pub topic: String,
    pub subject: Uuid,
    /// Nil when it happened at no site.
    pub site: SiteId,
    pub payload: Value,
    pub occurred_at: DateTime<Utc>,
}

impl Db {
    /// The last position of an org; 0 before the first.
    pub async fn live_head(&self, org: OrgId) -> Result<i64> {
        let mut tx = self.tx(org).await?;
        sql::head(&mut tx, org.0).await
    }

    /// The next events after a position, at most `most`, in order.
    pub async fn events_after(&self, org: OrgId, position: i64, most: i64) -> Result<Vec<Event>> {
        let mut tx = self.tx(org).await?;
        sql::events_after(&mut tx, org.0, position, most).await
    }
}

/// This server's tails: one an org, for as long as anybody listens.
#[derive(Clone)]
pub struct Tails {
    db: Db,
    orgs: Arc<Mutex<HashMap<OrgId, Weak<Tail>>>>,
}

/// Reads along for one org; ends with its last listener.
struct Tail {
    sender: broadcast::Sender<Arc<Event>>,
    task: tokio::task::AbortHandle,
}

impl Drop for Tail {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Tails {
    pub fn new(db: Db) -> Self {
        Self { db, orgs: Arc::default() }
    }

    /// Listen to an org from after a position, or from now on.
    pub async fn listen(&self, org: OrgId, after: Option<i64>) -> Result<Listener> {
        // A new tail starts here, so no event falls between its first read and the head asked for below.
        let start = self.db.live_head(org).await?;
        let tail = self.tail(org, start);
        let receiver = tail.sender.subscribe();
        let head = self.db.live_head(org).await?;
        // A position from the future was never given: by another database, say. Nothing would ever come.
        let last = after.map_or(head, |after| after.min(head));
        Ok(Listener { db: self.db.clone(), org, last, head, read: VecDeque::new(), receiver, _tail: tail })
    }

    fn tail(&self, org: OrgId, start: i64) -> Arc<Tail> {
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tail) = orgs.get(&org).and_then(Weak::upgrade) {
            return tail;
        }
        orgs.retain(|_, tail| tail.strong_count() > 0);
        let (sender, _) = broadcast::channel(CAPACITY);
        let task = tokio::spawn(read_along(self.db.clone(), org, start, sender.clone())).abort_handle();
        let tail = Arc::new(Tail { sender, task });
        orgs.insert(org, Arc::downgrade(&tail));
        tail
    }
}

async fn read_along(db: Db, org: OrgId, mut last: i64, sender: broadcast::Sender<Arc<Event>>) {
    loop {
        let wait = match next_page(&db, org, &mut last, &sender).await {
            Ok(true) => continue,
            Ok(false) => TICK,
            Err(failure) => {
                tracing::warn!(%failure, "events could not be read");
                AGAIN
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// One page to whoever listens; may there be more?
async fn next_page(db: &Db, org: OrgId, last: &mut i64, sender: &broadcast::Sender<Arc<Event>>) -> Result<bool> {
    let events = db.events_after(org, *last, PAGE).await?;
    let full = events.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    for event in events {
        *last = event.position;
        // No listener just now is no error.
        let _ = sender.send(Arc::new(event));
    }
    Ok(full)
}

/// One who listens, and what it has had.
pub struct Listener {
    db: Db,
    org: OrgId,
    last: i64,
    head: i64,
    /// Read from the database because they were missed.
    read: VecDeque<Arc<Event>>,
    receiver: broadcast::Receiver<Arc<Event>>,
    _tail: Arc<Tail>,
}

impl Listener {
    /// The position of the last event given.
    pub fn position(&self) -> i64 {
        self.last
    }

    /// How many events it starts behind the org's head.
    pub fn behind(&self) -> i64 {
        self.head - self.last
    }

    /// Go on from the head, without what was missed.
    pub fn skip_to_head(&mut self) {
        self.last = self.head;
        self.read.clear();
    }

    /// The next event, in order, none twice, none left out. May be dropped and called again.
    pub async fn next(&mut self) -> Result<Arc<Event>> {
        loop {
            if let Some(event) = self.read.pop_front() {
                self.last = event.position;
                return Ok(event);
            }
            if self.last < self.head {
                self.catch_up().await?;
                continue;
            }
            match self.receiver.recv().await {
                Ok(event) if event.position <= self.last => {}
                Ok(event) if event.position == self.last + 1 => {
                    self.last = event.position;
                    self.head = event.position;
                    return Ok(event);
                }
                Ok(event) => self.head = event.position,
                Err(broadcast::error::RecvError::Lagged(_)) => self.head = self.db.live_head(self.org).await?,
                // The tail outlives its listeners; should it not, the database still answers.
                Err(broadcast::error::RecvError::Closed) => {
                    tokio::time::sleep(AGAIN).await;
                    self.head = self.db.live_head(self.org).await?;
                }
            }
        }
    }

    async fn catch_up(&mut self) -> Result<()> {
        let events = self.db.events_after(self.org, self.last, PAGE).await?;
        if events.is_empty() {
            // What lies between was cleared away; nobody can read it any more.
            self.last = self.head;
        }
        self.read.extend(events.into_iter().map(Arc::new));
        Ok(())
    }
}
