-- Goods that are told apart are counted and corrected by lot and serial: a line of a round is a SKU and, where it has one, its lot and
-- its serial, as codes. What is counted may be of a lot nobody here has seen; it is made when the count is posted, with these days.

alter table stock_count_line
    add column lot text not null default '',
    add column serial text not null default '',
    add column made_on timestamptz,
    add column expires_on timestamptz;
alter table stock_count_line
    drop constraint stock_count_line_pk,
    add constraint stock_count_line_pk primary key (org_id, count_id, round_no, sku_id, lot, serial);

-- What was said of the units of a correction, kept while it waits.
alter table stock_adjustment
    add column lot text not null default '',
    add column made_on timestamptz,
    add column expires_on timestamptz,
    add column serials text[] not null default '{}';
