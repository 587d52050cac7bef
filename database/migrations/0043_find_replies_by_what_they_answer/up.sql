-- As (user_id, conversation_id, reply_to) it was as cheap to the planner as the key of a message when a foreign key is
-- checked, and each question read every message of its conversation.

drop index messages_reply_to_idx;
create index messages_reply_to_idx on messages (user_id, reply_to, conversation_id);
