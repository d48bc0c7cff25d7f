//! What watches and what protects the process: ready or not, too much at once, pages under development.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what breaks here fails the test")]

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use reqwest::{Client, Response};
use serde_json::Value;
use server::http::{AppState, Site, Start};
use server::serve::Running;
use service::testkit::TestDb;
use tokio::sync::Semaphore;

/// A server whose state the test has in its hands.
struct Host {
    t: TestDb,
    url: String,
    at_once: Arc<Semaphore>,
    site: PathBuf,
    _running: Running,
}

impl Host {
    async fn with(change: impl FnOnce(AppState) -> AppState) -> Self {
        let t = TestDb::new().await;
        let site = std::env::temp_dir().join(format!("tideway-site-{}", uuid::Uuid::now_v7()));
        Site::bare(&site).unwrap();
        let state = change(AppState::new(t.db.clone(), Site::find(&site).unwrap(), false, None));
        let at_once = state.at_once.clone();
        let running = Running::start(state, TcpListener::bind("127.0.0.1:0").unwrap(), None).unwrap();
        Self { t, url: format!("http://{}", running.address), at_once, site, _running: running }
    }

    async fn get(&self, path: &str) -> Response {
        Client::new().get(format!("{}{path}", self.url)).header("accept", "text/html").send().await.unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.site);
    }
}

#[tokio::test]
async fn who_comes_when_too_much_is_under_way_is_turned_away_at_once() {
    let host = Host::with(|state| AppState { at_once: Arc::new(Semaphore::new(1)), ..state }).await;
    let held = host.at_once.clone().try_acquire_owned().unwrap();
    let page = host.get("/sign-in").await;
    assert_eq!((page.status().as_u16(), page.headers()["retry-after"].to_str().unwrap()), (503, "2"));
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "people get a page");
    let machine = Client::new().get(format!("{}/api/v1/orders/x", host.url)).send().await.unwrap();
    assert_eq!(machine.json::<Value>().await.unwrap()["code"], "busy");
    for watched in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(host.get(watched).await.status(), 200, "{watched}");
    }
    drop(held);
    assert_eq!(host.get("/sign-in").await.status(), 200);
    assert_eq!(host.at_once.available_permits(), 1, "each answer gives its place back");
}

#[tokio::test]
async fn without_its_database_the_server_is_alive_and_not_ready() {
    let host = Host::with(|state| state).await;
    assert_eq!(host.get("/readyz").await.status(), 200);
    host.t.db.pool().close().await;
    let answer = host.get("/readyz").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "not_ready");
    assert_eq!(host.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn pages_under_development_ask_which_start_they_talk_to() {
    let host = Host::with(|state| AppState { start: Some(Start::now()), ..state }).await;
    let start = host.get("/dev/start").await.text().await.unwrap();
    let page = host.get("/sign-in").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    let html = page.text().await.unwrap();
    let script = html.rsplit("<script").next().unwrap();
    assert!(
        script.contains(&format!("nonce=\"{nonce}\"")) && script.contains(&start) && script.contains("location.reload"),
        "{script}"
    );
    let usual = Host::with(|state| state).await;
    assert!(!usual.get("/sign-in").await.text().await.unwrap().contains("/dev/start"));
    assert_eq!(usual.get("/dev/start").await.status(), 404);
}
