//! Statements that find work that cannot be: units that skipped a step, promises nobody keeps. Rows are breaches, in words.

use super::checks;

checks! { work:
    "I10" "what was shipped was packed"
    "select format('parcel %s left without being packed', number) from parcel
     where org_id = $1 and shipped_at is not null and (packed_at is null or packed_at > shipped_at)
     union all
     select format('parcel %s: packed %s, shipped %s units of SKU %s', p.number, coalesce(l.units, 0), coalesce(m.units, 0), sku_id)
     from (select pl.parcel_id, ol.sku_id, sum(pl.quantity) as units from parcel_line pl
           join order_line ol on ol.org_id = pl.org_id and ol.id = pl.order_line_id
           join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id and p.shipped_at is not null
           where pl.org_id = $1 group by pl.parcel_id, ol.sku_id) l
     full join (select source_id as parcel_id, sku_id, sum(quantity) as units from movement
                where org_id = $1 and reason = 'ship' group by source_id, sku_id) m using (parcel_id, sku_id)
     left join parcel p on p.org_id = $1 and p.id = parcel_id
     where coalesce(l.units, 0) <> coalesce(m.units, 0)";

    "I10" "what was packed was picked"
    "select format('parcel %s: scanned in %s, carried in %s units of SKU %s', p.number, coalesce(l.units, 0), coalesce(m.units, 0), sku_id)
     from (select pl.parcel_id, ol.sku_id, sum(pl.quantity) as units from parcel_line pl
           join order_line ol on ol.org_id = pl.org_id and ol.id = pl.order_line_id
           where pl.org_id = $1 group by pl.parcel_id, ol.sku_id) l
     full join (select parcel_id, sku_id, sum(units) as units from (
                  select source_id as parcel_id, sku_id, quantity as units from movement where org_id = $1 and reason = 'pack'
                  union all
                  -- What a recall took out again.
                  select o.id, x.sku_id, -x.quantity from movement x join parcel o on o.org_id = x.org_id and o.lpn_id = x.from_lpn
                  where x.org_id = $1 and x.reason = 'hold' and x.to_lpn <> x.from_lpn) packed
                group by parcel_id, sku_id) m using (parcel_id, sku_id)
     left join parcel p on p.org_id = $1 and p.id = parcel_id
     where coalesce(l.units, 0) <> coalesce(m.units, 0)
     union all
     select format('order line %s: picked %s, packed %s', l.order_line_id, coalesce(t.units, 0), l.units)
     from (select order_line_id, sum(quantity) as units from parcel_line where org_id = $1 group by order_line_id) l
     left join (select order_line_id, sum(units) as units from (
                  select order_line_id, quantity_picked as units from pick_task where org_id = $1
                  union all
                  -- What went past the shelves, from the dock into the order's tote.
                  select (d.chosen #>> '{stage,line}')::uuid, m.quantity from movement m
                  join decision d on d.org_id = m.org_id and d.id = m.source_id
                  where m.org_id = $1 and m.reason = 'putaway' and m.to_lpn <> m.from_lpn and d.chosen ? 'stage') p
                group by order_line_id) t
       using (order_line_id)
     where l.units > coalesce(t.units, 0)";

    "I10" "what was refunded was agreed by policy or by another person"
    "select format('refund %s (%s) of a return that is %s', f.number, f.status, r.decision) from refund f
     join return_request r on r.org_id = f.org_id and r.id = f.return_id
     where f.org_id = $1 and f.status in ('approved', 'paying', 'unknown', 'paid') and r.decision <> 'approved'
     union all
     select format('refund %s needed approval and was decided by its proposer', number) from refund
     where org_id = $1 and needs_approval and decided_at is not null and decided_by = proposed_by
       and decided_by <> '00000000-0000-0000-0000-000000000000'
     union all
     select format('refund %s (%s) is not decided', number, status) from refund
     where org_id = $1 and status not in ('proposed') and decided_at is null";

    "I10" "what was counted or corrected was agreed by another person"
    "select format('correction %s was decided by its proposer', number) from stock_adjustment
     where org_id = $1 and status in ('posted', 'declined') and decided_by = proposed_by
       and decided_by <> '00000000-0000-0000-0000-000000000000'
     union all
     select format('count %s was approved by somebody who counted', c.number) from stock_count c
     where c.org_id = $1 and c.decided_by <> '00000000-0000-0000-0000-000000000000'
       and exists (select from stock_count_round r where r.org_id = $1 and r.count_id = c.id and r.person_id = c.decided_by)";

    "I10" "a count posted what its last round found"
    "with f as (
       select c.id as count_id, l.sku_id, l.lot, l.serial,
              case when l.counted between least(l.ledger, l.ledger_began) and greatest(l.ledger, l.ledger_began) then 0
                   else l.counted - l.ledger end as units
       from stock_count c join stock_count_line l on l.org_id = c.org_id and l.count_id = c.id and l.round_no = c.rounds
       where c.org_id = $1 and c.status = 'done'),
     -- Counts from before lots were counted say nothing of them: their movements are taken together.
     apart as (select distinct count_id, sku_id from f where lot <> '' or serial <> '')
     select format('count %s found %s units of SKU %s %s %s, and posted %s', number, coalesce(f.units, 0), sku_id, lot, serial,
                   coalesce(m.units, 0))
     from f
     full join (select v.source_id as count_id, v.sku_id, case when a.sku_id is null then '' else coalesce(t.code, '') end as lot,
                       case when a.sku_id is null then '' else coalesce(s.code, '') end as serial,
                       sum(case when v.from_state = 'outside' then v.quantity else -v.quantity end) as units
                from movement v join stock_count c on c.org_id = $1 and c.id = v.source_id
                left join apart a on a.count_id = v.source_id and a.sku_id = v.sku_id
                left join lot t on t.org_id = $1 and t.id = v.lot_id left join serial s on s.org_id = $1 and s.id = v.serial_id
                where v.org_id = $1 and v.reason = 'count' group by 1, 2, 3, 4) m using (count_id, sku_id, lot, serial)
     left join stock_count n on n.org_id = $1 and n.id = count_id
     where coalesce(f.units, 0) <> coalesce(m.units, 0)";

    "I11" "no promise outlives its time or its order"
    "select format('reservation %s ran out at %s', id, expires_at) from reservation where org_id = $1 and expires_at < now()
     union all
     select format('order %s is cancelled and still holds %s units', o.number, sum(h.quantity))
     from (select order_line_id, quantity from reservation where org_id = $1
           union all select order_line_id, quantity from allocation where org_id = $1) h
     join order_line l on l.org_id = $1 and l.id = h.order_line_id
     join sales_order o on o.org_id = $1 and o.id = l.order_id
     where o.cancelled_at is not null group by o.number";

    "I11" "an order line holds no more than it is owed"
    "select format('order line %s: ordered %s, cancelled %s, shipped %s, held %s', l.id, l.quantity, l.quantity_cancelled,
                   coalesce(s.units, 0), h.units)
     from (select order_line_id, sum(quantity) as units from (
             select order_line_id, quantity from reservation where org_id = $1
             union all select order_line_id, quantity from allocation where org_id = $1) u group by order_line_id) h
     join order_line l on l.org_id = $1 and l.id = h.order_line_id
     left join (select pl.order_line_id, sum(pl.quantity) as units from parcel_line pl
                join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                where pl.org_id = $1 and p.shipped_at is not null group by pl.order_line_id) s on s.order_line_id = l.id
     where h.units > l.quantity - l.quantity_cancelled - coalesce(s.units, 0)";

    "I11" "a task is walked in its own wave, for units that wait in its bin"
    "select format('task %s is of wave %s, its trip of wave %s', t.id, t.wave_id, r.wave_id)
     from pick_task t join trip r on r.org_id = t.org_id and r.id = t.trip_id where t.org_id = $1 and t.wave_id <> r.wave_id
     union all
     select format('task %s is open in a cancelled wave', t.id)
     from pick_task t join wave w on w.org_id = t.org_id and w.id = t.wave_id
     where t.org_id = $1 and w.cancelled_at is not null and t.cancelled_at is null and t.done_at is null
     union all
     select format('order line %s in bin %s: to pick %s, allocated there %s', t.order_line_id, t.bin_id, t.units, coalesce(a.units, 0))
     from (select order_line_id, bin_id, sum(quantity - quantity_picked - quantity_short) as units from pick_task
           where org_id = $1 and done_at is null and cancelled_at is null group by order_line_id, bin_id) t
     left join (select order_line_id, bin_id, sum(quantity) as units from allocation
                where org_id = $1 and lpn_id = '00000000-0000-0000-0000-000000000000' group by order_line_id, bin_id) a
       using (order_line_id, bin_id)
     where t.units > coalesce(a.units, 0)";

    "I10" "what is in transit is what was sent less what came and what was given up"
    "select format('bin %s, SKU %s: sent and not in %s, in transit %s', bin_id, sku_id, coalesce(t.units, 0), coalesce(b.units, 0))
     from (select x.bin_id, l.sku_id, sum(coalesce(o.units, 0) - coalesce(i.units, 0) - coalesce(v.units, 0)) as units
           from site_transfer t join lane x on x.org_id = t.org_id and x.from_site = t.from_site and x.to_site = t.to_site
           join transfer_line l on l.org_id = t.org_id and l.transfer_id = t.id
           left join lateral (select sum(q.quantity) as units from transfer_load q where q.org_id = l.org_id and q.line_id = l.id) o on true
           left join lateral (select sum(q.quantity) as units from transfer_arrival q where q.org_id = l.org_id and q.line_id = l.id) i on true
           left join lateral (select sum(case q.kind when 'loss' then q.quantity else -q.quantity end) as units from transfer_variance q
                              where q.org_id = l.org_id and q.line_id = l.id) v on true
           where t.org_id = $1 group by x.bin_id, l.sku_id) t
     full join (select b.bin_id, b.sku_id, sum(b.on_hand) as units from balance b
                join lane x on x.org_id = b.org_id and x.bin_id = b.bin_id where b.org_id = $1 group by b.bin_id, b.sku_id) b
       using (bin_id, sku_id)
     where coalesce(t.units, 0) <> coalesce(b.units, 0)
     union all
     select format('transfer line %s: loaded %s, taken in %s', l.id, coalesce(sum(o.quantity), 0), i.units)
     from (select line_id, sum(quantity) as units from transfer_arrival where org_id = $1 group by line_id) i
     join transfer_line l on l.org_id = $1 and l.id = i.line_id
     left join transfer_load o on o.org_id = l.org_id and o.line_id = l.id
     group by l.id, i.units having i.units > coalesce(sum(o.quantity), 0)";
}
