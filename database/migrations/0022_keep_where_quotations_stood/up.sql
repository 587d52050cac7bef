-- A quotation keeps its recording when the transcript that it counts in is deleted, and knows where it stood, so that an undone edit leaves it valid.

alter table citations
  add column recording_id uuid,
  add column cited_offset integer,
  add constraint citations_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  add constraint citations_recording_id_check check (recording_id is null or study_material_id is null),
  add constraint citations_cited_offset_check check (cited_offset >= 0);
update citations as quoting set recording_id = transcription.recording_id
from transcriptions as transcription
where transcription.user_id = quoting.user_id and transcription.id = quoting.transcription_id;
comment on column citations.recording_id is 'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column citations.cited_offset is 'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index citations_recording_id_idx on citations (user_id, recording_id);

alter table card_witnesses
  add column recording_id uuid,
  add column cited_offset integer,
  add constraint card_witnesses_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  add constraint card_witnesses_recording_id_check check (recording_id is null or study_material_id is null),
  add constraint card_witnesses_cited_offset_check check (cited_offset >= 0);
update card_witnesses as quoting set recording_id = transcription.recording_id
from transcriptions as transcription
where transcription.user_id = quoting.user_id and transcription.id = quoting.transcription_id;
comment on column card_witnesses.recording_id is 'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column card_witnesses.cited_offset is 'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index card_witnesses_recording_id_idx on card_witnesses (user_id, recording_id);

alter table suggested_cards
  add column recording_id uuid,
  add column cited_offset integer,
  add constraint suggested_cards_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  add constraint suggested_cards_recording_id_check check (recording_id is null or study_material_id is null),
  add constraint suggested_cards_cited_offset_check check (cited_offset >= 0);
update suggested_cards as quoting set recording_id = transcription.recording_id
from transcriptions as transcription
where transcription.user_id = quoting.user_id and transcription.id = quoting.transcription_id;
comment on column suggested_cards.recording_id is 'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column suggested_cards.cited_offset is 'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index suggested_cards_recording_id_idx on suggested_cards (user_id, recording_id);

alter table quiz_questions
  add column recording_id uuid,
  add column cited_offset integer,
  add constraint quiz_questions_recording_id_fkey foreign key (user_id, recording_id)
    references recordings (user_id, id) on delete set null (recording_id),
  add constraint quiz_questions_recording_id_check check (recording_id is null or study_material_id is null),
  add constraint quiz_questions_cited_offset_check check (cited_offset >= 0);
update quiz_questions as quoting set recording_id = transcription.recording_id
from transcriptions as transcription
where transcription.user_id = quoting.user_id and transcription.id = quoting.transcription_id;
comment on column quiz_questions.recording_id is 'Where it can be heard; stays when the transcript that the offsets count in is deleted';
comment on column quiz_questions.cited_offset is 'Where it stood when it was cited, while it stands elsewhere: back there it is valid again';
create index quiz_questions_recording_id_idx on quiz_questions (user_id, recording_id);

alter table marks
  add column cited_offset integer,
  add constraint marks_cited_offset_check check (cited_offset >= 0);
comment on column marks.cited_offset is 'Where it stood when it was marked, while it stands elsewhere: back there it is valid again';

alter table vocabulary_terms
  add column cited_offset integer,
  add constraint vocabulary_terms_cited_offset_check check (cited_offset >= 0);
comment on column vocabulary_terms.cited_offset is 'Where the quote stood when it was taken, while it stands elsewhere: back there it is valid again';
