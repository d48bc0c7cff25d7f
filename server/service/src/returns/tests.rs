use domain::ids::{ChannelId, OrderId, OrderLineId, ReceiptLineId, ReturnId, ReturnLineId, SiteId, SkuId};
use domain::orders::{Answer, NewLine, NewOrder, NewPayment, OpenChannel, PlaceOrders, RecordPayments, ReleaseOrders};
use domain::people::{Actor, Caller, Permission, Role};
use domain::quantity::Quantity;
use domain::refusal::Named;
use domain::returns::disposition::Override;
use domain::returns::policy::Policy;
use domain::returns::{
    Answer as Checked, AskedLine, CancelReturn, DecideReturn, Disposition, Grade, InspectUnits, Inspected, Outcome, QueueFilter,
    Reason, ReceiveReturn, ReceiveUnidentified, RequestReturn, Requested, Resolution, SetPolicy, Source, Stage,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::testkit::{TestDb, noon};
use crate::{Act, Failure, Result, Tx, stock};

pub(crate) fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code(),
        other => panic!("broken: {other}"),
    }
}

/// Hands over what an order has in its bins, as shipping does, without the walk.
#[derive(Serialize, Deserialize)]
struct HandOver {
    lines: Vec<OrderLineId>,
}

impl Act for HandOver {
    const KIND: &'static str = "test.hand_over";
    const NEEDS: Permission = Permission::Ship;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let allocated = stock::allocated(tx, &self.lines).await?;
        let leaving: Vec<_> = allocated.iter().map(|allocation| (allocation.id, Uuid::now_v7())).collect();
        let issued = stock::issue(tx, &leaving).await?;
        let cost: Decimal = issued.iter().map(|issued| issued.cost).sum();
        let posting = crate::ledger::Posting::posted("5000", "1200", cost, "shipment", self.lines[0].0);
        crate::ledger::post(tx, &[posting]).await?;
        Ok(())
    }
}

/// A shop that sent an order of mugs out of the door.
pub(crate) struct Shop {
    pub t: TestDb,
    pub site: SiteId,
    pub sku: SkuId,
}

