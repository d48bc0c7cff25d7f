-- What is sold: SKUs, their barcodes and packs.

create table sku (
    org_id uuid not null constraint sku_org references org (id),
    id uuid not null,
    code text not null constraint sku_code_given check (length(btrim(code)) between 1 and 60),
    name text not null,
    -- What tells it from its siblings: "GREEN · 350 ml".
    variant text not null default '',
    category text not null default 'general',
    length_mm int not null constraint sku_length_positive check (length_mm > 0),
    width_mm int not null constraint sku_width_positive check (width_mm > 0),
    height_mm int not null constraint sku_height_positive check (height_mm > 0),
    weight_g int not null constraint sku_weight_positive check (weight_g > 0),
    -- What customers pay for one, tax included, in the org's currency.
    price numeric(19,4) not null constraint sku_price_not_negative check (price >= 0),
    tax_rate numeric(7,4) not null constraint sku_tax_rate_range check (tax_rate >= 0 and tax_rate < 1),
    -- What one is expected to cost: the cost of receipts that state none.
    standard_cost numeric(19,4) not null constraint sku_cost_not_negative check (standard_cost >= 0),
    active boolean not null default true,
    created_at timestamptz not null default now(),
    constraint sku_pk primary key (org_id, id),
    constraint sku_code_unique unique (org_id, code)
);
select org_table('sku', 'select, insert, update');

create table barcode (
    org_id uuid not null,
    code text not null constraint barcode_code_given check (length(code) between 3 and 80),
    sku_id uuid not null,
    -- A case barcode counts its whole case.
    pack_quantity int not null constraint barcode_pack_positive check (pack_quantity > 0),
    constraint barcode_pk primary key (org_id, code),
    constraint barcode_sku foreign key (org_id, sku_id) references sku (org_id, id)
);
create index barcode_sku_idx on barcode (org_id, sku_id);
select org_table('barcode', 'select, insert, update, delete');
