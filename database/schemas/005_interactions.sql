-- 005 interactions: the student and the tutor.

create table if not exists conversations (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  title text not null,
  subject text,
  source_kind text,
  source_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint conversations_pkey primary key (user_id, id),
  constraint conversations_title_check check (length(title) between 1 and 500),
  constraint conversations_subject_check check (length(subject) between 1 and 100),
  constraint conversations_source_kind_check check (source_kind in ('recording', 'study_material')),
  constraint conversations_source_id_check check ((source_kind is null) = (source_id is null))
);
comment on table conversations is 'A chat with the tutor, over everything, one subject or one source';
comment on column conversations.subject is 'When set, only materials of this subject are used';
comment on column conversations.source_id is 'When set, only this recording or study material is used';
create index if not exists conversations_updated_at_idx on conversations (user_id, updated_at desc);
create index if not exists conversations_created_at_idx on conversations (created_at);
create or replace trigger conversations_set_updated_at before update on conversations
  for each row execute function set_updated_at();

create table if not exists messages (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null default new_id(),
  conversation_id uuid not null,
  reply_to uuid,
  role text not null,
  content text not null default '',
  status text not null default 'complete',
  error_code text,
  error_message text,
  engine text,
  model text,
  dropped_citations smallint not null default 0,
  materials text not null default 'first',
  history_summary text,
  summarised_messages integer not null default 0,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint messages_pkey primary key (user_id, id),
  constraint messages_conversation_id_id_key unique (user_id, conversation_id, id),
  constraint messages_conversation_id_fkey foreign key (user_id, conversation_id)
    references conversations (user_id, id) on delete cascade,
  constraint messages_reply_to_fkey foreign key (user_id, conversation_id, reply_to)
    references messages (user_id, conversation_id, id) on delete cascade,
  constraint messages_role_check check (role in ('user', 'assistant')),
  constraint messages_content_check check (length(content) <= case role when 'user' then 5000 else 200000 end),
  constraint messages_not_empty_check check (role <> 'user' or length(btrim(content)) > 0),
  constraint messages_status_check check (status in ('streaming', 'complete', 'stopped', 'failed')),
  constraint messages_error_code_check check (length(error_code) between 1 and 100),
  constraint messages_error_message_check check (length(error_message) between 1 and 2000),
  constraint messages_engine_check check (length(engine) between 1 and 100),
  constraint messages_model_check check (length(model) between 1 and 200),
  constraint messages_dropped_citations_check check (dropped_citations >= 0),
  constraint messages_materials_check check (materials in ('first', 'only', 'none')),
  constraint messages_history_summary_check check (length(history_summary) between 1 and 20000),
  constraint messages_summarised_messages_check check (summarised_messages >= 0),
  constraint messages_failed_check check (status <> 'failed' or error_code is not null)
);
comment on table messages is 'What was asked and answered; the quotations of an answer are in citations';
comment on column messages.reply_to is
  'The question an answer belongs to, or the answer a question follows: branches share a parent';
comment on column messages.dropped_citations is
  'How many quotations of the model were not literally in the source and were left out';
comment on column messages.materials is
  'Of a question: first, the materials and then general knowledge; only the materials; none of them';
comment on column messages.history_summary is
  'What a language model was given in short of the earliest messages before this answer';
comment on column messages.summarised_messages is 'How many messages that summary stands for';
create index if not exists messages_reply_to_idx on messages (user_id, reply_to, conversation_id);
create index if not exists messages_status_idx on messages (status);
create index if not exists messages_created_at_idx on messages (created_at);
