drop table search_choices;
drop table search_measurements;
delete from passage_embeddings as one using passage_embeddings as other
  where one.user_id = other.user_id and one.passage_id = other.passage_id and one.model < other.model;
alter table passage_embeddings drop constraint passage_embeddings_pkey,
  add constraint passage_embeddings_pkey primary key (user_id, passage_id);
