//! Receiving and inspecting: what came in, how it is, and where it goes.

use domain::returns::InspectMany;
use domain::sites::design::{ChangeBin, LockBin};
use domain::sites::places::{BinKind, Keeping, StorageClass};

use super::*;

/// RET-4 (peers frappe/erpnext PR 45259, odoo/odoo PR 18788, medusajs/medusa#4052): what comes in is returned stock at its own cost, and
/// forces no refund; no more than announced, and not for a return that was not approved.
#[tokio::test]
async fn received_units_come_back_at_their_own_cost() {
    let shop = Shop::open().await;
    let sent = shop.sent(3).await;
    let made = shop.back(sent, 2).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let receive = |units| ReceiveReturn {
        return_line: made.lines[0],
        quantity: quantity(units),
        site: shop.site,
        bin: None,
        marks: domain::lots::Marks::default(),
    };
    shop.t.try_run(&tech, &receive(1)).await.unwrap();
    assert_eq!(shop.t.count("balance where state = 'returned' and on_hand = 1").await, 1);
    assert_eq!(shop.t.count("gl_transfer where debit = '1200' and credit = '5000' and amount = 4").await, 1);
    assert_eq!(shop.t.count("refund").await, 0, "nobody has looked at it yet");
    shop.books_agree().await;
    assert_eq!(code(&shop.t.try_run(&tech, &receive(2)).await.unwrap_err()), "more_than_announced");
    assert_eq!(
        code(&shop.t.try_run(&shop.t.system(), &CancelReturn { id: made.id }).await.unwrap_err()),
        "return_already_received"
    );
    let elsewhere = shop.t.person(Role::ReturnsTech, Some(SiteId::mint()));
    assert_eq!(code(&shop.t.try_run(&elsewhere, &receive(1)).await.unwrap_err()), "not_allowed");
    let pick = ReceiveReturn { bin: Some(shop.t.bin(shop.site, "A01-01L-1").await), ..receive(1) };
    assert_eq!(code(&shop.t.try_run(&tech, &pick).await.unwrap_err()), "wrong_bin");
    let review = shop.back(shop.sent_for(1, Decimal::from(400), "b@example.com").await, 1).await;
    let early = ReceiveReturn { return_line: review.lines[0], ..receive(1) };
    assert_eq!(code(&shop.t.try_run(&tech, &early).await.unwrap_err()), "return_not_approved");
}

/// RET-4: a parcel nobody announced becomes an exception, not limbo.
#[tokio::test]
async fn an_unannounced_parcel_is_an_exception() {
    let shop = Shop::open().await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let parcel = ReceiveUnidentified { site: shop.site, scanned: "JJD-1".into(), note: "Three mugs".into() };
    let number = shop.t.try_run(&tech, &parcel).await.unwrap();
    assert!(number.starts_with("UR-"));
    assert_eq!(shop.t.count("exception_case where kind = 'unidentified_return' and resolved_at is null").await, 1);
    let empty = ReceiveUnidentified { scanned: " ".into(), note: String::new(), ..parcel };
    assert_eq!(code(&shop.t.try_run(&tech, &empty).await.unwrap_err()), "invalid");
}

/// INV-4: what is fit for sale goes into no locked bin, scanned or usual.
#[tokio::test]
async fn what_came_back_goes_into_no_locked_bin() {
    let shop = Shop::open().await;
    let made = shop.back(shop.sent(4).await, 4).await;
    let receipt = shop.received(made.lines[0], 4).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let home = shop.t.bin(shop.site, "A01-01L-1").await;
    shop.t.run(&LockBin { bin: home, locked: true, reason: "broken".into() }).await;
    let scanned = InspectUnits { bin: Some(home), ..graded(receipt, 1, Grade::A) };
    assert_eq!(code(&shop.t.try_run(&tech, &scanned).await.unwrap_err()), "bin_locked");
    let usual = shop.t.try_run(&tech, &graded(receipt, 1, Grade::A)).await.expect("another bin takes it");
    assert_ne!(usual.bin_code, "A01-01L-1");
    shop.books_agree().await;
}

/// IN-4 ✗, RET-6: what came back goes where its like stands as long as there is room, then into the emptiest bin that keeps such goods; a
/// scanned bin that is full is refused, and what no quarantine takes is said.
#[tokio::test]
async fn what_came_back_goes_where_there_is_room() {
    let shop = Shop::open().await;
    let made = shop.back(shop.sent(6).await, 6).await;
    let receipt = shop.received(made.lines[0], 6).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let room = async |code: &str, kind: BinKind, keeping: Keeping| {
        let bin = shop.t.bin(shop.site, code).await;
        shop.t.run(&ChangeBin { bin, code: code.into(), kind, keeping }).await;
    };
    // 94 stand there, of 400 ml each.
    room("A01-01L-1", BinKind::Pick, Keeping { volume_ml: Some(400 * 96), ..Keeping::default() }).await;
    let home = Some(shop.t.bin(shop.site, "A01-01L-1").await);
    let too_many = InspectUnits { bin: home, ..graded(receipt, 3, Grade::A) };
    assert_eq!(code(&shop.t.try_run(&tech, &too_many).await.unwrap_err()), "bin_full");
    assert_eq!(shop.t.count("inspection").await, 0);
    assert_eq!(shop.t.try_run(&tech, &graded(receipt, 1, Grade::A)).await.unwrap().bin_code, "A01-01L-1");
    // Two of one command fill it together.
    let both = InspectMany { site: shop.site, inspected: vec![graded(receipt, 1, Grade::A), graded(receipt, 1, Grade::A)] };
    let bins: Vec<String> = shop.t.run(&both).await.into_iter().map(|made| made.bin_code).collect();
    assert_eq!(bins[0], "A01-01L-1");
    assert_ne!(bins[1], "A01-01L-1");
    room("QUARANTINE", BinKind::Quarantine, Keeping { class: StorageClass::Chilled, ..Keeping::default() }).await;
    let apart = graded(receipt, 1, Grade::C);
    assert_eq!(code(&shop.t.try_run(&tech, &apart).await.unwrap_err()), "nowhere_apart");
    shop.books_agree().await;
}

