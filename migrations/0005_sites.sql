-- Where things stand: sites, zones, bins on the layout, handling units.

create table site (
    org_id uuid not null constraint site_org references org (id),
    id uuid not null,
    code text not null constraint site_code_form check (code ~ '^[A-Z0-9-]{2,12}$'),
    name text not null,
    country text not null constraint site_country_form check (country ~ '^[A-Z]{2}$'),
    timezone text not null,
    -- domain::sites::layout::Layout: aisles, cross-aisles, depots, in millimetres.
    layout jsonb not null,
    -- Orders are allocated to the site of lowest rank that can fill them.
    rank int not null default 0,
    created_at timestamptz not null default now(),
    constraint site_pk primary key (org_id, id),
    constraint site_code_unique unique (org_id, code)
);
select org_table('site', 'select, insert, update');

create table zone (
    org_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    code text not null,
    name text not null,
    constraint zone_pk primary key (org_id, id),
    constraint zone_code_unique unique (org_id, site_id, code),
    constraint zone_site foreign key (org_id, site_id) references site (org_id, id)
);
select org_table('zone', 'select, insert, update');

-- World bins (supplier, customer, scrap, count) close the system: goods come from and go to them, and they keep no balance.
create table bin (
    org_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    zone_id uuid not null,
    code text not null constraint bin_code_given check (length(btrim(code)) between 1 and 40),
    kind text not null constraint bin_kind check (kind in
        ('pick', 'reserve', 'stage', 'dock', 'pack', 'quarantine', 'returns', 'supplier', 'customer', 'scrap', 'count')),
    -- The access point on the layout; aisle null = unmapped: picked last, and flagged.
    aisle int,
    y_mm int,
    side text constraint bin_side check (side in ('left', 'right')),
    level int not null default 0,
    locked boolean not null default false,
    constraint bin_pk primary key (org_id, id),
    constraint bin_code_unique unique (org_id, site_id, code),
    constraint bin_zone foreign key (org_id, zone_id) references zone (org_id, id),
    constraint bin_site foreign key (org_id, site_id) references site (org_id, id),
    constraint bin_mapped_whole check ((aisle is null) = (y_mm is null))
);
create index bin_zone_idx on bin (org_id, zone_id);
create index bin_kind_idx on bin (org_id, site_id, kind);
select org_table('bin', 'select, insert, update');

-- Handling units: totes ride on carts, parcels leave. A unit nests in its parent and stands in a bin.
create table lpn (
    org_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    code text not null,
    kind text not null constraint lpn_kind check (kind in ('tote', 'parcel', 'pallet')),
    parent_id uuid not null default '00000000-0000-0000-0000-000000000000',
    constraint lpn_pk primary key (org_id, id),
    constraint lpn_code_unique unique (org_id, code),
    constraint lpn_site foreign key (org_id, site_id) references site (org_id, id)
);
create index lpn_site_idx on lpn (org_id, site_id, kind);
select org_table('lpn', 'select, insert, update');
