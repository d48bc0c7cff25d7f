use chrono::Duration;
use domain::ids::SiteId;
use domain::insight::{Board, Figure, Filter, Kpi, Sum};
use domain::people::{Caller, Role};
use domain::refusal::Named;
use rust_decimal::Decimal;

use crate::Failure;
use crate::testkit::noon;
use crate::verify::business::{Business, back, one, order, pack, ship, walk};

fn figure(board: &Board, kpi: Kpi) -> &Figure {
    board.figures.iter().find(|figure| figure.kpi == kpi).expect("the board has every figure")
}

async fn value(b: &Business, kpi: Kpi) -> Option<Decimal> {
    let board = b.t.db.live_board(&b.t.system(), None, noon()).await.unwrap();
    figure(&board, kpi).value
}

/// EXC-3, K8: every figure says what the business did.
#[tokio::test]
async fn figures_say_what_the_business_did() {
    let b = Business::open().await;
    let board = b.t.db.live_board(&b.t.system(), None, noon()).await.unwrap();
    assert_eq!(board.as_of, noon());
    let is = |kpi, expected: i64| assert_eq!(figure(&board, kpi).value, Some(Decimal::from(expected)), "{kpi:?}");
    is(Kpi::OrdersWaiting, 2);
    is(Kpi::PickedPerHour, 9);
    is(Kpi::ShippedToday, 1);
    // The planned wave is on the floor with five to pick; those that are picked are finished.
    is(Kpi::WaveProgress, 0);
    is(Kpi::Stock, 49);
    is(Kpi::RefundsWaiting, 0);
    is(Kpi::RefundHours, 0);
    // Fifty came, three left: 90 asked for, 35 of them given.
    is(Kpi::Backorders, 55);
    let stock = figure(&board, Kpi::Stock);
    assert_eq!(stock.parts.iter().map(|part| part.total).sum::<Decimal>(), Decimal::from(49));
}

/// EXC-3: every figure drills to exactly the rows it counts, and so does each of its parts.
#[tokio::test]
async fn a_figure_is_the_sum_of_the_rows_it_drills_to() {
    let b = Business::open().await;
    let board = b.t.db.live_board(&b.t.system(), None, noon()).await.unwrap();
    let mut filled = 0;
    for kpi in Kpi::ALL {
        let all = b.t.db.live_drill(&b.t.system(), kpi, &Filter::default(), 1_000, noon()).await.unwrap();
        let known = figure(&board, kpi);
        assert_eq!(all.figure, *known, "{kpi:?}");
        assert_eq!(i64::try_from(all.rows.len()).unwrap(), known.rows, "{kpi:?}");
        let total: Decimal = all.rows.iter().map(|row| row.counts).sum();
        match kpi.sum() {
            Sum::Total => assert_eq!(known.value, Some(total), "{kpi:?}"),
            Sum::Greatest => assert_eq!(known.value, all.rows.iter().map(|row| row.counts.round_dp(1)).max(), "{kpi:?}"),
            Sum::Done | Sum::Median => {}
        }
        for part in &known.parts {
            let filter = Filter { site: None, part: part.part.clone() };
            let rows = b.t.db.live_drill(&b.t.system(), kpi, &filter, 1_000, noon()).await.unwrap().rows;
            assert_eq!(rows.iter().map(|row| row.counts).sum::<Decimal>(), part.total, "{kpi:?} {}", part.part);
            assert!(rows.iter().all(|row| row.part == part.part && row.href.starts_with('/') && !row.label.is_empty()));
        }
        filled += usize::from(known.rows > 0);
    }
    assert!(filled >= 8, "there was something to drill into");
}

