-- What SKUs are known by: which facts are guesses, who owns which part of a card, edits that wait for their owner, and below which score
-- machines leave a SKU alone.

alter table sku add column unit text not null default 'each' constraint sku_unit check (unit in
    ('each', 'pair', 'set', 'pack', 'metre', 'kilogram', 'litre'));
-- Facts nobody has stated: what stands in their columns is a guess to plan by.
alter table sku add column guessed text[] not null default '{}' constraint sku_guessed check (guessed <@ array[
    'dimensions', 'weight', 'price', 'tax', 'cost']);

-- Below this score a SKU, a bin or a carrier's service is left out of what is decided without people; 0 or no row: none is.
create table catalog_rule (
    org_id uuid not null constraint catalog_rule_org references org (id),
    kind text not null constraint catalog_rule_kind check (kind in ('skus', 'bins', 'carriers')),
    threshold int not null constraint catalog_rule_threshold check (threshold between 0 and 100),
    constraint catalog_rule_pk primary key (org_id, kind)
);
select org_table('catalog_rule', 'select, insert, update');

-- Whose a part of the card is; no row = domain::catalog::changes::usual_owner.
create table catalog_owner (
    org_id uuid not null constraint catalog_owner_org references org (id),
    part text not null constraint catalog_owner_part check (part in ('naming', 'warehouse', 'finance', 'barcodes')),
    role text not null constraint catalog_owner_role check (role in ('admin', 'supervisor', 'finance', 'planner')),
    constraint catalog_owner_pk primary key (org_id, part)
);
select org_table('catalog_owner', 'select, insert, update');

-- Somebody else's edit of a part, until its owner agrees.
create table sku_change (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    sku_id uuid not null,
    part text not null constraint sku_change_part check (part in ('naming', 'warehouse', 'finance', 'barcodes')),
    -- domain::catalog::card::Part, as it was and as it is to be.
    before jsonb not null,
    after jsonb not null,
    note text not null,
    status text not null constraint sku_change_status check (status in ('pending', 'applied', 'refused', 'withdrawn')),
    asked_by uuid not null,
    asked_at timestamptz not null,
    decided_by uuid not null default '00000000-0000-0000-0000-000000000000',
    decided_at timestamptz,
    why text not null default '',
    recorded_at timestamptz not null default now(),
    constraint sku_change_pk primary key (org_id, id),
    constraint sku_change_number_unique unique (org_id, number),
    constraint sku_change_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint sku_change_decided check ((status = 'pending') = (decided_at is null)),
    constraint sku_change_decided_by_another check (
        status not in ('applied', 'refused') or decided_by <> asked_by or decided_by = '00000000-0000-0000-0000-000000000000')
);
create unique index sku_change_open_unique on sku_change (org_id, sku_id, part) where status = 'pending';
create index sku_change_sku_idx on sku_change (org_id, sku_id, asked_at desc);
create index sku_change_asked_idx on sku_change (org_id, asked_at desc);
select org_table('sku_change', 'select, insert, update');

select add_words('exception_case', 'exception_case_kind', '{master_data}');
select add_words('sales_order', 'sales_order_hold', '{data}');
