-- Who names a SKU of an org names the org: the key to sku says it already. On the hottest tables the second look is not free.

alter table movement drop constraint movement_org;
alter table balance drop constraint balance_org;
alter table demand drop constraint demand_org;
