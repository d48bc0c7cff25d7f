//! The stage every door is tried on: one org with goods, an order and people; a rival org; and someone of each kind who tries.

use domain::floor::{OpenParcel, PickTrips};
use domain::ids::{ChannelId, OrderId, ParcelId, PersonId, SiteId, SkuId, TaskId, TripId};
use domain::orders::{NewLine, NewOrder, NewPayment, OpenChannel, PlaceOrders};
use domain::people::{Caller, Grant, Role};
use domain::waves::{Chosen, Method, PlanWave, Planned};
use journeys::server::{Browser, PASSWORD, TestServer};
use rust_decimal::Decimal;
use service::testkit::{TestDb, noon};

/// Words that stand in this org's data and nowhere else: whoever is refused must never read them.
pub const SECRETS: [&str; 2] = ["Zephyrine Quaysworth", "QUAYLAMP"];

pub struct Stage {
    pub server: TestServer,
    pub site: SiteId,
    pub away: SiteId,
    pub sku: SkuId,
    pub order: OrderId,
    pub number: String,
    /// A cart's walk, released to the floor, with one task; and a parcel being packed.
    pub trip: TripId,
    pub task: TaskId,
    pub parcel: ParcelId,
    /// A person nobody signs in as: for doors that change people.
    pub spare: PersonId,
}

/// Who tries.
pub struct Try {
    pub name: &'static str,
    pub who: Who,
    pub browser: Browser,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Nobody,
    /// At the stage's site only.
    Role(Role),
    /// Every role, at another site of the same org.
    Away,
    /// Every role, in another org.
    Rival,
    /// A customer with a portal session for the order.
    Customer,
}

impl Stage {
    pub async fn set() -> Self {
        let server = TestServer::new().await;
        let t = &server.t;
        let (site, away, sku) = (t.site("LDS").await, t.site("LYN").await, t.sku("QUAYLAMP").await);
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        t.receive(site, sku, "A01-01L-1", 100).await;
        let waits = NewPayment::Capture { authorisation: "pi_stage".into() };
        let placed = t.run(&PlaceOrders { orders: vec![new_order(sku, "W-1", waits)] }).await;
        let (order, number) = (placed[0].order, placed[0].number.clone());
        let packed = walk(t, site, sku, "W-2").await;
        t.run(&PickTrips { trips: packed.trips }).await;
        let parcel = t.run(&OpenParcel { site, scan: packed.orders[0].to_string() }).await;
        let trip = walk(t, site, sku, "W-3").await.trips[0];
        let task = sqlx::query_scalar("select id from pick_task where trip_id = $1").bind(trip.0).fetch_one(&t.root).await;
        let task = TaskId(task.expect("the trip has a task"));
        let spare = server.hire("spare@example.org", Role::Picker, Some(site)).await;
        // So that changing the spare person never takes the last administrator away.
        server.hire("chief@example.org", Role::Admin, None).await;
        Self { server, site, away, sku, order, number, trip, task, parcel, spare }
    }

    /// One browser for each who tries.
    pub async fn tries(&self) -> Vec<Try> {
        let mut tries = vec![Try { name: "nobody", who: Who::Nobody, browser: self.server.browser() }];
        for role in Role::ALL {
            let browser = self.server.person(role, Some(self.site)).await;
            tries.push(Try { name: role.code(), who: Who::Role(role), browser });
        }
        let rival = Caller::system(self.server.t.another_org().await, "test");
        tries.push(Try {
            name: "another site",
            who: Who::Away,
            browser: self.hired(&self.server.t.system(), Some(self.away)).await,
        });
        tries.push(Try { name: "another org", who: Who::Rival, browser: self.hired(&rival, None).await });
        tries.push(Try { name: "customer", who: Who::Customer, browser: self.customer().await });
        tries
    }

    async fn hired(&self, by: &Caller, site: Option<SiteId>) -> Browser {
        let grants: Vec<Grant> = Role::ALL.into_iter().map(|role| Grant { role, site }).collect();
        let email = format!("all-{}@example.org", uuid::Uuid::now_v7().simple());
        self.server.hire_by(by, &email, &grants).await;
        let browser = self.server.browser();
        assert_eq!(browser.sign_in(&email, PASSWORD).await.status(), 302);
        browser
    }

    /// Sends a portal session's token under both names, as somebody curious would.
    async fn customer(&self) -> Browser {
        let t = &self.server.t;
        let opened = t.db.open_portal_session(t.org, self.order, "phone", app_now()).await.expect("a session opens");
        let mut headers = reqwest::header::HeaderMap::new();
        let cookie = format!("tideway={0}; tideway-portal={0}", opened.token);
        headers.insert("cookie", cookie.parse().expect("a token is plain"));
        let client = reqwest::Client::builder().default_headers(headers).redirect(reqwest::redirect::Policy::none()).build();
        Browser { client: client.expect("a client can be built"), url: self.server.url.clone() }
    }

    /// A digest of every business table: what is done by a refused call shows here.
    pub async fn digest(&self) -> Vec<(String, String)> {
        const APART: &str = "'command','audit','audit_seal','outbox','outbox_head','follower_cursor','session','rate_limit','number_block','_sqlx_migrations'";
        let tables = format!(
            "select tablename::text from pg_tables where schemaname = 'public' and tablename not in ({APART}) order by 1"
        );
        let root = &self.server.t.root;
        let tables: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(tables)).fetch_all(root).await.expect("the tables are listed");
        let mut digest = Vec::new();
        for table in tables {
            let query = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{table}\" t");
            let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(root).await.expect("the digest is made");
            digest.push((table, rows));
        }
        digest
    }
}

/// Sessions are real ones: they end by the real clock.
#[expect(clippy::disallowed_methods, reason = "the server under test lives in the present")]
fn app_now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// A paid order on a cart of its own, released to the floor.
async fn walk(t: &TestDb, site: SiteId, sku: SkuId, external_id: &str) -> Planned {
    let paid = NewPayment::Paid { reference: external_id.into() };
    t.run(&PlaceOrders { orders: vec![new_order(sku, external_id, paid)] }).await;
    let wave = PlanWave { site, orders: Chosen::Most(10), method: Method::Single, slots: 1, release: true };
    t.run(&wave).await
}

fn new_order(sku: SkuId, external_id: &str, payment: NewPayment) -> NewOrder {
    NewOrder {
        id: OrderId::mint(),
        channel: "web".into(),
        external_id: external_id.into(),
        customer_name: SECRETS[0].into(),
        email: "zephyrine@example.com".into(),
        address_line: "1 Quay".into(),
        city: "Leeds".into(),
        postcode: "LS1".into(),
        country: "GB".into(),
        currency: "GBP".into(),
        shipping_amount: Decimal::ZERO,
        ship_complete: false,
        lines: vec![NewLine { sku, quantity: 1, unit_price: Decimal::from(12), discount: Decimal::ZERO }],
        payment,
        placed_at: Some(noon()),
    }
}
