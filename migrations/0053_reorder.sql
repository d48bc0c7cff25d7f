-- What to order before it runs out: proposals are computed, never stored; here is what somebody said about them.

alter table purchasing_rules
    -- Weeks that a proposed order should last once it is in.
    add column cover_weeks int not null default 4 constraint purchasing_rules_cover_weeks_range check (cover_weeks between 1 and 52);

-- The least and the most a site should have of a SKU; without one, what sells decides.
create table reorder_level (
    org_id uuid not null,
    site_id uuid not null,
    sku_id uuid not null,
    min_units int not null constraint reorder_level_min_not_negative check (min_units >= 0),
    max_units int not null,
    recorded_at timestamptz not null default now(),
    constraint reorder_level_pk primary key (org_id, site_id, sku_id),
    constraint reorder_level_site foreign key (org_id, site_id) references site (org_id, id),
    constraint reorder_level_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint reorder_level_max_above_min check (max_units >= greatest(min_units, 1))
);
create index reorder_level_sku_idx on reorder_level (org_id, sku_id);
select org_table('reorder_level', 'select, insert, update, delete');

-- A proposal that became a draft keeps what it was made of. The kinds that are known stay, whoever added them.
do $$
declare kinds text;
begin
    select string_agg(quote_literal(word), ', ' order by word) into kinds from (
        select match[1] as word from regexp_matches(
            (select pg_get_constraintdef(oid) from pg_constraint where conname = 'decision_kind'), '''([a-z_]+)''', 'g') as known_word (match)
        union select 'reorder') known;
    alter table decision drop constraint decision_kind;
    execute format('alter table decision add constraint decision_kind check (kind in (%s)) not valid', kinds);
    alter table decision validate constraint decision_kind;
end $$;
