//! A database of one's own for each test: cloned from a migrated template, acted on as `tideway_app`.
//!
//! `TIDEWAY_TEST_URL` names a server where databases may be created; `make check` and `make test` start one and set it.

pub mod storm;

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use domain::catalog::{AddSkus, NewSku};
use domain::ids::{BinId, CommandId, OrderId, OrgId, PersonId, SiteId, SkuId};
use domain::ledger::OpenBooks;
use domain::orders::{NewLine, NewOrder, NewPayment};
use domain::people::{Actor, Caller, Grant, Role};
use domain::sites::OpenSite;
use domain::sites::spec::LayoutSpec;
use domain::stock::{ReceiveGoods, ReceiveLine};
use iso_currency::Currency;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool};

use crate::directory::NewOrg;
use crate::{Act, Db, MIGRATOR, Result};

/// One lock for whoever first makes the template; any number would do.
const TEMPLATE_LOCK: i64 = 7_451_900;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A fresh migrated database with one org in it. Dropped with the value.
pub struct TestDb {
    pub db: Db,
    pub org: OrgId,
    /// The database owner's view, past every wall: for planting breaches and for counting.
    pub root: PgPool,
    /// How to connect to this database as root.
    pub options: PgConnectOptions,
    server: PgConnectOptions,
    name: String,
}

impl TestDb {
    pub async fn new() -> Self {
        let server = server_options();
        let template = template(&server).await;
        let name = format!("tw_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut conn = server.connect().await.expect("the test server answers");
        let clone = format!("create database {name} template {template}");
        conn.execute(AssertSqlSafe(clone)).await.expect("the template can be cloned");
        conn.close().await.expect("the connection closes");
        let options = server.clone().database(&name);
        let root = PgPoolOptions::new().max_connections(4).connect_lazy_with(options.clone());
        let db = Db::connect(options.clone(), 24).await.expect("the app connects");
        let org = found(&db, "acme").await;
        Self { db, org, root, options, server, name }
    }

    /// Another org behind its own wall.
    pub async fn another_org(&self) -> OrgId {
        found(&self.db, "rival").await
    }

    /// The system itself, for setting the stage.
    pub fn system(&self) -> Caller {
        Caller::system(self.org, "test")
    }

    /// A person with one role, at one site or everywhere.
    pub fn person(&self, role: Role, site: Option<SiteId>) -> Caller {
        let who = Actor::Person {
            id: PersonId::mint(),
            name: role.name().to_owned(),
            grants: vec![Grant { role, site }],
            device: "test tablet".to_owned(),
        };
        Caller { org: self.org, who }
    }

    /// Run a command as the system, now-ish: [`noon`].
    pub async fn run<C: Act>(&self, command: &C) -> C::Outcome {
        self.try_run(&self.system(), command).await.expect("the command is taken")
    }

    /// Run a command as someone.
    pub async fn try_run<C: Act>(&self, caller: &Caller, command: &C) -> Result<C::Outcome> {
        self.db.run(caller, CommandId::mint(), noon(), command).await
    }

    /// A small site: four aisles, 160 pick bins, 40 totes.
    pub async fn site(&self, code: &str) -> SiteId {
        let spec = LayoutSpec::small();
        let site = OpenSite {
            id: SiteId::mint(),
            code: code.to_owned(),
            name: code.to_owned(),
            country: "GB".to_owned(),
            timezone: "Europe/London".to_owned(),
            rank: 0,
            layout: spec.layout().expect("the small site is sound"),
            bins: spec.bins().expect("the small site is sound"),
            totes: 40,
        };
        self.run(&site).await
    }

    /// A SKU as [`new_sku`] says it.
    pub async fn sku(&self, code: &str) -> SkuId {
        let sku = new_sku(code);
        let id = sku.id;
        self.run(&AddSkus { skus: vec![sku] }).await;
        id
    }

    /// The bin with this code.
    pub async fn bin(&self, site: SiteId, code: &str) -> BinId {
        self.db.bin_by_code(&self.system(), site, code).await.expect("the bin is there")
    }

    /// Units arrive in a bin, at standard cost.
    pub async fn receive(&self, site: SiteId, sku: SkuId, bin_code: &str, quantity: i32) {
        let bin = self.bin(site, bin_code).await;
        let line = ReceiveLine { sku, bin, quantity, unit_cost: None, marks: domain::lots::Marks::default() };
        let goods = ReceiveGoods {
            site,
            supplier: "Test & Co".to_owned(),
            reference: "PO-1".to_owned(),
            opening: true,
            lines: vec![line],
        };
        self.run(&goods).await;
    }

    /// Count rows past the wall: `count("movement where reason = 'pick'")`.
    pub async fn count(&self, from: &str) -> i64 {
        let query = format!("select count(*) from {from}");
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.root).await.expect("the count runs")
    }
}

