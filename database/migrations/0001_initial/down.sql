-- Everything of Little Monster, and nothing else that may live in the same database.
do $$
declare
  name text;
begin
  for name in
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind in ('r', 'p') and obj_description(c.oid) is not null and c.relname <> 'schema_migrations'
  loop
    execute format('drop table if exists %I cascade', name);
  end loop;
end
$$;
drop function if exists set_updated_at();
drop function if exists new_id();
