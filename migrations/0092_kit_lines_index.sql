-- The key from an order's line to its kit has a whole index, as every foreign key has: a SKU that goes is looked for in all lines.

drop index order_line_kit_idx;
create index order_line_kit_idx on order_line (org_id, kit_id);
