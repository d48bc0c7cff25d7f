//! Units held and released by lot, by serial, and where they stand in a handling unit.

use domain::ids::LpnId;
use domain::lpns::{MakeUnit, UnitKind};
use domain::people::Caller;
use domain::stock::State;

use super::*;

const BIN: &str = "A03-03L-1";

impl Pharmacy {
    /// So many units of a SKU in the bin are held, or released when `hold` is false.
    async fn holds(&self, sku: SkuId, quantity: i32, marks: Marks, hold: bool) -> HoldUnits {
        let reason = if hold { HoldReason::SupplierNotice } else { HoldReason::Checked }.into();
        let those = Those { marks, ..Those::default() };
        let bin = self.h.t.bin(self.h.site, BIN).await;
        HoldUnits { sku, site: self.h.site, bin, quantity, those, hold, reason, note: String::new() }
    }

    async fn try_hold(&self, who: &Caller, sku: SkuId, quantity: i32, marks: Marks, hold: bool) -> Result<()> {
        self.h.t.try_run(who, &self.holds(sku, quantity, marks, hold).await).await
    }

    /// Codes of serials in a state.
    async fn serials(&self, state: State) -> Vec<String> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select s.code from balance b join serial s on s.id = b.serial_id where b.state = '{}' and b.on_hand > 0 order by 1",
            state.code()
        )))
        .fetch_all(&self.h.t.root)
        .await
        .unwrap()
    }
}

fn lot(code: &str) -> Marks {
    Marks { lot: code.into(), ..Marks::default() }
}

/// IN-3, INV-3: the lot that is named is held, and another stays on sale though it expires first; the list says which, and just that is
/// released.
#[tokio::test]
async fn the_lot_that_is_named_is_held_and_released() {
    let p = Pharmacy::open().await;
    let supervisor = p.h.t.person(Role::Supervisor, Some(p.h.site));
    p.receive(p.serum, BIN, 5, of_lot("A", 20)).await;
    p.try_hold(&supervisor, p.serum, 1, Marks::default(), true).await.expect("its only lot says itself");
    p.receive(p.serum, BIN, 5, of_lot("B", 90)).await;
    p.try_hold(&supervisor, p.serum, 4, lot(" b "), true).await.unwrap();
    assert_eq!((p.held("A").await, p.held("B").await), (1, 4));
    let rows = p.h.t.db.inspection_board(&supervisor, Some(p.h.site)).await.unwrap().held;
    let told: Vec<_> = rows.iter().map(|row| (row.apart.lot_code.as_str(), row.units, row.reason.as_deref())).collect();
    let why = Some(HoldReason::SupplierNotice.words());
    assert_eq!(told, [("A", 1, why), ("B", 4, why)]);
    let places = p.h.t.db.sku_stock(&supervisor, p.serum, noon()).await.unwrap().places;
    assert_eq!(places.iter().filter(|place| place.state == State::Held && place.apart.lot_code == "B").count(), 1);
    let order = p.h.order("W-1", &[(p.serum, 4)]).await;
    assert_eq!(p.given(order).await, [("A".to_owned(), 4)], "what is left of it on sale");
    p.try_hold(&supervisor, p.serum, 3, lot("B"), false).await.unwrap();
    assert_eq!((p.held("A").await, p.held("B").await), (1, 1));
    p.h.whole().await;
}

/// IN-3, INV-3: of numbered units just those that are named are held, and just one of them is released.
#[tokio::test]
async fn just_the_serials_that_are_named_are_held_and_released() {
    let p = Pharmacy::open().await;
    let supervisor = p.h.t.person(Role::Supervisor, Some(p.h.site));
    p.receive(p.meter, BIN, 4, of_serials(&["S1", "S2", "S3", "S4"])).await;
    p.try_hold(&supervisor, p.meter, 2, of_serials(&["s4", "S2"]), true).await.unwrap();
    assert_eq!(p.serials(State::Held).await, ["S2", "S4"]);
    p.try_hold(&supervisor, p.meter, 1, of_serials(&["S4"]), false).await.unwrap();
    assert_eq!((p.serials(State::Held).await, p.serials(State::Sellable).await.len()), (vec!["S2".to_owned()], 3));
    p.h.whole().await;
}

