-- A tote or parcel that was emptied leaves balances of nothing, a few for every order ever shipped. Whoever leads sweeps them out.

create policy sequencer_sweeps on balance to tideway_sequencer using (true) with check (true);
grant select, delete on balance to tideway_sequencer;

-- What is not for sale is little, and is looked for by its state.
create index balance_state_idx on balance (org_id, state, sku_id) where state <> 'sellable';

-- What stands in bins, apart from all that totes and parcels hold: what can be promised and picked.
create index balance_bin_stock_idx on balance (org_id, sku_id, site_id) where lpn_id = '00000000-0000-0000-0000-000000000000';
