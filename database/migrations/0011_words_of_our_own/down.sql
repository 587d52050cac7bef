-- The server cuts and stems the text again.
drop trigger passages_count_changed on passages;
drop function count_changed_passages();
drop index search_words_sketch_idx;
alter table search_words alter column word type text collate "default";
create index search_words_word_idx on search_words using gin (user_id, word gin_trgm_ops);
drop function ascii_sketch(text);

alter table passages drop column words_version, drop column search_vector;
alter table passages
  add column search_config regconfig not null default 'simple',
  add column search_text text,
  add constraint passages_search_text_check check (length(search_text) between 1 and 50000);
update passages set search_config = known.config::regconfig
  from (values ('arabic', 'ar'), ('armenian', 'hy'), ('basque', 'eu'), ('catalan', 'ca'), ('danish', 'da'), ('dutch', 'nl'), ('english', 'en'), ('finnish', 'fi'), ('french', 'fr'), ('german', 'de'), ('greek', 'el'), ('hindi', 'hi'), ('hungarian', 'hu'), ('indonesian', 'id'), ('irish', 'ga'), ('italian', 'it'), ('lithuanian', 'lt'), ('nepali', 'ne'), ('norwegian', 'no'), ('portuguese', 'pt'), ('romanian', 'ro'), ('russian', 'ru'), ('serbian', 'sr'), ('spanish', 'es'), ('swedish', 'sv'), ('tamil', 'ta'), ('turkish', 'tr'), ('yiddish', 'yi')) as known (config, language)
  where passages.language = known.language;
alter table passages drop column language;
alter table passages add column search_vector tsvector not null generated always as (to_tsvector(search_config, coalesce(search_text, coalesce(heading, '') || ' ' || text))) stored;
comment on column passages.search_config is 'Text search configuration of the source''s language';
comment on column passages.search_text is 'Heading and text with spaces between words, for scripts that are written without (Chinese, Japanese, Thai); null elsewhere';
create index passages_search_idx on passages using gin (user_id, search_vector);

truncate search_words, search_totals;
insert into search_totals (user_id, passages, words) select user_id, count(*), sum(length(search_vector)) from passages group by user_id;
insert into search_words (user_id, word, passages)
  select passages.user_id, lexeme, count(*) from passages, unnest(passages.search_vector) where length(lexeme) <= 100 group by 1, 2;
