drop table deletion_remains;
drop table account_deletion_links;
drop table account_deletions;
delete from uploads where kind = 'account_import';
alter table uploads
  drop column account_import_id,
  drop constraint uploads_kind_check,
  add constraint uploads_kind_check check (kind in ('recording', 'study_material'));
alter table account_imports drop column kept_until;
