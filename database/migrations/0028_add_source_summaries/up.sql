-- summaries of a source that a language model wrote, each sentence with its words.
create table source_summaries (
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
  constraint source_summaries_status_check check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint source_summaries_engine_check check (length(engine) between 1 and 200),
  constraint source_summaries_dropped_check check (dropped >= 0),
  constraint source_summaries_parts_check check (parts_read between 1 and parts),
  constraint source_summaries_error_code_check check (length(error_code) between 1 and 100),
  constraint source_summaries_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table source_summaries is 'The summary of a source that a language model wrote, kept until it is written again; the newest is shown';
comment on column source_summaries.id is 'Also the id of the job that writes it';
comment on column source_summaries.engine is 'The language model';
comment on column source_summaries.dropped is 'How many of its sentences did not stand the check';
comment on column source_summaries.parts is 'How many parts the source has for the language model; fewer of a long one are read';
create index source_summaries_recording_id_idx on source_summaries (user_id, recording_id);
create index source_summaries_study_material_id_idx on source_summaries (user_id, study_material_id);
create index source_summaries_status_idx on source_summaries (status);
create index source_summaries_created_at_idx on source_summaries (created_at);

create table summary_sentences (
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
  constraint summary_sentences_seconds_check check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint summary_sentences_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint summary_sentences_cited_offset_check check (cited_offset >= 0),
  constraint summary_sentences_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table summary_sentences is 'Sentences of written summaries, each with the words of the source that bear it out';
comment on column summary_sentences.text is 'As the language model wrote it';
comment on column summary_sentences.recording_id is 'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column summary_sentences.cited_offset is 'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index summary_sentences_recording_id_idx on summary_sentences (user_id, recording_id);
create index summary_sentences_transcription_id_idx on summary_sentences (user_id, transcription_id);
create index summary_sentences_study_material_id_idx on summary_sentences (user_id, study_material_id);
create index summary_sentences_status_idx on summary_sentences (status);
create index summary_sentences_created_at_idx on summary_sentences (created_at);
