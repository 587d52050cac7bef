alter table account_imports drop column profile;
comment on column account_import_items.row_id is null;
