-- Reason codes: each of one process. A standard code (domain::reasons) has a row once it was given or retired; an org's own from when it
-- is added. A code is retired, never renamed: no right to change its words is given to anybody.

create table reason_code (
    org_id uuid not null,
    process text not null constraint reason_code_process check (process in
        ('adjustment', 'hold', 'transfer_variance', 'order_cancel', 'wave_override', 'disposition_override', 'refund_decline',
         'purchase_cancel', 'transfer_cancel', 'putaway_elsewhere', 'count_again', 'adjustment_decline', 'change_refuse')),
    code text not null constraint reason_code_form check (code ~ '^[a-z][a-z0-9_]{1,39}$'),
    words text not null constraint reason_code_words_some check (words <> ''),
    -- The standard code of the process it counts as: itself, if it is one.
    means text not null constraint reason_code_means_some check (means <> ''),
    -- Nil: standard.
    added_by uuid not null,
    added_at timestamptz not null,
    retired_by uuid,
    retired_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint reason_code_pk primary key (org_id, process, code)
);
select org_table('reason_code', 'select, insert');
grant update (retired_at, retired_by) on reason_code to tideway_app;

-- Every reason that was given, for what and by whom.
create table reason_given (
    org_id uuid not null,
    id uuid not null,
    process text not null,
    code text not null,
    subject_id uuid not null,
    note text not null,
    given_by uuid not null,
    command_id uuid not null,
    given_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint reason_given_pk primary key (org_id, id),
    constraint reason_given_code foreign key (org_id, process, code) references reason_code (org_id, process, code)
);
create index reason_given_code_idx on reason_given (org_id, process, code, given_at);
create index reason_given_subject_idx on reason_given (org_id, subject_id);
select org_table('reason_given', 'select, insert');

-- What was said of something that was done, in the words of its code; null: before there were codes.
create function reason_words(of_org uuid, of_process text, of_subject uuid) returns text language sql stable as $$
    select c.words from reason_given g
    join reason_code c on c.org_id = g.org_id and c.process = g.process and c.code = g.code
    where g.org_id = of_org and g.subject_id = of_subject and g.process = of_process order by g.given_at desc, g.id desc limit 1
$$;
