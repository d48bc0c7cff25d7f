use domain::counts::{ConfirmEmpty, DecideCount, RequestCount};
use domain::floor::{PickUnits, ShortPick, ShortReason};
use domain::ids::CommandId;
use domain::reasons::Given;

use super::*;

/// INV-5: a count that agrees with the ledger is done at once; nothing moves.
#[tokio::test]
async fn a_count_that_agrees_is_done_at_once() {
    let h = House::open().await;
    let (_, status) = count(&h, &h.picker, "a01-01l-1", h.mug, 10).await;
    assert_eq!(status, Status::Done);
    assert_eq!(h.t.count("movement where reason = 'count'").await, 0);
    assert_eq!(h.t.count("stock_count where status = 'done' and in_tolerance and why = 'request'").await, 1);
    assert_eq!(h.t.count("audit where subject_kind = 'count' and kind = 'counts.finish'").await, 1);
    whole(&h).await;
}

/// INV-5: what the counter is shown says nothing of what the ledger expects, neither while counting nor at the end.
#[tokio::test]
async fn the_counter_is_never_told_what_the_ledger_says() {
    let h = House::open().await;
    set(&h, |p| p.recount_units = 0).await;
    let id = begin(&h, &h.picker, "A01-01L-1").await.unwrap();
    let told = |sheet: &domain::counts::CountSheet| serde_json::to_string(sheet).unwrap();
    let sheet = h.t.db.count_sheet(&h.picker, id).await.unwrap();
    assert!(
        sheet.items.is_empty() && sheet.mine && !told(&sheet).contains("MUG"),
        "not even what should be there: {}",
        told(&sheet)
    );
    let scanned = h.t.db.count_item(&h.picker, "mug-case").await.unwrap();
    assert_eq!((scanned.sku, scanned.pack), (h.mug, 6));
    assert_eq!(refused(h.t.db.count_item(&h.picker, "NOPE").await), ("not_found", 404));
    item(&h, &h.picker, id, scanned.sku, 7).await.unwrap();
    let sheet = h.t.db.count_sheet(&h.picker, id).await.unwrap();
    assert_eq!(sheet.items.iter().map(|item| (item.sku, item.quantity)).collect::<Vec<_>>(), [(h.mug, 7)]);
    assert!(!told(&sheet).contains("ledger"), "{}", told(&sheet));
    // Nor does the next one see what the first one counted.
    assert_eq!(finish(&h, &h.picker, id).await, Status::Recount);
    let second = hand(&h, &[Role::Receiver]);
    begin(&h, &second, "A01-01L-1").await.unwrap();
    assert!(h.t.db.count_sheet(&second, id).await.unwrap().items.is_empty());
    let floor = h.t.db.floor_counts(&second, Some(h.site)).await.unwrap();
    assert!(floor.len() == 1 && floor[0].mine && floor[0].recount);
    assert_eq!(refused(h.t.db.count_receipt(&second, &sheet.number).await), ("not_allowed", 403));
}

/// INV-5: a small loss is posted at once: to the count's world bin, its cost out of the layers, its value in the books.
#[tokio::test]
async fn a_small_loss_moves_stock_cost_and_books_together() {
    let h = House::open().await;
    let (id, status) = count(&h, &h.picker, "A01-01L-1", h.mug, 8).await;
    assert_eq!(status, Status::Done);
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 8);
    assert_eq!(
        h.t.count(&format!("movement where reason = 'count' and quantity = 2 and source_id = '{id}' and to_state = 'outside'"))
            .await,
        1
    );
    assert_eq!(
        h.t.count(&format!("gl_transfer where debit = '5100' and credit = '1200' and amount = 8 and source_id = '{id}'")).await,
        1
    );
    assert_eq!(
        h.t.count(&format!("stock_count where id = '{id}' and not in_tolerance and off_value = 8 and net_value = -8")).await,
        1
    );
    whole(&h).await;
}

/// INV-5: a gain comes in at what the units cost, with a layer of its own, and goes to whoever waits.
#[tokio::test]
async fn a_gain_comes_in_with_its_cost() {
    let h = House::open().await;
    let (id, status) = count(&h, &h.picker, "A01-01L-1", h.mug, 12).await;
    assert_eq!(status, Status::Done);
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 12);
    assert_eq!(h.t.count(&format!("cost_layer where source_id = '{id}' and quantity = 2 and value = 8")).await, 1);
    assert_eq!(
        h.t.count(&format!("gl_transfer where debit = '1200' and credit = '5100' and amount = 8 and source_id = '{id}'")).await,
        1
    );
    assert_eq!(h.t.count("outbox where topic = 'stock.counted'").await, 1, "backorders are looked at");
    whole(&h).await;
}

