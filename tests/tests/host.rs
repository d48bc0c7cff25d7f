//! The host over HTTP: health, sign-in, and what protects a browser.

use domain::ids::{CommandId, PersonId};
use domain::people::{Permission, Role};
use journeys::server::{PASSWORD, TestServer};
use serde_json::{Value, json};
use service::testkit::noon;

fn location(answer: &reqwest::Response) -> String {
    answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_server_is_alive_ready_and_tells_its_figures_to_this_machine() {
    let server = TestServer::new().await;
    let browser = server.browser();
    assert_eq!(browser.get("/healthz").await.text().await.unwrap(), "ok\n");
    assert_eq!(browser.get("/readyz").await.text().await.unwrap(), "ready\n");
    let figures = browser.get("/metrics").await.text().await.unwrap();
    assert!(figures.contains("tideway_http_requests_total{route=\"/healthz\""), "{figures}");
    let told =
        browser.client.get(format!("{}/metrics", server.url)).header("x-forwarded-for", "203.0.113.9").send().await.unwrap();
    assert_eq!(told.status(), 403);
}

/// GOV-1: sign-in works as a plain form, and leads to where the person's work is.
#[tokio::test]
async fn a_person_signs_in_by_a_plain_form_and_out_again() {
    let server = TestServer::new().await;
    server.hire("ana@example.org", Role::Picker, None).await;
    let browser = server.browser();
    assert_eq!(location(&browser.get("/").await), "/sign-in");
    let answer = browser.sign_in("ana@example.org", PASSWORD).await;
    assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (302, "/"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("tideway=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(location(&browser.get("/").await), "/floor");
    let stolen = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(location(&browser.submit("/floor", "/api/fn/people/sign-out", &[]).await), "/sign-in");
    assert_eq!(location(&browser.get("/").await), "/sign-in");
    let thief = server.browser();
    let page = thief.client.get(&server.url).header("cookie", stolen).send().await.unwrap();
    assert_eq!(location(&page), "/sign-in", "a cookie kept elsewhere ended too");
}

#[tokio::test]
async fn a_refused_sign_in_shows_its_words_on_the_form() {
    let server = TestServer::new().await;
    let browser = server.browser();
    let back = location(&browser.sign_in("ana@example.org", "not the password").await);
    assert!(back.contains("/sign-in?"), "{back}");
    let page = browser.get(back.strip_prefix(&server.url).unwrap()).await.text().await.unwrap();
    assert!(page.contains("That email and password do not match."), "{page}");
    assert_eq!(server.t.count("session").await, 0);
}

#[tokio::test]
async fn tries_to_sign_in_run_out() {
    let server = TestServer::new().await;
    let browser = server.browser();
    let mut said = Vec::new();
    for _ in 0..9 {
        let answer = browser.post("/api/fn/people/sign-in").form(&[("email", "ana@example.org"), ("password", "guess")]);
        said.push(answer.send().await.unwrap().status().as_u16());
    }
    assert_eq!(said, [401, 401, 401, 401, 401, 401, 401, 401, 429]);
}

/// GOV-1: where https is served, the cookie is bound to its host and never travels in the clear.
#[tokio::test]
async fn behind_https_cookies_are_secure_and_bound_to_the_host() {
    let server = TestServer::secure().await;
    server.hire("ana@example.org", Role::Picker, None).await;
    let answer = server.browser().sign_in("ana@example.org", PASSWORD).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-tideway=") && cookie.ends_with("; Secure") && cookie.contains("; Path=/;"), "{cookie}");
    assert!(answer.headers().contains_key("strict-transport-security"));
}

/// GOV-1: a form on another site's page, sent with a person's cookie, is answered with a page that says so. Every door: `authority`.
#[tokio::test]
async fn a_form_on_another_site_changes_nothing() {
    let server = TestServer::new().await;
    let admin = server.person(Role::Admin, None).await;
    let people = server.t.count("person").await;
    let somebody = || {
        let grants = json!([{ "role": "admin", "site": null }]);
        json!({ "id": CommandId::mint(), "person": PersonId::mint(), "name": "Eve", "email": "eve@evil.example", "password": PASSWORD, "grants": grants })
    };
    let add = || admin.client.post(format!("{}/api/fn/people/add", server.url)).json(&somebody());
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        let answer = add().header(name, value).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status(), 403, "{name}: {value}");
        assert!(answer.text().await.unwrap().contains("did not come from Tideway"), "{name}: {value}");
    }
    assert_eq!(server.t.count("person").await, people);
    assert_eq!(add().header("sec-fetch-site", "same-origin").send().await.unwrap().status(), 200);
    assert_eq!(server.t.count("person").await, people + 1);
}

/// INT-1: a key that calls too often waits, is told how long, and is served again after it.
#[tokio::test]
async fn a_key_that_calls_too_often_is_told_how_long_to_wait() {
    let server = TestServer::new().await;
    let t = &server.t;
    let key = t.db.issue_key(&t.system(), noon(), "busy", &[Permission::StockView]).await.unwrap().1;
    let other = t.db.issue_key(&t.system(), noon(), "calm", &[Permission::StockView]).await.unwrap().1;
    let client = reqwest::Client::new();
    let ask = |key: &str| client.get(format!("{}/api/v1/availability?sku=MUG", server.url)).bearer_auth(key).send();
    let answers = futures::future::join_all((0..400).map(|_| ask(&key))).await;
    let limited: Vec<_> = answers.into_iter().map(Result::unwrap).filter(|answer| answer.status() == 429).collect();
    assert!(!limited.is_empty() && limited.len() < 201, "{} of 400 calls at once were told to wait", limited.len());
    assert_ne!(ask(&other).await.unwrap().status(), 429, "another key has calls of its own");
    let told = limited.into_iter().next().unwrap();
    let wait: u64 = told.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(told.headers()["content-type"], "application/problem+json");
    let problem = told.json::<Value>().await.unwrap();
    assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some("too_many_tries"), Some(429)));
    tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    assert_ne!(ask(&key).await.unwrap().status(), 429);
}

