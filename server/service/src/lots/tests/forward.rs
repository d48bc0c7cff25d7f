use domain::floor::ShortReason;
use domain::replenish::{CheckForwardPicks, ForwardPick, Replenish, ReplenishRow, SetForwardPicks, scan};
use sqlx::AssertSqlSafe;

use super::*;

pub(super) const FORWARD: &str = "A01-02L-1";
pub(super) const NEAR: &str = "A03-01L-1";
pub(super) const FAR: &str = "A03-02L-1";

impl Pharmacy {
    /// Two bins are reserve, and a third is filled from them.
    async fn with_reserve(max: i32) -> Self {
        let p = Self::open().await;
        let reserve = format!("update bin set kind = 'reserve' where code in ('{NEAR}', '{FAR}')");
        sqlx::query(AssertSqlSafe(reserve)).execute(&p.h.t.root).await.unwrap();
        let bin = p.h.t.bin(p.h.site, FORWARD).await;
        let rules = [p.serum, p.meter].map(|sku| ForwardPick { bin, sku, min: 0, max, slotting: None });
        p.h.t.run(&SetForwardPicks { site: p.h.site, rules: rules.to_vec() }).await;
        p
    }

    /// The task that a look at the forward picks raises.
    async fn to_bring(&self) -> ReplenishRow {
        self.h.t.run(&CheckForwardPicks { site: None }).await;
        let system = self.h.t.system();
        self.h.t.db.replenishments(&system, Some(self.h.site), noon()).await.unwrap().remove(0)
    }

    async fn bring(&self, row: &ReplenishRow, quantity: i32) -> domain::replenish::Replenished {
        self.h.t.run(&Replenish { quantity, short: None, ..scan::nothing(row, ShortReason::Missing) }).await
    }
}

/// INV-3, RPL-1: goods brought forward serve a waiting order only if they are good as long as its channel asks, whatever else lies there;
/// its own come from where it waits.
#[tokio::test]
async fn what_is_brought_forward_serves_only_whom_it_lasts_for() {
    let p = Pharmacy::with_reserve(20).await;
    p.h.t.run(&SetLotRules { picking: Picking::Fefo, min_life_days: vec![("web".into(), 30)] }).await;
    p.receive(p.serum, NEAR, 3, of_lot("MID", 60)).await;
    let one = p.h.order("1", &[(p.serum, 3)]).await;
    p.receive(p.serum, FAR, 3, of_lot("LATE", 90)).await;
    let two = p.h.order("2", &[(p.serum, 3)]).await;
    assert_eq!((p.given(one).await, p.given(two).await), (vec![("MID".to_owned(), 3)], vec![("LATE".to_owned(), 3)]));
    p.h.wave().await;
    p.receive(p.serum, NEAR, 2, of_lot("MID", 60)).await;
    p.receive(p.serum, FORWARD, 5, of_lot("SOON", 10)).await;
    let row = p.to_bring().await;
    assert_eq!((row.from_code.as_str(), row.quantity), (NEAR, 5));
    assert_eq!(p.bring(&row, 5).await.nearer, 5, "two of MID free take the place of two of LATE");
    let lots = [("LATE".to_owned(), 1), ("MID".to_owned(), 2)];
    assert_eq!((p.given(one).await, p.given(two).await), (vec![("MID".to_owned(), 3)], lots.to_vec()));
    p.h.books_agree().await;
    p.h.whole().await;
}

/// INV-3, RPL-1: what spoils first in reserve is not brought for a wave that was given something else: that would serve nobody, for ever.
#[tokio::test]
async fn a_wave_is_brought_the_lot_it_was_given() {
    let p = Pharmacy::with_reserve(4).await;
    p.h.t.run(&SetLotRules { picking: Picking::Fefo, min_life_days: vec![("web".into(), 30)] }).await;
    p.receive(p.serum, NEAR, 9, of_lot("SOON", 10)).await;
    p.receive(p.serum, FAR, 3, of_lot("LATE", 90)).await;
    let order = p.h.order("1", &[(p.serum, 3)]).await;
    p.h.wave().await;
    let row = p.to_bring().await;
    assert_eq!(row.from_code, FAR);
    assert_eq!(p.bring(&row, 3).await.nearer, 3);
    assert_eq!(p.given(order).await, [("LATE".to_owned(), 3)]);
    p.h.whole().await;
}

/// INV-3, RPL-1: first in, first out: what came later does not take the place of what a line has, only because it is nearer.
#[tokio::test]
async fn what_came_later_takes_nothings_place() {
    let p = Pharmacy::with_reserve(20).await;
    p.h.t.run(&SetTracking { sku: p.serum, policy: Policy { picking: Some(Picking::Fifo), ..LOT } }).await;
    p.receive(p.serum, NEAR, 3, of_lot("OLD", 90)).await;
    p.receive(p.serum, FAR, 6, of_lot("NEW", 30)).await;
    sqlx::query("update lot set first_at = first_at - interval '1 day' where code = 'OLD'").execute(&p.h.t.root).await.unwrap();
    let one = p.h.order("1", &[(p.serum, 3)]).await;
    let two = p.h.order("2", &[(p.serum, 2)]).await;
    assert_eq!((p.given(one).await, p.given(two).await), (vec![("OLD".to_owned(), 3)], vec![("NEW".to_owned(), 2)]));
    p.h.wave().await;
    // The newer ones are brought first all the same: somebody took that task.
    let row = p.to_bring().await;
    sqlx::query("update replenish_task set from_bin = (select id from bin where code = $1), quantity = 6")
        .bind(FAR)
        .execute(&p.h.t.root)
        .await
        .unwrap();
    let row = ReplenishRow { from_code: FAR.into(), quantity: 6, ..row };
    assert_eq!(p.bring(&row, 6).await.nearer, 2, "those that were its own");
    assert_eq!(p.given(one).await, [("OLD".to_owned(), 3)]);
    p.h.whole().await;
}
