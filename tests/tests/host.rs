//! The host over HTTP: health, sign-in, and what protects a browser.

use domain::people::Role;
use journeys::server::{PASSWORD, TestServer};
use serde_json::{Value, json};

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

/// GOV-1: another site's page cannot act with a person's session.
#[tokio::test]
async fn a_form_on_another_site_changes_nothing() {
    let server = TestServer::new().await;
    let admin = server.person(Role::Admin, None).await;
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        let forged = admin.client.post(format!("{}/api/fn/people/list", server.url)).header(name, value).json(&json!({}));
        let answer = forged.send().await.unwrap();
        assert_eq!(answer.status(), 403, "{name}: {value}");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "cross_site");
    }
    assert_eq!(admin.call("/api/fn/people/list", &json!({})).await.status(), 200);
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
