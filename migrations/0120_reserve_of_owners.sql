-- Forward picks are filled from the goods of one owner, and also from what stands on pallets in reserve.

-- Whose goods a bin is filled with: of whom it is kept for, else of who has some in it; else our own, or those of the only one who has
-- some at the site.
create function forward_owner(of_org uuid, of_site uuid, of_bin uuid, of_sku uuid, kept uuid) returns uuid language sql stable as $$
    select coalesce(kept,
                    (select b.owner_id from balance b
                     where b.org_id = of_org and b.site_id = of_site and b.bin_id = of_bin and b.sku_id = of_sku and b.on_hand > 0
                       and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.state = 'sellable' order by b.owner_id limit 1),
                    (select case when count(distinct b.owner_id) = 1 then (array_agg(b.owner_id))[1] end from balance b
                           where b.org_id = of_org and b.site_id = of_site and b.sku_id = of_sku and b.on_hand > 0 and b.state = 'sellable'),
                    '00000000-0000-0000-0000-000000000000')
$$;

-- Whose goods are brought; nil: our own. From which handling unit; nil: what stands loose.
alter table replenish_task add column owner_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table replenish_task add column from_lpn uuid not null default '00000000-0000-0000-0000-000000000000';
