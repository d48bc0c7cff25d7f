//! What a command announces. Rows only, in its own transaction: no NOTIFY, no job insert. Followers do the rest.

use domain::ids::SiteId;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::Tx;

/// One thing that happened, for whoever follows.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    pub topic: &'static str,
    pub subject: Uuid,
    pub site: Uuid,
    pub payload: Value,
}

impl Tx {
    /// Announce `topic` (noun.past: `order.placed`, `wave.released`) about a subject, at a site when it has one.
    pub fn announce(&mut self, topic: &'static str, subject: impl Into<Uuid>, site: Option<SiteId>, payload: impl Serialize) {
        self.announcements.push(Announcement {
            topic,
            subject: subject.into(),
            site: site.unwrap_or_default().0,
            payload: serde_json::to_value(payload).unwrap_or(Value::Null),
        });
    }
}
