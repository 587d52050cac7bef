-- One student's bin is looked at wherever a source is quoted.

drop index recordings_binned_at_idx;
create index recordings_binned_at_idx on recordings (user_id, binned_at) where binned_at is not null;
drop index study_materials_binned_at_idx;
create index study_materials_binned_at_idx on study_materials (user_id, binned_at) where binned_at is not null;
