use domain::floor::{CloseParcel, OpenParcel, PackUnit, PickTrips};
use domain::ids::{BinId, CommandId, DecisionId, LotId, LpnId, OwnerId, SiteId, SkuId};
use domain::people::{Caller, Permission, Role};
use domain::putaway::{Proposal, Propose, PutAway, SetHandling, Target, Why};
use domain::sites::design::{AddBin, ChangeBin, LockBin};
use domain::sites::places::{BinKind, Hazard, Keeping, Mixing, StorageClass};
use domain::stock::{Place, Reason, State, Tag};

use serde::Serialize;

use crate::floor::tests::{FindLots, House, code};
use crate::stock::Shift;
use crate::testkit::noon;
use crate::{Act, Tx};

/// The house, with goods at its dock and somebody who puts them away. One unit takes 400 ml and weighs 250 g.
struct Quay {
    h: House,
    dock: BinId,
    receiver: Caller,
}

impl Quay {
    async fn open() -> Self {
        let h = House::open().await;
        let (dock, receiver) = (h.t.bin(h.site, "DOCK").await, h.t.person(Role::Receiver, Some(h.site)));
        Self { h, dock, receiver }
    }

    fn site(&self) -> SiteId {
        self.h.site
    }

    async fn bin(&self, code: &str) -> BinId {
        self.h.t.bin(self.site(), code).await
    }

    /// Every bin but those named is locked, so that a test knows its few.
    async fn only(&self, codes: &[&str]) {
        let keep = codes.iter().map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ");
        let lock = format!("update bin set locked = true where kind in ('pick', 'reserve') and code not in ({keep})");
        sqlx::query(sqlx::AssertSqlSafe(lock)).execute(&self.h.t.root).await.expect("root locks bins");
    }

    async fn holds(&self, code: &str, volume_ml: i32) {
        let keeping = Keeping { volume_ml: Some(volume_ml), ..Keeping::default() };
        self.keeps(code, BinKind::Pick, keeping).await;
    }

    async fn keeps(&self, code: &str, kind: BinKind, keeping: Keeping) {
        self.h.t.run(&ChangeBin { bin: self.bin(code).await, code: code.into(), kind, keeping }).await;
    }

    async fn propose(&self, sku: SkuId, quantity: i32) -> crate::Result<Proposal> {
        let (site, from) = (self.site(), self.dock);
        let asked = Propose {
            site,
            from,
            lpn: LpnId::NIL,
            sku: Some(sku),
            owner: OwnerId::NIL,
            state: State::Sellable,
            quantity,
            marks: domain::lots::Marks::default(),
        };
        self.h.t.try_run(&self.receiver, &asked).await
    }

    fn put(&self, sku: SkuId, quantity: i32, proposal: DecisionId, target: &str, reason: &str) -> PutAway {
        PutAway {
            site: self.site(),
            from: self.dock,
            lpn: LpnId::NIL,
            sku: Some(sku),
            owner: OwnerId::NIL,
            state: State::Sellable,
            quantity,
            proposal,
            target_code: target.into(),
            reason: reason.into(),
            marks: domain::lots::Marks::default(),
        }
    }

    async fn refused(&self, put: &PutAway) -> &'static str {
        code(&self.h.t.try_run(&self.receiver, put).await.expect_err("refused"))
    }

    /// Goods that came on a pallet.
    async fn pallet(&self, goods: &[(SkuId, i32)]) -> LpnId {
        for (sku, quantity) in goods {
            self.h.t.receive(self.site(), *sku, "DOCK", *quantity).await;
        }
        self.h.t.run(&OnPallet { site: self.site(), bin: self.dock, goods: goods.to_vec() }).await
    }

    async fn units(&self, bin: &str) -> i64 {
        let bin = self.bin(bin).await;
        let sum = format!("select coalesce(sum(on_hand), 0) from balance where bin_id = '{bin}'");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sum)).fetch_one(&self.h.t.root).await.expect("the sum runs")
    }
}

/// Loose goods of a bin stand on a new pallet there.
#[derive(Serialize)]
struct OnPallet {
    site: SiteId,
    bin: BinId,
    goods: Vec<(SkuId, i32)>,
}

impl Act for OnPallet {
    const KIND: &'static str = "test.on_pallet";
    const NEEDS: Permission = Permission::StockReceive;
    type Outcome = LpnId;

