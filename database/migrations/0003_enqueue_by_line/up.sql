-- Jobs are added line by line (one student, type and priority), with ids that the application makes: a fifth to a quarter less time.
drop function enqueue_jobs(jsonb);
create function enqueue_jobs(owner uuid, type text, rank smallint, jobs_to_add jsonb) returns setof uuid
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
comment on function enqueue_jobs(uuid, text, smallint, jsonb) is 'Adds jobs of one student, type and priority in one statement, each in its fair place in the line, and wakes the workers at commit; answers the jobs that carry a key, in their order';

-- A claim walks over what was claimed before it since the last vacuum: 100 index pages after 10,000 jobs.
alter table jobs set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
