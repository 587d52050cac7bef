-- 011 slides: the deck of a recording, and the page that was shown at each second.

create table if not exists recording_slides (
  user_id uuid not null,
  recording_id uuid not null,
  study_material_id uuid not null,
  job_id uuid,
  status text not null default 'pending',
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recording_slides_pkey primary key (user_id, recording_id),
  constraint recording_slides_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint recording_slides_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete cascade,
  constraint recording_slides_job_id_fkey foreign key (user_id, job_id) references jobs (user_id, id)
    on delete set null (job_id),
  constraint recording_slides_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint recording_slides_error_code_check check (length(error_code) between 1 and 100),
  constraint recording_slides_error_message_check check (length(error_message) between 1 and 2000),
  constraint recording_slides_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table recording_slides is
  'The document whose pages were shown while a recording was made; one for a recording';
comment on column recording_slides.status is
  'pending also while the transcript or the text of the document is not there yet';
create index if not exists recording_slides_study_material_id_idx on recording_slides (user_id, study_material_id);
create index if not exists recording_slides_job_id_idx on recording_slides (user_id, job_id);
create index if not exists recording_slides_status_idx on recording_slides (status);
create index if not exists recording_slides_created_at_idx on recording_slides (created_at);
create or replace trigger recording_slides_set_updated_at before update on recording_slides
  for each row execute function set_updated_at();

create table if not exists slide_spans (
  user_id uuid not null,
  recording_id uuid not null,
  number integer not null,
  page integer,
  start_seconds double precision not null,
  end_seconds double precision not null,
  confirmed boolean not null default false,
  created_at timestamptz not null default now(),
  constraint slide_spans_pkey primary key (user_id, recording_id, number),
  constraint slide_spans_recording_id_fkey foreign key (user_id, recording_id)
    references recording_slides (user_id, recording_id) on delete cascade,
  constraint slide_spans_number_check check (number >= 0),
  constraint slide_spans_page_check check (page >= 1),
  constraint slide_spans_seconds_check check (start_seconds >= 0 and end_seconds > start_seconds
    and end_seconds < 'infinity')
);
comment on table slide_spans is 'Which page was shown when: from 0 to the end of the recording without gaps';
comment on column slide_spans.page is 'From 1; null: no page of the document was shown';
comment on column slide_spans.confirmed is 'Set by the student: it stays when the rest is aligned anew';
create index if not exists slide_spans_created_at_idx on slide_spans (created_at);
