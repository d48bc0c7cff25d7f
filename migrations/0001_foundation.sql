-- The wall between orgs, and the directory that stands before it.

-- Raises the wall around one business table: row-level security for everyone, and only these grants for the app.
create function org_table(business regclass, app_grants text) returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', business);
    execute format('alter table %s force row level security', business);
    execute format(
        'create policy org_wall on %s using (org_id = nullif(current_setting(''app.org'', true), '''')::uuid)
         with check (org_id = nullif(current_setting(''app.org'', true), '''')::uuid)', business);
    execute format('grant %s on %s to tideway_app', app_grants, business);
end $$;
revoke execute on function org_table(regclass, text) from public;

-- Directory: global on purpose, because at sign-in the org is not yet known. Reached by service::directory only.
create table org (
    id uuid not null constraint org_pk primary key,
    slug text not null constraint org_slug_unique unique constraint org_slug_form check (slug ~ '^[a-z0-9-]{2,40}$'),
    name text not null,
    currency text not null constraint org_currency_form check (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz not null default now()
);

create table login (
    id uuid not null constraint login_pk primary key,
    email text not null constraint login_email_unique unique constraint login_email_lower check (email = lower(email)),
    password_hash text not null,
    org_id uuid not null constraint login_org references org (id),
    person_id uuid not null,
    created_at timestamptz not null default now()
);
create index login_org_idx on login (org_id);

-- Only the hash of a session token is kept. Portal sessions open one order and nothing else.
create table session (
    token_hash bytea not null constraint session_pk primary key,
    org_id uuid not null constraint session_org references org (id),
    kind text not null constraint session_kind check (kind in ('staff', 'portal')),
    person_id uuid not null,
    order_id uuid not null,
    device text not null,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index session_org_idx on session (org_id, person_id);
create index session_expiry_idx on session (expires_at);

create table api_key (
    id uuid not null constraint api_key_pk primary key,
    key_hash bytea not null constraint api_key_hash_unique unique,
    org_id uuid not null constraint api_key_org references org (id),
    name text not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
create index api_key_org_idx on api_key (org_id);

create table portal_host (
    host text not null constraint portal_host_pk primary key,
    org_id uuid not null constraint portal_host_org references org (id)
);
create index portal_host_org_idx on portal_host (org_id);

-- Token buckets: any server may die, the count may not.
create table rate_limit (
    bucket text not null constraint rate_limit_pk primary key,
    tokens double precision not null,
    refilled_at timestamptz not null default now()
);

grant select, insert, update on org, login to tideway_app;
grant select, insert, update, delete on session, rate_limit to tideway_app;
grant select, insert, update on api_key, portal_host to tideway_app;
grant select on org to tideway_sequencer;
