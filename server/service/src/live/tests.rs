//! Sequencer, seal and tail on a real Postgres: leaders killed, commits out of order, rows tampered with.

use std::collections::HashSet;
use std::time::Duration;

use domain::floor::{ShortPick, ShortReason};
use domain::ids::{OrderId, OrgId};
use domain::orders::stage::Stage;
use domain::orders::{Answer, CancelOrder, NewPayment, RecordPayments};
use domain::stock::{HoldReason, HoldUnits, Those};
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

mod following;
mod sealing;
mod stamping;
mod sweeping;
