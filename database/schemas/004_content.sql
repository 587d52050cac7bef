-- 004 content: what students record, upload, write, and hear read aloud.

create table if not exists recordings (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  recording_type text not null default 'lecture',
  subject text,
  language text,
  original_filename text,
  mime_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  duration_seconds double precision,
  created_at timestamptz not null default now(),
  sound_tracks jsonb,
  sound_track integer,
  tags text[] not null default '{}',
  binned_at timestamptz,
  constraint recordings_pkey primary key (user_id, id),
  constraint recordings_storage_key_key unique (storage_key),
  constraint recordings_title_check check (length(title) between 1 and 500),
  constraint recordings_recording_type_check check (recording_type in ('lecture', 'note', 'other')),
  constraint recordings_subject_check check (length(subject) between 1 and 100),
  constraint recordings_language_check check (length(language) between 2 and 35),
  constraint recordings_original_filename_check check (length(original_filename) between 1 and 500),
  constraint recordings_mime_type_check check (length(mime_type) between 3 and 100),
  constraint recordings_size_bytes_check check (size_bytes > 0),
  constraint recordings_sha256_check check (octet_length(sha256) = 32),
  constraint recordings_storage_key_check check (length(storage_key) between 1 and 500),
  constraint recordings_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint recordings_sound_tracks_check check (jsonb_typeof(sound_tracks) = 'array'),
  constraint recordings_sound_track_check check (sound_track >= 0),
  constraint recordings_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null)
);
comment on table recordings is 'Audio or video of a lecture or note, as it was recorded or uploaded';
comment on column recordings.mime_type is 'Decided by the content, not by the name';
comment on column recordings.original_filename is 'Shown, never used as a path';
comment on column recordings.duration_seconds is 'Null until it was decoded once';
comment on column recordings.sound_tracks is
  '[{number, codec, readable, name?, language?}] where there are several; null where there is one';
comment on column recordings.sound_track is 'The one that is heard; null where there is one';
comment on column recordings.binned_at is 'Since when it lies in the bin; deleted thirty days later';
create index if not exists recordings_subject_idx on recordings (user_id, subject);
create index if not exists recordings_sha256_idx on recordings (user_id, sha256);
create index if not exists recordings_created_at_idx on recordings (created_at);
create index if not exists recordings_binned_at_idx on recordings (user_id, binned_at) where binned_at is not null;

create table if not exists study_materials (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  kind text not null,
  subject text,
  language text,
  status text not null default 'ready',
  content text not null default '',
  sections jsonb not null default '[]',
  page_count integer,
  error_code text,
  error_message text,
  source_url text,
  original_filename text,
  mime_type text,
  size_bytes bigint,
  sha256 bytea,
  storage_key text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  text_encoding text,
  text_encoding_found_by text,
  tags text[] not null default '{}',
  binned_at timestamptz,
  layout jsonb not null default '[]',
  constraint study_materials_pkey primary key (user_id, id),
  constraint study_materials_storage_key_key unique (storage_key),
  constraint study_materials_title_check check (length(title) between 1 and 500),
  constraint study_materials_kind_check check (kind in
    ('note', 'txt', 'md', 'html', 'pdf', 'docx', 'pptx', 'odt', 'odp', 'ods', 'rtf', 'epub', 'xlsx', 'csv', 'ipynb',
    'image', 'web')),
  constraint study_materials_subject_check check (length(subject) between 1 and 100),
  constraint study_materials_language_check check (length(language) between 2 and 35),
  constraint study_materials_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint study_materials_content_check check (length(content) <= 20000000),
  constraint study_materials_sections_check check (jsonb_typeof(sections) = 'array'),
  constraint study_materials_layout_check check (jsonb_typeof(layout) = 'array'),
  constraint study_materials_page_count_check check (page_count >= 0),
  constraint study_materials_error_code_check check (length(error_code) between 1 and 100),
  constraint study_materials_error_message_check check (length(error_message) between 1 and 2000),
  constraint study_materials_source_url_check check (length(source_url) between 1 and 2000),
  constraint study_materials_original_filename_check check (length(original_filename) between 1 and 500),
  constraint study_materials_mime_type_check check (length(mime_type) between 3 and 100),
  constraint study_materials_size_bytes_check check (size_bytes >= 0),
  constraint study_materials_sha256_check check (octet_length(sha256) = 32),
  constraint study_materials_storage_key_check check (length(storage_key) between 1 and 500),
  constraint study_materials_failed_check check (status <> 'failed' or error_code is not null),
  constraint study_materials_text_encoding_check check (length(text_encoding) between 1 and 40),
  constraint study_materials_text_encoding_found_by_check
    check (text_encoding_found_by in ('student', 'mark', 'declared', 'content', 'guess')),
  constraint study_materials_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null)
);
comment on table study_materials is 'Notes and documents; a file is kept as it came and its text stands in content';
comment on column study_materials.content is
  'Plain text; offsets in citations and passages count UTF-16 code units of it';
