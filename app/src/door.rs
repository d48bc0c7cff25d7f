//! The door between screens and server: what a server function needs (`db`, `caller`, `now`), and the one error type all of them
//! answer with. Decides how a refusal becomes an HTTP status; decides nothing of the trade.

use chrono::{DateTime, Utc};
use domain::ids::SiteId;
use domain::people::{Actor, Caller, Grant, Permission};
#[cfg(feature = "ssr")]
use domain::refusal::Refusal;
use domain::refusal::{CommonRefusal, Named};
use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use crate::live::{Link, link, live};
pub use crate::sending::{Unanswered, send_again};

/// What a server function says when it does not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// An answer with words, and perhaps a field to stand beside.
    Refused(Told),
    /// Nobody is signed in (any more).
    SignIn,
    /// Something broke; nothing changed. The id finds the log line.
    Broken(String),
    /// No answer came: what was sent may or may not have arrived. Never said by the server itself.
    Offline,
}

/// A refusal as it is told to a screen: in the words the server found, so that a browser loads no noun's refusals to read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub code: String,
    pub status: u16,
    pub field: Option<String>,
    pub words: String,
    /// The refusal itself, for the few screens that act on its data. Null when a screen refuses by itself.
    of: serde_json::Value,
}

impl Told {
    /// What a screen says by itself.
    pub fn here(refusal: &impl Named) -> Self {
        Self {
            code: refusal.code().to_owned(),
            status: refusal.status(),
            field: refusal.field().map(str::to_owned),
            words: refusal.to_string(),
            of: serde_json::Value::Null,
        }
    }

    /// The refusal of one noun, when it is of that noun.
    pub fn of<R: DeserializeOwned>(&self, noun: &str) -> Option<R> {
        if self.of.get("noun")?.as_str()? != noun {
            return None;
        }
        R::deserialize(self.of.get("refusal")?).ok()
    }
}

#[cfg(feature = "ssr")]
impl From<Refusal> for Told {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code().to_owned(),
            status: refusal.status(),
            field: refusal.beside().map(str::to_owned),
            words: refusal.to_string(),
            // Cannot fail: refusals are enums of plain data.
            of: serde_json::to_value(&refusal).unwrap_or_default(),
        }
    }
}

impl Said {
    /// Of a form's or an address's own making.
    pub fn invalid(field: &str, words: &str) -> Self {
        let told = Told::here(&CommonRefusal::Invalid { field: field.to_owned(), words: words.to_owned() });
        Self::Refused(Told { field: Some(field.to_owned()), ..told })
    }

    /// What an address names and there is not: a page about it answers so, too.
    pub fn not_found(what: &str) -> Self {
        let said = Self::here(&CommonRefusal::NotFound { what: what.to_owned() });
        #[cfg(feature = "ssr")]
        server::status_of(&said);
        said
    }

    /// A refusal a screen knows without asking.
    pub fn here(refusal: &impl Named) -> Self {
        Self::Refused(Told::here(refusal))
    }

    /// The words people read. All other words of failure live in the nouns' refusals.
    pub fn words(&self) -> String {
        match self {
            Self::Refused(told) => told.words.clone(),
            Self::SignIn => "Your session has ended. Sign in to go on.".to_owned(),
            Self::Broken(request) => format!("Something broke on our side, and nothing changed. Reference {request}."),
            Self::Offline => {
                "No answer from the server. What was sent may have arrived: look again before you repeat it.".to_owned()
            }
        }
    }

    /// The form field these words belong beside.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Refused(told) => told.field.as_deref(),
            _ => None,
        }
    }

    /// Stable and machine-readable, for tests and for the few screens that act on one refusal.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(told) => &told.code,
            Self::SignIn => "sign_in_needed",
            Self::Broken(_) => "broken",
            Self::Offline => "offline",
        }
    }

    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(told) => told.status,
            Self::SignIn => 401,
            Self::Broken(_) => 500,
            Self::Offline => 503,
        }
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.words())
    }
}

impl std::error::Error for Said {}

#[cfg(feature = "ssr")]
impl<R: Into<Refusal>> From<R> for Said {
    fn from(refusal: R) -> Self {
        Self::Refused(Told::from(refusal.into()))
    }
}

