use domain::floor::ShortReason;
use domain::replenish::{CheckForwardPicks, ForwardPick, Replenish, ReplenishRow, SetForwardPicks, scan};
use sqlx::AssertSqlSafe;

use super::*;

const FORWARD: &str = "A01-02L-1";
const NEAR: &str = "A03-01L-1";
const FAR: &str = "A03-02L-1";

impl Pharmacy {
    /// Two bins are reserve, and a third is filled from them.
    async fn with_reserve(min: i32, max: i32) -> Self {
        let p = Self::open().await;
        let reserve = format!("update bin set kind = 'reserve' where code in ('{NEAR}', '{FAR}')");
        sqlx::query(AssertSqlSafe(reserve)).execute(&p.h.t.root).await.unwrap();
        let bin = p.h.t.bin(p.h.site, FORWARD).await;
        let rules = [p.serum, p.meter].map(|sku| ForwardPick { bin, sku, min, max, slotting: None });
        p.h.t.run(&SetForwardPicks { site: p.h.site, rules: rules.to_vec() }).await;
        p
    }

    /// The task that a look at the forward picks raises.
    async fn to_bring(&self) -> ReplenishRow {
        self.h.t.run(&CheckForwardPicks { site: None }).await;
        let system = self.h.t.system();
        self.h.t.db.replenishments(&system, Some(self.h.site), noon()).await.unwrap().remove(0)
    }

    /// Units of a lot or with a serial, loose in the bin that is filled.
    async fn forward(&self, code: &str) -> i64 {
        let query = format!(
            "select coalesce(sum(b.on_hand), 0)::bigint from balance b join bin n on n.id = b.bin_id left join lot t on t.id = b.lot_id
             left join serial s on s.id = b.serial_id where n.code = '{FORWARD}' and coalesce(t.code, s.code) = '{code}'"
        );
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.h.t.root).await.unwrap()
    }

    async fn bring(&self, row: &ReplenishRow, quantity: i32) -> domain::replenish::Replenished {
        self.h.t.run(&Replenish { quantity, short: None, ..scan::nothing(row, ShortReason::Missing) }).await
    }
}

