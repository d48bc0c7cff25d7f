use domain::floor::{OpenParcel, PackUnit};
use domain::ids::{CommandId, LotId, LpnId, OwnerId, SiteId};
use domain::lots::Marks;
use domain::lpns::{FillUnit, MakeUnit, MoveUnit, Scanned, UnitKind, UnitMoved, UnpackUnit};
use domain::people::{Caller, Role};
use domain::putaway::{Propose, PutAway};
use domain::reasons::Code;
use domain::reasons::Given;
use domain::sites::design::{ChangeBin, LockBin};
use domain::sites::places::{BinKind, Keeping, Mixing};
use domain::stock::{Place, State};

use crate::floor::tests::{FindLots, House, code, full};
use crate::testkit::noon;

/// The house with two reserve bins and somebody who moves what stands on pallets. One unit takes 400 ml.
struct Yard {
    h: House,
    mover: Caller,
}

const ONE: &str = "A03-01L-1";
const TWO: &str = "A03-02L-1";

impl Yard {
    async fn open() -> Self {
        let h = House::open().await;
        let mover = h.t.person(Role::Receiver, Some(h.site));
        let yard = Self { h, mover };
        yard.keeps(ONE, Keeping::default()).await;
        yard.keeps(TWO, Keeping::default()).await;
        yard
    }

    async fn keeps(&self, bin_code: &str, keeping: Keeping) {
        let bin = self.h.t.bin(self.h.site, bin_code).await;
        self.h.t.run(&ChangeBin { bin, code: bin_code.into(), kind: BinKind::Reserve, keeping }).await;
    }

    async fn make(&self, kind: UnitKind, label: &str) -> LpnId {
        let id = LpnId::mint();
        let made = MakeUnit { id, site: self.h.site, kind, code: label.to_lowercase() };
        assert_eq!(self.h.t.try_run(&self.mover, &made).await.unwrap(), label);
        id
    }

    async fn fill(&self, unit: LpnId, bin_code: &str, item: &str, quantity: i32) -> crate::Result<i64> {
        let fill = FillUnit { unit, bin_code: bin_code.into(), item_code: item.into(), quantity, marks: Marks::default() };
        self.h.t.try_run(&self.mover, &fill).await
    }

    async fn go(&self, unit: LpnId, target: &str) -> crate::Result<UnitMoved> {
        self.h.t.try_run(&self.mover, &MoveUnit { unit, target_code: target.into() }).await
    }

    async fn refused(&self, unit: LpnId, target: &str) -> &'static str {
        code(&self.go(unit, target).await.expect_err("refused"))
    }

    /// A pallet at the dock: six mugs on it, a tote with a carton in it that holds four cups.
    async fn loaded(&self) -> (LpnId, LpnId, LpnId) {
        let h = &self.h;
        h.t.receive(h.site, h.mug, "DOCK", 6).await;
        h.t.receive(h.site, h.cup, "DOCK", 4).await;
        let pallet = self.make(UnitKind::Pallet, "PAL-1").await;
        let carton = self.make(UnitKind::Carton, "CAR-1").await;
        let tote = self.make(UnitKind::Tote, "TOT-1").await;
        assert_eq!(self.fill(pallet, "dock", "MUG-EAN", 6).await.unwrap(), 6);
        assert_eq!(self.fill(carton, "DOCK", "cup", 4).await.unwrap(), 4);
        self.go(carton, "TOT-1").await.unwrap();
        let moved = self.go(tote, "pal-1").await.unwrap();
        assert_eq!(
            (moved.bin_code.as_deref(), moved.into.as_deref(), moved.units, moved.lpns),
            (Some("DOCK"), Some("PAL-1"), 0, 2)
        );
        (pallet, tote, carton)
    }

    async fn units(&self, bin_code: &str) -> i64 {
        let sum = format!(
            "select coalesce(sum(b.on_hand), 0)::bigint from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id
             where n.code = '{bin_code}' and b.lpn_id <> '{}'",
            LpnId::NIL
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(sum)).fetch_one(&self.h.t.root).await.unwrap()
    }

    async fn parent(&self, unit: LpnId) -> Option<LpnId> {
        let parent: uuid::Uuid =
            sqlx::query_scalar("select parent_id from lpn where id = $1").bind(unit.0).fetch_one(&self.h.t.root).await.unwrap();
        Some(LpnId(parent)).filter(|parent| !parent.is_nil())
    }

    async fn whole(&self) {
        self.h.books_agree().await;
        self.h.whole().await;
    }
}

