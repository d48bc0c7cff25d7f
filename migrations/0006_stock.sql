-- Stock: one movement is one row from → to, and the balance changes in the same statement.

create table movement (
    org_id uuid not null constraint movement_org references org (id),
    id uuid not null,
    sku_id uuid not null,
    owner_id uuid not null,
    lot_id uuid not null,
    serial_id uuid not null,
    quantity int not null constraint movement_quantity_positive check (quantity > 0),
    from_site uuid not null,
    from_bin uuid not null,
    from_lpn uuid not null,
    from_state text not null constraint movement_from_state check (from_state in
        ('outside', 'sellable', 'held', 'quarantined', 'damaged', 'returned', 'in_transit')),
    to_site uuid not null,
    to_bin uuid not null,
    to_lpn uuid not null,
    to_state text not null constraint movement_to_state check (to_state in
        ('outside', 'sellable', 'held', 'quarantined', 'damaged', 'returned', 'in_transit')),
    reason text not null constraint movement_reason check (reason in
        ('receipt', 'opening', 'putaway', 'pick', 'unpick', 'pack', 'ship', 'return_receipt', 'disposition', 'hold', 'release',
         'damage', 'count', 'scrap', 'move')),
    -- The task, parcel, receipt or disposition that moved it.
    source_id uuid not null,
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint movement_pk primary key (org_id, id),
    constraint movement_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint movement_command foreign key (org_id, command_id) references command (org_id, id)
        deferrable initially deferred,
    constraint movement_goes_somewhere check (
        (from_site, from_bin, from_lpn, from_state) is distinct from (to_site, to_bin, to_lpn, to_state)),
    constraint movement_not_outside_to_outside check (from_state <> 'outside' or to_state <> 'outside')
);
create index movement_sku_idx on movement (org_id, sku_id, occurred_at);
create index movement_source_idx on movement (org_id, source_id);
create index movement_command_idx on movement (org_id, command_id);
create index movement_recorded_idx on movement using brin (recorded_at);
select org_table('movement', 'select, insert');

create table balance (
    org_id uuid not null constraint balance_org references org (id),
    site_id uuid not null,
    bin_id uuid not null,
    lpn_id uuid not null,
    sku_id uuid not null,
    owner_id uuid not null,
    lot_id uuid not null,
    serial_id uuid not null,
    state text not null constraint balance_state check (state in
        ('sellable', 'held', 'quarantined', 'damaged', 'returned', 'in_transit')),
    on_hand int not null,
    allocated int not null default 0,
    constraint balance_pk primary key (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state),
    constraint balance_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint balance_allocated_within_on_hand check (0 <= allocated and allocated <= on_hand),
    constraint balance_allocated_is_sellable check (allocated = 0 or state = 'sellable')
);
create index balance_sku_idx on balance (org_id, sku_id, site_id) include (on_hand, allocated);
select org_table('balance', 'select, insert, update');

