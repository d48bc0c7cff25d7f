use domain::counts::adjust::{AdjustStock, Adjusted, DecideAdjustment, Status as Stands, Why, WithdrawAdjustment};
use domain::ids::{AdjustmentId, CommandId};
use domain::sites::design::LockBin;
use domain::stock::State;

use super::*;

/// Mugs in their first bin, at 4.00 each.
fn mugs(h: &House, units: i32, reason: Why) -> AdjustStock {
    AdjustStock {
        site: h.site,
        bin_code: "a01-01l-1".into(),
        sku_code: "MUG-EAN".into(),
        marks: domain::lots::Marks::default(),
        state: State::Sellable,
        units,
        reason: reason.into(),
        note: " Shelf gave way ".into(),
    }
}

async fn propose(h: &House, who: &Caller, adjust: &AdjustStock) -> Adjusted {
    h.t.try_run(who, adjust).await.expect("the correction is taken")
}

fn decide(id: AdjustmentId, approve: bool, why: &str) -> DecideAdjustment {
    DecideAdjustment { id, approve, reason: why.into() }
}

/// INV-6: below the threshold a correction is posted at once: stock, cost and books together, each by its reason.
#[tokio::test]
async fn a_small_correction_is_posted_at_once() {
    let h = House::open().await;
    let receiver = hand(&h, &[Role::Receiver]);
    let done = propose(&h, &receiver, &mugs(&h, -2, Why::Damaged)).await;
    assert_eq!((done.status, done.value), (Stands::Posted, Decimal::from(8)));
    let of = |what: &str| format!("{what} and source_id = '{}'", done.id);
    assert_eq!(h.t.count(&of("movement where reason = 'scrap' and quantity = 2")).await, 1);
    assert_eq!(h.t.count(&of("gl_transfer where debit = '5200' and credit = '1200' and amount = 8")).await, 1);
    assert_eq!(h.t.count("stock_adjustment where note = 'Shelf gave way' and status = 'posted'").await, 1);
    let found = propose(&h, &receiver, &mugs(&h, 3, Why::Found)).await;
    let of = |what: &str| format!("{what} and source_id = '{}'", found.id);
    assert_eq!(h.t.count(&of("movement where reason = 'count' and quantity = 3")).await, 1);
    assert_eq!(h.t.count(&of("gl_transfer where debit = '1200' and credit = '5100' and amount = 12")).await, 1);
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 11);
    whole(&h).await;
}

/// INV-4: what was found is not booked into a locked bin; what is gone from it leaves the books all the same.
#[tokio::test]
async fn nothing_is_found_into_a_locked_bin() {
    let h = House::open().await;
    let receiver = hand(&h, &[Role::Receiver]);
    let bin = h.t.bin(h.site, "A01-01L-1").await;
    h.t.run(&LockBin { bin, locked: true, reason: "broken".into() }).await;
    assert_eq!(refused(h.t.try_run(&receiver, &mugs(&h, 3, Why::Found)).await), ("bin_locked", 409));
    let counted = begin(&h, &h.picker, "A01-01L-1").await.expect("a locked bin can be counted");
    item(&h, &h.picker, counted, h.mug, 12).await.expect("it is taken down");
    assert_eq!(refused(h.t.try_run(&h.picker, &FinishCount { count: counted }).await), ("bin_locked", 409));
    propose(&h, &receiver, &mugs(&h, -2, Why::Damaged)).await;
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 8);
    whole(&h).await;
}

