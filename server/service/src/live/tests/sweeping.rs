//! The sweep: what is drained goes, and nothing else.

use super::*;

/// INV-1: what a tote or parcel once held is swept out, what stands in a bin stays, and the ledger still adds up.
#[tokio::test]
async fn drained_units_are_swept_and_nothing_else() {
    let house = House::open().await;
    let t = &house.t;
    let clerk = Clerk::new(&t.db, t.system(), t.org.0);
    let day = async |name: &str| {
        house.order(name, &[(house.mug, 2)]).await;
        assert_eq!(clerk.work(house.site, noon(), "DPD").await.expect("it leaves").units, 2);
    };
    day("W-1").await;
    day("W-2").await;
    let nil = "'00000000-0000-0000-0000-000000000000'";
    let (drained, others) = (format!("on_hand = 0 and lpn_id <> {nil}"), format!("not (on_hand = 0 and lpn_id <> {nil})"));
    let rows = async |what: &str| t.count(&format!("balance where {what}")).await;
    let (before, kept) = (rows(&drained).await, rows(&others).await);
    assert!(before > 0 && kept > 0, "{before} drained, {kept} others");
    let mut leader = leader(t).await;
    assert_eq!(i64::try_from(leader.sweep().await.expect("it sweeps")).unwrap_or(0), before);
    assert_eq!((rows(&drained).await, rows(&others).await), (0, kept));
    seal_all(&mut leader).await;
    let broken: Vec<_> = t.db.verify(t.org).await.expect("checks").into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    day("W-3").await;
}
