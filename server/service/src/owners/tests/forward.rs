use domain::ids::BinId;
use domain::replenish::{CheckForwardPicks, Checked, ForwardPick, Replenish, SetForwardPicks, scan};

use super::*;

const THEIRS: &str = "A01-01L-1";
const ANYBODYS: &str = "A01-02L-1";

impl House {
    async fn bin(&self, code: &str) -> BinId {
        self.shop.t.bin(self.shop.site, code).await
    }

    async fn filled(&self, bin: &str, min: i32, max: i32) {
        let rule = ForwardPick { bin: self.bin(bin).await, sku: self.shop.mug, min, max, slotting: None };
        self.shop.t.run(&SetForwardPicks { site: self.shop.site, rules: vec![rule] }).await;
    }

    async fn check(&self) -> Checked {
        self.shop.t.run(&CheckForwardPicks { site: None }).await
    }

    /// Brings what the only task says; answers from where and whose they are.
    async fn brings(&self) -> (String, String, i32) {
        let t = &self.shop.t;
        let row = t.db.replenishments(&t.system(), Some(self.shop.site), noon()).await.unwrap().remove(0);
        let (from, owner, quantity) = (row.from_code.clone(), row.owner_code.clone(), row.quantity);
        t.run(&Replenish { quantity, short: None, ..scan::nothing(&row, domain::floor::ShortReason::Missing) }).await;
        (from, owner, quantity)
    }
}

/// RPL-1, INV-1: a bin that is kept for a client is filled from that client's goods and no others; one that is kept for nobody is filled
/// with more of what lies in it, and an empty one with ours.
#[tokio::test]
async fn a_bin_is_filled_from_its_owners_goods() {
    let h = House::open().await;
    sqlx::query("update bin set kind = 'reserve' where code like 'A03-0%'").execute(&h.shop.t.root).await.unwrap();
    h.shop.t.run(&KeepBin { bin: h.bin(THEIRS).await, owner: "ACME".into() }).await;
    h.filled(THEIRS, 5, 12).await;
    h.comes("", "A03-02L-1", 30).await;
    assert_eq!(h.check().await, Checked { without_reserve: 1, ..Checked::default() }, "ours are not theirs");
    h.comes("acme", "A03-01L-1", 20).await;
    assert_eq!(h.check().await, Checked { raised: 1, ..Checked::default() });
    assert_eq!(h.shop.t.count("exception_case where kind = 'no_reserve' and resolved_at is null").await, 0);
    assert_eq!(h.brings().await, ("A03-01L-1".to_owned(), "ACME".to_owned(), 12));
    assert_eq!((h.theirs("code = 'A01-01L-1'").await, h.units("code = 'A01-01L-1'").await), (12, 12));
    assert_eq!(h.check().await, Checked::default());
    // Five of ACME's lie in a bin that is anybody's: more of the same come to them. An empty one gets ours.
    h.comes("acme", ANYBODYS, 5).await;
    h.filled(ANYBODYS, 6, 9).await;
    assert_eq!(h.check().await, Checked { raised: 1, ..Checked::default() });
    assert_eq!(h.brings().await, ("A03-01L-1".to_owned(), "ACME".to_owned(), 4));
    h.filled("A02-05R-1", 6, 9).await;
    assert_eq!(h.check().await, Checked { raised: 1, ..Checked::default() });
    assert_eq!(h.brings().await, ("A03-02L-1".to_owned(), String::new(), 9));
    assert_eq!((h.theirs("code = 'A02-05R-1'").await, h.units("code = 'A02-05R-1'").await), (0, 9));
    assert_eq!(h.check().await, Checked::default());
}

/// RPL-1, INV-1: where only a client has some of an item, a bin that is kept for nobody is filled with those, and nobody is called in vain.
#[tokio::test]
async fn where_only_a_client_has_some_anybodys_bin_is_filled_with_those() {
    let h = House::open().await;
    sqlx::query("update bin set kind = 'reserve' where code like 'A03-0%'").execute(&h.shop.t.root).await.unwrap();
    h.comes("acme", "A03-01L-1", 20).await;
    h.filled(ANYBODYS, 5, 12).await;
    assert_eq!(h.check().await, Checked { raised: 1, ..Checked::default() });
    let listed = h.shop.t.db.forward_picks(&h.shop.t.system(), None, "", 1).await.unwrap();
    assert_eq!((listed.rows[0].owner_code.as_str(), listed.rows[0].on_hand), ("ACME", 0));
    assert_eq!(h.brings().await, ("A03-01L-1".to_owned(), "ACME".to_owned(), 12));
    assert_eq!(h.check().await, Checked::default(), "there are enough");
    assert_eq!(h.theirs("code = 'A01-02L-1'").await, 12);
}