    async fn act(&self, tx: &mut Tx) -> crate::Result<LpnId> {
        let pallet = crate::sites::new_units(tx, self.site, "pallet", &["PAL-1".to_owned()]).await?[0];
        let from = Place::loose(self.site, self.bin);
        let to = Place { lpn: pallet, ..from };
        let (from_state, to_state, source) = (State::Sellable, State::Sellable, pallet.0);
        let shift = |(sku, quantity): &(SkuId, i32)| Shift {
            sku: *sku,
            tag: Tag::NONE,
            quantity: *quantity,
            from,
            from_state,
            to,
            to_state,
            source,
        };
        crate::stock::shift(tx, Reason::Move, &self.goods.iter().map(shift).collect::<Vec<_>>()).await?;
        Ok(pallet)
    }
}

fn bin_of(proposal: &Proposal) -> (&str, i32) {
    match &proposal.target {
        Target::Bin { code, quantity, .. } => (code, *quantity),
        other => panic!("{other:?}"),
    }
}

/// IN-4: goods at the dock go to the bin that is proposed; they move by a movement of their own, and can be sold from then on.
#[tokio::test]
async fn goods_go_from_the_dock_to_the_bin_that_is_proposed() {
    let d = Quay::open().await;
    let jug = d.h.t.sku("JUG").await;
    d.h.t.receive(d.site(), jug, "DOCK", 20).await;
    let waiting = d.h.t.db.to_put_away(&d.receiver, Some(d.site())).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].sku_code.as_str(), waiting[0].quantity), (1, "JUG", 20));
    assert!(waiting[0].since.is_some() && waiting[0].barcodes.contains(&("JUG-CASE".into(), 6)));
    let promised =
        async || d.h.t.db.sku_stock(&d.h.t.system(), jug, noon()).await.unwrap().promise.iter().map(|p| p.2).sum::<i32>();
    assert_eq!(promised().await, 0, "what stands at the dock is not promised");
    let proposal = d.propose(jug, 20).await.unwrap();
    let (bin, units) = bin_of(&proposal);
    assert_eq!(units, 20);
    let done = d.h.t.try_run(&d.receiver, &d.put(jug, 20, proposal.decision, bin, "")).await.unwrap();
    assert_eq!((done.code.as_str(), done.quantity, done.left), (bin, 20, 0));
    assert_eq!(promised().await, 20);
    assert_eq!(d.h.t.count(&format!("movement where reason = 'putaway' and source_id = '{}'", proposal.decision)).await, 1);
    assert_eq!(d.h.t.count("outbox where topic = 'stock.put_away'").await, 1);
    assert!(d.h.t.db.to_put_away(&d.receiver, None).await.unwrap().is_empty());
    d.h.books_agree().await;
}

/// IN-4: the receipt names the bins that came before the chosen one, and why each was passed over.
#[tokio::test]
async fn the_receipt_says_which_bins_were_passed_over_and_why() {
    let d = Quay::open().await;
    let jug = d.h.t.sku("JUG").await;
    d.only(&["A01-01L-1", "A01-02L-1", "A01-03L-1"]).await;
    d.holds("A01-02L-1", 400).await;
    d.keeps("A01-03L-1", BinKind::Pick, Keeping { class: StorageClass::Chilled, ..Keeping::default() }).await;
    // A slow mover goes as far from the depot as it can: the third bin first.
    d.h.t.receive(d.site(), jug, "DOCK", 5).await;
    let proposal = d.propose(jug, 5).await.unwrap();
    assert_eq!(bin_of(&proposal), ("A01-01L-1", 5));
    let reasons: std::collections::BTreeMap<Why, usize> = proposal.passed_over.iter().copied().collect();
    assert_eq!((reasons[&Why::Volume], reasons[&Why::Class]), (1, 1));
    let rejected: serde_json::Value = sqlx::query_scalar("select rejected from decision where id = $1")
        .bind(proposal.decision.0)
        .fetch_one(&d.h.t.root)
        .await
        .unwrap();
    let named = rejected["bins"].as_array().unwrap();
    assert!(named.contains(&serde_json::json!(["A01-02L-1", "volume"])), "{rejected}");
    assert!(named.contains(&serde_json::json!(["A01-03L-1", "class"])), "{rejected}");
}

