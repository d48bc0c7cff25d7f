//! What people and sign-in refuse, and the words for it.

use serde::{Deserialize, Serialize};

use super::Permission;
use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PeopleRefusal {
    #[error("Sign in to go on.")]
    SignInNeeded,
    #[error("That email and password do not match.")]
    WrongCredentials,
    #[error("With your roles you may not {} here. Ask a supervisor or an administrator.", permission.words())]
    NotAllowed { permission: Permission },
    #[error("Too many tries. Wait {seconds} seconds and try again.")]
    TooManyTries { seconds: u32 },
    #[error("{email} already has a sign-in.")]
    EmailTaken { email: String },
    #[error("“{given}” is not an email address.")]
    NotAnEmail { given: String },
    #[error("A password needs at least {min} characters, and at most 256.")]
    PasswordTooShort { min: usize },
    #[error("There is no role “{given}”.")]
    UnknownRole { given: String },
    #[error("Nobody else could edit people then. Make another administrator for all sites first.")]
    LastAdministrator,
    #[error("A person needs a name.")]
    NameMissing,
    #[error("No such person.")]
    UnknownPerson,
    #[error("This request did not come from Tideway's own pages.")]
    CrossSite,
}

impl Named for PeopleRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::SignInNeeded => "sign_in_needed",
            Self::WrongCredentials => "wrong_credentials",
            Self::NotAllowed { .. } => "not_allowed",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::EmailTaken { .. } => "email_taken",
            Self::NotAnEmail { .. } => "not_an_email",
            Self::PasswordTooShort { .. } => "password_too_short",
            Self::UnknownRole { .. } => "unknown_role",
            Self::LastAdministrator => "last_administrator",
            Self::NameMissing => "name_missing",
            Self::UnknownPerson => "unknown_person",
            Self::CrossSite => "cross_site",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::SignInNeeded | Self::WrongCredentials => 401,
            Self::NotAllowed { .. } | Self::CrossSite => 403,
            Self::UnknownPerson => 404,
            Self::EmailTaken { .. } | Self::LastAdministrator => 409,
            Self::TooManyTries { .. } => 429,
            Self::NameMissing | Self::NotAnEmail { .. } | Self::PasswordTooShort { .. } | Self::UnknownRole { .. } => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmailTaken { .. } | Self::NotAnEmail { .. } => Some("email"),
            Self::NameMissing => Some("name"),
            Self::PasswordTooShort { .. } => Some("password"),
            Self::UnknownRole { .. } => Some("role"),
            _ => None,
        }
    }
}
