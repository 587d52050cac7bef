-- The opposite of up.sql.
do $$
declare
  one record;
begin
  for one in
    select polname, polrelid::regclass as name from pg_policy
    where polname in ('owner', 'upkeep') and polrelid::regclass::text not in ('users', 'job_attempts')
      and polrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
  loop
    execute format('drop policy %I on %s', one.polname, one.name);
  end loop;
end
$$;

create or replace function keep_owners_apart() returns void
  language plpgsql
  as $$
declare
  one record;
begin
  for one in
    select owned.oid, format('%I.%I', nspname, relname) as name, relrowsecurity, relforcerowsecurity
    from pg_class as owned join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = current_schema() and relkind in ('r', 'p') and exists (
      select from pg_attribute where attrelid = owned.oid and attname = 'user_id' and attnum > 0 and not attisdropped
    )
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
        'create policy owner on %s using (user_id = (select nullif(current_setting(''lm.user_id'', true), '''')::uuid))', one.name
      );
    end if;
    if not exists (select from pg_policy where polrelid = one.oid and polname = 'upkeep') then
      execute format('create policy upkeep on %s using ((select current_setting(''lm.purpose'', true)) = ''upkeep'')', one.name);
    end if;
  end loop;
end
$$;
comment on function keep_owners_apart() is 'Gives every table with a user_id its row-level security: forced, and open only to the owner and to upkeep. Called after each migration and by the last schema file';

select keep_owners_apart();
