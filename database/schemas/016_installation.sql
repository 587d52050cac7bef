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