/// IN-4: goods that fit nowhere are a case for a person, never put somewhere unsaid; the case ends when they are put away.
#[tokio::test]
async fn goods_that_fit_nowhere_are_a_case() {
    let d = Quay::open().await;
    let acid = d.h.t.sku("ACID").await;
    d.h.t.receive(d.site(), acid, "DOCK", 5).await;
    d.h.t.run(&SetHandling { sku: acid, class: StorageClass::Ambient, hazard: Hazard::Corrosive }).await;
    let proposal = d.propose(acid, 5).await.unwrap();
    assert!(matches!(proposal.target, Target::Nowhere { looked_at } if looked_at > 100), "{:?}", proposal.target);
    let open = "exception_case where kind = 'putaway' and resolved_at is null";
    assert_eq!(d.h.t.count(open).await, 1);
    d.propose(acid, 5).await.unwrap();
    assert_eq!(d.h.t.count(open).await, 1, "one case, however often it is asked");
    assert_eq!(d.refused(&d.put(acid, 5, proposal.decision, "A01-01L-1", "nearer")).await, "bin_unfit");
    let keeping = Keeping { hazard: Hazard::Corrosive, ..Keeping::default() };
    let cabinet = AddBin { id: BinId::mint(), site: d.site(), code: "ACID-1".into(), kind: BinKind::Reserve, at: None, keeping };
    d.h.t.run(&cabinet).await;
    let proposal = d.propose(acid, 5).await.unwrap();
    assert_eq!(bin_of(&proposal), ("ACID-1", 5));
    d.h.t.try_run(&d.receiver, &d.put(acid, 5, proposal.decision, "acid-1", "")).await.unwrap();
    assert_eq!(d.h.t.count(open).await, 0);
}

/// IN-4: a full bin's scan is refused with the room it has; another bin needs a reason, and must take the goods too.
#[tokio::test]
async fn a_full_bin_is_refused_and_another_bin_says_why() {
    let d = Quay::open().await;
    let jug = d.h.t.sku("JUG").await;
    d.h.t.receive(d.site(), jug, "DOCK", 20).await;
    d.only(&["A01-01L-1", "A01-02L-1", "A01-03L-1"]).await;
    d.holds("A01-02L-1", 800).await;
    let proposal = d.propose(jug, 10).await.unwrap();
    let (bin, _) = bin_of(&proposal);
    let put = |target: &str, reason: &str| d.put(jug, 10, proposal.decision, target, reason);
    assert_eq!(d.refused(&put("A01-02L-1", "nearer")).await, "bin_full");
    let other = if bin == "A01-01L-1" { "A01-03L-1" } else { "A01-01L-1" };
    assert_eq!(d.refused(&put(other, " ")).await, "other_bin_needs_reason");
    assert_eq!(d.refused(&put("A04-01L-1", "nearer")).await, "bin_unfit", "that one is locked");
    assert_eq!(d.refused(&put("STAGE", "nearer")).await, "bin_unfit");
    assert_eq!(d.refused(&put("YARD", "nearer")).await, "not_a_leaf");
    assert_eq!(d.refused(&put("NOWHERE", "nearer")).await, "no_such_place");
    assert_eq!(d.refused(&put("LDS-T001", "nearer")).await, "no_such_place", "a tote, and no order waits");
    let cups = PutAway { sku: Some(d.h.cup), ..put(bin, "") };
    assert_eq!(d.refused(&cups).await, "proposal_of_other_goods");
    assert_eq!(d.refused(&PutAway { quantity: 21, ..put(bin, "") }).await, "more_than_there");
    assert_eq!(d.refused(&PutAway { quantity: 0, ..put(bin, "") }).await, "more_than_there");
    assert_eq!(d.units("DOCK").await, 20, "nothing moved");
    d.h.t.try_run(&d.receiver, &put(other, "in_the_way")).await.unwrap();
    assert_eq!((d.units(other).await - if other == "A01-01L-1" { 10 } else { 0 }, d.units("DOCK").await), (10, 10));
    let told = d.h.t.count("audit where after ->> 'reason' = 'Something is in the way'").await;
    assert_eq!(told, 1, "the reason is kept");
}