/// INV-5: what is in the bin and was not named is counted as none; what stands there by no book is found.
#[tokio::test]
async fn what_was_not_named_is_not_there() {
    let h = House::open().await;
    h.t.receive(h.site, h.cup, "A01-01L-1", 1).await;
    let tea = h.t.sku("TEA").await;
    let id = begin(&h, &h.picker, "A01-01L-1").await.unwrap();
    item(&h, &h.picker, id, h.mug, 10).await.unwrap();
    item(&h, &h.picker, id, tea, 1).await.unwrap();
    assert_eq!(finish(&h, &h.picker, id).await, Status::Done);
    let posted = "movement where reason = 'count' and quantity = 1";
    assert_eq!(h.t.count(&format!("{posted} and sku_id = '{}' and to_state = 'outside'", h.cup)).await, 1);
    assert_eq!(h.t.count(&format!("{posted} and sku_id = '{tea}' and from_state = 'outside'")).await, 1);
    whole(&h).await;
}

/// INV-5, GOV-2: a large difference is counted again by somebody else; agreed on and dear, it waits for a third, who has not counted.
#[tokio::test]
async fn a_dear_difference_takes_three_people() {
    let h = House::open().await;
    set(&h, |p| p.approve_value = Decimal::from(10)).await;
    let (id, status) = count(&h, &h.picker, "A01-01L-1", h.mug, 6).await;
    assert_eq!(status, Status::Recount);
    assert_eq!(h.t.count("movement where reason = 'count'").await, 0, "nothing is posted yet");
    assert_eq!(refused(begin(&h, &h.picker, "A01-01L-1").await), ("count_same_person", 403));
    let floor = h.t.db.floor_counts(&h.picker, Some(h.site)).await.unwrap();
    assert!(floor[0].barred, "and the list says so");
    // Whoever counts and may approve still does not approve their own.
    let chief = hand(&h, &[Role::Supervisor]);
    let (_, status) = count(&h, &chief, "A01-01L-1", h.mug, 6).await;
    assert_eq!(status, Status::Approval);
    let yes = DecideCount { count: id, approve: true, reason: "".into() };
    assert_eq!(refused(h.t.try_run(&chief, &yes).await), ("own_count", 403));
    assert_eq!(refused(h.t.try_run(&h.picker, &yes).await), ("not_allowed", 403));
    assert_eq!(refused(begin(&h, &hand(&h, &[Role::Picker]), "A01-01L-1").await), ("count_wrong_status", 409));
    let other = hand(&h, &[Role::Supervisor]);
    h.t.try_run(&other, &yes).await.expect("somebody who did not count agrees");
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 6);
    assert_eq!(refused(h.t.try_run(&other, &yes).await), ("count_wrong_status", 409));
    let receipt = h.t.db.count_receipt(&other, "cc-1001").await.unwrap();
    let told: Vec<_> =
        receipt.rounds.iter().map(|round| (round.round, round.lines[0].line.ledger, round.lines[0].line.counted)).collect();
    assert_eq!(told, [(1, 10, 6), (2, 10, 6)]);
    assert_eq!(receipt.posted, [("MUG".to_owned(), -4)]);
    assert_eq!((receipt.row.status, receipt.row.net_value), (Status::Done, Decimal::from(-16)));
    whole(&h).await;
}

/// INV-5: two who counted differently are told apart by a third; sent back, the bin is counted once more.
#[tokio::test]
async fn a_count_sent_back_is_counted_once_more() {
    let h = House::open().await;
    let (id, _) = count(&h, &h.picker, "A01-01L-1", h.mug, 6).await;
    let second = hand(&h, &[Role::Receiver]);
    assert_eq!(count(&h, &second, "A01-01L-1", h.mug, 9).await.1, Status::Approval, "they do not agree");
    let chief = hand(&h, &[Role::Supervisor]);
    let no = |why: &str| DecideCount { count: id, approve: false, reason: why.into() };
    assert_eq!(refused(h.t.try_run(&chief, &no(" ")).await), ("reason_missing", 422));
    h.t.try_run(&chief, &no("not_believed")).await.unwrap();
    assert_eq!(refused(begin(&h, &second, "A01-01L-1").await), ("count_same_person", 403));
    assert_eq!(count(&h, &h.picker, "A01-01L-1", h.mug, 9).await.1, Status::Done, "two agree now");
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 9);
    whole(&h).await;
}