/// IN-3, INV-3 ✗: which units is said where several are there; what does not stand there, is given to an order or is not on hold is
/// refused by name, and nothing changes.
#[tokio::test]
async fn units_that_are_not_plainly_meant_are_refused() {
    let p = Pharmacy::open().await;
    let supervisor = p.h.t.person(Role::Supervisor, Some(p.h.site));
    p.receive(p.serum, BIN, 3, of_lot("A", 20)).await;
    p.receive(p.serum, BIN, 3, of_lot("B", 90)).await;
    p.receive(p.meter, BIN, 3, of_serials(&["S1", "S2", "S3"])).await;
    let order = p.h.order("W-1", &[(p.serum, 2)]).await;
    assert_eq!(p.given(order).await, [("A".to_owned(), 2)]);
    let refused =
        async |sku, quantity, marks, hold| code(&p.try_hold(&supervisor, sku, quantity, marks, hold).await.unwrap_err());
    assert_eq!(refused(p.serum, 2, Marks::default(), true).await, "lot_missing");
    assert_eq!(refused(p.serum, 1, lot("C"), true).await, "lot_elsewhere");
    assert_eq!(refused(p.serum, 4, lot("B"), true).await, "not_enough_stock", "none of the other lot is taken instead");
    assert_eq!(refused(p.serum, 2, lot("A"), true).await, "not_enough_stock", "two are an order's");
    assert_eq!(refused(p.serum, 1, lot("B"), false).await, "lot_elsewhere", "nothing of it is on hold");
    assert_eq!(refused(p.meter, 1, Marks::default(), true).await, "serials_wanted");
    assert_eq!(refused(p.meter, 2, of_serials(&["S1"]), true).await, "serials_wanted");
    assert_eq!(refused(p.meter, 1, of_serials(&["S9"]), true).await, "serial_elsewhere");
    assert_eq!(refused(p.meter, 2, of_serials(&["S1", "s1"]), true).await, "serial_twice");
    assert_eq!(p.h.t.count("balance where state = 'held' and on_hand > 0").await + p.h.t.count("stock_hold").await, 0);
    p.try_hold(&supervisor, p.serum, 1, lot("A"), true).await.expect("one of it is nobody's");
    p.try_hold(&supervisor, p.meter, 3, Marks::default(), true).await.expect("all that stand there");
    p.h.whole().await;
}

/// IN-3: units on a pallet are held on it, and what stands loose beside it is not touched.
#[tokio::test]
async fn units_in_a_handling_unit_are_held_where_they_stand() {
    let p = Pharmacy::open().await;
    let supervisor = p.h.t.person(Role::Supervisor, Some(p.h.site));
    p.receive(p.serum, BIN, 4, of_lot("A", 20)).await;
    let pallet = LpnId::mint();
    let made = MakeUnit { id: pallet, site: p.h.site, kind: UnitKind::Pallet, code: "PAL-9".into() };
    p.h.t.run(&made).await;
    let fill = domain::lpns::FillUnit { unit: pallet, bin_code: BIN.into(), item_code: "SERUM".into(), quantity: 3 };
    p.h.t.run(&fill).await;
    p.receive(p.serum, BIN, 2, of_lot("B", 90)).await;
    let loose = p.holds(p.serum, 2, Marks::default(), true).await;
    let there = HoldUnits { those: Those { lpn: pallet, ..Those::default() }, ..loose.clone() };
    assert_eq!(code(&p.h.t.try_run(&supervisor, &loose).await.unwrap_err()), "lot_missing", "two lots stand loose");
    assert_eq!(
        code(&p.h.t.try_run(&supervisor, &HoldUnits { quantity: 4, ..there.clone() }).await.unwrap_err()),
        "not_enough_stock"
    );
    p.h.t.try_run(&supervisor, &there).await.expect("one lot stands on it");
    let on_it = format!("balance where lpn_id = '{pallet}' and state = 'held' and on_hand = 2");
    assert_eq!((p.h.t.count(&on_it).await, p.held("A").await), (1, 2));
    let row = p.h.t.db.inspection_board(&supervisor, None).await.unwrap().held.remove(0);
    assert_eq!((row.lpn, row.lpn_code.as_deref(), row.units), (pallet, Some("PAL-9"), 2));
    let back = HoldUnits { hold: false, reason: HoldReason::Checked.into(), ..there };
    p.h.t.try_run(&supervisor, &back).await.unwrap();
    assert_eq!(p.held("A").await, 0);
    p.h.whole().await;
}
