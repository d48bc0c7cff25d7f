//! Sessions: opened by a password or at the portal, known by the hash of a random token, ended by time, by leaving or by an
//! administrator. Decides who a cookie is; what they may do is their grants'.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{OrderId, OrgId, PersonId};
use domain::people::{Actor, Caller, PeopleRefusal, email};
use sha2::{Digest, Sha256};

use super::{password, sql};
use crate::{Db, Result, people};

/// A shift and its overtime; then people sign in anew.
const STAFF_SESSION: TimeDelta = TimeDelta::hours(14);
/// One visit to the portal.
const PORTAL_SESSION: TimeDelta = TimeDelta::minutes(30);
/// `seen_at` is for people to read: a minute is precise enough, and saves a write a request.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Tries one email has at once, and how fast they come back.
const TRIES_AN_EMAIL: (f64, f64) = (8.0, 1.0 / 30.0);
/// Tries one address has: a whole warehouse may stand behind it at shift start.
const TRIES_AN_ADDRESS: (f64, f64) = (60.0, 0.5);
/// Sessions and buckets are kept this long after they ended.
const KEPT: TimeDelta = TimeDelta::days(7);

/// A try to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// What the browser calls itself.
    pub device: String,
    /// Where it comes from.
    pub address: String,
    /// The session the browser still has: it ends when a new one begins.
    pub previous: Option<String>,
}

/// A session just opened. The token is told once and kept nowhere.
#[derive(Debug, Clone)]
pub struct Opened {
    pub token: String,
    pub seconds: i64,
}

impl Db {
    /// Open a session by email and password.
    pub async fn sign_in(&self, try_: &SignIn, now: DateTime<Utc>) -> Result<Opened> {
        let address = email(&try_.email).map_err(|_| PeopleRefusal::WrongCredentials)?;
        self.spend(&format!("sign-in/address/{}", try_.address), TRIES_AN_ADDRESS, now).await?;
        self.spend(&format!("sign-in/email/{address}"), TRIES_AN_EMAIL, now).await?;
        let mut conn = self.pool.acquire().await?;
        let login = sql::login(&mut conn, &address).await?;
        drop(conn);
        let hash = login.as_ref().map(|login| login.password_hash.clone());
        let matches = password::matches(&try_.password, hash).await?;
        let Some(login) = login.filter(|_| matches) else { return Err(PeopleRefusal::WrongCredentials.into()) };
        if people::actor(self, login.org, login.person, &try_.device).await?.is_none() {
            return Err(PeopleRefusal::WrongCredentials.into());
        }
        if let Some(previous) = &try_.previous {
            self.sign_out(previous, now).await?;
        }
        self.open(login.org, "staff", login.person, OrderId::NIL, &try_.device, now, STAFF_SESSION).await
    }

    /// Open a customer's session for one order. That they may is the portal's decision.
    pub async fn open_portal_session(&self, org: OrgId, order: OrderId, device: &str, now: DateTime<Utc>) -> Result<Opened> {
        self.open(org, "portal", PersonId::NIL, order, device, now, PORTAL_SESSION).await
    }

    #[expect(clippy::too_many_arguments, reason = "a row's columns, both callers above")]
    async fn open(
        &self,
        org: OrgId,
        kind: &'static str,
        person: PersonId,
        order: OrderId,
        device: &str,
        at: DateTime<Utc>,
        lasts: TimeDelta,
    ) -> Result<Opened> {
        let token = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let device: String = device.chars().filter(|c| !c.is_control()).take(120).collect();
        let new =
            sql::NewSession { token_hash: &hash(&token), org, kind, person, order, device: &device, at, expires: at + lasts };
        sql::insert_session(&mut *self.pool.acquire().await?, &new).await?;
        Ok(Opened { token, seconds: lasts.num_seconds() })
    }

    /// End this session.
    pub async fn sign_out(&self, token: &str, now: DateTime<Utc>) -> Result<()> {
        sql::revoke_session(&mut *self.pool.acquire().await?, &hash(token), now).await
    }

    /// Who has this token, with the grants of this moment. `None` when it ended, or its person was deactivated.
    pub async fn caller_of_session(&self, token: &str, now: DateTime<Utc>) -> Result<Option<Caller>> {
        let token_hash = hash(token);
        let mut conn = self.pool.acquire().await?;
        let Some(session) = sql::session(&mut conn, &token_hash, now).await? else { return Ok(None) };
        if now - session.seen_at > SEEN_EVERY {
            sql::touch_session(&mut conn, &token_hash, now).await?;
        }
        drop(conn);
        if session.kind == "portal" {
            return Ok(Some(Caller { org: session.org, who: Actor::Customer { order: session.order } }));
        }
        let who = people::actor(self, session.org, session.person, &session.device).await?;
        Ok(who.map(|who| Caller { org: session.org, who }))
    }

    /// One try from a bucket `(most, per second)`, or the wait until there is one.
    pub async fn spend(&self, bucket: &str, (most, per_second): (f64, f64), now: DateTime<Utc>) -> Result<()> {
        let left = sql::take_token(&mut *self.pool.acquire().await?, bucket, most, per_second, now).await?;
        let Some(left) = left else { return Ok(()) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a wait of seconds, positive and small")]
        let seconds = ((1.0 - left) / per_second).ceil().clamp(1.0, 86_400.0) as u32;
        Err(PeopleRefusal::TooManyTries { seconds }.into())
    }

    /// Forget sessions and buckets that ended long ago.
    pub async fn sweep_directory(&self, now: DateTime<Utc>) -> Result<()> {
        sql::sweep(&mut *self.pool.acquire().await?, now - KEPT).await
    }
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
