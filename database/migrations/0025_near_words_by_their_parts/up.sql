-- A misspelt word finds its neighbours by their beginning and one third of their letters: trigrams of everybody's words took a hundred times as long.
drop index search_words_sketch_idx;
drop function ascii_sketch(text);
