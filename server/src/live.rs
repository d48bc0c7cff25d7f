//! What happens elsewhere, streamed to a page: `GET /api/live`, server-sent events of the caller's org and sites.
//!
//! An event says only that something of a noun happened; screens ask again, and are answered what their caller may see.
//! The event's id is its position, so a browser that lost one server goes on at another where it stood (`Last-Event-ID`); a page that
//! was just rendered begins where it was (`after`).

use std::convert::Infallible;
use std::time::Duration;

use app::people::cookies::STAFF;
use axum::extract::{RawQuery, State};
use axum::response::sse::{Event as Sent, Sse};
use axum::response::{IntoResponse, Response};
use domain::ids::SiteId;
use domain::people::{Actor, Caller, PeopleRefusal};
use futures::stream::unfold;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::json;
use service::live::tail::{Event, Listener};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::http::{AppState, Problem};

/// Shows proxies and browsers that we live; the session is looked up as often, so whoever left hears no more.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How soon a browser tries again.
const RETRY: Duration = Duration::from_secs(1);
/// Who missed more than this is told to look at everything afresh.
const REPLAY_AT_MOST: i64 = 5_000;

/// `GET /api/live`.
pub async fn stream(State(state): State<AppState>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(token) = state.cookies.find(STAFF, &headers) else { return signed_out() };
    let reader = match Reader::open(state, token, had(&headers).or_else(|| after(query.as_deref()))).await {
        Ok(Some(reader)) => reader,
        Ok(None) => return signed_out(),
        Err(failure) => {
            tracing::error!(%failure, "a stream could not begin");
            return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", "The stream could not begin.").into_response();
        }
    };
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    let events = unfold(reader, async |mut reader| Some((reader.next().await?, reader)));
    (unbuffered, Sse::new(events)).into_response()
}

fn signed_out() -> Response {
    Problem::new(StatusCode::UNAUTHORIZED, "sign_in_needed", PeopleRefusal::SignInNeeded.to_string()).into_response()
}

/// The last event the browser has had.
fn had(headers: &HeaderMap) -> Option<i64> {
    position(headers.get("last-event-id")?.to_str().ok()?)
}

/// Where a page that never heard any was rendered.
fn after(query: Option<&str>) -> Option<i64> {
    query?.split('&').find_map(|part| position(part.strip_prefix("after=")?))
}

fn position(said: &str) -> Option<i64> {
    said.trim().parse().ok().filter(|position| *position >= 0)
}

/// One open stream.
struct Reader {
    state: AppState,
    token: String,
    caller: Caller,
    listener: Listener,
    beat: Interval,
    greeting: Vec<Sent>,
}

impl Reader {
    /// `None` when the session opens no stream.
    async fn open(state: AppState, token: String, had: Option<i64>) -> service::Result<Option<Self>> {
        let Some(caller) = listening(&state, &token).await? else { return Ok(None) };
        let mut listener = state.tails.listen(caller.org, had).await?;
        let mut greeting = vec![];
        if listener.behind() > REPLAY_AT_MOST || had.is_some_and(|had| had > listener.position()) {
            listener.skip_to_head();
            greeting.push(Sent::default().data(json!({ "topic": "*" }).to_string()));
        }
        greeting.push(mark(&listener).retry(RETRY));
        let mut beat = interval(HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        Ok(Some(Self { state, token, caller, listener, beat, greeting }))
    }

    /// `None` ends the stream: the server stops, the session ended, or the database does not answer. The browser comes back.
    async fn next(&mut self) -> Option<Result<Sent, Infallible>> {
        if let Some(sent) = self.greeting.pop() {
            return Some(Ok(sent));
        }
        loop {
            tokio::select! {
                biased;
                () = self.state.stopping.cancelled() => return None,
                _ = self.beat.tick() => {
                    self.caller = listening(&self.state, &self.token).await.ok().flatten()?;
                    return Some(Ok(mark(&self.listener)));
                }
                event = self.listener.next() => match event {
                    Ok(event) if sees(&self.caller, event.site) => return Some(Ok(sent(&event))),
                    Ok(_) => {}
                    Err(failure) => {
                        tracing::warn!(%failure, "a stream ends: events could not be read");
                        return None;
                    }
                },
            }
        }
    }
}

/// Who listens, if the session still stands. A customer's session opens its order only, not the house.
async fn listening(state: &AppState, token: &str) -> service::Result<Option<Caller>> {
    let caller = state.db.caller_of_session(token, app::door::now()).await?;
    Ok(caller.filter(|caller| !matches!(caller.who, Actor::Customer { .. })))
}

/// Something that happened at no site concerns everyone of the org.
fn sees(caller: &Caller, site: SiteId) -> bool {
    match &caller.who {
        Actor::Person { grants, .. } => {
            grants.iter().any(|grant| site == SiteId::NIL || grant.site.is_none_or(|granted| granted == site))
        }
        Actor::System { .. } | Actor::Key { .. } => true,
        Actor::Customer { .. } => false,
    }
}

fn sent(event: &Event) -> Sent {
    let data = json!({ "topic": event.topic, "subject": event.subject, "site": event.site, "at": event.occurred_at });
    Sent::default().id(event.position.to_string()).data(data.to_string())
}

/// No event: where the stream stands, so that coming back replays no more than was missed.
fn mark(listener: &Listener) -> Sent {
    Sent::default().id(listener.position().to_string()).comment("")
}

#[cfg(test)]
mod tests {
    use domain::ids::{OrgId, PersonId};
    use domain::people::{Grant, Role};

    use super::*;

    fn person(sites: &[Option<SiteId>]) -> Caller {
        let grants = sites.iter().map(|site| Grant { role: Role::Picker, site: *site }).collect();
        Caller {
            org: OrgId::mint(),
            who: Actor::Person { id: PersonId::mint(), name: "Ana".into(), grants, device: "tablet".into() },
        }
    }

    /// GOV-1: what happens at a site is told to those who work there.
    #[test]
    fn a_person_hears_of_their_own_sites() {
        let (here, there) = (SiteId::mint(), SiteId::mint());
        assert!(sees(&person(&[Some(here)]), here) && !sees(&person(&[Some(here)]), there));
        assert!(sees(&person(&[Some(here)]), SiteId::NIL), "what has no site concerns everyone");
        assert!(sees(&person(&[Some(here), None]), there), "a grant everywhere hears all");
        assert!(!sees(&person(&[]), SiteId::NIL), "without a grant there is no work");
    }

    #[test]
    fn only_a_position_is_taken_as_the_last_event() {
        let headers = |value: &'static str| [("last-event-id", value)].into_iter().map(pair).collect::<HeaderMap>();
        let told = ["41", " 7 ", "-1", "x", ""].map(|value| had(&headers(value)));
        assert_eq!(told, [Some(41), Some(7), None, None, None]);
        let after = [Some("after=41"), Some("x=1&after=7"), Some("after=-1"), Some("after="), Some("before=3"), None].map(after);
        assert_eq!(after, [Some(41), Some(7), None, None, None, None]);
    }

    fn pair((name, value): (&'static str, &'static str)) -> (HeaderName, http::HeaderValue) {
        (HeaderName::from_static(name), http::HeaderValue::from_static(value))
    }
}
