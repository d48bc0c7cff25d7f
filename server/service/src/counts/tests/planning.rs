use domain::counts::{Class, Show};

use super::*;

/// INV-5: what is due is opened, the fast movers as class A, at most so many a day, and never twice.
#[tokio::test]
async fn what_is_due_is_opened_once() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 3)]).await;
    let trip = h.wave().await.trips[0];
    let sheet = h.claim(trip).await;
    h.t.try_run(&h.picker, &full(&sheet.tasks[0], "LDS-T001")).await.unwrap();
    set(&h, |p| p.daily_most = 2).await;
    let planner = hand(&h, &[Role::Planner]);
    let plan = PlanCounts { site: h.site };
    assert_eq!(h.t.try_run(&planner, &plan).await.unwrap(), 2, "the day has room for two");
    assert_eq!(h.t.try_run(&planner, &plan).await.unwrap(), 0);
    assert_eq!(h.t.count(&format!("sku_velocity where class = 'a' and units = 3 and sku_id = '{}'", h.mug)).await, 1);
    assert_eq!(
        h.t.count("stock_count where class = 'a' and every_days = 30 and why = 'velocity'").await,
        2,
        "the mugs' bins first"
    );
    set(&h, |p| p.daily_most = 40).await;
    assert_eq!(h.t.try_run(&planner, &plan).await.unwrap(), 1, "the cups' bin");
    assert_eq!(h.t.count("stock_count where class = 'c' and every_days = 180").await, 1);
    assert_eq!(refused(h.t.try_run(&h.picker, &plan).await), ("not_allowed", 403));
    // A month later what was counted is due again, what waits is not opened twice.
    let (_, status) = count(&h, &h.picker, "A02-05R-1", h.cup, 9).await;
    assert_eq!(status, Status::Done);
    let later = noon() + chrono::TimeDelta::days(8);
    let again = h.t.db.run(&planner, domain::ids::CommandId::mint(), later, &plan).await.unwrap();
    assert_eq!(again, 1, "it was off a week ago");
    assert_eq!(h.t.count("stock_count where why = 'accuracy' and every_days = 7").await, 1);
}

/// INV-5: the worker plans where somebody set a programme, once a day.
#[tokio::test]
async fn the_worker_plans_once_a_day_where_there_is_a_programme() {
    let h = House::open().await;
    h.t.db.plan_counts(h.t.org, noon()).await.unwrap();
    assert_eq!(h.t.count("stock_count").await, 0, "nobody asked for any");
    set(&h, |p| p.daily_most = 2).await;
    for _ in 0..3 {
        h.t.db.plan_counts(h.t.org, noon()).await.unwrap();
    }
    assert_eq!(h.t.count("stock_count").await, 2);
    assert_eq!(h.t.count("command where kind = 'counts.plan'").await, 1);
    h.t.db.plan_counts(h.t.org, noon() + chrono::TimeDelta::days(1)).await.unwrap();
    assert_eq!(h.t.count("stock_count").await, 3);
}

/// INV-5, K5: accuracy is bins in tolerance ÷ bins counted, by site, class and frequency, and each figure leads to its counts.
#[tokio::test]
async fn accuracy_is_what_was_right_of_what_was_counted() {
    let h = House::open().await;
    set(&h, |_| ()).await;
    h.t.run(&PlanCounts { site: h.site }).await;
    let counter = hand(&h, &[Role::Receiver]);
    count(&h, &counter, "A01-01L-1", h.mug, 10).await;
    count(&h, &counter, "A04-09R-2", h.mug, 3).await;
    count(&h, &counter, "A02-05R-1", h.cup, 10).await;
    count(&h, &counter, "A02-05R-1", h.cup, 10).await;
    let chief = hand(&h, &[Role::Supervisor]);
    let since = noon() - chrono::TimeDelta::days(30);
    let rows = h.t.db.count_accuracy(&chief, Some(h.site), since).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.class, row.every_days, row.counted, row.right)).collect();
    assert_eq!(told, [(Some(Class::C), 180, 3, 2), (Some(Class::C), 0, 1, 1)]);
    for row in &rows {
        let unclassed = row.class.is_none();
        let of = CountFilter {
            class: row.class,
            unclassed,
            every_days: Some(row.every_days),
            show: Show::Done,
            ..CountFilter::default()
        };
        let list = h.t.db.counts(&chief, &of, noon()).await.unwrap();
        assert_eq!(list.total, row.counted, "the figure is the rows it leads to");
        let off = h.t.db.counts(&chief, &CountFilter { show: Show::Off, ..of }, noon()).await.unwrap();
        assert_eq!(off.total, row.counted - row.right);
    }
    let elsewhere = h.t.person(Role::Supervisor, Some(SiteId::mint()));
    assert_eq!(h.t.db.count_accuracy(&elsewhere, None, since).await.unwrap(), []);
    assert_eq!(refused(h.t.db.count_accuracy(&elsewhere, Some(h.site), since).await), ("not_allowed", 403));
}

