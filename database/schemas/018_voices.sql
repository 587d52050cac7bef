-- 018 voices: which voice reads which language to a student.

create table if not exists chosen_voices (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  language text not null,
  engine text not null,
  voice text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chosen_voices_pkey primary key (user_id, id),
  constraint chosen_voices_language_key unique (user_id, language),
  constraint chosen_voices_language_check check (length(language) between 2 and 35),
  constraint chosen_voices_engine_check check (length(engine) between 1 and 100),
  constraint chosen_voices_voice_check check (length(voice) between 1 and 200)
);
comment on table chosen_voices is
  'The voice that reads texts of a language aloud, where the student wants another than the server''s first; one that '
  'is no longer there is passed over';
comment on column chosen_voices.language is
  'BCP 47 without region; mul: of an engine whose voices speak whatever the text is in';
create index if not exists chosen_voices_created_at_idx on chosen_voices (created_at);
create or replace trigger chosen_voices_set_updated_at before update on chosen_voices
  for each row execute function set_updated_at();