/// IN-4: two who fill one bin at once never over-fill it: one puts away, the other is told that it is full.
#[tokio::test]
async fn two_putaways_never_over_fill_a_bin() {
    let d = Quay::open().await;
    let (jug, pot) = (d.h.t.sku("JUG").await, d.h.t.sku("POT").await);
    d.h.t.receive(d.site(), jug, "DOCK", 40).await;
    d.h.t.receive(d.site(), pot, "DOCK", 40).await;
    d.only(&["A02-01L-1"]).await;
    d.holds("A02-01L-1", 10 * 400).await;
    let (one, two) = (d.propose(jug, 8).await.unwrap(), d.propose(pot, 8).await.unwrap());
    assert_eq!((bin_of(&one), bin_of(&two)), (("A02-01L-1", 8), ("A02-01L-1", 8)), "each sees an empty bin");
    let puts = [d.put(jug, 8, one.decision, "A02-01L-1", ""), d.put(pot, 8, two.decision, "A02-01L-1", "")];
    let both = futures::future::join_all(puts.iter().map(|put| d.h.t.try_run(&d.receiver, put))).await;
    let (done, full): (Vec<_>, Vec<_>) = both.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), full.len()), (1, 1));
    assert_eq!(code(full[0].as_ref().unwrap_err()), "bin_full");
    assert_eq!(d.units("A02-01L-1").await, 8);
    // Two by two, many at once: never more than ten.
    let asks: Vec<_> = (0..8).map(|_| d.put(pot, 1, two.decision, "A02-01L-1", "")).collect();
    let ended = futures::future::join_all(asks.iter().map(|put| d.h.t.try_run(&d.receiver, put))).await;
    assert_eq!(ended.iter().filter(|ended| ended.is_ok()).count(), 2);
    assert_eq!(d.units("A02-01L-1").await, 10);
    d.h.books_agree().await;
}

/// IN-4: the same putaway sent twice moves the goods once.
#[tokio::test]
async fn a_putaway_sent_twice_moves_once() {
    let d = Quay::open().await;
    d.h.t.receive(d.site(), d.h.mug, "DOCK", 6).await;
    let proposal = d.propose(d.h.mug, 3).await.unwrap();
    let put = d.put(d.h.mug, 3, proposal.decision, bin_of(&proposal).0, "");
    let id = CommandId::mint();
    let twins = futures::future::join_all((0..4).map(|_| d.h.t.db.run(&d.receiver, id, noon(), &put))).await;
    assert!(twins.iter().all(|twin| twin.as_ref().unwrap().left == 3));
    assert_eq!(d.units("DOCK").await, 3);
}

/// IN-4: what an order waits for goes past the shelves: into a tote at the bench, the order's own, and is packed from there.
#[tokio::test]
async fn a_waiting_order_gets_its_goods_straight_from_the_dock() {
    let d = Quay::open().await;
    let jug = d.h.t.sku("JUG").await;
    let order = d.h.order("W-1", &[(jug, 4)]).await;
    d.h.t.receive(d.site(), jug, "DOCK", 10).await;
    let proposal = d.propose(jug, 10).await.unwrap();
    let Target::Stage { quantity, ref number, .. } = proposal.target else { panic!("{:?}", proposal.target) };
    assert_eq!(quantity, 4);
    let put = |quantity, target: &str| d.put(jug, quantity, proposal.decision, target, "");
    assert_eq!(d.refused(&put(5, "LDS-T001")).await, "more_than_there", "four are waited for");
    assert_eq!(d.refused(&put(4, "A01-01L-1")).await, "other_bin_needs_reason", "{number} waits");
    d.h.t.try_run(&d.receiver, &put(4, "LDS-T001")).await.unwrap();
    assert_eq!(d.h.t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 0);
    assert_eq!(d.refused(&put(4, "LDS-T001")).await, "order_served_meanwhile");
    d.h.books_agree().await;
    let parcel = d.h.t.try_run(&d.h.packer, &OpenParcel { site: d.site(), scan: "LDS-T001".into() }).await.unwrap();
    for _ in 0..4 {
        d.h.t.try_run(&d.h.packer, &PackUnit { parcel, code: "JUG".into() }).await.unwrap();
    }
    d.h.t.try_run(&d.h.packer, &CloseParcel { parcel, weight_g: None }).await.unwrap();
    assert_eq!(d.h.stage(order).await, domain::orders::stage::Stage::Packed);
    assert_eq!(bin_of(&d.propose(jug, 6).await.unwrap()).1, 6, "the rest goes on a shelf");
    d.h.books_agree().await;
}

