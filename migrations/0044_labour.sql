-- Work and the hours there are for it.

-- For whom a cart is meant that nobody walks yet; nil = for anyone. The floor offers it to them first.
alter table trip add column planned_for uuid not null default '00000000-0000-0000-0000-000000000000';

-- The receipt of a release: hours left, hours needed, and the reason when there were too few.
alter table decision drop constraint decision_kind;
alter table decision add constraint decision_kind check (kind in
    ('allocation', 'wave', 'return_policy', 'disposition', 'refund', 'approval', 'release', 'labour'));
