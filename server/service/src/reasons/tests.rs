use domain::people::{Caller, Role};
use domain::reasons::{AddReason, Code, Given, Process, RetireReason};
use domain::refusal::Named;
use uuid::Uuid;

use crate::testkit::TestDb;
use crate::{Failure, Result};

fn code(ended: Result<impl std::fmt::Debug>) -> (&'static str, Option<&'static str>) {
    match ended {
        Err(Failure::Refused(refusal)) => (Named::code(&refusal), refusal.field()),
        other => panic!("not refused: {other:?}"),
    }
}

fn add(code: &str, means: &str) -> AddReason {
    AddReason { process: Process::OrderCancel, code: code.into(), words: format!("Words of {code}"), means: means.into() }
}

fn retire(code: &str, retire: bool) -> RetireReason {
    RetireReason { process: Process::OrderCancel, code: code.into(), retire }
}

async fn choices(t: &TestDb, who: &Caller) -> Vec<String> {
    let reasons = t.db.reasons(who, Process::OrderCancel).await.expect("reasons read");
    reasons.into_iter().map(|reason| reason.code).collect()
}

/// MDM-2: an org adds codes of its own and retires them; only they are offered that are in use; a code is never taken twice, and its
/// words stay what they were, whoever tries.
#[tokio::test]
async fn an_org_has_codes_of_its_own() {
    let t = TestDb::new().await;
    let (admin, agent) = (t.person(Role::Admin, None), t.person(Role::Supervisor, None));
    let before = choices(&t, &t.system()).await;
    assert!(before.contains(&"changed_mind".to_owned()));
    t.try_run(&admin, &add("fraud_ring", "suspected_fraud")).await.unwrap();
    assert_eq!(choices(&t, &t.system()).await.len(), before.len() + 1);
    assert_eq!(code(t.try_run(&admin, &add("fraud_ring", "not_paid")).await), ("reason_code_taken", Some("code")));
    assert_eq!(code(t.try_run(&admin, &add("not_paid", "not_paid")).await), ("reason_code_taken", Some("code")));
    assert_eq!(code(t.try_run(&agent, &add("other", "not_paid")).await).0, "not_allowed");
    for gone in ["fraud_ring", "not_paid"] {
        t.try_run(&admin, &retire(gone, true)).await.unwrap();
        assert!(!choices(&t, &t.system()).await.contains(&gone.to_owned()));
    }
    assert_eq!(code(t.try_run(&admin, &add("fraud_ring", "not_paid")).await).0, "reason_code_taken", "retired, it stays taken");
    t.try_run(&admin, &retire("not_paid", false)).await.unwrap();
    assert!(choices(&t, &t.system()).await.contains(&"not_paid".to_owned()));
    let renamed = sqlx::query_scalar::<_, bool>("select has_column_privilege('tideway_app', 'reason_code', 'words', 'update')");
    assert!(!renamed.fetch_one(&t.root).await.unwrap(), "the app has no right to rename");
    let other = t.another_org().await;
    let there = t.db.reasons(&Caller::system(other, "test"), Process::OrderCancel).await.unwrap();
    assert!(!there.iter().any(|reason| reason.code == "fraud_ring"), "another org has its own");
}

/// MDM-2: free text alone, an unknown code, a retired one and another process's are refused by name beside the field, and nothing is
/// kept of them; what is given is kept with what it was given for.
#[tokio::test]
async fn a_reason_is_a_code_of_its_process() {
    use domain::orders::CancelOrder;
    let t = TestDb::new().await;
    let admin = t.person(Role::Admin, None);
    let sku = t.sku("MUG").await;
    let channel = domain::orders::OpenChannel {
        id: domain::ids::ChannelId::mint(),
        code: "web".into(),
        name: "Web".into(),
        promise_hours: 24,
    };
    t.site("LDS").await;
    t.run(&channel).await;
    let new = crate::testkit::new_order("W-1", &[(sku, 1)]);
    let order = new.id;
    t.run(&domain::orders::PlaceOrders { orders: vec![new] }).await;
    t.try_run(&admin, &add("fraud_ring", "suspected_fraud")).await.unwrap();
    t.try_run(&admin, &retire("not_paid", true)).await.unwrap();
    let cancel = |code: &str, note: &str| {
        let reason = Given { code: Code(code.into()), note: note.into() };
        CancelOrder { order, reason }
    };
    for (given, refused) in [
        ("", "reason_missing"),
        ("They called and changed their mind", "unknown_reason"),
        ("stolen", "reason_of_another_process"),
        ("not_paid", "reason_retired"),
    ] {
        let said = t.try_run(&t.system(), &cancel(given, "They called")).await;
        assert_eq!(code(said), (refused, Some("reason")), "{given}");
    }
    let long = t.try_run(&t.system(), &cancel("fraud_ring", &"x".repeat(501))).await;
    assert_eq!(code(long), ("reason_note_too_long", Some("note")));
    assert_eq!(t.count("reason_given").await, 0);
    t.run(&cancel("fraud_ring", "The third from one card")).await;
    let kept: (Uuid, String, String) =
        sqlx::query_as("select subject_id, code, note from reason_given").fetch_one(&t.root).await.unwrap();
    assert_eq!(kept, (order.0, "fraud_ring".into(), "The third from one card".into()));
    let rows = t.db.reason_codes(&admin).await.unwrap();
    let row = rows.iter().find(|row| row.process == Process::OrderCancel).unwrap();
    let given =
        |code: &str| row.codes.iter().find(|row| row.reason.code == code).map(|row| (row.given, row.standard, row.retired));
    assert_eq!((given("fraud_ring"), given("not_paid")), (Some((1, false, false)), Some((0, true, true))));
}
