-- Deletion in one transaction with its receipt, after days of grace or at once; suitcases come in by resumable upload, and need
-- not be sent again after a dry run.
alter table uploads
  add column account_import_id uuid,
  drop constraint uploads_kind_check,
  add constraint uploads_kind_check check (kind in ('recording', 'study_material', 'account_import'));
comment on column uploads.kind is 'What it becomes when every byte is there';
create index uploads_account_import_id_idx on uploads (user_id, account_import_id);
alter table account_imports add column kept_until timestamptz;
comment on column account_imports.kept_until is 'Of a dry run: until then the zip is there, and can be taken in without being sent again';
create index account_imports_kept_until_idx on account_imports (kept_until);
alter table uploads add constraint uploads_account_import_id_fkey
  foreign key (user_id, account_import_id) references account_imports (user_id, id) on delete set null (account_import_id);

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
comment on table account_deletions is 'Accounts that are to be deleted after their days of grace, and can be kept until then';
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
comment on table account_deletion_links is 'Single-use links by which a person who has neither password nor passkey says that it is them who deletes the account';
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
comment on table deletion_remains is 'Files of what was deleted, from the transaction that deleted its rows until they are removed: a kill in between leaves none';
comment on column deletion_remains.prefix is 'Of a whole account: everything in the storage under it';
comment on column deletion_remains.keys is 'Storage keys of single files';
comment on column deletion_remains.growing is 'Names of unfinished uploads';
comment on column deletion_remains.settled_at is 'What was running when the rows went may have written until then; looked at once more afterwards';
create index if not exists deletion_remains_created_at_idx on deletion_remains (created_at);
