-- Replenishment: what a forward pick bin should hold, and the tasks that fill it from reserve.

-- Lets a column of few words take more of them, whoever added to it before. Rows that are there are checked without locking out
-- those who write.
create function add_words(checked regclass, constraint_name text, words text[]) returns void language plpgsql as $$
declare
    known text := (select regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') from pg_constraint
                   where conrelid = checked and conname = constraint_name);
    added text := (select string_agg(format(', %L::text', word), '') from unnest(words) word where strpos(known, quote_literal(word)) = 0);
begin
    if added is null then
        return;
    end if;
    execute format('alter table %s drop constraint %I', checked, constraint_name);
    execute format('alter table %s add constraint %I %s not valid', checked, constraint_name, replace(known, '])', added || '])'));
    execute format('alter table %s validate constraint %I', checked, constraint_name);
end $$;
revoke execute on function add_words(regclass, text, text[]) from public;

select add_words('movement', 'movement_reason', '{replenish}');
select add_words('exception_case', 'exception_case_kind', '{no_reserve}');

-- How fast it sells, as those who slot it say: decides whose bin is filled first.
alter table sku add column slotting text not null default '' constraint sku_slotting check (slotting in ('', 'a', 'b', 'c'));

-- A SKU's forward pick bin: below `min_units` it is filled up to `max_units`.
create table forward_pick (
    org_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    bin_id uuid not null,
    sku_id uuid not null,
    min_units int not null constraint forward_pick_min_not_negative check (min_units >= 0),
    max_units int not null,
    recorded_at timestamptz not null default now(),
    constraint forward_pick_pk primary key (org_id, id),
    constraint forward_pick_bin_sku_unique unique (org_id, bin_id, sku_id),
    constraint forward_pick_site foreign key (org_id, site_id) references site (org_id, id),
    constraint forward_pick_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint forward_pick_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint forward_pick_max_above_min check (max_units > min_units)
);
create index forward_pick_site_idx on forward_pick (org_id, site_id, sku_id);
create index forward_pick_sku_idx on forward_pick (org_id, sku_id);
select org_table('forward_pick', 'select, insert, update, delete');

-- Bring so many from there to here. One is open for a bin and SKU at most, however often the need is told.
create table replenish_task (
    org_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    sku_id uuid not null,
    from_bin uuid not null,
    to_bin uuid not null,
    quantity int not null constraint replenish_task_quantity_positive check (quantity > 0),
    quantity_moved int not null default 0,
    short_reason text not null default ''
        constraint replenish_task_short_reason check (short_reason in ('', 'missing', 'damaged', 'wrong_item', 'locked')),
    -- Who is on it; nil = nobody yet.
    person_id uuid not null default '00000000-0000-0000-0000-000000000000',
    claimed_at timestamptz,
    raised_at timestamptz not null,
    done_at timestamptz,
    cancelled_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint replenish_task_pk primary key (org_id, id),
    constraint replenish_task_site foreign key (org_id, site_id) references site (org_id, id),
    constraint replenish_task_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint replenish_task_from foreign key (org_id, from_bin) references bin (org_id, id),
    constraint replenish_task_to foreign key (org_id, to_bin) references bin (org_id, id),
    constraint replenish_task_goes_somewhere check (from_bin <> to_bin),
    constraint replenish_task_within_quantity check (quantity_moved between 0 and quantity),
    constraint replenish_task_ends_once check (done_at is null or cancelled_at is null)
);
create unique index replenish_task_open_unique on replenish_task (org_id, to_bin, sku_id)
    where done_at is null and cancelled_at is null;
create index replenish_task_site_idx on replenish_task (org_id, site_id);
create index replenish_task_sku_idx on replenish_task (org_id, sku_id);
create index replenish_task_from_idx on replenish_task (org_id, from_bin);
create index replenish_task_to_idx on replenish_task (org_id, to_bin);
select org_table('replenish_task', 'select, insert, update');
