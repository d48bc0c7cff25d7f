//! Batches, and zones picked apart.

use super::*;

/// PCK-2: a batch is picked into one tote and parted at the bench: every unit finds its own order.
#[tokio::test]
async fn a_batch_shares_one_tote_and_is_parted_at_the_bench() {
    let h = House::open().await;
    let one = h.order("W-1", &[(h.mug, 2)]).await;
    let two = h.order("W-2", &[(h.mug, 1), (h.cup, 1)]).await;
    let asked = PlanWave { method: Method::Batch, release: true, ..h.ask(filter(|all| all)) };
    let planned = h.planned(&asked).await.unwrap();
    assert_eq!(planned.trips.len(), 1);
    let trip = planned.trips[0];
    h.t.try_run(&h.picker, &ClaimTrip { trip }).await.unwrap();
    let bind = domain::floor::BindTote { trip, slot: 1, code: "LDS-T001".into() };
    h.t.try_run(&h.picker, &bind).await.unwrap();
    let sheet = h.sheet(trip).await;
    assert!(sheet.slots.iter().all(|slot| slot.tote_code.as_deref() == Some("LDS-T001")), "{:?}", sheet.slots);
    for task in &sheet.tasks {
        let pick = domain::floor::PickUnits {
            task: task.task,
            bin_code: task.bin_code.clone(),
            item_code: task.sku_code.clone(),
            tote_code: "LDS-T001".into(),
            quantity: task.quantity,
            marks: domain::lots::Marks::default(),
        };
        h.t.try_run(&h.picker, &pick).await.unwrap();
    }
    for units in [2, 2] {
        let parcel = h.t.try_run(&h.packer, &OpenParcel { site: h.site, scan: "LDS-T001".into() }).await.unwrap();
        let sheet = h.t.db.parcel_sheet(&h.packer, parcel).await.unwrap();
        assert_eq!(sheet.lines.iter().map(|line| line.expected).sum::<i32>(), units);
        for line in sheet.lines {
            for _ in 0..line.expected {
                h.t.try_run(&h.packer, &PackUnit { parcel, code: line.sku_code.clone() }).await.unwrap();
            }
        }
        h.t.try_run(&h.packer, &domain::floor::CloseParcel { parcel, weight_g: None }).await.unwrap();
    }
    assert_eq!(h.stage(one).await, h.stage(two).await);
    assert_eq!(h.t.count("(select from parcel_line) a").await, 3);
    h.whole().await;
}

/// PCK-2: in bulk a batch takes one tote a walk too.
#[tokio::test]
async fn a_batch_in_bulk_takes_one_tote() {
    let h = House::open().await;
    let orders = vec![h.order("W-1", &[(h.mug, 2)]).await, h.order("W-2", &[(h.cup, 1)]).await];
    let planned = h.planned(&PlanWave { method: Method::Batch, release: true, ..h.ask(filter(|all| all)) }).await.unwrap();
    h.t.run(&PickTrips { trips: planned.trips }).await;
    assert_eq!(h.t.count("(select distinct lpn_id from trip_slot) a").await, 1);
    assert_eq!(h.t.run(&PackOrders { site: h.site, orders }).await.len(), 2);
    h.whole().await;
}

/// A site whose first two aisles are one zone and whose others are another.
async fn zoned(h: &House) -> SiteId {
    let spec = LayoutSpec::small();
    let zone = |name: &str, aisles: [i32; 2]| Zone { name: name.into(), aisles: aisles.to_vec() };
    let layout = spec.layout().unwrap();
    let site = OpenSite {
        id: SiteId::mint(),
        code: "YRK".into(),
        name: "York".into(),
        country: "GB".into(),
        timezone: "Europe/London".into(),
        rank: -1,
        layout: domain::sites::layout::Layout { zones: vec![zone("dry", [1, 2]), zone("cold", [3, 4])], ..layout },
        bins: spec.bins().unwrap(),
        totes: 10,
    };
    let id = h.t.run(&site).await;
    h.t.receive(id, h.mug, "A01-01L-1", 10).await;
    h.t.receive(id, h.cup, "A04-05R-1", 10).await;
    id
}

/// PCK-3: each zone picks its part of an order; the bench waits for all of them, then packs one parcel.
#[tokio::test]
async fn zones_pick_their_parts_and_the_bench_waits_for_all() {
    let h = House::open().await;
    let site = zoned(&h).await;
    let order = h.order("W-1", &[(h.mug, 1), (h.cup, 1)]).await;
    h.order("W-2", &[(h.cup, 2)]).await;
    let cold = PlanWave { site, ..h.ask(filter(|all| Filter { zone: Some("cold".into()), ..all })) };
    let preview = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &cold).await.unwrap();
    assert_eq!(preview.receipt.orders, 1, "only one lies in that zone whole");
    let asked = PlanWave { site, method: Method::Zone, release: true, ..h.ask(filter(|all| all)) };
    let planned = h.planned(&asked).await.unwrap();
    assert_eq!((planned.trips.len(), planned.orders.len()), (2, 2));
    h.t.run(&PickTrips { trips: vec![planned.trips[0]] }).await;
    let packer = h.t.person(Role::Packer, Some(site));
    let open = OpenParcel { site, scan: order.to_string() };
    assert_eq!(refused(h.t.try_run(&packer, &open).await), "still_picking");
    h.t.run(&PickTrips { trips: vec![planned.trips[1]] }).await;
    let parcel = h.t.try_run(&packer, &open).await.unwrap();
    let sheet = h.t.db.parcel_sheet(&packer, parcel).await.unwrap();
    assert_eq!((sheet.totes.len(), sheet.lines.iter().map(|line| line.expected).sum::<i32>()), (2, 2));
    assert_eq!(refused(h.planned(&PlanWave { method: Method::Zone, ..h.ask(filter(|all| all)) }).await), "site_without_zones");
    h.whole().await;
}
