alter table messages drop column history_summary;
alter table messages drop column summarised_messages;