/// GOV-1, EXC-3: who is granted one site sees that site's figures and no other's.
#[tokio::test]
async fn figures_are_of_the_sites_one_is_granted() {
    let b = Business::open().await;
    let lyon = b.t.site("LYN").await;
    b.t.receive(lyon, b.sku, "A01-01L-1", 7).await;
    let (leeds, other) = (b.t.person(Role::Supervisor, Some(b.site)), b.t.person(Role::Supervisor, Some(lyon)));
    let system = b.t.system();
    let stock = async |caller: &Caller, site: Option<SiteId>| {
        let board = b.t.db.live_board(caller, site, noon()).await?;
        Ok::<_, Failure>(figure(&board, Kpi::Stock).value.unwrap())
    };
    assert_eq!(stock(&system, None).await.unwrap(), Decimal::from(56));
    assert_eq!(stock(&system, Some(lyon)).await.unwrap(), Decimal::from(7));
    assert_eq!(stock(&leeds, None).await.unwrap(), Decimal::from(49));
    assert_eq!(stock(&other, None).await.unwrap(), Decimal::from(7));
    let Err(Failure::Refused(refusal)) = stock(&leeds, Some(lyon)).await else { panic!("another's site is refused") };
    assert_eq!(refusal.code(), "not_allowed");
    let drill = b.t.db.live_drill(&other, Kpi::ShippedToday, &Filter::default(), 10, noon()).await.unwrap();
    assert!(drill.rows.is_empty());
    let picker = b.t.person(Role::Picker, None);
    assert!(b.t.db.live_board(&picker, None, noon()).await.is_err(), "figures need LiveView");
}

/// EXC-3: a figure follows what happens, and leaves its window with time.
#[tokio::test]
async fn a_figure_follows_what_happens() {
    let b = Business::open().await;
    b.t.receive(b.site, b.sku, "A01-02L-1", 20).await;
    let next = order(&b.t, b.sku, 2).await;
    assert_eq!(value(&b, Kpi::OrdersWaiting).await, Some(Decimal::from(3)));
    let trips = walk(&b.t, b.site, &[next]).await;
    assert_eq!(value(&b, Kpi::OrdersWaiting).await, Some(Decimal::from(2)));
    ship(&b.t, b.site, &pack(&b.t, b.site, &trips, &[next]).await).await;
    assert_eq!(value(&b, Kpi::ShippedToday).await, Some(Decimal::from(2)));
    let later = b.t.db.live_board(&b.t.system(), None, noon() + Duration::hours(30)).await.unwrap();
    assert_eq!(figure(&later, Kpi::ShippedToday).value, Some(Decimal::ZERO));
    assert_eq!(figure(&later, Kpi::PickedPerHour).value, Some(Decimal::ZERO));
    let line = one(&b.t, &format!("select id from order_line where order_id = '{next}'")).await;
    back(&b.t, b.site, next, line.into(), 1).await;
    assert_eq!(figure(&b.t.db.live_board(&b.t.system(), None, noon()).await.unwrap(), Kpi::RefundHours).rows, 2);
}

/// EXC-3: a figure's course ends with the figure itself, and the day before is what the figure was then.
#[tokio::test]
async fn a_course_ends_with_its_figure_and_knows_the_day_before() {
    let b = Business::open().await;
    let board = async |later: i64| b.t.db.live_board(&b.t.system(), None, noon() + Duration::hours(later)).await.unwrap();
    for hours in [0, 5, 24, 49] {
        let (then, before) = (board(hours).await, board(hours - 24).await);
        assert_eq!(then.courses.len(), Kpi::ALL.iter().filter(|kpi| kpi.beat().is_some()).count());
        for course in &then.courses {
            let value = |board: &Board| figure(board, course.kpi).value.unwrap_or_default();
            assert_eq!(course.points.last().copied(), Some(value(&then)), "{:?} after {hours} h", course.kpi);
            // What is open now is not known to have been open then by a figure of another moment: only these look back by themselves.
            if matches!(course.kpi, Kpi::PickedPerHour | Kpi::ShippedToday) {
                assert_eq!(course.before, Some(value(&before)), "{:?} the day before {hours} h", course.kpi);
            }
        }
    }
    let picked = |board: &Board| board.courses.iter().find(|course| course.kpi == Kpi::PickedPerHour).cloned().unwrap();
    assert_eq!(picked(&board(24).await).delta(), Some(Decimal::from(-9)));
    let lyon = b.t.site("LYN").await;
    let there = b.t.db.live_board(&b.t.system(), Some(lyon), noon()).await.unwrap();
    assert!(picked(&there).points.iter().all(Decimal::is_zero), "another site's course is its own");
}
