//! Statements that find drift in money, cost and returns. Rows are breaches, in words.

use super::checks;

checks! { money:
    "I4" "no order gives back more than was captured"
    "select format('order %s: captured %s, given back %s', o.number, coalesce(p.captured, 0), f.given)
     from (select f.order_id, sum(l.amount) as given from refund f join refund_line l on l.org_id = f.org_id and l.refund_id = f.id
           where f.org_id = $1 and f.status <> 'declined' group by f.order_id) f
     join sales_order o on o.org_id = $1 and o.id = f.order_id
     left join (select order_id, sum(amount) as captured from payment where org_id = $1 and status = 'captured' group by order_id) p
       on p.order_id = f.order_id
     where f.given > coalesce(p.captured, 0)";

    "I4" "no line gives back more than it was sold for"
    "select format('order line %s: sold for %s, given back %s for %s units', l.id, l.unit_price * l.quantity - l.discount, f.given, f.units)
     from (select r.order_line_id, sum(r.amount) as given, sum(r.quantity) as units
           from refund_line r join refund f on f.org_id = r.org_id and f.id = r.refund_id
           where r.org_id = $1 and f.status <> 'declined' group by r.order_line_id) f
     join order_line l on l.org_id = $1 and l.id = f.order_line_id
     where f.given > l.unit_price * l.quantity - l.discount or f.units > l.quantity";

    "I4" "a refund is the sum of its lines less their fees"
    "select format('refund %s: amount %s, lines %s', f.number, f.amount, coalesce(sum(l.amount - l.fee), 0))
     from refund f left join refund_line l on l.org_id = f.org_id and l.refund_id = f.id
     where f.org_id = $1 group by f.id, f.number, f.amount having f.amount <> coalesce(sum(l.amount - l.fee), 0)";

    "I4" "no more comes back than was shipped"
    "select format('order line %s: shipped %s, received back %s', b.order_line_id, coalesce(s.units, 0), b.units)
     from (select l.order_line_id, sum(c.quantity) as units from receipt_line c
           join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
           where c.org_id = $1 group by l.order_line_id) b
     left join (select pl.order_line_id, sum(pl.quantity) as units from parcel_line pl
                join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                where pl.org_id = $1 and p.shipped_at is not null group by pl.order_line_id) s using (order_line_id)
     where b.units > coalesce(s.units, 0)";

    "I4" "each depth of a return holds no more than the one above"
    "select format('return line %s: asked %s, received %s', l.id, l.quantity, sum(c.quantity))
     from return_line l join receipt_line c on c.org_id = l.org_id and c.return_line_id = l.id
     where l.org_id = $1 group by l.id, l.quantity having sum(c.quantity) > l.quantity
     union all
     select format('receipt line %s: received %s, inspected %s', c.id, c.quantity, sum(i.quantity))
     from receipt_line c join inspection i on i.org_id = c.org_id and i.receipt_line_id = c.id
     where c.org_id = $1 group by c.id, c.quantity having sum(i.quantity) > c.quantity
     union all
     select format('inspection %s: inspected %s, refunded %s', i.id, i.quantity, sum(r.quantity))
     from inspection i join refund_line r on r.org_id = i.org_id and r.inspection_id = i.id
     join refund f on f.org_id = r.org_id and f.id = r.refund_id and f.status <> 'declined'
     where i.org_id = $1 group by i.id, i.quantity having sum(r.quantity) > i.quantity";

    "I5" "the inventory account is the value of the cost layers"
    "select format('account 1200: %s, layers: %s', books, layers) from (
       select (select coalesce(sum(case when debit = '1200' then amount else -amount end), 0) from gl_transfer
               where org_id = $1 and state = 'posted' and '1200' in (debit, credit)) as books,
              (select coalesce(sum(remaining_value), 0) from cost_layer where org_id = $1) as layers) both_sides
     where books <> layers";

    "I5" "cost layers hold the units that are owned"
    "select format('SKU %s: layers %s, balances %s', sku_id, coalesce(l.units, 0), coalesce(b.units, 0))
     from (select sku_id, owner_id, sum(remaining)::bigint as units from cost_layer where org_id = $1 group by sku_id, owner_id) l
     full join (select sku_id, owner_id, sum(on_hand)::bigint as units from balance
                where org_id = $1 and owner_id = '00000000-0000-0000-0000-000000000000' group by sku_id, owner_id) b using (sku_id, owner_id)
     where coalesce(l.units, 0) <> coalesce(b.units, 0)";

    "I5" "a cost layer is what it began with less what its entries took"
    "select format('layer %s: %s units worth %s remain, entries leave %s worth %s', l.id, l.remaining, l.remaining_value,
                   l.quantity - coalesce(e.units, 0), l.value - coalesce(e.value, 0))
     from cost_layer l
     left join (select layer_id, sum(case kind when 'consume' then quantity when 'reinstate' then -quantity else 0 end) as units,
                       sum(case when kind = 'consume' then value else -value end) as value
                from cost_entry where org_id = $1 group by layer_id) e on e.layer_id = l.id
     where l.org_id = $1
       and (l.remaining <> l.quantity - coalesce(e.units, 0) or l.remaining_value <> l.value - coalesce(e.value, 0))";

    "I5" "received and not invoiced is what came in and was not billed"
    "select format('account 2000: %s, received less billed: %s', books, received - billed) from (
       select (select coalesce(sum(case when credit = '2000' then amount else -amount end), 0) from gl_transfer
               where org_id = $1 and state = 'posted' and '2000' in (debit, credit)) as books,
              (select coalesce(sum(l.quantity * l.unit_cost), 0) from goods_receipt r
               join goods_receipt_line l on l.org_id = r.org_id and l.receipt_id = r.id
               where r.org_id = $1 and r.kind = 'purchase') as received,
              (select coalesce(sum(n.cleared_quantity * l.unit_cost), 0) from supplier_bill b
               join supplier_bill_line n on n.org_id = b.org_id and n.bill_id = b.id
               join purchase_line l on l.org_id = n.org_id and l.id = n.line_id
               where b.org_id = $1 and b.matched_at is not null) as billed) all_three
     where books <> received - billed";

    "I5" "accounts payable are the bills that match and are not paid, and what goods cost to get here"
    "select format('account 2010: %s, bills and charges: %s', books, owed) from (
       select (select coalesce(sum(case when credit = '2010' then amount else -amount end), 0) from gl_transfer
               where org_id = $1 and state = 'posted' and '2010' in (debit, credit)) as books,
              (select coalesce(sum(n.quantity * n.unit_cost), 0) from supplier_bill b
               join supplier_bill_line n on n.org_id = b.org_id and n.bill_id = b.id
               where b.org_id = $1 and b.matched_at is not null and b.paid_at is null)
              + (select coalesce(sum(amount), 0) from landed_charge where org_id = $1) as owed) both_sides
     where books <> owed";

    "I5" "what suppliers owe is what they credited and was not taken off a payment"
    "select format('account 1300: %s, credited less used: %s', books, credited - used) from (
       select (select coalesce(sum(case when debit = '1300' then amount else -amount end), 0) from gl_transfer
               where org_id = $1 and state = 'posted' and '1300' in (debit, credit)) as books,
              (select coalesce(sum(credited_amount), 0) from supplier_claim where org_id = $1) as credited,
              (select coalesce(sum(credit_amount), 0) from supplier_bill where org_id = $1) as used) all_three
     where books <> credited - used";

    "I5" "a charge is shared out whole"
    "select format('landed cost %s: charged %s, shared %s, made stock dearer by %s, entries say %s', c.number, coalesce(g.amount, 0),
                   coalesce(s.amount, 0), coalesce(s.stock, 0), coalesce(e.value, 0))
     from landed_cost c
     left join (select landed_id, sum(amount) as amount from landed_charge where org_id = $1 group by landed_id) g on g.landed_id = c.id
     left join (select landed_id, sum(amount) as amount, sum(stock_amount) as stock from landed_share where org_id = $1 group by landed_id) s
       on s.landed_id = c.id
     left join (select source_id, sum(value) as value from cost_entry where org_id = $1 and kind = 'revalue' group by source_id) e
       on e.source_id = c.id
     where c.org_id = $1
       and (coalesce(g.amount, 0) <> coalesce(s.amount, 0) or coalesce(s.stock, 0) <> coalesce(e.value, 0))";

    "I5" "captured and voided payments are on the books, once"
    "select format('payment %s (%s) of %s: captured on the books %s, voided %s', p.id, p.status, p.amount, coalesce(t.taken, 0), coalesce(t.back, 0))
     from payment p
     left join (select source_id, sum(case when debit = '1000' then amount else 0 end) as taken,
                       sum(case when credit = '1000' then amount else 0 end) as back
                from gl_transfer where org_id = $1 and source_kind in ('payment', 'cancel') and state = 'posted' group by source_id) t
       on t.source_id = p.id
     where p.org_id = $1
       and (coalesce(t.taken, 0) <> (case when p.captured_at is not null then p.amount else 0 end)
            or coalesce(t.back, 0) <> (case when p.status = 'voided' and p.captured_at is not null then p.amount else 0 end))";

    "I5" "refunds payable is what was agreed and not yet paid"
    "select format('refund %s (%s) of %s: payable %s, paid %s', f.number, f.status, f.amount, coalesce(t.payable, 0), coalesce(t.paid, 0))
     from refund f
     left join (select source_id,
                  sum(case when credit = '2200' then amount when debit = '2200' and credit not in ('1000', '2250') then -amount else 0 end) as payable,
                  sum(case when debit = '2200' and credit in ('1000', '2250') then amount else 0 end) as paid
                from gl_transfer where org_id = $1 and source_kind = 'refund' and state = 'posted' group by source_id) t on t.source_id = f.id
     where f.org_id = $1
       and (coalesce(t.payable, 0) <> (case when f.status in ('proposed', 'declined') then 0 else f.amount end)
            or coalesce(t.paid, 0) <> (case when f.status = 'paid' then f.amount else 0 end))";

    "I5" "an order that left whole earned its whole price"
    "select format('order %s: sold for %s, earned %s', o.number, s.gross + o.shipping_amount, coalesce(e.earned, 0))
     from sales_order o
     join (select l.order_id, sum(l.unit_price * l.quantity - l.discount) as gross
           from order_line l
           left join (select pl.order_line_id, sum(pl.quantity) as units from parcel_line pl
                      join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                      where pl.org_id = $1 and p.shipped_at is not null group by pl.order_line_id) x on x.order_line_id = l.id
           where l.org_id = $1 group by l.order_id having bool_and(coalesce(x.units, 0) = l.quantity)) s on s.order_id = o.id
     left join (select p.order_id, sum(t.amount) as earned from gl_transfer t join parcel p on p.org_id = t.org_id and p.id = t.source_id
                where t.org_id = $1 and t.source_kind = 'shipment' and t.state = 'posted' and t.debit = '2100' group by p.order_id) e
       on e.order_id = o.id
     where o.org_id = $1 and s.gross + o.shipping_amount <> coalesce(e.earned, 0)";
}
