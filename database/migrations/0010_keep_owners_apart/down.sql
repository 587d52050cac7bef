-- The opposite of up.sql.
create or replace function enqueue_jobs(owner uuid, type text, rank smallint, jobs_to_add jsonb) returns setof uuid
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  as $$
declare
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
end
$$;

create or replace function claim_jobs(worker text, host text, job_types text[], limits integer[], machine_limits integer[], places integer)
  returns table (id uuid, user_id uuid, job_type text, payload jsonb, attempts smallint, max_attempts smallint)
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  as $$
#variable_conflict use_column
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
end
$$;

create or replace function end_jobs(worker text, endings jsonb) returns setof uuid
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  as $$
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
end
$$;

drop function set_purpose(text);
do $$
declare
  one record;
begin
  for one in
    select polname, format('%I.%I', nspname, relname) as name
    from pg_policy join pg_class on pg_class.oid = polrelid join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = current_schema()
  loop
    execute format('drop policy %I on %s', one.polname, one.name);
  end loop;
  for one in
    select format('%I.%I', nspname, relname) as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = current_schema() and (relrowsecurity or relforcerowsecurity)
  loop
    execute format('alter table %s disable row level security', one.name);
    execute format('alter table %s no force row level security', one.name);
  end loop;
end
$$;
drop function keep_owners_apart();
