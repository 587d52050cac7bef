alter table study_materials drop column layout;
