-- A tote or parcel that was emptied leaves balances of nothing, a few for every order ever shipped. Whoever leads sweeps them out.

create policy sequencer_sweeps on balance to tideway_sequencer using (true) with check (true);
grant select, delete on balance to tideway_sequencer;

-- What is not for sale is little, and is looked for by its state.
create index balance_state_idx on balance (org_id, state, sku_id) where state <> 'sellable';
