//! The integration API over HTTP: orders in, availability out, returns; keys, scopes, idempotency, problems.
#![expect(clippy::unwrap_used, reason = "helpers of tests: one that cannot go on says where")]

use domain::ids::ChannelId;
use domain::orders::OpenChannel;
use domain::people::Permission as P;
use journeys::server::TestServer;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use service::testkit::noon;

struct Shop {
    server: TestServer,
    key: String,
    client: Client,
}

impl Shop {
    async fn open() -> Self {
        let server = TestServer::new().await;
        let t = &server.t;
        let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        t.receive(site, sku, "A01-01L-1", 10).await;
        let key = Self::issue(&server, &service::directory::SCOPES).await;
        Self { key, client: Client::new(), server }
    }

    async fn issue(server: &TestServer, scopes: &[P]) -> String {
        server.t.db.issue_key(&server.t.system(), noon(), "shop", scopes).await.expect("the key is issued").1
    }

    fn post(&self, path: &str, once: &str) -> RequestBuilder {
        self.client.post(format!("{}/api/v1{path}", self.server.url)).bearer_auth(&self.key).header("Idempotency-Key", once)
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}/api/v1{path}", self.server.url)).bearer_auth(&self.key).send().await.unwrap()
    }
}

fn order(external: &str, quantity: i64) -> Value {
    json!({
        "channel": "web", "external_id": external, "customer_name": "Ana", "email": "ana@example.com", "address_line": "1 Quay",
        "city": "Leeds", "postcode": "LS1", "country": "GB", "currency": "GBP",
        "lines": [{ "sku": "MUG", "quantity": quantity, "unit_price": "12.00" }],
        "payment": { "kind": "paid", "reference": "ch_1" },
    })
}

async fn body(response: Response) -> Value {
    response.json().await.expect("JSON")
}

/// INT-1: an order comes in once, however often it is sent; availability follows; it can be read and cancelled.
#[tokio::test]
async fn an_order_comes_in_once_is_read_and_cancelled() {
    let shop = Shop::open().await;
    let first = body(shop.post("/orders", "a").json(&order("W-1", 3)).send().await.unwrap()).await;
    let again = body(shop.post("/orders", "a").json(&order("W-1", 3)).send().await.unwrap()).await;
    let other_key = body(shop.post("/orders", "b").json(&order("W-1", 3)).send().await.unwrap()).await;
    assert_eq!((first["stage"].as_str(), first["total"].as_str()), (Some("waiting"), Some("36.0000")));
    assert_eq!(first["id"], again["id"]);
    assert_eq!(first["id"], other_key["id"], "the channel's own id is never taken twice");
    assert_eq!(shop.server.t.count("sales_order").await, 1);
    assert_eq!(body(shop.get("/availability?sku=MUG").await).await["available"], 7);
    let number = first["number"].as_str().unwrap();
    assert_eq!(body(shop.get(&format!("/orders/{number}")).await).await["lines"][0]["quantity"], 3);
    let cancelled = shop.post(&format!("/orders/{number}/cancel"), "c").json(&json!({ "reason": "twice" })).send().await.unwrap();
    assert_eq!(body(cancelled).await["stage"], "cancelled");
    assert_eq!(body(shop.get("/availability?sku=MUG").await).await["available"], 10);
}

/// INT-1: what is wrong is a problem with a stable code and a pointer; nothing is kept, nothing is a 500.
#[tokio::test]
async fn what_is_wrong_is_a_problem_by_name() {
    let shop = Shop::open().await;
    let mut n = 0;
    let mut refused = async |body: Value| {
        n += 1;
        let response = shop.post("/orders", &format!("k{n}")).json(&body).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let status = response.status().as_u16();
        let problem: Value = response.json().await.unwrap();
        (status, problem["code"].as_str().unwrap().to_owned())
    };
    let with = |change: fn(&mut Value)| {
        let mut body = order("W-1", 1);
        change(&mut body);
        body
    };
    assert_eq!(refused(with(|b| b["lines"][0]["sku"] = "CUP".into())).await, (422, "unknown_sku".into()));
    assert_eq!(refused(with(|b| b["lines"][0]["quantity"] = (-1).into())).await, (422, "quantity_out_of_range".into()));
    assert_eq!(refused(with(|b| b["lines"][0]["unit_price"] = "1e400".into())).await, (422, "body_unreadable".into()));
    assert_eq!(refused(with(|b| b["lines"] = json!([]))).await, (422, "order_invalid".into()));
    assert_eq!(refused(with(|b| b["channel"] = "ebay".into())).await, (422, "unknown_channel".into()));
    assert_eq!(refused(with(|b| b["surprise"] = 1.into())).await, (422, "body_unreadable".into()));
    assert_eq!(refused(json!("not an order")).await, (422, "body_unreadable".into()));
    shop.post("/orders", "same").json(&order("W-9", 1)).send().await.unwrap();
    let reused = shop.post("/orders", "same").json(&order("W-9", 2)).send().await.unwrap();
    assert_eq!((reused.status().as_u16(), body(reused).await["code"].as_str()), (422, Some("command_reused")));
    let bare = shop.client.post(format!("{}/api/v1/orders", shop.server.url)).bearer_auth(&shop.key).json(&order("W-3", 1));
    assert_eq!(body(bare.send().await.unwrap()).await["code"], "idempotency_key_missing");
    assert_eq!(shop.get("/orders/SO-99999").await.status(), 404);
    assert_eq!(shop.server.t.count("sales_order").await, 1);
}

