drop index messages_reply_to_idx;
create index messages_reply_to_idx on messages (user_id, conversation_id, reply_to);