/// INV-1: moving the outer unit moves all that it holds, in one command: a movement for each content, and nothing stays behind.
#[tokio::test]
async fn moving_a_pallet_moves_all_that_it_holds() {
    let yard = Yard::open().await;
    let (pallet, tote, carton) = yard.loaded().await;
    let moved = yard.go(pallet, "a03-01l-1").await.unwrap();
    assert_eq!((moved.bin_code.as_deref(), moved.into, moved.units, moved.lpns), (Some(ONE), None, 10, 3));
    assert_eq!((yard.units("DOCK").await, yard.units(ONE).await), (0, 10));
    let reserve = yard.h.t.bin(yard.h.site, ONE).await;
    let moves = |lpn: LpnId| {
        format!("movement where reason = 'move' and to_bin = '{reserve}' and from_lpn = '{lpn}' and to_lpn = '{lpn}'")
    };
    assert_eq!(yard.h.t.count(&moves(pallet)).await, 1);
    assert_eq!(yard.h.t.count(&moves(carton)).await, 1, "deep inside, and moved");
    assert_eq!(yard.h.t.count(&moves(tote)).await, 0, "it holds nothing itself");
    assert_eq!((yard.parent(carton).await, yard.parent(tote).await), (Some(tote), Some(pallet)), "they stand as they stood");
    let sheet = yard.h.t.db.unit_sheet(&yard.mover, Some(yard.h.site), "pal-1").await.unwrap();
    assert_eq!((sheet.site_code.as_str(), sheet.bin_code.as_deref(), sheet.tree.units()), ("LDS", Some(ONE), 10));
    let inner = &sheet.tree.holds[0];
    assert_eq!((inner.code.as_str(), inner.holds[0].code.as_str()), ("TOT-1", "CAR-1"));
    assert_eq!((inner.holds[0].goods[0].sku_code.as_str(), inner.holds[0].goods[0].on_hand), ("CUP", 4));
    let sheet = yard.h.t.db.unit_sheet(&yard.mover, None, "CAR-1").await.unwrap();
    assert_eq!(sheet.inside, ["PAL-1", "TOT-1"], "from the outermost on");
    // One of them goes elsewhere by itself, and out of the pallet.
    let moved = yard.go(tote, TWO).await.unwrap();
    assert_eq!((moved.units, moved.lpns, yard.parent(tote).await), (4, 2, None));
    assert_eq!((yard.units(ONE).await, yard.units(TWO).await), (6, 4));
    yard.whole().await;
}

/// INV-1: no unit comes to stand in itself: not at once, not by a detour, and not when two put them into each other at the same moment.
#[tokio::test]
async fn no_unit_stands_in_itself() {
    let yard = Yard::open().await;
    let (pallet, tote, _) = yard.loaded().await;
    assert_eq!(yard.refused(pallet, "PAL-1").await, "unit_in_itself");
    assert_eq!(yard.refused(pallet, "CAR-1").await, "unit_in_itself");
    assert_eq!(yard.refused(tote, "CAR-1").await, "unit_in_itself");
    let carton = yard.make(UnitKind::Carton, "CAR-2").await;
    assert_eq!(yard.refused(tote, "CAR-2").await, "unit_does_not_hold");
    assert_eq!(yard.refused(carton, "NOWHERE").await, "no_such_target");
    assert_eq!(yard.refused(carton, "no code").await, "no_such_target");
    assert_eq!(yard.refused(LpnId::mint(), "DOCK").await, "unit_unknown");
    for n in 0..6 {
        let one = yard.make(UnitKind::Pallet, &format!("ONE-{n}")).await;
        let two = yard.make(UnitKind::Pallet, &format!("TWO-{n}")).await;
        let (onto, back) = (format!("TWO-{n}"), format!("ONE-{n}"));
        let (first, second) = futures::future::join(yard.go(one, &onto), yard.go(two, &back)).await;
        let refused: Vec<_> = [first, second].into_iter().filter_map(Result::err).collect();
        assert_eq!(refused.len(), 1, "one of them was first");
        assert!(matches!(code(&refused[0]), "unit_in_itself" | "stale"));
        assert!(yard.parent(one).await.is_none() || yard.parent(two).await.is_none());
    }
}

