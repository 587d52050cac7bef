-- How an office file looks: its headings, lists, tables and bold words. Documents that were read before have none.

alter table study_materials add column layout jsonb not null default '[]';
alter table study_materials add constraint study_materials_layout_check check (jsonb_typeof(layout) = 'array');
comment on column study_materials.layout is
  'Headings, lists, tables, notes and bold words, where the file told them: '
  '[{kind, start_offset, end_offset, level?, mark?, cells?, head_rows?}]';
