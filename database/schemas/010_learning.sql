-- 010 learning: cards with a witness in the sources, and the log of their reviews.

create table if not exists cards (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  note_id text not null,
  ordinal smallint not null default 0,
  kind text not null default 'basic',
  front text not null,
  back text not null default '',
  options jsonb,
  subject text,
  tags text[] not null default '{}',
  suspended boolean not null default false,
  buried_until timestamptz,
  state text not null default 'new',
  due_at timestamptz not null default now(),
  stability double precision,
  difficulty double precision,
  scheduled_days integer not null default 0,
  learning_step smallint not null default 0,
  reps integer not null default 0,
  lapses integer not null default 0,
  leech boolean not null default false,
  last_reviewed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint cards_pkey primary key (user_id, id),
  constraint cards_note_id_ordinal_key unique (user_id, note_id, ordinal),
  constraint cards_note_id_check check (length(note_id) between 1 and 100),
  constraint cards_ordinal_check check (ordinal between 0 and 999),
  constraint cards_kind_check check (kind in ('basic', 'cloze', 'choice', 'typed', 'occlusion')),
  constraint cards_front_check check (length(front) between 1 and 20000),
  constraint cards_back_check check (length(back) <= 20000),
  constraint cards_options_check check (jsonb_typeof(options) = 'array'),
  constraint cards_subject_check check (length(subject) between 1 and 100),
  constraint cards_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null),
  constraint cards_state_check check (state in ('new', 'learning', 'review', 'relearning')),
  constraint cards_memory_check check (state = 'new'
    or (stability > 0 and difficulty between 1 and 10 and last_reviewed_at is not null)),
  constraint cards_scheduled_days_check check (scheduled_days >= 0),
  constraint cards_learning_step_check check (learning_step >= 0),
  constraint cards_reps_check check (reps >= 0 and lapses between 0 and reps)
);
comment on table cards is
  'What a student learns by heart; the schedule follows from card_reviews and study_settings and can be made again '
  'from them';
comment on column cards.note_id is
  'Cards of one text share it (each gap of a cloze, each covered part of a picture); what Anki calls a guid, kept '
  'through import and export';
comment on column cards.ordinal is 'Which card of its note: gap c1 of a cloze is 0';
comment on column cards.front is 'Markdown; gaps of a cloze as {{c1::word}} or {{c1::word::hint}}';
comment on column cards.options is
  'choice: its options as texts, one of them the back; typed: other answers that are right; occlusion: covered parts '
  '[{x, y, width, height, label?}] as fractions of the picture';
comment on column cards.due_at is
  'When it is to be seen next; for a new card when it was made, which is its place in the line';
comment on column cards.stability is 'Days after which it is recalled with a probability of 0.9 (FSRS-6)';
comment on column cards.difficulty is '1 to 10 (FSRS-6)';
comment on column cards.leech is 'Forgotten as often as study_settings.leech_lapses says';
create index if not exists cards_due_idx on cards (user_id, state, due_at) where not suspended;
-- Two cards with the same front are told to the student.
create index if not exists cards_front_idx on cards (user_id, md5(lower(regexp_replace(front, '\s+', ' ', 'g'))));
create index if not exists cards_subject_idx on cards (user_id, subject);
create index if not exists cards_text_idx on cards using gin (user_id, (front || ' ' || back) gin_trgm_ops);
create index if not exists cards_tags_idx on cards using gin (user_id, tags);
create index if not exists cards_created_at_idx on cards (created_at);
create or replace trigger cards_set_updated_at before update on cards
  for each row execute function set_updated_at();