/// RET-6: each way puts the units where they belong, and what is disposed of leaves the books.
#[tokio::test]
async fn each_disposition_puts_the_units_where_they_belong() {
    let shop = Shop::open().await;
    let sent = shop.sent(10).await;
    let made = shop.back(sent, 10).await;
    let receipt = shop.received(made.lines[0], 10).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    for (grade, way) in [
        (Grade::A, Disposition::Resale),
        (Grade::B, Disposition::Refurbish),
        (Grade::C, Disposition::Quarantine),
        (Grade::D, Disposition::Dispose),
    ] {
        assert_eq!(shop.t.try_run(&tech, &graded(receipt, 2, grade)).await.unwrap().disposition, way);
    }
    let claim = Override { disposition: Disposition::VendorClaim, why: "supplier_pays".into() };
    let silent = InspectUnits { disposition: Some(Override { why: "".into(), ..claim.clone() }), ..graded(receipt, 2, Grade::B) };
    assert_eq!(code(&shop.t.try_run(&tech, &silent).await.unwrap_err()), "override_needs_reason");
    let idle = InspectUnits {
        disposition: Some(Override { why: "Handle fell off".into(), ..claim.clone() }),
        ..graded(receipt, 2, Grade::B)
    };
    assert_eq!(code(&shop.t.try_run(&tech, &idle).await.unwrap_err()), "unknown_reason");
    let overruled = InspectUnits { disposition: Some(claim), ..graded(receipt, 2, Grade::B) };
    assert_eq!(shop.t.try_run(&tech, &overruled).await.unwrap().disposition, Disposition::VendorClaim);
    for (place, units) in [
        ("state = 'sellable' and b.code = 'A01-01L-1'", 92),
        ("state = 'held' and b.kind = 'returns'", 2),
        ("state = 'quarantined' and b.kind = 'quarantine'", 2),
        ("state = 'held' and b.kind = 'quarantine'", 2),
        ("state = 'returned'", 0),
    ] {
        let at = format!("balance a join bin b on b.id = a.bin_id where on_hand > 0 and {place}");
        let sum = format!("(select sum(on_hand) as units from {at}) x where coalesce(units, 0) = {units}");
        assert_eq!(shop.t.count(&sum).await, 1, "{place}");
    }
    assert_eq!(shop.t.count("gl_transfer where debit = '5200' and credit = '1200' and amount = 8").await, 1);
    assert_eq!(shop.t.count("disposition where override_reason = 'The supplier takes it back'").await, 1);
    assert_eq!(shop.t.count("decision where kind = 'disposition'").await, 5);
    assert_eq!(code(&shop.t.try_run(&tech, &graded(receipt, 1, Grade::A)).await.unwrap_err()), "more_than_received");
    shop.books_agree().await;
}

/// RET-5: a grade without its checklist is refused; nothing changed.
#[tokio::test]
async fn the_checklist_comes_first() {
    let shop = Shop::open().await;
    let made = shop.back(shop.sent(1).await, 1).await;
    let receipt = shop.received(made.lines[0], 1).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let hasty = InspectUnits { checklist: vec![], ..graded(receipt, 1, Grade::A) };
    assert_eq!(code(&shop.t.try_run(&tech, &hasty).await.unwrap_err()), "checklist_open");
    assert_eq!(shop.t.count("inspection").await, 0);
    let elsewhere = shop.t.person(Role::ReturnsTech, Some(SiteId::mint()));
    assert_eq!(code(&shop.t.try_run(&elsewhere, &graded(receipt, 1, Grade::A)).await.unwrap_err()), "not_allowed");
}

/// RET-4: the bench finds a return by its number or its order's, with what waits and what the matrix would propose.
#[tokio::test]
async fn the_bench_finds_a_return_by_what_is_scanned() {
    let shop = Shop::open().await;
    let sent = shop.sent(2).await;
    let made = shop.back(sent, 1).await;
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    let number = shop.number(sent.order).await;
    let found = shop.t.db.bench(&tech, shop.site, &number, noon()).await.unwrap();
    let domain::returns::BenchFound::One(sheet) = found else { panic!("one return") };
    assert_eq!(sheet.number, made.number);
    assert_eq!((sheet.lines[0].questions.len(), sheet.lines[0].waiting.len()), (4, 0));
    assert!(sheet.lines[0].proposals.contains(&(Grade::A, Some(Disposition::Resale))));
    shop.received(made.lines[0], 1).await;
    let other = shop.back(sent, 1).await;
    let found = shop.t.db.bench(&tech, shop.site, &number, noon()).await.unwrap();
    assert!(matches!(found, domain::returns::BenchFound::Several(briefs) if briefs.len() == 2));
    let found = shop.t.db.bench(&tech, shop.site, &other.number.to_lowercase(), noon()).await.unwrap();
    assert!(matches!(found, domain::returns::BenchFound::One(_)));
    let unknown = shop.t.db.bench(&tech, shop.site, "9781234567897", noon()).await.unwrap_err();
    assert_eq!(code(&unknown), "unknown_scan");
}