/// INV-4, IN-4: a unit goes only where its goods may: not into a locked or full bin, not beside what may not be mixed, not into a zone.
#[tokio::test]
async fn a_bin_refuses_a_unit_as_it_refuses_goods() {
    let yard = Yard::open().await;
    let (pallet, ..) = yard.loaded().await;
    yard.keeps(ONE, Keeping { volume_ml: Some(3_999), ..Keeping::default() }).await;
    assert_eq!(yard.refused(pallet, ONE).await, "bin_full", "ten units are four litres");
    yard.keeps(ONE, Keeping { mixing: Mixing::OneSku, ..Keeping::default() }).await;
    assert_eq!(yard.refused(pallet, ONE).await, "bin_unfit");
    assert_eq!(yard.refused(pallet, "QUARANTINE").await, "bin_unfit");
    assert_eq!(yard.refused(pallet, "CUSTOMER").await, "no_such_target");
    assert_eq!(yard.refused(pallet, "yard").await, "not_a_leaf");
    let bin = yard.h.t.bin(yard.h.site, TWO).await;
    yard.h.t.run(&LockBin { bin, locked: true, reason: "broken".into() }).await;
    assert_eq!(yard.refused(pallet, TWO).await, "bin_unfit", "it is locked");
    // Nor by way of a unit that stands there.
    yard.h.t.run(&LockBin { bin, locked: false, reason: Given::default() }).await;
    yard.h.t.receive(yard.h.site, yard.h.mug, TWO, 1).await;
    let other = yard.make(UnitKind::Pallet, "PAL-2").await;
    yard.fill(other, TWO, "MUG", 1).await.unwrap();
    yard.h.t.run(&LockBin { bin, locked: true, reason: "broken".into() }).await;
    assert_eq!(yard.refused(pallet, "PAL-2").await, "bin_unfit");
    assert_eq!((yard.units("DOCK").await, yard.parent(pallet).await), (10, None), "nothing changed");
    yard.h.t.run(&LockBin { bin, locked: false, reason: Given::default() }).await;
    let moved = yard.go(pallet, "PAL-2").await.unwrap();
    assert_eq!((moved.bin_code.as_deref(), moved.units), (Some(TWO), 10), "it comes to where the other stands");
    assert_eq!(yard.parent(pallet).await, Some(other));
    yard.whole().await;
}

/// INV-1: what orders were given in a tote goes along with its allocation, and only to where packing finds it; on a cart it stays.
#[tokio::test]
async fn what_is_for_orders_follows_its_tote() {
    let yard = Yard::open().await;
    let h = &yard.h;
    let order = h.order("W-1", &[(h.mug, 2)]).await;
    let trip = h.wave().await.trips[0];
    let sheet = h.claim(trip).await;
    let tote: uuid::Uuid = sqlx::query_scalar("select id from lpn where code = 'LDS-T001'").fetch_one(&h.t.root).await.unwrap();
    let tote = LpnId(tote);
    assert_eq!(yard.refused(tote, "STAGE").await, "tote_in_use", "somebody walks with it");
    h.t.try_run(&h.picker, &full(&sheet.tasks[0], "LDS-T001")).await.unwrap();
    let second = domain::ids::BinId::mint();
    let add = |id, code: &str| domain::sites::design::AddBin {
        id,
        site: h.site,
        code: code.into(),
        kind: BinKind::Stage,
        at: None,
        keeping: Keeping::default(),
    };
    h.t.run(&add(second, "STAGE-2")).await;
    assert_eq!(yard.refused(tote, ONE).await, "unit_for_orders");
    assert_eq!(code(&yard.fill(tote, "STAGE", "MUG", 1).await.unwrap_err()), "unit_held_for_orders");
    let unpacked = h.t.try_run(&yard.mover, &UnpackUnit { unit: tote }).await;
    assert_eq!(code(&unpacked.unwrap_err()), "unit_held_for_orders");
    let pallet = yard.make(UnitKind::Pallet, "PAL-1").await;
    yard.go(tote, "PAL-1").await.unwrap();
    assert_eq!(yard.go(pallet, "STAGE-2").await.unwrap().units, 2);
    let given = format!("allocation where bin_id = '{second}' and lpn_id = '{tote}' and quantity = 2");
    assert_eq!(h.t.count(&given).await, 1, "the allocation went along");
    yard.whole().await;
    let parcel = h.t.try_run(&h.packer, &OpenParcel { site: h.site, scan: order.to_string() }).await.unwrap();
    h.t.try_run(&h.packer, &PackUnit { parcel, code: "MUG".into() }).await.expect("it is packed from there");
    yard.whole().await;
    // The next order's cart takes it off the pallet.
    h.t.try_run(&h.packer, &PackUnit { parcel, code: "MUG".into() }).await.unwrap();
    h.order("W-2", &[(h.cup, 1)]).await;
    let trip = h.wave().await.trips[0];
    h.claim(trip).await;
    assert_eq!(yard.parent(tote).await, None);
}

