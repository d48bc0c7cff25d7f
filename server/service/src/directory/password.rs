//! Passwords: hashed with argon2id on a thread of their own, compared in the same time whether or not the sign-in exists.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::people::check_password;

use crate::{Failure, Result};

/// The slow hash of a new password, after it is found long enough. Takes tens of milliseconds: never inside a transaction.
pub async fn hash_password(password: &str) -> Result<String> {
    check_password(password)?;
    let password = password.to_owned();
    aside(move || {
        let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).expect("argon2 hashes what is long enough");
        hash.to_string()
    })
    .await
}

/// Do they match? Without a hash the same work is done for nothing, so that time does not tell who has a sign-in.
pub(crate) async fn matches(password: &str, hash: Option<String>) -> Result<bool> {
    let password = password.to_owned();
    aside(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| nobody().to_owned());
        let matches =
            PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && matches
    })
    .await
}

/// A hash nobody's password has.
fn nobody() -> &'static str {
    static NOBODY: OnceLock<String> = OnceLock::new();
    NOBODY.get_or_init(|| {
        let hash: PasswordHash = Argon2::default().hash_password(&rand::random::<[u8; 32]>()).expect("argon2 hashes 32 bytes");
        hash.to_string()
    })
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Failure::Broken(sqlx::Error::WorkerCrashed))
}
