-- 012 marks: highlights, bookmarks and notes at a place of a source.

create table if not exists marks (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  quote text,
  start_offset integer,
  end_offset integer,
  cited_offset integer,
  at_seconds double precision,
  page integer,
  colour text,
  note text,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  area double precision[],
  constraint marks_pkey primary key (user_id, id),
  constraint marks_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint marks_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint marks_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete cascade,
  constraint marks_source_check check (num_nonnulls(recording_id, study_material_id) = 1
    and (transcription_id is null or recording_id is not null)),
  constraint marks_place_check check (num_nonnulls(quote, at_seconds, page, area) >= 1),
  constraint marks_area_check check (
    area is null or (array_ndims(area) = 1 and cardinality(area) = 4 and array_position(area, null) is null
    and 0 <= all (area) and 1 >= all (area) and study_material_id is not null and quote is null)),
  constraint marks_quote_check check (length(quote) between 1 and 10000),
  constraint marks_offset_check check (num_nonnulls(quote, start_offset, end_offset) in (0, 3) and start_offset >= 0
    and end_offset > start_offset),
  constraint marks_at_seconds_check check (at_seconds >= 0 and at_seconds < 'infinity'),
  constraint marks_page_check check (page >= 1),
  constraint marks_colour_check check (colour in ('yellow', 'green', 'blue', 'pink', 'purple')),
  constraint marks_note_check check (length(note) between 1 and 20000),
  constraint marks_cited_offset_check check (cited_offset >= 0),
  constraint marks_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table marks is
  'What a student marked in a source: a highlight has a quote, a bookmark a second or a page, and each may carry a '
  'note';
comment on column marks.recording_id is 'Of a mark on a recording; it stays when another transcript is chosen';
comment on column marks.transcription_id is
  'The version that the offsets count in; null once that is gone, and for a mark that has only a second';
comment on column marks.quote is 'Literally the source''s text from start_offset to end_offset (UTF-16 code units)';
comment on column marks.note is 'Markdown';
comment on column marks.status is
  'valid; moved: the source was edited and the quote stands at new offsets; changed: the quote is no longer in the '
  'source';
comment on column marks.cited_offset is
  'Where it stood when it was marked, while it stands elsewhere: back there it is valid again';
comment on column marks.area is
  'The part of a picture: x, y, width and height in fractions of it as it is shown; null for everything else';
create index if not exists marks_recording_id_idx on marks (user_id, recording_id, at_seconds);
create index if not exists marks_transcription_id_idx on marks (user_id, transcription_id);
create index if not exists marks_study_material_id_idx on marks (user_id, study_material_id, page);
create index if not exists marks_text_idx on marks
  using gin (user_id, (coalesce(quote, '') || ' ' || coalesce(note, '')) gin_trgm_ops);
create index if not exists marks_status_idx on marks (status);
create index if not exists marks_created_at_idx on marks (created_at);
create or replace trigger marks_set_updated_at before update on marks
  for each row execute function set_updated_at();
