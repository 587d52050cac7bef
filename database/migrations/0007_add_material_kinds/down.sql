-- Their text stays; an older server calls all of them plain text.
update study_materials set kind = 'txt' where kind in ('odt', 'odp', 'ods', 'rtf', 'epub', 'xlsx', 'csv', 'ipynb', 'image');
alter table study_materials drop constraint study_materials_kind_check;
alter table study_materials add constraint study_materials_kind_check check (kind in ('note', 'txt', 'md', 'html', 'pdf', 'docx', 'pptx', 'web'));
