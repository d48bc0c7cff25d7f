//! The integration API over HTTP: orders in, availability out, returns; keys, scopes, idempotency, problems.
#![expect(clippy::unwrap_used, reason = "helpers of tests: one that cannot go on says where")]

use domain::ids::ChannelId;
use domain::orders::OpenChannel;
use domain::people::Permission as P;
use domain::stock::channels::SetChannelBuffer;
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
    let cancelled = shop
        .post(&format!("/orders/{number}/cancel"), "c")
        .json(&json!({ "reason": "ordered_twice", "note": "twice" }))
        .send()
        .await
        .unwrap();
    assert_eq!(body(cancelled).await["stage"], "cancelled");
    assert_eq!(body(shop.get("/availability?sku=MUG").await).await["available"], 10);
}

/// PLN-3: a channel is told what can be promised less what is kept from it.
#[tokio::test]
async fn a_channel_is_told_less_what_is_kept_from_it() {
    let shop = Shop::open().await;
    let kept = SetChannelBuffer { channel: "web".into(), sku: None, units: Some(4) };
    shop.server.t.run(&kept).await;
    let told = body(shop.get("/availability?sku=MUG&channel=web").await).await;
    assert_eq!((told["available"].as_i64(), told["sites"][0]["available"].as_i64()), (Some(6), Some(6)));
    assert_eq!(body(shop.get("/availability?sku=MUG").await).await["available"], 10);
    assert_eq!(shop.get("/availability?sku=MUG&channel=nowhere").await.status(), 422);
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

/// INT-1: a key that may not see what it makes is told so before anything is made, and so is one that may not make it.
#[tokio::test]
async fn a_key_with_too_few_scopes_changes_nothing() {
    let shop = Shop::open().await;
    let placed = body(shop.post("/orders", "a").json(&order("W-1", 1)).send().await.unwrap()).await;
    let id = placed["id"].as_str().unwrap();
    let back = json!({ "order": id, "lines": [] });
    let counts = "(select 1 from sales_order union all select 1 from return_request union all select 1 from sales_order where cancelled_at is not null) x";
    let before = shop.server.t.count(counts).await;
    for scopes in [vec![P::OrdersEdit], vec![P::OrdersView], vec![P::StockView], vec![P::ReturnsAuthorise], vec![P::ReturnsView]]
    {
        let key = Shop::issue(&shop.server, &scopes).await;
        let post = async |path: &str, body: &Value| {
            let url = format!("{}/api/v1{path}", shop.server.url);
            let sent = shop.client.post(url).bearer_auth(&key).header("Idempotency-Key", path).json(body).send().await.unwrap();
            (sent.status().as_u16(), sent.json::<Value>().await.unwrap()["code"].as_str().unwrap().to_owned())
        };
        let refused = (403, "not_allowed".to_owned());
        assert_eq!(post("/orders", &order("W-2", 1)).await, refused, "{scopes:?}");
        assert_eq!(post(&format!("/orders/{id}/cancel"), &json!({ "reason": "no_stock" })).await, refused, "{scopes:?}");
        assert_eq!(post("/returns", &back).await, refused, "{scopes:?}");
    }
    assert_eq!(shop.server.t.count(counts).await, before);
    let both = Shop::issue(&shop.server, &[P::OrdersEdit, P::OrdersView]).await;
    let url = format!("{}/api/v1/orders", shop.server.url);
    let made =
        shop.client.post(url).bearer_auth(&both).header("Idempotency-Key", "z").json(&order("W-2", 1)).send().await.unwrap();
    assert_eq!(made.status(), 200);
}

/// INT-1, GOV-1: another org's key sees and changes nothing here.
#[tokio::test]
async fn another_orgs_key_reaches_nothing_here() {
    let shop = Shop::open().await;
    let t = &shop.server.t;
    let placed = body(shop.post("/orders", "a").json(&order("W-1", 1)).send().await.unwrap()).await;
    let (id, number) = (placed["id"].as_str().unwrap(), placed["number"].as_str().unwrap());
    let rival = domain::people::Caller::system(t.another_org().await, "test");
    let key = t.db.issue_key(&rival, noon(), "rival", &service::directory::SCOPES).await.unwrap().1;
    for (path, status) in
        [(format!("/orders/{id}"), 404), (format!("/orders/{number}"), 404), ("/availability?sku=MUG".into(), 422)]
    {
        let asked = shop.client.get(format!("{}/api/v1{path}", shop.server.url)).bearer_auth(&key).send().await.unwrap();
        assert_eq!(asked.status(), status, "{path}");
    }
    let post = async |path: &str, body: &Value| {
        let url = format!("{}/api/v1{path}", shop.server.url);
        shop.client.post(url).bearer_auth(&key).header("Idempotency-Key", "r").json(body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(post(&format!("/orders/{id}/cancel"), &json!({ "reason": "no_stock" })).await, 404);
    assert_eq!(post("/orders", &order("W-2", 1)).await, 422, "their catalog has no mugs");
    assert_eq!(t.count("sales_order where cancelled_at is null").await, 1);
    assert_eq!(t.count("sales_order").await, 1);
}

/// INT-1: a call is counted once against its key, whatever it asks for.
#[tokio::test]
async fn a_call_is_counted_once() {
    let shop = Shop::open().await;
    let (writer, reader) = (
        Shop::issue(&shop.server, &service::directory::SCOPES).await,
        Shop::issue(&shop.server, &service::directory::SCOPES).await,
    );
    let url = |path: &str| format!("{}/api/v1{path}", shop.server.url);
    let post = shop.client.post(url("/orders")).bearer_auth(&writer).header("Idempotency-Key", "a").json(&order("W-1", 1));
    post.send().await.unwrap();
    shop.client.get(url("/availability?sku=MUG")).bearer_auth(&reader).send().await.unwrap();
    let left: Vec<f64> = sqlx::query_scalar("select tokens from rate_limit where bucket like 'api/%'")
        .fetch_all(&shop.server.t.root)
        .await
        .unwrap();
    assert_eq!(left.len(), 2);
    assert!((left[0] - left[1]).abs() < f64::EPSILON, "{left:?}");
}

/// INT-3: text with a NUL, and amounts no column holds, are refused by name.
#[tokio::test]
async fn what_cannot_be_kept_is_a_problem_and_no_breakdown() {
    let shop = Shop::open().await;
    let mut nul = order("W-1", 1);
    nul["customer_name"] = "Ana\u{0}".into();
    let refused = shop.post("/orders", "nul").json(&nul).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), body(refused).await["code"].as_str()), (422, Some("invalid")));
    let again = shop.post("/orders", "nul").json(&nul).send().await.unwrap();
    assert_eq!(again.status(), 422, "the same answer for the same request");
    assert_eq!(shop.get("/orders/SO%00").await.status(), 422);
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

/// ORD-2: a shopper's units are theirs while they pay; asked twice they are kept once, and the order that names the basket gets them.
#[tokio::test]
async fn a_basket_is_kept_once_and_becomes_an_order() {
    let shop = Shop::open().await;
    let basket = json!({ "channel": "web", "lines": [{ "sku": "MUG", "quantity": 8 }, { "sku": "MUG", "quantity": 2 }] });
    let first = body(shop.post("/baskets", "b").json(&basket).send().await.unwrap()).await;
    assert_eq!(body(shop.post("/baskets", "b").json(&basket).send().await.unwrap()).await, first, "once");
    let late = shop.post("/baskets", "c").json(&basket).send().await.unwrap();
    assert_eq!(late.status(), 409);
    let late = body(late).await;
    assert_eq!((&late["code"], &late["detail"]), (&json!("basket_short"), &json!("Of MUG there are 0 free, not 10.")));
    let mut paid = order("W-1", 10);
    paid["basket"] = first["id"].clone();
    let placed = body(shop.post("/orders", "o").json(&paid).send().await.unwrap()).await;
    assert_eq!(placed["stage"], "waiting", "{placed}");
    let gone = body(shop.post(&format!("/baskets/{}/drop", first["id"].as_str().unwrap()), "d").send().await.unwrap()).await;
    assert_eq!(gone["units"], 0, "its order has them");
}
