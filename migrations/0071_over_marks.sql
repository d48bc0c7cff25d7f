-- Units beyond the tolerance wait with what was said of them: their lot, its days, their serials.

alter table over_delivery
    add column lot text not null default '',
    add column made_on timestamptz,
    add column expires_on timestamptz,
    add column serials text[] not null default '{}';
