//! The payment provider's HTTP adapter, in the shape of Stripe's API: capture, refund, and what became of either.
//!
//! An answer that did not come is `Unknown`; whether to ask again is `service::payments`' to decide.

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
        // Stripe: 4xx is an answer (402 = declined), 409 and 5xx are not.
        let status = response.status();
        if status.is_success() {
            return response.json().await.map_err(|_| Answer::Unknown);
        }
        if status.is_client_error() && status.as_u16() != 409 && status.as_u16() != 429 {
            let words =
                response.json::<Problem>().await.map_or_else(|_| format!("HTTP {status}"), |problem| problem.error.message);
            return Err(Answer::Failed { words });
        }
        Err(Answer::Unknown)
    }

    async fn get<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Option<T> {
        let sent = self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.secret).send().await.ok()?;
        if sent.status().is_success() { sent.json().await.ok() } else { None }
    }
}

/// Provider ids come from outside: only what Stripe's ids are made of may stand in a path.
fn safe(id: &str) -> bool {
    !id.is_empty() && id.len() <= 255 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
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
            Ok(intent) if intent.status == "succeeded" => Answer::Done { reference: authorisation.to_owned() },
            Ok(_) => Answer::Unknown,
            Err(answer) => answer,
        }
    }

    async fn captured(&self, authorisation: &str) -> Option<Answer> {
        if !safe(authorisation) {
            return None;
        }
        match self.get::<Intent>(&format!("/v1/payment_intents/{authorisation}")).await {
            Some(intent) if intent.status == "succeeded" => {
                tracing::info!(charge = intent.latest_charge, "the capture had happened");
                Some(Answer::Done { reference: authorisation.to_owned() })
            }
            Some(intent) if intent.status == "requires_capture" => None,
            _ => Some(Answer::Unknown),
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
        let Some(list) = self.get::<List>(&format!("/v1/refunds?payment_intent={reference}")).await else {
            return Some(Answer::Unknown);
        };
        let ours = key.to_string();
        list.data.into_iter().find(|refund| refund.metadata.get("tideway") == Some(&ours)).map(of_refund)
    }
}
