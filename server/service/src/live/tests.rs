//! Sequencer, seal and tail on a real Postgres: leaders killed, commits out of order, rows tampered with.

use std::collections::HashSet;
use std::time::Duration;

use domain::floor::{ShortPick, ShortReason};
use domain::ids::{OrderId, OrgId};
use domain::orders::stage::Stage;
use domain::orders::{Answer, CancelOrder, NewPayment, RecordPayments};
use domain::stock::HoldUnits;
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

use super::seal::Break;
use super::sequencer::{Candidate, Leader, run};
use super::tail::{Event, Listener, Tails};
use crate::floor::tests::House;
use crate::history::Clerk;
use crate::returns::tests::Shop;
use crate::testkit::{TestDb, noon};

const SOON: Duration = Duration::from_secs(10);

async fn leader(test: &TestDb) -> Leader {
    let candidate = Candidate::connect(&test.options).await.expect("the sequencer connects");
    candidate.try_lead().await.expect("the lease answers").unwrap_or_else(|_| panic!("the lease is free"))
}

async fn stamp_all(leader: &mut Leader) {
    while leader.stamp().await.expect("stamping works") > 0 {}
}

async fn seal_all(leader: &mut Leader) {
    stamp_all(leader).await;
    while leader.seal().await.expect("sealing works") > 0 {}
}

/// A command of the past with `n` announcements, written as the database's owner.
async fn plant(conn: &mut PgConnection, org: OrgId, topic: &str, n: i32) -> Uuid {
    let id = Uuid::now_v7();
    for statement in [
        "insert into command (org_id, id, kind, person_id, device, fingerprint, outcome, refused, occurred_at)
         values ('$org', '$id', 'test.done', '$id', 'test', '', '{}', false, now())",
        "insert into audit (org_id, command_id, kind, person_id, device, subject_kind, subject_id, before, after, refused, occurred_at)
         values ('$org', '$id', 'test.done', '$id', 'test', 'test', '$id', '{}', '{\"b\": 1, \"a\": 2.50}', false, now())",
        "insert into outbox (org_id, id, topic, subject_id, site_id, command_id, payload, occurred_at)
         select '$org', gen_random_uuid(), '$topic', '$id', '00000000-0000-0000-0000-000000000000', '$id', to_jsonb(i), now()
         from generate_series(1, $n) i",
    ] {
        let statement = statement.replace("$org", &org.to_string()).replace("$id", &id.to_string());
        let statement = statement.replace("$topic", topic).replace("$n", &n.to_string());
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *conn).await.expect("the row is planted");
    }
    id
}

async fn planted(test: &TestDb, topic: &str, n: i32) -> Uuid {
    let mut conn = test.root.acquire().await.expect("root connects");
    plant(&mut conn, test.org, topic, n).await
}

async fn next(listener: &mut Listener) -> Event {
    let event = timeout(SOON, listener.next()).await.expect("an event comes").expect("the database answers");
    Event::clone(&event)
}

async fn topics(test: &TestDb) -> Vec<String> {
    let events = test.db.events_after(test.org, 0, 100_000).await.expect("events read");
    let positions: Vec<_> = events.iter().map(|event| event.position).collect();
    let expected: Vec<_> = (1..).take(positions.len()).collect();
    assert_eq!(positions, expected, "positions have no gaps and no repeats");
    events.into_iter().map(|event| event.topic).collect()
}

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

