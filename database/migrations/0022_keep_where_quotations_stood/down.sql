alter table citations drop column recording_id, drop column cited_offset;
alter table card_witnesses drop column recording_id, drop column cited_offset;
alter table suggested_cards drop column recording_id, drop column cited_offset;
alter table quiz_questions drop column recording_id, drop column cited_offset;
alter table marks drop column cited_offset;
alter table vocabulary_terms drop column cited_offset;