/// INV-3, RPL-1: goods brought forward serve a waiting order only if they are good as long as its channel asks, whatever else lies there;
/// its own come from where it waits.
#[tokio::test]
async fn what_is_brought_forward_serves_only_whom_it_lasts_for() {
    let p = Pharmacy::with_reserve(0, 20).await;
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
    let p = Pharmacy::with_reserve(0, 4).await;
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
    let p = Pharmacy::with_reserve(0, 20).await;
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

fn lots(row: &ReplenishRow) -> Vec<(&str, i32)> {
    row.lots.iter().map(|lot| (lot.code.as_str(), lot.units)).collect()
}

/// INV-3, RPL-1: of two lots in a reserve bin the task names what is to be taken, and the lot is said; of one it is plain.
#[tokio::test]
async fn of_two_lots_in_reserve_the_one_that_is_said_is_brought() {
    let p = Pharmacy::with_reserve(5, 8).await;
    p.receive(p.serum, NEAR, 4, of_lot("SOON", 10)).await;
    p.receive(p.serum, NEAR, 6, of_lot("LATE", 90)).await;
    let row = p.to_bring().await;
    assert_eq!((lots(&row), row.say_lot, row.quantity), (vec![("SOON", 4), ("LATE", 4)], true, 8));
    let of = |lot: &str, quantity| Replenish {
        quantity,
        short: None,
        marks: Marks { lot: lot.into(), ..Marks::default() },
        ..scan::nothing(&row, ShortReason::Missing)
    };
    let system = p.h.t.system();
    let refused = async |sent: Replenish| code(&p.h.t.try_run(&system, &sent).await.unwrap_err());
    assert_eq!(refused(of("", 1)).await, "wrong_scan", "which of them?");
    assert_eq!(refused(of("OTHER", 1)).await, "wrong_scan");
    assert_eq!(refused(of("LATE", 5)).await, "too_many");
    p.h.t.run(&of("late", 3)).await;
    assert_eq!((p.forward("LATE").await, p.forward("SOON").await), (3, 0), "what was in the hand");
    let row = p.to_bring().await;
    assert_eq!(lots(&row), [("SOON", 4), ("LATE", 1)]);
    p.h.t.run(&of("SOON", 4)).await;
    let row = p.to_bring().await;
    assert_eq!((lots(&row), row.say_lot), (vec![("LATE", 1)], false));
    p.bring(&row, 1).await;
    assert_eq!((p.forward("LATE").await, p.forward("SOON").await), (4, 4));
    p.h.books_agree().await;
    p.h.whole().await;
}

/// INV-3, RPL-1: a wave's own lot is named first, though another spoils sooner; what is past its day is not named at all.
#[tokio::test]
async fn the_lot_a_wave_was_given_is_named_first() {
    let p = Pharmacy::with_reserve(0, 5).await;
    p.h.t.run(&SetLotRules { picking: Picking::Fefo, min_life_days: vec![("web".into(), 30)] }).await;
    p.receive(p.serum, NEAR, 9, of_lot("SOON", 10)).await;
    p.receive(p.serum, NEAR, 3, of_lot("LATE", 90)).await;
    p.receive(p.serum, NEAR, 3, of_lot("GONE", 1)).await;
    sqlx::query("update lot set expires_on = '2026-09-16 00:00Z' where code = 'GONE'").execute(&p.h.t.root).await.unwrap();
    let order = p.h.order("1", &[(p.serum, 3)]).await;
    p.h.wave().await;
    let row = p.to_bring().await;
    assert_eq!(lots(&row), [("LATE", 3), ("SOON", 2)]);
    let marks = Marks { lot: "LATE".into(), ..Marks::default() };
    let sent = Replenish { quantity: 3, short: None, marks, ..scan::nothing(&row, ShortReason::Missing) };
    assert_eq!(p.h.t.run(&sent).await.nearer, 3);
    assert_eq!((p.given(order).await, p.forward("LATE").await), (vec![("LATE".to_owned(), 3)], 3));
    p.h.whole().await;
}

/// INV-3, RPL-1: each unit with a number is said, and it is that unit which goes forward; a pick that waited takes it if it is as good.
#[tokio::test]
async fn units_with_numbers_go_forward_as_they_are_said() {
    let p = Pharmacy::with_reserve(0, 3).await;
    p.receive(p.meter, NEAR, 3, of_serials(&["S1", "S2", "S3"])).await;
    let order = p.h.order("1", &[(p.meter, 1)]).await;
    let own = p.given(order).await.remove(0).0;
    p.h.wave().await;
    let row = p.to_bring().await;
    assert!(row.by_serial && row.serials.len() == 3, "{row:?}");
    let sent = |serials: &[&str]| Replenish {
        quantity: i32::try_from(serials.len()).unwrap(),
        short: None,
        marks: of_serials(serials),
        ..scan::nothing(&row, ShortReason::Missing)
    };
    let system = p.h.t.system();
    let none = Replenish { marks: Marks::default(), ..sent(&[&own]) };
    assert_eq!(code(&p.h.t.try_run(&system, &none).await.unwrap_err()), "wrong_scan");
    assert_eq!(code(&p.h.t.try_run(&system, &sent(&["S9"])).await.unwrap_err()), "serial_elsewhere");
    let other = ["S1", "S2", "S3"].into_iter().find(|code| *code != own).unwrap();
    assert_eq!(p.h.t.run(&sent(&[other])).await.nearer, 1, "one is as good as the other");
    assert_eq!((p.given(order).await, p.forward(other).await), (vec![(other.to_owned(), 1)], 1));
    assert_eq!(p.h.t.run(&sent(&[&own])).await.nearer, 0);
    assert_eq!(p.forward(&own).await, 1);
    p.h.whole().await;
}
