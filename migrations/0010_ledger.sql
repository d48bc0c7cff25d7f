-- The general ledger: one transfer is one row, debit → credit, so it cannot be unbalanced.

create table account (
    org_id uuid not null constraint account_org references org (id),
    code text not null constraint account_code_form check (code ~ '^[0-9]{4}$'),
    name text not null,
    kind text not null constraint account_kind check (kind in ('asset', 'liability', 'equity', 'income', 'expense')),
    constraint account_pk primary key (org_id, code)
);
select org_table('account', 'select, insert');

create table gl_transfer (
    org_id uuid not null,
    id uuid not null,
    debit text not null,
    credit text not null,
    amount numeric(19,4) not null constraint gl_transfer_amount_positive check (amount > 0),
    currency text not null constraint gl_transfer_currency_form check (currency ~ '^[A-Z]{3}$'),
    -- Two-phase: a refund proposed is pending; approved is posted; declined is void.
    state text not null constraint gl_transfer_state check (state in ('pending', 'posted', 'void')),
    source_kind text not null constraint gl_transfer_source_kind check (source_kind in
        ('payment', 'shipment', 'receipt', 'return_receipt', 'disposition', 'refund', 'count', 'cancel')),
    source_id uuid not null,
    -- 'YYYY-MM' of occurred_at, UTC.
    period text not null constraint gl_transfer_period_form check (period ~ '^[0-9]{4}-[0-9]{2}$'),
    command_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint gl_transfer_pk primary key (org_id, id),
    constraint gl_transfer_debit foreign key (org_id, debit) references account (org_id, code),
    constraint gl_transfer_credit foreign key (org_id, credit) references account (org_id, code),
    constraint gl_transfer_two_accounts check (debit <> credit)
);
create index gl_transfer_debit_idx on gl_transfer (org_id, debit, occurred_at);
create index gl_transfer_credit_idx on gl_transfer (org_id, credit, occurred_at);
create index gl_transfer_source_idx on gl_transfer (org_id, source_id);
select org_table('gl_transfer', 'select, insert, update (state)');

-- A closed period takes no more transfers.
create table gl_period (
    org_id uuid not null constraint gl_period_org references org (id),
    period text not null constraint gl_period_form check (period ~ '^[0-9]{4}-[0-9]{2}$'),
    closed_at timestamptz,
    constraint gl_period_pk primary key (org_id, period)
);
select org_table('gl_period', 'select, insert, update');
