-- The least one can do to promise a unit of one SKU: a counter that never passes what is there.
create schema hot;
create table hot.stock (sku int primary key, free bigint not null, reserved bigint not null);
insert into hot.stock select sku, 1000000000, 0 from generate_series(1, 3) sku;
