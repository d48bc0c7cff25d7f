-- A code is found whatever its case, at the dock as on the floor.
create index barcode_any_case_idx on barcode (org_id, upper(code));
