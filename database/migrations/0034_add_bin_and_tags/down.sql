drop policy bin on recordings;
drop policy bin on study_materials;
drop policy bin on transcriptions;
alter table recordings drop column tags, drop column binned_at;
alter table study_materials drop column tags, drop column binned_at;
alter table transcriptions drop column binned_at;
