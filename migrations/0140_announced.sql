-- What a supplier says is in a delivery: of a line, perhaps of which lots; and how a delivery came out against it.

create table delivery_lot (
    org_id uuid not null,
    delivery_id uuid not null,
    line_id uuid not null,
    lot text not null constraint delivery_lot_said check (lot <> ''),
    -- Its beginning in UTC; the last day is a good one.
    expires_on timestamptz,
    quantity int not null constraint delivery_lot_quantity_positive check (quantity > 0),
    constraint delivery_lot_pk primary key (org_id, delivery_id, line_id, lot),
    constraint delivery_lot_line foreign key (org_id, delivery_id, line_id) references delivery_line (org_id, delivery_id, line_id)
);
select org_table('delivery_lot', 'select, insert');

-- Of each line that was announced or came with a delivery: how many were said, how many came, and how many are still to come of it.
create view delivery_line_standing with (security_invoker = true) as
select d.org_id, d.id as delivery_id, d.order_id, u.line_id, u.announced, u.received,
    case when d.cancelled_at is null and d.done_at is null then greatest(u.announced - u.received, 0) else 0 end as coming
from delivery d
join lateral (
    select n.line_id, sum(n.announced)::int as announced, sum(n.received)::int as received
    from (
        select s.line_id, s.quantity as announced, 0 as received
        from delivery_line s where s.org_id = d.org_id and s.delivery_id = d.id
        union all
        select x.line_id, 0, x.quantity
        from goods_receipt r join goods_receipt_line x on x.org_id = r.org_id and x.receipt_id = r.id
        where r.org_id = d.org_id and r.delivery_id = d.id and x.line_id is not null
    ) n group by n.line_id
) u on true;
grant select on delivery_line_standing to tideway_app;
