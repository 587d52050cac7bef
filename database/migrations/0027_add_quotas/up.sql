-- quotas: what an administrator gives one person instead of what everybody has.
alter table users
  add column quotas jsonb not null default '{}',
  add constraint users_quotas_check check (jsonb_typeof(quotas) = 'object');
comment on column users.quotas is 'What this account may hold where it is not the server''s own setting: {storage_bytes?, unfinished_uploads?, queued_jobs?, event_streams?, answer_streams?, api_keys?, passkeys?}';
