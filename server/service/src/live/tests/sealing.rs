//! Seals: what was tampered with shows, and what is forgotten never happens again.

use super::*;

/// GOV-4: a changed, removed or slipped-in audit row is found, even when its author owns the database.
#[tokio::test]
async fn tampering_with_the_audit_is_found() {
    let test = TestDb::new().await;
    let mut leader = leader(&test).await;
    let (first, second, third) =
        (planted(&test, "a.done", 2).await, planted(&test, "b.done", 1).await, planted(&test, "c.done", 1).await);
    seal_all(&mut leader).await;
    let chain = test.db.verify_chain(test.org).await.expect("the chain reads");
    assert!(chain.is_whole() && chain.waiting == 0 && chain.sealed >= 4, "{chain:?}");
    let fourth = planted(&test, "d.done", 1).await;
    let chain = test.db.verify_chain(test.org).await.expect("the chain reads");
    assert_eq!((chain.is_whole(), chain.waiting), (true, 1), "{chain:?}");

    let tamper = async |statement: &str| {
        // Past the foreign keys too, as whoever owns the machine can.
        let statement = format!("set session_replication_role = replica; {statement}; reset session_replication_role");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&test.root).await.expect("root may do anything");
        test.db.verify_chain(test.org).await.expect("the chain reads").breaks
    };
    let told = tamper(&format!("update audit set after = '{{}}' where command_id = '{first}'")).await;
    assert!(matches!(told[..], [Break::Altered { command, .. }] if command.0 == first), "{told:?}");
    let told = tamper(&format!("update audit set after = '{{\"a\": 2.5, \"b\": 1}}' where command_id = '{first}'")).await;
    assert_eq!(told.len(), 1, "even 2.50 and 2.5 are told apart: {told:?}");
    let told = tamper(&format!("update audit set after = '{{\"a\": 2.50, \"b\": 1}}' where command_id = '{first}'")).await;
    assert_eq!(told, [], "put back as it was");
    let told = tamper(&format!("delete from audit where command_id = '{second}'")).await;
    assert!(matches!(told[..], [Break::Removed { command, .. }] if command.0 == second), "{told:?}");
    let told = tamper(&format!("delete from audit_seal where command_id = '{second}'")).await;
    assert!(matches!(told[..], [Break::Gap { .. }]), "{told:?}");
    let told = tamper(&format!("delete from audit_seal where command_id = '{third}'")).await;
    assert!(told.contains(&Break::Unsealed { command: domain::ids::CommandId(third) }), "a cut end shows: {told:?}");
    assert!(!told.contains(&Break::Unsealed { command: domain::ids::CommandId(fourth) }), "its seal is to come: {told:?}");
}

/// GOV-4: the app can read seals but neither write nor change them, and cannot number events.
#[tokio::test]
async fn the_app_can_neither_seal_nor_stamp() {
    let test = TestDb::new().await;
    seal_all(&mut leader(&test).await).await;
    for statement in [
        "delete from audit_seal",
        "update audit_seal set hash = ''",
        "update audit set kind = ''",
        "update outbox set position = 9",
        "insert into outbox_head values (gen_random_uuid(), 1)",
    ] {
        let mut tx = test.db.tx(test.org).await.expect("the app begins");
        let refused = sqlx::query(statement).execute(&mut *tx).await.expect_err(statement);
        let code = refused.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}");
    }
}

/// GOV-4: commands are remembered for ninety days and audit rows for good; a command that is forgotten still happens once.
#[tokio::test]
async fn commands_are_forgotten_after_ninety_days_and_never_happen_again() {
    use chrono::{DateTime, TimeDelta, Utc};
    use domain::ids::{ChannelId, CommandId};
    use domain::orders::OpenChannel;
    use domain::refusal::{CommonRefusal, Refusal};

    let test = TestDb::new().await;
    let (old, young) = (CommandId::mint(), CommandId::mint());
    let channel = |code: &str| OpenChannel { id: ChannelId::mint(), code: code.into(), name: code.into(), promise_hours: 24 };
    for (id, code) in [(old, "old"), (young, "young")] {
        test.db.run(&test.system(), id, noon(), &channel(code)).await.expect("the channel opens");
    }
    for (table, key) in [("command", "id"), ("audit", "command_id")] {
        let aged = format!("update {table} set recorded_at = recorded_at - interval '91 days' where {key} = '{old}'");
        sqlx::query(AssertSqlSafe(aged)).execute(&test.root).await.expect("it is old");
    }
    let mut leader = leader(&test).await;
    seal_all(&mut leader).await;
    let now: DateTime<Utc> = sqlx::query_scalar("select now()").fetch_one(&test.root).await.expect("the database tells the time");
    assert_eq!(leader.forget(now).await.expect("it forgets"), 1);
    assert_eq!(test.count(&format!("command where id = '{old}'")).await, 0);
    assert_eq!(test.count(&format!("command where id = '{young}'")).await, 1);
    assert_eq!(test.count(&format!("audit where command_id = '{old}'")).await, 1);
    let broken: Vec<_> = test.db.verify(test.org).await.expect("checks").into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    let again = test.db.run(&test.system(), old, noon(), &channel("again")).await;
    assert!(matches!(again, Err(crate::Failure::Refused(Refusal::Common(CommonRefusal::CommandReused)))), "{again:?}");
    assert_eq!(test.count("channel where code = 'again'").await, 0);
    assert!(leader.forget(now + TimeDelta::days(91)).await.expect("it forgets") > 0);
}
