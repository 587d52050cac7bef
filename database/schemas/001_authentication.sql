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