/// A SKU for 12.00 with 20 % tax, costing 4.00, with the barcode `CODE-EAN` and a case of six, `CODE-CASE`.
pub fn new_sku(code: &str) -> NewSku {
    NewSku {
        id: SkuId::mint(),
        code: code.to_owned(),
        name: format!("{code} thing"),
        variant: String::new(),
        category: "general".to_owned(),
        length_mm: 100,
        width_mm: 80,
        height_mm: 50,
        weight_g: 250,
        price: Decimal::new(1200, 2),
        tax_rate: Decimal::new(2, 1),
        standard_cost: Decimal::new(400, 2),
        barcodes: vec![(format!("{code}-EAN"), 1), (format!("{code}-CASE"), 6)],
    }
}

/// An order of the shop `web`, as it sends it: these units for 12.00 each, nothing for the way, paid already.
pub fn new_order(external_id: &str, lines: &[(SkuId, i32)]) -> NewOrder {
    let line = |&(sku, quantity): &(SkuId, i32)| NewLine {
        sku,
        quantity,
        unit_price: Decimal::from(12),
        discount: Decimal::ZERO,
        kit: None,
    };
    NewOrder {
        id: OrderId::mint(),
        channel: "web".to_owned(),
        external_id: external_id.to_owned(),
        customer_name: "Ana Lima".to_owned(),
        email: "ana@example.com".to_owned(),
        address_line: "1 Quay".to_owned(),
        city: "Leeds".to_owned(),
        postcode: "LS1 1AA".to_owned(),
        country: "GB".to_owned(),
        currency: "GBP".to_owned(),
        shipping_amount: Decimal::ZERO,
        service: None,
        ship_complete: false,
        lines: lines.iter().map(line).collect(),
        payment: NewPayment::Paid { reference: external_id.to_owned() },
        basket: None,
        owner: String::new(),
        placed_at: None,
    }
}

/// When tests happen.
pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_646_400, 0).expect("a time in range")
}

async fn found(db: &Db, slug: &str) -> OrgId {
    let id = OrgId::mint();
    let org = NewOrg { id, slug: slug.to_owned(), name: slug.to_owned(), currency: Currency::GBP };
    db.found_org(&org).await.expect("the org is founded");
    let books = OpenBooks {};
    db.run(&Caller::system(id, "test"), CommandId::mint(), noon(), &books).await.expect("the books are opened");
    id
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), std::mem::take(&mut self.name));
        // Drop is not async, and the test's runtime may be going down: a thread with its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut conn = server.connect().await?;
                conn.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
            })
        });
        // A database left behind does no harm: the next template sweep removes it.
        let _ = dropped.join();
    }
}

fn server_options() -> PgConnectOptions {
    let url = std::env::var("TIDEWAY_TEST_URL")
        .expect("set TIDEWAY_TEST_URL to a Postgres where databases may be created (`make check` starts one and does)");
    url.parse().expect("TIDEWAY_TEST_URL is a Postgres URL")
}

/// The template for these very migrations, made once per server.
async fn template(server: &PgConnectOptions) -> String {
    let digest = MIGRATOR.iter().fold(Sha256::new(), |hash, migration| hash.chain_update(&migration.checksum)).finalize();
    let name = format!("tw_template_{}", hex::encode(&digest[..6]));
    let mut conn = server.connect().await.expect("the test server answers (TIDEWAY_TEST_URL)");
    let known = "select exists (select from pg_database where datname = $1)";
    let ready = |conn: PgConnection| async {
        let mut conn = conn;
        let ready: bool = sqlx::query_scalar(known).bind(&name).fetch_one(&mut conn).await.expect("pg_database reads");
        (conn, ready)
    };
    let ready_now;
    (conn, ready_now) = ready(conn).await;
    if ready_now {
        return name;
    }
    sqlx::query("select pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut conn).await.expect("the lock is given");
    let made_meanwhile;
    (conn, made_meanwhile) = ready(conn).await;
    if !made_meanwhile {
        make_template(&mut conn, server, &name).await;
    }
    conn.close().await.expect("the connection closes");
    name
}

async fn make_template(conn: &mut PgConnection, server: &PgConnectOptions, name: &str) {
    conn.execute(
        "do $$ declare role text; begin
            foreach role in array array['tideway_owner', 'tideway_app', 'tideway_sequencer'] loop
                if not exists (select from pg_roles where rolname = role) then
                    execute format('create role %I login nosuperuser nobypassrls', role);
                end if;
            end loop;
         end $$",
    )
    .await
    .expect("the roles are there");
    let half = format!("{name}_half");
    for statement in
        [format!("drop database if exists {half} with (force)"), format!("create database {half} owner tideway_owner")]
    {
        conn.execute(AssertSqlSafe(statement)).await.expect("the template database is made");
    }
    let owner = server.clone().database(&half).options([("role", "tideway_owner")]);
    let mut migrating = owner.connect().await.expect("the template answers");
    MIGRATOR.run(&mut migrating).await.expect("the migrations run");
    migrating.close().await.expect("the connection closes");
    // Renamed only when whole: a killed run leaves no broken template behind.
    conn.execute(AssertSqlSafe(format!("alter database {half} rename to {name}"))).await.expect("the template is named");
}