comment on column study_materials.sections is
  'Pages, slides or headings in order: [{page?, heading?, start_offset, end_offset}]';
comment on column study_materials.layout is
  'Headings, lists, tables, notes and bold words, where the file told them: '
  '[{kind, start_offset, end_offset, level?, mark?, cells?, head_rows?}]';
comment on column study_materials.text_encoding is 'How the bytes of a text file were read; null for other kinds';
comment on column study_materials.text_encoding_found_by is
  'Chosen by the student, a byte order mark, a declaration, what only this encoding can be, or a guess';
comment on column study_materials.binned_at is 'As in recordings';
create index if not exists study_materials_subject_idx on study_materials (user_id, subject);
create index if not exists study_materials_sha256_idx on study_materials (user_id, sha256);
create index if not exists study_materials_status_idx on study_materials (status);
create index if not exists study_materials_created_at_idx on study_materials (created_at);
create index if not exists study_materials_binned_at_idx on study_materials (user_id, binned_at)
  where binned_at is not null;
create index if not exists study_materials_language_idx on study_materials (user_id, language);
create or replace trigger study_materials_set_updated_at before update on study_materials
  for each row execute function set_updated_at();

create table if not exists tts_audio_files (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  job_id uuid,
  text text not null,
  content_hash bytea not null,
  source_kind text,
  source_id uuid,
  provider text not null,
  voice text not null,
  speed real not null default 1,
  format text not null,
  status text not null default 'pending',
  error_code text,
  error_message text,
  storage_key text,
  size_bytes bigint,
  duration_seconds double precision,
  words jsonb,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  subject text,
  constraint tts_audio_files_pkey primary key (user_id, id),
  constraint tts_audio_files_content_hash_key unique (user_id, content_hash),
  constraint tts_audio_files_storage_key_key unique (storage_key),
  constraint tts_audio_files_job_id_fkey foreign key (user_id, job_id) references jobs (user_id, id)
    on delete set null (job_id),
  constraint tts_audio_files_text_check check (length(text) between 1 and 1000000),
  constraint tts_audio_files_content_hash_check check (octet_length(content_hash) = 32),
  constraint tts_audio_files_source_kind_check check (source_kind in ('transcription', 'study_material', 'message')),
  constraint tts_audio_files_source_id_check check ((source_kind is null) = (source_id is null)),
  constraint tts_audio_files_provider_check check (length(provider) between 1 and 100),
  constraint tts_audio_files_voice_check check (length(voice) between 1 and 200),
  constraint tts_audio_files_speed_check check (speed between 0.25 and 4),
  constraint tts_audio_files_format_check check (format in ('mp3', 'ogg', 'wav')),
  constraint tts_audio_files_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint tts_audio_files_error_code_check check (length(error_code) between 1 and 100),
  constraint tts_audio_files_error_message_check check (length(error_message) between 1 and 2000),
  constraint tts_audio_files_storage_key_check check (length(storage_key) between 1 and 500),
  constraint tts_audio_files_size_bytes_check check (size_bytes > 0),
  constraint tts_audio_files_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint tts_audio_files_words_check check (jsonb_typeof(words) = 'array'),
  constraint tts_audio_files_ready_check check (status <> 'ready'
    or (storage_key is not null and size_bytes is not null and duration_seconds is not null)),
  constraint tts_audio_files_failed_check check (status <> 'failed' or error_code is not null),
  constraint tts_audio_files_subject_check check (length(subject) between 1 and 200),
  constraint tts_audio_files_source_or_subject_check check (subject is null or source_id is null)
);
comment on table tts_audio_files is 'Text read aloud; the same text, voice, speed and format are made once per student';
comment on column tts_audio_files.content_hash is 'SHA-256 over provider, voice, speed, format and text';
comment on column tts_audio_files.subject is 'All documents of it were read, one after the other';
comment on column tts_audio_files.words is
  'For read-along: [{start, end, start_offset, end_offset}], seconds and offsets into text; null where the voice '
  'gives none';
create index if not exists tts_audio_files_job_id_idx on tts_audio_files (user_id, job_id);
create index if not exists tts_audio_files_status_idx on tts_audio_files (status);
create index if not exists tts_audio_files_created_at_idx on tts_audio_files (created_at);

do $$
begin
  if not exists (select from pg_constraint where conname = 'transcription_jobs_recording_id_fkey') then
    alter table transcription_jobs add constraint transcription_jobs_recording_id_fkey
      foreign key (user_id, recording_id) references recordings (user_id, id) on delete cascade;
  end if;
  if not exists (select from pg_constraint where conname = 'transcriptions_recording_id_fkey') then
    alter table transcriptions add constraint transcriptions_recording_id_fkey
      foreign key (user_id, recording_id) references recordings (user_id, id) on delete cascade;
  end if;
end
$$;