/// INV-5: the difference is taken against the ledger at the scan. Units picked before it are known, units picked after it stay picked.
#[tokio::test]
async fn the_difference_is_against_the_ledger_at_the_scan() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 4)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    let there = if task.bin_code == "A01-01L-1" { 10 } else { 4 };
    let one = PickUnits { quantity: 1, ..full(&task, "LDS-T001") };
    let counter = hand(&h, &[Role::Receiver]);
    let id = begin(&h, &counter, &task.bin_code).await.unwrap();
    h.t.try_run(&h.picker, &one).await.expect("picking goes on");
    // Counted when one was gone: the ledger knows.
    item(&h, &counter, id, h.mug, there - 1).await.unwrap();
    h.t.try_run(&h.picker, &one).await.expect("picking goes on");
    assert_eq!(finish(&h, &counter, id).await, Status::Done);
    assert_eq!(h.t.count("movement where reason = 'count'").await, 0, "nothing was off");
    // Off by one, and picked from between the scan and the end.
    let id = begin(&h, &counter, &task.bin_code).await.unwrap();
    item(&h, &counter, id, h.mug, there - 3).await.unwrap();
    h.t.try_run(&h.picker, &one).await.expect("picking goes on");
    assert_eq!(finish(&h, &counter, id).await, Status::Done);
    assert_eq!(on_hand(&h, &task.bin_code, "sellable").await, i64::from(there) - 4, "three picked, one lost");
    whole(&h).await;
}

/// INV-5: four people pick while others count the same bin over and over: no count finds a difference that is none. Peer
/// OCA/stock-logistics-warehouse#2343, PR 1947: counting during picking blocked it, or corrupted both.
#[tokio::test]
async fn counting_while_picking_goes_on_finds_nothing_that_is_not_off() {
    let h = House::open().await;
    let bin = "A03-03L-1";
    h.t.receive(h.site, h.cup, bin, 60).await;
    h.t.run(&SetProgramme { site: h.site, programme: Programme { zero_check: false, ..Programme::opening() } }).await;
    for n in 0..4 {
        h.order(&format!("W-{n}"), &[(h.cup, 12)]).await;
    }
    let planned = h.t.run(&h.plan(1)).await;
    let pickers: Vec<Caller> = planned.trips.iter().map(|_| hand(&h, &[Role::Picker])).collect();
    let mut tasks = Vec::new();
    for (n, (trip, picker)) in planned.trips.iter().zip(&pickers).enumerate() {
        h.t.try_run(picker, &domain::floor::ClaimTrip { trip: *trip }).await.unwrap();
        let tote = format!("LDS-T{:03}", n + 1);
        h.t.try_run(picker, &domain::floor::BindTote { trip: *trip, slot: 1, code: tote.clone() }).await.unwrap();
        let sheet = h.t.db.trip_sheet(picker, *trip).await.unwrap();
        tasks.extend(sheet.tasks.into_iter().map(|task| (picker.clone(), task, tote.clone())));
    }
    let picking = futures::future::join_all(tasks.into_iter().map(async |(picker, task, tote)| {
        for _ in 0..task.quantity {
            let one = PickUnits { quantity: 1, ..full(&task, &tote) };
            h.t.db.run(&picker, CommandId::mint(), noon(), &one).await.expect("the pick is taken");
        }
    }));
    let counting = async {
        for _ in 0..12 {
            let counter = hand(&h, &[Role::Receiver]);
            let id = begin(&h, &counter, bin).await.expect("it can be counted");
            // Whoever looks sees what is there: what the ledger says in the same instant.
            let seen = on_hand(&h, bin, "sellable").await;
            item(&h, &counter, id, h.cup, i32::try_from(seen).unwrap()).await.unwrap();
            assert_eq!(finish(&h, &counter, id).await, Status::Done);
        }
    };
    futures::join!(picking, counting);
    assert_eq!(h.t.count("movement where reason = 'count'").await, 0, "nothing was off");
    assert_eq!(h.t.count("movement where reason = 'pick'").await, 48);
    assert_eq!(h.t.count("stock_count where in_tolerance").await, 12);
    whole(&h).await;
}

