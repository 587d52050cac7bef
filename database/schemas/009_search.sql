-- 009 search: each student's own vocabulary, and passages by meaning.

create table if not exists search_words (
  user_id uuid not null references users (id) on delete cascade,
  word text collate "C" not null,
  passages integer not null,
  constraint search_words_pkey primary key (user_id, word),
  constraint search_words_word_check check (length(word) <= 100),
  constraint search_words_passages_check check (passages >= 0)
) with (fillfactor = 80);
comment on table search_words is
  'The lexemes of a student''s passages: how rare each one is decides the ranking, and a misspelt word finds its '
  'neighbour here';
comment on column search_words.passages is
  'How many of this student''s passages have the word; 0 once the last one is gone';

create table if not exists search_totals (
  user_id uuid primary key references users (id) on delete cascade,
  passages integer not null,
  words bigint not null,
  constraint search_totals_check check (passages >= 0 and words >= 0)
) with (fillfactor = 50);
comment on table search_totals is
  'How many passages a student has, and how many different words these have in sum (their mean length weighs in the '
  'ranking)';

-- Statement triggers with transition tables: one upsert for a whole source, and nobody who writes passages can forget
-- them. The words are taken in one order, so that two sources of one student cannot lock each other.
create or replace function count_added_passages() returns trigger
  language plpgsql
  as $$
begin
  insert into search_totals as total (user_id, passages, words)
    select user_id, count(*), sum(length(search_vector)) from added group by user_id order by user_id
    on conflict (user_id) do update set passages = total.passages + excluded.passages, words = total.words + excluded.words;
  insert into search_words as known (user_id, word, passages)
    select added.user_id, lexeme, count(*) from added, unnest(added.search_vector)
    where length(lexeme) <= 100 group by added.user_id, lexeme order by added.user_id, lexeme
    on conflict (user_id, word) do update set passages = known.passages + excluded.passages;
  return null;
end
$$;

create or replace function count_removed_passages() returns trigger
  language plpgsql
  as $$
begin
  update search_totals as total
    set passages = greatest(0, total.passages - gone.passages), words = greatest(0, total.words - gone.words)
    from (select user_id, count(*) as passages, sum(length(search_vector)) as words from removed group by user_id) as gone
    where total.user_id = gone.user_id;
  update search_words as known set passages = greatest(0, known.passages - gone.passages)
    from (
      select removed.user_id, lexeme, count(*) as passages from removed, unnest(removed.search_vector)
      where length(lexeme) <= 100 group by removed.user_id, lexeme
    ) as gone
    where known.user_id = gone.user_id and known.word = gone.lexeme;
  return null;
end
$$;

create or replace function count_changed_passages() returns trigger
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

create or replace trigger passages_count_added after insert on passages
  referencing new table as added for each statement execute function count_added_passages();
create or replace trigger passages_count_removed after delete on passages
  referencing old table as removed for each statement execute function count_removed_passages();
create or replace trigger passages_count_changed after update on passages
  referencing old table as removed new table as added for each statement execute function count_changed_passages();

-- For the generated column that database/pgvector.ts adds where the server has pgvector.
create or replace function int8s(bytes bytea) returns real[]
  language sql immutable strict parallel safe
  return array(
    select (get_byte(bytes, n) + 128) % 256 - 128 from generate_series(0, length(bytes) - 1) as n order by n
  )::real[];
comment on function int8s(bytea) is
  'Signed bytes as an array: what makes a vector of pgvector''s type of a stored one';

create table if not exists passage_embeddings (
  user_id uuid not null,
  passage_id uuid not null,
  model text not null,
  signature bit(384) not null,
  vector bytea not null,
  created_at timestamptz not null default now(),
  constraint passage_embeddings_pkey primary key (user_id, passage_id, model),
  constraint passage_embeddings_passage_id_fkey foreign key (user_id, passage_id)
    references passages (user_id, id) on delete cascade,
  constraint passage_embeddings_model_check check (length(model) between 1 and 200),
  constraint passage_embeddings_vector_check
    check (octet_length(vector) between 1 and 16384)
);
comment on table passage_embeddings is 'What a passage means, as the configured model sees it; made in the background';
comment on column passage_embeddings.model is
  'Vectors of different models are never compared; after a change the old ones are replaced in the background';
comment on column passage_embeddings.signature is
  'Signs of the vector (of 384 random projections where it has another length): finds candidates by Hamming distance';
comment on column passage_embeddings.vector is
  'A signed byte for each number, the greatest as 127: for the order of the candidates, by cosine';
create index if not exists passage_embeddings_signature_idx on passage_embeddings (user_id, model)
  include (passage_id, signature);
create index if not exists passage_embeddings_created_at_idx on passage_embeddings (created_at);
