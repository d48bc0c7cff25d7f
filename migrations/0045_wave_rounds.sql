-- How a wave's carts are walked: where they start and may be handed in, whether heavy goods go first, and which cart it was planned for.

alter table wave
    -- By its name in the site's layout; empty = the first.
    add column start_depot text not null default '',
    -- A cart is handed in wherever its walk is shortest; none = where it started.
    add column end_depots text[] not null default '{}',
    -- Goods of which a unit weighs this much or more are picked before all others.
    add column heavy_from_g int constraint wave_heavy_positive check (heavy_from_g > 0),
    -- What is null does not limit. Waves planned before carts were kept have none of the three.
    add column cart_slots int constraint wave_cart_slots_positive check (cart_slots > 0),
    add column cart_volume_ml int constraint wave_cart_volume_positive check (cart_volume_ml > 0),
    add column cart_weight_g int constraint wave_cart_weight_positive check (cart_weight_g > 0);

-- Where this cart is handed in; empty = where it started.
alter table trip add column end_depot text not null default '';