create table if not exists card_witnesses (
  user_id uuid not null,
  card_id uuid not null,
  quote text not null,
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint card_witnesses_pkey primary key (user_id, card_id),
  constraint card_witnesses_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete cascade,
  constraint card_witnesses_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint card_witnesses_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint card_witnesses_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint card_witnesses_quote_check check (length(quote) between 1 and 10000),
  constraint card_witnesses_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint card_witnesses_source_title_check check (length(source_title) between 1 and 500),
  constraint card_witnesses_page_check check (page >= 1),
  constraint card_witnesses_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint card_witnesses_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint card_witnesses_recording_id_check check (recording_id is null or study_material_id is null),
  constraint card_witnesses_cited_offset_check check (cited_offset >= 0),
  constraint card_witnesses_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table card_witnesses is 'Where a card''s words stand in a source: the same rules as citations';
comment on column card_witnesses.status is
  'valid; moved: the source was edited and the quote stands at new offsets; changed: the quote is no longer in the '
  'source';
comment on column card_witnesses.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column card_witnesses.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists card_witnesses_recording_id_idx on card_witnesses (user_id, recording_id);
create index if not exists card_witnesses_transcription_id_idx on card_witnesses (user_id, transcription_id);
create index if not exists card_witnesses_study_material_id_idx on card_witnesses (user_id, study_material_id);
create index if not exists card_witnesses_status_idx on card_witnesses (status);
create index if not exists card_witnesses_created_at_idx on card_witnesses (created_at);

create table if not exists card_media (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  filename text not null,
  mime_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  created_at timestamptz not null default now(),
  constraint card_media_pkey primary key (user_id, id),
  constraint card_media_sha256_key unique (user_id, sha256),
  constraint card_media_storage_key_key unique (storage_key),
  constraint card_media_filename_check check (length(filename) between 1 and 255),
  constraint card_media_mime_type_check check (length(mime_type) between 3 and 100),
  constraint card_media_size_bytes_check check (size_bytes > 0),
  constraint card_media_sha256_check check (octet_length(sha256) = 32),
  constraint card_media_storage_key_check check (length(storage_key) between 1 and 500)
);
comment on table card_media is 'Pictures and sound of cards; Markdown names them as /api/cards/media/ID';
comment on column card_media.filename is 'Shown, and the name in an Anki package; never used as a path';
create index if not exists card_media_created_at_idx on card_media (created_at);

create table if not exists card_reviews (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  card_id uuid,
  rating smallint not null,
  reviewed_at timestamptz not null,
  duration_ms integer not null default 0,
  imported boolean not null default false,
  undone_at timestamptz,
  created_at timestamptz not null default now(),
  constraint card_reviews_pkey primary key (user_id, id),
  constraint card_reviews_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint card_reviews_rating_check check (rating between 1 and 4),
  constraint card_reviews_duration_ms_check check (duration_ms between 0 and 3600000)
);
comment on table card_reviews is
  'Every review as it happened, never changed but for undone_at: the truth that schedules follow from';
comment on column card_reviews.id is 'UUIDv7 made by the device, so that a batch can be sent again';
comment on column card_reviews.rating is '1 again, 2 hard, 3 good, 4 easy';
comment on column card_reviews.imported is 'From an Anki package';
comment on column card_reviews.undone_at is 'Taken back by the student; it no longer counts';
create index if not exists card_reviews_card_id_idx on card_reviews (user_id, card_id);
create index if not exists card_reviews_reviewed_at_idx on card_reviews (user_id, reviewed_at);
create index if not exists card_reviews_created_at_idx on card_reviews (created_at);

create table if not exists study_settings (
  user_id uuid primary key references users (id) on delete cascade,
  time_zone text not null default 'UTC',
  day_starts_at smallint not null default 4,
  desired_retention double precision not null default 0.9,
  new_per_day integer not null default 20,
  reviews_per_day integer not null default 200,
  learning_steps text[] not null default '{1m,10m}',
  relearning_steps text[] not null default '{10m}',
  maximum_interval_days integer not null default 36500,
  leech_lapses smallint not null default 8,
  suspend_leeches boolean not null default false,
  weights double precision[],
  fit jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint study_settings_time_zone_check check (length(time_zone) between 1 and 100),
  constraint study_settings_day_starts_at_check check (day_starts_at between 0 and 23),
  constraint study_settings_desired_retention_check check (desired_retention between 0.7 and 0.99),
  constraint study_settings_new_per_day_check check (new_per_day between 0 and 9999),
  constraint study_settings_reviews_per_day_check check (reviews_per_day between 0 and 99999),
  constraint study_settings_learning_steps_check check (cardinality(learning_steps) <= 10),
  constraint study_settings_relearning_steps_check check (cardinality(relearning_steps) <= 10),
  constraint study_settings_maximum_interval_days_check check (maximum_interval_days between 1 and 36500),
  constraint study_settings_leech_lapses_check check (leech_lapses between 1 and 100),
  constraint study_settings_weights_check check (cardinality(weights) = 21),
  constraint study_settings_fit_check check (jsonb_typeof(fit) = 'object')
);
comment on table study_settings is 'How a student wants to review, and the weights that fit this student''s memory';
comment on column study_settings.time_zone is 'IANA name; a day of study ends in it';
comment on column study_settings.day_starts_at is 'Hour of the clock at which the next day of study begins';
comment on column study_settings.desired_retention is 'Probability of recall at which a card comes back';
comment on column study_settings.learning_steps is 'Waits before a new card leaves learning, such as 1m, 10m, 1d';
comment on column study_settings.weights is
  'The 21 weights of FSRS-6 fitted to the student''s log; null: the default ones';
comment on column study_settings.fit is
  'The last try to fit: {fitted_at, reviews, held_out, default_log_loss, fitted_log_loss, taken}';
create index if not exists study_settings_created_at_idx on study_settings (created_at);
create or replace trigger study_settings_set_updated_at before update on study_settings
  for each row execute function set_updated_at();

create table if not exists card_suggestions (
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
  constraint card_suggestions_status_check
    check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint card_suggestions_engine_check check (length(engine) between 1 and 200),
  constraint card_suggestions_dropped_check check (dropped >= 0),
  constraint card_suggestions_message_check check (length(message) between 1 and 2000),
  constraint card_suggestions_error_code_check check (length(error_code) between 1 and 100),
  constraint card_suggestions_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table card_suggestions is
  'Cards that were asked for from a source or a subject; nothing of it is in the deck before it was kept';
comment on column card_suggestions.id is 'Also the id of the job that makes them';
comment on column card_suggestions.kinds is 'Kinds of cards wanted; empty: all that can be made';
comment on column card_suggestions.engine is 'rules, or the language model';
comment on column card_suggestions.dropped is 'How many a language model made that did not stand the check';
comment on column card_suggestions.message is
  'What the student should know: how many were made of how many, and why not all';
create index if not exists card_suggestions_status_idx on card_suggestions (status);
create index if not exists card_suggestions_created_at_idx on card_suggestions (created_at);

create table if not exists suggested_cards (
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
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint suggested_cards_pkey primary key (user_id, suggestion_id, number),
  constraint suggested_cards_suggestion_id_fkey foreign key (user_id, suggestion_id)
    references card_suggestions (user_id, id) on delete cascade,
  constraint suggested_cards_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint suggested_cards_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
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
  constraint suggested_cards_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint suggested_cards_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint suggested_cards_recording_id_check check (recording_id is null or study_material_id is null),
  constraint suggested_cards_cited_offset_check check (cited_offset >= 0),
  constraint suggested_cards_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table suggested_cards is 'Suggested cards with their witnesses, waiting to be kept, changed or dropped';
comment on column suggested_cards.decision is 'What the student decided; null: not yet';
comment on column suggested_cards.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column suggested_cards.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists suggested_cards_card_id_idx on suggested_cards (user_id, card_id);
create index if not exists suggested_cards_recording_id_idx on suggested_cards (user_id, recording_id);
create index if not exists suggested_cards_transcription_id_idx on suggested_cards (user_id, transcription_id);
create index if not exists suggested_cards_study_material_id_idx on suggested_cards (user_id, study_material_id);
create index if not exists suggested_cards_status_idx on suggested_cards (status);
create index if not exists suggested_cards_created_at_idx on suggested_cards (created_at);

create table if not exists quizzes (
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
comment on table quizzes is
  'Questions asked together: practice tells at once what is right, exam when all is handed in';
comment on column quizzes.seconds_allowed is 'Of an exam with a clock; null: without';
create index if not exists quizzes_created_at_idx on quizzes (created_at);

create table if not exists quiz_questions (
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
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer,
  end_offset integer,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint quiz_questions_pkey primary key (user_id, id),
  constraint quiz_questions_number_key unique (user_id, quiz_id, number),
  constraint quiz_questions_quiz_id_fkey foreign key (user_id, quiz_id)
    references quizzes (user_id, id) on delete cascade,
  constraint quiz_questions_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint quiz_questions_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint quiz_questions_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint quiz_questions_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint quiz_questions_number_check check (number >= 1),
  constraint quiz_questions_kind_check check (kind in ('choice', 'typed', 'cloze', 'basic', 'occlusion')),
  constraint quiz_questions_front_check check (length(front) between 1 and 20000),
  constraint quiz_questions_back_check check (length(back) between 1 and 20000),
  constraint quiz_questions_options_check check (jsonb_typeof(options) = 'array'),
  constraint quiz_questions_answer_check check (length(answer) <= 5000),
  constraint quiz_questions_answered_check check ((answered_at is null) = (is_right is null)),
  constraint quiz_questions_quote_check check (length(quote) between 1 and 10000),
  constraint quiz_questions_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint quiz_questions_source_title_check check (length(source_title) between 1 and 500),
  constraint quiz_questions_page_check check (page >= 1),
  constraint quiz_questions_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint quiz_questions_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint quiz_questions_witness_check
    check ((quote is null) = (start_offset is null) and (quote is null) = (source_title is null)),
  constraint quiz_questions_recording_id_check check (recording_id is null or study_material_id is null),
  constraint quiz_questions_cited_offset_check check (cited_offset >= 0),
  constraint quiz_questions_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table quiz_questions is
  'Questions of a quiz, with the answer that was given and the words of the source that say the right one';
comment on column quiz_questions.options is
  'Of a choice its options; of a picture its covered parts without what is under them, the asked one first';
comment on column quiz_questions.card_id is 'The card it was made of, or the one that a wrong answer became';
comment on column quiz_questions.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column quiz_questions.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists quiz_questions_card_id_idx on quiz_questions (user_id, card_id);
create index if not exists quiz_questions_recording_id_idx on quiz_questions (user_id, recording_id);
create index if not exists quiz_questions_transcription_id_idx on quiz_questions (user_id, transcription_id);
create index if not exists quiz_questions_study_material_id_idx on quiz_questions (user_id, study_material_id);
create index if not exists quiz_questions_status_idx on quiz_questions (status);
create index if not exists quiz_questions_created_at_idx on quiz_questions (created_at);

create table if not exists card_transfers (
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
  constraint card_transfers_status_check check (status in
    ('pending', 'processing', 'completed', 'failed', 'cancelled')),
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
create index if not exists card_transfers_status_idx on card_transfers (status);
create index if not exists card_transfers_created_at_idx on card_transfers (created_at);

create table if not exists exam_dates (
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
create index if not exists exam_dates_created_at_idx on exam_dates (created_at);

create table if not exists study_places (
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
create index if not exists study_places_seen_at_idx on study_places (user_id, seen_at desc);
create index if not exists study_places_created_at_idx on study_places (created_at);

create table if not exists source_summaries (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  recording_id uuid,
  study_material_id uuid,
  status text not null default 'pending',
  engine text,
  dropped integer not null default 0,
  parts integer,
  parts_read integer,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint source_summaries_pkey primary key (user_id, id),
  constraint source_summaries_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint source_summaries_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete cascade,
  constraint source_summaries_source_check check (num_nonnulls(recording_id, study_material_id) = 1),
  constraint source_summaries_status_check
    check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint source_summaries_engine_check check (length(engine) between 1 and 200),
  constraint source_summaries_dropped_check check (dropped >= 0),
  constraint source_summaries_parts_check check (parts_read between 1 and parts),
  constraint source_summaries_error_code_check check (length(error_code) between 1 and 100),
  constraint source_summaries_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table source_summaries is
  'The summary of a source that a language model wrote, kept until it is written again; the newest is shown';
comment on column source_summaries.id is 'Also the id of the job that writes it';
comment on column source_summaries.engine is 'The language model';
comment on column source_summaries.dropped is 'How many of its sentences did not stand the check';
comment on column source_summaries.parts is
  'How many parts the source has for the language model; fewer of a long one are read';
create index if not exists source_summaries_recording_id_idx on source_summaries (user_id, recording_id);
create index if not exists source_summaries_study_material_id_idx on source_summaries (user_id, study_material_id);
create index if not exists source_summaries_status_idx on source_summaries (status);
create index if not exists source_summaries_created_at_idx on source_summaries (created_at);

create table if not exists summary_sentences (
  user_id uuid not null,
  summary_id uuid not null,
  number smallint not null,
  text text not null,
  quote text not null,
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint summary_sentences_pkey primary key (user_id, summary_id, number),
  constraint summary_sentences_summary_id_fkey foreign key (user_id, summary_id)
    references source_summaries (user_id, id) on delete cascade,
  constraint summary_sentences_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint summary_sentences_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint summary_sentences_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint summary_sentences_number_check check (number >= 1),
  constraint summary_sentences_text_check check (length(text) between 1 and 2000),
  constraint summary_sentences_quote_check check (length(quote) between 1 and 10000),
  constraint summary_sentences_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint summary_sentences_recording_id_check check (recording_id is null or study_material_id is null),
  constraint summary_sentences_source_title_check check (length(source_title) between 1 and 500),
  constraint summary_sentences_page_check check (page >= 1),
  constraint summary_sentences_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint summary_sentences_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint summary_sentences_cited_offset_check check (cited_offset >= 0),
  constraint summary_sentences_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table summary_sentences is
  'Sentences of written summaries, each with the words of the source that bear it out';
comment on column summary_sentences.text is 'As the language model wrote it';
comment on column summary_sentences.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column summary_sentences.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists summary_sentences_recording_id_idx on summary_sentences (user_id, recording_id);
create index if not exists summary_sentences_transcription_id_idx on summary_sentences (user_id, transcription_id);
create index if not exists summary_sentences_study_material_id_idx on summary_sentences (user_id, study_material_id);
create index if not exists summary_sentences_status_idx on summary_sentences (status);
create index if not exists summary_sentences_created_at_idx on summary_sentences (created_at);
