-- An Idempotency-Key whose request died is free again soon, and an attempt that got further does not count.
alter table idempotency_keys
  add column holder uuid,
  add column leased_until timestamptz;
comment on column idempotency_keys.holder is 'The request that works on it; null in rows of older versions';
comment on column idempotency_keys.leased_until is 'Renewed while the first request runs; after it the key is free for the same request';
alter table job_attempts
  add column progress real,
  add constraint job_attempts_progress_check check (progress between 0 and 1);
comment on column job_attempts.progress is 'How far the job was when the attempt was lost; an attempt that got further than those before it does not count';
