comment on column mails.error_code is 'Why the last attempt failed: a code, never what the mail server said';
alter table mails drop column kind;
