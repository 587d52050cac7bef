-- quizzes ask pictures with covered parts too.
alter table quiz_questions
  drop constraint quiz_questions_kind_check,
  add constraint quiz_questions_kind_check check (kind in ('choice', 'typed', 'cloze', 'basic', 'occlusion'));
comment on column quiz_questions.options is 'Of a choice its options; of a picture its covered parts without what is under them, the asked one first';
