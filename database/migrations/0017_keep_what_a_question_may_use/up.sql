-- A question keeps what its answers may rest on: another answer to it rests on the same.
alter table messages
  add column materials text not null default 'first',
  add constraint messages_materials_check check (materials in ('first', 'only', 'none'));
comment on column messages.materials is 'Of a question: first, the materials and then general knowledge; only the materials; none of them';
