//! API keys: told once, kept as a hash, limited to their scopes. Decides who a key is; the API decides nothing more.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::ids::{ApiKeyId, CommandId, PersonId};
use domain::people::{Actor, Caller, Permission};
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::sql;
use crate::{Act, Db, Result, Tx};

/// What an integration may be given: nothing that touches people or money's approval.
pub const SCOPES: [Permission; 5] = [
    Permission::OrdersView,
    Permission::OrdersEdit,
    Permission::StockView,
    Permission::ReturnsView,
    Permission::ReturnsAuthorise,
];
/// Calls a key has at once, and a second.
const CALLS: (f64, f64) = (200.0, 50.0);

/// A new key; only its hash is in the command, so that no log and no outcome holds the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct IssueKey {
    id: ApiKeyId,
    name: String,
    scopes: Vec<Permission>,
    key_hash: String,
}

impl Act for IssueKey {
    const KIND: &'static str = "directory.issue_key";
    const NEEDS: Permission = Permission::ApiKeysEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        if self.name.trim().is_empty() || self.name.len() > 80 {
            return Err(Refusal::invalid("name", "Give the key a name of up to 80 characters.").into());
        }
        if self.scopes.is_empty() || self.scopes.iter().any(|scope| !SCOPES.contains(scope)) {
            return Err(Refusal::invalid("scopes", "Choose at least one scope; people and approvals are not for keys.").into());
        }
        let hash = hex::decode(&self.key_hash).unwrap_or_default();
        let org = tx.org().0;
        let scopes: Vec<String> = self.scopes.iter().map(|scope| code(*scope)).collect();
        sql::insert_key(tx.conn(), org, self.id.0, &hash, &self.name, &scopes).await?;
        tx.announce("api_key.issued", self.id, None, &self.name);
        tx.audit("api_key", self.id, (), serde_json::json!({ "name": self.name, "scopes": scopes }));
        Ok(())
    }
}

/// A key ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeKey {
    pub id: ApiKeyId,
}

impl Act for RevokeKey {
    const KIND: &'static str = "directory.revoke_key";
    const NEEDS: Permission = Permission::ApiKeysEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at) = (tx.org().0, tx.at);
        if !sql::revoke_key(tx.conn(), org, self.id.0, at).await? {
            return Err(Refusal::not_found("API key").into());
        }
        tx.announce("api_key.revoked", self.id, None, ());
        tx.audit("api_key", self.id, serde_json::json!({ "revoked": false }), serde_json::json!({ "revoked": true }));
        Ok(())
    }
}

/// A key as it may be told: never the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssuedKey {
    pub id: ApiKeyId,
    pub name: String,
    pub scopes: Vec<String>,
}

/// The scope with this code; `None` when no key may have it.
pub fn scope(given: &str) -> Option<Permission> {
    SCOPES.into_iter().find(|scope| code(*scope) == given)
}

fn code(scope: Permission) -> String {
    serde_json::to_value(scope).ok().and_then(|value| value.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

impl Db {
    /// A new key for an integration. The key is told here and kept nowhere.
    pub async fn issue_key(
        &self,
        caller: &Caller,
        now: DateTime<Utc>,
        name: &str,
        scopes: &[Permission],
    ) -> Result<(ApiKeyId, String)> {
        let key = format!("tw_{}", BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        let id = ApiKeyId::mint();
        let issue = IssueKey {
            id,
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            key_hash: hex::encode(Sha256::digest(key.as_bytes())),
        };
        self.run(caller, CommandId::mint(), now, &issue).await?;
        Ok((id, key))
    }

    /// The keys that work, for whoever manages them.
    pub async fn keys(&self, caller: &Caller) -> Result<Vec<IssuedKey>> {
        let mut tx = self.read(caller, Permission::ApiKeysEdit, None).await?;
        let org = tx.org().0;
        let keys = sql::keys(tx.conn(), org).await?;
        Ok(keys.into_iter().map(|key| IssuedKey { id: key.id.into(), name: key.name, scopes: key.scopes }).collect())
    }

    /// Who has this key; `None` when there is no such key, or it was revoked. Too many calls are refused with the wait.
    pub async fn caller_of_key(&self, key: &str, now: DateTime<Utc>) -> Result<Option<Caller>> {
        let hash = Sha256::digest(key.as_bytes()).to_vec();
        let found = sql::key(&mut *self.pool.acquire().await?, &hash).await?;
        let Some(found) = found else { return Ok(None) };
        self.spend(&format!("api/{}", found.id), CALLS, now).await?;
        let scopes = SCOPES.into_iter().filter(|scope| found.scopes.contains(&code(*scope))).collect();
        let who = Actor::Key { id: PersonId(found.id), name: found.name, scopes };
        Ok(Some(Caller { org: found.org_id.into(), who }))
    }
}
