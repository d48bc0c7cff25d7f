-- Money moves once: an authorisation pays for one order, refunds are claimed as payments are, and a provider that refused for
-- certain is asked again under another key.

alter table payment add column key_no int not null default 0 constraint payment_key_no_not_negative check (key_no >= 0);
-- One that was never captured, or failed, may be used again.
create unique index payment_authorisation_unique on payment (org_id, authorisation)
    where authorisation <> '' and (captured_at is not null or status in ('pending', 'unknown'));

alter table refund
    -- A worker that pays it has the row until then; if it dies, another asks what became of it.
    add column claimed_until timestamptz not null default '-infinity',
    add column attempts int not null default 0 constraint refund_attempts_not_negative check (attempts >= 0),
    add column key_no int not null default 0 constraint refund_key_no_not_negative check (key_no >= 0);
