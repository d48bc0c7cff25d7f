use sqlx::AssertSqlSafe;

use super::Check;
use super::business::Business;
use crate::live::sequencer::Candidate;
use crate::testkit::TestDb;

async fn breached(t: &TestDb) -> Vec<Check> {
    t.db.verify(t.org).await.expect("the checks run").into_iter().filter(|check| !check.holds()).collect()
}

/// INV-1, INV-2, FIN-2: a business that went through every stage breaks nothing.
#[tokio::test]
async fn a_business_that_went_through_every_stage_is_whole() {
    let b = Business::open().await;
    for begun in ["not yet sealed", "sealed"] {
        let broken = breached(&b.t).await;
        assert!(broken.is_empty(), "{begun}: {broken:#?}");
        sealed(&b.t).await;
    }
    assert_eq!(b.t.count("refund where status = 'paid'").await, 1, "there was money to check");
    assert_eq!(b.t.db.verify(b.t.org).await.unwrap().len(), 40, "new checks are planted below");
}

/// All that happened is numbered and sealed, as it is a moment later in every running server.
async fn sealed(t: &TestDb) {
    let candidate = Candidate::connect(&t.options).await.expect("the sequencer connects");
    let mut leader = candidate.try_lead().await.expect("the lease answers").unwrap_or_else(|_| panic!("the lease is free"));
    while leader.stamp().await.expect("stamping works") > 0 {}
    while leader.seal().await.expect("sealing works") > 0 {}
}

/// An owner's hand past every wall: constraints are dropped where they would stop the breach.
async fn plant(t: &TestDb, statements: &str) {
    for statement in statements.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        let planted = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&t.root).await.expect("the breach is planted");
        assert!(planted.rows_affected() > 0 || statement.starts_with("alter"), "nothing was planted by: {statement}");
    }
}

/// Plants one breach in a whole business and answers whether the check so named saw it.
async fn sees(name: &str, statements: impl FnOnce(&Business) -> String) {
    let b = Business::open().await;
    plant(&b.t, &statements(&b)).await;
    let broken = breached(&b.t).await;
    let seen = broken.iter().find(|check| check.name == name);
    let seen = seen.unwrap_or_else(|| panic!("“{name}” did not see it; broken: {broken:#?}"));
    assert!(!seen.sample.is_empty() && seen.sample.iter().all(|words| !words.is_empty()));
}

/// GOV-4: whoever rewrites what was done is found by the chain of seals.
#[tokio::test]
async fn an_altered_audit_row_is_seen() {
    let b = Business::open().await;
    sealed(&b.t).await;
    plant(&b.t, "update audit set device = 'another' where kind = 'floor.ship'").await;
    let broken = breached(&b.t).await;
    assert_eq!(broken.len(), 1, "{broken:#?}");
    assert_eq!((broken[0].id, broken[0].name), ("I6", "sealed audit rows are as they were sealed"));
    assert!(broken[0].sample[0].contains("is not what was sealed"), "{broken:#?}");
}

/// Each breach in a business, and a database, of its own.
macro_rules! planted {
    ($($test:ident $check:literal $statements:expr;)+) => {$(
        #[tokio::test]
        async fn $test() {
            sees($check, $statements).await;
        }
    )+};
}

