//! How an org begins: itself, its books, its channels, its returns policy and perhaps its first person, in one transaction. An org
//! that is there can be worked in; one that could not be opened is not there.

use chrono::{DateTime, SubsecRound, Utc};
use domain::ids::{ChannelId, CommandId, OrgId};
use domain::ledger::OpenBooks;
use domain::orders::OpenChannel;
use domain::people::{AddPerson, Caller};
use domain::refusal::Refusal;
use domain::returns::SetPolicy;
use domain::returns::policy::Policy;
use iso_currency::Currency;
use serde::Serialize;
use uuid::Uuid;

use super::sql;
use crate::idempotency::{self, Stored};
use crate::{Act, Db, Result, Tx};

/// Its name among the commands.
const KIND: &str = "directory.open_org";

/// A new org, before anything is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewOrg {
    pub id: OrgId,
    pub slug: String,
    pub name: String,
    pub currency: Currency,
}

/// What an org is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Trade,
    /// A history lived through again, to prove that it adds up.
    Replay,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Replay => "replay",
        }
    }
}

/// An org with what it needs from its first moment.
#[derive(Debug, Clone, Serialize)]
pub struct Opening {
    pub org: NewOrg,
    pub kind: Kind,
    pub channels: Vec<OpenChannel>,
    pub policy: Policy,
    pub person: Option<AddPerson>,
    /// The moment up to which a history is going to be told: workers keep away until [`Db::told_whole`].
    pub telling_until: Option<DateTime<Utc>>,
}

impl Opening {
    /// A shop that sells by these channels (code, name, hours promised), under the policy every org opens with.
    pub fn of(org: NewOrg, channels: &[(&str, &str, i32)]) -> Self {
        let channel = |(code, name, promise_hours): &(&str, &str, i32)| OpenChannel {
            id: ChannelId(Uuid::new_v5(&org.id.0, format!("channel {code}").as_bytes())),
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            promise_hours: *promise_hours,
        };
        let channels = channels.iter().map(channel).collect();
        Self { org, kind: Kind::Trade, channels, policy: Policy::opening(), person: None, telling_until: None }
    }

    async fn write(&self, tx: &mut Tx) -> Result<()> {
        let slug = &self.org.slug;
        let reads = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(2..=40).contains(&slug.len()) || !slug.bytes().all(reads) {
            let words = "An org's short name is 2 to 40 lower-case letters, digits and dashes.";
            return Err(Refusal::invalid("org", words).into());
        }
        if !sql::insert_org(tx.conn(), &self.org, self.kind.code(), self.telling_until).await? {
            return Err(Refusal::invalid("org", format!("There is an org {slug} already.")).into());
        }
        OpenBooks {}.act(tx).await?;
        for channel in &self.channels {
            channel.act(tx).await?;
        }
        SetPolicy { policy: self.policy.clone() }.act(tx).await?;
        if let Some(person) = &self.person {
            person.act(tx).await?;
        }
        tx.announce("org.opened", self.org.id, None, slug);
        tx.audit("org", self.org.id, (), self);
        Ok(())
    }
}

impl Db {
    /// Opens the org, whole or not at all; asked again with the same opening, nothing happens twice. A refusal is told and kept
    /// nowhere: there is no org to keep it in. For the command line, which is trusted with everything.
    pub async fn open_org(&self, by: &str, at: DateTime<Utc>, opening: &Opening) -> Result<()> {
        let caller = Caller::system(opening.org.id, by);
        let id = CommandId(Uuid::new_v5(&opening.org.id.0, KIND.as_bytes()));
        let fingerprint = idempotency::fingerprint(KIND, opening)?;
        let mut tx = self.begin(&caller, id, at).await?;
        if let Some(known) = idempotency::recall(&mut tx, &[id.0]).await?.pop() {
            return known.answer(&fingerprint);
        }
        opening.write(&mut tx).await?;
        idempotency::record(&mut tx, KIND, &fingerprint, &Stored::Done(())).await?;
        tx.commit().await
    }

    /// The moment up to which this org's history is being told; `now` when nobody has begun. Whoever goes on tells the same.
    pub(crate) async fn telling_until(&self, org: OrgId, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
        let begun = sql::telling_until(&mut *self.pool.acquire().await?, org.0).await?;
        // As precise as it is kept.
        Ok(begun.unwrap_or_else(|| now.trunc_subsecs(6)))
    }

    /// Is this org there, and its history told to the end?
    pub(crate) async fn is_whole(&self, slug: &str) -> Result<bool> {
        let mut conn = self.pool.acquire().await?;
        let Some(org) = sql::org_by_slug(&mut conn, slug).await? else { return Ok(false) };
        Ok(sql::telling_until(&mut conn, org.0).await?.is_none())
    }

    /// The org's history is told: whoever works on orgs may begin.
    pub(crate) async fn told_whole(&self, org: OrgId) -> Result<()> {
        sql::told_whole(&mut *self.pool.acquire().await?, org.0).await
    }

    /// An org with nothing in it, for tests of what needs nothing.
    #[cfg(any(test, feature = "testkit"))]
    pub(crate) async fn found_org(&self, org: &NewOrg) -> Result<bool> {
        sql::insert_org(&mut *self.pool.acquire().await?, org, Kind::Trade.code(), None).await
    }
}
