-- What suppliers bill: matched against what was ordered and what came in, or not paid. And what it cost to get goods here.

alter table purchasing_rules
    add column price_percent int not null default 2
        constraint purchasing_rules_price_percent_range check (price_percent between 0 and 100),
    -- How many more units a bill may ask for than came in.
    add column units_percent int not null default 0
        constraint purchasing_rules_units_percent_range check (units_percent between 0 and 100);

create table supplier_bill (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    order_id uuid not null,
    supplier_id uuid not null,
    -- The supplier's own number for it, in capitals: the same bill is never taken twice.
    reference text not null constraint supplier_bill_reference_given check (length(btrim(reference)) > 0),
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    matched_at timestamptz,
    -- Nil: the three agreed by themselves.
    agreed_by uuid not null default '00000000-0000-0000-0000-000000000000',
    agreed_why text not null default '',
    paid_at timestamptz,
    paid_by uuid not null default '00000000-0000-0000-0000-000000000000',
    rejected_at timestamptz,
    rejected_why text not null default '',
    constraint supplier_bill_pk primary key (org_id, id),
    constraint supplier_bill_number_unique unique (org_id, number),
    constraint supplier_bill_reference_unique unique (org_id, supplier_id, reference),
    constraint supplier_bill_order foreign key (org_id, order_id) references purchase_order (org_id, id),
    constraint supplier_bill_supplier foreign key (org_id, supplier_id) references supplier (org_id, id),
    constraint supplier_bill_paid_is_matched check (paid_at is null or matched_at is not null),
    constraint supplier_bill_rejected_is_open check (rejected_at is null or matched_at is null),
    constraint supplier_bill_agreed_by_another check (
        agreed_by <> recorded_by or agreed_by = '00000000-0000-0000-0000-000000000000')
);
create index supplier_bill_order_idx on supplier_bill (org_id, order_id);
create index supplier_bill_recorded_idx on supplier_bill (org_id, recorded_at desc, id);
select org_table('supplier_bill', 'select, insert, update');

create table supplier_bill_line (
    org_id uuid not null,
    id uuid not null,
    bill_id uuid not null,
    line_id uuid not null,
    quantity int not null constraint supplier_bill_line_quantity_positive check (quantity > 0),
    unit_cost numeric(19,4) not null constraint supplier_bill_line_cost_not_negative check (unit_cost >= 0),
    -- Units of what was received that this bill cleared when it matched: those billed before they came are cleared by a later one.
    cleared_quantity int not null default 0 constraint supplier_bill_line_cleared_not_negative check (cleared_quantity >= 0),
    constraint supplier_bill_line_pk primary key (org_id, id),
    constraint supplier_bill_line_once unique (org_id, bill_id, line_id),
    constraint supplier_bill_line_bill foreign key (org_id, bill_id) references supplier_bill (org_id, id),
    constraint supplier_bill_line_line foreign key (org_id, line_id) references purchase_line (org_id, id)
);
create index supplier_bill_line_line_idx on supplier_bill_line (org_id, line_id);
select org_table('supplier_bill_line', 'select, insert, update');

-- Freight, duty and insurance of one receipt, shared out over its lines.
create table landed_cost (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    receipt_id uuid not null,
    basis text not null constraint landed_cost_basis check (basis in ('value', 'weight', 'volume', 'quantity')),
    reference text not null default '',
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    constraint landed_cost_pk primary key (org_id, id),
    constraint landed_cost_number_unique unique (org_id, number),
    constraint landed_cost_receipt foreign key (org_id, receipt_id) references goods_receipt (org_id, id)
);
create index landed_cost_receipt_idx on landed_cost (org_id, receipt_id);
select org_table('landed_cost', 'select, insert');

create table landed_charge (
    org_id uuid not null,
    landed_id uuid not null,
    kind text not null constraint landed_charge_kind check (kind in ('freight', 'duty', 'insurance')),
    amount numeric(19,4) not null constraint landed_charge_amount_positive check (amount > 0),
    constraint landed_charge_pk primary key (org_id, landed_id, kind),
    constraint landed_charge_landed foreign key (org_id, landed_id) references landed_cost (org_id, id)
);
select org_table('landed_charge', 'select, insert');

-- A line's share: what made its remaining units dearer, and what went to cost of sales.
create table landed_share (
    org_id uuid not null,
    landed_id uuid not null,
    receipt_line_id uuid not null,
    amount numeric(19,4) not null constraint landed_share_amount_not_negative check (amount >= 0),
    stock_amount numeric(19,4) not null constraint landed_share_stock_range check (stock_amount between 0 and amount),
    constraint landed_share_pk primary key (org_id, landed_id, receipt_line_id),
    constraint landed_share_landed foreign key (org_id, landed_id) references landed_cost (org_id, id),
    constraint landed_share_receipt_line foreign key (org_id, receipt_line_id) references goods_receipt_line (org_id, id)
);
create index landed_share_receipt_line_idx on landed_share (org_id, receipt_line_id);
select org_table('landed_share', 'select, insert');

-- A layer may become dearer after it came in.
alter table cost_layer add column revalued_amount numeric(19,4) not null default 0;
alter table cost_layer drop constraint cost_layer_remaining_value_range;
alter table cost_layer add constraint cost_layer_remaining_value_range check (
    remaining_value between 0 and value + revalued_amount and (remaining > 0 or remaining_value = 0)) not valid;
alter table cost_layer validate constraint cost_layer_remaining_value_range;
create index cost_layer_source_idx on cost_layer (org_id, source_id);
alter table cost_entry drop constraint cost_entry_kind;
alter table cost_entry add constraint cost_entry_kind check (kind in ('consume', 'reinstate', 'revalue')) not valid;
alter table cost_entry validate constraint cost_entry_kind;

-- Words that are known stay, whoever added them.
do $$
declare
    widened record;
    kinds text;
begin
    for widened in select * from (values ('exception_case', 'exception_case_kind', 'kind', array['bill_mismatch']),
                                         ('gl_transfer', 'gl_transfer_source_kind', 'source_kind', array['bill', 'bill_payment', 'landed_cost']))
                       as w (of_table, named, of_column, words) loop
        select string_agg(quote_literal(word), ', ' order by word) into kinds from (
            select match[1] as word from regexp_matches(
                (select pg_get_constraintdef(oid) from pg_constraint where conname = widened.named), '''([a-z_]+)''', 'g') as known_word (match)
            union select unnest(widened.words)) known;
        execute format('alter table %I drop constraint %I', widened.of_table, widened.named);
        execute format('alter table %I add constraint %I check (%I in (%s)) not valid', widened.of_table, widened.named, widened.of_column, kinds);
        execute format('alter table %I validate constraint %I', widened.of_table, widened.named);
    end loop;
end $$;

-- The accounts this takes, in the books that are open already; new ones open with them.
do $$
declare books record;
begin
    for books in select distinct id from org loop
        perform set_config('app.org', books.id::text, true);
        insert into account (org_id, code, name, kind)
        select books.id, code, name, kind from (values
            ('1010', 'Bank', 'asset'), ('2010', 'Accounts payable', 'liability'), ('5300', 'Purchase price differences', 'expense'))
            as a (code, name, kind)
        where exists (select from account where org_id = books.id)
        on conflict do nothing;
    end loop;
    perform set_config('app.org', '', true);
end $$;
