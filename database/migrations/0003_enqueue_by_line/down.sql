alter table jobs reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
drop function enqueue_jobs(uuid, text, smallint, jsonb);
create function enqueue_jobs(jobs_to_add jsonb) returns setof uuid
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  as $$
declare
  milliseconds bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
  return query
    with given as (
      select item.*, row_number() over (partition by item.user_id order by item.number) - 1 as nth
      from rows from (jsonb_to_recordset(jobs_to_add) as (
        user_id uuid, job_type text, payload jsonb, priority smallint, run_at timestamptz, max_attempts smallint, idempotency_key text
      )) with ordinality as item (user_id, job_type, payload, priority, run_at, max_attempts, idempotency_key, number)
    ), places as materialized (
      -- Behind the student's own last job, but not before what is next in line: a student who was idle saves up no turns.
      select line.*, greatest(
        (select fair_at from jobs where jobs.user_id = line.user_id and fair_at <= now() + interval '1 hour' order by id desc limit 1) + interval '1 microsecond',
        least(now(), (
          select fair_at from jobs
          where status = 'pending' and jobs.job_type = line.job_type and jobs.priority = line.priority
          order by fair_at, id limit 1
        ))
      ) as fair_at
      from (select distinct user_id, job_type, coalesce(priority, 0::smallint) as priority from given) as line
    )
    insert into jobs (id, user_id, job_type, payload, priority, run_at, max_attempts, idempotency_key, fair_at)
    -- UUIDv7 as of new_id(), which costs as much for each row as the rest of the insert: the clock is read once, then counted on.
    select overlay(gen_random_uuid()::text placing overlay(lpad(to_hex(milliseconds + given.number / 4096), 12, '0') placing '-' from 9 for 0) || '-7' || lpad(to_hex(given.number % 4096), 3, '0') from 1 for 18)::uuid,
      given.user_id, given.job_type, coalesce(given.payload, '{}'), places.priority, coalesce(given.run_at, now()),
      coalesce(given.max_attempts, 5::smallint), given.idempotency_key,
      case when given.run_at > now() then given.run_at else places.fair_at + given.nth * interval '1 microsecond' end
    from given
    join places on places.user_id is not distinct from given.user_id and places.job_type = given.job_type and places.priority = coalesce(given.priority, 0::smallint)
    order by given.number
    -- The update changes nothing; it makes returning give the live job that was there already.
    on conflict (user_id, job_type, idempotency_key) where idempotency_key is not null and status in ('pending', 'processing')
      do update set priority = jobs.priority
    returning id;
  perform pg_notify('lm_jobs', '');
end
$$;
comment on function enqueue_jobs(jsonb) is 'Adds jobs in one statement, gives each its fair place in the line, and wakes the workers at commit';