/// INV-1: units are filled from the bin they stand in and unpacked there; what stands in one is promised to nobody until then.
#[tokio::test]
async fn a_unit_is_filled_and_unpacked_where_it_stands() {
    let yard = Yard::open().await;
    let h = &yard.h;
    let promised =
        async || h.t.db.sku_stock(&h.t.system(), h.cup, noon()).await.unwrap().promise.iter().map(|p| p.2).sum::<i32>();
    assert_eq!(promised().await, 10);
    let carton = yard.make(UnitKind::Carton, "CAR-1").await;
    assert_eq!(yard.fill(carton, "A02-05R-1", "CUP-CASE", 6).await.unwrap(), 6);
    assert_eq!(promised().await, 4);
    let refused = async |bin: &str, item: &str, quantity| code(&yard.fill(carton, bin, item, quantity).await.unwrap_err());
    assert_eq!(refused("A02-05R-1", "CUP", 5).await, "not_enough_stock");
    assert_eq!(refused("A02-05R-1", "CUP", 0).await, "quantity_out_of_range");
    assert_eq!(refused("A02-05R-1", "TEAPOT", 1).await, "unknown_sku");
    assert_eq!(refused("A01-01L-1", "MUG", 1).await, "unit_stands_elsewhere");
    assert_eq!(refused("NOWHERE", "MUG", 1).await, "no_such_target");
    let pallet = yard.make(UnitKind::Pallet, "PAL-1").await;
    assert_eq!(code(&h.t.try_run(&yard.mover, &UnpackUnit { unit: pallet }).await.unwrap_err()), "unit_empty");
    yard.go(carton, "PAL-1").await.unwrap();
    yard.go(pallet, ONE).await.unwrap();
    assert_eq!(h.t.try_run(&yard.mover, &UnpackUnit { unit: pallet }).await.unwrap(), 6);
    assert_eq!((promised().await, yard.parent(carton).await), (10, None));
    assert_eq!(h.t.count("outbox where topic = 'unit.unpacked'").await, 1, "whoever waits is served");
    yard.whole().await;
}

/// INV-1: a move sent twice moves once, and many at once leave each unit in one place.
#[tokio::test]
async fn a_move_sent_twice_moves_once() {
    let yard = Yard::open().await;
    let (pallet, ..) = yard.loaded().await;
    let (id, go) = (CommandId::mint(), MoveUnit { unit: pallet, target_code: ONE.into() });
    let twins = futures::future::join_all((0..4).map(|_| yard.h.t.db.run(&yard.mover, id, noon(), &go))).await;
    assert!(twins.iter().all(|twin| twin.as_ref().unwrap().units == 10));
    assert_eq!(yard.units(ONE).await, 10);
    let targets = [ONE, TWO, "DOCK", "STAGE", ONE, TWO];
    let ended = futures::future::join_all(targets.iter().map(|target| yard.go(pallet, target))).await;
    assert!(ended.iter().any(Result::is_ok));
    let bins = format!(
        "(select distinct bin_id from balance
          where on_hand > 0 and lpn_id in (select id from lpn where id = '{pallet}' or kind = 'carton')) x"
    );
    assert_eq!(yard.h.t.count(&bins).await, 1, "all of it stands together");
    yard.whole().await;
}

/// INV-1, INV-3: lots go into a unit the oldest first, and along with it as they are.
#[tokio::test]
async fn lots_go_along_with_their_unit() {
    let yard = Yard::open().await;
    let h = &yard.h;
    let jug = h.t.sku("JUG").await;
    let lots = [LotId::mint(), LotId::mint()];
    let dock = Place::loose(h.site, h.t.bin(h.site, "DOCK").await);
    h.t.run(&FindLots { sku: jug, to: dock, lots: vec![(lots[0], 2), (lots[1], 3)] }).await;
    let pallet = yard.make(UnitKind::Pallet, "PAL-1").await;
    yard.fill(pallet, "DOCK", "JUG", 4).await.unwrap();
    yard.keeps(ONE, Keeping { mixing: Mixing::OneLot, ..Keeping::default() }).await;
    assert_eq!(yard.refused(pallet, ONE).await, "bin_unfit", "two lots");
    assert_eq!(yard.go(pallet, TWO).await.unwrap().units, 4);
    let two = h.t.bin(h.site, TWO).await;
    for (lot, units) in [(lots[0], 2), (lots[1], 2)] {
        let there = format!("balance where lot_id = '{lot}' and lpn_id = '{pallet}' and bin_id = '{two}' and on_hand = {units}");
        assert_eq!(h.t.count(&there).await, 1, "{units}");
    }
    let sheet = h.t.db.unit_sheet(&yard.mover, None, "PAL-1").await.unwrap();
    assert_eq!(
        sheet.tree.goods.iter().map(|held| (held.apart.lot, held.on_hand)).collect::<Vec<_>>(),
        [(lots[0], 2), (lots[1], 2)]
    );
}

