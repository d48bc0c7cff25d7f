//! The customer's portal as a browser without JavaScript sees it: pages and plain forms, nothing else.
#![expect(clippy::unwrap_used, reason = "helpers of tests: one that cannot go on says where")]

use domain::floor::{PackOrders, PickTrips, ShipParcels};
use domain::ids::{ChannelId, OrderId, SiteId, SkuId};
use domain::orders::{NewLine, NewOrder, NewPayment, OpenChannel, PlaceOrders};
use domain::waves::{Cart, Chosen, Method, PlanWave};
use journeys::server::{Browser, TestServer};
use reqwest::Response;
use rust_decimal::Decimal;
use service::testkit::TestDb;

/// Sessions and windows are judged by the real clock.
#[expect(clippy::disallowed_methods, reason = "the server under test lives in the present")]
fn today() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// A shop that sent its orders today.
struct Shop {
    server: TestServer,
    site: SiteId,
    skus: Vec<SkuId>,
}

impl Shop {
    async fn open() -> Self {
        let server = TestServer::new().await;
        let t = &server.t;
        let site = t.site("LDS").await;
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        let mut skus = Vec::new();
        for code in ["MUG", "CUP"] {
            let sku = t.sku(code).await;
            t.receive(site, sku, "A01-01L-1", 100).await;
            skus.push(sku);
        }
        Self { server, site, skus }
    }

    /// An order of two mugs and a cup that left; answers its number.
    async fn sent(&self, external_id: &str, email: &str) -> String {
        let (t, id) = (&self.server.t, OrderId::mint());
        let line = |sku, quantity| NewLine { sku, quantity, unit_price: Decimal::from(12), discount: Decimal::ZERO, kit: None };
        let order = NewOrder {
            id,
            channel: "web".into(),
            external_id: external_id.into(),
            customer_name: "Ana".into(),
            email: email.into(),
            address_line: "1 Quay".into(),
            city: "Leeds".into(),
            postcode: "LS1 4AB".into(),
            country: "GB".into(),
            currency: "GBP".into(),
            shipping_amount: Decimal::ZERO,
            service: None,
            ship_complete: false,
            lines: vec![line(self.skus[0], 2), line(self.skus[1], 1)],
            payment: NewPayment::Paid { reference: external_id.into() },
            basket: None,
            owner: String::new(),
            placed_at: Some(today()),
        };
        let placed = t.run(&PlaceOrders { orders: vec![order] }).await;
        let wave = PlanWave {
            site: self.site,
            orders: Chosen::Most(10),
            method: Method::Single,
            cart: Cart::totes(1),
            pickers: 1,
            rounds: domain::waves::Rounds::default(),
            release: true,
        };
        let trips = t.run(&wave).await.trips;
        t.run(&PickTrips { trips }).await;
        t.run(&PackOrders { site: self.site, orders: vec![id] }).await;
        let parcel: uuid::Uuid =
            sqlx::query_scalar("select id from parcel where order_id = $1").bind(id.0).fetch_one(&t.root).await.unwrap();
        let ship = ShipParcels { parcels: vec![parcel.into()], carrier: "Tide Post".into(), service: "48".into() };
        t.db.run(&t.system(), domain::ids::CommandId::mint(), today(), &ship).await.unwrap();
        placed[0].number.clone()
    }
}

fn location(answer: &Response) -> String {
    let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    to.to_owned()
}

async fn open(browser: &Browser, number: &str, secret: &str) -> Response {
    browser.submit("/portal", "/api/fn/portal/open", &[("number", number), ("secret", secret)]).await
}

/// A page's text; it was there.
async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// The names and values of the inputs between two marks of a page, as a browser would send them.
fn fields(html: &str, form: &str) -> Vec<(String, String)> {
    let form = html.split("<form").find(|part| part.contains(&format!("action=\"{form}\""))).expect("the form is there");
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&"))
    };
    let tags = form.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("textarea"));
    tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))).collect()
}

async fn send(browser: &Browser, from: &str, action: &str, fields: &[(String, String)]) -> Response {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.submit(from, action, &fields).await
}

async fn requests(t: &TestDb) -> i64 {
    t.count("return_request").await
}

/// RET-1, RET-3: from the order's number to a request, its status and its end, by plain forms only; sent twice it is asked for once.
#[tokio::test]
async fn a_return_is_asked_for_followed_and_taken_back_by_plain_forms() {
    let shop = Shop::open().await;
    let number = shop.sent("W-1", "ana@example.com").await;
    let browser = shop.server.browser();
    assert!(page(&browser, "/portal").await.contains("action=\"/api/fn/portal/open\""));
    let opened = open(&browser, &format!(" {} ", number.to_lowercase()), "ls14ab").await;
    assert_eq!((opened.status().as_u16(), location(&opened).as_str()), (302, "/portal/order"));
    let order = page(&browser, "/portal/order").await;
    assert!(order.contains(&number) && order.contains("MUG thing") && order.contains("name=\"on0\""), "{order}");
    assert!(!order.contains("ana@example.com"), "an email is not shown whole");
    // What is chosen travels in the address, as a form sent by GET does; a line that is not ticked does not come back.
    let review_at = "/portal/review?on0=1&q0=2&r0=unwanted&s0=refund&q1=1&r1=unwanted&s1=refund";
    let review = page(&browser, review_at).await;
    let asked = fields(&review, "/api/fn/portal/request");
    let named = |name: &str| asked.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!(named("lines[0][quantity]").as_deref(), Some("2"), "{asked:?}");
    assert_eq!(named("lines[0][reason]").as_deref(), Some("unwanted"));
    assert!(named("lines[1][line]").is_none(), "{asked:?}");
    assert!(review.contains("24.00"), "the money is told before it is asked for");
    let made = send(&browser, review_at, "/api/fn/portal/request", &asked).await;
    let status_at = location(&made);
    assert!(made.status() == 302 && status_at.starts_with("/portal/returns/RMA-"), "{status_at}");
    let again = send(&browser, review_at, "/api/fn/portal/request", &asked).await;
    assert_eq!(location(&again), status_at, "a second press is the same request");
    assert_eq!(requests(&shop.server.t).await, 1);
    let status = page(&browser, &status_at).await;
    assert!(status.contains("Send it to us") && status.contains("data-rma="), "{status}");
    // Nothing is left to ask for of that line.
    let spent = page(&browser, "/portal/order").await;
    assert!(!spent.contains("name=\"on0\"") && spent.contains("name=\"on1\""));
    let cancelled = send(&browser, &status_at, "/api/fn/portal/cancel", &fields(&status, "/api/fn/portal/cancel")).await;
    assert_eq!(cancelled.status(), 302);
    let after = page(&browser, &status_at).await;
    assert!(after.contains("Cancelled") && !after.contains("Keep it after all"));
    assert!(page(&browser, "/portal/order").await.contains("name=\"on0\""), "what was taken back can be asked for again");
    let left = browser.submit("/portal/order", "/api/fn/portal/leave", &[]).await;
    assert_eq!(location(&left), "/portal");
    assert!(page(&browser, "/portal/order").await.contains("Your visit has ended"));
}