/// An order that left, and its one line.
#[derive(Clone, Copy)]
pub(crate) struct Sent {
    pub order: OrderId,
    pub line: OrderLineId,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let t = TestDb::new().await;
        let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        t.receive(site, sku, "A01-01L-1", 100).await;
        Self { t, site, sku }
    }

    /// `units` mugs for 12.00 each, captured at the provider, handed over at noon.
    pub(crate) async fn sent(&self, units: i32) -> Sent {
        self.sent_for(units, Decimal::from(12), "ana@example.com").await
    }

    /// An order of mugs for 12.00 each, as the shop sends it.
    pub(crate) async fn order(&self, units: i32, payment: NewPayment) -> OrderId {
        self.order_for(units, Decimal::from(12), "ana@example.com", payment).await
    }

    async fn order_for(&self, units: i32, unit_price: Decimal, email: &str, payment: NewPayment) -> OrderId {
        let order = OrderId::mint();
        let line = NewLine { sku: self.sku, quantity: units, unit_price, discount: Decimal::ZERO };
        let new = NewOrder {
            id: order,
            placed_at: None,
            channel: "web".into(),
            external_id: order.to_string(),
            customer_name: "Ana Lima".into(),
            email: email.into(),
            address_line: "1 Quay".into(),
            city: "Leeds".into(),
            postcode: "LS1 1AA".into(),
            country: "GB".into(),
            currency: "GBP".into(),
            shipping_amount: Decimal::ZERO,
            service: None,
            ship_complete: false,
            lines: vec![line],
            payment,
        };
        self.t.run(&PlaceOrders { orders: vec![new] }).await;
        order
    }

    pub(crate) async fn sent_for(&self, units: i32, unit_price: Decimal, email: &str) -> Sent {
        let t = &self.t;
        let payment = NewPayment::Capture { authorisation: format!("auth-{}", Uuid::now_v7()) };
        let order = self.order_for(units, unit_price, email, payment).await;
        let payment: Uuid = self.one(&format!("select id from payment where order_id = '{order}'")).await;
        let answer = Answer::Done { reference: "ch-1".into() };
        t.run(&RecordPayments { answers: vec![(payment.into(), answer)] }).await;
        t.run(&ReleaseOrders { orders: vec![order] }).await;
        let line: Uuid = self.one(&format!("select id from order_line where order_id = '{order}'")).await;
        t.run(&HandOver { lines: vec![line.into()] }).await;
        let (org, site, parcel, lpn) = (t.org, self.site, Uuid::now_v7(), Uuid::now_v7());
        for statement in [
            format!("insert into lpn (org_id, id, site_id, code, kind) values ('{org}', '{lpn}', '{site}', '{lpn}', 'parcel')"),
            format!(
                "insert into parcel (org_id, id, number, order_id, site_id, lpn_id, opened_at, packed_at, packed_by, shipped_at)
                 values ('{org}', '{parcel}', '{parcel}', '{order}', '{site}', '{lpn}', '{at}', '{at}', '{parcel}', '{at}')",
                at = noon().to_rfc3339()
            ),
            format!(
                "insert into parcel_line (org_id, parcel_id, order_line_id, quantity) values ('{org}', '{parcel}', '{line}', {units})"
            ),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&t.root).await.expect("the parcel is planted");
        }
        Sent { order, line: line.into() }
    }

    async fn one(&self, query: &str) -> Uuid {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned())).fetch_one(&self.t.root).await.expect("one row")
    }

    pub(crate) async fn back(&self, sent: Sent, units: i64) -> Requested {
        self.t.run(&asks(sent, units, Reason::Unwanted, Resolution::Refund)).await
    }

    pub(crate) async fn received(&self, line: ReturnLineId, units: i64) -> ReceiptLineId {
        self.t.run(&ReceiveReturn { return_line: line, quantity: quantity(units), site: self.site, bin: None }).await
    }

    /// Asked, received and inspected as new, by whoever.
    pub(crate) async fn returned(&self, sent: Sent, units: i64, by: &Caller) -> (ReturnId, Inspected) {
        let made = self.back(sent, units).await;
        let receipt = self.received(made.lines[0], units).await;
        (made.id, self.t.try_run(by, &graded(receipt, units, Grade::A)).await.expect("the bench grades it"))
    }

    pub(crate) async fn books_agree(&self) {
        let books = self.t.db.trial_balance(&self.t.system()).await.unwrap();
        assert_eq!(books.inventory, books.layers, "inventory account = Σ remaining layer value");
    }
}

pub(crate) fn quantity(units: i64) -> Quantity {
    Quantity::new(units).unwrap()
}

pub(crate) fn asks(sent: Sent, units: i64, reason: Reason, resolution: Resolution) -> RequestReturn {
    let line = AskedLine { line: sent.line, quantity: quantity(units), reason, note: String::new(), resolution };
    RequestReturn { order: sent.order, lines: vec![line], source: Source::Staff }
}

pub(crate) fn graded(receipt_line: ReceiptLineId, units: i64, grade: Grade) -> InspectUnits {
    let policy = Policy::opening();
    let checklist = policy.checklist("general").iter().map(|question| Checked { question: question.text.clone(), yes: true });
    InspectUnits {
        receipt_line,
        quantity: quantity(units),
        grade,
        checklist: checklist.collect(),
        note: String::new(),
        disposition: None,
        bin: None,
    }
}

fn customer(shop: &Shop, order: OrderId) -> Caller {
    Caller { org: shop.t.org, who: Actor::Customer { order } }
}

/// RET-1, RET-2: a request within the policy is approved at once, moves nothing, and keeps its receipt.
#[tokio::test]
async fn a_request_is_decided_at_once_and_moves_nothing() {
    let shop = Shop::open().await;
    let sent = shop.sent(3).await;
    let moved = shop.t.count("movement").await;
    let made = shop.back(sent, 2).await;
    assert_eq!(made.outcome, Outcome::Approved);
    assert!(made.number.starts_with("RMA-"));
    assert_eq!(shop.t.count("movement").await, moved);
    assert_eq!(shop.t.count("decision where kind = 'return_policy' and rule_version = 'policy v1'").await, 1);
    assert_eq!(shop.t.count("outbox where topic = 'return.requested'").await, 1);
}

