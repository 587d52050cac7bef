-- The opposite of up.sql.
drop table account_activity;
drop table email_changes;
drop table login_challenges;
