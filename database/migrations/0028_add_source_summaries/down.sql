drop table summary_sentences;
drop table source_summaries;