/// INV-6: what does not fit is refused beside its field, and nothing changes.
#[tokio::test]
async fn what_does_not_fit_is_refused_beside_its_field() {
    let h = House::open().await;
    let receiver = hand(&h, &[Role::Receiver]);
    let field = async |adjust: AdjustStock| match h.t.try_run(&receiver, &adjust).await.unwrap_err() {
        Failure::Refused(refusal) => (refusal.status(), refusal.beside().map(str::to_owned).unwrap_or_default()),
        other => panic!("broken: {other}"),
    };
    let right = mugs(&h, -1, Why::Stolen);
    assert_eq!(field(AdjustStock { units: 0, ..right.clone() }).await, (422, "units".into()));
    assert_eq!(field(AdjustStock { reason: Why::Found.into(), ..right.clone() }).await, (422, "reason".into()));
    assert_eq!(field(AdjustStock { reason: "Fell off the lorry".into(), ..right.clone() }).await, (422, "reason".into()));
    assert_eq!(field(AdjustStock { reason: "complaint".into(), ..right.clone() }).await, (422, "reason".into()));
    assert_eq!(field(AdjustStock { bin_code: "NOPE".into(), ..right.clone() }).await, (422, "bin_code".into()));
    assert_eq!(field(AdjustStock { bin_code: "CUSTOMER".into(), ..right.clone() }).await, (422, "bin_code".into()));
    assert_eq!(field(AdjustStock { sku_code: "NOPE".into(), ..right.clone() }).await, (422, "sku_code".into()));
    assert_eq!(field(AdjustStock { units: -11, ..right.clone() }).await, (409, "quantity".into()));
    assert_eq!(field(AdjustStock { state: State::Damaged, ..right.clone() }).await, (409, "quantity".into()));
    assert_eq!(refused(h.t.try_run(&h.picker, &right).await), ("not_allowed", 403));
    assert_eq!(h.t.count("stock_adjustment").await, 0);
}

/// MDM-2: a reason of the org's own does what the standard one does that it counts as, and reads back in its own words.
#[tokio::test]
async fn a_reason_of_ones_own_counts_as_a_standard_one() {
    use domain::reasons::{AddReason, Process};
    let h = House::open().await;
    let (code, words) = ("moth_eaten".to_owned(), "Eaten by moths".to_owned());
    h.t.run(&AddReason { process: Process::Adjustment, code, words, means: "damaged".into() }).await;
    let moths = AdjustStock { reason: "moth_eaten".into(), ..mugs(&h, -2, Why::Damaged) };
    let receiver = hand(&h, &[Role::Receiver]);
    assert_eq!(propose(&h, &receiver, &moths).await.status, Stands::Posted);
    assert_eq!(h.t.count("gl_transfer where debit = '5200' and credit = '1200' and amount = 8").await, 1);
    let more = AdjustStock { units: 2, ..moths };
    assert_eq!(refused(h.t.try_run(&receiver, &more).await), ("adjustment_wrong_reason", 422));
    let list = h.t.db.adjustments(&h.t.system(), None, None, 1, noon()).await.unwrap();
    assert_eq!((list.rows[0].reason.0.as_str(), list.rows[0].reason_words.as_str()), ("moth_eaten", "Eaten by moths"));
    whole(&h).await;
}

/// INV-6, GOV-3: above the threshold it waits for somebody else; in small parts of a day it waits all the same. ✗ self-approval 403.
#[tokio::test]
async fn a_dear_correction_waits_for_somebody_else() {
    let h = House::open().await;
    set(&h, |p| p.adjust_value = Decimal::from(20)).await;
    let (chief, other) = (hand(&h, &[Role::Supervisor]), hand(&h, &[Role::Supervisor]));
    assert_eq!(propose(&h, &chief, &mugs(&h, -3, Why::Stolen)).await.status, Stands::Posted);
    let second = propose(&h, &chief, &mugs(&h, -3, Why::Stolen)).await;
    assert_eq!(second.status, Stands::Pending, "12 and 12 are more than 20");
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 7, "nothing moves until it is agreed to");
    assert_eq!(propose(&h, &other, &mugs(&h, -1, Why::Stolen)).await.status, Stands::Posted, "each has their own sum");
    assert_eq!(refused(h.t.try_run(&chief, &decide(second.id, true, "")).await), ("own_adjustment", 403));
    assert_eq!(refused(h.t.try_run(&hand(&h, &[Role::Receiver]), &decide(second.id, true, "")).await), ("not_allowed", 403));
    let list = h.t.db.adjustments(&chief, None, Some(Stands::Pending), 1, noon()).await.unwrap();
    assert_eq!((list.rows.len(), list.pending, list.rows[0].own, list.rows[0].value), (1, 1, true, Decimal::from(12)));
    assert_eq!(h.t.try_run(&other, &decide(second.id, true, "")).await.unwrap(), Stands::Posted);
    assert_eq!(on_hand(&h, "A01-01L-1", "sellable").await, 3);
    assert_eq!(refused(h.t.try_run(&other, &decide(second.id, true, "")).await), ("adjustment_decided", 409));
    whole(&h).await;
}

