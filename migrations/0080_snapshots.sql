-- What stood where at moments past. Balances are copied out of the ledger now and then, each copy from the one before and the movements
-- since, so that any past moment is the nearest copy and a few movements more.

-- When the row was written, after every lock was held, as the outbox has it: what is written after a moment is recorded after it, however
-- long ago its transaction began. Rows recorded up to a moment are all there once nobody who wrote before it is under way.
alter table movement alter column recorded_at set default clock_timestamp();
-- The trade's time follows the clock but for imports: a coarse index finds a period in either.
create index movement_occurred_idx on movement using brin (occurred_at);

create table stock_snapshot (
    org_id uuid not null constraint stock_snapshot_org references org (id),
    -- 1, 2, 3 …
    nth bigint not null constraint stock_snapshot_nth_positive check (nth > 0),
    -- Every movement recorded up to here is in it, and no other.
    recorded_until timestamptz not null,
    -- The latest of their moments in the trade's time.
    occurred_until timestamptz not null,
    -- How many they are.
    movements bigint not null constraint stock_snapshot_movements_positive check (movements > 0),
    taken_at timestamptz not null default now(),
    constraint stock_snapshot_pk primary key (org_id, nth)
);
select org_table('stock_snapshot', 'select, insert');

create table stock_snapshot_line (
    org_id uuid not null,
    nth bigint not null,
    sku_id uuid not null,
    site_id uuid not null,
    bin_id uuid not null,
    lpn_id uuid not null,
    owner_id uuid not null,
    lot_id uuid not null,
    serial_id uuid not null,
    state text not null constraint stock_snapshot_line_state check (state in
        ('sellable', 'held', 'quarantined', 'damaged', 'returned', 'in_transit')),
    on_hand bigint not null constraint stock_snapshot_line_some check (on_hand <> 0),
    constraint stock_snapshot_line_pk primary key (org_id, nth, sku_id, site_id, bin_id, lpn_id, owner_id, lot_id, serial_id, state),
    constraint stock_snapshot_line_snapshot foreign key (org_id, nth) references stock_snapshot (org_id, nth)
);
select org_table('stock_snapshot_line', 'select, insert');

-- What stands where: now, by the balances; or by a snapshot and the movements after it, up to a moment of either clock. One statement
-- that whoever asks is planned into, with their filters.
create function standing_stock(
    org uuid, today boolean, snapshot bigint, since timestamptz, recorded_to timestamptz, occurred_to timestamptz)
returns table (site_id uuid, bin_id uuid, lpn_id uuid, sku_id uuid, owner_id uuid, lot_id uuid, serial_id uuid, state text,
               on_hand bigint, allocated bigint)
language sql stable as $$
    select b.site_id, b.bin_id, b.lpn_id, b.sku_id, b.owner_id, b.lot_id, b.serial_id, b.state, b.on_hand::bigint, b.allocated::bigint
    from balance b where b.org_id = org and today and b.on_hand > 0
    union all
    select m.site_id, m.bin_id, m.lpn_id, m.sku_id, m.owner_id, m.lot_id, m.serial_id, m.state, sum(m.units)::bigint, 0::bigint
    from (
        select l.site_id, l.bin_id, l.lpn_id, l.sku_id, l.owner_id, l.lot_id, l.serial_id, l.state, l.on_hand as units
        from stock_snapshot_line l where l.org_id = org and not today and l.nth = snapshot
        union all
        select t.to_site, t.to_bin, t.to_lpn, t.sku_id, t.owner_id, t.lot_id, t.serial_id, t.to_state, t.quantity
        from movement t where t.org_id = org and not today and t.to_state <> 'outside'
          and t.recorded_at > since and t.recorded_at <= recorded_to and t.occurred_at <= occurred_to
        union all
        select f.from_site, f.from_bin, f.from_lpn, f.sku_id, f.owner_id, f.lot_id, f.serial_id, f.from_state, -f.quantity
        from movement f where f.org_id = org and not today and f.from_state <> 'outside'
          and f.recorded_at > since and f.recorded_at <= recorded_to and f.occurred_at <= occurred_to) m
    group by m.site_id, m.bin_id, m.lpn_id, m.sku_id, m.owner_id, m.lot_id, m.serial_id, m.state having sum(m.units) <> 0
$$;
