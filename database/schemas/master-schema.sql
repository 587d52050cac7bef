-- Generated from 001_authentication.sql to 099_isolation.sql by "npm run database:generate". Do not edit.

-- 001 authentication: users and every way they prove who they are.
-- Applies with plain `psql -f` on PostgreSQL 15 to 18, and again without error.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- UUID version 7 (RFC 9562, section 5.7; sub-millisecond fraction in rand_a, section 6.2 method 3), so that ids sort by
-- time. PostgreSQL has uuidv7() only from 18; one function of our own gives 15 to 18 the same catalog.
create or replace function new_id() returns uuid
  language sql volatile parallel safe
  as $$
    select (
      encode(int8send((floor(instant.ms)::bigint << 16) | 28672 | floor((instant.ms - floor(instant.ms)) * 4096)::bigint), 'hex')
      || right(replace(gen_random_uuid()::text, '-', ''), 16)
    )::uuid
    from (select extract(epoch from clock_timestamp()) * 1000 as ms) as instant
  $$;
comment on function new_id() is 'UUID version 7: sorts by creation time';

create or replace function set_updated_at() returns trigger
  language plpgsql
  as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function set_updated_at() is 'Keeps updated_at true whatever the statement said';

create table if not exists users (
  id uuid primary key default new_id(),
  email text not null,
  email_verified_at timestamptz,
  username text,
  full_name text,
  password_hash text,
  role text not null default 'student',
  locale text,
  last_login_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  quotas jsonb not null default '{}',
  constraint users_email_check check (length(email) between 3 and 254 and email = btrim(email) and email like '_%@_%'),
  constraint users_username_check check (length(username) between 2 and 50 and username = btrim(username)),
  constraint users_full_name_check check (length(full_name) between 1 and 200),
  constraint users_password_hash_check check (length(password_hash) between 20 and 500),
  constraint users_role_check check (role in ('student', 'administrator')),
  constraint users_locale_check check (length(locale) between 2 and 35),
  constraint users_quotas_check check (jsonb_typeof(quotas) = 'object')
);
comment on table users is 'One row per person';
comment on column users.email is 'As the person wrote it; unique whatever its case';
comment on column users.password_hash is
  'Argon2id in PHC format, or bcrypt from an older installation until the next login; null when the person logs in by '
  'other means only';
comment on column users.quotas is
  'What this account may hold where it is not the server''s own setting: {storage_bytes?, unfinished_uploads?, '
  'queued_jobs?, event_streams?, answer_streams?, api_keys?, passkeys?}';
comment on column users.disabled_at is 'Set by an administrator: no login, and running sessions stop at once';
create unique index if not exists users_email_key on users (lower(email));
create unique index if not exists users_username_key on users (lower(username));
create index if not exists users_created_at_idx on users (created_at);
create or replace trigger users_set_updated_at before update on users
  for each row execute function set_updated_at();

create table if not exists oauth_connections (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  provider text not null,
  provider_user_id text not null,
  email text,
  scopes text,
  access_token bytea,
  refresh_token bytea,
  token_key_id text,
  token_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint oauth_connections_pkey primary key (user_id, id),
  constraint oauth_connections_user_id_provider_key unique (user_id, provider),
  constraint oauth_connections_provider_provider_user_id_key unique (provider, provider_user_id),
  constraint oauth_connections_provider_check check (provider ~ '^[a-z][a-z0-9-]{0,49}$'),
  constraint oauth_connections_provider_user_id_check check (length(provider_user_id) between 1 and 500),
  constraint oauth_connections_email_check check (length(email) between 3 and 254),
  constraint oauth_connections_scopes_check check (length(scopes) <= 2000),
  constraint oauth_connections_token_key_id_check check (length(token_key_id) between 1 and 100),
  constraint oauth_connections_access_token_check check (octet_length(access_token) between 29 and 20000),
  constraint oauth_connections_refresh_token_check check (octet_length(refresh_token) between 29 and 20000),
  constraint oauth_connections_token_check
    check ((access_token is null and refresh_token is null) or token_key_id is not null),
  constraint oauth_connections_token_expires_at_check check (token_expires_at > created_at)
);
comment on table oauth_connections is 'Accounts at identity providers linked to a user';
comment on column oauth_connections.provider is
  'google, facebook, microsoft, github, or the name the operator gave an OpenID Connect issuer';
comment on column oauth_connections.access_token is 'AES-256-GCM: 12-byte nonce, ciphertext, 16-byte tag';
comment on column oauth_connections.refresh_token is 'As access_token';
comment on column oauth_connections.token_key_id is 'Which key of the settings encrypted the two tokens';
create index if not exists oauth_connections_created_at_idx on oauth_connections (created_at);
create or replace trigger oauth_connections_set_updated_at before update on oauth_connections
  for each row execute function set_updated_at();

create table if not exists refresh_tokens (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  family_id uuid not null,
  token_hash bytea not null,
  device text,
  address inet,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  rotated_at timestamptz,
  revoked_at timestamptz,
  constraint refresh_tokens_pkey primary key (user_id, id),
  constraint refresh_tokens_token_hash_key unique (token_hash),
  constraint refresh_tokens_token_hash_check check (octet_length(token_hash) = 32),
  constraint refresh_tokens_device_check check (length(device) <= 500),
  constraint refresh_tokens_expires_at_check check (expires_at > created_at)
);
comment on table refresh_tokens is 'Sessions: a family of tokens of which the newest is live';
comment on column refresh_tokens.family_id is 'The session: every token rotated out of one login carries the same';
comment on column refresh_tokens.token_hash is 'SHA-256 of the token; the token itself is never stored';
comment on column refresh_tokens.device is 'User-Agent of the request that made it';
comment on column refresh_tokens.rotated_at is 'When it was exchanged for the next of its family';
comment on column refresh_tokens.revoked_at is
  'When its session was ended: by the person, by an administrator, or on reuse';
create index if not exists refresh_tokens_user_id_family_id_idx on refresh_tokens (user_id, family_id, created_at desc);
create index if not exists refresh_tokens_created_at_idx on refresh_tokens (created_at);
create index if not exists refresh_tokens_expires_at_idx on refresh_tokens (expires_at);

create table if not exists password_reset_tokens (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint password_reset_tokens_pkey primary key (user_id, id),
  constraint password_reset_tokens_token_hash_key unique (token_hash),
  constraint password_reset_tokens_token_hash_check check (octet_length(token_hash) = 32),
  constraint password_reset_tokens_expires_at_check check (expires_at > created_at),
  constraint password_reset_tokens_used_at_check check (used_at >= created_at)
);
comment on table password_reset_tokens is 'Single-use links to choose a new password';
comment on column password_reset_tokens.token_hash is 'SHA-256 of the token; the token itself is only in the mail';
create index if not exists password_reset_tokens_created_at_idx on password_reset_tokens (created_at);

-- 002 transcription: what the student watches while a recording becomes text, and the text.
-- The references to recordings and jobs stand in 003 and 004, where those tables are made.

create table if not exists transcription_jobs (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  recording_id uuid not null,
  job_id uuid,
  status text not null default 'pending',
  engine text,
  model text,
  language text,
  stage text,
  progress_seconds double precision not null default 0,
  duration_seconds double precision,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  constraint transcription_jobs_pkey primary key (user_id, id),
  constraint transcription_jobs_recording_id_id_key unique (user_id, recording_id, id),
  constraint transcription_jobs_status_check
    check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint transcription_jobs_engine_check check (length(engine) between 1 and 100),
  constraint transcription_jobs_model_check check (length(model) between 1 and 200),
  constraint transcription_jobs_language_check check (length(language) between 2 and 35),
  constraint transcription_jobs_stage_check check (stage in ('decoding', 'recognising', 'indexing')),
  constraint transcription_jobs_progress_seconds_check
    check (progress_seconds >= 0 and progress_seconds < 'infinity'
    and progress_seconds <= coalesce(duration_seconds, progress_seconds)),
  constraint transcription_jobs_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint transcription_jobs_error_code_check check (length(error_code) between 1 and 100),
  constraint transcription_jobs_error_message_check check (length(error_message) between 1 and 2000),
  constraint transcription_jobs_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table transcription_jobs is 'One run of speech to text over one recording, as the student watches it';
comment on column transcription_jobs.job_id is 'The row of the queue that does the work; null once that row is deleted';
comment on column transcription_jobs.engine is
  'The engine asked for, then the one that ran; null means the best that is present';
comment on column transcription_jobs.language is 'BCP 47 tag asked for; null means detect';
comment on column transcription_jobs.stage is 'What is being done now';
comment on column transcription_jobs.progress_seconds is 'Seconds of audio done';
comment on column transcription_jobs.duration_seconds is 'Seconds of audio in all; null until known';
comment on column transcription_jobs.error_message is 'A sentence the student understands';
create index if not exists transcription_jobs_job_id_idx on transcription_jobs (user_id, job_id);
create index if not exists transcription_jobs_status_idx on transcription_jobs (status);
create index if not exists transcription_jobs_created_at_idx on transcription_jobs (created_at);

create table if not exists transcriptions (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  recording_id uuid not null,
  transcription_job_id uuid,
  source text not null default 'recognised',
  text text not null default '',
  language text,
  confidence real,
  engine text not null,
  model text,
  duration_seconds double precision not null default 0,
  is_current boolean not null default true,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  edited_at timestamptz,
  remark text,
  text_encoding text,
  text_encoding_found_by text,
  binned_at timestamptz,
  constraint transcriptions_pkey primary key (user_id, id),
  constraint transcriptions_transcription_job_id_fkey foreign key (user_id, recording_id, transcription_job_id)
    references transcription_jobs (user_id, recording_id, id) on delete set null (transcription_job_id),
  constraint transcriptions_source_check check (source in ('recognised', 'supplied')),
  constraint transcriptions_text_check check (length(text) <= 10000000),
  constraint transcriptions_language_check check (length(language) between 2 and 35),
  constraint transcriptions_confidence_check check (confidence between 0 and 1),
  constraint transcriptions_engine_check check (length(engine) between 1 and 100),
  constraint transcriptions_model_check check (length(model) between 1 and 200),
  constraint transcriptions_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint transcriptions_remark_check check (length(remark) between 1 and 2000),
  constraint transcriptions_text_encoding_check check (length(text_encoding) between 1 and 40),
  constraint transcriptions_text_encoding_found_by_check
    check (text_encoding_found_by in ('student', 'mark', 'declared', 'content', 'guess'))
);
comment on table transcriptions is 'The text of a recording; its timed segments are in transcription_segments';
comment on column transcriptions.source is 'recognised by an engine, or supplied as captions beside the audio';
comment on column transcriptions.text is
  'All segments joined by one line feed; offsets in citations and passages count UTF-16 code units of it';
comment on column transcriptions.confidence is
  'Mean over the segments that carry one; null where the engine gives none';
comment on column transcriptions.is_current is 'The version that is shown and searched; older versions are kept';
comment on column transcriptions.completed_at is 'Null while segments are still being added';
comment on column transcriptions.remark is
  'What of supplied captions could not be used; a sentence the student understands';
comment on column transcriptions.text_encoding is 'How the bytes of supplied captions were read';
comment on column transcriptions.text_encoding_found_by is 'As in study_materials';
comment on column transcriptions.binned_at is 'Of its recording, so that no look at the recording is needed';
create unique index if not exists transcriptions_current_key on transcriptions (user_id, recording_id) where is_current;
create unique index if not exists transcriptions_transcription_job_id_key
  on transcriptions (user_id, transcription_job_id);
create index if not exists transcriptions_recording_id_idx on transcriptions (user_id, recording_id);
create index if not exists transcriptions_created_at_idx on transcriptions (created_at);
create index if not exists transcriptions_language_idx on transcriptions (user_id, language);

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

-- 004 content: what students record, upload, write, and hear read aloud.

create table if not exists recordings (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  recording_type text not null default 'lecture',
  subject text,
  language text,
  original_filename text,
  mime_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  duration_seconds double precision,
  created_at timestamptz not null default now(),
  sound_tracks jsonb,
  sound_track integer,
  tags text[] not null default '{}',
  binned_at timestamptz,
  constraint recordings_pkey primary key (user_id, id),
  constraint recordings_storage_key_key unique (storage_key),
  constraint recordings_title_check check (length(title) between 1 and 500),
  constraint recordings_recording_type_check check (recording_type in ('lecture', 'note', 'other')),
  constraint recordings_subject_check check (length(subject) between 1 and 100),
  constraint recordings_language_check check (length(language) between 2 and 35),
  constraint recordings_original_filename_check check (length(original_filename) between 1 and 500),
  constraint recordings_mime_type_check check (length(mime_type) between 3 and 100),
  constraint recordings_size_bytes_check check (size_bytes > 0),
  constraint recordings_sha256_check check (octet_length(sha256) = 32),
  constraint recordings_storage_key_check check (length(storage_key) between 1 and 500),
  constraint recordings_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint recordings_sound_tracks_check check (jsonb_typeof(sound_tracks) = 'array'),
  constraint recordings_sound_track_check check (sound_track >= 0),
  constraint recordings_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null)
);
comment on table recordings is 'Audio or video of a lecture or note, as it was recorded or uploaded';
comment on column recordings.mime_type is 'Decided by the content, not by the name';
comment on column recordings.original_filename is 'Shown, never used as a path';
comment on column recordings.duration_seconds is 'Null until it was decoded once';
comment on column recordings.sound_tracks is
  '[{number, codec, readable, name?, language?}] where there are several; null where there is one';
