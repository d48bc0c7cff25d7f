-- Returns: request → line → receipt → inspection → disposition → refund. Each depth sums to no more than the one above.

create table return_policy (
    org_id uuid not null constraint return_policy_org references org (id),
    id uuid not null,
    version int not null,
    effective_from timestamptz not null,
    effective_to timestamptz,
    -- domain::returns::policy::Policy
    body jsonb not null,
    created_at timestamptz not null default now(),
    constraint return_policy_pk primary key (org_id, id),
    constraint return_policy_version_unique unique (org_id, version),
    constraint return_policy_dates check (effective_to is null or effective_to > effective_from)
);
select org_table('return_policy', 'select, insert, update');

create table return_request (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    order_id uuid not null,
    source text not null constraint return_request_source check (source in ('portal', 'staff', 'api', 'import')),
    decision text not null constraint return_request_decision check (decision in ('approved', 'review', 'denied')),
    policy_id uuid not null,
    requested_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid not null default '00000000-0000-0000-0000-000000000000',
    cancelled_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint return_request_pk primary key (org_id, id),
    constraint return_request_number_unique unique (org_id, number),
    constraint return_request_order foreign key (org_id, order_id) references sales_order (org_id, id),
    constraint return_request_policy foreign key (org_id, policy_id) references return_policy (org_id, id)
);
create index return_request_order_idx on return_request (org_id, order_id);
create index return_request_policy_idx on return_request (org_id, policy_id);
create index return_request_requested_idx on return_request (org_id, requested_at desc, id);
select org_table('return_request', 'select, insert, update');

create table return_line (
    org_id uuid not null,
    id uuid not null,
    return_id uuid not null,
    order_line_id uuid not null,
    quantity int not null constraint return_line_quantity_positive check (quantity > 0),
    reason text not null constraint return_line_reason check (reason in
        ('unknown', 'defective', 'not_as_described', 'wrong_item', 'unwanted', 'size_too_small', 'size_too_large', 'style', 'color',
         'other')),
    note text not null default '' constraint return_line_note_length check (length(note) <= 300),
    resolution text not null constraint return_line_resolution check (resolution in ('refund', 'exchange', 'credit')),
    constraint return_line_pk primary key (org_id, id),
    constraint return_line_return foreign key (org_id, return_id) references return_request (org_id, id),
    constraint return_line_order_line foreign key (org_id, order_line_id) references order_line (org_id, id)
);
create index return_line_return_idx on return_line (org_id, return_id);
create index return_line_order_line_idx on return_line (org_id, order_line_id);
select org_table('return_line', 'select, insert, update');

-- Units that came through the door for a return line.
create table receipt_line (
    org_id uuid not null,
    id uuid not null,
    return_line_id uuid not null,
    site_id uuid not null,
    bin_id uuid not null,
    quantity int not null constraint receipt_line_quantity_positive check (quantity > 0),
    received_by uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint receipt_line_pk primary key (org_id, id),
    constraint receipt_line_return_line foreign key (org_id, return_line_id) references return_line (org_id, id),
    constraint receipt_line_bin foreign key (org_id, bin_id) references bin (org_id, id)
);
create index receipt_line_return_line_idx on receipt_line (org_id, return_line_id);
create index receipt_line_bin_idx on receipt_line (org_id, bin_id);
select org_table('receipt_line', 'select, insert');

-- A parcel nobody announced: an unidentified return, never limbo.
create table unidentified_return (
    org_id uuid not null constraint unidentified_return_org references org (id),
    id uuid not null,
    number text not null,
    site_id uuid not null,
    scanned text not null,
    note text not null default '',
    received_by uuid not null,
    occurred_at timestamptz not null,
    -- The return it turned out to be.
    return_id uuid,
    recorded_at timestamptz not null default now(),
    constraint unidentified_return_pk primary key (org_id, id),
    constraint unidentified_return_number_unique unique (org_id, number),
    constraint unidentified_return_site foreign key (org_id, site_id) references site (org_id, id),
    constraint unidentified_return_return foreign key (org_id, return_id) references return_request (org_id, id)
);
create index unidentified_return_site_idx on unidentified_return (org_id, site_id);
create index unidentified_return_return_idx on unidentified_return (org_id, return_id);
select org_table('unidentified_return', 'select, insert, update');

create table inspection (
    org_id uuid not null,
    id uuid not null,
    receipt_line_id uuid not null,
    quantity int not null constraint inspection_quantity_positive check (quantity > 0),
    grade text not null constraint inspection_grade check (grade in ('A', 'B', 'C', 'D')),
    -- The category's checklist with its answers.
    checklist jsonb not null,
    note text not null default '',
    inspected_by uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint inspection_pk primary key (org_id, id),
    constraint inspection_receipt_line foreign key (org_id, receipt_line_id) references receipt_line (org_id, id)
);
create index inspection_receipt_line_idx on inspection (org_id, receipt_line_id);
select org_table('inspection', 'select, insert');

create table disposition (
    org_id uuid not null,
    id uuid not null,
    inspection_id uuid not null,
    kind text not null constraint disposition_kind check (kind in ('resale', 'refurbish', 'quarantine', 'dispose', 'vendor_claim')),
    bin_id uuid not null,
    -- Why not what the matrix proposed; empty when it was followed.
    override_reason text not null default '',
    decided_by uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint disposition_pk primary key (org_id, id),
    constraint disposition_inspection_unique unique (org_id, inspection_id),
    constraint disposition_inspection foreign key (org_id, inspection_id) references inspection (org_id, id)
);
select org_table('disposition', 'select, insert');

