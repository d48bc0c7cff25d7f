use domain::floor::{
    BindTote, ClaimTrip, CloseParcel, LeaveTrip, OpenParcel, PackOrders, PackUnit, PickTrips, PickUnits, ShipParcels, ShortPick,
    ShortReason, TaskSheet, TripSheet, UnpickUnits,
};
use domain::ids::{ChannelId, CommandId, LotId, OrderId, ParcelId, PersonId, ShiftId, SiteId, SkuId, TripId};
use domain::orders::stage::Stage;
use domain::orders::{CorrectAddress, NewOrder, OpenChannel, PlaceOrders};
use domain::people::{Actor, AddPerson, Caller, Grant, Permission, Role};
use domain::refusal::Named;
use domain::stock::{Place, State, Tag};
use domain::waves::roster::{SetShifts, Shift};
use domain::waves::{Cart, Chosen, Method, PlanWave, Planned};
use rust_decimal::Decimal;

use crate::testkit::{TestDb, new_order, noon};
use crate::{Act, Failure, Tx};

pub(crate) fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code(),
        other => panic!("broken: {other}"),
    }
}

/// Units of these lots come to stand in a bin, as a count finds them.
#[derive(serde::Serialize)]
pub(crate) struct FindLots {
    pub sku: SkuId,
    pub to: Place,
    pub lots: Vec<(LotId, i32)>,
}

impl Act for FindLots {
    const KIND: &'static str = "test.find_lots";
    const NEEDS: Permission = Permission::Count;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> crate::Result<()> {
        let gain = |(lot, quantity): &(LotId, i32)| crate::stock::Gain {
            sku: self.sku,
            tag: Tag { lot: *lot, ..Tag::NONE },
            quantity: *quantity,
            to: self.to,
            to_state: State::Sellable,
            unit_value: Decimal::ONE,
            source: lot.0,
        };
        crate::stock::gain(tx, &self.lots.iter().map(gain).collect::<Vec<_>>()).await.map(drop)
    }
}

/// A site with mugs in two bins and cups in a third, and a shop that sells them.
pub(crate) struct House {
    pub t: TestDb,
    pub site: SiteId,
    pub mug: SkuId,
    pub cup: SkuId,
    pub picker: Caller,
    pub packer: Caller,
}

impl House {
    pub(crate) async fn open() -> Self {
        let t = TestDb::new().await;
        let (site, mug, cup) = (t.site("LDS").await, t.sku("MUG").await, t.sku("CUP").await);
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        t.receive(site, mug, "A01-01L-1", 10).await;
        t.receive(site, mug, "A04-09R-2", 4).await;
        t.receive(site, cup, "A02-05R-1", 10).await;
        let (picker, packer) = (t.person(Role::Picker, Some(site)), t.person(Role::Packer, Some(site)));
        Self { t, site, mug, cup, picker, packer }
    }

    /// A paid order, delivered for 3.60.
    pub(crate) async fn order(&self, external: &str, lines: &[(SkuId, i32)]) -> OrderId {
        let order = NewOrder { shipping_amount: Decimal::new(360, 2), ..new_order(external, lines) };
        self.t.run(&PlaceOrders { orders: vec![order] }).await.remove(0).order
    }

    pub(crate) fn plan(&self, slots: i32) -> PlanWave {
        PlanWave {
            site: self.site,
            orders: Chosen::Most(100),
            method: Method::Cluster,
            cart: Cart::totes(slots),
            pickers: 1,
            rounds: domain::waves::Rounds::default(),
            release: true,
        }
    }

    /// Somebody who picks here, with a sign-in; on today's roster from so long before noon to so long after, in minutes.
    pub(crate) async fn rostered(&self, name: &str, minutes: std::ops::Range<i64>) -> Caller {
        let (id, at) = (PersonId::mint(), |minutes| noon() + chrono::TimeDelta::minutes(minutes));
        let grants = vec![Grant { role: Role::Picker, site: Some(self.site) }];
        let email = format!("{}@example.org", name.to_lowercase());
        let password_hash = "no password has this hash".into();
        self.t.run(&AddPerson { id, name: name.into(), email, grants: grants.clone(), password_hash }).await;
        if !minutes.is_empty() {
            let (starts_at, ends_at) = (at(minutes.start), at(minutes.end));
            let shift = Shift { id: ShiftId::mint(), site: self.site, person: id, role: Role::Picker, starts_at, ends_at };
            self.t.run(&SetShifts { shifts: vec![shift] }).await;
        }
        Caller { org: self.t.org, who: Actor::Person { id, name: name.into(), grants, device: "tablet".into() } }
    }

    pub(crate) async fn wave(&self) -> Planned {
        self.t.run(&self.plan(8)).await
    }

    pub(crate) async fn sheet(&self, trip: TripId) -> TripSheet {
        self.t.db.trip_sheet(&self.picker, trip).await.expect("the trip is there")
    }

    /// The picker takes the trip and puts totes T001… on its slots.
    pub(crate) async fn claim(&self, trip: TripId) -> TripSheet {
        self.t.try_run(&self.picker, &ClaimTrip { trip }).await.expect("the trip is free");
        for slot in self.sheet(trip).await.slots {
            let bind = BindTote { trip, slot: slot.slot, code: format!("LDS-T{:03}", slot.slot) };
            self.t.try_run(&self.picker, &bind).await.expect("the tote is free");
        }
        self.sheet(trip).await
    }

    pub(crate) async fn stage(&self, order: OrderId) -> Stage {
        self.t.db.order(&self.t.system(), order).await.expect("the order is there").row.stage
    }

    async fn pick(&self, pick: &PickUnits) -> crate::Result<domain::floor::Picked> {
        self.t.try_run(&self.picker, pick).await
    }

    /// Everything is in the books and the books agree.
    pub(crate) async fn books_agree(&self) {
        let balance = self.t.db.trial_balance(&self.t.system()).await.expect("the books open");
        assert_eq!(balance.inventory, balance.layers, "inventory account = Σ remaining layer value");
        let unlike = self
            .t
            .count(
                "balance b where state = 'sellable' and allocated <> (select coalesce(sum(quantity), 0) from allocation a
                   where a.org_id = b.org_id and a.site_id = b.site_id and a.bin_id = b.bin_id and a.lpn_id = b.lpn_id
                     and a.sku_id = b.sku_id and a.owner_id = b.owner_id and a.lot_id = b.lot_id and a.serial_id = b.serial_id)",
            )
            .await;
        assert_eq!(unlike, 0, "allocated = Σ allocations, bin by bin and lot by lot");
    }

    /// Every book that can be verified is whole.
    pub(crate) async fn whole(&self) {
        let checks = self.t.db.verify(self.t.org).await.expect("it can be verified");
        let broken: Vec<_> = checks.iter().filter(|check| !check.holds()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }

    async fn moved(&self, reason: &str) -> i64 {
        self.t.count(&format!("movement where reason = '{reason}'")).await
    }

    async fn posted(&self, debit: &str, credit: &str, amount: &str) -> i64 {
        self.t.count(&format!("gl_transfer where debit = '{debit}' and credit = '{credit}' and amount = {amount}")).await
    }
}

pub(crate) fn full(task: &TaskSheet, tote: &str) -> PickUnits {
    PickUnits {
        task: task.task,
        bin_code: task.bin_code.clone(),
        item_code: task.sku_code.clone(),
        tote_code: tote.into(),
        quantity: domain::floor::pick::left(task),
        marks: domain::lots::Marks::default(),
    }
}

mod packing;
mod picking;
mod together;
