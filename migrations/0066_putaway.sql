-- Putaway: its decisions keep receipts, and goods that fit nowhere are a case.

select add_words('decision', 'decision_kind', '{putaway}');
select add_words('exception_case', 'exception_case_kind', '{putaway}');
