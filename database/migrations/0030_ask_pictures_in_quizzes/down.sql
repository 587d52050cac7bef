delete from quiz_questions where kind = 'occlusion';
alter table quiz_questions
  drop constraint quiz_questions_kind_check,
  add constraint quiz_questions_kind_check check (kind in ('choice', 'typed', 'cloze', 'basic'));
comment on column quiz_questions.options is null;
