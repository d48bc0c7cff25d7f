use super::*;

/// PCK-1, PAK-1, SHP-3, FIN-1: an order walks from the shop to the carrier; goods, cost, revenue and tax leave together.
#[tokio::test]
async fn an_order_goes_the_whole_way() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 2), (h.cup, 1)]).await;
    assert_eq!(h.stage(order).await, Stage::Waiting);
    let trip = h.wave().await.trips[0];
    assert_eq!(h.stage(order).await, Stage::Picking);
    let open = |scan: &str| OpenParcel { site: h.site, scan: scan.into() };
    assert_eq!(code(&h.t.try_run(&h.packer, &open("LDS-T001")).await.unwrap_err()), "nothing_to_pack");
    let sheet = h.claim(trip).await;
    h.pick(&full(&sheet.tasks[0], "LDS-T001")).await.unwrap();
    assert_eq!(code(&h.t.try_run(&h.packer, &open("LDS-T001")).await.unwrap_err()), "still_picking");
    h.pick(&full(&sheet.tasks[1], "LDS-T001")).await.unwrap();
    assert_eq!(h.stage(order).await, Stage::Packing);
    let parcel = h.t.try_run(&h.packer, &open(" lds-t001 ")).await.unwrap();
    assert_eq!(h.t.try_run(&h.packer, &open(&sheet.slots[0].order_number)).await.unwrap(), parcel, "one bench, one parcel");
    pack_all(&h, parcel).await;
    h.t.try_run(&h.packer, &CloseParcel { parcel, weight_g: Some(900) }).await.unwrap();
    assert_eq!(h.stage(order).await, Stage::Packed);
    assert_eq!(h.t.db.waiting_parcels(&h.packer, None).await.unwrap().len(), 1);
    let ship = ShipParcels { parcels: vec![parcel], carrier: "Post".into(), service: "24".into() };
    assert_eq!(h.t.try_run(&h.packer, &ship).await.unwrap(), 1);
    assert_eq!(h.stage(order).await, Stage::Shipped);
    // 36.00 goods + 3.60 delivery, a sixth of it tax; three units cost 4.00 each.
    assert_eq!(h.posted("2100", "4000", "33").await, 1);
    assert_eq!(h.posted("2100", "2300", "6.6").await, 1);
    assert_eq!(h.posted("5000", "1200", "12").await, 1);
    assert_eq!(h.t.count("movement where reason = 'ship' and to_state = 'outside' and quantity = 1").await, 3);
    let sent = h.t.db.parcel_sheet(&h.packer, parcel).await.unwrap();
    assert!(sent.shipped && sent.tracking.starts_with("TW"));
    let before = h.t.count("gl_transfer").await;
    assert_eq!(h.t.try_run(&h.packer, &ship).await.unwrap(), 0, "SHP-3: a second confirmation does nothing");
    assert_eq!(h.t.count("gl_transfer").await, before);
    assert!(h.t.db.waiting_parcels(&h.packer, None).await.unwrap().is_empty());
    h.books_agree().await;
}

async fn pack_all(h: &House, parcel: ParcelId) {
    for line in h.t.db.parcel_sheet(&h.packer, parcel).await.unwrap().lines {
        for _ in line.packed..line.expected {
            let unit = PackUnit { parcel, code: line.barcodes[1].0.clone() };
            let unit = if line.barcodes[1].1 == 1 { unit } else { PackUnit { code: line.sku_code.clone(), ..unit } };
            h.t.try_run(&h.packer, &unit).await.expect("the unit belongs here");
        }
    }
}

/// Picks everything that waits and opens a parcel for the order.
async fn on_the_bench(h: &House, order: OrderId) -> ParcelId {
    let planned = h.wave().await;
    h.t.run(&PickTrips { trips: planned.trips }).await;
    h.t.try_run(&h.packer, &OpenParcel { site: h.site, scan: order.to_string() }).await.expect("it is picked")
}

/// PAK-1, PAK-2: foreign goods and one too many are refused; the parcel does not close before all is verified, nor off weight.
#[tokio::test]
async fn a_parcel_closes_only_when_every_unit_is_verified() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 2)]).await;
    let parcel = on_the_bench(&h, order).await;
    let unit = |code: &str| PackUnit { parcel, code: code.into() };
    let close = |weight_g| CloseParcel { parcel, weight_g };
    assert_eq!(code(&h.t.try_run(&h.packer, &unit("CUP-EAN")).await.unwrap_err()), "not_in_parcel");
    assert_eq!(code(&h.t.try_run(&h.packer, &unit("MUG-CASE")).await.unwrap_err()), "already_packed");
    let packed = h.t.try_run(&h.packer, &unit("mug-ean")).await.unwrap();
    assert_eq!((packed.packed, packed.expected, packed.left), (1, 2, 1));
    assert_eq!(code(&h.t.try_run(&h.packer, &close(None)).await.unwrap_err()), "not_verified");
    let ship = ShipParcels { parcels: vec![parcel], carrier: "Post".into(), service: String::new() };
    assert_eq!(code(&h.t.try_run(&h.packer, &ship).await.unwrap_err()), "not_packed");
    h.t.try_run(&h.packer, &unit("MUG")).await.unwrap();
    assert_eq!(code(&h.t.try_run(&h.packer, &unit("MUG")).await.unwrap_err()), "already_packed");
    assert_eq!(code(&h.t.try_run(&h.packer, &close(Some(1_000))).await.unwrap_err()), "weight_off");
    h.t.try_run(&h.packer, &close(Some(700))).await.unwrap();
    assert_eq!(code(&h.t.try_run(&h.packer, &close(Some(700))).await.unwrap_err()), "parcel_closed");
    let nobody = ShipParcels { carrier: " ".into(), ..ship };
    assert_eq!(code(&h.t.try_run(&h.packer, &nobody).await.unwrap_err()), "invalid");
    assert_eq!(code(&h.t.try_run(&h.picker, &unit("MUG")).await.unwrap_err()), "not_allowed");
    assert_eq!(h.moved("ship").await, 0);
    h.books_agree().await;
}

