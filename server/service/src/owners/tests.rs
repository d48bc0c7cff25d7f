//! Clients whose goods stand here: who brings them in, who may take them, and that they cost us nothing.

mod forward;
mod whose;

use domain::counts::adjust::{AdjustStock, Why as Correction};
use domain::ids::{BasketId, BillId, ChannelId, CommandId, DecisionId, LpnId, OwnerId, PurchaseId};
use domain::ledger::{INVENTORY, OWED_TO_OWNERS, RECEIVED_NOT_INVOICED, SALES};
use domain::orders::basket::{BasketLine, KeepBasket};
use domain::orders::{NewOrder, OpenChannel, PlaceOrders, Placed, ServeBackorders};
use domain::owners::{AddOwner, KeepBin, RetireOwner};
use domain::people::Role;
use domain::purchasing::{BilledLine, RecordBill, WritePurchase};
use domain::putaway::{Propose, PutAway, Target};
use domain::stock::State;
use domain::stock::explore::{Dimension, Explore, Only};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::Act;
use crate::purchasing::tests::{Shop, refused};
use crate::testkit::{new_order, noon};
use crate::verify::business;

/// A shop that keeps goods for ACME, and sells on the web.
struct House {
    shop: Shop,
    acme: OwnerId,
}

impl House {
    async fn open() -> Self {
        let shop = Shop::open().await;
        shop.t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        let acme = OwnerId::mint();
        shop.t.run(&AddOwner { id: acme, code: "acme".into(), name: "Acme".into() }).await;
        Self { shop, acme }
    }

    fn draft(&self, owner: &str, units: i32) -> WritePurchase {
        WritePurchase { owner: owner.into(), ..self.shop.draft(&[("MUG", units)]) }
    }

    async fn ordered(&self, owner: &str, units: i32) -> PurchaseId {
        let written = self.shop.t.run(&self.draft(owner, units)).await;
        let approve = domain::purchasing::ApprovePurchase { id: written.id, seen: written.revision };
        self.shop.t.try_run(&self.shop.supervisor, &approve).await.expect("it is approved");
        written.id
    }

    /// Mugs of an owner's come in, into a bin; without one into the dock.
    async fn comes(&self, owner: &str, bin: &str, units: i32) {
        let order = self.ordered(owner, units).await;
        let arrival = domain::purchasing::ReceivePurchase { bin: bin.into(), ..Shop::arrival(order, &[("MUG", units)]) };
        self.shop.t.try_run(&self.shop.receiver, &arrival).await.expect("it is received");
    }

    async fn refused<C: Act>(&self, command: &C) -> (&'static str, u16, Option<&'static str>)
    where
        C::Outcome: std::fmt::Debug,
    {
        refused(self.shop.t.try_run(&self.shop.t.system(), command).await)
    }

    fn sale(&self, external: &str, owner: &str, units: i32) -> PlaceOrders {
        let order = NewOrder { owner: owner.into(), ..new_order(external, &[(self.shop.mug, units)]) };
        PlaceOrders { orders: vec![order] }
    }

    async fn sells(&self, external: &str, owner: &str, units: i32) -> Placed {
        self.shop.t.run(&self.sale(external, owner, units)).await.remove(0)
    }

