-- A recall takes units out of parcels that have not left, and calls somebody for what lies in totes and parcels. So does the day after
-- a lot's last one.

grant delete on parcel_line to tideway_app;
select add_words('exception_case', 'exception_case_kind', '{recall,expired}');
