-- 015 search measurements: how well search finds what a student's own cards, questions and headings ask for, and with
-- which engine.

create table if not exists search_measurements (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  engines text[] not null,
  is_automatic boolean not null default false,
  status text not null default 'pending',
  questions integer,
  results jsonb,
  never_found jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint search_measurements_pkey primary key (user_id, id),
  constraint search_measurements_engines_check
    check (cardinality(engines) between 1 and 2 and array_position(engines, null) is null),
  constraint search_measurements_status_check check (status in ('pending', 'processing', 'completed', 'failed')),
  constraint search_measurements_questions_check check (questions >= 0),
  constraint search_measurements_results_check check (jsonb_typeof(results) = 'array'),
  constraint search_measurements_never_found_check check (jsonb_typeof(never_found) = 'array'),
  constraint search_measurements_error_code_check check (length(error_code) between 1 and 100),
  constraint search_measurements_error_message_check check (length(error_message) between 1 and 2000),
  constraint search_measurements_failed_check check (status <> 'failed' or error_code is not null),
  constraint search_measurements_completed_check
    check (status <> 'completed' or (questions is not null and results is not null and completed_at is not null))
);
comment on table search_measurements is 'Search, asked what the student''s own cards, questions and headings ask';
comment on column search_measurements.engines is
  'Models as in passage_embeddings, or "words"; of two, the first is the one in use';
comment on column search_measurements.is_automatic is
  'Another engine was set for the server: it takes the place of the one in use only if it is not worse here';
comment on column search_measurements.results is
  '[{engine, hit_at_1, hit_at_3, mrr, found}] in the order of engines; empty where there were too few questions';
comment on column search_measurements.never_found is
  '[{kind, id, questions}]: sources of which no question found a passage among the first ten';
create index if not exists search_measurements_status_idx on search_measurements (status);
create index if not exists search_measurements_created_at_idx on search_measurements (created_at);

drop policy if exists administration on search_measurements;
create policy administration on search_measurements
  using ((select current_setting('lm.purpose', true)) = 'administration');

create table if not exists search_choices (
  user_id uuid primary key references users (id) on delete cascade,
  engine text not null,
  is_provisional boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint search_choices_engine_check check (length(engine) between 1 and 200)
);
comment on table search_choices is
  'The engine of a student''s search where it is not the one that is set for the server';
comment on column search_choices.is_provisional is 'Kept until the server''s engine has been compared with it';
create index if not exists search_choices_created_at_idx on search_choices (created_at);
create or replace trigger search_choices_set_updated_at before update on search_choices
  for each row execute function set_updated_at();
