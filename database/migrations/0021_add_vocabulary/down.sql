drop table proposed_corrections;
drop table vocabulary_terms;