/// PCK-6, INV-5: a short pick opens the count of its bin in the same transaction; what it took out of sale is sold again as far as
/// it is found, and the case is closed.
#[tokio::test]
async fn a_short_pick_has_its_bin_counted() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 4)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    let there = if task.bin_code == "A01-01L-1" { 10 } else { 4 };
    h.t.try_run(&h.picker, &ShortPick { task: task.task, reason: ShortReason::Missing.into() }).await.unwrap();
    assert_eq!(h.t.count("stock_count where why = 'short_pick' and status = 'open' and note <> ''").await, 1);
    assert_eq!(
        h.t.count("command where kind = 'floor.short' and id in (select command_id from outbox where topic = 'count.opened')")
            .await,
        1
    );
    assert_eq!(on_hand(&h, &task.bin_code, "held").await, there, "what the book has there is doubted");
    let counter = hand(&h, &[Role::Receiver]);
    let found = i32::try_from(there).unwrap() - 1;
    assert_eq!(count(&h, &counter, &task.bin_code, h.mug, found).await.1, Status::Done);
    assert_eq!(on_hand(&h, &task.bin_code, "held").await, 0);
    assert_eq!(on_hand(&h, &task.bin_code, "sellable").await, i64::from(found), "three were there after all");
    assert_eq!(h.t.count("exception_case where kind = 'count_due' and resolved_at is null").await, 0);
    assert_eq!(h.t.count("stock_count_doubt").await, 0);
    whole(&h).await;
}

/// INV-5: a bin that is short again while it is counted is counted once more: what was doubted since is not answered.
#[tokio::test]
async fn a_pick_short_during_the_count_is_counted_again() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 4)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    let there = if task.bin_code == "A01-01L-1" { 10 } else { 4 };
    let counter = hand(&h, &[Role::Receiver]);
    let id = begin(&h, &counter, &task.bin_code).await.unwrap();
    item(&h, &counter, id, h.mug, there).await.unwrap();
    h.t.try_run(&h.picker, &ShortPick { task: task.task, reason: ShortReason::Missing.into() }).await.unwrap();
    assert_eq!(finish(&h, &counter, id).await, Status::Done);
    assert_eq!(on_hand(&h, &task.bin_code, "held").await, i64::from(there), "still doubted");
    assert_eq!(h.t.count("stock_count where status = 'open' and why = 'short_pick'").await, 1);
    assert_eq!(h.t.count("exception_case where kind = 'count_due' and resolved_at is null").await, 1);
    let (_, status) = count(&h, &hand(&h, &[Role::Picker]), &task.bin_code, h.mug, there).await;
    assert_eq!((status, on_hand(&h, &task.bin_code, "held").await), (Status::Done, 0));
    whole(&h).await;
}

