-- Handling units stand in each other: cartons and totes on a pallet. Moving the outer one moves all that it holds.

select add_words('lpn', 'lpn_kind', '{carton}');

-- What it stands in; null: by itself.
alter table lpn add column parent_id uuid;
alter table lpn add constraint lpn_not_in_itself check (parent_id <> id);
alter table lpn add constraint lpn_parent foreign key (org_id, parent_id) references lpn (org_id, id);
create index lpn_parent_idx on lpn (org_id, parent_id);

-- Goods are asked for by the unit they stand in.
create index balance_lpn_idx on balance (org_id, lpn_id) where lpn_id <> '00000000-0000-0000-0000-000000000000';