/// INV-5, K5: each site has an accuracy of its own, and whoever sees one site is told of that one.
#[tokio::test]
async fn each_site_is_as_accurate_as_it_is() {
    let h = House::open().await;
    let lyon = h.t.site("LYN").await;
    h.t.receive(lyon, h.mug, "A01-01L-1", 10).await;
    let (chief, counter) = (h.t.person(Role::Supervisor, None), h.t.person(Role::Receiver, None));
    count(&h, &counter, "A01-01L-1", h.mug, 10).await;
    let begun = BeginCount { site: lyon, bin_code: "A01-01L-1".into() };
    let there = h.t.try_run(&counter, &begun).await.unwrap();
    item(&h, &counter, there, h.mug, 9).await.unwrap();
    assert_eq!(finish(&h, &counter, there).await, Status::Done);
    let since = noon() - chrono::TimeDelta::days(30);
    let told = async |who: &Caller, site| {
        let rows = h.t.db.count_accuracy(who, site, since).await.unwrap();
        let mut told: Vec<_> = rows.iter().map(|row| (row.site_code.clone(), row.counted, row.right)).collect();
        told.sort();
        told
    };
    let (leeds, lyons) = (("LDS".to_owned(), 1, 1), ("LYN".to_owned(), 1, 0));
    assert_eq!(told(&chief, None).await, [leeds.clone(), lyons.clone()]);
    assert_eq!(told(&chief, Some(lyon)).await, std::slice::from_ref(&lyons));
    assert_eq!(told(&h.t.person(Role::Supervisor, Some(h.site)), None).await, [leeds]);
}

/// INV-5: a bin worth much is due by its value, long before its class would have it counted.
#[tokio::test]
async fn what_is_worth_much_is_counted_sooner() {
    let h = House::open().await;
    set(&h, |p| {
        // Ten mugs are worth 40.00, three of them and nine cups less.
        p.value_over = Decimal::from(40);
        p.value_days = 10;
    })
    .await;
    let planner = hand(&h, &[Role::Planner]);
    let plan = PlanCounts { site: h.site };
    h.t.try_run(&planner, &plan).await.unwrap();
    let counter = hand(&h, &[Role::Receiver]);
    for (bin, sku, units) in [("A01-01L-1", h.mug, 10), ("A04-09R-2", h.mug, 4), ("A02-05R-1", h.cup, 10)] {
        let (_, status) = count(&h, &counter, bin, sku, units).await;
        assert_eq!(status, Status::Done, "{bin}");
    }
    let later = noon() + chrono::TimeDelta::days(11);
    h.t.db.run(&planner, domain::ids::CommandId::mint(), later, &plan).await.unwrap();
    let due: Vec<String> = sqlx::query_scalar(
        "select b.code from stock_count c join bin b on b.id = c.bin_id where c.why = 'value' and c.every_days = 10 and c.ended_at is null order by 1",
    )
    .fetch_all(&h.t.root)
    .await
    .unwrap();
    assert_eq!(due, ["A01-01L-1", "A02-05R-1"]);
    assert_eq!(h.t.count("stock_count where ended_at is null").await, 2, "the third is not due");
}

/// INV-5: today's counts by where they stand; the list says the same.
#[tokio::test]
async fn today_is_told_as_it_stands() {
    let h = House::open().await;
    set(&h, |_| ()).await;
    h.t.run(&PlanCounts { site: h.site }).await;
    count(&h, &h.picker, "A01-01L-1", h.mug, 10).await;
    count(&h, &h.picker, "A02-05R-1", h.cup, 2).await;
    begin(&h, &hand(&h, &[Role::Receiver]), "A04-09R-2").await.unwrap();
    let chief = hand(&h, &[Role::Supervisor]);
    let list = h.t.db.counts(&chief, &CountFilter { show: Show::Today, ..CountFilter::default() }, noon()).await.unwrap();
    let today = list.today;
    assert_eq!((today.open, today.counting, today.recount, today.approval, today.done, today.all()), (0, 1, 1, 0, 1, 3));
    assert_eq!(list.total, 3);
    assert_eq!(list.rows[0].status, Status::Recount, "what waits for somebody comes first");
    assert_eq!(list.rows.iter().filter(|row| row.why == Why::Velocity).count(), 3);
    let recount = CountFilter { status: Some(Status::Recount), ..CountFilter::default() };
    assert_eq!(h.t.db.counts(&chief, &recount, noon()).await.unwrap().rows[0].bin_code, "A02-05R-1");
    let beyond = CountFilter { page: i64::MAX, ..CountFilter::default() };
    assert!(h.t.db.counts(&chief, &beyond, noon()).await.unwrap().rows.is_empty());
}
