alter table users drop column quotas;
