//! The portal's door: an order number with its email or postcode opens a customer's session. A miss never says which was wrong, and
//! takes as long as a hit; tries are counted by address and by order.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::returns::ReturnRefusal;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use uuid::Uuid;

use super::sql_read as sql;
use crate::directory::Opened;
use crate::{Db, Result};

/// Tries one address has at once and per second: a family behind one router, not a list of numbers.
const TRIES_AN_ADDRESS: (f64, f64) = (20.0, 1.0 / 30.0);
/// Tries one order number has, from wherever.
const TRIES_AN_ORDER: (f64, f64) = (8.0, 1.0 / 120.0);
/// Hit or miss, the answer comes after this long: what the database did cannot be told from it.
const TAKES: Duration = Duration::from_millis(300);
/// Longer is nobody's order number, email or postcode.
const LONGEST: usize = 200;

/// A customer at the door.
#[derive(Debug, Clone)]
pub struct PortalDoor {
    /// The host the browser asked for: each shop has its own.
    pub host: String,
    pub number: String,
    /// Email or postcode.
    pub secret: String,
    pub address: String,
    pub device: String,
}

impl Db {
    /// Opens a session of half an hour for the order, or says that nothing matches.
    pub async fn open_portal(&self, door: &PortalDoor, now: DateTime<Utc>) -> Result<Opened> {
        let began = Instant::now();
        let opened = self.try_door(door, now).await;
        tokio::time::sleep_until(began + TAKES).await;
        opened
    }

    async fn try_door(&self, door: &PortalDoor, now: DateTime<Utc>) -> Result<Opened> {
        let number = door.number.trim().trim_start_matches('#').trim();
        if number.len() > LONGEST || door.secret.len() > LONGEST {
            return Err(ReturnRefusal::NoMatch.into());
        }
        let org = self.portal_org(&door.host).await?.ok_or(ReturnRefusal::NoMatch)?;
        self.spend(&format!("portal/address/{}", door.address), TRIES_AN_ADDRESS, now).await?;
        self.spend(&format!("portal/order/{org}/{}", number.to_uppercase()), TRIES_AN_ORDER, now).await?;
        let named = {
            let mut tx = self.tx(org).await?;
            sql::orders_named(&mut tx, org.0, number).await?
        };
        let given = [email(&door.secret), postcode(&door.secret)];
        let order = named.iter().find(|(_, stored_email, stored_postcode)| {
            let stored = [email(stored_email), postcode(stored_postcode)];
            given.iter().zip(&stored).any(|(given, stored)| given.is_some() && given == stored)
        });
        let order: Uuid = order.map(|(order, ..)| *order).ok_or(ReturnRefusal::NoMatch)?;
        self.open_portal_session(org, order.into(), &door.device, now).await
    }
}

/// Fingerprints are compared, so that the comparison takes the same time however much is right. Nothing given matches nothing.
fn fingerprint(text: &str) -> Option<[u8; 32]> {
    (!text.is_empty()).then(|| Sha256::digest(text.as_bytes()).into())
}

fn email(text: &str) -> Option<[u8; 32]> {
    fingerprint(&text.trim().to_lowercase())
}

/// Written with or without spaces and dashes, in any case.
fn postcode(text: &str) -> Option<[u8; 32]> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    fingerprint(&plain.to_lowercase())
}
