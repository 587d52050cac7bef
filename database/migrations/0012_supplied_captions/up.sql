-- Captions come back as they were sent, say who speaks, and can be read again in another encoding; so can documents that are text.
alter table study_materials
  add column text_encoding text,
  add column text_encoding_found_by text,
  add constraint study_materials_text_encoding_check check (length(text_encoding) between 1 and 40),
  add constraint study_materials_text_encoding_found_by_check check (text_encoding_found_by in ('student', 'mark', 'declared', 'content', 'guess'));
comment on column study_materials.text_encoding is 'How the bytes of a text file were read; null for other kinds';
comment on column study_materials.text_encoding_found_by is 'Chosen by the student, a byte order mark, a declaration, what only this encoding can be, or a guess';

alter table transcriptions
  add column remark text,
  add column text_encoding text,
  add column text_encoding_found_by text,
  add constraint transcriptions_remark_check check (length(remark) between 1 and 2000),
  add constraint transcriptions_text_encoding_check check (length(text_encoding) between 1 and 40),
  add constraint transcriptions_text_encoding_found_by_check check (text_encoding_found_by in ('student', 'mark', 'declared', 'content', 'guess'));
comment on column transcriptions.remark is 'What of supplied captions could not be used; a sentence the student understands';
comment on column transcriptions.text_encoding is 'How the bytes of supplied captions were read';
comment on column transcriptions.text_encoding_found_by is 'As in study_materials';

alter table transcription_segments
  add column speaker text,
  add column line_breaks integer[],
  add constraint transcription_segments_speaker_check check (length(speaker) between 1 and 200);
comment on column transcription_segments.speaker is 'Who speaks, as the captions say';
comment on column transcription_segments.line_breaks is 'Offsets of spaces in text at which a supplied cue began a new line; dropped when the text is edited';

create table supplied_captions (
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
comment on table supplied_captions is 'The captions file of a supplied transcription, byte for byte: given back, and read again in another encoding';
create index supplied_captions_created_at_idx on supplied_captions (created_at);
