-- The peer of `make bench`: the least a shop could write for one order of three lines on the same Postgres, in one function call:
-- idempotency row, order, three lines, three guarded reservations, two ledger rows, one outbox row. No authority, no audit, no money.
drop schema if exists mini cascade;
create schema mini;
create table mini.stock (sku int primary key, on_hand int not null, reserved int not null default 0, check (reserved <= on_hand));
create table mini.command (id uuid primary key, outcome jsonb not null, at timestamptz not null default now());
create table mini.orders (id uuid primary key, customer text not null, at timestamptz not null default now());
create table mini.line (order_id uuid not null, line_no int not null, sku int not null, quantity int not null, primary key (order_id, line_no));
create table mini.ledger (id uuid primary key, debit text not null, credit text not null, amount numeric(19,4) not null);
create table mini.outbox (id uuid primary key, topic text not null, payload jsonb not null, at timestamptz not null default now());
insert into mini.stock select s, 100000000 from generate_series(1, 5000) s;
create function mini.place(a int, b int, c int) returns void language plpgsql as $$
declare
    o uuid := gen_random_uuid();
begin
    insert into mini.command values (o, '{"done": true}');
    insert into mini.orders values (o, 'someone');
    insert into mini.line values (o, 1, a, 1), (o, 2, b, 1), (o, 3, c, 1);
    update mini.stock set reserved = reserved + n
    from (select sku, count(*)::int as n from unnest(array[a, b, c]) sku group by sku order by sku) wanted
    where stock.sku = wanted.sku and on_hand - reserved >= n;
    insert into mini.ledger values (gen_random_uuid(), '1000', '2100', 30), (gen_random_uuid(), '2100', '4000', 25);
    insert into mini.outbox values (gen_random_uuid(), 'order.placed', jsonb_build_object('id', o));
end $$;
