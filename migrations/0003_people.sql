-- People and what they may do.

create table person (
    org_id uuid not null constraint person_org references org (id),
    id uuid not null,
    name text not null constraint person_name_given check (length(btrim(name)) > 0),
    email text not null,
    active boolean not null default true,
    created_at timestamptz not null default now(),
    constraint person_pk primary key (org_id, id)
);
select org_table('person', 'select, insert, update');

-- Role at a site; the nil site is every site.
create table person_grant (
    org_id uuid not null,
    person_id uuid not null,
    role text not null constraint person_grant_role check (role in
        ('picker', 'packer', 'receiver', 'returns_tech', 'customer_service', 'finance', 'supervisor', 'planner', 'admin')),
    site_id uuid not null,
    constraint person_grant_pk primary key (org_id, person_id, role, site_id),
    constraint person_grant_person foreign key (org_id, person_id) references person (org_id, id)
);
select org_table('person_grant', 'select, insert, delete');
