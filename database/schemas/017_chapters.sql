-- 017 chapters: those of a recording that the student has put in order.

create table if not exists recording_chapters (
  user_id uuid not null,
  recording_id uuid not null,
  chapters jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recording_chapters_pkey primary key (user_id, recording_id),
  constraint recording_chapters_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint recording_chapters_chapters_check check (jsonb_typeof(chapters) = 'array')
);
comment on table recording_chapters is
  'The chapters of a recording as the student wants them; without a row they are found in the transcript';
comment on column recording_chapters.chapters is '[{title, start_seconds}] in order of time';
create index if not exists recording_chapters_created_at_idx on recording_chapters (created_at);
create or replace trigger recording_chapters_set_updated_at before update on recording_chapters
  for each row execute function set_updated_at();