/// RET-1: more than was sent, another order's line and no line at all are refused on the page they came from; nothing is kept.
#[tokio::test]
async fn what_cannot_come_back_is_refused_on_its_page() {
    let shop = Shop::open().await;
    let (mine, other) = (shop.sent("W-1", "ana@example.com").await, shop.sent("W-2", "bob@example.com").await);
    let (browser, stranger) = (shop.server.browser(), shop.server.browser());
    open(&browser, &mine, "ana@example.com").await;
    open(&stranger, &other, "bob@example.com").await;
    let review_at = "/portal/review?on0=1&q0=1&r0=unwanted&s0=refund";
    let asked = fields(&page(&browser, review_at).await, "/api/fn/portal/request");
    let theirs = fields(&page(&stranger, review_at).await, "/api/fn/portal/request");
    let line = |of: &[(String, String)]| of.iter().find(|(name, _)| name == "lines[0][line]").unwrap().1.clone();
    let with = |name: &str, value: &str| {
        let mut fields = asked.clone();
        fields.iter_mut().filter(|(known, _)| known == "id").for_each(|(_, id)| *id = uuid::Uuid::now_v7().to_string());
        fields.iter_mut().filter(|(known, _)| known == name).for_each(|(_, old)| value.clone_into(old));
        fields
    };
    for bad in [
        with("lines[0][quantity]", "3"),
        with("lines[0][line]", &line(&theirs)),
        with("lines[0][reason]", "bored"),
        with("lines[0][quantity]", "0"),
    ] {
        let answer = send(&browser, review_at, "/api/fn/portal/request", &bad).await;
        let back = location(&answer);
        assert!(back.contains("/portal/review") && back.contains("__err"), "{} {back} {bad:?}", answer.status());
        let back = back.strip_prefix(&shop.server.url).unwrap_or(&back).to_owned();
        let shown = page(&browser, &back).await;
        assert!(
            shown.contains("role=\"alert\"") || shown.contains("can still come back") || shown.contains("did not work"),
            "{shown}"
        );
    }
    assert_eq!(requests(&shop.server.t).await, 0);
}

/// RET-1: whichever of number and secret is wrong, the answer is the same, to the letter.
#[tokio::test]
async fn a_wrong_pair_is_answered_the_same_whatever_is_wrong() {
    let shop = Shop::open().await;
    let number = shop.sent("W-1", "ana@example.com").await;
    let mut answers = Vec::new();
    for (number, secret) in
        [(number.as_str(), "bob@example.com"), ("SO-999999", "ana@example.com"), ("SO-999999", "LS9 9ZZ"), (number.as_str(), "")]
    {
        let browser = shop.server.browser();
        let refused = open(&browser, number, secret).await;
        assert!(refused.headers().get("set-cookie").is_none_or(|cookie| !cookie.to_str().unwrap().contains("tideway-portal")));
        answers.push((refused.status(), location(&refused), refused.text().await.unwrap()));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    let back = answers[0].1.strip_prefix(&shop.server.url).unwrap_or(&answers[0].1).to_owned();
    assert!(page(&shop.server.browser(), &back).await.contains("no order with these details"));
}

/// RET-1: a visit is of one order: opening another ends it, also where its cookie was kept.
#[tokio::test]
async fn opening_another_order_ends_the_visit_before() {
    let shop = Shop::open().await;
    let (first, second) = (shop.sent("W-1", "ana@example.com").await, shop.sent("W-2", "ana@example.com").await);
    let browser = shop.server.browser();
    let opened = open(&browser, &first, "ana@example.com").await;
    let kept = opened.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let keeper = shop.server.browser();
    let kept_page =
        async || keeper.client.get(format!("{}/portal/order", shop.server.url)).header("cookie", &kept).send().await.unwrap();
    assert!(kept_page().await.text().await.unwrap().contains(&first));
    assert_eq!(open(&browser, &second, "ana@example.com").await.status(), 302);
    let now = page(&browser, "/portal/order").await;
    assert!(now.contains(&second) && !now.contains(&first));
    let ended = kept_page().await.text().await.unwrap();
    assert!(ended.contains("Your visit has ended") && !ended.contains(&first), "{ended}");
}
