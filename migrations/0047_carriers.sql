-- With whom orders leave, and by when they must be ready for it.

-- What a carrier offers; `code` is what an order asks for. No countries = it goes everywhere.
create table carrier_service (
    org_id uuid not null constraint carrier_service_org references org (id),
    code text not null constraint carrier_service_code_form check (code ~ '^[a-z0-9_-]{2,30}$'),
    carrier text not null constraint carrier_service_carrier_given check (length(btrim(carrier)) > 0),
    service text not null,
    countries text[] not null default '{}',
    constraint carrier_service_pk primary key (org_id, code)
);
select org_table('carrier_service', 'select, insert, update');

-- When a carrier calls at a site, every day, by the site's clock; no row = it does not call there.
create table carrier_cutoff (
    org_id uuid not null,
    site_id uuid not null,
    carrier text not null constraint carrier_cutoff_carrier_given check (length(btrim(carrier)) > 0),
    leaves_at time not null,
    constraint carrier_cutoff_pk primary key (org_id, site_id, carrier),
    constraint carrier_cutoff_site foreign key (org_id, site_id) references site (org_id, id)
);
select org_table('carrier_cutoff', 'select, insert, update, delete');

-- The service of orders that ask for none: the channel's, else the site's; '' = none.
alter table channel add column service_code text not null default '';
alter table site add column service_code text not null default '';

-- As decided when the order was placed, in the words of that day; '' = nobody yet.
alter table sales_order add column carrier text not null default '';
alter table sales_order add column service text not null default '';

alter table decision drop constraint decision_kind;
alter table decision add constraint decision_kind check (kind in
    ('allocation', 'wave', 'return_policy', 'disposition', 'refund', 'approval', 'release', 'labour', 'carrier'));
