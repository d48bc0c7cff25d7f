//! Deliveries that say what is in them.

use domain::lots::{Policy, SetTracking};
use domain::purchasing::{Announced, CloseLine, DeliveryRow, Fault};

use super::*;

fn units(sku: &str, quantity: i32) -> Announced {
    Announced { sku: sku.to_owned(), quantity, ..Announced::default() }
}

fn booked(order: PurchaseId, hour: u32, lines: Vec<Announced>) -> BookDelivery {
    let from = (noon().date_naive() + TimeDelta::days(1)).and_hms_opt(hour, 0, 0).unwrap();
    let (dock, carrier, reference) = (String::new(), String::new(), String::new());
    BookDelivery { id: DeliveryId::mint(), order, dock, from, minutes: 60, carrier, reference, lines }
}

async fn board(shop: &Shop) -> Vec<DeliveryRow> {
    let day = Some(noon().date_naive() + TimeDelta::days(1));
    shop.t.db.inbound(&shop.planner, Some(shop.site), day, noon()).await.unwrap().rows
}

fn said(row: &DeliveryRow) -> Vec<(&str, i32, i32, i32, i32)> {
    row.lines.iter().map(|line| (line.sku_code.as_str(), line.ordered, line.announced, line.received, line.over)).collect()
}

/// IN-2, IN-1: what is not in the supplier's note stays awaited, for the next delivery; the note stands beside what is ordered and what
/// came, on the board and at the dock.
#[tokio::test]
async fn a_note_of_a_part_leaves_the_rest_awaited() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 40), ("CUP", 5)]).await;
    let first = booked(order, 8, vec![units("mug-ean", 30)]);
    shop.t.try_run(&shop.planner, &first).await.unwrap();
    let rows = board(&shop).await;
    assert_eq!((rows[0].units, said(&rows[0])), (30, vec![("MUG", 40, 30, 0, 0)]));
    let due = async || {
        let day = Some(noon().date_naive() + TimeDelta::days(20));
        shop.t.db.inbound(&shop.planner, Some(shop.site), day, noon()).await.unwrap().unannounced.len()
    };
    assert_eq!(due().await, 1, "ten mugs and the cups are announced by nobody");
    shop.t.try_run(&shop.planner, &booked(order, 10, Vec::new())).await.unwrap();
    assert_eq!(said(&board(&shop).await[1]), [("MUG", 40, 10, 0, 0), ("CUP", 5, 5, 0, 0)], "the rest, as before");
    assert_eq!(due().await, 0);
    let number = board(&shop).await[0].number.clone();
    let bench = shop.t.db.receiving_bench(&shop.receiver, shop.site, &number, noon()).await.unwrap();
    let at: Vec<_> = bench.lines.iter().map(|line| (line.sku_code.as_str(), line.announced)).collect();
    assert_eq!(at, [("MUG", Some(30)), ("CUP", Some(0))]);
    let plain = shop.t.db.receiving_bench(&shop.receiver, shop.site, &bench.number, noon()).await.unwrap();
    assert_eq!(plain.lines[0].announced, None, "the order itself announces nothing");
}

/// IN-2: once a delivery is done, its row and its audit say where what came is not what was announced.
#[tokio::test]
async fn what_came_is_told_from_what_was_announced() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 60), ("CUP", 5)]).await;
    let book = booked(order, 8, vec![units("MUG", 40)]);
    shop.t.try_run(&shop.planner, &book).await.unwrap();
    let into = ReceivePurchase { delivery: Some(book.id), ..Shop::arrival(order, &[("MUG", 36), ("CUP", 2)]) };
    shop.t.try_run(&shop.receiver, &into).await.unwrap();
    assert_eq!(board(&shop).await[0].differences().count(), 0, "more may come off the truck");
    shop.t.try_run(&shop.receiver, &MoveDelivery { id: book.id, step: DeliveryStep::Finish }).await.unwrap();
    let row = board(&shop).await.remove(0);
    let off: Vec<_> = row.differences().map(|line| (line.sku_code.as_str(), line.announced, line.received, line.off())).collect();
    assert_eq!(off, [("MUG", 40, 36, -4), ("CUP", 0, 2, 2)]);
    let audited = "audit where subject_kind = 'delivery' and after::text like '%\"announced\": 40%'";
    assert_eq!(shop.t.count(audited).await, 1);
    let sheet = shop.t.db.purchase(&shop.planner, &order.to_string(), noon()).await.unwrap();
    assert_eq!(sheet.deliveries[0].lines, row.lines);
    assert_eq!(sheet.lines[0].awaited, 24, "the four are awaited still");
}

