-- An order that leaves its wave before anything was picked for it leaves its slot, and that slot's tote, to others.
grant delete on trip_slot to tideway_app;
