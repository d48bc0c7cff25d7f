-- Handling units stand in each other: cartons and totes on a pallet (`lpn.parent_id`, nil: by itself). Moving the outer one moves all
-- that it holds.

select add_words('lpn', 'lpn_kind', '{carton}');
alter table lpn add constraint lpn_not_in_itself check (parent_id <> id);

-- What a unit holds is asked for by the unit: others in it, and goods.
create index lpn_parent_idx on lpn (org_id, parent_id) where parent_id <> '00000000-0000-0000-0000-000000000000';
create index balance_lpn_idx on balance (org_id, lpn_id) where lpn_id <> '00000000-0000-0000-0000-000000000000';
