use super::*;

/// INV-3: a lot is followed from its supplier's receipt to each customer and back; the parcel's label may say the unit.
#[tokio::test]
async fn a_lot_is_traced_from_supplier_to_customer_and_back() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 5, of_lot("L1", 90)).await;
    let order = p.h.order("1", &[(p.serum, 2)]).await;
    let trips = p.h.wave().await.trips;
    p.h.t.run(&PickTrips { trips }).await;
    let packer = &p.h.packer;
    let scan = p.h.t.db.order(&p.h.t.system(), order).await.unwrap().row.number;
    let parcel = p.h.t.try_run(packer, &OpenParcel { site: p.h.site, scan }).await.unwrap();
    for _ in 0..2 {
        p.h.t.try_run(packer, &PackUnit { parcel, code: "SERUM-EAN".into() }).await.unwrap();
    }
    p.h.t.try_run(packer, &CloseParcel { parcel, weight_g: None }).await.unwrap();
    p.h.t.run(&ShipParcels { parcels: vec![parcel], carrier: "Kestrel".into(), service: String::new() }).await;
    let lot = p.lot("L1").await;
    assert_eq!(p.h.t.db.lot(&p.h.picker, today(), lot).await.unwrap().went, None, "a picker sees no customers");
    assert_eq!(code(&p.h.t.db.lot_customers(&p.h.picker, today(), lot).await.unwrap_err()), "not_allowed");
    let supervisor = p.h.t.person(Role::Supervisor, Some(p.h.site));
    let sheet = p.h.t.db.lot(&supervisor, today(), lot).await.unwrap();
    assert_eq!((sheet.row.on_hand, sheet.row.shipped), (3, 2));
    assert_eq!((sheet.came[0].supplier.as_str(), sheet.came[0].quantity), ("Northern Labs", 5));
    assert!(sheet.came[0].receipt.starts_with("GR-"), "{:?}", sheet.came);
    assert_eq!(sheet.places.iter().map(|place| (place.bin_code.as_str(), place.on_hand)).collect::<Vec<_>>(), [("A03-03L-1", 3)]);
    let went = &sheet.went.unwrap()[0];
    assert_eq!((went.parcel, went.customer.as_str(), went.quantity, went.returned), (parcel, "Ana Lima", 2, 0));
    let (_, customers) = p.h.t.db.lot_customers(&supervisor, today(), lot).await.unwrap();
    assert_eq!(customers.len(), 1);
    let nobody = p.h.t.db.lot(&p.h.picker, today(), LotId::mint()).await.unwrap_err();
    assert_eq!(code(&nobody), "not_found");
    p.h.whole().await;
}

/// RET-5, INV-3: only the serial that was shipped on the order comes back; where the one that was sent instead is known gets said.
#[tokio::test]
async fn a_swapped_serial_is_refused_by_name() {
    let p = Pharmacy::open().await;
    p.receive(p.meter, "A03-03L-1", 3, of_serials(&["S1", "S2", "S3"])).await;
    let mut sent = Vec::new();
    for external in ["1", "2"] {
        let order = p.h.order(external, &[(p.meter, 1)]).await;
        let serial = p.given(order).await.remove(0).0;
        p.ship(order).await;
        sent.push((order, serial));
    }
    let line: Uuid =
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select id from order_line where order_id = '{}'", sent[0].0)))
            .fetch_one(&p.h.t.root)
            .await
            .unwrap();
    let one = Quantity::new(1).unwrap();
    let asked = AskedLine {
        line: line.into(),
        quantity: one,
        reason: Reason::Defective,
        note: String::new(),
        resolution: Resolution::Refund,
    };
    let made = p.h.t.run(&RequestReturn { order: sent[0].0, lines: vec![asked], source: Source::Staff }).await;
    let tech = p.h.t.person(Role::ReturnsTech, Some(p.h.site));
    let of = |serials: &[&str]| ReceiveReturn {
        return_line: made.lines[0],
        quantity: one,
        site: p.h.site,
        bin: None,
        marks: of_serials(serials),
    };
    assert_eq!(code(&p.h.t.try_run(&tech, &of(&[])).await.unwrap_err()), "serials_wanted");
    let inside = ["S1", "S2", "S3"].into_iter().find(|code| sent.iter().all(|(_, sent)| sent != code)).unwrap();
    for (serial, where_it_is) in
        [(sent[1].1.as_str(), "was shipped on SO-"), (inside, "stands in A03-03L-1"), ("S9", "nobody knows it")]
    {
        let refused = p.h.t.try_run(&tech, &of(&[serial])).await.unwrap_err();
        assert_eq!(code(&refused), "serial_not_shipped");
        assert!(said(&refused).contains(where_it_is), "{}", said(&refused));
    }
    assert_eq!(p.h.t.count("receipt_line").await, 0);
    let receipt = p.h.t.try_run(&tech, &of(&[&sent[0].1.to_lowercase()])).await.unwrap();
    assert_eq!(code(&p.h.t.try_run(&tech, &of(&[&sent[0].1])).await.unwrap_err()), "more_than_announced");
    let inspect = crate::returns::tests::graded(receipt, 1, domain::returns::Grade::A);
    p.h.t.try_run(&tech, &inspect).await.unwrap();
    let back = format!(
        "balance b join serial s on s.id = b.serial_id where s.code = '{}' and b.on_hand = 1 and b.state <> 'returned'",
        sent[0].1
    );
    assert_eq!(p.h.t.count(&back).await, 1, "the very unit is disposed of");
    p.h.whole().await;
}

