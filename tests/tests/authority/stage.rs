//! The stage every door is tried on: one org with goods, an order and people; a rival org; and someone of each kind who tries.

use domain::counts::RequestCount;
use domain::counts::adjust::{AdjustStock, Why};
use domain::floor::{OpenParcel, PackOrders, PickTrips, ShipParcels};
use domain::ids::{
    AdjustmentId, BillId, BinId, ChangeId, ChannelId, ClaimId, CountId, DeliveryId, GoodsInspectionId, InspectionId, LotId,
    LpnId, OrderId, OrderLineId, OverId, OwnerId, ParcelId, PersonId, PurchaseId, PurchaseLineId, ReceiptId, ReceiptLineId,
    RefundId, ReplenishTaskId, ReturnId, ReturnLineId, SiteId, SiteTransferId, SkuId, SupplierId, TaskId, TripId, WaveId,
};
use domain::inspections::{Sampling, SetInspectionPlan};
use domain::lots::{self, Marks, SetTracking};
use domain::lpns::{MakeUnit, UnitKind};
use domain::orders::{NewOrder, NewPayment, OpenChannel, PlaceOrders};
use domain::owners::AddOwner;
use domain::people::{Caller, Grant, Permission, Role};
use domain::purchasing::{
    ApprovePurchase, Arrived, BilledLine, BookDelivery, Condition, Fault, ReceivePurchase, RecordBill, SaveSupplier,
    WritePurchase, WrittenLine,
};
use domain::quantity::Quantity;
use domain::reasons::Code;
use domain::replenish::{CheckForwardPicks, ForwardPick, SetForwardPicks};
use domain::returns::policy::Policy;
use domain::returns::{
    Answer, AskedLine, DecideReturn, Grade, InspectUnits, Inspected, Outcome, Reason, ReceiveReturn, RequestReturn, Resolution,
    Source,
};
use domain::stock::State;
use domain::stock::{ReceiveGoods, ReceiveLine};
use domain::transfers::{ApproveTransfer, AskedUnits, LoadTransfer, RequestTransfer, ScannedUnits};
use domain::waves::{Cart, Chosen, Method, PlanWave, Planned};
use journeys::server::{Browser, PASSWORD, TestServer};
use rust_decimal::Decimal;
use service::testkit::{TestDb, new_order, noon};

/// Words that stand in this org's data and nowhere else: whoever is refused must never read them.
pub const SECRETS: [&str; 2] = ["Zephyrine Quaysworth", "QUAYLAMP"];
/// The code of the stage's site, which stands in its totes' codes too: who works elsewhere does not read it in any list of sites'
/// things.
pub const SITE_SECRET: &str = "QUAYHEAD";

