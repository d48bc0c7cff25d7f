use domain::ids::{LpnId, OwnerId};
use domain::putaway::{Propose, PutAway, Target};
use domain::stock::State;

use super::*;

impl Pharmacy {
    /// Puts away so many from the dock, where it is proposed; answers the refusal, or the bin.
    async fn puts_away(&self, sku: SkuId, quantity: i32, marks: Marks) -> std::result::Result<String, &'static str> {
        let receiver = self.h.t.person(Role::Receiver, Some(self.h.site));
        let (site, from, lpn) = (self.h.site, self.h.t.bin(self.h.site, "DOCK").await, LpnId::NIL);
        let (sku, owner, state) = (Some(sku), OwnerId::NIL, State::Sellable);
        let propose = Propose { site, from, lpn, sku, owner, state, quantity, marks: marks.clone() };
        let proposed = self.h.t.try_run(&receiver, &propose).await.map_err(|failure| code(&failure))?;
        let Target::Bin { code: target_code, .. } = proposed.target else { panic!("a bin takes them") };
        let (proposal, reason) = (proposed.decision, domain::reasons::Code::default());
        let put = PutAway { site, from, lpn, sku, owner, state, quantity, proposal, target_code, reason, marks };
        let done = self.h.t.try_run(&receiver, &put).await.map_err(|failure| code(&failure))?;
        Ok(done.code)
    }

    /// Units of a lot or with a serial, by the bins they stand in.
    async fn stands(&self, label: &str) -> Vec<(String, i32)> {
        sqlx::query_as(
            "select n.code, sum(b.on_hand)::int from balance b join bin n on n.id = b.bin_id left join lot t on t.id = b.lot_id
             left join serial s on s.id = b.serial_id where coalesce(t.code, s.code) = $1 and b.on_hand > 0 group by 1 order by 1",
        )
        .bind(label)
        .fetch_all(&self.h.t.root)
        .await
        .unwrap()
    }
}

/// INV-3, IN-5: of two lots at the dock the one that is put away is said; of one it is plain.
#[tokio::test]
async fn the_lot_that_is_put_away_is_the_one_in_the_hand() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "DOCK", 3, of_lot("SOON", 10)).await;
    p.receive(p.serum, "DOCK", 3, of_lot("LATE", 90)).await;
    let waits = p.h.t.db.to_put_away(&p.h.t.system(), None).await.unwrap().remove(0);
    let lots: Vec<_> = waits.lots.iter().map(|lot| (lot.code.as_str(), lot.units)).collect();
    assert_eq!(lots, [("SOON", 3), ("LATE", 3)]);
    let lot = |code: &str| Marks { lot: code.into(), ..Marks::default() };
    assert_eq!(p.puts_away(p.serum, 2, Marks::default()).await, Err("lot_missing"));
    assert_eq!(p.puts_away(p.serum, 2, lot("OTHER")).await, Err("lot_elsewhere"));
    assert_eq!(p.puts_away(p.serum, 4, lot("LATE")).await, Err("not_enough_stock"), "no unit of another lot makes up for it");
    let bin = p.puts_away(p.serum, 3, lot("late")).await.unwrap();
    assert_eq!((p.stands("LATE").await, p.stands("SOON").await), (vec![(bin, 3)], vec![("DOCK".to_owned(), 3)]));
    p.puts_away(p.serum, 3, Marks::default()).await.expect("one lot is left");
    p.h.whole().await;
}

/// INV-3, IN-5: the unit that is put away is the one whose number was scanned; all of them need no scan.
#[tokio::test]
async fn the_unit_that_is_put_away_is_the_one_that_was_scanned() {
    let p = Pharmacy::open().await;
    p.receive(p.meter, "DOCK", 3, of_serials(&["S1", "S2", "S3"])).await;
    assert_eq!(p.puts_away(p.meter, 1, Marks::default()).await, Err("serials_wanted"));
    let bin = p.puts_away(p.meter, 1, of_serials(&["S2"])).await.unwrap();
    assert_eq!((p.stands("S2").await, p.stands("S1").await), (vec![(bin, 1)], vec![("DOCK".to_owned(), 1)]));
    p.puts_away(p.meter, 2, Marks::default()).await.expect("all that are left");
    p.h.whole().await;
}
