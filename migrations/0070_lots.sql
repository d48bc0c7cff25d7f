-- Lots and serials: which SKUs are told apart, and what is known of each lot and each unit with a number of its own. How many stand
-- where, balances and movements tell: they carry the ids.

create table lot (
    org_id uuid not null constraint lot_org references org (id),
    id uuid not null,
    sku_id uuid not null,
    code text not null,
    -- Days as labels print them: their beginning in UTC. The last day is a good one.
    made_on timestamptz,
    expires_on timestamptz,
    -- Who brought the first of it.
    supplier text not null default '',
    first_at timestamptz not null,
    -- None: on sale. A lot that was released again is not recalled; the audit remembers.
    recalled_at timestamptz,
    recall_note text not null default '',
    constraint lot_pk primary key (org_id, id),
    constraint lot_code_unique unique (org_id, sku_id, code),
    constraint lot_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint lot_recall_says_why check ((recalled_at is null) = (recall_note = ''))
);
create index lot_code_idx on lot (org_id, code);
create index lot_first_idx on lot (org_id, first_at);
create index lot_expires_idx on lot (org_id, expires_on) where expires_on is not null;
select org_table('lot', 'select, insert, update');

-- A unit with a number of its own: it exists once, whatever became of it.
create table serial (
    org_id uuid not null constraint serial_org references org (id),
    id uuid not null,
    sku_id uuid not null,
    lot_id uuid not null,
    code text not null,
    first_at timestamptz not null,
    constraint serial_pk primary key (org_id, id),
    constraint serial_code_unique unique (org_id, sku_id, code),
    constraint serial_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index serial_code_idx on serial (org_id, code);
select org_table('serial', 'select, insert');

-- SKUs that are told apart; all others have no row.
create table sku_tracking (
    org_id uuid not null constraint sku_tracking_org references org (id),
    sku_id uuid not null,
    by_lot bool not null,
    by_serial bool not null,
    by_expiry bool not null,
    -- Empty: as the org has it.
    picking text not null constraint sku_tracking_picking check (picking in ('', 'fefo', 'fifo', 'lifo')),
    shelf_life_days int constraint sku_tracking_shelf_life check (shelf_life_days between 0 and 3650),
    constraint sku_tracking_pk primary key (org_id, sku_id),
    constraint sku_tracking_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint sku_tracking_expiry_of_lot check (by_lot or not by_expiry)
);
select org_table('sku_tracking', 'select, insert, update');

-- In which order lots are taken where their SKU says nothing.
create table lot_rules (
    org_id uuid not null constraint lot_rules_org references org (id),
    picking text not null constraint lot_rules_picking check (picking in ('fefo', 'fifo', 'lifo')),
    constraint lot_rules_pk primary key (org_id)
);
select org_table('lot_rules', 'select, insert, update');

-- How long goods must still be good when they are given to an order of the channel.
alter table channel add column min_life_days int not null default 0
    constraint channel_min_life check (min_life_days between 0 and 3650);

-- Where a lot went is asked by lot. Most goods are of none, and cost these indexes nothing.
create index movement_lot_idx on movement (org_id, lot_id, occurred_at) where lot_id <> '00000000-0000-0000-0000-000000000000';
create index movement_serial_idx on movement (org_id, serial_id, occurred_at) where serial_id <> '00000000-0000-0000-0000-000000000000';
create index balance_lot_idx on balance (org_id, lot_id) where lot_id <> '00000000-0000-0000-0000-000000000000';
create index balance_serial_idx on balance (org_id, serial_id) where serial_id <> '00000000-0000-0000-0000-000000000000';
