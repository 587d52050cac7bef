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
