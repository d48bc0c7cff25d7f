-- Orders, their payments, and how they leave. Progress is derived, never stored twice.

create table channel (
    org_id uuid not null constraint channel_org references org (id),
    id uuid not null,
    code text not null constraint channel_code_form check (code ~ '^[a-z0-9_-]{2,30}$'),
    name text not null,
    -- Hours from placing to the promised hand-over.
    promise_hours int not null constraint channel_promise_positive check (promise_hours > 0),
    constraint channel_pk primary key (org_id, id),
    constraint channel_code_unique unique (org_id, code)
);
select org_table('channel', 'select, insert, update');

create table sales_order (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    channel_id uuid not null,
    -- The channel's own id: the same one is never taken twice.
    external_id text not null constraint sales_order_external_given check (length(btrim(external_id)) > 0),
    customer_name text not null,
    email text not null,
    address_line text not null,
    city text not null,
    postcode text not null,
    country text not null constraint sales_order_country_form check (country ~ '^[A-Z]{2}$'),
    currency text not null constraint sales_order_currency_form check (currency ~ '^[A-Z]{3}$'),
    shipping_amount numeric(19,4) not null constraint sales_order_shipping_not_negative check (shipping_amount >= 0),
    shipping_tax numeric(19,4) not null constraint sales_order_shipping_tax_range check (shipping_tax between 0 and shipping_amount),
    ship_complete boolean not null default false,
    placed_at timestamptz not null,
    promised_at timestamptz not null,
    -- Set once, when every gate passed; a failed gate is the named hold.
    released_at timestamptz,
    hold text constraint sales_order_hold check (hold in ('payment', 'stock', 'address', 'fraud', 'manual')),
    cancelled_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint sales_order_pk primary key (org_id, id),
    constraint sales_order_number_unique unique (org_id, number),
    constraint sales_order_external_unique unique (org_id, channel_id, external_id),
    constraint sales_order_channel foreign key (org_id, channel_id) references channel (org_id, id)
);
create index sales_order_placed_idx on sales_order (org_id, placed_at desc, id);
create index sales_order_email_idx on sales_order (org_id, lower(email));
select org_table('sales_order', 'select, insert, update');

create table order_line (
    org_id uuid not null,
    id uuid not null,
    order_id uuid not null,
    line_no int not null constraint order_line_no_positive check (line_no > 0),
    sku_id uuid not null,
    quantity int not null constraint order_line_quantity_positive check (quantity > 0),
    quantity_cancelled int not null default 0,
    -- Tax included, before discount, for one unit.
    unit_price numeric(19,4) not null constraint order_line_price_not_negative check (unit_price >= 0),
    -- For the whole line.
    discount numeric(19,4) not null default 0,
    tax numeric(19,4) not null,
    constraint order_line_pk primary key (org_id, id),
    constraint order_line_no_unique unique (org_id, order_id, line_no),
    constraint order_line_order foreign key (org_id, order_id) references sales_order (org_id, id),
    constraint order_line_sku foreign key (org_id, sku_id) references sku (org_id, id),
    constraint order_line_cancelled_range check (quantity_cancelled between 0 and quantity),
    constraint order_line_discount_range check (discount between 0 and unit_price * quantity),
    constraint order_line_tax_range check (tax between 0 and unit_price * quantity - discount)
);
create index order_line_sku_idx on order_line (org_id, sku_id);
select org_table('order_line', 'select, insert, update');
alter table reservation add constraint reservation_line foreign key (org_id, order_line_id) references order_line (org_id, id);
alter table allocation add constraint allocation_line foreign key (org_id, order_line_id) references order_line (org_id, id);

-- Money in. `unknown` = the provider did not answer: asked for, never repeated blindly.
create table payment (
    org_id uuid not null,
    id uuid not null,
    order_id uuid not null,
    provider text not null,
    -- The shop's authorisation that we capture.
    authorisation text not null,
    provider_ref text not null default '',
    amount numeric(19,4) not null constraint payment_amount_not_negative check (amount >= 0),
    currency text not null constraint payment_currency_form check (currency ~ '^[A-Z]{3}$'),
    status text not null constraint payment_status check (status in
        ('pending', 'captured', 'failed', 'unknown', 'voiding', 'voided')),
    failure text not null default '',
    captured_at timestamptz,
    -- A worker that asks the provider has the row until then; if it dies, another asks what became of it.
    claimed_until timestamptz not null default '-infinity',
    attempts int not null default 0,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint payment_pk primary key (org_id, id),
    constraint payment_order foreign key (org_id, order_id) references sales_order (org_id, id)
);
create index payment_order_idx on payment (org_id, order_id);
create index payment_open_idx on payment (org_id, status) where status in ('pending', 'unknown', 'voiding');
select org_table('payment', 'select, insert, update');

-- A parcel is one handling unit for one order. shipped_at set = handed to the carrier.
create table parcel (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    order_id uuid not null,
    site_id uuid not null,
    lpn_id uuid not null,
    opened_at timestamptz not null,
    packed_at timestamptz,
    packed_by uuid not null,
    weight_g int not null default 0 constraint parcel_weight_not_negative check (weight_g >= 0),
    carrier text not null default '',
    service text not null default '',
    tracking text not null default '',
    shipped_at timestamptz,
    shipped_by uuid not null default '00000000-0000-0000-0000-000000000000',
    recorded_at timestamptz not null default now(),
    constraint parcel_pk primary key (org_id, id),
    constraint parcel_number_unique unique (org_id, number),
    constraint parcel_order foreign key (org_id, order_id) references sales_order (org_id, id),
    constraint parcel_site foreign key (org_id, site_id) references site (org_id, id),
    constraint parcel_lpn foreign key (org_id, lpn_id) references lpn (org_id, id),
    constraint parcel_shipped_is_packed check (shipped_at is null or packed_at is not null)
);
create index parcel_order_idx on parcel (org_id, order_id);
create index parcel_site_idx on parcel (org_id, site_id, shipped_at);
create index parcel_lpn_idx on parcel (org_id, lpn_id);
select org_table('parcel', 'select, insert, update');

-- Units verified into the parcel.
create table parcel_line (
    org_id uuid not null,
    parcel_id uuid not null,
    order_line_id uuid not null,
    quantity int not null constraint parcel_line_quantity_positive check (quantity > 0),
    constraint parcel_line_pk primary key (org_id, parcel_id, order_line_id),
    constraint parcel_line_parcel foreign key (org_id, parcel_id) references parcel (org_id, id),
    constraint parcel_line_order_line foreign key (org_id, order_line_id) references order_line (org_id, id)
);
create index parcel_line_order_line_idx on parcel_line (org_id, order_line_id);
select org_table('parcel_line', 'select, insert, update');