/// IN-5: a label means one thing: unit, bin or item; a label that is taken is refused, and so is another site's.
#[tokio::test]
async fn a_label_means_one_thing() {
    let yard = Yard::open().await;
    let h = &yard.h;
    yard.make(UnitKind::Pallet, "PAL-1").await;
    let make = |code: &str| MakeUnit { id: LpnId::mint(), site: h.site, kind: UnitKind::Pallet, code: code.into() };
    for (label, refusal) in [
        ("pal-1", "unit_label_taken"),
        ("LDS-T001", "unit_label_taken"),
        ("dock", "unit_label_taken"),
        ("a b", "bad_unit_label"),
        ("", "bad_unit_label"),
    ] {
        assert_eq!(code(&h.t.try_run(&yard.mover, &make(label)).await.unwrap_err()), refusal, "{label}");
    }
    let scan = async |code: &str| h.t.db.unit_scan(&yard.mover, Some(h.site), code).await.unwrap();
    assert_eq!(scan("pal-1").await, Scanned::Unit { code: "PAL-1".into() });
    assert!(matches!(scan("dock").await, Scanned::Bin { code, .. } if code == "DOCK"));
    assert_eq!(scan("mug-case").await, Scanned::Item { sku_code: "MUG".into(), units: 6 });
    assert_eq!(scan("cup").await, Scanned::Item { sku_code: "CUP".into(), units: 1 });
    for nothing in ["CUSTOMER", "", "\0", "what is this"] {
        assert_eq!(scan(nothing).await, Scanned::Nothing, "{nothing:?}");
    }
    let elsewhere = h.t.person(Role::Receiver, Some(SiteId::mint()));
    assert_eq!(code(&h.t.db.unit_scan(&elsewhere, Some(h.site), "PAL-1").await.unwrap_err()), "not_allowed");
    assert_eq!(code(&h.t.db.unit_sheet(&elsewhere, None, "PAL-1").await.unwrap_err()), "unit_unknown");
    assert_eq!(code(&h.t.try_run(&elsewhere, &make("PAL-9")).await.unwrap_err()), "not_allowed");
}

/// IN-4: what stands on a pallet at the dock is put away from it; the pallet is left empty, and can be used again.
#[tokio::test]
async fn a_pallet_is_put_away_from() {
    let yard = Yard::open().await;
    let h = &yard.h;
    h.t.receive(h.site, h.mug, "DOCK", 6).await;
    let pallet = yard.make(UnitKind::Pallet, "PAL-1").await;
    yard.fill(pallet, "DOCK", "MUG", 6).await.unwrap();
    let from = h.t.bin(h.site, "DOCK").await;
    let asked = Propose {
        site: h.site,
        from,
        lpn: pallet,
        sku: None,
        owner: OwnerId::NIL,
        state: State::Sellable,
        quantity: 6,
        marks: Marks::default(),
    };
    let proposal = h.t.try_run(&yard.mover, &asked).await.unwrap();
    let domain::putaway::Target::Bin { code: bin, .. } = proposal.target else { panic!("{:?}", proposal.target) };
    let put = PutAway {
        site: h.site,
        from,
        lpn: pallet,
        sku: None,
        owner: OwnerId::NIL,
        state: State::Sellable,
        quantity: 6,
        proposal: proposal.decision,
        target_code: bin,
        reason: Code::default(),
        marks: Marks::default(),
    };
    h.t.try_run(&yard.mover, &put).await.unwrap();
    let sheet = h.t.db.unit_sheet(&yard.mover, None, "PAL-1").await.unwrap();
    assert_eq!((sheet.bin_code, sheet.tree.units()), (None, 0));
    yard.whole().await;
}
