-- A claim that a supplier credits is money: what was credited is owed by the supplier until it is taken off what it is paid.

alter table supplier_claim
    -- What the books took of it; nothing where it never was billed.
    add column credited_amount numeric(19,4) not null default 0
        constraint supplier_claim_credited_range check (credited_amount between 0 and amount),
    add constraint supplier_claim_credited_is_settled check (credited_amount = 0 or settled_as = 'credited');

alter table supplier_bill
    -- Of what was paid, so much by the supplier's own credits.
    add column credit_amount numeric(19,4) not null default 0
        constraint supplier_bill_credit_not_negative check (credit_amount >= 0),
    add constraint supplier_bill_credit_is_paid check (credit_amount = 0 or paid_at is not null);

-- Open claims that somebody agreed to pay a bill in spite of: no others keep it from being paid.
create table bill_claim_agreed (
    org_id uuid not null,
    bill_id uuid not null,
    claim_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint bill_claim_agreed_pk primary key (org_id, bill_id, claim_id),
    constraint bill_claim_agreed_bill foreign key (org_id, bill_id) references supplier_bill (org_id, id),
    constraint bill_claim_agreed_claim foreign key (org_id, claim_id) references supplier_claim (org_id, id)
);
create index bill_claim_agreed_claim_idx on bill_claim_agreed (org_id, claim_id);
select org_table('bill_claim_agreed', 'select, insert');

-- What still stands between a bill and its payment: open claims on its lines that nobody agreed to.
create view bill_dispute with (security_invoker = true) as
select n.org_id, n.bill_id, n.line_id, c.id as claim_id, c.number, c.kind, c.quantity
from supplier_bill_line n
join supplier_claim c on c.org_id = n.org_id and c.line_id = n.line_id and c.settled_at is null
where not exists (
    select from bill_claim_agreed a where a.org_id = n.org_id and a.bill_id = n.bill_id and a.claim_id = c.id);
grant select on bill_dispute to tideway_app;

select add_words('gl_transfer', 'gl_transfer_source_kind', '{claim_credit}');

-- The account this takes, in the books that are open already; new ones open with it.
do $$
declare books record;
begin
    for books in select distinct id from org loop
        perform set_config('app.org', books.id::text, true);
        insert into account (org_id, code, name, kind)
        select books.id, '1300', 'Owed by suppliers', 'asset' where exists (select from account where org_id = books.id)
        on conflict do nothing;
    end loop;
    perform set_config('app.org', '', true);
end $$;
