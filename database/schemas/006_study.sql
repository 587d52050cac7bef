-- 006 study: what stands between the twelve tables and a cited answer.

create table if not exists transcription_segments (
  user_id uuid not null,
  transcription_id uuid not null,
  number integer not null,
  start_seconds double precision not null,
  end_seconds double precision not null,
  text text not null,
  words jsonb,
  confidence real,
  original jsonb,
  created_at timestamptz not null default now(),
  speaker text,
  line_breaks integer[],
  constraint transcription_segments_pkey primary key (user_id, transcription_id, number),
  constraint transcription_segments_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete cascade,
  constraint transcription_segments_number_check check (number >= 0),
  constraint transcription_segments_start_seconds_check check (start_seconds >= 0),
  constraint transcription_segments_end_seconds_check check (end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint transcription_segments_text_check check (length(text) <= 100000),
  constraint transcription_segments_words_check check (jsonb_typeof(words) = 'array'),
  constraint transcription_segments_confidence_check check (confidence between 0 and 1),
  constraint transcription_segments_original_check check (jsonb_typeof(original) = 'object'),
  constraint transcription_segments_speaker_check check (length(speaker) between 1 and 200)
);
comment on table transcription_segments is
  'Timed spans of a transcription, in order from 0, saved as they are recognised';
comment on column transcription_segments.words is
  '[{text, start, end, confidence?}] in seconds; null where the engine gives none';
comment on column transcription_segments.original is '{text, words} as the engine gave them, kept at the first edit';
comment on column transcription_segments.speaker is 'Who speaks, as the captions say';
comment on column transcription_segments.line_breaks is
  'Offsets of spaces in text at which a supplied cue began a new line; dropped when the text is edited';
create index if not exists transcription_segments_created_at_idx on transcription_segments (created_at);

create table if not exists supplied_captions (
  user_id uuid not null,
  transcription_id uuid not null,
  format text not null,
  filename text,
  content bytea not null,
  created_at timestamptz not null default now(),
  constraint supplied_captions_pkey primary key (user_id, transcription_id),
  constraint supplied_captions_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete cascade,
  constraint supplied_captions_format_check check (format in ('srt', 'vtt', 'sbv', 'ttml', 'lrc')),
  constraint supplied_captions_filename_check check (length(filename) between 1 and 500),
  constraint supplied_captions_content_check check (octet_length(content) between 1 and 10485760)
);
comment on table supplied_captions is
  'The captions file of a supplied transcription, byte for byte: given back, and read again in another encoding';
create index if not exists supplied_captions_created_at_idx on supplied_captions (created_at);

create table if not exists passages (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  transcription_id uuid,
  study_material_id uuid,
  number integer not null,
  text text not null,
  heading text,
  start_offset integer not null,
  end_offset integer not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  language text,
  search_vector tsvector not null default '',
  words_version smallint not null default 0,
  created_at timestamptz not null default now(),
  constraint passages_pkey primary key (user_id, id),
  constraint passages_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete cascade,
  constraint passages_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete cascade,
  constraint passages_source_check check (num_nonnulls(transcription_id, study_material_id) = 1),
  constraint passages_number_check check (number >= 0),
  constraint passages_text_check check (length(text) between 1 and 10000),
  constraint passages_heading_check check (length(heading) between 1 and 500),
  constraint passages_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint passages_page_check check (page >= 1),
  constraint passages_language_check check (length(language) between 1 and 35),
  constraint passages_seconds_check check (start_seconds >= 0 and end_seconds >= start_seconds
    and end_seconds < 'infinity')
);
comment on table passages is 'Searchable pieces of transcriptions and study materials';
comment on column passages.text is 'Literally the source''s text from start_offset to end_offset (UTF-16 code units)';
comment on column passages.language is
  'Of the source when it was cut, as ISO 639-1 names it without a region; null where nobody knows';
comment on column passages.search_vector is
  'Words of heading and text, cut and stemmed by the application, so that they are the same on every server';
comment on column passages.words_version is
  'Of the way the words were cut; older ones are indexed again in the background';
create unique index if not exists passages_transcription_id_key on passages (user_id, transcription_id, number);
create unique index if not exists passages_study_material_id_key on passages (user_id, study_material_id, number);
create index if not exists passages_search_idx on passages using gin (user_id, search_vector);
create index if not exists passages_words_version_idx on passages (words_version, user_id);
create index if not exists passages_created_at_idx on passages (created_at);

create table if not exists citations (
  user_id uuid not null,
  message_id uuid not null,
  number integer not null,
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
  constraint citations_pkey primary key (user_id, message_id, number),
  constraint citations_message_id_fkey foreign key (user_id, message_id)
    references messages (user_id, id) on delete cascade,
  constraint citations_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint citations_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint citations_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint citations_number_check check (number >= 1),
  constraint citations_quote_check check (length(quote) between 1 and 10000),
  constraint citations_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint citations_source_title_check check (length(source_title) between 1 and 500),
  constraint citations_page_check check (page >= 1),
  constraint citations_seconds_check check (start_seconds >= 0 and end_seconds >= start_seconds
    and end_seconds < 'infinity'),
  constraint citations_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint citations_recording_id_check check (recording_id is null or study_material_id is null),
  constraint citations_cited_offset_check check (cited_offset >= 0),
  constraint citations_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table citations is 'Quotations of an answer, checked literally against the source before they were stored';
comment on column citations.status is
  'valid; moved: the source was edited and the quote stands at new offsets; changed: the quote is no longer in the '
  'source';
comment on column citations.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column citations.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists citations_recording_id_idx on citations (user_id, recording_id);
create index if not exists citations_transcription_id_idx on citations (user_id, transcription_id);
create index if not exists citations_study_material_id_idx on citations (user_id, study_material_id);
create index if not exists citations_status_idx on citations (status);
create index if not exists citations_created_at_idx on citations (created_at);