/// RET-1: never more than shipped comes back, in however many requests.
#[tokio::test]
async fn no_more_units_come_back_than_were_shipped() {
    let shop = Shop::open().await;
    let sent = shop.sent(3).await;
    let first = shop.back(sent, 2).await;
    let staff = shop.t.person(Role::CustomerService, None);
    let refused = shop.t.try_run(&staff, &asks(sent, 2, Reason::Unwanted, Resolution::Refund)).await.unwrap_err();
    assert_eq!(code(&refused), "quantity_exceeds");
    shop.t.run(&CancelReturn { id: first.id }).await;
    let line = asks(sent, 2, Reason::Unwanted, Resolution::Refund).lines.remove(0);
    let twice = RequestReturn { order: sent.order, lines: vec![line.clone(), line], source: Source::Staff };
    let refused = shop.t.try_run(&staff, &twice).await.unwrap_err();
    assert_eq!(code(&refused), "quantity_exceeds", "the same line twice is summed");
    assert_eq!(shop.back(sent, 3).await.outcome, Outcome::Approved, "a cancelled return lets go");
}

/// RET-1: many at once ask for the same unit; one gets it.
#[tokio::test]
async fn one_unit_is_asked_back_once_however_many_ask() {
    let shop = Shop::open().await;
    let sent = shop.sent(1).await;
    let system = shop.t.system();
    let asked = asks(sent, 1, Reason::Unwanted, Resolution::Refund);
    let got = futures::future::join_all((0..12).map(|_| shop.t.try_run(&system, &asked))).await;
    assert_eq!(got.iter().filter(|made| made.is_ok()).count(), 1);
    assert!(got.iter().filter_map(|made| made.as_ref().err()).all(|failure| code(failure) == "quantity_exceeds"));
}

/// RET-2: a window that closed while the form was open is judged again at submit, and the denial is kept.
#[tokio::test]
async fn a_stale_window_is_denied_at_submit() {
    let shop = Shop::open().await;
    let sent = shop.sent(1).await;
    let late = noon() + chrono::TimeDelta::days(31);
    let id = domain::ids::CommandId::mint();
    let ask = asks(sent, 1, Reason::Unwanted, Resolution::Refund);
    let made = shop.t.db.run(&shop.t.system(), id, late, &ask).await.unwrap();
    assert_eq!(made.outcome, Outcome::Denied);
    assert!(made.because[0].to_string().contains("ended on"));
    assert_eq!(shop.t.count("return_standing where stage = 'denied'").await, 1);
    let id = domain::ids::CommandId::mint();
    let faulty = asks(sent, 1, Reason::Defective, Resolution::Refund);
    let made = shop.t.db.run(&shop.t.system(), id, late, &faulty).await.unwrap();
    assert_eq!(made.outcome, Outcome::Approved, "a denied request holds no units, and a fault has longer");
}

/// RET-2: a dear return waits for a person; the denial says why.
#[tokio::test]
async fn a_dear_return_is_decided_by_a_person() {
    let shop = Shop::open().await;
    let sent = shop.sent_for(1, Decimal::from(400), "ana@example.com").await;
    let made = shop.back(sent, 1).await;
    assert_eq!(made.outcome, Outcome::Review);
    let staff = shop.t.person(Role::CustomerService, None);
    let decide = |approve, why: &str| DecideReturn { id: made.id, approve, why: why.into() };
    assert_eq!(code(&shop.t.try_run(&staff, &decide(false, " ")).await.unwrap_err()), "reason_needed");
    let own = customer(&shop, sent.order);
    assert_eq!(code(&shop.t.try_run(&own, &decide(true, "")).await.unwrap_err()), "not_allowed");
    assert_eq!(shop.t.try_run(&staff, &decide(true, "")).await.unwrap(), Outcome::Approved);
    assert_eq!(code(&shop.t.try_run(&staff, &decide(true, "")).await.unwrap_err()), "return_wrong_stage");
}

