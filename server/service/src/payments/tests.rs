use std::sync::Mutex;

use domain::money::Money;
use domain::orders::Answer;
use uuid::Uuid;

use super::{Provider, refund_once};

/// Remembers what it was asked; answers from a script. Stands for nothing but the order of questions.
#[derive(Default)]
struct Script {
    asked: Mutex<Vec<&'static str>>,
    happened: bool,
}

impl Provider for Script {
    async fn capture(&self, _: Uuid, _: &str, _: Money) -> Answer {
        self.asked.lock().unwrap().push("capture");
        Answer::Unknown
    }
    async fn captured(&self, _: &str, _: Money) -> Option<Answer> {
        self.asked.lock().unwrap().push("captured");
        self.happened.then(|| Answer::Done { reference: "r".into() })
    }
    async fn refund(&self, _: Uuid, _: &str, _: Money) -> Answer {
        self.asked.lock().unwrap().push("refund");
        Answer::Unknown
    }
    async fn refunded(&self, _: Uuid, _: &str) -> Option<Answer> {
        self.asked.lock().unwrap().push("refunded");
        self.happened.then(|| Answer::Done { reference: "r".into() })
    }
}

/// INT-4: an unknown outcome is asked for, never repeated blindly.
#[tokio::test]
async fn what_may_have_happened_is_asked_for_before_it_is_asked_again() {
    let money = Money::zero(iso_currency::Currency::GBP);
    let fresh = Script::default();
    refund_once(&fresh, false, Uuid::nil(), "ch", money).await;
    assert_eq!(*fresh.asked.lock().unwrap(), ["refund"]);
    let lost = Script::default();
    refund_once(&lost, true, Uuid::nil(), "ch", money).await;
    assert_eq!(*lost.asked.lock().unwrap(), ["refunded", "refund"]);
    let done = Script { happened: true, ..Script::default() };
    assert!(matches!(refund_once(&done, true, Uuid::nil(), "ch", money).await, Answer::Done { .. }));
    assert_eq!(*done.asked.lock().unwrap(), ["refunded"]);
}
