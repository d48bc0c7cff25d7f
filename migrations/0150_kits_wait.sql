-- What a kit is made of and how an item's units are told apart have owners of their own, and others' edits of them wait like those of a card.

alter table catalog_owner drop constraint catalog_owner_part;
alter table catalog_owner add constraint catalog_owner_part
    check (part in ('naming', 'warehouse', 'finance', 'barcodes', 'kit', 'tracking')) not valid;
alter table catalog_owner validate constraint catalog_owner_part;
alter table sku_change drop constraint sku_change_part;
alter table sku_change add constraint sku_change_part
    check (part in ('naming', 'warehouse', 'finance', 'barcodes', 'kit', 'tracking')) not valid;
alter table sku_change validate constraint sku_change_part;

-- Until now they were whose the name and the size were.
insert into catalog_owner (org_id, part, role) select org_id, 'kit', role from catalog_owner where part = 'naming';
insert into catalog_owner (org_id, part, role) select org_id, 'tracking', role from catalog_owner where part = 'warehouse';
