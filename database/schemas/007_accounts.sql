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
