-- Goods that are looked at before they are sold, and stock on hold: who held it, and why.

-- Which receipts are inspected, and how much of each. A nil SKU or supplier is any.
create table inspection_plan (
    org_id uuid not null constraint inspection_plan_org references org (id),
    id uuid not null,
    sku_id uuid not null,
    supplier_id uuid not null,
    how text not null constraint inspection_plan_how check (how in ('all', 'nth', 'units', 'percent')),
    figure int not null,
    note text not null default '',
    set_by uuid not null,
    -- Every so-manieth receipt is counted from then.
    set_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint inspection_plan_pk primary key (org_id, id),
    constraint inspection_plan_of_unique unique (org_id, sku_id, supplier_id),
    constraint inspection_plan_of_something check (
        sku_id <> '00000000-0000-0000-0000-000000000000' or supplier_id <> '00000000-0000-0000-0000-000000000000')
);
select org_table('inspection_plan', 'select, insert, update, delete');

-- Units of one line of a receipt that are held until they were looked at. It grows with its receipt; how far it has come is derived.
create table goods_inspection (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    receipt_id uuid not null,
    line_id uuid not null,
    sku_id uuid not null,
    site_id uuid not null,
    -- Where the units wait, and where they go once released.
    bin_id uuid not null,
    landing_bin uuid not null,
    -- The plan as it was.
    how text not null constraint goods_inspection_how check (how in ('all', 'nth', 'units', 'percent')),
    figure int not null,
    note text not null default '',
    opened_at timestamptz not null,
    released_at timestamptz,
    released_by uuid not null default '00000000-0000-0000-0000-000000000000',
    recorded_at timestamptz not null default now(),
    constraint goods_inspection_pk primary key (org_id, id),
    constraint goods_inspection_number_unique unique (org_id, number),
    constraint goods_inspection_receipt foreign key (org_id, receipt_id) references goods_receipt (org_id, id),
    constraint goods_inspection_line foreign key (org_id, line_id) references purchase_line (org_id, id),
    constraint goods_inspection_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint goods_inspection_site foreign key (org_id, site_id) references site (org_id, id),
    constraint goods_inspection_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint goods_inspection_landing foreign key (org_id, landing_bin) references bin (org_id, id)
);
create unique index goods_inspection_open_unique on goods_inspection (org_id, receipt_id, line_id) where released_at is null;
create index goods_inspection_receipt_idx on goods_inspection (org_id, receipt_id);
create index goods_inspection_line_idx on goods_inspection (org_id, line_id);
create index goods_inspection_sku_idx on goods_inspection (org_id, sku_id);
create index goods_inspection_site_idx on goods_inspection (org_id, site_id, opened_at);
create index goods_inspection_bin_idx on goods_inspection (org_id, bin_id);
create index goods_inspection_landing_idx on goods_inspection (org_id, landing_bin);
select org_table('goods_inspection', 'select, insert, update');

alter table goods_receipt_line
    add column inspection_id uuid,
    add constraint goods_receipt_line_inspection foreign key (org_id, inspection_id) references goods_inspection (org_id, id);
create index goods_receipt_line_inspection_idx on goods_receipt_line (org_id, inspection_id);

create table goods_verdict (
    org_id uuid not null,
    id uuid not null,
    inspection_id uuid not null,
    quantity int not null constraint goods_verdict_quantity_positive check (quantity > 0),
    condition text not null constraint goods_verdict_condition check (condition in ('good', 'damaged', 'non_compliant')),
    fault text not null constraint goods_verdict_fault_known check (fault in ('', 'crushed', 'wet', 'broken', 'wrong_label', 'wrong_pack',
        'no_papers', 'not_as_ordered')),
    note text not null default '',
    judged_by uuid not null,
    judged_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint goods_verdict_pk primary key (org_id, id),
    constraint goods_verdict_inspection foreign key (org_id, inspection_id) references goods_inspection (org_id, id),
    constraint goods_verdict_fault_given check ((condition = 'good') = (fault = ''))
);
create index goods_verdict_inspection_idx on goods_verdict (org_id, inspection_id);
select org_table('goods_verdict', 'select, insert');

-- What came and what was judged, as every reader counts it.
create view goods_inspection_standing with (security_invoker = true) as
select i.org_id, i.id, c.came, v.accepted, v.rejected
from goods_inspection i
join lateral (
    select coalesce(sum(l.quantity), 0)::int as came from goods_receipt_line l
    where l.org_id = i.org_id and l.inspection_id = i.id
) c on true
join lateral (
    select coalesce(sum(v.quantity) filter (where v.condition = 'good'), 0)::int as accepted,
           coalesce(sum(v.quantity) filter (where v.condition <> 'good'), 0)::int as rejected
    from goods_verdict v where v.org_id = i.org_id and v.inspection_id = i.id
) v on true;
grant select on goods_inspection_standing to tideway_app;

-- Units taken out of sale, or put back: the source of their movement.
create table stock_hold (
    org_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    bin_id uuid not null,
    sku_id uuid not null,
    quantity int not null constraint stock_hold_quantity_positive check (quantity > 0),
    hold boolean not null,
    reason text not null constraint stock_hold_reason check (reason in ('looks_damaged', 'complaint', 'supplier_notice', 'wrong_label',
        'age_in_doubt', 'investigation', 'checked', 'held_in_error')),
    note text not null default '',
    done_by uuid not null,
    done_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint stock_hold_pk primary key (org_id, id),
    constraint stock_hold_site foreign key (org_id, site_id) references site (org_id, id),
    constraint stock_hold_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint stock_hold_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint stock_hold_reason_fits check (hold = (reason not in ('checked', 'held_in_error')))
);
create index stock_hold_site_idx on stock_hold (org_id, site_id);
create index stock_hold_bin_idx on stock_hold (org_id, bin_id, sku_id, done_at);
create index stock_hold_sku_idx on stock_hold (org_id, sku_id);
select org_table('stock_hold', 'select, insert');
