//! Positions: one leader, no gaps, nothing lost, nothing told twice.

use super::*;

/// INT-3: a transaction that began first and commits last is numbered last; nobody who read along misses it.
#[tokio::test]
async fn transactions_that_commit_out_of_order_lose_nothing() {
    let test = TestDb::new().await;
    let mut leader = leader(&test).await;
    stamp_all(&mut leader).await;
    let before = test.db.live_head(test.org).await.expect("a head");
    let mut slow = test.root.begin().await.expect("root begins");
    plant(&mut slow, test.org, "slow.done", 2).await;
    planted(&test, "quick.done", 1).await;
    stamp_all(&mut leader).await;
    let mut listener = Tails::new(test.db.clone()).listen(test.org, Some(before)).await.expect("listens");
    assert_eq!(next(&mut listener).await.topic, "quick.done");
    slow.commit().await.expect("the slow one commits");
    stamp_all(&mut leader).await;
    let (first, second) = (next(&mut listener).await, next(&mut listener).await);
    assert_eq!((first.topic.as_str(), first.position), ("slow.done", before + 2));
    assert_eq!((second.topic.as_str(), second.position), ("slow.done", before + 3));
}

/// INT-3: a cause is numbered before its effect although the effect's transaction began first and waited.
#[tokio::test]
async fn a_cause_is_numbered_before_its_effect() {
    let test = TestDb::new().await;
    let mut effect = test.root.begin().await.expect("root begins");
    sqlx::query("select now()").execute(&mut *effect).await.expect("the effect's transaction begins");
    planted(&test, "cause.done", 1).await;
    plant(&mut effect, test.org, "effect.done", 1).await;
    effect.commit().await.expect("the effect commits");
    stamp_all(&mut leader(&test).await).await;
    let topics = topics(&test).await;
    let at = |topic: &str| topics.iter().position(|known| known == topic).expect("it was stamped");
    assert!(at("cause.done") < at("effect.done"));
}

/// INT-3: there is one leader; another leads when its connection is gone.
#[tokio::test]
async fn the_lease_dies_with_its_connection() {
    let test = TestDb::new().await;
    let first = leader(&test).await;
    let second = Candidate::connect(&test.options).await.expect("another connects");
    let second = second.try_lead().await.expect("the lease answers").err().expect("the lease is taken");
    drop(first);
    let mut second = second;
    for _ in 0..100 {
        match second.try_lead().await.expect("the lease answers") {
            Ok(_) => return,
            Err(waiting) => second = waiting,
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody leads");
}

/// Announcements in batches: more rows than a batch, two orgs, each with a sequence of its own.
#[tokio::test]
async fn each_org_has_positions_of_its_own() {
    let test = TestDb::new().await;
    let rival = test.another_org().await;
    planted(&test, "bulk.done", 2_500).await;
    let mut conn = test.root.acquire().await.expect("root connects");
    plant(&mut conn, rival, "rival.done", 3).await;
    stamp_all(&mut leader(&test).await).await;
    let topics = topics(&test).await;
    assert_eq!(topics.iter().filter(|topic| *topic == "bulk.done").count(), 2_500);
    assert!(!topics.contains(&"rival.done".to_owned()), "the wall stands");
    let rivals = test.db.events_after(rival, 0, 100).await.expect("events read");
    assert_eq!(rivals.first().map(|event| event.position), Some(1));
    assert_eq!(rivals.iter().filter(|event| event.topic == "rival.done").count(), 3);
}

/// Ends the leader's connection as a crash would; answers whether there was one.
async fn kill_leader(test: &TestDb) -> bool {
    let killed: Vec<bool> = sqlx::query_scalar(
        "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
         where l.locktype = 'advisory' and l.granted and d.datname = current_database()",
    )
    .fetch_all(&test.root)
    .await
    .expect("root may kill");
    killed.contains(&true)
}

fn sequencers(test: &TestDb, n: usize) -> Vec<JoinHandle<()>> {
    let lead = |options| async { match run(options, noon).await {} };
    (0..n).map(|_| tokio::spawn(lead(test.options.clone()))).collect()
}

/// INT-3: leaders are killed while commands run; others take over; two servers tell every event once, in one order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_sequencer_loses_nothing_and_doubles_nothing() {
    let test = TestDb::new().await;
    let running = sequencers(&test, 3);
    let (here, there) = (Tails::new(test.db.clone()), Tails::new(test.db.clone()));
    let mut one = here.listen(test.org, Some(0)).await.expect("one listens");
    let mut two = there.listen(test.org, Some(0)).await.expect("two listens");
    let mut kills = 0;
    for round in 0..60 {
        planted(&test, &format!("round.{round}"), 7).await;
        if round % 10 == 5 {
            kills += u32::from(kill_leader(&test).await);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let last = planted(&test, "last.done", 1).await;
    assert!(kills >= 2, "leaders were killed: {kills}");
    let (mut told, mut told_there) = (Vec::new(), Vec::new());
    for (listener, told) in [(&mut one, &mut told), (&mut two, &mut told_there)] {
        while told.last().is_none_or(|event: &Event| event.subject != last) {
            told.push(next(listener).await);
        }
    }
    assert_eq!(told, told_there, "the same events in the same order");
    let rounds = told.iter().filter(|event| event.topic.starts_with("round.")).count();
    assert_eq!(rounds, 60 * 7, "none lost, none doubled");
    assert_eq!(told.len(), topics(&test).await.len());
    let positions: HashSet<i64> = told.iter().map(|event| event.position).collect();
    assert_eq!(positions.len(), told.len());
    for _ in 0..200 {
        let chain = test.db.verify_chain(test.org).await.expect("the chain reads");
        assert!(chain.is_whole(), "{chain:?}");
        if chain.waiting == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let sealed = test.count("audit_seal").await;
    assert_eq!(sealed, test.count("audit").await, "every command is sealed once");
    running.iter().for_each(JoinHandle::abort);
}

/// INT-3: who comes back tells what it has had, and is told the rest; a listener far behind reads the database.
#[tokio::test]
async fn a_listener_who_comes_back_is_told_what_it_missed() {
    let test = TestDb::new().await;
    let mut leader = leader(&test).await;
    let tails = Tails::new(test.db.clone());
    planted(&test, "early.done", 3).await;
    stamp_all(&mut leader).await;
    let mut slow = tails.listen(test.org, None).await.expect("listens");
    let had = slow.position();
    planted(&test, "bulk.done", 5_000).await;
    stamp_all(&mut leader).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    for nth in 1..=5_000 {
        assert_eq!(next(&mut slow).await.position, had + nth);
    }
    drop(slow);
    let mut back = tails.listen(test.org, Some(had + 4_000)).await.expect("listens again");
    assert_eq!((back.behind(), next(&mut back).await.position), (1_000, had + 4_001));
    back.skip_to_head();
    planted(&test, "late.done", 1).await;
    stamp_all(&mut leader).await;
    assert_eq!(next(&mut back).await.topic, "late.done");
}
