//! Which org's portal answers at which host. With one org that trades, every host is its own; with several, each claims its hosts.

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use super::sql;
use crate::{Act, Db, Result, Tx};

/// The org's portal answers at this host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimHost {
    pub host: String,
    /// Even if another org's portal does now.
    pub take: bool,
}

impl Act for ClaimHost {
    const KIND: &'static str = "directory.claim_host";
    const NEEDS: Permission = Permission::PeopleEdit;
    /// The host as it is kept.
    type Outcome = String;

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        let host = bare(&self.host);
        let reads = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':' | '[' | ']');
        if host.is_empty() || host.len() > 253 || !host.chars().all(reads) {
            return Err(Refusal::invalid("host", "A host is a name like returns.example.org, without https:// and path.").into());
        }
        let org = tx.org();
        if !sql::claim_host(tx.conn(), org.0, &host, self.take).await? {
            return Err(Refusal::invalid("host", format!("Another org's portal answers at {host}.")).into());
        }
        tx.announce("portal.claimed", org, None, &host);
        tx.audit("org", org, (), serde_json::json!({ "portal": host }));
        Ok(host)
    }
}

/// Lower case and without its port; an address of IPv6 keeps its brackets.
fn bare(host: &str) -> String {
    let host = host.trim().to_lowercase();
    let end = match host.strip_prefix('[') {
        Some(rest) => rest.find(']').map_or(host.len(), |at| at + 2),
        None => host.find(':').unwrap_or(host.len()),
    };
    host[..end].to_owned()
}

impl Db {
    /// The org whose portal answers at this host (a port is cut off); else the only org that trades.
    pub async fn portal_org(&self, host: &str) -> Result<Option<OrgId>> {
        sql::portal_org(&mut *self.pool.acquire().await?, &bare(host)).await
    }

    /// The org's portal answers at those of these hosts that nobody has claimed.
    pub async fn claim_free_hosts(&self, caller: &Caller, hosts: &[String], now: DateTime<Utc>) -> Result<()> {
        for host in hosts {
            let claimed = sql::portal_host(&mut *self.pool.acquire().await?, &bare(host)).await?;
            if claimed.is_none() {
                self.run(caller, CommandId::mint(), now, &ClaimHost { host: host.clone(), take: false }).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_host_is_kept_without_its_port() {
        for (given, kept) in [
            ("Returns.Example.org:8443", "returns.example.org"),
            ("localhost", "localhost"),
            ("[::1]:8080", "[::1]"),
            ("[::1]", "[::1]"),
            ("[broken", "[broken"),
            ("", ""),
        ] {
            assert_eq!(bare(given), kept);
        }
    }
}