/// RET-1: a portal session reaches its own order only.
#[tokio::test]
async fn a_customer_returns_the_own_order_only() {
    let shop = Shop::open().await;
    let (mine, theirs) = (shop.sent(1).await, shop.sent(1).await);
    let me = customer(&shop, mine.order);
    let refused = shop.t.try_run(&me, &asks(theirs, 1, Reason::Unwanted, Resolution::Refund)).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let made = shop.t.try_run(&me, &asks(mine, 1, Reason::Unwanted, Resolution::Refund)).await.unwrap();
    assert_eq!(shop.t.count("return_request where source = 'portal'").await, 1);
    let other = customer(&shop, theirs.order);
    assert_eq!(code(&shop.t.try_run(&other, &CancelReturn { id: made.id }).await.unwrap_err()), "not_found");
    shop.t.try_run(&me, &CancelReturn { id: made.id }).await.unwrap();
    let history = RequestReturn { source: Source::Import, ..asks(theirs, 1, Reason::Unwanted, Resolution::Refund) };
    let staff = shop.t.person(Role::CustomerService, None);
    assert_eq!(code(&shop.t.try_run(&staff, &history).await.unwrap_err()), "not_allowed");
}

/// RET-4: what comes in is returned stock at its own cost; no more than announced, and not for a return that was not approved.
#[tokio::test]
async fn received_units_come_back_at_their_own_cost() {
    let shop = Shop::open().await;
    let sent = shop.sent(3).await;
    let made = shop.back(sent, 2).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let receive = |units| ReceiveReturn { return_line: made.lines[0], quantity: quantity(units), site: shop.site, bin: None };
    shop.t.try_run(&tech, &receive(1)).await.unwrap();
    assert_eq!(shop.t.count("balance where state = 'returned' and on_hand = 1").await, 1);
    assert_eq!(shop.t.count("gl_transfer where debit = '1200' and credit = '5000' and amount = 4").await, 1);
    shop.books_agree().await;
    assert_eq!(code(&shop.t.try_run(&tech, &receive(2)).await.unwrap_err()), "more_than_announced");
    assert_eq!(
        code(&shop.t.try_run(&shop.t.system(), &CancelReturn { id: made.id }).await.unwrap_err()),
        "return_already_received"
    );
    let elsewhere = shop.t.person(Role::ReturnsTech, Some(SiteId::mint()));
    assert_eq!(code(&shop.t.try_run(&elsewhere, &receive(1)).await.unwrap_err()), "not_allowed");
    let pick = ReceiveReturn { bin: Some(shop.t.bin(shop.site, "A01-01L-1").await), ..receive(1) };
    assert_eq!(code(&shop.t.try_run(&tech, &pick).await.unwrap_err()), "wrong_bin");
    let review = shop.back(shop.sent_for(1, Decimal::from(400), "b@example.com").await, 1).await;
    let early = ReceiveReturn { return_line: review.lines[0], ..receive(1) };
    assert_eq!(code(&shop.t.try_run(&tech, &early).await.unwrap_err()), "return_not_approved");
}

/// RET-4: a parcel nobody announced becomes an exception, not limbo.
#[tokio::test]
async fn an_unannounced_parcel_is_an_exception() {
    let shop = Shop::open().await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let parcel = ReceiveUnidentified { site: shop.site, scanned: "JJD-1".into(), note: "Three mugs".into() };
    let number = shop.t.try_run(&tech, &parcel).await.unwrap();
    assert!(number.starts_with("UR-"));
    assert_eq!(shop.t.count("exception_case where kind = 'unidentified_return' and resolved_at is null").await, 1);
    let empty = ReceiveUnidentified { scanned: " ".into(), note: String::new(), ..parcel };
    assert_eq!(code(&shop.t.try_run(&tech, &empty).await.unwrap_err()), "invalid");
}

