create function ascii_sketch(word text) returns text
  language sql immutable strict parallel safe
  as $$
  select case when octet_length(word) = length(word) then word else (
    select string_agg(case when ascii(letter) < 128 then letter else chr(97 + ascii(letter) % 26) end, '' order by place)
    from unnest(string_to_array(word, null)) with ordinality as letters (letter, place)
  ) end
$$;
comment on function ascii_sketch(text) is 'A word with an ASCII letter for each other one: pg_trgm leaves out what the server''s locale takes for no letter, which in the C locale is every other script';
create index search_words_sketch_idx on search_words using gin (user_id, ascii_sketch(word) gin_trgm_ops);
