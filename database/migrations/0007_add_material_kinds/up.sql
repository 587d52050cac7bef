-- Documents of OpenDocument, rich text, e-books, tables, notebooks and pictures are study materials too.
alter table study_materials drop constraint study_materials_kind_check;
alter table study_materials add constraint study_materials_kind_check check (kind in ('note', 'txt', 'md', 'html', 'pdf', 'docx', 'pptx', 'odt', 'odp', 'ods', 'rtf', 'epub', 'xlsx', 'csv', 'ipynb', 'image', 'web'));
