use domain::sites::design::LockBin;

use super::*;

/// IN-1: of two who book one dock for the same hour at once, one has it and the other is told.
#[tokio::test(flavor = "multi_thread")]
async fn two_who_book_one_dock_at_once_are_told_apart() {
    let shop = Shop::open().await;
    let from = (noon().date_naive() + TimeDelta::days(1)).and_hms_opt(8, 0, 0).unwrap();
    let mut booked = Vec::new();
    for _ in 0..4 {
        let order = shop.ordered(&[("MUG", 10)]).await;
        let (id, dock, carrier, reference) = (DeliveryId::mint(), String::new(), String::new(), String::new());
        booked.push(BookDelivery { id, order, dock, from, minutes: 60, carrier, reference, lines: Vec::new() });
    }
    let ended = futures::future::join_all(booked.iter().map(|book| shop.t.try_run(&shop.planner, book))).await;
    let refused: Vec<_> = ended.into_iter().filter_map(Result::err).map(|failure| crate::floor::tests::code(&failure)).collect();
    assert_eq!(refused, ["dock_taken"; 3]);
    assert_eq!(shop.t.count("delivery").await, 1);
}

/// IN-1, INV-4: nothing is received into a locked bin; nothing is posted.
#[tokio::test]
async fn a_locked_bin_takes_no_receipt() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 10)]).await;
    let bin = shop.t.bin(shop.site, "A01-01L-1").await;
    shop.t.run(&LockBin { bin, locked: true, reason: "broken".into() }).await;
    let into = ReceivePurchase { bin: "A01-01L-1".into(), ..Shop::arrival(order, &[("MUG", 10)]) };
    assert_eq!(tried(&shop, &shop.receiver, &into).await.0, "receiving_bin_locked");
    assert_eq!(shop.t.count("movement").await + shop.t.count("goods_receipt").await, 0);
}
