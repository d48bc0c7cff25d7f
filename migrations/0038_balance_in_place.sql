-- A balance changes with every movement. An index that holds its quantities would have to be written each time; without one the row is
-- rewritten on its own page, and its room there is kept for that.

drop index balance_sku_idx;
create index balance_sku_idx on balance (org_id, sku_id, site_id);
alter table balance set (fillfactor = 70);
alter table demand set (fillfactor = 70);
