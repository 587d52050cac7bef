-- 008 operations: the ledger of the queue, the workers, uploads under way, waveforms, and answers kept for repeated
-- requests.

create table if not exists job_attempts (
  job_id uuid not null references jobs (id) on delete cascade,
  attempt smallint not null,
  worker text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text,
  error_code text,
  error_message text,
  progress real,
  constraint job_attempts_pkey primary key (job_id, attempt),
  constraint job_attempts_attempt_check check (attempt >= 1),
  constraint job_attempts_worker_check check (length(worker) between 1 and 200),
  constraint job_attempts_error_code_check check (length(error_code) between 1 and 100),
  constraint job_attempts_error_message_check check (length(error_message) between 1 and 2000),
  constraint job_attempts_outcome_check check (outcome in ('completed', 'failed', 'cancelled', 'lost', 'released')),
  constraint job_attempts_ended_at_check check ((ended_at is null) = (outcome is null)),
  constraint job_attempts_progress_check check (progress between 0 and 1)
);
comment on table job_attempts is 'Each attempt at a job: who, when, and how it ended; never changed after its end';
comment on column job_attempts.progress is
  'How far the job was when the attempt was lost; an attempt that got further than those before it does not count';
comment on column job_attempts.outcome is
  'lost: the worker was silent for longer than the lease; released: handed back at shutdown, not counted';

create table if not exists workers (
  id text primary key,
  host text not null,
  process_id integer not null,
  concurrency smallint not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  constraint workers_id_check check (length(id) between 1 and 200),
  constraint workers_host_check check (length(host) between 1 and 200),
  constraint workers_concurrency_check check (concurrency >= 1)
);
comment on table workers is 'Processes that claim jobs; one not seen for longer than the lease is gone';

create table if not exists uploads (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  kind text not null default 'recording',
  status text not null default 'receiving',
  is_live boolean not null default false,
  metadata jsonb not null default '{}',
  length_bytes bigint,
  offset_bytes bigint not null default 0,
  writer uuid,
  recording_id uuid,
  study_material_id uuid,
  duplicate_of uuid,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  account_import_id uuid,
  constraint uploads_pkey primary key (user_id, id),
  constraint uploads_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint uploads_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint uploads_kind_check check (kind in ('recording', 'study_material', 'account_import')),
  constraint uploads_status_check check (status in ('receiving', 'received', 'completed', 'failed')),
  constraint uploads_metadata_check check (jsonb_typeof(metadata) = 'object'),
  constraint uploads_length_bytes_check check (length_bytes >= 0),
  constraint uploads_offset_bytes_check check (offset_bytes >= 0
    and offset_bytes <= coalesce(length_bytes, offset_bytes)),
  constraint uploads_error_code_check check (length(error_code) between 1 and 100),
  constraint uploads_error_message_check check (length(error_message) between 1 and 2000),
  constraint uploads_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table uploads is
  'Resumable uploads (tus) and recordings under way; what is acknowledged is durable in storage';
comment on column uploads.kind is 'What it becomes when every byte is there';
comment on column uploads.status is 'received: every byte is there, the recording is being made from it';
comment on column uploads.is_live is 'Sent by the recorder while it records; its length is known at the end';
comment on column uploads.length_bytes is 'Null until it is known';
comment on column uploads.offset_bytes is 'Bytes that were acknowledged';
comment on column uploads.writer is 'The request that may append; a newer one takes over';
comment on column uploads.duplicate_of is 'An older recording of this student with the same content';
create index if not exists uploads_recording_id_idx on uploads (user_id, recording_id);
create index if not exists uploads_study_material_id_idx on uploads (user_id, study_material_id);
create index if not exists uploads_account_import_id_idx on uploads (user_id, account_import_id);
create index if not exists uploads_status_idx on uploads (status);
create index if not exists uploads_expires_at_idx on uploads (expires_at);
create index if not exists uploads_created_at_idx on uploads (created_at);

create table if not exists waveforms (
  user_id uuid not null,
  recording_id uuid not null,
  peaks bytea not null,
  duration_seconds double precision not null,
  created_at timestamptz not null default now(),
  constraint waveforms_pkey primary key (user_id, recording_id),
  constraint waveforms_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint waveforms_peaks_check check (octet_length(peaks) between 1 and 10000),
  constraint waveforms_duration_seconds_check check (duration_seconds >= 0)
);
comment on table waveforms is 'What a recording looks like, made once';
comment on column waveforms.peaks is 'Loudest sample of each of equal spans, one byte each: 0 silent, 255 full';
create index if not exists waveforms_created_at_idx on waveforms (created_at);

create table if not exists idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null,
  request_hash bytea not null,
  status smallint,
  body jsonb,
  created_at timestamptz not null default now(),
  holder uuid,
  leased_until timestamptz,
  constraint idempotency_keys_pkey primary key (user_id, key),
  constraint idempotency_keys_key_check check (length(key) between 1 and 255),
  constraint idempotency_keys_request_hash_check check (octet_length(request_hash) = 32)
);
comment on table idempotency_keys is 'Answers to POSTs that carried an Idempotency-Key, kept for a day';
comment on column idempotency_keys.status is 'Null while the first request is still running';
comment on column idempotency_keys.holder is 'The request that works on it; null in rows of older versions';
comment on column idempotency_keys.leased_until is
  'Renewed while the first request runs; after it the key is free for the same request';
create index if not exists idempotency_keys_created_at_idx on idempotency_keys (created_at);
