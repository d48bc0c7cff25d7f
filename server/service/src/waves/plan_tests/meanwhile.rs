//! Others at work meanwhile: planners, cancellations, and whoever does not wait for the preview.

use super::*;

/// PCK-4: an order cancelled, or taken by another planner, while the wave is drawn is left out with its reason; the others ride.
#[tokio::test]
async fn what_changes_while_a_wave_is_planned_is_left_out_by_name() {
    let h = House::open().await;
    let cancelled = h.order("W-1", &[(h.mug, 1)]).await;
    let taken = h.order("W-2", &[(h.mug, 1)]).await;
    let stays = h.order("W-3", &[(h.mug, 1), (h.cup, 2)]).await;
    let asked = h.ask(filter(|all| all));
    let system = h.t.system();
    let drawn = Arc::new(h.t.db.draw_wave(&system, CommandId::mint(), noon(), &asked).await.unwrap());
    h.t.run(&CancelOrder { order: cancelled, reason: "changed_mind".into() }).await;
    h.planned(&h.ask(Chosen::These(vec![taken]))).await.unwrap();
    let planned = h.t.run(&Prepared { asked: &asked, drawn: Ok(drawn.clone()) }).await;
    assert_eq!((planned.orders.clone(), planned.units), (vec![stays], 3));
    let receipt = h.receipt(&planned).await;
    let mut why: Vec<_> = receipt.left_out.iter().map(|left| left.why.code()).collect();
    why.sort_unstable();
    assert_eq!(why, ["cancelled_while_planning", "taken_by_another_planner"]);
    assert_eq!((receipt.considered, receipt.orders), (3, 1));
    let late = h.t.try_run(&system, &Prepared { asked: &asked, drawn: Ok(drawn) }).await;
    assert_eq!(refused(late), "taken_by_another_planner", "nothing of it is left");
    h.whole().await;
}

/// PCK-4: two planners at once never put one order on two carts; who comes too late is told so, and a repeated command is the same.
#[tokio::test]
async fn two_planners_at_once_share_what_waits() {
    let h = House::open().await;
    for n in 0..6 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let asked = h.ask(filter(|all| all));
    let ended = futures::future::join_all((0..4).map(|_| h.planned(&asked))).await;
    let orders: usize = ended.iter().flatten().map(|planned| planned.orders.len()).sum();
    assert_eq!(orders, 6);
    assert_eq!(h.t.count("pick_task").await, 6);
    for lost in ended.into_iter().filter(Result::is_err) {
        assert!(["taken_by_another_planner", "nothing_to_pick"].contains(&refused(lost)));
    }
    let (id, system) = (CommandId::mint(), h.t.system());
    h.order("W-9", &[(h.cup, 1)]).await;
    let first = h.t.db.plan_wave(&system, id, noon(), &asked).await.unwrap();
    assert_eq!(h.t.db.plan_wave(&system, id, noon(), &asked).await.unwrap(), first, "the same command, the same answer");
    h.whole().await;
}

/// PCK-4: a preview that nobody waits for any more, or that is stopped, ends and frees its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_can_be_left_and_stopped() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1)]).await;
    let planners = crate::waves::pool::Planners::new(1);
    let (system, ticket) = (h.t.system(), CommandId::mint());
    let endless = |go_on: &mut dyn FnMut(i64) -> bool| {
        while go_on(250_000) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    };
    let stopping = async {
        while planners.progress(&system, ticket) != Some(250) {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        assert!(!planners.stop(&h.picker, ticket), "not somebody else's");
        assert!(planners.stop(&system, ticket));
    };
    let (ended, ()) = tokio::join!(planners.run(&system, ticket, endless), stopping);
    assert_eq!(refused(ended), "planning_stopped");
    assert_eq!(planners.progress(&system, ticket), None);
    // Its asker goes away.
    let left = tokio::time::timeout(std::time::Duration::from_millis(50), planners.run(&system, ticket, endless)).await;
    assert!(left.is_err());
    while planners.free() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    // Whoever finds the queue full is told to come again.
    let waiting: Vec<_> = (0..10).map(|_| planners.run(&system, CommandId::mint(), endless)).collect();
    let mut waiting = futures::future::join_all(waiting);
    let turned_away = tokio::time::timeout(std::time::Duration::from_millis(50), &mut waiting).await;
    assert!(turned_away.is_err(), "nine wait");
    let busy = planners.run(&system, CommandId::mint(), |_| ()).await;
    assert_eq!(refused(busy), "planner_busy");
}

/// PCK-4: nobody waits: a preview ends at its next look, and does not try the other methods first.
#[tokio::test]
async fn a_preview_nobody_waits_for_tries_no_more_methods() {
    let h = House::open().await;
    for n in 0..12 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let asked = h.ask(filter(|all| all));
    let looks = async |go: i64| {
        let work = h.t.db.look(&h.t.system(), noon(), &asked).await.unwrap();
        let mut heard = Vec::new();
        let ended = crate::waves::preview::compare(work, &asked, &mut |done| {
            heard.push(done);
            done < go
        });
        (ended.map(|_| ()), heard)
    };
    let (ended, heard) = looks(i64::MAX).await;
    assert!(ended.is_ok() && heard.last() > Some(&500_000), "{heard:?}");
    let (ended, heard) = looks(0).await;
    assert_eq!(ended, Err(domain::waves::WaveRefusal::PlanningStopped));
    assert!(heard.len() < 20 && heard.iter().all(|done| *done <= 600_000), "{heard:?}");
}
