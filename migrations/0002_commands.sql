-- Commands take effect once; what they announce leaves through the outbox; what they changed is audited.

create table command (
    org_id uuid not null constraint command_org references org (id),
    id uuid not null,
    kind text not null,
    person_id uuid not null,
    device text not null,
    -- sha-256 of kind and body: the same id with another body is refused.
    fingerprint bytea not null,
    -- {"done": …} or {"refused": …}
    outcome jsonb not null,
    refused boolean not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint command_pk primary key (org_id, id)
);
create index command_recorded_idx on command using brin (recorded_at);
select org_table('command', 'select, insert');

-- One row per command. Insert-only; sealed into a hash chain by a follower.
create table audit (
    org_id uuid not null,
    command_id uuid not null,
    kind text not null,
    person_id uuid not null,
    device text not null,
    -- What it was done to: the order, the refund, the bin.
    subject_kind text not null,
    subject_id uuid not null,
    before jsonb not null,
    after jsonb not null,
    refused boolean not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint audit_pk primary key (org_id, command_id),
    constraint audit_command foreign key (org_id, command_id) references command (org_id, id)
);
create index audit_subject_idx on audit (org_id, subject_id, recorded_at);
select org_table('audit', 'select, insert');

-- seal[n] = sha256(seal[n-1] || the audit row, canonically).
create table audit_seal (
    org_id uuid not null,
    position bigint not null,
    command_id uuid not null,
    hash bytea not null,
    sealed_at timestamptz not null default now(),
    constraint audit_seal_pk primary key (org_id, position),
    constraint audit_seal_command_unique unique (org_id, command_id),
    constraint audit_seal_audit foreign key (org_id, command_id) references audit (org_id, command_id)
);
select org_table('audit_seal', 'select');

-- What happened, for whoever follows. Every command writes at least one row (its own kind), so followers see each.
-- `position` is stamped after commit by the one leased sequencer, so nothing committed out of order is lost.
create table outbox (
    org_id uuid not null,
    id uuid not null,
    topic text not null,
    subject_id uuid not null,
    site_id uuid not null,
    command_id uuid not null,
    payload jsonb not null,
    occurred_at timestamptz not null,
    -- When the row was written, after every lock was held: causes are written before their effects, whoever began first.
    recorded_at timestamptz not null default clock_timestamp(),
    position bigint,
    constraint outbox_pk primary key (org_id, id),
    constraint outbox_command foreign key (org_id, command_id) references command (org_id, id)
        deferrable initially deferred
);
create unique index outbox_position_unique on outbox (org_id, position) where position is not null;
create index outbox_unstamped_idx on outbox (recorded_at) where position is null;
create index outbox_command_idx on outbox (org_id, command_id);
select org_table('outbox', 'select, insert');

-- The sequencer's own: the head of each org, and who holds the lease.
create table outbox_head (
    org_id uuid not null constraint outbox_head_org references org (id),
    position bigint not null,
    constraint outbox_head_pk primary key (org_id)
);
select org_table('outbox_head', 'select');

-- How far each follower has read, org by org.
create table follower_cursor (
    org_id uuid not null constraint follower_cursor_org references org (id),
    follower text not null,
    position bigint not null,
    constraint follower_cursor_pk primary key (org_id, follower)
);
select org_table('follower_cursor', 'select, insert, update');

-- Human numbers (SO-1042, RMA-77) are handed out in blocks, so that no order waits for a counter.
create table number_block (
    org_id uuid not null constraint number_block_org references org (id),
    kind text not null,
    next bigint not null,
    constraint number_block_pk primary key (org_id, kind)
);
select org_table('number_block', 'select, insert, update');

-- The sequencer reads and stamps across orgs, and seals; nothing else.
create policy sequencer_reads on outbox to tideway_sequencer using (true) with check (true);
create policy sequencer_reads on audit for select to tideway_sequencer using (true);
create policy sequencer_seals on audit_seal to tideway_sequencer using (true) with check (true);
create policy sequencer_heads on outbox_head to tideway_sequencer using (true) with check (true);
create policy sequencer_cursors on follower_cursor to tideway_sequencer using (true) with check (true);
grant select on outbox, audit to tideway_sequencer;
grant update (position) on outbox to tideway_sequencer;
grant select, insert on audit_seal to tideway_sequencer;
grant select, insert, update on outbox_head, follower_cursor to tideway_sequencer;
