-- Waves picked together and sorted at the bench, and waves picked zone by zone.

alter table wave drop constraint wave_method;
alter table wave add constraint wave_method check (method in ('single', 'cluster', 'batch', 'zone'));
