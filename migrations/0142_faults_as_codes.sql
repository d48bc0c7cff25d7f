-- Why goods are claimed, why a pick is short and why a bin is counted are reason codes too: an org's own beside the standard ones. What is
-- kept of them is a code of its process, so its form is checked here and the rest by whoever gives it.

alter table reason_code drop constraint reason_code_process;
alter table reason_code add constraint reason_code_process check (process in
    ('adjustment', 'hold', 'transfer_variance', 'order_cancel', 'wave_override', 'disposition_override', 'refund_decline',
     'purchase_cancel', 'transfer_cancel', 'putaway_elsewhere', 'count_again', 'adjustment_decline', 'change_refuse',
     'lot_recall', 'lot_release', 'over_refuse', 'bill_agree', 'bill_reject', 'return_deny', 'bin_lock',
     'damage', 'non_compliance', 'shortage', 'short_pick', 'count_request'));

alter table pick_task drop constraint pick_task_short_reason_known;
alter table pick_task add constraint pick_task_short_reason_form check (short_reason ~ '^([a-z][a-z0-9_]{1,39})?$') not valid;
alter table pick_task validate constraint pick_task_short_reason_form;
alter table replenish_task drop constraint replenish_task_short_reason;
alter table replenish_task add constraint replenish_task_short_reason_form
    check (short_reason ~ '^([a-z][a-z0-9_]{1,39})?$') not valid;
alter table replenish_task validate constraint replenish_task_short_reason_form;
alter table over_delivery drop constraint over_delivery_fault_known;
alter table over_delivery add constraint over_delivery_fault_form check (fault ~ '^([a-z][a-z0-9_]{1,39})?$') not valid;
alter table over_delivery validate constraint over_delivery_fault_form;
alter table supplier_claim drop constraint supplier_claim_fault_known;
alter table supplier_claim add constraint supplier_claim_fault_form check (fault ~ '^[a-z][a-z0-9_]{1,39}$') not valid;
alter table supplier_claim validate constraint supplier_claim_fault_form;
alter table goods_verdict drop constraint goods_verdict_fault_known;
alter table goods_verdict add constraint goods_verdict_fault_form check (fault ~ '^([a-z][a-z0-9_]{1,39})?$') not valid;
alter table goods_verdict validate constraint goods_verdict_fault_form;