/// INV-6: a correction that waits is declined with words, taken back by who proposed it, or runs out.
#[tokio::test]
async fn a_waiting_correction_is_declined_taken_back_or_runs_out() {
    let h = House::open().await;
    set(&h, |p| (p.adjust_value, p.adjust_days) = (Decimal::ZERO, 2)).await;
    let (receiver, chief) = (hand(&h, &[Role::Receiver]), hand(&h, &[Role::Supervisor]));
    let declined = propose(&h, &receiver, &mugs(&h, -1, Why::Stolen)).await;
    assert_eq!(refused(h.t.try_run(&chief, &decide(declined.id, false, " ")).await), ("reason_missing", 422));
    assert_eq!(h.t.try_run(&chief, &decide(declined.id, false, "found_since")).await.unwrap(), Stands::Declined);
    let back = propose(&h, &receiver, &mugs(&h, -1, Why::Stolen)).await;
    let withdraw = WithdrawAdjustment { id: back.id };
    assert_eq!(refused(h.t.try_run(&hand(&h, &[Role::Receiver]), &withdraw).await), ("adjustment_not_yours", 403));
    h.t.try_run(&receiver, &withdraw).await.unwrap();
    assert_eq!(refused(h.t.try_run(&chief, &decide(back.id, true, "")).await), ("adjustment_decided", 409));
    let old = propose(&h, &receiver, &mugs(&h, -1, Why::Stolen)).await;
    let later = noon() + chrono::TimeDelta::days(2);
    let late = h.t.db.run(&chief, CommandId::mint(), later, &decide(old.id, true, "")).await;
    assert_eq!(refused(late), ("adjustment_expired", 409));
    let mine = h.t.db.adjustments(&receiver, None, None, 1, later).await.unwrap();
    let stands: HashSet<_> = mine.rows.iter().map(|row| row.status).collect();
    assert_eq!(stands, HashSet::from([Stands::Declined, Stands::Withdrawn, Stands::Expired]));
    assert_eq!((mine.pending, mine.rows.len()), (0, 3));
    assert_eq!(h.t.db.adjustments(&hand(&h, &[Role::Receiver]), None, None, 1, later).await.unwrap().rows, [], "only one's own");
    assert_eq!(h.t.count("movement where reason in ('count', 'scrap')").await, 0);
    whole(&h).await;
}

/// INV-6, ORD-3: a correction of more than is free frees what orders were given, and raises the shortage with it.
#[tokio::test]
async fn a_correction_of_more_than_is_free_frees_what_orders_were_given() {
    let h = House::open().await;
    let tea = h.t.sku("TEA").await;
    h.t.receive(h.site, tea, "A03-03L-1", 4).await;
    let order = h.order("W-1", &[(tea, 3)]).await;
    let gone = AdjustStock { bin_code: "A03-03L-1".into(), sku_code: "TEA".into(), ..mugs(&h, -2, Why::Misplaced) };
    assert_eq!(propose(&h, &hand(&h, &[Role::Receiver]), &gone).await.status, Stands::Posted);
    assert_eq!(h.t.count(&format!("exception_case where kind = 'backorder' and subject_id = '{order}'")).await, 1);
    assert_eq!(h.t.count(&format!("allocation where sku_id = '{tea}' and quantity = 2")).await, 1);
    whole(&h).await;
}

/// GOV-3: sent at once, they do not slip below the threshold together.
#[tokio::test]
async fn corrections_sent_at_once_are_summed() {
    let h = House::open().await;
    set(&h, |p| p.adjust_value = Decimal::from(8)).await;
    let receiver = hand(&h, &[Role::Receiver]);
    let twins = (0..5).map(|_| mugs(&h, -1, Why::Stolen)).collect::<Vec<_>>();
    let done = futures::future::join_all(twins.iter().map(|adjust| h.t.try_run(&receiver, adjust))).await;
    let posted = done.into_iter().filter(|done| done.as_ref().unwrap().status == Stands::Posted).count();
    assert_eq!(posted, 2);
    whole(&h).await;
}