/// RET-6: each way puts the units where they belong, and what is disposed of leaves the books.
#[tokio::test]
async fn each_disposition_puts_the_units_where_they_belong() {
    let shop = Shop::open().await;
    let sent = shop.sent(10).await;
    let made = shop.back(sent, 10).await;
    let receipt = shop.received(made.lines[0], 10).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    for (grade, way) in [
        (Grade::A, Disposition::Resale),
        (Grade::B, Disposition::Refurbish),
        (Grade::C, Disposition::Quarantine),
        (Grade::D, Disposition::Dispose),
    ] {
        assert_eq!(shop.t.try_run(&tech, &graded(receipt, 2, grade)).await.unwrap().disposition, way);
    }
    let claim = Override { disposition: Disposition::VendorClaim, why: "Handle fell off".into() };
    let silent =
        InspectUnits { disposition: Some(Override { why: String::new(), ..claim.clone() }), ..graded(receipt, 2, Grade::B) };
    assert_eq!(code(&shop.t.try_run(&tech, &silent).await.unwrap_err()), "override_needs_reason");
    let overruled = InspectUnits { disposition: Some(claim), ..graded(receipt, 2, Grade::B) };
    assert_eq!(shop.t.try_run(&tech, &overruled).await.unwrap().disposition, Disposition::VendorClaim);
    for (place, units) in [
        ("state = 'sellable' and b.code = 'A01-01L-1'", 92),
        ("state = 'held' and b.kind = 'returns'", 2),
        ("state = 'quarantined' and b.kind = 'quarantine'", 2),
        ("state = 'held' and b.kind = 'quarantine'", 2),
        ("state = 'returned'", 0),
    ] {
        let at = format!("balance a join bin b on b.id = a.bin_id where on_hand > 0 and {place}");
        let sum = format!("(select sum(on_hand) as units from {at}) x where coalesce(units, 0) = {units}");
        assert_eq!(shop.t.count(&sum).await, 1, "{place}");
    }
    assert_eq!(shop.t.count("gl_transfer where debit = '5200' and credit = '1200' and amount = 8").await, 1);
    assert_eq!(shop.t.count("disposition where override_reason = 'Handle fell off'").await, 1);
    assert_eq!(shop.t.count("decision where kind = 'disposition'").await, 5);
    assert_eq!(code(&shop.t.try_run(&tech, &graded(receipt, 1, Grade::A)).await.unwrap_err()), "more_than_received");
    shop.books_agree().await;
}

/// RET-5: a grade without its checklist is refused; nothing changed.
#[tokio::test]
async fn the_checklist_comes_first() {
    let shop = Shop::open().await;
    let made = shop.back(shop.sent(1).await, 1).await;
    let receipt = shop.received(made.lines[0], 1).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let hasty = InspectUnits { checklist: vec![], ..graded(receipt, 1, Grade::A) };
    assert_eq!(code(&shop.t.try_run(&tech, &hasty).await.unwrap_err()), "checklist_open");
    assert_eq!(shop.t.count("inspection").await, 0);
    let elsewhere = shop.t.person(Role::ReturnsTech, Some(SiteId::mint()));
    assert_eq!(code(&shop.t.try_run(&elsewhere, &graded(receipt, 1, Grade::A)).await.unwrap_err()), "not_allowed");
}

/// GOV-5: policies follow each other; a return keeps the one it was asked under.
#[tokio::test]
async fn policies_follow_each_other_and_old_decisions_keep_theirs() {
    let shop = Shop::open().await;
    let sent = shop.sent(2).await;
    shop.back(sent, 1).await;
    let strict = SetPolicy { policy: Policy { window_days: 0, ..Policy::opening() } };
    let admin = shop.t.person(Role::Admin, None);
    assert_eq!(shop.t.try_run(&admin, &strict).await.unwrap().version, 2);
    assert_eq!(code(&shop.t.try_run(&admin, &strict).await.unwrap_err()), "stale", "two at the same moment overlap");
    assert_eq!(shop.t.count("return_policy where effective_to is not null").await, 1);
    let silly = SetPolicy { policy: Policy { window_days: -1, ..Policy::opening() } };
    assert_eq!(code(&shop.t.try_run(&admin, &silly).await.unwrap_err()), "invalid");
    let now = noon() + chrono::TimeDelta::seconds(1);
    let ask = asks(sent, 1, Reason::Unwanted, Resolution::Refund);
    let made = shop.t.db.run(&shop.t.system(), domain::ids::CommandId::mint(), now, &ask).await.unwrap();
    assert_eq!(made.outcome, Outcome::Denied);
    assert_eq!(shop.t.count("return_request r join return_policy p on p.id = r.policy_id where p.version = 1").await, 1);
}

