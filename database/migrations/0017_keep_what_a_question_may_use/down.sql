alter table messages drop column materials;
