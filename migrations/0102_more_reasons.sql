-- More that is done for a reason: recalls, what is sent back to a supplier, bills, denied returns, locked bins.

alter table reason_code drop constraint reason_code_process;
alter table reason_code add constraint reason_code_process check (process in
    ('adjustment', 'hold', 'transfer_variance', 'order_cancel', 'wave_override', 'disposition_override', 'refund_decline',
     'purchase_cancel', 'transfer_cancel', 'putaway_elsewhere', 'count_again', 'adjustment_decline', 'change_refuse',
     'lot_recall', 'lot_release', 'over_refuse', 'bill_agree', 'bill_reject', 'return_deny', 'bin_lock'));
