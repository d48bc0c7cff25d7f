-- Handling units are confirmed by their label when their bin is counted: which stood there by the books when a round began, and whether
-- its counter saw them. What stands in them is not counted.
create table stock_count_unit (
    org_id uuid not null,
    count_id uuid not null,
    round_no int not null,
    lpn_id uuid not null,
    -- Null: nobody has seen it.
    seen_at timestamptz,
    constraint stock_count_unit_pk primary key (org_id, count_id, round_no, lpn_id),
    constraint stock_count_unit_round foreign key (org_id, count_id, round_no)
        references stock_count_round (org_id, count_id, round_no),
    constraint stock_count_unit_lpn foreign key (org_id, lpn_id) references lpn (org_id, id)
);
create index stock_count_unit_lpn_idx on stock_count_unit (org_id, lpn_id);
select org_table('stock_count_unit', 'select, insert, update, delete');

-- A unit that its bin was counted without: somebody looks for it.
select add_words('exception_case', 'exception_case_kind', '{unit_missing}');
