-- Counting: what is to be counted where, who counted what when, and what the ledger said at that very moment.

-- How a site counts. A site without a row counts as domain::counts::Programme::opening says, and only what is asked for.
create table count_programme (
    org_id uuid not null,
    site_id uuid not null,
    -- domain::counts::Programme
    body jsonb not null,
    changed_by uuid not null,
    changed_at timestamptz not null,
    constraint count_programme_pk primary key (org_id, site_id),
    constraint count_programme_site foreign key (org_id, site_id) references site (org_id, id)
);
select org_table('count_programme', 'select, insert, update');

-- How fast a SKU moves at a site, as the last plan of counts found it. Derived, and kept so that every count knows its class.
create table sku_velocity (
    org_id uuid not null,
    site_id uuid not null,
    sku_id uuid not null,
    class text not null constraint sku_velocity_class check (class in ('a', 'b', 'c')),
    units bigint not null constraint sku_velocity_units_not_negative check (units >= 0),
    computed_at timestamptz not null,
    constraint sku_velocity_pk primary key (org_id, site_id, sku_id),
    constraint sku_velocity_site foreign key (org_id, site_id) references site (org_id, id),
    constraint sku_velocity_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index sku_velocity_sku_idx on sku_velocity (org_id, sku_id);
select org_table('sku_velocity', 'select, insert, update, delete');

-- One bin to be counted, from the asking to the posting.
create table stock_count (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    site_id uuid not null,
    bin_id uuid not null,
    why text not null constraint stock_count_why check (why in
        ('velocity', 'value', 'accuracy', 'zero_check', 'request', 'short_pick')),
    -- Of the fastest SKU that stood there; '' = nothing did.
    class text not null constraint stock_count_class check (class in ('', 'a', 'b', 'c')),
    -- How often the programme counts this bin; 0 = it was asked for.
    every_days int not null constraint stock_count_every_not_negative check (every_days >= 0),
    status text not null constraint stock_count_status check (status in ('open', 'counting', 'recount', 'approval', 'done')),
    note text not null,
    opened_by uuid not null,
    opened_at timestamptz not null,
    -- Who counts it now; nil = nobody.
    person_id uuid not null default '00000000-0000-0000-0000-000000000000',
    rounds int not null default 0 constraint stock_count_rounds_not_negative check (rounds >= 0),
    -- Of the last round: Σ |variance| and Σ variance, by what the units cost.
    off_value numeric(19,4) not null default 0,
    net_value numeric(19,4) not null default 0,
    -- Was every SKU as the ledger said? Null until it is done.
    in_tolerance boolean,
    ended_at timestamptz,
    decided_by uuid not null default '00000000-0000-0000-0000-000000000000',
    recorded_at timestamptz not null default now(),
    constraint stock_count_pk primary key (org_id, id),
    constraint stock_count_number_unique unique (org_id, number),
    constraint stock_count_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint stock_count_site foreign key (org_id, site_id) references site (org_id, id),
    constraint stock_count_ended check ((status = 'done') = (ended_at is not null and in_tolerance is not null))
);
create unique index stock_count_open_unique on stock_count (org_id, bin_id) where status <> 'done';
create index stock_count_bin_idx on stock_count (org_id, bin_id, ended_at desc);
create index stock_count_site_idx on stock_count (org_id, site_id, opened_at desc);
select org_table('stock_count', 'select, insert, update');

-- Somebody's look at the bin. A round that is left unfinished goes.
create table stock_count_round (
    org_id uuid not null,
    count_id uuid not null,
    round_no int not null constraint stock_count_round_no_positive check (round_no > 0),
    person_id uuid not null,
    began_at timestamptz not null,
    ended_at timestamptz,
    constraint stock_count_round_pk primary key (org_id, count_id, round_no),
    constraint stock_count_round_count foreign key (org_id, count_id) references stock_count (org_id, id)
);
select org_table('stock_count_round', 'select, insert, update, delete');

-- One SKU in one round. `ledger` is what the books said when it was counted, `ledger_began` when the round began: between the two
-- goods moved while they were counted.
create table stock_count_line (
    org_id uuid not null,
    count_id uuid not null,
    round_no int not null,
    sku_id uuid not null,
    ledger_began int not null constraint stock_count_line_began_not_negative check (ledger_began >= 0),
    ledger int not null constraint stock_count_line_ledger_not_negative check (ledger >= 0),
    -- Null: not counted yet.
    counted int constraint stock_count_line_counted_not_negative check (counted >= 0),
    -- What one unit costs by its layers.
    unit_value numeric(19,4) not null,
    counted_at timestamptz,
    constraint stock_count_line_pk primary key (org_id, count_id, round_no, sku_id),
    constraint stock_count_line_round foreign key (org_id, count_id, round_no)
        references stock_count_round (org_id, count_id, round_no),
    constraint stock_count_line_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index stock_count_line_sku_idx on stock_count_line (org_id, sku_id);
select org_table('stock_count_line', 'select, insert, update, delete');

-- Units a short pick took out of sale until the bin is counted. `after_round` = rounds that had begun by then: what is doubted after
-- a round began is not answered by it.
create table stock_count_doubt (
    org_id uuid not null,
    count_id uuid not null,
    sku_id uuid not null,
    after_round int not null,
    quantity int not null constraint stock_count_doubt_quantity_positive check (quantity > 0),
    constraint stock_count_doubt_pk primary key (org_id, count_id, sku_id, after_round),
    constraint stock_count_doubt_count foreign key (org_id, count_id) references stock_count (org_id, id),
    constraint stock_count_doubt_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index stock_count_doubt_sku_idx on stock_count_doubt (org_id, sku_id);
select org_table('stock_count_doubt', 'select, insert, update, delete');
