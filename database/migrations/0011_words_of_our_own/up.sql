-- Words are cut and stemmed by the application. What was indexed by the server stays findable until the job index-again has it.
alter table passages alter column search_vector drop expression;
alter table passages alter column search_vector set default '';
alter table passages
  add column language text,
  add column words_version smallint not null default 0,
  add constraint passages_language_check check (length(language) between 1 and 35);
update passages set language = known.language
  from (values ('arabic', 'ar'), ('armenian', 'hy'), ('basque', 'eu'), ('catalan', 'ca'), ('danish', 'da'), ('dutch', 'nl'), ('english', 'en'), ('finnish', 'fi'), ('french', 'fr'), ('german', 'de'), ('greek', 'el'), ('hindi', 'hi'), ('hungarian', 'hu'), ('indonesian', 'id'), ('irish', 'ga'), ('italian', 'it'), ('lithuanian', 'lt'), ('nepali', 'ne'), ('norwegian', 'no'), ('portuguese', 'pt'), ('romanian', 'ro'), ('russian', 'ru'), ('serbian', 'sr'), ('spanish', 'es'), ('swedish', 'sv'), ('tamil', 'ta'), ('turkish', 'tr'), ('yiddish', 'yi')) as known (config, language)
  where passages.search_config = known.config::regconfig;
alter table passages drop column search_config, drop column search_text;
comment on column passages.language is 'Of the source when it was cut, as ISO 639-1 names it without a region; null where nobody knows';
comment on column passages.search_vector is 'Words of heading and text, cut and stemmed by the application, so that they are the same on every server';
comment on column passages.words_version is 'Of the way the words were cut; older ones are indexed again in the background';
create index passages_words_version_idx on passages (words_version, user_id);

create function ascii_sketch(word text) returns text
  language sql immutable strict parallel safe
  as $$
  select case when octet_length(word) = length(word) then word else (
    select string_agg(case when ascii(letter) < 128 then letter else chr(97 + ascii(letter) % 26) end, '' order by place)
    from unnest(string_to_array(word, null)) with ordinality as letters (letter, place)
  ) end
$$;
comment on function ascii_sketch(text) is 'A word with an ASCII letter for each other one: pg_trgm leaves out what the server''s locale takes for no letter, which in the C locale is every other script';

-- One order of words on every server: that of their code points.
drop index search_words_word_idx;
alter table search_words alter column word type text collate "C";
create index search_words_sketch_idx on search_words using gin (user_id, ascii_sketch(word) gin_trgm_ops);

create function count_changed_passages() returns trigger
  language plpgsql
  as $$
begin
  update search_totals as total set words = greatest(0, total.words + difference.words)
    from (
      select user_id, sum(length) as words from (
        select user_id, length(search_vector) from added union all select user_id, -length(search_vector) from removed
      ) as each group by user_id
    ) as difference
    where total.user_id = difference.user_id and difference.words <> 0;
  with difference as (
    select user_id, lexeme, sum(sign) as passages from (
      select added.user_id, lexeme, 1 as sign from added, unnest(added.search_vector)
      union all select removed.user_id, lexeme, -1 from removed, unnest(removed.search_vector)
    ) as each
    where length(lexeme) <= 100 group by user_id, lexeme having sum(sign) <> 0
  ), fewer as (
    update search_words as known set passages = greatest(0, known.passages + difference.passages)
      from difference where difference.passages < 0 and known.user_id = difference.user_id and known.word = difference.lexeme
  )
  insert into search_words as known (user_id, word, passages)
    select user_id, lexeme, passages from difference where passages > 0 order by user_id, lexeme
    on conflict (user_id, word) do update set passages = known.passages + excluded.passages;
  return null;
end
$$;

create trigger passages_count_changed after update on passages
  referencing old table as removed new table as added for each statement execute function count_changed_passages();
