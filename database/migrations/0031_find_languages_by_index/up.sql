-- Each search asks in which languages a student's sources are: from one to the next in an index, not through all of them.

create index if not exists transcriptions_language_idx on transcriptions (user_id, language);
create index if not exists study_materials_language_idx on study_materials (user_id, language);