/// PAK-1: one scan of a case verifies its six units.
#[tokio::test]
async fn a_case_is_packed_by_one_scan() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 7)]).await;
    let parcel = on_the_bench(&h, order).await;
    let unit = |code: &str| PackUnit { parcel, code: code.into() };
    let packed = h.t.try_run(&h.packer, &unit("MUG-CASE")).await.unwrap();
    assert_eq!((packed.packed, packed.left), (6, 1));
    assert_eq!(code(&h.t.try_run(&h.packer, &unit("MUG-CASE")).await.unwrap_err()), "already_packed");
    h.t.try_run(&h.packer, &unit("MUG-EAN")).await.unwrap();
    for nothing in [0, i32::MIN] {
        let close = CloseParcel { parcel, weight_g: Some(nothing) };
        assert_eq!(code(&h.t.try_run(&h.packer, &close).await.unwrap_err()), "no_weight");
    }
    h.t.try_run(&h.packer, &CloseParcel { parcel, weight_g: None }).await.unwrap();
    assert_eq!(h.stage(order).await, Stage::Packed);
    // The label is on the parcel.
    let elsewhere = CorrectAddress {
        order,
        customer_name: "Ana Lima".into(),
        address_line: "2 Quay".into(),
        city: "Leeds".into(),
        postcode: "LS1".into(),
    };
    assert_eq!(code(&h.t.try_run(&h.t.system(), &elsewhere).await.unwrap_err()), "too_late_for_address");
    h.books_agree().await;
}

/// PAK-1: what is still on a cart at another site keeps no bench waiting.
#[tokio::test]
async fn a_cart_at_another_site_keeps_no_bench_waiting() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.cup, 12)]).await;
    let york = h.t.site("YRK").await;
    h.t.receive(york, h.cup, "A01-01L-1", 5).await;
    h.t.run(&domain::orders::ServeBackorders { skus: None }).await;
    let there = h.t.run(&PlanWave { site: york, ..h.plan(8) }).await.trips[0];
    let picker = h.t.person(Role::Picker, Some(york));
    h.t.try_run(&picker, &ClaimTrip { trip: there }).await.unwrap();
    h.t.try_run(&picker, &BindTote { trip: there, slot: 1, code: "YRK-T001".into() }).await.unwrap();
    let task = h.t.db.trip_sheet(&picker, there).await.unwrap().tasks[0].clone();
    h.t.try_run(&picker, &PickUnits { quantity: 1, ..full(&task, "YRK-T001") }).await.unwrap();
    let parcel = on_the_bench(&h, order).await;
    assert_eq!(h.t.db.parcel_sheet(&h.packer, parcel).await.unwrap().lines[0].expected, 10);
}

/// SHP-3, TAX-1: an order that leaves in two parcels earns its lines and its delivery once, to the penny.
#[tokio::test]
async fn two_parcels_of_one_order_earn_it_once() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 16)]).await;
    let parcel = on_the_bench(&h, order).await;
    pack_all(&h, parcel).await;
    h.t.try_run(&h.packer, &CloseParcel { parcel, weight_g: None }).await.unwrap();
    let ship = |parcel| ShipParcels { parcels: vec![parcel], carrier: "Post".into(), service: String::new() };
    h.t.try_run(&h.packer, &ship(parcel)).await.unwrap();
    assert_eq!(h.stage(order).await, Stage::PartShipped, "two are not there yet");
    h.t.receive(h.site, h.mug, "A01-01L-1", 5).await;
    h.t.run(&domain::orders::ServeBackorders { skus: None }).await;
    let rest = on_the_bench(&h, order).await;
    pack_all(&h, rest).await;
    h.t.try_run(&h.packer, &CloseParcel { parcel: rest, weight_g: None }).await.unwrap();
    h.t.try_run(&h.packer, &ship(rest)).await.unwrap();
    assert_eq!(h.stage(order).await, Stage::Shipped);
    // 14 of 16 mugs with the delivery, then the last two: 192.00 + 3.60 in all.
    assert_eq!(h.posted("2100", "4000", "143").await, 1);
    assert_eq!(h.posted("2100", "4000", "20").await, 1);
    assert_eq!(h.t.count("(select sum(amount) as sum from gl_transfer where debit = '2100') s where sum = 195.6").await, 1);
    h.books_agree().await;
}

/// Two benches that confirm the same parcels at once ship each once.
#[tokio::test]
async fn parcels_confirmed_twice_at_once_leave_once() {
    let h = House::open().await;
    for n in 0..3 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let planned = h.wave().await;
    h.t.run(&PickTrips { trips: planned.trips }).await;
    let parcels = h.t.run(&PackOrders { site: h.site, orders: planned.orders }).await;
    let ship = ShipParcels { parcels, carrier: "Post".into(), service: String::new() };
    let asked = (0..4).map(|_| h.t.try_run(&h.packer, &ship));
    let left: i32 = futures::future::join_all(asked).await.into_iter().map(|answer| answer.expect("no refusal")).sum();
    assert_eq!(left, 3);
    assert_eq!(h.moved("ship").await, 3);
    h.books_agree().await;
}
