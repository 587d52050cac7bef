-- 003 async jobs: the queue that every worker claims from.

-- A claim walks over what was claimed before it since the last vacuum: 100 index pages after 10,000 jobs.
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
  fair_at timestamptz not null default now(),
  locked_by text,
  heartbeat_at timestamptz,
  cancel_requested_at timestamptz,
  idempotency_key text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  constraint jobs_user_id_id_key unique (user_id, id),
  constraint jobs_job_type_check check (length(job_type) between 1 and 50),
  constraint jobs_status_check check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint jobs_priority_check check (priority between -100 and 100),
  constraint jobs_payload_check check (jsonb_typeof(payload) = 'object'),
  constraint jobs_result_check check (jsonb_typeof(result) = 'object'),
  constraint jobs_progress_check check (progress between 0 and 1),
  constraint jobs_error_code_check check (length(error_code) between 1 and 100),
  constraint jobs_error_message_check check (length(error_message) between 1 and 2000),
  constraint jobs_attempts_check check (attempts between 0 and max_attempts),
  constraint jobs_max_attempts_check check (max_attempts between 1 and 100),
  constraint jobs_locked_by_check check ((status = 'processing') = (locked_by is not null)
    and (status = 'processing') = (heartbeat_at is not null)),
  constraint jobs_locked_by_length_check check (length(locked_by) between 1 and 200),
  constraint jobs_idempotency_key_check check (length(idempotency_key) between 1 and 255)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
comment on table jobs is
  'The queue: a row is claimed by one worker at a time and finished by that worker and attempt only';
comment on column jobs.user_id is 'Whose work it is; null for the system''s own upkeep';
comment on column jobs.run_at is 'Not before this time: delayed jobs, and the back-off after a failed attempt';
comment on column jobs.fair_at is
  'Order among equal priorities (start-time fair queueing): a student''s jobs stand behind each other, not before '
  'another student''s first';
comment on column jobs.heartbeat_at is 'The lease: a worker that is silent for longer than the lease has lost the job';
comment on column jobs.idempotency_key is 'One live job per user, type and key';
create index if not exists jobs_claim_idx on jobs (job_type, priority desc, fair_at, id) where status = 'pending';
create index if not exists jobs_lease_idx on jobs (heartbeat_at) where status = 'processing';
create unique index if not exists jobs_idempotency_key_key
  on jobs (user_id, job_type, idempotency_key) nulls not distinct
  where idempotency_key is not null and status in ('pending', 'processing');
create index if not exists jobs_failed_idx on jobs (completed_at desc) where status = 'failed';
-- BRIN: rows come in order of time, and each attempt writes every B-tree index of its job again.
create index if not exists jobs_created_at_idx on jobs using brin (created_at);

-- Functions, because PL/pgSQL keeps their plans for the session: planning these statements costs more than running
-- them, and named statements do not pass PgBouncer in transaction mode. Fairness and claims look at everybody's jobs:
-- 099_isolation.sql lets this purpose see them.

create or replace function set_purpose(wanted text) returns text
  language plpgsql
  as $$
declare
  before text := coalesce(current_setting('lm.purpose', true), '');
begin
  perform set_config('lm.purpose', wanted, true);
  return before;
end
$$;
comment on function set_purpose(text) is
  'Until the transaction ends, or it is called with its answer; no SET clause of a function, which only a superuser '
  'may give for a setting of ours';

create or replace function enqueue_jobs(owner uuid, type text, rank smallint, jobs_to_add jsonb) returns setof uuid
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  as $$
declare
  before text := set_purpose('queue');
  place timestamptz := least(now(), (
    select fair_at from jobs where status = 'pending' and job_type = type and priority = rank order by fair_at, id limit 1
  ));
begin
  -- Behind the student's own last job, but not before what is next in line: a student who was idle saves up no turns.
  if owner is not null then
    place := greatest(place, (
      select fair_at from jobs where user_id = owner and fair_at <= now() + interval '1 hour' order by id desc limit 1
    ) + interval '1 microsecond');
  end if;
  return query
    with added as (
      insert into jobs (id, user_id, job_type, payload, priority, run_at, max_attempts, idempotency_key, fair_at)
      select coalesce(item.id, new_id()), owner, type, coalesce(item.payload, '{}'), rank, coalesce(item.run_at, now()),
        coalesce(item.max_attempts, 5::smallint), item.idempotency_key,
        case when item.run_at > now() then item.run_at else place + (item.number - 1) * interval '1 microsecond' end
      from rows from (jsonb_to_recordset(jobs_to_add) as (
        id uuid, payload jsonb, run_at timestamptz, max_attempts smallint, idempotency_key text
      )) with ordinality as item (id, payload, run_at, max_attempts, idempotency_key, number)
      -- The update changes nothing; it makes returning give the live job that was there already.
      on conflict (user_id, job_type, idempotency_key) where idempotency_key is not null and status in ('pending', 'processing')
        do update set priority = jobs.priority
      returning id, idempotency_key
    )
    select added.id from added where added.idempotency_key is not null;
  perform pg_notify('lm_jobs', '');
  perform set_purpose(before);