/// INV-3: a recall holds every unit in one command, wherever it is: in its bin, in a tote, in a parcel that has not left; whoever had
/// some is served from another lot or waits, and those that left are found. Nothing of it comes in or goes on sale until it is released.
#[tokio::test]
async fn a_recall_holds_every_unit_and_finds_those_that_left() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 10, of_lot("BAD", 20)).await;
    let gone = p.h.order("gone", &[(p.serum, 1)]).await;
    p.ship(gone).await;
    let packed = p.h.order("packed", &[(p.serum, 2)]).await;
    p.h.t.run(&PickTrips { trips: p.h.wave().await.trips }).await;
    let parcel = p.h.t.run(&PackOrders { site: p.h.site, orders: vec![packed] }).await.remove(0);
    let carted = p.h.order("carted", &[(p.serum, 3)]).await;
    p.h.t.run(&PickTrips { trips: p.h.wave().await.trips }).await;
    let planned = p.h.order("planned", &[(p.serum, 1)]).await;
    assert_eq!(p.h.wave().await.trips.len(), 1);
    p.receive(p.serum, "A03-09R-1", 4, of_lot("GOOD", 90)).await;
    let did = p.recall("BAD").await;
    assert_eq!(did, Recalled { held: 9, freed: 6, shipped: 1 });
    assert_eq!(p.held("BAD").await, 9);
    assert_eq!(p.h.t.count("allocation a join lot t on t.id = a.lot_id where t.code = 'BAD'").await, 0);
    let mut good = 0;
    for order in [packed, carted, planned] {
        good += p.given(order).await.iter().map(|(_, units)| units).sum::<i32>();
    }
    assert_eq!(good, 4, "as many as the good lot has");
    assert_eq!(p.h.t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 1, "the others wait");
    assert_eq!(p.h.t.count("exception_case where kind = 'recall'").await, 2, "a tote and a parcel are emptied");
    let leave = ShipParcels { parcels: vec![parcel], carrier: "Kestrel".into(), service: String::new() };
    assert_eq!(code(&p.h.t.try_run(&p.h.packer, &leave).await.unwrap_err()), "not_packed");
    assert_eq!(p.refused(p.serum, 1, of_lot("BAD", 20)).await, "lot_recalled");
    let bin = p.h.t.bin(p.h.site, "A03-03L-1").await;
    let back = p.back_on_sale(bin);
    let supervisor = p.h.t.person(Role::Supervisor, None);
    assert_eq!(code(&p.h.t.try_run(&supervisor, &back).await.unwrap_err()), "lot_recalled");
    let customers = p.h.t.db.lot(&supervisor, today(), p.lot("BAD").await).await.unwrap().went.unwrap();
    assert_eq!(customers.iter().map(|went| went.quantity).sum::<i64>(), 1);
    p.h.whole().await;
}

/// INV-3, IN-3: a recall says why and happens once; its release puts back on sale what it held, and nothing else.
#[tokio::test]
async fn a_released_lot_is_on_sale_again_but_for_what_was_held_before() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 5, of_lot("L1", 20)).await;
    let supervisor = p.h.t.person(Role::Supervisor, None);
    let bin = p.h.t.bin(p.h.site, "A03-03L-1").await;
    let hold = HoldUnits {
        sku: p.serum,
        site: p.h.site,
        bin,
        quantity: 2,
        those: Those::default(),
        hold: true,
        reason: HoldReason::LooksDamaged.into(),
        note: "dented".into(),
    };
    p.h.t.try_run(&supervisor, &hold).await.unwrap();
    let lot = p.lot("L1").await;
    let recall = |reason: &str| RecallLot { lot, reason: reason.into() };
    let release = |reason: &str| ReleaseLot { lot, reason: reason.into() };
    let refused = async |reason: &str| code(&p.h.t.try_run(&supervisor, &recall(reason)).await.unwrap_err());
    assert_eq!(refused(" ").await, "reason_missing");
    assert_eq!(refused("tested_good").await, "reason_of_another_process");
    assert_eq!(code(&p.h.t.try_run(&supervisor, &release("tested_good")).await.unwrap_err()), "not_recalled");
    assert_eq!(code(&p.h.t.try_run(&p.h.picker, &recall("unsafe")).await.unwrap_err()), "not_allowed");
    let nobody = RecallLot { lot: LotId::mint(), reason: "unsafe".into() };
    assert_eq!(code(&p.h.t.try_run(&supervisor, &nobody).await.unwrap_err()), "not_found");
    assert_eq!(p.recall("L1").await, Recalled { held: 3, freed: 0, shipped: 0 });
    assert_eq!(refused("unsafe").await, "recalled_already");
    assert_eq!(p.held("L1").await, 5);
    assert_eq!(p.h.t.try_run(&supervisor, &release("tested_good")).await.unwrap(), 3);
    assert_eq!(p.held("L1").await, 2);
    p.h.whole().await;
}
