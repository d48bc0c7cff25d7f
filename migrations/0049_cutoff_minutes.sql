-- A cutoff is a minute of the day by the site's clock, not a moment in time: those are timestamptz and nothing else.
alter table carrier_cutoff
    add column leaves_minute int not null default 0 constraint carrier_cutoff_minute_of_day check (leaves_minute between 0 and 1439);
update carrier_cutoff set leaves_minute = extract(hour from leaves_at)::int * 60 + extract(minute from leaves_at)::int;
alter table carrier_cutoff alter column leaves_minute drop default;
alter table carrier_cutoff drop column leaves_at;