end
$$;
comment on function enqueue_jobs(uuid, text, smallint, jsonb) is
  'Adds jobs of one student, type and priority in one statement, each in its fair place in the line, and wakes the '
  'workers at commit; answers the jobs that carry a key, in their order';

create or replace function claim_jobs(worker text, host text, job_types text[], limits integer[],
  machine_limits integer[], places integer)
  returns table (id uuid, user_id uuid, job_type text, payload jsonb, attempts smallint, max_attempts smallint)
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  as $$
#variable_conflict use_column
declare
  before text := set_purpose('queue');
begin
  -- A claim that a crash of the database forgets is no loss: the job is pending again, and this worker's attempt is fenced off.
  perform set_config('synchronous_commit', 'off', true);
  -- What is bounded per machine is counted under a lock: several workers of one machine hear of a new job at the same moment.
  for at in 1 .. coalesce(array_length(job_types, 1), 0) loop
    continue when machine_limits[at] is null or not exists (
      select from jobs where jobs.status = 'pending' and jobs.job_type = job_types[at] and jobs.run_at <= now()
    );
    perform pg_advisory_xact_lock(hashtextextended('machine ' || host || ' ' || job_types[at], 0));
    limits[at] := least(limits[at], greatest(0, machine_limits[at] - (
      select count(*)::integer from jobs
      where jobs.status = 'processing' and jobs.job_type = job_types[at] and starts_with(jobs.locked_by, host || ':')
    )));
  end loop;
  return query
    with claimed as (
      update jobs
      set status = 'processing', locked_by = worker, heartbeat_at = now(), attempts = jobs.attempts + 1,
          started_at = coalesce(jobs.started_at, now()), cancel_requested_at = null
      where jobs.id in (
        select candidate.id
        from unnest(job_types, limits) as wanted (job_type, places)
        cross join lateral (
          select jobs.id, jobs.priority, jobs.fair_at from jobs
          where jobs.status = 'pending' and jobs.job_type = wanted.job_type and jobs.run_at <= now() and jobs.attempts < jobs.max_attempts
          order by jobs.priority desc, jobs.fair_at, jobs.id
          limit wanted.places
          for update skip locked
        ) as candidate
        order by candidate.priority desc, candidate.fair_at, candidate.id
        limit claim_jobs.places
      )
      returning jobs.id, jobs.user_id, jobs.job_type, jobs.payload, jobs.attempts, jobs.max_attempts, jobs.priority, jobs.fair_at
    ), ledger as (
      insert into job_attempts (job_id, attempt, worker) select claimed.id, claimed.attempts, claim_jobs.worker from claimed
    ), told as (
      select pg_notify('lm_events', jsonb_build_object('user_id', claimed.user_id, 'kind', 'job', 'id', claimed.id, 'change', 'updated')::text)
      from claimed where claimed.user_id is not null
    )
    select claimed.id, claimed.user_id, claimed.job_type, claimed.payload, claimed.attempts, claimed.max_attempts
    from claimed left join (select count(*) from told) as all_told on true
    order by claimed.priority desc, claimed.fair_at, claimed.id;
  perform set_purpose(before);
end
$$;
comment on function claim_jobs(text, text, text[], integer[], integer[], integer) is
  'Gives a worker its next jobs: at most so many of each type and in all';

create or replace function end_jobs(worker text, endings jsonb) returns setof uuid
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  as $$
declare
  before text := set_purpose('queue');
begin
  return query
    with given as (
      select * from jsonb_to_recordset(endings) as (id uuid, attempt smallint, status text, result jsonb, error_code text, error_message text)
    ), ended as (
      update jobs
      set status = given.status, locked_by = null, heartbeat_at = null, completed_at = now(),
          progress = case when given.status = 'completed' then 1 else jobs.progress end,
          result = given.result, error_code = given.error_code, error_message = given.error_message
      from given
      where jobs.id = given.id and jobs.locked_by = worker and jobs.attempts = given.attempt and jobs.status = 'processing'
      returning jobs.id, jobs.user_id, jobs.attempts, jobs.status, jobs.error_code, jobs.error_message
    ), ledger as (
      update job_attempts
      set ended_at = now(), outcome = ended.status, error_code = ended.error_code, error_message = ended.error_message
      from ended
      where job_attempts.job_id = ended.id and job_attempts.attempt = ended.attempts and job_attempts.ended_at is null
    ), told as (
      select pg_notify('lm_events', jsonb_build_object('user_id', ended.user_id, 'kind', 'job', 'id', ended.id, 'change', 'updated')::text)
      from ended where ended.user_id is not null
    )
    select ended.id from ended left join (select count(*) from told) as all_told on true;
  perform set_purpose(before);
end
$$;
comment on function end_jobs(text, jsonb) is
  'Records how attempts ended, in one statement; answers the jobs that this worker still held';

do $$
begin
  if not exists (select from pg_constraint where conname = 'transcription_jobs_job_id_fkey') then
    alter table transcription_jobs add constraint transcription_jobs_job_id_fkey
      foreign key (user_id, job_id) references jobs (user_id, id) on delete set null (job_id);
  end if;
end
$$;
