-- What the tutor's model was given in short of the turns that no longer fit its budget.
alter table messages add column history_summary text;
alter table messages add column summarised_messages integer not null default 0;
alter table messages add constraint messages_history_summary_check check (length(history_summary) between 1 and 20000);
alter table messages add constraint messages_summarised_messages_check check (summarised_messages >= 0);
comment on column messages.history_summary is 'What a language model was given in short of the earliest messages before this answer';
comment on column messages.summarised_messages is 'How many messages that summary stands for';
