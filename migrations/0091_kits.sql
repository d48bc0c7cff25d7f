-- What is sold as one and kept as its parts. An ordered kit becomes lines of its parts, each of which remembers the kit.

create table kit_part (
    org_id uuid not null,
    kit_id uuid not null,
    sku_id uuid not null,
    quantity int not null constraint kit_part_quantity_positive check (quantity > 0),
    constraint kit_part_pk primary key (org_id, kit_id, sku_id),
    constraint kit_part_kit foreign key (org_id, kit_id) references sku (org_id, id),
    constraint kit_part_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint kit_part_is_another check (kit_id <> sku_id)
);
create index kit_part_sku_idx on kit_part (org_id, sku_id);
select org_table('kit_part', 'select, insert, delete');

alter table order_line add column kit_id uuid;
alter table order_line add constraint order_line_kit foreign key (org_id, kit_id) references sku (org_id, id);
create index order_line_kit_idx on order_line (org_id, kit_id) where kit_id is not null;
