-- Owners: clients whose goods stand here. What has the nil owner is the org's own, and has no row.

create table stock_owner (
    org_id uuid not null constraint stock_owner_org references org (id),
    id uuid not null,
    code text not null constraint stock_owner_code_is_upper check (code <> '' and code = upper(code) and code <> 'OWN'),
    name text not null constraint stock_owner_name_says check (btrim(name) <> ''),
    added_at timestamptz not null,
    retired_at timestamptz,
    constraint stock_owner_pk primary key (org_id, id),
    constraint stock_owner_code_unique unique (org_id, code)
);
select org_table('stock_owner', 'select, insert, update');

-- Whose goods an order sells, and whose a purchase order brings. Nil: our own.
alter table sales_order add column owner_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table purchase_order add column owner_id uuid not null default '00000000-0000-0000-0000-000000000000';
create index sales_order_owner_idx on sales_order (org_id, owner_id) where owner_id <> '00000000-0000-0000-0000-000000000000';
create index purchase_order_owner_idx on purchase_order (org_id, owner_id) where owner_id <> '00000000-0000-0000-0000-000000000000';
create index balance_owner_idx on balance (org_id, owner_id) where owner_id <> '00000000-0000-0000-0000-000000000000';

-- Whose goods alone may stand in a bin. None: anybody's.
alter table bin add column kept_owner uuid;
alter table bin add constraint bin_kept_owner foreign key (org_id, kept_owner) references stock_owner (org_id, id) not valid;
create index bin_kept_owner_idx on bin (org_id, kept_owner);

-- The account of what is sold for them, in the books that are open already; new ones open with it.
do $$
declare
    books record;
begin
    for books in select distinct id from org loop
        perform set_config('app.org', books.id::text, true);
        insert into account (org_id, code, name, kind)
        select books.id, '2400', 'Owed to owners', 'liability'
        where exists (select from account where org_id = books.id)
        on conflict do nothing;
    end loop;
    perform set_config('app.org', '', true);
end
$$;