#[tokio::test]
async fn every_response_carries_the_security_headers_and_pages_their_nonce() {
    let server = TestServer::new().await;
    let browser = server.browser();
    for path in ["/sign-in", "/healthz", "/nowhere", "/api/nowhere", "/pkg/tideway.bare.css"] {
        let answer = browser.get(path).await;
        for header in ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "x-request-id"]
        {
            assert!(answer.headers().contains_key(header), "{path} lacks {header}");
        }
    }
    let page = browser.get("/sign-in").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("unsafe-inline"), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    let html = page.text().await.unwrap();
    assert_eq!(
        html.matches("<script").count(),
        html.matches(&format!("<script nonce=\"{nonce}\"")).count()
            + html.matches(&format!("<script type=\"module\" nonce=\"{nonce}\"")).count()
    );
    assert!(!html.contains(" style="), "the policy forbids style attributes");
}

#[tokio::test]
async fn hashed_files_are_kept_forever_and_pages_not_at_all() {
    let server = TestServer::new().await;
    let browser = server.browser();
    let file = browser.get("/pkg/tideway.bare.css").await;
    assert_eq!(file.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(browser.get("/sign-in").await.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn nothing_at_an_address_is_told_to_people_and_to_machines() {
    let server = TestServer::new().await;
    let browser = server.browser();
    let page = browser.get("/no/such/page").await;
    assert_eq!((page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()), (404, "text/html; charset=utf-8"));
    let machine = browser.get("/api/no-such").await;
    assert_eq!(machine.headers()["content-type"], "application/problem+json");
    assert_eq!(machine.json::<Value>().await.unwrap()["status"], 404);
}

#[tokio::test]
async fn too_large_a_body_is_refused_in_words() {
    let server = TestServer::new().await;
    let body = "x".repeat(4 * 1024 * 1024 + 1);
    let answer = server.browser().post("/api/fn/people/list").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "too_large");
}
