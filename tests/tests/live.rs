//! What happens elsewhere, told over HTTP: two servers on one database, streams that break, a sequencer that dies.
#![expect(clippy::unwrap_used, reason = "helpers of tests: one that cannot go on says where")]

use std::time::Duration;

use domain::people::Role;
use journeys::server::{Browser, TestServer};
use reqwest::Response;
use serde_json::Value;
use service::live::sequencer;
use service::testkit::TestDb;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than a lost leader is missed, much longer than an event takes.
const SOON: Duration = Duration::from_secs(15);

/// An open `GET /api/live`, read as a browser's `EventSource` does.
struct Stream {
    answer: Response,
    heard: String,
    /// The last id: what a browser sends as `Last-Event-ID` when it comes back.
    last: i64,
}

impl Stream {
    async fn open(browser: &Browser, url: &str, last: Option<i64>) -> Self {
        let mut asked = browser.client.get(format!("{url}/api/live"));
        if let Some(last) = last {
            asked = asked.header("last-event-id", last.to_string());
        }
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, heard: String::new(), last: last.unwrap_or_default() }
    }

    /// The next block, as its id and its data; `None` when the stream ended.
    async fn block(&mut self) -> Option<(Option<i64>, Option<Value>)> {
        loop {
            if let Some(end) = self.heard.find("\n\n") {
                let block: String = self.heard.drain(..end + 2).collect();
                let field = |name: &str| block.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
                let id = field("id:").and_then(|id| id.parse().ok());
                self.last = id.unwrap_or(self.last);
                return Some((id, field("data:").map(|data| serde_json::from_str(&data).unwrap())));
            }
            let chunk = timeout(SOON, self.answer.chunk()).await.expect("something comes").ok()??;
            self.heard.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event: its position and topic.
    async fn next(&mut self) -> Option<(i64, String)> {
        loop {
            if let (Some(id), Some(data)) = self.block().await? {
                return Some((id, data["topic"].as_str().unwrap().to_owned()));
            }
        }
    }
}

fn sequencers(t: &TestDb, n: usize) -> Vec<JoinHandle<()>> {
    let lead = |options| async { match sequencer::run(options, service::testkit::noon).await {} };
    (0..n).map(|_| tokio::spawn(lead(t.options.clone()))).collect()
}

/// All that was announced has its position.
async fn numbered(t: &TestDb) {
    let left = async || t.count("outbox where position is null").await;
    for _ in 0..500 {
        if left().await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    panic!("{} announcements are not numbered", left().await);
}

/// Ends the leader's connection as a crash would.
async fn kill_leader(t: &TestDb) -> bool {
    let killed: Vec<bool> = sqlx::query_scalar(
        "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
         where l.locktype = 'advisory' and l.granted and d.datname = current_database()",
    )
    .fetch_all(&t.root)
    .await
    .unwrap();
    killed.contains(&true)
}

/// INT-3, EXC-3: a stream broken off at one server goes on at another where it stood, though the sequencer died in between:
/// every announcement once, in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_goes_on_at_another_server_where_it_stood() {
    let server = TestServer::new().await;
    let (t, other) = (&server.t, server.another().await);
    let running = sequencers(t, 2);
    let watcher = server.person(Role::Supervisor, None).await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    // Everything so far is numbered: the stream begins behind it.
    numbered(t).await;
    let began = t.db.live_head(t.org).await.unwrap();
    let mut stream = Stream::open(&watcher, &other.url, None).await;
    assert_eq!(stream.block().await.unwrap().0, Some(began), "where it stands is told first");
    let mut told = Vec::new();
    for _ in 0..5 {
        t.receive(site, sku, "A01-01L-1", 1).await;
    }
    for _ in 0..5 {
        told.push(stream.next().await.unwrap());
    }
    // Some are written that this stream never reads, its server goes, the leader dies, and more are written without either.
    for _ in 0..3 {
        t.receive(site, sku, "A01-01L-1", 1).await;
    }
    let last = stream.last;
    assert_eq!(last, told.last().unwrap().0);
    let stopped = tokio::spawn(other.stop());
    assert!(kill_leader(t).await, "a leader was killed");
    for _ in 0..7 {
        t.receive(site, sku, "A01-01L-1", 1).await;
    }
    drop(stream);
    stopped.await.unwrap();
    let mut again = Stream::open(&watcher, &server.url, Some(last)).await;
    numbered(t).await;
    let all = t.db.live_head(t.org).await.unwrap();
    while told.last().unwrap().0 < all {
        told.push(again.next().await.expect("the stream goes on"));
    }
    let kept = t.db.events_after(t.org, began, 10_000).await.unwrap();
    let kept: Vec<(i64, String)> = kept.into_iter().map(|event| (event.position, event.topic)).collect();
    assert_eq!(told, kept, "each once, in order");
    assert!(told.iter().map(|(position, _)| *position).eq(began + 1..=all) && told.len() >= 15, "without a gap");
    running.iter().for_each(JoinHandle::abort);
}

/// EXC-3: who was away for longer than is replayed is told to look at everything afresh, and then hears what is new.
#[tokio::test]
async fn a_position_nobody_gave_is_answered_by_looking_afresh() {
    let server = TestServer::new().await;
    let t = &server.t;
    let running = sequencers(t, 1);
    let watcher = server.person(Role::Supervisor, None).await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    numbered(t).await;
    let mut stream = Stream::open(&watcher, &server.url, Some(i64::MAX)).await;
    let mut topics = Vec::new();
    for _ in 0..2 {
        topics.extend(stream.block().await.unwrap().1.map(|data| data["topic"].clone()));
    }
    assert_eq!(topics, ["*"]);
    t.receive(site, sku, "A01-01L-1", 1).await;
    assert_eq!(stream.next().await.unwrap().0, t.db.live_head(t.org).await.unwrap());
    running.iter().for_each(JoinHandle::abort);
}

/// GOV-1: the stream is for those who are signed in, and tells nothing of sites one does not work at.
#[tokio::test]
async fn a_stream_tells_nothing_of_other_sites() {
    let server = TestServer::new().await;
    let t = &server.t;
    let running = sequencers(t, 1);
    let (here, away, sku) = (t.site("LDS").await, t.site("LYN").await, t.sku("MUG").await);
    assert_eq!(server.browser().get("/api/live").await.status(), 401);
    let watcher = server.person(Role::Supervisor, Some(away)).await;
    numbered(t).await;
    let mut stream = Stream::open(&watcher, &server.url, None).await;
    stream.block().await.unwrap();
    t.receive(here, sku, "A01-01L-1", 1).await;
    t.receive(away, sku, "A01-01L-1", 1).await;
    let (position, _) = stream.next().await.unwrap();
    assert_eq!(position, t.db.live_head(t.org).await.unwrap(), "the first it hears is what happened at its own site");
    running.iter().for_each(JoinHandle::abort);
}