fn door(number: &str, secret: &str) -> super::PortalDoor {
    super::PortalDoor {
        host: "localhost:8080".into(),
        number: number.into(),
        secret: secret.into(),
        address: "10.0.0.1".into(),
        device: "phone".into(),
    }
}

impl Shop {
    async fn number(&self, order: OrderId) -> String {
        let query = format!("select number from sales_order where id = '{order}'");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&self.t.root).await.expect("one row")
    }
}

/// RET-1: order number and email or postcode open the own order; a wrong pair always says the same.
#[tokio::test]
async fn the_portal_opens_with_number_and_email_or_postcode() {
    let shop = Shop::open().await;
    let sent = shop.sent(1).await;
    let number = shop.number(sent.order).await;
    for (given, secret) in [
        (number.clone(), "ana@example.com"),
        (format!(" #{} ", number.to_lowercase()), "ANA@Example.com "),
        (number.trim_start_matches("SO-").to_owned(), "ls11aa"),
        (sent.order.to_string(), "LS1 1AA"),
    ] {
        let opened = shop.t.db.open_portal(&door(&given, secret), noon()).await.unwrap();
        let caller = shop.t.db.caller_of_session(&opened.token, noon()).await.unwrap().unwrap();
        assert_eq!(caller.who, Actor::Customer { order: sent.order }, "{given}");
    }
    let mut said = Vec::new();
    for (given, secret) in [(number.as_str(), "ben@example.com"), ("SO-1", "ana@example.com"), (number.as_str(), " "), ("", "")] {
        let refused = shop.t.db.open_portal(&door(given, secret), noon()).await.unwrap_err();
        assert_eq!(code(&refused), "no_match");
        said.push(refused.to_string());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "the words never say which was wrong");
}

/// RET-1: guesses run dry, by address and by order.
#[tokio::test]
async fn guesses_at_the_portal_run_dry() {
    let shop = Shop::open().await;
    let guesses: Vec<_> =
        (0..12).map(|guess| super::PortalDoor { address: format!("10.0.1.{guess}"), ..door("SO-9", "x") }).collect();
    let got = futures::future::join_all(guesses.iter().map(|guess| shop.t.db.open_portal(guess, noon()))).await;
    let dry = got.iter().filter(|refused| code(refused.as_ref().unwrap_err()) == "too_many_tries").count();
    assert_eq!(dry, 4, "an order is guessed at eight times");
    let guesses: Vec<_> = (0..24).map(|guess| door(&format!("SO-1{guess}"), "x")).collect();
    let got = futures::future::join_all(guesses.iter().map(|guess| shop.t.db.open_portal(guess, noon()))).await;
    let dry = got.iter().filter(|refused| code(refused.as_ref().unwrap_err()) == "too_many_tries").count();
    assert_eq!(dry, 4, "an address guesses twenty times");
}

/// RET-1, RET-3: what the portal shows: what can come back, what each return does, and nobody else's.
#[tokio::test]
async fn the_portal_shows_the_own_order_and_its_returns() {
    let shop = Shop::open().await;
    let (mine, theirs) = (shop.sent(3).await, shop.sent(1).await);
    let me = customer(&shop, mine.order);
    let made = shop.t.try_run(&me, &asks(mine, 1, Reason::SizeTooLarge, Resolution::Refund)).await.unwrap();
    let order = shop.t.db.order_to_return(&me, mine.order, noon()).await.unwrap();
    assert_eq!((order.lines[0].can.units(), order.masked_email.as_str()), (2, "a•••@example.com"));
    assert_eq!(order.lines[0].worth(2).amount, Decimal::from(24));
    assert_eq!(order.returns.len(), 1);
    let refused = shop.t.db.order_to_return(&me, theirs.order, noon()).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let status = shop.t.db.return_status(&me, &made.number).await.unwrap();
    assert!(status.cancellable && status.stage == Stage::Awaiting);
    let stranger = customer(&shop, theirs.order);
    assert_eq!(code(&shop.t.db.return_status(&stranger, &made.number).await.unwrap_err()), "not_found");
    assert_eq!(code(&shop.t.db.returns_queue(&me, &QueueFilter::default(), noon()).await.unwrap_err()), "not_allowed");
    assert_eq!(code(&shop.t.db.return_sheet(&me, &made.number).await.unwrap_err()), "not_allowed");
}

