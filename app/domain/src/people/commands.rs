//! What can be asked about people, and what is told. Passwords never stand in a command: only their slow hash travels, unstored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Grant, PeopleRefusal, Role};
use crate::ids::PersonId;

/// Shorter passwords are guessed; longer ones than the most are only work for the hash.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 10..=256;

/// An address as the directory keeps it: lower case, one `@`, something on both sides.
pub fn email(given: &str) -> Result<String, PeopleRefusal> {
    let email = given.trim().to_lowercase();
    let whole = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    match email.split_once('@') {
        Some((local, host)) if whole(local) && whole(host) && email.len() <= 254 => Ok(email),
        _ => Err(PeopleRefusal::NotAnEmail { given: given.to_owned() }),
    }
}

/// Is it long enough to keep?
pub fn check_password(password: &str) -> Result<(), PeopleRefusal> {
    if PASSWORD_LENGTH.contains(&password.chars().count()) {
        Ok(())
    } else {
        Err(PeopleRefusal::PasswordTooShort { min: *PASSWORD_LENGTH.start() })
    }
}

/// A new person with a sign-in and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddPerson {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub grants: Vec<Grant>,
    /// argon2, made outside the transaction. Salted, so it is no part of what makes two requests the same.
    #[serde(skip)]
    pub password_hash: String,
}

/// Exactly these grants from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetGrants {
    pub person: PersonId,
    pub grants: Vec<Grant>,
}

/// No more sign-ins; running sessions end at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deactivate {
    pub person: PersonId,
}

/// A new password; running sessions end at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPassword {
    pub person: PersonId,
    #[serde(skip)]
    pub password_hash: String,
}

/// One person, as the People page lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub active: bool,
    pub grants: Vec<Grant>,
    pub since: DateTime<Utc>,
}

/// An org without anybody who may edit people would be locked for good: would this leave one?
pub fn keeps_an_administrator(people: &[PersonRow], changed: PersonId, grants: &[Grant]) -> Result<(), PeopleRefusal> {
    let runs = |grants: &[Grant]| grants.iter().any(|grant| grant.role == Role::Admin && grant.site.is_none());
    let others = people.iter().any(|person| person.id != changed && person.active && runs(&person.grants));
    let was = people.iter().any(|person| person.id == changed && person.active && runs(&person.grants));
    if was && !others && !runs(grants) { Err(PeopleRefusal::LastAdministrator) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_kept_in_lower_case_and_whole() {
        assert_eq!(email(" Ana@Example.ORG "), Ok("ana@example.org".to_owned()));
        for wrong in ["", "ana", "@example.org", "ana@", "ana@b@c", "a na@b"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_counted_in_characters() {
        assert!(check_password("ninechars").is_err());
        assert!(check_password("ten-chars!").is_ok());
        assert!(check_password(&"x".repeat(257)).is_err());
    }

    /// GOV-1: the last administrator cannot be taken away.
    #[test]
    fn the_last_administrator_stays() {
        let admin = |id, active| PersonRow {
            id,
            name: "Ana".into(),
            email: "ana@example.org".into(),
            active,
            grants: vec![Grant { role: Role::Admin, site: None }],
            since: DateTime::UNIX_EPOCH,
        };
        let (ana, ben) = (PersonId::mint(), PersonId::mint());
        assert_eq!(keeps_an_administrator(&[admin(ana, true)], ana, &[]), Err(PeopleRefusal::LastAdministrator));
        assert_eq!(
            keeps_an_administrator(&[admin(ana, true), admin(ben, false)], ana, &[]),
            Err(PeopleRefusal::LastAdministrator)
        );
        assert_eq!(keeps_an_administrator(&[admin(ana, true), admin(ben, true)], ana, &[]), Ok(()));
        assert_eq!(keeps_an_administrator(&[admin(ana, true)], ben, &[]), Ok(()));
    }

    #[test]
    fn a_password_hash_is_never_written_out() {
        let command = SetPassword { person: PersonId::NIL, password_hash: "argon2".into() };
        assert!(!serde_json::to_string(&command).unwrap().contains("argon2"));
    }
}
