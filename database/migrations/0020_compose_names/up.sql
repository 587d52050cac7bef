-- Titles, subjects and tags are stored composed (NFC) and looked for so; those of before are made so, or no filter would find them.
do $$
declare
  one record;
begin
  -- In another encoding there is nothing to compose, and the function refuses.
  if getdatabaseencoding() <> 'UTF8' then
    return;
  end if;
  for one in
    select format('%I', table_name) as name, format('%I', column_name) as part
    from information_schema.columns
    where table_schema = current_schema() and data_type = 'text'
      and (table_name, column_name) in (
        ('recordings', 'title'), ('recordings', 'subject'), ('study_materials', 'title'), ('study_materials', 'subject'),
        ('conversations', 'title'), ('conversations', 'subject'), ('cards', 'subject')
      )
  loop
    execute format(
      'update %1$s set %2$s = normalize(%2$s, NFC) where %2$s is not NFC normalized and length(normalize(%2$s, NFC)) <= length(%2$s)',
      one.name, one.part
    );
  end loop;
  update cards set tags = (select array_agg(normalize(tag, NFC) order by place) from unnest(tags) with ordinality as each (tag, place))
    where array_to_string(tags, ' ') is not NFC normalized;
end
$$;
