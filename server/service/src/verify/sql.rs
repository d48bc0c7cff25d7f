//! Statements that find drift in stock. Rows are breaches, in words.

use sqlx::PgConnection;

use super::checks;
use crate::Result;

/// One snapshot for all checks, and as long as it takes.
pub(super) async fn begin(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("set transaction isolation level repeatable read, read only").execute(&mut *conn).await?;
    sqlx::query("set local statement_timeout = 0").execute(conn).await?;
    Ok(())
}

checks! { stock:
    "I1" "a balance is the sum of its movements"
    "with moved as (
       select site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, sum(quantity)::bigint as quantity from (
         select to_site as site_id, to_bin as bin_id, to_lpn as lpn_id, sku_id, owner_id, lot_id, serial_id, to_state as state, quantity
         from movement where org_id = $1 and to_state <> 'outside'
         union all
         select from_site, from_bin, from_lpn, sku_id, owner_id, lot_id, serial_id, from_state, -quantity
         from movement where org_id = $1 and from_state <> 'outside') m
       group by site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
     select format('SKU %s, bin %s, unit %s, %s: movements %s, balance %s', sku_id, bin_id, lpn_id, state,
                   coalesce(moved.quantity, 0), coalesce(b.on_hand, 0))
     from moved full join (select * from balance where org_id = $1) b
       using (site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
     where coalesce(moved.quantity, 0) <> coalesce(b.on_hand, 0)";

    "I1" "a snapshot of the stock is what its movements make"
    "with snapshot as (
       select nth, movements, recorded_until, occurred_until, lag(recorded_until, 1, '-infinity') over (order by nth) as since,
              lag(movements, 1, 0::bigint) over (order by nth) as before from stock_snapshot where org_id = $1)
     select format('snapshot %s, SKU %s, bin %s, unit %s, %s: %s apart', s.nth, apart.sku_id, apart.bin_id, apart.lpn_id, apart.state, apart.units)
     from snapshot s cross join lateral (
       select sku_id, site_id, bin_id, lpn_id, owner_id, lot_id, serial_id, state, sum(units)::bigint as units from (
         select sku_id, site_id, bin_id, lpn_id, owner_id, lot_id, serial_id, state, case nth when s.nth then on_hand else -on_hand end as units
         from stock_snapshot_line where org_id = $1 and nth in (s.nth, s.nth - 1)
         union all
         select sku_id, to_site, to_bin, to_lpn, owner_id, lot_id, serial_id, to_state, -quantity from movement
         where org_id = $1 and recorded_at > s.since and recorded_at <= s.recorded_until and to_state <> 'outside'
         union all
         select sku_id, from_site, from_bin, from_lpn, owner_id, lot_id, serial_id, from_state, quantity from movement
         where org_id = $1 and recorded_at > s.since and recorded_at <= s.recorded_until and from_state <> 'outside') m
       group by sku_id, site_id, bin_id, lpn_id, owner_id, lot_id, serial_id, state having sum(units) <> 0) apart
     union all
     select format('snapshot %s: says %s movements until %s, there are %s until %s', s.nth, s.movements, s.occurred_until, s.before + m.n, m.last)
     from snapshot s cross join lateral (
       select count(*) as n, max(occurred_at) as last from movement
       where org_id = $1 and recorded_at > s.since and recorded_at <= s.recorded_until) m
     where s.movements <> s.before + m.n or m.last > s.occurred_until";

    "I1" "units inside are those that came in less those that left"
    "select format('SKU %s: came in less left %s, inside %s', sku_id, coalesce(came, 0), coalesce(inside, 0))
     from (select sku_id, sum(case when from_state = 'outside' then quantity else -quantity end)::bigint as came
           from movement where org_id = $1 and (from_state = 'outside' or to_state = 'outside') group by sku_id) m
     full join (select sku_id, sum(on_hand)::bigint as inside from balance where org_id = $1 group by sku_id) b using (sku_id)
     where coalesce(came, 0) <> coalesce(inside, 0)";

    "I2" "allocated is the sum of its allocations"
    "select format('SKU %s, bin %s, unit %s: allocations %s, balance says %s', sku_id, bin_id, lpn_id,
                   coalesce(a.quantity, 0), coalesce(b.allocated, 0))
     from (select site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, sum(quantity)::bigint as quantity
           from allocation where org_id = $1 group by site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state) a
     full join (select * from balance where org_id = $1) b using (site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
     where coalesce(a.quantity, 0) <> coalesce(b.allocated, 0)";

    "I2" "reserved is the sum of its reservations"
    "select format('SKU %s at site %s: reservations %s, demand says %s', sku_id, site_id, coalesce(r.quantity, 0), coalesce(d.reserved, 0))
     from (select site_id, sku_id, owner_id, sum(quantity)::bigint as quantity
           from (select site_id, sku_id, owner_id, quantity from reservation where org_id = $1
                 union all select site_id, sku_id, owner_id, quantity from basket_line where org_id = $1) promised
           group by site_id, sku_id, owner_id) r
     full join (select * from demand where org_id = $1) d using (site_id, sku_id, owner_id)
     where coalesce(r.quantity, 0) <> coalesce(d.reserved, 0)";

    "I2" "an order is promised and given its owner's units, and no others"
    "select format('order %s: %s units of another owner', o.number, sum(h.quantity))
     from (select order_line_id, owner_id, quantity from allocation where org_id = $1
           union all select order_line_id, owner_id, quantity from reservation where org_id = $1) h
     join order_line l on l.org_id = $1 and l.id = h.order_line_id
     join sales_order o on o.org_id = l.org_id and o.id = l.order_id
     where h.owner_id <> o.owner_id group by o.id, o.number";

    "I2" "nothing is allocated that is not there"
    "select format('SKU %s, bin %s, %s: on hand %s, allocated %s', sku_id, bin_id, state, on_hand, allocated)
     from balance where org_id = $1 and (allocated < 0 or allocated > on_hand or (allocated > 0 and state <> 'sellable'))";

    "I3" "a serial is in one place"
    "select format('serial %s of SKU %s: %s units in %s places', serial_id, sku_id, sum(on_hand), count(*))
     from balance where org_id = $1 and on_hand > 0 and serial_id <> '00000000-0000-0000-0000-000000000000'
     group by serial_id, sku_id having sum(on_hand) > 1";

    "I12" "balances derived anew are identical"
    "with moved as (
       select to_site as site_id, to_bin as bin_id, to_lpn as lpn_id, sku_id, owner_id, lot_id, serial_id, to_state as state,
              quantity, 0 as allocated from movement where org_id = $1
       union all
       select from_site, from_bin, from_lpn, sku_id, owner_id, lot_id, serial_id, from_state, -quantity, 0 from movement where org_id = $1
       union all
       select site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, 0, quantity from allocation where org_id = $1),
     derived as (
       select site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, sum(quantity)::int as on_hand, sum(allocated)::int as allocated
       from moved where state <> 'outside' group by site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state
       having sum(quantity) <> 0 or sum(allocated) <> 0),
     stored as (
       select site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, on_hand, allocated
       from balance where org_id = $1 and (on_hand <> 0 or allocated <> 0)),
     apart as (
       select 'derived only' as which, d.* from (select * from derived except select * from stored) d
       union all select 'stored only', s.* from (select * from stored except select * from derived) s)
     select format('%s: SKU %s, bin %s, unit %s, %s: %s on hand, %s allocated', which, sku_id, bin_id, lpn_id, state, on_hand, allocated)
     from apart";
}