/// INV-5, PCK-6: whoever empties a bin is asked whether it is empty; a yes is a count, goods booked in meanwhile make it no answer.
#[tokio::test]
async fn an_emptied_bin_prompts_a_zero_check() {
    let h = House::open().await;
    let tea = h.t.sku("TEA").await;
    h.t.receive(h.site, tea, "A03-03L-1", 3).await;
    h.order("W-1", &[(tea, 3)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    let two = PickUnits { quantity: 2, ..full(&task, "LDS-T001") };
    assert_eq!(h.t.try_run(&h.picker, &two).await.unwrap().zero_check, None, "one is left");
    let last = PickUnits { quantity: 1, ..full(&task, "LDS-T001") };
    let asked = h.t.try_run(&h.picker, &last).await.unwrap().zero_check.expect("the bin should be empty");
    assert_eq!(h.t.count("stock_count where why = 'zero_check' and status = 'open'").await, 1);
    h.t.receive(h.site, tea, "A03-03L-1", 1).await;
    let yes = ConfirmEmpty { count: asked };
    assert_eq!(refused(h.t.try_run(&h.picker, &yes).await), ("bin_filled", 409));
    let (_, status) = count(&h, &h.picker, "A03-03L-1", tea, 1).await;
    assert_eq!(status, Status::Done);
    assert_eq!(refused(h.t.try_run(&h.picker, &yes).await), ("count_wrong_status", 409));
    h.order("W-2", &[(tea, 1)]).await;
    let next = h.wave().await.trips[0];
    let task = h.t.db.trip_sheet(&h.picker, next).await.unwrap().tasks[0].clone();
    h.t.try_run(&h.picker, &domain::floor::ClaimTrip { trip: next }).await.unwrap();
    h.t.try_run(&h.picker, &domain::floor::BindTote { trip: next, slot: 1, code: "LDS-T009".into() }).await.unwrap();
    let asked = h.t.try_run(&h.picker, &full(&task, "LDS-T009")).await.unwrap().zero_check.expect("empty again");
    assert_eq!(h.t.try_run(&h.picker, &ConfirmEmpty { count: asked }).await.unwrap().status, Status::Done);
    assert_eq!(h.t.count("stock_count where why = 'zero_check' and status = 'done' and in_tolerance").await, 2);
    set(&h, |p| p.zero_check = false).await;
    whole(&h).await;
}

/// INV-5: a bin is one person's until they leave it; who may not count, or not here, is refused.
#[tokio::test]
async fn a_count_is_one_persons() {
    let h = House::open().await;
    let id = begin(&h, &h.picker, "A01-01L-1").await.unwrap();
    assert_eq!(begin(&h, &h.picker, "A01-01L-1").await.unwrap(), id, "again is the same");
    let other = hand(&h, &[Role::Receiver]);
    assert_eq!(refused(begin(&h, &other, "A01-01L-1").await), ("count_taken", 409));
    assert_eq!(refused(item(&h, &other, id, h.mug, 3).await), ("count_not_yours", 409));
    assert_eq!(refused(h.t.try_run(&other, &FinishCount { count: id }).await), ("count_not_yours", 409));
    assert_eq!(refused(h.t.try_run(&other, &LeaveCount { count: id }).await), ("count_not_yours", 409));
    assert_eq!(refused(item(&h, &h.picker, id, h.mug, -1).await), ("quantity_out_of_range", 422));
    assert_eq!(refused(item(&h, &h.picker, id, SkuId::mint(), 1).await), ("not_found", 404));
    assert_eq!(refused(begin(&h, &h.picker, "NOPE").await), ("invalid", 422));
    assert_eq!(refused(begin(&h, &h.picker, "STAGE").await), ("bin_not_counted", 409));
    assert_eq!(refused(begin(&h, &h.packer, "A01-01L-1").await), ("not_allowed", 403));
    let elsewhere = h.t.person(Role::Picker, Some(SiteId::mint()));
    assert_eq!(refused(begin(&h, &elsewhere, "A01-01L-1").await), ("not_allowed", 403));
    assert_eq!(refused(h.t.try_run(&elsewhere, &FinishCount { count: id }).await), ("not_allowed", 403));
    item(&h, &h.picker, id, h.mug, 3).await.unwrap();
    h.t.try_run(&h.picker, &LeaveCount { count: id }).await.unwrap();
    assert_eq!(begin(&h, &other, "A01-01L-1").await.unwrap(), id, "nobody counted it yet");
    assert!(h.t.db.count_sheet(&other, id).await.unwrap().items.is_empty(), "what was counted is forgotten");
    h.t.try_run(&hand(&h, &[Role::Planner, Role::Picker]), &LeaveCount { count: id }).await.expect("a planner frees a bin");
    assert_eq!(h.t.count("stock_count where status = 'open' and rounds = 0").await, 1);
}

/// INV-5: a person asks for a count; a bin that is to be counted already keeps the one it has.
#[tokio::test]
async fn a_bin_has_one_open_count() {
    let h = House::open().await;
    let planner = hand(&h, &[Role::Planner]);
    let ask = |note: &str| RequestCount {
        site: h.site,
        bin_code: "A01-01L-1".into(),
        reason: Given { code: "customer_says".into(), note: note.into() },
    };
    let id = h.t.try_run(&planner, &ask("A customer says so")).await.unwrap();
    assert_eq!(h.t.try_run(&planner, &ask("again")).await.unwrap(), id);
    assert_eq!(refused(h.t.try_run(&planner, &ask(&"x".repeat(501))).await), ("reason_note_too_long", 422));
    assert_eq!(refused(h.t.try_run(&h.picker, &ask("")).await), ("not_allowed", 403));
    let words_alone = Given { code: "".into(), note: "boxes fell".into() };
    let words_alone = RequestCount { site: h.site, bin_code: "A01-01L-1".into(), reason: words_alone };
    assert_eq!(refused(h.t.try_run(&planner, &words_alone).await), ("reason_missing", 422));
    let note = "stock_count where note = 'A customer says so: A customer says so'";
    assert_eq!(h.t.count(note).await, 1);
    let other = RequestCount { site: h.site, bin_code: "A02-05R-1".into(), reason: "looks_wrong".into() };
    let twins = futures::future::join_all((0..5).map(|_| h.t.try_run(&planner, &other))).await;
    let twins: HashSet<CountId> = twins.into_iter().map(Result::unwrap).collect();
    assert_eq!(twins.len(), 1, "at once, too");
    assert_eq!(begin(&h, &h.picker, "A01-01L-1").await.unwrap(), id);
    assert_eq!(h.t.count("stock_count").await, 2);
}
