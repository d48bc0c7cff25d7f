//! The payment provider's HTTP adapter, in the shape of Stripe's API: capture, refund, and what became of either.
//!
//! An answer that did not come is `Unknown`, and so is one that says nothing about the money (a key that ran out, a limit);
//! whether to ask again is `service::payments`' to decide.

use std::time::Duration;

use domain::money::Money;
use domain::orders::Answer;
use serde::Deserialize;
use service::payments::Provider;
use uuid::Uuid;

/// A provider that takes longer is asked later what became of it.
const PATIENCE: Duration = Duration::from_secs(8);

/// A Stripe-shaped provider at a base URL.
#[derive(Clone)]
pub struct Stripe {
    base: String,
    secret: String,
    client: reqwest::Client,
}

#[derive(Deserialize)]
struct Intent {
    status: String,
    /// In minor units.
    #[serde(default)]
    amount_received: i64,
    #[serde(default)]
    latest_charge: Option<String>,
}

#[derive(Deserialize)]
struct Refund {
    id: String,
    status: String,
    #[serde(default)]
    failure_reason: Option<String>,
    #[serde(default)]
    metadata: std::collections::HashMap<String, String>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Refund>,
}

#[derive(Deserialize)]
struct Problem {
    error: Words,
}

#[derive(Deserialize)]
struct Words {
    message: String,
}

/// What a look-up found.
enum Looked<T> {
    Found(T),
    /// There is no such thing.
    Nothing,
    /// It could not be asked.
    Unknown,
}

/// Does this status refuse the request itself? The card or the request is wrong, and will be the next time too. All else (a key
/// that ran out, a conflict, a time-out, a limit, trouble on their side) says nothing about the money.
const fn refuses(status: u16) -> bool {
    matches!(status, 400 | 402 | 404 | 422)
}

impl Stripe {
    /// `base` without a trailing slash: `https://api.stripe.com`.
    pub fn new(base: &str, secret: &str) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), secret: secret.to_owned(), client })
    }

    async fn post<T: for<'de> Deserialize<'de>>(&self, path: &str, key: Uuid, form: &[(&str, String)]) -> Result<T, Answer> {
        let sent = self
            .client
            .post(format!("{}{path}", self.base))
            .bearer_auth(&self.secret)
            .header("Idempotency-Key", key.to_string())
            .form(form)
            .send()
            .await;
        let Ok(response) = sent else { return Err(Answer::Unknown) };
        let status = response.status();
        if status.is_success() {
            return response.json().await.map_err(|_| Answer::Unknown);
        }
        if refuses(status.as_u16()) {
            let words =
                response.json::<Problem>().await.map_or_else(|_| format!("HTTP {status}"), |problem| problem.error.message);
            return Err(Answer::Failed { words });
        }
        complain(path, status.as_u16());
        Err(Answer::Unknown)
    }

    async fn get<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Looked<T> {
        let sent = self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.secret).send().await;
        let Ok(response) = sent else { return Looked::Unknown };
        let status = response.status().as_u16();
        match status {
            200 => response.json().await.map_or(Looked::Unknown, Looked::Found),
            404 => Looked::Nothing,
            _ => {
                complain(path, status);
                Looked::Unknown
            }
        }
    }
}

/// Nothing moves until somebody looks: a key that ran out, most likely.
fn complain(path: &str, status: u16) {
    if matches!(status, 401 | 403) {
        tracing::error!(path, status, "the provider does not know our key; payments wait");
    } else {
        tracing::warn!(path, status, "the provider did not answer the question; it is asked again");
    }
}