/// INT-1: a key opens its scopes and nothing else; a revoked or invented one opens nothing.
#[tokio::test]
async fn a_key_opens_its_scopes_only() {
    let shop = Shop::open().await;
    let reader = Shop::issue(&shop.server, &[P::StockView]).await;
    let ask = async |key: &str, path: &str| {
        shop.client.get(format!("{}/api/v1{path}", shop.server.url)).bearer_auth(key).send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask(&reader, "/availability?sku=MUG").await, 200);
    assert_eq!(ask(&reader, "/orders/SO-1001").await, 403);
    assert_eq!(ask("tw_invented", "/availability?sku=MUG").await, 401);
    let anonymous = shop.client.get(format!("{}/api/v1/availability?sku=MUG", shop.server.url)).send().await.unwrap();
    assert_eq!(anonymous.status(), 401);
    let t = &shop.server.t;
    let refused = t.db.issue_key(&t.system(), noon(), "boss", &[P::RefundsApprove]).await;
    assert!(refused.is_err(), "approvals are not for keys");
    assert!(
        !format!(
            "{:?}",
            sqlx::query_scalar::<_, String>(
                "select outcome::text || fingerprint::text from command where kind = 'directory.issue_key' limit 1"
            )
            .fetch_one(&t.root)
            .await
            .unwrap()
        )
        .contains(&reader)
    );
    let (id, key) = t.db.issue_key(&t.system(), noon(), "gone", &[P::StockView]).await.unwrap();
    assert_eq!(ask(&key, "/availability?sku=MUG").await, 200);
    t.run(&service::directory::RevokeKey { id }).await;
    assert_eq!(ask(&key, "/availability?sku=MUG").await, 401);
}

/// INT-1: the document and its page are served, and name every path.
#[tokio::test]
async fn the_document_is_served_and_names_every_path() {
    let shop = Shop::open().await;
    let document = body(shop.get("/openapi.json").await).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    for path in
        ["/api/v1/orders", "/api/v1/orders/{order}", "/api/v1/orders/{order}/cancel", "/api/v1/availability", "/api/v1/returns"]
    {
        assert!(paths.iter().any(|known| *known == path), "{path}");
    }
    let page = shop.get("/docs/").await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("swagger"));
}

/// INT-1: a return of a shipped line is asked for and decided at once; of an unshipped one it is refused with the count.
#[tokio::test]
async fn a_return_is_asked_for_over_the_api() {
    let shop = Shop::open().await;
    let t = &shop.server.t;
    let placed = body(shop.post("/orders", "a").json(&order("W-1", 2)).send().await.unwrap()).await;
    let line = placed["lines"][0]["id"].as_str().unwrap();
    let ask = |quantity: i64| json!({ "order": placed["number"], "lines": [{ "line": line, "quantity": quantity, "reason": "unwanted", "resolution": "refund" }] });
    let early = shop.post("/returns", "early").json(&ask(1)).send().await.unwrap();
    assert!(early.status().is_client_error());
    let clerk = service::history::Clerk::new(&t.db, t.system(), uuid::Uuid::now_v7());
    let site = t.db.sites(&t.system(), P::StockView).await.unwrap()[0].id;
    let placed_at: chrono::DateTime<chrono::Utc> = placed["placed_at"].as_str().unwrap().parse().unwrap();
    clerk.work(site, placed_at, "DPD").await.unwrap();
    let made = shop.post("/returns", "b").json(&ask(1)).send().await.unwrap();
    assert_eq!(made.status(), 200);
    let made = body(made).await;
    assert!(made["number"].as_str().unwrap().starts_with("RMA-"));
    let too_many = shop.post("/returns", "c").json(&ask(2)).send().await.unwrap();
    assert!(too_many.status().is_client_error());
    let word = json!({ "order": placed["number"], "lines": [{ "line": line, "quantity": 1, "reason": "bored", "resolution": "refund" }] });
    assert_eq!(shop.post("/returns", "d").json(&word).send().await.unwrap().status(), 422);
    let read = body(shop.get(&format!("/returns/{}", made["number"].as_str().unwrap())).await).await;
    assert_eq!(read["lines"][0]["quantity"], 1);
}