comment on column recordings.sound_track is 'The one that is heard; null where there is one';
comment on column recordings.binned_at is 'Since when it lies in the bin; deleted thirty days later';
create index if not exists recordings_subject_idx on recordings (user_id, subject);
create index if not exists recordings_sha256_idx on recordings (user_id, sha256);
create index if not exists recordings_created_at_idx on recordings (created_at);
create index if not exists recordings_binned_at_idx on recordings (user_id, binned_at) where binned_at is not null;

create table if not exists study_materials (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  kind text not null,
  subject text,
  language text,
  status text not null default 'ready',
  content text not null default '',
  sections jsonb not null default '[]',
  page_count integer,
  error_code text,
  error_message text,
  source_url text,
  original_filename text,
  mime_type text,
  size_bytes bigint,
  sha256 bytea,
  storage_key text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  text_encoding text,
  text_encoding_found_by text,
  tags text[] not null default '{}',
  binned_at timestamptz,
  layout jsonb not null default '[]',
  constraint study_materials_pkey primary key (user_id, id),
  constraint study_materials_storage_key_key unique (storage_key),
  constraint study_materials_title_check check (length(title) between 1 and 500),
  constraint study_materials_kind_check check (kind in
    ('note', 'txt', 'md', 'html', 'pdf', 'docx', 'pptx', 'odt', 'odp', 'ods', 'rtf', 'epub', 'xlsx', 'csv', 'ipynb',
    'image', 'web')),
  constraint study_materials_subject_check check (length(subject) between 1 and 100),
  constraint study_materials_language_check check (length(language) between 2 and 35),
  constraint study_materials_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint study_materials_content_check check (length(content) <= 20000000),
  constraint study_materials_sections_check check (jsonb_typeof(sections) = 'array'),
  constraint study_materials_layout_check check (jsonb_typeof(layout) = 'array'),
  constraint study_materials_page_count_check check (page_count >= 0),
  constraint study_materials_error_code_check check (length(error_code) between 1 and 100),
  constraint study_materials_error_message_check check (length(error_message) between 1 and 2000),
  constraint study_materials_source_url_check check (length(source_url) between 1 and 2000),
  constraint study_materials_original_filename_check check (length(original_filename) between 1 and 500),
  constraint study_materials_mime_type_check check (length(mime_type) between 3 and 100),
  constraint study_materials_size_bytes_check check (size_bytes >= 0),
  constraint study_materials_sha256_check check (octet_length(sha256) = 32),
  constraint study_materials_storage_key_check check (length(storage_key) between 1 and 500),
  constraint study_materials_failed_check check (status <> 'failed' or error_code is not null),
  constraint study_materials_text_encoding_check check (length(text_encoding) between 1 and 40),
  constraint study_materials_text_encoding_found_by_check
    check (text_encoding_found_by in ('student', 'mark', 'declared', 'content', 'guess')),
  constraint study_materials_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null)
);
comment on table study_materials is 'Notes and documents; a file is kept as it came and its text stands in content';
comment on column study_materials.content is
  'Plain text; offsets in citations and passages count UTF-16 code units of it';
comment on column study_materials.sections is
  'Pages, slides or headings in order: [{page?, heading?, start_offset, end_offset}]';
comment on column study_materials.layout is
  'Headings, lists, tables, notes and bold words, where the file told them: '
  '[{kind, start_offset, end_offset, level?, mark?, cells?, head_rows?}]';
comment on column study_materials.text_encoding is 'How the bytes of a text file were read; null for other kinds';
comment on column study_materials.text_encoding_found_by is
  'Chosen by the student, a byte order mark, a declaration, what only this encoding can be, or a guess';
comment on column study_materials.binned_at is 'As in recordings';
create index if not exists study_materials_subject_idx on study_materials (user_id, subject);
create index if not exists study_materials_sha256_idx on study_materials (user_id, sha256);
create index if not exists study_materials_status_idx on study_materials (status);
create index if not exists study_materials_created_at_idx on study_materials (created_at);
create index if not exists study_materials_binned_at_idx on study_materials (user_id, binned_at)
  where binned_at is not null;
create index if not exists study_materials_language_idx on study_materials (user_id, language);
create or replace trigger study_materials_set_updated_at before update on study_materials
  for each row execute function set_updated_at();

create table if not exists tts_audio_files (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  job_id uuid,
  text text not null,
  content_hash bytea not null,
  source_kind text,
  source_id uuid,
  provider text not null,
  voice text not null,
  speed real not null default 1,
  format text not null,
  status text not null default 'pending',
  error_code text,
  error_message text,
  storage_key text,
  size_bytes bigint,
  duration_seconds double precision,
  words jsonb,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  subject text,
  constraint tts_audio_files_pkey primary key (user_id, id),
  constraint tts_audio_files_content_hash_key unique (user_id, content_hash),
  constraint tts_audio_files_storage_key_key unique (storage_key),
  constraint tts_audio_files_job_id_fkey foreign key (user_id, job_id) references jobs (user_id, id)
    on delete set null (job_id),
  constraint tts_audio_files_text_check check (length(text) between 1 and 1000000),
  constraint tts_audio_files_content_hash_check check (octet_length(content_hash) = 32),
  constraint tts_audio_files_source_kind_check check (source_kind in ('transcription', 'study_material', 'message')),
  constraint tts_audio_files_source_id_check check ((source_kind is null) = (source_id is null)),
  constraint tts_audio_files_provider_check check (length(provider) between 1 and 100),
  constraint tts_audio_files_voice_check check (length(voice) between 1 and 200),
  constraint tts_audio_files_speed_check check (speed between 0.25 and 4),
  constraint tts_audio_files_format_check check (format in ('mp3', 'ogg', 'wav')),
  constraint tts_audio_files_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint tts_audio_files_error_code_check check (length(error_code) between 1 and 100),
  constraint tts_audio_files_error_message_check check (length(error_message) between 1 and 2000),
  constraint tts_audio_files_storage_key_check check (length(storage_key) between 1 and 500),
  constraint tts_audio_files_size_bytes_check check (size_bytes > 0),
  constraint tts_audio_files_duration_seconds_check check (duration_seconds >= 0 and duration_seconds < 'infinity'),
  constraint tts_audio_files_words_check check (jsonb_typeof(words) = 'array'),
  constraint tts_audio_files_ready_check check (status <> 'ready'
    or (storage_key is not null and size_bytes is not null and duration_seconds is not null)),
  constraint tts_audio_files_failed_check check (status <> 'failed' or error_code is not null),
  constraint tts_audio_files_subject_check check (length(subject) between 1 and 200),
  constraint tts_audio_files_source_or_subject_check check (subject is null or source_id is null)
);
comment on table tts_audio_files is 'Text read aloud; the same text, voice, speed and format are made once per student';
comment on column tts_audio_files.content_hash is 'SHA-256 over provider, voice, speed, format and text';
comment on column tts_audio_files.subject is 'All documents of it were read, one after the other';
comment on column tts_audio_files.words is
  'For read-along: [{start, end, start_offset, end_offset}], seconds and offsets into text; null where the voice '
  'gives none';
create index if not exists tts_audio_files_job_id_idx on tts_audio_files (user_id, job_id);
create index if not exists tts_audio_files_status_idx on tts_audio_files (status);
create index if not exists tts_audio_files_created_at_idx on tts_audio_files (created_at);

do $$
begin
  if not exists (select from pg_constraint where conname = 'transcription_jobs_recording_id_fkey') then
    alter table transcription_jobs add constraint transcription_jobs_recording_id_fkey
      foreign key (user_id, recording_id) references recordings (user_id, id) on delete cascade;
  end if;
  if not exists (select from pg_constraint where conname = 'transcriptions_recording_id_fkey') then
    alter table transcriptions add constraint transcriptions_recording_id_fkey
      foreign key (user_id, recording_id) references recordings (user_id, id) on delete cascade;
  end if;
end
$$;

-- 005 interactions: the student and the tutor.

create table if not exists conversations (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  subject text,
  source_kind text,
  source_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint conversations_pkey primary key (user_id, id),
  constraint conversations_title_check check (length(title) between 1 and 500),
  constraint conversations_subject_check check (length(subject) between 1 and 100),
  constraint conversations_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint conversations_source_id_check check ((source_kind is null) = (source_id is null))
);
comment on table conversations is 'A chat with the tutor, over everything, one subject or one source';
comment on column conversations.subject is 'When set, only materials of this subject are used';
comment on column conversations.source_id is 'When set, only this recording or study material is used';
create index if not exists conversations_updated_at_idx on conversations (user_id, updated_at desc);
create index if not exists conversations_created_at_idx on conversations (created_at);
create or replace trigger conversations_set_updated_at before update on conversations
  for each row execute function set_updated_at();

