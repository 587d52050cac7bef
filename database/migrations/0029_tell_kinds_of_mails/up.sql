-- Administrators see which kinds of mails wait. Those that wait at this moment count as notices.

alter table mails add column if not exists kind text not null default 'notice';
alter table mails alter column kind drop default;
alter table mails drop constraint if exists mails_kind_check;
alter table mails add constraint mails_kind_check check (kind in ('confirm_address', 'choose_password', 'email_change', 'invitation', 'notice', 'deletion'));
comment on column mails.error_code is 'Why the last attempt failed: a code, never what the mail server said; null before the first one and while a server sends it';
comment on column mails.kind is 'What it is about, for administrators, who see neither address nor text';
