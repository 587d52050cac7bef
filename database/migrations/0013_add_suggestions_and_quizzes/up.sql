-- Suggested cards, quizzes, decks that leave and come in, exams, and where a student left off.

create table card_suggestions (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  source_kind text,
  source_id uuid,
  subject text,
  kinds text[] not null default '{}',
  asked smallint not null,
  status text not null default 'pending',
  engine text,
  dropped integer not null default 0,
  message text,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint card_suggestions_pkey primary key (user_id, id),
  constraint card_suggestions_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint card_suggestions_source_id_check check ((source_kind is null) = (source_id is null)),
  constraint card_suggestions_subject_check check (length(subject) between 1 and 100),
  constraint card_suggestions_asked_check check (asked between 1 and 200),
  constraint card_suggestions_status_check check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint card_suggestions_engine_check check (length(engine) between 1 and 200),
  constraint card_suggestions_dropped_check check (dropped >= 0),
  constraint card_suggestions_message_check check (length(message) between 1 and 2000),
  constraint card_suggestions_error_code_check check (length(error_code) between 1 and 100),
  constraint card_suggestions_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table card_suggestions is 'Cards that were asked for from a source or a subject; nothing of it is in the deck before it was kept';
comment on column card_suggestions.id is 'Also the id of the job that makes them';
comment on column card_suggestions.kinds is 'Kinds of cards wanted; empty: all that can be made';
comment on column card_suggestions.engine is 'rules, or the language model';
comment on column card_suggestions.dropped is 'How many a language model made that did not stand the check';
comment on column card_suggestions.message is 'What the student should know: how many were made of how many, and why not all';
create index card_suggestions_status_idx on card_suggestions (status);
create index card_suggestions_created_at_idx on card_suggestions (created_at);

create table suggested_cards (
  user_id uuid not null,
  suggestion_id uuid not null,
  number smallint not null,
  kind text not null,
  front text not null,
  back text not null default '',
  options jsonb,
  subject text,
  tags text[] not null default '{}',
  decision text,
  card_id uuid,
  quote text not null,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint suggested_cards_pkey primary key (user_id, suggestion_id, number),
  constraint suggested_cards_suggestion_id_fkey foreign key (user_id, suggestion_id)
    references card_suggestions (user_id, id) on delete cascade,
  constraint suggested_cards_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint suggested_cards_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint suggested_cards_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint suggested_cards_number_check check (number >= 0),
  constraint suggested_cards_kind_check check (kind in ('basic', 'cloze', 'choice', 'typed')),
  constraint suggested_cards_front_check check (length(front) between 1 and 20000),
  constraint suggested_cards_back_check check (length(back) <= 20000),
  constraint suggested_cards_options_check check (jsonb_typeof(options) = 'array'),
  constraint suggested_cards_subject_check check (length(subject) between 1 and 100),
  constraint suggested_cards_decision_check check (decision in ('kept', 'dropped')),
  constraint suggested_cards_quote_check check (length(quote) between 1 and 10000),
  constraint suggested_cards_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint suggested_cards_source_title_check check (length(source_title) between 1 and 500),
  constraint suggested_cards_page_check check (page >= 1),
  constraint suggested_cards_seconds_check check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint suggested_cards_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint suggested_cards_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table suggested_cards is 'Suggested cards with their witnesses, waiting to be kept, changed or dropped';
comment on column suggested_cards.decision is 'What the student decided; null: not yet';
create index suggested_cards_card_id_idx on suggested_cards (user_id, card_id);
create index suggested_cards_transcription_id_idx on suggested_cards (user_id, transcription_id);
create index suggested_cards_study_material_id_idx on suggested_cards (user_id, study_material_id);
create index suggested_cards_status_idx on suggested_cards (status);
create index suggested_cards_created_at_idx on suggested_cards (created_at);

create table quizzes (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  mode text not null,
  source_kind text,
  source_id uuid,
  subject text,
  seconds_allowed integer,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint quizzes_pkey primary key (user_id, id),
  constraint quizzes_mode_check check (mode in ('practice', 'exam')),
  constraint quizzes_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint quizzes_source_id_check check ((source_kind is null) = (source_id is null)),
  constraint quizzes_subject_check check (length(subject) between 1 and 100),
  constraint quizzes_seconds_allowed_check check (seconds_allowed between 10 and 86400)
);
comment on table quizzes is 'Questions asked together: practice tells at once what is right, exam when all is handed in';
comment on column quizzes.seconds_allowed is 'Of an exam with a clock; null: without';
create index quizzes_created_at_idx on quizzes (created_at);

create table quiz_questions (
  user_id uuid not null,
  id uuid not null default new_id(),
  quiz_id uuid not null,
  number smallint not null,
  kind text not null,
  front text not null,
  back text not null,
  options jsonb,
  card_id uuid,
  answer text,
  is_right boolean,
  answered_at timestamptz,
  quote text,
  transcription_id uuid,
  study_material_id uuid,
  source_title text,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer,
  end_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint quiz_questions_pkey primary key (user_id, id),
  constraint quiz_questions_number_key unique (user_id, quiz_id, number),
  constraint quiz_questions_quiz_id_fkey foreign key (user_id, quiz_id)
    references quizzes (user_id, id) on delete cascade,
  constraint quiz_questions_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint quiz_questions_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint quiz_questions_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint quiz_questions_number_check check (number >= 1),
  constraint quiz_questions_kind_check check (kind in ('choice', 'typed', 'cloze', 'basic')),
  constraint quiz_questions_front_check check (length(front) between 1 and 20000),
  constraint quiz_questions_back_check check (length(back) between 1 and 20000),
  constraint quiz_questions_options_check check (jsonb_typeof(options) = 'array'),
  constraint quiz_questions_answer_check check (length(answer) <= 5000),
  constraint quiz_questions_answered_check check ((answered_at is null) = (is_right is null)),
  constraint quiz_questions_quote_check check (length(quote) between 1 and 10000),
  constraint quiz_questions_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint quiz_questions_source_title_check check (length(source_title) between 1 and 500),
  constraint quiz_questions_page_check check (page >= 1),
  constraint quiz_questions_seconds_check check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint quiz_questions_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint quiz_questions_witness_check check ((quote is null) = (start_offset is null) and (quote is null) = (source_title is null)),
  constraint quiz_questions_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table quiz_questions is 'Questions of a quiz, with the answer that was given and the words of the source that say the right one';
comment on column quiz_questions.card_id is 'The card it was made of, or the one that a wrong answer became';
create index quiz_questions_card_id_idx on quiz_questions (user_id, card_id);
create index quiz_questions_transcription_id_idx on quiz_questions (user_id, transcription_id);
create index quiz_questions_study_material_id_idx on quiz_questions (user_id, study_material_id);
create index quiz_questions_status_idx on quiz_questions (status);
create index quiz_questions_created_at_idx on quiz_questions (created_at);

create table card_transfers (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  direction text not null,
  format text not null,
  subject text,
  dry_run boolean not null default false,
  status text not null default 'pending',
  filename text,
  storage_key text,
  size_bytes bigint,
  sha256 bytea,
  counts jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint card_transfers_pkey primary key (user_id, id),
  constraint card_transfers_storage_key_key unique (storage_key),
  constraint card_transfers_direction_check check (direction in ('export', 'import')),
  constraint card_transfers_format_check check (format in ('apkg', 'csv', 'md')),
  constraint card_transfers_subject_check check (length(subject) between 1 and 100),
  constraint card_transfers_status_check check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint card_transfers_filename_check check (length(filename) between 1 and 500),
  constraint card_transfers_storage_key_check check (length(storage_key) between 1 and 500),
  constraint card_transfers_size_bytes_check check (size_bytes >= 0),
  constraint card_transfers_sha256_check check (octet_length(sha256) = 32),
  constraint card_transfers_counts_check check (jsonb_typeof(counts) = 'object'),
  constraint card_transfers_error_code_check check (length(error_code) between 1 and 100),
  constraint card_transfers_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table card_transfers is 'Decks that leave or come in: Anki packages, CSV, Markdown';
comment on column card_transfers.id is 'Also the id of the job that does it';
comment on column card_transfers.counts is 'What was written or read: {notes, cards, reviews, media, …}';
create index card_transfers_status_idx on card_transfers (status);
create index card_transfers_created_at_idx on card_transfers (created_at);

create table exam_dates (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  subject text,
  exam_on date not null,
  created_at timestamptz not null default now(),
  constraint exam_dates_pkey primary key (user_id, id),
  constraint exam_dates_title_check check (length(title) between 1 and 500),
  constraint exam_dates_subject_check check (length(subject) between 1 and 100)
);
comment on table exam_dates is 'Exams that a student plans back from';
create index exam_dates_created_at_idx on exam_dates (created_at);

create table study_places (
  user_id uuid not null references users (id) on delete cascade,
  source_kind text not null,
  source_id uuid not null,
  at_seconds double precision,
  page integer,
  seen_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint study_places_pkey primary key (user_id, source_kind, source_id),
  constraint study_places_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint study_places_at_seconds_check check (at_seconds >= 0 and at_seconds < 'infinity'),
  constraint study_places_page_check check (page >= 1)
);
comment on table study_places is 'Where a student left a lecture or document, to go on from there';
create index study_places_seen_at_idx on study_places (user_id, seen_at desc);
create index study_places_created_at_idx on study_places (created_at);
