-- A command is remembered for 90 days, so that whoever repeats it gets the same answer; its audit row stays for good. The audit
-- keeps the command's id, so a command that is forgotten can still never take effect again: audit_pk stops it.

alter table audit drop constraint audit_command;
alter table outbox drop constraint outbox_command;
alter table movement drop constraint movement_command;

-- Whoever leads forgets; the app itself can still neither change nor delete a command.
create policy sequencer_forgets on command to tideway_sequencer using (true) with check (true);
grant select, delete on command to tideway_sequencer;
