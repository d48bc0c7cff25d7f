-- Words that are one of a few, kept to them: the last such columns that had no CHECK. schema_lint finds any other.
alter table pick_task add constraint pick_task_short_reason_known check (short_reason in ('', 'missing', 'damaged', 'wrong_item'));
alter table number_block add constraint number_block_kind_is_a_prefix check (kind ~ '^[A-Z]{2,6}$');
alter table import_row add constraint import_row_outcome_known check (outcome in (
    'sale', 'guest_sale', 'return_matched', 'return_unmatched', 'pseudo_sku', 'duplicate', 'stock_correction', 'odd_return',
    'zero_price', 'books_correction', 'known', 'unreadable', 'refused'));
