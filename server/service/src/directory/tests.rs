use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{CommandId, OrderId, PersonId};
use domain::people::{Actor, AddPerson, Deactivate, Grant, Permission, Role};
use domain::refusal::Named;

use super::*;
use crate::Failure;
use crate::testkit::TestDb;

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
const PASSWORD: &str = "low tide at noon";

async fn ana(t: &TestDb) -> PersonId {
    let person = AddPerson {
        id: PersonId::mint(),
        name: "Ana".into(),
        email: "ana@example.org".into(),
        grants: vec![Grant { role: Role::Picker, site: None }],
        password_hash: hash_password(PASSWORD).await.unwrap(),
    };
    t.db.run(&t.system(), CommandId::mint(), NOW, &person).await.unwrap()
}

fn by(email: &str, password: &str) -> SignIn {
    SignIn { email: email.into(), password: password.into(), device: "tablet".into(), address: "10.0.0.1".into(), previous: None }
}

fn code(ended: Result<Opened>) -> &'static str {
    match ended {
        Err(Failure::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

/// GOV-1: a session carries the grants of this moment, and its token is kept nowhere.
#[tokio::test]
async fn a_password_opens_a_session_with_the_persons_grants() {
    let t = TestDb::new().await;
    let id = ana(&t).await;
    let opened = t.db.sign_in(&by("Ana@Example.org ", PASSWORD), NOW).await.unwrap();
    let caller = t.db.caller_of_session(&opened.token, NOW).await.unwrap().unwrap();
    assert_eq!((caller.person(), caller.device()), (id, "tablet"));
    assert!(caller.may(Permission::Pick, None) && !caller.may(Permission::RefundsApprove, None));
    assert_eq!(t.count(&format!("session where encode(token_hash, 'escape') like '%{}%'", opened.token)).await, 0);
    assert_eq!(t.db.caller_of_session("forged", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_are_refused_alike() {
    let t = TestDb::new().await;
    ana(&t).await;
    for (email, password) in [("ana@example.org", "high tide at noon"), ("ben@example.org", PASSWORD), ("not an email", PASSWORD)]
    {
        assert_eq!(code(t.db.sign_in(&by(email, password), NOW).await), "wrong_credentials");
    }
    assert_eq!(t.count("session").await, 0);
}

#[tokio::test]
async fn tries_run_out_and_come_back_with_time() {
    let t = TestDb::new().await;
    ana(&t).await;
    for _ in 0..8 {
        assert_eq!(code(t.db.sign_in(&by("ana@example.org", "wrong wrong"), NOW).await), "wrong_credentials");
    }
    assert_eq!(code(t.db.sign_in(&by("ana@example.org", PASSWORD), NOW).await), "too_many_tries");
    let soon = NOW + TimeDelta::seconds(29);
    assert_eq!(code(t.db.sign_in(&by("ana@example.org", PASSWORD), soon).await), "too_many_tries");
    assert!(t.db.sign_in(&by("ana@example.org", PASSWORD), NOW + TimeDelta::seconds(31)).await.is_ok());
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let t = TestDb::new().await;
    ana(&t).await;
    let first = t.db.sign_in(&by("ana@example.org", PASSWORD), NOW).await.unwrap();
    let again = SignIn { previous: Some(first.token.clone()), ..by("ana@example.org", PASSWORD) };
    let second = t.db.sign_in(&again, NOW).await.unwrap();
    assert_ne!(first.token, second.token);
    assert_eq!(t.db.caller_of_session(&first.token, NOW).await.unwrap(), None);
    t.db.sign_out(&second.token, NOW).await.unwrap();
    assert_eq!(t.db.caller_of_session(&second.token, NOW).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_ends_by_itself_and_is_touched_once_a_minute() {
    let t = TestDb::new().await;
    ana(&t).await;
    let opened = t.db.sign_in(&by("ana@example.org", PASSWORD), NOW).await.unwrap();
    let at = |seconds| NOW + TimeDelta::seconds(seconds);
    for (seconds, seen) in [(30, 0), (61, 61), (90, 61), (122, 122)] {
        assert!(t.db.caller_of_session(&opened.token, at(seconds)).await.unwrap().is_some());
        let seen_at: DateTime<Utc> = sqlx::query_scalar("select seen_at from session").fetch_one(&t.root).await.unwrap();
        assert_eq!(seen_at, at(seen));
    }
    assert_eq!(t.db.caller_of_session(&opened.token, at(opened.seconds)).await.unwrap(), None);
    t.db.sweep_directory(at(opened.seconds) + TimeDelta::days(8)).await.unwrap();
    assert_eq!(t.count("session").await, 0);
}

/// GOV-1: whoever leaves is out at once.
#[tokio::test]
async fn a_deactivated_person_is_out_at_once_and_cannot_come_back() {
    let t = TestDb::new().await;
    let id = ana(&t).await;
    let opened = t.db.sign_in(&by("ana@example.org", PASSWORD), NOW).await.unwrap();
    let ended = t.db.run(&t.system(), CommandId::mint(), NOW, &Deactivate { person: id }).await.unwrap();
    assert_eq!(ended, 1);
    assert_eq!(t.db.caller_of_session(&opened.token, NOW).await.unwrap(), None);
    assert_eq!(code(t.db.sign_in(&by("ana@example.org", PASSWORD), NOW).await), "wrong_credentials");
}

#[tokio::test]
async fn a_portal_session_is_one_customer_with_one_order_for_half_an_hour() {
    let t = TestDb::new().await;
    let order = OrderId::mint();
    let opened = t.db.open_portal_session(t.org, order, "phone", NOW).await.unwrap();
    let caller = t.db.caller_of_session(&opened.token, NOW).await.unwrap().unwrap();
    assert_eq!(caller.who, Actor::Customer { order });
    assert_eq!(t.db.caller_of_session(&opened.token, NOW + TimeDelta::minutes(30)).await.unwrap(), None);
}
