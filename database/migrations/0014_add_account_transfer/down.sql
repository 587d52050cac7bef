drop table deletion_receipts;
drop table account_import_items;
drop table account_imports;
drop table account_exports;
