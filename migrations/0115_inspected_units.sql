-- An inspection knows its own units, where they are told apart: which came for it, which were judged, and which left. Nil where a SKU is
-- not told apart so.
alter table goods_verdict
    add column lot_id uuid not null default '00000000-0000-0000-0000-000000000000',
    add column serial_id uuid not null default '00000000-0000-0000-0000-000000000000';

-- What an inspection that is open still has in its bin: what came for it, less what left by its verdicts.
create view inspected_stock with (security_invoker = true) as
select i.org_id, i.id, i.site_id, i.bin_id, i.sku_id, m.owner_id, m.lot_id, m.serial_id, sum(m.units)::int as units
from goods_inspection i
join lateral (
    select x.owner_id, x.lot_id, x.serial_id, x.quantity as units
    from goods_receipt_line l
    join movement x on x.org_id = l.org_id and x.source_id = l.id and x.to_bin = i.bin_id and x.to_state = 'held'
    where l.org_id = i.org_id and l.inspection_id = i.id
    union all
    select x.owner_id, x.lot_id, x.serial_id, -x.quantity
    from movement x
    where x.org_id = i.org_id and x.source_id = i.id and x.from_bin = i.bin_id and x.from_state = 'held'
) m on true
where i.released_at is null
group by i.org_id, i.id, i.site_id, i.bin_id, i.sku_id, m.owner_id, m.lot_id, m.serial_id
having sum(m.units) > 0;
grant select on inspected_stock to tideway_app;
