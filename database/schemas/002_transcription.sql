-- 002 transcription: what the student watches while a recording becomes text, and the text.
-- The references to recordings and jobs stand in 003 and 004, where those tables are made.

create table if not exists transcription_jobs (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  recording_id uuid not null,
  job_id uuid,
  status text not null default 'pending',
  engine text,
  model text,
  language text,
  stage text,
  progress_seconds double precision not null default 0,
  duration_seconds double precision,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  constraint transcription_jobs_pkey primary key (user_id, id),
  constraint transcription_jobs_recording_id_id_key unique (user_id, recording_id, id),
  constraint transcription_jobs_status_check
    check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint transcription_jobs_engine_check check (length(engine) between 1 and 100),
  constraint transcription_jobs_model_check check (length(model) between 1 and 200),
  constraint transcription_jobs_language_check check (length(language) between 2 and 35),
  constraint transcription_jobs_stage_check check (stage in ('decoding', 'recognising', 'indexing')),
  constraint transcription_jobs_progress_seconds_check
    check (progress_seconds >= 0 and progress_seconds < 'infinity'
    and progress_seconds <= coalesce(duration_seconds, progress_seconds)),
  constraint transcription_jobs_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint transcription_jobs_error_code_check check (length(error_code) between 1 and 100),
  constraint transcription_jobs_error_message_check check (length(error_message) between 1 and 2000),
  constraint transcription_jobs_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table transcription_jobs is 'One run of speech to text over one recording, as the student watches it';
comment on column transcription_jobs.job_id is 'The row of the queue that does the work; null once that row is deleted';
comment on column transcription_jobs.engine is
  'The engine asked for, then the one that ran; null means the best that is present';
comment on column transcription_jobs.language is 'BCP 47 tag asked for; null means detect';
comment on column transcription_jobs.stage is 'What is being done now';
comment on column transcription_jobs.progress_seconds is 'Seconds of audio done';
comment on column transcription_jobs.duration_seconds is 'Seconds of audio in all; null until known';
comment on column transcription_jobs.error_message is 'A sentence the student understands';
create index if not exists transcription_jobs_job_id_idx on transcription_jobs (user_id, job_id);
create index if not exists transcription_jobs_status_idx on transcription_jobs (status);
create index if not exists transcription_jobs_created_at_idx on transcription_jobs (created_at);

create table if not exists transcriptions (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  recording_id uuid not null,
  transcription_job_id uuid,
  source text not null default 'recognised',
  text text not null default '',
  language text,
  confidence real,
  engine text not null,
  model text,
  duration_seconds double precision not null default 0,
  is_current boolean not null default true,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  edited_at timestamptz,
  remark text,
  text_encoding text,
  text_encoding_found_by text,
  binned_at timestamptz,
  constraint transcriptions_pkey primary key (user_id, id),
  constraint transcriptions_transcription_job_id_fkey foreign key (user_id, recording_id, transcription_job_id)
    references transcription_jobs (user_id, recording_id, id) on delete set null (transcription_job_id),
  constraint transcriptions_source_check check (source in ('recognised', 'supplied')),
  constraint transcriptions_text_check check (length(text) <= 10000000),
  constraint transcriptions_language_check check (length(language) between 2 and 35),
  constraint transcriptions_confidence_check check (confidence between 0 and 1),
  constraint transcriptions_engine_check check (length(engine) between 1 and 100),
  constraint transcriptions_model_check check (length(model) between 1 and 200),
  constraint transcriptions_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint transcriptions_remark_check check (length(remark) between 1 and 2000),
  constraint transcriptions_text_encoding_check check (length(text_encoding) between 1 and 40),
  constraint transcriptions_text_encoding_found_by_check
    check (text_encoding_found_by in ('student', 'mark', 'declared', 'content', 'guess'))
);
comment on table transcriptions is 'The text of a recording; its timed segments are in transcription_segments';
comment on column transcriptions.source is 'recognised by an engine, or supplied as captions beside the audio';
comment on column transcriptions.text is
  'All segments joined by one line feed; offsets in citations and passages count UTF-16 code units of it';
comment on column transcriptions.confidence is
  'Mean over the segments that carry one; null where the engine gives none';
comment on column transcriptions.is_current is 'The version that is shown and searched; older versions are kept';
comment on column transcriptions.completed_at is 'Null while segments are still being added';
comment on column transcriptions.remark is
  'What of supplied captions could not be used; a sentence the student understands';
comment on column transcriptions.text_encoding is 'How the bytes of supplied captions were read';
comment on column transcriptions.text_encoding_found_by is 'As in study_materials';
comment on column transcriptions.binned_at is 'Of its recording, so that no look at the recording is needed';
create unique index if not exists transcriptions_current_key on transcriptions (user_id, recording_id) where is_current;
create unique index if not exists transcriptions_transcription_job_id_key
  on transcriptions (user_id, transcription_job_id);
create index if not exists transcriptions_recording_id_idx on transcriptions (user_id, recording_id);
create index if not exists transcriptions_created_at_idx on transcriptions (created_at);
create index if not exists transcriptions_language_idx on transcriptions (user_id, language);