-- Soft demand on a SKU at a site. Whoever lowers what is free locks this row first, so that ATP is exact.
create table demand (
    org_id uuid not null constraint demand_org references org (id),
    site_id uuid not null,
    sku_id uuid not null,
    owner_id uuid not null,
    reserved int not null constraint demand_reserved_not_negative check (reserved >= 0),
    buffer int not null default 0 constraint demand_buffer_not_negative check (buffer >= 0),
    constraint demand_pk primary key (org_id, site_id, sku_id, owner_id),
    constraint demand_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index demand_sku_idx on demand (org_id, sku_id);
select org_table('demand', 'select, insert, update');

-- The rows behind `reserved`: which order line waits for how many.
create table reservation (
    org_id uuid not null,
    id uuid not null,
    order_line_id uuid not null,
    site_id uuid not null,
    sku_id uuid not null,
    owner_id uuid not null,
    quantity int not null constraint reservation_quantity_positive check (quantity > 0),
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    constraint reservation_pk primary key (org_id, id),
    constraint reservation_demand foreign key (org_id, site_id, sku_id, owner_id)
        references demand (org_id, site_id, sku_id, owner_id)
);
create index reservation_demand_idx on reservation (org_id, site_id, sku_id, owner_id);
create index reservation_line_idx on reservation (org_id, order_line_id);
select org_table('reservation', 'select, insert, update, delete');

-- The rows behind `allocated`: these units, here, belong to that order line. Follows the goods bin → tote → parcel.
create table allocation (
    org_id uuid not null,
    id uuid not null,
    order_line_id uuid not null,
    site_id uuid not null,
    bin_id uuid not null,
    lpn_id uuid not null,
    sku_id uuid not null,
    owner_id uuid not null,
    lot_id uuid not null,
    serial_id uuid not null,
    -- Always sellable: named so that the balance can be referenced whole.
    state text not null default 'sellable' constraint allocation_state check (state = 'sellable'),
    quantity int not null constraint allocation_quantity_positive check (quantity > 0),
    created_at timestamptz not null default now(),
    constraint allocation_pk primary key (org_id, id),
    constraint allocation_balance foreign key (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
        references balance (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
);
create index allocation_line_idx on allocation (org_id, order_line_id);
create index allocation_balance_idx on allocation (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state);
create index allocation_lpn_idx on allocation (org_id, lpn_id);
select org_table('allocation', 'select, insert, update, delete');

-- What units cost, first in first out per SKU and owner. remaining_value is exact; the last unit takes the odd penny.
create table cost_layer (
    org_id uuid not null constraint cost_layer_org references org (id),
    id uuid not null,
    sku_id uuid not null,
    owner_id uuid not null,
    quantity int not null constraint cost_layer_quantity_positive check (quantity > 0),
    value numeric(19,4) not null constraint cost_layer_value_not_negative check (value >= 0),
    remaining int not null,
    remaining_value numeric(19,4) not null,
    source_id uuid not null,
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint cost_layer_pk primary key (org_id, id),
    constraint cost_layer_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint cost_layer_remaining_range check (remaining between 0 and quantity),
    constraint cost_layer_remaining_value_range check (
        remaining_value between 0 and value and (remaining > 0 or remaining_value = 0))
);
create index cost_layer_fifo_idx on cost_layer (org_id, sku_id, owner_id, occurred_at, id) where remaining > 0;
create index cost_layer_sku_idx on cost_layer (org_id, sku_id);
select org_table('cost_layer', 'select, insert, update');

-- Which layer paid for what; a return reinstates its own line's entries, last first.
create table cost_entry (
    org_id uuid not null,
    id uuid not null,
    layer_id uuid not null,
    kind text not null constraint cost_entry_kind check (kind in ('consume', 'reinstate')),
    quantity int not null constraint cost_entry_quantity_positive check (quantity > 0),
    value numeric(19,4) not null constraint cost_entry_value_not_negative check (value >= 0),
    -- The order line sold or returned, or the disposition or count that took it.
    source_id uuid not null,
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint cost_entry_pk primary key (org_id, id),
    constraint cost_entry_layer foreign key (org_id, layer_id) references cost_layer (org_id, id)
);
create index cost_entry_layer_idx on cost_entry (org_id, layer_id);
create index cost_entry_source_idx on cost_entry (org_id, source_id);
select org_table('cost_entry', 'select, insert');

-- What arrived, and on whose word.
create table goods_receipt (
    org_id uuid not null constraint goods_receipt_org references org (id),
    id uuid not null,
    number text not null,
    site_id uuid not null,
    supplier text not null,
    reference text not null,
    kind text not null constraint goods_receipt_kind check (kind in ('purchase', 'opening')),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint goods_receipt_pk primary key (org_id, id),
    constraint goods_receipt_number_unique unique (org_id, number),
    constraint goods_receipt_site foreign key (org_id, site_id) references site (org_id, id)
);
create index goods_receipt_site_idx on goods_receipt (org_id, site_id, occurred_at);
select org_table('goods_receipt', 'select, insert');

create table goods_receipt_line (
    org_id uuid not null,
    id uuid not null,
    receipt_id uuid not null,
    sku_id uuid not null,
    bin_id uuid not null,
    quantity int not null constraint goods_receipt_line_quantity_positive check (quantity > 0),
    unit_cost numeric(19,4) not null constraint goods_receipt_line_cost_not_negative check (unit_cost >= 0),
    constraint goods_receipt_line_pk primary key (org_id, id),
    constraint goods_receipt_line_receipt foreign key (org_id, receipt_id) references goods_receipt (org_id, id),
    constraint goods_receipt_line_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index goods_receipt_line_receipt_idx on goods_receipt_line (org_id, receipt_id);
create index goods_receipt_line_sku_idx on goods_receipt_line (org_id, sku_id);
select org_table('goods_receipt_line', 'select, insert');
