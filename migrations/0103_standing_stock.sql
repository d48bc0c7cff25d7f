-- What stands now is asked without the price of the past. The planner drops a branch whose only condition is false, and beside the wall
-- of an org it is never the only one: the condition stands around the branch here, or ten million movements that nobody reads weigh in
-- every comparison of plans for the balances.
create or replace function standing_stock(
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
        from stock_snapshot_line l where l.org_id = org and l.nth = snapshot
        union all
        select t.to_site, t.to_bin, t.to_lpn, t.sku_id, t.owner_id, t.lot_id, t.serial_id, t.to_state, t.quantity
        from movement t where t.org_id = org and t.to_state <> 'outside'
          and t.recorded_at > since and t.recorded_at <= recorded_to and t.occurred_at <= occurred_to
        union all
        select f.from_site, f.from_bin, f.from_lpn, f.sku_id, f.owner_id, f.lot_id, f.serial_id, f.from_state, -f.quantity
        from movement f where f.org_id = org and f.from_state <> 'outside'
          and f.recorded_at > since and f.recorded_at <= recorded_to and f.occurred_at <= occurred_to) m
    where not today
    group by m.site_id, m.bin_id, m.lpn_id, m.sku_id, m.owner_id, m.lot_id, m.serial_id, m.state having sum(m.units) <> 0
$$;
