-- account_activity: what happened to an account, logins that wait for a code, and the way back from an e-mail change.

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
comment on table email_changes is 'What the old address was told of an e-mail change that was asked for, with the link that undoes it; no other way in ends it, because whoever changed the address may end those';
comment on column email_changes.token_hash is 'SHA-256 of the token; the token itself is only in the mail to the old address';
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
comment on table account_activity is 'What happened to the account, as its owner sees it: logins, changes of the ways in, exports, deletions; kept for a year';
comment on column account_activity.detail is 'The name of a key, of a passkey, of a provider; never a secret';
comment on column account_activity.device is 'User-Agent of the request';
create index if not exists account_activity_created_at_idx on account_activity (created_at);

drop policy if exists identification on login_challenges;
create policy identification on login_challenges using ((select current_setting('lm.purpose', true)) = 'identification');
drop policy if exists identification on email_changes;
create policy identification on email_changes using ((select current_setting('lm.purpose', true)) = 'identification');
