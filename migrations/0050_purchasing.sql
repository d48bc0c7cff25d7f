-- Buying: suppliers with what they ask, and orders to them. How far an order has come is derived from its lines, never stored.

create table supplier (
    org_id uuid not null constraint supplier_org references org (id),
    id uuid not null,
    code text not null constraint supplier_code_form check (code ~ '^[A-Z0-9-]{2,20}$'),
    name text not null constraint supplier_name_given check (length(btrim(name)) > 0),
    email text not null default '',
    -- Days from ordering to the dock.
    lead_days int not null constraint supplier_lead_days_range check (lead_days between 0 and 365),
    -- How much more than ordered is taken without asking; null = as the org's rules say.
    over_percent int constraint supplier_over_percent_range check (over_percent between 0 and 100),
    active boolean not null default true,
    created_at timestamptz not null default now(),
    constraint supplier_pk primary key (org_id, id),
    constraint supplier_code_unique unique (org_id, code)
);
select org_table('supplier', 'select, insert, update');

-- What one unit costs when at least so many are ordered.
create table supplier_price (
    org_id uuid not null,
    supplier_id uuid not null,
    sku_id uuid not null,
    min_quantity int not null constraint supplier_price_quantity_positive check (min_quantity > 0),
    unit_cost numeric(19,4) not null constraint supplier_price_cost_not_negative check (unit_cost >= 0),
    constraint supplier_price_pk primary key (org_id, supplier_id, sku_id, min_quantity),
    constraint supplier_price_supplier foreign key (org_id, supplier_id) references supplier (org_id, id),
    constraint supplier_price_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index supplier_price_sku_idx on supplier_price (org_id, sku_id);
select org_table('supplier_price', 'select, insert, update, delete');

-- What an org asks of its buying, as effective-dated versions: decisions cite theirs.
create table purchasing_rules (
    org_id uuid not null constraint purchasing_rules_org references org (id),
    version int not null,
    -- Orders above this need somebody else's yes.
    approve_above_amount numeric(19,4) not null constraint purchasing_rules_amount_not_negative check (approve_above_amount >= 0),
    over_percent int not null constraint purchasing_rules_over_percent_range check (over_percent between 0 and 100),
    effective_from timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint purchasing_rules_pk primary key (org_id, version)
);
select org_table('purchasing_rules', 'select, insert');

create table purchase_order (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    supplier_id uuid not null,
    site_id uuid not null,
    -- The day it is due begins then, by the site's clock.
    due_at timestamptz not null,
    note text not null default '',
    -- Rises with each writing: who approves says what was seen.
    revision int not null constraint purchase_order_revision_positive check (revision > 0),
    -- All who wrote it; nil = the system.
    writers uuid[] not null,
    written_at timestamptz not null,
    needs_another boolean not null default false,
    approved_at timestamptz,
    approved_by uuid not null default '00000000-0000-0000-0000-000000000000',
    cancelled_at timestamptz,
    cancelled_why text not null default '',
    recorded_at timestamptz not null default now(),
    constraint purchase_order_pk primary key (org_id, id),
    constraint purchase_order_number_unique unique (org_id, number),
    constraint purchase_order_supplier foreign key (org_id, supplier_id) references supplier (org_id, id),
    constraint purchase_order_site foreign key (org_id, site_id) references site (org_id, id),
    constraint purchase_order_approved_by_another check (
        not needs_another or approved_at is null or approved_by <> all (writers)
        or approved_by = '00000000-0000-0000-0000-000000000000')
);
create index purchase_order_supplier_idx on purchase_order (org_id, supplier_id);
create index purchase_order_site_idx on purchase_order (org_id, site_id, due_at);
create index purchase_order_written_idx on purchase_order (org_id, written_at desc, id);
select org_table('purchase_order', 'select, insert, update');

-- One line a SKU. A draft's lines are rewritten; an approved order's stay.
create table purchase_line (
    org_id uuid not null,
    id uuid not null,
    order_id uuid not null,
    line_no int not null constraint purchase_line_no_positive check (line_no > 0),
    sku_id uuid not null,
    quantity int not null constraint purchase_line_quantity_positive check (quantity > 0),
    unit_cost numeric(19,4) not null constraint purchase_line_cost_not_negative check (unit_cost >= 0),
    -- As the supplier's; null = as the supplier's.
    over_percent int constraint purchase_line_over_percent_range check (over_percent between 0 and 100),
    -- Closed short: no more is awaited.
    closed_at timestamptz,
    constraint purchase_line_pk primary key (org_id, id),
    constraint purchase_line_no_unique unique (org_id, order_id, line_no),
    constraint purchase_line_sku_unique unique (org_id, order_id, sku_id),
    constraint purchase_line_order foreign key (org_id, order_id) references purchase_order (org_id, id),
    constraint purchase_line_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index purchase_line_sku_idx on purchase_line (org_id, sku_id);
select org_table('purchase_line', 'select, insert, update, delete');

-- A delivery the supplier announced, with its appointment at a dock. Where it stands follows from its moments and its receipts.
create table delivery (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    order_id uuid not null,
    site_id uuid not null,
    dock_id uuid not null,
    slot_from timestamptz not null,
    slot_to timestamptz not null,
    carrier text not null default '',
    reference text not null default '',
    booked_at timestamptz not null,
    arrived_at timestamptz,
    done_at timestamptz,
    cancelled_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint delivery_pk primary key (org_id, id),
    constraint delivery_number_unique unique (org_id, number),
    constraint delivery_order foreign key (org_id, order_id) references purchase_order (org_id, id),
    constraint delivery_site foreign key (org_id, site_id) references site (org_id, id),
    constraint delivery_dock foreign key (org_id, dock_id) references bin (org_id, id),
    constraint delivery_slot_ends_after_start check (slot_to > slot_from),
    constraint delivery_done_has_arrived check (done_at is null or arrived_at is not null),
    constraint delivery_cancelled_never_came check (cancelled_at is null or arrived_at is null)
);
create index delivery_order_idx on delivery (org_id, order_id);
create index delivery_site_idx on delivery (org_id, site_id, slot_from);
create index delivery_dock_idx on delivery (org_id, dock_id, slot_from);
select org_table('delivery', 'select, insert, update');

create table delivery_line (
    org_id uuid not null,
    delivery_id uuid not null,
    line_id uuid not null,
    quantity int not null constraint delivery_line_quantity_positive check (quantity > 0),
    constraint delivery_line_pk primary key (org_id, delivery_id, line_id),
    constraint delivery_line_delivery foreign key (org_id, delivery_id) references delivery (org_id, id),
    constraint delivery_line_line foreign key (org_id, line_id) references purchase_line (org_id, id)
);
create index delivery_line_line_idx on delivery_line (org_id, line_id);
select org_table('delivery_line', 'select, insert');

-- A receipt says which order it is of, and which delivery; each of its lines, which line.
alter table goods_receipt
    add column order_id uuid,
    add column delivery_id uuid,
    add constraint goods_receipt_order foreign key (org_id, order_id) references purchase_order (org_id, id),
    add constraint goods_receipt_delivery foreign key (org_id, delivery_id) references delivery (org_id, id);
create index goods_receipt_order_idx on goods_receipt (org_id, order_id);
create index goods_receipt_delivery_idx on goods_receipt (org_id, delivery_id);
alter table goods_receipt_line
    add column line_id uuid,
    add column condition text not null default 'good'
        constraint goods_receipt_line_condition check (condition in ('good', 'damaged', 'non_compliant')),
    add column received_by uuid not null default '00000000-0000-0000-0000-000000000000',
    add constraint goods_receipt_line_line foreign key (org_id, line_id) references purchase_line (org_id, id);
create index goods_receipt_line_line_idx on goods_receipt_line (org_id, line_id);

-- What is still awaited of each line, and where each order stands. Codes are domain::purchasing::Standing.
create view purchase_line_standing with (security_invoker = true) as
select l.org_id, l.id, l.order_id, l.line_no, l.sku_id, l.quantity, l.unit_cost, l.over_percent, l.closed_at,
    coalesce(r.units, 0)::int as received,
    case when l.closed_at is not null then 0 else greatest(l.quantity - coalesce(r.units, 0), 0) end::int as awaited
from purchase_line l
left join lateral (
    select sum(g.quantity) as units from goods_receipt_line g where g.org_id = l.org_id and g.line_id = l.id
) r on true;
create view purchase_order_standing with (security_invoker = true) as
select o.org_id, o.id, l.units, l.received, l.awaited, l.total_amount,
    case
        when o.cancelled_at is not null then 'cancelled'
        when o.approved_at is null then 'draft'
        when l.awaited = 0 then 'closed'
        when l.received > 0 or l.closed_lines > 0 then 'partial'
        else 'approved'
    end as standing
from purchase_order o
join lateral (
    select coalesce(sum(s.quantity), 0)::bigint as units, coalesce(sum(s.received), 0)::bigint as received,
           coalesce(sum(s.awaited), 0)::bigint as awaited, coalesce(sum(s.quantity * s.unit_cost), 0) as total_amount,
           count(*) filter (where s.closed_at is not null) as closed_lines
    from purchase_line_standing s where s.org_id = o.org_id and s.order_id = o.id
) l on true;
grant select on purchase_line_standing, purchase_order_standing to tideway_app;
