-- 003 async jobs: the queue that every worker claims from.

create table if not exists jobs (
  id uuid primary key default new_id(),
  user_id uuid references users (id) on delete cascade,
  job_type text not null,
  status text not null default 'pending',
  priority smallint not null default 0,
  payload jsonb not null default '{}',
  result jsonb,
  progress real not null default 0,
  error_code text,
  error_message text,
  attempts smallint not null default 0,
  max_attempts smallint not null default 5,
  run_at timestamptz not null default now(),
  locked_by text,
  heartbeat_at timestamptz,
  cancel_requested_at timestamptz,
  idempotency_key text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  constraint jobs_job_type_check check (job_type ~ '^[a-z][a-z0-9-]{0,49}$'),
  constraint jobs_status_check check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint jobs_priority_check check (priority between -100 and 100),
  constraint jobs_payload_check check (jsonb_typeof(payload) = 'object'),
  constraint jobs_result_check check (jsonb_typeof(result) = 'object'),
  constraint jobs_progress_check check (progress between 0 and 1),
  constraint jobs_error_code_check check (length(error_code) between 1 and 100),
  constraint jobs_error_message_check check (length(error_message) between 1 and 2000),
  constraint jobs_attempts_check check (attempts between 0 and max_attempts),
  constraint jobs_max_attempts_check check (max_attempts between 1 and 100),
  constraint jobs_locked_by_check check ((status = 'processing') = (locked_by is not null) and (status = 'processing') = (heartbeat_at is not null)),
  constraint jobs_idempotency_key_check check (length(idempotency_key) between 1 and 255)
);
comment on table jobs is 'The queue: a row is claimed by one worker at a time and finished by that worker and attempt only';
comment on column jobs.user_id is 'Whose work it is; null for the system''s own upkeep';
comment on column jobs.run_at is 'Not before this time: delayed jobs, and the back-off after a failed attempt';
comment on column jobs.heartbeat_at is 'The lease: a worker that is silent for longer than the lease has lost the job';
comment on column jobs.idempotency_key is 'One live job per user, type and key';
create index if not exists jobs_claim_idx on jobs (priority desc, run_at, id) where status = 'pending';
create index if not exists jobs_lease_idx on jobs (heartbeat_at) where status = 'processing';
create unique index if not exists jobs_idempotency_key_key on jobs (user_id, job_type, idempotency_key) nulls not distinct
  where idempotency_key is not null and status in ('pending', 'processing');
create index if not exists jobs_user_id_idx on jobs (user_id, id desc);
create index if not exists jobs_status_idx on jobs (status, created_at);
create index if not exists jobs_created_at_idx on jobs (created_at);

do $$
begin
  if not exists (select from pg_constraint where conname = 'transcription_jobs_job_id_fkey') then
    alter table transcription_jobs add constraint transcription_jobs_job_id_fkey
      foreign key (job_id) references jobs (id) on delete set null;
  end if;
end
$$;
