-- mails: what waits to be sent outlives the server that made it.

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
  constraint mails_content_check check (octet_length(content) between 29 and 100000),
  constraint mails_content_key_id_check check (length(content_key_id) between 1 and 32),
  constraint mails_attempts_check check (attempts >= 0),
  constraint mails_error_code_check check (length(error_code) between 1 and 100),
  constraint mails_expires_at_check check (expires_at > created_at)
);
comment on table mails is 'Mails that wait to be sent, by any server; a row is deleted when its mail was taken by the mail server, or when its links are too old';
comment on column mails.user_id is 'Whose account it is about; null while it is not looked up yet whether a forgotten password has an account';
comment on column mails.content is 'Address, subject and text, which may hold a link that opens the account: sealed with AES-256-GCM, bound to this row';
comment on column mails.content_key_id is 'Which of LM_ENCRYPTION_KEYS sealed it';
comment on column mails.run_at is 'Not before this time: while a server sends it, and the back-off after a failed attempt';
comment on column mails.error_code is 'Why the last attempt failed: a code, never what the mail server said';
create index if not exists mails_user_id_idx on mails (user_id);
create index if not exists mails_run_at_idx on mails (run_at);
create index if not exists mails_created_at_idx on mails (created_at);
create index if not exists mails_expires_at_idx on mails (expires_at);