/// RET-9: the queue counts what stands at each stage and what stands there too long; each row says since when.
#[tokio::test]
async fn the_queue_shows_stages_and_their_age() {
    let shop = Shop::open().await;
    let (waiting, arrived) = (shop.sent(1).await, shop.sent(2).await);
    shop.back(waiting, 1).await;
    let made = shop.back(arrived, 2).await;
    let receipt = shop.received(made.lines[0], 2).await;
    let staff = shop.t.person(Role::CustomerService, None);
    let late = noon() + chrono::TimeDelta::hours(25);
    let asked = |filter: QueueFilter, at| {
        let (db, staff) = (shop.t.db.clone(), staff.clone());
        async move { db.returns_queue(&staff, &filter, at).await.unwrap() }
    };
    let queue = asked(QueueFilter::default(), late).await;
    let count = |stage| queue.stages.iter().find(|count| count.stage == stage).map(|count| (count.returns, count.late)).unwrap();
    assert_eq!((count(Stage::Awaiting), count(Stage::ToInspect)), ((1, 0), (1, 1)));
    assert_eq!((queue.rows.len(), queue.total), (2, 2));
    let only = asked(QueueFilter { late_only: true, ..QueueFilter::default() }, late).await;
    assert_eq!(only.rows.iter().map(|row| &row.number).collect::<Vec<_>>(), [&made.number]);
    let found = asked(QueueFilter { find: made.number.to_lowercase(), ..QueueFilter::default() }, noon()).await;
    assert_eq!(found.total, 1);
    let none = asked(QueueFilter { reason: Some(Reason::Defective), ..QueueFilter::default() }, noon()).await;
    assert_eq!(none.total, 0);
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    shop.t.try_run(&tech, &graded(receipt, 2, Grade::A)).await.unwrap();
    let sheet = shop.t.db.return_sheet(&staff, &made.number).await.unwrap();
    assert_eq!((sheet.row.stage, sheet.inspections.len(), sheet.refunds.len()), (Stage::Refunding, 1, 1));
    assert_eq!(sheet.because[0].to_string(), "Within the policy.");
}

/// RET-4: the bench finds a return by its number or its order's, with what waits and what the matrix would propose.
#[tokio::test]
async fn the_bench_finds_a_return_by_what_is_scanned() {
    let shop = Shop::open().await;
    let sent = shop.sent(2).await;
    let made = shop.back(sent, 1).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let number = shop.number(sent.order).await;
    let found = shop.t.db.bench(&tech, shop.site, &number, noon()).await.unwrap();
    let domain::returns::BenchFound::One(sheet) = found else { panic!("one return") };
    assert_eq!(sheet.number, made.number);
    assert_eq!((sheet.lines[0].questions.len(), sheet.lines[0].waiting.len()), (4, 0));
    assert!(sheet.lines[0].proposals.contains(&(Grade::A, Some(Disposition::Resale))));
    shop.received(made.lines[0], 1).await;
    let other = shop.back(sent, 1).await;
    let found = shop.t.db.bench(&tech, shop.site, &number, noon()).await.unwrap();
    assert!(matches!(found, domain::returns::BenchFound::Several(briefs) if briefs.len() == 2));
    let found = shop.t.db.bench(&tech, shop.site, &other.number.to_lowercase(), noon()).await.unwrap();
    assert!(matches!(found, domain::returns::BenchFound::One(_)));
    let unknown = shop.t.db.bench(&tech, shop.site, "9781234567897", noon()).await.unwrap_err();
    assert_eq!(code(&unknown), "unknown_scan");
}
