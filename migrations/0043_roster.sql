-- The shift roster: who works where, as what, from when to when. What was changed stands in the audit.

create table shift (
    org_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    person_id uuid not null,
    role text not null constraint shift_role check (role in
        ('picker', 'packer', 'receiver', 'returns_tech', 'customer_service', 'finance', 'supervisor', 'planner', 'admin')),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint shift_pk primary key (org_id, id),
    constraint shift_site foreign key (org_id, site_id) references site (org_id, id),
    constraint shift_person foreign key (org_id, person_id) references person (org_id, id),
    constraint shift_ends_after_start check (ends_at > starts_at)
);
create index shift_site_idx on shift (org_id, site_id, starts_at);
create index shift_person_idx on shift (org_id, person_id, starts_at);
select org_table('shift', 'select, insert, update, delete');
