-- 014 vocabulary: the terms and names of a student's courses, and what of a transcript may have been misheard.

create table if not exists vocabulary_terms (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  subject text not null default '',
  term text not null,
  origin text not null,
  is_removed boolean not null default false,
  count integer not null default 0,
  quote text,
  transcription_id uuid,
  study_material_id uuid,
  page integer,
  start_offset integer,
  end_offset integer,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint vocabulary_terms_pkey primary key (user_id, id),
  constraint vocabulary_terms_term_key unique (user_id, subject, term),
  constraint vocabulary_terms_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint vocabulary_terms_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint vocabulary_terms_subject_check check (length(subject) <= 100),
  constraint vocabulary_terms_term_check check (length(term) between 1 and 100),
  constraint vocabulary_terms_origin_check check (origin in ('materials', 'correction', 'student')),
  constraint vocabulary_terms_count_check check (count >= 0),
  constraint vocabulary_terms_quote_check check (length(quote) between 1 and 10000),
  constraint vocabulary_terms_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint vocabulary_terms_page_check check (page >= 1),
  constraint vocabulary_terms_offset_check
    check (num_nonnulls(quote, start_offset, end_offset) in (0, 3) and start_offset >= 0 and end_offset > start_offset),
  constraint vocabulary_terms_cited_offset_check check (cited_offset >= 0),
  constraint vocabulary_terms_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table vocabulary_terms is
  'Terms and names of a subject: recognisers are told of them, and doubtful words of a transcript are compared with '
  'them';
comment on column vocabulary_terms.subject is 'Empty: of materials without a subject';
comment on column vocabulary_terms.origin is
  'materials: found in notes and documents; correction: written by the student into a transcript; student: added or '
  'changed by hand';
comment on column vocabulary_terms.is_removed is
  'The student does not want it: it is kept so that it is not found again';
comment on column vocabulary_terms.count is 'How often the materials have it';
comment on column vocabulary_terms.quote is 'The sentence in which it stands, literally; null where none is known';
comment on column vocabulary_terms.status is
  'Of the quote, as in citations: valid; moved; changed: it is no longer in the source';
comment on column vocabulary_terms.cited_offset is
  'Where the quote stood when it was taken, while it stands elsewhere: back there it is valid again';
create index if not exists vocabulary_terms_transcription_id_idx on vocabulary_terms (user_id, transcription_id);
create index if not exists vocabulary_terms_study_material_id_idx on vocabulary_terms (user_id, study_material_id);
create index if not exists vocabulary_terms_status_idx on vocabulary_terms (status);
create index if not exists vocabulary_terms_created_at_idx on vocabulary_terms (created_at);
create or replace trigger vocabulary_terms_set_updated_at before update on vocabulary_terms
  for each row execute function set_updated_at();

create table if not exists proposed_corrections (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  transcription_id uuid not null,
  segment_number integer not null,
  start_in_segment integer not null,
  heard text not null,
  replacement text not null,
  term_id uuid not null,
  nearness real not null,
  confidence real,
  start_seconds double precision not null,
  end_seconds double precision not null,
  decision text,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  constraint proposed_corrections_pkey primary key (user_id, id),
  constraint proposed_corrections_place_key unique (user_id, transcription_id, segment_number, start_in_segment),
  constraint proposed_corrections_segment_fkey foreign key (user_id, transcription_id, segment_number)
    references transcription_segments (user_id, transcription_id, number) on delete cascade,
  constraint proposed_corrections_term_id_fkey foreign key (user_id, term_id)
    references vocabulary_terms (user_id, id) on delete cascade,
  constraint proposed_corrections_start_in_segment_check check (start_in_segment >= 0),
  constraint proposed_corrections_heard_check check (length(heard) between 1 and 1000),
  constraint proposed_corrections_replacement_check check (length(replacement) between 1 and 200),
  constraint proposed_corrections_nearness_check check (nearness between 0 and 1),
  constraint proposed_corrections_confidence_check check (confidence between 0 and 1),
  constraint proposed_corrections_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint proposed_corrections_decision_check check (decision in ('taken', 'refused')),
  constraint proposed_corrections_decided_at_check check ((decision is null) = (decided_at is null))
);
comment on table proposed_corrections is
  'Words of a transcript that sound like a term of the course; nothing is changed before the student says so';
comment on column proposed_corrections.start_in_segment is
  'UTF-16 code units in the segment''s text; the words stand there as long as nobody edits it';
comment on column proposed_corrections.heard is 'What the transcript says, literally';
comment on column proposed_corrections.nearness is
  '0 to 1: how alike letters and sound are, and whether the term is spoken of elsewhere';
comment on column proposed_corrections.confidence is 'The least certain of the words; null where the engine gives none';
comment on column proposed_corrections.decision is 'Null: not decided yet; what was refused is not proposed again';
create index if not exists proposed_corrections_term_id_idx on proposed_corrections (user_id, term_id);
create index if not exists proposed_corrections_created_at_idx on proposed_corrections (created_at);