pub struct Stage {
    pub server: TestServer,
    pub site: SiteId,
    pub away: SiteId,
    pub sku: SkuId,
    /// Kept by lot, and a lot of it.
    pub serum: SkuId,
    pub lot: LotId,
    /// A client without goods.
    pub owner: OwnerId,
    /// Where its goods stand.
    pub bin: BinId,
    /// An empty pallet there.
    pub pallet: LpnId,
    pub order: OrderId,
    pub number: String,
    /// A cart's walk, released to the floor, with one task; and a parcel being packed.
    pub trip: TripId,
    pub task: TaskId,
    pub parcel: ParcelId,
    /// A wave that is planned and not on the floor yet.
    pub planned: WaveId,
    /// The order that came back, and its line.
    pub returned: OrderId,
    pub returned_line: OrderLineId,
    /// A third site, where goods go to and come from; a transfer to it that is asked for, and one on its way from it.
    pub third: SiteId,
    pub transfer: SiteTransferId,
    pub transfer_number: String,
    pub coming: SiteTransferId,
    /// Units to be brought from reserve.
    pub bring: ReplenishTaskId,
    /// A return of which one unit was inspected and another waits on the bench, and the refund proposed for the first.
    pub rma: ReturnId,
    pub rma_number: String,
    pub return_line: ReturnLineId,
    pub receipt_line: ReceiptLineId,
    pub inspection: InspectionId,
    pub refund: RefundId,
    /// A count that nobody has begun, and a correction that waits.
    pub count: CountId,
    pub count_number: String,
    pub adjustment: AdjustmentId,
    /// A supplier, an approved order for a hundred, and the delivery announced of it.
    pub supplier: SupplierId,
    pub purchase: PurchaseId,
    pub purchase_number: String,
    pub delivery: DeliveryId,
    pub purchase_line: PurchaseLineId,
    /// A unit too many that waits, and a claim for one that was wet, both of another order.
    pub over: OverId,
    pub claim: ClaimId,
    /// An edit of the SKU's price that waits for its owner.
    pub change: ChangeId,
    /// That order's receipt, and a bill for it that is too dear.
    pub receipt: String,
    pub bill: BillId,
    /// Goods held to be looked at.
    pub inspected: GoodsInspectionId,
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
    /// An API key of this org with these scopes.
    Key(&'static [Permission]),
    /// An API key of another org, with every scope.
    RivalKey,
    /// A customer with a portal session for the order.
    Customer,
}

/// A SKU that is kept by lot, with some of one lot.
async fn by_lot(t: &TestDb, site: SiteId) -> (SkuId, LotId) {
    let sku = t.sku("SERUM").await;
    let policy = lots::Policy { lot: true, ..lots::Policy::default() };
    t.run(&SetTracking { sku, policy }).await;
    let marks = Marks { lot: "L1".into(), ..Marks::default() };
    let lines = vec![ReceiveLine { sku, bin: t.bin(site, "A03-03L-1").await, quantity: 5, unit_cost: None, marks }];
    t.run(&ReceiveGoods { site, supplier: "Labs".into(), reference: "DN-1".into(), opening: false, lines }).await;
    let lot = sqlx::query_scalar("select id from lot where code = 'L1'").fetch_one(&t.root).await.expect("the lot is there");
    (sku, LotId(lot))
}

impl Stage {
    pub async fn set() -> Self {
        let server = TestServer::new().await;
        let t = &server.t;
        let (site, away, sku) = (t.site(SITE_SECRET).await, t.site("LYN").await, t.sku("QUAYLAMP").await);
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        t.receive(site, sku, "A01-01L-1", 100).await;
        let (serum, lot) = by_lot(t, site).await;
        let owner = OwnerId::mint();
        t.run(&AddOwner { id: owner, code: "ACME".into(), name: "Acme".into() }).await;
        let waits = NewPayment::Capture { authorisation: "pi_stage".into() };
        let placed = t.run(&PlaceOrders { orders: vec![secret_order(sku, "W-1", waits)] }).await;
        let (order, number) = (placed[0].order, placed[0].number.clone());
        let bin = t.bin(site, "A01-01L-1").await;
        let pallet = LpnId::mint();
        t.run(&MakeUnit { id: pallet, site, kind: UnitKind::Pallet, code: "PAL-1".into() }).await;
        let packed = walk(t, site, sku, "W-2").await;
        t.run(&PickTrips { trips: packed.trips }).await;
        let parcel = t.run(&OpenParcel { site, scan: packed.orders[0].to_string() }).await;
        let back = back(t, site, sku).await;
        let trip = walk(t, site, sku, "W-3").await.trips[0];
        let planned = plan(t, site, sku, "W-5", false).await.wave;
        let task = sqlx::query_scalar("select id from pick_task where trip_id = $1").bind(trip.0).fetch_one(&t.root).await;
        let task = TaskId(task.expect("the trip has a task"));
        let asked = RequestCount { site, bin_code: "A01-01L-1".into(), reason: "looks_wrong".into() };
        let count = t.run(&asked).await;
        let counted = sqlx::query_scalar("select number from stock_count where id = $1").bind(count.0).fetch_one(&t.root).await;
        let count_number: String = counted.expect("the count has a number");
        let adjustment = t.run(&dear_correction(site)).await.id;
        let bought = bought(t, site).await;
        let spare = server.hire("spare@example.org", Role::Picker, Some(site)).await;
        // So that changing the spare person never takes the last administrator away.
        server.hire("chief@example.org", Role::Admin, None).await;
        let bring = to_bring(t, site, sku).await;
        let third = t.site("THIRD").await;
        t.receive(third, sku, "A01-01L-1", 40).await;
        let (coming, _) = transfer(t, third, site, sku).await;
        let approve = ApproveTransfer { transfer: coming };
        t.try_run(&t.person(Role::Planner, None), &approve).await.expect("another approves it");
        let from =
            ScannedUnits { bin_code: "A01-01L-1".into(), item_code: "QUAYLAMP".into(), quantity: 30, marks: Marks::default() };
        t.run(&LoadTransfer { transfer: coming, units: vec![from], last: true }).await;
        let (transfer, transfer_number) = transfer(t, site, third, sku).await;
        let (rma, rma_number, return_line, receipt_line) = (back.rma, back.number, back.line, back.receipt);
        let (inspection, refund) = (back.inspected.inspection, back.inspected.refund.expect("a refund is proposed"));
        let change = priced(t, sku).await;
        Self {
            server,
            site,
            away,
            sku,
            serum,
            lot,
            owner,
            bin,
            pallet,
            order,
            number,
            trip,
            task,
            parcel,
            planned,
            returned: back.order,
            returned_line: back.order_line,
            rma,
            rma_number,
            return_line,
            receipt_line,
            inspection,
            refund,
            third,
            transfer,
            transfer_number,
            coming,
            bring,
            count,
            count_number,
            adjustment,
            supplier: bought.supplier,
            purchase: bought.id,
            purchase_number: bought.number,
            delivery: bought.delivery,
            purchase_line: bought.line,
            over: bought.over,
            claim: bought.claim,
            change,
            receipt: bought.receipt,
            bill: bought.bill,
            inspected: bought.inspected,
            spare,
        }
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
        for (name, scopes) in [
            ("key for everything", service::directory::SCOPES.as_slice()),
            ("key for stock", &[Permission::StockView]),
            ("key for orders", &[Permission::OrdersView]),
        ] {
            tries.push(Try { name, who: Who::Key(scopes), browser: self.keyed(&self.server.t.system(), scopes).await });
        }
        let browser = self.keyed(&rival, &service::directory::SCOPES).await;
        tries.push(Try { name: "another org's key", who: Who::RivalKey, browser });
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

    /// A person with every role, everywhere: what they are refused is refused for what they sent.
    pub async fn master(&self) -> Browser {
        self.hired(&self.server.t.system(), None).await
    }

    /// A key of this org with every scope.
    pub async fn key(&self) -> Browser {
        self.keyed(&self.server.t.system(), &service::directory::SCOPES).await
    }

    async fn keyed(&self, by: &Caller, scopes: &[Permission]) -> Browser {
        let key = self.server.t.db.issue_key(by, noon(), "a key", scopes).await.expect("the key is issued").1;
        self.sending("authorization", &format!("Bearer {key}"))
    }

    /// A client that keeps no cookies and always sends this header.
    fn sending(&self, name: &'static str, value: &str) -> Browser {
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert(name, value.parse().expect("the value is plain"));
        let client = reqwest::Client::builder().default_headers(headers).redirect(reqwest::redirect::Policy::none()).build();
        Browser { client: client.expect("a client can be built"), url: self.server.url.clone() }
    }

    /// Sends a portal session's token under both names, as somebody curious would.
    pub async fn customer(&self) -> Browser {
        let t = &self.server.t;
        let opened = t.db.open_portal_session(t.org, self.order, "phone", app_now()).await.expect("a session opens");
        self.sending("cookie", &format!("tideway={0}; tideway-portal={0}", opened.token))
    }

    /// A digest of every table: what is done by a refused call shows here. Left out is what records the refusal itself, and when
    /// a session was last seen.
    pub async fn digest(&self) -> Vec<(String, String)> {
        const APART: &str =
            "'command','audit','audit_seal','outbox','outbox_head','follower_cursor','rate_limit','_sqlx_migrations'";
        let tables = format!(
            "select tablename::text from pg_tables where schemaname = 'public' and tablename not in ({APART}) order by 1"
        );
        let root = &self.server.t.root;
        let tables: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(tables)).fetch_all(root).await.expect("the tables are listed");
        let mut digest = Vec::new();
        for table in tables {
            // A rival's refused call may leave a gap in the rival's numbers.
            let ours = if table == "number_block" { format!(" where org_id = '{}'", self.server.t.org) } else { String::new() };
            let query = format!(
                "select coalesce(md5(string_agg(row, '|' order by row)), '') from (select (to_jsonb(t) - 'seen_at')::text as row from \"{table}\" t{ours}) rows"
            );
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

/// So much that somebody else has to agree.
fn dear_correction(site: SiteId) -> AdjustStock {
    AdjustStock {
        site,
        bin_code: "A01-01L-1".into(),
        sku_code: "QUAYLAMP".into(),
        marks: Marks::default(),
        state: State::Sellable,
        units: -60,
        reason: Why::Stolen.into(),
        note: String::new(),
    }
}

/// A paid order on a cart of its own, released to the floor.
async fn walk(t: &TestDb, site: SiteId, sku: SkuId, external_id: &str) -> Planned {
    plan(t, site, sku, external_id, true).await
}

async fn plan(t: &TestDb, site: SiteId, sku: SkuId, external_id: &str, release: bool) -> Planned {
    let paid = NewPayment::Paid { reference: external_id.into() };
    t.run(&PlaceOrders { orders: vec![secret_order(sku, external_id, paid)] }).await;
    let wave = PlanWave {
        site,
        orders: Chosen::Most(10),
        method: Method::Single,
        cart: Cart::totes(1),
        pickers: 1,
        rounds: domain::waves::Rounds::default(),
        release,
    };
    t.run(&wave).await
}

/// Asked for, and its number.
async fn transfer(t: &TestDb, from: SiteId, to: SiteId, sku: SkuId) -> (SiteTransferId, String) {
    let id = SiteTransferId::mint();
    let lines = vec![AskedUnits { sku, quantity: 30 }];
    (id, t.run(&RequestTransfer { id, from, to, lines, note: String::new() }).await)
}

/// A forward pick bin that runs low, and reserve to fill it from.
async fn to_bring(t: &TestDb, site: SiteId, sku: SkuId) -> ReplenishTaskId {
    let reserve = sqlx::query("update bin set kind = 'reserve' where code = 'A04-09R-2' and site_id = $1").bind(site.0);
    reserve.execute(&t.root).await.expect("a bin can be reserve");
    t.receive(site, sku, "A04-09R-2", 500).await;
    let bin = t.bin(site, "A01-01L-1").await;
    let rule = ForwardPick { bin, sku, min: 200, max: 400, slotting: None };
    t.run(&SetForwardPicks { site, rules: vec![rule] }).await;
    t.run(&CheckForwardPicks { site: None }).await;
    let task = sqlx::query_scalar::<_, uuid::Uuid>("select id from replenish_task").fetch_one(&t.root).await;
    task.expect("a task is raised").into()
}

struct Back {
    order: OrderId,
    order_line: OrderLineId,
    rma: ReturnId,
    number: String,
    line: ReturnLineId,
    receipt: ReceiptLineId,
    inspected: Inspected,
}

/// A dear order of three that left; two came back, one of them is inspected.
async fn back(t: &TestDb, site: SiteId, sku: SkuId) -> Back {
    let mut dear = secret_order(sku, "W-4", NewPayment::Paid { reference: "W-4".into() });
    dear.lines[0].quantity = 3;
    dear.lines[0].unit_price = Decimal::from(900);
    let order = dear.id;
    t.run(&PlaceOrders { orders: vec![dear] }).await;
    let wave = PlanWave {
        site,
        orders: Chosen::Most(10),
        method: Method::Single,
        cart: Cart::totes(1),
        pickers: 1,
        rounds: domain::waves::Rounds::default(),
        release: true,
    };
    let trips = t.run(&wave).await.trips;
    t.run(&PickTrips { trips }).await;
    t.run(&PackOrders { site, orders: vec![order] }).await;
    let id = async |query: &str| {
        let one = sqlx::query_scalar::<_, uuid::Uuid>(sqlx::AssertSqlSafe(query.to_owned())).bind(order.0);
        one.fetch_one(&t.root).await.expect("one row")
    };
    let parcel = id("select id from parcel where order_id = $1").await;
    t.run(&ShipParcels { parcels: vec![parcel.into()], carrier: "Tide Post".into(), service: "48".into() }).await;
    let line = id("select id from order_line where order_id = $1").await;
    let two = Quantity::new(2).expect("two is a quantity");
    let (reason, resolution, note) = (Reason::Unwanted, Resolution::Refund, String::new());
    let asked = AskedLine { line: line.into(), quantity: two, reason, note: note.clone(), resolution };
    let made = t.run(&RequestReturn { order, lines: vec![asked], source: Source::Staff }).await;
    if made.outcome != Outcome::Approved {
        t.run(&DecideReturn { id: made.id, approve: true, reason: Code::default(), why: "on the stage".into() }).await;
    }
    let receipt =
        t.run(&ReceiveReturn { return_line: made.lines[0], quantity: two, site, bin: None, marks: Marks::default() }).await;
    let checklist =
        Policy::opening().checklist("general").iter().map(|asked| Answer { question: asked.text.clone(), yes: true }).collect();
    let one = Quantity::new(1).expect("one is a quantity");
    let graded =
        InspectUnits { receipt_line: receipt, quantity: one, grade: Grade::A, checklist, note, disposition: None, bin: None };
    let inspected = t.run(&graded).await;
    Back { order, order_line: line.into(), rma: made.id, number: made.number, line: made.lines[0], receipt, inspected }
}

struct Bought {
    supplier: SupplierId,
    id: PurchaseId,
    number: String,
    line: PurchaseLineId,
    delivery: DeliveryId,
    over: OverId,
    claim: ClaimId,
    receipt: String,
    bill: BillId,
    inspected: GoodsInspectionId,
}

/// A hundred lamps ordered, approved, and announced for the morning after; and another order, of which one came wet and one too many.
async fn bought(t: &TestDb, site: SiteId) -> Bought {
    let (supplier, id, delivery) = (SupplierId::mint(), PurchaseId::mint(), DeliveryId::mint());
    let (code, name, email) = ("NP".to_owned(), "Northern Potteries".to_owned(), String::new());
    t.run(&SaveSupplier { id: supplier, code, name, email, lead_days: 14, over_percent: None, active: true }).await;
    let number = ordered(t, site, supplier, (id, 100)).await;
    let from = (noon() + chrono::TimeDelta::days(1)).naive_utc();
    let (dock, carrier, reference) = (String::new(), "Pallet Line".to_owned(), "DN-1".to_owned());
    t.run(&BookDelivery { id: delivery, order: id, dock, from, minutes: 60, carrier, reference, lines: Vec::new() }).await;
    let other = PurchaseId::mint();
    ordered(t, site, supplier, (other, 3)).await;
    let wet = Arrived { condition: Condition::Damaged, fault: Some(Fault::Wet.into()), ..Arrived::good("QUAYLAMP", 1) };
    let arrived = vec![wet, Arrived::good("QUAYLAMP", 3)];
    let taken =
        t.run(&ReceivePurchase { receipt: ReceiptId::mint(), order: other, delivery: None, bin: String::new(), arrived }).await;
    let bill = BillId::mint();
    let dear = BilledLine { line_no: 1, quantity: 1, unit_cost: Decimal::from(9) };
    t.run(&RecordBill { id: bill, order: other, reference: "INV-1".into(), lines: vec![dear] }).await;
    // Forty more are held for inspection; what comes after them is not.
    let plan = |sampling| SetInspectionPlan { sku: "QUAYLAMP".into(), supplier: None, sampling, note: String::new() };
    t.run(&plan(Some(Sampling::default()))).await;
    let looked_at = PurchaseId::mint();
    ordered(t, site, supplier, (looked_at, 40)).await;
    let arrived = vec![Arrived::good("QUAYLAMP", 40)];
    let receipt = ReceiptId::mint();
    t.run(&ReceivePurchase { receipt, order: looked_at, delivery: None, bin: String::new(), arrived }).await;
    t.run(&plan(None)).await;
    let one = async |query: &'static str| sqlx::query_scalar::<_, uuid::Uuid>(query).fetch_one(&t.root).await.expect("one row");
    let line =
        sqlx::query_scalar::<_, uuid::Uuid>("select id from purchase_line where order_id = $1").bind(id.0).fetch_one(&t.root);
    let (line, over) = (line.await.expect("one line"), one("select id from over_delivery").await);
    let claim = one("select id from supplier_claim").await;
    let inspected = one("select id from goods_inspection").await;
    Bought {
        supplier,
        id,
        number,
        line: line.into(),
        delivery,
        over: over.into(),
        claim: claim.into(),
        receipt: taken.number,
        bill,
        inspected: inspected.into(),
    }
}

async fn ordered(t: &TestDb, site: SiteId, supplier: SupplierId, (id, quantity): (PurchaseId, i32)) -> String {
    let line = WrittenLine { sku: "QUAYLAMP".into(), quantity, unit_cost: None, over_percent: None };
    let draft =
        WritePurchase { id, seen: 0, supplier, site, due: None, note: String::new(), owner: String::new(), lines: vec![line] };
    let number = t.run(&draft).await.number;
    t.run(&ApprovePurchase { id, seen: 1 }).await;
    number
}

/// An order of somebody whose name nobody else may read.
fn secret_order(sku: SkuId, external_id: &str, payment: NewPayment) -> NewOrder {
    NewOrder {
        customer_name: SECRETS[0].into(),
        email: "zephyrine@example.com".into(),
        payment,
        placed_at: Some(noon()),
        ..new_order(external_id, &[(sku, 1)])
    }
}

/// Somebody who does not own prices asks for another.
async fn priced(t: &TestDb, sku: SkuId) -> ChangeId {
    let mut card = t.db.sku_card(&t.system(), sku).await.expect("the card reads").card;
    let seen = Some(card.clone());
    card.finance.price = Some(Decimal::from(15));
    let ask = domain::catalog::card::SaveSku { id: sku, card, seen, note: String::new() };
    t.try_run(&t.person(Role::Supervisor, None), &ask).await.expect("the edit waits");
    let asked = sqlx::query_scalar("select id from sku_change where sku_id = $1").bind(sku.0).fetch_one(&t.root).await;
    ChangeId(asked.expect("an edit waits"))
}