/// IN-2: more than is awaited may be announced, by one delivery or by two; the board says by how much.
#[tokio::test]
async fn more_than_is_awaited_is_announced_and_said() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 10)]).await;
    let first = booked(order, 8, vec![units("MUG", 8)]);
    shop.t.try_run(&shop.planner, &first).await.unwrap();
    shop.t.try_run(&shop.planner, &booked(order, 10, vec![units("MUG", 5)])).await.unwrap();
    let rows = board(&shop).await;
    assert_eq!((said(&rows[0]), said(&rows[1])), (vec![("MUG", 10, 8, 0, 3)], vec![("MUG", 10, 5, 0, 3)]));
    let into = ReceivePurchase { delivery: Some(first.id), ..Shop::arrival(order, &[("MUG", 5)]) };
    shop.t.try_run(&shop.receiver, &into).await.unwrap();
    assert_eq!(said(&board(&shop).await[1]), [("MUG", 10, 5, 0, 3)], "three are still on the truck");
    shop.t.try_run(&shop.receiver, &MoveDelivery { id: first.id, step: DeliveryStep::Finish }).await.unwrap();
    assert_eq!(said(&board(&shop).await[1]), [("MUG", 10, 5, 0, 0)], "they never came");
}

/// IN-2, INV-3: a note may say lots with their days; the dock has them before it.
#[tokio::test]
async fn announced_lots_are_at_hand_at_the_dock() {
    let shop = Shop::open().await;
    let policy = Policy { lot: true, ..Policy::default() };
    shop.t.run(&SetTracking { sku: shop.mug, policy }).await;
    let order = shop.ordered(&[("MUG", 20)]).await;
    let until = NaiveDate::from_ymd_opt(2027, 3, 1);
    let of = |lot: &str, expires_on| Announced { lot: lot.to_owned(), expires_on, ..units("MUG", 10) };
    let book = booked(order, 8, vec![of(" l1 ", until), of("L2", None)]);
    let number = shop.t.try_run(&shop.planner, &book).await.unwrap();
    let bench = shop.t.db.receiving_bench(&shop.receiver, shop.site, &number, noon()).await.unwrap();
    let lots: Vec<_> = bench.lines[0].lots.iter().map(|lot| (lot.lot.as_str(), lot.expires_on, lot.quantity)).collect();
    assert_eq!((bench.lines[0].announced, lots), (Some(20), vec![("L1", until, 10), ("L2", None, 10)]));
    assert_eq!(shop.t.count("lot").await, 0, "a lot that is only announced is not known");
}

/// IN-2: a note that cannot be is refused beside its line, and nothing is booked.
#[tokio::test]
async fn a_note_that_cannot_be_books_nothing() {
    let shop = Shop::open().await;
    shop.t.sku("JUG").await;
    let order = shop.ordered(&[("MUG", 10), ("CUP", 5)]).await;
    let line = shop.t.db.purchase(&shop.planner, &order.to_string(), noon()).await.unwrap().lines[1].id;
    let close = CloseLine { line, fault: Some(Fault::ShortShipped.into()), note: String::new() };
    shop.t.try_run(&shop.receiver, &close).await.unwrap();
    let refused = async |lines: Vec<Announced>| tried(&shop, &shop.planner, &booked(order, 8, lines)).await;
    let (sku, quantity, lot) = (Some("sku"), Some("quantity"), Some("lot"));
    assert_eq!(refused(vec![units("NOPE", 1)]).await, ("purchase_line", 422, sku), "unknown");
    assert_eq!(refused(vec![units(" ", 1)]).await, ("purchase_line", 422, sku), "says no SKU");
    assert_eq!(refused(vec![units("JUG", 1)]).await, ("purchase_line", 422, sku), "not on the order");
    assert_eq!(refused(vec![units("CUP", 1)]).await, ("purchase_line", 422, sku), "closed short");
    assert_eq!(refused(vec![units("MUG", 0)]).await, ("purchase_line", 422, quantity));
    assert_eq!(refused(vec![units("MUG", -3)]).await, ("purchase_line", 422, quantity));
    assert_eq!(refused(vec![units("MUG", 4), units("mug-ean", 6)]).await, ("purchase_line", 422, sku), "twice");
    let of = |lot: &str| Announced { lot: lot.to_owned(), ..units("MUG", 1) };
    assert_eq!(refused(vec![of("L1")]).await, ("purchase_line", 422, lot), "mugs are not kept by lot");
    assert_eq!(refused(vec![of("L 1")]).await, ("purchase_line", 422, lot), "that is no lot");
    let day = Announced { expires_on: NaiveDate::from_ymd_opt(2027, 1, 1), ..units("MUG", 1) };
    assert_eq!(refused(vec![day]).await, ("purchase_line", 422, lot), "a day of no lot");
    assert_eq!(refused(vec![units("MUG", 1); 501]).await.0, "purchase_too_long");
    assert_eq!(shop.t.count("delivery").await + shop.t.count("delivery_line").await, 0);
}
