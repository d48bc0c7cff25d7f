-- What shoppers have in hand while they pay: promised like a reservation (`demand.reserved` counts both), until its time is up.

create table basket_line (
    org_id uuid not null,
    basket_id uuid not null,
    sku_id uuid not null,
    site_id uuid not null,
    owner_id uuid not null,
    quantity int not null constraint basket_line_quantity_positive check (quantity > 0),
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    constraint basket_line_pk primary key (org_id, basket_id, sku_id),
    constraint basket_line_demand foreign key (org_id, site_id, sku_id, owner_id)
        references demand (org_id, site_id, sku_id, owner_id)
);
create index basket_line_demand_idx on basket_line (org_id, site_id, sku_id, owner_id);
create index basket_line_expires_idx on basket_line (org_id, expires_at);
select org_table('basket_line', 'select, insert, update, delete');
