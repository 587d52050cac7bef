-- 008 operations: the ledger of the queue, the workers, and answers kept for repeated requests.

create table if not exists job_attempts (
  job_id uuid not null references jobs (id) on delete cascade,
  attempt smallint not null,
  worker text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text,
  error_code text,
  error_message text,
  constraint job_attempts_pkey primary key (job_id, attempt),
  constraint job_attempts_attempt_check check (attempt >= 1),
  constraint job_attempts_worker_check check (length(worker) between 1 and 200),
  constraint job_attempts_outcome_check check (outcome in ('completed', 'failed', 'cancelled', 'lost', 'released')),
  constraint job_attempts_ended_at_check check ((ended_at is null) = (outcome is null))
);
comment on table job_attempts is 'Each attempt at a job: who, when, and how it ended; never changed after its end';
comment on column job_attempts.outcome is 'lost: the worker was silent for longer than the lease; released: handed back at shutdown, not counted';

create table if not exists workers (
  id text primary key,
  host text not null,
  process_id integer not null,
  concurrency smallint not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  constraint workers_id_check check (length(id) between 1 and 200),
  constraint workers_concurrency_check check (concurrency >= 1)
);
comment on table workers is 'Processes that claim jobs; one not seen for longer than the lease is gone';

create table if not exists idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null,
  request_hash bytea not null,
  status smallint,
  body jsonb,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_pkey primary key (user_id, key),
  constraint idempotency_keys_key_check check (length(key) between 1 and 255),
  constraint idempotency_keys_request_hash_check check (octet_length(request_hash) = 32)
);
comment on table idempotency_keys is 'Answers to POSTs that carried an Idempotency-Key, kept for a day';
comment on column idempotency_keys.status is 'Null while the first request is still running';
create index if not exists idempotency_keys_created_at_idx on idempotency_keys (created_at);
