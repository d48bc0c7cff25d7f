use super::*;

/// Three orders of cups, two, three and one, picked together into one tote; and one mug.
async fn batch(h: &House) -> (Vec<OrderId>, TripId) {
    let orders = vec![
        h.order("W-1", &[(h.cup, 2)]).await,
        h.order("W-2", &[(h.cup, 3), (h.mug, 1)]).await,
        h.order("W-3", &[(h.cup, 1)]).await,
    ];
    let planned = h.t.run(&PlanWave { method: Method::Batch, ..h.plan(8) }).await;
    let trip = planned.trips[0];
    h.t.try_run(&h.picker, &ClaimTrip { trip }).await.expect("the trip is free");
    h.t.try_run(&h.picker, &BindTote { trip, slot: 1, code: "LDS-T001".into() }).await.expect("the tote is free");
    (orders, trip)
}

impl House {
    async fn cups(&self, trip: TripId) -> TaskSheet {
        let cup = |task: &TaskSheet| task.sku == self.cup;
        let mut tasks: Vec<TaskSheet> = self.sheet(trip).await.tasks.into_iter().filter(cup).collect();
        assert_eq!(tasks.len(), 1, "one stop for all of them");
        tasks.remove(0)
    }

    /// Cups of these orders in their tote, as allocated, order by order.
    async fn in_tote(&self, orders: &[OrderId]) -> Vec<i64> {
        let mut units = Vec::new();
        for order in orders {
            let theirs = format!(
                "(select generate_series(1, a.quantity) from allocation a join order_line l on l.id = a.order_line_id
                  join lpn on lpn.id = a.lpn_id where l.order_id = '{order}' and a.sku_id = '{}') a",
                self.cup
            );
            units.push(self.t.count(&theirs).await);
        }
        units
    }
}

/// PCK-2: the picker is sent once to a bin for all of a batch's units and scans them in one view; each order's own stay exact.
#[tokio::test]
async fn equal_picks_of_a_batch_are_scanned_at_one_stop() {
    let h = House::open().await;
    let (orders, trip) = batch(&h).await;
    assert_eq!(h.t.count("pick_task").await, 4, "rows stay each order's");
    let cups = h.cups(trip).await;
    assert_eq!((cups.quantity, h.sheet(trip).await.tasks.len()), (6, 2));
    assert_eq!(code(&h.pick(&PickUnits { quantity: 7, ..full(&cups, "LDS-T001") }).await.unwrap_err()), "too_many");
    let picked = h.pick(&PickUnits { quantity: 4, ..full(&cups, "LDS-T001") }).await.unwrap();
    assert_eq!((picked.quantity_picked, picked.quantity_left, picked.trip_left), (4, 2, 3));
    assert_eq!(h.in_tote(&orders).await, [2, 2, 0], "the first in the list have theirs first");
    // One too many in the hand: it comes from whoever got theirs last.
    let back = h.t.try_run(&h.picker, &UnpickUnits { task: cups.task, quantity: 1 }).await.unwrap();
    assert_eq!((back.quantity_picked, back.quantity_left), (3, 3));
    assert_eq!(h.in_tote(&orders).await, [2, 1, 0]);
    assert_eq!(
        code(&h.t.try_run(&h.picker, &UnpickUnits { task: cups.task, quantity: 4 }).await.unwrap_err()),
        "nothing_to_unpick"
    );
    let rest = full(&h.cups(trip).await, "LDS-T001");
    let picked = h.pick(&rest).await.unwrap();
    assert_eq!((picked.quantity_picked, picked.quantity_left, picked.trip_left), (6, 0, 1));
    assert_eq!(h.in_tote(&orders).await, [2, 3, 1]);
    assert_eq!(code(&h.pick(&rest).await.unwrap_err()), "task_done");
    let mug = h.sheet(trip).await.tasks.into_iter().find(|task| !task.done).unwrap();
    h.pick(&full(&mug, "LDS-T001")).await.unwrap();
    h.books_agree().await;
    // The bench parts them: each parcel expects its own order's units.
    for (order, units) in orders.iter().zip([2, 4, 1]) {
        let parcel = h.t.try_run(&h.packer, &OpenParcel { site: h.site, scan: order.to_string() }).await.unwrap();
        let sheet = h.t.db.parcel_sheet(&h.packer, parcel).await.unwrap();
        assert_eq!(sheet.lines.iter().map(|line| line.expected).sum::<i32>(), units);
        for line in sheet.lines {
            for _ in 0..line.expected {
                h.t.try_run(&h.packer, &PackUnit { parcel, code: line.sku_code.clone() }).await.unwrap();
            }
        }
        h.t.try_run(&h.packer, &CloseParcel { parcel, weight_g: None }).await.unwrap();
    }
    h.whole().await;
}

/// PCK-6, PCK-2: a bin that lacks some of a batch's units is short for those who come last; each of their orders says so, and the bin
/// is counted once.
#[tokio::test]
async fn a_short_stop_of_a_batch_is_short_for_the_last() {
    let h = House::open().await;
    let (orders, trip) = batch(&h).await;
    let cups = h.cups(trip).await;
    h.pick(&PickUnits { quantity: 4, ..full(&cups, "LDS-T001") }).await.unwrap();
    let short = ShortPick { task: cups.task, reason: ShortReason::Missing.into() };
    let shorted = h.t.try_run(&h.picker, &short).await.unwrap();
    assert_eq!((shorted.reallocated, shorted.backordered), (0, 2));
    assert_eq!(h.in_tote(&orders).await, [2, 2, 0]);
    for (kind, cases) in [("short_pick", 2), ("backorder", 2), ("count_due", 1)] {
        assert_eq!(h.t.count(&format!("exception_case where kind = '{kind}'")).await, cases, "{kind}");
    }
    let done = h.cups(trip).await;
    assert_eq!((done.quantity_picked, done.quantity_short, done.done), (4, 2, true));
    assert_eq!(code(&h.t.try_run(&h.picker, &short).await.unwrap_err()), "task_done");
    h.books_agree().await;
    h.whole().await;
}

/// PCK-4, PCK-2: a batch cancelled amid picking is put back order by order.
#[tokio::test]
async fn a_cancelled_batch_is_put_back_order_by_order() {
    use domain::floor::PutBack;
    use domain::waves::CancelWave;
    let h = House::open().await;
    let (orders, trip) = batch(&h).await;
    let cups = h.cups(trip).await;
    h.pick(&PickUnits { quantity: 3, ..full(&cups, "LDS-T001") }).await.unwrap();
    let wave = h.sheet(trip).await.wave;
    let taken = h.t.run(&CancelWave { wave }).await;
    assert_eq!((taken.units, taken.to_put_back), (4, 3));
    let rows = h.t.db.put_backs(&h.picker, Some(h.site)).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.quantity).collect::<std::collections::BTreeSet<_>>(), [1, 2].into());
    for row in rows {
        let back = PutBack { task: row.task, bin_code: row.bin_code, item_code: row.sku_code, quantity: row.quantity };
        h.t.try_run(&h.picker, &back).await.unwrap();
    }
    assert_eq!(h.in_tote(&orders).await, [0, 0, 0]);
    h.books_agree().await;
    h.whole().await;
}