-- Money back. The proposal holds pending GL transfers; approval posts them; a job pays with the refund's id as the key.
create table refund (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    order_id uuid not null,
    return_id uuid not null,
    kind text not null constraint refund_kind check (kind in ('refund', 'credit')),
    amount numeric(19,4) not null constraint refund_amount_positive check (amount > 0),
    currency text not null constraint refund_currency_form check (currency ~ '^[A-Z]{3}$'),
    status text not null constraint refund_status check (status in
        ('proposed', 'approved', 'paying', 'unknown', 'paid', 'failed', 'declined')),
    -- Above the threshold someone else decides.
    needs_approval boolean not null,
    proposed_by uuid not null,
    proposed_at timestamptz not null,
    decided_by uuid not null default '00000000-0000-0000-0000-000000000000',
    decided_at timestamptz,
    decline_reason text not null default '',
    provider_ref text not null default '',
    failure text not null default '',
    paid_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint refund_pk primary key (org_id, id),
    constraint refund_number_unique unique (org_id, number),
    constraint refund_order foreign key (org_id, order_id) references sales_order (org_id, id),
    constraint refund_return foreign key (org_id, return_id) references return_request (org_id, id),
    constraint refund_decided_by_another check (
        not needs_approval or decided_at is null or decided_by <> proposed_by
        or decided_by = '00000000-0000-0000-0000-000000000000')
);
create index refund_order_idx on refund (org_id, order_id);
create index refund_return_idx on refund (org_id, return_id);
create index refund_open_idx on refund (org_id, status, proposed_at);
select org_table('refund', 'select, insert, update');

create table refund_line (
    org_id uuid not null,
    id uuid not null,
    refund_id uuid not null,
    -- The units it pays for; a shipping refund names no line (nil).
    inspection_id uuid not null,
    order_line_id uuid not null,
    quantity int not null constraint refund_line_quantity_positive check (quantity > 0),
    -- Gross share of the line after its discount share; `tax` is within it; fees are subtracted.
    amount numeric(19,4) not null constraint refund_line_amount_not_negative check (amount >= 0),
    tax numeric(19,4) not null constraint refund_line_tax_range check (tax between 0 and amount),
    fee numeric(19,4) not null default 0 constraint refund_line_fee_range check (fee between 0 and amount),
    constraint refund_line_pk primary key (org_id, id),
    constraint refund_line_refund foreign key (org_id, refund_id) references refund (org_id, id),
    constraint refund_line_order_line foreign key (org_id, order_line_id) references order_line (org_id, id),
    constraint refund_line_inspection foreign key (org_id, inspection_id) references inspection (org_id, id)
);
create index refund_line_refund_idx on refund_line (org_id, refund_id);
create index refund_line_order_line_idx on refund_line (org_id, order_line_id);
create index refund_line_inspection_idx on refund_line (org_id, inspection_id);
select org_table('refund_line', 'select, insert');

-- Where each return stands, and since when: derived from its rows, defined here once. Codes are domain::returns::Stage.
create view return_standing with (security_invoker = true) as
select r.org_id, r.id, l.units, l.units_received, l.units_inspected,
    case
        when r.cancelled_at is not null then 'cancelled'
        when r.decision = 'denied' then 'denied'
        when r.decision = 'review' then 'review'
        when l.units_received > l.units_inspected then 'to_inspect'
        when f.open then 'refunding'
        when l.units_received < l.units then 'awaiting'
        else 'done'
    end as stage,
    case
        when r.cancelled_at is not null then r.cancelled_at
        when r.decision = 'denied' then coalesce(r.decided_at, r.requested_at)
        when r.decision = 'review' then r.requested_at
        when l.units_received > l.units_inspected then l.received_at
        when f.open then f.proposed_at
        when l.units_received < l.units then coalesce(r.decided_at, r.requested_at)
        else greatest(l.inspected_at, f.paid_at)
    end as since,
    l.received_at, l.inspected_at, f.paid_at
from return_request r
join lateral (
    select sum(rl.quantity)::int as units, coalesce(sum(c.received), 0)::int as units_received,
           coalesce(sum(c.inspected), 0)::int as units_inspected,
           -- The oldest still waiting for the bench, else the last that came.
           coalesce(min(c.waiting_since), max(c.received_at)) as received_at, max(c.inspected_at) as inspected_at
    from return_line rl
    left join lateral (
        select sum(x.quantity) as received, sum(i.inspected) as inspected, max(x.occurred_at) as received_at,
               min(x.occurred_at) filter (where x.quantity > coalesce(i.inspected, 0)) as waiting_since,
               max(i.inspected_at) as inspected_at
        from receipt_line x
        left join lateral (
            select sum(n.quantity) as inspected, max(n.occurred_at) as inspected_at from inspection n
            where n.org_id = x.org_id and n.receipt_line_id = x.id
        ) i on true
        where x.org_id = rl.org_id and x.return_line_id = rl.id
    ) c on true
    where rl.org_id = r.org_id and rl.return_id = r.id
) l on true
left join lateral (
    select bool_or(f.status in ('proposed', 'approved', 'paying', 'unknown', 'failed')) as open,
           min(f.proposed_at) filter (where f.status in ('proposed', 'approved', 'paying', 'unknown', 'failed')) as proposed_at,
           max(f.paid_at) as paid_at
    from refund f where f.org_id = r.org_id and f.return_id = r.id
) f on true;
grant select on return_standing to tideway_app;
