-- A ledger of many movements, as if the site had traded for two years: $skus SKUs, $cycles rounds each of a receipt of ten, its putaway
-- and three sales of three. One unit stays of every round. Written past the service because millions of commands take hours; the shape
-- of each row is the service's own, and the balances are stated by counting, not derived from the rows.

set session_replication_role = replica;
drop index movement_sku_idx, movement_source_idx, movement_command_idx, movement_recorded_idx, movement_occurred_idx;
alter table movement drop constraint movement_pk;

insert into movement (org_id, id, sku_id, owner_id, lot_id, serial_id, quantity, from_site, from_bin, from_lpn, from_state,
  to_site, to_bin, to_lpn, to_state, reason, source_id, command_id, occurred_at, recorded_at)
select '$org', stamp(at), sku, nil, nil, nil, case step when 0 then 10 when 1 then 10 else 3 end,
       '$site', case step when 0 then world when 1 then dock else bin end, nil, case step when 0 then 'outside' else 'sellable' end,
       '$site', case step when 0 then dock when 1 then bin else world end, nil, case when step > 1 then 'outside' else 'sellable' end,
       case step when 0 then 'receipt' when 1 then 'putaway' else 'ship' end, stamp(at), stamp(at), at, at
from generate_series(0, $cycles - 1) cycle
cross join generate_series(0, 4) step
cross join lateral (
  select s.id as sku, p.bin, '$dock'::uuid as dock, '$world'::uuid as world, '00000000-0000-0000-0000-000000000000'::uuid as nil,
         '2024-11-01'::timestamptz + (cycle * 5 + step) * interval '2 hours' + s.n * interval '0.3 s' as at
  from bench_sku s join bench_place p on p.n = s.n) s
-- As a ledger is written: in time.
order by at;

alter table movement add constraint movement_pk primary key (org_id, id);
create index movement_sku_idx on movement (org_id, sku_id, occurred_at);
create index movement_source_idx on movement (org_id, source_id);
create index movement_command_idx on movement (org_id, command_id);
create index movement_recorded_idx on movement using brin (recorded_at);
create index movement_occurred_idx on movement using brin (occurred_at);

insert into balance (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, on_hand, allocated)
select '$org', '$site', p.bin, nil, s.id, nil, nil, nil, 'sellable', $cycles, 0
from bench_sku s join bench_place p on p.n = s.n, (select '00000000-0000-0000-0000-000000000000'::uuid as nil) x;