    async fn units(&self, what: &str) -> i64 {
        let query = format!("select coalesce(sum(on_hand), 0)::bigint from balance join bin on bin.id = bin_id where {what}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&self.shop.t.root).await.expect("the balance reads")
    }

    async fn theirs(&self, what: &str) -> i64 {
        self.units(&format!("owner_id = '{}' and {what}", self.acme)).await
    }

    fn adjusts(&self, bin: &str, units: i32) -> AdjustStock {
        AdjustStock {
            site: self.shop.site,
            bin_code: bin.into(),
            sku_code: "MUG".into(),
            marks: domain::lots::Marks::default(),
            state: State::Sellable,
            units,
            reason: if units > 0 { Correction::Found } else { Correction::Stolen }.into(),
            note: String::new(),
        }
    }
}

/// INV-1 ✗: an owner has a code of its own, and leaves only once nothing of theirs stands here or is under way; then nobody orders or
/// sells for them.
#[tokio::test]
async fn an_owner_leaves_when_nothing_of_theirs_is_here() {
    let h = House::open().await;
    let add = |code: &str, name: &str| AddOwner { id: OwnerId::mint(), code: code.into(), name: name.into() };
    assert_eq!(h.refused(&add("ACME", "Other")).await, ("owner_taken", 409, Some("code")));
    assert_eq!(h.refused(&add("A B", "Other")).await, ("owner_code", 422, Some("code")));
    assert_eq!(h.refused(&add("BOLT", " ")).await, ("owner_name", 422, Some("name")));
    let picker = h.shop.t.person(Role::Picker, None);
    assert_eq!(refused(h.shop.t.try_run(&picker, &add("BOLT", "Bolt")).await).1, 403);
    assert_eq!(h.refused(&RetireOwner { owner: OwnerId::mint() }).await.1, 404);
    let retire = RetireOwner { owner: h.acme };
    let order = h.ordered("acme", 3).await;
    assert_eq!(h.refused(&retire).await, ("owner_has_orders", 409, None));
    let arrival = domain::purchasing::ReceivePurchase { bin: "A01-01L-1".into(), ..Shop::arrival(order, &[("MUG", 3)]) };
    h.shop.t.run(&arrival).await;
    assert_eq!(h.refused(&retire).await, ("owner_has_stock", 409, None));
    h.shop.t.run(&h.adjusts("A01-01L-1", -3)).await;
    let list = h.shop.t.db.owners(&picker).await.unwrap();
    assert_eq!((list[0].code.as_str(), list[0].units, list[0].open_orders, list[0].expected), ("ACME", 0, 0, 0));
    h.shop.t.run(&retire).await;
    assert_eq!(h.refused(&retire).await.0, "owner_retired");
    assert_eq!(h.refused(&h.draft("ACME", 1)).await, ("owner_retired", 409, Some("owner")));
    assert_eq!(h.refused(&h.sale("W-1", "acme", 1)).await, ("owner_retired", 409, Some("owner")));
    h.shop.whole().await;
}

/// INV-1: a purchase order names whose goods come; they stand here under that owner, cost nothing, and nobody is owed for them. ✗ a
/// cost, a bill, an owner nobody knows.
#[tokio::test]
async fn goods_of_a_client_come_in_without_a_cost() {
    let h = House::open().await;
    assert_eq!(h.refused(&h.draft("nobody", 1)).await, ("unknown_owner", 422, Some("owner")));
    let mut dear = h.draft("ACME", 1);
    dear.lines[0].unit_cost = Some(Decimal::ONE);
    assert_eq!(h.refused(&dear).await, ("cost_of_others", 422, Some("unit_cost")));
    h.comes("", "A01-01L-1", 4).await;
    h.comes("ACME", "A01-01R-1", 10).await;
    assert_eq!((h.theirs("true").await, h.units("true").await), (10, 14));
    assert_eq!(h.shop.t.count(&format!("movement where owner_id = '{}' and reason = 'receipt'", h.acme)).await, 1);
    assert_eq!(h.shop.t.count("cost_layer").await, 1, "only our own cost us something");
    assert_eq!(h.shop.owed(INVENTORY).await, Decimal::from(-16));
    assert_eq!(h.shop.owed(RECEIVED_NOT_INVOICED).await, Decimal::from(16));
    let order = h.ordered("acme", 2).await;
    let sheet = h.shop.t.db.purchase(&h.shop.planner, &order.to_string(), noon()).await.unwrap();
    assert_eq!((sheet.owner.as_str(), sheet.row.total), ("ACME", Decimal::ZERO));
    let line = BilledLine { line_no: 1, quantity: 2, unit_cost: Decimal::ONE };
    let bill = RecordBill { id: BillId::mint(), order, reference: "B-1".into(), lines: vec![line] };
    assert_eq!(h.refused(&bill).await, ("order_of_others", 409, None));
    h.shop.whole().await;
}

/// INV-1, ORD-2: an order takes its owner's units and no others, in promise and in bin; what comes in for one owner serves nobody else.
#[tokio::test]
async fn an_order_takes_only_its_owners_units() {
    let h = House::open().await;
    h.comes("", "A01-01L-1", 5).await;
    h.comes("ACME", "A01-01R-1", 10).await;
    let told = h.shop.t.db.availability(&h.shop.planner, h.shop.mug).await.unwrap();
    assert_eq!(told[0].2, 5, "what channels are told is our own");
    assert_eq!(h.sells("W-1", "", 7).await.short, 2);
    assert_eq!(h.sells("W-2", " acme ", 8).await.short, 0);
    assert_eq!(h.sells("W-3", "ACME", 4).await.short, 2);
    assert_eq!(h.refused(&h.sale("W-4", "nobody", 1)).await, ("unknown_owner", 422, Some("owner")));
    h.shop.whole().await;
    h.comes("acme", "A01-01R-1", 1).await;
    assert_eq!(h.shop.t.run(&ServeBackorders { skus: None }).await, 1);
    assert_eq!(h.sells("W-5", "", 1).await.short, 1, "a client's units are not ours to sell");
    let mixed = "allocation a join order_line l on l.id = a.order_line_id join sales_order o on o.id = l.order_id
                 where a.owner_id <> o.owner_id";
    assert_eq!(h.shop.t.count(mixed).await, 0);
    let given = format!("(select unnest(array_fill(1, array[quantity])) from allocation where owner_id = '{}') units", h.acme);
    assert_eq!(h.shop.t.count(&given).await, 11, "all that ACME has");
    h.shop.whole().await;
}

/// INV-1, RET-6: what is shipped for a client takes no cost of ours and earns what is owed to the client; it comes back under the same
/// owner.
#[tokio::test]
async fn what_is_sold_for_a_client_is_theirs_and_comes_back_to_them() {
    let h = House::open().await;
    let t = &h.shop.t;
    h.comes("", "A01-01L-1", 5).await;
    h.comes("ACME", "A01-01R-1", 10).await;
    let order = h.sells("W-1", "ACME", 3).await.order;
    let trips = business::walk(t, h.shop.site, &[order]).await;
    let parcels = business::pack(t, h.shop.site, &trips, &[order]).await;
    business::ship(t, h.shop.site, &parcels).await;
    assert_eq!((h.theirs("true").await, h.units("true").await), (7, 12));
    assert_eq!(t.count("cost_entry").await, 0);
    assert_eq!(h.shop.owed(INVENTORY).await, Decimal::from(-20));
    assert_eq!((h.shop.owed(OWED_TO_OWNERS).await, h.shop.owed(SALES).await), (Decimal::from(36), Decimal::ZERO));
    h.shop.whole().await;
    let line: Uuid = business::one(t, &format!("select id from order_line where order_id = '{order}'")).await;
    business::back(t, h.shop.site, order, line.into(), 2).await;
    assert_eq!((h.theirs("state = 'sellable'").await, h.theirs("bin.code = 'A01-01R-1'").await), (9, 9));
    assert_eq!(h.shop.owed(OWED_TO_OWNERS).await, Decimal::from(12));
    assert_eq!(h.shop.owed(SALES).await, Decimal::ZERO);
    h.shop.whole().await;
}

/// ORD-2: a basket keeps its owner's units only.
#[tokio::test]
async fn a_basket_keeps_its_owners_units() {
    let h = House::open().await;
    h.comes("", "A01-01L-1", 2).await;
    h.comes("ACME", "A01-01R-1", 3).await;
    let basket = |owner: &str, quantity: i32| KeepBasket {
        basket: BasketId::mint(),
        channel: "web".into(),
        owner: owner.into(),
        lines: vec![BasketLine { sku: h.shop.mug, quantity }],
        minutes: 15,
    };
    assert_eq!(h.refused(&basket("", 3)).await.0, "basket_short");
    assert_eq!(h.refused(&basket("nobody", 1)).await, ("unknown_owner", 422, Some("owner")));
    let kept = h.shop.t.run(&basket("acme", 3)).await;
    assert_eq!(h.sells("W-1", "ACME", 1).await.short, 1, "the basket has all of theirs");
    assert_eq!(h.sells("W-2", "", 2).await.short, 0);
    h.shop.whole().await;
    let mut paid = h.sale("W-3", "ACME", 3);
    paid.orders[0].basket = Some(kept.basket);
    assert_eq!(h.shop.t.run(&paid).await[0].short, 0, "given back and promised in one breath");
    h.shop.whole().await;
}

/// INV-1, IN-4: one item of two owners never lies in one bin; a bin kept for a client takes nothing else, and putaway goes past it.
#[tokio::test]
async fn goods_of_two_owners_are_kept_apart() {
    let h = House::open().await;
    let t = &h.shop.t;
    h.comes("ACME", "A01-01R-1", 10).await;
    let order = h.ordered("", 2).await;
    let arrival = |bin: &str| domain::purchasing::ReceivePurchase { bin: bin.into(), ..Shop::arrival(order, &[("MUG", 1)]) };
    assert_eq!(h.refused(&arrival("A01-01R-1")).await, ("owners_kept_apart", 409, Some("bin")));
    let free = t.bin(h.shop.site, "A01-01L-1").await;
    t.run(&KeepBin { bin: free, owner: "ACME".into() }).await;
    assert_eq!(h.refused(&arrival("A01-01L-1")).await, ("bin_kept_for_owner", 409, Some("bin")));
    h.comes("ACME", "A01-01L-1", 2).await;
    let other = t.bin(h.shop.site, "A01-02L-1").await;
    t.run(&arrival("A01-02L-1")).await;
    assert_eq!(h.refused(&KeepBin { bin: other, owner: "ACME".into() }).await, ("bin_holds_others", 409, None));
    assert_eq!(h.refused(&KeepBin { bin: other, owner: "nobody".into() }).await, ("unknown_owner", 422, Some("owner")));
    t.run(&KeepBin { bin: free, owner: String::new() }).await;
    t.run(&KeepBin { bin: free, owner: "acme".into() }).await;
    assert_eq!(t.db.owners(&t.system()).await.unwrap()[0].bins, 1);
    h.shop.whole().await;
}

/// IN-4: from the dock, ours and a client's of one item are put away one by one, each to where its owner's may stand.
#[tokio::test]
async fn putaway_goes_to_where_the_owners_goods_may_stand() {
    let h = House::open().await;
    let t = &h.shop.t;
    h.comes("ACME", "A01-01L-1", 10).await;
    h.comes("", "A01-01R-1", 10).await;
    h.comes("", "", 4).await;
    h.comes("ACME", "", 6).await;
    let waiting = t.db.to_put_away(&t.system(), Some(h.shop.site)).await.unwrap();
    let seen: Vec<_> = waiting.iter().map(|task| (task.owner_code.as_str(), task.quantity)).collect();
    assert!(seen.contains(&("", 4)) && seen.contains(&("ACME", 6)), "{seen:?}");
    for task in waiting {
        let asked = Propose {
            site: h.shop.site,
            from: task.from,
            lpn: LpnId::NIL,
            sku: Some(task.sku),
            owner: task.owner,
            state: task.state,
            quantity: task.quantity,
            marks: domain::lots::Marks::default(),
        };
        let proposal = t.run(&asked).await;
        let Target::Bin { code, .. } = proposal.target else { panic!("{proposal:?}") };
        assert_eq!(code, if task.owner.is_nil() { "A01-01R-1" } else { "A01-01L-1" });
        let put = |proposal: DecisionId, code: &str| PutAway {
            site: h.shop.site,
            from: task.from,
            lpn: LpnId::NIL,
            sku: Some(task.sku),
            owner: task.owner,
            state: task.state,
            quantity: task.quantity,
            proposal,
            target_code: code.to_owned(),
            reason: "nearer".into(),
            marks: domain::lots::Marks::default(),
        };
        let wrong = if task.owner.is_nil() { "A01-01L-1" } else { "A01-01R-1" };
        assert_eq!(h.refused(&put(proposal.decision, wrong)).await.0, "bin_unfit");
        t.run(&put(proposal.decision, &code)).await;
    }
    assert_eq!((h.theirs("bin.code = 'A01-01L-1'").await, h.theirs("true").await), (16, 16));
    assert_eq!(h.units("bin.code = 'A01-01R-1'").await, 14);
    h.shop.whole().await;
}

/// INV-5, INV-6: what a count or a correction finds beside a client's goods is the client's, what is missing was theirs, and neither is ours to
/// book.
#[tokio::test]
async fn corrections_of_a_clients_goods_cost_us_nothing() {
    let h = House::open().await;
    let t = &h.shop.t;
    h.comes("", "A01-01R-1", 5).await;
    h.comes("ACME", "A01-01L-1", 10).await;
    let count = t.run(&domain::counts::BeginCount { site: h.shop.site, bin_code: "A01-01L-1".into() }).await;
    t.run(&domain::counts::CountItem {
        count,
        sku: h.shop.mug,
        quantity: 9,
        marks: domain::lots::Marks::default(),
        label: String::new(),
    })
    .await;
    t.run(&domain::counts::FinishCount { count }).await;
    t.run(&h.adjusts("A01-01L-1", 2)).await;
    assert_eq!((h.theirs("true").await, h.units("true").await), (11, 16));
    assert_eq!(h.shop.owed(INVENTORY).await, Decimal::from(-20));
    assert_eq!(t.count("cost_layer").await, 1);
    h.shop.whole().await;
}

/// INV-1: two who bring one item for two owners to one bin at the same moment: one of them is told to go elsewhere.
#[tokio::test]
async fn two_owners_who_come_at_once_do_not_share_a_bin() {
    let h = House::open().await;
    for round in 1..=4 {
        let bin = format!("A01-0{round}L-1");
        let arrival = |order| domain::purchasing::ReceivePurchase { bin: bin.clone(), ..Shop::arrival(order, &[("MUG", 1)]) };
        let (ours, theirs) = (arrival(h.ordered("", 1).await), arrival(h.ordered("ACME", 1).await));
        let (t, who) = (&h.shop.t, h.shop.t.system());
        let run = |command| {
            let who = &who;
            async move { t.db.run(who, CommandId::mint(), noon(), command).await }
        };
        let (one, other) = tokio::join!(run(&ours), run(&theirs));
        assert!(one.is_ok() != other.is_ok(), "one of them: {one:?}, {other:?}");
    }
    h.shop.whole().await;
}

/// INV-1: stock is looked at owner by owner, by code.
#[tokio::test]
async fn stock_is_seen_by_owner() {
    let h = House::open().await;
    h.comes("", "A01-01R-1", 5).await;
    h.comes("ACME", "A01-01L-1", 10).await;
    let look = |owner: &str, by: Option<Dimension>| Explore {
        only: Only { owner: owner.into(), ..Only::default() },
        by,
        page: 1,
        ..Explore::default()
    };
    let explore = async |asked: Explore| h.shop.t.db.explore(&h.shop.t.system(), &asked, noon()).await.unwrap();
    for (owner, units) in [("acme", 10), ("OWN", 5), ("nobody", 0)] {
        assert_eq!(explore(look(owner, None)).await.on_hand, units, "{owner}");
    }
    let grouped = explore(look("", Some(Dimension::Owner))).await;
    let seen: Vec<_> = grouped.groups.iter().map(|group| (group.keys[0].code.as_str(), group.on_hand)).collect();
    assert_eq!(seen, [("ACME", 10), ("", 5)]);
    let place = h.shop.t.db.sku_stock(&h.shop.t.system(), h.shop.mug, noon()).await.unwrap();
    let named: Vec<_> = place.places.iter().map(|place| (place.bin_code.as_str(), place.owner_code.as_str())).collect();
    assert_eq!(named, [("A01-01L-1", "ACME"), ("A01-01R-1", "")]);
}
