-- Corrections of stock by hand. Below the site's threshold they are posted at once; above it they wait for somebody else until they run out.

create table stock_adjustment (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    site_id uuid not null,
    bin_id uuid not null,
    sku_id uuid not null,
    state text not null constraint stock_adjustment_state check (state in
        ('sellable', 'held', 'quarantined', 'damaged', 'returned')),
    -- More than there was, or fewer.
    units int not null constraint stock_adjustment_units_some check (units <> 0),
    -- domain::counts::adjust::Why
    reason text not null constraint stock_adjustment_reason check (reason in
        ('found', 'misplaced', 'booking_error', 'damaged', 'expired', 'stolen', 'used_inside')),
    note text not null,
    -- By what the units cost: guessed when proposed, exact once posted.
    value numeric(19,4) not null constraint stock_adjustment_value_not_negative check (value >= 0),
    status text not null constraint stock_adjustment_status check (status in ('pending', 'posted', 'declined', 'withdrawn')),
    proposed_by uuid not null,
    proposed_at timestamptz not null,
    expires_at timestamptz not null,
    decided_by uuid not null default '00000000-0000-0000-0000-000000000000',
    decided_at timestamptz,
    decline_note text not null default '',
    recorded_at timestamptz not null default now(),
    constraint stock_adjustment_pk primary key (org_id, id),
    constraint stock_adjustment_number_unique unique (org_id, number),
    constraint stock_adjustment_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint stock_adjustment_site foreign key (org_id, site_id) references site (org_id, id),
    constraint stock_adjustment_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint stock_adjustment_decided check ((status = 'pending') = (decided_at is null))
);
create index stock_adjustment_bin_idx on stock_adjustment (org_id, bin_id);
create index stock_adjustment_sku_idx on stock_adjustment (org_id, sku_id);
create index stock_adjustment_site_idx on stock_adjustment (org_id, site_id, proposed_at desc);
create index stock_adjustment_person_idx on stock_adjustment (org_id, proposed_by, proposed_at);
select org_table('stock_adjustment', 'select, insert, update');
