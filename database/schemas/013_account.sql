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