planted! {
    a_balance_changed_by_hand_is_seen "a balance is the sum of its movements"
        |_| "update balance set on_hand = on_hand + 1 where allocated > 0".into();
    a_snapshot_changed_by_hand_is_seen "a snapshot of the stock is what its movements make"
        |_| "update stock_snapshot_line set on_hand = on_hand + 1 where nth = 1".into();
    a_movement_recorded_behind_a_snapshot_is_seen "a snapshot of the stock is what its movements make"
        |_| "update movement set recorded_at = '2020-01-01' where reason = 'return_receipt'".into();
    a_snapshot_that_forgot_some_is_seen "a snapshot of the stock is what its movements make"
        |_| "delete from stock_snapshot_line where nth = 2".into();
    units_out_of_nowhere_are_seen "units inside are those that came in less those that left"
        |_| "update movement set quantity = quantity + 1 where reason = 'ship'".into();
    allocated_without_an_allocation_is_seen "allocated is the sum of its allocations"
        |_| "update balance set allocated = allocated + 1 where on_hand > allocated and state = 'sellable'".into();
    reserved_without_a_reservation_is_seen "reserved is the sum of its reservations"
        |_| "update demand set reserved = reserved + 1".into();
    units_given_to_anothers_order_are_seen "an order is promised and given its owner's units, and no others"
        |b| format!("update sales_order set owner_id = gen_random_uuid() where id = '{}'", b.planned);
    allocating_what_is_not_there_is_seen "nothing is allocated that is not there"
        |_| "alter table balance drop constraint balance_allocated_within_on_hand;
             update balance set allocated = on_hand + 1 where state = 'sellable'".into();
    a_serial_in_two_places_is_seen "a serial is in one place"
        |b| format!("insert into balance (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, on_hand)
             select org_id, site_id, gen_random_uuid(), lpn_id, sku_id, owner_id, lot_id, '{}', state, 1 from
             (select * from balance limit 1) b, generate_series(1, 2)", b.sku);
    a_balance_that_its_rows_do_not_make_is_seen "balances derived anew are identical"
        |_| "update allocation set quantity = quantity - 1 where quantity > 1".into();
    refunding_more_than_captured_is_seen "no order gives back more than was captured"
        |_| "update payment set amount = 1".into();
    refunding_more_than_a_line_cost_is_seen "no line gives back more than it was sold for"
        |_| "update order_line set tax = 0; update order_line set unit_price = 1".into();
    a_refund_of_other_than_its_lines_is_seen "a refund is the sum of its lines less their fees"
        |_| "update refund set amount = amount + 1".into();
    more_back_than_shipped_is_seen "no more comes back than was shipped"
        |b| format!("update parcel_line set quantity = 1 where order_line_id = '{}'", b.returned_line);
    more_received_than_asked_is_seen "each depth of a return holds no more than the one above"
        |_| "update receipt_line set quantity = 9".into();
    more_inspected_than_received_is_seen "each depth of a return holds no more than the one above"
        |_| "update inspection set quantity = 9".into();
    a_transfer_changed_by_hand_is_seen "the inventory account is the value of the cost layers"
        |_| "update gl_transfer set amount = amount + 0.01 where credit = '1200'".into();
    a_layer_without_units_is_seen "cost layers hold the units that are owned"
        |_| "update cost_layer set remaining = remaining - 1".into();
    a_layer_worth_other_than_its_entries_is_seen "a cost layer is what it began with less what its entries took"
        |_| "update cost_layer set remaining_value = remaining_value - 0.01".into();
    a_receipt_that_is_not_owed_is_seen "received and not invoiced is what came in and was not billed"
        |_| "insert into gl_transfer (org_id, id, debit, credit, amount, currency, state, source_kind, source_id, period, command_id, occurred_at)
             select org_id, gen_random_uuid(), '2000', '5100', 1, currency, state, source_kind, source_id, period, command_id, occurred_at
             from gl_transfer limit 1".into();
    a_bill_owed_by_nobody_is_seen "accounts payable are the bills that match and are not paid, and what goods cost to get here"
        |_| "insert into gl_transfer (org_id, id, debit, credit, amount, currency, state, source_kind, source_id, period, command_id, occurred_at)
             select org_id, gen_random_uuid(), '5300', '2010', 1, currency, state, source_kind, source_id, period, command_id, occurred_at
             from gl_transfer limit 1".into();
    a_credit_of_nobody_is_seen "what suppliers owe is what they credited and was not taken off a payment"
        |_| "insert into gl_transfer (org_id, id, debit, credit, amount, currency, state, source_kind, source_id, period, command_id, occurred_at)
             select org_id, gen_random_uuid(), '1300', '5300', 1, currency, state, source_kind, source_id, period, command_id, occurred_at
             from gl_transfer limit 1".into();
    a_charge_shared_out_in_part_is_seen "a charge is shared out whole"
        |_| "insert into landed_cost (org_id, id, number, receipt_id, basis, recorded_by, recorded_at)
             select org_id, gen_random_uuid(), 'LC-1', id, 'value', gen_random_uuid(), now() from goods_receipt limit 1;
             insert into landed_charge (org_id, landed_id, kind, amount) select org_id, id, 'freight', 10 from landed_cost".into();
    a_capture_missing_on_the_books_is_seen "captured and voided payments are on the books, once"
        |_| "delete from gl_transfer where debit = '1000'".into();
    a_refund_paid_twice_is_seen "refunds payable is what was agreed and not yet paid"
        |_| "insert into gl_transfer (org_id, id, debit, credit, amount, currency, state, source_kind, source_id, period, command_id, occurred_at)
             select org_id, gen_random_uuid(), debit, credit, amount, currency, state, source_kind, source_id, period, command_id, occurred_at
             from gl_transfer where debit = '2200' and source_kind = 'refund'".into();
    revenue_short_of_the_price_is_seen "an order that left whole earned its whole price"
        |_| "delete from gl_transfer where debit = '2100' and credit = '2300'".into();
}

planted! {
    an_audit_row_taken_out_is_seen "every command has one audit row"
        |_| "delete from audit where kind = 'orders.place'".into();
    a_gap_between_seals_is_seen "seals follow each other without a gap, and what is announced is sealed once"
        |_| "insert into audit_seal (org_id, position, command_id, hash)
             select org_id, 2 * row_number() over (order by command_id) - 1, command_id, '' from audit".into();
    a_command_that_stands_twice_is_seen "a command took effect once"
        |_| "alter table command drop constraint command_pk cascade; insert into command select * from command limit 1".into();
    an_effect_of_a_refused_command_is_seen "every effect has its command, and a refused one had none"
        |_| "update audit set refused = true where kind = 'floor.ship'".into();
    an_effect_of_no_command_is_seen "every effect has its command, and a refused one had none"
        |_| "update cost_layer set command_id = gen_random_uuid()".into();
    a_hole_in_the_outbox_is_seen "outbox positions are dense, and end at the head"
        |_| "update outbox set position = n.position from
               (select id, 2 * row_number() over (order by id) as position from outbox) n where n.id = outbox.id".into();
    a_command_that_said_nothing_is_seen "every command was announced, and no follower is ahead of the outbox"
        |_| "delete from outbox where topic = 'parcel.shipped'".into();
    a_parcel_that_left_unpacked_is_seen "what was shipped was packed"
        |_| "alter table parcel drop constraint parcel_shipped_is_packed; update parcel set packed_at = null where shipped_at is not null".into();
    a_unit_shipped_but_not_packed_is_seen "what was shipped was packed"
        |b| format!("update parcel_line set quantity = 1 where order_line_id = '{}'", b.returned_line);
    a_unit_packed_but_not_picked_is_seen "what was packed was picked"
        |_| "update pick_task set quantity_picked = 0".into();
    a_refund_on_a_denied_return_is_seen "what was refunded was agreed by policy or by another person"
        |_| "update return_request set decision = 'denied'".into();
    a_refund_approved_by_its_proposer_is_seen "what was refunded was agreed by policy or by another person"
        |b| format!("alter table refund drop constraint refund_decided_by_another;
             update refund set needs_approval = true, decided_by = '{0}', proposed_by = '{0}'", b.sku);
    a_correction_decided_by_its_proposer_is_seen "what was counted or corrected was agreed by another person"
        |b| format!("insert into stock_adjustment (org_id, id, number, site_id, bin_id, sku_id, state, units, reason, note, value, status,
               proposed_by, proposed_at, expires_at, decided_by, decided_at)
             select org_id, gen_random_uuid(), 'AJ-9', site_id, id, '{0}', 'sellable', -1, 'stolen', '', 4, 'posted', '{0}', now(), now(),
               '{0}', now() from bin limit 1", b.sku);
    a_count_approved_by_its_counter_is_seen "what was counted or corrected was agreed by another person"
        |b| format!("update stock_count_round set person_id = '{0}'; update stock_count set decided_by = '{0}'", b.sku);
    a_difference_that_was_not_posted_is_seen "a count posted what its last round found"
        |_| "update stock_count_line set counted = counted + 1".into();
    a_promise_to_a_cancelled_order_is_seen "no promise outlives its time or its order"
        |b| format!("update sales_order set cancelled_at = now() where id = '{}'", b.waiting);
    a_promise_past_its_time_is_seen "no promise outlives its time or its order"
        |b| format!("update demand set reserved = reserved + 1;
             insert into reservation (org_id, id, order_line_id, site_id, sku_id, owner_id, quantity, expires_at)
             select d.org_id, gen_random_uuid(), '{}', site_id, sku_id, owner_id, 1, now() - interval '1 hour' from demand d", b.returned_line);
    a_line_given_more_than_it_asked_is_seen "an order line holds no more than it is owed"
        |b| format!("update order_line set quantity_cancelled = quantity where order_id = '{}'", b.waiting);
    a_task_without_its_units_is_seen "a task is walked in its own wave, for units that wait in its bin"
        |b| format!("delete from allocation a using order_line l where l.id = a.order_line_id and l.order_id = '{}'", b.planned);
    a_task_open_in_a_cancelled_wave_is_seen "a task is walked in its own wave, for units that wait in its bin"
        |_| "update wave set cancelled_at = now()".into();
}
