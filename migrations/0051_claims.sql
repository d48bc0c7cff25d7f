-- Goods that came in other than ordered: more than was agreed, too few, damaged, or not as agreed; and what is claimed for them.

-- Units beyond the tolerance stand at the dock and in no balance until somebody says yes; what is refused goes back with the driver.
create table over_delivery (
    org_id uuid not null,
    id uuid not null,
    line_id uuid not null,
    receipt_id uuid not null,
    bin_id uuid not null,
    quantity int not null constraint over_delivery_quantity_positive check (quantity > 0),
    condition text not null constraint over_delivery_condition check (condition in ('good', 'damaged', 'non_compliant')),
    fault text not null constraint over_delivery_fault_known check (fault in ('', 'crushed', 'wet', 'broken', 'wrong_label', 'wrong_pack',
        'no_papers', 'not_as_ordered')),
    reported_by uuid not null,
    reported_at timestamptz not null,
    accepted boolean,
    decided_at timestamptz,
    decided_by uuid not null default '00000000-0000-0000-0000-000000000000',
    why text not null default '',
    recorded_at timestamptz not null default now(),
    constraint over_delivery_pk primary key (org_id, id),
    constraint over_delivery_line foreign key (org_id, line_id) references purchase_line (org_id, id),
    constraint over_delivery_receipt foreign key (org_id, receipt_id) references goods_receipt (org_id, id),
    constraint over_delivery_bin foreign key (org_id, bin_id) references bin (org_id, id),
    constraint over_delivery_decided_whole check ((accepted is null) = (decided_at is null)),
    constraint over_delivery_decided_by_another check (
        decided_at is null or decided_by <> reported_by or decided_by = '00000000-0000-0000-0000-000000000000')
);
create index over_delivery_line_idx on over_delivery (org_id, line_id);
create index over_delivery_receipt_idx on over_delivery (org_id, receipt_id);
create index over_delivery_bin_idx on over_delivery (org_id, bin_id);
select org_table('over_delivery', 'select, insert, update');

-- What a supplier owes for goods that did not come, or not as they should. Settled once, one way.
create table supplier_claim (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    line_id uuid not null,
    -- The receipt's line whose units it is about; none for those that never came.
    receipt_line_id uuid,
    kind text not null constraint supplier_claim_kind check (kind in ('shortage', 'damage', 'non_compliance')),
    fault text not null constraint supplier_claim_fault_known check (fault in ('crushed', 'wet', 'broken', 'wrong_label', 'wrong_pack',
        'no_papers', 'not_as_ordered', 'short_shipped', 'lost_on_the_way', 'no_longer_made')),
    quantity int not null constraint supplier_claim_quantity_positive check (quantity > 0),
    amount numeric(19,4) not null constraint supplier_claim_amount_not_negative check (amount >= 0),
    note text not null default '',
    raised_by uuid not null,
    raised_at timestamptz not null,
    settled_at timestamptz,
    settled_by uuid not null default '00000000-0000-0000-0000-000000000000',
    settled_as text not null default '' constraint supplier_claim_settled_as check (settled_as in ('', 'credited', 'replaced', 'dropped')),
    recorded_at timestamptz not null default now(),
    constraint supplier_claim_pk primary key (org_id, id),
    constraint supplier_claim_number_unique unique (org_id, number),
    constraint supplier_claim_line foreign key (org_id, line_id) references purchase_line (org_id, id),
    constraint supplier_claim_receipt_line foreign key (org_id, receipt_line_id) references goods_receipt_line (org_id, id),
    constraint supplier_claim_settled_whole check ((settled_at is null) = (settled_as = ''))
);
create index supplier_claim_line_idx on supplier_claim (org_id, line_id);
create index supplier_claim_receipt_line_idx on supplier_claim (org_id, receipt_line_id);
select org_table('supplier_claim', 'select, insert, update');

-- What needs a person: goods beyond the tolerance. The kinds that are known stay, whoever added them.
do $$
declare kinds text;
begin
    select string_agg(quote_literal(word), ', ' order by word) into kinds from (
        select match[1] as word from regexp_matches(
            (select pg_get_constraintdef(oid) from pg_constraint where conname = 'exception_case_kind'), '''([a-z_]+)''', 'g') as known_word (match)
        union select 'over_delivery') known;
    alter table exception_case drop constraint exception_case_kind;
    execute format('alter table exception_case add constraint exception_case_kind check (kind in (%s)) not valid', kinds);
    alter table exception_case validate constraint exception_case_kind;
end $$;