/// IN-4: a tote that is another order's is refused; an order that cannot leave gets nothing past the shelves.
#[tokio::test]
async fn a_tote_in_use_is_refused_and_a_held_order_waits() {
    let d = Quay::open().await;
    let jug = d.h.t.sku("JUG").await;
    d.h.order("W-1", &[(d.h.mug, 1)]).await;
    let trip = d.h.wave().await.trips[0];
    d.h.claim(trip).await;
    d.h.order("W-2", &[(jug, 2)]).await;
    d.h.t.receive(d.site(), jug, "DOCK", 4).await;
    let proposal = d.propose(jug, 2).await.unwrap();
    assert!(matches!(proposal.target, Target::Stage { .. }));
    assert_eq!(d.refused(&d.put(jug, 2, proposal.decision, "LDS-T001", "")).await, "tote_in_use");
    d.h.t.try_run(&d.receiver, &d.put(jug, 2, proposal.decision, "LDS-T009", "")).await.unwrap();
    // An order that has not paid.
    let pot = d.h.t.sku("POT").await;
    let unpaid = d.h.order("W-3", &[(pot, 2)]).await;
    let update = format!("update payment set status = 'failed', failure = 'declined' where order_id = '{unpaid}'");
    sqlx::query(sqlx::AssertSqlSafe(update)).execute(&d.h.t.root).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "update sales_order set released_at = null, hold = 'payment' where id = '{unpaid}'"
    )))
    .execute(&d.h.t.root)
    .await
    .unwrap();
    d.h.t.receive(d.site(), pot, "DOCK", 2).await;
    assert_eq!(bin_of(&d.propose(pot, 2).await.unwrap()).1, 2, "it goes on a shelf");
}

/// IN-4: fast movers are put near the depot, slow ones far from it.
#[tokio::test]
async fn what_is_picked_often_is_put_near_the_depot() {
    let d = Quay::open().await;
    let (jug, pot) = (d.h.t.sku("JUG").await, d.h.t.sku("POT").await);
    for sku in [jug, pot] {
        d.h.t.receive(d.site(), sku, "DOCK", 5).await;
    }
    let depot_side = |proposal: &Proposal| bin_of(proposal).0.contains("-01");
    assert!(!depot_side(&d.propose(jug, 5).await.unwrap()), "nobody picks it yet");
    // Thirty picks, as the ledger has them.
    sqlx::query(
        "insert into movement (org_id, id, sku_id, owner_id, lot_id, serial_id, quantity, from_site, from_bin, from_lpn, from_state,
           to_site, to_bin, to_lpn, to_state, reason, source_id, command_id, occurred_at)
         select m.org_id, gen_random_uuid(), $1, m.owner_id, m.lot_id, m.serial_id, 1, m.to_site, m.to_bin, m.to_lpn, 'sellable',
           m.to_site, gen_random_uuid(), m.to_lpn, 'sellable', 'pick', m.source_id, m.command_id, m.occurred_at
         from movement m, generate_series(1, 30) where m.id = (select id from movement where sku_id = $2 limit 1)",
    )
    .bind(jug.0)
    .bind(pot.0)
    .execute(&d.h.t.root)
    .await
    .unwrap();
    assert!(depot_side(&d.propose(jug, 5).await.unwrap()));
    assert!(!depot_side(&d.propose(pot, 5).await.unwrap()));
}

/// IN-4: a pallet goes in whole and comes to stand loose in its bin; goods in quarantine go to quarantine.
#[tokio::test]
async fn a_handling_unit_goes_in_whole() {
    let d = Quay::open().await;
    let pallet = d.pallet(&[(d.h.mug, 4), (d.h.cup, 3)]).await;
    let asked = |sku, quantity| Propose {
        site: d.site(),
        from: d.dock,
        lpn: pallet,
        sku,
        owner: OwnerId::NIL,
        state: State::Sellable,
        quantity,
        marks: domain::lots::Marks::default(),
    };
    let apart = d.h.t.try_run(&d.receiver, &asked(None, 3)).await.unwrap_err();
    assert_eq!(code(&apart), "more_than_there", "all of it or nothing");
    let proposal = d.h.t.try_run(&d.receiver, &asked(None, 7)).await.unwrap();
    let (bin, units) = bin_of(&proposal);
    assert_eq!(units, 7);
    let before = d.units(bin).await;
    let put = PutAway { lpn: pallet, sku: None, ..d.put(d.h.mug, 7, proposal.decision, bin, "") };
    d.h.t.try_run(&d.receiver, &put).await.unwrap();
    assert_eq!((d.units(bin).await - before, d.units("DOCK").await), (7, 0));
    assert_eq!(d.h.t.count(&format!("balance where lpn_id = '{pallet}' and on_hand > 0")).await, 0);
    d.h.books_agree().await;
}

