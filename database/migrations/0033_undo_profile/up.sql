-- An undone import puts back the profile that was there before.

alter table account_imports
  add column profile jsonb,
  add constraint account_imports_profile_check check (jsonb_typeof(profile) = 'object');
comment on column account_imports.profile is 'What of the profile was taken over, for an undo: {column: {before, taken}}';
comment on column account_import_items.row_id is 'The row; of rows without an id, what they are parts of (suitcase-tables.ts, group)';
