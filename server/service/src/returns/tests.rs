use domain::ids::{ChannelId, OrderId, OrderLineId, ReceiptLineId, ReturnId, ReturnLineId, SiteId, SkuId};
use domain::orders::{Answer, NewOrder, NewPayment, OpenChannel, PlaceOrders, RecordPayments, ReleaseOrders};
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

use crate::testkit::{TestDb, new_order, noon};
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
        let mut new = new_order("", &[(self.sku, units)]);
        new.lines[0].unit_price = unit_price;
        // A customer may also know it by the shop's own number.
        let new = NewOrder { external_id: new.id.to_string(), email: email.into(), payment, ..new };
        let order = new.id;
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

    async fn number(&self, order: OrderId) -> String {
        let query = format!("select number from sales_order where id = '{order}'");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&self.t.root).await.expect("one row")
    }

    pub(crate) async fn back(&self, sent: Sent, units: i64) -> Requested {
        self.t.run(&asks(sent, units, Reason::Unwanted, Resolution::Refund)).await
    }

    pub(crate) async fn received(&self, line: ReturnLineId, units: i64) -> ReceiptLineId {
        self.t
            .run(&ReceiveReturn {
                return_line: line,
                quantity: quantity(units),
                site: self.site,
                bin: None,
                marks: domain::lots::Marks::default(),
            })
            .await
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

mod bench;
mod portal;
mod requests;