create table if not exists messages (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  conversation_id uuid not null,
  reply_to uuid,
  role text not null,
  content text not null default '',
  status text not null default 'complete',
  error_code text,
  error_message text,
  engine text,
  model text,
  dropped_citations smallint not null default 0,
  materials text not null default 'first',
  history_summary text,
  summarised_messages integer not null default 0,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint messages_pkey primary key (user_id, id),
  constraint messages_conversation_id_id_key unique (user_id, conversation_id, id),
  constraint messages_conversation_id_fkey foreign key (user_id, conversation_id)
    references conversations (user_id, id) on delete cascade,
  constraint messages_reply_to_fkey foreign key (user_id, conversation_id, reply_to)
    references messages (user_id, conversation_id, id) on delete cascade,
  constraint messages_role_check check (role in ('user', 'assistant')),
  constraint messages_content_check check (length(content) <= case role when 'user' then 5000 else 200000 end),
  constraint messages_not_empty_check check (role <> 'user' or length(btrim(content)) > 0),
  constraint messages_status_check check (status in ('streaming', 'complete', 'stopped', 'failed')),
  constraint messages_error_code_check check (length(error_code) between 1 and 100),
  constraint messages_error_message_check check (length(error_message) between 1 and 2000),
  constraint messages_engine_check check (length(engine) between 1 and 100),
  constraint messages_model_check check (length(model) between 1 and 200),
  constraint messages_dropped_citations_check check (dropped_citations >= 0),
  constraint messages_materials_check check (materials in ('first', 'only', 'none')),
  constraint messages_history_summary_check check (length(history_summary) between 1 and 20000),
  constraint messages_summarised_messages_check check (summarised_messages >= 0),
  constraint messages_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table messages is 'What was asked and answered; the quotations of an answer are in citations';
comment on column messages.reply_to is
  'The question an answer belongs to, or the answer a question follows: branches share a parent';
comment on column messages.dropped_citations is
  'How many quotations of the model were not literally in the source and were left out';
comment on column messages.materials is
  'Of a question: first, the materials and then general knowledge; only the materials; none of them';
comment on column messages.history_summary is
  'What a language model was given in short of the earliest messages before this answer';
comment on column messages.summarised_messages is 'How many messages that summary stands for';
create index if not exists messages_reply_to_idx on messages (user_id, reply_to, conversation_id);
create index if not exists messages_status_idx on messages (status);
create index if not exists messages_created_at_idx on messages (created_at);

-- 006 study: what stands between the twelve tables and a cited answer.

create table if not exists transcription_segments (
  user_id uuid not null,
  transcription_id uuid not null,
  number integer not null,
  start_seconds double precision not null,
  end_seconds double precision not null,
  text text not null,
  words jsonb,
  confidence real,
  original jsonb,
  created_at timestamptz not null default now(),
  speaker text,
  line_breaks integer[],
  constraint transcription_segments_pkey primary key (user_id, transcription_id, number),
  constraint transcription_segments_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete cascade,
  constraint transcription_segments_number_check check (number >= 0),
  constraint transcription_segments_start_seconds_check check (start_seconds >= 0),
  constraint transcription_segments_end_seconds_check check (end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint transcription_segments_text_check check (length(text) <= 100000),
  constraint transcription_segments_words_check check (jsonb_typeof(words) = 'array'),
  constraint transcription_segments_confidence_check check (confidence between 0 and 1),
  constraint transcription_segments_original_check check (jsonb_typeof(original) = 'object'),
  constraint transcription_segments_speaker_check check (length(speaker) between 1 and 200)
);
comment on table transcription_segments is
  'Timed spans of a transcription, in order from 0, saved as they are recognised';
comment on column transcription_segments.words is
  '[{text, start, end, confidence?}] in seconds; null where the engine gives none';
comment on column transcription_segments.original is '{text, words} as the engine gave them, kept at the first edit';
comment on column transcription_segments.speaker is 'Who speaks, as the captions say';
comment on column transcription_segments.line_breaks is
  'Offsets of spaces in text at which a supplied cue began a new line; dropped when the text is edited';
create index if not exists transcription_segments_created_at_idx on transcription_segments (created_at);

create table if not exists supplied_captions (
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
comment on table supplied_captions is
  'The captions file of a supplied transcription, byte for byte: given back, and read again in another encoding';
create index if not exists supplied_captions_created_at_idx on supplied_captions (created_at);

create table if not exists passages (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  transcription_id uuid,
  study_material_id uuid,
  number integer not null,
  text text not null,
  heading text,
  start_offset integer not null,
  end_offset integer not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  language text,
  search_vector tsvector not null default '',
  words_version smallint not null default 0,
  created_at timestamptz not null default now(),
  constraint passages_pkey primary key (user_id, id),
  constraint passages_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete cascade,
  constraint passages_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete cascade,
  constraint passages_source_check check (num_nonnulls(transcription_id, study_material_id) = 1),
  constraint passages_number_check check (number >= 0),
  constraint passages_text_check check (length(text) between 1 and 10000),
  constraint passages_heading_check check (length(heading) between 1 and 500),
  constraint passages_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint passages_page_check check (page >= 1),
  constraint passages_language_check check (length(language) between 1 and 35),
  constraint passages_seconds_check check (start_seconds >= 0 and end_seconds >= start_seconds
    and end_seconds < 'infinity')
);
comment on table passages is 'Searchable pieces of transcriptions and study materials';
comment on column passages.text is 'Literally the source''s text from start_offset to end_offset (UTF-16 code units)';
comment on column passages.language is
  'Of the source when it was cut, as ISO 639-1 names it without a region; null where nobody knows';
comment on column passages.search_vector is
  'Words of heading and text, cut and stemmed by the application, so that they are the same on every server';
comment on column passages.words_version is
  'Of the way the words were cut; older ones are indexed again in the background';
create unique index if not exists passages_transcription_id_key on passages (user_id, transcription_id, number);
create unique index if not exists passages_study_material_id_key on passages (user_id, study_material_id, number);
create index if not exists passages_search_idx on passages using gin (user_id, search_vector);
create index if not exists passages_words_version_idx on passages (words_version, user_id);
create index if not exists passages_created_at_idx on passages (created_at);

create table if not exists citations (
  user_id uuid not null,
  message_id uuid not null,
  number integer not null,
  quote text not null,
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint citations_pkey primary key (user_id, message_id, number),
  constraint citations_message_id_fkey foreign key (user_id, message_id)
    references messages (user_id, id) on delete cascade,
  constraint citations_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint citations_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint citations_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint citations_number_check check (number >= 1),
  constraint citations_quote_check check (length(quote) between 1 and 10000),
  constraint citations_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint citations_source_title_check check (length(source_title) between 1 and 500),
  constraint citations_page_check check (page >= 1),
  constraint citations_seconds_check check (start_seconds >= 0 and end_seconds >= start_seconds
    and end_seconds < 'infinity'),
  constraint citations_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint citations_recording_id_check check (recording_id is null or study_material_id is null),
  constraint citations_cited_offset_check check (cited_offset >= 0),
  constraint citations_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table citations is 'Quotations of an answer, checked literally against the source before they were stored';
comment on column citations.status is
  'valid; moved: the source was edited and the quote stands at new offsets; changed: the quote is no longer in the '
  'source';
comment on column citations.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column citations.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists citations_recording_id_idx on citations (user_id, recording_id);
create index if not exists citations_transcription_id_idx on citations (user_id, transcription_id);
create index if not exists citations_study_material_id_idx on citations (user_id, study_material_id);
create index if not exists citations_status_idx on citations (status);
create index if not exists citations_created_at_idx on citations (created_at);

-- 007 accounts: what stands beyond the four authentication tables: verified addresses, second factors, keys,
-- invitations, limits.

create table if not exists email_verification_tokens (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  email text not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint email_verification_tokens_pkey primary key (user_id, id),
  constraint email_verification_tokens_token_hash_key unique (token_hash),
  constraint email_verification_tokens_email_check check (length(email) between 3 and 254),
  constraint email_verification_tokens_token_hash_check check (octet_length(token_hash) = 32),
  constraint email_verification_tokens_expires_at_check check (expires_at > created_at),
  constraint email_verification_tokens_used_at_check check (used_at >= created_at)
);
comment on table email_verification_tokens is 'Single-use links that prove that a mail address is read by the user';
comment on column email_verification_tokens.email is
  'The address that was written to; another than the user''s own is a change that takes effect with the link';
comment on column email_verification_tokens.token_hash is 'SHA-256 of the token; the token itself is only in the mail';
create index if not exists email_verification_tokens_created_at_idx on email_verification_tokens (created_at);

create table if not exists totp_secrets (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  secret bytea not null,
  secret_key_id text not null,
  confirmed_at timestamptz,
  last_used_step bigint,
  created_at timestamptz not null default now(),
  constraint totp_secrets_pkey primary key (user_id, id),
  constraint totp_secrets_user_id_key unique (user_id),
  constraint totp_secrets_secret_check check (octet_length(secret) between 29 and 500),
  constraint totp_secrets_secret_key_id_check check (length(secret_key_id) between 1 and 100),
  constraint totp_secrets_last_used_step_check check (last_used_step >= 0),
  constraint totp_secrets_confirmed_at_check check (confirmed_at >= created_at)
);
comment on table totp_secrets is 'Authenticator apps (RFC 6238): one per user; it counts once its first code was typed';
comment on column totp_secrets.secret is 'AES-256-GCM: 12-byte nonce, ciphertext, 16-byte tag';
comment on column totp_secrets.secret_key_id is 'Which key of the settings encrypted the secret';
comment on column totp_secrets.last_used_step is
  'The 30-second step of the last code that was accepted: a code works once';
create index if not exists totp_secrets_created_at_idx on totp_secrets (created_at);

create table if not exists recovery_codes (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  code_hash bytea not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  constraint recovery_codes_pkey primary key (user_id, id),
  constraint recovery_codes_code_hash_key unique (user_id, code_hash),
  constraint recovery_codes_code_hash_check check (octet_length(code_hash) = 32),
  constraint recovery_codes_used_at_check check (used_at >= created_at)
);
comment on table recovery_codes is 'Single-use codes for a lost authenticator app';
comment on column recovery_codes.code_hash is 'SHA-256 of the code, which has 80 random bits';
create index if not exists recovery_codes_created_at_idx on recovery_codes (created_at);

create table if not exists passkeys (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  name text not null,
  credential_id text not null,
  public_key bytea not null,
  sign_count bigint not null default 0,
  transports text[] not null default '{}',
  backed_up boolean not null default false,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  constraint passkeys_pkey primary key (user_id, id),
  constraint passkeys_credential_id_key unique (credential_id),
  constraint passkeys_name_check check (length(name) between 1 and 100),
  constraint passkeys_credential_id_check check (credential_id ~ '^[A-Za-z0-9_-]+$' and length(credential_id) <= 1400),
  constraint passkeys_public_key_check check (octet_length(public_key) between 16 and 4096),
  constraint passkeys_sign_count_check check (sign_count >= 0)
);
comment on table passkeys is 'WebAuthn credentials that log in without a password';
comment on column passkeys.credential_id is 'base64url, as the authenticator named it';
comment on column passkeys.public_key is 'COSE key; the private key never leaves the authenticator';
comment on column passkeys.backed_up is
  'Whether the authenticator says that it is copied to other devices of the person';
create index if not exists passkeys_created_at_idx on passkeys (created_at);

create table if not exists passkey_challenges (
  id uuid primary key default new_id(),
  user_id uuid references users (id) on delete cascade,
  challenge_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint passkey_challenges_challenge_hash_key unique (challenge_hash),
  constraint passkey_challenges_challenge_hash_check check (octet_length(challenge_hash) = 32),
  constraint passkey_challenges_expires_at_check check (expires_at > created_at)
);
comment on table passkey_challenges is 'Open WebAuthn ceremonies; a row is deleted by the answer to it';
comment on column passkey_challenges.user_id is
  'Who adds a passkey; null for a login, where the answer tells who it is';
create index if not exists passkey_challenges_user_id_idx on passkey_challenges (user_id);
create index if not exists passkey_challenges_created_at_idx on passkey_challenges (created_at);

create table if not exists api_keys (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  name text not null,
  token_hash bytea not null,
  hint text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  constraint api_keys_pkey primary key (user_id, id),
  constraint api_keys_token_hash_key unique (token_hash),
  constraint api_keys_name_check check (length(name) between 1 and 100),
  constraint api_keys_token_hash_check check (octet_length(token_hash) = 32),
  constraint api_keys_hint_check check (length(hint) between 4 and 20),
  constraint api_keys_scopes_check check (scopes <@ array['read', 'write'] and cardinality(scopes) > 0),
  constraint api_keys_expires_at_check check (expires_at > created_at)
);
comment on table api_keys is 'Personal keys for scripts';
comment on column api_keys.token_hash is 'SHA-256 of the key; the key itself is shown once';
comment on column api_keys.hint is 'Its first characters, by which the person knows it again';
comment on column api_keys.scopes is 'read: GET only; write: everything else but the account itself and administration';
comment on column api_keys.last_used_at is 'To the minute';
create index if not exists api_keys_created_at_idx on api_keys (created_at);

create table if not exists invitations (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  email text,
  role text not null default 'student',
  token_hash bytea not null,
  used_by uuid references users (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint invitations_pkey primary key (user_id, id),
  constraint invitations_token_hash_key unique (token_hash),
  constraint invitations_email_check check (length(email) between 3 and 254),
  constraint invitations_role_check check (role in ('student', 'administrator')),
  constraint invitations_token_hash_check check (octet_length(token_hash) = 32),
  constraint invitations_expires_at_check check (expires_at > created_at),
  constraint invitations_used_at_check check (used_at >= created_at)
);
comment on table invitations is 'Single-use invitations to register';
comment on column invitations.user_id is 'The administrator who invited';
comment on column invitations.email is 'When given, only this address may register with it';
comment on column invitations.token_hash is 'SHA-256 of the token; the token itself is only in the link';
create index if not exists invitations_used_by_idx on invitations (used_by);
create index if not exists invitations_created_at_idx on invitations (created_at);

create table if not exists rate_limits (
  key bytea primary key,
  count integer not null,
  window_ends_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint rate_limits_key_check check (octet_length(key) = 32),
  constraint rate_limits_count_check check (count >= 1)
);
comment on table rate_limits is
  'How often something was tried, and which places of a few are taken, so that several servers agree; deleted after '
  'the window';
comment on column rate_limits.key is 'HMAC of what is counted and for whom: no address or e-mail stands here';
create index if not exists rate_limits_window_ends_at_idx on rate_limits (window_ends_at);
create index if not exists rate_limits_created_at_idx on rate_limits (created_at);

create table if not exists login_challenges (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint login_challenges_pkey primary key (user_id, id),
  constraint login_challenges_token_hash_key unique (token_hash),
  constraint login_challenges_token_hash_check check (octet_length(token_hash) = 32),
  constraint login_challenges_expires_at_check check (expires_at > created_at)
);
comment on table login_challenges is 'Logins that wait for their second factor; ended with every other way in';
comment on column login_challenges.token_hash is 'SHA-256 of the token that the login was answered with';
create index if not exists login_challenges_created_at_idx on login_challenges (created_at);

create table if not exists email_changes (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  old_email text not null,
  new_email text not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint email_changes_pkey primary key (user_id, id),
  constraint email_changes_token_hash_key unique (token_hash),
  constraint email_changes_old_email_check check (length(old_email) between 3 and 254),
  constraint email_changes_new_email_check check (length(new_email) between 3 and 254),
  constraint email_changes_token_hash_check check (octet_length(token_hash) = 32),
  constraint email_changes_expires_at_check check (expires_at > created_at)
);
comment on table email_changes is
  'What the old address was told of an e-mail change that was asked for, with the link that undoes it; no other way '
  'in ends it, because whoever changed the address may end those';
comment on column email_changes.token_hash is
  'SHA-256 of the token; the token itself is only in the mail to the old address';
create index if not exists email_changes_created_at_idx on email_changes (created_at);

create table if not exists account_activity (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  kind text not null,
  detail text,
  device text,
  address inet,
  created_at timestamptz not null default now(),
  constraint account_activity_pkey primary key (user_id, id),
  constraint account_activity_kind_check check (kind ~ '^[a-z]+(-[a-z]+)*$' and length(kind) <= 50),
  constraint account_activity_detail_check check (length(detail) between 1 and 300),
  constraint account_activity_device_check check (length(device) <= 500)
);
comment on table account_activity is
  'What happened to the account, as its owner sees it: logins, changes of the ways in, exports, deletions; kept for a '
  'year';
comment on column account_activity.detail is 'The name of a key, of a passkey, of a provider; never a secret';
comment on column account_activity.device is 'User-Agent of the request';
create index if not exists account_activity_created_at_idx on account_activity (created_at);

create table if not exists mails (
  id uuid primary key default new_id(),
  user_id uuid references users (id) on delete cascade,
  content bytea not null,
  content_key_id text not null,
  attempts smallint not null default 0,
  error_code text,
  run_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  kind text not null,
  constraint mails_content_check check (octet_length(content) between 29 and 100000),
  constraint mails_content_key_id_check check (length(content_key_id) between 1 and 32),
  constraint mails_attempts_check check (attempts >= 0),
  constraint mails_error_code_check check (length(error_code) between 1 and 100),
  constraint mails_expires_at_check check (expires_at > created_at),
  constraint mails_kind_check check (kind in ('confirm_address', 'choose_password', 'email_change', 'invitation',
    'notice', 'deletion'))
);
comment on table mails is
  'Mails that wait to be sent, by any server; a row is deleted when its mail was taken by the mail server, or when '
  'its links are too old';
comment on column mails.user_id is
  'Whose account it is about; null while it is not looked up yet whether a forgotten password has an account';
comment on column mails.content is
  'Address, subject and text, which may hold a link that opens the account: sealed with AES-256-GCM, bound to this row';
comment on column mails.content_key_id is 'Which of LM_ENCRYPTION_KEYS sealed it';
comment on column mails.run_at is
  'Not before this time: while a server sends it, and the back-off after a failed attempt';
comment on column mails.error_code is
  'Why the last attempt failed: a code, never what the mail server said; null before the first one and while a server '
  'sends it';
comment on column mails.kind is 'What it is about, for administrators, who see neither address nor text';
create index if not exists mails_user_id_idx on mails (user_id);
create index if not exists mails_run_at_idx on mails (run_at);
create index if not exists mails_created_at_idx on mails (created_at);
create index if not exists mails_expires_at_idx on mails (expires_at);

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

-- 009 search: each student's own vocabulary, and passages by meaning.

create table if not exists search_words (
  user_id uuid not null references users (id) on delete cascade,
  word text collate "C" not null,
  passages integer not null,
  constraint search_words_pkey primary key (user_id, word),
  constraint search_words_word_check check (length(word) <= 100),
  constraint search_words_passages_check check (passages >= 0)
) with (fillfactor = 80);
comment on table search_words is
  'The lexemes of a student''s passages: how rare each one is decides the ranking, and a misspelt word finds its '
  'neighbour here';
comment on column search_words.passages is
  'How many of this student''s passages have the word; 0 once the last one is gone';

create table if not exists search_totals (
  user_id uuid primary key references users (id) on delete cascade,
  passages integer not null,
  words bigint not null,
  constraint search_totals_check check (passages >= 0 and words >= 0)
) with (fillfactor = 50);
comment on table search_totals is
  'How many passages a student has, and how many different words these have in sum (their mean length weighs in the '
  'ranking)';

-- Statement triggers with transition tables: one upsert for a whole source, and nobody who writes passages can forget
-- them. The words are taken in one order, so that two sources of one student cannot lock each other.
create or replace function count_added_passages() returns trigger
  language plpgsql
  as $$
begin
  insert into search_totals as total (user_id, passages, words)
    select user_id, count(*), sum(length(search_vector)) from added group by user_id order by user_id
    on conflict (user_id) do update set passages = total.passages + excluded.passages, words = total.words + excluded.words;
  insert into search_words as known (user_id, word, passages)
    select added.user_id, lexeme, count(*) from added, unnest(added.search_vector)
    where length(lexeme) <= 100 group by added.user_id, lexeme order by added.user_id, lexeme
    on conflict (user_id, word) do update set passages = known.passages + excluded.passages;
  return null;
end
$$;

create or replace function count_removed_passages() returns trigger
  language plpgsql
  as $$
begin
  update search_totals as total
    set passages = greatest(0, total.passages - gone.passages), words = greatest(0, total.words - gone.words)
    from (select user_id, count(*) as passages, sum(length(search_vector)) as words from removed group by user_id) as gone
    where total.user_id = gone.user_id;
  update search_words as known set passages = greatest(0, known.passages - gone.passages)
    from (
      select removed.user_id, lexeme, count(*) as passages from removed, unnest(removed.search_vector)
      where length(lexeme) <= 100 group by removed.user_id, lexeme
    ) as gone
    where known.user_id = gone.user_id and known.word = gone.lexeme;
  return null;
end
$$;

create or replace function count_changed_passages() returns trigger
  language plpgsql
  as $$
begin
  update search_totals as total set words = greatest(0, total.words + difference.words)
    from (
      select user_id, sum(length) as words from (
        select user_id, length(search_vector) from added union all select user_id, -length(search_vector) from removed
      ) as each group by user_id
    ) as difference
    where total.user_id = difference.user_id and difference.words <> 0;
  with difference as (
    select user_id, lexeme, sum(sign) as passages from (
      select added.user_id, lexeme, 1 as sign from added, unnest(added.search_vector)
      union all select removed.user_id, lexeme, -1 from removed, unnest(removed.search_vector)
    ) as each
    where length(lexeme) <= 100 group by user_id, lexeme having sum(sign) <> 0
  ), fewer as (
    update search_words as known set passages = greatest(0, known.passages + difference.passages)
      from difference where difference.passages < 0 and known.user_id = difference.user_id and known.word = difference.lexeme
  )
  insert into search_words as known (user_id, word, passages)
    select user_id, lexeme, passages from difference where passages > 0 order by user_id, lexeme
    on conflict (user_id, word) do update set passages = known.passages + excluded.passages;
  return null;
end
$$;

create or replace trigger passages_count_added after insert on passages
  referencing new table as added for each statement execute function count_added_passages();
create or replace trigger passages_count_removed after delete on passages
  referencing old table as removed for each statement execute function count_removed_passages();
create or replace trigger passages_count_changed after update on passages
  referencing old table as removed new table as added for each statement execute function count_changed_passages();

-- For the generated column that database/pgvector.ts adds where the server has pgvector.
create or replace function int8s(bytes bytea) returns real[]
  language sql immutable strict parallel safe
  return array(
    select (get_byte(bytes, n) + 128) % 256 - 128 from generate_series(0, length(bytes) - 1) as n order by n
  )::real[];
comment on function int8s(bytea) is
  'Signed bytes as an array: what makes a vector of pgvector''s type of a stored one';

create table if not exists passage_embeddings (
  user_id uuid not null,
  passage_id uuid not null,
  model text not null,
  signature bit(384) not null,
  vector bytea not null,
  created_at timestamptz not null default now(),
  constraint passage_embeddings_pkey primary key (user_id, passage_id, model),
  constraint passage_embeddings_passage_id_fkey foreign key (user_id, passage_id)
    references passages (user_id, id) on delete cascade,
  constraint passage_embeddings_model_check check (length(model) between 1 and 200),
  constraint passage_embeddings_vector_check
    check (octet_length(vector) between 1 and 16384)
);
comment on table passage_embeddings is 'What a passage means, as the configured model sees it; made in the background';
comment on column passage_embeddings.model is
  'Vectors of different models are never compared; after a change the old ones are replaced in the background';
comment on column passage_embeddings.signature is
  'Signs of the vector (of 384 random projections where it has another length): finds candidates by Hamming distance';
comment on column passage_embeddings.vector is
  'A signed byte for each number, the greatest as 127: for the order of the candidates, by cosine';
create index if not exists passage_embeddings_signature_idx on passage_embeddings (user_id, model)
  include (passage_id, signature);
create index if not exists passage_embeddings_created_at_idx on passage_embeddings (created_at);

-- 010 learning: cards with a witness in the sources, and the log of their reviews.

create table if not exists cards (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  note_id text not null,
  ordinal smallint not null default 0,
  kind text not null default 'basic',
  front text not null,
  back text not null default '',
  options jsonb,
  subject text,
  tags text[] not null default '{}',
  suspended boolean not null default false,
  buried_until timestamptz,
  state text not null default 'new',
  due_at timestamptz not null default now(),
  stability double precision,
  difficulty double precision,
  scheduled_days integer not null default 0,
  learning_step smallint not null default 0,
  reps integer not null default 0,
  lapses integer not null default 0,
  leech boolean not null default false,
  last_reviewed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint cards_pkey primary key (user_id, id),
  constraint cards_note_id_ordinal_key unique (user_id, note_id, ordinal),
  constraint cards_note_id_check check (length(note_id) between 1 and 100),
  constraint cards_ordinal_check check (ordinal between 0 and 999),
  constraint cards_kind_check check (kind in ('basic', 'cloze', 'choice', 'typed', 'occlusion')),
  constraint cards_front_check check (length(front) between 1 and 20000),
  constraint cards_back_check check (length(back) <= 20000),
  constraint cards_options_check check (jsonb_typeof(options) = 'array'),
  constraint cards_subject_check check (length(subject) between 1 and 100),
  constraint cards_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null),
  constraint cards_state_check check (state in ('new', 'learning', 'review', 'relearning')),
  constraint cards_memory_check check (state = 'new'
    or (stability > 0 and difficulty between 1 and 10 and last_reviewed_at is not null)),
  constraint cards_scheduled_days_check check (scheduled_days >= 0),
  constraint cards_learning_step_check check (learning_step >= 0),
  constraint cards_reps_check check (reps >= 0 and lapses between 0 and reps)
);
comment on table cards is
  'What a student learns by heart; the schedule follows from card_reviews and study_settings and can be made again '
  'from them';
comment on column cards.note_id is
  'Cards of one text share it (each gap of a cloze, each covered part of a picture); what Anki calls a guid, kept '
  'through import and export';
comment on column cards.ordinal is 'Which card of its note: gap c1 of a cloze is 0';
comment on column cards.front is 'Markdown; gaps of a cloze as {{c1::word}} or {{c1::word::hint}}';
comment on column cards.options is
  'choice: its options as texts, one of them the back; typed: other answers that are right; occlusion: covered parts '
  '[{x, y, width, height, label?}] as fractions of the picture';
comment on column cards.due_at is
  'When it is to be seen next; for a new card when it was made, which is its place in the line';
comment on column cards.stability is 'Days after which it is recalled with a probability of 0.9 (FSRS-6)';
comment on column cards.difficulty is '1 to 10 (FSRS-6)';
comment on column cards.leech is 'Forgotten as often as study_settings.leech_lapses says';
create index if not exists cards_due_idx on cards (user_id, state, due_at) where not suspended;
-- Two cards with the same front are told to the student.
create index if not exists cards_front_idx on cards (user_id, md5(lower(regexp_replace(front, '\s+', ' ', 'g'))));
create index if not exists cards_subject_idx on cards (user_id, subject);
create index if not exists cards_text_idx on cards using gin (user_id, (front || ' ' || back) gin_trgm_ops);
create index if not exists cards_tags_idx on cards using gin (user_id, tags);
create index if not exists cards_created_at_idx on cards (created_at);
create or replace trigger cards_set_updated_at before update on cards
  for each row execute function set_updated_at();

create table if not exists card_witnesses (
  user_id uuid not null,
  card_id uuid not null,
  quote text not null,
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint card_witnesses_pkey primary key (user_id, card_id),
  constraint card_witnesses_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete cascade,
  constraint card_witnesses_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint card_witnesses_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint card_witnesses_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint card_witnesses_quote_check check (length(quote) between 1 and 10000),
  constraint card_witnesses_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint card_witnesses_source_title_check check (length(source_title) between 1 and 500),
  constraint card_witnesses_page_check check (page >= 1),
  constraint card_witnesses_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint card_witnesses_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint card_witnesses_recording_id_check check (recording_id is null or study_material_id is null),
  constraint card_witnesses_cited_offset_check check (cited_offset >= 0),
  constraint card_witnesses_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table card_witnesses is 'Where a card''s words stand in a source: the same rules as citations';
comment on column card_witnesses.status is
  'valid; moved: the source was edited and the quote stands at new offsets; changed: the quote is no longer in the '
  'source';
comment on column card_witnesses.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column card_witnesses.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists card_witnesses_recording_id_idx on card_witnesses (user_id, recording_id);
create index if not exists card_witnesses_transcription_id_idx on card_witnesses (user_id, transcription_id);
create index if not exists card_witnesses_study_material_id_idx on card_witnesses (user_id, study_material_id);
create index if not exists card_witnesses_status_idx on card_witnesses (status);
create index if not exists card_witnesses_created_at_idx on card_witnesses (created_at);

create table if not exists card_media (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  filename text not null,
  mime_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  created_at timestamptz not null default now(),
  constraint card_media_pkey primary key (user_id, id),
  constraint card_media_sha256_key unique (user_id, sha256),
  constraint card_media_storage_key_key unique (storage_key),
  constraint card_media_filename_check check (length(filename) between 1 and 255),
  constraint card_media_mime_type_check check (length(mime_type) between 3 and 100),
  constraint card_media_size_bytes_check check (size_bytes > 0),
  constraint card_media_sha256_check check (octet_length(sha256) = 32),
  constraint card_media_storage_key_check check (length(storage_key) between 1 and 500)
);
comment on table card_media is 'Pictures and sound of cards; Markdown names them as /api/cards/media/ID';
comment on column card_media.filename is 'Shown, and the name in an Anki package; never used as a path';
create index if not exists card_media_created_at_idx on card_media (created_at);

create table if not exists card_reviews (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  card_id uuid,
  rating smallint not null,
  reviewed_at timestamptz not null,
  duration_ms integer not null default 0,
  imported boolean not null default false,
  undone_at timestamptz,
  created_at timestamptz not null default now(),
  constraint card_reviews_pkey primary key (user_id, id),
  constraint card_reviews_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint card_reviews_rating_check check (rating between 1 and 4),
  constraint card_reviews_duration_ms_check check (duration_ms between 0 and 3600000)
);
comment on table card_reviews is
  'Every review as it happened, never changed but for undone_at: the truth that schedules follow from';
comment on column card_reviews.id is 'UUIDv7 made by the device, so that a batch can be sent again';
comment on column card_reviews.rating is '1 again, 2 hard, 3 good, 4 easy';
comment on column card_reviews.imported is 'From an Anki package';
comment on column card_reviews.undone_at is 'Taken back by the student; it no longer counts';
create index if not exists card_reviews_card_id_idx on card_reviews (user_id, card_id);
create index if not exists card_reviews_reviewed_at_idx on card_reviews (user_id, reviewed_at);
create index if not exists card_reviews_created_at_idx on card_reviews (created_at);

create table if not exists study_settings (
  user_id uuid primary key references users (id) on delete cascade,
  time_zone text not null default 'UTC',
  day_starts_at smallint not null default 4,
  desired_retention double precision not null default 0.9,
  new_per_day integer not null default 20,
  reviews_per_day integer not null default 200,
  learning_steps text[] not null default '{1m,10m}',
  relearning_steps text[] not null default '{10m}',
  maximum_interval_days integer not null default 36500,
  leech_lapses smallint not null default 8,
  suspend_leeches boolean not null default false,
  weights double precision[],
  fit jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint study_settings_time_zone_check check (length(time_zone) between 1 and 100),
  constraint study_settings_day_starts_at_check check (day_starts_at between 0 and 23),
  constraint study_settings_desired_retention_check check (desired_retention between 0.7 and 0.99),
  constraint study_settings_new_per_day_check check (new_per_day between 0 and 9999),
  constraint study_settings_reviews_per_day_check check (reviews_per_day between 0 and 99999),
  constraint study_settings_learning_steps_check check (cardinality(learning_steps) <= 10),
  constraint study_settings_relearning_steps_check check (cardinality(relearning_steps) <= 10),
  constraint study_settings_maximum_interval_days_check check (maximum_interval_days between 1 and 36500),
  constraint study_settings_leech_lapses_check check (leech_lapses between 1 and 100),
  constraint study_settings_weights_check check (cardinality(weights) = 21),
  constraint study_settings_fit_check check (jsonb_typeof(fit) = 'object')
);
comment on table study_settings is 'How a student wants to review, and the weights that fit this student''s memory';
comment on column study_settings.time_zone is 'IANA name; a day of study ends in it';
comment on column study_settings.day_starts_at is 'Hour of the clock at which the next day of study begins';
comment on column study_settings.desired_retention is 'Probability of recall at which a card comes back';
comment on column study_settings.learning_steps is 'Waits before a new card leaves learning, such as 1m, 10m, 1d';
comment on column study_settings.weights is
  'The 21 weights of FSRS-6 fitted to the student''s log; null: the default ones';
comment on column study_settings.fit is
  'The last try to fit: {fitted_at, reviews, held_out, default_log_loss, fitted_log_loss, taken}';
create index if not exists study_settings_created_at_idx on study_settings (created_at);
create or replace trigger study_settings_set_updated_at before update on study_settings
  for each row execute function set_updated_at();

create table if not exists card_suggestions (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  source_kind text,
  source_id uuid,
  subject text,
  kinds text[] not null default '{}',
  asked smallint not null,
  status text not null default 'pending',
  engine text,
  dropped integer not null default 0,
  message text,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint card_suggestions_pkey primary key (user_id, id),
  constraint card_suggestions_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint card_suggestions_source_id_check check ((source_kind is null) = (source_id is null)),
  constraint card_suggestions_subject_check check (length(subject) between 1 and 100),
  constraint card_suggestions_asked_check check (asked between 1 and 200),
  constraint card_suggestions_status_check
    check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint card_suggestions_engine_check check (length(engine) between 1 and 200),
  constraint card_suggestions_dropped_check check (dropped >= 0),
  constraint card_suggestions_message_check check (length(message) between 1 and 2000),
  constraint card_suggestions_error_code_check check (length(error_code) between 1 and 100),
  constraint card_suggestions_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table card_suggestions is
  'Cards that were asked for from a source or a subject; nothing of it is in the deck before it was kept';
comment on column card_suggestions.id is 'Also the id of the job that makes them';
comment on column card_suggestions.kinds is 'Kinds of cards wanted; empty: all that can be made';
comment on column card_suggestions.engine is 'rules, or the language model';
comment on column card_suggestions.dropped is 'How many a language model made that did not stand the check';
comment on column card_suggestions.message is
  'What the student should know: how many were made of how many, and why not all';
create index if not exists card_suggestions_status_idx on card_suggestions (status);
create index if not exists card_suggestions_created_at_idx on card_suggestions (created_at);

create table if not exists suggested_cards (
  user_id uuid not null,
  suggestion_id uuid not null,
  number smallint not null,
  kind text not null,
  front text not null,
  back text not null default '',
  options jsonb,
  subject text,
  tags text[] not null default '{}',
  decision text,
  card_id uuid,
  quote text not null,
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint suggested_cards_pkey primary key (user_id, suggestion_id, number),
  constraint suggested_cards_suggestion_id_fkey foreign key (user_id, suggestion_id)
    references card_suggestions (user_id, id) on delete cascade,
  constraint suggested_cards_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint suggested_cards_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint suggested_cards_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint suggested_cards_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint suggested_cards_number_check check (number >= 0),
  constraint suggested_cards_kind_check check (kind in ('basic', 'cloze', 'choice', 'typed')),
  constraint suggested_cards_front_check check (length(front) between 1 and 20000),
  constraint suggested_cards_back_check check (length(back) <= 20000),
  constraint suggested_cards_options_check check (jsonb_typeof(options) = 'array'),
  constraint suggested_cards_subject_check check (length(subject) between 1 and 100),
  constraint suggested_cards_decision_check check (decision in ('kept', 'dropped')),
  constraint suggested_cards_quote_check check (length(quote) between 1 and 10000),
  constraint suggested_cards_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint suggested_cards_source_title_check check (length(source_title) between 1 and 500),
  constraint suggested_cards_page_check check (page >= 1),
  constraint suggested_cards_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint suggested_cards_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint suggested_cards_recording_id_check check (recording_id is null or study_material_id is null),
  constraint suggested_cards_cited_offset_check check (cited_offset >= 0),
  constraint suggested_cards_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table suggested_cards is 'Suggested cards with their witnesses, waiting to be kept, changed or dropped';
comment on column suggested_cards.decision is 'What the student decided; null: not yet';
comment on column suggested_cards.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column suggested_cards.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists suggested_cards_card_id_idx on suggested_cards (user_id, card_id);
create index if not exists suggested_cards_recording_id_idx on suggested_cards (user_id, recording_id);
create index if not exists suggested_cards_transcription_id_idx on suggested_cards (user_id, transcription_id);
create index if not exists suggested_cards_study_material_id_idx on suggested_cards (user_id, study_material_id);
create index if not exists suggested_cards_status_idx on suggested_cards (status);
create index if not exists suggested_cards_created_at_idx on suggested_cards (created_at);

create table if not exists quizzes (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  mode text not null,
  source_kind text,
  source_id uuid,
  subject text,
  seconds_allowed integer,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint quizzes_pkey primary key (user_id, id),
  constraint quizzes_mode_check check (mode in ('practice', 'exam')),
  constraint quizzes_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint quizzes_source_id_check check ((source_kind is null) = (source_id is null)),
  constraint quizzes_subject_check check (length(subject) between 1 and 100),
  constraint quizzes_seconds_allowed_check check (seconds_allowed between 10 and 86400)
);
comment on table quizzes is
  'Questions asked together: practice tells at once what is right, exam when all is handed in';
comment on column quizzes.seconds_allowed is 'Of an exam with a clock; null: without';
create index if not exists quizzes_created_at_idx on quizzes (created_at);

create table if not exists quiz_questions (
  user_id uuid not null,
  id uuid not null default new_id(),
  quiz_id uuid not null,
  number smallint not null,
  kind text not null,
  front text not null,
  back text not null,
  options jsonb,
  card_id uuid,
  answer text,
  is_right boolean,
  answered_at timestamptz,
  quote text,
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer,
  end_offset integer,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint quiz_questions_pkey primary key (user_id, id),
  constraint quiz_questions_number_key unique (user_id, quiz_id, number),
  constraint quiz_questions_quiz_id_fkey foreign key (user_id, quiz_id)
    references quizzes (user_id, id) on delete cascade,
  constraint quiz_questions_card_id_fkey foreign key (user_id, card_id)
    references cards (user_id, id) on delete set null (card_id),
  constraint quiz_questions_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint quiz_questions_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint quiz_questions_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint quiz_questions_number_check check (number >= 1),
  constraint quiz_questions_kind_check check (kind in ('choice', 'typed', 'cloze', 'basic', 'occlusion')),
  constraint quiz_questions_front_check check (length(front) between 1 and 20000),
  constraint quiz_questions_back_check check (length(back) between 1 and 20000),
  constraint quiz_questions_options_check check (jsonb_typeof(options) = 'array'),
  constraint quiz_questions_answer_check check (length(answer) <= 5000),
  constraint quiz_questions_answered_check check ((answered_at is null) = (is_right is null)),
  constraint quiz_questions_quote_check check (length(quote) between 1 and 10000),
  constraint quiz_questions_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint quiz_questions_source_title_check check (length(source_title) between 1 and 500),
  constraint quiz_questions_page_check check (page >= 1),
  constraint quiz_questions_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint quiz_questions_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint quiz_questions_witness_check
    check ((quote is null) = (start_offset is null) and (quote is null) = (source_title is null)),
  constraint quiz_questions_recording_id_check check (recording_id is null or study_material_id is null),
  constraint quiz_questions_cited_offset_check check (cited_offset >= 0),
  constraint quiz_questions_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table quiz_questions is
  'Questions of a quiz, with the answer that was given and the words of the source that say the right one';
comment on column quiz_questions.options is
  'Of a choice its options; of a picture its covered parts without what is under them, the asked one first';
comment on column quiz_questions.card_id is 'The card it was made of, or the one that a wrong answer became';
comment on column quiz_questions.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column quiz_questions.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists quiz_questions_card_id_idx on quiz_questions (user_id, card_id);
create index if not exists quiz_questions_recording_id_idx on quiz_questions (user_id, recording_id);
create index if not exists quiz_questions_transcription_id_idx on quiz_questions (user_id, transcription_id);
create index if not exists quiz_questions_study_material_id_idx on quiz_questions (user_id, study_material_id);
create index if not exists quiz_questions_status_idx on quiz_questions (status);
create index if not exists quiz_questions_created_at_idx on quiz_questions (created_at);

create table if not exists card_transfers (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  direction text not null,
  format text not null,
  subject text,
  dry_run boolean not null default false,
  status text not null default 'pending',
  filename text,
  storage_key text,
  size_bytes bigint,
  sha256 bytea,
  counts jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint card_transfers_pkey primary key (user_id, id),
  constraint card_transfers_storage_key_key unique (storage_key),
  constraint card_transfers_direction_check check (direction in ('export', 'import')),
  constraint card_transfers_format_check check (format in ('apkg', 'csv', 'md')),
  constraint card_transfers_subject_check check (length(subject) between 1 and 100),
  constraint card_transfers_status_check check (status in
    ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint card_transfers_filename_check check (length(filename) between 1 and 500),
  constraint card_transfers_storage_key_check check (length(storage_key) between 1 and 500),
  constraint card_transfers_size_bytes_check check (size_bytes >= 0),
  constraint card_transfers_sha256_check check (octet_length(sha256) = 32),
  constraint card_transfers_counts_check check (jsonb_typeof(counts) = 'object'),
  constraint card_transfers_error_code_check check (length(error_code) between 1 and 100),
  constraint card_transfers_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table card_transfers is 'Decks that leave or come in: Anki packages, CSV, Markdown';
comment on column card_transfers.id is 'Also the id of the job that does it';
comment on column card_transfers.counts is 'What was written or read: {notes, cards, reviews, media, …}';
create index if not exists card_transfers_status_idx on card_transfers (status);
create index if not exists card_transfers_created_at_idx on card_transfers (created_at);

create table if not exists exam_dates (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  subject text,
  exam_on date not null,
  created_at timestamptz not null default now(),
  constraint exam_dates_pkey primary key (user_id, id),
  constraint exam_dates_title_check check (length(title) between 1 and 500),
  constraint exam_dates_subject_check check (length(subject) between 1 and 100)
);
comment on table exam_dates is 'Exams that a student plans back from';
create index if not exists exam_dates_created_at_idx on exam_dates (created_at);

create table if not exists study_places (
  user_id uuid not null references users (id) on delete cascade,
  source_kind text not null,
  source_id uuid not null,
  at_seconds double precision,
  page integer,
  seen_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint study_places_pkey primary key (user_id, source_kind, source_id),
  constraint study_places_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint study_places_at_seconds_check check (at_seconds >= 0 and at_seconds < 'infinity'),
  constraint study_places_page_check check (page >= 1)
);
comment on table study_places is 'Where a student left a lecture or document, to go on from there';
create index if not exists study_places_seen_at_idx on study_places (user_id, seen_at desc);
create index if not exists study_places_created_at_idx on study_places (created_at);

create table if not exists source_summaries (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  recording_id uuid,
  study_material_id uuid,
  status text not null default 'pending',
  engine text,
  dropped integer not null default 0,
  parts integer,
  parts_read integer,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint source_summaries_pkey primary key (user_id, id),
  constraint source_summaries_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint source_summaries_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete cascade,
  constraint source_summaries_source_check check (num_nonnulls(recording_id, study_material_id) = 1),
  constraint source_summaries_status_check
    check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  constraint source_summaries_engine_check check (length(engine) between 1 and 200),
  constraint source_summaries_dropped_check check (dropped >= 0),
  constraint source_summaries_parts_check check (parts_read between 1 and parts),
  constraint source_summaries_error_code_check check (length(error_code) between 1 and 100),
  constraint source_summaries_error_message_check check (length(error_message) between 1 and 2000)
);
comment on table source_summaries is
  'The summary of a source that a language model wrote, kept until it is written again; the newest is shown';
comment on column source_summaries.id is 'Also the id of the job that writes it';
comment on column source_summaries.engine is 'The language model';
comment on column source_summaries.dropped is 'How many of its sentences did not stand the check';
comment on column source_summaries.parts is
  'How many parts the source has for the language model; fewer of a long one are read';
create index if not exists source_summaries_recording_id_idx on source_summaries (user_id, recording_id);
create index if not exists source_summaries_study_material_id_idx on source_summaries (user_id, study_material_id);
create index if not exists source_summaries_status_idx on source_summaries (status);
create index if not exists source_summaries_created_at_idx on source_summaries (created_at);

create table if not exists summary_sentences (
  user_id uuid not null,
  summary_id uuid not null,
  number smallint not null,
  text text not null,
  quote text not null,
  recording_id uuid,
  transcription_id uuid,
  study_material_id uuid,
  source_title text not null,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  start_offset integer not null,
  end_offset integer not null,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  constraint summary_sentences_pkey primary key (user_id, summary_id, number),
  constraint summary_sentences_summary_id_fkey foreign key (user_id, summary_id)
    references source_summaries (user_id, id) on delete cascade,
  constraint summary_sentences_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  constraint summary_sentences_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint summary_sentences_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint summary_sentences_number_check check (number >= 1),
  constraint summary_sentences_text_check check (length(text) between 1 and 2000),
  constraint summary_sentences_quote_check check (length(quote) between 1 and 10000),
  constraint summary_sentences_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint summary_sentences_recording_id_check check (recording_id is null or study_material_id is null),
  constraint summary_sentences_source_title_check check (length(source_title) between 1 and 500),
  constraint summary_sentences_page_check check (page >= 1),
  constraint summary_sentences_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint summary_sentences_offset_check check (start_offset >= 0 and end_offset > start_offset),
  constraint summary_sentences_cited_offset_check check (cited_offset >= 0),
  constraint summary_sentences_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table summary_sentences is
  'Sentences of written summaries, each with the words of the source that bear it out';
comment on column summary_sentences.text is 'As the language model wrote it';
comment on column summary_sentences.recording_id is
  'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column summary_sentences.cited_offset is
  'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index if not exists summary_sentences_recording_id_idx on summary_sentences (user_id, recording_id);
create index if not exists summary_sentences_transcription_id_idx on summary_sentences (user_id, transcription_id);
create index if not exists summary_sentences_study_material_id_idx on summary_sentences (user_id, study_material_id);
create index if not exists summary_sentences_status_idx on summary_sentences (status);
create index if not exists summary_sentences_created_at_idx on summary_sentences (created_at);

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

-- 013 account: what a student takes along, brings in, and leaves behind.

create table if not exists account_exports (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  job_id uuid,
  status text not null default 'pending',
  size_bytes bigint,
  entries jsonb,
  counts jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  expires_at timestamptz not null default now() + interval '7 days',
  constraint account_exports_pkey primary key (user_id, id),
  constraint account_exports_job_id_fkey foreign key (user_id, job_id) references jobs (user_id, id)
    on delete set null (job_id),
  constraint account_exports_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint account_exports_size_bytes_check check (size_bytes > 0),
  constraint account_exports_entries_check check (jsonb_typeof(entries) = 'array'),
  constraint account_exports_counts_check check (jsonb_typeof(counts) = 'object'),
  constraint account_exports_error_code_check check (length(error_code) between 1 and 100),
  constraint account_exports_error_message_check check (length(error_message) between 1 and 2000),
  constraint account_exports_ready_check check (status <> 'ready' or (size_bytes is not null and entries is not null)),
  constraint account_exports_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table account_exports is 'Suitcases: everything of an account as one zip';
comment on column account_exports.entries is
  'Where each file of the zip stands: [{name, crc32, size_bytes, storage_key, from}]; the files of the account are '
  'not copied';
comment on column account_exports.counts is 'Rows by table';
comment on column account_exports.expires_at is 'Removed afterwards';
create index if not exists account_exports_job_id_idx on account_exports (user_id, job_id);
create index if not exists account_exports_status_idx on account_exports (status);
create index if not exists account_exports_expires_at_idx on account_exports (expires_at);
create index if not exists account_exports_created_at_idx on account_exports (created_at);

create table if not exists account_imports (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  job_id uuid,
  status text not null default 'pending',
  dry_run boolean not null default false,
  storage_key text not null,
  size_bytes bigint not null,
  counts jsonb,
  conflicts jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  undone_at timestamptz,
  kept_until timestamptz,
  profile jsonb,
  constraint account_imports_pkey primary key (user_id, id),
  constraint account_imports_storage_key_key unique (storage_key),
  constraint account_imports_job_id_fkey foreign key (user_id, job_id) references jobs (user_id, id)
    on delete set null (job_id),
  constraint account_imports_status_check check (status in ('pending', 'processing', 'completed', 'failed', 'undone')),
  constraint account_imports_storage_key_check check (length(storage_key) between 1 and 500),
  constraint account_imports_size_bytes_check check (size_bytes > 0),
  constraint account_imports_counts_check check (jsonb_typeof(counts) = 'object'),
  constraint account_imports_conflicts_check check (jsonb_typeof(conflicts) = 'array'),
  constraint account_imports_error_code_check check (length(error_code) between 1 and 100),
  constraint account_imports_error_message_check check (length(error_message) between 1 and 2000),
  constraint account_imports_profile_check check (jsonb_typeof(profile) = 'object'),
  constraint account_imports_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table account_imports is 'Suitcases that were brought in';
comment on column account_imports.dry_run is 'Everything is checked and counted, nothing is kept';
comment on column account_imports.kept_until is
  'Of a dry run: until then the zip is there, and can be taken in without being sent again';
comment on column account_imports.profile is
  'What of the profile was taken over, for an undo: {column: {before, taken}}';
comment on column account_imports.counts is 'By table: {added, here_already}';
comment on column account_imports.conflicts is
  'Sentences: what was there already in another form, and what was made of it';
create index if not exists account_imports_job_id_idx on account_imports (user_id, job_id);
create index if not exists account_imports_status_idx on account_imports (status);
create index if not exists account_imports_kept_until_idx on account_imports (kept_until);
create index if not exists account_imports_created_at_idx on account_imports (created_at);

create table if not exists account_import_items (
  user_id uuid not null,
  import_id uuid not null,
  table_name text not null,
  row_id uuid not null,
  created_at timestamptz not null default now(),
  constraint account_import_items_pkey primary key (user_id, import_id, table_name, row_id),
  constraint account_import_items_import_id_fkey foreign key (user_id, import_id)
    references account_imports (user_id, id) on delete cascade,
  constraint account_import_items_table_name_check check (table_name ~ '^[a-z_]{1,63}$')
);
comment on table account_import_items is 'What an import added, so that it can be undone for a day';
comment on column account_import_items.row_id is
  'The row; of rows without an id, what they are parts of (suitcase-tables.ts, group)';
create index if not exists account_import_items_created_at_idx on account_import_items (created_at);

do $$
begin
  if not exists (select from pg_constraint where conname = 'uploads_account_import_id_fkey') then
    alter table uploads add constraint uploads_account_import_id_fkey
      foreign key (user_id, account_import_id) references account_imports (user_id, id)
        on delete set null (account_import_id);
  end if;
end
$$;

create table if not exists account_deletions (
  user_id uuid primary key references users (id) on delete cascade,
  receipt_id uuid not null default new_id(),
  asked_by text not null,
  delete_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint account_deletions_receipt_id_key unique (receipt_id),
  constraint account_deletions_asked_by_check check (asked_by in ('person', 'administrator')),
  constraint account_deletions_delete_at_check check (delete_at >= created_at)
);
comment on table account_deletions is
  'Accounts that are to be deleted after their days of grace, and can be kept until then';
comment on column account_deletions.receipt_id is 'Under which the receipt can be fetched afterwards';
comment on column account_deletions.asked_by is 'administrator: for a person who asked for it';
create index if not exists account_deletions_delete_at_idx on account_deletions (delete_at);
create index if not exists account_deletions_created_at_idx on account_deletions (created_at);

create table if not exists account_deletion_links (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint account_deletion_links_pkey primary key (user_id, id),
  constraint account_deletion_links_token_hash_key unique (token_hash),
  constraint account_deletion_links_token_hash_check check (octet_length(token_hash) = 32),
  constraint account_deletion_links_expires_at_check check (expires_at > created_at)
);
comment on table account_deletion_links is
  'Single-use links by which a person who has neither password nor passkey says that it is them who deletes the '
  'account';
comment on column account_deletion_links.token_hash is 'SHA-256 of the token; the token itself is only in the mail';
create index if not exists account_deletion_links_created_at_idx on account_deletion_links (created_at);

create table if not exists deletion_remains (
  receipt_id uuid primary key,
  prefix text,
  keys text[] not null default '{}',
  growing text[] not null default '{}',
  settled_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint deletion_remains_prefix_check check (prefix ~ '^[0-9a-f-]{36}/$')
);
comment on table deletion_remains is
  'Files of what was deleted, from the transaction that deleted its rows until they are removed: a kill in between '
  'leaves none';
comment on column deletion_remains.prefix is 'Of a whole account: everything in the storage under it';
comment on column deletion_remains.keys is 'Storage keys of single files';
comment on column deletion_remains.growing is 'Names of unfinished uploads';
comment on column deletion_remains.settled_at is
  'What was running when the rows went may have written until then; looked at once more afterwards';
create index if not exists deletion_remains_created_at_idx on deletion_remains (created_at);

create table if not exists deletion_receipts (
  id uuid primary key default new_id(),
  receipt jsonb not null,
  created_at timestamptz not null default now(),
  constraint deletion_receipts_receipt_check check (jsonb_typeof(receipt) = 'object')
);
comment on table deletion_receipts is
  'What was deleted with an account, by counts and hashes; nothing in it says whose it was';
create index if not exists deletion_receipts_created_at_idx on deletion_receipts (created_at);

-- 014 vocabulary: the terms and names of a student's courses, and what of a transcript may have been misheard.

create table if not exists vocabulary_terms (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  subject text not null default '',
  term text not null,
  origin text not null,
  is_removed boolean not null default false,
  count integer not null default 0,
  quote text,
  transcription_id uuid,
  study_material_id uuid,
  page integer,
  start_offset integer,
  end_offset integer,
  cited_offset integer,
  status text not null default 'valid',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint vocabulary_terms_pkey primary key (user_id, id),
  constraint vocabulary_terms_term_key unique (user_id, subject, term),
  constraint vocabulary_terms_transcription_id_fkey foreign key (user_id, transcription_id)
    references transcriptions (user_id, id) on delete set null (transcription_id),
  constraint vocabulary_terms_study_material_id_fkey foreign key (user_id, study_material_id)
    references study_materials (user_id, id) on delete set null (study_material_id),
  constraint vocabulary_terms_subject_check check (length(subject) <= 100),
  constraint vocabulary_terms_term_check check (length(term) between 1 and 100),
  constraint vocabulary_terms_origin_check check (origin in ('materials', 'correction', 'student')),
  constraint vocabulary_terms_count_check check (count >= 0),
  constraint vocabulary_terms_quote_check check (length(quote) between 1 and 10000),
  constraint vocabulary_terms_source_check check (num_nonnulls(transcription_id, study_material_id) <= 1),
  constraint vocabulary_terms_page_check check (page >= 1),
  constraint vocabulary_terms_offset_check
    check (num_nonnulls(quote, start_offset, end_offset) in (0, 3) and start_offset >= 0 and end_offset > start_offset),
  constraint vocabulary_terms_cited_offset_check check (cited_offset >= 0),
  constraint vocabulary_terms_status_check check (status in ('valid', 'moved', 'changed'))
);
comment on table vocabulary_terms is
  'Terms and names of a subject: recognisers are told of them, and doubtful words of a transcript are compared with '
  'them';
comment on column vocabulary_terms.subject is 'Empty: of materials without a subject';
comment on column vocabulary_terms.origin is
  'materials: found in notes and documents; correction: written by the student into a transcript; student: added or '
  'changed by hand';
comment on column vocabulary_terms.is_removed is
  'The student does not want it: it is kept so that it is not found again';
comment on column vocabulary_terms.count is 'How often the materials have it';
comment on column vocabulary_terms.quote is 'The sentence in which it stands, literally; null where none is known';
comment on column vocabulary_terms.status is
  'Of the quote, as in citations: valid; moved; changed: it is no longer in the source';
comment on column vocabulary_terms.cited_offset is
  'Where the quote stood when it was taken, while it stands elsewhere: back there it is valid again';
create index if not exists vocabulary_terms_transcription_id_idx on vocabulary_terms (user_id, transcription_id);
create index if not exists vocabulary_terms_study_material_id_idx on vocabulary_terms (user_id, study_material_id);
create index if not exists vocabulary_terms_status_idx on vocabulary_terms (status);
create index if not exists vocabulary_terms_created_at_idx on vocabulary_terms (created_at);
create or replace trigger vocabulary_terms_set_updated_at before update on vocabulary_terms
  for each row execute function set_updated_at();

create table if not exists proposed_corrections (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  transcription_id uuid not null,
  segment_number integer not null,
  start_in_segment integer not null,
  heard text not null,
  replacement text not null,
  term_id uuid not null,
  nearness real not null,
  confidence real,
  start_seconds double precision not null,
  end_seconds double precision not null,
  decision text,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  constraint proposed_corrections_pkey primary key (user_id, id),
  constraint proposed_corrections_place_key unique (user_id, transcription_id, segment_number, start_in_segment),
  constraint proposed_corrections_segment_fkey foreign key (user_id, transcription_id, segment_number)
    references transcription_segments (user_id, transcription_id, number) on delete cascade,
  constraint proposed_corrections_term_id_fkey foreign key (user_id, term_id)
    references vocabulary_terms (user_id, id) on delete cascade,
  constraint proposed_corrections_start_in_segment_check check (start_in_segment >= 0),
  constraint proposed_corrections_heard_check check (length(heard) between 1 and 1000),
  constraint proposed_corrections_replacement_check check (length(replacement) between 1 and 200),
  constraint proposed_corrections_nearness_check check (nearness between 0 and 1),
  constraint proposed_corrections_confidence_check check (confidence between 0 and 1),
  constraint proposed_corrections_seconds_check
    check (start_seconds >= 0 and end_seconds >= start_seconds and end_seconds < 'infinity'),
  constraint proposed_corrections_decision_check check (decision in ('taken', 'refused')),
  constraint proposed_corrections_decided_at_check check ((decision is null) = (decided_at is null))
);
comment on table proposed_corrections is
  'Words of a transcript that sound like a term of the course; nothing is changed before the student says so';
comment on column proposed_corrections.start_in_segment is
  'UTF-16 code units in the segment''s text; the words stand there as long as nobody edits it';
comment on column proposed_corrections.heard is 'What the transcript says, literally';
comment on column proposed_corrections.nearness is
  '0 to 1: how alike letters and sound are, and whether the term is spoken of elsewhere';
comment on column proposed_corrections.confidence is 'The least certain of the words; null where the engine gives none';
comment on column proposed_corrections.decision is 'Null: not decided yet; what was refused is not proposed again';
create index if not exists proposed_corrections_term_id_idx on proposed_corrections (user_id, term_id);
create index if not exists proposed_corrections_created_at_idx on proposed_corrections (created_at);

-- 015 search measurements: how well search finds what a student's own cards, questions and headings ask for, and with
-- which engine.

create table if not exists search_measurements (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  engines text[] not null,
  is_automatic boolean not null default false,
  status text not null default 'pending',
  questions integer,
  results jsonb,
  never_found jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint search_measurements_pkey primary key (user_id, id),
  constraint search_measurements_engines_check
    check (cardinality(engines) between 1 and 2 and array_position(engines, null) is null),
  constraint search_measurements_status_check check (status in ('pending', 'processing', 'completed', 'failed')),
  constraint search_measurements_questions_check check (questions >= 0),
  constraint search_measurements_results_check check (jsonb_typeof(results) = 'array'),
  constraint search_measurements_never_found_check check (jsonb_typeof(never_found) = 'array'),
  constraint search_measurements_error_code_check check (length(error_code) between 1 and 100),
  constraint search_measurements_error_message_check check (length(error_message) between 1 and 2000),
  constraint search_measurements_failed_check check (status <> 'failed' or error_code is not null),
  constraint search_measurements_completed_check
    check (status <> 'completed' or (questions is not null and results is not null and completed_at is not null))
);
comment on table search_measurements is 'Search, asked what the student''s own cards, questions and headings ask';
comment on column search_measurements.engines is
  'Models as in passage_embeddings, or "words"; of two, the first is the one in use';
comment on column search_measurements.is_automatic is
  'Another engine was set for the server: it takes the place of the one in use only if it is not worse here';
comment on column search_measurements.results is
  '[{engine, hit_at_1, hit_at_3, mrr, found}] in the order of engines; empty where there were too few questions';
comment on column search_measurements.never_found is
  '[{kind, id, questions}]: sources of which no question found a passage among the first ten';
create index if not exists search_measurements_status_idx on search_measurements (status);
create index if not exists search_measurements_created_at_idx on search_measurements (created_at);

drop policy if exists administration on search_measurements;
create policy administration on search_measurements
  using ((select current_setting('lm.purpose', true)) = 'administration');

create table if not exists search_choices (
  user_id uuid primary key references users (id) on delete cascade,
  engine text not null,
  is_provisional boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint search_choices_engine_check check (length(engine) between 1 and 200)
);
comment on table search_choices is
  'The engine of a student''s search where it is not the one that is set for the server';
comment on column search_choices.is_provisional is 'Kept until the server''s engine has been compared with it';
create index if not exists search_choices_created_at_idx on search_choices (created_at);
create or replace trigger search_choices_set_updated_at before update on search_choices
  for each row execute function set_updated_at();

-- 016 installation: what an administrator sets in the page; the environment comes before it.

create table if not exists installation_settings (
  name text primary key,
  value text,
  sealed bytea,
  key_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint installation_settings_name_check check (name ~ '^LM_[A-Z0-9_]{1,60}$'),
  constraint installation_settings_value_check check (length(value) between 1 and 4000),
  constraint installation_settings_sealed_check check (octet_length(sealed) between 1 and 20000),
  constraint installation_settings_key_id_check check (length(key_id) between 1 and 32),
  constraint installation_settings_either_check
    check ((value is null) = (sealed is not null) and (sealed is null) = (key_id is null))
);
comment on table installation_settings is
  'Settings of the whole installation that an administrator made in the page, by the names of the environment, which '
  'comes before them; of nobody';
comment on column installation_settings.value is 'Null where it is a secret';
comment on column installation_settings.sealed is 'A secret, encrypted and bound to its name (server/secrets.ts)';
comment on column installation_settings.key_id is 'Which key of LM_ENCRYPTION_KEYS it is sealed with';
create index if not exists installation_settings_created_at_idx on installation_settings (created_at);
create or replace trigger installation_settings_set_updated_at before update on installation_settings
  for each row execute function set_updated_at();

-- 016 speakers: who speaks when in a recording, found by the sound of the voices; the text knows nothing of it.

create table if not exists recording_speakers (
  user_id uuid not null,
  recording_id uuid not null,
  job_id uuid,
  status text not null default 'pending',
  voices_asked integer,
  label text not null,
  model text,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recording_speakers_pkey primary key (user_id, recording_id),
  constraint recording_speakers_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint recording_speakers_job_id_fkey foreign key (user_id, job_id)
    references jobs (user_id, id) on delete set null (job_id),
  constraint recording_speakers_status_check check (status in ('pending', 'processing', 'ready', 'failed')),
  constraint recording_speakers_voices_asked_check check (voices_asked between 1 and 20),
  constraint recording_speakers_label_check check (length(label) between 1 and 50),
  constraint recording_speakers_model_check check (length(model) between 1 and 200),
  constraint recording_speakers_error_code_check check (length(error_code) between 1 and 100),
  constraint recording_speakers_error_message_check check (length(error_message) between 1 and 2000),
  constraint recording_speakers_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table recording_speakers is
  'The search for who speaks in a recording; one for a recording, the last one that was asked for';
comment on column recording_speakers.voices_asked is 'How many people speak, as the student says; null: found out';
comment on column recording_speakers.label is
  'Voices are called by it and a number until the student names them: Speaker 1';
create index if not exists recording_speakers_job_id_idx on recording_speakers (user_id, job_id);
create index if not exists recording_speakers_status_idx on recording_speakers (status);
create index if not exists recording_speakers_created_at_idx on recording_speakers (created_at);
create or replace trigger recording_speakers_set_updated_at before update on recording_speakers
  for each row execute function set_updated_at();

create table if not exists speaker_turns (
  user_id uuid not null,
  recording_id uuid not null,
  number integer not null,
  name text,
  start_seconds double precision not null,
  end_seconds double precision not null,
  confirmed boolean not null default false,
  created_at timestamptz not null default now(),
  constraint speaker_turns_pkey primary key (user_id, recording_id, number),
  constraint speaker_turns_recording_id_fkey foreign key (user_id, recording_id)
    references recording_speakers (user_id, recording_id) on delete cascade,
  constraint speaker_turns_number_check check (number >= 0),
  constraint speaker_turns_name_check check (length(name) between 1 and 200),
  constraint speaker_turns_seconds_check check (
    start_seconds >= 0 and end_seconds > start_seconds and end_seconds < 'infinity'
  )
);
comment on table speaker_turns is
  'Spans that one voice speaks; two may overlap. Every transcript takes its speakers from them';
comment on column speaker_turns.name is 'One name, one voice; null: the student says that it is nobody';
comment on column speaker_turns.confirmed is 'Named by the student: it stays when voices are looked for anew';
create index if not exists speaker_turns_created_at_idx on speaker_turns (created_at);

-- 017 chapters: those of a recording that the student has put in order.

create table if not exists recording_chapters (
  user_id uuid not null,
  recording_id uuid not null,
  chapters jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recording_chapters_pkey primary key (user_id, recording_id),
  constraint recording_chapters_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete cascade,
  constraint recording_chapters_chapters_check check (jsonb_typeof(chapters) = 'array')
);
comment on table recording_chapters is
  'The chapters of a recording as the student wants them; without a row they are found in the transcript';
comment on column recording_chapters.chapters is '[{title, start_seconds}] in order of time';
create index if not exists recording_chapters_created_at_idx on recording_chapters (created_at);
create or replace trigger recording_chapters_set_updated_at before update on recording_chapters
  for each row execute function set_updated_at();

-- 018 voices: which voice reads which language to a student.

create table if not exists chosen_voices (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  language text not null,
  engine text not null,
  voice text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chosen_voices_pkey primary key (user_id, id),
  constraint chosen_voices_language_key unique (user_id, language),
  constraint chosen_voices_language_check check (length(language) between 2 and 35),
  constraint chosen_voices_engine_check check (length(engine) between 1 and 100),
  constraint chosen_voices_voice_check check (length(voice) between 1 and 200)
);
comment on table chosen_voices is
  'The voice that reads texts of a language aloud, where the student wants another than the server''s first; one that '
  'is no longer there is passed over';
comment on column chosen_voices.language is
  'BCP 47 without region; mul: of an engine whose voices speak whatever the text is in';
create index if not exists chosen_voices_created_at_idx on chosen_voices (created_at);
create or replace trigger chosen_voices_set_updated_at before update on chosen_voices
  for each row execute function set_updated_at();

-- 099 isolation: the second wall. Whatever a query forgets, the database shows and changes only the rows of the student
-- for whom it runs. This file stands last, so that every table before it is covered.
--
-- The application tells it in each transaction: set_config('lm.user_id', …, true). Without it no row of anybody is
-- there: nobody has the id of zeros. The sub-select is evaluated once a statement, not once a row; one of them a table,
-- because each costs the planner as much as a small statement runs. For upkeep it is null, and every row is its own.

create or replace function keep_owners_apart() returns void
  language plpgsql
  as $$
declare
  one record;
begin
  for one in
    select owned.oid, format('%I.%I', nspname, relname) as name, relrowsecurity, relforcerowsecurity, not attnotnull as ownerless
    from pg_class as owned
      join pg_namespace on pg_namespace.oid = relnamespace
      join pg_attribute on attrelid = owned.oid and attname = 'user_id' and attnum > 0 and not attisdropped
    where nspname = current_schema() and relkind in ('r', 'p')
    order by relname
  loop
    if not one.relrowsecurity then
      execute format('alter table %s enable row level security', one.name);
    end if;
    if not one.relforcerowsecurity then
      execute format('alter table %s force row level security', one.name);
    end if;
    if not exists (select from pg_policy where polrelid = one.oid and polname = 'owner') then
      execute format(
        $policy$create policy owner on %s using (user_id = coalesce((
          select case when current_setting('lm.purpose', true) = 'upkeep' then null
            else coalesce(nullif(current_setting('lm.user_id', true), ''), '00000000-0000-0000-0000-000000000000')::uuid end
        ), user_id))$policy$, one.name
      );
    end if;
    -- Rows of the system itself.
    if one.ownerless and not exists (select from pg_policy where polrelid = one.oid and polname = 'upkeep') then
      execute format('create policy upkeep on %s using ((select current_setting(''lm.purpose'', true)) = ''upkeep'')', one.name);
    end if;
  end loop;
end
$$;
comment on function keep_owners_apart() is
  'Gives every table with a user_id its row-level security: forced, and open only to the owner and to upkeep. Called '
  'after each migration and by the last schema file';

select keep_owners_apart();

-- An account is its own owner; a job's ledger belongs to whom the job belongs.

alter table users enable row level security;
alter table users force row level security;
drop policy if exists owner on users;
create policy owner on users using (id = (select nullif(current_setting('lm.user_id', true), '')::uuid));
drop policy if exists upkeep on users;
create policy upkeep on users using ((select current_setting('lm.purpose', true)) = 'upkeep');
drop policy if exists administration on users;
create policy administration on users using ((select current_setting('lm.purpose', true)) = 'administration');
drop policy if exists identification on users;
create policy identification on users for select
  using ((select current_setting('lm.purpose', true)) = 'identification');
drop policy if exists registration on users;
create policy registration on users for insert
  with check ((select current_setting('lm.purpose', true)) = 'identification');

alter table job_attempts enable row level security;
alter table job_attempts force row level security;
drop policy if exists owner on job_attempts;
create policy owner on job_attempts using (
  (select current_setting('lm.purpose', true)) in ('queue', 'administration', 'upkeep')
  or exists (select from jobs where jobs.id = job_id)
);

-- Who somebody is, is found by what they show: the hash of a token, a passkey, an account elsewhere.
do $$
declare
  name text;
begin
  foreach name in array array[
    'oauth_connections', 'refresh_tokens', 'password_reset_tokens', 'email_verification_tokens', 'passkeys',
    'passkey_challenges',
    'api_keys', 'invitations', 'login_challenges', 'email_changes'
  ] loop
    execute format('drop policy if exists identification on %I', name);
    execute format('create policy identification on %I
      using ((select current_setting(''lm.purpose'', true)) = ''identification'')', name);
  end loop;
end
$$;

drop policy if exists administration on invitations;
create policy administration on invitations using ((select current_setting('lm.purpose', true)) = 'administration');

-- Everybody's jobs: for who claims and ends them (the functions of 003 set this purpose themselves), and for
-- administrators, who see counts and reasons.
drop policy if exists queue on jobs;
create policy queue on jobs using ((select current_setting('lm.purpose', true)) in ('queue', 'administration'));

-- What lies in the bin is not there, whatever a query forgets: for who empties the bin or puts things back, and for
-- what is done with an account as a whole, it is.
do $$
declare
  name text;
begin
  foreach name in array array['recordings', 'study_materials', 'transcriptions'] loop
    execute format('drop policy if exists bin on %I', name);
    execute format(
      'create policy bin on %I as restrictive using (binned_at is null or current_setting(''lm.purpose'', true) in (''bin'', ''upkeep''))', name
    );
  end loop;
end
$$;
