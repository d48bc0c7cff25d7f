-- Waves: which orders are walked for together, by whom, in what order.

create table wave (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    site_id uuid not null,
    method text not null constraint wave_method check (method in ('single', 'cluster')),
    -- Predicted, and the same orders first-in-first-out by S-shape.
    metres int not null,
    metres_fifo int not null,
    planned_at timestamptz not null,
    planned_by uuid not null,
    released_at timestamptz,
    cancelled_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint wave_pk primary key (org_id, id),
    constraint wave_number_unique unique (org_id, number),
    constraint wave_site foreign key (org_id, site_id) references site (org_id, id)
);
create index wave_site_idx on wave (org_id, site_id, planned_at desc);
select org_table('wave', 'select, insert, update');

-- One cart's walk.
create table trip (
    org_id uuid not null,
    id uuid not null,
    wave_id uuid not null,
    trip_no int not null,
    metres int not null,
    seconds int not null,
    -- Who walks it; nil = nobody yet.
    person_id uuid not null default '00000000-0000-0000-0000-000000000000',
    claimed_at timestamptz,
    -- Bumped by every scan: a second tablet sees that it is stale.
    version int not null default 0,
    constraint trip_pk primary key (org_id, id),
    constraint trip_no_unique unique (org_id, wave_id, trip_no),
    constraint trip_wave foreign key (org_id, wave_id) references wave (org_id, id)
);
select org_table('trip', 'select, insert, update');

-- A tote on the cart is bound to one order (the first scan binds it).
create table trip_slot (
    org_id uuid not null,
    trip_id uuid not null,
    slot_no int not null,
    order_id uuid not null,
    lpn_id uuid not null default '00000000-0000-0000-0000-000000000000',
    constraint trip_slot_pk primary key (org_id, trip_id, slot_no),
    constraint trip_slot_trip foreign key (org_id, trip_id) references trip (org_id, id),
    constraint trip_slot_order foreign key (org_id, order_id) references sales_order (org_id, id)
);
create index trip_slot_order_idx on trip_slot (org_id, order_id);
create index trip_slot_lpn_idx on trip_slot (org_id, lpn_id);
select org_table('trip_slot', 'select, insert, update');

-- Take this many of that SKU from this bin for that order line.
create table pick_task (
    org_id uuid not null,
    id uuid not null,
    wave_id uuid not null,
    trip_id uuid not null,
    walk_no int not null,
    slot_no int not null,
    order_line_id uuid not null,
    sku_id uuid not null,
    site_id uuid not null,
    bin_id uuid not null,
    quantity int not null constraint pick_task_quantity_positive check (quantity > 0),
    quantity_picked int not null default 0,
    quantity_short int not null default 0,
    short_reason text not null default '',
    done_at timestamptz,
    cancelled_at timestamptz,
    constraint pick_task_pk primary key (org_id, id),
    constraint pick_task_trip foreign key (org_id, trip_id) references trip (org_id, id),
    constraint pick_task_wave foreign key (org_id, wave_id) references wave (org_id, id),
    constraint pick_task_line foreign key (org_id, order_line_id) references order_line (org_id, id),
    constraint pick_task_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint pick_task_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint pick_task_within_quantity check (
        quantity_picked >= 0 and quantity_short >= 0 and quantity_picked + quantity_short <= quantity)
);
create index pick_task_trip_idx on pick_task (org_id, trip_id, walk_no);
create index pick_task_wave_idx on pick_task (org_id, wave_id);
create index pick_task_line_idx on pick_task (org_id, order_line_id);
create index pick_task_sku_idx on pick_task (org_id, sku_id);
create index pick_task_bin_idx on pick_task (org_id, bin_id);
-- Which lines are on a cart's list right now: asked by every plan, few among the many that are done.
create index pick_task_open_idx on pick_task (org_id, order_line_id) where done_at is null and cancelled_at is null;
create index pick_task_done_idx on pick_task (org_id, done_at) where done_at is not null;
select org_table('pick_task', 'select, insert, update');
