use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{CommandId, OrderId, OrgId, PersonId};
use domain::people::{Actor, AddPerson, Deactivate, Grant, Permission, Role};
use domain::refusal::Named;
use iso_currency::Currency;

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

/// RET-1: with one org that trades every host is its own; with several, each has its hosts, and a replay has none by accident.
#[tokio::test]
async fn the_portal_of_each_org_answers_at_its_own_hosts() {
    let t = TestDb::new().await;
    let org_at = async |host: &str| t.db.portal_org(host).await.unwrap();
    assert_eq!(org_at("anything.example:8443").await, Some(t.org), "the only org");
    let replay = NewOrg { id: OrgId::mint(), slug: "replay".into(), name: "Replay".into(), currency: Currency::GBP };
    let replay = Opening { kind: Kind::Replay, ..Opening::of(replay, &[]) };
    t.db.open_org("test", NOW, &replay).await.unwrap();
    assert_eq!(org_at("anything.example").await, Some(t.org), "a replay is nobody's shop");
    let rival = t.another_org().await;
    assert_eq!(org_at("anything.example").await, None, "with two it cannot be told");
    let hosts = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    t.db.claim_free_hosts(&t.system(), &hosts, NOW).await.unwrap();
    assert_eq!(org_at("LOCALHOST:8080").await, Some(t.org));
    let claim = |take| ClaimHost { host: "Localhost".into(), take };
    let theirs = domain::people::Caller::system(rival, "test");
    t.db.claim_free_hosts(&theirs, &hosts, NOW).await.unwrap();
    assert_eq!(org_at("localhost").await, Some(t.org), "what is claimed is left alone");
    let refused = t.db.run(&theirs, CommandId::mint(), NOW, &claim(false)).await;
    assert!(matches!(refused, Err(Failure::Refused(ref words)) if words.to_string().contains("Another org")), "{refused:?}");
    assert_eq!(t.db.run(&theirs, CommandId::mint(), NOW, &claim(true)).await.unwrap(), "localhost");
    assert_eq!(org_at("localhost").await, Some(rival));
    assert_eq!(org_at("127.0.0.1").await, Some(t.org));
}

/// GOV-1: an org is opened with all it needs and its first person, or not at all.
#[tokio::test]
async fn an_org_is_opened_whole_or_not_at_all() {
    let t = TestDb::new().await;
    ana(&t).await;
    let org = NewOrg { id: OrgId::mint(), slug: "quay".into(), name: "Quay".into(), currency: Currency::EUR };
    let person = |email: &str| AddPerson {
        id: PersonId::mint(),
        name: "Ben".into(),
        email: email.into(),
        grants: vec![Grant { role: Role::Admin, site: None }],
        password_hash: "never matches".into(),
    };
    let opening = |email: &str| Opening { person: Some(person(email)), ..Opening::of(org.clone(), &[("web", "Web", 24)]) };
    assert!(t.db.open_org("test", NOW, &opening("ana@example.org")).await.is_err(), "Ana's address is taken");
    assert_eq!(t.count("org where slug = 'quay'").await, 0, "nothing is left behind");
    let good = opening("ben@example.org");
    t.db.open_org("test", NOW, &good).await.unwrap();
    t.db.open_org("test", NOW, &good).await.unwrap();
    for (table, rows) in [("channel", 1), ("return_policy", 1), ("person", 1)] {
        assert_eq!(t.count(&format!("{table} where org_id = '{}'", org.id)).await, rows, "{table}");
    }
    assert!(t.count(&format!("account where org_id = '{}'", org.id)).await > 5);
    let broken: Vec<_> = t.db.verify(org.id).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    for (slug, says) in [("quay", "already"), ("Not a Slug", "lower-case")] {
        let other = NewOrg { id: OrgId::mint(), slug: slug.into(), ..org.clone() };
        let refused = t.db.open_org("test", NOW, &Opening::of(other, &[])).await.unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
    }
}
