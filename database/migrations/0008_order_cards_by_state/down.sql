drop index cards_due_idx;
create index cards_due_idx on cards (user_id, due_at) where state <> 'new' and not suspended;
create index cards_new_idx on cards (user_id, due_at) where state = 'new' and not suspended;