/// IN-4, INV-3: lots of one item are one pile at the dock; the oldest goes first, each keeps its own, and a bin of one lot takes no other.
#[tokio::test]
async fn lots_are_put_away_the_oldest_first_and_keep_apart() {
    let d = Quay::open().await;
    let jug = d.h.t.sku("JUG").await;
    let lots = [LotId::mint(), LotId::mint()];
    let to = Place::loose(d.site(), d.dock);
    d.h.t.run(&FindLots { sku: jug, to, lots: vec![(lots[0], 4), (lots[1], 6)] }).await;
    let waiting = d.h.t.db.to_put_away(&d.receiver, Some(d.site())).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].quantity), (1, 10));
    d.only(&["A01-01L-1", "A01-02L-1"]).await;
    d.keeps("A01-01L-1", BinKind::Pick, Keeping { class: StorageClass::Chilled, ..Keeping::default() }).await;
    d.keeps("A01-02L-1", BinKind::Pick, Keeping { mixing: Mixing::OneLot, ..Keeping::default() }).await;
    assert!(matches!(d.propose(jug, 10).await.unwrap().target, Target::Nowhere { .. }), "two lots are apart");
    let proposal = d.propose(jug, 4).await.unwrap();
    assert_eq!(bin_of(&proposal), ("A01-02L-1", 4));
    let done = d.h.t.try_run(&d.receiver, &d.put(jug, 4, proposal.decision, "A01-02L-1", "")).await.unwrap();
    assert_eq!(done.left, 6);
    let there = format!("balance where lot_id = '{}' and on_hand = 4 and bin_id = '{}'", lots[0], d.bin("A01-02L-1").await);
    assert_eq!(d.h.t.count(&there).await, 1, "the oldest lot, and it is still told");
    assert!(matches!(d.propose(jug, 6).await.unwrap().target, Target::Nowhere { .. }), "the other lot does not join it");
}

/// IN-4: goods of nobody on a stage's lane wait to be put away as those at the dock do; what an order was given there does not.
#[tokio::test]
async fn goods_left_on_the_stage_are_put_away() {
    let d = Quay::open().await;
    let jug = d.h.t.sku("JUG").await;
    d.h.order("W-1", &[(d.h.mug, 1)]).await;
    let trips = d.h.wave().await.trips;
    d.h.t.run(&PickTrips { trips }).await;
    assert!(d.h.t.db.to_put_away(&d.receiver, Some(d.site())).await.unwrap().is_empty(), "an order's stand in its tote");
    d.h.t.receive(d.site(), jug, "STAGE", 3).await;
    let waiting = d.h.t.db.to_put_away(&d.receiver, Some(d.site())).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].from_code.as_str(), waiting[0].quantity), (1, "STAGE", 3));
    let d = Quay { dock: d.bin("STAGE").await, ..d };
    let proposal = d.propose(jug, 3).await.unwrap();
    let (bin, before) = (bin_of(&proposal).0, d.units(bin_of(&proposal).0).await);
    d.h.t.try_run(&d.receiver, &d.put(jug, 3, proposal.decision, bin, "")).await.unwrap();
    assert_eq!(d.units(bin).await - before, 3);
    assert!(d.h.t.db.to_put_away(&d.receiver, None).await.unwrap().is_empty());
    d.h.books_agree().await;
}

/// IN-4: who may not receive at a site puts nothing away there, and is shown nothing.
#[tokio::test]
async fn only_who_receives_there_puts_away() {
    let d = Quay::open().await;
    d.h.t.receive(d.site(), d.h.mug, "DOCK", 6).await;
    let proposal = d.propose(d.h.mug, 6).await.unwrap();
    let put = d.put(d.h.mug, 6, proposal.decision, bin_of(&proposal).0, "");
    let elsewhere = d.h.t.person(Role::Receiver, Some(SiteId::mint()));
    for who in [&d.h.picker, &elsewhere] {
        assert_eq!(code(&d.h.t.try_run(who, &put).await.unwrap_err()), "not_allowed");
        assert_eq!(code(&d.h.t.db.to_put_away(who, Some(d.site())).await.unwrap_err()), "not_allowed");
    }
    assert!(d.h.t.db.to_put_away(&elsewhere, None).await.unwrap().is_empty());
    d.h.t.run(&LockBin { bin: d.bin(bin_of(&proposal).0).await, locked: true, reason: "broken".into() }).await;
    assert_eq!(d.refused(&put).await, "bin_unfit", "locked since it was proposed");
}
