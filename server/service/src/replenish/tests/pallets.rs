use domain::ids::LpnId;
use domain::lpns::{FillUnit, MakeUnit, MoveUnit, UnitKind};
use domain::stock::why::Reason;

use super::*;

impl Shop {
    /// So many mugs on a pallet in reserve, and none loose there.
    async fn on_pallet(&self, bin_code: &str, quantity: i32) -> LpnId {
        let unit = LpnId::mint();
        self.came(bin_code, quantity, 2).await;
        self.h.t.run(&MakeUnit { id: unit, site: self.h.site, kind: UnitKind::Pallet, code: "PAL-1".into() }).await;
        self.h
            .t
            .run(&FillUnit {
                unit,
                bin_code: bin_code.into(),
                item_code: "MUG".into(),
                quantity,
                marks: domain::lots::Marks::default(),
            })
            .await;
        unit
    }
}

/// RPL-1, INV-1: a pallet in reserve is reserve: nobody is told that none is there, the task names the pallet, its label is scanned, and
/// what is brought leaves it.
#[tokio::test]
async fn a_pallet_in_reserve_is_reserve() {
    let mut shop = Shop::open().await;
    let pallet = shop.on_pallet(OLDER, 30).await;
    shop.rule(12, 30).await;
    shop.follow().await;
    assert_eq!(shop.open_cases("no_reserve").await, 0);
    let row = shop.tasks().await.remove(0);
    assert_eq!((row.from_code.as_str(), row.unit.as_deref(), row.quantity), (OLDER, Some("PAL-1"), 20));
    let bin = Replenish { quantity: 5, short: None, from_code: OLDER.into(), ..scan::nothing(&row, ShortReason::Missing) };
    assert_eq!(code(&shop.h.t.try_run(&shop.bringer, &bin).await.unwrap_err()), "wrong_scan", "the pallet is to be scanned");
    assert_eq!(shop.bring(&row, 12, None).await.unwrap().moved, 12);
    assert_eq!(shop.on_hand(FORWARD, "sellable").await, 22);
    assert_eq!(
        shop.h.t.count(&format!("movement where reason = 'replenish' and from_lpn = '{pallet}' and quantity = 12")).await,
        1
    );
    assert_eq!(shop.h.t.count(&format!("balance where lpn_id = '{pallet}' and on_hand = 18")).await, 1);
    let told = shop.h.t.db.sku_stock(&shop.h.t.system(), shop.h.mug, noon()).await.unwrap();
    let why = told.why.iter().find(|one| one.reason == Reason::InUnits).expect("the pallet keeps them");
    assert_eq!((why.units, why.bins.as_str()), (18, "PAL-1 in A03-01L-1"));
    // Driven elsewhere meanwhile, it gives nothing here: nothing changes.
    let gone = MoveUnit { unit: pallet, target_code: NEWER.into() };
    shop.h.t.run(&gone).await;
    let late = shop.bring(&shop.tasks().await.remove(0), 8, None).await.unwrap_err();
    assert_eq!(code(&late), "not_enough_stock");
    assert_eq!(shop.on_hand(FORWARD, "sellable").await, 22);
    shop.whole().await;
}

/// RPL-1: a wave that waits at a loose reserve is served from an older pallet as well; a pallet that is moved away before anybody began
/// takes its task along.
#[tokio::test]
async fn a_task_follows_its_pallet_and_serves_waves() {
    let mut shop = Shop::open().await;
    shop.came(NEWER, 6, 1).await;
    shop.rule(0, 16).await;
    shop.h.order("W-1", &[(shop.h.mug, 20)]).await;
    shop.h.wave().await;
    let pallet = shop.on_pallet(OLDER, 20).await;
    shop.follow().await;
    let row = shop.tasks().await.remove(0);
    assert_eq!((row.from_code.as_str(), row.unit.clone()), (NEWER, None), "what came first");
    assert_eq!(shop.bring(&row, row.quantity, None).await.unwrap().nearer, 6);
    shop.follow().await;
    shop.rule(16, 30).await;
    shop.follow().await;
    let row = shop.tasks().await.remove(0);
    assert_eq!((row.from_code.as_str(), row.unit.as_deref()), (OLDER, Some("PAL-1")));
    shop.h.t.run(&MoveUnit { unit: pallet, target_code: NEWER.into() }).await;
    shop.follow().await;
    let row = shop.tasks().await.remove(0);
    assert_eq!((row.from_code.as_str(), row.unit.as_deref()), (NEWER, Some("PAL-1")));
    shop.bring(&row, 1, None).await.unwrap();
    shop.whole().await;
}
