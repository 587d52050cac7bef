-- One index gives what is being learned, what is due and what is new, each in its order.
drop index cards_due_idx;
drop index cards_new_idx;
create index cards_due_idx on cards (user_id, state, due_at) where not suspended;