/// Provider ids come from outside: only what Stripe's ids are made of may stand in a path.
fn safe(id: &str) -> bool {
    !id.is_empty() && id.len() <= 255 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// What an intent says about a capture of just this much; none = nothing was captured.
fn of_intent(intent: &Intent, authorisation: &str, minor: i64) -> Option<Answer> {
    match intent.status.as_str() {
        "succeeded" if intent.amount_received == minor => {
            tracing::debug!(charge = intent.latest_charge, "captured");
            Some(Answer::Done { reference: authorisation.to_owned() })
        }
        "succeeded" => {
            let words = format!("The provider captured {} of it, not {minor} (in minor units).", intent.amount_received);
            Some(Answer::Failed { words })
        }
        "requires_capture" => None,
        "canceled" => Some(Answer::Failed { words: "The authorisation has run out or was cancelled.".to_owned() }),
        _ => Some(Answer::Unknown),
    }
}

fn of_refund(refund: Refund) -> Answer {
    match refund.status.as_str() {
        "succeeded" => Answer::Done { reference: refund.id },
        "failed" | "canceled" => {
            Answer::Failed { words: refund.failure_reason.unwrap_or_else(|| "the refund failed".to_owned()) }
        }
        _ => Answer::Unknown,
    }
}

impl Provider for Stripe {
    async fn capture(&self, key: Uuid, authorisation: &str, amount: Money) -> Answer {
        let Some(minor) = amount.minor_units().filter(|_| safe(authorisation)) else {
            return Answer::Failed { words: "the amount or the authorisation is not one the provider can take".to_owned() };
        };
        let form = [("amount_to_capture", minor.to_string())];
        match self.post::<Intent>(&format!("/v1/payment_intents/{authorisation}/capture"), key, &form).await {
            Ok(intent) => of_intent(&intent, authorisation, minor).unwrap_or(Answer::Unknown),
            Err(answer) => answer,
        }
    }

    async fn captured(&self, authorisation: &str, amount: Money) -> Option<Answer> {
        let minor = amount.minor_units().filter(|_| safe(authorisation))?;
        match self.get::<Intent>(&format!("/v1/payment_intents/{authorisation}")).await {
            Looked::Found(intent) => of_intent(&intent, authorisation, minor),
            Looked::Nothing => None,
            Looked::Unknown => Some(Answer::Unknown),
        }
    }

    async fn refund(&self, key: Uuid, reference: &str, amount: Money) -> Answer {
        let Some(minor) = amount.minor_units() else {
            return Answer::Failed { words: "the amount is not one the provider can take".to_owned() };
        };
        let form =
            [("payment_intent", reference.to_owned()), ("amount", minor.to_string()), ("metadata[tideway]", key.to_string())];
        match self.post::<Refund>("/v1/refunds", key, &form).await {
            Ok(refund) => of_refund(refund),
            Err(answer) => answer,
        }
    }

    async fn refunded(&self, key: Uuid, reference: &str) -> Option<Answer> {
        if !safe(reference) {
            return None;
        }
        let list = match self.get::<List>(&format!("/v1/refunds?payment_intent={reference}&limit=100")).await {
            Looked::Found(list) => list,
            Looked::Nothing => return None,
            Looked::Unknown => return Some(Answer::Unknown),
        };
        let ours = key.to_string();
        list.data.into_iter().find(|refund| refund.metadata.get("tideway") == Some(&ours)).map(of_refund)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// INT-4: only what refuses the card or the request ends a payment; the rest is asked for again.
    #[test]
    fn only_a_definite_refusal_ends_a_payment() {
        for status in [400, 402, 404, 422] {
            assert!(refuses(status), "{status}");
        }
        for status in [401, 403, 408, 409, 424, 425, 429, 500, 502, 503] {
            assert!(!refuses(status), "{status}");
        }
    }

    /// INT-4: an authorisation that paid something else is no payment of this.
    #[test]
    fn a_capture_of_another_amount_is_not_this_payment() {
        let intent = |status: &str, amount_received| Intent { status: status.into(), amount_received, latest_charge: None };
        assert_eq!(of_intent(&intent("succeeded", 1200), "pi", 1200), Some(Answer::Done { reference: "pi".into() }));
        assert!(matches!(of_intent(&intent("succeeded", 900), "pi", 1200), Some(Answer::Failed { .. })));
        assert!(matches!(of_intent(&intent("canceled", 0), "pi", 1200), Some(Answer::Failed { .. })));
        assert_eq!(of_intent(&intent("requires_capture", 0), "pi", 1200), None);
        assert_eq!(of_intent(&intent("processing", 0), "pi", 1200), Some(Answer::Unknown));
    }
}
