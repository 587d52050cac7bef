-- 016 speakers: who speaks when in a recording, found by the sound of the voices; the text knows nothing of it.

create table if not exists recording_speakers (
  user_id uuid not null,
  recording_id uuid not null,
  job_id uuid,
  status text not null default 'pending',
  voices_asked integer,
  label text not null,
  model text,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recording_speakers_pkey primary key (user_id, recording_id),
  constraint recording_speakers_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint recording_speakers_job_id_fkey foreign key (user_id, job_id)
    references jobs (user_id, id) on delete set null (job_id),
  constraint recording_speakers_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint recording_speakers_voices_asked_check check (voices_asked between 1 and 20),
  constraint recording_speakers_label_check check (length(label) between 1 and 50),
  constraint recording_speakers_model_check check (length(model) between 1 and 200),
  constraint recording_speakers_error_code_check check (length(error_code) between 1 and 100),
  constraint recording_speakers_error_message_check check (length(error_message) between 1 and 2000),
  constraint recording_speakers_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table recording_speakers is
  'The search for who speaks in a recording; one for a recording, the last one that was asked for';
comment on column recording_speakers.voices_asked is 'How many people speak, as the student says; null: found out';
comment on column recording_speakers.label is
  'Voices are called by it and a number until the student names them: Speaker 1';
create index if not exists recording_speakers_job_id_idx on recording_speakers (user_id, job_id);
create index if not exists recording_speakers_status_idx on recording_speakers (status);
create index if not exists recording_speakers_created_at_idx on recording_speakers (created_at);
create or replace trigger recording_speakers_set_updated_at before update on recording_speakers
  for each row execute function set_updated_at();

create table if not exists speaker_turns (
  user_id uuid not null,
  recording_id uuid not null,
  number integer not null,
  name text,
  start_seconds double precision not null,
  end_seconds double precision not null,
  confirmed boolean not null default false,
  created_at timestamptz not null default now(),
  constraint speaker_turns_pkey primary key (user_id, recording_id, number),
  constraint speaker_turns_recording_id_fkey foreign key (user_id, recording_id)
    references recording_speakers (user_id, recording_id) on delete cascade,
  constraint speaker_turns_number_check check (number >= 0),
  constraint speaker_turns_name_check check (length(name) between 1 and 200),
  constraint speaker_turns_seconds_check check (
    start_seconds >= 0 and end_seconds > start_seconds and end_seconds < 'infinity'
  )
);
comment on table speaker_turns is
  'Spans that one voice speaks; two may overlap. Every transcript takes its speakers from them';
comment on column speaker_turns.name is 'One name, one voice; null: the student says that it is nobody';
comment on column speaker_turns.confirmed is 'Named by the student: it stays when voices are looked for anew';
create index if not exists speaker_turns_created_at_idx on speaker_turns (created_at);
