-- Why it was decided, what went wrong, what was brought in.

create table decision (
    org_id uuid not null constraint decision_org references org (id),
    id uuid not null,
    kind text not null constraint decision_kind check (kind in
        ('allocation', 'wave', 'return_policy', 'disposition', 'refund', 'approval', 'release')),
    subject_id uuid not null,
    rule_version text not null,
    inputs jsonb not null,
    chosen jsonb not null,
    rejected jsonb not null,
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint decision_pk primary key (org_id, id)
);
create index decision_subject_idx on decision (org_id, subject_id);
select org_table('decision', 'select, insert');

-- The queue of what needs a person. One open case per kind and subject.
create table exception_case (
    org_id uuid not null constraint exception_case_org references org (id),
    id uuid not null,
    kind text not null constraint exception_case_kind check (kind in
        ('payment', 'short_pick', 'backorder', 'address', 'unidentified_return', 'unmatched_return', 'refund_failed', 'count_due',
         'import')),
    subject_id uuid not null,
    site_id uuid not null,
    summary text not null,
    detail jsonb not null,
    raised_at timestamptz not null,
    owner_id uuid not null default '00000000-0000-0000-0000-000000000000',
    claimed_at timestamptz,
    resolved_at timestamptz,
    resolution text not null default '',
    recorded_at timestamptz not null default now(),
    constraint exception_case_pk primary key (org_id, id)
);
create unique index exception_case_open_unique on exception_case (org_id, kind, subject_id) where resolved_at is null;
create index exception_case_open_idx on exception_case (org_id, raised_at) where resolved_at is null;
select org_table('exception_case', 'select, insert, update');

-- One file brought in; the same file twice adds nothing.
create table import_run (
    org_id uuid not null constraint import_run_org references org (id),
    id uuid not null,
    kind text not null constraint import_run_kind check (kind in ('uci_orders', 'orders', 'skus', 'replay', 'demo')),
    filename text not null,
    fingerprint bytea not null,
    dry_run boolean not null,
    rows_total int not null,
    rows_done int not null,
    -- Outcome category → rows.
    outcomes jsonb not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint import_run_pk primary key (org_id, id)
);
create index import_run_started_idx on import_run (org_id, started_at desc);
select org_table('import_run', 'select, insert, update');

-- Rows that were not taken, with the rule that says why.
create table import_row (
    org_id uuid not null,
    import_id uuid not null,
    row_no int not null,
    outcome text not null,
    words text not null,
    constraint import_row_pk primary key (org_id, import_id, row_no),
    constraint import_row_import foreign key (org_id, import_id) references import_run (org_id, id)
);
create index import_row_outcome_idx on import_row (org_id, import_id, outcome);
select org_table('import_row', 'select, insert');
