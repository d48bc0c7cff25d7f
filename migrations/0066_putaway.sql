-- Putaway: its decisions keep receipts, and goods that fit nowhere are a case. The words known so far stay known.

do $$
declare
    word text[];
    words text;
begin
    foreach word slice 1 in array array[['decision', 'putaway'], ['exception_case', 'putaway']] loop
        select string_agg(quote_literal(known), ', ' order by known) into words from (
            select (regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g'))[1] as known
            from pg_constraint c where c.conname = word[1] || '_kind' and c.conrelid = word[1]::regclass
            union select word[2]) n;
        execute format('alter table %I drop constraint %I, add constraint %I check (kind in (%s))',
            word[1], word[1] || '_kind', word[1] || '_kind', words);
    end loop;
end $$;

-- A task whose bin was locked before it was picked.
alter table pick_task drop constraint pick_task_short_reason_known;
alter table pick_task add constraint pick_task_short_reason_known check (short_reason in ('', 'missing', 'damaged', 'wrong_item', 'locked'));