/// ORD-3, INT-3: goods that come in serve whoever waits; a follower killed before its cursor moved does it again, once.
#[tokio::test]
async fn goods_that_come_in_serve_who_waits_at_least_and_at_most_once() {
    let test = TestDb::new().await;
    let mut leader = leader(&test).await;
    let (site, sku) = (test.site("LDS").await, test.sku("MUG").await);
    let served = async || test.count("command where kind = 'orders.serve_backorders'").await;
    test.receive(site, sku, "A01-01L-1", 1).await;
    assert!(!test.db.follow_stock(test.org, noon()).await.expect("follows"), "nothing is numbered yet");
    stamp_all(&mut leader).await;
    assert!(test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert!(!test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert_eq!(served().await, 1);
    sqlx::query("update follower_cursor set position = 0 where follower = 'backorders'")
        .execute(&test.root)
        .await
        .expect("the cursor goes back");
    stamp_all(&mut leader).await;
    assert!(test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert_eq!(served().await, 1, "the same goods, the same command");
    test.receive(site, sku, "A01-01L-1", 1).await;
    stamp_all(&mut leader).await;
    assert!(test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert_eq!(served().await, 2);
}

/// Numbers what happened and follows it, until nothing is left to follow.
async fn followed(test: &TestDb, leader: &mut Leader) {
    stamp_all(leader).await;
    while test.db.follow_stock(test.org, noon()).await.expect("follows") {
        stamp_all(leader).await;
    }
}

/// ORD-3: goods that came back and were graded as new go to who waits for them.
#[tokio::test]
async fn goods_graded_for_resale_serve_who_waits() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    let sent = shop.sent(100).await;
    let waits = shop.order(2, NewPayment::Paid { reference: "shop".into() }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Backorder);
    shop.returned(sent, 2, &shop.t.system()).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// ORD-3: goods that came before the money serve the order when the money comes.
#[tokio::test]
async fn a_late_payment_finds_the_goods_that_came_meanwhile() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    shop.sent(100).await;
    let waits = shop.order(2, NewPayment::Capture { authorisation: "late".into() }).await;
    shop.t.receive(shop.site, shop.sku, "A01-01L-1", 5).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::OnHold);
    let payment = shop.t.db.order(&shop.t.system(), waits).await.expect("the order reads").payments[0].payment;
    shop.t.run(&RecordPayments { answers: vec![(payment, Answer::Done { reference: "late".into() })] }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// ORD-3: what a cancelled order gives back serves the next.
#[tokio::test]
async fn a_cancelled_orders_units_serve_who_waits() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    let paid = || NewPayment::Paid { reference: "shop".into() };
    let (has, waits) = (shop.order(100, paid()).await, shop.order(2, paid()).await);
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Backorder);
    shop.t.run(&CancelOrder { order: has, reason: "changed my mind".into() }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// ORD-3: units whose hold ends serve who waits.
#[tokio::test]
async fn units_let_go_of_serve_who_waits() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    let bin = shop.t.bin(shop.site, "A01-01L-1").await;
    let hold = |hold| HoldUnits { sku: shop.sku, site: shop.site, bin, quantity: 100, hold, note: String::new() };
    shop.t.run(&hold(true)).await;
    let waits = shop.order(2, NewPayment::Paid { reference: "shop".into() }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Backorder);
    shop.t.run(&hold(false)).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// PCK-6, ORD-3: what a short pick does not find at its own site is found at another.
#[tokio::test]
async fn what_a_short_pick_lacks_is_served_from_another_site() {
    let house = House::open().await;
    let mut leader = leader(&house.t).await;
    let york = house.t.site("YRK").await;
    house.order("W-1", &[(house.cup, 10)]).await;
    let trip = house.wave().await.trips[0];
    house.t.receive(york, house.cup, "A01-01L-1", 5).await;
    followed(&house.t, &mut leader).await;
    let task = house.claim(trip).await.tasks[0].task;
    house.t.try_run(&house.picker, &ShortPick { task, reason: ShortReason::Damaged }).await.expect("it is told");
    followed(&house.t, &mut leader).await;
    assert_eq!(house.t.count(&format!("allocation where site_id = '{york}' and quantity = 5")).await, 1);
}

async fn stage(test: &TestDb, order: OrderId) -> Stage {
    test.db.order(&test.system(), order).await.expect("the order reads").row.stage
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

/// INV-1: what a tote or parcel once held is swept out, what stands in a bin stays, and the ledger still adds up.
#[tokio::test]
async fn drained_units_are_swept_and_nothing_else() {
    let house = House::open().await;
    let t = &house.t;
    let clerk = Clerk::new(&t.db, t.system(), t.org.0);
    let day = async |name: &str| {
        house.order(name, &[(house.mug, 2)]).await;
        assert_eq!(clerk.work(house.site, noon(), "DPD").await.expect("it leaves").units, 2);
    };
    day("W-1").await;
    day("W-2").await;
    let nil = "'00000000-0000-0000-0000-000000000000'";
    let (drained, others) = (format!("on_hand = 0 and lpn_id <> {nil}"), format!("not (on_hand = 0 and lpn_id <> {nil})"));
    let rows = async |what: &str| t.count(&format!("balance where {what}")).await;
    let (before, kept) = (rows(&drained).await, rows(&others).await);
    assert!(before > 0 && kept > 0, "{before} drained, {kept} others");
    let mut leader = leader(t).await;
    assert_eq!(i64::try_from(leader.sweep().await.expect("it sweeps")).unwrap_or(0), before);
    assert_eq!((rows(&drained).await, rows(&others).await), (0, kept));
    seal_all(&mut leader).await;
    let broken: Vec<_> = t.db.verify(t.org).await.expect("checks").into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    day("W-3").await;
}