impl FromServerFnError for Said {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        let said = match error {
            E::Request(_) => Self::Offline,
            E::Args(_) | E::MissingArg(_) => Self::invalid("request", "This request could not be read."),
            // On the server it is the request that is read, in the browser the answer.
            E::Deserialization(_) if cfg!(feature = "ssr") => Self::invalid("request", "This request could not be read."),
            other => Self::Broken(other.to_string()),
        };
        #[cfg(feature = "ssr")]
        server::status_of(&said);
        said
    }
}

/// Who the server rendered this page for. Provided by [`crate::App`], the same in browser and server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub caller: Option<Caller>,
    /// The site chosen on this device.
    pub site: Option<SiteId>,
}

impl Visit {
    /// May this visitor do this anywhere? Only to choose what to show: the server asks again, with the site.
    pub fn may(&self, permission: Permission) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.may(permission, None))
    }

    /// Signed in as one of the house: a person, not a customer of the portal.
    pub fn person(&self) -> Option<(&str, &[Grant])> {
        match self.caller.as_ref().map(|caller| &caller.who) {
            Some(Actor::Person { name, grants, .. }) => Some((name, grants)),
            _ => None,
        }
    }

    /// The one site this person has all roles at, if there is only one.
    pub fn only_site(&self) -> Option<SiteId> {
        let (_, grants) = self.person()?;
        let first = grants.first()?.site?;
        grants.iter().all(|grant| grant.site == Some(first)).then_some(first)
    }
}

/// The visitor of the page being rendered.
pub fn visit() -> Visit {
    use_context::<Visit>().unwrap_or_default()
}

/// The one clock of the app: server functions pass it down, the browser stamps what it sends. Never called while rendering.
#[expect(clippy::disallowed_methods, reason = "the edge: this is where time becomes an argument")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(feature = "ssr")]
pub use server::{RequestId, answer, caller, db};

/// What only the server's side of the door knows.
#[cfg(feature = "ssr")]
mod server {
    use domain::people::{Caller, PeopleRefusal};
    use domain::refusal::Refusal;
    use http::request::Parts;
    use http::{Method, StatusCode, header};
    use leptos::prelude::*;
    use leptos_axum::ResponseOptions;
    use service::{Db, Failure};

    use super::Said;

    /// The id of the request being answered; the host provides it.
    #[derive(Debug, Clone)]
    pub struct RequestId(pub String);

    /// The database, provided by the host.
    pub fn db() -> Db {
        expect_context::<Db>()
    }

    /// Who asks, provided by the host from the session.
    pub fn caller() -> Result<Caller, Said> {
        let caller = use_context::<Option<Caller>>().flatten().ok_or(Said::SignIn);
        caller.inspect_err(status_of)
    }

    /// A service call's end, for the wire: status set, words kept, breakage logged under the request's id.
    pub fn answer<T>(ended: Result<T, Failure>) -> Result<T, Said> {
        ended.map_err(|failure| {
            let said = match failure {
                Failure::Refused(Refusal::People(PeopleRefusal::SignInNeeded)) => Said::SignIn,
                Failure::Refused(refusal) => Said::from(refusal),
                broken => {
                    let RequestId(request) =
                        use_context().unwrap_or_else(|| RequestId(uuid::Uuid::now_v7().simple().to_string()));
                    tracing::error!(request, error = %broken, "a server function broke");
                    Said::Broken(request)
                }
            };
            status_of(&said);
            said
        })
    }

    /// Puts the status on the response. A plain form's answer stays a redirect back to its page, and a page that shows a
    /// refusal in one of its parts is still a page, unless what it is about does not exist.
    pub(super) fn status_of(said: &Said) {
        let (Some(response), Some(parts)) = (use_context::<ResponseOptions>(), use_context::<Parts>()) else {
            return;
        };
        let html = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let for_people = html.is_some_and(|value| value.contains("text/html"));
        let page = parts.method == Method::GET && !parts.uri.path().starts_with("/api/");
        let form = for_people && parts.method != Method::GET;
        if form || (page && said.status() != 404) {
            return;
        }
        response.set_status(StatusCode::from_u16(said.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
}
