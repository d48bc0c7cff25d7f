-- Transfers between sites: asked for, approved by another, sent, in transit, taken in. Progress is derived, never stored twice.

select add_words('bin', 'bin_kind', '{transit}');
select add_words('movement', 'movement_reason', '{transfer}');
select add_words('gl_transfer', 'gl_transfer_source_kind', '{transfer}');

-- The way from one site to another: the bin in which goods are while they are on it, and what it costs. The bin stands at the site
-- they go to; their state says that they are not there yet.
create table lane (
    org_id uuid not null,
    id uuid not null,
    from_site uuid not null,
    to_site uuid not null,
    bin_id uuid not null,
    -- For one run, however full; and for each kilogram.
    freight_amount numeric(19,4) not null default 0 constraint lane_freight_not_negative check (freight_amount >= 0),
    per_kg_amount numeric(19,4) not null default 0 constraint lane_per_kg_not_negative check (per_kg_amount >= 0),
    transit_days int not null default 1 constraint lane_days_range check (transit_days between 0 and 365),
    recorded_at timestamptz not null default now(),
    constraint lane_pk primary key (org_id, id),
    constraint lane_ends_unique unique (org_id, from_site, to_site),
    constraint lane_bin_unique unique (org_id, bin_id),
    constraint lane_from foreign key (org_id, from_site) references site (org_id, id),
    constraint lane_to foreign key (org_id, to_site) references site (org_id, id),
    constraint lane_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint lane_goes_somewhere check (from_site <> to_site)
);
create index lane_to_idx on lane (org_id, to_site);
select org_table('lane', 'select, insert, update');

create table site_transfer (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    from_site uuid not null,
    to_site uuid not null,
    note text not null default '',
    requested_at timestamptz not null,
    requested_by uuid not null,
    approved_at timestamptz,
    approved_by uuid not null default '00000000-0000-0000-0000-000000000000',
    -- The last of it has left: what was not loaded by then does not come.
    shipped_at timestamptz,
    -- All that was sent is taken in, or what is missing is given up.
    closed_at timestamptz,
    cancelled_at timestamptz,
    cancelled_why text not null default '',
    recorded_at timestamptz not null default now(),
    constraint site_transfer_pk primary key (org_id, id),
    constraint site_transfer_number_unique unique (org_id, number),
    constraint site_transfer_from foreign key (org_id, from_site) references site (org_id, id),
    constraint site_transfer_to foreign key (org_id, to_site) references site (org_id, id),
    constraint site_transfer_goes_somewhere check (from_site <> to_site),
    constraint site_transfer_by_two_people check (approved_at is null or approved_by <> requested_by),
    constraint site_transfer_in_order check (
        (shipped_at is null or approved_at is not null) and (closed_at is null or shipped_at is not null)
        and (cancelled_at is null or shipped_at is null))
);
create index site_transfer_from_idx on site_transfer (org_id, from_site, requested_at desc);
create index site_transfer_to_idx on site_transfer (org_id, to_site, requested_at desc);
create index site_transfer_open_idx on site_transfer (org_id, requested_at) where closed_at is null and cancelled_at is null;
select org_table('site_transfer', 'select, insert, update');

create table transfer_line (
    org_id uuid not null,
    id uuid not null,
    transfer_id uuid not null,
    line_no int not null constraint transfer_line_no_positive check (line_no > 0),
    sku_id uuid not null,
    quantity int not null constraint transfer_line_quantity_positive check (quantity > 0),
    constraint transfer_line_pk primary key (org_id, id),
    constraint transfer_line_sku_unique unique (org_id, transfer_id, sku_id),
    constraint transfer_line_transfer foreign key (org_id, transfer_id) references site_transfer (org_id, id),
    constraint transfer_line_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index transfer_line_sku_idx on transfer_line (org_id, sku_id);
select org_table('transfer_line', 'select, insert');

-- Units that went onto the truck, out of which bin.
create table transfer_load (
    org_id uuid not null,
    id uuid not null,
    line_id uuid not null,
    bin_id uuid not null,
    quantity int not null constraint transfer_load_quantity_positive check (quantity > 0),
    person_id uuid not null,
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint transfer_load_pk primary key (org_id, id),
    constraint transfer_load_line foreign key (org_id, line_id) references transfer_line (org_id, id),
    constraint transfer_load_bin foreign key (org_id, bin_id) references bin (org_id, id)
);
create index transfer_load_line_idx on transfer_load (org_id, line_id);
create index transfer_load_bin_idx on transfer_load (org_id, bin_id);
select org_table('transfer_load', 'select, insert');

-- Units that were taken in, into which bin.
create table transfer_arrival (
    org_id uuid not null,
    id uuid not null,
    line_id uuid not null,
    bin_id uuid not null,
    quantity int not null constraint transfer_arrival_quantity_positive check (quantity > 0),
    person_id uuid not null,
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint transfer_arrival_pk primary key (org_id, id),
    constraint transfer_arrival_line foreign key (org_id, line_id) references transfer_line (org_id, id),
    constraint transfer_arrival_bin foreign key (org_id, bin_id) references bin (org_id, id)
);
create index transfer_arrival_line_idx on transfer_arrival (org_id, line_id);
create index transfer_arrival_bin_idx on transfer_arrival (org_id, bin_id);
select org_table('transfer_arrival', 'select, insert');

-- Units that were sent and did not come, given up with their reason; and such units that turned up after all.
create table transfer_variance (
    org_id uuid not null,
    id uuid not null,
    line_id uuid not null,
    kind text not null constraint transfer_variance_kind check (kind in ('loss', 'gain')),
    quantity int not null constraint transfer_variance_quantity_positive check (quantity > 0),
    amount numeric(19,4) not null constraint transfer_variance_amount_not_negative check (amount >= 0),
    reason text not null constraint transfer_variance_reason check (reason in ('missing', 'damaged', 'miscounted', 'found')),
    note text not null default '',
    person_id uuid not null,
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint transfer_variance_pk primary key (org_id, id),
    constraint transfer_variance_line foreign key (org_id, line_id) references transfer_line (org_id, id)
);
create index transfer_variance_line_idx on transfer_variance (org_id, line_id);
select org_table('transfer_variance', 'select, insert');
