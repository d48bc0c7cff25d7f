-- Which change of state each reason may make, as `domain::stock::lawful` has it: a row that skips a decision cannot be stored.
alter table movement add constraint movement_lawful check (case
    when reason = 'receipt' then from_state = 'outside' and to_state in ('sellable', 'held', 'quarantined', 'damaged')
    when reason = 'opening' then from_state = 'outside' and to_state in ('sellable', 'held')
    when reason in ('putaway', 'move') then from_state = to_state and from_state <> 'in_transit'
    when reason in ('pick', 'unpick', 'pack', 'replenish') then from_state = 'sellable' and to_state = 'sellable'
    when reason = 'ship' then from_state = 'sellable' and to_state = 'outside'
    when reason = 'return_receipt' then from_state = 'outside' and to_state = 'returned'
    when reason = 'disposition' then from_state = 'returned' and to_state in ('sellable', 'held', 'quarantined')
    when reason = 'hold' then from_state = 'sellable' and to_state = 'held'
    when reason = 'release' then from_state = 'held' and to_state = 'sellable'
    when reason = 'damage' then from_state in ('sellable', 'held') and to_state = 'damaged' or from_state = 'held' and to_state = 'quarantined'
    when reason = 'count' then from_state <> 'in_transit' and to_state <> 'in_transit' and 'outside' in (from_state, to_state)
    when reason = 'scrap' then from_state <> 'in_transit' and to_state = 'outside'
    when reason = 'transfer' then from_state = 'sellable' and to_state = 'in_transit'
        or from_state = 'in_transit' and to_state in ('sellable', 'held', 'outside')
        or from_state = 'outside' and to_state in ('sellable', 'held')
    else false end) not valid;
alter table movement validate constraint movement_lawful;
