-- What an org is, beyond its name: a shop that trades, or a history replayed to prove the system; and whether it is whole.

-- A replay is nobody's shop: it is never meant where only one org can be meant.
alter table org add column purpose text not null default 'trade' constraint org_purpose check (purpose in ('trade', 'replay'));
-- The moment up to which a history is being told into this org; null once it is told whole, and in every real org.
alter table org add column telling_until timestamptz;
