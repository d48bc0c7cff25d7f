-- Places as the site designer keeps them: how much a bin holds, of which kind, beside what; locked and retired bins; what a SKU asks of
-- the place it stands in. No capacity stated = no limit.

alter table site add column layout_version int not null default 1;

alter table bin add column storage_class text not null default 'ambient' constraint bin_storage_class check (storage_class in
    ('ambient', 'chilled', 'frozen', 'secure', 'bulky'));
alter table bin add column hazard text not null default 'none' constraint bin_hazard check (hazard in
    ('none', 'flammable', 'corrosive', 'toxic', 'oxidising', 'battery'));
alter table bin add column mixing text not null default 'any' constraint bin_mixing check (mixing in ('any', 'one_sku', 'one_lot'));
alter table bin add column volume_ml int constraint bin_volume_positive check (volume_ml > 0);
alter table bin add column weight_g int constraint bin_weight_positive check (weight_g > 0);
alter table bin add column lock_note text not null default '';
-- Out of use for good: its code stays, its history too. Always locked.
alter table bin add column retired_at timestamptz;
alter table bin add constraint bin_retired_is_locked check (retired_at is null or locked);

alter table sku add column storage_class text not null default 'ambient' constraint sku_storage_class check (storage_class in
    ('ambient', 'chilled', 'frozen', 'secure', 'bulky'));
alter table sku add column hazard text not null default 'none' constraint sku_hazard check (hazard in
    ('none', 'flammable', 'corrosive', 'toxic', 'oxidising', 'battery'));
